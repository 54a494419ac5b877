//! The module `math`.

use crate::bytecode::op::BinaryOp;
use crate::modules::NativeModule;
use crate::numeric::int::Int;
use crate::numeric::special::{self, Log};
use crate::numeric::summation::{self, DotProduct, ExactSum};
use crate::numeric::{c_math, combinatorics, float_ops, int_ops};
use crate::objects::header::Gc;
use crate::objects::list::Tuple;
use crate::objects::module::Module;
use crate::objects::names::Slot;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::number_ops::int_ref;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// A function of one float: nan from a number is a domain error, infinity from a finite one is one
/// too, or a range error where the function overflows.
fn apply(vm: &mut Vm, args: Args<'_>, f: fn(f64) -> f64, overflows: bool) -> Result {
    let x = vm.real(&args[0])?;
    vm.float_result(special::checked(x, f(x), overflows))
}

macro_rules! plain {
    ($($name:ident $f:expr, $overflows:literal;)+) => {$(
        fn $name(vm: &mut Vm, args: Args<'_>) -> Result {
            apply(vm, args, $f, $overflows)
        }
    )+};
}

plain! {
    acos f64::acos, false;
    acosh c_math::acosh, false;
    asin f64::asin, false;
    asinh c_math::asinh, false;
    atan f64::atan, false;
    atanh c_math::atanh, false;
    cbrt special::cbrt, false;
    cos f64::cos, false;
    cosh f64::cosh, true;
    erf special::erf, false;
    erfc special::erfc, false;
    exp f64::exp, true;
    exp2 f64::exp2, true;
    expm1 f64::exp_m1, true;
    fabs f64::abs, false;
    log1p f64::ln_1p, false;
    sin f64::sin, false;
    sinh f64::sinh, true;
    sqrt f64::sqrt, false;
    tan f64::tan, false;
    tanh f64::tanh, false;
}

fn gamma(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = vm.real(&args[0])?;
    vm.float_result(special::gamma(x))
}

fn lgamma(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = vm.real(&args[0])?;
    vm.float_result(special::lgamma(x))
}

/// Both arguments as floats.
fn pair(vm: &mut Vm, args: Args<'_>) -> Result<(f64, f64)> {
    Ok((vm.real(&args[0])?, vm.real(&args[1])?))
}

fn atan2(vm: &mut Vm, args: Args<'_>) -> Result {
    let (y, x) = pair(vm, args)?;
    Ok(Value::Float(y.atan2(x)))
}

fn copysign(vm: &mut Vm, args: Args<'_>) -> Result {
    let (x, y) = pair(vm, args)?;
    Ok(Value::Float(x.copysign(y)))
}

fn fmod(vm: &mut Vm, args: Args<'_>) -> Result {
    let (x, y) = pair(vm, args)?;
    vm.float_result(special::fmod(x, y))
}

fn remainder(vm: &mut Vm, args: Args<'_>) -> Result {
    let (x, y) = pair(vm, args)?;
    vm.float_result(special::remainder(x, y))
}

fn pow(vm: &mut Vm, args: Args<'_>) -> Result {
    let (x, y) = pair(vm, args)?;
    vm.float_result(special::pow(x, y))
}

fn fma(vm: &mut Vm, args: Args<'_>) -> Result {
    let (x, y) = pair(vm, args)?;
    let z = vm.real(&args[2])?;
    vm.float_result(special::fma(x, y, z))
}

fn degrees(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = vm.real(&args[0])?;
    Ok(Value::Float(x * (180.0 / std::f64::consts::PI)))
}

fn radians(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = vm.real(&args[0])?;
    Ok(Value::Float(x * (std::f64::consts::PI / 180.0)))
}

fn isfinite(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Bool(vm.real(&args[0])?.is_finite()))
}

fn isinf(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Bool(vm.real(&args[0])?.is_infinite()))
}

fn isnan(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Bool(vm.real(&args[0])?.is_nan()))
}

/// A logarithm of an int of any size, or of a float.
fn logarithm(vm: &mut Vm, kind: Log, value: &Value) -> Result<f64> {
    let result = match int_ref(value) {
        Some(n) => special::log_int(kind, n),
        None => {
            let x = vm.real(value)?;
            special::log(kind, x)
        }
    };
    vm.number(result)
}

fn log(vm: &mut Vm, args: Args<'_>) -> Result {
    let above = logarithm(vm, Log::Natural, &args[0])?;
    let Some(base) = args[1].given() else {
        return Ok(Value::Float(above));
    };
    let below = logarithm(vm, Log::Natural, base)?;
    vm.float_result(float_ops::div(above, below))
}

