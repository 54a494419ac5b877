//! The type `str`.

use super::typeobj::type_flags;
use super::types::{BASE, TypeDef};

pub static STR: TypeDef = TypeDef {
    name: "str",
    flags: BASE | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
