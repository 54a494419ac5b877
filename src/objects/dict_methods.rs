//! The type `dict`.

use super::typeobj::type_flags;
use super::types::{BASE, TypeDef};

pub static DICT: TypeDef = TypeDef {
    name: "dict",
    flags: BASE | type_flags::MAPPING | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
