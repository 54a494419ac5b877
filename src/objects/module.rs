//! Modules: a namespace with a name.

use super::dict::Dict;
use super::header::{Gc, ObjRef};
use super::types::{BASE, TypeDef};
use crate::payload;

pub struct Module {
    pub dict: Gc<Dict>,
}
payload!(Module, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.dict.obj());
    }
});

pub static MODULE: TypeDef = TypeDef {
    name: "module",
    flags: BASE,
    ..TypeDef::EMPTY
};
