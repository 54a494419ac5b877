//! The `__call__` row of native types whose objects are called without the detour through it:
//! `TypeDef::call`.

use super::dict::Dict;
use super::list::Tuple;
use super::native::{Args, Keywords, NativeDef, method};
use super::value::Value;
use crate::vm::{Result, Vm};

/// `__call__` of a type that has a `call`.
pub const CALL: NativeDef = method(
    "__call__",
    "($self, /, *args, **kwargs)",
    call_row,
    "Call self as a function.",
);

fn call_row(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let ty = vm.type_of(&args[0]);
    let native = ty
        .call
        .get()
        .or_else(|| ty.mro_rest().iter().find_map(|t| t.call.get()));
    let Some(call) = native else {
        return Err(vm.system_error("bad argument to internal function"));
    };
    let items = args[1]
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default();
    let keywords = args[2].downcast::<Dict>().map(|d| d.items());
    let (names, values): (Vec<Value>, Vec<Value>) =
        keywords.unwrap_or_default().into_iter().unzip();
    let keywords = Keywords {
        names: &names,
        values: &values,
    };
    call(vm, &args[0], &items, keywords)
}
