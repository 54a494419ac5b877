//! The type `str`: the table of its methods, and what they share.
//!
//! - `basic.rs` is construction, operators, comparison, items; `repr.rs` the escapes.
//! - `find.rs`, `split.rs`, `strip.rs`, `case.rs`, `translate.rs` by family.
//! - `format.rs` is `str.format`, `encode.rs` goes to bytes; `%` is in `objects/formatting.rs`.
//!
//! Methods work on the WTF-8 bytes; positions that scripts see are counted in code points.

mod basic;
mod case;
mod encode;
mod find;
mod format;
pub mod repr;
mod split;
mod strip;
mod translate;

pub use basic::fill_repeated;
pub use find::splice;
pub use split::{rsplit_at, split_at, split_limit};

use super::header::Gc;
use super::native::{Args, NativeDef, method, new, static_method};
use super::str::Str;
use super::typeobj::type_flags;
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::vm::{Result, Vm};

pub static STR: TypeDef = TypeDef {
    name: "str",
    doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nMake a text of an object: what its __str__ gives, or the decoded content of a\nbytes-like object when encoding or errors is given.",
    flags: BASE | type_flags::MATCH_SELF,
    methods: METHODS,
    ..TypeDef::EMPTY
};

static METHODS: &[NativeDef] = &[
    new(
        "(object='', encoding='utf-8', errors='strict')",
        basic::str_new,
    ),
    method("__repr__", "($self, /)", basic::repr, "Return repr(self)."),
    method("__str__", "($self, /)", basic::to_str, "Return str(self)."),
    method("__hash__", "($self, /)", basic::hash, "Return hash(self)."),
    method("__len__", "($self, /)", basic::len, "Return len(self)."),
    method(
        "__eq__",
        "($self, value, /)",
        basic::eq,
        "Return self==value.",
    ),
    method(
        "__ne__",
        "($self, value, /)",
        basic::ne,
        "Return self!=value.",
    ),
    method(
        "__lt__",
        "($self, value, /)",
        basic::lt,
        "Return self<value.",
    ),
    method(
        "__le__",
        "($self, value, /)",
        basic::le,
        "Return self<=value.",
    ),
    method(
        "__gt__",
        "($self, value, /)",
        basic::gt,
        "Return self>value.",
    ),
    method(
        "__ge__",
        "($self, value, /)",
        basic::ge,
        "Return self>=value.",
    ),
    method(
        "__add__",
        "($self, value, /)",
        basic::add,
        "Return self+value.",
    ),
    method(
        "__mul__",
        "($self, value, /)",
        basic::mul,
        "Return self*value.",
    ),
    method(
        "__rmul__",
        "($self, value, /)",
        basic::mul,
        "Return value*self.",
    ),
    method(
        "__mod__",
        "($self, value, /)",
        basic::modulo,
        "Return self%value.",
    ),
    method(
        "__rmod__",
        "($self, value, /)",
        basic::reflected_modulo,
        "Return value%self.",
    ),
    method(
        "__getitem__",
        "($self, key, /)",
        basic::get_item,
        "Return self[key].",
    ),
    method(
        "__contains__",
        "($self, key, /)",
        find::contains,
        "Return bool(key in self).",
    ),
    method(
        "__iter__",
        "($self, /)",
        basic::iter,
        "Implement iter(self).",
    ),
    method("__getnewargs__", "($self, /)", basic::get_new_args, ""),
    method(
        "__sizeof__",
        "($self, /)",
        basic::size_of,
        "Size of the text in memory, in bytes.",
    ),
    method(
        "__format__",
        "($self, format_spec, /)",
        format::dunder_format,
        "The text laid out as format_spec asks.",
    ),
    method(
        "capitalize",
        "($self, /)",
        case::capitalize,
        "The text with its first letter upper and the others lower case.",
    ),
    method(
        "casefold",
        "($self, /)",
        case::casefold,
        "The text for comparison without regard to case.",
    ),
    method(
        "center",
        "($self, width, fillchar=' ', /)",
        strip::center,
        "The text centered in width characters.",
    ),
    method(
        "count",
        "($self, sub, start=None, end=None, /)",
        find::count,
        "How often sub occurs in self[start:end], without overlaps.",
    ),
    method(
        "encode",
        "($self, /, encoding='utf-8', errors='strict')",
        encode::encode,
        "The text as bytes.\n\n  encoding\n    The codec that turns it into bytes.\n  errors\n    What happens to characters that have no bytes: 'strict', 'ignore', 'replace',\n    'xmlcharrefreplace', 'backslashreplace', 'namereplace', 'surrogateescape', ...",
    ),
    method(
        "endswith",
        "($self, suffix, start=None, end=None, /)",
        find::ends_with,
        "Whether self[start:end] ends with suffix, or with one of a tuple of them.",
    ),
    method(
        "expandtabs",
        "($self, /, tabsize=8)",
        strip::expand_tabs,
        "The text with tabs as spaces up to the next multiple of tabsize.",
    ),
    method(
        "find",
        "($self, sub, start=None, end=None, /)",
        find::find,
        "The lowest index of sub within self[start:end], or -1.",
    ),
    method(
        "format",
        "($self, /, *args, **kwargs)",
        format::format,
        "The text with the fields in braces replaced by arguments.",
    ),
    method(
        "format_map",
        "($self, mapping, /)",
        format::format_map,
        "The text with the fields in braces replaced from the mapping.",
    ),
    method(
        "index",
        "($self, sub, start=None, end=None, /)",
        find::index,
        "The lowest index of sub within self[start:end]; ValueError when there is none.",
    ),
    method(
        "isalnum",
        "($self, /)",
        case::is_alnum,
        "Whether all characters are letters or numbers, and there is one.",
    ),
    method(
        "isalpha",
        "($self, /)",
        case::is_alpha,
        "Whether all characters are letters, and there is one.",
    ),
    method(
        "isascii",
        "($self, /)",
        case::is_ascii,
        "Whether all characters are ASCII.",
    ),
    method(
        "isdecimal",
        "($self, /)",
        case::is_decimal,
        "Whether all characters are decimal digits, and there is one.",
    ),
    method(
        "isdigit",
        "($self, /)",
        case::is_digit,
        "Whether all characters are digits, and there is one.",
    ),
    method(
        "isidentifier",
        "($self, /)",
        case::is_identifier,
        "Whether the text has the form of an identifier.",
    ),
    method(
        "islower",
        "($self, /)",
        case::is_lower,
        "Whether all cased characters are lower case, and there is one.",
    ),
    method(
        "isnumeric",
        "($self, /)",
        case::is_numeric,
        "Whether all characters are numeric, and there is one.",
    ),
    method(
        "isprintable",
        "($self, /)",
        case::is_printable,
        "Whether repr() would escape no character.",
    ),
    method(
        "isspace",
        "($self, /)",
        case::is_space,
        "Whether all characters are white space, and there is one.",
    ),
    method(
        "istitle",
        "($self, /)",
        case::is_title,
        "Whether upper and title case follow only uncased characters, and lower case only cased ones.",
    ),
    method(
        "isupper",
        "($self, /)",
        case::is_upper,
        "Whether all cased characters are upper case, and there is one.",
    ),
    method(
        "join",
        "($self, iterable, /)",
        split::join,
        "The strings of the iterable with this text between them.",
    ),
    method(
        "ljust",
        "($self, width, fillchar=' ', /)",
        strip::ljust,
        "The text at the left of width characters.",
    ),
    method(
        "lower",
        "($self, /)",
        case::lower,
        "The text in lower case.",
    ),
    method(
        "lstrip",
        "($self, chars=None, /)",
        strip::lstrip,
        "The text without leading white space, or leading characters of chars.",
    ),
    static_method(
        "maketrans",
        "(x, y=None, z=None, /)",
        translate::make_trans,
        "A table for str.translate(): of a dict, or of characters of x to those of y at the same place, those of z to None.",
    ),
    method(
        "partition",
        "($self, sep, /)",
        split::partition,
        "What stands before the first sep, sep, and what stands after it.",
    ),
    method(
        "removeprefix",
        "($self, prefix, /)",
        strip::remove_prefix,
        "The text without the prefix, if it begins with it.",
    ),
    method(
        "removesuffix",
        "($self, suffix, /)",
        strip::remove_suffix,
        "The text without the suffix, if it ends with it.",
    ),
    method(
        "replace",
        "($self, old, new, /, count=-1)",
        find::replace,
        "The text with the first count occurrences of old replaced by new; all when count is -1.",
    ),
    method(
        "rfind",
        "($self, sub, start=None, end=None, /)",
        find::rfind,
        "The highest index of sub within self[start:end], or -1.",
    ),
    method(
        "rindex",
        "($self, sub, start=None, end=None, /)",
        find::rindex,
        "The highest index of sub within self[start:end]; ValueError when there is none.",
    ),
    method(
        "rjust",
        "($self, width, fillchar=' ', /)",
        strip::rjust,
        "The text at the right of width characters.",
    ),
    method(
        "rpartition",
        "($self, sep, /)",
        split::rpartition,
        "What stands before the last sep, sep, and what stands after it.",
    ),
    method(
        "rsplit",
        "($self, /, sep=None, maxsplit=-1)",
        split::rsplit,
        "The words between separators, splitting from the right at most maxsplit times.",
    ),
    method(
        "rstrip",
        "($self, chars=None, /)",
        strip::rstrip,
        "The text without trailing white space, or trailing characters of chars.",
    ),
    method(
        "split",
        "($self, /, sep=None, maxsplit=-1)",
        split::split,
        "The words between separators, splitting at most maxsplit times; runs of white space when sep is None.",
    ),
    method(
        "splitlines",
        "($self, /, keepends=False)",
        split::split_lines,
        "The lines of the text, with their ends when keepends is true.",
    ),
    method(
        "startswith",
        "($self, prefix, start=None, end=None, /)",
        find::starts_with,
        "Whether self[start:end] begins with prefix, or with one of a tuple of them.",
    ),
    method(
        "strip",
        "($self, chars=None, /)",
        strip::strip,
        "The text without leading and trailing white space, or characters of chars.",
    ),
    method(
        "swapcase",
        "($self, /)",
        case::swapcase,
        "The text with upper and lower case exchanged.",
    ),
    method(
        "title",
        "($self, /)",
        case::title,
        "The text with each word's first letter in title case, the others in lower case.",
    ),
    method(
        "translate",
        "($self, table, /)",
        translate::translate,
        "The text with each character replaced by what table[ord(character)] gives; None deletes.",
    ),
    method(
        "upper",
        "($self, /)",
        case::upper,
        "The text in upper case.",
    ),
    method(
        "zfill",
        "($self, width, /)",
        strip::zfill,
        "The text with zeros in front, after a sign, up to width characters.",
    ),
];

