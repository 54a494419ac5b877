//! What changes a `bytearray` in place.

use super::basic::{concat_error, index_error};
use super::create::from_ints;
use crate::objects::arguments::{SliceBounds, lay_slice};
use crate::objects::bytes::ByteArray;
use crate::objects::header::Gc;
use crate::objects::native::Args;
use crate::objects::range::Slice;
use crate::objects::str::{Str, push_code_point};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

impl Vm {
    /// `BufferError` while somebody looks at the array's memory.
    pub fn check_resizable(&mut self, array: &ByteArray) -> Result<()> {
        if array.exports.get() > 0 {
            return Err(self.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }
}

fn this(vm: &mut Vm, args: Args<'_>) -> Result<Gc<ByteArray>> {
    args.this::<ByteArray>(vm, 0)
}

/// Makes room for more bytes.
fn grow(vm: &mut Vm, array: &ByteArray, more: usize) -> Result<()> {
    vm.check_resizable(array)?;
    if array.data.borrow_mut().try_reserve(more).is_err() {
        return Err(vm.out_of_memory());
    }
    Ok(())
}

pub fn append(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    let byte = vm.byte_arg(&args[1])?;
    grow(vm, &array, 1)?;
    array.data.borrow_mut().push(byte);
    Ok(Value::None)
}

pub fn extend(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    let value = &args[1];
    let bytes = if let Some(bytes) = vm.buffer(value)? {
        bytes
    } else if value.is::<Str>() {
        return Err(vm.type_error("expected iterable of integers; got: 'str'"));
    } else if vm.is_iterable(value) {
        from_ints(vm, value, "bytearray")?
    } else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("can't extend bytearray with {name}")));
    };
    if !bytes.is_empty() {
        grow(vm, &array, bytes.len())?;
    }
    array.data.borrow_mut().extend_from_slice(&bytes);
    Ok(Value::None)
}

pub fn insert(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    let index = vm.index_i64(&args[1])?;
    let byte = vm.byte_arg(&args[2])?;
    grow(vm, &array, 1)?;
    let mut data = array.data.borrow_mut();
    let len = data.len() as i64;
    let at = if index < 0 {
        (index + len).max(0)
    } else {
        index.min(len)
    };
    data.insert(at as usize, byte);
    Ok(Value::None)
}

pub fn pop(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    let index = vm.size_or(&args[1], -1)?;
    let len = array.data.borrow().len() as i64;
    if len == 0 {
        return Err(vm.index_error("pop from empty bytearray"));
    }
    let at = if index < 0 { index + len } else { index };
    if at < 0 || at >= len {
        return Err(vm.index_error("pop index out of range"));
    }
    vm.check_resizable(&array)?;
    let byte = array.data.borrow_mut().remove(at as usize);
    Ok(Value::Int(byte.into()))
}

pub fn remove(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    let byte = vm.byte_arg(&args[1])?;
    let found = memchr::memchr(byte, &array.data.borrow());
    let Some(at) = found else {
        return Err(vm.value_error("value not found in bytearray"));
    };
    vm.check_resizable(&array)?;
    array.data.borrow_mut().remove(at);
    Ok(Value::None)
}

pub fn reverse(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    this(vm, args)?.data.borrow_mut().reverse();
    Ok(Value::None)
}

pub fn clear(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    vm.check_resizable(&array)?;
    array.data.borrow_mut().clear();
    Ok(Value::None)
}

pub fn copy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let data = this(vm, args)?.data.borrow().clone();
    Ok(vm.new_bytearray(data))
}

pub fn in_place_add(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    let Some(bytes) = vm.buffer(&args[1])? else {
        return Err(concat_error(vm, &args[0], &args[1]));
    };
    if !bytes.is_empty() {
        grow(vm, &array, bytes.len())?;
    }
    array.data.borrow_mut().extend_from_slice(&bytes);
    Ok(args[0].clone())
}

pub fn in_place_mul(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    let count = vm.repeat_count(&args[1])?;
    let data = array.data.borrow().clone();
    let size = data.len().checked_mul(count);
    let mut out = crate::objects::str_methods::reserve(vm, size)?;
    vm.check_resizable(&array)?;
    crate::objects::str_methods::fill_repeated(&mut out, &data, count);
    *array.data.borrow_mut() = out;
    Ok(args[0].clone())
}

fn index_of(vm: &mut Vm, array: &ByteArray, args: Args<'_>) -> Result<usize> {
    if !vm.is_index(&args[1]) {
        return Err(index_error(vm, &args[0], &args[1]));
    }
    let index = vm.item_index(&args[1])?;
    let len = array.data.borrow().len() as i64;
    let at = if index < 0 { index + len } else { index };
    if at < 0 || at >= len {
        return Err(vm.index_error("bytearray index out of range"));
    }
    Ok(at as usize)
}

