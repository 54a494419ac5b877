//! `range` and `slice`.

use super::header::ObjRef;
use super::typeobj::type_flags;
use super::types::TypeDef;
use super::value::{Value, visit_value};
use crate::payload;

/// A range. The bounds are ints, large ones too.
pub struct Range {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
    /// Number of items.
    pub len: Value,
}
payload!(Range, untracked);

/// A slice object of any three values.
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}
payload!(Slice, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for v in [&self.start, &self.stop, &self.step] {
            visit_value(v, visit);
        }
    }
});

pub static RANGE: TypeDef = TypeDef {
    name: "range",
    flags: type_flags::SEQUENCE,
    ..TypeDef::EMPTY
};
pub static SLICE: TypeDef = TypeDef {
    name: "slice",
    ..TypeDef::EMPTY
};
