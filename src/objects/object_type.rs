//! The type `object`.

use super::types::{BASE, TypeDef};

pub static OBJECT: TypeDef = TypeDef {
    name: "object",
    flags: BASE,
    ..TypeDef::EMPTY
};
