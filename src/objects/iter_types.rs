//! The types of the iterators over builtin containers.

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use super::bytes::{ByteArray, Bytes};
use super::dict::Dict;
use super::header::{Gc, Payload};
use super::iter::{
    CallIter, DictIter, ITER, ListIter, LongRangeIter, NEXT, RangeIter, SeqIter, SetIter, StrIter,
    length_hint, reduce, setstate,
};
use super::list::{List, Tuple};
use super::names::Slot;
use super::native::Args;
use super::set::Set;
use super::str::Str;
use super::types::{NO_NEW, TypeDef};
use super::value::Value;
use crate::vm::{Result, Vm};

/// The payload of an iterator that is being stepped.
#[inline]
fn payload<'a, T: Payload>(vm: &mut Vm, it: &'a Value) -> Result<&'a Gc<T>> {
    match it.downcast::<T>() {
        Some(gc) => Ok(gc),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

/// `(iter, (source,))` or with a state `(iter, (source,), state)`.
fn reduced(vm: &mut Vm, maker: &str, source: Value, state: Option<Value>) -> Value {
    let maker = vm.builtin(maker);
    let source = vm.new_tuple(vec![source]).into();
    let mut parts = vec![maker, source];
    parts.extend(state);
    vm.new_tuple(parts).into()
}

/// What an exhausted iterator over a list is reduced to.
fn reduced_empty_list(vm: &mut Vm) -> Value {
    let empty = vm.new_list(vec![]).into();
    reduced(vm, "iter", empty, None)
}

fn reduced_empty_tuple(vm: &mut Vm) -> Value {
    let empty = vm.new_tuple(vec![]).into();
    reduced(vm, "iter", empty, None)
}

/// The position in a `__setstate__` call, as an index that may be negative.
fn state_index(vm: &mut Vm, value: &Value) -> Result<i64> {
    match vm.as_integer(value) {
        Some(n) => match n.to_i64() {
            Some(n) => Ok(n),
            None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
        },
        None => Err(vm.type_error("an integer is required")),
    }
}

// ---- lists and tuples ----------------------------------------------------------------------

pub static LIST_ITERATOR: TypeDef = TypeDef {
    name: "list_iterator",
    flags: NO_NEW,
    methods: &[
        ITER,
        NEXT,
        length_hint(list_hint),
        reduce(list_reduce),
        setstate(list_setstate),
    ],
    next: Some(list_next),
    ..TypeDef::EMPTY
};
pub static LIST_REVERSEITERATOR: TypeDef = TypeDef {
    name: "list_reverseiterator",
    ..LIST_ITERATOR
};
pub static TUPLE_ITERATOR: TypeDef = TypeDef {
    name: "tuple_iterator",
    ..LIST_ITERATOR
};

fn list_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    Ok(payload::<ListIter>(vm, it)?.step())
}

impl ListIter {
    #[inline]
    pub fn step(&self) -> Option<Value> {
        let at = self.next.get();
        let source = self.source.borrow();
        let item = match (source.downcast::<List>(), source.downcast::<Tuple>()) {
            (Some(list), _) if !self.reverse => list.get(at),
            (Some(list), _) => list.get(at.wrapping_sub(1)),
            (_, Some(tuple)) => tuple.items().get(at).cloned(),
            _ => None,
        };
        drop(source);
        match item {
            Some(item) => {
                self.next.set(if self.reverse { at - 1 } else { at + 1 });
                Some(item)
            }
            None => {
                drop(self.source.take());
                None
            }
        }
    }

    /// Length of the sequence; `None` at the end.
    fn source_len(&self) -> Option<usize> {
        let source = self.source.borrow();
        match (source.downcast::<List>(), source.downcast::<Tuple>()) {
            (Some(list), _) => Some(list.len()),
            (_, Some(tuple)) => Some(tuple.len()),
            _ => None,
        }
    }
}

fn list_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<ListIter>(vm, 0)?;
    let next = it.next.get();
    Ok(match it.source_len() {
        None => 0,
        Some(len) if it.reverse && next > len => 0,
        Some(_) if it.reverse => next,
        Some(len) => len.saturating_sub(next),
    }
    .into())
}

