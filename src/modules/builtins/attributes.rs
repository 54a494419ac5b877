//! `getattr`, `setattr`, `delattr`, `hasattr`, `vars`, `dir`.

use crate::objects::header::Gc;
use crate::objects::names::Slot;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static FUNCTIONS: &[NativeDef] = &[
    function(
        "delattr",
        "($module, obj, name, /)",
        delattr,
        "delattr(x, 'y') is the same as del x.y",
    ),
    function(
        "dir",
        "($module, object=None, /)",
        dir,
        "dir([object]) -> list of strings\n\nThe names of an object's attributes, sorted; without an argument, the names in\nthe current scope.",
    ),
    function(
        "getattr",
        "($module, object, name, default=None, /)",
        getattr,
        "getattr(object, name[, default]) -> value\n\ngetattr(x, 'y') is the same as x.y; with a default, that is what a missing\nattribute gives.",
    ),
    function(
        "hasattr",
        "($module, obj, name, /)",
        hasattr,
        "Whether the object has an attribute of that name: getattr() raises no AttributeError.",
    ),
    function(
        "setattr",
        "($module, obj, name, value, /)",
        setattr,
        "setattr(x, 'y', v) is the same as x.y = v",
    ),
    function(
        "vars",
        "($module, object=None, /)",
        vars,
        "vars([object]) -> dictionary\n\nThe __dict__ of an object; without an argument the same as locals().",
    ),
];

fn name_arg(vm: &mut Vm, value: &Value) -> Result<Gc<Str>> {
    match value.downcast::<Str>() {
        Some(name) => {
            let name = vm.exact_str(name);
            Ok(vm.heap.intern(&name))
        }
        None => {
            let found = vm.type_name(value);
            Err(vm.type_error(format!("attribute name must be string, not '{found}'")))
        }
    }
}

fn getattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = name_arg(vm, &args[1])?;
    let Some(default) = args[2].given() else {
        return vm.get_attr(&args[0], &name);
    };
    match vm.get_attr_opt(&args[0], &name)? {
        Some(value) => Ok(value),
        None => Ok(default.clone()),
    }
}

fn hasattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = name_arg(vm, &args[1])?;
    let found = vm.get_attr_opt(&args[0], &name)?;
    Ok(Value::Bool(found.is_some()))
}

fn setattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = name_arg(vm, &args[1])?;
    vm.set_attr(&args[0], &name, &args[2])?;
    Ok(Value::None)
}

fn delattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = name_arg(vm, &args[1])?;
    vm.del_attr(&args[0], &name)?;
    Ok(Value::None)
}

/// `locals()` of the caller.
fn locals(vm: &mut Vm) -> Result<Value> {
    let name = vm.intern("locals");
    match vm.builtins.get_str(&name) {
        Some(func) => vm.call(&func, &[]),
        None => Err(vm.system_error("no locals")),
    }
}

fn vars(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(object) = args[0].given() else {
        return locals(vm);
    };
    let name = vm.names.__dict__.clone();
    match vm.get_attr_opt(object, &name)? {
        Some(dict) => Ok(dict),
        None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
    }
}

fn dir(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let names = match args[0].given() {
        Some(object) => match vm.call_slot(object, Slot::Dir, &[])? {
            Some(names) => vm.collect(&names)?,
            None => return Err(vm.type_error("object does not provide __dir__")),
        },
        None => {
            let scope = locals(vm)?;
            let keys = vm.call_method(&scope, "keys", &[])?;
            vm.collect(&keys)?
        }
    };
    let list = vm.new_list(names).value();
    vm.call_method(&list, "sort", &[])?;
    Ok(list)
}
