//! The type `collections.deque`.

use super::deque::Deque;
use super::deque_iter::{deque_iter, deque_reversed};
use crate::comparison;
use crate::objects::header::Gc;
use crate::objects::iter::reduce;
use crate::objects::native::{Args, getter, method, new};
use crate::objects::operators::CompareOp;
use crate::objects::sequence::{CLASS_GETITEM, clip_index, compare_by_items, position};
use crate::objects::str::Str;
use crate::objects::typeobj::{Type, type_flags};
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static DEQUE: TypeDef = TypeDef {
    name: "collections.deque",
    doc: "A list-like sequence optimized for data accesses near its endpoints.",
    flags: BASE | type_flags::SEQUENCE | type_flags::WEAKREF,
    methods: &[
        new("(*args, **kwargs)", deque_new),
        method(
            "__init__",
            "($self, /, iterable=(), maxlen=None)",
            deque_init,
            "Initialize self.  See help(type(self)) for accurate signature.",
        ),
        method("__repr__", "($self, /)", deque_repr, "Return repr(self)."),
        method("__len__", "($self, /)", deque_len, "Return len(self)."),
        method(
            "__getitem__",
            "($self, key, /)",
            deque_getitem,
            "Return self[key].",
        ),
        method(
            "__setitem__",
            "($self, key, value, /)",
            deque_setitem,
            "Set self[key] to value.",
        ),
        method(
            "__delitem__",
            "($self, key, /)",
            deque_delitem,
            "Delete self[key].",
        ),
        method(
            "__contains__",
            "($self, key, /)",
            deque_contains,
            "Return bool(key in self).",
        ),
        method(
            "__iter__",
            "($self, /)",
            deque_iter,
            "Implement iter(self).",
        ),
        method(
            "__reversed__",
            "($self, /)",
            deque_reversed,
            "Return a reverse iterator over the deque.",
        ),
        method(
            "__add__",
            "($self, value, /)",
            deque_add,
            "Return self+value.",
        ),
        method(
            "__mul__",
            "($self, value, /)",
            deque_mul,
            "Return self*value.",
        ),
        method(
            "__rmul__",
            "($self, value, /)",
            deque_mul,
            "Return value*self.",
        ),
        method(
            "__iadd__",
            "($self, value, /)",
            deque_iadd,
            "Implement self+=value.",
        ),
        method(
            "__imul__",
            "($self, value, /)",
            deque_imul,
            "Implement self*=value.",
        ),
        comparison!(deque_compare, Lt),
        comparison!(deque_compare, Le),
        comparison!(deque_compare, Eq),
        comparison!(deque_compare, Ne),
        comparison!(deque_compare, Gt),
        comparison!(deque_compare, Ge),
        method(
            "__copy__",
            "($self, /)",
            deque_copy,
            "Return a shallow copy of a deque.",
        ),
        method(
            "__sizeof__",
            "($self, /)",
            deque_sizeof,
            "Return the size of the deque in memory, in bytes.",
        ),
        reduce(deque_reduce),
        method(
            "append",
            "($self, item, /)",
            deque_append,
            "Add an element to the right side of the deque.",
        ),
        method(
            "appendleft",
            "($self, item, /)",
            deque_appendleft,
            "Add an element to the left side of the deque.",
        ),
        method(
            "clear",
            "($self, /)",
            deque_clear,
            "Remove all elements from the deque.",
        ),
        method(
            "copy",
            "($self, /)",
            deque_copy,
            "Return a shallow copy of a deque.",
        ),
        method(
            "count",
            "($self, value, /)",
            deque_count,
            "Return number of occurrences of value.",
        ),
        method(
            "extend",
            "($self, iterable, /)",
            deque_extend,
            "Extend the right side of the deque with elements from the iterable.",
        ),
        method(
            "extendleft",
            "($self, iterable, /)",
            deque_extendleft,
            "Extend the left side of the deque with elements from the iterable.",
        ),
        method(
            "index",
            "($self, value, start=0, stop=sys.maxsize, /)",
            deque_index,
            "Return first index of value.\n\nRaises ValueError if the value is not present.",
        ),
        method(
            "insert",
            "($self, index, value, /)",
            deque_insert,
            "Insert value before index.",
        ),
        method(
            "pop",
            "($self, /)",
            deque_pop,
            "Remove and return the rightmost element.",
        ),
        method(
            "popleft",
            "($self, /)",
            deque_popleft,
            "Remove and return the leftmost element.",
        ),
        method(
            "remove",
            "($self, value, /)",
            deque_remove,
            "Remove first occurrence of value.",
        ),
        method(
            "reverse",
            "($self, /)",
            deque_reverse,
            "Reverse *IN PLACE*.",
        ),
        method(
            "rotate",
            "($self, n=1, /)",
            deque_rotate,
            "Rotate the deque n steps to the right.  If n is negative, rotates left.",
        ),
        CLASS_GETITEM,
    ],
    getsets: &[getter(
        "maxlen",
        deque_maxlen,
        "maximum size of a deque or None if unbounded",
    )],
    ..TypeDef::EMPTY
};

