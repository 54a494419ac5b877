//! `types.MappingProxyType`: a read-only view of a mapping. All is asked of the mapping itself.

use super::dict::Dict;
use super::header::ObjRef;
use super::list::{List, Tuple};
use super::names::Slot;
use super::native::{Args, method, new};
use super::operators::CompareOp;
use super::sequence::CLASS_GETITEM;
use super::typeobj::type_flags;
use super::types::TypeDef;
use super::value::{Value, visit_value};
use crate::bytecode::op::BinaryOp;
use crate::comparison;
use crate::payload;
use crate::vm::{Result, Vm};

/// A read-only view of a mapping.
pub struct MappingProxy {
    pub mapping: Value,
}
payload!(MappingProxy, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.mapping, visit);
    }
});

pub static MAPPINGPROXY: TypeDef = TypeDef {
    name: "mappingproxy",
    doc: "Read-only proxy of a mapping.",
    flags: type_flags::MAPPING,
    methods: &[
        new("(mapping)", proxy_new),
        method("__repr__", "($self, /)", proxy_repr, "Return repr(self)."),
        method("__str__", "($self, /)", proxy_str, "Return str(self)."),
        method("__hash__", "($self, /)", proxy_hash, "Return hash(self)."),
        method("__len__", "($self, /)", proxy_len, "Return len(self)."),
        method(
            "__getitem__",
            "($self, key, /)",
            proxy_getitem,
            "Return self[key].",
        ),
        method(
            "__contains__",
            "($self, key, /)",
            proxy_contains,
            "Return bool(key in self).",
        ),
        method(
            "__iter__",
            "($self, /)",
            proxy_iter,
            "Implement iter(self).",
        ),
        method(
            "__reversed__",
            "($self, /)",
            |vm, args| forward(vm, args, "__reversed__"),
            "D.__reversed__() -> reverse iterator",
        ),
        method(
            "__or__",
            "($self, value, /)",
            proxy_or,
            "Return self|value.",
        ),
        method(
            "__ror__",
            "($self, value, /)",
            proxy_ror,
            "Return value|self.",
        ),
        method(
            "__ior__",
            "($self, value, /)",
            proxy_ior,
            "Return self|=value.",
        ),
        comparison!(proxy_compare, Lt),
        comparison!(proxy_compare, Le),
        comparison!(proxy_compare, Eq),
        comparison!(proxy_compare, Ne),
        comparison!(proxy_compare, Gt),
        comparison!(proxy_compare, Ge),
        method(
            "get",
            "($self, key, default=None, /)",
            proxy_get,
            "Return the value for key if key is in the mapping, else default.",
        ),
        method(
            "keys",
            "($self, /)",
            |vm, args| forward(vm, args, "keys"),
            "D.keys() -> a set-like object providing a view on D's keys",
        ),
        method(
            "values",
            "($self, /)",
            |vm, args| forward(vm, args, "values"),
            "D.values() -> an object providing a view on D's values",
        ),
        method(
            "items",
            "($self, /)",
            |vm, args| forward(vm, args, "items"),
            "D.items() -> a set-like object providing a view on D's items",
        ),
        method(
            "copy",
            "($self, /)",
            |vm, args| forward(vm, args, "copy"),
            "D.copy() -> a shallow copy of D",
        ),
        CLASS_GETITEM,
    ],
    ..TypeDef::EMPTY
};

fn proxy_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mapping = &args[1];
    let is_sequence = mapping.is::<List>() || mapping.is::<Tuple>();
    if is_sequence || !vm.type_of(mapping).has_slot(Slot::GetItem) {
        let name = vm.type_name(mapping);
        return Err(vm.type_error(format!(
            "mappingproxy() argument must be a mapping, not {name}"
        )));
    }
    let proxy = MappingProxy {
        mapping: mapping.clone(),
    };
    Ok(vm.heap.alloc(&vm.types.mappingproxy, proxy).into())
}

fn mapping(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(args.this::<MappingProxy>(vm, 0)?.mapping.clone())
}

/// Calls a method of the mapping without arguments.
fn forward(vm: &mut Vm, args: Args<'_>, name: &str) -> Result<Value> {
    let mapping = mapping(vm, args)?;
    vm.call_method(&mapping, name, &[])
}

fn proxy_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let proxy = args.this::<MappingProxy>(vm, 0)?;
    vm.enter_recursion(" while getting the repr of an object")?;
    let mut out = b"mappingproxy(".to_vec();
    let pushed = vm.push_repr(&mut out, &proxy.mapping);
    vm.leave_recursion();
    pushed?;
    out.push(b')');
    Ok(vm.new_text(out))
}

fn proxy_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mapping = mapping(vm, args)?;
    Ok(vm.str(&mapping)?.into())
}

fn proxy_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mapping = mapping(vm, args)?;
    vm.hash(&mapping).map(Value::Int)
}

fn proxy_len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mapping = mapping(vm, args)?;
    Ok(vm.len(&mapping)?.into())
}

fn proxy_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mapping = mapping(vm, args)?;
    vm.get_item(&mapping, &args[1])
}

fn proxy_contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mapping = mapping(vm, args)?;
    vm.contains(&mapping, &args[1]).map(Value::Bool)
}

fn proxy_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mapping = mapping(vm, args)?;
    vm.iter(&mapping)
}

fn proxy_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mapping = mapping(vm, args)?;
    let default = args[2].given().cloned().unwrap_or(Value::None);
    if let Some(dict) = mapping.downcast::<Dict>()
        && dict.ty() == &vm.types.dict
    {
        let dict = dict.clone();
        return Ok(dict.get(vm, &args[1])?.unwrap_or(default));
    }
    vm.call_method(&mapping, "get", &[args[1].clone(), default])
}

/// The mapping behind a proxy, or the value itself.
fn unwrap(value: &Value) -> Value {
    value
        .downcast::<MappingProxy>()
        .map_or_else(|| value.clone(), |p| p.mapping.clone())
}

fn proxy_or(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (a, b) = (unwrap(&args[0]), unwrap(&args[1]));
    vm.binary(BinaryOp::BitOr, &a, &b)
}

fn proxy_ror(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (a, b) = (unwrap(&args[1]), unwrap(&args[0]));
    vm.binary(BinaryOp::BitOr, &a, &b)
}

fn proxy_ior(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = vm.type_name(&args[0]);
    Err(vm.type_error(format!("'|=' is not supported by {name}; use '|' instead")))
}

fn proxy_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let mapping = mapping(vm, args)?;
    vm.compare(op, &mapping, &args[1])
}
