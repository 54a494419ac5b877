//! `str.format`, `str.format_map` and `str.__format__`.

use std::borrow::Cow;

use super::{this, unchanged};
use crate::numeric::format_spec;
use crate::numeric::str_format::{
    Access, Field, Key, MAX_DEPTH, Numbering, Template, split_name, unknown_conversion,
};
use crate::objects::dict::Dict;
use crate::objects::header::Gc;
use crate::objects::list::Tuple;
use crate::objects::native::Args;
use crate::objects::str::{CodePoints, Str, push_code_point};
use crate::objects::str_methods::repr::ascii_of_repr;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// Lone surrogates as characters of a private plane that the text does not use, so that parsers of
/// plain text can read it.
pub struct StandIn {
    base: u32,
}

const SURROGATES: u32 = 0xd800;
const COUNT: u32 = 0x800;

impl StandIn {
    /// For texts that are worked on together; `None` when none has surrogates.
    pub fn for_texts(texts: &[&Str]) -> Option<StandIn> {
        if texts.iter().all(|t| t.as_str().is_some()) {
            return None;
        }
        let taken = |base: u32| {
            texts
                .iter()
                .any(|t| t.chars().any(|c| c >= base && c - base < COUNT))
        };
        let bases = (0..48).map(|i| 0xf0000 + i * COUNT);
        let base = bases
            .into_iter()
            .find(|base| !taken(*base))
            .unwrap_or(0xf0000);
        Some(StandIn { base })
    }

    fn swap(&self, bytes: &[u8], from: u32, to: u32) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + 8);
        for c in CodePoints::new(bytes) {
            let inside = c.wrapping_sub(from) < COUNT;
            push_code_point(&mut out, if inside { c - from + to } else { c });
        }
        out
    }

    pub fn hide(&self, bytes: &[u8]) -> String {
        String::from_utf8(self.swap(bytes, SURROGATES, self.base)).unwrap_or_default()
    }

    pub fn restore(&self, bytes: &[u8]) -> Vec<u8> {
        self.swap(bytes, self.base, SURROGATES)
    }
}

/// The text as plain text; see [`StandIn`].
pub fn plain<'a>(stand_in: Option<&StandIn>, s: &'a Str) -> Cow<'a, str> {
    match stand_in {
        Some(stand_in) => stand_in.hide(s.bytes()).into(),
        None => s.lossy(),
    }
}

/// Where the values of fields come from.
struct Source {
    /// `None` for `format_map`.
    args: Option<Gc<Tuple>>,
    /// A dict of keywords, or the mapping.
    names: Value,
    numbering: Numbering,
    stand_in: Option<StandIn>,
}

impl Source {
    fn text(&self, text: &str) -> Str {
        match &self.stand_in {
            Some(stand_in) => Str::from_wtf8(stand_in.restore(text.as_bytes())),
            None => Str::from(text),
        }
    }

    fn first(&mut self, vm: &mut Vm, key: Key<'_>) -> Result<Value> {
        let key = self.numbering.resolve(key);
        match vm.number(key)? {
            Key::Index(index) => {
                let Some(args) = &self.args else {
                    return Err(vm.value_error("Format string contains positional fields"));
                };
                match args.items().get(index) {
                    Some(value) => Ok(value.clone()),
                    None => Err(vm.index_error(format!(
                        "Replacement index {index} out of range for positional args tuple"
                    ))),
                }
            }
            Key::Name(name) => {
                let key: Value = vm.heap.new_str(self.text(name)).into();
                let Some(dict) = self
                    .names
                    .downcast::<Dict>()
                    .filter(|d| d.ty() == &vm.types.dict)
                    .cloned()
                else {
                    return vm.get_item(&self.names.clone(), &key);
                };
                match dict.get(vm, &key)? {
                    Some(value) => Ok(value),
                    None => Err(vm.key_error(key)),
                }
            }
        }
    }

