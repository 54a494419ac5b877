//! `frame.f_locals` of functions: a view of the frame's variables that can be written to (PEP 667).

use super::code_type::{LocalPlace, local_places};
use super::dict::Dict;
use super::frame::FrameObj;
use super::header::{Gc, ObjRef};
use super::native::{Args, method};
use super::operators::CompareOp;
use super::str::Str;
use super::typeobj::type_flags::MAPPING;
use super::types::{NO_NEW, TypeDef};
use super::value::Value;
use crate::payload;
use crate::vm::{Result, Vm};

pub struct FrameLocals {
    frame: Gc<FrameObj>,
}
payload!(FrameLocals, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.frame.obj());
    }
});

static FRAME_LOCALS: TypeDef = TypeDef {
    name: "FrameLocalsProxy",
    flags: NO_NEW | MAPPING,
    methods: &[
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__len__", "($self, /)", len, "Return len(self)."),
        method(
            "__getitem__",
            "($self, key, /)",
            getitem,
            "Return self[key].",
        ),
        method(
            "__setitem__",
            "($self, key, value, /)",
            setitem,
            "Set self[key] to value.",
        ),
        method(
            "__delitem__",
            "($self, key, /)",
            delitem,
            "Delete self[key].",
        ),
        method(
            "__contains__",
            "($self, key, /)",
            contains,
            "Return bool(key in self).",
        ),
        method("__iter__", "($self, /)", iter, "Implement iter(self)."),
        method(
            "__reversed__",
            "($self, /)",
            reversed,
            "Iterator over the names, last first.",
        ),
        method("__eq__", "($self, value, /)", eq, "Return self==value."),
        method("__ne__", "($self, value, /)", ne, "Return self!=value."),
        method("__or__", "($self, value, /)", or, "Return self|value."),
        method("__ror__", "($self, value, /)", ror, "Return value|self."),
        method("__ior__", "($self, value, /)", ior, "Return self|=value."),
        method(
            "get",
            "($self, key, default=None, /)",
            get,
            "The value of a name, or the default.",
        ),
        method("keys", "($self, /)", keys, "The names."),
        method("values", "($self, /)", values, "The values."),
        method("items", "($self, /)", items, "Pairs of names and values."),
        method(
            "update",
            "($self, other, /)",
            update,
            "Set the names of a mapping.",
        ),
        method(
            "setdefault",
            "($self, key, default=None, /)",
            setdefault,
            "The value of a name, set if it has none.",
        ),
        method(
            "copy",
            "($self, /)",
            copy,
            "A dict of the variables as they are now.",
        ),
    ],
    ..TypeDef::EMPTY
};

/// A view of a function's frame.
pub fn new_view(vm: &mut Vm, frame: &Gc<FrameObj>) -> Value {
    let ty = vm.module_type::<FrameLocals>(&FRAME_LOCALS, None);
    let frame = frame.clone();
    vm.heap.alloc(&ty, FrameLocals { frame }).into()
}

fn frame(vm: &mut Vm, this: &Value) -> Result<Gc<FrameObj>> {
    match this.downcast::<FrameLocals>() {
        Some(view) => Ok(view.frame.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn extra(vm: &mut Vm, frame: &FrameObj, make: bool) -> Option<Gc<Dict>> {
    if let Some(dict) = frame.extra_locals.borrow().downcast::<Dict>() {
        return Some(dict.clone());
    }
    if !make {
        return None;
    }
    let dict = vm.new_dict();
    *frame.extra_locals.borrow_mut() = dict.value();
    Some(dict)
}

fn place_of(frame: &FrameObj, key: &Value) -> Option<LocalPlace> {
    let key = key.downcast::<Str>()?;
    let places = local_places(&frame.code.code);
    places
        .into_iter()
        .find(|(name, _)| name.as_bytes() == key.bytes())
        .map(|(_, place)| place)
}

/// A dict of what has a value now.
fn snapshot(vm: &mut Vm, this: &Value) -> Result<Gc<Dict>> {
    let frame = frame(vm, this)?;
    let dict = vm.new_dict();
    for (name, place) in local_places(&frame.code.code) {
        let value = vm.frame_local(&frame, place);
        if !value.is_unbound() {
            dict.set_str(&vm.intern(&name), value, &vm.heap);
        }
    }
    if let Some(extra) = extra(vm, &frame, false) {
        for (key, value) in extra.items() {
            dict.set(vm, key, value)?;
        }
    }
    Ok(dict)
}

fn find(vm: &mut Vm, this: &Value, key: &Value) -> Result<Option<Value>> {
    let frame = frame(vm, this)?;
    if let Some(place) = place_of(&frame, key) {
        let value = vm.frame_local(&frame, place);
        return Ok(value.given().cloned());
    }
    match extra(vm, &frame, false) {
        Some(extra) => extra.get(vm, key),
        None => {
            vm.hash(key)?;
            Ok(None)
        }
    }
}

fn store(vm: &mut Vm, this: &Value, key: &Value, value: &Value) -> Result<()> {
    let frame = frame(vm, this)?;
    if let Some(place) = place_of(&frame, key) {
        let old = vm.set_frame_local(&frame, place, value.clone());
        drop(old);
        return Ok(());
    }
    match extra(vm, &frame, true) {
        Some(extra) => extra.set(vm, key.clone(), value.clone()),
        None => Ok(()),
    }
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Value::Obj(this) = args[0].clone() else {
        return Ok(vm.new_str("{...}"));
    };
    let text = vm.guarded_repr(&this, |vm| {
        let dict = snapshot(vm, &Value::Obj(this.clone()))?;
        vm.repr(&dict.into())
    })?;
    Ok(text.map_or_else(|| vm.new_str("{...}"), Value::from))
}

fn len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(snapshot(vm, &args[0])?.len().into())
}

fn getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match find(vm, &args[0], &args[1])? {
        Some(value) => Ok(value),
        None => {
            let key = vm.repr(&args[1])?;
            let text = format!("local variable '{}' is not defined", key.lossy());
            let text = vm.new_str(text);
            Err(vm.key_error(text))
        }
    }
}

fn setitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    store(vm, &args[0], &args[1], &args[2])?;
    Ok(Value::None)
}

