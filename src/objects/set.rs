//! `Set`: the payload of `set` and `frozenset`: the representation. The methods live in `set_methods`.
//!
//! The table keeps CPython's order. Comparing keys may run script code that changes this very set,
//! so a search steps the table's probe and starts again when the table moved under it.

use std::cell::{Cell, RefCell};

use super::dict::{Quick, quick_eq};
use super::header::ObjRef;
use super::value::{Value, visit_value};
use crate::numeric::set_table::{SetTable, Slot, Step};
use crate::payload;
use crate::vm::{Result, Vm};

/// A set of values.
#[derive(Default)]
pub struct Set {
    table: RefCell<SetTable<Value>>,
    /// Hash of a frozenset; `None` while unknown.
    pub hash: Cell<Option<i64>>,
}
payload!(Set, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.table
            .borrow()
            .iter()
            .for_each(|v| visit_value(v, visit));
    }

    fn clear(&self) {
        drop(self.take_keys());
    }
});

impl From<SetTable<Value>> for Set {
    fn from(table: SetTable<Value>) -> Set {
        Set {
            table: table.into(),
            hash: Cell::new(None),
        }
    }
}

impl Set {
    #[inline]
    pub fn len(&self) -> usize {
        self.table.borrow().len()
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of places that the table has outside the object.
    pub fn heap_slots(&self) -> usize {
        self.table.borrow().heap_slots()
    }

    /// The first key at or after place `from`: its place, hash and the key.
    #[inline]
    pub fn next_from(&self, from: usize) -> Option<(usize, i64, Value)> {
        let table = self.table.borrow();
        table
            .next_from(from)
            .map(|(at, hash, key)| (at, hash, key.clone()))
    }

    /// The keys with their hashes, in order.
    pub fn snapshot(&self) -> Vec<(i64, Value)> {
        let table = self.table.borrow();
        table.iter_hashed().map(|(h, k)| (h, k.clone())).collect()
    }

    /// The keys in order.
    pub fn keys(&self) -> Vec<Value> {
        self.table.borrow().iter().cloned().collect()
    }

    /// A copy of the table, laid out as `set(self)` lays it out.
    pub fn copied(&self) -> SetTable<Value> {
        self.table.borrow().copied()
    }

    /// Takes all keys out.
    pub fn take_keys(&self) -> Vec<Value> {
        self.hash.set(None);
        self.table.borrow_mut().clear()
    }

    /// Exchanges the content with another set's.
    pub fn swap(&self, other: &Set) {
        if !std::ptr::eq(self, other) {
            let mut theirs = other.table.borrow_mut();
            self.table.borrow_mut().swap_contents(&mut theirs);
        }
    }

    /// Takes over the keys of `other` when that needs no comparison; false when it does.
    pub fn merge_fast(&self, other: &Set) -> bool {
        std::ptr::eq(self, other) || self.table.borrow_mut().merge_fast(&other.table.borrow())
    }

    pub fn reserve(&self, expected: usize) {
        self.table.borrow_mut().reserve(expected);
    }

    pub fn sweep(&self) {
        self.table.borrow_mut().sweep();
    }

    /// Where `key` is, or the vacant place where it would go.
    fn search(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<Step> {
        'again: loop {
            let mut probe = self.table.borrow().probe(hash);
            loop {
                let table = self.table.borrow();
                let step = table.next(&mut probe);
                let Step::Compare(slot) = step else {
                    return Ok(step);
                };
                let Some(found) = table.key(slot) else {
                    continue 'again;
                };
                match quick_eq(found, key) {
                    Quick::Same => return Ok(step),
                    Quick::Different => continue,
                    Quick::Ask => {}
                }
                let found = found.clone();
                drop(table);
                let same = vm.eq(&found, key)?;
                let table = self.table.borrow();
                if probe.is_stale(&table) || !table.key(slot).is_some_and(|k| k.is_same(&found)) {
                    continue 'again;
                }
                if same {
                    return Ok(step);
                }
            }
        }
    }

    fn find(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<Option<Slot>> {
        Ok(match self.search(vm, key, hash)? {
            Step::Compare(slot) => Some(slot),
            Step::Vacant(_) => None,
        })
    }

    /// `key in self`
    #[inline]
    pub fn contains(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<bool> {
        Ok(self.find(vm, key, hash)?.is_some())
    }

    /// Adds a key; whether it is new.
    pub fn add_hashed(&self, vm: &mut Vm, key: Value, hash: i64) -> Result<bool> {
        loop {
            match self.search(vm, &key, hash)? {
                Step::Compare(_) => return Ok(false),
                Step::Vacant(slot) => {
                    let mut table = self.table.borrow_mut();
                    // A comparison may have filled a place that the search had passed.
                    if table.key(slot).is_none() {
                        table.insert(slot, hash, key);
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// Adds a key after hashing it.
    pub fn add(&self, vm: &mut Vm, key: Value) -> Result<bool> {
        let hash = vm.hash(&key)?;
        self.add_hashed(vm, key, hash)
    }

    /// Takes a key out.
    pub fn remove_hashed(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<Option<Value>> {
        match self.find(vm, key, hash)? {
            Some(slot) => Ok(self.table.borrow_mut().remove(slot)),
            None => Ok(None),
        }
    }

    /// Takes the next key out.
    pub fn pop(&self) -> Option<Value> {
        self.table.borrow_mut().pop()
    }
}
