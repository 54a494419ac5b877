//! The type `Decimal`.

use std::cmp::Ordering;

use super::context::{self, ContextObj, rounding_of};
use super::{DecimalObj, convert, defined, finish, need_operand, new_decimal, operand, settle};
use crate::numeric::decimal::{Body, Context, Decimal, Rounding, Signals};
use crate::numeric::int::Int;
use crate::numeric::{hash, int_ops};
use crate::objects::header::Gc;
use crate::objects::int_methods::format_spec_arg;
use crate::objects::int_new::class_arg;
use crate::objects::native::{Args, GetSetDef, NativeDef, class_method, getter, method, new};
use crate::objects::number_ops::{complex_of, float_of, int_ref};
use crate::objects::operators::CompareOp;
use crate::objects::typeobj::Type;
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub type Unary = fn(&Decimal, &Context, &mut Signals) -> Decimal;
pub type Binary = fn(&Decimal, &Decimal, &Context, &mut Signals) -> Decimal;

static DECIMAL_TYPE: TypeDef = TypeDef {
    name: "decimal.Decimal",
    doc: "Construct a new Decimal object. 'value' can be an integer, string, tuple,\nor another Decimal object. If no value is given, return Decimal('0'). The\ncontext does not affect the conversion and is only passed to determine if\nthe InvalidOperation trap is active.\n",
    flags: BASE,
    methods: METHODS,
    getsets: GETSETS,
    ..TypeDef::EMPTY
};

pub fn class(vm: &mut Vm) -> Gc<Type> {
    vm.module_type::<DecimalObj>(&DECIMAL_TYPE, None)
}

fn make(vm: &mut Vm, class: &Gc<Type>, number: Decimal) -> Value {
    vm.heap.alloc(class, DecimalObj { number }).into()
}

fn new_number(vm: &mut Vm, args: Args<'_>) -> Result {
    let base = class(vm);
    let class = class_arg(vm, &args[0], &base)?;
    let ctx = context::given(vm, &args[2])?;
    let Some(value) = args[1].given() else {
        return Ok(make(vm, &class, Decimal::zero()));
    };
    if class == base && value.as_obj().is_some_and(|obj| obj.ty() == &base) {
        return Ok(value.clone());
    }
    let number = convert(vm, value, &ctx)?;
    // Exact, or not at all.
    let mut signals = Signals::default();
    let number = Context::MAX.finish(number, &mut signals);
    if signals.has(Signals::INEXACT) || signals.has(Signals::ROUNDED) {
        settle(vm, &ctx, Signals::INVALID_OPERATION)?;
        return Ok(make(vm, &class, Decimal::nan()));
    }
    Ok(make(vm, &class, number))
}

fn from_float(vm: &mut Vm, args: Args<'_>) -> Result {
    let number = match (float_of(&args[1]), operand(&args[1])) {
        (Some(x), _) => Decimal::from_float(x),
        (None, Some(number)) if int_ref(&args[1]).is_some() => number,
        _ => return Err(vm.type_error("argument must be int or float")),
    };
    let base = class(vm);
    let exact = new_decimal(vm, number);
    if args[0].as_obj() == Some(base.obj()) {
        return Ok(exact);
    }
    vm.call(&args[0], &[exact])
}

/// The number of self.
fn this(vm: &mut Vm, args: Args<'_>) -> Result<Gc<DecimalObj>> {
    args.this::<DecimalObj>(vm, 0)
}

pub fn run_unary(vm: &mut Vm, a: &Decimal, f: Unary, ctx: &Gc<ContextObj>) -> Result {
    let mut signals = Signals::default();
    let number = f(a, &ctx.ctx.get(), &mut signals);
    finish(vm, ctx, number, signals)
}

pub fn run_binary(
    vm: &mut Vm,
    a: &Decimal,
    b: &Decimal,
    f: Binary,
    ctx: &Gc<ContextObj>,
) -> Result {
    let mut signals = Signals::default();
    let number = f(a, b, &ctx.ctx.get(), &mut signals);
    finish(vm, ctx, number, signals)
}

// ---- operators ---------------------------------------------------------------------------------