fn log2(vm: &mut Vm, args: Args<'_>) -> Result {
    logarithm(vm, Log::Two, &args[0]).map(Value::Float)
}

fn log10(vm: &mut Vm, args: Args<'_>) -> Result {
    logarithm(vm, Log::Ten, &args[0]).map(Value::Float)
}

/// `floor` and `ceil`: by the special method, or of the argument as a float.
fn whole(vm: &mut Vm, args: Args<'_>, slot: Slot, f: fn(f64) -> f64) -> Result {
    if !matches!(args[0], Value::Float(_))
        && let Some(result) = vm.call_slot(&args[0], slot, &[])?
    {
        return Ok(result);
    }
    let x = vm.real(&args[0])?;
    vm.int_result(float_ops::to_int(f(x)))
}

fn floor(vm: &mut Vm, args: Args<'_>) -> Result {
    whole(vm, args, Slot::Floor, f64::floor)
}

fn ceil(vm: &mut Vm, args: Args<'_>) -> Result {
    whole(vm, args, Slot::Ceil, f64::ceil)
}

fn trunc(vm: &mut Vm, args: Args<'_>) -> Result {
    match vm.call_slot(&args[0], Slot::Trunc, &[])? {
        Some(result) => Ok(result),
        None => {
            let name = vm.type_name(&args[0]);
            Err(vm.type_error(format!("type {name} doesn't define __trunc__ method")))
        }
    }
}

fn frexp(vm: &mut Vm, args: Args<'_>) -> Result {
    let (mantissa, exponent) = special::frexp(vm.real(&args[0])?);
    let parts = vec![Value::Float(mantissa), Value::Int(i64::from(exponent))];
    Ok(vm.new_tuple(parts).into())
}

fn ldexp(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = vm.real(&args[0])?;
    let Some(exponent) = int_ref(&args[1]) else {
        return Err(vm.type_error("Expected an int as second argument to ldexp."));
    };
    let extreme = if exponent.is_negative() {
        i64::MIN
    } else {
        i64::MAX
    };
    vm.float_result(special::ldexp(x, exponent.to_i64().unwrap_or(extreme)))
}

fn modf(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = vm.real(&args[0])?;
    let (fraction, whole) = if x.is_infinite() {
        (0f64.copysign(x), x)
    } else {
        ((x - x.trunc()).copysign(x), x.trunc())
    };
    let parts = vec![Value::Float(fraction), Value::Float(whole)];
    Ok(vm.new_tuple(parts).into())
}

fn nextafter(vm: &mut Vm, args: Args<'_>) -> Result {
    let (x, y) = pair(vm, args)?;
    let steps = match args[2].given_not_none() {
        None => 1,
        Some(steps) => {
            let steps = vm.index_int(steps)?;
            if steps.borrow().is_negative() {
                return Err(vm.value_error("steps must be a non-negative integer"));
            }
            // No two floats are further apart than this.
            steps.borrow().to_i64().map_or(u64::MAX, |n| n as u64)
        }
    };
    Ok(Value::Float(special::next_after(x, y, steps)))
}

fn ulp(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Float(special::ulp(vm.real(&args[0])?)))
}

fn isclose(vm: &mut Vm, args: Args<'_>) -> Result {
    let (a, b) = pair(vm, args)?;
    let (relative, absolute) = tolerances(vm, args)?;
    let close = a == b
        || a.is_finite()
            && b.is_finite()
            && special::is_close((b - a).abs(), a, b, relative, absolute);
    Ok(Value::Bool(close))
}

/// `rel_tol` and `abs_tol`, the third and fourth arguments.
pub fn tolerances(vm: &mut Vm, args: Args<'_>) -> Result<(f64, f64)> {
    let relative = match args[2].given() {
        Some(value) => vm.real(value)?,
        None => 1e-9,
    };
    let absolute = match args[3].given() {
        Some(value) => vm.real(value)?,
        None => 0.0,
    };
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    Ok((relative, absolute))
}

fn items(value: &Value) -> &[Value] {
    value.downcast::<Tuple>().map_or(&[], |tuple| tuple.items())
}

fn hypot(vm: &mut Vm, args: Args<'_>) -> Result {
    let mut vector = Vec::with_capacity(items(&args[0]).len());
    for item in items(&args[0]) {
        vector.push(vm.real(item)?);
    }
    Ok(Value::Float(summation::norm(&mut vector)))
}

