//! `NameError`, `AttributeError` and `ImportError`: errors that carry names as keyword arguments.

use super::dict::Dict;
use super::exception_methods::{base_text, own_dict, payload, set_all_args};
use super::header::Gc;
use super::native::{Args, method};
use super::str::Str;
use super::types::TypeDef;
use super::value::Value;
use crate::objects::exceptions::Exception;
use crate::vm::{Result, Vm};

pub static NAME_ERROR: TypeDef = TypeDef {
    methods: &[method(
        "__init__",
        "($self, /, *args, **kwargs)",
        name_error_init,
        "Initialize self.",
    )],
    ..TypeDef::EMPTY
};

pub static ATTRIBUTE_ERROR: TypeDef = TypeDef {
    methods: &[
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            attribute_error_init,
            "Initialize self.",
        ),
        method(
            "__getstate__",
            "($self, /)",
            attribute_error_getstate,
            "The state to pickle.",
        ),
        method(
            "__reduce__",
            "($self, /)",
            attribute_error_reduce,
            "How to pickle the exception.",
        ),
    ],
    ..TypeDef::EMPTY
};

pub static IMPORT_ERROR: TypeDef = TypeDef {
    methods: &[
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            import_error_init,
            "Initialize self.",
        ),
        method(
            "__str__",
            "($self, /)",
            import_error_str,
            "Return str(self).",
        ),
        method(
            "__reduce__",
            "($self, /)",
            import_error_reduce,
            "How to pickle the exception.",
        ),
    ],
    ..TypeDef::EMPTY
};

/// Sets `args`, and the fields from `first` on from the keywords of these names.
fn init_with(
    vm: &mut Vm,
    args: Args<'_>,
    class: &str,
    first: usize,
    names: &[&str],
) -> Result<Gc<Exception>> {
    let exc = set_all_args(vm, &args[0], &args[1])?;
    let mut given = vec![Value::Unbound; names.len()];
    let keywords = args[2]
        .downcast::<Dict>()
        .map(|d| d.items())
        .unwrap_or_default();
    for (key, value) in keywords {
        let text = key
            .downcast::<Str>()
            .map(|s| s.lossy().into_owned())
            .unwrap_or_default();
        match names.iter().position(|n| *n == text) {
            Some(i) => given[i] = value,
            None => {
                return Err(vm.type_error(format!(
                    "{class}() got an unexpected keyword argument '{text}'"
                )));
            }
        }
    }
    for (i, value) in given.into_iter().enumerate() {
        exc.set_field(first + i, value);
    }
    Ok(exc)
}

fn name_error_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    init_with(vm, args, "NameError", 0, &["name"])?;
    Ok(Value::None)
}

fn attribute_error_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    init_with(vm, args, "AttributeError", 0, &["name", "obj"])?;
    Ok(Value::None)
}

fn import_error_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let exc = init_with(vm, args, "ImportError", 1, &["name", "path", "name_from"])?;
    let message = match exc.args_tuple().as_slice() {
        [one] => one.clone(),
        _ => Value::Unbound,
    };
    exc.set_field(0, message);
    Ok(Value::None)
}

fn import_error_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let message = payload(vm, &args[0])?.field(0);
    if message.is::<Str>() && vm.type_of(&message) == &vm.types.str {
        return Ok(message);
    }
    base_text(vm, &args[0])
}

/// A copy of the instance's `__dict__` with the fields of these numbers that are set.
fn state_with(vm: &mut Vm, this: &Value, fields: &[(&str, usize)]) -> Result<Gc<Dict>> {
    let exc = payload(vm, this)?;
    let state = match own_dict(vm, this) {
        Some(dict) => vm.heap.alloc(&vm.types.dict, dict.copy(&vm.heap)),
        None => vm.new_dict(),
    };
    for &(name, index) in fields {
        let value = exc.field(index);
        if !value.is_unbound() {
            let name = vm.intern(name);
            state.set_str(&name, value, &vm.heap);
        }
    }
    Ok(state)
}

fn import_error_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let fields = [("name", 1), ("path", 2), ("name_from", 3)];
    let state = state_with(vm, &args[0], &fields)?;
    let all = payload(vm, &args[0])?.args.borrow().clone();
    let mut parts = vec![vm.type_of(&args[0]).value(), all];
    if !state.is_empty() {
        parts.push(state.into());
    }
    Ok(vm.new_tuple(parts).into())
}

fn attribute_error_getstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let state = state_with(vm, &args[0], &[("name", 0)])?;
    let all = payload(vm, &args[0])?.args.borrow().clone();
    let name = vm.names.args.clone();
    state.set_str(&name, all, &vm.heap);
    Ok(state.into())
}

fn attribute_error_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let state = attribute_error_getstate(vm, args)?;
    let all = payload(vm, &args[0])?.args.borrow().clone();
    let parts = vec![vm.type_of(&args[0]).value(), all, state];
    Ok(vm.new_tuple(parts).into())
}