fn operate(vm: &mut Vm, a: &Value, b: &Value, f: Binary) -> Result {
    let (Some(a), Some(b)) = (operand(a), operand(b)) else {
        return Ok(Value::NotImplemented);
    };
    let ctx = context::current(vm)?;
    run_binary(vm, &a, &b, f, &ctx)
}

macro_rules! operators {
    ($($forward:ident $reverse:ident $f:expr;)+) => {$(
        fn $forward(vm: &mut Vm, args: Args<'_>) -> Result {
            operate(vm, &args[0], &args[1], $f)
        }

        fn $reverse(vm: &mut Vm, args: Args<'_>) -> Result {
            operate(vm, &args[1], &args[0], $f)
        }
    )+};
}

operators! {
    add radd Decimal::add;
    sub rsub Decimal::sub;
    mul rmul Decimal::mul;
    truediv rtruediv Decimal::div;
    floordiv rfloordiv Decimal::div_int;
    modulo rmodulo Decimal::rem;
}

pub fn divide(vm: &mut Vm, a: &Decimal, b: &Decimal, ctx: &Gc<ContextObj>) -> Result {
    let mut signals = Signals::default();
    let (quotient, rest) = a.div_rem(b, &ctx.ctx.get(), &mut signals);
    settle(vm, ctx, signals)?;
    let pair = vec![new_decimal(vm, quotient), new_decimal(vm, rest)];
    Ok(vm.new_tuple(pair).into())
}

fn divmod_of(vm: &mut Vm, a: &Value, b: &Value) -> Result {
    let (Some(a), Some(b)) = (operand(a), operand(b)) else {
        return Ok(Value::NotImplemented);
    };
    let ctx = context::current(vm)?;
    divide(vm, &a, &b, &ctx)
}

fn divmod(vm: &mut Vm, args: Args<'_>) -> Result {
    divmod_of(vm, &args[0], &args[1])
}

fn rdivmod(vm: &mut Vm, args: Args<'_>) -> Result {
    divmod_of(vm, &args[1], &args[0])
}

fn power_of(vm: &mut Vm, a: &Value, b: &Value, modulus: &Value) -> Result {
    let (Some(a), Some(b)) = (operand(a), operand(b)) else {
        return Ok(Value::NotImplemented);
    };
    let ctx = context::current(vm)?;
    match modulus.given_not_none() {
        None => run_binary(vm, &a, &b, Decimal::power, &ctx),
        Some(modulus) => match operand(modulus) {
            Some(m) => power_modulo(vm, &a, &b, &m, &ctx),
            None => Ok(Value::NotImplemented),
        },
    }
}

fn pow(vm: &mut Vm, args: Args<'_>) -> Result {
    power_of(vm, &args[0], &args[1], &args[2])
}

fn rpow(vm: &mut Vm, args: Args<'_>) -> Result {
    power_of(vm, &args[1], &args[0], &args[2])
}

/// `pow(a, b, m)` of whole numbers.
pub fn power_modulo(
    vm: &mut Vm,
    a: &Decimal,
    b: &Decimal,
    m: &Decimal,
    ctx: &Gc<ContextObj>,
) -> Result {
    let whole = a.is_integer() && b.is_integer() && m.is_integer();
    let digits = m.adjusted() < ctx.ctx.get().prec;
    if !whole || b.negative || m.is_zero() || !digits || a.is_zero() && b.is_zero() {
        return finish(vm, ctx, Decimal::nan(), Signals::INVALID_OPERATION);
    }
    let (Some(x), Some(y), Some(z)) = (a.to_int(), b.to_int(), m.to_int()) else {
        return finish(vm, ctx, Decimal::nan(), Signals::MEMORY);
    };
    let odd = y.bit(0);
    let size = Int::from(num_bigint::BigInt::from(x.magnitude().clone()));
    let modulus = Int::from(num_bigint::BigInt::from(z.magnitude().clone()));
    let rest = int_ops::pow_mod(size.borrow(), Int::from(y).borrow(), modulus.borrow());
    let rest = vm.number(rest)?.into_big();
    let negative = a.negative && odd;
    let number = Decimal::finite(negative, rest.magnitude().clone(), 0);
    finish(vm, ctx, number, Signals::default())
}

fn signed(vm: &mut Vm, args: Args<'_>, f: Unary) -> Result {
    let this = this(vm, args)?;
    let ctx = context::current(vm)?;
    run_unary(vm, &this.number, f, &ctx)
}

