//! Sorting with comparisons that may fail: a stable merge sort that makes the same comparisons in
//! the same order as CPython's (Objects/listsort.txt describes it; merging by "powersort" since
//! 3.11), because `__lt__` is script code and not every order is total (think of NaN).
//!
//! The items are held by the caller in a vector that no script can see, so borrowing them across
//! a comparison is fine. When a comparison fails every item is still there, in some order.

use super::operators::CompareOp;
use super::str::Str;
use super::value::Value;
use crate::vm::{Result, Vm};

/// How often one side must win before merging looks ahead in leaps.
const MIN_GALLOP: usize = 7;
/// Runs shorter than about half of this are lengthened by insertion.
const MAX_MINRUN: usize = 64;

/// What is sorted: a value, or a value with the key it is sorted by.
pub trait Item: Default {
    fn key(&self) -> &Value;
}

impl Item for Value {
    fn key(&self) -> &Value {
        self
    }
}

/// A value with its sort key.
#[derive(Default)]
pub struct Keyed {
    pub key: Value,
    pub value: Value,
}

impl Item for Keyed {
    fn key(&self) -> &Value {
        &self.key
    }
}

/// Sorts by `<` of the keys; backwards with `reverse`, equal items keeping their order all the same.
pub fn sort<T: Item>(vm: &mut Vm, items: &mut [T], reverse: bool) -> Result<()> {
    if reverse {
        items.reverse();
    }
    let sorted = if sort_plain(items) {
        Ok(())
    } else {
        Sorter {
            vm,
            min_gallop: MIN_GALLOP,
            runs: Vec::new(),
        }
        .sort(items)
    };
    if reverse {
        items.reverse();
    }
    sorted
}

/// Sorts without the VM when all keys are small ints, all floats but NaN or all exact strings.
fn sort_plain<T: Item>(items: &mut [T]) -> bool {
    match items.first().map(T::key) {
        Some(Value::Int(_)) => {
            let int = |item: &T| match item.key() {
                Value::Int(n) => Some(*n),
                _ => None,
            };
            let all = items.iter().all(|i| int(i).is_some());
            if all {
                items.sort_by_key(|i| int(i));
            }
            all
        }
        Some(Value::Float(_)) => {
            let float = |item: &T| match item.key() {
                Value::Float(x) if !x.is_nan() => Some(*x),
                _ => None,
            };
            let all = items.iter().all(|i| float(i).is_some());
            if all {
                items.sort_by(|a, b| {
                    float(a)
                        .partial_cmp(&float(b))
                        .unwrap_or(std::cmp::Ordering::Equal)
                });
            }
            all
        }
        Some(Value::Obj(_)) => {
            fn text<T: Item>(item: &T) -> Option<&[u8]> {
                let s = item.key().downcast::<Str>()?;
                (!s.ty().is_heap_type()).then(|| s.bytes())
            }
            let all = items.iter().all(|i| text(i).is_some());
            if all {
                items.sort_by(|a, b| text(a).cmp(&text(b)));
            }
            all
        }
        _ => false,
    }
}

struct Run {
    start: usize,
    len: usize,
    /// Of the node between this run and the next.
    power: u32,
}

struct Sorter<'a> {
    vm: &'a mut Vm,
    min_gallop: usize,
    runs: Vec<Run>,
}

