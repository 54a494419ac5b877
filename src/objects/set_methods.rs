//! The types `set` and `frozenset`.

use super::typeobj::type_flags;
use super::types::{BASE, TypeDef};

pub static SET: TypeDef = TypeDef {
    name: "set",
    flags: BASE | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
pub static FROZENSET: TypeDef = TypeDef {
    name: "frozenset",
    flags: BASE | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
