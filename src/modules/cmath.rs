//! The module `cmath`.

use crate::modules::NativeModule;
use crate::numeric::complex::Complex;
use crate::numeric::complex_functions as functions;
use crate::numeric::error::NumberResult;
use crate::numeric::special;
use crate::objects::header::Gc;
use crate::objects::module::Module;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

fn apply(vm: &mut Vm, args: Args<'_>, f: fn(Complex) -> NumberResult<Complex>) -> Result {
    let z = vm.complex_number(&args[0])?;
    vm.complex_result(f(z))
}

macro_rules! plain {
    ($($name:ident)+) => {$(
        fn $name(vm: &mut Vm, args: Args<'_>) -> Result {
            apply(vm, args, functions::$name)
        }
    )+};
}

plain! { acos acosh asin asinh atan atanh cos cosh exp log10 sin sinh sqrt tan tanh }

fn log(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = vm.complex_number(&args[0])?;
    let Some(base) = args[1].given() else {
        return vm.complex_result(functions::log(z));
    };
    let base = vm.complex_number(base)?;
    vm.complex_result(functions::log_base(z, base))
}

fn phase(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = vm.complex_number(&args[0])?;
    Ok(Value::Float(z.im.atan2(z.re)))
}

fn polar(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = vm.complex_number(&args[0])?;
    let size = match z.abs() {
        Ok(size) => size,
        Err(_) => return Err(vm.raise_number(special::range_error())),
    };
    let parts = vec![Value::Float(size), Value::Float(z.im.atan2(z.re))];
    Ok(vm.new_tuple(parts).into())
}

fn rect(vm: &mut Vm, args: Args<'_>) -> Result {
    let (r, phi) = (vm.real(&args[0])?, vm.real(&args[1])?);
    vm.complex_result(functions::rect(r, phi))
}

fn isfinite(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = vm.complex_number(&args[0])?;
    Ok(Value::Bool(z.re.is_finite() && z.im.is_finite()))
}

fn isinf(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = vm.complex_number(&args[0])?;
    Ok(Value::Bool(z.re.is_infinite() || z.im.is_infinite()))
}

fn isnan(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = vm.complex_number(&args[0])?;
    Ok(Value::Bool(z.re.is_nan() || z.im.is_nan()))
}

fn isclose(vm: &mut Vm, args: Args<'_>) -> Result {
    let a = vm.complex_number(&args[0])?;
    let b = vm.complex_number(&args[1])?;
    let (relative, absolute) = super::math::tolerances(vm, args)?;
    let infinite = |z: Complex| z.re.is_infinite() || z.im.is_infinite();
    let size = |z: Complex| z.re.hypot(z.im);
    let close = a == b
        || !infinite(a)
            && !infinite(b)
            && special::is_close(size(a - b), size(a), size(b), relative, absolute);
    Ok(Value::Bool(close))
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
    for (name, im) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
        let z = vm.complex_value(Complex::new(0.0, im));
        vm.set_in(module, name, z);
    }
    Ok(())
}

pub static CMATH: NativeModule = NativeModule {
    name: "cmath",
    doc: "This module provides access to mathematical functions for complex\nnumbers.",
    functions: FUNCTIONS,
    init,
};

static FUNCTIONS: &[NativeDef] = &[
    function(
        "acos",
        "($module, z, /)",
        acos,
        "Return the arc cosine of z.",
    ),
    function(
        "acosh",
        "($module, z, /)",
        acosh,
        "Return the inverse hyperbolic cosine of z.",
    ),
    function("asin", "($module, z, /)", asin, "Return the arc sine of z."),
    function(
        "asinh",
        "($module, z, /)",
        asinh,
        "Return the inverse hyperbolic sine of z.",
    ),
    function(
        "atan",
        "($module, z, /)",
        atan,
        "Return the arc tangent of z.",
    ),
    function(
        "atanh",
        "($module, z, /)",
        atanh,
        "Return the inverse hyperbolic tangent of z.",
    ),
    function("cos", "($module, z, /)", cos, "Return the cosine of z."),
    function(
        "cosh",
        "($module, z, /)",
        cosh,
        "Return the hyperbolic cosine of z.",
    ),
    function(
        "exp",
        "($module, z, /)",
        exp,
        "Return the exponential value e**z.",
    ),
    function(
        "isclose",
        "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        isclose,
        "Determine whether two complex numbers are close in value.",
    ),
    function(
        "isfinite",
        "($module, z, /)",
        isfinite,
        "Return True if both the real and imaginary parts of z are finite, else False.",
    ),
    function(
        "isinf",
        "($module, z, /)",
        isinf,
        "Checks if the real or imaginary part of z is infinite.",
    ),
    function(
        "isnan",
        "($module, z, /)",
        isnan,
        "Checks if the real or imaginary part of z not a number (NaN).",
    ),
    function(
        "log",
        "($module, z, base=<unrepresentable>, /)",
        log,
        "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of z.",
    ),
    function(
        "log10",
        "($module, z, /)",
        log10,
        "Return the base-10 logarithm of z.",
    ),
    function(
        "phase",
        "($module, z, /)",
        phase,
        "Return argument, also known as the phase angle, of a complex.",
    ),
    function(
        "polar",
        "($module, z, /)",
        polar,
        "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle.",
    ),
    function(
        "rect",
        "($module, r, phi, /)",
        rect,
        "Convert from polar coordinates to rectangular coordinates.",
    ),
    function("sin", "($module, z, /)", sin, "Return the sine of z."),
    function(
        "sinh",
        "($module, z, /)",
        sinh,
        "Return the hyperbolic sine of z.",
    ),
    function(
        "sqrt",
        "($module, z, /)",
        sqrt,
        "Return the square root of z.",
    ),
    function("tan", "($module, z, /)", tan, "Return the tangent of z."),
    function(
        "tanh",
        "($module, z, /)",
        tanh,
        "Return the hyperbolic tangent of z.",
    ),
];
