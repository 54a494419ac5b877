//! The types `bytes` and `bytearray`.

use super::typeobj::type_flags;
use super::types::{BASE, TypeDef};

pub static BYTES: TypeDef = TypeDef {
    name: "bytes",
    flags: BASE | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
pub static BYTEARRAY: TypeDef = TypeDef {
    name: "bytearray",
    flags: BASE | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
