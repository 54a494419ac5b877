//! `WeakRef`: the payload of `weakref.ref` and the proxies.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

use super::header::{Gc, Header, ObjRef};
use super::heap::Heap;
use super::value::{Value, visit_value};
use crate::payload;

/// A reference that does not count. The heap's table leads from the target back to it, so that it
/// can be told when the target goes.
pub struct WeakRef {
    target: Cell<Option<NonNull<Header>>>,
    callback: RefCell<Value>,
    /// The target's hash, once asked for: it stays when the target is gone.
    pub hash: Cell<Option<i64>>,
}

payload!(WeakRef, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.callback.borrow(), visit);
    }

    fn clear(&self) {
        drop(self.take_callback());
    }

    fn unlink(&self, me: NonNull<Header>, heap: &Heap) {
        if let Some(target) = self.target.take() {
            heap.remove_weakref(target, me);
        }
    }
});

impl WeakRef {
    /// A payload that refers to nothing yet: [`WeakRef::point`] it once it is on the heap.
    pub fn new(callback: Value) -> WeakRef {
        WeakRef {
            target: Cell::new(None),
            callback: RefCell::new(callback),
            hash: Cell::new(None),
        }
    }

    /// Makes `weakref` refer to `target`.
    pub fn point(weakref: &Gc<WeakRef>, target: &ObjRef, heap: &Heap) {
        weakref.target.set(Some(target.as_ptr()));
        heap.add_weakref(target, weakref.obj().as_ptr());
    }

    /// The target, or `None` when it is gone.
    #[allow(unsafe_code)]
    pub fn get(&self) -> Option<ObjRef> {
        // SAFETY: `die` is called before the target's memory goes.
        self.target.get().map(|ptr| unsafe { ObjRef::share(ptr) })
    }

    pub fn is_dead(&self) -> bool {
        self.target.get().is_none()
    }

    pub(crate) fn die(&self) {
        self.target.set(None);
    }

    pub fn callback(&self) -> Option<Value> {
        self.callback.borrow().given_not_none().cloned()
    }

    pub(crate) fn take_callback(&self) -> Option<Value> {
        let callback = std::mem::take(&mut *self.callback.borrow_mut());
        callback.given_not_none().cloned()
    }
}
