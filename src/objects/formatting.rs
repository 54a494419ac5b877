//! The operator `%` of `str` and `bytes`: the templates of `numeric` brought together with values.
//!
//! A value is looked up, converted and laid out before the template is read on, so that script code
//! runs, and errors come, in CPython's order.

use super::bytes::{ByteArray, Bytes};
use super::exceptions::Exc;
use super::header::Gc;
use super::int_new::bytes_like;
use super::list::Tuple;
use super::names::Slot;
use super::number_ops::int_ref;
use super::str::{Str, push_code_point};
use super::value::Value;
use crate::numeric::error::NumberResult;
use crate::numeric::int::Int;
use crate::numeric::percent::{self, Directive, Piece};
use crate::vm::{Result, Vm};

/// The values to the right of `%`: a tuple's items in turn, or the one value there is.
struct Values<'a> {
    items: &'a [Value],
    used: usize,
    /// What keys look up in, when the values can be a mapping.
    mapping: Option<&'a Value>,
    /// The value that the last key found, and whether it was used.
    keyed: Option<(Value, bool)>,
}

impl<'a> Values<'a> {
    fn new(vm: &Vm, values: &'a Value, bytes: bool) -> Self {
        let items = match values.downcast::<Tuple>() {
            Some(tuple) => tuple.items(),
            None => std::slice::from_ref(values),
        };
        let text =
            values.is::<Str>() || bytes && (values.is::<Bytes>() || values.is::<ByteArray>());
        let mapping = !values.is::<Tuple>() && !text && vm.type_of(values).has_slot(Slot::GetItem);
        Values {
            items,
            used: 0,
            mapping: mapping.then_some(values),
            keyed: None,
        }
    }

    fn next(&mut self, vm: &mut Vm) -> Result {
        let value = match &mut self.keyed {
            Some((value, used)) if !*used => {
                *used = true;
                Some(value.clone())
            }
            Some(_) => None,
            None => self.items.get(self.used).cloned(),
        };
        if self.keyed.is_none() {
            self.used += 1;
        }
        value.ok_or_else(|| vm.type_error("not enough arguments for format string"))
    }

    fn mapping(&self, vm: &mut Vm) -> Result<&'a Value> {
        self.mapping
            .ok_or_else(|| vm.type_error("format requires a mapping"))
    }

    fn select(&mut self, vm: &mut Vm, key: Value) -> Result<()> {
        let mapping = self.mapping(vm)?;
        self.keyed = Some((vm.get_item(mapping, &key)?, false));
        Ok(())
    }

    fn check_all_used(&self, vm: &mut Vm, kind: &str) -> Result<()> {
        if self.used < self.items.len() && self.mapping.is_none() {
            return Err(vm.type_error(format!(
                "not all arguments converted during {kind} formatting"
            )));
        }
        Ok(())
    }

    /// The value of a `*`.
    fn star(&mut self, vm: &mut Vm, c_type: &str) -> Result<i64> {
        let value = self.next(vm)?;
        let Some(n) = int_ref(&value) else {
            return Err(vm.type_error("* wants int"));
        };
        let fits = |n: &i64| c_type == "ssize_t" || i32::try_from(*n).is_ok();
        n.to_i64().filter(fits).ok_or_else(|| {
            vm.overflow_error(format!("Python int too large to convert to C {c_type}"))
        })
    }
}

/// What both kinds of templates have in common; `key` makes a key's value, `convert` appends one
/// conversion's text.
fn expand_percent(
    vm: &mut Vm,
    template: &[u8],
    values: &mut Values<'_>,
    key: fn(&Vm, &[u8]) -> Value,
    convert: &mut dyn FnMut(&mut Vm, &mut Values<'_>, &Directive, &mut Vec<u8>) -> Result<()>,
) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(template.len() + 16);
    let mut pieces = percent::Template::new(template);
    loop {
        let piece = pieces.next_piece();
        match vm.number(piece)? {
            None => return Ok(out),
            Some(Piece::Literal(text)) => out.extend_from_slice(text),
            Some(Piece::Mapping) => {
                values.mapping(vm)?;
            }
            Some(Piece::Key(name)) => {
                let key = key(vm, name);
                values.select(vm, key)?;
            }
            Some(Piece::StarWidth) => pieces.set_width(values.star(vm, "ssize_t")?),
            Some(Piece::StarPrecision) => pieces.set_precision(values.star(vm, "int")?),
            Some(Piece::Directive(directive)) => convert(vm, values, &directive, &mut out)?,
        }
    }
}

