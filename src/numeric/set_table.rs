//! The hash table under `set` and `frozenset`, laid out exactly as CPython lays out its own, because
//! a script sees the layout: it is the iteration order.
//!
//! The table never compares keys itself: comparing may run script code, which may raise, or change
//! this very set. A search is therefore a small machine that the caller steps:
//!
//! ```text
//! Probe::new --next--> Compare(slot)  the caller compares table.key(slot) with its key:
//!                |                      equal: done; not: next again;
//!                |                      table rebuilt meanwhile (probe.is_stale), or another key in
//!                |                      the slot: start afresh
//!                +---> Vacant(slot)   the key is not there; insert may use the slot
//! ```
//!
//! `find` runs the machine for comparisons that can neither fail nor change the table.
//!
//! What the set type must do for the order to stay CPython's: build from an iterable by adding one by
//! one; from a set through `merge_fast`; from a dict through `reserve`, then adding. Intersection walks
//! the smaller set (the right one when equal) and adds to a new one; difference walks the left one,
//! but copies it and removes from the copy when `len(left) >> 2 > len(right)`; symmetric difference
//! copies the right one, then flips each key of the left; in-place difference ends with `sweep`.

const MIN_SIZE: usize = 8;
/// How many neighbours are tried before jumping.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

/// A place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(usize);

#[derive(Clone, Debug)]
enum Entry<K> {
    Empty,
    /// A removed key: searches go on past it; an insertion takes the last one it passed.
    Dummy,
    Full(i64, K),
}

/// The table: keys with their hashes.
#[derive(Clone, Debug)]
pub struct SetTable<K> {
    /// Empty until the first key; the size is a power of two. An absent table stands for 8 empty slots.
    entries: Vec<Entry<K>>,
    /// Full and dummy entries.
    fill: usize,
    used: usize,
    /// Where `pop` looks next.
    finger: usize,
    /// Counts rebuilds, so that a search can tell that the table moved beneath it.
    generation: u64,
}

/// What a search needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Compare(Slot),
    Vacant(Slot),
}

/// A search for a hash, between two steps.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    hash: i64,
    perturb: u64,
    /// Start of the current run of neighbours.
    base: usize,
    /// The next neighbour to look at, counted from `base`.
    offset: usize,
    /// The last dummy passed.
    free: Option<Slot>,
    generation: u64,
}

impl Probe {
    pub fn hash(&self) -> i64 {
        self.hash
    }

    /// Whether the table was rebuilt since the search began: it must begin again.
    pub fn is_stale<K>(&self, table: &SetTable<K>) -> bool {
        self.generation != table.generation
    }
}

/// The slots a hash visits, in order; ends when the caller stops.
#[inline]
fn advance(base: usize, perturb: &mut u64, mask: usize) -> usize {
    *perturb >>= PERTURB_SHIFT;
    base.wrapping_mul(5)
        .wrapping_add(1)
        .wrapping_add(*perturb as usize)
        & mask
}

#[inline]
fn run_length(base: usize, mask: usize) -> usize {
    if base + LINEAR_PROBES <= mask {
        LINEAR_PROBES
    } else {
        0
    }
}

impl<K> Default for SetTable<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> SetTable<K> {
    pub const fn new() -> Self {
        SetTable {
            entries: Vec::new(),
            fill: 0,
            used: 0,
            finger: 0,
            generation: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.used
    }

    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// How many slots there are, empty ones included; `entry_at` takes an index below this.
    pub fn slots(&self) -> usize {
        self.entries.len()
    }

    /// What `__sizeof__` counts: a table of the smallest size lies inside the object.
    pub fn heap_slots(&self) -> usize {
        if self.entries.len() <= MIN_SIZE {
            0
        } else {
            self.entries.len()
        }
    }

    fn mask(&self) -> usize {
        self.entries.len().max(MIN_SIZE) - 1
    }

    /// The key in a slot that `Step::Compare`, `find` or an iteration named.
    pub fn key(&self, slot: Slot) -> Option<&K> {
        match self.entries.get(slot.0) {
            Some(Entry::Full(_, key)) => Some(key),
            _ => None,
        }
    }

    /// The first live entry at or after slot index `from`: its index, hash and key. Iterators keep
    /// `index + 1`.
    pub fn next_from(&self, from: usize) -> Option<(usize, i64, &K)> {
        let rest = self.entries.get(from..)?;
        rest.iter().enumerate().find_map(|(i, entry)| match entry {
            Entry::Full(hash, key) => Some((from + i, *hash, key)),
            _ => None,
        })
    }

    /// Live keys in iteration order.
    pub fn iter(&self) -> impl Iterator<Item = &K> + '_ {
        self.iter_hashed().map(|(_, key)| key)
    }