fn dist(vm: &mut Vm, args: Args<'_>) -> Result {
    let p = vm.collect(&args[0])?;
    let q = vm.collect(&args[1])?;
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let mut vector = Vec::with_capacity(p.len());
    for (p, q) in p.iter().zip(&q) {
        vector.push((vm.real(p)? - vm.real(q)?).abs());
    }
    Ok(Value::Float(summation::norm(&mut vector)))
}

fn fsum(vm: &mut Vm, args: Args<'_>) -> Result {
    let mut sum = ExactSum::new();
    let iter = vm.iter(&args[0])?;
    while let Some(item) = vm.next(&iter)? {
        let x = vm.real(&item)?;
        vm.number(sum.add(x))?;
    }
    vm.float_result(sum.total())
}

/// What `sumprod` adds up in: exact ints, then floats in triple precision, then whatever `+` and `*` do.
struct SumOfProducts {
    total: Value,
    ints: Option<Int>,
    floats: Option<DotProduct>,
}

impl SumOfProducts {
    fn add(&mut self, vm: &mut Vm, p: &Value, q: &Value) -> Result<()> {
        if let Some(sum) = self.ints.take() {
            if let (Some(a), Some(b)) = (vm.exact_int(p), vm.exact_int(q)) {
                let product = int_ops::mul(a, b);
                self.ints = Some(int_ops::add(sum.borrow(), product.borrow()));
                return Ok(());
            }
            let sum = vm.int_value(sum);
            self.total = vm.binary(BinaryOp::Add, &self.total, &sum)?;
            self.floats = Some(DotProduct::default());
        }
        if let Some(mut sum) = self.floats.take() {
            if (matches!(p, Value::Float(_)) || matches!(q, Value::Float(_)))
                && let (Some(x), Some(y)) = (plain_float(p), plain_float(q))
            {
                sum.add(x, y);
                self.floats = Some(sum);
                return Ok(());
            }
            let sum = Value::Float(sum.total());
            if !matches!(sum, Value::Float(0.0)) {
                self.total = vm.binary(BinaryOp::Add, &self.total, &sum)?;
            }
        }
        let product = vm.binary(BinaryOp::Mul, p, q)?;
        self.total = vm.binary(BinaryOp::Add, &self.total, &product)?;
        Ok(())
    }

    fn finish(self, vm: &mut Vm) -> Result {
        let rest = match (self.ints, self.floats) {
            (Some(sum), _) => vm.int_value(sum),
            (_, Some(sum)) => Value::Float(sum.total()),
            _ => return Ok(self.total),
        };
        vm.binary(BinaryOp::Add, &self.total, &rest)
    }
}

/// A float, or an int that is one exactly enough for C's conversion.
fn plain_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(x) => Some(*x),
        Value::Int(n) => Some(*n as f64),
        Value::Bool(b) => Some(f64::from(u8::from(*b))),
        _ => None,
    }
}

fn sumprod(vm: &mut Vm, args: Args<'_>) -> Result {
    let (p, q) = (vm.iter(&args[0])?, vm.iter(&args[1])?);
    let mut sum = SumOfProducts {
        total: Value::Int(0),
        ints: Some(Int::ZERO),
        floats: None,
    };
    loop {
        match (vm.next(&p)?, vm.next(&q)?) {
            (Some(a), Some(b)) => sum.add(vm, &a, &b)?,
            (None, None) => return sum.finish(vm),
            _ => return Err(vm.value_error("Inputs are not the same length")),
        }
    }
}

fn prod(vm: &mut Vm, args: Args<'_>) -> Result {
    let mut total = match args[1].given() {
        Some(start) => start.clone(),
        None => Value::Int(1),
    };
    let iter = vm.iter(&args[0])?;
    while let Some(item) = vm.next(&iter)? {
        total = vm.binary(BinaryOp::Mul, &total, &item)?;
    }
    Ok(total)
}

fn gcd(vm: &mut Vm, args: Args<'_>) -> Result {
    let mut result = Int::ZERO;
    for item in items(&args[0]) {
        let n = vm.index_int(item)?;
        result = int_ops::gcd(result.borrow(), n.borrow());
    }
    Ok(vm.int_value(result))
}

fn lcm(vm: &mut Vm, args: Args<'_>) -> Result {
    let mut result = Int::ONE;
    for item in items(&args[0]) {
        let n = vm.index_int(item)?;
        result = int_ops::lcm(result.borrow(), n.borrow());
    }
    Ok(vm.int_value(result))
}

