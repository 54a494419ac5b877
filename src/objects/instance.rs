//! Plain instances, the types of the singletons, and `types.SimpleNamespace`.

use super::dict::Dict;
use super::list::Tuple;
use super::native::{Args, getset, method, new};
use super::operators::CompareOp;
use super::str::Str;
use super::type_type::{instance_dict, set_instance_dict};
use super::typeobj::type_flags::{ADDS_LAYOUT, DICT};
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::payload;
use crate::vm::{Result, Vm};

/// An instance with nothing but attributes: of `object` and of classes that derive from no other builtin.
pub struct Instance;
payload!(Instance, untracked);

/// The singletons are unboxed: these payloads only identify their types.
pub struct NoneObj;
payload!(NoneObj, untracked);
pub struct NotImplementedObj;
payload!(NotImplementedObj, untracked);
pub struct Ellipsis;
payload!(Ellipsis, untracked);

pub static NONE: TypeDef = TypeDef {
    name: "NoneType",
    doc: "The type of the None singleton.",
    methods: &[
        new("(*args, **kwargs)", none_new),
        method("__repr__", "($self, /)", none_repr, "Return repr(self)."),
        method(
            "__bool__",
            "($self, /)",
            none_bool,
            "True if self else False",
        ),
        method("__hash__", "($self, /)", none_hash, "Return hash(self)."),
        method(
            "__eq__",
            "($self, value, /)",
            none_eq,
            "Return self==value.",
        ),
    ],
    ..TypeDef::EMPTY
};

pub static NOT_IMPLEMENTED: TypeDef = TypeDef {
    name: "NotImplementedType",
    doc: "The type of the NotImplemented singleton.",
    methods: &[
        new("(*args, **kwargs)", not_implemented_new),
        method(
            "__repr__",
            "($self, /)",
            not_implemented_text,
            "Return repr(self).",
        ),
        method(
            "__bool__",
            "($self, /)",
            not_implemented_bool,
            "True if self else False",
        ),
        method(
            "__reduce__",
            "($self, /)",
            not_implemented_text,
            "How to pickle it.",
        ),
    ],
    ..TypeDef::EMPTY
};

pub static ELLIPSIS: TypeDef = TypeDef {
    name: "ellipsis",
    doc: "The type of the Ellipsis singleton.",
    methods: &[
        new("(*args, **kwargs)", ellipsis_new),
        method(
            "__repr__",
            "($self, /)",
            ellipsis_text,
            "Return repr(self).",
        ),
        method(
            "__reduce__",
            "($self, /)",
            ellipsis_text,
            "How to pickle it.",
        ),
    ],
    ..TypeDef::EMPTY
};

/// The singletons' types give the singleton, and take no arguments.
fn singleton(vm: &mut Vm, args: Args<'_>, name: &str, value: Value) -> Result<Value> {
    let given = args[1].downcast::<Tuple>().is_some_and(|t| !t.is_empty())
        || args[2].downcast::<Dict>().is_some_and(|d| !d.is_empty());
    if given {
        return Err(vm.type_error(format!("{name} takes no arguments")));
    }
    Ok(value)
}

fn none_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    singleton(vm, args, "NoneType", Value::None)
}

fn not_implemented_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    singleton(vm, args, "NotImplementedType", Value::NotImplemented)
}

fn ellipsis_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    singleton(vm, args, "EllipsisType", Value::Ellipsis)
}

fn none_repr(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.new_str("None"))
}

fn none_bool(_vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::FALSE)
}

fn none_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.hash(&args[0]).map(Value::Int)
}

fn none_eq(_vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(if args[1].is_none() {
        Value::TRUE
    } else {
        Value::NotImplemented
    })
}

fn not_implemented_text(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.new_str("NotImplemented"))
}

fn not_implemented_bool(_vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::TRUE)
}

fn ellipsis_text(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.new_str("Ellipsis"))
}

// ---- SimpleNamespace -------------------------------------------------------------------------

pub static SIMPLE_NAMESPACE: TypeDef = TypeDef {
    name: "types.SimpleNamespace",
    doc: "An object whose attributes are what it was called with: a mapping or pairs, and keywords.",
    flags: BASE | DICT | ADDS_LAYOUT,
    methods: &[
        new("(*args, **kwargs)", namespace_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            namespace_init,
            "Initialize self.",
        ),
        method(
            "__repr__",
            "($self, /)",
            namespace_repr,
            "Return repr(self).",
        ),
        method(
            "__eq__",
            "($self, value, /)",
            namespace_eq,
            "Return self==value.",
        ),
        method(
            "__ne__",
            "($self, value, /)",
            namespace_ne,
            "Return self!=value.",
        ),
        method(
            "__lt__",
            "($self, value, /)",
            namespace_lt,
            "Return self<value.",
        ),
        method(
            "__le__",
            "($self, value, /)",
            namespace_le,
            "Return self<=value.",
        ),
        method(
            "__gt__",
            "($self, value, /)",
            namespace_gt,
            "Return self>value.",
        ),
        method(
            "__ge__",
            "($self, value, /)",
            namespace_ge,
            "Return self>=value.",
        ),
        method(
            "__reduce__",
            "($self, /)",
            namespace_reduce,
            "How to pickle the namespace.",
        ),
        method(
            "__replace__",
            "($self, /, *args, **kwargs)",
            namespace_replace,
            "A copy with some attributes changed.",
        ),
    ],
    getsets: &[getset("__dict__", instance_dict, set_instance_dict, "")],
    ..TypeDef::EMPTY
};

