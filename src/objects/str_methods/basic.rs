//! Construction, texts, operators, comparison and items of `str`.

use super::repr::repr_bytes;
use super::{reserve, text, this, unchanged};
use crate::objects::arguments::lay_slice;
use crate::objects::formatting::percent_str;
use crate::objects::header::Gc;
use crate::objects::iter::StrIter;
use crate::objects::native::Args;
use crate::objects::operators::CompareOp;
use crate::objects::range::Slice;
use crate::objects::str::{CodePoints, Str};
use crate::objects::typeobj::Type;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub fn str_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let (object, encoding, errors) = (&args[1], &args[2], &args[3]);
    let made = if encoding.given().is_some() || errors.given().is_some() {
        let encoding = codec_name(vm, encoding, "encoding")?;
        let errors = codec_name(vm, errors, "errors")?;
        if object.is_unbound() {
            vm.heap.new_str("")
        } else {
            decode_object(vm, object, encoding.as_ref(), errors.as_ref())?
        }
    } else {
        match object.given() {
            Some(object) => vm.str(object)?,
            None => vm.heap.new_str(""),
        }
    };
    if class == vm.types.str {
        return Ok(made.into());
    }
    let copy = Str::from_wtf8(made.bytes());
    Ok(vm.heap.alloc(&class, copy).into())
}

fn codec_name(vm: &mut Vm, value: &Value, what: &str) -> Result<Option<Gc<Str>>> {
    match (value, value.downcast::<Str>()) {
        (Value::Unbound, _) => Ok(None),
        (_, Some(s)) => Ok(Some(s.clone())),
        _ => {
            let found = vm.type_name_or_none(value);
            Err(vm.type_error(format!("str() argument '{what}' must be str, not {found}")))
        }
    }
}

fn decode_object(
    vm: &mut Vm,
    object: &Value,
    encoding: Option<&Gc<Str>>,
    errors: Option<&Gc<Str>>,
) -> Result<Gc<Str>> {
    if object.is::<Str>() {
        return Err(vm.type_error("decoding str is not supported"));
    }
    let Some(bytes) = vm.buffer(object)? else {
        let name = vm.type_name(object);
        return Err(vm.type_error(format!(
            "decoding to str: need a bytes-like object, {name} found"
        )));
    };
    vm.decode(&bytes, object, encoding, errors)
}

pub fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    Ok(text(vm, repr_bytes(s.bytes())))
}

pub fn to_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    Ok(unchanged(vm, &s))
}

pub fn hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Int(this(vm, args)?.hash()))
}

pub fn len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(this(vm, args)?.len().into())
}

fn compare(vm: &mut Vm, args: Args<'_>, op: CompareOp) -> Result<Value> {
    let s = this(vm, args)?;
    Ok(match args[1].downcast::<Str>() {
        Some(other) => Value::Bool(op.test(s.bytes().cmp(other.bytes()))),
        None => Value::NotImplemented,
    })
}

pub fn eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Eq)
}

pub fn ne(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Ne)
}

pub fn lt(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Lt)
}

pub fn le(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Le)
}

pub fn gt(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Gt)
}

pub fn ge(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Ge)
}

pub fn add(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let Some(other) = args[1].downcast::<Str>() else {
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("can only concatenate str (not \"{name}\") to str")));
    };
    if other.is_empty() {
        return Ok(unchanged(vm, &s));
    }
    if s.is_empty() {
        return Ok(unchanged(vm, other));
    }
    let mut out = reserve(vm, s.bytes().len().checked_add(other.bytes().len()))?;
    out.extend_from_slice(s.bytes());
    out.extend_from_slice(other.bytes());
    Ok(text(vm, out))
}

pub fn mul(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let count = vm.repeat_count(&args[1])?;
    if count == 1 {
        return Ok(unchanged(vm, &s));
    }
    let size = s.len().checked_mul(count);
    if size.is_none_or(|n| n > i64::MAX as usize) {
        return Err(vm.overflow_error("repeated string is too long"));
    }
    let mut out = reserve(vm, s.bytes().len().checked_mul(count))?;
    fill_repeated(&mut out, s.bytes(), count);
    Ok(text(vm, out))
}

/// Appends `piece` `count` times; there is room.
pub fn fill_repeated(out: &mut Vec<u8>, piece: &[u8], count: usize) {
    match piece {
        [] => {}
        [byte] => out.resize(out.len() + count, *byte),
        _ => (0..count).for_each(|_| out.extend_from_slice(piece)),
    }
}

pub fn get_item(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    if let Some(slice) = args[1].downcast::<Slice>() {
        let parts = vm.slice_parts(&slice.clone())?;
        return Ok(slice_of(vm, &s, lay_slice(parts, s.len())));
    }
    if !vm.is_index(&args[1]) {
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("string indices must be integers, not '{name}'")));
    }
    let index = vm.item_index(&args[1])?;
    vm.str_at(&s, index)
}

impl Vm {
    /// `s[index]`
    pub fn str_at(&mut self, s: &Str, index: i64) -> Result<Value> {
        let len = s.len() as i64;
        let at = if index < 0 { index + len } else { index };
        if at < 0 || at >= len {
            return Err(self.index_error("string index out of range"));
        }
        let at = at as usize;
        Ok(text(self, s.slice(at, at + 1)))
    }
}

fn slice_of(vm: &Vm, s: &Gc<Str>, bounds: crate::objects::arguments::SliceBounds) -> Value {
    let (start, count) = (bounds.start as usize, bounds.count);
    if count == 0 {
        return text(vm, Vec::new());
    }
    if bounds.step == 1 {
        return super::part(vm, s, s.slice(start, start + count));
    }
    let mut out = Vec::with_capacity(count);
    if s.is_ascii() {
        out.extend(bounds.indices().map(|i| s.bytes()[i]));
    } else if bounds.step == -1 {
        let bytes = s.slice(start + 1 - count, start + 1);
        for c in CodePoints::new(bytes).rev() {
            crate::objects::str::push_code_point(&mut out, c);
        }
    } else {
        bounds
            .indices()
            .for_each(|i| out.extend_from_slice(s.slice(i, i + 1)));
    }
    text(vm, out)
}

pub fn iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let ty = if s.is_ascii() {
        &vm.types.str_ascii_iterator
    } else {
        &vm.types.str_iterator
    };
    let it = StrIter {
        source: s.value().into(),
        next: 0.into(),
    };
    Ok(vm.heap.alloc(ty, it).into())
}

pub fn get_new_args(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let copy = text(vm, s.bytes());
    Ok(vm.new_tuple(vec![copy]).into())
}

/// What CPython reports: its header, and one, two or four bytes a character.
pub fn size_of(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let widest = s.chars().max().unwrap_or(0);
    let size = match widest {
        0..=0x7f => 41 + s.len(),
        0x80..=0xff => 57 + s.len(),
        0x100..=0xffff => 58 + 2 * s.len(),
        _ => 60 + 4 * s.len(),
    };
    Ok(size.into())
}

pub fn modulo(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    percent_str(vm, &s, &args[1])
}

pub fn reflected_modulo(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match args[1].downcast::<Str>() {
        Some(template) => percent_str(vm, &template.clone(), &args[0]),
        None => Ok(Value::NotImplemented),
    }
}
