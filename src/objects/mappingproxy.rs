//! `types.MappingProxyType`.

use super::header::ObjRef;
use super::typeobj::type_flags;
use super::types::TypeDef;
use super::value::{Value, visit_value};
use crate::payload;

/// A read-only view of a mapping.
pub struct MappingProxy {
    pub mapping: Value,
}
payload!(MappingProxy, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.mapping, visit);
    }
});

pub static MAPPINGPROXY: TypeDef = TypeDef {
    name: "mappingproxy",
    flags: type_flags::MAPPING,
    ..TypeDef::EMPTY
};
