//! The methods of `float`.

use super::header::Gc;
use super::int_methods::format_spec_arg;
use super::int_new::{bytes_like, class_arg};
use super::native::{Args, GetSetDef, NativeDef, class_method, getter, method, new, static_method};
use super::number::FloatObj;
use super::number_ops::{compare_floats, float_of};
use super::operators::CompareOp;
use super::str::Str;
use super::typeobj::Type;
use super::value::Value;
use crate::bytecode::op::BinaryOp;
use crate::numeric::{float_ops, float_text, format_spec, hash};
use crate::vm::{Result, Vm};

/// The float of self.
fn this(vm: &mut Vm, args: Args<'_>) -> Result<f64> {
    match float_of(&args[0]) {
        Some(x) => Ok(x),
        None => {
            let name = vm.type_name(&args[0]);
            Err(vm.type_error(format!("a float is required (got type {name})")))
        }
    }
}

/// An instance of a class derived from `float`, or an exact `float`.
fn make_float(vm: &mut Vm, class: &Gc<Type>, x: f64) -> Value {
    if class == &vm.types.float {
        return Value::Float(x);
    }
    vm.heap.alloc(class, FloatObj(x)).into()
}

fn new_float(vm: &mut Vm, args: Args<'_>) -> Result {
    let float = vm.types.float.clone();
    let class = class_arg(vm, &args[0], &float)?;
    let x = match args[1].given() {
        None => 0.0,
        Some(x) => vm.to_float(x)?,
    };
    Ok(make_float(vm, &class, x))
}

impl Vm {
    /// `float(x)`
    pub fn to_float(&mut self, x: &Value) -> Result<f64> {
        if let Some(text) = x.downcast::<Str>().cloned() {
            let found = text.as_str().and_then(float_text::parse);
            return match found {
                Some(x) => Ok(x),
                None => {
                    let exact = self.heap.new_str(Str::from_wtf8(text.bytes()));
                    Err(self.not_a_float(&exact.value())?)
                }
            };
        }
        if let Some(x) = self.real_opt(x)? {
            return Ok(x);
        }
        if let Some(bytes) = bytes_like(self, x)? {
            return match float_text::parse_bytes(&bytes) {
                Some(x) => Ok(x),
                None => {
                    let shown = self.new_bytes(bytes);
                    Err(self.not_a_float(&shown)?)
                }
            };
        }
        let name = self.type_name(x);
        Err(self.type_error(format!(
            "float() argument must be a string or a real number, not '{name}'"
        )))
    }

    fn not_a_float(&mut self, text: &Value) -> Result<super::exceptions::Exc> {
        let shown = self.repr(text)?;
        let message = format!("could not convert string to float: {}", shown.lossy());
        Ok(self.value_error(message))
    }
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
    Mod modulo rmodulo;
    FloorDiv floordiv rfloordiv;
    TrueDiv truediv rtruediv;
}

fn operate(vm: &mut Vm, op: BinaryOp, a: &Value, b: &Value) -> Result {
    let Some(x) = vm.float_operand(a)? else {
        return Ok(Value::NotImplemented);
    };
    let Some(y) = vm.float_operand(b)? else {
        return Ok(Value::NotImplemented);
    };
    vm.float_arithmetic(op, x, y)
}

fn power(vm: &mut Vm, a: &Value, b: &Value, modulus: &Value) -> Result {
    if modulus.given_not_none().is_some() {
        return Err(
            vm.type_error("pow() 3rd argument not allowed unless all arguments are integers")
        );
    }
    operate(vm, BinaryOp::Pow, a, b)
}

fn pow(vm: &mut Vm, args: Args<'_>) -> Result {
    power(vm, &args[0], &args[1], &args[2])
}

fn rpow(vm: &mut Vm, args: Args<'_>) -> Result {
    power(vm, &args[1], &args[0], &args[2])
}

fn divide(vm: &mut Vm, a: &Value, b: &Value) -> Result {
    let Some(x) = vm.float_operand(a)? else {
        return Ok(Value::NotImplemented);
    };
    let Some(y) = vm.float_operand(b)? else {
        return Ok(Value::NotImplemented);
    };
    let (quotient, rest) = vm.number(float_ops::divmod(x, y))?;
    let pair = vec![Value::Float(quotient), Value::Float(rest)];
    Ok(vm.new_tuple(pair).into())
}

