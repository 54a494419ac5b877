//! The type `tuple`.

use super::header::Gc;
use super::iter::ListIter;
use super::list::Tuple;
use super::native::{Args, method, new};
use super::operators::CompareOp;
use super::range::Slice;
use super::sequence::{self, CLASS_GETITEM, clip_index, position};
use super::typeobj::{Type, type_flags};
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::comparison;
use crate::numeric::hash::TupleHasher;
use crate::vm::{Result, Vm};

pub static TUPLE: TypeDef = TypeDef {
    name: "tuple",
    doc: "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
    flags: BASE | type_flags::SEQUENCE | type_flags::MATCH_SELF,
    methods: &[
        new("(iterable=(), /)", tuple_new),
        method("__repr__", "($self, /)", tuple_repr, "Return repr(self)."),
        method("__hash__", "($self, /)", tuple_hash, "Return hash(self)."),
        method(
            "__getitem__",
            "($self, key, /)",
            tuple_getitem,
            "Return self[key].",
        ),
        method("__len__", "($self, /)", tuple_len, "Return len(self)."),
        method(
            "__iter__",
            "($self, /)",
            tuple_iter,
            "Implement iter(self).",
        ),
        method(
            "__contains__",
            "($self, key, /)",
            tuple_contains,
            "Return bool(key in self).",
        ),
        method(
            "__add__",
            "($self, value, /)",
            tuple_add,
            "Return self+value.",
        ),
        method(
            "__mul__",
            "($self, value, /)",
            tuple_mul,
            "Return self*value.",
        ),
        method(
            "__rmul__",
            "($self, value, /)",
            tuple_mul,
            "Return value*self.",
        ),
        comparison!(tuple_compare, Lt),
        comparison!(tuple_compare, Le),
        comparison!(tuple_compare, Eq),
        comparison!(tuple_compare, Ne),
        comparison!(tuple_compare, Gt),
        comparison!(tuple_compare, Ge),
        method("__getnewargs__", "($self, /)", tuple_getnewargs, ""),
        method(
            "__sizeof__",
            "($self, /)",
            tuple_sizeof,
            "Size of object in memory, in bytes.",
        ),
        method(
            "count",
            "($self, value, /)",
            tuple_count,
            "Return number of occurrences of value.",
        ),
        method(
            "index",
            "($self, value, start=0, stop=sys.maxsize, /)",
            tuple_index,
            "Return first index of value.\n\nRaises ValueError if the value is not present.",
        ),
        CLASS_GETITEM,
    ],
    ..TypeDef::EMPTY
};

fn tuple_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let exact = class == vm.types.tuple;
    let items = match &args[1] {
        Value::Unbound => vec![],
        source if exact && vm.type_of(source) == &class => return Ok(source.clone()),
        source => vm.collect(source)?,
    };
    Ok(vm.heap.alloc(&class, Tuple::from(items)).into())
}

fn tuple_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tuple = args.this::<Tuple>(vm, 0)?;
    if tuple.is_empty() {
        return Ok(vm.new_str("()"));
    }
    let made = vm.guarded_repr(tuple.obj(), |vm| {
        let mut out = vec![b'('];
        for (i, item) in tuple.items().iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(b", ");
            }
            vm.push_repr(&mut out, item)?;
        }
        out.extend_from_slice(if tuple.len() == 1 { b",)" } else { b")" });
        Ok(out)
    })?;
    Ok(match made {
        Some(text) => vm.new_text(text),
        None => vm.new_str("(...)"),
    })
}

fn tuple_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tuple = args.this::<Tuple>(vm, 0)?;
    vm.enter_recursion("")?;
    let hash = hash_items(vm, &tuple);
    vm.leave_recursion();
    hash.map(Value::Int)
}

fn hash_items(vm: &mut Vm, tuple: &Gc<Tuple>) -> Result<i64> {
    let mut hasher = TupleHasher::new();
    for item in tuple.items() {
        hasher.add(vm.hash(item)?);
    }
    Ok(hasher.finish())
}

fn tuple_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tuple = args.this::<Tuple>(vm, 0)?;
    get(vm, &tuple, &args[1])
}

