//! Splitting and joining `str`.

use memchr::memmem;

use super::{part, reserve, text, this};
use crate::objects::header::Gc;
use crate::objects::native::Args;
use crate::objects::str::{CodePoints, Str};
use crate::objects::value::Value;
use crate::unicode::{is_line_break, is_space};
use crate::vm::{Result, Vm};

/// `maxsplit` as a limit.
pub fn split_limit(vm: &mut Vm, value: &Value) -> Result<usize> {
    let n = vm.size_or(value, -1)?;
    Ok(if n < 0 { usize::MAX } else { n as usize })
}

/// Separator (`None` for white space) and limit.
fn split_args(vm: &mut Vm, args: Args<'_>) -> Result<(Option<Gc<Str>>, usize)> {
    let limit = split_limit(vm, &args[2])?;
    let sep = match args[1].given_not_none() {
        None => None,
        Some(value) => match value.downcast::<Str>() {
            Some(s) if s.is_empty() => return Err(vm.value_error("empty separator")),
            Some(s) => Some(s.clone()),
            None => {
                let name = vm.type_name(value);
                return Err(vm.type_error(format!("must be str or None, not {name}")));
            }
        },
    };
    Ok((sep, limit))
}

fn list_of(vm: &Vm, s: &Gc<Str>, parts: Vec<&[u8]>) -> Value {
    let items = parts.into_iter().map(|bytes| part(vm, s, bytes)).collect();
    vm.new_list(items).into()
}

pub fn split(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let (sep, limit) = split_args(vm, args)?;
    let parts = match &sep {
        Some(sep) => split_at(s.bytes(), sep.bytes(), limit),
        None => split_space(s.bytes(), limit),
    };
    Ok(list_of(vm, &s, parts))
}

pub fn rsplit(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let (sep, limit) = split_args(vm, args)?;
    let parts = match &sep {
        Some(sep) => rsplit_at(s.bytes(), sep.bytes(), limit),
        None => rsplit_space(s.bytes(), limit),
    };
    Ok(list_of(vm, &s, parts))
}

/// The pieces between separators, at most `limit` of which count.
pub fn split_at<'a>(bytes: &'a [u8], sep: &[u8], limit: usize) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in memmem::find_iter(bytes, sep).take(limit) {
        parts.push(&bytes[start..at]);
        start = at + sep.len();
    }
    parts.push(&bytes[start..]);
    parts
}

/// The same from the right.
pub fn rsplit_at<'a>(bytes: &'a [u8], sep: &[u8], limit: usize) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut end = bytes.len();
    for at in memmem::rfind_iter(bytes, sep).take(limit) {
        parts.push(&bytes[at + sep.len()..end]);
        end = at;
    }
    parts.push(&bytes[..end]);
    parts.reverse();
    parts
}

/// Length of the leading run of characters for which `test` says `wanted`.
fn run(bytes: &[u8], wanted: bool) -> usize {
    let mut chars = CodePoints::new(bytes);
    loop {
        let left = chars.remaining();
        match chars.next() {
            Some(c) if is_space(c) == wanted => {}
            _ => return bytes.len() - left,
        }
    }
}

/// The same for the trailing run: where it starts.
fn rrun(bytes: &[u8], wanted: bool) -> usize {
    let mut chars = CodePoints::new(bytes);
    loop {
        let left = chars.remaining();
        match chars.next_back() {
            Some(c) if is_space(c) == wanted => {}
            _ => return left,
        }
    }
}

fn split_space(bytes: &[u8], limit: usize) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = &bytes[run(bytes, true)..];
    while !rest.is_empty() {
        if parts.len() == limit {
            parts.push(rest);
            break;
        }
        let word = run(rest, false);
        parts.push(&rest[..word]);
        rest = &rest[word..];
        rest = &rest[run(rest, true)..];
    }
    parts
}

fn rsplit_space(bytes: &[u8], limit: usize) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = &bytes[..rrun(bytes, true)];
    while !rest.is_empty() {
        if parts.len() == limit {
            parts.push(rest);
            break;
        }
        let word = rrun(rest, false);
        parts.push(&rest[word..]);
        rest = &rest[..word];
        rest = &rest[..rrun(rest, true)];
    }
    parts.reverse();
    parts
}

