//! The types `bytes` and `bytearray`: the tables of their methods, and what they share.
//!
//! - `create.rs` makes them; `basic.rs` is operators, comparison, items, texts.
//! - `search.rs`, `split.rs`, `ascii.rs` by family; `mutate.rs` is what only `bytearray` has.
//!
//! Both types have the same functions: a method looks at the content through `see` and makes a result
//! of its receiver's kind. No look at a bytearray's content lasts over a call into the VM.

mod ascii;
mod basic;
pub mod create;
mod hex;
mod mutate;
mod search;
mod split;

pub use hex::{digits, separator};

use super::buffer::see_bytes;
use super::bytes::{ByteArray, Bytes};
use super::native::{Args, NativeDef, class_method, method, new, static_method};
use super::typeobj::type_flags;
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::vm::{Result, Vm};

pub static BYTES: TypeDef = TypeDef {
    name: "bytes",
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nAn immutable sequence of bytes.",
    flags: BASE | type_flags::MATCH_SELF,
    methods: BYTES_METHODS,
    ..TypeDef::EMPTY
};

pub static BYTEARRAY: TypeDef = TypeDef {
    name: "bytearray",
    doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nA mutable sequence of bytes.",
    flags: BASE | type_flags::MATCH_SELF,
    methods: BYTEARRAY_METHODS,
    ..TypeDef::EMPTY
};

