//! The type `tuple`.

use super::typeobj::type_flags;
use super::types::{BASE, TypeDef};

pub static TUPLE: TypeDef = TypeDef {
    name: "tuple",
    flags: BASE | type_flags::SEQUENCE | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