    fn value(&mut self, vm: &mut Vm, name: &str) -> Result<Value> {
        let (first, accesses) = vm.number(split_name(name))?;
        let mut value = self.first(vm, first)?;
        for access in accesses {
            value = match vm.number(access)? {
                Access::Attribute(name) => {
                    let name = vm.heap.new_str(self.text(name));
                    let name = vm.heap.intern(&name);
                    vm.get_attr(&value, &name)?
                }
                Access::Item(Key::Index(index)) => vm.get_item(&value, &index.into())?,
                Access::Item(Key::Name(name)) => {
                    let key = vm.heap.new_str(self.text(name)).into();
                    vm.get_item(&value, &key)?
                }
            };
        }
        Ok(value)
    }

    fn push_text(&self, out: &mut Vec<u8>, text: &str) {
        match &self.stand_in {
            Some(stand_in) => out.extend(stand_in.restore(text.as_bytes())),
            None => out.extend_from_slice(text.as_bytes()),
        }
    }

    fn field(
        &mut self,
        vm: &mut Vm,
        field: &Field<'_>,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let mut value = self.value(vm, field.name)?;
        if let Some(conversion) = field.conversion {
            value = match conversion {
                'r' => vm.repr(&value)?.into(),
                's' => vm.str(&value)?.into(),
                'a' => vm.ascii(&value)?.into(),
                _ => return Err(vm.raise_number(unknown_conversion(conversion))),
            };
        }
        let spec = if field.nested {
            let mut spec = Vec::new();
            self.expand(vm, field.spec, depth - 1, &mut spec)?;
            Str::from_wtf8(spec)
        } else {
            self.text(field.spec)
        };
        if spec.is_empty()
            && let Some(s) = value.downcast::<Str>().filter(|s| s.ty() == &vm.types.str)
        {
            out.extend_from_slice(s.bytes());
            return Ok(());
        }
        let spec = vm.heap.new_str(spec);
        out.extend_from_slice(vm.format(&value, &spec)?.bytes());
        Ok(())
    }

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
        for piece in Template::new(template) {
            let piece = vm.number(piece)?;
            self.push_text(out, piece.literal);
            if let Some(field) = &piece.field {
                self.field(vm, field, depth, out)?;
            }
        }
        Ok(())
    }
}

fn expand_template(
    vm: &mut Vm,
    template: &Str,
    args: Option<Gc<Tuple>>,
    names: Value,
) -> Result<Value> {
    let stand_in = StandIn::for_texts(&[template]);
    let text = plain(stand_in.as_ref(), template);
    let mut source = Source {
        args,
        names,
        numbering: Numbering::default(),
        stand_in,
    };
    let mut out = Vec::with_capacity(text.len() + 16);
    source.expand(vm, &text, MAX_DEPTH, &mut out)?;
    Ok(super::text(vm, out))
}

pub fn format(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let values = args.this::<Tuple>(vm, 1)?;
    expand_template(vm, &s, Some(values), args[2].clone())
}

pub fn format_map(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    expand_template(vm, &s, None, args[1].clone())
}

pub fn dunder_format(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let spec = super::str_arg(vm, args, 1, "__format__() argument")?;
    if spec.is_empty() {
        return Ok(unchanged(vm, &s));
    }
    let stand_in = StandIn::for_texts(&[&s, &spec]);
    let type_name = vm.type_name(&args[0]);
    let made = format_spec::format_str(
        &plain(stand_in.as_ref(), &s),
        &plain(stand_in.as_ref(), &spec),
        &type_name,
    );
    let made = vm.number(made)?;
    Ok(match stand_in {
        Some(stand_in) => super::text(vm, stand_in.restore(made.as_bytes())),
        None => vm.new_str(made),
    })
}

impl Vm {
    /// `ascii(value)`
    pub fn ascii(&mut self, value: &Value) -> Result<Gc<Str>> {
        let repr = self.repr(value)?;
        if repr.is_ascii() {
            return Ok(repr);
        }
        let escaped = ascii_of_repr(repr.bytes());
        Ok(self.heap.new_str(Str::from_wtf8(escaped)))
    }
}