fn deque_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    Ok(vm.heap.alloc(&class, Deque::default()).into())
}

fn deque_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let maxlen = match args[2].given_not_none() {
        None => None,
        Some(max) => match vm.as_integer(max) {
            None => return Err(vm.type_error("an integer is required")),
            Some(n) if n.is_negative() => {
                return Err(vm.value_error("maxlen must be non-negative"));
            }
            Some(n) => match n.to_i64() {
                Some(n) => Some(n as usize),
                None => {
                    return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
                }
            },
        },
    };
    deque.maxlen.set(maxlen);
    drop(deque.take_all());
    if let Some(source) = args[1].given() {
        extend(vm, &deque, source, false)?;
    }
    Ok(Value::None)
}

/// Adds the items of an iterable one by one at either end.
fn extend(vm: &mut Vm, deque: &Gc<Deque>, source: &Value, left: bool) -> Result<()> {
    let copied;
    let source = if source.as_obj() == Some(deque.obj()) {
        copied = vm.new_list(deque.snapshot()).into();
        &copied
    } else {
        source
    };
    let iter = vm.iter(source)?;
    while let Some(item) = vm.next(&iter)? {
        if left {
            deque.push_front(item);
        } else {
            deque.push_back(item);
        }
    }
    Ok(())
}

fn deque_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let made = vm.guarded_repr(deque.obj(), |vm| {
        let items: Value = vm.new_list(deque.snapshot()).into();
        let mut out = format!("{}(", deque.ty().name()).into_bytes();
        vm.push_repr(&mut out, &items)?;
        if let Some(max) = deque.maxlen.get() {
            out.extend_from_slice(format!(", maxlen={max}").as_bytes());
        }
        out.push(b')');
        Ok(out)
    })?;
    Ok(match made {
        Some(text) => vm.new_text(text),
        None => vm.new_str("[...]"),
    })
}

fn deque_maxlen(vm: &mut Vm, this: &Value) -> Result<Value> {
    let deque = Args(std::slice::from_ref(this)).this::<Deque>(vm, 0)?;
    Ok(deque.maxlen.get().map_or(Value::None, Value::from))
}

fn deque_len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(args.this::<Deque>(vm, 0)?.len().into())
}

// ---- items ---------------------------------------------------------------------------------

/// The position that a key names.
fn at_key(vm: &mut Vm, deque: &Gc<Deque>, key: &Value) -> Result<usize> {
    if !vm.is_index(key) {
        let name = vm.type_name(key);
        return Err(vm.type_error(format!("sequence index must be integer, not '{name}'")));
    }
    let at = vm.item_index(key)?;
    match position(at, deque.len()) {
        Some(at) => Ok(at),
        None => Err(vm.index_error("deque index out of range")),
    }
}

fn deque_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let at = at_key(vm, &deque, &args[1])?;
    Ok(deque.get(at).unwrap_or(Value::None))
}

