//! What `set` and `frozenset` do with a second set or iterable: the operators, their methods and
//! comparisons. Results are exact `set`s or `frozenset`s, after the left operand.

use super::dict::Dict;
use super::header::Gc;
use super::list::Tuple;
use super::native::{Args, NativeDef, method};
use super::operators::CompareOp;
use super::set::Set;
use super::typeobj::Type;
use super::value::Value;
use crate::vm::{Result, Vm};

macro_rules! binary_rows {
    ($($row:ident, $name:literal, $func:ident, $doc:literal;)+) => {
        $(pub const $row: NativeDef = method($name, "($self, value, /)", $func, $doc);)+
    };
}

binary_rows! {
    AND, "__and__", set_and, "Return self&value.";
    RAND, "__rand__", set_rand, "Return value&self.";
    OR, "__or__", set_or, "Return self|value.";
    ROR, "__ror__", set_ror, "Return value|self.";
    SUB, "__sub__", set_sub, "Return self-value.";
    RSUB, "__rsub__", set_rsub, "Return value-self.";
    XOR, "__xor__", set_xor, "Return self^value.";
    RXOR, "__rxor__", set_rxor, "Return value^self.";
}

pub const UNION: NativeDef = method(
    "union",
    "($self, /, *others)",
    set_union,
    "Return a new set with elements from the set and all others.",
);
pub const INTERSECTION: NativeDef = method(
    "intersection",
    "($self, /, *others)",
    set_intersection,
    "Return a new set with elements common to the set and all others.",
);
pub const DIFFERENCE: NativeDef = method(
    "difference",
    "($self, /, *others)",
    set_difference,
    "Return a new set with elements in the set that are not in the others.",
);
pub const SYMMETRIC_DIFFERENCE: NativeDef = method(
    "symmetric_difference",
    "($self, other, /)",
    set_symmetric_difference,
    "Return a new set with elements in either the set or other but not both.",
);
pub const ISDISJOINT: NativeDef = method(
    "isdisjoint",
    "($self, other, /)",
    set_isdisjoint,
    "Return True if two sets have a null intersection.",
);
pub const ISSUBSET: NativeDef = method(
    "issubset",
    "($self, other, /)",
    set_issubset,
    "Report whether another set contains this set.",
);
pub const ISSUPERSET: NativeDef = method(
    "issuperset",
    "($self, other, /)",
    set_issuperset,
    "Report whether this set contains another set.",
);

/// `set` for sets and their subclasses' instances, `frozenset` for frozensets and theirs.
fn base_type(vm: &Vm, set: &Gc<Set>) -> Gc<Type> {
    if set.ty().is_subtype(&vm.types.frozenset) {
        vm.types.frozenset.clone()
    } else {
        vm.types.set.clone()
    }
}

fn empty_like(vm: &mut Vm, set: &Gc<Set>) -> Gc<Set> {
    let ty = base_type(vm, set);
    vm.heap.alloc(&ty, Set::default())
}

/// A copy with the base type of `like`.
fn copy_like(vm: &mut Vm, set: &Gc<Set>, like: &Gc<Set>) -> Gc<Set> {
    let ty = base_type(vm, like);
    vm.heap.alloc(&ty, Set::from(set.copied()))
}

fn same(a: &Gc<Set>, b: &Value) -> bool {
    b.as_obj() == Some(a.obj())
}

/// A `set` of an iterable's items.
pub fn new_set(vm: &mut Vm, source: &Value) -> Result<Gc<Set>> {
    let set = vm.heap.alloc(&vm.types.set, Set::default());
    update(vm, &set, source)?;
    Ok(set)
}