pub fn set_item(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    if let Some(slice) = args[1].downcast::<Slice>() {
        let parts = vm.slice_parts(&slice.clone())?;
        let bytes = slice_value(vm, &args[2])?;
        let bounds = lay_slice(parts, array.data.borrow().len());
        return set_slice(vm, &array, bounds, &bytes);
    }
    index_of(vm, &array, args)?;
    let byte = vm.byte_arg(&args[2])?;
    // Converting the value may have changed the array.
    let at = index_of(vm, &array, args)?;
    if let Some(place) = array.data.borrow_mut().get_mut(at) {
        *place = byte;
    }
    Ok(Value::None)
}

/// The bytes that a slice is set to.
fn slice_value(vm: &mut Vm, value: &Value) -> Result<Vec<u8>> {
    if let Some(bytes) = vm.buffer(value)? {
        return Ok(bytes);
    }
    if value.is::<Str>() || vm.as_integer(value).is_some() || !vm.is_iterable(value) {
        return Err(
            vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)")
        );
    }
    from_ints(vm, value, "bytearray")
}

fn set_slice(vm: &mut Vm, array: &ByteArray, bounds: SliceBounds, bytes: &[u8]) -> Result<Value> {
    if bounds.step != 1 {
        if bytes.is_empty() {
            return del_slice(vm, array, bounds);
        }
        if bytes.len() != bounds.count {
            let (found, wanted) = (bytes.len(), bounds.count);
            return Err(vm.value_error(format!(
                "attempt to assign bytes of size {found} to extended slice of size {wanted}"
            )));
        }
        let mut data = array.data.borrow_mut();
        for (at, byte) in bounds.indices().zip(bytes) {
            data[at] = *byte;
        }
        return Ok(Value::None);
    }
    if bytes.len() != bounds.count {
        grow(vm, array, bytes.len())?;
    }
    let range = bounds.start as usize..bounds.stop as usize;
    array.data.borrow_mut().splice(range, bytes.iter().copied());
    Ok(Value::None)
}

fn del_slice(vm: &mut Vm, array: &ByteArray, bounds: SliceBounds) -> Result<Value> {
    if bounds.count == 0 {
        return Ok(Value::None);
    }
    vm.check_resizable(array)?;
    let mut data = array.data.borrow_mut();
    if bounds.step == 1 {
        data.drain(bounds.start as usize..bounds.stop as usize);
        return Ok(Value::None);
    }
    let mut gone: Vec<usize> = bounds.indices().collect();
    gone.sort_unstable();
    let (mut at, mut next) = (0, gone.iter().peekable());
    data.retain(|_| {
        let drop = next.next_if(|i| **i == at).is_some();
        at += 1;
        !drop
    });
    Ok(Value::None)
}

pub fn del_item(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = this(vm, args)?;
    if let Some(slice) = args[1].downcast::<Slice>() {
        let parts = vm.slice_parts(&slice.clone())?;
        let bounds = lay_slice(parts, array.data.borrow().len());
        return del_slice(vm, &array, bounds);
    }
    let at = index_of(vm, &array, args)?;
    vm.check_resizable(&array)?;
    array.data.borrow_mut().remove(at);
    Ok(Value::None)
}

pub fn alloc(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let capacity = this(vm, args)?.data.borrow().capacity();
    Ok((if capacity > 0 { capacity + 1 } else { 0 }).into())
}

/// Type, arguments and state; the content as a latin-1 text for old protocols.
fn reduced(vm: &mut Vm, args: Args<'_>, protocol: i64) -> Result<Value> {
    let data = this(vm, args)?.data.borrow().clone();
    let state = match args[0].as_obj().and_then(|o| o.attrs()) {
        Some(attrs) => match attrs.take_dict(&vm.heap) {
            Some(dict) if !dict.is_empty() => dict.into(),
            _ => Value::None,
        },
        None => Value::None,
    };
    let content = if protocol < 3 {
        let mut text = Vec::with_capacity(data.len());
        data.iter()
            .for_each(|b| push_code_point(&mut text, u32::from(*b)));
        let text = vm.new_str(Str::from_wtf8(text));
        vec![text, vm.new_str("latin-1")]
    } else if data.is_empty() {
        vec![]
    } else {
        vec![vm.new_bytes(data)]
    };
    let content = vm.new_tuple(content).into();
    let class = vm.type_of(&args[0]).value();
    Ok(vm.new_tuple(vec![class, content, state]).into())
}

pub fn reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    reduced(vm, args, 2)
}

pub fn reduce_ex(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let protocol = vm.size_or(&args[1], 0)?;
    reduced(vm, args, protocol)
}
