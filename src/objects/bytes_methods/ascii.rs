//! Methods of `bytes` and `bytearray` that take the bytes for ASCII characters: case, tests,
//! stripping, padding, tabs.

use super::{make, part, see};
use crate::objects::buffer::see_bytes;
use crate::objects::native::Args;
use crate::objects::str_methods::reserve;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// White space as C has it.
pub fn is_white(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

fn map(vm: &mut Vm, args: Args<'_>, change: impl Fn(&[u8]) -> Vec<u8>) -> Result<Value> {
    let mapped = see(vm, args, change)?;
    Ok(make(vm, &args[0], mapped))
}

pub fn upper(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    map(vm, args, <[u8]>::to_ascii_uppercase)
}

pub fn lower(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    map(vm, args, <[u8]>::to_ascii_lowercase)
}

fn swapped(b: u8) -> u8 {
    if b.is_ascii_alphabetic() { b ^ 0x20 } else { b }
}

pub fn swapcase(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    map(vm, args, |data| data.iter().map(|b| swapped(*b)).collect())
}

pub fn capitalize(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    map(vm, args, |data| {
        let mut out = data.to_ascii_lowercase();
        if let Some(first) = out.first_mut() {
            first.make_ascii_uppercase();
        }
        out
    })
}

pub fn title(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    map(vm, args, |data| {
        let mut in_word = false;
        let cased = |b: &u8| {
            let mapped = if in_word {
                b.to_ascii_lowercase()
            } else {
                b.to_ascii_uppercase()
            };
            in_word = b.is_ascii_alphabetic();
            mapped
        };
        data.iter().map(cased).collect()
    })
}

fn all(vm: &mut Vm, args: Args<'_>, test: fn(u8) -> bool) -> Result<Value> {
    see(vm, args, |data| {
        Value::Bool(!data.is_empty() && data.iter().all(|b| test(*b)))
    })
}

pub fn is_alnum(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    all(vm, args, |b| b.is_ascii_alphanumeric())
}

pub fn is_alpha(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    all(vm, args, |b| b.is_ascii_alphabetic())
}

pub fn is_digit(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    all(vm, args, |b| b.is_ascii_digit())
}

pub fn is_space(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    all(vm, args, is_white)
}

pub fn is_ascii(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    see(vm, args, |data| Value::Bool(data.is_ascii()))
}

pub fn is_lower(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    see(vm, args, |data| {
        let any = data.iter().any(u8::is_ascii_lowercase);
        Value::Bool(any && !data.iter().any(u8::is_ascii_uppercase))
    })
}

pub fn is_upper(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    see(vm, args, |data| {
        let any = data.iter().any(u8::is_ascii_uppercase);
        Value::Bool(any && !data.iter().any(u8::is_ascii_lowercase))
    })
}

pub fn is_title(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    see(vm, args, |data| {
        let (mut in_word, mut found) = (false, false);
        for b in data {
            if b.is_ascii_uppercase() && in_word || b.is_ascii_lowercase() && !in_word {
                return Value::FALSE;
            }
            in_word = b.is_ascii_alphabetic();
            found |= in_word;
        }
        Value::Bool(found)
    })
}

fn strip_ends(vm: &mut Vm, args: Args<'_>, left: bool, right: bool) -> Result<Value> {
    let set = match args[1].given_not_none() {
        None => None,
        Some(set) => Some(vm.need_buffer(set)?),
    };
    let cut = |b: &u8| match &set {
        None => is_white(*b),
        Some(set) => set.contains(b),
    };
    let kept = see(vm, args, |data| {
        let start = if left {
            data.iter().take_while(|b| cut(b)).count()
        } else {
            0
        };
        let rest = &data[start..];
        let end = if right {
            rest.iter().rev().take_while(|b| cut(b)).count()
        } else {
            0
        };
        rest[..rest.len() - end].to_vec()
    })?;
    Ok(part(vm, &args[0], kept))
}

pub fn strip(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    strip_ends(vm, args, true, true)
}

pub fn lstrip(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    strip_ends(vm, args, true, false)
}

pub fn rstrip(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    strip_ends(vm, args, false, true)
}

pub fn remove_prefix(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let prefix = vm.need_buffer(&args[1])?;
    let rest = see(vm, args, |data| {
        data.strip_prefix(&prefix[..]).unwrap_or(data).to_vec()
    })?;
    Ok(part(vm, &args[0], rest))
}

pub fn remove_suffix(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let suffix = vm.need_buffer(&args[1])?;
    let rest = see(vm, args, |data| {
        data.strip_suffix(&suffix[..]).unwrap_or(data).to_vec()
    })?;
    Ok(part(vm, &args[0], rest))
}

fn fill_byte(vm: &mut Vm, value: &Value, name: &str) -> Result<u8> {
    let Some(value) = value.given() else {
        return Ok(b' ');
    };
    match see_bytes(value, <[u8]>::to_vec).as_deref() {
        Some([byte]) => Ok(*byte),
        _ => {
            let found = vm.type_name(value);
            Err(vm.type_error(format!(
                "{name}() argument 2 must be a byte string of length 1, not {found}"
            )))
        }
    }
}

/// Pads to the width of the first argument; `place` divides what is missing.
fn pad(vm: &mut Vm, args: Args<'_>, name: &str, place: fn(usize, usize) -> usize) -> Result<Value> {
    let width = vm.index_i64(&args[1])?;
    let fill = fill_byte(vm, &args[2], name)?;
    let len = see(vm, args, <[u8]>::len)?;
    let missing = width.saturating_sub(len as i64).max(0) as usize;
    let left = place(missing, width as usize);
    let mut out = reserve(vm, missing.checked_add(len))?;
    out.resize(left, fill);
    see(vm, args, |data| out.extend_from_slice(data))?;
    out.resize(out.len() + missing - left, fill);
    Ok(part(vm, &args[0], out))
}

pub fn center(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    pad(vm, args, "center", |missing, width| {
        missing / 2 + (missing & width & 1)
    })
}

pub fn ljust(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    pad(vm, args, "ljust", |_, _| 0)
}

pub fn rjust(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    pad(vm, args, "rjust", |missing, _| missing)
}

pub fn zfill(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let width = vm.index_i64(&args[1])?;
    let data = see(vm, args, <[u8]>::to_vec)?;
    let missing = width.saturating_sub(data.len() as i64).max(0) as usize;
    if missing == 0 {
        return Ok(part(vm, &args[0], data));
    }
    let mut out = reserve(vm, missing.checked_add(data.len()))?;
    let signed = matches!(data.first(), Some(b'+' | b'-'));
    let (sign, digits) = data.split_at(usize::from(signed));
    out.extend_from_slice(sign);
    out.resize(sign.len() + missing, b'0');
    out.extend_from_slice(digits);
    Ok(make(vm, &args[0], out))
}

pub fn expand_tabs(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let size = vm.tab_size(&args[1])?;
    let data = see(vm, args, <[u8]>::to_vec)?;
    let mut out = Vec::with_capacity(data.len());
    let mut column = 0;
    for b in data {
        match b {
            b'\t' if size > 0 => {
                let gap = size - column % size;
                if out.try_reserve(gap).is_err() {
                    return Err(vm.overflow_error("result too long"));
                }
                out.resize(out.len() + gap, b' ');
                column += gap;
            }
            b'\t' => {}
            _ => {
                out.push(b);
                column = if b == b'\n' || b == b'\r' {
                    0
                } else {
                    column + 1
                };
            }
        }
    }
    Ok(make(vm, &args[0], out))
}
