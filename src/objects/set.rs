//! `Set`: the payload of `set` and `frozenset`: the representation. The methods live in `set_methods`.

use std::cell::{Cell, RefCell};

use super::header::ObjRef;
use super::value::{Value, visit_value};
use crate::payload;

/// A set of values. (The table that keeps CPython's order replaces `items`.)
#[derive(Default)]
pub struct Set {
    pub items: RefCell<Vec<(i64, Value)>>,
    /// Hash of a frozenset; `None` while unknown.
    pub hash: Cell<Option<i64>>,
}
payload!(Set, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.items
            .borrow()
            .iter()
            .for_each(|(_, v)| visit_value(v, visit));
    }

    fn clear(&self) {
        drop(self.items.take());
    }
});
