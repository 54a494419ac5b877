//! `range` and `slice`: the payloads, and the type `range`. `slice` is in `slice_type`.

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

use super::header::ObjRef;
use super::iter::{LongRangeIter, RangeIter};
use super::native::{Args, member, method, new};
use super::operators::CompareOp;
use super::protocol::Integer;
use super::typeobj::type_flags;
use super::types::TypeDef;
use super::value::{Value, visit_value};
use crate::comparison;
use crate::payload;
use crate::vm::{Result, Vm};

/// A range. The bounds are ints, large ones too.
pub struct Range {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
    /// Number of items.
    pub len: Value,
}
payload!(Range, untracked);

/// A slice object of any three values.
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}
payload!(Slice, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for v in [&self.start, &self.stop, &self.step] {
            visit_value(v, visit);
        }
    }
});

pub static SLICE: TypeDef = super::slice_type::SLICE;

pub static RANGE: TypeDef = TypeDef {
    name: "range",
    doc: "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
    flags: type_flags::SEQUENCE,
    methods: &[
        new("(start, stop=None, step=None, /)", range_new),
        method("__repr__", "($self, /)", range_repr, "Return repr(self)."),
        method("__hash__", "($self, /)", range_hash, "Return hash(self)."),
        method(
            "__bool__",
            "($self, /)",
            range_bool,
            "True if self else False",
        ),
        method("__len__", "($self, /)", range_len, "Return len(self)."),
        method(
            "__getitem__",
            "($self, key, /)",
            range_getitem,
            "Return self[key].",
        ),
        method(
            "__contains__",
            "($self, key, /)",
            range_contains,
            "Return bool(key in self).",
        ),
        method(
            "__iter__",
            "($self, /)",
            range_iter,
            "Implement iter(self).",
        ),
        method(
            "__reversed__",
            "($self, /)",
            range_reversed,
            "Return a reverse iterator.",
        ),
        comparison!(range_compare, Lt),
        comparison!(range_compare, Le),
        comparison!(range_compare, Eq),
        comparison!(range_compare, Ne),
        comparison!(range_compare, Gt),
        comparison!(range_compare, Ge),
        method("__reduce__", "($self, /)", range_reduce, ""),
        method(
            "count",
            "($self, object, /)",
            range_count,
            "rangeobject.count(value) -> integer -- return number of occurrences of value",
        ),
        method(
            "index",
            "($self, object, /)",
            range_index,
            "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.",
        ),
    ],
    getsets: &[
        member("start", |vm, this| field(vm, this, |r| &r.start), ""),
        member("stop", |vm, this| field(vm, this, |r| &r.stop), ""),
        member("step", |vm, this| field(vm, this, |r| &r.step), ""),
    ],
    ..TypeDef::EMPTY
};

fn field(vm: &mut Vm, this: &Value, pick: fn(&Range) -> &Value) -> Result<Value> {
    let range = Args(std::slice::from_ref(this)).this::<Range>(vm, 0)?;
    Ok(pick(&range).clone())
}

/// A range in machine words; `None` when a bound or the number of items is too large.
#[derive(Clone, Copy)]
pub struct SmallRange {
    pub start: i64,
    pub step: i64,
    pub len: i64,
}

impl SmallRange {
    /// Item `i`, which is less than `len`.
    #[inline]
    pub fn item(self, i: i64) -> i64 {
        // Items lie between bounds that fit.
        self.start.wrapping_add(self.step.wrapping_mul(i))
    }
}

/// A range in big numbers.
pub struct BigRange {
    start: BigInt,
    step: BigInt,
    len: BigInt,
}

impl BigRange {
    fn item(&self, i: &BigInt) -> BigInt {
        &self.start + &self.step * i
    }
}

/// The value of an int that a range or slice holds.
fn big(vm: &Vm, value: &Value) -> BigInt {
    vm.as_integer(value)
        .map_or_else(BigInt::zero, |n| n.to_big())
}

impl Range {
    /// The range's numbers when they are small.
    #[inline]
    pub fn small(&self) -> Option<SmallRange> {
        match (&self.start, &self.stop, &self.step, &self.len) {
            (Value::Int(start), Value::Int(_), Value::Int(step), Value::Int(len)) => {
                Some(SmallRange {
                    start: *start,
                    step: *step,
                    len: *len,
                })
            }
            _ => None,
        }
    }

    fn big(&self, vm: &Vm) -> BigRange {
        BigRange {
            start: big(vm, &self.start),
            step: big(vm, &self.step),
            len: big(vm, &self.len),
        }
    }
}

