//! Payloads of the numeric types: what does not fit the unboxed `Int` and `Float`.

use num_bigint::BigInt;

use super::typeobj::type_flags;
use super::types::{BASE, TypeDef};
use crate::payload;

/// An `int` on the heap: large, or an instance of a subclass (`bool` has no heap form).
/// An exact `int` that fits `i64` is never one of these.
pub struct IntObj(pub BigInt);
payload!(IntObj, untracked);

/// An instance of a subclass of `float`.
pub struct FloatObj(pub f64);
payload!(FloatObj, untracked);

pub struct ComplexObj {
    pub re: f64,
    pub im: f64,
}
payload!(ComplexObj, untracked);

pub static INT: TypeDef = TypeDef {
    name: "int",
    doc: super::int_methods::DOC,
    flags: BASE | type_flags::MATCH_SELF,
    methods: super::int_methods::METHODS,
    getsets: super::int_methods::GETSETS,
    ..TypeDef::EMPTY
};
pub static BOOL: TypeDef = TypeDef {
    name: "bool",
    doc: super::bool_methods::DOC,
    flags: type_flags::MATCH_SELF,
    methods: super::bool_methods::METHODS,
    getsets: &[],
    ..TypeDef::EMPTY
};
pub static FLOAT: TypeDef = TypeDef {
    name: "float",
    doc: "Convert a string or number to a floating-point number, if possible.",
    flags: BASE | type_flags::MATCH_SELF,
    methods: super::float_methods::METHODS,
    getsets: super::float_methods::GETSETS,
    ..TypeDef::EMPTY
};
pub static COMPLEX: TypeDef = TypeDef {
    name: "complex",
    doc: "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components.",
    flags: BASE,
    methods: super::complex_methods::METHODS,
    getsets: super::complex_methods::GETSETS,
    ..TypeDef::EMPTY
};
