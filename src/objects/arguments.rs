//! Arguments of natives: the checks and conversions that many methods share.

use super::header::Gc;
use super::protocol::Integer;
use super::range::Slice;
use super::str::Str;
use super::value::Value;
use crate::objects::exceptions::Exc;
use crate::vm::{Result, Vm};

/// A slice laid over a sequence: `count` items from `start`, `step` apart. `stop` is where a slice
/// assignment of step 1 ends (never before `start`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceBounds {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

impl SliceBounds {
    /// The indices in the slice's order.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(move |i| (self.start + i * self.step) as usize)
    }
}

/// Start, stop and step of a slice as small ints; `None` where it had None.
pub type SliceParts = (Option<i64>, Option<i64>, i64);

/// Lays the parts of a slice over a sequence of `len` items.
pub fn lay_slice((start, stop, step): SliceParts, len: usize) -> SliceBounds {
    let len = len as i64;
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let place = |n: i64| {
        if n < 0 {
            (n.saturating_add(len)).max(low)
        } else {
            n.min(high)
        }
    };
    let start = start.map_or(if step < 0 { high } else { low }, place);
    let stop = stop.map_or(if step < 0 { low } else { high }, place);
    let distance = if step < 0 { start - stop } else { stop - start };
    let count = if distance <= 0 {
        0
    } else {
        ((distance - 1) / step.checked_abs().unwrap_or(i64::MAX) + 1) as usize
    };
    let stop = if step > 0 { stop.max(start) } else { stop };
    SliceBounds {
        start,
        stop,
        step,
        count,
    }
}

/// Clamps a search range `start:end` to a sequence of `len` items.
pub fn clamp_range(start: i64, end: i64, len: usize) -> (usize, usize) {
    let place = |n: i64| {
        if n < 0 {
            n.saturating_add(len as i64).max(0)
        } else {
            n
        }
    };
    (place(start) as usize, (place(end) as usize).min(len))
}

impl Vm {
    /// `MemoryError` without a text, as CPython raises it.
    #[cold]
    pub fn out_of_memory(&mut self) -> Exc {
        let class = self.exc.MemoryError.clone();
        self.error_with(&class, vec![])
    }

    /// `type(value).__name__`, but "None" for `None`: how argument errors of C functions name it.
    pub fn type_name_or_none(&self, value: &Value) -> String {
        if value.is_none() {
            "None".into()
        } else {
            self.type_name(value)
        }
    }

    /// An index of a slice or search range: an int, clamped to what fits; `None` and absence give
    /// `default`.
    pub fn search_bound(&mut self, value: &Value, default: i64) -> Result<i64> {
        if let Value::Int(n) = value {
            return Ok(*n);
        }
        if value.given_not_none().is_none() {
            return Ok(default);
        }
        if !self.is_index(value) {
            return Err(self
                .type_error("slice indices must be integers or None or have an __index__ method"));
        }
        let n = self.index(value)?;
        Ok(clamped(&n))
    }

    /// The parts of a slice; may run `__index__` of any.
    pub fn slice_parts(&mut self, slice: &Slice) -> Result<SliceParts> {
        let given = |v: &Value| !v.is_none();
        let step = self.search_bound(&slice.step, 1)?;
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let start = self.search_bound(&slice.start, 0)?;
        let stop = self.search_bound(&slice.stop, 0)?;
        Ok((
            given(&slice.start).then_some(start),
            given(&slice.stop).then_some(stop),
            step.max(-i64::MAX),
        ))
    }

    /// Argument that must be an int and fit: "an integer is required" errors are `index_i64`'s; an
    /// absent one gives `default`.
    pub fn size_or(&mut self, value: &Value, default: i64) -> Result<i64> {
        match value.given() {
            Some(value) => self.index_i64(value),
            None => Ok(default),
        }
    }

    /// The exact `str` with the same text.
    pub fn exact_str(&self, s: &Gc<Str>) -> Gc<Str> {
        if s.ty() == &self.types.str {
            s.clone()
        } else {
            self.heap.new_str(Str::from_wtf8(s.bytes()))
        }
    }
}

/// An integer as `i64`, large ones as the nearest.
pub fn clamped(n: &Integer) -> i64 {
    n.to_i64()
        .unwrap_or(if n.is_negative() { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_lie_over_sequences() {
        let lay = |parts, len| {
            let b = lay_slice(parts, len);
            (b.start, b.stop, b.count)
        };
        assert_eq!(lay((None, None, 1), 5), (0, 5, 5));
        assert_eq!(lay((Some(-2), None, 1), 5), (3, 5, 2));
        assert_eq!(lay((None, None, -1), 5), (4, -1, 5));
        assert_eq!(lay((Some(4), Some(1), 1), 5), (4, 4, 0));
        assert_eq!(lay((Some(10), Some(-10), -2), 5), (4, -1, 3));
        assert_eq!(
            lay((Some(i64::MIN), Some(i64::MAX), i64::MAX), 5),
            (0, 5, 1)
        );
        assert_eq!(clamp_range(-3, i64::MAX, 5), (2, 5));
    }
}
