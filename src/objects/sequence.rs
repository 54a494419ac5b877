//! What the rooms of lists, tuples, ranges and other containers share: slices laid over a length,
//! repetition, item-by-item comparison, texts that may meet themselves.

use super::header::{Gc, ObjRef};
use super::operators::CompareOp;
use super::range::Slice;
use super::str::Str;
use super::value::Value;
use crate::vm::{Result, Vm};

/// The three numbers of a slice object, clipped to machine words; the step is not zero.
#[derive(Clone, Copy, Debug)]
pub struct SliceParts {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

/// A slice laid over a sequence: item `i` of `len` stands at `start + i * step`.
#[derive(Clone, Copy, Debug)]
pub struct SliceSpan {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub len: usize,
}

impl SliceParts {
    /// Clips to a sequence of `len` items.
    pub fn over(self, len: usize) -> SliceSpan {
        let len = len as i64;
        let clip = |at: i64| {
            let (low, high) = if self.step < 0 {
                (-1, len - 1)
            } else {
                (0, len)
            };
            let at = if at < 0 { at.saturating_add(len) } else { at };
            at.clamp(low, high.max(low))
        };
        let (start, stop) = (clip(self.start), clip(self.stop));
        let count = if self.step < 0 && stop < start {
            (start - stop - 1) / -self.step + 1
        } else if self.step > 0 && start < stop {
            (stop - start - 1) / self.step + 1
        } else {
            0
        };
        SliceSpan {
            start,
            stop,
            step: self.step,
            len: count as usize,
        }
    }
}

impl SliceSpan {
    /// The positions, in the order of the slice.
    pub fn positions(self) -> impl DoubleEndedIterator<Item = usize> + ExactSizeIterator {
        (0..self.len).map(move |i| (self.start + i as i64 * self.step) as usize)
    }

    /// Copies the items that the slice names.
    pub fn pick<T: Clone>(self, items: &[T]) -> Vec<T> {
        if self.step == 1 {
            let start = self.start as usize;
            return items
                .get(start..start + self.len)
                .map(<[T]>::to_vec)
                .unwrap_or_default();
        }
        self.positions()
            .filter_map(|at| items.get(at).cloned())
            .collect()
    }
}

/// Clips an index that may count from the end: `insert`'s and `index`'s.
pub fn clip_index(at: i64, len: usize) -> usize {
    let len = len as i64;
    let at = if at < 0 { at.saturating_add(len) } else { at };
    at.clamp(0, len) as usize
}

/// The position that index `at` names, if there is one.
#[inline]
pub fn position(at: i64, len: usize) -> Option<usize> {
    let at = if at < 0 { at + len as i64 } else { at };
    usize::try_from(at).ok().filter(|&at| at < len)
}

impl Vm {
    /// The numbers of a slice object. May run script code (`__index__`), so lay them over the length
    /// afterwards.
    pub fn unpack_slice(&mut self, slice: &Gc<Slice>) -> Result<SliceParts> {
        let step = match &slice.step {
            Value::None => 1,
            step => match self.slice_index(step)? {
                0 => return Err(self.value_error("slice step cannot be zero")),
                step => step.max(-i64::MAX),
            },
        };
        let start = match &slice.start {
            Value::None if step < 0 => i64::MAX,
            Value::None => 0,
            start => self.slice_index(start)?,
        };
        let stop = match &slice.stop {
            Value::None if step < 0 => i64::MIN,
            Value::None => i64::MAX,
            stop => self.slice_index(stop)?,
        };
        Ok(SliceParts { start, stop, step })
    }

    /// One number of a slice, clipped to a machine word.
    fn slice_index(&mut self, value: &Value) -> Result<i64> {
        if !self.is_index(value) {
            return Err(self
                .type_error("slice indices must be integers or None or have an __index__ method"));
        }
        self.clipped_index(value)
    }

    /// The `start` or `stop` argument of an `index` method, clipped to a machine word.
    pub fn bound_index(&mut self, value: &Value, default: i64) -> Result<i64> {
        match value {
            Value::Unbound => Ok(default),
            Value::Int(n) => Ok(*n),
            _ if self.is_index(value) => self.clipped_index(value),
            _ => Err(self.type_error("slice indices must be integers or have an __index__ method")),
        }
    }

    /// `operator.index(value)`, clipped to a machine word.
    pub fn clipped_index(&mut self, value: &Value) -> Result<i64> {
        let n = self.index(value)?;
        let limit = if n.is_negative() { i64::MIN } else { i64::MAX };
        Ok(n.to_i64().unwrap_or(limit))
    }

