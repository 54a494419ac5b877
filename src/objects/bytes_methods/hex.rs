//! Hexadecimal texts of bytes.

use super::see;
use crate::objects::buffer::see_bytes;
use crate::objects::native::Args;
use crate::objects::str::Str;
use crate::objects::typeobj::Type;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// The digits of bytes, grouped: `separator` and the group's size, negative when counted from the left.
pub fn digits(data: &[u8], separator: Option<(u8, i64)>) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(data.len() * 3);
    for (i, b) in data.iter().enumerate() {
        if let Some((sep, size)) = separator
            && i > 0
            && size != 0
        {
            let from_end = data.len() - i;
            let counted = if size > 0 { from_end } else { i };
            if counted.is_multiple_of(size.unsigned_abs() as usize) {
                out.push(char::from(sep));
            }
        }
        out.push(char::from(HEX[usize::from(b >> 4)]));
        out.push(char::from(HEX[usize::from(b & 15)]));
    }
    out
}

/// The arguments `sep` and `bytes_per_sep`.
pub fn separator(vm: &mut Vm, sep: &Value, size: &Value) -> Result<Option<(u8, i64)>> {
    let size = match size.given() {
        Some(size) => crate::modules::sys::limits::c_int(vm, size)?,
        None => 1,
    };
    let Some(sep) = sep.given_not_none() else {
        return Ok(None);
    };
    let first = if let Some(s) = sep.downcast::<Str>() {
        (s.len() == 1).then(|| s.code_point(0))
    } else if let Some(byte) = see_bytes(sep, |b| <[u8; 1]>::try_from(b).ok()) {
        byte.map(|[b]| u32::from(b))
    } else {
        vm.len(sep)?;
        return Err(vm.type_error("sep must be str or bytes."));
    };
    match first {
        None => Err(vm.value_error("sep must be length 1.")),
        Some(c) if c >= 0x80 => Err(vm.value_error("sep must be ASCII.")),
        Some(c) => Ok(Some((c as u8, size))),
    }
}

pub fn to_hex(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let separator = separator(vm, &args[1], &args[2])?;
    let text = see(vm, args, |data| digits(data, separator))?;
    Ok(vm.new_str(text))
}

pub fn from_hex(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let Some(text) = args[1].downcast::<Str>().cloned() else {
        let name = vm.type_name_or_none(&args[1]);
        return Err(vm.type_error(format!("fromhex() argument must be str, not {name}")));
    };
    let chars: Vec<u32> = text.chars().collect();
    let digit = |at: usize| {
        let c = chars.get(at).and_then(|c| char::from_u32(*c));
        c.and_then(|c| c.to_digit(16)).ok_or(at)
    };
    let mut out = Vec::with_capacity(chars.len() / 2);
    let mut at = 0;
    let parsed = loop {
        while chars
            .get(at)
            .is_some_and(|c| *c < 128 && super::ascii::is_white(*c as u8))
        {
            at += 1;
        }
        if at == chars.len() {
            break Ok(());
        }
        match (digit(at), digit(at + 1)) {
            (Ok(high), Ok(low)) => out.push((high << 4 | low) as u8),
            (Err(at), _) | (_, Err(at)) => break Err(at),
        }
        at += 2;
    };
    if let Err(at) = parsed {
        return Err(vm.value_error(format!(
            "non-hexadecimal number found in fromhex() arg at position {at}"
        )));
    }
    if class.is_subtype(&vm.types.bytearray) {
        let made = vm.new_bytearray(out);
        return convert(vm, &class, made, class == vm.types.bytearray);
    }
    let made = vm.new_bytes(out);
    convert(vm, &class, made, class == vm.types.bytes)
}

/// A subclass makes its instance of the bytes.
fn convert(
    vm: &mut Vm,
    class: &crate::objects::header::Gc<Type>,
    made: Value,
    exact: bool,
) -> Result<Value> {
    if exact {
        return Ok(made);
    }
    vm.call(&class.value(), &[made])
}
