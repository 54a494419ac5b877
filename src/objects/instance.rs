//! Plain instances, and the types of the singletons.

use super::types::{BASE, NO_NEW, TypeDef};
use crate::payload;

/// An instance with nothing but attributes: of `object` and of classes that derive from no other builtin.
pub struct Instance;
payload!(Instance, untracked);

/// The singletons are unboxed: these payloads only identify their types.
pub struct NoneObj;
payload!(NoneObj, untracked);
pub struct NotImplementedObj;
payload!(NotImplementedObj, untracked);
pub struct Ellipsis;
payload!(Ellipsis, untracked);

pub static NONE: TypeDef = TypeDef {
    name: "NoneType",
    ..TypeDef::EMPTY
};
pub static NOT_IMPLEMENTED: TypeDef = TypeDef {
    name: "NotImplementedType",
    ..TypeDef::EMPTY
};
pub static ELLIPSIS: TypeDef = TypeDef {
    name: "ellipsis",
    ..TypeDef::EMPTY
};
pub static SIMPLE_NAMESPACE: TypeDef = TypeDef {
    name: "types.SimpleNamespace",
    flags: BASE | super::typeobj::type_flags::DICT,
    ..TypeDef::EMPTY
};
#[allow(unused)]
const _: u32 = NO_NEW;
