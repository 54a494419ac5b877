//! The type `Context`: attributes, and the operations as methods.

use std::cell::Cell;

use super::number::{self, Binary, Unary};
use super::{DecimalObj, State, convert, defined, finish, need_operand, settle};
use crate::numeric::decimal::context::{MAX_EMAX, MAX_PREC, MIN_EMIN};
use crate::numeric::decimal::{Context, Decimal, Rounding, Signals};
use crate::objects::header::Gc;
use crate::objects::native::{Args, GetSetDef, NativeDef, getset, method, new};
use crate::objects::number_ops::{float_of, int_ref};
use crate::objects::str::Str;
use crate::objects::typeobj::Type;
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::Value;
use crate::payload;
use crate::vm::{Result, Vm};

/// An instance of `Context`.
pub struct ContextObj {
    pub ctx: Cell<Context>,
    pub capitals: Cell<bool>,
    /// Bits of `Signals`.
    pub flags: Cell<u32>,
    pub traps: Cell<u32>,
}
payload!(ContextObj, untracked);

static CONTEXT_TYPE: TypeDef = TypeDef {
    name: "decimal.Context",
    doc: "The context affects almost all operations and controls rounding,\nOver/Underflow, raising of exceptions and much more.",
    flags: BASE,
    methods: METHODS,
    getsets: GETSETS,
    ..TypeDef::EMPTY
};

pub fn class(vm: &mut Vm) -> Gc<Type> {
    vm.module_type::<ContextObj>(&CONTEXT_TYPE, None)
}

fn plain(prec: i64, rounding: Rounding, traps: u32) -> ContextObj {
    let ctx = Context {
        prec,
        rounding,
        emin: -999_999,
        emax: 999_999,
        clamp: false,
    };
    ContextObj {
        ctx: Cell::new(ctx),
        capitals: Cell::new(true),
        flags: Cell::new(0),
        traps: Cell::new(traps),
    }
}

fn copied(ctx: &ContextObj) -> ContextObj {
    ContextObj {
        ctx: Cell::new(ctx.ctx.get()),
        capitals: Cell::new(ctx.capitals.get()),
        flags: Cell::new(ctx.flags.get()),
        traps: Cell::new(ctx.traps.get()),
    }
}

pub fn copy_of(vm: &mut Vm, ctx: &ContextObj) -> Value {
    let class = class(vm);
    vm.heap.alloc(&class, copied(ctx)).into()
}

/// What a new context starts from: `DefaultContext` as it is now.
fn default(vm: &mut Vm) -> ContextObj {
    match defined(vm, "DefaultContext")
        .ok()
        .and_then(|value| value.downcast::<ContextObj>().cloned())
    {
        Some(ctx) => copied(&ctx),
        None => {
            let traps = Signals::INVALID.0 | Signals::DIVISION_BY_ZERO.0 | Signals::OVERFLOW.0;
            plain(28, Rounding::HalfEven, traps)
        }
    }
}

/// The current context, made when first asked for.
pub fn current(vm: &mut Vm) -> Result<Gc<ContextObj>> {
    let state = vm.module_state::<State>();
    if let Some(ctx) = state.current.borrow().downcast::<ContextObj>() {
        return Ok(ctx.clone());
    }
    let payload = default(vm);
    payload.flags.set(0);
    let class = class(vm);
    let ctx = vm.heap.alloc(&class, payload);
    state.current.replace(ctx.value());
    Ok(ctx)
}

/// The context of an optional argument.
pub fn given(vm: &mut Vm, value: &Value) -> Result<Gc<ContextObj>> {
    match value.given_not_none() {
        None => current(vm),
        Some(value) => match value.downcast::<ContextObj>() {
            Some(ctx) => Ok(ctx.clone()),
            None => Err(vm.type_error("optional argument must be a context")),
        },
    }
}

