//! What a `class` statement calls: `builtins.__build_class__` (data model, "Metaclasses").

use super::dict::Dict;
use super::function::{CellObj, Function};
use super::list::Tuple;
use super::names::Slot;
use super::native::{Args, NativeDef, function};
use super::object_type::OwnedKeywords;
use super::str::Str;
use super::typeobj::{Type, type_flags};
use super::value::Value;
use crate::vm::{Result, Vm};

pub static BUILD_CLASS: NativeDef = function(
    "__build_class__",
    "(*args, **kwargs)",
    build_class,
    "Makes a class of the function that runs its body, its name, bases and keywords.",
);

fn build_class(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let all = args.this::<Tuple>(vm, 0)?;
    let [func, name, original_bases @ ..] = all.items() else {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    };
    if !func.is::<Function>() {
        return Err(vm.type_error("__build_class__: func must be a function"));
    }
    if !name.is::<Str>() {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let resolved = resolve_bases(vm, original_bases)?;
    let bases = resolved.as_deref().unwrap_or(original_bases);
    let keywords = args.this::<Dict>(vm, 1)?;
    let explicit = keywords.remove_str(&vm.names.metaclass, &vm.heap);
    let keywords = OwnedKeywords::of(&args[1]);
    let meta = choose_metaclass(vm, explicit, bases)?;
    let bases_tuple: Value = vm.new_tuple(bases.to_vec()).into();
    let namespace = prepare(vm, &meta, name, &bases_tuple, &keywords)?;
    let cell = vm.run_class_body(func, namespace.clone())?;
    if resolved.is_some() {
        let key = vm.names.__orig_bases__.value();
        let original = vm.new_tuple(original_bases.to_vec()).into();
        vm.set_item(&namespace, &key, &original)?;
    }
    let class = vm.call_with(
        &meta,
        &[name.clone(), bases_tuple, namespace],
        keywords.get(),
    )?;
    check_class_cell(vm, &cell, &class, name)?;
    Ok(class)
}

/// Replaces bases that are no classes by what their `__mro_entries__` say; `None` when all stay.
fn resolve_bases(vm: &mut Vm, bases: &[Value]) -> Result<Option<Vec<Value>>> {
    if bases.iter().all(Value::is::<Type>) {
        return Ok(None);
    }
    let original = vm.new_tuple(bases.to_vec()).value();
    let name = vm.names.__mro_entries__.clone();
    let (mut resolved, mut changed) = (Vec::new(), false);
    for base in bases {
        if base.is::<Type>() {
            resolved.push(base.clone());
            continue;
        }
        let Some(func) = vm.get_attr_opt(base, &name)? else {
            resolved.push(base.clone());
            continue;
        };
        let entries = vm.call(&func, std::slice::from_ref(&original))?;
        let Some(entries) = entries.downcast::<Tuple>() else {
            return Err(vm.type_error("__mro_entries__ must return a tuple"));
        };
        resolved.extend(entries.items().iter().cloned());
        changed = true;
    }
    Ok(changed.then_some(resolved))
}

fn choose_metaclass(vm: &mut Vm, explicit: Option<Value>, bases: &[Value]) -> Result<Value> {
    let meta = match explicit {
        Some(meta) => meta,
        None => match bases.first() {
            Some(base) => vm.type_of(base).value(),
            None => vm.types.type_.value(),
        },
    };
    match meta.downcast::<Type>().cloned() {
        Some(ty) => vm.winning_metaclass(&ty, bases).map(Value::from),
        None => Ok(meta),
    }
}

/// The namespace that the body fills: `metaclass.__prepare__(name, bases, **keywords)`.
fn prepare(
    vm: &mut Vm,
    meta: &Value,
    name: &Value,
    bases: &Value,
    keywords: &OwnedKeywords,
) -> Result<Value> {
    if meta.downcast::<Type>() == Some(&vm.types.type_) {
        return Ok(vm.new_dict().into());
    }
    let key = vm.heap.slot_name(Slot::Prepare);
    let Some(func) = vm.get_attr_opt(meta, &key)? else {
        return Ok(vm.new_dict().into());
    };
    let namespace = vm.call_with(&func, &[name.clone(), bases.clone()], keywords.get())?;
    if !is_mapping(vm, &namespace) {
        let meta_name = match meta.downcast::<Type>() {
            Some(ty) => ty.name().to_string(),
            None => "<metaclass>".to_string(),
        };
        let ty = vm.type_name(&namespace);
        return Err(vm.type_error(format!(
            "{meta_name}.__prepare__() must return a mapping, not {ty}"
        )));
    }
    Ok(namespace)
}

fn is_mapping(vm: &Vm, value: &Value) -> bool {
    let ty = vm.type_of(value);
    value.is::<Dict>() || ty.has_flag(type_flags::MAPPING) || ty.has_slot(Slot::GetItem)
}

/// The metaclass must have handed `__classcell__` on to `type.__new__`.
fn check_class_cell(vm: &mut Vm, cell: &Value, class: &Value, name: &Value) -> Result<()> {
    let (Some(cell), true) = (cell.downcast::<CellObj>(), class.is::<Type>()) else {
        return Ok(());
    };
    let content = cell.get().clone();
    if content.is_same(class) {
        return Ok(());
    }
    let name = vm.repr(name)?;
    let class = vm.repr(class)?;
    if content.is_unbound() {
        return Err(vm.runtime_error(format!(
            "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
            name.lossy(),
            class.lossy()
        )));
    }
    let other = vm.repr(&content)?;
    Err(vm.type_error(format!(
        "__class__ set to {} defining {} as {}",
        other.lossy(),
        name.lossy(),
        class.lossy()
    )))
}
