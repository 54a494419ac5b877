//! `Dict`: the payload of `dict`: insertion ordered, an index table over a vector of entries.
//!
//! Keys whose comparison runs script code may raise, or change the dict while it is searched; so the
//! general look-ups take the VM and start again when the layout changed under them. Look-ups by
//! exact `str` need no VM: `get_str`, `set_str`, `remove_str`.
//!
//! The methods of the type live in `dict_methods`; this file is the representation.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;

use super::header::{Gc, ObjRef};
use super::heap::Heap;
use super::str::Str;
use super::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;

#[derive(Default)]
pub struct Dict {
    inner: UnsafeCell<Table>,
}

#[derive(Default)]
struct Table {
    /// Power of two long, or empty; open addressing, entry numbers.
    index: Vec<u32>,
    /// Removed entries have an unbound key.
    entries: Vec<Entry>,
    live: usize,
    /// No entry before this one is live: taking from the front stays quick.
    first: usize,
    /// Slots of `index` that are not `EMPTY`.
    used: usize,
    /// Changes when keys come or go; unique in the isolate, 0 in a dict that never had a key.
    version: u32,
}

struct Entry {
    hash: i64,
    key: Value,
    value: Value,
}

payload!(Dict, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for entry in &self.table().entries {
            visit_value(&entry.key, visit);
            visit_value(&entry.value, visit);
        }
    }

    fn clear(&self) {
        let old = std::mem::take(self.table_mut());
        self.table_mut().version = old.version.wrapping_add(1);
        drop(old);
    }
});

/// Outcome of comparing a key with an entry's without running script code.
pub(super) enum Quick {
    Same,
    Different,
    /// Only the VM can tell.
    Ask,
}

pub(super) fn quick_eq(a: &Value, b: &Value) -> Quick {
    if a.is_same(b) {
        return Quick::Same;
    }
    match (a, b) {
        (Value::Int(_), Value::Int(_)) => Quick::Different,
        (Value::Obj(a), Value::Obj(b)) => match (a.downcast::<Str>(), b.downcast::<Str>()) {
            (Some(x), Some(y)) if x.ty() == y.ty() => {
                if x.bytes() == y.bytes() {
                    Quick::Same
                } else {
                    Quick::Different
                }
            }
            _ => Quick::Ask,
        },
        _ => Quick::Ask,
    }
}

// SAFETY of the accesses through `UnsafeCell`: an isolate has one thread; `table()` and `table_mut()`
// are not held across a call into the VM nor across the drop of a value.
impl Dict {
    #[inline]
    fn table(&self) -> &Table {
        unsafe { &*self.inner.get() }
    }

