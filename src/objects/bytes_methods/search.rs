//! Searching, counting, replacing and mapping in `bytes` and `bytearray`.

use memchr::memmem;

use super::{make, part, see};
use crate::objects::arguments::clamp_range;
use crate::objects::list::Tuple;
use crate::objects::native::Args;
use crate::objects::str_methods::splice;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub fn contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let needle = if vm.is_index(&args[1]) {
        vec![vm.byte_arg(&args[1])?]
    } else {
        vm.need_buffer(&args[1])?
    };
    see(vm, args, |data| {
        Value::Bool(memmem::find(data, &needle).is_some())
    })
}

/// What is searched for: bytes or one byte.
fn needle(vm: &mut Vm, value: &Value) -> Result<Vec<u8>> {
    if let Some(bytes) = vm.buffer(value)? {
        return Ok(bytes);
    }
    if vm.is_index(value) {
        return Ok(vec![vm.byte_arg(value)?]);
    }
    let name = vm.type_name(value);
    Err(vm.type_error(format!(
        "argument should be integer or bytes-like object, not '{name}'"
    )))
}

/// The part `start..end` that a search looks at, as the arguments say.
struct Range(i64, i64);

impl Range {
    fn of(vm: &mut Vm, args: Args<'_>) -> Result<Range> {
        let start = vm.search_bound(&args[2], 0)?;
        Ok(Range(start, vm.search_bound(&args[3], i64::MAX)?))
    }

    /// Where the part begins, and the part; `None` when it begins past its end.
    fn cut<'a>(&self, data: &'a [u8]) -> Option<(usize, &'a [u8])> {
        let (start, end) = clamp_range(self.0, self.1, data.len());
        (start <= end).then(|| (start, &data[start..end]))
    }
}

fn locate(vm: &mut Vm, args: Args<'_>, from_right: bool) -> Result<Option<usize>> {
    let needle = needle(vm, &args[1])?;
    let range = Range::of(vm, args)?;
    see(vm, args, |data| {
        let (start, part) = range.cut(data)?;
        let found = if from_right {
            memmem::rfind(part, &needle)
        } else {
            memmem::find(part, &needle)
        };
        found.map(|at| start + at)
    })
}

fn or_minus_one(found: Option<usize>) -> Value {
    found.map_or(Value::Int(-1), Value::from)
}

fn or_error(vm: &mut Vm, found: Option<usize>) -> Result<Value> {
    match found {
        Some(at) => Ok(at.into()),
        None => Err(vm.value_error("subsection not found")),
    }
}

pub fn find(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    locate(vm, args, false).map(or_minus_one)
}

pub fn rfind(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    locate(vm, args, true).map(or_minus_one)
}

pub fn index(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let found = locate(vm, args, false)?;
    or_error(vm, found)
}

pub fn rindex(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let found = locate(vm, args, true)?;
    or_error(vm, found)
}

pub fn count(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let needle = needle(vm, &args[1])?;
    let range = Range::of(vm, args)?;
    see(vm, args, |data| match range.cut(data) {
        None => Value::Int(0),
        Some((_, part)) if needle.is_empty() => (part.len() + 1).into(),
        Some((_, part)) => memmem::find_iter(part, &needle).count().into(),
    })
}

fn affix(vm: &mut Vm, args: Args<'_>, name: &str, test: fn(&[u8], &[u8]) -> bool) -> Result<Value> {
    let range = Range::of(vm, args)?;
    if let Some(tuple) = args[1].downcast::<Tuple>().cloned() {
        for item in tuple.items() {
            let affix = vm.need_buffer(item)?;
            let cut = |data: &[u8]| range.cut(data).is_some_and(|(_, part)| test(part, &affix));
            if see(vm, args, cut)? {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    let Some(affix) = vm.buffer(&args[1])? else {
        let found = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "{name} first arg must be bytes or a tuple of bytes, not {found}"
        )));
    };
    see(vm, args, |data| {
        Value::Bool(range.cut(data).is_some_and(|(_, part)| test(part, &affix)))
    })
}

pub fn starts_with(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    affix(vm, args, "startswith", |part, prefix| {
        part.starts_with(prefix)
    })
}

pub fn ends_with(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    affix(vm, args, "endswith", |part, suffix| part.ends_with(suffix))
}

pub fn replace(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let old = vm.need_buffer(&args[1])?;
    let new = vm.need_buffer(&args[2])?;
    let limit = vm.size_or(&args[3], -1)?;
    let limit = if limit < 0 {
        usize::MAX
    } else {
        limit as usize
    };
    let data = see(vm, args, <[u8]>::to_vec)?;
    let places: Vec<usize> = if old.is_empty() {
        (0..=data.len()).take(limit).collect()
    } else {
        memmem::find_iter(&data, &old).take(limit).collect()
    };
    if places.is_empty() {
        return Ok(part(vm, &args[0], data));
    }
    let made = splice(vm, &data, old.len(), &places, &new)?;
    Ok(make(vm, &args[0], made))
}

pub fn make_trans(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let from = vm.need_buffer(&args[0])?;
    let to = vm.need_buffer(&args[1])?;
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (from, to) in from.into_iter().zip(to) {
        table[usize::from(from)] = to;
    }
    Ok(vm.new_bytes(table))
}

pub fn translate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let table = match args[1].given_not_none() {
        None => None,
        Some(table) => {
            let table = vm.need_buffer(table)?;
            if table.len() != 256 {
                return Err(vm.value_error("translation table must be 256 characters long"));
            }
            Some(table)
        }
    };
    let mut deleted = [false; 256];
    if let Some(delete) = args[2].given() {
        for byte in vm.need_buffer(delete)? {
            deleted[usize::from(byte)] = true;
        }
    }
    let mapped: Vec<u8> = see(vm, args, |data| {
        let kept = data.iter().filter(|b| !deleted[usize::from(**b)]);
        match &table {
            Some(table) => kept.map(|b| table[usize::from(*b)]).collect(),
            None => kept.copied().collect(),
        }
    })?;
    Ok(make(vm, &args[0], mapped))
}