fn divmod(vm: &mut Vm, args: Args<'_>) -> Result {
    divide(vm, &args[0], &args[1])
}

fn rdivmod(vm: &mut Vm, args: Args<'_>) -> Result {
    divide(vm, &args[1], &args[0])
}

macro_rules! comparisons {
    ($($name:ident $op:ident;)+) => {$(
        fn $name(_: &mut Vm, args: Args<'_>) -> Result {
            let result = compare_floats(CompareOp::$op, &args[0], &args[1]);
            Ok(result.map_or(Value::NotImplemented, Value::Bool))
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

fn neg(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Float(-this(vm, args)?))
}

/// The number itself as an exact float.
fn itself(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Float(this(vm, args)?))
}

fn abs(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Float(this(vm, args)?.abs()))
}

fn is_true(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Bool(this(vm, args)? != 0.0))
}

fn hash_value(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = this(vm, args)?;
    let identity = vm.id(&args[0]);
    Ok(Value::Int(hash::float(x, || {
        hash::address(identity as usize)
    })))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let text = float_text::repr(this(vm, args)?);
    Ok(vm.new_str(text))
}

fn format(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = this(vm, args)?;
    let spec = format_spec_arg(vm, &args[1])?;
    if spec.is_empty() {
        return Ok(vm.str(&args[0])?.into());
    }
    let name = vm.type_name(&args[0]);
    let text = vm.number(format_spec::format_float(x, &spec, &name))?;
    Ok(vm.new_str(text))
}

fn trunc(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = this(vm, args)?;
    vm.int_result(float_ops::to_int(x))
}

fn floor(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = this(vm, args)?;
    vm.int_result(float_ops::to_int(x.floor()))
}

fn ceil(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = this(vm, args)?;
    vm.int_result(float_ops::to_int(x.ceil()))
}

fn round(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = this(vm, args)?;
    match args[1].given_not_none() {
        None => vm.int_result(float_ops::round_to_int(x)),
        Some(places) => {
            let places = vm.index_int(places)?;
            vm.float_result(float_ops::round(x, places.borrow()))
        }
    }
}

fn as_integer_ratio(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = this(vm, args)?;
    let (above, below) = vm.number(float_ops::as_integer_ratio(x))?;
    let pair = vec![vm.int_value(above), vm.int_value(below)];
    Ok(vm.new_tuple(pair).into())
}

fn is_integer(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Bool(float_ops::is_integer(this(vm, args)?)))
}

fn hex(vm: &mut Vm, args: Args<'_>) -> Result {
    let text = float_ops::hex(this(vm, args)?);
    Ok(vm.new_str(text))
}

fn fromhex(vm: &mut Vm, args: Args<'_>) -> Result {
    let Some(text) = args[1].downcast::<Str>() else {
        return Err(vm.type_error("bad argument type for built-in operation"));
    };
    let x = float_ops::from_hex(&text.lossy());
    let x = vm.number(x)?;
    if args[0].as_obj() == Some(vm.types.float.obj()) {
        return Ok(Value::Float(x));
    }
    vm.call(&args[0], &[Value::Float(x)])
}

fn getformat(vm: &mut Vm, args: Args<'_>) -> Result {
    let Some(kind) = args[0].downcast::<Str>() else {
        let name = vm.type_name(&args[0]);
        return Err(vm.type_error(format!("__getformat__() argument must be str, not {name}")));
    };
    match kind.bytes() {
        b"double" | b"float" if cfg!(target_endian = "little") => {
            Ok(vm.new_str("IEEE, little-endian"))
        }
        b"double" | b"float" => Ok(vm.new_str("IEEE, big-endian")),
        _ => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
    }
}

fn getnewargs(vm: &mut Vm, args: Args<'_>) -> Result {
    let x = itself(vm, args)?;
    Ok(vm.new_tuple(vec![x]).into())
}

fn real(_: &mut Vm, this: &Value) -> Result {
    Ok(Value::Float(float_of(this).unwrap_or_default()))
}

