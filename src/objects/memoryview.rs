//! `memoryview`.

use super::header::ObjRef;
use super::types::TypeDef;
use super::value::{Value, visit_value};
use crate::payload;

/// A window on the bytes of another object.
pub struct MemoryView {
    pub object: Value,
}
payload!(MemoryView, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.object, visit);
    }
});

pub static MEMORYVIEW: TypeDef = TypeDef {
    name: "memoryview",
    ..TypeDef::EMPTY
};