/// `tuple[key]`
pub fn get(vm: &mut Vm, tuple: &Gc<Tuple>, key: &Value) -> Result<Value> {
    if let Some(slice) = key.downcast::<Slice>() {
        let slice = slice.clone();
        let span = vm.unpack_slice(&slice)?.over(tuple.len());
        if span.step == 1 && span.len == tuple.len() && tuple.ty() == &vm.types.tuple {
            return Ok(tuple.value());
        }
        return Ok(vm.new_tuple(span.pick(tuple.items())).into());
    }
    let at = match key {
        Value::Int(n) => *n,
        _ if vm.is_index(key) => vm.item_index(key)?,
        _ => {
            let name = vm.type_name(key);
            return Err(vm.type_error(format!(
                "tuple indices must be integers or slices, not {name}"
            )));
        }
    };
    match position(at, tuple.len()) {
        Some(at) => Ok(tuple.items()[at].clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

fn tuple_len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(args.this::<Tuple>(vm, 0)?.len().into())
}

fn tuple_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = ListIter {
        source: args[0].clone().into(),
        next: 0.into(),
        reverse: false,
    };
    Ok(vm.heap.alloc(&vm.types.tuple_iterator, iter).into())
}

fn find(
    vm: &mut Vm,
    tuple: &Gc<Tuple>,
    value: &Value,
    start: usize,
    stop: usize,
) -> Result<Option<usize>> {
    for (i, item) in tuple.items().iter().enumerate().take(stop).skip(start) {
        if vm.eq(item, value)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn tuple_contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tuple = args.this::<Tuple>(vm, 0)?;
    Ok(Value::Bool(
        find(vm, &tuple, &args[1], 0, usize::MAX)?.is_some(),
    ))
}

fn tuple_count(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tuple = args.this::<Tuple>(vm, 0)?;
    let mut count = 0i64;
    for item in tuple.items() {
        count += i64::from(vm.eq(item, &args[1])?);
    }
    Ok(count.into())
}

fn tuple_index(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tuple = args.this::<Tuple>(vm, 0)?;
    let start = vm.bound_index(&args[2], 0)?;
    let stop = vm.bound_index(&args[3], i64::MAX)?;
    let (start, stop) = (
        clip_index(start, tuple.len()),
        clip_index(stop, tuple.len()),
    );
    match find(vm, &tuple, &args[1], start, stop)? {
        Some(at) => Ok(at.into()),
        None => Err(vm.value_error("tuple.index(x): x not in tuple")),
    }
}

fn tuple_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (Some(a), Some(b)) = (args[0].downcast::<Tuple>(), args[1].downcast::<Tuple>()) else {
        return Ok(Value::NotImplemented);
    };
    let item = |i: usize| Some((a.items().get(i)?.clone(), b.items().get(i)?.clone()));
    sequence::compare_by_items(vm, op, item, || (a.len(), b.len()))
}

fn tuple_add(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tuple = args.this::<Tuple>(vm, 0)?;
    let Some(other) = args[1].downcast::<Tuple>() else {
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "can only concatenate tuple (not \"{name}\") to tuple"
        )));
    };
    if tuple.is_empty() && other.ty() == &vm.types.tuple {
        return Ok(other.value());
    }
    if other.is_empty() && tuple.ty() == &vm.types.tuple {
        return Ok(tuple.value());
    }
    let mut items = Vec::with_capacity(tuple.len() + other.len());
    items.extend_from_slice(tuple.items());
    items.extend_from_slice(other.items());
    Ok(vm.new_tuple(items).into())
}

fn tuple_mul(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tuple = args.this::<Tuple>(vm, 0)?;
    let count = vm.repeat_count(&args[1])?;
    if (count == 1 || tuple.is_empty()) && tuple.ty() == &vm.types.tuple {
        return Ok(tuple.value());
    }
    let items = vm.repeat_items(tuple.items(), count)?;
    Ok(vm.new_tuple(items).into())
}

fn tuple_getnewargs(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let items = args.this::<Tuple>(vm, 0)?.items().to_vec();
    let copy = vm.new_tuple(items).into();
    Ok(vm.new_tuple(vec![copy]).into())
}

fn tuple_sizeof(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tuple = args.this::<Tuple>(vm, 0)?;
    Ok((24 + 8 * tuple.len()).into())
}