impl Sorter<'_> {
    #[inline]
    fn lt<T: Item>(&mut self, a: &T, b: &T) -> Result<bool> {
        self.vm.compare_bool(CompareOp::Lt, a.key(), b.key())
    }

    fn sort<T: Item>(&mut self, items: &mut [T]) -> Result<()> {
        let total = items.len();
        if total < 2 {
            return Ok(());
        }
        let min_run = min_run(total);
        let mut start = 0;
        while start < total {
            let left = total - start;
            let mut len = self.count_run(&mut items[start..])?;
            if len < min_run {
                let forced = left.min(min_run);
                self.insert_sort(&mut items[start..start + forced], len)?;
                len = forced;
            }
            self.found_run(items, len)?;
            self.runs.push(Run {
                start,
                len,
                power: 0,
            });
            start += len;
        }
        while self.runs.len() > 1 {
            let mut at = self.runs.len() - 2;
            if at > 0 && self.runs[at - 1].len < self.runs[at + 1].len {
                at -= 1;
            }
            self.merge_at(items, at)?;
        }
        Ok(())
    }

    /// Length of the run that `items` begins with, made ascending when it was descending.
    fn count_run<T: Item>(&mut self, items: &mut [T]) -> Result<usize> {
        let total = items.len();
        let mut n = 1;
        while n < total && !self.lt(&items[n], &items[n - 1])? {
            n += 1;
        }
        if n == total {
            return Ok(n);
        }
        // What stands before the step down is ascending, unless it was all equal.
        if n > 1 {
            if self.lt(&items[0], &items[n - 1])? {
                return Ok(n);
            }
            items[..n].reverse();
        }
        n += 1;
        // Equal neighbours in a descending run are put backwards, so that reversing restores them.
        let mut equal = 0;
        while n < total {
            if self.lt(&items[n], &items[n - 1])? {
                reverse_equals(items, n, &mut equal);
            } else if self.lt(&items[n - 1], &items[n])? {
                break;
            } else {
                equal += 1;
            }
            n += 1;
        }
        reverse_equals(items, n, &mut equal);
        items[..n].reverse();
        while n < total && !self.lt(&items[n], &items[n - 1])? {
            n += 1;
        }
        Ok(n)
    }

    /// Sorts by binary insertion; the first `sorted` items are in order.
    fn insert_sort<T: Item>(&mut self, items: &mut [T], sorted: usize) -> Result<()> {
        for at in sorted.max(1)..items.len() {
            let (mut low, mut high) = (0, at);
            while low < high {
                let middle = (low + high) / 2;
                if self.lt(&items[at], &items[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            items[low..=at].rotate_right(1);
        }
        Ok(())
    }

    /// Merges what the power of the boundary before the new run says must be merged first.
    fn found_run<T: Item>(&mut self, items: &mut [T], len: usize) -> Result<()> {
        let Some(last) = self.runs.last() else {
            return Ok(());
        };
        let power = power(last.start, last.len, len, items.len());
        while self.runs.len() > 1 && self.runs[self.runs.len() - 2].power > power {
            self.merge_at(items, self.runs.len() - 2)?;
        }
        if let Some(last) = self.runs.last_mut() {
            last.power = power;
        }
        Ok(())
    }

    /// Merges run `at` with the one after it.
    fn merge_at<T: Item>(&mut self, items: &mut [T], at: usize) -> Result<()> {
        let next = self.runs.remove(at + 1);
        let run = &mut self.runs[at];
        let (start, left) = (run.start, run.len);
        run.len += next.len;
        run.power = next.power;
        let both = &mut items[start..start + left + next.len];
        let skip = {
            let (a, b) = both.split_at(left);
            self.gallop_right(&b[0], a, 0)?
        };
        if skip == left {
            return Ok(());
        }
        let right = {
            let (a, b) = both.split_at(left);
            self.gallop_left(&a[left - 1], b, next.len - 1)?
        };
        if right == 0 {
            return Ok(());
        }
        let part = &mut both[skip..left + right];
        if left - skip <= right {
            self.merge_low(part, left - skip)
        } else {
            self.merge_high(part, left - skip)
        }
    }

    /// Where `key` belongs in `items`, before its equals; the search starts at `hint`.
    fn gallop_left<T: Item>(&mut self, key: &T, items: &[T], hint: usize) -> Result<usize> {
        let (mut last, mut step) = (0, 1);
        let (mut low, mut high);
        if self.lt(&items[hint], key)? {
            let max = items.len() - hint;
            while step < max && self.lt(&items[hint + step], key)? {
                last = step;
                step = step * 2 + 1;
            }
            (low, high) = (hint + last + 1, hint + step.min(max));
        } else {
            let max = hint + 1;
            while step < max && !self.lt(&items[hint - step], key)? {
                last = step;
                step = step * 2 + 1;
            }
            (low, high) = (hint + 1 - step.min(max), hint - last);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.lt(&items[middle], key)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(high)
    }

    /// Where `key` belongs in `items`, after its equals; the search starts at `hint`.
    fn gallop_right<T: Item>(&mut self, key: &T, items: &[T], hint: usize) -> Result<usize> {
        let (mut last, mut step) = (0, 1);
        let (mut low, mut high);
        if self.lt(key, &items[hint])? {
            let max = hint + 1;
            while step < max && self.lt(key, &items[hint - step])? {
                last = step;
                step = step * 2 + 1;
            }
            (low, high) = (hint + 1 - step.min(max), hint - last);
        } else {
            let max = items.len() - hint;
            while step < max && !self.lt(key, &items[hint + step])? {
                last = step;
                step = step * 2 + 1;
            }
            (low, high) = (hint + last + 1, hint + step.min(max));
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.lt(key, &items[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(high)
    }

    /// Merges `items[..left]` with the rest, from the front; the left part is not the longer one.
    fn merge_low<T: Item>(&mut self, items: &mut [T], left: usize) -> Result<()> {
        let mut a: Vec<T> = items[..left].iter_mut().map(std::mem::take).collect();
        // Next of `a`, next of the right part, and where the next one goes.
        let mut at = Front {
            a: 0,
            b: left,
            dest: 0,
        };
        let outcome = self.merge_low_loop(items, &mut a, &mut at);
        let Front { a: i, b: j, dest } = at;
        if let Ok(true) = outcome {
            // One is left of `a`, and it is the largest.
            for k in j..items.len() {
                items.swap(dest + k - j, k);
            }
            let last = items.len() - 1;
            items[last] = std::mem::take(&mut a[i]);
        } else {
            for (k, item) in a[i..].iter_mut().enumerate() {
                items[dest + k] = std::mem::take(item);
            }
        }
        outcome.map(drop)
    }

    /// True when one item of `a` is left that comes last.
    fn merge_low_loop<T: Item>(
        &mut self,
        items: &mut [T],
        a: &mut [T],
        at: &mut Front,
    ) -> Result<bool> {
        let (na, end) = (a.len(), items.len());
        at.take_b(items);
        if at.b == end {
            return Ok(false);
        }
        if na - at.a == 1 {
            return Ok(true);
        }
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            loop {
                if self.lt(&items[at.b], &a[at.a])? {
                    at.take_b(items);
                    (a_wins, b_wins) = (0, b_wins + 1);
                    if at.b == end {
                        return Ok(false);
                    }
                } else {
                    at.take_a(items, a);
                    (a_wins, b_wins) = (a_wins + 1, 0);
                    if na - at.a == 1 {
                        return Ok(true);
                    }
                }
                if a_wins.max(b_wins) >= self.min_gallop {
                    break;
                }
            }
            let mut min_gallop = self.min_gallop + 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                let a_wins = self.gallop_right(&items[at.b], &a[at.a..], 0)?;
                for _ in 0..a_wins {
                    at.take_a(items, a);
                }
                if a_wins > 0 && na - at.a <= 1 {
                    return Ok(na - at.a == 1);
                }
                at.take_b(items);
                if at.b == end {
                    return Ok(false);
                }
                let b_wins = self.gallop_left(&a[at.a], &items[at.b..], 0)?;
                for _ in 0..b_wins {
                    at.take_b(items);
                }
                if at.b == end {
                    return Ok(false);
                }
                at.take_a(items, a);
                if na - at.a == 1 {
                    return Ok(true);
                }
                if a_wins < MIN_GALLOP && b_wins < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop = min_gallop + 1;
        }
    }

    /// Merges `items[..left]` with the rest, from the back; the right part is the shorter one.
    fn merge_high<T: Item>(&mut self, items: &mut [T], left: usize) -> Result<()> {
        let mut b: Vec<T> = items[left..].iter_mut().map(std::mem::take).collect();
        // How many are left of each, which is also one past the next to take.
        let mut at = Back {
            a: left,
            b: b.len(),
        };
        let outcome = self.merge_high_loop(items, &mut b, &mut at);
        if let Ok(true) = outcome {
            // One is left of `b`, and it is the smallest.
            for k in (0..at.a).rev() {
                items.swap(k, k + 1);
            }
            items[0] = std::mem::take(&mut b[0]);
        } else {
            for (k, item) in b[..at.b].iter_mut().enumerate() {
                items[at.a + k] = std::mem::take(item);
            }
        }
        outcome.map(drop)
    }

    /// True when one item of `b` is left that comes first.
    fn merge_high_loop<T: Item>(
        &mut self,
        items: &mut [T],
        b: &mut [T],
        at: &mut Back,
    ) -> Result<bool> {
        at.take_a(items);
        if at.a == 0 {
            return Ok(false);
        }
        if at.b == 1 {
            return Ok(true);
        }
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            loop {
                if self.lt(&b[at.b - 1], &items[at.a - 1])? {
                    at.take_a(items);
                    (a_wins, b_wins) = (a_wins + 1, 0);
                    if at.a == 0 {
                        return Ok(false);
                    }
                } else {
                    at.take_b(items, b);
                    (a_wins, b_wins) = (0, b_wins + 1);
                    if at.b == 1 {
                        return Ok(true);
                    }
                }
                if a_wins.max(b_wins) >= self.min_gallop {
                    break;
                }
            }
            let mut min_gallop = self.min_gallop + 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                let keep = self.gallop_right(&b[at.b - 1], &items[..at.a], at.a - 1)?;
                let a_wins = at.a - keep;
                for _ in 0..a_wins {
                    at.take_a(items);
                }
                if at.a == 0 {
                    return Ok(false);
                }
                at.take_b(items, b);
                if at.b == 1 {
                    return Ok(true);
                }
                let keep = self.gallop_left(&items[at.a - 1], &b[..at.b], at.b - 1)?;
                let b_wins = at.b - keep;
                for _ in 0..b_wins {
                    at.take_b(items, b);
                }
                if b_wins > 0 && at.b <= 1 {
                    return Ok(at.b == 1);
                }
                at.take_a(items);
                if at.a == 0 {
                    return Ok(false);
                }
                if a_wins < MIN_GALLOP && b_wins < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop = min_gallop + 1;
        }
    }
}

/// A merge from the front. The gap between `dest` and `b` is as wide as what is left of `a`.
struct Front {
    a: usize,
    b: usize,
    dest: usize,
}

impl Front {
    fn take_a<T: Item>(&mut self, items: &mut [T], a: &mut [T]) {
        items[self.dest] = std::mem::take(&mut a[self.a]);
        self.a += 1;
        self.dest += 1;
    }

    fn take_b<T: Item>(&mut self, items: &mut [T]) {
        items.swap(self.dest, self.b);
        self.b += 1;
        self.dest += 1;
    }
}

/// A merge from the back. The next one goes to `a + b - 1`.
struct Back {
    a: usize,
    b: usize,
}

impl Back {
    fn take_a<T: Item>(&mut self, items: &mut [T]) {
        items.swap(self.a - 1, self.a + self.b - 1);
        self.a -= 1;
    }

    fn take_b<T: Item>(&mut self, items: &mut [T], b: &mut [T]) {
        items[self.a + self.b - 1] = std::mem::take(&mut b[self.b - 1]);
        self.b -= 1;
    }
}

/// Puts the equal items that end at `n` backwards.
fn reverse_equals<T>(items: &mut [T], n: usize, equal: &mut usize) {
    if *equal > 0 {
        items[n - *equal - 1..n].reverse();
        *equal = 0;
    }
}

/// A run length between 32 and 64 such that the number of runs is at most a power of two.
fn min_run(mut n: usize) -> usize {
    let mut rest = 0;
    while n >= MAX_MINRUN {
        rest |= n & 1;
        n >>= 1;
    }
    n + rest
}

/// The depth in a perfectly balanced merge tree of the boundary between the run at `start` with
/// `len` items and the one after it with `next_len`, in a list of `total`.
fn power(start: usize, len: usize, next_len: usize, total: usize) -> u32 {
    let mut a = 2 * start + len;
    let mut b = a + len + next_len;
    let mut power = 0;
    loop {
        power += 1;
        if a >= total {
            a -= total;
            b -= total;
        } else if b >= total {
            return power;
        }
        a *= 2;
        b *= 2;
    }
}