fn list_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<ListIter>(vm, 0)?;
    let source = it.source.borrow().clone();
    Ok(match (source.is_unbound(), it.reverse) {
        (true, _) if it.ty() == &vm.types.tuple_iterator => reduced_empty_tuple(vm),
        (true, true) => {
            let empty = vm.new_list(vec![]).into();
            reduced(vm, "reversed", empty, None)
        }
        (true, false) => reduced_empty_list(vm),
        (false, true) => {
            let state = Value::Int(it.next.get() as i64 - 1);
            reduced(vm, "reversed", source, Some(state))
        }
        (false, false) => {
            let state = it.next.get().into();
            reduced(vm, "iter", source, Some(state))
        }
    })
}

fn list_setstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<ListIter>(vm, 0)?;
    let at = state_index(vm, &args[1])?;
    if let Some(len) = it.source_len() {
        let at = if it.reverse { at.saturating_add(1) } else { at };
        it.next.set(at.clamp(0, len as i64) as usize);
    }
    Ok(Value::None)
}

// ---- ranges --------------------------------------------------------------------------------

pub static RANGE_ITERATOR: TypeDef = TypeDef {
    name: "range_iterator",
    flags: NO_NEW,
    methods: &[
        ITER,
        NEXT,
        length_hint(range_hint),
        reduce(range_reduce),
        setstate(range_setstate),
    ],
    next: Some(range_next),
    ..TypeDef::EMPTY
};

impl RangeIter {
    #[inline]
    pub fn step(&self) -> Option<Value> {
        let left = self.left.get();
        if left == 0 {
            return None;
        }
        let n = self.next.get();
        self.left.set(left - 1);
        self.next.set(n.wrapping_add(self.step));
        Some(Value::Int(n))
    }
}

fn range_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    Ok(payload::<RangeIter>(vm, it)?.step())
}

fn range_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<RangeIter>(vm, 0)?;
    Ok(Value::Int(it.left.get() as i64))
}

fn range_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<RangeIter>(vm, 0)?;
    let start = BigInt::from(it.next.get());
    let stop = &start + BigInt::from(it.step) * it.left.get();
    let range = super::range::make(vm, start, stop, it.step.into());
    Ok(reduced(vm, "iter", range, Some(Value::None)))
}

fn range_setstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<RangeIter>(vm, 0)?;
    let at = state_index(vm, &args[1])?.max(0) as u64;
    let skip = at.min(it.left.get());
    it.left.set(it.left.get() - skip);
    let moved = it.step.wrapping_mul(skip as i64);
    it.next.set(it.next.get().wrapping_add(moved));
    Ok(Value::None)
}

pub static LONGRANGE_ITERATOR: TypeDef = TypeDef {
    name: "longrange_iterator",
    flags: NO_NEW,
    methods: &[
        ITER,
        NEXT,
        length_hint(long_range_hint),
        reduce(long_range_reduce),
        setstate(long_range_setstate),
    ],
    next: Some(long_range_next),
    ..TypeDef::EMPTY
};

fn long_range_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = payload::<LongRangeIter>(vm, it)?;
    if !it.left.borrow().is_positive() {
        return Ok(None);
    }
    *it.left.borrow_mut() -= 1;
    let next = &*it.next.borrow() + &it.step;
    let item = it.next.replace(next);
    Ok(Some(vm.new_int(item)))
}

fn long_range_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<LongRangeIter>(vm, 0)?;
    let left = it.left.borrow().clone();
    Ok(vm.new_int(left))
}

fn long_range_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<LongRangeIter>(vm, 0)?;
    let start = it.next.borrow().clone();
    let stop = &start + &it.step * &*it.left.borrow();
    let range = super::range::make(vm, start, stop, it.step.clone());
    Ok(reduced(vm, "iter", range, Some(Value::None)))
}

fn long_range_setstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<LongRangeIter>(vm, 0)?;
    let Some(at) = vm.as_integer(&args[1]) else {
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("state must be an int, not {name}")));
    };
    let left = it.left.borrow().clone();
    let skip = at.to_big().max(BigInt::zero()).min(left);
    *it.next.borrow_mut() += &it.step * &skip;
    *it.left.borrow_mut() -= skip;
    Ok(Value::None)
}

// ---- strings -------------------------------------------------------------------------------

