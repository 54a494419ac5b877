//! Module `_collections`: `deque`, `defaultdict`, `OrderedDict` and what named tuples and `Counter`
//! need to be quick. The rest of `collections` is in `stdlib/`.

mod defaultdict;
mod deque;
mod deque_iter;
mod deque_methods;
mod ordered_dict;
mod ordered_views;
mod tuplegetter;

use super::NativeModule;
use crate::objects::dict::Dict;
use crate::objects::header::{Gc, Payload};
use crate::objects::module::Module;
use crate::objects::names::Slot;
use crate::objects::native::{Args, function};
use crate::objects::typeobj::Type;
use crate::objects::types::TypeDef;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub use tuplegetter::TupleGetter;

pub static COLLECTIONS: NativeModule = NativeModule {
    name: "_collections",
    doc: "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory",
    functions: &[function(
        "_count_elements",
        "($module, mapping, iterable, /)",
        count_elements,
        "Count elements in the iterable, updating the mapping",
    )],
    init,
};

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let dict = vm.types.dict.clone();
    add::<deque::Deque>(vm, module, &deque_methods::DEQUE, None);
    add::<deque_iter::DequeIter>(vm, module, &deque_iter::DEQUE_ITERATOR, None);
    add::<deque_iter::DequeIter>(vm, module, &deque_iter::DEQUE_REVERSE_ITERATOR, None);
    add::<Dict>(vm, module, &defaultdict::DEFAULTDICT, Some(&dict));
    add::<Dict>(vm, module, &ordered_dict::ORDERED_DICT, Some(&dict));
    add::<TupleGetter>(vm, module, &tuplegetter::TUPLEGETTER, None);
    Ok(())
}

fn add<T: Payload>(
    vm: &mut Vm,
    module: &Gc<Module>,
    def: &'static TypeDef,
    base: Option<&Gc<Type>>,
) {
    let ty = vm.module_type::<T>(def, base);
    let name = ty.name().to_string();
    vm.set_in(module, &name, ty.into());
}

/// Adds 1 to the count of each item.
fn count_elements(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = vm.iter(&args[1])?;
    let own = vm.types.dict.clone();
    let get = vm.intern("get");
    let plain = args[0].downcast::<Dict>().filter(|dict| {
        let ty = dict.ty();
        let same_get = match (ty.lookup(&get), own.lookup(&get)) {
            (Some(a), Some(b)) => a.is_same(&b),
            _ => false,
        };
        same_get && ty.inherits_slot(Slot::SetItem, &own)
    });
    if let Some(dict) = plain.cloned() {
        while let Some(item) = vm.next(&iter)? {
            let hash = vm.hash(&item)?;
            let old = dict.find(vm, &item, hash)?;
            let new = match old.and_then(|n| dict.value_at(n)).cloned() {
                None => Value::Int(1),
                Some(Value::Int(n)) if n < i64::MAX => Value::Int(n + 1),
                Some(old) => add_one(vm, &old)?,
            };
            dict.set_hashed(vm, item, hash, new)?;
        }
        return Ok(Value::None);
    }
    let get = vm.get_attr(&args[0], &get)?;
    while let Some(item) = vm.next(&iter)? {
        let old = vm.call(&get, &[item.clone(), Value::Int(0)])?;
        let new = add_one(vm, &old)?;
        vm.set_item(&args[0], &item, &new)?;
    }
    Ok(Value::None)
}

fn add_one(vm: &mut Vm, old: &Value) -> Result<Value> {
    vm.binary(crate::bytecode::op::BinaryOp::Add, old, &Value::Int(1))
}
