//! `repr`, `ascii`, `chr`, `ord`, `len`, `id`.

use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::str::{Str, push_code_point};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static FUNCTIONS: &[NativeDef] = &[
    function(
        "ascii",
        "($module, obj, /)",
        ascii,
        "The repr() of an object with all but ASCII escaped.",
    ),
    function(
        "chr",
        "($module, i, /)",
        chr,
        "The string of one character with code point i; 0 <= i <= 0x10ffff.",
    ),
    function(
        "id",
        "($module, obj, /)",
        id,
        "A number that no other living object has.",
    ),
    function(
        "len",
        "($module, obj, /)",
        len,
        "The number of items in a container.",
    ),
    function(
        "ord",
        "($module, character, /)",
        ord,
        "The code point of a string of one character.",
    ),
    function(
        "repr",
        "($module, obj, /)",
        repr,
        "The text of an object as a program would write it, where it can be.",
    ),
];

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.repr(&args[0]).map(Value::from)
}

fn ascii(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.ascii(&args[0]).map(Value::from)
}

fn len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.len(&args[0]).map(Value::from)
}

fn id(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Int(vm.id(&args[0])))
}

fn chr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match vm.index(&args[0])?.to_i64() {
        Some(c @ 0..=0x10ffff) => {
            let mut bytes = Vec::with_capacity(4);
            push_code_point(&mut bytes, c as u32);
            Ok(vm.new_str(Str::from_wtf8(bytes)))
        }
        _ => Err(vm.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let value = &args[0];
    let (len, first) = if let Some(s) = value.downcast::<Str>() {
        (s.len(), s.chars().next())
    } else if let Some(bytes) = value.downcast::<Bytes>() {
        (bytes.data.len(), bytes.data.first().map(|b| u32::from(*b)))
    } else if let Some(bytes) = value.downcast::<ByteArray>() {
        let data = bytes.data.borrow();
        (data.len(), data.first().map(|b| u32::from(*b)))
    } else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!(
            "ord() expected string of length 1, but {name} found"
        )));
    };
    match first.filter(|_| len == 1) {
        Some(c) => Ok(Value::Int(c.into())),
        None => Err(vm.type_error(format!(
            "ord() expected a character, but string of length {len} found"
        ))),
    }
}
