//! The types `set` and `frozenset`: construction, text, single keys. What takes two sets is in
//! `set_operations`.

use super::header::Gc;
use super::iter::SetIter;
use super::list_methods::init_argument;
use super::native::{Args, NativeDef, method, new};
use super::sequence::CLASS_GETITEM;
use super::set::Set;
use super::set_operations as ops;
use super::typeobj::{Type, type_flags};
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::comparison;
use crate::vm::{Result, Vm};

pub static SET: TypeDef = TypeDef {
    name: "set",
    doc: "Build an unordered collection of unique elements.",
    flags: BASE | type_flags::MATCH_SELF | type_flags::WEAKREF,
    methods: &[
        new("(*args, **kwargs)", set_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            set_init,
            "Initialize self.  See help(type(self)) for accurate signature.",
        ),
        REPR,
        LEN,
        ITER,
        CONTAINS,
        REDUCE,
        SIZEOF,
        COPY,
        comparison!(ops::compare, Lt),
        comparison!(ops::compare, Le),
        comparison!(ops::compare, Eq),
        comparison!(ops::compare, Ne),
        comparison!(ops::compare, Gt),
        comparison!(ops::compare, Ge),
        ops::AND,
        ops::RAND,
        ops::OR,
        ops::ROR,
        ops::SUB,
        ops::RSUB,
        ops::XOR,
        ops::RXOR,
        method(
            "__iand__",
            "($self, value, /)",
            ops::set_iand,
            "Return self&=value.",
        ),
        method(
            "__ior__",
            "($self, value, /)",
            ops::set_ior,
            "Return self|=value.",
        ),
        method(
            "__isub__",
            "($self, value, /)",
            ops::set_isub,
            "Return self-=value.",
        ),
        method(
            "__ixor__",
            "($self, value, /)",
            ops::set_ixor,
            "Return self^=value.",
        ),
        ops::UNION,
        ops::INTERSECTION,
        ops::DIFFERENCE,
        ops::SYMMETRIC_DIFFERENCE,
        ops::ISDISJOINT,
        ops::ISSUBSET,
        ops::ISSUPERSET,
        method(
            "add",
            "($self, object, /)",
            set_add,
            "Add an element to a set.\n\nThis has no effect if the element is already present.",
        ),
        method(
            "clear",
            "($self, /)",
            set_clear,
            "Remove all elements from this set.",
        ),
        method(
            "discard",
            "($self, object, /)",
            set_discard,
            "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set.",
        ),
        method(
            "pop",
            "($self, /)",
            set_pop,
            "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.",
        ),
        method(
            "remove",
            "($self, object, /)",
            set_remove,
            "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.",
        ),
        method(
            "update",
            "($self, /, *others)",
            ops::set_update,
            "Update the set, adding elements from all others.",
        ),
        method(
            "intersection_update",
            "($self, /, *others)",
            ops::set_intersection_update,
            "Update the set, keeping only elements found in it and all others.",
        ),
        method(
            "difference_update",
            "($self, /, *others)",
            ops::set_difference_update,
            "Update the set, removing elements found in others.",
        ),
        method(
            "symmetric_difference_update",
            "($self, other, /)",
            ops::set_symmetric_difference_update,
            "Update the set, keeping only elements found in either set, but not in both.",
        ),
        CLASS_GETITEM,
    ],
    ..TypeDef::EMPTY
};

pub static FROZENSET: TypeDef = TypeDef {
    name: "frozenset",
    doc: "Build an immutable unordered collection of unique elements.",
    flags: BASE | type_flags::MATCH_SELF | type_flags::WEAKREF,
    methods: &[
        new("(iterable=(), /)", frozenset_new),
        method(
            "__hash__",
            "($self, /)",
            frozenset_hash,
            "Return hash(self).",
        ),
        REPR,
        LEN,
        ITER,
        CONTAINS,
        REDUCE,
        SIZEOF,
        COPY,
        comparison!(ops::compare, Lt),
        comparison!(ops::compare, Le),
        comparison!(ops::compare, Eq),
        comparison!(ops::compare, Ne),
        comparison!(ops::compare, Gt),
        comparison!(ops::compare, Ge),
        ops::AND,
        ops::RAND,
        ops::OR,
        ops::ROR,
        ops::SUB,
        ops::RSUB,
        ops::XOR,
        ops::RXOR,
        ops::UNION,
        ops::INTERSECTION,
        ops::DIFFERENCE,
        ops::SYMMETRIC_DIFFERENCE,
        ops::ISDISJOINT,
        ops::ISSUBSET,
        ops::ISSUPERSET,
        CLASS_GETITEM,
    ],
    ..TypeDef::EMPTY
};