pub static STR_ITERATOR: TypeDef = TypeDef {
    name: "str_iterator",
    flags: NO_NEW,
    methods: &[
        ITER,
        NEXT,
        length_hint(str_hint),
        reduce(str_reduce),
        setstate(str_setstate),
    ],
    next: Some(str_next),
    ..TypeDef::EMPTY
};
pub static STR_ASCII_ITERATOR: TypeDef = TypeDef {
    name: "str_ascii_iterator",
    ..STR_ITERATOR
};

fn str_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = payload::<StrIter>(vm, it)?;
    let source = it.source.borrow();
    let Some(s) = source.downcast::<Str>() else {
        return Ok(None);
    };
    let at = it.next.get();
    let rest = s.bytes().get(at..).unwrap_or_default();
    let width = match rest.first() {
        None => {
            drop(source);
            drop(it.source.take());
            return Ok(None);
        }
        Some(0..=0xbf) => 1,
        Some(0xc0..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(_) => 4,
    };
    it.next.set(at + width);
    let character = Str::from_wtf8(&rest[..width]);
    Ok(Some(vm.heap.new_str(character).into()))
}

fn str_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<StrIter>(vm, 0)?;
    let left = match it.source.borrow().downcast::<Str>() {
        Some(s) => s.len() - s.index_of_offset(it.next.get()),
        None => 0,
    };
    Ok(left.into())
}

fn str_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<StrIter>(vm, 0)?;
    let source = it.source.borrow().clone();
    let state = source
        .downcast::<Str>()
        .map(|s| s.index_of_offset(it.next.get()).into());
    Ok(match state {
        Some(state) => reduced(vm, "iter", source, Some(state)),
        None => {
            let empty = vm.new_str("");
            reduced(vm, "iter", empty, None)
        }
    })
}

fn str_setstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<StrIter>(vm, 0)?;
    let at = state_index(vm, &args[1])?;
    if let Some(s) = it.source.borrow().downcast::<Str>() {
        it.next.set(s.offset(at.clamp(0, s.len() as i64) as usize));
    }
    Ok(Value::None)
}

// ---- by index ------------------------------------------------------------------------------

pub static ITERATOR: TypeDef = TypeDef {
    name: "iterator",
    flags: NO_NEW,
    methods: &[
        ITER,
        NEXT,
        length_hint(seq_hint),
        reduce(seq_reduce),
        setstate(seq_setstate),
    ],
    next: Some(seq_next),
    ..TypeDef::EMPTY
};
pub static BYTES_ITERATOR: TypeDef = TypeDef {
    name: "bytes_iterator",
    ..ITERATOR
};
pub static BYTEARRAY_ITERATOR: TypeDef = TypeDef {
    name: "bytearray_iterator",
    ..ITERATOR
};
pub static MEMORY_ITERATOR: TypeDef = TypeDef {
    name: "memory_iterator",
    methods: &[ITER, NEXT],
    ..ITERATOR
};

fn seq_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = payload::<SeqIter>(vm, it)?;
    let source = it.source.borrow().clone();
    let at = it.next.get();
    let item = match &source {
        Value::Unbound => return Ok(None),
        Value::Obj(obj) if obj.is::<Bytes>() => {
            byte(source.downcast::<Bytes>(), |b| b.data.get(at).copied())
        }
        Value::Obj(obj) if obj.is::<ByteArray>() => byte(source.downcast::<ByteArray>(), |b| {
            b.data.borrow().get(at).copied()
        }),
        _ => match vm.get_item(&source, &at.into()) {
            Ok(item) => Some(item),
            Err(e) if e.is_a(&vm.exc.IndexError) || e.is_a(&vm.exc.StopIteration) => None,
            Err(e) => return Err(e),
        },
    };
    match item {
        Some(item) => {
            it.next.set(at + 1);
            Ok(Some(item))
        }
        None => {
            drop(it.source.take());
            Ok(None)
        }
    }
}

fn byte<T>(source: Option<&Gc<T>>, get: impl Fn(&Gc<T>) -> Option<u8>) -> Option<Value> {
    source.and_then(get).map(|b| Value::Int(i64::from(b)))
}

