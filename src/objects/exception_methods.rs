//! `BaseException` and what some of its subclasses have of their own.

use super::types::{BASE, TypeDef};

pub static BASE_EXCEPTION: TypeDef = TypeDef {
    name: "BaseException",
    flags: BASE,
    ..TypeDef::EMPTY
};

/// Methods that a builtin exception class adds to those of its base.
pub fn own_methods(_name: &str) -> Option<&'static TypeDef> {
    None
}