fn isqrt(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = vm.index_int(&args[0])?;
    vm.int_result(int_ops::isqrt(n.borrow()))
}

fn factorial(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = vm.index_int(&args[0])?;
    vm.int_result(combinatorics::factorial(n.borrow()))
}

fn comb(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = vm.index_int(&args[0])?;
    let k = vm.index_int(&args[1])?;
    vm.int_result(combinatorics::combinations(n.borrow(), k.borrow()))
}

fn perm(vm: &mut Vm, args: Args<'_>) -> Result {
    let Some(k) = args[1].given_not_none() else {
        return factorial(vm, args);
    };
    let n = vm.index_int(&args[0])?;
    let k = vm.index_int(k)?;
    vm.int_result(combinatorics::permutations(n.borrow(), k.borrow()))
}

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    for (name, x) in [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        vm.set_in(module, name, Value::Float(x));
    }
    Ok(())
}

pub static MATH: NativeModule = NativeModule {
    name: "math",
    doc: "This module provides access to the mathematical functions\ndefined by the C standard.",
    functions: FUNCTIONS,
    init,
};

static FUNCTIONS: &[NativeDef] = &[
    function(
        "acos",
        "($module, x, /)",
        acos,
        "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi.",
    ),
    function(
        "acosh",
        "($module, x, /)",
        acosh,
        "Return the inverse hyperbolic cosine of x.",
    ),
    function(
        "asin",
        "($module, x, /)",
        asin,
        "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.",
    ),
    function(
        "asinh",
        "($module, x, /)",
        asinh,
        "Return the inverse hyperbolic sine of x.",
    ),
    function(
        "atan",
        "($module, x, /)",
        atan,
        "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.",
    ),
    function(
        "atan2",
        "($module, y, x, /)",
        atan2,
        "Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered.",
    ),
    function(
        "atanh",
        "($module, x, /)",
        atanh,
        "Return the inverse hyperbolic tangent of x.",
    ),
    function(
        "cbrt",
        "($module, x, /)",
        cbrt,
        "Return the cube root of x.",
    ),
    function(
        "ceil",
        "($module, x, /)",
        ceil,
        "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x.",
    ),
    function(
        "comb",
        "($module, n, k, /)",
        comb,
        "Number of ways to choose k items from n items without repetition and without order.",
    ),
    function(
        "copysign",
        "($module, x, y, /)",
        copysign,
        "Return a float with the magnitude (absolute value) of x but the sign of y.\n\nOn platforms that support signed zeros, copysign(1.0, -0.0)\nreturns -1.0.",
    ),
    function(
        "cos",
        "($module, x, /)",
        cos,
        "Return the cosine of x (measured in radians).",
    ),
    function(
        "cosh",
        "($module, x, /)",
        cosh,
        "Return the hyperbolic cosine of x.",
    ),
    function(
        "degrees",
        "($module, x, /)",
        degrees,
        "Convert angle x from radians to degrees.",
    ),
    function(
        "dist",
        "($module, p, q, /)",
        dist,
        "Return the Euclidean distance between two points p and q.\n\nThe points should be specified as sequences (or iterables) of\ncoordinates.  Both inputs must have the same dimension.\n\nRoughly equivalent to:\n    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))",
    ),
    function("erf", "($module, x, /)", erf, "Error function at x."),
    function(
        "erfc",
        "($module, x, /)",
        erfc,
        "Complementary error function at x.",
    ),
    function(
        "exp",
        "($module, x, /)",
        exp,
        "Return e raised to the power of x.",
    ),
    function(
        "exp2",
        "($module, x, /)",
        exp2,
        "Return 2 raised to the power of x.",
    ),
    function(
        "expm1",
        "($module, x, /)",
        expm1,
        "Return exp(x)-1.\n\nThis function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.",
    ),
    function(
        "fabs",
        "($module, x, /)",
        fabs,
        "Return the absolute value of the float x.",
    ),
    function(
        "factorial",
        "($module, n, /)",
        factorial,
        "Find n!.\n\nRaise a ValueError if x is negative or non-integral.",
    ),
    function(
        "floor",
        "($module, x, /)",
        floor,
        "Return the floor of x as an Integral.\n\nThis is the largest integer <= x.",
    ),
    function(
        "fma",
        "($module, x, y, z, /)",
        fma,
        "Fused multiply-add operation.\n\nCompute (x * y) + z with a single round.",
    ),
    function(
        "fmod",
        "($module, x, y, /)",
        fmod,
        "Return fmod(x, y), according to platform C.\n\nx % y may differ.",
    ),
    function(
        "frexp",
        "($module, x, /)",
        frexp,
        "Return the mantissa and exponent of x, as pair (m, e).\n\nm is a float and e is an int, such that x = m * 2.**e.\nIf x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.",
    ),
    function(
        "fsum",
        "($module, seq, /)",
        fsum,
        "Return an accurate floating-point sum of values in the iterable seq.\n\nAssumes IEEE-754 floating-point arithmetic.",
    ),
    function("gamma", "($module, x, /)", gamma, "Gamma function at x."),
    function(
        "gcd",
        "($module, *integers)",
        gcd,
        "Greatest Common Divisor.",
    ),
    function(
        "hypot",
        "(*coordinates)",
        hypot,
        "Multidimensional Euclidean distance from the origin to a point.\n\nRoughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))",
    ),
    function(
        "isclose",
        "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        isclose,
        "Determine whether two floating-point numbers are close in value.",
    ),
    function(
        "isfinite",
        "($module, x, /)",
        isfinite,
        "Return True if x is neither an infinity nor a NaN, and False otherwise.",
    ),
    function(
        "isinf",
        "($module, x, /)",
        isinf,
        "Return True if x is a positive or negative infinity, and False otherwise.",
    ),
    function(
        "isnan",
        "($module, x, /)",
        isnan,
        "Return True if x is a NaN (not a number), and False otherwise.",
    ),
    function(
        "isqrt",
        "($module, n, /)",
        isqrt,
        "Return the integer part of the square root of the input.",
    ),
    function("lcm", "($module, *integers)", lcm, "Least Common Multiple."),
    function(
        "ldexp",
        "($module, x, i, /)",
        ldexp,
        "Return x * (2**i).\n\nThis is essentially the inverse of frexp().",
    ),
    function(
        "lgamma",
        "($module, x, /)",
        lgamma,
        "Natural logarithm of absolute value of Gamma function at x.",
    ),
    function(
        "log",
        "(x, base=math.e, /)",
        log,
        "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x.",
    ),
    function(
        "log10",
        "($module, x, /)",
        log10,
        "Return the base 10 logarithm of x.",
    ),
    function(
        "log1p",
        "($module, x, /)",
        log1p,
        "Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero.",
    ),
    function(
        "log2",
        "($module, x, /)",
        log2,
        "Return the base 2 logarithm of x.",
    ),
    function(
        "modf",
        "($module, x, /)",
        modf,
        "Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats.",
    ),
    function(
        "nextafter",
        "($module, x, y, /, *, steps=None)",
        nextafter,
        "Return the floating-point value the given number of steps after x towards y.",
    ),
    function(
        "perm",
        "($module, n, k=None, /)",
        perm,
        "Number of ways to choose k items from n items without repetition and with order.",
    ),
    function(
        "pow",
        "($module, x, y, /)",
        pow,
        "Return x**y (x to the power of y).",
    ),
    function(
        "prod",
        "($module, iterable, /, *, start=1)",
        prod,
        "Calculate the product of all the elements in the input iterable.\n\nThe default start value for the product is 1.",
    ),
    function(
        "radians",
        "($module, x, /)",
        radians,
        "Convert angle x from degrees to radians.",
    ),
    function(
        "remainder",
        "($module, x, y, /)",
        remainder,
        "Difference between x and the closest integer multiple of y.",
    ),
    function(
        "sin",
        "($module, x, /)",
        sin,
        "Return the sine of x (measured in radians).",
    ),
    function(
        "sinh",
        "($module, x, /)",
        sinh,
        "Return the hyperbolic sine of x.",
    ),
    function(
        "sqrt",
        "($module, x, /)",
        sqrt,
        "Return the square root of x.",
    ),
    function(
        "sumprod",
        "($module, p, q, /)",
        sumprod,
        "Return the sum of products of values from two iterables p and q.",
    ),
    function(
        "tan",
        "($module, x, /)",
        tan,
        "Return the tangent of x (measured in radians).",
    ),
    function(
        "tanh",
        "($module, x, /)",
        tanh,
        "Return the hyperbolic tangent of x.",
    ),
    function(
        "trunc",
        "($module, x, /)",
        trunc,
        "Truncates the Real x to the nearest Integral toward 0.",
    ),
    function(
        "ulp",
        "($module, x, /)",
        ulp,
        "Return the value of the least significant bit of the float x.",
    ),
];