/// `template % values` of `str`.
pub fn percent_str(vm: &mut Vm, template: &Gc<Str>, values: &Value) -> Result {
    let mut arguments = Values::new(vm, values, false);
    let key = |vm: &Vm, name: &[u8]| vm.new_str(Str::from_wtf8(name));
    let mut convert =
        |vm: &mut Vm, values: &mut Values<'_>, d: &Directive, out: &mut Vec<u8>| -> Result<()> {
            let value = values.next(vm)?;
            convert_str(vm, template, &value, d, out)
        };
    let out = expand_percent(vm, template.bytes(), &mut arguments, key, &mut convert)?;
    arguments.check_all_used(vm, "string")?;
    Ok(vm.new_str(Str::from_wtf8(out)))
}

fn convert_str(
    vm: &mut Vm,
    template: &Gc<Str>,
    value: &Value,
    directive: &Directive,
    out: &mut Vec<u8>,
) -> Result<()> {
    let text = match directive.conversion {
        b's' => vm.str(value)?,
        b'r' => vm.repr(value)?,
        b'a' => vm.ascii(value)?,
        b'c' => {
            let c = character(vm, value)?;
            let mut bytes = Vec::with_capacity(4);
            push_code_point(&mut bytes, c);
            let text = vm.heap.new_str(Str::from_wtf8(bytes));
            let whole = Directive {
                precision: None,
                ..*directive
            };
            return push_text(vm, &text, &whole, out);
        }
        _ => {
            let text = number_text(vm, value, directive, false)?;
            return match text {
                Some(text) => {
                    out.extend_from_slice(text.as_bytes());
                    Ok(())
                }
                None => {
                    let error = percent::unsupported(&template.lossy(), directive);
                    Err(vm.raise_number(error))
                }
            };
        }
    };
    push_text(vm, &text, directive, out)
}

/// Appends a text cut to the precision and filled to the width.
fn push_text(vm: &mut Vm, text: &Gc<Str>, directive: &Directive, out: &mut Vec<u8>) -> Result<()> {
    let len = directive
        .precision
        .map_or(text.len(), |p| p.min(text.len()));
    let fill = directive.width.saturating_sub(len);
    if out.try_reserve(fill).is_err() {
        let error = crate::numeric::NumberError::memory();
        return Err(vm.raise_number(error));
    }
    let spaces = std::iter::repeat_n(b' ', fill);
    if directive.left {
        out.extend_from_slice(text.slice(0, len));
        out.extend(spaces);
    } else {
        out.extend(spaces);
        out.extend_from_slice(text.slice(0, len));
    }
    Ok(())
}

/// The code point of `%c`.
fn character(vm: &mut Vm, value: &Value) -> Result<u32> {
    if let Some(text) = value.downcast::<Str>() {
        if text.len() == 1 {
            return Ok(text.code_point(0));
        }
    } else if vm.is_index(value) {
        let n = vm.index_int(value)?;
        let code = n.borrow().to_i64().and_then(|n| u32::try_from(n).ok());
        return code
            .filter(|code| *code < 0x11_0000)
            .ok_or_else(|| vm.overflow_error("%c arg not in range(0x110000)"));
    }
    Err(vm.type_error("%c requires int or char"))
}

/// The numeric conversions; `None` for a conversion that there is not.
fn number_text(
    vm: &mut Vm,
    value: &Value,
    directive: &Directive,
    bytes: bool,
) -> Result<Option<String>> {
    let text: NumberResult<String> = match directive.conversion {
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
            let n = integer(vm, value, directive)?;
            let limit = vm.int_max_str_digits();
            percent::format_int(n.borrow(), directive, limit)
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            let x = match vm.real_opt(value)? {
                Some(x) => x,
                None if bytes => {
                    let name = vm.type_name(value);
                    return Err(vm.type_error(format!("float argument required, not {name}")));
                }
                None => vm.real(value)?,
            };
            percent::format_float(x, directive)
        }
        _ => return Ok(None),
    };
    vm.number(text).map(Some)
}