fn neg(vm: &mut Vm, args: Args<'_>) -> Result {
    signed(vm, args, Decimal::minus)
}

fn pos(vm: &mut Vm, args: Args<'_>) -> Result {
    signed(vm, args, Decimal::plus)
}

fn abs(vm: &mut Vm, args: Args<'_>) -> Result {
    signed(vm, args, Decimal::abs)
}

fn is_true(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Bool(!this(vm, args)?.number.is_zero()))
}

// ---- comparison --------------------------------------------------------------------------------

fn compare_values(vm: &mut Vm, op: CompareOp, a: &Value, b: &Value) -> Result {
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    let Some(x) = operand(a) else {
        return Ok(Value::NotImplemented);
    };
    let ctx = context::current(vm)?;
    let y = match (operand(b), float_of(b), complex_of(b)) {
        (Some(y), _, _) => y,
        (None, Some(y), _) => {
            if equality {
                ctx.flags.set(ctx.flags.get() | Signals::FLOAT_OPERATION.0);
            } else {
                settle(vm, &ctx, Signals::FLOAT_OPERATION)?;
            }
            Decimal::from_float(y)
        }
        (None, None, Some(z)) if equality => {
            if z.im != 0.0 {
                return Ok(Value::Bool(op == CompareOp::Ne));
            }
            Decimal::from_float(z.re)
        }
        _ => return Ok(Value::NotImplemented),
    };
    if x.is_nan() || y.is_nan() {
        // Quiet nans are unequal to everything; order among nans is invalid.
        if !equality || x.is_signaling() || y.is_signaling() {
            settle(vm, &ctx, Signals::INVALID_OPERATION)?;
        }
        return Ok(Value::Bool(op == CompareOp::Ne));
    }
    Ok(Value::Bool(op.test(x.order(&y).unwrap_or(Ordering::Equal))))
}

macro_rules! comparisons {
    ($($name:ident $op:ident;)+) => {$(
        fn $name(vm: &mut Vm, args: Args<'_>) -> Result {
            compare_values(vm, CompareOp::$op, &args[0], &args[1])
        }
    )+};
}

comparisons! {
    lt Lt;
    le Le;
    eq Eq;
    ne Ne;
    gt Gt;
    ge Ge;
}

const MODULUS: u128 = (1 << 61) - 1;

fn power_of_modulus(mut base: u128, mut n: u64) -> u128 {
    let mut result = 1;
    while n > 0 {
        if n & 1 == 1 {
            result = result * base % MODULUS;
        }
        base = base * base % MODULUS;
        n >>= 1;
    }
    result
}

fn hash_value(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let number = &this.number;
    let hash = match &number.body {
        Body::Nan {
            signaling: true, ..
        } => {
            return Err(vm.type_error("Cannot hash a signaling NaN value"));
        }
        Body::Nan { .. } => hash::address(this.addr()),
        Body::Infinity => hash::float(f64::INFINITY, || 0),
        Body::Finite(coefficient, exponent) => {
            // 10 has an inverse modulo the prime: fractions hash as the quotients they are.
            let ten = if *exponent < 0 {
                power_of_modulus(10, MODULUS as u64 - 2)
            } else {
                10
            };
            let scale = power_of_modulus(ten, exponent.unsigned_abs());
            let rest = coefficient % MODULUS as u64;
            let rest = rest.iter_u64_digits().next().unwrap_or(0);
            (u128::from(rest) * scale % MODULUS) as i64
        }
    };
    let hash = if number.negative && !number.is_nan() {
        -hash
    } else {
        hash
    };
    Ok(Value::Int(if hash == -1 { -2 } else { hash }))
}

// ---- conversion --------------------------------------------------------------------------------

fn text(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let capitals = context::current(vm)?.capitals.get();
    Ok(vm.new_str(this.number.to_text(false, capitals)))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let capitals = context::current(vm)?.capitals.get();
    let text = format!("Decimal('{}')", this.number.to_text(false, capitals));
    Ok(vm.new_str(text))
}

fn to_eng_string(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let capitals = context::given(vm, &args[1])?.capitals.get();
    Ok(vm.new_str(this.number.to_text(true, capitals)))
}

