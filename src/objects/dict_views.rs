//! `dict_keys`, `dict_values`, `dict_items`.

use super::dict::Dict;
use super::header::{Gc, ObjRef};
use super::iter::DictIter;
use super::list::Tuple;
use super::mappingproxy::MappingProxy;
use super::native::{Args, GetSetDef, NativeDef, getter, method};
use super::operators::CompareOp;
use super::set::Set;
use super::set_operations as sets;
use super::types::{NO_NEW, TypeDef};
use super::value::Value;
use crate::comparison;
use crate::payload;
use crate::vm::{Result, Vm};

/// A view of a dict; its type says of what.
pub struct DictView {
    pub dict: Gc<Dict>,
}
payload!(DictView, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.dict.obj());
    }
});

const REPR: NativeDef = method("__repr__", "($self, /)", view_repr, "Return repr(self).");
const LEN: NativeDef = method("__len__", "($self, /)", view_len, "Return len(self).");
const MAPPING: GetSetDef = getter(
    "mapping",
    view_mapping,
    "dictionary that this view refers to",
);

macro_rules! binary {
    ($name:literal, $func:path, $doc:literal) => {
        method($name, "($self, value, /)", $func, $doc)
    };
}

/// The type of a view that is like a set.
macro_rules! set_like {
    ($name:literal, $contains:path, $iter:path, $reversed:path, $reversed_doc:literal) => {
        TypeDef {
            name: $name,
            flags: NO_NEW,
            methods: &[
                REPR,
                LEN,
                method(
                    "__contains__",
                    "($self, key, /)",
                    $contains,
                    "Return bool(key in self).",
                ),
                method("__iter__", "($self, /)", $iter, "Implement iter(self)."),
                method("__reversed__", "($self, /)", $reversed, $reversed_doc),
                comparison!(view_compare, Lt),
                comparison!(view_compare, Le),
                comparison!(view_compare, Eq),
                comparison!(view_compare, Ne),
                comparison!(view_compare, Gt),
                comparison!(view_compare, Ge),
                binary!("__and__", view_and, "Return self&value."),
                binary!("__rand__", view_and, "Return value&self."),
                binary!("__or__", view_or, "Return self|value."),
                binary!("__ror__", view_ror, "Return value|self."),
                binary!("__sub__", view_sub, "Return self-value."),
                binary!("__rsub__", view_rsub, "Return value-self."),
                binary!("__xor__", view_xor, "Return self^value."),
                binary!("__rxor__", view_rxor, "Return value^self."),
                method(
                    "isdisjoint",
                    "($self, object, /)",
                    view_isdisjoint,
                    "Return True if the view and the given iterable have a null intersection.",
                ),
            ],
            getsets: &[MAPPING],
            ..TypeDef::EMPTY
        }
    };
}

pub static DICT_KEYS: TypeDef = set_like!(
    "dict_keys",
    keys_contains,
    keys_iter,
    keys_reversed,
    "Return a reverse iterator over the dict keys."
);
pub static DICT_ITEMS: TypeDef = set_like!(
    "dict_items",
    items_contains,
    items_iter,
    items_reversed,
    "Return a reverse iterator over the dict items."
);
pub static DICT_VALUES: TypeDef = TypeDef {
    name: "dict_values",
    flags: NO_NEW,
    methods: &[
        REPR,
        LEN,
        method(
            "__iter__",
            "($self, /)",
            values_iter,
            "Implement iter(self).",
        ),
        method(
            "__reversed__",
            "($self, /)",
            values_reversed,
            "Return a reverse iterator over the dict values.",
        ),
    ],
    getsets: &[MAPPING],
    ..TypeDef::EMPTY
};

fn dict_of(vm: &mut Vm, view: &Value) -> Result<Gc<Dict>> {
    let view = Args(std::slice::from_ref(view)).this::<DictView>(vm, 0)?;
    Ok(view.dict.clone())
}

fn view_mapping(vm: &mut Vm, view: &Value) -> Result<Value> {
    let mapping = dict_of(vm, view)?.into();
    let proxy = MappingProxy { mapping };
    Ok(vm.heap.alloc(&vm.types.mappingproxy, proxy).into())
}

fn view_len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(dict_of(vm, &args[0])?.len().into())
}

fn view_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = args.this::<DictView>(vm, 0)?;
    let made = vm.guarded_repr(view.obj(), |vm| {
        let items: Value = vm.collect(&args[0]).map(|items| vm.new_list(items))?.into();
        let name = view.ty().name();
        let mut out = format!("{name}(").into_bytes();
        vm.push_repr(&mut out, &items)?;
        out.push(b')');
        Ok(out)
    })?;
    Ok(match made {
        Some(text) => vm.new_text(text),
        None => vm.new_str("..."),
    })
}

// ---- iteration -----------------------------------------------------------------------------

fn keys_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = DictIter::forward(dict_of(vm, &args[0])?);
    Ok(vm.heap.alloc(&vm.types.dict_keyiterator, iter).into())
}

fn values_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = DictIter::forward(dict_of(vm, &args[0])?);
    Ok(vm.heap.alloc(&vm.types.dict_valueiterator, iter).into())
}