fn delitem(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Err(vm.type_error("cannot remove variables from FrameLocalsProxy"))
}

fn contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(find(vm, &args[0], &args[1])?.is_some()))
}

fn iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let keys = keys(vm, args)?;
    vm.iter(&keys)
}

fn reversed(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mut keys = snapshot(vm, &args[0])?.keys();
    keys.reverse();
    let keys = vm.new_list(keys).into();
    vm.iter(&keys)
}

fn compare(vm: &mut Vm, args: Args<'_>, op: CompareOp) -> Result<Value> {
    let equal = if let Some(other) = args[1].downcast::<FrameLocals>().cloned() {
        frame(vm, &args[0])? == other.frame
    } else if args[1].is::<Dict>() {
        let dict = snapshot(vm, &args[0])?;
        return vm.compare(op, &dict.into(), &args[1]);
    } else {
        return Ok(Value::NotImplemented);
    };
    Ok(Value::Bool(equal == (op == CompareOp::Eq)))
}

fn eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Eq)
}

fn ne(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Ne)
}

fn is_mapping(value: &Value) -> bool {
    value.is::<Dict>() || value.is::<FrameLocals>()
}

/// A dict with the variables of both, the right one winning.
fn merged(vm: &mut Vm, left: &Value, right: &Value) -> Result<Value> {
    if !is_mapping(left) || !is_mapping(right) {
        return Ok(Value::NotImplemented);
    }
    let dict: Value = vm.new_dict().into();
    for side in [left, right] {
        vm.call_method(&dict, "update", std::slice::from_ref(side))?;
    }
    Ok(dict)
}

fn or(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    merged(vm, &args[0], &args[1])
}

fn ror(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    merged(vm, &args[1], &args[0])
}

fn ior(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if !is_mapping(&args[1]) {
        return Ok(Value::NotImplemented);
    }
    update(vm, args)?;
    Ok(args[0].clone())
}

fn get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let default = args[2].given().cloned().unwrap_or(Value::None);
    Ok(find(vm, &args[0], &args[1])?.unwrap_or(default))
}

fn keys(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let keys = snapshot(vm, &args[0])?.keys();
    Ok(vm.new_list(keys).into())
}

fn values(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let values = snapshot(vm, &args[0])?.values();
    Ok(vm.new_list(values).into())
}

fn items(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let items = snapshot(vm, &args[0])?.items();
    let pairs = items
        .into_iter()
        .map(|(k, v)| vm.new_tuple(vec![k, v]).into())
        .collect();
    Ok(vm.new_list(pairs).into())
}

fn update(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if !is_mapping(&args[1]) {
        let name = vm.intern("keys");
        if vm.get_attr_opt(&args[1], &name)?.is_none() {
            return Err(vm.type_error("update() argument must be dict or another FrameLocalsProxy"));
        }
    }
    let keys = vm.call_method(&args[1], "keys", &[])?;
    for key in vm.collect(&keys)? {
        let value = vm.get_item(&args[1], &key)?;
        store(vm, &args[0], &key, &value)?;
    }
    Ok(Value::None)
}

fn setdefault(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if let Some(value) = find(vm, &args[0], &args[1])? {
        return Ok(value);
    }
    let default = args[2].given().cloned().unwrap_or(Value::None);
    store(vm, &args[0], &args[1], &default)?;
    Ok(default)
}

fn copy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    snapshot(vm, &args[0]).map(Value::from)
}