fn seq_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<SeqIter>(vm, 0)?;
    let source = it.source.borrow().clone();
    if source.is_unbound() {
        return Ok(Value::Int(0));
    }
    if !vm.type_of(&source).has_slot(Slot::Len) {
        return Ok(Value::NotImplemented);
    }
    let len = vm.len(&source)?;
    Ok(len.saturating_sub(it.next.get()).into())
}

fn seq_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<SeqIter>(vm, 0)?;
    let source = it.source.borrow().clone();
    if source.is_unbound() {
        return Ok(reduced_empty_tuple(vm));
    }
    let state = it.next.get().into();
    Ok(reduced(vm, "iter", source, Some(state)))
}

fn seq_setstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<SeqIter>(vm, 0)?;
    let at = state_index(vm, &args[1])?;
    if !it.source.borrow().is_unbound() {
        it.next.set(at.max(0) as usize);
    }
    Ok(Value::None)
}

// ---- dicts ---------------------------------------------------------------------------------

macro_rules! dict_iterators {
    ($($def:ident $name:literal $next:expr, $pick:expr;)+) => {
        $(pub static $def: TypeDef = TypeDef {
            name: $name,
            flags: NO_NEW,
            methods: &[
                ITER,
                NEXT,
                length_hint(dict_hint),
                reduce(|vm, args| dict_reduce(vm, args, $pick)),
            ],
            next: Some(|vm, it| $next(vm, it, $pick)),
            ..TypeDef::EMPTY
        };)+
    };
}

dict_iterators! {
    DICT_KEYITERATOR "dict_keyiterator" dict_next, pick_key;
    DICT_VALUEITERATOR "dict_valueiterator" dict_next, pick_value;
    DICT_ITEMITERATOR "dict_itemiterator" dict_next, pick_item;
    DICT_REVERSEKEYITERATOR "dict_reversekeyiterator" dict_next_back, pick_key;
    DICT_REVERSEVALUEITERATOR "dict_reversevalueiterator" dict_next_back, pick_value;
    DICT_REVERSEITEMITERATOR "dict_reverseitemiterator" dict_next_back, pick_item;
}

type Pick = fn(&Vm, &Value, &Value) -> Value;

fn pick_key(_vm: &Vm, key: &Value, _value: &Value) -> Value {
    key.clone()
}

fn pick_value(_vm: &Vm, _key: &Value, value: &Value) -> Value {
    value.clone()
}

fn pick_item(vm: &Vm, key: &Value, value: &Value) -> Value {
    vm.new_tuple(vec![key.clone(), value.clone()]).into()
}

/// The dict that is iterated over, unless the end was reached.
fn dict_of(vm: &mut Vm, it: &DictIter) -> Result<Option<Gc<Dict>>> {
    let Some(dict) = it.dict.borrow().clone() else {
        return Ok(None);
    };
    if dict.len() != it.len.get() {
        // From now on the iterator fails every time.
        it.len.set(usize::MAX);
        return Err(vm.runtime_error("dictionary changed size during iteration"));
    }
    Ok(Some(dict))
}

fn dict_next(vm: &mut Vm, it: &Value, pick: Pick) -> Result<Option<Value>> {
    let it = payload::<DictIter>(vm, it)?;
    let Some(dict) = dict_of(vm, it)? else {
        return Ok(None);
    };
    let Some((at, key, value)) = dict.entry_from(it.next.get()) else {
        drop(it.dict.take());
        return Ok(None);
    };
    let left = it.left.get();
    if left == 0 {
        drop(it.dict.take());
        return Err(vm.runtime_error("dictionary keys changed during iteration"));
    }
    it.next.set(at + 1);
    it.left.set(left - 1);
    Ok(Some(pick(vm, key, value)))
}

fn dict_next_back(vm: &mut Vm, it: &Value, pick: Pick) -> Result<Option<Value>> {
    let it = payload::<DictIter>(vm, it)?;
    let Some(dict) = dict_of(vm, it)? else {
        return Ok(None);
    };
    let Some((at, key, value)) = dict.entry_before(it.next.get()) else {
        drop(it.dict.take());
        return Ok(None);
    };
    it.next.set(at);
    it.left.set(it.left.get().saturating_sub(1));
    Ok(Some(pick(vm, key, value)))
}

fn dict_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<DictIter>(vm, 0)?;
    let same = it
        .dict
        .borrow()
        .as_ref()
        .is_some_and(|d| d.len() == it.len.get());
    Ok(if same { it.left.get() } else { 0 }.into())
}

