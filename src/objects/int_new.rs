//! `int(x)` and `int(text, base)`, and reading bytes-like objects for numbers.

use super::bytes::{ByteArray, Bytes};
use super::header::Gc;
use super::int_methods::make_int;
use super::names::Slot;
use super::native::Args;
use super::number_ops::{float_of, int_ref};
use super::str::Str;
use super::typeobj::Type;
use super::value::Value;
use crate::numeric::float_ops;
use crate::numeric::int::{Int, IntRef};
use crate::numeric::int_text::{self, ParseError};
use crate::vm::{Result, Vm};

/// The class that `__new__` was asked to make an instance of: `base` or derived from it.
pub fn class_arg(vm: &mut Vm, class: &Value, base: &Gc<Type>) -> Result<Gc<Type>> {
    let name = base.name();
    match class.downcast::<Type>() {
        Some(ty) if ty.is_subtype(base) => Ok(ty.clone()),
        Some(ty) => {
            let other = ty.name();
            let message = format!("{name}.__new__({other}): {other} is not a subtype of {name}");
            Err(vm.type_error(message))
        }
        None => {
            let other = vm.type_name(class);
            let message = format!("{name}.__new__(X): X is not a type object ({other})");
            Err(vm.type_error(message))
        }
    }
}

/// The content of `bytes`, `bytearray` or a memoryview of them.
pub fn bytes_like(vm: &mut Vm, value: &Value) -> Result<Option<Vec<u8>>> {
    if let Some(bytes) = vm.buffer(value)? {
        return Ok(Some(bytes));
    }
    if let Some(bytes) = vm.call_slot(value, Slot::Bytes, &[])? {
        return Ok(bytes.downcast::<Bytes>().map(|b| b.data.to_vec()));
    }
    Ok(None)
}

/// An iterable of ints in 0..256, as `bytes(iterable)` reads it.
pub fn bytes_of_ints(vm: &mut Vm, value: &Value) -> Result<Vec<u8>> {
    let iterable = !value.is::<Str>() && vm.type_of(value).has_slot(Slot::Iter);
    if !iterable {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("cannot convert '{name}' object to bytes")));
    }
    let mut bytes = Vec::new();
    for item in vm.collect(value)? {
        match vm.index_int(&item)?.borrow().to_i64().map(u8::try_from) {
            Some(Ok(byte)) => bytes.push(byte),
            _ => return Err(vm.value_error("bytes must be in range(0, 256)")),
        }
    }
    Ok(bytes)
}

pub fn new_int(vm: &mut Vm, args: Args<'_>) -> Result {
    let int = vm.types.int.clone();
    let class = class_arg(vm, &args[0], &int)?;
    if class == vm.types.bool {
        return Err(vm.type_error("int.__new__(bool) is not safe, use bool.__new__()"));
    }
    let n = match (args[1].given(), args[2].given()) {
        (None, None) => Int::ZERO,
        (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
        (Some(x), None) => vm.to_int(x)?,
        (Some(x), Some(base)) => with_base(vm, x, base)?,
    };
    Ok(make_int(vm, &class, n))
}

fn with_base(vm: &mut Vm, x: &Value, base: &Value) -> Result<Int> {
    // A base beyond all bounds is out of range like any other.
    let base = vm.index_int(base)?.borrow().to_i64().unwrap_or(-1);
    if let Some(text) = x.downcast::<Str>() {
        let text = text.clone();
        return parse_text(vm, x, &text, base);
    }
    let bytes = match x {
        _ if x.is::<Bytes>() || x.is::<ByteArray>() => bytes_like(vm, x)?,
        _ => None,
    };
    match bytes {
        Some(bytes) => parse_bytes(vm, &bytes, base),
        None => Err(vm.type_error("int() can't convert non-string with explicit base")),
    }
}

impl Vm {
    /// `int(x)` without a base.
    pub fn to_int(&mut self, x: &Value) -> Result<Int> {
        if let Value::Float(x) = x {
            return self.number(float_ops::to_int(*x));
        }
        if let Some(n) = self.exact_int(x) {
            return Ok(n.to_int());
        }
        if let Some(result) = self.call_slot(x, Slot::Int, &[])? {
            return match int_ref(&result) {
                Some(n) => Ok(n.to_int()),
                None => {
                    let name = self.type_name(&result);
                    Err(self.type_error(format!("__int__ returned non-int (type {name})")))
                }
            };
        }
        if self.type_of(x).has_slot(Slot::Index) {
            return self.index_int(x);
        }
        if let Some(result) = self.call_slot(x, Slot::Trunc, &[])? {
            return self.truncated(&result);
        }
        if let Some(text) = x.downcast::<Str>().cloned() {
            return parse_text(self, x, &text, 10);
        }
        if float_of(x).is_none()
            && let Some(bytes) = bytes_like(self, x)?
        {
            return parse_bytes(self, &bytes, 10);
        }
        let name = self.type_name(x);
        Err(self.type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
        )))
    }

    /// What `__trunc__` gave, as an int.
    fn truncated(&mut self, result: &Value) -> Result<Int> {
        if let Some(n) = int_ref(result) {
            return Ok(n.to_int());
        }
        if self.type_of(result).has_slot(Slot::Index) {
            return self.index_int(result);
        }
        let name = self.type_name(result);
        Err(self.type_error(format!("__trunc__ returned non-Integral (type {name})")))
    }
}

fn parse_text(vm: &mut Vm, object: &Value, text: &Str, base: i64) -> Result<Int> {
    let limit = vm.int_max_str_digits();
    let found = match text.as_str() {
        Some(text) => int_text::parse(text, base, limit),
        None => int_text::parse("", base, limit),
    };
    parsed(vm, found, object, base)
}

fn parse_bytes(vm: &mut Vm, bytes: &[u8], base: i64) -> Result<Int> {
    let limit = vm.int_max_str_digits();
    let text = if bytes.is_ascii() {
        std::str::from_utf8(bytes).unwrap_or_default()
    } else {
        ""
    };
    let found = int_text::parse(text, base, limit);
    let object = vm.new_bytes(bytes.to_vec());
    parsed(vm, found, &object, base)
}

fn parsed(
    vm: &mut Vm,
    found: std::result::Result<Int, ParseError>,
    object: &Value,
    base: i64,
) -> Result<Int> {
    match found {
        Ok(n) => Ok(n),
        Err(ParseError::Other(error)) => Err(vm.raise_number(error)),
        Err(ParseError::Invalid) => {
            // The exact text is shown, whatever a subclass's repr says; at most 200 characters of it.
            let shown = match object.downcast::<Str>() {
                Some(text) if text.ty() != &vm.types.str => {
                    let exact = vm.heap.new_str(Str::from_wtf8(text.bytes()));
                    vm.repr(&exact.value())?
                }
                _ => vm.repr(object)?,
            };
            let shown: String = shown.lossy().chars().take(200).collect();
            let message = format!("invalid literal for int() with base {base}: {shown}");
            Err(vm.value_error(message))
        }
    }
}

/// An integer as `i64`, for arguments that C holds in a `long`.
pub fn c_long(vm: &mut Vm, n: IntRef<'_>) -> Result<i64> {
    match n.to_i64() {
        Some(n) => Ok(n),
        None => Err(vm.overflow_error("Python int too large to convert to C long")),
    }
}