/// Adds the items of any iterable.
pub fn update(vm: &mut Vm, set: &Gc<Set>, source: &Value) -> Result<()> {
    if let Some(other) = source.downcast::<Set>().cloned() {
        if set.merge_fast(&other) {
            return Ok(());
        }
        let mut at = 0;
        while let Some((n, hash, key)) = other.next_from(at) {
            set.add_hashed(vm, key, hash)?;
            at = n + 1;
        }
        return Ok(());
    }
    if let Some(dict) = exact_dict(vm, source) {
        set.reserve(dict.len());
        let mut at = 0;
        while let Some((n, key, _)) = dict.entry_from(at) {
            let (key, hash) = (key.clone(), dict.hash_at(n));
            set.add_hashed(vm, key, hash)?;
            at = n + 1;
        }
        return Ok(());
    }
    let iter = vm.iter(source)?;
    while let Some(key) = vm.next(&iter)? {
        set.add(vm, key)?;
    }
    Ok(())
}

fn exact_dict(vm: &Vm, value: &Value) -> Option<Gc<Dict>> {
    let dict = value.downcast::<Dict>()?;
    (dict.ty() == &vm.types.dict).then(|| dict.clone())
}

/// A new set of the keys that are also in `other`.
fn intersection(vm: &mut Vm, set: &Gc<Set>, other: &Value) -> Result<Gc<Set>> {
    if same(set, other) {
        return Ok(copy_like(vm, set, set));
    }
    let result = empty_like(vm, set);
    if let Some(other) = other.downcast::<Set>().cloned() {
        let (walk, ask) = if other.len() > set.len() {
            (set, &other)
        } else {
            (&other, set)
        };
        let mut at = 0;
        while let Some((n, hash, key)) = walk.next_from(at) {
            if ask.contains(vm, &key, hash)? {
                result.add_hashed(vm, key, hash)?;
            }
            at = n + 1;
        }
        return Ok(result);
    }
    let iter = vm.iter(other)?;
    while let Some(key) = vm.next(&iter)? {
        let hash = vm.hash(&key)?;
        if set.contains(vm, &key, hash)? {
            result.add_hashed(vm, key, hash)?;
        }
    }
    Ok(result)
}

/// Removes the items of `other`.
pub fn subtract(vm: &mut Vm, set: &Gc<Set>, other: &Value) -> Result<()> {
    if same(set, other) {
        drop(set.take_keys());
        return Ok(());
    }
    if let Some(other) = other.downcast::<Set>().cloned() {
        let mut at = 0;
        while let Some((n, hash, key)) = other.next_from(at) {
            drop(set.remove_hashed(vm, &key, hash)?);
            at = n + 1;
        }
    } else {
        let iter = vm.iter(other)?;
        while let Some(key) = vm.next(&iter)? {
            let hash = vm.hash(&key)?;
            drop(set.remove_hashed(vm, &key, hash)?);
        }
    }
    set.sweep();
    Ok(())
}

/// A new set without the items of `other`.
fn difference(vm: &mut Vm, set: &Gc<Set>, other: &Value) -> Result<Gc<Set>> {
    let (other_set, other_dict) = (other.downcast::<Set>().cloned(), exact_dict(vm, other));
    let other_len = match (&other_set, &other_dict) {
        (Some(other), _) => Some(other.len()),
        (_, Some(dict)) => Some(dict.len()),
        _ => None,
    };
    if other_len.is_none_or(|len| set.len() >> 2 > len) {
        let result = copy_like(vm, set, set);
        subtract(vm, &result, other)?;
        return Ok(result);
    }
    let result = empty_like(vm, set);
    let mut at = 0;
    while let Some((n, hash, key)) = set.next_from(at) {
        let there = match (&other_set, &other_dict) {
            (Some(other), _) => other.contains(vm, &key, hash)?,
            (_, Some(dict)) => dict.find(vm, &key, hash)?.is_some(),
            _ => false,
        };
        if !there {
            result.add_hashed(vm, key, hash)?;
        }
        at = n + 1;
    }
    Ok(result)
}

/// Keeps the keys that are in one of the two only. `other` is a set or an exact dict's keys.
pub fn flip(vm: &mut Vm, set: &Gc<Set>, other: &Value) -> Result<()> {
    if same(set, other) {
        drop(set.take_keys());
        return Ok(());
    }
    let keys = match (other.downcast::<Set>(), exact_dict(vm, other)) {
        (Some(other), _) => other.clone(),
        (_, Some(dict)) => {
            let mut at = 0;
            while let Some((n, key, _)) = dict.entry_from(at) {
                let (key, hash) = (key.clone(), dict.hash_at(n));
                flip_key(vm, set, key, hash)?;
                at = n + 1;
            }
            return Ok(());
        }
        _ => new_set(vm, other)?,
    };
    let mut at = 0;
    while let Some((n, hash, key)) = keys.next_from(at) {
        flip_key(vm, set, key, hash)?;
        at = n + 1;
    }
    Ok(())
}

