//! `str.format`, `str.format_map` and the operator `%` of `str` and `bytes`: the templates of `numeric`
//! brought together with values.
//!
//! A value is looked up, converted and laid out before the template is read on, so that script code
//! runs, and errors come, in CPython's order.

use super::bytes::{ByteArray, Bytes};
use super::dict::Dict;
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
use crate::numeric::str_format::{self, Access, Key, MAX_DEPTH, Numbering};
use crate::vm::{Result, Vm};

/// Where the fields of `str.format` find their values.
enum Fields<'a> {
    Arguments(&'a [Value], Option<Gc<Dict>>),
    Mapping(&'a Value),
}

struct Formatter<'a> {
    fields: Fields<'a>,
    numbering: Numbering,
}

/// `template.format(*args, **kwargs)`
pub fn format_arguments(
    vm: &mut Vm,
    template: &Gc<Str>,
    args: &[Value],
    kwargs: Option<Gc<Dict>>,
) -> Result {
    format_fields(vm, template, Fields::Arguments(args, kwargs))
}

/// `template.format_map(mapping)`
pub fn format_mapping(vm: &mut Vm, template: &Gc<Str>, mapping: &Value) -> Result {
    format_fields(vm, template, Fields::Mapping(mapping))
}

fn format_fields(vm: &mut Vm, template: &Gc<Str>, fields: Fields<'_>) -> Result {
    let mut formatter = Formatter {
        fields,
        numbering: Numbering::default(),
    };
    let mut out = Vec::with_capacity(template.bytes().len() + 16);
    formatter.expand(vm, &template.lossy(), MAX_DEPTH, &mut out)?;
    Ok(vm.new_str(Str::from_wtf8(out)))
}

impl Formatter<'_> {
    fn expand(
        &mut self,
        vm: &mut Vm,
        template: &str,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        if depth == 0 {
            return Err(vm.value_error("Max string recursion exceeded"));
        }
        for piece in str_format::Template::new(template) {
            let piece = vm.number(piece)?;
            out.extend_from_slice(piece.literal.as_bytes());
            if let Some(field) = piece.field {
                let text = self.field(vm, field, depth)?;
                out.extend_from_slice(text.bytes());
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        vm: &mut Vm,
        field: str_format::Field<'_>,
        depth: usize,
    ) -> Result<Gc<Str>> {
        let mut value = self.value(vm, field.name)?;
        if let Some(conversion) = field.conversion {
            value = match conversion {
                'r' => vm.repr(&value)?.into(),
                's' => vm.str(&value)?.into(),
                'a' => ascii(vm, &value)?.into(),
                other => return Err(vm.raise_number(str_format::unknown_conversion(other))),
            };
        }
        let spec = if field.nested {
            let mut spec = Vec::new();
            self.expand(vm, field.spec, depth - 1, &mut spec)?;
            vm.heap.new_str(Str::from_wtf8(spec))
        } else {
            vm.heap.new_str(field.spec)
        };
        vm.format(&value, &spec)
    }

    /// The value that `first.attr[index]` names.
    fn value(&mut self, vm: &mut Vm, name: &str) -> Result {
        let split = str_format::split_name(name);
        let (first, accesses) = vm.number(split)?;
        let first = self.numbering.resolve(first);
        let first = vm.number(first)?;
        let mut value = self.first(vm, first)?;
        for access in accesses {
            value = match vm.number(access)? {
                Access::Attribute(name) => {
                    let name = vm.intern(name);
                    vm.get_attr(&value, &name)?
                }
                Access::Item(Key::Index(index)) => vm.get_item(&value, &Value::from(index))?,
                Access::Item(Key::Name(name)) => {
                    let name = vm.new_str(name);
                    vm.get_item(&value, &name)?
                }
            };
        }
        Ok(value)
    }

    fn first(&mut self, vm: &mut Vm, key: Key<'_>) -> Result {
        match (&self.fields, key) {
            (Fields::Arguments(args, _), Key::Index(index)) => match args.get(index) {
                Some(value) => Ok(value.clone()),
                None => Err(vm.index_error(format!(
                    "Replacement index {index} out of range for positional args tuple"
                ))),
            },
            (Fields::Mapping(_), Key::Index(_)) => {
                Err(vm.value_error("Format string contains positional fields"))
            }
            (Fields::Arguments(_, kwargs), Key::Name(name)) => {
                let kwargs = kwargs.clone();
                let key = vm.new_str(name);
                let found = match kwargs {
                    Some(kwargs) => kwargs.get(vm, &key)?,
                    None => None,
                };
                found.ok_or_else(|| vm.key_error(key))
            }
            (Fields::Mapping(mapping), Key::Name(name)) => {
                let key = vm.new_str(name);
                vm.get_item(mapping, &key)
            }
        }
    }
}

/// `ascii(value)`
pub fn ascii(vm: &mut Vm, value: &Value) -> Result<Gc<Str>> {
    let repr = vm.repr(value)?;
    if repr.is_ascii() {
        return Ok(repr);
    }
    use std::fmt::Write;
    let mut out = String::with_capacity(repr.bytes().len() * 2);
    for c in repr.chars() {
        let _ = match c {
            0..=0x7f => write!(out, "{}", c as u8 as char),
            0x80..=0xff => write!(out, "\\x{c:02x}"),
            0x100..=0xffff => write!(out, "\\u{c:04x}"),
            _ => write!(out, "\\U{c:08x}"),
        };
    }
    Ok(vm.heap.new_str(out))
}

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
        b'a' => ascii(vm, value)?,
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
        b'r' | b'a' => ascii(vm, value)?.bytes().to_vec(),
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