fn imag(_: &mut Vm, _: &Value) -> Result {
    Ok(Value::Float(0.0))
}

pub static METHODS: &[NativeDef] = &[
    new("(x=0, /)", new_float),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__hash__", "($self, /)", hash_value, "Return hash(self)."),
    method("__lt__", "($self, value, /)", lt, "Return self<value."),
    method("__le__", "($self, value, /)", le, "Return self<=value."),
    method("__eq__", "($self, value, /)", eq, "Return self==value."),
    method("__ne__", "($self, value, /)", ne, "Return self!=value."),
    method("__gt__", "($self, value, /)", gt, "Return self>value."),
    method("__ge__", "($self, value, /)", ge, "Return self>=value."),
    method("__add__", "($self, value, /)", add, "Return self+value."),
    method("__radd__", "($self, value, /)", radd, "Return value+self."),
    method("__sub__", "($self, value, /)", sub, "Return self-value."),
    method("__rsub__", "($self, value, /)", rsub, "Return value-self."),
    method("__mul__", "($self, value, /)", mul, "Return self*value."),
    method("__rmul__", "($self, value, /)", rmul, "Return value*self."),
    method("__mod__", "($self, value, /)", modulo, "Return self%value."),
    method(
        "__rmod__",
        "($self, value, /)",
        rmodulo,
        "Return value%self.",
    ),
    method(
        "__divmod__",
        "($self, value, /)",
        divmod,
        "Return divmod(self, value).",
    ),
    method(
        "__rdivmod__",
        "($self, value, /)",
        rdivmod,
        "Return divmod(value, self).",
    ),
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
    method("__int__", "($self, /)", trunc, "int(self)"),
    method("__float__", "($self, /)", itself, "float(self)"),
    method(
        "__floordiv__",
        "($self, value, /)",
        floordiv,
        "Return self//value.",
    ),
    method(
        "__rfloordiv__",
        "($self, value, /)",
        rfloordiv,
        "Return value//self.",
    ),
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
        itself,
        "Return self, the complex conjugate of any float.",
    ),
    method(
        "__trunc__",
        "($self, /)",
        trunc,
        "Return the Integral closest to x between 0 and x.",
    ),
    method(
        "__floor__",
        "($self, /)",
        floor,
        "Return the floor as an Integral.",
    ),
    method(
        "__ceil__",
        "($self, /)",
        ceil,
        "Return the ceiling as an Integral.",
    ),
    method(
        "__round__",
        "($self, ndigits=None, /)",
        round,
        "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).",
    ),
    method(
        "as_integer_ratio",
        "($self, /)",
        as_integer_ratio,
        "Return a pair of integers, whose ratio is exactly equal to the original float.\n\nThe ratio is in lowest terms and has a positive denominator.  Raise\nOverflowError on infinities and a ValueError on NaNs.\n\n>>> (10.0).as_integer_ratio()\n(10, 1)\n>>> (0.0).as_integer_ratio()\n(0, 1)\n>>> (-.25).as_integer_ratio()\n(-1, 4)",
    ),
    class_method(
        "fromhex",
        "($type, string, /)",
        fromhex,
        "Create a floating-point number from a hexadecimal string.\n\n>>> float.fromhex('0x1.ffffp10')\n2047.984375\n>>> float.fromhex('-0x1p-1074')\n-5e-324",
    ),
    method(
        "hex",
        "($self, /)",
        hex,
        "Return a hexadecimal representation of a floating-point number.\n\n>>> (-0.1).hex()\n'-0x1.999999999999ap-4'\n>>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'",
    ),
    method(
        "is_integer",
        "($self, /)",
        is_integer,
        "Return True if the float is an integer.",
    ),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    static_method(
        "__getformat__",
        "(typestr, /)",
        getformat,
        "You probably don't want to use this function.",
    ),
    method(
        "__format__",
        "($self, format_spec, /)",
        format,
        "Formats the float according to format_spec.",
    ),
];

pub static GETSETS: &[GetSetDef] = &[
    getter("real", real, "the real part of a complex number"),
    getter("imag", imag, "the imaginary part of a complex number"),
];