fn new_context(vm: &mut Vm, args: Args<'_>) -> Result {
    let base = class(vm);
    let class = crate::objects::int_new::class_arg(vm, &args[0], &base)?;
    let payload = default(vm);
    payload.flags.set(0);
    let ctx: Value = vm.heap.alloc(&class, payload).into();
    let setters: [(usize, crate::objects::native::Setter); 8] = [
        (1, set_prec),
        (2, set_rounding),
        (3, set_emin),
        (4, set_emax),
        (5, set_capitals),
        (6, set_clamp),
        (7, set_flags),
        (8, set_traps),
    ];
    for (i, set) in setters {
        if let Some(value) = args[i].given_not_none() {
            set(vm, &ctx, value.clone())?;
        }
    }
    Ok(ctx)
}

fn this(vm: &mut Vm, value: &Value) -> Result<Gc<ContextObj>> {
    Args(std::slice::from_ref(value)).this::<ContextObj>(vm, 0)
}

/// A whole number within bounds, or CPython's words for the bounds.
fn bounded(vm: &mut Vm, value: &Value, low: i64, high: i64, message: &str) -> Result<i64> {
    if value.is_unbound() {
        return Err(vm.type_error("context attributes cannot be deleted"));
    }
    let Some(n) = int_ref(value) else {
        return Err(vm.type_error("an integer is required"));
    };
    match n.to_i64() {
        Some(n) if (low..=high).contains(&n) => Ok(n),
        _ => Err(vm.value_error(message)),
    }
}

fn change(vm: &mut Vm, value: &Value, f: impl FnOnce(&mut Context)) -> Result<()> {
    let this = this(vm, value)?;
    let mut ctx = this.ctx.get();
    f(&mut ctx);
    this.ctx.set(ctx);
    Ok(())
}

fn get_prec(vm: &mut Vm, this_: &Value) -> Result {
    Ok(Value::Int(this(vm, this_)?.ctx.get().prec))
}

fn set_prec(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let n = bounded(
        vm,
        &value,
        1,
        MAX_PREC,
        "valid range for prec is [1, MAX_PREC]",
    )?;
    change(vm, this, |ctx| ctx.prec = n)
}

fn get_emin(vm: &mut Vm, this_: &Value) -> Result {
    Ok(Value::Int(this(vm, this_)?.ctx.get().emin))
}

fn set_emin(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let n = bounded(
        vm,
        &value,
        MIN_EMIN,
        0,
        "valid range for Emin is [MIN_EMIN, 0]",
    )?;
    change(vm, this, |ctx| ctx.emin = n)
}

fn get_emax(vm: &mut Vm, this_: &Value) -> Result {
    Ok(Value::Int(this(vm, this_)?.ctx.get().emax))
}

fn set_emax(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let n = bounded(
        vm,
        &value,
        0,
        MAX_EMAX,
        "valid range for Emax is [0, MAX_EMAX]",
    )?;
    change(vm, this, |ctx| ctx.emax = n)
}

fn get_capitals(vm: &mut Vm, this_: &Value) -> Result {
    Ok(Value::Int(i64::from(this(vm, this_)?.capitals.get())))
}

fn set_capitals(vm: &mut Vm, this_: &Value, value: Value) -> Result<()> {
    let n = bounded(vm, &value, 0, 1, "valid values for capitals are [0, 1]")?;
    this(vm, this_)?.capitals.set(n == 1);
    Ok(())
}

fn get_clamp(vm: &mut Vm, this_: &Value) -> Result {
    Ok(Value::Int(i64::from(this(vm, this_)?.ctx.get().clamp)))
}

fn set_clamp(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let n = bounded(vm, &value, 0, 1, "valid values for clamp are [0, 1]")?;
    change(vm, this, |ctx| ctx.clamp = n == 1)
}

/// A rounding mode by its name.
pub fn rounding_of(vm: &mut Vm, value: &Value) -> Result<Rounding> {
    let found = value
        .downcast::<Str>()
        .and_then(|name| Rounding::from_name(&name.lossy()));
    found.ok_or_else(|| {
        vm.type_error(
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   \
             ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
        )
    })
}

fn get_rounding(vm: &mut Vm, this_: &Value) -> Result {
    let name = this(vm, this_)?.ctx.get().rounding.name();
    Ok(vm.intern(name).value())
}

fn set_rounding(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let mode = rounding_of(vm, &value)?;
    change(vm, this, |ctx| ctx.rounding = mode)
}