/// Number of items from `start` to `stop`; the step is not zero.
fn count_items(start: &BigInt, stop: &BigInt, step: &BigInt) -> BigInt {
    let distance = if step.is_negative() {
        start - stop
    } else {
        stop - start
    };
    if distance.is_positive() {
        (distance - 1) / step.abs() + 1
    } else {
        BigInt::zero()
    }
}

/// A new range; the step is not zero.
pub fn make(vm: &mut Vm, start: BigInt, stop: BigInt, step: BigInt) -> Value {
    let len = count_items(&start, &stop, &step);
    let range = Range {
        start: vm.new_int(start),
        stop: vm.new_int(stop),
        step: vm.new_int(step),
        len: vm.new_int(len),
    };
    vm.heap.alloc(&vm.types.range, range).into()
}

/// A new range of small numbers; the step is not zero.
pub fn make_small(vm: &mut Vm, start: i64, stop: i64, step: i64) -> Value {
    let distance = if step < 0 {
        i128::from(start) - i128::from(stop)
    } else {
        i128::from(stop) - i128::from(start)
    };
    let len = if distance > 0 {
        (distance - 1) / i128::from(step).abs() + 1
    } else {
        0
    };
    let len = match i64::try_from(len) {
        Ok(len) => Value::Int(len),
        Err(_) => vm.new_int(BigInt::from(len)),
    };
    let range = Range {
        start: Value::Int(start),
        stop: Value::Int(stop),
        step: Value::Int(step),
        len,
    };
    vm.heap.alloc(&vm.types.range, range).into()
}

fn range_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (start, stop, step) = if args[2].is_unbound() {
        (Integer::Small(0), vm.index(&args[1])?, Integer::Small(1))
    } else {
        let start = vm.index(&args[1])?;
        let stop = vm.index(&args[2])?;
        let step = match args[3].given() {
            Some(step) => vm.index(step)?,
            None => Integer::Small(1),
        };
        (start, stop, step)
    };
    if matches!(step, Integer::Small(0)) {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    if let (Integer::Small(start), Integer::Small(stop), Integer::Small(step)) =
        (&start, &stop, &step)
    {
        return Ok(make_small(vm, *start, *stop, *step));
    }
    Ok(make(vm, start.to_big(), stop.to_big(), step.to_big()))
}

fn range_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    let mut out = b"range(".to_vec();
    vm.push_repr(&mut out, &range.start)?;
    out.extend_from_slice(b", ");
    vm.push_repr(&mut out, &range.stop)?;
    if !matches!(range.step, Value::Int(1)) {
        out.extend_from_slice(b", ");
        vm.push_repr(&mut out, &range.step)?;
    }
    out.push(b')');
    Ok(vm.new_text(out))
}

fn range_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    let parts = match range.len {
        Value::Int(0) => [&range.len, &Value::None, &Value::None],
        Value::Int(1) => [&range.len, &range.start, &Value::None],
        _ => [&range.len, &range.start, &range.step],
    };
    let mut hasher = crate::numeric::hash::TupleHasher::new();
    for part in parts {
        hasher.add(vm.hash(part)?);
    }
    Ok(hasher.finish().into())
}

fn range_bool(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    Ok(Value::Bool(!matches!(range.len, Value::Int(0))))
}

fn range_len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match &args.this::<Range>(vm, 0)?.len {
        Value::Int(n) => Ok(Value::Int(*n)),
        _ => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn range_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    if let (Some(small), Value::Int(i)) = (range.small(), &args[1]) {
        let at = if *i < 0 { *i + small.len } else { *i };
        if at >= 0 && at < small.len {
            return Ok(Value::Int(small.item(at)));
        }
        return Err(vm.index_error("range object index out of range"));
    }
    if let Some(slice) = args[1].downcast::<Slice>() {
        let slice = slice.clone();
        let range = range.big(vm);
        let (start, stop, step) = super::slice_type::big_indices(vm, &slice, &range.len)?;
        let (start, stop) = (range.item(&start), range.item(&stop));
        return Ok(make(vm, start, stop, range.step * step));
    }
    if !vm.is_index(&args[1]) {
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "range indices must be integers or slices, not {name}"
        )));
    }
    let mut at = vm.index(&args[1])?.to_big();
    let range = range.big(vm);
    if at.is_negative() {
        at += &range.len;
    }
    if at.is_negative() || at >= range.len {
        return Err(vm.index_error("range object index out of range"));
    }
    Ok(vm.new_int(range.item(&at)))
}

