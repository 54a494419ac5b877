//! `types.GenericAlias` (`list[int]`, PEP 585) and `types.UnionType` (`int | str`, PEP 604).

use super::header::ObjRef;
use super::types::{BASE, NO_NEW, TypeDef};
use super::value::{Value, visit_value};
use crate::payload;

pub struct GenericAlias {
    pub origin: Value,
    /// A tuple.
    pub args: Value,
    pub starred: bool,
}
payload!(GenericAlias, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.origin, visit);
        visit_value(&self.args, visit);
    }
});

pub struct Union {
    /// A tuple.
    pub args: Value,
}
payload!(Union, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.args, visit);
    }
});

pub static GENERIC_ALIAS: TypeDef = TypeDef {
    name: "types.GenericAlias",
    flags: BASE,
    ..TypeDef::EMPTY
};
pub static UNION: TypeDef = TypeDef {
    name: "types.UnionType",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};

use super::header::Gc;
use super::list::Tuple;
use super::str::Str;
use crate::vm::{Result, Vm};

impl Vm {
    /// `origin[args]` for a builtin generic class.
    pub fn new_generic_alias(&mut self, origin: Value, args: Value) -> Result<Value> {
        let args = if args.is::<Tuple>() {
            args
        } else {
            self.new_tuple(vec![args]).into()
        };
        let alias = GenericAlias {
            origin,
            args,
            starred: false,
        };
        Ok(self.heap.alloc(&self.types.generic_alias, alias).into())
    }

    /// Attributes of a generic alias: its own, then those of its origin.
    pub fn generic_alias_get_attr(
        &mut self,
        _alias: &Gc<GenericAlias>,
        obj: &Value,
        name: &Gc<Str>,
    ) -> Result<Option<Value>> {
        self.object_get_attr(obj, name)
    }
}
