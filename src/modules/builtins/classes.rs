//! `callable`, `isinstance`, `issubclass`.

use crate::objects::names::Slot;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static FUNCTIONS: &[NativeDef] = &[
    function(
        "callable",
        "($module, obj, /)",
        callable,
        "Whether the object can be called (as classes and what has __call__ can).",
    ),
    function(
        "isinstance",
        "($module, obj, class_or_tuple, /)",
        isinstance,
        "Whether an object is an instance of a class or of a subclass of it; a tuple or union\nof classes means any of them.",
    ),
    function(
        "issubclass",
        "($module, cls, class_or_tuple, /)",
        issubclass,
        "Whether a class is another class or derives from it; a tuple or union of classes\nmeans any of them.",
    ),
];

fn callable(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(vm.is_callable(&args[0])))
}

fn isinstance(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.isinstance(&args[0], &args[1]).map(Value::Bool)
}

fn issubclass(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.issubclass(&args[0], &args[1]).map(Value::Bool)
}

impl Vm {
    /// `callable(value)`
    pub fn is_callable(&self, value: &Value) -> bool {
        let Value::Obj(obj) = value else { return false };
        obj.is::<crate::objects::native::Native>()
            || obj.is::<crate::objects::function::Function>()
            || obj.is::<crate::objects::function::BoundMethod>()
            || obj.is::<crate::objects::typeobj::Type>()
            || obj.ty().has_slot(Slot::Call)
    }
}
