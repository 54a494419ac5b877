//! The methods of `bool`, beyond those of `int`.

use super::int_new::class_arg;
use super::native::{Args, NativeDef, method, new};
use super::number_ops::int_ref;
use super::value::Value;
use crate::bytecode::op::BinaryOp;
use crate::numeric::int_ops;
use crate::vm::{Result, Vm};

fn new_bool(vm: &mut Vm, args: Args<'_>) -> Result {
    let bool = vm.types.bool.clone();
    class_arg(vm, &args[0], &bool)?;
    match args[1].given() {
        Some(x) => vm.truth(x).map(Value::Bool),
        None => Ok(Value::FALSE),
    }
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let text = if matches!(args[0], Value::Bool(true)) {
        "True"
    } else {
        "False"
    };
    Ok(vm.intern(text).value())
}

/// `&`, `|`, `^` of two bools are a bool; with an int they are the int's.
fn operate(vm: &mut Vm, op: BinaryOp, a: &Value, b: &Value) -> Result {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(match op {
            BinaryOp::BitAnd => a & b,
            BinaryOp::BitOr => a | b,
            _ => a ^ b,
        })),
        _ => match (int_ref(a), int_ref(b)) {
            (Some(a), Some(b)) => vm.int_arithmetic(op, a, b),
            _ => Ok(Value::NotImplemented),
        },
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
    BitAnd and rand;
    BitOr or ror;
    BitXor xor rxor;
}

fn invert(vm: &mut Vm, args: Args<'_>) -> Result {
    let n = super::int_methods::int_arg(vm, args, 0)?;
    Ok(vm.int_value(int_ops::invert(n)))
}

pub static METHODS: &[NativeDef] = &[
    new("(object=False, /)", new_bool),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__invert__", "($self, /)", invert, "~self"),
    method("__and__", "($self, value, /)", and, "Return self&value."),
    method("__rand__", "($self, value, /)", rand, "Return value&self."),
    method("__xor__", "($self, value, /)", xor, "Return self^value."),
    method("__rxor__", "($self, value, /)", rxor, "Return value^self."),
    method("__or__", "($self, value, /)", or, "Return self|value."),
    method("__ror__", "($self, value, /)", ror, "Return value|self."),
];

pub const DOC: &str = "Returns True when the argument is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.";
