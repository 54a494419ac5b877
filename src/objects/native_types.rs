//! The types of functions and methods written in Rust, and of the descriptors of native types.

use super::header::{Gc, ObjRef};
use super::str::Str;
use super::typeobj::Type;
use super::types::{NO_NEW, TypeDef};
use crate::payload;

/// Where a member descriptor finds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberPlace {
    /// A slot of the instance's attributes (`__slots__`).
    Slot(usize),
    /// A field of an exception.
    Field(usize),
    /// An item of a tuple (struct sequences).
    Item(usize),
}

/// A descriptor of a slot.
pub struct Member {
    pub name: Gc<Str>,
    pub owner: Gc<Type>,
    pub place: MemberPlace,
}

payload!(Member, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.name.obj());
        visit(self.owner.obj());
    }
});

pub static BUILTIN_FUNCTION: TypeDef = TypeDef {
    name: "builtin_function_or_method",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static METHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "method_descriptor",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static WRAPPER_DESCRIPTOR: TypeDef = TypeDef {
    name: "wrapper_descriptor",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static CLASSMETHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "classmethod_descriptor",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static METHOD_WRAPPER: TypeDef = TypeDef {
    name: "method-wrapper",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static GETSET_DESCRIPTOR: TypeDef = TypeDef {
    name: "getset_descriptor",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static MEMBER_DESCRIPTOR: TypeDef = TypeDef {
    name: "member_descriptor",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