/// The rows that both types have, and then those of one.
macro_rules! rows {
    ($($own:expr),* $(,)?) => { &[
        method("__repr__", "($self, /)", basic::repr, "Return repr(self)."),
        method("__str__", "($self, /)", basic::repr, "Return str(self)."),
        method("__len__", "($self, /)", basic::len, "Return len(self)."),
        method("__eq__", "($self, value, /)", basic::eq, "Return self==value."),
        method("__ne__", "($self, value, /)", basic::ne, "Return self!=value."),
        method("__lt__", "($self, value, /)", basic::lt, "Return self<value."),
        method("__le__", "($self, value, /)", basic::le, "Return self<=value."),
        method("__gt__", "($self, value, /)", basic::gt, "Return self>value."),
        method("__ge__", "($self, value, /)", basic::ge, "Return self>=value."),
        method("__add__", "($self, value, /)", basic::add, "Return self+value."),
        method("__mul__", "($self, value, /)", basic::mul, "Return self*value."),
        method("__rmul__", "($self, value, /)", basic::mul, "Return value*self."),
        method("__mod__", "($self, value, /)", basic::modulo, "Return self%value."),
        method("__rmod__", "($self, value, /)", basic::reflected_modulo, "Return value%self."),
        method("__getitem__", "($self, key, /)", basic::get_item, "Return self[key]."),
        method("__contains__", "($self, key, /)", search::contains, "Return bool(key in self)."),
        method("__iter__", "($self, /)", basic::iter, "Implement iter(self)."),
        method("__sizeof__", "($self, /)", basic::size_of, "Size of the object in memory, in bytes."),
        method("__buffer__", "($self, flags, /)", basic::buffer, "A memoryview of the content."),
        method("capitalize", "($self, /)", ascii::capitalize, "A copy with the first letter upper and the others lower case (ASCII)."),
        method("center", "($self, width, fillchar=b' ', /)", ascii::center, "The content centered in width bytes."),
        method("count", "($self, sub, start=None, end=None, /)", search::count, "How often sub, bytes or an int, occurs in self[start:end], without overlaps."),
        method("decode", "($self, /, encoding='utf-8', errors='strict')", create::decode, "The content as text.\n\n  encoding\n    The codec that reads it.\n  errors\n    What happens where it does not fit: 'strict', 'ignore', 'replace', ..."),
        method("endswith", "($self, suffix, start=None, end=None, /)", search::ends_with, "Whether self[start:end] ends with suffix, or with one of a tuple of them."),
        method("expandtabs", "($self, /, tabsize=8)", ascii::expand_tabs, "A copy with tabs as spaces up to the next multiple of tabsize."),
        method("find", "($self, sub, start=None, end=None, /)", search::find, "The lowest index of sub, bytes or an int, within self[start:end], or -1."),
        class_method("fromhex", "($type, string, /)", hex::from_hex, "The bytes of a text of hexadecimal numbers; spaces between two are skipped."),
        method("hex", "($self, sep=None, bytes_per_sep=1)", hex::to_hex, "The content as hexadecimal text.\n\n  sep\n    A character put between groups.\n  bytes_per_sep\n    How many bytes make a group, counted from the right; from the left when negative."),
        method("index", "($self, sub, start=None, end=None, /)", search::index, "The lowest index of sub within self[start:end]; ValueError when there is none."),
        method("isalnum", "($self, /)", ascii::is_alnum, "Whether all bytes are ASCII letters or digits, and there is one."),
        method("isalpha", "($self, /)", ascii::is_alpha, "Whether all bytes are ASCII letters, and there is one."),
        method("isascii", "($self, /)", ascii::is_ascii, "Whether all bytes are ASCII."),
        method("isdigit", "($self, /)", ascii::is_digit, "Whether all bytes are ASCII digits, and there is one."),
        method("islower", "($self, /)", ascii::is_lower, "Whether all cased bytes are lower case, and there is one."),
        method("isspace", "($self, /)", ascii::is_space, "Whether all bytes are ASCII white space, and there is one."),
        method("istitle", "($self, /)", ascii::is_title, "Whether upper case follows only uncased bytes and lower case only cased ones."),
        method("isupper", "($self, /)", ascii::is_upper, "Whether all cased bytes are upper case, and there is one."),
        method("join", "($self, iterable_of_bytes, /)", split::join, "The bytes-like objects of the iterable with this between them."),
        method("ljust", "($self, width, fillchar=b' ', /)", ascii::ljust, "The content at the left of width bytes."),
        method("lower", "($self, /)", ascii::lower, "A copy in lower case (ASCII)."),
        method("lstrip", "($self, bytes=None, /)", ascii::lstrip, "A copy without leading bytes of the argument; ASCII white space when None."),
        static_method("maketrans", "(frm, to, /)", search::make_trans, "A table for translate() that maps each byte of frm to that of to at the same place."),
        method("partition", "($self, sep, /)", split::partition, "What stands before the first sep, sep, and what stands after it."),
        method("removeprefix", "($self, prefix, /)", ascii::remove_prefix, "The content without the prefix, if it begins with it."),
        method("removesuffix", "($self, suffix, /)", ascii::remove_suffix, "The content without the suffix, if it ends with it."),
        method("replace", "($self, old, new, count=-1, /)", search::replace, "A copy with the first count occurrences of old replaced by new; all when count is -1."),
        method("rfind", "($self, sub, start=None, end=None, /)", search::rfind, "The highest index of sub, bytes or an int, within self[start:end], or -1."),
        method("rindex", "($self, sub, start=None, end=None, /)", search::rindex, "The highest index of sub within self[start:end]; ValueError when there is none."),
        method("rjust", "($self, width, fillchar=b' ', /)", ascii::rjust, "The content at the right of width bytes."),
        method("rpartition", "($self, sep, /)", split::rpartition, "What stands before the last sep, sep, and what stands after it."),
        method("rsplit", "($self, /, sep=None, maxsplit=-1)", split::rsplit, "The parts between separators, splitting from the right at most maxsplit times."),
        method("rstrip", "($self, bytes=None, /)", ascii::rstrip, "A copy without trailing bytes of the argument; ASCII white space when None."),
        method("split", "($self, /, sep=None, maxsplit=-1)", split::split, "The parts between separators, splitting at most maxsplit times; runs of ASCII white space when sep is None."),
        method("splitlines", "($self, /, keepends=False)", split::split_lines, "The lines, with their ends when keepends is true."),
        method("startswith", "($self, prefix, start=None, end=None, /)", search::starts_with, "Whether self[start:end] begins with prefix, or with one of a tuple of them."),
        method("strip", "($self, bytes=None, /)", ascii::strip, "A copy without leading and trailing bytes of the argument; ASCII white space when None."),
        method("swapcase", "($self, /)", ascii::swapcase, "A copy with upper and lower case exchanged (ASCII)."),
        method("title", "($self, /)", ascii::title, "A copy with each word's first letter upper, the others lower case (ASCII)."),
        method("translate", "($self, table, /, delete=b'')", search::translate, "A copy without the bytes of delete, the others mapped by the table of 256 bytes."),
        method("upper", "($self, /)", ascii::upper, "A copy in upper case (ASCII)."),
        method("zfill", "($self, width, /)", ascii::zfill, "The content with zeros in front, after a sign, up to width bytes."),
        $($own),*
    ] };
}

