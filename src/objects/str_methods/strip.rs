//! Stripping, padding and tabs of `str`.

use super::{part, reserve, str_arg, text, this, unchanged};
use crate::objects::header::Gc;
use crate::objects::native::Args;
use crate::objects::str::{CodePoints, Str, push_code_point};
use crate::objects::value::Value;
use crate::unicode::is_space;
use crate::vm::{Result, Vm};

/// What is cut off: white space, or the characters of a string.
fn strip_ends(vm: &mut Vm, args: Args<'_>, name: &str, left: bool, right: bool) -> Result<Value> {
    let s = this(vm, args)?;
    let chars = match args[1].given_not_none() {
        None => None,
        Some(value) => match value.downcast::<Str>() {
            Some(chars) => Some(chars.chars().collect::<Vec<u32>>()),
            None => return Err(vm.type_error(format!("{name} arg must be None or str"))),
        },
    };
    let cut = |c: u32| match &chars {
        None => is_space(c),
        Some(chars) => chars.contains(&c),
    };
    let mut rest = s.bytes();
    if left {
        let mut walk = CodePoints::new(rest);
        let mut start = 0;
        while walk.next().is_some_and(cut) {
            start = rest.len() - walk.remaining();
        }
        rest = &rest[start..];
    }
    if right {
        let mut walk = CodePoints::new(rest);
        let mut end = rest.len();
        while walk.next_back().is_some_and(cut) {
            end = walk.remaining();
        }
        rest = &rest[..end];
    }
    Ok(part(vm, &s, rest))
}

pub fn strip(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    strip_ends(vm, args, "strip", true, true)
}

pub fn lstrip(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    strip_ends(vm, args, "lstrip", true, false)
}

pub fn rstrip(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    strip_ends(vm, args, "rstrip", false, true)
}

pub fn remove_prefix(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let prefix = str_arg(vm, args, 1, "removeprefix() argument")?;
    let rest = s.bytes().strip_prefix(prefix.bytes());
    Ok(part(vm, &s, rest.unwrap_or(s.bytes())))
}

pub fn remove_suffix(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let suffix = str_arg(vm, args, 1, "removesuffix() argument")?;
    let rest = s.bytes().strip_suffix(suffix.bytes());
    Ok(part(vm, &s, rest.unwrap_or(s.bytes())))
}

/// The WTF-8 of the fill character.
fn fill_char(vm: &mut Vm, value: &Value) -> Result<Vec<u8>> {
    let Some(value) = value.given() else {
        return Ok(vec![b' ']);
    };
    match value.downcast::<Str>() {
        Some(s) if s.len() == 1 => Ok(s.bytes().to_vec()),
        Some(_) => Err(vm.type_error("The fill character must be exactly one character long")),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!(
                "The fill character must be a unicode character, not {name}"
            )))
        }
    }
}

fn pad(vm: &mut Vm, s: &Gc<Str>, left: usize, right: usize, fill: &[u8]) -> Result<Value> {
    if left == 0 && right == 0 {
        return Ok(unchanged(vm, s));
    }
    let size = left
        .checked_add(right)
        .and_then(|n| n.checked_mul(fill.len()));
    let mut out = reserve(vm, size.and_then(|n| n.checked_add(s.bytes().len())))?;
    super::basic::fill_repeated(&mut out, fill, left);
    out.extend_from_slice(s.bytes());
    super::basic::fill_repeated(&mut out, fill, right);
    Ok(text(vm, out))
}

/// The receiver, how many characters it lacks, the width and the fill character.
fn pad_args(vm: &mut Vm, args: Args<'_>) -> Result<(Gc<Str>, usize, i64, Vec<u8>)> {
    let s = this(vm, args)?;
    let width = vm.index_i64(&args[1])?;
    let fill = fill_char(vm, &args[2])?;
    let missing = width.saturating_sub(s.len() as i64).max(0) as usize;
    Ok((s, missing, width, fill))
}

pub fn center(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (s, missing, width, fill) = pad_args(vm, args)?;
    // An odd one goes left when the width is odd.
    let left = missing / 2 + (missing & width as usize & 1);
    pad(vm, &s, left, missing - left, &fill)
}

pub fn ljust(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (s, missing, _, fill) = pad_args(vm, args)?;
    pad(vm, &s, 0, missing, &fill)
}

pub fn rjust(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (s, missing, _, fill) = pad_args(vm, args)?;
    pad(vm, &s, missing, 0, &fill)
}

pub fn zfill(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let width = vm.index_i64(&args[1])?;
    let missing = width.saturating_sub(s.len() as i64).max(0) as usize;
    if missing == 0 {
        return Ok(unchanged(vm, &s));
    }
    let mut out = reserve(vm, missing.checked_add(s.bytes().len()))?;
    let signed = matches!(s.bytes().first(), Some(b'+' | b'-'));
    let (sign, digits) = s.bytes().split_at(usize::from(signed));
    out.extend_from_slice(sign);
    super::basic::fill_repeated(&mut out, b"0", missing);
    out.extend_from_slice(digits);
    Ok(text(vm, out))
}

pub fn expand_tabs(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let size = vm.tab_size(&args[1])?;
    if memchr::memchr(b'\t', s.bytes()).is_none() {
        return Ok(unchanged(vm, &s));
    }
    let mut out = Vec::with_capacity(s.bytes().len());
    let mut column: usize = 0;
    for c in s.chars() {
        match c {
            9 => {
                let Some(gap) = size.checked_sub(column.checked_rem(size).unwrap_or(0)) else {
                    continue;
                };
                if out.try_reserve(gap).is_err()
                    || gap.saturating_add(out.len()) > i64::MAX as usize
                {
                    return Err(vm.overflow_error("new string is too long"));
                }
                out.resize(out.len() + gap, b' ');
                column += gap;
            }
            _ => {
                push_code_point(&mut out, c);
                column = if c == 10 || c == 13 { 0 } else { column + 1 };
            }
        }
    }
    Ok(text(vm, out))
}

impl Vm {
    /// The argument of `expandtabs`: negative counts as 0.
    pub fn tab_size(&mut self, value: &Value) -> Result<usize> {
        let Some(value) = value.given() else {
            return Ok(8);
        };
        match self.index(value)?.to_i64() {
            Some(n) if i32::try_from(n).is_ok() => Ok(n.max(0) as usize),
            _ => Err(self.overflow_error("Python int too large to convert to C int")),
        }
    }
}