fn format(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let spec = format_spec_arg(vm, &args[1])?;
    let ctx = context::current(vm)?;
    let text = this
        .number
        .format(&spec, ctx.ctx.get().rounding, ctx.capitals.get());
    let text = vm.number(text)?;
    Ok(vm.new_str(text))
}

fn whole(vm: &mut Vm, number: &Decimal) -> Result {
    match number.to_int() {
        Some(n) => Ok(vm.int_value(Int::from(n))),
        None if number.is_nan() => Err(vm.value_error("cannot convert NaN to integer")),
        None if number.is_infinite() => {
            Err(vm.overflow_error("cannot convert Infinity to integer"))
        }
        None => Err(vm.raise_number(crate::numeric::NumberError::memory())),
    }
}

fn int(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    whole(vm, &this.number)
}

fn rounded(vm: &mut Vm, number: &Decimal, mode: Rounding) -> Result {
    if !number.is_finite() {
        return whole(vm, number);
    }
    let ctx = Context::MAX.with_rounding(mode);
    let number = number.to_integral(false, &ctx, &mut Signals::default());
    whole(vm, &number)
}

fn floor(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    rounded(vm, &this.number, Rounding::Floor)
}

fn ceil(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    rounded(vm, &this.number, Rounding::Ceiling)
}

fn round(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let Some(places) = args[1].given_not_none() else {
        return rounded(vm, &this.number, Rounding::HalfEven);
    };
    let Some(places) = int_ref(places) else {
        return Err(vm.type_error("optional arg must be an integer"));
    };
    let Some(places) = places.to_i64().filter(|n| *n > i64::MIN) else {
        return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
    };
    let unit = Decimal::finite(false, 1u32.into(), -places);
    let ctx = context::current(vm)?;
    run_binary(vm, &this.number, &unit, Decimal::quantize, &ctx)
}

fn float(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let number = &this.number;
    if number.is_signaling() {
        return Err(vm.value_error("cannot convert signaling NaN to float"));
    }
    if number.is_nan() {
        return Ok(Value::Float(if number.negative {
            -f64::NAN
        } else {
            f64::NAN
        }));
    }
    let text = number.to_text(false, true);
    Ok(Value::Float(text.parse().unwrap_or(f64::NAN)))
}

fn complex(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = float(vm, args)?;
    let x = float_of(&x).unwrap_or_default();
    Ok(vm.complex_value(crate::numeric::complex::Complex::real(x)))
}

fn as_integer_ratio(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let Body::Finite(_, exponent) = &this.number.body else {
        return Err(if this.number.is_nan() {
            vm.value_error("cannot convert NaN to integer ratio")
        } else {
            vm.overflow_error("cannot convert Infinity to integer ratio")
        });
    };
    let exponent = *exponent;
    if exponent.unsigned_abs() > 100_000_000 {
        return Err(vm.raise_number(crate::numeric::NumberError::memory()));
    }
    let (coefficient, _) = this.number.parts();
    let sign = if this.number.negative {
        num_bigint::Sign::Minus
    } else {
        num_bigint::Sign::Plus
    };
    let above = Int::from(num_bigint::BigInt::from_biguint(sign, coefficient));
    let scale = crate::numeric::decimal::power_of_ten(exponent.unsigned_abs());
    let scale = Int::from(scale);
    let (above, below) = if exponent >= 0 {
        (int_ops::mul(above.borrow(), scale.borrow()), Int::ONE)
    } else {
        let common = int_ops::gcd(above.borrow(), scale.borrow());
        let above = vm.number(int_ops::floor_div(above.borrow(), common.borrow()))?;
        (
            above,
            vm.number(int_ops::floor_div(scale.borrow(), common.borrow()))?,
        )
    };
    let pair = vec![vm.int_value(above), vm.int_value(below)];
    Ok(vm.new_tuple(pair).into())
}