fn flip_key(vm: &mut Vm, set: &Gc<Set>, key: Value, hash: i64) -> Result<()> {
    if set.remove_hashed(vm, &key, hash)?.is_none() {
        set.add_hashed(vm, key, hash)?;
    }
    Ok(())
}

fn symmetric_difference(vm: &mut Vm, set: &Gc<Set>, other: &Value) -> Result<Gc<Set>> {
    let result = empty_like(vm, set);
    update(vm, &result, other)?;
    flip(vm, &result, &set.value())?;
    Ok(result)
}

/// Whether every key of `a` is in `b`.
fn is_subset(vm: &mut Vm, a: &Gc<Set>, b: &Gc<Set>) -> Result<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((n, hash, key)) = a.next_from(at) {
        if !b.contains(vm, &key, hash)? {
            return Ok(false);
        }
        at = n + 1;
    }
    Ok(true)
}

pub fn compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (Some(a), Some(b)) = (args[0].downcast::<Set>(), args[1].downcast::<Set>()) else {
        return Ok(Value::NotImplemented);
    };
    Ok(Value::Bool(match op {
        CompareOp::Eq => equal(vm, a, b)?,
        CompareOp::Ne => !equal(vm, a, b)?,
        CompareOp::Le => is_subset(vm, a, b)?,
        CompareOp::Ge => is_subset(vm, b, a)?,
        CompareOp::Lt => a.len() < b.len() && is_subset(vm, a, b)?,
        CompareOp::Gt => b.len() < a.len() && is_subset(vm, b, a)?,
    }))
}

fn equal(vm: &mut Vm, a: &Gc<Set>, b: &Gc<Set>) -> Result<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    if let (Some(x), Some(y)) = (a.hash.get(), b.hash.get())
        && x != y
    {
        return Ok(false);
    }
    is_subset(vm, a, b)
}

// ---- operators -----------------------------------------------------------------------------

type Operation = fn(&mut Vm, &Gc<Set>, &Value) -> Result<Gc<Set>>;

/// `a op b` when both are sets.
fn operate(vm: &mut Vm, a: &Value, b: &Value, operation: Operation) -> Result<Value> {
    match (a.downcast::<Set>(), b.is::<Set>()) {
        (Some(a), true) => Ok(operation(vm, a, b)?.into()),
        _ => Ok(Value::NotImplemented),
    }
}

fn union_two(vm: &mut Vm, set: &Gc<Set>, other: &Value) -> Result<Gc<Set>> {
    let result = copy_like(vm, set, set);
    if !same(set, other) {
        update(vm, &result, other)?;
    }
    Ok(result)
}

fn set_and(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate(vm, &args[0], &args[1], intersection)
}

fn set_rand(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate(vm, &args[1], &args[0], intersection)
}

fn set_or(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate(vm, &args[0], &args[1], union_two)
}

fn set_ror(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate(vm, &args[1], &args[0], union_two)
}

fn set_sub(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate(vm, &args[0], &args[1], difference)
}

fn set_rsub(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate(vm, &args[1], &args[0], difference)
}

fn set_xor(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate(vm, &args[0], &args[1], symmetric_difference)
}

fn set_rxor(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate(vm, &args[1], &args[0], symmetric_difference)
}

/// `self op= other` when the other is a set.
fn operate_in_place(
    vm: &mut Vm,
    args: Args<'_>,
    operation: fn(&mut Vm, &Gc<Set>, &Value) -> Result<()>,
) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    if !args[1].is::<Set>() {
        return Ok(Value::NotImplemented);
    }
    operation(vm, &set, &args[1])?;
    Ok(args[0].clone())
}