/// `(iter, ([what is left],))`; the iterator itself stays where it is.
fn dict_reduce(vm: &mut Vm, args: Args<'_>, pick: Pick) -> Result<Value> {
    let it = args.this::<DictIter>(vm, 0)?;
    let (ty, types) = (it.ty(), &vm.types);
    let back = ty == &types.dict_reversekeyiterator
        || ty == &types.dict_reversevalueiterator
        || ty == &types.dict_reverseitemiterator;
    let copy: Value = vm
        .heap
        .alloc(
            ty,
            DictIter {
                dict: it.dict.borrow().clone().into(),
                next: it.next.clone(),
                len: it.len.clone(),
                left: it.left.clone(),
            },
        )
        .into();
    let step = if back { dict_next_back } else { dict_next };
    let mut items = Vec::new();
    while let Some(item) = step(vm, &copy, pick)? {
        items.push(item);
    }
    let items = vm.new_list(items).into();
    Ok(reduced(vm, "iter", items, None))
}

// ---- sets ----------------------------------------------------------------------------------

pub static SET_ITERATOR: TypeDef = TypeDef {
    name: "set_iterator",
    flags: NO_NEW,
    methods: &[ITER, NEXT, length_hint(set_hint), reduce(set_reduce)],
    next: Some(set_next),
    ..TypeDef::EMPTY
};

fn set_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = payload::<SetIter>(vm, it)?;
    let source = it.source.borrow();
    let Some(set) = source.downcast::<Set>() else {
        return Ok(None);
    };
    if set.len() != it.len.get() {
        it.len.set(usize::MAX);
        return Err(vm.runtime_error("Set changed size during iteration"));
    }
    match set.next_from(it.next.get()) {
        Some((at, _, key)) => {
            it.next.set(at + 1);
            it.left.set(it.left.get().saturating_sub(1));
            Ok(Some(key))
        }
        None => {
            drop(source);
            drop(it.source.take());
            Ok(None)
        }
    }
}

fn set_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<SetIter>(vm, 0)?;
    let same = it
        .source
        .borrow()
        .downcast::<Set>()
        .is_some_and(|s| s.len() == it.len.get());
    Ok(if same { it.left.get() } else { 0 }.into())
}

fn set_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<SetIter>(vm, 0)?;
    let copy: Value = vm
        .heap
        .alloc(
            it.ty(),
            SetIter {
                source: it.source.borrow().clone().into(),
                next: it.next.clone(),
                len: it.len.clone(),
                left: it.left.clone(),
            },
        )
        .into();
    let mut keys = Vec::new();
    while let Some(key) = set_next(vm, &copy)? {
        keys.push(key);
    }
    let keys = vm.new_list(keys).into();
    Ok(reduced(vm, "iter", keys, None))
}

// ---- iter(callable, sentinel) --------------------------------------------------------------

pub static CALLABLE_ITERATOR: TypeDef = TypeDef {
    name: "callable_iterator",
    flags: NO_NEW,
    methods: &[ITER, NEXT, reduce(call_reduce)],
    next: Some(call_next),
    ..TypeDef::EMPTY
};

fn call_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = payload::<CallIter>(vm, it)?;
    let callable = it.callable.borrow().clone();
    if callable.is_unbound() {
        return Ok(None);
    }
    let item = match vm.call(&callable, &[]) {
        Ok(item) => {
            let sentinel = it.sentinel.borrow().clone();
            if sentinel.is_unbound() {
                return Ok(None);
            }
            (!vm.eq(&sentinel, &item)?).then_some(item)
        }
        Err(e) if e.is_a(&vm.exc.StopIteration) => None,
        Err(e) => return Err(e),
    };
    if item.is_none() {
        drop((it.callable.take(), it.sentinel.take()));
    }
    Ok(item)
}

fn call_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<CallIter>(vm, 0)?;
    let parts = [it.callable.borrow().clone(), it.sentinel.borrow().clone()];
    if parts[0].is_unbound() {
        return Ok(reduced_empty_tuple(vm));
    }
    let iter = vm.builtin("iter");
    let parts = vm.new_tuple(parts.to_vec()).into();
    Ok(vm.new_tuple(vec![iter, parts]).into())
}