    /// The count of `sequence * count`: `TypeError` when it is no integer; negative counts are 0.
    pub fn repeat_count(&mut self, count: &Value) -> Result<usize> {
        if let Value::Int(n) = count {
            return Ok((*n).max(0) as usize);
        }
        if !self.is_index(count) {
            let name = self.type_name(count);
            return Err(self.type_error(format!(
                "can't multiply sequence by non-int of type '{name}'"
            )));
        }
        match self.index(count)?.to_i64() {
            Some(n) => Ok(n.max(0) as usize),
            None => {
                let name = self.type_name(count);
                Err(self.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
            }
        }
    }

    /// `items * count` as a vector; `MemoryError` when there is no room.
    pub fn repeat_items(&mut self, items: &[Value], count: usize) -> Result<Vec<Value>> {
        let mut result = Vec::new();
        let fits = items
            .len()
            .checked_mul(count)
            .is_some_and(|total| result.try_reserve_exact(total).is_ok());
        if !fits {
            return Err(self.out_of_memory());
        }
        match items {
            [one] => result.resize(count, one.clone()),
            _ => (0..count).for_each(|_| result.extend_from_slice(items)),
        }
        Ok(result)
    }

    /// Makes the text of a container, or gives `None` when that text is being made already:
    /// the container holds itself.
    pub fn guarded_repr<T>(
        &mut self,
        obj: &ObjRef,
        make: impl FnOnce(&mut Vm) -> Result<T>,
    ) -> Result<Option<T>> {
        let addr = obj.addr();
        if self.repr_active.contains(&addr) {
            return Ok(None);
        }
        self.enter_recursion(" while getting the repr of an object")?;
        self.repr_active.push(addr);
        let made = make(self);
        self.repr_active.pop();
        self.leave_recursion();
        made.map(Some)
    }

    /// Appends `repr(value)` to a text.
    pub fn push_repr(&mut self, out: &mut Vec<u8>, value: &Value) -> Result<()> {
        match value {
            Value::Int(n) => {
                use std::io::Write;
                // Writing to a vector does not fail.
                let _ = write!(out, "{n}");
            }
            _ => out.extend_from_slice(self.repr(value)?.bytes()),
        }
        Ok(())
    }

    /// A string of WTF-8 pieces put together.
    pub fn new_text(&self, bytes: Vec<u8>) -> Value {
        self.heap.new_str(Str::from_wtf8(bytes)).into()
    }

    /// An exception of a builtin function, fetched for `__reduce__`.
    pub fn builtin(&mut self, name: &str) -> Value {
        let name = self.intern(name);
        self.builtins.get_str(&name).unwrap_or(Value::None)
    }
}

/// The result of comparing two sequences whose first difference is unknown: `get` gives item `i` of
/// either one, `lens` their lengths now.
pub fn compare_by_items(
    vm: &mut Vm,
    op: CompareOp,
    item: impl Fn(usize) -> Option<(Value, Value)>,
    lens: impl Fn() -> (usize, usize),
) -> Result<Value> {
    let mut i = 0;
    while let Some((x, y)) = item(i) {
        if !vm.eq(&x, &y)? {
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(op, &x, &y),
            };
        }
        i += 1;
    }
    let (a, b) = lens();
    Ok(Value::Bool(op.test(a.cmp(&b))))
}

/// The row of one rich comparison: `$compare` takes the VM, the operator and the arguments.
#[macro_export]
macro_rules! comparison {
    ($compare:path, $op:ident) => {
        $crate::objects::native::method(
            $crate::objects::operators::CompareOp::$op.slot().text(),
            "($self, value, /)",
            |vm, args| $compare(vm, $crate::objects::operators::CompareOp::$op, args),
            $crate::objects::sequence::comparison_doc($crate::objects::operators::CompareOp::$op),
        )
    };
}

pub const fn comparison_doc(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Lt => "Return self<value.",
        CompareOp::Le => "Return self<=value.",
        CompareOp::Eq => "Return self==value.",
        CompareOp::Ne => "Return self!=value.",
        CompareOp::Gt => "Return self>value.",
        CompareOp::Ge => "Return self>=value.",
    }
}

/// The row of `__class_getitem__`.
pub const CLASS_GETITEM: super::native::NativeDef = super::native::class_method(
    "__class_getitem__",
    "($type, object, /)",
    |vm, args| vm.new_generic_alias(args[0].clone(), args[1].clone()),
    "See PEP 585",
);
