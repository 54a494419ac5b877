//! Splitting and joining `bytes` and `bytearray`.

use memchr::memmem;

use super::ascii::is_white;
use super::{make, part, see};
use crate::objects::bytes::Bytes;
use crate::objects::native::Args;
use crate::objects::str_methods::{reserve, rsplit_at, split_at, split_limit};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

fn split_args(vm: &mut Vm, args: Args<'_>) -> Result<(Option<Vec<u8>>, usize)> {
    let limit = split_limit(vm, &args[2])?;
    let sep = match args[1].given_not_none() {
        None => None,
        Some(sep) => Some(vm.need_buffer(sep)?),
    };
    if sep.as_ref().is_some_and(Vec::is_empty) {
        return Err(vm.value_error("empty separator"));
    }
    Ok((sep, limit))
}

fn list_of(vm: &Vm, like: &Value, parts: Vec<Vec<u8>>) -> Value {
    let items = parts.into_iter().map(|p| part(vm, like, p)).collect();
    vm.new_list(items).into()
}

fn owned(parts: Vec<&[u8]>) -> Vec<Vec<u8>> {
    parts.into_iter().map(<[u8]>::to_vec).collect()
}

pub fn split(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (sep, limit) = split_args(vm, args)?;
    let parts = see(vm, args, |data| {
        owned(match &sep {
            Some(sep) => split_at(data, sep, limit),
            None => split_white(data, limit),
        })
    })?;
    Ok(list_of(vm, &args[0], parts))
}

pub fn rsplit(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (sep, limit) = split_args(vm, args)?;
    let parts = see(vm, args, |data| {
        owned(match &sep {
            Some(sep) => rsplit_at(data, sep, limit),
            None => rsplit_white(data, limit),
        })
    })?;
    Ok(list_of(vm, &args[0], parts))
}

fn split_white(data: &[u8], limit: usize) -> Vec<&[u8]> {
    let run = |data: &[u8], white| data.iter().take_while(|b| is_white(**b) == white).count();
    let mut parts = Vec::new();
    let mut rest = &data[run(data, true)..];
    while !rest.is_empty() {
        if parts.len() == limit {
            parts.push(rest);
            break;
        }
        let (word, after) = rest.split_at(run(rest, false));
        parts.push(word);
        rest = &after[run(after, true)..];
    }
    parts
}

fn rsplit_white(data: &[u8], limit: usize) -> Vec<&[u8]> {
    let run = |data: &[u8], white| {
        let n = data
            .iter()
            .rev()
            .take_while(|b| is_white(**b) == white)
            .count();
        data.len() - n
    };
    let mut parts = Vec::new();
    let mut rest = &data[..run(data, true)];
    while !rest.is_empty() {
        if parts.len() == limit {
            parts.push(rest);
            break;
        }
        let (before, word) = rest.split_at(run(rest, false));
        parts.push(word);
        rest = &before[..run(before, true)];
    }
    parts.reverse();
    parts
}

pub fn split_lines(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let keep = match args[1].given() {
        Some(keep) => vm.truth(keep)?,
        None => false,
    };
    let parts = see(vm, args, |data| owned(lines(data, keep)))?;
    Ok(list_of(vm, &args[0], parts))
}

fn lines(data: &[u8], keep: bool) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = data;
    while !rest.is_empty() {
        let Some(end) = memchr::memchr2(b'\n', b'\r', rest) else {
            parts.push(rest);
            break;
        };
        let crlf = rest[end..].starts_with(b"\r\n");
        let after = end + 1 + usize::from(crlf);
        parts.push(&rest[..if keep { after } else { end }]);
        rest = &rest[after..];
    }
    parts
}

/// The places of a separator, its bytes among them.
fn separated(vm: &mut Vm, args: Args<'_>, from_right: bool) -> Result<Value> {
    let sep = vm.need_buffer(&args[1])?;
    if sep.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let parts = see(vm, args, |data| {
        let at = if from_right {
            memmem::rfind(data, &sep)
        } else {
            memmem::find(data, &sep)
        };
        at.map(|at| (data[..at].to_vec(), data[at + sep.len()..].to_vec()))
    })?;
    let like = &args[0];
    let items = match parts {
        Some((before, after)) => [
            make(vm, like, before),
            make(vm, like, sep),
            make(vm, like, after),
        ],
        None => {
            let whole = see(vm, args, <[u8]>::to_vec)?;
            let whole = part(vm, like, whole);
            let empty = || make(vm, like, vec![]);
            if from_right {
                [empty(), empty(), whole]
            } else {
                [whole, empty(), empty()]
            }
        }
    };
    Ok(vm.new_tuple(items.to_vec()).into())
}

pub fn partition(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    separated(vm, args, false)
}

pub fn rpartition(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    separated(vm, args, true)
}

pub fn join(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let items = match vm.collect(&args[1]) {
        Ok(items) => items,
        Err(e) if e.is_a(&vm.exc.TypeError) && !vm.is_iterable(&args[1]) => {
            return Err(vm.type_error("can only join an iterable"));
        }
        Err(e) => return Err(e),
    };
    if let [only] = &items[..]
        && args[0].is::<Bytes>()
        && vm.type_of(only) == &vm.types.bytes
    {
        return Ok(only.clone());
    }
    let sep = see(vm, args, <[u8]>::to_vec)?;
    let mut out: Vec<u8> = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let Some(bytes) = vm.buffer(item)? else {
            let name = vm.type_name(item);
            return Err(vm.type_error(format!(
                "sequence item {i}: expected a bytes-like object, {name} found"
            )));
        };
        if out.try_reserve(sep.len() + bytes.len()).is_err() {
            return reserve(vm, None).map(|_| Value::None);
        }
        if i > 0 {
            out.extend_from_slice(&sep);
        }
        out.extend_from_slice(&bytes);
    }
    Ok(make(vm, &args[0], out))
}
