//! `str % values`.

use super::{reserve, text, this};
use crate::numeric::percent::{Directive, Piece, Template, format_float, format_int, unsupported};
use crate::objects::header::Gc;
use crate::objects::list::Tuple;
use crate::objects::names::Slot;
use crate::objects::native::Args;
use crate::objects::number_ops::int_ref;
use crate::objects::str::{CodePoints, Str, count_chars, push_code_point};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// The values that a template takes one after the other.
pub struct Values {
    source: Value,
    next: usize,
    is_mapping: bool,
    /// The value that a `%(key)` chose, until the conversion takes it.
    chosen: Option<Value>,
}

impl Values {
    pub fn new(vm: &Vm, source: &Value) -> Values {
        let ty = vm.type_of(source);
        let texts = source.is::<Tuple>() || source.is::<Str>() || vm.is_bytes(source);
        Values {
            source: source.clone(),
            next: 0,
            is_mapping: ty.has_slot(Slot::GetItem) && !texts,
            chosen: None,
        }
    }

    pub fn need_mapping(&self, vm: &mut Vm) -> Result<()> {
        if self.is_mapping {
            return Ok(());
        }
        Err(vm.type_error("format requires a mapping"))
    }

    pub fn choose(&mut self, vm: &mut Vm, key: &Value) -> Result<()> {
        let source = self.source.clone();
        self.chosen = Some(vm.get_item(&source, key)?);
        self.next = usize::MAX;
        Ok(())
    }

    pub fn take(&mut self, vm: &mut Vm) -> Result<Value> {
        if let Some(value) = self.chosen.take() {
            return Ok(value);
        }
        let found = match self.source.downcast::<Tuple>() {
            Some(tuple) => tuple.items().get(self.next).cloned(),
            None if self.next == 0 => Some(self.source.clone()),
            None => None,
        };
        match found {
            Some(value) => {
                self.next += 1;
                Ok(value)
            }
            None => Err(vm.type_error("not enough arguments for format string")),
        }
    }

    /// All values must have been used.
    pub fn finish(&self, vm: &mut Vm, what: &str) -> Result<()> {
        let left = match self.source.downcast::<Tuple>() {
            Some(tuple) => self.next < tuple.len(),
            None => self.next == 0 && !self.is_mapping,
        };
        if left {
            return Err(vm.type_error(format!(
                "not all arguments converted during {what} formatting"
            )));
        }
        Ok(())
    }

    /// The value for a `*`.
    pub fn take_star(&mut self, vm: &mut Vm, is_width: bool) -> Result<i64> {
        let value = self.take(vm)?;
        let Some(n) = vm.as_integer(&value) else {
            return Err(vm.type_error("* wants int"));
        };
        if is_width {
            return match n.to_i64() {
                Some(n) => Ok(n),
                None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
            };
        }
        match n.to_i64().filter(|n| i32::try_from(*n).is_ok()) {
            Some(n) => Ok(n),
            None => Err(vm.overflow_error("Python int too large to convert to C int")),
        }
    }
}

pub fn modulo(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    format(vm, &s, &args[1])
}

pub fn reflected(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match args[1].downcast::<Str>() {
        Some(template) => format(vm, &template.clone(), &args[0]),
        None => Ok(Value::NotImplemented),
    }
}

fn format(vm: &mut Vm, template: &Gc<Str>, source: &Value) -> Result<Value> {
    let mut values = Values::new(vm, source);
    let mut out = Vec::with_capacity(template.bytes().len() + 16);
    let mut pieces = Template::new(template.bytes());
    loop {
        let piece = pieces.next_piece();
        let Some(piece) = vm.number(piece)? else {
            break;
        };
        match piece {
            Piece::Literal(bytes) => out.extend_from_slice(bytes),
            Piece::Mapping => values.need_mapping(vm)?,
            Piece::Key(key) => {
                let key = text(vm, key);
                values.choose(vm, &key)?;
            }
            Piece::StarWidth => pieces.set_width(values.take_star(vm, true)?),
            Piece::StarPrecision => pieces.set_precision(values.take_star(vm, false)?),
            Piece::Directive(directive) => {
                let value = values.take(vm)?;
                convert(vm, template, &directive, &value, &mut out)?;
            }
        }
    }
    values.finish(vm, "string")?;
    Ok(text(vm, out))
}