/// The integer of `%d` (any number, cut) or `%x` (only what is an index).
fn integer(vm: &mut Vm, value: &Value, directive: &Directive) -> Result<Int> {
    if let Some(n) = int_ref(value) {
        return Ok(n.to_int());
    }
    let whole = matches!(directive.conversion, b'o' | b'x' | b'X');
    let ty = vm.type_of(value);
    let usable = ty.has_slot(Slot::Index) || !whole && ty.has_slot(Slot::Int);
    let found = if !usable {
        None
    } else {
        let found = if whole {
            vm.index_int(value)
        } else {
            vm.to_int(value)
        };
        match found {
            Ok(n) => Some(n),
            Err(error) if error.is_a(&vm.exc.TypeError) => None,
            Err(error) => return Err(error),
        }
    };
    found.ok_or_else(|| wrong_type(vm, value, directive, whole))
}

fn wrong_type(vm: &mut Vm, value: &Value, directive: &Directive, whole: bool) -> Exc {
    let kind = if whole { "an integer" } else { "a real number" };
    let name = vm.type_name(value);
    let conversion = char::from(directive.conversion);
    vm.type_error(format!(
        "%{conversion} format: {kind} is required, not {name}"
    ))
}

/// `template % values` of `bytes` and `bytearray`.
pub fn percent_bytes(vm: &mut Vm, template: &[u8], values: &Value) -> Result<Vec<u8>> {
    let mut arguments = Values::new(vm, values, true);
    let key = |vm: &Vm, name: &[u8]| vm.new_bytes(name.to_vec());
    let mut convert =
        |vm: &mut Vm, values: &mut Values<'_>, d: &Directive, out: &mut Vec<u8>| -> Result<()> {
            let value = values.next(vm)?;
            convert_bytes(vm, &value, d, out)
        };
    let out = expand_percent(vm, template, &mut arguments, key, &mut convert)?;
    arguments.check_all_used(vm, "bytes")?;
    Ok(out)
}

fn convert_bytes(
    vm: &mut Vm,
    value: &Value,
    directive: &Directive,
    out: &mut Vec<u8>,
) -> Result<()> {
    let text = match directive.conversion {
        b's' | b'b' => {
            let bytes = if value.is::<Str>() {
                None
            } else {
                bytes_like(vm, value)?
            };
            bytes.ok_or_else(|| {
                let name = vm.type_name(value);
                vm.type_error(format!(
                    "%b requires a bytes-like object, or an object that implements __bytes__, \
                     not '{name}'"
                ))
            })?
        }
        b'r' | b'a' => vm.ascii(value)?.bytes().to_vec(),
        b'c' => {
            let byte = byte(vm, value)?;
            let whole = Directive {
                precision: None,
                ..*directive
            };
            let text = percent::format_bytes(&[byte], &whole);
            out.extend(vm.number(text)?);
            return Ok(());
        }
        _ => {
            return match number_text(vm, value, directive, true)? {
                Some(text) => {
                    out.extend_from_slice(text.as_bytes());
                    Ok(())
                }
                None => Err(vm.raise_number(percent::unsupported_byte(directive))),
            };
        }
    };
    let text = percent::format_bytes(&text, directive);
    out.extend(vm.number(text)?);
    Ok(())
}

/// The byte of `%c`.
fn byte(vm: &mut Vm, value: &Value) -> Result<u8> {
    let single = match (value.downcast::<Bytes>(), value.downcast::<ByteArray>()) {
        (Some(bytes), _) if bytes.data.len() == 1 => Some(bytes.data[0]),
        (_, Some(bytes)) if bytes.data.borrow().len() == 1 => bytes.data.borrow().first().copied(),
        _ => None,
    };
    if let Some(byte) = single {
        return Ok(byte);
    }
    if vm.is_index(value) {
        let n = vm.index_int(value)?;
        let byte = n.borrow().to_i64().and_then(|n| u8::try_from(n).ok());
        return byte.ok_or_else(|| vm.overflow_error("%c arg not in range(256)"));
    }
    Err(vm.type_error("%c requires an integer in range(256) or a single byte"))
}