/// Position of an int in the range.
fn position_of(vm: &Vm, range: &Range, value: &Integer) -> Option<BigInt> {
    if let (Some(small), Integer::Small(n)) = (range.small(), value) {
        let offset = i128::from(*n) - i128::from(small.start);
        let step = i128::from(small.step);
        let at = offset / step;
        let inside = offset % step == 0 && at >= 0 && at < i128::from(small.len);
        return inside.then(|| BigInt::from(at));
    }
    let range = range.big(vm);
    let offset = value.to_big() - &range.start;
    let at = &offset / &range.step;
    let inside = (&offset % &range.step).is_zero() && !at.is_negative() && at < range.len;
    inside.then_some(at)
}

/// The value of an exact `int` or `bool`: those are found by arithmetic, others by comparing.
fn exact_integer(vm: &Vm, value: &Value) -> Option<Integer> {
    let ty = vm.type_of(value);
    if ty == &vm.types.int || ty == &vm.types.bool {
        vm.as_integer(value)
    } else {
        None
    }
}

fn range_contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    if let Some(n) = exact_integer(vm, &args[1]) {
        return Ok(Value::Bool(position_of(vm, &range, &n).is_some()));
    }
    Ok(Value::Bool(search(vm, &args[0], &args[1])?.is_some()))
}

/// Position of the first item that equals `value`.
fn search(vm: &mut Vm, range: &Value, value: &Value) -> Result<Option<usize>> {
    let iter = vm.iter(range)?;
    let mut at = 0;
    while let Some(item) = vm.next(&iter)? {
        if vm.eq(&item, value)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

fn range_index(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    let Some(n) = exact_integer(vm, &args[1]) else {
        return match search(vm, &args[0], &args[1])? {
            Some(at) => Ok(at.into()),
            None => Err(vm.value_error("sequence.index(x): x not in sequence")),
        };
    };
    match position_of(vm, &range, &n) {
        Some(at) => Ok(vm.new_int(at)),
        None => {
            let text = vm.repr(&args[1])?;
            Err(vm.value_error(format!("{} is not in range", text.lossy())))
        }
    }
}

fn range_count(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    if let Some(n) = exact_integer(vm, &args[1]) {
        let there = position_of(vm, &range, &n).is_some();
        return Ok(Value::Int(i64::from(there)));
    }
    let iter = vm.iter(&args[0])?;
    let mut count = 0;
    while let Some(item) = vm.next(&iter)? {
        count += i64::from(vm.eq(&item, &args[1])?);
    }
    Ok(Value::Int(count))
}

fn range_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (Some(a), Some(b)) = (args[0].downcast::<Range>(), args[1].downcast::<Range>()) else {
        return Ok(Value::NotImplemented);
    };
    let mut equal = true;
    let parts = [(&a.len, &b.len), (&a.start, &b.start), (&a.step, &b.step)];
    let shown = match a.len {
        Value::Int(0) => 1,
        Value::Int(1) => 2,
        _ => 3,
    };
    for (x, y) in &parts[..shown] {
        equal = equal && vm.eq(x, y)?;
    }
    Ok(match op {
        CompareOp::Eq => Value::Bool(equal),
        CompareOp::Ne => Value::Bool(!equal),
        _ => Value::NotImplemented,
    })
}

fn range_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    if let Some(small) = range.small() {
        return Ok(small_iter(vm, small));
    }
    let range = range.big(vm);
    Ok(big_iter(vm, range))
}

fn range_reversed(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    if let Some(small) = range.small()
        && let Some(step) = small.step.checked_neg()
    {
        let start = if small.len > 0 {
            small.item(small.len - 1)
        } else {
            small.start
        };
        let len = small.len;
        return Ok(small_iter(vm, SmallRange { start, step, len }));
    }
    let range = range.big(vm);
    let start = range.item(&(&range.len - BigInt::one()));
    let backwards = BigRange {
        start,
        step: -range.step,
        len: range.len,
    };
    Ok(big_iter(vm, backwards))
}

fn small_iter(vm: &mut Vm, range: SmallRange) -> Value {
    let iter = RangeIter {
        next: range.start.into(),
        step: range.step,
        left: (range.len as u64).into(),
    };
    vm.heap.alloc(&vm.types.range_iterator, iter).into()
}

fn big_iter(vm: &mut Vm, range: BigRange) -> Value {
    let iter = LongRangeIter {
        next: range.start.into(),
        step: range.step,
        left: range.len.into(),
    };
    vm.heap.alloc(&vm.types.longrange_iterator, iter).into()
}

fn range_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let range = args.this::<Range>(vm, 0)?;
    let bounds = [&range.start, &range.stop, &range.step];
    let bounds = vm.new_tuple(bounds.map(Value::clone).to_vec()).into();
    let class = vm.types.range.value();
    Ok(vm.new_tuple(vec![class, bounds]).into())
}
