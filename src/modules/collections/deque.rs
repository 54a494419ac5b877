//! `Deque`: the payload of `collections.deque`: the representation.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use crate::objects::header::ObjRef;
use crate::objects::value::{Value, visit_value};
use crate::payload;

#[derive(Default)]
pub struct Deque {
    /// Not borrowed across a call into the VM.
    pub items: RefCell<VecDeque<Value>>,
    pub maxlen: Cell<Option<usize>>,
    /// Counts changes of the length or order, so that those who walk notice.
    pub state: Cell<u64>,
}
payload!(Deque, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.items
            .borrow()
            .iter()
            .for_each(|v| visit_value(v, visit));
    }

    fn clear(&self) {
        drop(self.items.take());
    }
});

impl Deque {
    #[inline]
    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }

    #[inline]
    pub fn get(&self, at: usize) -> Option<Value> {
        self.items.borrow().get(at).cloned()
    }

    pub fn snapshot(&self) -> Vec<Value> {
        self.items.borrow().iter().cloned().collect()
    }

    /// The deque changes: those who walk it notice.
    #[inline]
    pub fn touch(&self) {
        self.state.set(self.state.get() + 1);
    }

    /// Adds at the right; what falls out at the left is dropped.
    #[inline]
    pub fn push_back(&self, value: Value) {
        self.touch();
        let mut items = self.items.borrow_mut();
        items.push_back(value);
        let out = if self.maxlen.get().is_some_and(|max| items.len() > max) {
            items.pop_front()
        } else {
            None
        };
        drop(items);
        drop(out);
    }

    /// Adds at the left; what falls out at the right is dropped.
    #[inline]
    pub fn push_front(&self, value: Value) {
        self.touch();
        let mut items = self.items.borrow_mut();
        items.push_front(value);
        let out = if self.maxlen.get().is_some_and(|max| items.len() > max) {
            items.pop_back()
        } else {
            None
        };
        drop(items);
        drop(out);
    }

    #[inline]
    pub fn pop_back(&self) -> Option<Value> {
        let item = self.items.borrow_mut().pop_back();
        if item.is_some() {
            self.touch();
        }
        item
    }

    #[inline]
    pub fn pop_front(&self) -> Option<Value> {
        let item = self.items.borrow_mut().pop_front();
        if item.is_some() {
            self.touch();
        }
        item
    }

    /// Empties the deque; the items are for the caller to drop.
    pub fn take_all(&self) -> VecDeque<Value> {
        self.touch();
        self.items.take()
    }

    /// Moves `n` items from the right end to the left, or with a negative `n` the other way.
    pub fn rotate(&self, n: i64) {
        let mut items = self.items.borrow_mut();
        if items.len() > 1 {
            let steps = n.rem_euclid(items.len() as i64) as usize;
            items.rotate_right(steps);
            drop(items);
            self.touch();
        }
    }
}