/// The mapping of flags or traps, which `decimal` defines.
fn mapping(vm: &mut Vm, this: &Value, which: i64) -> Result {
    let class = defined(vm, "_SignalDict")?;
    vm.call(&class, &[this.clone(), Value::Int(which)])
}

fn set_mapping(vm: &mut Vm, this: &Value, which: i64, value: &Value) -> Result<()> {
    let read = defined(vm, "_signal_bits")?;
    let bits = vm.call(&read, std::slice::from_ref(value))?;
    let args = [this.clone(), Value::Int(which), bits];
    super::set_signals(vm, Args(&args)).map(|_| ())
}

fn get_flags(vm: &mut Vm, this: &Value) -> Result {
    mapping(vm, this, 0)
}

fn set_flags(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    set_mapping(vm, this, 0, &value)
}

fn get_traps(vm: &mut Vm, this: &Value) -> Result {
    mapping(vm, this, 1)
}

fn set_traps(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    set_mapping(vm, this, 1, &value)
}

static GETSETS: &[GetSetDef] = &[
    getset("prec", get_prec, set_prec, ""),
    getset("rounding", get_rounding, set_rounding, ""),
    getset("Emin", get_emin, set_emin, ""),
    getset("Emax", get_emax, set_emax, ""),
    getset("capitals", get_capitals, set_capitals, ""),
    getset("clamp", get_clamp, set_clamp, ""),
    getset("flags", get_flags, set_flags, ""),
    getset("traps", get_traps, set_traps, ""),
];

fn repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let ctx = this.ctx.get();
    let names = |bits: u32| {
        // In the order of the bits, as CPython lists them here.
        let mut found: Vec<(u32, &str)> = super::SIGNALS
            .iter()
            .filter(|(_, bit)| Signals(bits).has(*bit))
            .map(|(name, bit)| {
                (
                    if *name == "InvalidOperation" {
                        2
                    } else {
                        bit.0
                    },
                    *name,
                )
            })
            .collect();
        found.sort_unstable();
        found
            .iter()
            .map(|(_, name)| *name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let text = format!(
        "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], traps=[{}])",
        ctx.prec,
        ctx.rounding.name(),
        ctx.emin,
        ctx.emax,
        i64::from(this.capitals.get()),
        i64::from(ctx.clamp),
        names(this.flags.get()),
        names(this.traps.get()),
    );
    Ok(vm.new_str(text))
}

fn copy(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    Ok(copy_of(vm, &this))
}

fn clear_flags(vm: &mut Vm, args: Args<'_>) -> Result {
    args.this::<ContextObj>(vm, 0)?.flags.set(0);
    Ok(Value::None)
}

fn clear_traps(vm: &mut Vm, args: Args<'_>) -> Result {
    args.this::<ContextObj>(vm, 0)?.traps.set(0);
    Ok(Value::None)
}

fn etiny(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Int(
        args.this::<ContextObj>(vm, 0)?.ctx.get().etiny(),
    ))
}

fn etop(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Int(args.this::<ContextObj>(vm, 0)?.ctx.get().etop()))
}

fn radix(vm: &mut Vm, _: Args<'_>) -> Result {
    Ok(super::new_decimal(vm, Decimal::from_int(10)))
}

fn create_decimal(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let number = match args[1].given() {
        Some(value) => convert(vm, value, &this)?,
        None => Decimal::zero(),
    };
    let mut signals = Signals::default();
    let number = this.ctx.get().finish(number, &mut signals);
    finish(vm, &this, number, signals)
}

fn create_decimal_from_float(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let Some(x) = float_of(&args[1]).or_else(|| int_ref(&args[1])?.to_i64().map(|n| n as f64))
    else {
        return Err(vm.type_error("argument must be int or float"));
    };
    let mut signals = Signals::default();
    let number = this.ctx.get().finish(Decimal::from_float(x), &mut signals);
    finish(vm, &this, number, signals)
}

fn unary(vm: &mut Vm, args: Args<'_>, f: Unary) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let a = need_operand(vm, &args[1])?;
    number::run_unary(vm, &a, f, &this)
}

