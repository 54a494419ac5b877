//! `dict_keys`, `dict_values`, `dict_items`.

use super::dict::Dict;
use super::header::{Gc, ObjRef};
use super::types::{NO_NEW, TypeDef};
use crate::payload;

/// A view of a dict; its type says of what.
pub struct DictView {
    pub dict: Gc<Dict>,
}
payload!(DictView, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.dict.obj());
    }
});

pub static DICT_KEYS: TypeDef = TypeDef {
    name: "dict_keys",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static DICT_VALUES: TypeDef = TypeDef {
    name: "dict_values",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static DICT_ITEMS: TypeDef = TypeDef {
    name: "dict_items",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