fn intersect_in_place(vm: &mut Vm, set: &Gc<Set>, other: &Value) -> Result<()> {
    let result = intersection(vm, set, other)?;
    set.swap(&result);
    Ok(())
}

pub fn set_iand(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate_in_place(vm, args, intersect_in_place)
}

pub fn set_ior(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate_in_place(vm, args, update)
}

pub fn set_isub(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate_in_place(vm, args, subtract)
}

pub fn set_ixor(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    operate_in_place(vm, args, flip)
}

// ---- methods -------------------------------------------------------------------------------

/// The `*others` of a method.
fn others(args: Args<'_>) -> Vec<Value> {
    args[1]
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default()
}

pub fn set_copy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    if set.ty() == &vm.types.frozenset {
        return Ok(args[0].clone());
    }
    Ok(copy_like(vm, &set, &set).into())
}

fn set_union(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let result = copy_like(vm, &set, &set);
    for other in others(args) {
        if !same(&set, &other) {
            update(vm, &result, &other)?;
        }
    }
    Ok(result.into())
}

pub fn set_update(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    for other in others(args) {
        update(vm, &set, &other)?;
    }
    Ok(Value::None)
}

/// The intersection with all others; a copy when there are none.
fn intersect_all(vm: &mut Vm, set: &Gc<Set>, others: &[Value]) -> Result<Gc<Set>> {
    if others.is_empty() {
        return Ok(copy_like(vm, set, set));
    }
    let mut result = set.clone();
    for other in others {
        result = intersection(vm, &result, other)?;
    }
    Ok(result)
}

fn set_intersection(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let others = others(args);
    if others.is_empty() && set.ty() == &vm.types.frozenset {
        return Ok(set.value());
    }
    Ok(intersect_all(vm, &set, &others)?.into())
}

pub fn set_intersection_update(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let result = intersect_all(vm, &set, &others(args))?;
    set.swap(&result);
    Ok(Value::None)
}

fn set_difference(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let others = others(args);
    let Some((first, rest)) = others.split_first() else {
        return set_copy(vm, args);
    };
    let result = difference(vm, &set, first)?;
    for other in rest {
        subtract(vm, &result, other)?;
    }
    Ok(result.into())
}

pub fn set_difference_update(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    for other in others(args) {
        subtract(vm, &set, &other)?;
    }
    Ok(Value::None)
}

fn set_symmetric_difference(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    Ok(symmetric_difference(vm, &set, &args[1])?.into())
}

pub fn set_symmetric_difference_update(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    flip(vm, &set, &args[1])?;
    Ok(Value::None)
}

fn set_isdisjoint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    if same(&set, &args[1]) {
        return Ok(Value::Bool(set.is_empty()));
    }
    if let Some(other) = args[1].downcast::<Set>().cloned() {
        let (walk, ask) = if other.len() > set.len() {
            (&set, &other)
        } else {
            (&other, &set)
        };
        let mut at = 0;
        while let Some((n, hash, key)) = walk.next_from(at) {
            if ask.contains(vm, &key, hash)? {
                return Ok(Value::FALSE);
            }
            at = n + 1;
        }
        return Ok(Value::TRUE);
    }
    let iter = vm.iter(&args[1])?;
    while let Some(key) = vm.next(&iter)? {
        let hash = vm.hash(&key)?;
        if set.contains(vm, &key, hash)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn set_issubset(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    let result = match args[1].downcast::<Set>().cloned() {
        Some(other) => is_subset(vm, &set, &other)?,
        None => intersection(vm, &set, &args[1])?.len() == set.len(),
    };
    Ok(Value::Bool(result))
}

fn set_issuperset(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let set = args.this::<Set>(vm, 0)?;
    if let Some(other) = args[1].downcast::<Set>().cloned() {
        return Ok(Value::Bool(is_subset(vm, &other, &set)?));
    }
    let iter = vm.iter(&args[1])?;
    while let Some(key) = vm.next(&iter)? {
        let hash = vm.hash(&key)?;
        if !set.contains(vm, &key, hash)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}
