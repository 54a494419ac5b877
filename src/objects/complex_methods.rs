//! The methods of `complex`.

use super::int_methods::format_spec_arg;
use super::int_new::class_arg;
use super::names::Slot;
use super::native::{Args, GetSetDef, NativeDef, getter, method, new};
use super::number::ComplexObj;
use super::number_ops::{complex_equals, complex_of};
use super::str::Str;
use super::value::Value;
use crate::bytecode::op::BinaryOp;
use crate::numeric::complex::{Complex, MALFORMED};
use crate::numeric::{format_spec, hash};
use crate::vm::{Result, Vm};

/// The number of self.
fn this(vm: &mut Vm, args: Args<'_>) -> Result<Complex> {
    match complex_of(&args[0]) {
        Some(z) => Ok(z),
        None => {
            let name = vm.type_name(&args[0]);
            Err(vm.type_error(format!("a complex is required (got type {name})")))
        }
    }
}

/// `__complex__`, where there is one.
fn by_method(vm: &mut Vm, value: &Value) -> Result<Option<Complex>> {
    match vm.call_slot(value, Slot::Complex, &[])? {
        None => Ok(None),
        Some(result) => match complex_of(&result) {
            Some(z) => Ok(Some(z)),
            None => {
                let name = vm.type_name(&result);
                let message = format!("__complex__ returned non-complex (type {name})");
                Err(vm.type_error(message))
            }
        },
    }
}

impl Vm {
    /// An argument of `cmath`: any number. `TypeError` "must be real number, not str".
    pub fn complex_number(&mut self, value: &Value) -> Result<Complex> {
        if let Some(z) = complex_of(value) {
            return Ok(z);
        }
        if let Some(z) = by_method(self, value)? {
            return Ok(z);
        }
        self.real(value).map(Complex::real)
    }
}

fn new_complex(vm: &mut Vm, args: Args<'_>) -> Result {
    let base = vm.types.complex.clone();
    let class = class_arg(vm, &args[0], &base)?;
    let z = parts(vm, &args[1], &args[2])?;
    let payload = ComplexObj { re: z.re, im: z.im };
    Ok(vm.heap.alloc(&class, payload).into())
}

fn parts(vm: &mut Vm, real: &Value, imag: &Value) -> Result<Complex> {
    if let Some(text) = real.downcast::<Str>() {
        if imag.given().is_some() {
            return Err(vm.type_error("complex() can't take second arg if first is a string"));
        }
        return match text.as_str().and_then(Complex::parse) {
            Some(z) => Ok(z),
            None => Err(vm.value_error(MALFORMED)),
        };
    }
    if imag.is::<Str>() {
        return Err(vm.type_error("complex() second arg can't be a string"));
    }
    let first = match real.given() {
        None => Complex::real(0.0),
        Some(real) => match first_part(vm, real)? {
            Some(z) => z,
            None => {
                let name = vm.type_name(real);
                return Err(vm.type_error(format!(
                    "complex() first argument must be a string or a number, not '{name}'"
                )));
            }
        },
    };
    let Some(imag) = imag.given() else {
        return Ok(first);
    };
    let second = match complex_of(imag) {
        Some(z) => z,
        None => match vm.real_opt(imag)? {
            Some(x) => Complex::real(x),
            None => {
                let name = vm.type_name(imag);
                return Err(vm.type_error(format!(
                    "complex() second argument must be a number, not '{name}'"
                )));
            }
        },
    };
    // real + imag * 1j, without the products that would spoil signs of zeros.
    let second_is_complex = complex_of(imag).is_some();
    let first_is_complex =
        real.given().is_some_and(|real| complex_of(real).is_some()) || first.im != 0.0;
    Ok(Complex::new(
        if second_is_complex {
            first.re - second.im
        } else {
            first.re
        },
        if first_is_complex {
            first.im + second.re
        } else {
            second.re
        },
    ))
}

fn first_part(vm: &mut Vm, value: &Value) -> Result<Option<Complex>> {
    if let Some(z) = complex_of(value) {
        return Ok(Some(z));
    }
    if let Some(z) = by_method(vm, value)? {
        return Ok(Some(z));
    }
    Ok(vm.real_opt(value)?.map(Complex::real))
}

macro_rules! operators {
    ($($op:ident $forward:ident $reverse:ident;)+) => {$(
        fn $forward(vm: &mut Vm, args: Args<'_>) -> Result {
            operate(vm, BinaryOp::$op, &args[0], &args[1])
        }

        fn $reverse(vm: &mut Vm, args: Args<'_>) -> Result {
            operate(vm, BinaryOp::$op, &args[1], &args[0])
        }
    )+};
}

operators! {
    Add add radd;
    Sub sub rsub;
    Mul mul rmul;
    TrueDiv truediv rtruediv;
}

fn operate(vm: &mut Vm, op: BinaryOp, a: &Value, b: &Value) -> Result {
    let Some(x) = vm.complex_operand(a)? else {
        return Ok(Value::NotImplemented);
    };
    let Some(y) = vm.complex_operand(b)? else {
        return Ok(Value::NotImplemented);
    };
    vm.complex_arithmetic(op, x, y)
}

