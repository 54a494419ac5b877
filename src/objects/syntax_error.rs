//! `SyntaxError`: attributes from its second argument, and its text.

use super::exception_methods::{payload, refuse_keywords, set_all_args};
use super::native::{Args, method};
use super::str::Str;
use super::types::TypeDef;
use super::value::Value;
use crate::vm::{Result, Vm};

const MESSAGE: usize = 0;
const FILENAME: usize = 1;
const LINENO: usize = 2;
const END_LINENO: usize = 5;
const END_OFFSET: usize = 6;

pub static SYNTAX_ERROR: TypeDef = TypeDef {
    methods: &[
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            syntax_error_init,
            "Initialize self.",
        ),
        method(
            "__str__",
            "($self, /)",
            syntax_error_str,
            "Return str(self).",
        ),
    ],
    ..TypeDef::EMPTY
};

fn syntax_error_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    refuse_keywords(vm, &args[0], &args[2])?;
    let exc = set_all_args(vm, &args[0], &args[1])?;
    let all = exc.args_tuple();
    if let Some(message) = all.first() {
        exc.set_field(MESSAGE, message.clone());
    }
    let [_, details] = all.as_slice() else {
        return Ok(Value::None);
    };
    let details = vm.collect(details)?;
    let n = details.len();
    if !(4..=6).contains(&n) {
        let bound = if n < 4 { "at least 4" } else { "at most 6" };
        return Err(vm.type_error(format!("function takes {bound} arguments ({n} given)")));
    }
    for i in 0..6 {
        exc.set_field(FILENAME + i, details.get(i).cloned().unwrap_or_default());
    }
    if !exc.field(END_LINENO).is_unbound() && exc.field(END_OFFSET).is_unbound() {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(Value::None)
}

fn syntax_error_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let exc = payload(vm, &args[0])?;
    let message = match exc.field(MESSAGE) {
        Value::Unbound => Value::None,
        message => message,
    };
    let mut text = vm.str(&message)?.bytes().to_vec();
    let filename = exc.field(FILENAME);
    let filename = filename.downcast::<Str>().map(|name| {
        let bytes = name.bytes();
        let start = bytes
            .iter()
            .rposition(|&b| b == b'/')
            .map_or(0, |at| at + 1);
        bytes[start..].to_vec()
    });
    let lineno = exc.field(LINENO);
    let lineno = match vm.as_integer(&lineno).and_then(|n| n.to_i64()) {
        Some(n) if vm.type_of(&lineno) == &vm.types.int => Some(n),
        _ => None,
    };
    match (filename, lineno) {
        (Some(name), Some(line)) => {
            text.extend([b" (", &name[..], format!(", line {line})").as_bytes()].concat());
        }
        (Some(name), None) => text.extend([b" (", &name[..], b")"].concat()),
        (None, Some(line)) => text.extend(format!(" (line {line})").into_bytes()),
        (None, None) => {}
    }
    Ok(vm.new_str(Str::from_wtf8(text)))
}
