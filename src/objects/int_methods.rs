//! The methods of `int`; its constructor is in `int_new`, `bool` in `bool_methods`.

use super::native::{Args, GetSetDef, NativeDef, class_method, getter, method, new};
use super::number::IntObj;
use super::number_ops::{compare_ints, int_ref};
use super::operators::CompareOp;
use super::str::Str;
use super::value::Value;
use crate::bytecode::op::BinaryOp;
use crate::numeric::int::{Int, IntRef};
use crate::numeric::{format_spec, hash, int_ops, int_text};
use crate::vm::{Result, Vm};

/// The integer of argument `i`, which is self or was checked.
pub fn int_arg<'a>(vm: &mut Vm, args: Args<'a>, i: usize) -> Result<IntRef<'a>> {
    match args.0.get(i).and_then(int_ref) {
        Some(n) => Ok(n),
        None => {
            let name = vm.type_name(&args[i]);
            Err(vm.type_error(format!("an integer is required (got type {name})")))
        }
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
    LShift lshift rlshift;
    RShift rshift rrshift;
    BitAnd and rand;
    BitXor xor rxor;
    BitOr or ror;
    FloorDiv floordiv rfloordiv;
    TrueDiv truediv rtruediv;
}

fn operate(vm: &mut Vm, op: BinaryOp, a: &Value, b: &Value) -> Result {
    match (int_ref(a), int_ref(b)) {
        (Some(a), Some(b)) => vm.int_arithmetic(op, a, b),
        _ => Ok(Value::NotImplemented),
    }
}

macro_rules! comparisons {
    ($($name:ident $op:ident;)+) => {$(
        fn $name(_: &mut Vm, args: Args<'_>) -> Result {
            let result = compare_ints(CompareOp::$op, &args[0], &args[1]);
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

fn divide(vm: &mut Vm, a: &Value, b: &Value) -> Result {
    let (Some(a), Some(b)) = (int_ref(a), int_ref(b)) else {
        return Ok(Value::NotImplemented);
    };
    let (quotient, rest) = vm.number(int_ops::divmod(a, b))?;
    let pair = vec![vm.int_value(quotient), vm.int_value(rest)];
    Ok(vm.new_tuple(pair).into())
}

fn divmod(vm: &mut Vm, args: Args<'_>) -> Result {
    divide(vm, &args[0], &args[1])
}

fn rdivmod(vm: &mut Vm, args: Args<'_>) -> Result {
    divide(vm, &args[1], &args[0])
}

/// `pow(a, b, modulus)`; the modulus may be left out or `None`.
pub fn power(vm: &mut Vm, a: &Value, b: &Value, modulus: &Value) -> Result {
    let (Some(x), Some(y)) = (int_ref(a), int_ref(b)) else {
        return Ok(Value::NotImplemented);
    };
    match modulus.given_not_none() {
        None => vm.int_arithmetic(BinaryOp::Pow, x, y),
        Some(modulus) => match int_ref(modulus) {
            Some(m) => vm.int_result(int_ops::pow_mod(x, y, m)),
            None => Ok(Value::NotImplemented),
        },
    }
}

fn pow(vm: &mut Vm, args: Args<'_>) -> Result {
    power(vm, &args[0], &args[1], &args[2])
}

fn rpow(vm: &mut Vm, args: Args<'_>) -> Result {
    power(vm, &args[1], &args[0], &args[2])
}

fn neg(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = int_arg(vm, args, 0)?;
    Ok(vm.int_value(int_ops::neg(n)))
}

/// The number itself as an exact int: `+n`, `int(n)`, `n.real`, `round(n)`, ...
fn itself(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = int_arg(vm, args, 0)?;
    match &args[0] {
        Value::Obj(obj) if obj.ty() == &vm.types.int => Ok(args[0].clone()),
        _ => Ok(vm.int_value(n.to_int())),
    }
}

fn abs(vm: &mut Vm, args: Args<'_>) -> Result {
    if int_arg(vm, args, 0)?.is_negative() {
        neg(vm, args)
    } else {
        itself(vm, args)
    }
}

fn invert(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = int_arg(vm, args, 0)?;
    Ok(vm.int_value(int_ops::invert(n)))
}

fn is_true(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Bool(!int_arg(vm, args, 0)?.is_zero()))
}

fn float(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = int_arg(vm, args, 0)?;
    vm.float_result(int_ops::to_float(n))
}

fn hash_value(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Int(hash::int(int_arg(vm, args, 0)?)))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = int_arg(vm, args, 0)?;
    let limit = vm.int_max_str_digits();
    let text = vm.number(int_text::decimal(n, limit))?;
    Ok(vm.new_str(text))
}

fn format(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = int_arg(vm, args, 0)?;
    let spec = format_spec_arg(vm, &args[1])?;
    if spec.is_empty() {
        return Ok(vm.str(&args[0])?.into());
    }
    let name = vm.type_name(&args[0]);
    let limit = vm.int_max_str_digits();
    let text = vm.number(format_spec::format_int(n, &spec, &name, limit))?;
    Ok(vm.new_str(text))
}

/// The argument of `__format__`.
pub fn format_spec_arg(vm: &mut Vm, spec: &Value) -> Result<String> {
    match spec.downcast::<Str>() {
        Some(spec) => Ok(spec.lossy().into_owned()),
        None => {
            let name = vm.type_name(spec);
            Err(vm.type_error(format!("__format__() argument must be str, not {name}")))
        }
    }
}

fn round(vm: &mut Vm, args: Args<'_>) -> Result {
    let Some(digits) = args[1].given() else {
        return itself(vm, args);
    };
    let digits = vm.index_int(digits)?;
    let n = int_arg(vm, args, 0)?;
    vm.int_result(int_ops::round_to(n, digits.borrow()))
}

fn as_integer_ratio(vm: &mut Vm, args: Args<'_>) -> Result {
    let pair = vec![itself(vm, args)?, Value::Int(1)];
    Ok(vm.new_tuple(pair).into())
}

fn bit_length(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Int(int_arg(vm, args, 0)?.bit_length() as i64))
}

fn bit_count(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::Int(int_arg(vm, args, 0)?.bit_count() as i64))
}

