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
    flags: BASE | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
pub static BOOL: TypeDef = TypeDef {
    name: "bool",
    flags: type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
pub static FLOAT: TypeDef = TypeDef {
    name: "float",
    flags: BASE | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
pub static COMPLEX: TypeDef = TypeDef {
    name: "complex",
    flags: BASE,
    ..TypeDef::EMPTY
};
