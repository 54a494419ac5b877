//! Case mapping and the `is...` tests of `str`.

use super::{text, this};
use crate::objects::native::Args;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::unicode::{self, case};
use crate::vm::{Result, Vm};

macro_rules! mappings {
    ($($name:ident $map:path;)+) => { $(
        pub fn $name(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
            let s = this(vm, args)?;
            Ok(text(vm, $map(s.bytes())))
        }
    )+ };
}

mappings! {
    capitalize case::capitalize;
    casefold case::fold;
    lower case::lower;
    swapcase case::swap;
    title case::title;
    upper case::upper;
}

fn all(vm: &mut Vm, args: Args<'_>, test: fn(u32) -> bool) -> Result<Value> {
    let s = this(vm, args)?;
    Ok(Value::Bool(!s.is_empty() && s.chars().all(test)))
}

macro_rules! tests_of_all {
    ($($name:ident)+) => { $(
        pub fn $name(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
            all(vm, args, unicode::$name)
        }
    )+ };
}

tests_of_all! { is_alnum is_alpha is_decimal is_digit is_numeric is_space }

pub fn is_ascii(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(this(vm, args)?.is_ascii()))
}

pub fn is_printable(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    Ok(Value::Bool(s.chars().all(unicode::is_printable)))
}

/// Whether a text has the form of an identifier (keywords too).
pub fn is_identifier_text(s: &Str) -> bool {
    let mut chars = s.chars();
    chars.next().is_some_and(unicode::is_identifier_start) && chars.all(unicode::is_identifier_part)
}

pub fn is_identifier(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(is_identifier_text(&*this(vm, args)?)))
}

/// At least one cased letter, and no letter of another case.
fn only_case(s: &Str, wanted: fn(u32) -> bool) -> bool {
    let mut found = false;
    for c in s.chars() {
        if wanted(c) {
            found = true;
        } else if case::is_cased(c) {
            return false;
        }
    }
    found
}

pub fn is_lower(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(only_case(&*this(vm, args)?, unicode::is_lower)))
}

pub fn is_upper(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(only_case(&*this(vm, args)?, unicode::is_upper)))
}

pub fn is_title(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let (mut in_word, mut found) = (false, false);
    for c in s.chars() {
        let starts = unicode::is_upper(c) || unicode::is_title(c);
        if starts && in_word || unicode::is_lower(c) && !in_word {
            return Ok(Value::FALSE);
        }
        in_word = starts || unicode::is_lower(c);
        found |= in_word;
    }
    Ok(Value::Bool(found))
}
