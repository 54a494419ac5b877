//! The type `type`: what classes are instances of.

use super::types::{BASE, TypeDef};

pub static TYPE: TypeDef = TypeDef {
    name: "type",
    flags: BASE,
    ..TypeDef::EMPTY
};
