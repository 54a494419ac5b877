//! The type `list`.

use super::typeobj::type_flags;
use super::types::{BASE, TypeDef};

pub static LIST: TypeDef = TypeDef {
    name: "list",
    doc: "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.",
    flags: BASE | type_flags::SEQUENCE | type_flags::MATCH_SELF,
    ..TypeDef::EMPTY
};