    /// Live keys with their hashes, in iteration order.
    pub fn iter_hashed(&self) -> impl Iterator<Item = (i64, &K)> + '_ {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Full(hash, key) => Some((*hash, key)),
            _ => None,
        })
    }

    /// Begins a search.
    pub fn probe(&self, hash: i64) -> Probe {
        Probe {
            hash,
            perturb: hash as u64,
            base: hash as usize & self.mask(),
            offset: 0,
            free: None,
            generation: self.generation,
        }
    }

    /// Goes on with a search that is not stale.
    pub fn next(&self, probe: &mut Probe) -> Step {
        if self.entries.is_empty() {
            return Step::Vacant(Slot(probe.base));
        }
        let mask = self.mask();
        loop {
            let run = run_length(probe.base, mask);
            while probe.offset <= run {
                let at = (probe.base + probe.offset) & mask;
                probe.offset += 1;
                match &self.entries[at] {
                    Entry::Empty => return Step::Vacant(probe.free.unwrap_or(Slot(at))),
                    Entry::Dummy => probe.free = Some(Slot(at)),
                    Entry::Full(hash, _) if *hash == probe.hash => return Step::Compare(Slot(at)),
                    _ => {}
                }
            }
            probe.base = advance(probe.base, &mut probe.perturb, mask);
            probe.offset = 0;
        }
    }

    /// A whole search, for comparisons that cannot fail nor run script code.
    pub fn find(&self, hash: i64, mut equal: impl FnMut(&K) -> bool) -> Option<Slot> {
        let mut probe = self.probe(hash);
        loop {
            match self.next(&mut probe) {
                Step::Vacant(_) => return None,
                Step::Compare(slot) => {
                    if self.key(slot).is_some_and(&mut equal) {
                        return Some(slot);
                    }
                }
            }
        }
    }

    /// Puts a key into the vacant slot its search ended at, and grows the table when it is 3/5 full.
    pub fn insert(&mut self, slot: Slot, hash: i64, key: K) {
        if self.entries.is_empty() {
            self.entries = empty_entries(MIN_SIZE);
        }
        let Some(entry) = self.entries.get_mut(slot.0) else {
            return;
        };
        let was_dummy = matches!(entry, Entry::Dummy);
        *entry = Entry::Full(hash, key);
        self.used += 1;
        if was_dummy {
            return;
        }
        self.fill += 1;
        if self.fill * 5 >= self.mask() * 3 {
            self.resize(self.growth());
        }
    }

    /// `find` then `insert`; whether the key was new.
    pub fn add(&mut self, hash: i64, key: K, mut equal: impl FnMut(&K, &K) -> bool) -> bool {
        let mut probe = self.probe(hash);
        loop {
            match self.next(&mut probe) {
                Step::Vacant(slot) => {
                    self.insert(slot, hash, key);
                    return true;
                }
                Step::Compare(slot) => {
                    if self.key(slot).is_some_and(|found| equal(found, &key)) {
                        return false;
                    }
                }
            }
        }
    }

    /// Takes the key out of a slot, leaving a dummy.
    pub fn remove(&mut self, slot: Slot) -> Option<K> {
        let entry = self.entries.get_mut(slot.0)?;
        if !matches!(entry, Entry::Full(..)) {
            return None;
        }
        let Entry::Full(_, key) = std::mem::replace(entry, Entry::Dummy) else {
            return None;
        };
        self.used -= 1;
        Some(key)
    }

    /// `set.pop`: the first key at or after the finger, going around.
    pub fn pop(&mut self) -> Option<K> {
        if self.used == 0 {
            return None;
        }
        let mask = self.mask();
        let mut at = self.finger & mask;
        while !matches!(self.entries[at], Entry::Full(..)) {
            at = (at + 1) & mask;
        }
        self.finger = at + 1;
        self.remove(Slot(at))
    }

    /// Empties the table; the keys are handed out so that the caller can drop them when it is safe.
    #[must_use = "drop the keys where script code may run"]
    pub fn clear(&mut self) -> Vec<K> {
        let old = std::mem::take(&mut self.entries);
        self.fill = 0;
        self.used = 0;
        self.generation += 1;
        old.into_iter()
            .filter_map(|entry| match entry {
                Entry::Full(_, key) => Some(key),
                _ => None,
            })
            .collect()
    }

    /// Exchanges all but the finger, as `intersection_update` does.
    pub fn swap_contents(&mut self, other: &mut SetTable<K>) {
        std::mem::swap(self, other);
        std::mem::swap(&mut self.finger, &mut other.finger);
        let generation = self.generation.max(other.generation) + 1;
        self.generation = generation;
        other.generation = generation;
    }

    /// Makes room before `expected` keys are added one by one, as an update from a set or a dict does.
    pub fn reserve(&mut self, expected: usize) {
        if (self.fill + expected) * 5 >= self.mask() * 3 {
            self.resize((self.used + expected) * 2);
        }
    }

    /// After a `difference_update`: rebuilds the table when more than a quarter are dummies.
    pub fn sweep(&mut self) {
        if self.fill - self.used > self.mask() / 4 {
            self.resize(self.growth());
        }
    }

    fn growth(&self) -> usize {
        if self.used > 50_000 {
            self.used * 2
        } else {
            self.used * 4
        }
    }

    /// Rebuilds the table with more than `min_used` slots, without its dummies.
    fn resize(&mut self, min_used: usize) {
        let mut size = MIN_SIZE;
        while size <= min_used {
            size <<= 1;
        }
        // A smallest table without dummies stays as it is: rebuilding could reorder it.
        if size == MIN_SIZE && self.entries.len() <= MIN_SIZE && self.fill == self.used {
            return;
        }
        let old = std::mem::replace(&mut self.entries, empty_entries(size));
        self.fill = self.used;
        self.generation += 1;
        for entry in old {
            if let Entry::Full(hash, key) = entry {
                self.insert_clean(hash, key);
            }
        }
    }

    /// Inserts a key known to be new into a table without dummies. Counts nothing.
    fn insert_clean(&mut self, hash: i64, key: K) {
        let mask = self.entries.len() - 1;
        let mut perturb = hash as u64;
        let mut base = hash as usize & mask;
        loop {
            for at in base..=base + run_length(base, mask) {
                if matches!(self.entries[at], Entry::Empty) {
                    self.entries[at] = Entry::Full(hash, key);
                    return;
                }
            }
            base = advance(base, &mut perturb, mask);
        }
    }
}