fn namespace_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this(vm, 0)?;
    Ok(vm.heap.alloc(&class, Instance).into())
}

fn namespace_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let given = args.this::<Tuple>(vm, 1)?;
    if given.len() > 1 {
        let (name, n) = (vm.type_of(&args[0]).name(), given.len());
        return Err(vm.type_error(format!("{name} expected at most 1 argument, got {n}")));
    }
    if let Some(first) = given.items().first() {
        let dict = vm.types.dict.value();
        let pairs = vm.call(&dict, std::slice::from_ref(first))?;
        set_all(vm, &args[0], &pairs)?;
    }
    set_all(vm, &args[0], &args[2])?;
    Ok(Value::None)
}

fn set_all(vm: &mut Vm, this: &Value, pairs: &Value) -> Result<()> {
    let Some(pairs) = pairs.downcast::<Dict>() else {
        return Ok(());
    };
    let pairs = pairs.items();
    if pairs.iter().any(|(key, _)| !key.is::<Str>()) {
        return Err(vm.type_error("keywords must be strings"));
    }
    let Some(attrs) = this.as_obj().and_then(|o| o.attrs()) else {
        return Ok(());
    };
    for (key, value) in pairs {
        if let Some(name) = key.downcast::<Str>() {
            let name = vm.heap.intern(name);
            attrs.set(&name, value, &vm.heap);
        }
    }
    Ok(())
}

fn namespace_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = if vm.type_of(&args[0]) == &vm.types.simple_namespace {
        "namespace".into()
    } else {
        vm.type_of(&args[0]).name()
    };
    let Value::Obj(this) = args[0].clone() else {
        return Err(vm.system_error("bad argument to internal function"));
    };
    let text = vm.guarded_repr(&this, |vm| {
        let items = this.attrs().map(|a| a.items()).unwrap_or_default();
        let mut out = [name.as_bytes(), b"("].concat();
        let mut first = true;
        for (key, value) in items {
            let Some(key) = key.downcast::<Str>().filter(|k| !k.is_empty()) else {
                continue;
            };
            if !std::mem::take(&mut first) {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(key.bytes());
            out.push(b'=');
            vm.push_repr(&mut out, &value)?;
        }
        out.push(b')');
        Ok(out)
    })?;
    Ok(match text {
        Some(text) => vm.new_str(Str::from_wtf8(text)),
        None => vm.new_str(format!("{name}(...)")),
    })
}

fn compare_namespaces(vm: &mut Vm, args: Args<'_>, op: CompareOp) -> Result<Value> {
    let base = vm.types.simple_namespace.clone();
    if !vm.is_instance_of(&args[0], &base) || !vm.is_instance_of(&args[1], &base) {
        return Ok(Value::NotImplemented);
    }
    let (a, b) = (instance_dict(vm, &args[0])?, instance_dict(vm, &args[1])?);
    vm.compare(op, &a, &b)
}

fn namespace_eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_namespaces(vm, args, CompareOp::Eq)
}

fn namespace_ne(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_namespaces(vm, args, CompareOp::Ne)
}

fn namespace_lt(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_namespaces(vm, args, CompareOp::Lt)
}

fn namespace_le(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_namespaces(vm, args, CompareOp::Le)
}

fn namespace_gt(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_namespaces(vm, args, CompareOp::Gt)
}

fn namespace_ge(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_namespaces(vm, args, CompareOp::Ge)
}

fn namespace_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = vm.type_of(&args[0]).value();
    let empty = vm.new_tuple(vec![]).into();
    let dict = instance_dict(vm, &args[0])?;
    Ok(vm.new_tuple(vec![class, empty, dict]).into())
}

fn namespace_replace(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if args[1].downcast::<Tuple>().is_some_and(|t| !t.is_empty()) {
        return Err(vm.type_error("__replace__() takes no positional arguments"));
    }
    let class = vm.type_of(&args[0]).value();
    let copy = vm.call(&class, &[])?;
    let dict = instance_dict(vm, &args[0])?;
    set_all(vm, &copy, &dict)?;
    set_all(vm, &copy, &args[2])?;
    Ok(copy)
}
