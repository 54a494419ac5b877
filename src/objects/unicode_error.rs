//! `UnicodeDecodeError`, `UnicodeEncodeError`, `UnicodeTranslateError`.

use super::bytes::Bytes;
use super::exception_methods::{payload, refuse_keywords, set_all_args};
use super::native::{Args, getset, method};
use super::str::Str;
use super::types::TypeDef;
use super::value::Value;
use crate::vm::{Result, Vm};

pub const ENCODING: usize = 0;
pub const OBJECT: usize = 1;
pub const START: usize = 2;
pub const END: usize = 3;
pub const REASON: usize = 4;

macro_rules! unicode_error {
    ($name:ident, $init:ident, $str:ident) => {
        pub static $name: TypeDef = TypeDef {
            methods: &[
                method(
                    "__init__",
                    "($self, /, *args, **kwargs)",
                    $init,
                    "Initialize self.",
                ),
                method("__str__", "($self, /)", $str, "Return str(self)."),
            ],
            getsets: &[
                getset("start", get_start, set_start, "exception start"),
                getset("end", get_end, set_end, "exception end"),
            ],
            ..TypeDef::EMPTY
        };
    };
}

unicode_error!(DECODE_ERROR, decode_init, decode_str);
unicode_error!(ENCODE_ERROR, encode_init, encode_str);
unicode_error!(TRANSLATE_ERROR, translate_init, translate_str);

/// The arguments, when there are as many as the class takes.
fn exactly(vm: &mut Vm, args: Args<'_>, n: usize) -> Result<Vec<Value>> {
    refuse_keywords(vm, &args[0], &args[2])?;
    let all = set_all_args(vm, &args[0], &args[1])?.args_tuple();
    if all.len() != n {
        let given = all.len();
        return Err(vm.type_error(format!(
            "function takes exactly {n} arguments ({given} given)"
        )));
    }
    Ok(all)
}

fn text_argument(vm: &mut Vm, all: &[Value], i: usize) -> Result<Value> {
    if all[i].is::<Str>() {
        return Ok(all[i].clone());
    }
    let ty = vm.type_name(&all[i]);
    Err(vm.type_error(format!("argument {} must be str, not {ty}", i + 1)))
}

/// Sets the fields from `first` on: object, start, end, reason follow each other.
fn fill(vm: &mut Vm, this: &Value, all: &[Value], object: Value, at: usize) -> Result<Value> {
    let start = vm.index_i64(&all[at + 1])?;
    let end = vm.index_i64(&all[at + 2])?;
    let reason = text_argument(vm, all, at + 3)?;
    let exc = payload(vm, this)?;
    exc.set_field(OBJECT, object);
    exc.set_field(START, Value::Int(start));
    exc.set_field(END, Value::Int(end));
    exc.set_field(REASON, reason);
    Ok(Value::None)
}

fn decode_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let all = exactly(vm, args, 5)?;
    let encoding = text_argument(vm, &all, 0)?;
    let object = if all[1].is::<Bytes>() {
        all[1].clone()
    } else if all[1].is::<Str>() || all[1].as_obj().is_none() {
        let ty = vm.type_name(&all[1]);
        return Err(vm.type_error(format!("a bytes-like object is required, not '{ty}'")));
    } else {
        let bytes = vm.types.bytes.value();
        vm.call(&bytes, &all[1..2])?
    };
    payload(vm, &args[0])?.set_field(ENCODING, encoding);
    fill(vm, &args[0], &all, object, 1)
}

fn encode_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let all = exactly(vm, args, 5)?;
    let encoding = text_argument(vm, &all, 0)?;
    let object = text_argument(vm, &all, 1)?;
    payload(vm, &args[0])?.set_field(ENCODING, encoding);
    fill(vm, &args[0], &all, object, 1)
}

fn translate_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let all = exactly(vm, args, 4)?;
    let object = text_argument(vm, &all, 0)?;
    fill(vm, &args[0], &all, object, 0)
}