fn as_tuple(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let number = &this.number;
    let digits = number
        .digits()
        .into_iter()
        .map(|d| Value::Int(i64::from(d)))
        .collect();
    let exponent = match &number.body {
        Body::Finite(_, exponent) => Value::Int(*exponent),
        Body::Infinity => vm.new_str("F"),
        Body::Nan {
            signaling: true, ..
        } => vm.new_str("N"),
        Body::Nan { .. } => vm.new_str("n"),
    };
    let class = defined(vm, "DecimalTuple")?;
    let digits = vm.new_tuple(digits).into();
    vm.call(
        &class,
        &[Value::Int(i64::from(number.negative)), digits, exponent],
    )
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let text = vm.new_str(this.number.to_text(false, true));
    let arguments = vm.new_tuple(vec![text]).into();
    let class = vm.type_of(&args[0]).value();
    Ok(vm.new_tuple(vec![class, arguments]).into())
}

fn itself(_: &mut Vm, args: Args<'_>) -> Result {
    Ok(args[0].clone())
}

fn real(_: &mut Vm, this: &Value) -> Result {
    Ok(this.clone())
}

fn imag(vm: &mut Vm, _: &Value) -> Result {
    Ok(new_decimal(vm, Decimal::zero()))
}

// ---- methods -----------------------------------------------------------------------------------

/// A method with an optional context.
fn unary(vm: &mut Vm, args: Args<'_>, f: Unary) -> Result {
    let this = this(vm, args)?;
    let ctx = context::given(vm, &args[1])?;
    run_unary(vm, &this.number, f, &ctx)
}

/// A method with another operand and an optional context.
fn binary(vm: &mut Vm, args: Args<'_>, f: Binary) -> Result {
    let this = this(vm, args)?;
    let ctx = context::given(vm, &args[2])?;
    let other = need_operand(vm, &args[1])?;
    run_binary(vm, &this.number, &other, f, &ctx)
}

macro_rules! operations {
    ($run:ident: $($name:ident $f:expr;)+) => {$(
        fn $name(vm: &mut Vm, args: Args<'_>) -> Result {
            $run(vm, args, $f)
        }
    )+};
}

operations! { unary:
    exp Decimal::exp;
    ln Decimal::ln;
    log10 Decimal::log10;
    logb Decimal::logb;
    logical_invert Decimal::logical_invert;
    next_minus Decimal::next_minus;
    next_plus Decimal::next_plus;
    normalize Decimal::normalize;
    sqrt Decimal::sqrt;
    copy_abs |a, _, _| a.clone().with_sign(false);
    copy_negate |a, _, _| a.clone().with_sign(!a.negative);
}

operations! { binary:
    compare Decimal::compare;
    compare_signal Decimal::compare_signal;
    compare_total |a, b, _, _| Decimal::from_int(a.total_order(b) as i64);
    compare_total_mag |a, b, _, _| Decimal::from_int(a.total_order_of_sizes(b) as i64);
    copy_sign |a, b, _, _| a.clone().with_sign(b.negative);
    logical_and |a, b, c, s| a.logical(b, |x, y| x & y, c, s);
    logical_or |a, b, c, s| a.logical(b, |x, y| x | y, c, s);
    logical_xor |a, b, c, s| a.logical(b, |x, y| x ^ y, c, s);
    max |a, b, c, s| a.extreme(b, true, false, c, s);
    max_mag |a, b, c, s| a.extreme(b, true, true, c, s);
    min |a, b, c, s| a.extreme(b, false, false, c, s);
    min_mag |a, b, c, s| a.extreme(b, false, true, c, s);
    next_toward Decimal::next_toward;
    remainder_near Decimal::rem_near;
    rotate Decimal::rotate;
    scaleb Decimal::scaleb;
    shift Decimal::shift;
}

/// The context's copy with another rounding, when one is given.
fn with_rounding(vm: &mut Vm, ctx: &Gc<ContextObj>, rounding: &Value) -> Result<Context> {
    match rounding.given_not_none() {
        Some(rounding) => {
            let mode = rounding_of(vm, rounding)?;
            Ok(ctx.ctx.get().with_rounding(mode))
        }
        None => Ok(ctx.ctx.get()),
    }
}

fn quantize(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let ctx = context::given(vm, &args[3])?;
    let work = with_rounding(vm, &ctx, &args[2])?;
    let other = need_operand(vm, &args[1])?;
    let mut signals = Signals::default();
    let number = this.number.quantize(&other, &work, &mut signals);
    finish(vm, &ctx, number, signals)
}

