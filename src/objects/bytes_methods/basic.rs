//! Operators, comparison, items and texts of `bytes` and `bytearray`.

use super::{make, part, see};
use crate::objects::arguments::lay_slice;
use crate::objects::buffer::see_bytes;
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::formatting::percent_bytes;
use crate::objects::iter::SeqIter;
use crate::objects::native::Args;
use crate::objects::operators::CompareOp;
use crate::objects::range::Slice;
use crate::objects::str::{Str, hash_bytes};
use crate::objects::str_methods::repr::repr_of_bytes;
use crate::objects::str_methods::reserve;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let quoted = see(vm, args, repr_of_bytes)?;
    let mut out = Vec::with_capacity(quoted.len() + 16);
    if args[0].is::<ByteArray>() {
        let name = vm.type_of(&args[0]).name();
        out.extend(name.bytes());
        out.extend(b"(b");
        out.extend(quoted);
        out.push(b')');
    } else {
        out.push(b'b');
        out.extend(quoted);
    }
    Ok(vm.new_str(Str::from_wtf8(out)))
}

pub fn len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    see(vm, args, |data| data.len().into())
}

pub fn hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let bytes = args.this::<Bytes>(vm, 0)?;
    if bytes.hash.get() == 0 {
        bytes.hash.set(hash_bytes(&bytes.data));
    }
    Ok(Value::Int(bytes.hash.get()))
}

/// `bytes` compares with `bytes`; `bytearray` with all that is bytes-like.
fn compare(vm: &mut Vm, args: Args<'_>, op: CompareOp) -> Result<Value> {
    let (a, b) = (&args[0], &args[1]);
    if a.is_same(b) && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::Bool(op == CompareOp::Eq));
    }
    if let (Some(x), Some(y)) = (a.downcast::<Bytes>(), b.downcast::<Bytes>()) {
        return Ok(Value::Bool(op.test(x.data.cmp(&y.data))));
    }
    if a.is::<Bytes>() || !vm.is_buffer(b) {
        return Ok(Value::NotImplemented);
    }
    let Some(other) = vm.buffer(b)? else {
        return Ok(Value::NotImplemented);
    };
    see(vm, args, |data| Value::Bool(op.test(data.cmp(&other[..]))))
}

pub fn eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Eq)
}

pub fn ne(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Ne)
}

pub fn lt(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Lt)
}

pub fn le(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Le)
}

pub fn gt(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Gt)
}

pub fn ge(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Ge)
}

/// "can't concat str to bytes"
pub fn concat_error(vm: &mut Vm, a: &Value, b: &Value) -> crate::objects::exceptions::Exc {
    let (a, b) = (vm.type_name(a), vm.type_name(b));
    vm.type_error(format!("can't concat {b} to {a}"))
}

pub fn add(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(other) = vm.buffer(&args[1])? else {
        return Err(concat_error(vm, &args[0], &args[1]));
    };
    let size = see(vm, args, |data| data.len().checked_add(other.len()))?;
    let mut out = reserve(vm, size)?;
    see(vm, args, |data| out.extend_from_slice(data))?;
    out.extend_from_slice(&other);
    Ok(make(vm, &args[0], out))
}

pub fn mul(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let count = vm.repeat_count(&args[1])?;
    let len = see(vm, args, <[u8]>::len)?;
    let size = len.checked_mul(count).filter(|n| *n <= i64::MAX as usize);
    if size.is_none() && args[0].is::<Bytes>() {
        return Err(vm.overflow_error("repeated bytes are too long"));
    }
    let mut out = reserve(vm, size)?;
    see(vm, args, |data| {
        crate::objects::str_methods::fill_repeated(&mut out, data, count);
    })?;
    Ok(part(vm, &args[0], out))
}

pub fn modulo(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let template = see(vm, args, <[u8]>::to_vec)?;
    let made = percent_bytes(vm, &template, &args[1])?;
    Ok(make(vm, &args[0], made))
}

pub fn reflected_modulo(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(template) = see_bytes(&args[1], <[u8]>::to_vec) else {
        return Ok(Value::NotImplemented);
    };
    let made = percent_bytes(vm, &template, &args[0])?;
    Ok(make(vm, &args[1], made))
}

/// What messages call the kind of the receiver.
fn kind(value: &Value) -> (&'static str, &'static str) {
    if value.is::<ByteArray>() {
        ("bytearray", "bytearray index out of range")
    } else {
        ("byte", "index out of range")
    }
}

/// "byte indices must be integers or slices, not str"
pub fn index_error(vm: &mut Vm, this: &Value, key: &Value) -> crate::objects::exceptions::Exc {
    let name = vm.type_name(key);
    let kind = kind(this).0;
    vm.type_error(format!(
        "{kind} indices must be integers or slices, not {name}"
    ))
}

pub fn get_item(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if let Some(slice) = args[1].downcast::<Slice>() {
        let parts = vm.slice_parts(&slice.clone())?;
        let len = see(vm, args, <[u8]>::len)?;
        let bounds = lay_slice(parts, len);
        let picked = see(vm, args, |data| {
            if bounds.step == 1 {
                let start = bounds.start as usize;
                data[start..start + bounds.count].to_vec()
            } else {
                bounds.indices().map(|i| data[i]).collect()
            }
        })?;
        return Ok(match bounds.step {
            1 => part(vm, &args[0], picked),
            _ => make(vm, &args[0], picked),
        });
    }
    if !vm.is_index(&args[1]) {
        return Err(index_error(vm, &args[0], &args[1]));
    }
    let index = vm.item_index(&args[1])?;
    let found = see(vm, args, |data| {
        let at = if index < 0 {
            index + data.len() as i64
        } else {
            index
        };
        usize::try_from(at)
            .ok()
            .and_then(|at| data.get(at).copied())
    })?;
    match found {
        Some(byte) => Ok(Value::Int(byte.into())),
        None => Err(vm.index_error(kind(&args[0]).1)),
    }
}

pub fn iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let ty = if args[0].is::<ByteArray>() {
        &vm.types.bytearray_iterator
    } else {
        &vm.types.bytes_iterator
    };
    let it = SeqIter {
        source: args[0].clone().into(),
        next: 0.into(),
    };
    Ok(vm.heap.alloc(ty, it).into())
}

pub fn get_new_args(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let copy = see(vm, args, <[u8]>::to_vec)?;
    let copy = vm.new_bytes(copy);
    Ok(vm.new_tuple(vec![copy]).into())
}

/// What CPython reports.
pub fn size_of(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if let Some(array) = args[0].downcast::<ByteArray>() {
        let capacity = array.data.borrow().capacity();
        return Ok((56 + if capacity > 0 { capacity + 1 } else { 0 }).into());
    }
    see(vm, args, |data| (33 + data.len()).into())
}

pub fn buffer(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.new_memoryview(&args[0])
}