// ---- texts -----------------------------------------------------------------------------------

/// Object, start, end, encoding and reason, the latter two as text.
struct Parts {
    object: Value,
    start: i64,
    end: i64,
    encoding: String,
    reason: String,
}

fn parts(vm: &mut Vm, this: &Value) -> Result<Option<Parts>> {
    let exc = payload(vm, this)?;
    let object = exc.field(OBJECT);
    if object.is_unbound() {
        return Ok(None);
    }
    let mut text = |value: Value| match value {
        Value::Unbound => Ok("<NULL>".to_string()),
        value => vm.str(&value).map(|s| s.lossy().into_owned()),
    };
    let (encoding, reason) = (text(exc.field(ENCODING))?, text(exc.field(REASON))?);
    let number = |value: Value| if let Value::Int(n) = value { n } else { 0 };
    Ok(Some(Parts {
        object,
        start: number(exc.field(START)),
        end: number(exc.field(END)),
        encoding,
        reason,
    }))
}

fn decode_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(p) = parts(vm, &args[0])? else {
        return Ok(vm.new_str(""));
    };
    let byte = match (p.object.downcast::<Bytes>(), usize::try_from(p.start)) {
        (Some(bytes), Ok(at)) if p.end == p.start + 1 => bytes.data.get(at).copied(),
        _ => None,
    };
    let (encoding, start, reason) = (&p.encoding, p.start, &p.reason);
    Ok(vm.new_str(match byte {
        Some(byte) => format!(
            "'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
        ),
        None => format!(
            "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
            p.end.wrapping_sub(1)
        ),
    }))
}

/// "character '\xe9' in position 0" or "characters in position 0-1"
fn characters(p: &Parts) -> String {
    let one = match (p.object.downcast::<Str>(), usize::try_from(p.start)) {
        (Some(text), Ok(at)) if p.end == p.start + 1 && at < text.len() => {
            Some(text.code_point(at))
        }
        _ => None,
    };
    let start = p.start;
    match one {
        Some(c @ 0..=0xff) => format!("character '\\x{c:02x}' in position {start}"),
        Some(c @ 0x100..=0xffff) => format!("character '\\u{c:04x}' in position {start}"),
        Some(c) => format!("character '\\U{c:08x}' in position {start}"),
        None => format!("characters in position {start}-{}", p.end.wrapping_sub(1)),
    }
}

fn encode_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let text = match parts(vm, &args[0])? {
        None => String::new(),
        Some(p) => {
            let (what, encoding, reason) = (characters(&p), p.encoding, p.reason);
            format!("'{encoding}' codec can't encode {what}: {reason}")
        }
    };
    Ok(vm.new_str(text))
}

fn translate_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let text = match parts(vm, &args[0])? {
        None => String::new(),
        Some(p) => format!("can't translate {}: {}", characters(&p), p.reason),
    };
    Ok(vm.new_str(text))
}

// ---- positions -------------------------------------------------------------------------------

fn get_position(vm: &mut Vm, this: &Value, field: usize) -> Result<Value> {
    Ok(match payload(vm, this)?.field(field) {
        Value::Unbound => Value::Int(0),
        position => position,
    })
}

fn set_position(vm: &mut Vm, this: &Value, field: usize, value: &Value) -> Result<()> {
    if value.is_unbound() {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    }
    if vm.as_integer(value).is_none() {
        return Err(vm.type_error("an integer is required"));
    }
    let position = vm.index_i64(value)?;
    payload(vm, this)?.set_field(field, Value::Int(position));
    Ok(())
}

fn get_start(vm: &mut Vm, this: &Value) -> Result<Value> {
    get_position(vm, this, START)
}

fn set_start(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    set_position(vm, this, START, &value)
}

fn get_end(vm: &mut Vm, this: &Value) -> Result<Value> {
    get_position(vm, this, END)
}

fn set_end(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    set_position(vm, this, END, &value)
}