fn integral(vm: &mut Vm, args: Args<'_>, exact: bool) -> Result {
    let this = this(vm, args)?;
    let ctx = context::given(vm, &args[2])?;
    let work = with_rounding(vm, &ctx, &args[1])?;
    let mut signals = Signals::default();
    let number = this.number.to_integral(exact, &work, &mut signals);
    finish(vm, &ctx, number, signals)
}

fn to_integral_exact(vm: &mut Vm, args: Args<'_>) -> Result {
    integral(vm, args, true)
}

fn to_integral_value(vm: &mut Vm, args: Args<'_>) -> Result {
    integral(vm, args, false)
}

fn fma(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let ctx = context::given(vm, &args[3])?;
    let other = need_operand(vm, &args[1])?;
    let third = need_operand(vm, &args[2])?;
    let mut signals = Signals::default();
    let number = this
        .number
        .fma(&other, &third, &ctx.ctx.get(), &mut signals);
    finish(vm, &ctx, number, signals)
}

fn adjusted(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Int(this(vm, args)?.number.adjusted()))
}

fn radix(vm: &mut Vm, _: Args<'_>) -> Result {
    Ok(new_decimal(vm, Decimal::from_int(10)))
}

fn number_class(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let ctx = context::given(vm, &args[1])?;
    Ok(vm.new_str(this.number.number_class(&ctx.ctx.get())))
}

fn same_quantum(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = this(vm, args)?;
    let other = need_operand(vm, &args[1])?;
    Ok(Value::Bool(this.number.same_quantum(&other)))
}

/// A question about the number.
fn ask(vm: &mut Vm, args: Args<'_>, f: fn(&Decimal, &Context) -> bool) -> Result {
    let this = this(vm, args)?;
    let ctx = context::given(vm, &args[1])?;
    Ok(Value::Bool(f(&this.number, &ctx.ctx.get())))
}

operations! { ask:
    is_canonical |_, _| true;
    is_finite |a, _| a.is_finite();
    is_infinite |a, _| a.is_infinite();
    is_nan |a, _| a.is_nan();
    is_normal Decimal::is_normal;
    is_qnan |a, _| a.is_nan() && !a.is_signaling();
    is_signed |a, _| a.negative;
    is_snan |a, _| a.is_signaling();
    is_subnormal Decimal::is_subnormal;
    is_zero |a, _| a.is_zero();
}

const VALUE: &str = "($self, value, /)";
const SELF: &str = "($self, /)";
const CONTEXT: &str = "($self, /, context=None)";
const OTHER: &str = "($self, /, other, context=None)";