/// The receiver.
#[inline]
fn this(vm: &mut Vm, args: Args<'_>) -> Result<Gc<Str>> {
    args.this::<Str>(vm, 0)
}

/// A new `str` of WTF-8 bytes.
#[inline]
pub fn text(vm: &Vm, bytes: impl Into<Box<[u8]>>) -> Value {
    vm.heap.new_str(Str::from_wtf8(bytes)).into()
}

/// A method changed nothing: the string itself, or an exact copy of a subclass's instance.
fn unchanged(vm: &Vm, s: &Gc<Str>) -> Value {
    if s.ty() == &vm.types.str {
        s.value()
    } else {
        text(vm, s.bytes())
    }
}

/// Part of a string: itself when it is the whole.
fn part(vm: &Vm, s: &Gc<Str>, bytes: &[u8]) -> Value {
    if bytes.len() == s.bytes().len() {
        unchanged(vm, s)
    } else {
        text(vm, bytes)
    }
}

/// Argument `i` as a string: "find() argument 1 must be str, not int".
fn str_arg(vm: &mut Vm, args: Args<'_>, i: usize, name: &str) -> Result<Gc<Str>> {
    match args[i].downcast::<Str>() {
        Some(s) => Ok(s.clone()),
        None => {
            let found = vm.type_name_or_none(&args[i]);
            Err(vm.type_error(format!("{name} must be str, not {found}")))
        }
    }
}

/// Room for a result of so many bytes; `MemoryError` when there is none.
pub fn reserve(vm: &mut Vm, bytes: Option<usize>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    match bytes {
        Some(n) if out.try_reserve_exact(n).is_ok() => Ok(out),
        _ => Err(vm.out_of_memory()),
    }
}
