//! The type `slice`.

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

use super::header::Gc;
use super::native::{Args, member, method, new};
use super::operators::CompareOp;
use super::range::Slice;
use super::sequence::compare_by_items;
use super::types::TypeDef;
use super::value::Value;
use crate::comparison;
use crate::vm::{Result, Vm};

pub const SLICE: TypeDef = TypeDef {
    name: "slice",
    doc: "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    methods: &[
        new("(start, stop=None, step=None, /)", slice_new),
        method("__repr__", "($self, /)", slice_repr, "Return repr(self)."),
        method("__hash__", "($self, /)", slice_hash, "Return hash(self)."),
        comparison!(slice_compare, Lt),
        comparison!(slice_compare, Le),
        comparison!(slice_compare, Eq),
        comparison!(slice_compare, Ne),
        comparison!(slice_compare, Gt),
        comparison!(slice_compare, Ge),
        method(
            "__reduce__",
            "($self, /)",
            slice_reduce,
            "Return state information for pickling.",
        ),
        method(
            "indices",
            "($self, object, /)",
            slice_indices,
            "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\nhandling of normal slices.",
        ),
    ],
    getsets: &[
        member("start", |vm, this| field(vm, this, 0), ""),
        member("stop", |vm, this| field(vm, this, 1), ""),
        member("step", |vm, this| field(vm, this, 2), ""),
    ],
    ..TypeDef::EMPTY
};

impl Slice {
    fn parts(&self) -> [&Value; 3] {
        [&self.start, &self.stop, &self.step]
    }
}

fn field(vm: &mut Vm, this: &Value, which: usize) -> Result<Value> {
    let slice = Args(std::slice::from_ref(this)).this::<Slice>(vm, 0)?;
    Ok(slice.parts()[which].clone())
}

fn slice_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let slice = if args[2].is_unbound() {
        Slice {
            start: Value::None,
            stop: args[1].clone(),
            step: Value::None,
        }
    } else {
        Slice {
            start: args[1].clone(),
            stop: args[2].clone(),
            step: args[3].given().cloned().unwrap_or(Value::None),
        }
    };
    Ok(vm.heap.alloc(&vm.types.slice, slice).into())
}

fn slice_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let slice = args.this::<Slice>(vm, 0)?;
    let mut out = b"slice(".to_vec();
    for (i, part) in slice.parts().into_iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        vm.push_repr(&mut out, part)?;
    }
    out.push(b')');
    Ok(vm.new_text(out))
}

fn slice_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let slice = args.this::<Slice>(vm, 0)?;
    let start = vm.hash(&slice.start)?;
    let stop = vm.hash(&slice.stop)?;
    let step = vm.hash(&slice.step)?;
    Ok(crate::numeric::hash::slice(start, stop, step).into())
}

fn slice_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (Some(a), Some(b)) = (args[0].downcast::<Slice>(), args[1].downcast::<Slice>()) else {
        return Ok(Value::NotImplemented);
    };
    if a == b {
        return Ok(Value::Bool(op.test(std::cmp::Ordering::Equal)));
    }
    let item = |i: usize| Some((a.parts().get(i).copied()?.clone(), b.parts()[i].clone()));
    compare_by_items(vm, op, item, || (3, 3))
}

fn slice_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let slice = args.this::<Slice>(vm, 0)?;
    let parts = slice.parts().map(Value::clone).to_vec();
    let parts = vm.new_tuple(parts).into();
    let class = vm.types.slice.value();
    Ok(vm.new_tuple(vec![class, parts]).into())
}

fn slice_indices(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let slice = args.this::<Slice>(vm, 0)?;
    let len = vm.index(&args[1])?;
    if len.is_negative() {
        return Err(vm.value_error("length should not be negative"));
    }
    let (start, stop, step) = big_indices(vm, &slice, &len.to_big())?;
    let indices = vec![vm.new_int(start), vm.new_int(stop), vm.new_int(step)];
    Ok(vm.new_tuple(indices).into())
}

/// Start, stop and step of a slice laid over a sequence of any length.
pub fn big_indices(
    vm: &mut Vm,
    slice: &Gc<Slice>,
    len: &BigInt,
) -> Result<(BigInt, BigInt, BigInt)> {
    let step = part(vm, &slice.step)?.unwrap_or_else(BigInt::one);
    if step.is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let (low, high) = if step.is_negative() {
        (BigInt::from(-1), len - 1)
    } else {
        (BigInt::zero(), len.clone())
    };
    let clip = |at: BigInt| {
        if at.is_negative() {
            (at + len).max(low.clone())
        } else {
            at.min(high.clone())
        }
    };
    let (first, last) = if step.is_negative() {
        (&high, &low)
    } else {
        (&low, &high)
    };
    let start = part(vm, &slice.start)?.map_or_else(|| first.clone(), clip);
    let stop = part(vm, &slice.stop)?.map_or_else(|| last.clone(), clip);
    Ok((start, stop, step))
}

/// One number of a slice; `None` for None.
fn part(vm: &mut Vm, value: &Value) -> Result<Option<BigInt>> {
    if value.is_none() {
        return Ok(None);
    }
    if !vm.is_index(value) {
        return Err(
            vm.type_error("slice indices must be integers or None or have an __index__ method")
        );
    }
    Ok(Some(vm.index(value)?.to_big()))
}