fn deque_setitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let at = at_key(vm, &deque, &args[1])?;
    let old = deque
        .items
        .borrow_mut()
        .get_mut(at)
        .map(|place| std::mem::replace(place, args[2].clone()));
    drop(old);
    Ok(Value::None)
}

fn remove_at(deque: &Deque, at: usize) {
    deque.touch();
    let old = deque.items.borrow_mut().remove(at);
    drop(old);
}

fn deque_delitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let at = at_key(vm, &deque, &args[1])?;
    remove_at(&deque, at);
    Ok(Value::None)
}

fn mutated(vm: &mut Vm) -> crate::objects::exceptions::Exc {
    vm.runtime_error("deque mutated during iteration")
}

/// Position of the first item in `start..stop` that equals `value`. `None` inside the result when a
/// comparison changed the deque.
fn find(
    vm: &mut Vm,
    deque: &Gc<Deque>,
    value: &Value,
    start: usize,
    stop: usize,
) -> Result<Option<usize>> {
    let state = deque.state.get();
    for at in start..stop {
        let Some(item) = deque.get(at) else { break };
        if vm.eq(&item, value)? {
            return Ok(Some(at));
        }
        if deque.state.get() != state {
            return Err(mutated(vm));
        }
    }
    Ok(None)
}

fn deque_contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let found = find(vm, &deque, &args[1], 0, deque.len())?;
    Ok(Value::Bool(found.is_some()))
}

fn deque_count(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let (state, mut count) = (deque.state.get(), 0);
    let mut at = 0;
    while let Some(item) = deque.get(at) {
        count += i64::from(vm.eq(&item, &args[1])?);
        if deque.state.get() != state {
            return Err(mutated(vm));
        }
        at += 1;
    }
    Ok(Value::Int(count))
}

fn not_there(vm: &mut Vm, value: &Value) -> Result<Value> {
    let mut text = vm.repr(value)?.bytes().to_vec();
    text.extend_from_slice(b" is not in deque");
    Err(vm.value_error(Str::from_wtf8(text)))
}

fn deque_index(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let start = vm.bound_index(&args[2], 0)?;
    let stop = vm.bound_index(&args[3], i64::MAX)?;
    let (start, stop) = (
        clip_index(start, deque.len()),
        clip_index(stop, deque.len()),
    );
    match find(vm, &deque, &args[1], start, stop)? {
        Some(at) => Ok(at.into()),
        None => not_there(vm, &args[1]),
    }
}

fn deque_remove(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let state = deque.state.get();
    let mut at = 0;
    while let Some(item) = deque.get(at) {
        let same = vm.eq(&item, &args[1])?;
        if deque.state.get() != state {
            return Err(vm.index_error("deque mutated during iteration"));
        }
        if same {
            remove_at(&deque, at);
            return Ok(Value::None);
        }
        at += 1;
    }
    not_there(vm, &args[1])
}

fn deque_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (Some(a), Some(b)) = (args[0].downcast::<Deque>(), args[1].downcast::<Deque>()) else {
        return Ok(Value::NotImplemented);
    };
    if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::Bool(op == CompareOp::Ne));
    }
    let item = |i| Some((a.get(i)?, b.get(i)?));
    compare_by_items(vm, op, item, || (a.len(), b.len()))
}

// ---- operators -----------------------------------------------------------------------------

/// A copy with the same class and bound.
fn copy(vm: &mut Vm, deque: &Gc<Deque>) -> Result<Value> {
    let own = vm.module_type::<Deque>(&DEQUE, None);
    if deque.ty() == &own {
        let copy = Deque {
            items: deque.items.borrow().clone().into(),
            maxlen: deque.maxlen.get().into(),
            state: 0.into(),
        };
        return Ok(vm.heap.alloc(&own, copy).into());
    }
    let class = deque.ty().value();
    let mut arguments = vec![deque.value()];
    arguments.extend(deque.maxlen.get().map(Value::from));
    let made = vm.call(&class, &arguments)?;
    if made.is::<Deque>() {
        return Ok(made);
    }
    let (class, name) = (deque.ty().name(), vm.type_name(&made));
    Err(vm.type_error(format!("{class}() must return a deque, not {name}")))
}