    #[inline]
    #[allow(clippy::mut_from_ref)]
    fn table_mut(&self) -> &mut Table {
        unsafe { &mut *self.inner.get() }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.table().live
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of the layout of keys, for inline caches: as long as it is the same, an entry's index
    /// stays good.
    #[inline]
    pub fn version(&self) -> u32 {
        self.table().version
    }

    /// The value of entry `index`, as [`Dict::find_str`] gave it for this version.
    #[inline]
    pub fn value_at(&self, index: usize) -> Option<&Value> {
        self.table().entries.get(index).map(|e| &e.value)
    }

    /// Replaces the value of entry `index`, as [`Dict::find_str`] gave it for this version.
    #[inline]
    pub fn set_value_at(&self, index: usize, value: Value) {
        if let Some(entry) = self.table_mut().entries.get_mut(index) {
            drop(std::mem::replace(&mut entry.value, value));
        }
    }

    /// Entry number `at` or the next one after it that is live: its number, key and value.
    #[inline]
    pub fn entry_from(&self, mut at: usize) -> Option<(usize, &Value, &Value)> {
        at = at.max(self.table().first);
        loop {
            let entry = self.table().entries.get(at)?;
            if !entry.key.is_unbound() {
                return Some((at, &entry.key, &entry.value));
            }
            at += 1;
        }
    }

    /// The last live entry before number `at`.
    pub fn entry_before(&self, mut at: usize) -> Option<(usize, &Value, &Value)> {
        at = at.min(self.table().entries.len());
        while at > 0 {
            at -= 1;
            let entry = &self.table().entries[at];
            if !entry.key.is_unbound() {
                return Some((at, &entry.key, &entry.value));
            }
        }
        None
    }

    /// One past the number of the last entry.
    pub fn end(&self) -> usize {
        self.table().entries.len()
    }

    /// The hash that was stored with entry `index`.
    pub fn hash_at(&self, index: usize) -> i64 {
        self.table().entries.get(index).map_or(0, |e| e.hash)
    }

    pub fn items(&self) -> Vec<(Value, Value)> {
        let live = self.table().entries.iter().filter(|e| !e.key.is_unbound());
        live.map(|e| (e.key.clone(), e.value.clone())).collect()
    }

    pub fn keys(&self) -> Vec<Value> {
        let live = self.table().entries.iter().filter(|e| !e.key.is_unbound());
        live.map(|e| e.key.clone()).collect()
    }

    pub fn values(&self) -> Vec<Value> {
        let live = self.table().entries.iter().filter(|e| !e.key.is_unbound());
        live.map(|e| e.value.clone()).collect()
    }

    // ---- by string ---------------------------------------------------------------------------

    /// Entry number of the exact string `name`. Entries with odd keys (subclasses of `str`, objects
    /// that equal strings) are not found: script dicts go through [`Dict::get`].
    #[inline]
    pub fn find_str(&self, name: &Str) -> Option<usize> {
        let table = self.table();
        if table.index.is_empty() {
            return None;
        }
        let hash = name.hash();
        let mask = table.index.len() - 1;
        let mut probe = Probe::new(hash, mask);
        loop {
            match table.index[probe.at] {
                EMPTY => return None,
                DELETED => {}
                n => {
                    let entry = &table.entries[n as usize];
                    if entry.hash == hash
                        && let Some(key) = entry.key.downcast::<Str>()
                        && (std::ptr::eq::<Str>(&**key, name) || key.bytes() == name.bytes())
                    {
                        return Some(n as usize);
                    }
                }
            }
            probe.step(mask);
        }
    }

    #[inline]
    pub fn get_str(&self, name: &Str) -> Option<Value> {
        self.find_str(name)
            .map(|n| self.table().entries[n].value.clone())
    }

    /// Sets the value of an exact string key.
    pub fn set_str(&self, name: &Gc<Str>, value: Value, heap: &Heap) {
        match self.find_str(name) {
            Some(n) => self.set_value_at(n, value),
            None => self.insert_new(name.hash(), name.value(), value, heap),
        }
    }

    /// Removes an exact string key and returns its value.
    pub fn remove_str(&self, name: &Str, heap: &Heap) -> Option<Value> {
        let n = self.find_str(name)?;
        Some(self.remove_at(n, heap).1)
    }

    // ---- by any key --------------------------------------------------------------------------

    /// Entry number of `key`, whose hash is `hash`.
    pub fn find(&self, vm: &mut Vm, key: &Value, hash: i64) -> Result<Option<usize>> {
        'again: loop {
            let table = self.table();
            if table.index.is_empty() {
                return Ok(None);
            }
            let version = table.version;
            let mask = table.index.len() - 1;
            let mut probe = Probe::new(hash, mask);
            loop {
                match self.table().index[probe.at] {
                    EMPTY => return Ok(None),
                    DELETED => {}
                    n => {
                        let entry = &self.table().entries[n as usize];
                        if entry.hash == hash {
                            match quick_eq(&entry.key, key) {
                                Quick::Same => return Ok(Some(n as usize)),
                                Quick::Different => {}
                                Quick::Ask => {
                                    let other = entry.key.clone();
                                    let same = vm.eq(&other, key)?;
                                    if self.table().version != version {
                                        continue 'again;
                                    }
                                    if same {
                                        return Ok(Some(n as usize));
                                    }
                                }
                            }
                        }
                    }
                }
                probe.step(mask);
            }
        }
    }

    /// `self[key]`, or `None`. Hashes the key: `TypeError` when it is unhashable.
    pub fn get(&self, vm: &mut Vm, key: &Value) -> Result<Option<Value>> {
        let hash = vm.hash(key)?;
        Ok(self
            .find(vm, key, hash)?
            .map(|n| self.table().entries[n].value.clone()))
    }

    /// `self[key] = value`. An equal key that is there stays.
    pub fn set(&self, vm: &mut Vm, key: Value, value: Value) -> Result<()> {
        let hash = vm.hash(&key)?;
        self.set_hashed(vm, key, hash, value)
    }

    pub fn set_hashed(&self, vm: &mut Vm, key: Value, hash: i64, value: Value) -> Result<()> {
        match self.find(vm, &key, hash)? {
            Some(n) => self.set_value_at(n, value),
            None => self.insert_new(hash, key, value, &vm.heap),
        }
        Ok(())
    }