pub fn split_lines(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let keep = match args[1].given() {
        Some(keep) => vm.truth(keep)?,
        None => false,
    };
    let mut parts = Vec::new();
    let bytes = s.bytes();
    let mut start = 0;
    let mut chars = CodePoints::new(bytes);
    loop {
        let at = bytes.len() - chars.remaining();
        let Some(c) = chars.next() else { break };
        if !is_line_break(c) {
            continue;
        }
        let mut after = bytes.len() - chars.remaining();
        if c == 13 && bytes.get(after) == Some(&b'\n') {
            chars.next();
            after += 1;
        }
        parts.push(&bytes[start..if keep { after } else { at }]);
        start = after;
    }
    if start < bytes.len() {
        parts.push(&bytes[start..]);
    }
    Ok(list_of(vm, &s, parts))
}

fn separator(vm: &mut Vm, args: Args<'_>) -> Result<Gc<Str>> {
    match args[1].downcast::<Str>() {
        Some(s) if s.is_empty() => Err(vm.value_error("empty separator")),
        Some(s) => Ok(s.clone()),
        None => {
            let name = vm.type_name(&args[1]);
            Err(vm.type_error(format!("must be str, not {name}")))
        }
    }
}

pub fn partition(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let sep = separator(vm, args)?;
    let bytes = s.bytes();
    let items = match memmem::find(bytes, sep.bytes()) {
        Some(at) => vec![
            text(vm, &bytes[..at]),
            vm.exact_str(&sep).into(),
            text(vm, &bytes[at + sep.bytes().len()..]),
        ],
        None => vec![vm.exact_str(&s).into(), vm.new_str(""), vm.new_str("")],
    };
    Ok(vm.new_tuple(items).into())
}

pub fn rpartition(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let sep = separator(vm, args)?;
    let bytes = s.bytes();
    let items = match memmem::rfind(bytes, sep.bytes()) {
        Some(at) => vec![
            text(vm, &bytes[..at]),
            vm.exact_str(&sep).into(),
            text(vm, &bytes[at + sep.bytes().len()..]),
        ],
        None => vec![vm.new_str(""), vm.new_str(""), vm.exact_str(&s).into()],
    };
    Ok(vm.new_tuple(items).into())
}

pub fn join(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let items = match vm.collect(&args[1]) {
        Ok(items) => items,
        Err(e) if e.is_a(&vm.exc.TypeError) && !vm.is_iterable(&args[1]) => {
            return Err(vm.type_error("can only join an iterable"));
        }
        Err(e) => return Err(e),
    };
    vm.join_str(&s, &items)
}

impl Vm {
    /// Whether `iter(value)` would look for items at all.
    pub fn is_iterable(&self, value: &Value) -> bool {
        use crate::objects::names::Slot;
        let ty = self.type_of(value);
        ty.slot(Slot::Iter).is_some_and(|f| !f.is_none()) || ty.has_slot(Slot::GetItem)
    }

    /// `sep.join(items)`
    pub fn join_str(&mut self, sep: &Str, items: &[Value]) -> Result<Value> {
        if let [only] = items
            && self.type_of(only) == &self.types.str
        {
            return Ok(only.clone());
        }
        let mut size = Some(
            sep.bytes()
                .len()
                .saturating_mul(items.len().saturating_sub(1)),
        );
        for (i, item) in items.iter().enumerate() {
            let Some(s) = item.downcast::<Str>() else {
                let name = self.type_name(item);
                return Err(self.type_error(format!(
                    "sequence item {i}: expected str instance, {name} found"
                )));
            };
            size = size.and_then(|n| n.checked_add(s.bytes().len()));
        }
        let mut out = reserve(self, size)?;
        for (i, s) in items.iter().filter_map(|v| v.downcast::<Str>()).enumerate() {
            if i > 0 {
                out.extend_from_slice(sep.bytes());
            }
            out.extend_from_slice(s.bytes());
        }
        Ok(text(self, out))
    }
}