static BYTES_METHODS: &[NativeDef] = rows! {
    new("(source=b'', encoding='utf-8', errors='strict')", create::bytes_new),
    method("__hash__", "($self, /)", basic::hash, "Return hash(self)."),
    method("__bytes__", "($self, /)", create::to_bytes, "Convert this value to exact type bytes."),
    method("__getnewargs__", "($self, /)", basic::get_new_args, ""),
};

static BYTEARRAY_METHODS: &[NativeDef] = rows! {
    new("(*args, **kwargs)", create::bytearray_new),
    method("__init__", "($self, /, source=b'', encoding='utf-8', errors='strict')", create::bytearray_init, "Initialize self.  See help(type(self)) for accurate signature."),
    method("__setitem__", "($self, key, value, /)", mutate::set_item, "Set self[key] to value."),
    method("__delitem__", "($self, key, /)", mutate::del_item, "Delete self[key]."),
    method("__iadd__", "($self, value, /)", mutate::in_place_add, "Implement self+=value."),
    method("__imul__", "($self, value, /)", mutate::in_place_mul, "Implement self*=value."),
    method("__alloc__", "($self, /)", mutate::alloc, "Number of bytes that are allocated."),
    method("__reduce__", "($self, /)", mutate::reduce, "How to pickle the object."),
    method("__reduce_ex__", "($self, proto=0, /)", mutate::reduce_ex, "How to pickle the object."),
    method("append", "($self, item, /)", mutate::append, "Append one byte, given as an int."),
    method("clear", "($self, /)", mutate::clear, "Remove all bytes."),
    method("copy", "($self, /)", mutate::copy, "A copy."),
    method("extend", "($self, iterable_of_ints, /)", mutate::extend, "Append the ints of an iterable, or bytes."),
    method("insert", "($self, index, item, /)", mutate::insert, "Insert one byte before the index."),
    method("pop", "($self, index=-1, /)", mutate::pop, "Remove the byte at the index and return it."),
    method("remove", "($self, value, /)", mutate::remove, "Remove the first occurrence of a byte."),
    method("reverse", "($self, /)", mutate::reverse, "Reverse the order of the bytes."),
};

/// Looks at the receiver's content.
#[inline]
fn see<R>(vm: &mut Vm, args: Args<'_>, look: impl FnOnce(&[u8]) -> R) -> Result<R> {
    match see_bytes(&args[0], look) {
        Some(found) => Ok(found),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

/// A result of the receiver's kind.
fn make(vm: &Vm, like: &Value, data: Vec<u8>) -> Value {
    if like.is::<ByteArray>() {
        vm.new_bytearray(data)
    } else {
        vm.new_bytes(data)
    }
}

/// Part of the receiver: an exact `bytes` is its own whole.
fn part(vm: &Vm, like: &Value, data: Vec<u8>) -> Value {
    if let Some(bytes) = like.downcast::<Bytes>()
        && bytes.ty() == &vm.types.bytes
        && bytes.data.len() == data.len()
    {
        return like.clone();
    }
    make(vm, like, data)
}

impl Vm {
    pub fn new_bytearray(&self, data: Vec<u8>) -> Value {
        let array = ByteArray {
            data: data.into(),
            exports: 0.into(),
        };
        self.heap.alloc(&self.types.bytearray, array).into()
    }

    /// An int in range(0, 256): "byte must be in range(0, 256)".
    pub fn byte_arg(&mut self, value: &Value) -> Result<u8> {
        match self.index(value)?.to_i64().map(u8::try_from) {
            Some(Ok(byte)) => Ok(byte),
            _ => Err(self.value_error("byte must be in range(0, 256)")),
        }
    }
}