fn binary(vm: &mut Vm, args: Args<'_>, f: Binary) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let a = need_operand(vm, &args[1])?;
    let b = need_operand(vm, &args[2])?;
    number::run_binary(vm, &a, &b, f, &this)
}

macro_rules! operations {
    ($run:ident: $($name:ident $f:expr;)+) => {$(
        fn $name(vm: &mut Vm, args: Args<'_>) -> Result {
            $run(vm, args, $f)
        }
    )+};
}

operations! { unary:
    abs Decimal::abs;
    exp Decimal::exp;
    ln Decimal::ln;
    log10 Decimal::log10;
    logb Decimal::logb;
    logical_invert Decimal::logical_invert;
    minus Decimal::minus;
    next_minus Decimal::next_minus;
    next_plus Decimal::next_plus;
    normalize Decimal::normalize;
    plus Decimal::plus;
    sqrt Decimal::sqrt;
    to_integral_exact |a, c, s| a.to_integral(true, c, s);
    to_integral_value |a, c, s| a.to_integral(false, c, s);
    copy_abs |a, _, _| a.clone().with_sign(false);
    copy_negate |a, _, _| a.clone().with_sign(!a.negative);
    canonical |a, _, _| a.clone();
}

operations! { binary:
    add Decimal::add;
    subtract Decimal::sub;
    multiply Decimal::mul;
    divide Decimal::div;
    divide_int Decimal::div_int;
    remainder Decimal::rem;
    remainder_near Decimal::rem_near;
    quantize Decimal::quantize;
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
    rotate Decimal::rotate;
    scaleb Decimal::scaleb;
    shift Decimal::shift;
}

fn power(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let a = need_operand(vm, &args[1])?;
    let b = need_operand(vm, &args[2])?;
    match args[3].given_not_none() {
        None => number::run_binary(vm, &a, &b, Decimal::power, &this),
        Some(modulus) => {
            let m = need_operand(vm, modulus)?;
            number::power_modulo(vm, &a, &b, &m, &this)
        }
    }
}

fn fma(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let a = need_operand(vm, &args[1])?;
    let b = need_operand(vm, &args[2])?;
    let c = need_operand(vm, &args[3])?;
    let mut signals = Signals::default();
    let number = a.fma(&b, &c, &this.ctx.get(), &mut signals);
    finish(vm, &this, number, signals)
}

fn divmod(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let a = need_operand(vm, &args[1])?;
    let b = need_operand(vm, &args[2])?;
    number::divide(vm, &a, &b, &this)
}

