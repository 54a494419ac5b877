//! Making `bytes` and `bytearray`, and reading them as text.

use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::header::Gc;
use crate::objects::int_new::class_arg;
use crate::objects::names::Slot;
use crate::objects::native::Args;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// The arguments after the source.
struct Given {
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
}

fn text_arg(vm: &mut Vm, value: &Value, function: &str, name: &str) -> Result<Option<Gc<Str>>> {
    match (value.given(), value.downcast::<Str>()) {
        (None, _) => Ok(None),
        (_, Some(s)) => Ok(Some(s.clone())),
        _ => {
            let found = vm.type_name_or_none(value);
            Err(vm.type_error(format!(
                "{function}() argument '{name}' must be str, not {found}"
            )))
        }
    }
}

fn given(vm: &mut Vm, args: Args<'_>, function: &str) -> Result<Given> {
    Ok(Given {
        encoding: text_arg(vm, &args[2], function, "encoding")?,
        errors: text_arg(vm, &args[3], function, "errors")?,
    })
}

/// The content of a text by an encoding; an error unless there are both.
fn encoded(vm: &mut Vm, source: &Value, given: &Given) -> Result<Vec<u8>> {
    let Some(text) = source.downcast::<Str>() else {
        return Err(vm.type_error(match given.encoding {
            Some(_) => "encoding without a string argument",
            None => "errors without a string argument",
        }));
    };
    if given.encoding.is_none() {
        return Err(vm.type_error("string argument without an encoding"));
    }
    let made = vm.encode(
        &text.clone(),
        given.encoding.as_ref(),
        given.errors.as_ref(),
    )?;
    Ok(made.downcast::<Bytes>().map_or(vec![], |b| b.data.to_vec()))
}

/// `size` zeros.
fn zeros(vm: &mut Vm, size: &Value) -> Result<Option<Vec<u8>>> {
    let size = match vm.index(size) {
        Ok(size) => size,
        Err(e) if e.is_a(&vm.exc.TypeError) => return Ok(None),
        Err(e) => return Err(e),
    };
    if size.is_negative() {
        return Err(vm.value_error("negative count"));
    }
    let Some(size) = size.to_i64() else {
        return Err(vm.overflow_error("cannot fit 'int' into an index-sized integer"));
    };
    let mut out = crate::objects::str_methods::reserve(vm, Some(size as usize))?;
    out.resize(size as usize, 0);
    Ok(Some(out))
}

/// The ints of an iterable.
pub fn from_ints(vm: &mut Vm, source: &Value, kind: &str) -> Result<Vec<u8>> {
    if source.is::<Str>() || !vm.is_iterable(source) {
        let name = vm.type_name(source);
        return Err(vm.type_error(format!("cannot convert '{name}' object to {kind}")));
    }
    let iter = vm.iter(source)?;
    let mut out = Vec::new();
    while let Some(item) = vm.next(&iter)? {
        match vm.index(&item)?.to_i64().map(u8::try_from) {
            Some(Ok(byte)) => out.push(byte),
            _ if kind == "bytes" => {
                return Err(vm.value_error("bytes must be in range(0, 256)"));
            }
            _ => return Err(vm.value_error("byte must be in range(0, 256)")),
        }
    }
    Ok(out)
}

/// The content that a constructor makes of its arguments.
fn content(vm: &mut Vm, given: &Given, source: Option<&Value>, kind: &str) -> Result<Vec<u8>> {
    let texts = given.encoding.is_some() || given.errors.is_some();
    let Some(source) = source else {
        return if texts {
            encoded(vm, &Value::None, given)
        } else {
            Ok(vec![])
        };
    };
    if texts {
        return encoded(vm, source, given);
    }
    if source.is::<Str>() {
        return Err(vm.type_error("string argument without an encoding"));
    }
    if kind == "bytes"
        && let Some(made) = vm.call_slot(source, Slot::Bytes, &[])?
    {
        return match made.downcast::<Bytes>() {
            Some(bytes) => Ok(bytes.data.to_vec()),
            None => {
                let name = vm.type_name(&made);
                Err(vm.type_error(format!("__bytes__ returned non-bytes (type {name})")))
            }
        };
    }
    if vm.is_index(source)
        && let Some(zeros) = zeros(vm, source)?
    {
        return Ok(zeros);
    }
    match vm.buffer(source)? {
        Some(copy) => Ok(copy),
        None => from_ints(vm, source, kind),
    }
}

pub fn bytes_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let bytes = vm.types.bytes.clone();
    let class = class_arg(vm, &args[0], &bytes)?;
    let given = given(vm, args, "bytes")?;
    let source = args[1].given();
    let plain = given.encoding.is_none() && given.errors.is_none();
    if let Some(source) = source
        && plain
        && class == bytes
        && vm.type_of(source) == &bytes
    {
        return Ok(source.clone());
    }
    let data = content(vm, &given, source, "bytes")?;
    Ok(vm.heap.alloc(&class, Bytes::from(data)).into())
}

pub fn to_bytes(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let bytes = args.this::<Bytes>(vm, 0)?;
    if bytes.ty() == &vm.types.bytes {
        return Ok(args[0].clone());
    }
    Ok(vm.new_bytes(bytes.data.to_vec()))
}

pub fn bytearray_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let base = vm.types.bytearray.clone();
    let class = class_arg(vm, &args[0], &base)?;
    Ok(vm.heap.alloc(&class, ByteArray::default()).into())
}

pub fn bytearray_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let array = args.this::<ByteArray>(vm, 0)?;
    let given = given(vm, args, "bytearray")?;
    let source = args[1].given();
    let data = content(vm, &given, source, "bytearray")?;
    vm.check_resizable(&array)?;
    *array.data.borrow_mut() = data;
    Ok(Value::None)
}

pub fn decode(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let encoding = text_arg(vm, &args[1], "decode", "encoding")?;
    let errors = text_arg(vm, &args[2], "decode", "errors")?;
    let data = super::see(vm, args, <[u8]>::to_vec)?;
    vm.decode(&data, &args[0], encoding.as_ref(), errors.as_ref())
        .map(Value::from)
}
