//! `weakref.ref` and the proxy types.

use super::types::{BASE, NO_NEW, TypeDef};

pub static REFERENCE: TypeDef = TypeDef {
    name: "weakref.ReferenceType",
    flags: BASE,
    ..TypeDef::EMPTY
};
pub static PROXY: TypeDef = TypeDef {
    name: "weakref.ProxyType",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static CALLABLE_PROXY: TypeDef = TypeDef {
    name: "weakref.CallableProxyType",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