fn is_integer(_: &mut Vm, _: Args<'_>) -> Result {
    Ok(Value::TRUE)
}

fn getnewargs(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = itself(vm, args)?;
    Ok(vm.new_tuple(vec![n]).into())
}

fn sizeof(vm: &mut Vm, args: Args<'_>) -> Result {
    // CPython's digits are of 30 bits.
    let digits = int_arg(vm, args, 0)?.bit_length().div_ceil(30).max(1);
    Ok(Value::Int(24 + 4 * digits as i64))
}

/// `byteorder` as "is it little".
fn is_little(vm: &mut Vm, name: &str, order: &Value) -> Result<bool> {
    let Some(order) = order.given() else {
        return Ok(false);
    };
    let Some(text) = order.downcast::<Str>() else {
        let class = vm.type_name(order);
        let message = format!("{name}() argument 'byteorder' must be str, not {class}");
        return Err(vm.type_error(message));
    };
    match text.bytes() {
        b"little" => Ok(true),
        b"big" => Ok(false),
        _ => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
    }
}

fn to_bytes(vm: &mut Vm, args: Args<'_>) -> Result {
    let length = match args[1].given() {
        Some(length) => vm.index_i64(length)?,
        None => 1,
    };
    let little = is_little(vm, "to_bytes", &args[2])?;
    let signed = match args[3].given() {
        Some(signed) => vm.truth(signed)?,
        None => false,
    };
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("length argument must be non-negative"));
    };
    let n = int_arg(vm, args, 0)?;
    let bytes = vm.number(int_ops::to_bytes(n, length, little, signed))?;
    Ok(vm.new_bytes(bytes))
}

fn from_bytes(vm: &mut Vm, args: Args<'_>) -> Result {
    let little = is_little(vm, "from_bytes", &args[2])?;
    let signed = match args[3].given() {
        Some(signed) => vm.truth(signed)?,
        None => false,
    };
    let bytes = super::int_new::bytes_like(vm, &args[1])?;
    let bytes = match bytes {
        Some(bytes) => bytes,
        None => super::int_new::bytes_of_ints(vm, &args[1])?,
    };
    let n = vm.int_value(int_ops::from_bytes(&bytes, little, signed));
    if args[0].as_obj() == Some(vm.types.int.obj()) {
        return Ok(n);
    }
    let class = args[0].clone();
    vm.call(&class, &[n])
}

fn real(vm: &mut Vm, this: &Value) -> Result {
    itself(vm, Args(std::slice::from_ref(this)))
}