const REPR: NativeDef = method("__repr__", "($self, /)", set_repr, "Return repr(self).");
const LEN: NativeDef = method("__len__", "($self, /)", set_len, "Return len(self).");
const ITER: NativeDef = method("__iter__", "($self, /)", set_iter, "Implement iter(self).");
const CONTAINS: NativeDef = method(
    "__contains__",
    "($self, object, /)",
    set_contains,
    "x.__contains__(y) <==> y in x.",
);
const REDUCE: NativeDef = method(
    "__reduce__",
    "($self, /)",
    set_reduce,
    "Return state information for pickling.",
);
const SIZEOF: NativeDef = method(
    "__sizeof__",
    "($self, /)",
    set_sizeof,
    "S.__sizeof__() -> size of S in memory, in bytes.",
);
const COPY: NativeDef = method(
    "copy",
    "($self, /)",
    ops::set_copy,
    "Return a shallow copy of a set.",
);

fn set_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    Ok(vm.heap.alloc(&class, Set::default()).into())
}

fn set_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let source = init_argument(vm, "set", args)?;
    drop(set.take_keys());
    if let Some(source) = source {
        ops::update(vm, &set, &source)?;
    }
    Ok(Value::None)
}

fn frozenset_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let set = match &args[1] {
        Value::Unbound => vm.heap.alloc(&class, Set::default()),
        source if class == vm.types.frozenset && vm.type_of(source) == &class => {
            return Ok(source.clone());
        }
        source => {
            let set = vm.heap.alloc(&class, Set::default());
            ops::update(vm, &set, source)?;
            set
        }
    };
    Ok(set.into())
}

fn frozenset_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let hash = match set.hash.get() {
        Some(hash) => hash,
        None => {
            let hashes = set.snapshot();
            let hash = crate::numeric::hash::frozenset(hashes.iter().map(|(h, _)| *h));
            set.hash.set(Some(hash));
            hash
        }
    };
    Ok(hash.into())
}

fn set_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let name = if set.ty() == &vm.types.set && !set.is_empty() {
        None
    } else {
        Some(set.ty().name())
    };
    let made = vm.guarded_repr(set.obj(), |vm| repr_keys(vm, &set, name.as_deref()))?;
    Ok(match made {
        Some(text) => vm.new_text(text),
        None => {
            let name = set.ty().name();
            vm.new_str(format!("{name}(...)"))
        }
    })
}

fn repr_keys(vm: &mut Vm, set: &Gc<Set>, name: Option<&str>) -> Result<Vec<u8>> {
    let keys = set.keys();
    let mut out = name.map_or_else(Vec::new, |n| format!("{n}(").into_bytes());
    if !keys.is_empty() {
        out.push(b'{');
        for (i, key) in keys.iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(b", ");
            }
            vm.push_repr(&mut out, key)?;
        }
        out.push(b'}');
    }
    if name.is_some() {
        out.push(b')');
    }
    Ok(out)
}

fn set_len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(args.this::<Set>(vm, 0)?.len().into())
}

fn set_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let iter = SetIter::new(&set);
    Ok(vm.heap.alloc(&vm.types.set_iterator, iter).into())
}

/// The hash of a key to be looked up or removed. A set among the keys is looked up as the
/// frozenset with the same content, which the second result is.
fn lookup_key(vm: &mut Vm, key: &Value) -> Result<(i64, Option<Value>)> {
    match vm.hash(key) {
        Ok(hash) => Ok((hash, None)),
        Err(e) => {
            let Some(set) = key.downcast::<Set>().filter(|_| e.is_a(&vm.exc.TypeError)) else {
                return Err(e);
            };
            let copy = Set::from(set.copied());
            let frozen: Value = vm.heap.alloc(&vm.types.frozenset, copy).into();
            Ok((vm.hash(&frozen)?, Some(frozen)))
        }
    }
}

fn set_contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let (hash, frozen) = lookup_key(vm, &args[1])?;
    let key = frozen.as_ref().unwrap_or(&args[1]);
    Ok(Value::Bool(set.contains(vm, key, hash)?))
}

fn set_add(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    set.add(vm, args[1].clone())?;
    Ok(Value::None)
}

fn remove(vm: &mut Vm, args: Args<'_>) -> Result<bool> {
    let set = args.this::<Set>(vm, 0)?;
    let (hash, frozen) = lookup_key(vm, &args[1])?;
    let key = frozen.as_ref().unwrap_or(&args[1]);
    Ok(set.remove_hashed(vm, key, hash)?.is_some())
}

fn set_discard(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    remove(vm, args)?;
    Ok(Value::None)
}

fn set_remove(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if remove(vm, args)? {
        Ok(Value::None)
    } else {
        Err(vm.key_error(args[1].clone()))
    }
}

fn set_pop(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match args.this::<Set>(vm, 0)?.pop() {
        Some(key) => Ok(key),
        None => {
            let message = vm.new_str("pop from an empty set");
            Err(vm.key_error(message))
        }
    }
}

fn set_clear(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    drop(args.this::<Set>(vm, 0)?.take_keys());
    Ok(Value::None)
}

fn set_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let keys: Value = vm.new_list(set.keys()).into();
    let state = vm.call_method(&args[0], "__getstate__", &[])?;
    let class = vm.type_of(&args[0]).value();
    let keys = vm.new_tuple(vec![keys]).into();
    Ok(vm.new_tuple(vec![class, keys, state]).into())
}

fn set_sizeof(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    Ok((200 + 16 * set.heap_slots()).into())
}
