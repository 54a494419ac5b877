//! Module `itertools`: `endless.rs` (count, cycle, repeat), `select.rs` (those that pass items on or
//! not), `combine.rs` (those of several iterables), `group.rs` (accumulate, groupby, batched, pairwise),
//! `combinatoric.rs` (product, permutations, ...), `tee.rs`.

mod combinatoric;
mod combine;
mod endless;
mod group;
mod select;
mod tee;

use super::NativeModule;
use crate::objects::header::{Gc, Payload};
use crate::objects::list::Tuple;
use crate::objects::module::Module;
use crate::objects::native::Args;
use crate::objects::types::TypeDef;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static ITERTOOLS: NativeModule = NativeModule {
    name: "itertools",
    doc: "Functional tools for creating and using iterators.",
    functions: tee::FUNCTIONS,
    init,
};

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    add::<endless::Count>(vm, module, &endless::COUNT);
    add::<endless::Cycle>(vm, module, &endless::CYCLE);
    add::<endless::Repeat>(vm, module, &endless::REPEAT);
    add::<select::Compress>(vm, module, &select::COMPRESS);
    add::<select::DropWhile>(vm, module, &select::DROPWHILE);
    add::<select::TakeWhile>(vm, module, &select::TAKEWHILE);
    add::<select::FilterFalse>(vm, module, &select::FILTERFALSE);
    add::<select::ISlice>(vm, module, &select::ISLICE);
    add::<combine::Chain>(vm, module, &combine::CHAIN);
    add::<combine::StarMap>(vm, module, &combine::STARMAP);
    add::<combine::ZipLongest>(vm, module, &combine::ZIP_LONGEST);
    add::<group::Accumulate>(vm, module, &group::ACCUMULATE);
    add::<group::Batched>(vm, module, &group::BATCHED);
    add::<group::Pairwise>(vm, module, &group::PAIRWISE);
    add::<group::GroupBy>(vm, module, &group::GROUPBY);
    add::<group::Grouper>(vm, module, &group::GROUPER);
    add::<combinatoric::Product>(vm, module, &combinatoric::PRODUCT);
    add::<combinatoric::Permutations>(vm, module, &combinatoric::PERMUTATIONS);
    add::<combinatoric::Combinations>(vm, module, &combinatoric::COMBINATIONS);
    add::<combinatoric::Combinations>(vm, module, &combinatoric::COMBINATIONS_WITH_REPLACEMENT);
    add::<tee::Tee>(vm, module, &tee::TEE);
    add::<tee::TeeData>(vm, module, &tee::TEE_DATA);
    Ok(())
}

fn add<T: Payload>(vm: &mut Vm, module: &Gc<Module>, def: &'static TypeDef) {
    let ty = vm.module_type::<T>(def, None);
    let name = ty.name().to_string();
    vm.set_in(module, &name, ty.into());
}

/// The payload of an iterator that is being stepped.
fn this<T: Payload>(vm: &mut Vm, it: &Value) -> Result<Gc<T>> {
    Args(std::slice::from_ref(it)).this::<T>(vm, 0)
}

/// A new object of the class that a `__new__` was called with.
fn made<T: Payload>(vm: &mut Vm, args: Args<'_>, payload: T) -> Result<Value> {
    let class = args.this::<crate::objects::typeobj::Type>(vm, 0)?;
    Ok(vm.heap.alloc(&class, payload).into())
}

/// The `*iterables` of a constructor.
fn items_of(value: &Value) -> Vec<Value> {
    value
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default()
}

/// An int argument as a size.
fn size(vm: &mut Vm, value: &Value) -> Result<i64> {
    vm.index_i64(value)
}

/// `(type(it), (parts...))`
fn reduced(vm: &mut Vm, it: &Value, parts: Vec<Value>) -> Value {
    let class = vm.type_of(it).value();
    let parts = vm.new_tuple(parts).into();
    vm.new_tuple(vec![class, parts]).into()
}