fn power(vm: &mut Vm, a: &Value, b: &Value, modulus: &Value) -> Result {
    if modulus.given_not_none().is_some() {
        return Err(vm.value_error("complex modulo"));
    }
    operate(vm, BinaryOp::Pow, a, b)
}

fn pow(vm: &mut Vm, args: Args<'_>) -> Result {
    power(vm, &args[0], &args[1], &args[2])
}

fn rpow(vm: &mut Vm, args: Args<'_>) -> Result {
    power(vm, &args[1], &args[0], &args[2])
}

fn eq(_: &mut Vm, args: Args<'_>) -> Result {
    let equal = complex_equals(&args[0], &args[1]);
    Ok(equal.map_or(Value::NotImplemented, Value::Bool))
}

fn ne(_: &mut Vm, args: Args<'_>) -> Result {
    let equal = complex_equals(&args[0], &args[1]);
    Ok(equal.map_or(Value::NotImplemented, |equal| Value::Bool(!equal)))
}

/// Order is not defined among complex numbers.
fn unordered(_: &mut Vm, _: Args<'_>) -> Result {
    Ok(Value::NotImplemented)
}

fn neg(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = this(vm, args)?;
    Ok(vm.complex_value(-z))
}

/// The number itself as an exact complex.
fn itself(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = this(vm, args)?;
    Ok(vm.complex_value(z))
}

fn abs(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = this(vm, args)?;
    vm.float_result(z.abs())
}

fn is_true(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = this(vm, args)?;
    Ok(Value::Bool(z.re != 0.0 || z.im != 0.0))
}

fn hash_value(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = this(vm, args)?;
    let identity = hash::address(vm.id(&args[0]) as usize);
    let hash = hash::complex(
        hash::float(z.re, || identity),
        hash::float(z.im, || identity),
    );
    Ok(Value::Int(hash))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let text = this(vm, args)?.repr();
    Ok(vm.new_str(text))
}

fn format(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = this(vm, args)?;
    let spec = format_spec_arg(vm, &args[1])?;
    if spec.is_empty() {
        return Ok(vm.str(&args[0])?.into());
    }
    let name = vm.type_name(&args[0]);
    let text = vm.number(format_spec::format_complex(z.re, z.im, &spec, &name))?;
    Ok(vm.new_str(text))
}

fn conjugate(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = this(vm, args)?;
    Ok(vm.complex_value(Complex::new(z.re, -z.im)))
}

fn getnewargs(vm: &mut Vm, args: Args<'_>) -> Result {
    let z = this(vm, args)?;
    let pair = vec![Value::Float(z.re), Value::Float(z.im)];
    Ok(vm.new_tuple(pair).into())
}

fn real(_: &mut Vm, this: &Value) -> Result {
    Ok(Value::Float(complex_of(this).map_or(0.0, |z| z.re)))
}

fn imag(_: &mut Vm, this: &Value) -> Result {
    Ok(Value::Float(complex_of(this).map_or(0.0, |z| z.im)))
}

pub static METHODS: &[NativeDef] = &[
    new("(real=0, imag=0)", new_complex),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__hash__", "($self, /)", hash_value, "Return hash(self)."),
    method(
        "__lt__",
        "($self, value, /)",
        unordered,
        "Return self<value.",
    ),
    method(
        "__le__",
        "($self, value, /)",
        unordered,
        "Return self<=value.",
    ),
    method("__eq__", "($self, value, /)", eq, "Return self==value."),
    method("__ne__", "($self, value, /)", ne, "Return self!=value."),
    method(
        "__gt__",
        "($self, value, /)",
        unordered,
        "Return self>value.",
    ),
    method(
        "__ge__",
        "($self, value, /)",
        unordered,
        "Return self>=value.",
    ),
    method("__add__", "($self, value, /)", add, "Return self+value."),
    method("__radd__", "($self, value, /)", radd, "Return value+self."),
    method("__sub__", "($self, value, /)", sub, "Return self-value."),
    method("__rsub__", "($self, value, /)", rsub, "Return value-self."),
    method("__mul__", "($self, value, /)", mul, "Return self*value."),
    method("__rmul__", "($self, value, /)", rmul, "Return value*self."),
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
    method("__neg__", "($self, /)", neg, "-self"),
    method("__pos__", "($self, /)", itself, "+self"),
    method("__abs__", "($self, /)", abs, "abs(self)"),
    method("__bool__", "($self, /)", is_true, "True if self else False"),
    method(
        "__truediv__",
        "($self, value, /)",
        truediv,
        "Return self/value.",
    ),
    method(
        "__rtruediv__",
        "($self, value, /)",
        rtruediv,
        "Return value/self.",
    ),
    method(
        "conjugate",
        "($self, /)",
        conjugate,
        "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.",
    ),
    method(
        "__complex__",
        "($self, /)",
        itself,
        "Convert this value to exact type complex.",
    ),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    method(
        "__format__",
        "($self, format_spec, /)",
        format,
        "Convert to a string according to format_spec.",
    ),
];

pub static GETSETS: &[GetSetDef] = &[
    getter("real", real, "the real part of a complex number"),
    getter("imag", imag, "the imaginary part of a complex number"),
];
