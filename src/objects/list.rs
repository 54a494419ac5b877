//! `List`: the payload of `list`; and `Tuple`, that of `tuple`: the representations.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;

use super::header::ObjRef;
use super::value::{Value, visit_value};
use crate::payload;

/// A vector of values. Methods never hold a reference to its inside across a call into the VM.
#[derive(Default)]
pub struct List {
    items: UnsafeCell<Vec<Value>>,
}

payload!(List, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.items().iter().for_each(|v| visit_value(v, visit));
    }

    fn clear(&self) {
        drop(self.replace(Vec::new()));
    }
});

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> List {
        List {
            items: UnsafeCell::new(items),
        }
    }
}

/// The last item goes first, as in CPython: scripts see it in the order of their `__del__`.
impl Drop for List {
    fn drop(&mut self) {
        while self.items.get_mut().pop().is_some() {}
    }
}

// SAFETY of the accesses through `UnsafeCell`: an isolate has one thread, and values are moved out
// before they are dropped. `items()` is not held across a call into the VM: see its doc.
impl List {
    /// The items. Don't hold the slice across anything that can run script code or change the list:
    /// take a `snapshot` or go by index for that.
    #[inline]
    pub fn items(&self) -> &[Value] {
        unsafe { &*self.items.get() }
    }

    /// The vector itself, for changes that neither run script code nor drop values on the way.
    #[inline]
    #[allow(clippy::mut_from_ref)]
    pub fn items_mut(&self) -> &mut Vec<Value> {
        unsafe { &mut *self.items.get() }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.items().len()
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.items().is_empty()
    }

    #[inline]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items().get(index).cloned()
    }

    /// Replaces item `index` if there is one; false otherwise.
    #[inline]
    pub fn set(&self, index: usize, value: Value) -> bool {
        match self.items_mut().get_mut(index) {
            Some(place) => {
                drop(std::mem::replace(place, value));
                true
            }
            None => false,
        }
    }

    #[inline]
    pub fn push(&self, value: Value) {
        self.items_mut().push(value);
    }

    /// A copy of the items, safe to hold.
    pub fn snapshot(&self) -> Vec<Value> {
        self.items().to_vec()
    }

    /// Puts `items` in place of what is there, which is returned.
    pub fn replace(&self, items: Vec<Value>) -> Vec<Value> {
        std::mem::replace(self.items_mut(), items)
    }
}

/// An immutable sequence of values.
pub struct Tuple {
    items: UnsafeCell<Box<[Value]>>,
}

payload!(Tuple, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.items().iter().for_each(|v| visit_value(v, visit));
    }

    // Only the collector clears, and only what nothing can reach any more.
    fn clear(&self) {
        // SAFETY: no reference to the items is held: the tuple is unreachable.
        drop(std::mem::take(unsafe { &mut *self.items.get() }));
    }
});

/// The last item goes first, as in a list.
impl Drop for Tuple {
    fn drop(&mut self) {
        let mut items = std::mem::take(self.items.get_mut()).into_vec();
        while items.pop().is_some() {}
    }
}

impl From<Vec<Value>> for Tuple {
    fn from(items: Vec<Value>) -> Tuple {
        Tuple {
            items: UnsafeCell::new(items.into_boxed_slice()),
        }
    }
}

impl Tuple {
    #[inline]
    pub fn items(&self) -> &[Value] {
        // SAFETY: changed only by the collector, when the tuple is unreachable.
        unsafe { &*self.items.get() }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.items().len()
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.items().is_empty()
    }
}
