//! The module `_struct`: packing and unpacking, for `struct`, which adds the class and the exception.
//!
//! The functions take the exception class to raise as their first argument.

use crate::modules::{NativeModule, no_init};
use crate::numeric::int::Int;
use crate::numeric::struct_layout::{
    self as layout, ByteOrder, Field, StructLayout, bounds, read_float, read_int, write_int,
};
use crate::objects::exceptions::{Exc, Exception};
use crate::objects::list::Tuple;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::number_ops::int_ref;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// `struct.error(message)`
fn error(vm: &mut Vm, class: &Value, message: impl Into<Str>) -> Exc {
    let message = vm.new_str(message);
    match vm.call(class, &[message]) {
        Ok(value) => match value.downcast::<Exception>() {
            Some(exception) => Exc(exception.clone()),
            None => vm.type_error("exceptions must derive from BaseException"),
        },
        Err(other) => other,
    }
}

fn parse(vm: &mut Vm, args: Args<'_>) -> Result<StructLayout> {
    let format = match args[1].downcast::<Str>() {
        Some(text) => text.bytes().to_vec(),
        None => vm.need_buffer(&args[1])?,
    };
    match StructLayout::parse(&format) {
        Ok(layout) => Ok(layout),
        Err(e) => Err(error(vm, &args[0], e.message.into_owned())),
    }
}

fn calcsize(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(Value::from(parse(vm, args)?.size))
}

fn items(value: &Value) -> &[Value] {
    value.downcast::<Tuple>().map_or(&[], |tuple| tuple.items())
}

fn pack(vm: &mut Vm, args: Args<'_>) -> Result {
    let layout = parse(vm, args)?;
    let values = items(&args[3]);
    let wanted = layout.values();
    if values.len() != wanted {
        let name = args[2]
            .downcast::<Str>()
            .map_or("pack".into(), |name| name.lossy().into_owned());
        let message = format!(
            "{name} expected {wanted} items for packing (got {})",
            values.len()
        );
        return Err(error(vm, &args[0], message));
    }
    let mut out = Vec::new();
    if out.try_reserve_exact(layout.size).is_err() {
        return Err(vm.raise_number(crate::numeric::NumberError::memory()));
    }
    out.resize(layout.size, 0);
    let mut values = values.iter();
    for field in &layout.fields {
        for i in 0..field.count {
            let Some(value) = values.next() else { break };
            let start = field.offset + i * field.size;
            let place = start..start + field.size;
            pack_one(vm, &args[0], *field, value, &mut out[place], layout.order)?;
        }
    }
    Ok(vm.new_bytes(out))
}

fn pack_one(
    vm: &mut Vm,
    class: &Value,
    field: Field,
    value: &Value,
    out: &mut [u8],
    order: ByteOrder,
) -> Result<()> {
    match field.code {
        b'?' => out[0] = u8::from(vm.truth(value)?),
        b'c' => match vm
            .is_bytes(value)
            .then(|| vm.buffer(value))
            .transpose()?
            .flatten()
        {
            Some(bytes) if bytes.len() == 1 => out[0] = bytes[0],
            _ => {
                return Err(error(
                    vm,
                    class,
                    "char format requires a bytes object of length 1",
                ));
            }
        },
        b's' | b'p' => {
            let code = char::from(field.code);
            if !vm.is_bytes(value) {
                let message = format!("argument for '{code}' must be a bytes object");
                return Err(error(vm, class, message));
            }
            let bytes = vm.need_buffer(value)?;
            let head = usize::from(field.code == b'p').min(out.len());
            let len = bytes.len().min(out.len() - head);
            out[head..head + len].copy_from_slice(&bytes[..len]);
            if head == 1 {
                out[0] = len.min(255) as u8;
            }
        }
        b'e' | b'f' | b'd' => {
            let x = match vm.real_opt(value)? {
                Some(x) => x,
                None => return Err(error(vm, class, "required argument is not a float")),
            };
            if field.code == b'f' && order.native {
                // C's own conversion, which overflows to infinity.
                out.copy_from_slice(&(x as f32).to_ne_bytes());
                return Ok(());
            }
            let written = layout::write_float(x, out, order.little);
            vm.number(written)?;
        }
        code => {
            let n = integer(vm, class, value)?;
            let n = n.borrow();
            let n: Option<i128> = i128::try_from(&*n.big()).ok();
            let (low, high) = bounds(code, out.len());
            // A pointer is any word, signed or not.
            let low = if code == b'P' {
                i128::from(i64::MIN)
            } else {
                low
            };
            match n.filter(|n| (low..=high).contains(n)) {
                Some(n) => write_int(n, out, order.little),
                None if code == b'P' => {
                    return Err(
                        vm.overflow_error("Python int too large to convert to C unsigned long")
                    );
                }
                None => {
                    let code = char::from(code);
                    let message = format!("'{code}' format requires {low} <= number <= {high}");
                    return Err(error(vm, class, message));
                }
            }
        }
    }
    Ok(())
}

fn integer(vm: &mut Vm, class: &Value, value: &Value) -> Result<Int> {
    if let Some(n) = int_ref(value) {
        return Ok(n.to_int());
    }
    if vm.is_index(value) {
        return vm.index_int(value);
    }
    Err(error(vm, class, "required argument is not an integer"))
}

/// `(error, format, bytes, offset)`: the values of one struct; the caller checked that there is room.
fn unpack(vm: &mut Vm, args: Args<'_>) -> Result {
    let layout = parse(vm, args)?;
    let bytes = vm.need_buffer(&args[2])?;
    let offset = usize::try_from(vm.index_i64(&args[3])?).unwrap_or(usize::MAX);
    let end = offset.saturating_add(layout.size);
    let Some(bytes) = bytes.get(offset..end) else {
        let message = format!("unpack requires a buffer of {} bytes", layout.size);
        return Err(error(vm, &args[0], message));
    };
    let mut values = Vec::with_capacity(layout.values());
    for field in &layout.fields {
        for i in 0..field.count {
            let start = field.offset + i * field.size;
            let item = &bytes[start..start + field.size];
            values.push(unpack_one(vm, field.code, item, layout.order.little));
        }
    }
    Ok(vm.new_tuple(values).into())
}

fn unpack_one(vm: &mut Vm, code: u8, item: &[u8], little: bool) -> Value {
    match code {
        b'?' => Value::Bool(item != [0]),
        b'c' | b's' => vm.new_bytes(item.to_vec()),
        b'p' => {
            let len = item
                .first()
                .map_or(0, |n| usize::from(*n))
                .min(item.len().saturating_sub(1));
            vm.new_bytes(item.get(1..1 + len).unwrap_or_default().to_vec())
        }
        b'e' | b'f' | b'd' => Value::Float(read_float(item, little)),
        _ => {
            let signed = code.is_ascii_lowercase();
            vm.int_value(Int::from(read_int(item, little, signed)))
        }
    }
}

pub static STRUCT: NativeModule = NativeModule {
    name: "_struct",
    doc: "Packing and unpacking of C structs.",
    functions: FUNCTIONS,
    init: no_init,
};

static FUNCTIONS: &[NativeDef] = &[
    function(
        "calcsize",
        "($module, error, format, /)",
        calcsize,
        "Size in bytes of the struct.",
    ),
    function(
        "pack",
        "($module, error, format, name, values, /)",
        pack,
        "Pack the values into bytes.",
    ),
    function(
        "unpack",
        "($module, error, format, buffer, offset, /)",
        unpack,
        "Unpack the struct at an offset.",
    ),
];