    /// Removes `key` and returns what was there.
    pub fn remove(&self, vm: &mut Vm, key: &Value) -> Result<Option<(Value, Value)>> {
        let hash = vm.hash(key)?;
        Ok(self
            .find(vm, key, hash)?
            .map(|n| self.remove_at(n, &vm.heap)))
    }

    /// Adds a key that is not there.
    pub fn insert_new(&self, hash: i64, key: Value, value: Value, heap: &Heap) {
        let table = self.table_mut();
        // Removed entries count too, or a dict whose keys come and go would grow for ever.
        if (table.used.max(table.entries.len()) + 1) * 3 > table.index.len() * 2 {
            table.rebuild();
        }
        let mask = table.index.len() - 1;
        let mut probe = Probe::new(hash, mask);
        while !matches!(table.index[probe.at], EMPTY | DELETED) {
            probe.step(mask);
        }
        if table.index[probe.at] == EMPTY {
            table.used += 1;
        }
        table.index[probe.at] = table.entries.len() as u32;
        table.entries.push(Entry { hash, key, value });
        table.live += 1;
        table.version = heap.fresh_version();
    }

    /// Removes entry `n`, which is live, and returns its key and value.
    pub fn remove_at(&self, n: usize, heap: &Heap) -> (Value, Value) {
        let table = self.table_mut();
        let mask = table.index.len() - 1;
        let mut probe = Probe::new(table.entries[n].hash, mask);
        while table.index[probe.at] != n as u32 {
            probe.step(mask);
        }
        table.index[probe.at] = DELETED;
        table.live -= 1;
        table.version = heap.fresh_version();
        let entry = &mut table.entries[n];
        let removed = (entry.key.take(), entry.value.take());
        while table.entries.last().is_some_and(|e| e.key.is_unbound()) {
            table.entries.pop();
        }
        let is_dead = |at: usize| table.entries.get(at).is_some_and(|e| e.key.is_unbound());
        while is_dead(table.first) {
            table.first += 1;
        }
        if table.live == 0 {
            table.first = 0;
            table.index.clear();
            table.used = 0;
        }
        removed
    }

    /// Moves entry `n`, which is live, to the end or to the front.
    pub fn move_to(&self, n: usize, last: bool, heap: &Heap) {
        let hash = self.hash_at(n);
        let (key, value) = self.remove_at(n, heap);
        if last {
            self.insert_new(hash, key, value, heap);
            return;
        }
        let table = self.table_mut();
        table.rebuild();
        table.entries.insert(0, Entry { hash, key, value });
        table.live += 1;
        table.rebuild();
        table.version = heap.fresh_version();
    }

    /// Removes everything.
    pub fn clear_all(&self, heap: &Heap) {
        let old = std::mem::take(self.table_mut());
        self.table_mut().version = heap.fresh_version();
        drop(old);
    }

    /// A copy with the same order.
    pub fn copy(&self, heap: &Heap) -> Dict {
        let table = self.table();
        let live = table.entries.iter().filter(|e| !e.key.is_unbound());
        let entries = live.map(|e| Entry {
            hash: e.hash,
            key: e.key.clone(),
            value: e.value.clone(),
        });
        let mut copy = Table {
            index: Vec::new(),
            entries: entries.collect(),
            live: table.live,
            first: 0,
            used: 0,
            version: heap.fresh_version(),
        };
        if copy.live > 0 {
            copy.rebuild();
        }
        Dict {
            inner: UnsafeCell::new(copy),
        }
    }
}

impl Table {
    /// Drops the gaps left by removed entries and lays the index anew with room to grow.
    fn rebuild(&mut self) {
        if self.live < self.entries.len() {
            self.entries.retain(|e| !e.key.is_unbound());
        }
        self.first = 0;
        let size = ((self.live + 1) * 3).next_power_of_two().max(8);
        self.index.clear();
        self.index.resize(size, EMPTY);
        let mask = size - 1;
        for (n, entry) in self.entries.iter().enumerate() {
            let mut probe = Probe::new(entry.hash, mask);
            while self.index[probe.at] != EMPTY {
                probe.step(mask);
            }
            self.index[probe.at] = n as u32;
        }
        self.used = self.entries.len();
    }
}

/// The sequence of places where a hash may stand.
struct Probe {
    at: usize,
    perturb: u64,
}

impl Probe {
    #[inline]
    fn new(hash: i64, mask: usize) -> Probe {
        Probe {
            at: hash as usize & mask,
            perturb: hash as u64,
        }
    }

    #[inline]
    fn step(&mut self, mask: usize) {
        self.perturb >>= 5;
        self.at = (self.at * 5 + self.perturb as usize + 1) & mask;
    }
}
