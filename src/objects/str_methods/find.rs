//! Searching, counting and replacing in `str`.

use memchr::memmem;

use super::{reserve, str_arg, text, this, unchanged};
use crate::objects::arguments::clamp_range;
use crate::objects::header::Gc;
use crate::objects::list::Tuple;
use crate::objects::native::Args;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub fn contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let Some(sub) = args[1].downcast::<Str>() else {
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "'in <string>' requires string as left operand, not {name}"
        )));
    };
    Ok(Value::Bool(memmem::find(s.bytes(), sub.bytes()).is_some()))
}

/// The characters `start..end` that a search looks at; `None` when start lies past the end.
fn range(vm: &mut Vm, args: Args<'_>, s: &Str) -> Result<Option<(usize, usize)>> {
    let start = vm.search_bound(&args[2], 0)?;
    let end = vm.search_bound(&args[3], i64::MAX)?;
    let (start, end) = clamp_range(start, end, s.len());
    Ok((start <= end).then_some((start, end)))
}

/// The character index of `args[1]` in the range of the arguments.
fn locate(vm: &mut Vm, args: Args<'_>, name: &str, from_right: bool) -> Result<Option<usize>> {
    let s = this(vm, args)?;
    let sub = str_arg(vm, args, 1, &format!("{name}() argument 1"))?;
    let Some((start, end)) = range(vm, args, &s)? else {
        return Ok(None);
    };
    let offset = s.offset(start);
    let hay = &s.bytes()[offset..s.offset(end)];
    let found = if from_right {
        memmem::rfind(hay, sub.bytes())
    } else {
        memmem::find(hay, sub.bytes())
    };
    Ok(found.map(|at| s.index_of_offset(offset + at)))
}

fn or_minus_one(found: Option<usize>) -> Value {
    found.map_or(Value::Int(-1), Value::from)
}

fn or_error(vm: &mut Vm, found: Option<usize>) -> Result<Value> {
    match found {
        Some(at) => Ok(at.into()),
        None => Err(vm.value_error("substring not found")),
    }
}

pub fn find(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(or_minus_one(locate(vm, args, "find", false)?))
}

pub fn rfind(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(or_minus_one(locate(vm, args, "rfind", true)?))
}

pub fn index(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let found = locate(vm, args, "index", false)?;
    or_error(vm, found)
}

pub fn rindex(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let found = locate(vm, args, "rindex", true)?;
    or_error(vm, found)
}

pub fn count(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let sub = str_arg(vm, args, 1, "count() argument 1")?;
    let Some((start, end)) = range(vm, args, &s)? else {
        return Ok(Value::Int(0));
    };
    if sub.is_empty() {
        return Ok((end - start + 1).into());
    }
    let hay = s.slice(start, end);
    Ok(memmem::find_iter(hay, sub.bytes()).count().into())
}

/// Whether the range begins or ends with `args[1]`, or with one of a tuple.
fn affix(vm: &mut Vm, args: Args<'_>, name: &str, test: fn(&[u8], &[u8]) -> bool) -> Result<Value> {
    let s = this(vm, args)?;
    let range = range(vm, args, &s)?;
    let hay = range.map(|(start, end)| s.slice(start, end));
    if let Some(tuple) = args[1].downcast::<Tuple>() {
        for item in tuple.items() {
            let Some(affix) = item.downcast::<Str>() else {
                let found = vm.type_name(item);
                return Err(vm.type_error(format!(
                    "tuple for {name} must only contain str, not {found}"
                )));
            };
            if hay.is_some_and(|hay| test(hay, affix.bytes())) {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    let Some(affix) = args[1].downcast::<Str>() else {
        let found = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "{name} first arg must be str or a tuple of str, not {found}"
        )));
    };
    Ok(Value::Bool(hay.is_some_and(|hay| test(hay, affix.bytes()))))
}

pub fn starts_with(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    affix(vm, args, "startswith", |hay, prefix| {
        hay.starts_with(prefix)
    })
}

pub fn ends_with(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    affix(vm, args, "endswith", |hay, suffix| hay.ends_with(suffix))
}

pub fn replace(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let old = str_arg(vm, args, 1, "replace() argument 1")?;
    let new = str_arg(vm, args, 2, "replace() argument 2")?;
    let limit = vm.size_or(&args[3], -1)?;
    let limit = if limit < 0 {
        usize::MAX
    } else {
        limit as usize
    };
    replace_in(vm, &s, &old, &new, limit)
}

fn replace_in(vm: &mut Vm, s: &Gc<Str>, old: &Str, new: &Str, limit: usize) -> Result<Value> {
    let places: Vec<usize> = if old.is_empty() {
        (0..=s.len()).take(limit).map(|i| s.offset(i)).collect()
    } else {
        memmem::find_iter(s.bytes(), old.bytes())
            .take(limit)
            .collect()
    };
    if places.is_empty() {
        return Ok(unchanged(vm, s));
    }
    let replaced = splice(vm, s.bytes(), old.bytes().len(), &places, new.bytes())?;
    Ok(text(vm, replaced))
}

/// Puts `new` in place of the `old_len` bytes at each of `places`.
pub fn splice(
    vm: &mut Vm,
    bytes: &[u8],
    old_len: usize,
    places: &[usize],
    new: &[u8],
) -> Result<Vec<u8>> {
    let grown = new.len().checked_mul(places.len());
    let size = grown.and_then(|n| n.checked_add(bytes.len() - places.len() * old_len));
    let mut out = reserve(vm, size)?;
    let mut done = 0;
    for &at in places {
        out.extend_from_slice(&bytes[done..at]);
        out.extend_from_slice(new);
        done = at + old_len;
    }
    out.extend_from_slice(&bytes[done..]);
    Ok(out)
}
