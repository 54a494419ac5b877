//! `repr`, `ascii`, `chr`, `ord`, `len`, `hash`, `id`, `format`, `bin`, `oct`, `hex`.

use crate::numeric::int_text;
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
        "bin",
        "($module, number, /)",
        bin,
        "The binary text of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'",
    ),
    function(
        "chr",
        "($module, i, /)",
        chr,
        "The string of one character with code point i; 0 <= i <= 0x10ffff.",
    ),
    function(
        "format",
        "($module, value, format_spec='', /)",
        format,
        "value.__format__(format_spec): the text of a value laid out as the specification says.",
    ),
    function(
        "hash",
        "($module, obj, /)",
        hash,
        "The hash of an object: equal objects have equal hashes.",
    ),
    function(
        "hex",
        "($module, number, /)",
        hex,
        "The hexadecimal text of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'",
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
        "oct",
        "($module, number, /)",
        oct,
        "The octal text of an integer.\n\n   >>> oct(342391)\n   '0o1234567'",
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

fn hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.hash(&args[0]).map(Value::Int)
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

fn format(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let spec = match args[1].given() {
        None => vm.heap.new_str(""),
        Some(spec) => match spec.downcast::<Str>() {
            Some(spec) => spec.clone(),
            None => {
                let name = vm.type_name_or_none(spec);
                return Err(vm.type_error(format!("format() argument 2 must be str, not {name}")));
            }
        },
    };
    vm.format(&args[0], &spec).map(Value::from)
}

fn prefixed(vm: &mut Vm, args: Args<'_>, base: u32) -> Result<Value> {
    let n = vm.index_int(&args[0])?;
    let made = int_text::prefixed(n.borrow(), base);
    let made = vm.number(made)?;
    Ok(vm.new_str(made))
}

fn bin(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    prefixed(vm, args, 2)
}

fn oct(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    prefixed(vm, args, 8)
}

fn hex(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    prefixed(vm, args, 16)
}
