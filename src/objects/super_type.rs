//! `super`.

use super::header::ObjRef;
use super::types::{BASE, TypeDef};
use super::value::{Value, visit_value};
use crate::payload;
use std::cell::RefCell;

/// `thisclass`, `self` and `type(self)` (or self when it is a class); `Unbound` when not given.
pub struct Super {
    pub this_class: RefCell<Value>,
    pub obj: RefCell<Value>,
    pub obj_type: RefCell<Value>,
}
payload!(Super, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for v in [&self.this_class, &self.obj, &self.obj_type] {
            visit_value(&v.borrow(), visit);
        }
    }
});

pub static SUPER: TypeDef = TypeDef {
    name: "super",
    flags: BASE,
    ..TypeDef::EMPTY
};

use super::header::Gc;
use super::str::Str;
use crate::vm::{Result, Vm};

impl Vm {
    /// `super.__getattribute__`
    pub fn super_get_attr(
        &mut self,
        _sup: &Gc<Super>,
        obj: &Value,
        name: &Gc<Str>,
    ) -> Result<Option<Value>> {
        self.object_get_attr(obj, name)
    }
}
