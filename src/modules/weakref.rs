//! The module `_weakref`.

use super::NativeModule;
use crate::objects::dict::Dict;
use crate::objects::header::Gc;
use crate::objects::module::Module;
use crate::objects::native::{Args, function};
use crate::objects::value::Value;
use crate::objects::weakref::WeakRef;
use crate::vm::{Result, Vm};

pub static WEAKREF: NativeModule = NativeModule {
    name: "_weakref",
    doc: "Weak references.",
    functions: &[
        function(
            "getweakrefcount",
            "($module, object, /)",
            getweakrefcount,
            "Number of weak references to an object.",
        ),
        function(
            "getweakrefs",
            "($module, object, /)",
            getweakrefs,
            "The weak references to an object.",
        ),
        function(
            "proxy",
            "($module, object, callback=None, /)",
            proxy,
            "A proxy that does what the object does.",
        ),
        function(
            "_remove_dead_weakref",
            "($module, dct, key, /)",
            remove_dead,
            "Remove a key whose value is a dead weak reference.",
        ),
    ],
    init,
};

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let types = [
        ("ref", vm.types.weakref.value()),
        ("ReferenceType", vm.types.weakref.value()),
        ("ProxyType", vm.types.weakproxy.value()),
        ("CallableProxyType", vm.types.weakcallableproxy.value()),
    ];
    for (name, ty) in types {
        vm.set_in(module, name, ty);
    }
    Ok(())
}

fn getweakrefcount(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(match &args[0] {
        Value::Obj(obj) => vm.heap.weakrefs_of(obj).len().into(),
        _ => Value::Int(0),
    })
}

fn getweakrefs(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let all = match &args[0] {
        Value::Obj(obj) => vm.ordered_weakrefs(obj),
        _ => Vec::new(),
    };
    Ok(vm
        .new_list(all.into_iter().map(Value::from).collect())
        .into())
}

fn proxy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = if vm.is_callable(&args[0]) {
        vm.types.weakcallableproxy.clone()
    } else {
        vm.types.weakproxy.clone()
    };
    let callback = args[1].given().cloned().unwrap_or(Value::None);
    vm.new_weakref(&class, &args[0], callback).map(Value::from)
}

fn remove_dead(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(dict) = args[0].downcast::<Dict>().cloned() else {
        let ty = vm.type_name(&args[0]);
        return Err(vm.type_error(format!(
            "_remove_dead_weakref() argument 1 must be dict, not {ty}"
        )));
    };
    if let Some(value) = dict.get(vm, &args[1])? {
        match value.downcast::<WeakRef>() {
            Some(weakref) if weakref.is_dead() => drop(dict.remove(vm, &args[1])?),
            Some(_) => {}
            None => return Err(vm.type_error("not a weakref")),
        }
    }
    Ok(Value::None)
}
