//! What scripts see of functions, code objects, cells, bound methods, `classmethod`,
//! `staticmethod` and `property`.

use super::typeobj::type_flags::{DICT, WEAKREF};
use super::types::{BASE, NO_NEW, TypeDef};

pub static FUNCTION: TypeDef = TypeDef {
    name: "function",
    flags: DICT | WEAKREF,
    ..TypeDef::EMPTY
};
pub static CODE: TypeDef = TypeDef {
    name: "code",
    flags: WEAKREF,
    ..TypeDef::EMPTY
};
pub static CELL: TypeDef = TypeDef {
    name: "cell",
    ..TypeDef::EMPTY
};
pub static METHOD: TypeDef = TypeDef {
    name: "method",
    flags: WEAKREF,
    ..TypeDef::EMPTY
};
pub static CLASSMETHOD: TypeDef = TypeDef {
    name: "classmethod",
    flags: BASE | DICT,
    ..TypeDef::EMPTY
};
pub static STATICMETHOD: TypeDef = TypeDef {
    name: "staticmethod",
    flags: BASE | DICT,
    ..TypeDef::EMPTY
};
pub static PROPERTY: TypeDef = TypeDef {
    name: "property",
    flags: BASE,
    ..TypeDef::EMPTY
};
#[allow(unused)]
const _: u32 = NO_NEW;