static METHODS: &[NativeDef] = &[
    new("(value='0', context=None)", new_number),
    method("__repr__", SELF, repr, "Return repr(self)."),
    method("__str__", SELF, text, "Return str(self)."),
    method("__hash__", SELF, hash_value, "Return hash(self)."),
    method("__lt__", VALUE, lt, "Return self<value."),
    method("__le__", VALUE, le, "Return self<=value."),
    method("__eq__", VALUE, eq, "Return self==value."),
    method("__ne__", VALUE, ne, "Return self!=value."),
    method("__gt__", VALUE, gt, "Return self>value."),
    method("__ge__", VALUE, ge, "Return self>=value."),
    method("__add__", VALUE, add, "Return self+value."),
    method("__radd__", VALUE, radd, "Return value+self."),
    method("__sub__", VALUE, sub, "Return self-value."),
    method("__rsub__", VALUE, rsub, "Return value-self."),
    method("__mul__", VALUE, mul, "Return self*value."),
    method("__rmul__", VALUE, rmul, "Return value*self."),
    method("__mod__", VALUE, modulo, "Return self%value."),
    method("__rmod__", VALUE, rmodulo, "Return value%self."),
    method("__divmod__", VALUE, divmod, "Return divmod(self, value)."),
    method("__rdivmod__", VALUE, rdivmod, "Return divmod(value, self)."),
    method(
        "__pow__",
        "($self, value, mod=None, /)",
        pow,
        "Return pow(self, value, mod).",
    ),
    method(
        "__rpow__",
        "($self, value, mod=None, /)",
        rpow,
        "Return pow(value, self, mod).",
    ),
    method("__neg__", SELF, neg, "-self"),
    method("__pos__", SELF, pos, "+self"),
    method("__abs__", SELF, abs, "abs(self)"),
    method("__bool__", SELF, is_true, "True if self else False"),
    method("__int__", SELF, int, "int(self)"),
    method("__float__", SELF, float, "float(self)"),
    method("__floordiv__", VALUE, floordiv, "Return self//value."),
    method("__rfloordiv__", VALUE, rfloordiv, "Return value//self."),
    method("__truediv__", VALUE, truediv, "Return self/value."),
    method("__rtruediv__", VALUE, rtruediv, "Return value/self."),
    method("__copy__", SELF, itself, ""),
    method("__deepcopy__", "($self, memo, /)", itself, ""),
    method("__reduce__", SELF, reduce, ""),
    method("__format__", "($self, format_spec, /)", format, ""),
    method("__round__", "($self, ndigits=None, /)", round, ""),
    method("__ceil__", SELF, ceil, ""),
    method("__floor__", SELF, floor, ""),
    method("__trunc__", SELF, int, ""),
    method("__complex__", SELF, complex, ""),
    class_method(
        "from_float",
        "($type, f, /)",
        from_float,
        "Class method that converts a float to a decimal number, exactly.",
    ),
    method(
        "adjusted",
        SELF,
        adjusted,
        "Return the adjusted exponent of the number.  Defined as exp + digits - 1.",
    ),
    method(
        "as_integer_ratio",
        SELF,
        as_integer_ratio,
        "Return a pair of integers whose ratio is exactly equal to the decimal number.",
    ),
    method(
        "as_tuple",
        SELF,
        as_tuple,
        "Return a tuple representation of the number.",
    ),
    method(
        "canonical",
        SELF,
        itself,
        "Return the canonical encoding of the argument.",
    ),
    method(
        "compare",
        OTHER,
        compare,
        "Compare self to other.  Return a decimal value.",
    ),
    method(
        "compare_signal",
        OTHER,
        compare_signal,
        "Identical to compare, except that all NaNs signal.",
    ),
    method(
        "compare_total",
        OTHER,
        compare_total,
        "Compare two operands using their abstract representation.",
    ),
    method(
        "compare_total_mag",
        OTHER,
        compare_total_mag,
        "Compare two operands using their abstract representation, ignoring sign.",
    ),
    method("conjugate", SELF, itself, "Return self."),
    method(
        "copy_abs",
        SELF,
        copy_abs,
        "Return the absolute value of the argument.",
    ),
    method(
        "copy_negate",
        SELF,
        copy_negate,
        "Return the negation of the argument.",
    ),
    method(
        "copy_sign",
        OTHER,
        copy_sign,
        "Return a copy of the first operand with the sign of the second.",
    ),
    method(
        "exp",
        CONTEXT,
        exp,
        "Return the value of the (natural) exponential function e**x.",
    ),
    method(
        "fma",
        "($self, /, other, third, context=None)",
        fma,
        "Fused multiply-add.  Return self*other+third with no rounding of the intermediate product.",
    ),
    method(
        "is_canonical",
        SELF,
        is_canonical,
        "Return True if the argument is canonical and False otherwise.",
    ),
    method(
        "is_finite",
        SELF,
        is_finite,
        "Return True if the argument is a finite number, and False if it is infinite or a NaN.",
    ),
    method(
        "is_infinite",
        SELF,
        is_infinite,
        "Return True if the argument is either positive or negative infinity.",
    ),
    method(
        "is_nan",
        SELF,
        is_nan,
        "Return True if the argument is a (quiet or signaling) NaN and False otherwise.",
    ),
    method(
        "is_normal",
        CONTEXT,
        is_normal,
        "Return True if the argument is a normal finite non-zero number.",
    ),
    method(
        "is_qnan",
        SELF,
        is_qnan,
        "Return True if the argument is a quiet NaN, and False otherwise.",
    ),
    method(
        "is_signed",
        SELF,
        is_signed,
        "Return True if the argument has a negative sign and False otherwise.",
    ),
    method(
        "is_snan",
        SELF,
        is_snan,
        "Return True if the argument is a signaling NaN and False otherwise.",
    ),
    method(
        "is_subnormal",
        CONTEXT,
        is_subnormal,
        "Return True if the argument is subnormal, and False otherwise.",
    ),
    method(
        "is_zero",
        SELF,
        is_zero,
        "Return True if the argument is a (positive or negative) zero.",
    ),
    method(
        "ln",
        CONTEXT,
        ln,
        "Return the natural (base e) logarithm of the operand.",
    ),
    method(
        "log10",
        CONTEXT,
        log10,
        "Return the base ten logarithm of the operand.",
    ),
    method(
        "logb",
        CONTEXT,
        logb,
        "For a non-zero number, return the adjusted exponent of the operand as a Decimal instance.",
    ),
    method(
        "logical_and",
        OTHER,
        logical_and,
        "Return the digit-wise 'and' of the two (logical) operands.",
    ),
    method(
        "logical_invert",
        CONTEXT,
        logical_invert,
        "Return the digit-wise inversion of the (logical) operand.",
    ),
    method(
        "logical_or",
        OTHER,
        logical_or,
        "Return the digit-wise 'or' of the two (logical) operands.",
    ),
    method(
        "logical_xor",
        OTHER,
        logical_xor,
        "Return the digit-wise 'exclusive or' of the two (logical) operands.",
    ),
    method("max", OTHER, max, "Maximum of self and other."),
    method(
        "max_mag",
        OTHER,
        max_mag,
        "Similar to the max() method, but the comparison is done using the absolute values.",
    ),
    method("min", OTHER, min, "Minimum of self and other."),
    method(
        "min_mag",
        OTHER,
        min_mag,
        "Similar to the min() method, but the comparison is done using the absolute values.",
    ),
    method(
        "next_minus",
        CONTEXT,
        next_minus,
        "Return the largest number representable in the given context that is smaller than the given operand.",
    ),
    method(
        "next_plus",
        CONTEXT,
        next_plus,
        "Return the smallest number representable in the given context that is larger than the given operand.",
    ),
    method(
        "next_toward",
        OTHER,
        next_toward,
        "Return the number closest to the first operand, in the direction of the second operand.",
    ),
    method(
        "normalize",
        CONTEXT,
        normalize,
        "Normalize the number by stripping trailing 0s.",
    ),
    method(
        "number_class",
        CONTEXT,
        number_class,
        "Return a string describing the class of the operand.",
    ),
    method(
        "quantize",
        "($self, /, exp, rounding=None, context=None)",
        quantize,
        "Return a value equal to the first operand after rounding and having the exponent of the second operand.",
    ),
    method(
        "radix",
        SELF,
        radix,
        "Return Decimal(10), the radix (base) in which the Decimal class does all its arithmetic.",
    ),
    method(
        "remainder_near",
        OTHER,
        remainder_near,
        "Return the remainder from dividing self by other, nearest to zero.",
    ),
    method(
        "rotate",
        OTHER,
        rotate,
        "Return the result of rotating the digits of the first operand by an amount specified by the second operand.",
    ),
    method(
        "same_quantum",
        OTHER,
        same_quantum,
        "Test whether self and other have the same exponent or whether both are NaN.",
    ),
    method(
        "scaleb",
        OTHER,
        scaleb,
        "Return the first operand with the exponent adjusted by the second.",
    ),
    method(
        "shift",
        OTHER,
        shift,
        "Return the result of shifting the digits of the first operand by an amount specified by the second operand.",
    ),
    method(
        "sqrt",
        CONTEXT,
        sqrt,
        "Return the square root of the argument to full precision.",
    ),
    method(
        "to_eng_string",
        CONTEXT,
        to_eng_string,
        "Convert to an engineering-type string.",
    ),
    method(
        "to_integral",
        "($self, /, rounding=None, context=None)",
        to_integral_value,
        "Identical to the to_integral_value() method.",
    ),
    method(
        "to_integral_exact",
        "($self, /, rounding=None, context=None)",
        to_integral_exact,
        "Round to the nearest integer, signaling Inexact or Rounded as appropriate.",
    ),
    method(
        "to_integral_value",
        "($self, /, rounding=None, context=None)",
        to_integral_value,
        "Round to the nearest integer without signaling Inexact or Rounded.",
    ),
];

static GETSETS: &[GetSetDef] = &[getter("real", real, ""), getter("imag", imag, "")];