impl<K: Clone> SetTable<K> {
    /// The part of an update from another table that needs no comparisons: makes room, and when this
    /// table is empty takes the keys over. Otherwise (false) the caller adds `other`'s keys in order.
    pub fn merge_fast(&mut self, other: &SetTable<K>) -> bool {
        if other.used == 0 {
            return true;
        }
        self.reserve(other.used);
        if self.fill != 0 {
            return false;
        }
        self.generation += 1;
        if self.mask() == other.mask() && other.fill == other.used {
            self.entries = other.entries.clone();
        } else {
            if self.entries.is_empty() {
                self.entries = empty_entries(MIN_SIZE);
            }
            for (hash, key) in other.iter_hashed() {
                self.insert_clean(hash, key.clone());
            }
        }
        self.fill = other.used;
        self.used = other.used;
        true
    }

    /// A copy as `set(other)` makes it: its layout need not be the original's.
    pub fn copied(&self) -> SetTable<K> {
        let mut copy = SetTable::new();
        copy.merge_fast(self);
        copy
    }
}

fn empty_entries<K>(size: usize) -> Vec<Entry<K>> {
    std::iter::repeat_with(|| Entry::Empty).take(size).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::hash;

    fn order(table: &SetTable<i64>) -> String {
        let keys: Vec<String> = table.iter().map(i64::to_string).collect();
        keys.join(",")
    }

    /// Replays a log of operations that CPython ran, comparing `list(s)` as it printed it.
    /// Lines: `add 1 2 3`, `discard 1`, `pop`, `update 1 2 3` (from a set), `copy`, `clear`, `= 1,2,3`.
    #[test]
    fn iteration_order_is_that_of_cpython() {
        let mut table: SetTable<i64> = SetTable::new();
        for (number, line) in include_str!("testdata/set_order.txt").lines().enumerate() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let keys: Vec<i64> = if word == "=" {
                Vec::new()
            } else {
                rest.split_whitespace()
                    .map(|k| k.parse().unwrap())
                    .collect()
            };
            match word {
                "add" => {
                    for key in keys {
                        table.add(hash::small_int(key), key, |a, b| a == b);
                    }
                }
                "discard" => {
                    for key in keys {
                        if let Some(slot) = table.find(hash::small_int(key), |k| *k == key) {
                            table.remove(slot);
                        }
                    }
                }
                "pop" => {
                    table.pop();
                }
                "copy" => table = table.copied(),
                "clear" => drop(table.clear()),
                "update" => {
                    let mut other = SetTable::new();
                    for key in keys {
                        other.add(hash::small_int(key), key, |a: &i64, b: &i64| a == b);
                    }
                    if !table.merge_fast(&other) {
                        for (hash, key) in other.iter_hashed() {
                            table.add(hash, *key, |a, b| a == b);
                        }
                    }
                }
                "minus" => {
                    for key in keys {
                        if let Some(slot) = table.find(hash::small_int(key), |k| *k == key) {
                            table.remove(slot);
                        }
                    }
                    table.sweep();
                }
                "=" => assert_eq!(order(&table), rest, "line {}", number + 1),
                other => panic!("unknown operation {other}"),
            }
        }
    }
}