fn deque_copy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    copy(vm, &deque)
}

fn deque_add(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    if !args[1].is::<Deque>() {
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "can only concatenate deque (not \"{name}\") to deque"
        )));
    }
    let result = copy(vm, &deque)?;
    if let Some(new) = result.downcast::<Deque>().cloned() {
        extend(vm, &new, &args[1], false)?;
    }
    Ok(result)
}

/// Repeats the items in place; a bound keeps only the last ones.
fn repeat(vm: &mut Vm, deque: &Gc<Deque>, count: &Value) -> Result<()> {
    let count = vm.repeat_count(count)?;
    let items = deque.snapshot();
    let count = match deque.maxlen.get() {
        Some(max) if !items.is_empty() => count.min(max / items.len() + 2),
        _ => count,
    };
    let repeated = vm.repeat_items(&items, count)?;
    drop(deque.take_all());
    let skip = deque
        .maxlen
        .get()
        .map_or(0, |max| repeated.len().saturating_sub(max));
    *deque.items.borrow_mut() = repeated.into_iter().skip(skip).collect();
    Ok(())
}

fn deque_mul(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let result = copy(vm, &deque)?;
    if let Some(new) = result.downcast::<Deque>().cloned() {
        repeat(vm, &new, &args[1])?;
    }
    Ok(result)
}

fn deque_imul(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    repeat(vm, &deque, &args[1])?;
    Ok(args[0].clone())
}

fn deque_iadd(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    extend(vm, &deque, &args[1], false)?;
    Ok(args[0].clone())
}

// ---- changes -------------------------------------------------------------------------------

fn deque_append(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    args.this::<Deque>(vm, 0)?.push_back(args[1].clone());
    Ok(Value::None)
}

fn deque_appendleft(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    args.this::<Deque>(vm, 0)?.push_front(args[1].clone());
    Ok(Value::None)
}

fn deque_pop(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match args.this::<Deque>(vm, 0)?.pop_back() {
        Some(item) => Ok(item),
        None => Err(vm.index_error("pop from an empty deque")),
    }
}

fn deque_popleft(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match args.this::<Deque>(vm, 0)?.pop_front() {
        Some(item) => Ok(item),
        None => Err(vm.index_error("pop from an empty deque")),
    }
}

fn deque_extend(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    extend(vm, &deque, &args[1], false)?;
    Ok(Value::None)
}

fn deque_extendleft(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    extend(vm, &deque, &args[1], true)?;
    Ok(Value::None)
}

fn deque_insert(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let at = vm.index_i64(&args[1])?;
    let len = deque.len();
    if deque.maxlen.get().is_some_and(|max| len >= max) {
        return Err(vm.index_error("deque already at its maximum size"));
    }
    deque.touch();
    let at = clip_index(at, len);
    deque.items.borrow_mut().insert(at, args[2].clone());
    Ok(Value::None)
}

fn deque_clear(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let old = args.this::<Deque>(vm, 0)?.take_all();
    drop(old);
    Ok(Value::None)
}

fn deque_reverse(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    deque.touch();
    deque.items.borrow_mut().make_contiguous().reverse();
    Ok(Value::None)
}

fn deque_rotate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let n = match args[1].given() {
        Some(n) => vm.index_i64(n)?,
        None => 1,
    };
    deque.rotate(n);
    Ok(Value::None)
}

fn deque_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    let state = vm.call_method(&args[0], "__getstate__", &[])?;
    let arguments = match deque.maxlen.get() {
        Some(max) => vec![vm.new_tuple(vec![]).into(), max.into()],
        None => vec![],
    };
    let arguments = vm.new_tuple(arguments).into();
    let iter = vm.iter(&args[0])?;
    Ok(vm.new_tuple(vec![class, arguments, state, iter]).into())
}

fn deque_sizeof(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    // CPython counts whole blocks of 64 items.
    Ok((232 + 528 * (deque.len() / 64 + 1)).into())
}