fn zero(_: &mut Vm, _: &Value) -> Result {
    Ok(Value::Int(0))
}

fn one(_: &mut Vm, _: &Value) -> Result {
    Ok(Value::Int(1))
}

/// An instance of a class derived from `int`, or an exact `int`.
pub fn make_int(vm: &mut Vm, class: &super::header::Gc<super::typeobj::Type>, n: Int) -> Value {
    if class == &vm.types.int {
        return vm.int_value(n);
    }
    vm.heap.alloc(class, IntObj(n.into_big())).into()
}

pub static METHODS: &[NativeDef] = &[
    new("(x=0, /, base=10)", super::int_new::new_int),
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
    method("__invert__", "($self, /)", invert, "~self"),
    method(
        "__lshift__",
        "($self, value, /)",
        lshift,
        "Return self<<value.",
    ),
    method(
        "__rlshift__",
        "($self, value, /)",
        rlshift,
        "Return value<<self.",
    ),
    method(
        "__rshift__",
        "($self, value, /)",
        rshift,
        "Return self>>value.",
    ),
    method(
        "__rrshift__",
        "($self, value, /)",
        rrshift,
        "Return value>>self.",
    ),
    method("__and__", "($self, value, /)", and, "Return self&value."),
    method("__rand__", "($self, value, /)", rand, "Return value&self."),
    method("__xor__", "($self, value, /)", xor, "Return self^value."),
    method("__rxor__", "($self, value, /)", rxor, "Return value^self."),
    method("__or__", "($self, value, /)", or, "Return self|value."),
    method("__ror__", "($self, value, /)", ror, "Return value|self."),
    method("__int__", "($self, /)", itself, "int(self)"),
    method("__float__", "($self, /)", float, "float(self)"),
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
        "__index__",
        "($self, /)",
        itself,
        "Return self converted to an integer, if self is suitable for use as an index into a list.",
    ),
    method(
        "conjugate",
        "($self, /)",
        itself,
        "Returns self, the complex conjugate of any int.",
    ),
    method(
        "bit_length",
        "($self, /)",
        bit_length,
        "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6",
    ),
    method(
        "bit_count",
        "($self, /)",
        bit_count,
        "Number of ones in the binary representation of the absolute value of self.\n\nAlso known as the population count.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3",
    ),
    method(
        "to_bytes",
        "($self, /, length=1, byteorder='big', *, signed=False)",
        to_bytes,
        "Return an array of bytes representing an integer.",
    ),
    class_method(
        "from_bytes",
        "($type, /, bytes, byteorder='big', *, signed=False)",
        from_bytes,
        "Return the integer represented by the given array of bytes.",
    ),
    method(
        "as_integer_ratio",
        "($self, /)",
        as_integer_ratio,
        "Return a pair of integers, whose ratio is equal to the original int.\n\nThe ratio is in lowest terms and has a positive denominator.\n\n>>> (10).as_integer_ratio()\n(10, 1)\n>>> (-10).as_integer_ratio()\n(-10, 1)\n>>> (0).as_integer_ratio()\n(0, 1)",
    ),
    method(
        "is_integer",
        "($self, /)",
        is_integer,
        "Returns True. Exists for duck type compatibility with float.is_integer.",
    ),
    method(
        "__trunc__",
        "($self, /)",
        itself,
        "Truncating an Integral returns itself.",
    ),
    method(
        "__floor__",
        "($self, /)",
        itself,
        "Flooring an Integral returns itself.",
    ),
    method(
        "__ceil__",
        "($self, /)",
        itself,
        "Ceiling of an Integral returns itself.",
    ),
    method(
        "__round__",
        "($self, ndigits=<unrepresentable>, /)",
        round,
        "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.",
    ),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    method(
        "__format__",
        "($self, format_spec, /)",
        format,
        "Convert to a string according to format_spec.",
    ),
    method(
        "__sizeof__",
        "($self, /)",
        sizeof,
        "Returns size in memory, in bytes.",
    ),
];

pub static GETSETS: &[GetSetDef] = &[
    getter("real", real, "the real part of a complex number"),
    getter("imag", zero, "the imaginary part of a complex number"),
    getter(
        "numerator",
        real,
        "the numerator of a rational number in lowest terms",
    ),
    getter(
        "denominator",
        one,
        "the denominator of a rational number in lowest terms",
    ),
];

pub const DOC: &str = "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n>>> int('0b100', base=0)\n4";