fn convert(
    vm: &mut Vm,
    template: &Str,
    d: &Directive,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<()> {
    match d.conversion {
        b's' => {
            let s = vm.str(value)?;
            push_padded(vm, s.bytes(), d, out)
        }
        b'r' => {
            let s = vm.repr(value)?;
            push_padded(vm, s.bytes(), d, out)
        }
        b'a' => {
            let s = vm.ascii(value)?;
            push_padded(vm, s.bytes(), d, out)
        }
        b'c' => {
            let c = char_text(vm, value)?;
            let d = Directive {
                precision: None,
                ..*d
            };
            push_padded(vm, &c, &d, out)
        }
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            let made = number_text(vm, d, value)?;
            out.extend_from_slice(made.as_bytes());
            Ok(())
        }
        _ => {
            let error = unsupported(&template.lossy(), d);
            Err(vm.raise_number(error))
        }
    }
}

/// Cut to the precision, filled with spaces to the width.
fn push_padded(vm: &mut Vm, bytes: &[u8], d: &Directive, out: &mut Vec<u8>) -> Result<()> {
    let mut bytes = bytes;
    if let Some(limit) = d.precision {
        let mut chars = CodePoints::new(bytes);
        let left = chars.by_ref().take(limit).count();
        debug_assert!(left <= limit);
        bytes = &bytes[..bytes.len() - chars.remaining()];
    }
    let fill = d.width.saturating_sub(count_chars(bytes));
    if out.try_reserve(bytes.len().saturating_add(fill)).is_err() {
        return Err(vm.out_of_memory());
    }
    if !d.left {
        out.resize(out.len() + fill, b' ');
    }
    out.extend_from_slice(bytes);
    if d.left {
        out.resize(out.len() + fill, b' ');
    }
    Ok(())
}

fn char_text(vm: &mut Vm, value: &Value) -> Result<Vec<u8>> {
    if let Some(s) = value.downcast::<Str>() {
        return match s.len() {
            1 => Ok(s.bytes().to_vec()),
            _ => Err(vm.type_error("%c requires int or char")),
        };
    }
    if !vm.is_index(value) {
        return Err(vm.type_error("%c requires int or char"));
    }
    match vm.index(value)?.to_i64() {
        Some(c @ 0..=0x10ffff) => {
            let mut out = reserve(vm, Some(4))?;
            push_code_point(&mut out, c as u32);
            Ok(out)
        }
        _ => Err(vm.overflow_error("%c arg not in range(0x110000)")),
    }
}

/// The text of a number under a conversion: shared with bytes.
pub fn number_text(vm: &mut Vm, d: &Directive, value: &Value) -> Result<String> {
    if matches!(d.conversion, b'e' | b'E' | b'f' | b'F' | b'g' | b'G') {
        let x = vm.real(value)?;
        return vm.number(format_float(x, d));
    }
    let limit = vm.int_max_str_digits();
    if let Some(n) = int_ref(value) {
        let made = format_int(n, d, limit);
        return vm.number(made);
    }
    let n = integer_of(vm, d.conversion, value)?;
    let Some(n) = int_ref(&n) else {
        return Err(vm.system_error("an integer is no integer"));
    };
    let made = format_int(n, d, limit);
    vm.number(made)
}

/// `d i u` take any real number, `o x X` what has `__index__`.
fn integer_of(vm: &mut Vm, conversion: u8, value: &Value) -> Result<Value> {
    let c = char::from(conversion);
    let decimal = matches!(conversion, b'd' | b'i' | b'u');
    let is_number = vm.is_number(value);
    let made = if !is_number {
        None
    } else if decimal {
        Some(vm.to_int(value).map(|n| vm.int_value(n)))
    } else if vm.is_index(value) {
        Some(vm.index(value).map(|n| vm.new_int(n.to_big())))
    } else {
        None
    };
    match made {
        Some(Err(e)) if !e.is_a(&vm.exc.TypeError) => Err(e),
        Some(Ok(n)) => Ok(n),
        _ => {
            let name = vm.type_name(value);
            let wanted = if decimal {
                "a real number"
            } else {
                "an integer"
            };
            Err(vm.type_error(format!("%{c} format: {wanted} is required, not {name}")))
        }
    }
}

impl Vm {
    /// Whether the value has a numeric protocol: `PyNumber_Check`.
    pub fn is_number(&self, value: &Value) -> bool {
        match value {
            Value::Int(_) | Value::Float(_) | Value::Bool(_) => true,
            Value::Obj(obj) => {
                let ty = obj.ty();
                ty.has_slot(Slot::Int)
                    || ty.has_slot(Slot::Index)
                    || ty.has_slot(Slot::Float)
                    || ty.is_subtype(&self.types.complex)
            }
            _ => false,
        }
    }
}