/// A question about one number.
fn ask(vm: &mut Vm, args: Args<'_>, f: fn(&Decimal, &Context) -> bool) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let a = need_operand(vm, &args[1])?;
    Ok(Value::Bool(f(&a, &this.ctx.get())))
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

fn same_quantum(vm: &mut Vm, args: Args<'_>) -> Result {
    let a = need_operand(vm, &args[1])?;
    let b = need_operand(vm, &args[2])?;
    Ok(Value::Bool(a.same_quantum(&b)))
}

fn number_class(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let a = need_operand(vm, &args[1])?;
    Ok(vm.new_str(a.number_class(&this.ctx.get())))
}

fn text(vm: &mut Vm, args: Args<'_>, engineering: bool) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let a = need_operand(vm, &args[1])?;
    Ok(vm.new_str(a.to_text(engineering, this.capitals.get())))
}

fn to_sci_string(vm: &mut Vm, args: Args<'_>) -> Result {
    text(vm, args, false)
}

fn to_eng_string(vm: &mut Vm, args: Args<'_>) -> Result {
    text(vm, args, true)
}

/// Applies a context to a number: what `decimal`'s own code calls.
fn apply(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<ContextObj>(vm, 0)?;
    let a = args.this::<DecimalObj>(vm, 1)?;
    let mut signals = Signals::default();
    let number = this.ctx.get().finish(a.number.clone(), &mut signals);
    settle(vm, &this, signals)?;
    Ok(super::new_decimal(vm, number))
}

const ONE: &str = "($self, x, /)";
const TWO: &str = "($self, x, y, /)";

static METHODS: &[NativeDef] = &[
    new(
        "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)",
        new_context,
    ),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__copy__", "($self, /)", copy, ""),
    method(
        "copy",
        "($self, /)",
        copy,
        "Return a duplicate of the context with all flags cleared.",
    ),
    method(
        "clear_flags",
        "($self, /)",
        clear_flags,
        "Reset all flags to False.",
    ),
    method(
        "clear_traps",
        "($self, /)",
        clear_traps,
        "Set all traps to False.",
    ),
    method(
        "Etiny",
        "($self, /)",
        etiny,
        "Return a value equal to Emin - prec + 1, which is the minimum exponent value for subnormal results.",
    ),
    method(
        "Etop",
        "($self, /)",
        etop,
        "Return a value equal to Emax - prec + 1.",
    ),
    method("radix", "($self, /)", radix, "Return 10."),
    method(
        "create_decimal",
        "($self, num='0', /)",
        create_decimal,
        "Create a new Decimal instance from num, using self as the context.",
    ),
    method(
        "create_decimal_from_float",
        "($self, f, /)",
        create_decimal_from_float,
        "Create a new Decimal instance from float f.",
    ),
    method("abs", ONE, abs, "Return the absolute value of x."),
    method("add", TWO, add, "Return the sum of x and y."),
    method("canonical", ONE, canonical, "Return a new instance of x."),
    method("compare", TWO, compare, "Compare x and y numerically."),
    method(
        "compare_signal",
        TWO,
        compare_signal,
        "Compare x and y numerically.  All NaNs signal.",
    ),
    method(
        "compare_total",
        TWO,
        compare_total,
        "Compare x and y using their abstract representation.",
    ),
    method(
        "compare_total_mag",
        TWO,
        compare_total_mag,
        "Compare x and y using their abstract representation, ignoring sign.",
    ),
    method(
        "copy_abs",
        ONE,
        copy_abs,
        "Return a copy of x with the sign set to 0.",
    ),
    method(
        "copy_decimal",
        ONE,
        canonical,
        "Return a copy of Decimal x.",
    ),
    method(
        "copy_negate",
        ONE,
        copy_negate,
        "Return a copy of x with the sign inverted.",
    ),
    method("copy_sign", TWO, copy_sign, "Copy the sign from y to x."),
    method("divide", TWO, divide, "Return x divided by y."),
    method(
        "divide_int",
        TWO,
        divide_int,
        "Return x divided by y, truncated to an integer.",
    ),
    method(
        "divmod",
        TWO,
        divmod,
        "Return quotient and remainder of the division x / y.",
    ),
    method("exp", ONE, exp, "Return e ** x."),
    method(
        "fma",
        "($self, x, y, z, /)",
        fma,
        "Return x multiplied by y, plus z.",
    ),
    method(
        "is_canonical",
        ONE,
        is_canonical,
        "Return True if x is canonical, False otherwise.",
    ),
    method(
        "is_finite",
        ONE,
        is_finite,
        "Return True if x is finite, False otherwise.",
    ),
    method(
        "is_infinite",
        ONE,
        is_infinite,
        "Return True if x is infinite, False otherwise.",
    ),
    method(
        "is_nan",
        ONE,
        is_nan,
        "Return True if x is a qNaN or sNaN, False otherwise.",
    ),
    method(
        "is_normal",
        ONE,
        is_normal,
        "Return True if x is a normal number, False otherwise.",
    ),
    method(
        "is_qnan",
        ONE,
        is_qnan,
        "Return True if x is a quiet NaN, False otherwise.",
    ),
    method(
        "is_signed",
        ONE,
        is_signed,
        "Return True if x is negative, False otherwise.",
    ),
    method(
        "is_snan",
        ONE,
        is_snan,
        "Return True if x is a signaling NaN, False otherwise.",
    ),
    method(
        "is_subnormal",
        ONE,
        is_subnormal,
        "Return True if x is subnormal, False otherwise.",
    ),
    method(
        "is_zero",
        ONE,
        is_zero,
        "Return True if x is a zero, False otherwise.",
    ),
    method("ln", ONE, ln, "Return the natural (base e) logarithm of x."),
    method("log10", ONE, log10, "Return the base 10 logarithm of x."),
    method(
        "logb",
        ONE,
        logb,
        "Return the exponent of the magnitude of the operand's MSD.",
    ),
    method(
        "logical_and",
        TWO,
        logical_and,
        "Digit-wise and of x and y.",
    ),
    method(
        "logical_invert",
        ONE,
        logical_invert,
        "Invert all digits of x.",
    ),
    method("logical_or", TWO, logical_or, "Digit-wise or of x and y."),
    method(
        "logical_xor",
        TWO,
        logical_xor,
        "Digit-wise xor of x and y.",
    ),
    method(
        "max",
        TWO,
        max,
        "Compare the values numerically and return the maximum.",
    ),
    method(
        "max_mag",
        TWO,
        max_mag,
        "Compare the values numerically with their sign ignored.",
    ),
    method(
        "min",
        TWO,
        min,
        "Compare the values numerically and return the minimum.",
    ),
    method(
        "min_mag",
        TWO,
        min_mag,
        "Compare the values numerically with their sign ignored.",
    ),
    method(
        "minus",
        ONE,
        minus,
        "Minus corresponds to the unary prefix minus operator in Python, but applies the context to the result.",
    ),
    method("multiply", TWO, multiply, "Return the product of x and y."),
    method(
        "next_minus",
        ONE,
        next_minus,
        "Return the largest representable number smaller than x.",
    ),
    method(
        "next_plus",
        ONE,
        next_plus,
        "Return the smallest representable number larger than x.",
    ),
    method(
        "next_toward",
        TWO,
        next_toward,
        "Return the number closest to x, in the direction towards y.",
    ),
    method(
        "normalize",
        ONE,
        normalize,
        "Reduce x to its simplest form. Alias for reduce(x).",
    ),
    method(
        "number_class",
        ONE,
        number_class,
        "Return an indication of the class of x.",
    ),
    method(
        "plus",
        ONE,
        plus,
        "Plus corresponds to the unary prefix plus operator in Python, but applies the context to the result.",
    ),
    method(
        "power",
        "($self, /, a, b, modulo=None)",
        power,
        "Compute a**b. If 'a' is negative, then 'b' must be integral.",
    ),
    method(
        "quantize",
        TWO,
        quantize,
        "Return a value equal to x (rounded), having the exponent of y.",
    ),
    method(
        "remainder",
        TWO,
        remainder,
        "Return the remainder from integer division.",
    ),
    method(
        "remainder_near",
        TWO,
        remainder_near,
        "Return x - y * n, where n is the integer nearest the exact value of x / y.",
    ),
    method(
        "rotate",
        TWO,
        rotate,
        "Return a copy of x, rotated by y places.",
    ),
    method(
        "same_quantum",
        TWO,
        same_quantum,
        "Return True if the two operands have the same exponent.",
    ),
    method(
        "scaleb",
        TWO,
        scaleb,
        "Return the first operand after adding the second value to its exp.",
    ),
    method(
        "shift",
        TWO,
        shift,
        "Return a copy of x, shifted by y places.",
    ),
    method(
        "sqrt",
        ONE,
        sqrt,
        "Square root of a non-negative number to context precision.",
    ),
    method(
        "subtract",
        TWO,
        subtract,
        "Return the difference between x and y.",
    ),
    method(
        "to_eng_string",
        ONE,
        to_eng_string,
        "Convert a number to a string, using engineering notation.",
    ),
    method(
        "to_integral",
        ONE,
        to_integral_value,
        "Identical to to_integral_value(x).",
    ),
    method(
        "to_integral_exact",
        ONE,
        to_integral_exact,
        "Round to an integer. Signal if the result is rounded or inexact.",
    ),
    method(
        "to_integral_value",
        ONE,
        to_integral_value,
        "Round to an integer.",
    ),
    method(
        "to_sci_string",
        ONE,
        to_sci_string,
        "Convert a number to a string using scientific notation.",
    ),
    method("_apply", ONE, apply, "Apply the context to x."),
];
