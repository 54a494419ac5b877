//! `str.translate` and `str.maketrans`.

use super::{str_arg, text, this};
use crate::objects::dict::Dict;
use crate::objects::native::Args;
use crate::objects::str::{Str, push_code_point};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// What a table says of a character.
enum Mapping {
    Keep,
    Delete,
    Text(Vec<u8>),
}

fn look_up(vm: &mut Vm, table: &Value, c: u32) -> Result<Mapping> {
    let found = match vm.get_item(table, &Value::Int(i64::from(c))) {
        Ok(found) => found,
        Err(e) if e.is_a(&vm.exc.LookupError) => return Ok(Mapping::Keep),
        Err(e) => return Err(e),
    };
    if found.is_none() {
        return Ok(Mapping::Delete);
    }
    if let Some(s) = found.downcast::<Str>() {
        return Ok(Mapping::Text(s.bytes().to_vec()));
    }
    match vm.as_integer(&found) {
        Some(n) => match n.to_i64() {
            Some(n @ 0..=0x10ffff) => {
                let mut out = Vec::new();
                push_code_point(&mut out, n as u32);
                Ok(Mapping::Text(out))
            }
            _ => Err(vm.value_error("character mapping must be in range(0x110000)")),
        },
        None => Err(vm.type_error("character mapping must return integer, None or str")),
    }
}

pub fn translate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let mut out = Vec::with_capacity(s.bytes().len());
    // ASCII characters are looked up once each, as CPython's fast path does.
    let mut known: [Option<Mapping>; 128] = [const { None }; 128];
    for c in s.chars() {
        let fresh;
        let mapping = if c < 128 {
            if known[c as usize].is_none() {
                known[c as usize] = Some(look_up(vm, &args[1], c)?);
            }
            known[c as usize].as_ref().unwrap_or(&Mapping::Keep)
        } else {
            fresh = look_up(vm, &args[1], c)?;
            &fresh
        };
        match mapping {
            Mapping::Keep => push_code_point(&mut out, c),
            Mapping::Delete => {}
            Mapping::Text(bytes) => out.extend_from_slice(bytes),
        }
    }
    Ok(text(vm, out))
}

pub fn make_trans(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let table = vm.new_dict();
    let Some(_) = args[1].given() else {
        from_dict(vm, &args[0], &table)?;
        return Ok(table.into());
    };
    let Some(x) = args[0].downcast::<Str>() else {
        return Err(vm.type_error(
            "first maketrans argument must be a string if there is a second argument",
        ));
    };
    let y = str_arg(vm, args, 1, "maketrans() argument 2")?;
    if x.len() != y.len() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    for (from, to) in x.chars().zip(y.chars()) {
        table.set(vm, Value::Int(from.into()), Value::Int(to.into()))?;
    }
    if args[2].given().is_some() {
        let z = str_arg(vm, args, 2, "maketrans() argument 3")?;
        for c in z.chars() {
            table.set(vm, Value::Int(c.into()), Value::None)?;
        }
    }
    Ok(table.into())
}

fn from_dict(vm: &mut Vm, source: &Value, table: &Dict) -> Result<()> {
    let Some(dict) = source
        .downcast::<Dict>()
        .filter(|d| d.ty() == &vm.types.dict)
    else {
        return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
    };
    for (key, value) in dict.items() {
        let key = match key.downcast::<Str>() {
            Some(s) if s.len() == 1 => Value::Int(s.code_point(0).into()),
            Some(_) => {
                return Err(vm.value_error("string keys in translate table must be of length 1"));
            }
            None if vm.as_integer(&key).is_some() => key,
            None => {
                return Err(vm.type_error("keys in translate table must be strings or integers"));
            }
        };
        table.set(vm, key, value)?;
    }
    Ok(())
}