fn items_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = DictIter::forward(dict_of(vm, &args[0])?);
    Ok(vm.heap.alloc(&vm.types.dict_itemiterator, iter).into())
}

fn keys_reversed(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = DictIter::backward(dict_of(vm, &args[0])?);
    Ok(vm
        .heap
        .alloc(&vm.types.dict_reversekeyiterator, iter)
        .into())
}

fn values_reversed(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = DictIter::backward(dict_of(vm, &args[0])?);
    Ok(vm
        .heap
        .alloc(&vm.types.dict_reversevalueiterator, iter)
        .into())
}

fn items_reversed(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = DictIter::backward(dict_of(vm, &args[0])?);
    Ok(vm
        .heap
        .alloc(&vm.types.dict_reverseitemiterator, iter)
        .into())
}

// ---- membership and comparison -------------------------------------------------------------

fn keys_contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = dict_of(vm, &args[0])?;
    let hash = vm.hash(&args[1])?;
    Ok(Value::Bool(dict.find(vm, &args[1], hash)?.is_some()))
}

fn items_contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = dict_of(vm, &args[0])?;
    let Some(pair) = args[1].downcast::<Tuple>().cloned() else {
        return Ok(Value::FALSE);
    };
    let [key, value] = pair.items() else {
        return Ok(Value::FALSE);
    };
    match dict.get(vm, key)? {
        Some(found) => Ok(Value::Bool(vm.eq(&found, value)?)),
        None => Ok(Value::FALSE),
    }
}

/// Whether a value is a set or a view that is like one.
fn is_set_like(vm: &Vm, value: &Value) -> bool {
    let ty = vm.type_of(value);
    value.is::<Set>() || ty.is_subtype(&vm.types.dict_keys) || ty.is_subtype(&vm.types.dict_items)
}

fn all_in(vm: &mut Vm, items: &Value, container: &Value) -> Result<bool> {
    let iter = vm.iter(items)?;
    while let Some(item) = vm.next(&iter)? {
        if !vm.contains(container, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn view_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (a, b) = (&args[0], &args[1]);
    if !is_set_like(vm, b) {
        return Ok(Value::NotImplemented);
    }
    let (m, n) = (vm.len(a)?, vm.len(b)?);
    Ok(Value::Bool(match op {
        CompareOp::Eq => m == n && all_in(vm, a, b)?,
        CompareOp::Ne => !(m == n && all_in(vm, a, b)?),
        CompareOp::Lt => m < n && all_in(vm, a, b)?,
        CompareOp::Le => m <= n && all_in(vm, a, b)?,
        CompareOp::Gt => m > n && all_in(vm, b, a)?,
        CompareOp::Ge => m >= n && all_in(vm, b, a)?,
    }))
}

fn view_isdisjoint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (view, other) = (&args[0], &args[1]);
    if view.is_same(other) {
        return Ok(Value::Bool(vm.len(view)? == 0));
    }
    let (mut walk, mut ask) = (other, view);
    if is_set_like(vm, other) && vm.len(other)? > vm.len(view)? {
        (walk, ask) = (view, other);
    }
    let iter = vm.iter(walk)?;
    while let Some(item) = vm.next(&iter)? {
        if vm.contains(ask, &item)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

// ---- set operations: the results are sets ----------------------------------------------------

fn view_and(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (mut view, mut other) = (&args[0], &args[1]);
    // The shorter one is walked through when both are sets.
    let other_is_view = other.is::<DictView>() && is_set_like(vm, other);
    if other_is_view && vm.len(other)? > vm.len(view)? {
        (view, other) = (other, view);
    } else if let Some(set) = other.downcast::<Set>().cloned()
        && set.len() >= vm.len(view)?
        && set.ty() == &vm.types.set
    {
        let keys = sets::new_set(vm, view)?;
        return vm.binary(
            crate::bytecode::op::BinaryOp::BitAnd,
            &set.value(),
            &keys.value(),
        );
    }
    let result = vm.heap.alloc(&vm.types.set, Set::default());
    let iter = vm.iter(other)?;
    while let Some(item) = vm.next(&iter)? {
        if vm.contains(view, &item)? {
            result.add(vm, item)?;
        }
    }
    Ok(result.into())
}

fn union(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
    let result = sets::new_set(vm, a)?;
    sets::update(vm, &result, b)?;
    Ok(result.into())
}

fn view_or(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    union(vm, &args[0], &args[1])
}

fn view_ror(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    union(vm, &args[1], &args[0])
}

fn view_sub(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let result = sets::new_set(vm, &args[0])?;
    sets::subtract(vm, &result, &args[1])?;
    Ok(result.into())
}

fn view_rsub(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let result = sets::new_set(vm, &args[1])?;
    sets::subtract(vm, &result, &args[0])?;
    Ok(result.into())
}

fn symmetric(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
    let result = sets::new_set(vm, a)?;
    sets::flip(vm, &result, b)?;
    Ok(result.into())
}

fn view_xor(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    symmetric(vm, &args[0], &args[1])
}

fn view_rxor(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    symmetric(vm, &args[1], &args[0])
}
