//! An isolate's heap: allocation, the list of tracked objects, cycle collection, weak references,
//! interned strings and the queue of finalizers.
//!
//! Memory is counted by references; this collector finds what only cycles keep alive, as CPython's
//! does (devguide, "Garbage collector design"): subtract the references that tracked objects hold
//! on each other from their counts; what keeps a count is reachable from outside, and so is all
//! that it reaches; the rest is garbage.
//!
//! Nothing here runs script code. Finalizers and weak reference callbacks are queued, and the
//! attention word tells the VM to run them at the next instruction boundary.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::dict::Dict;
use super::header::{Gc, Header, ObjRef, Payload, alloc_raw, destroy};
use super::names::Slot;
use super::shape::Attrs;
use super::str::Str;
use super::typeobj::Type;
use super::value::Value;
use super::weakref::WeakRef;

/// Bits of the attention word: why the VM should leave its straight path.
pub mod attention {
    /// Tracked objects have grown past the threshold.
    pub const COLLECT: u32 = 1;
    /// Finalizers or weak reference callbacks wait.
    pub const FINALIZE: u32 = 2;
    /// The time slice is over (also set by the torture mode).
    pub const SLICE: u32 = 4;
    /// A signal arrived.
    pub const SIGNAL: u32 = 8;
    /// The host wants the isolate to stop.
    pub const CANCEL: u32 = 16;
    /// A limit may have been passed.
    pub const LIMIT: u32 = 32;
}

/// What waits to be run by the VM.
pub enum Pending {
    /// The object's finalizer: `__del__`, closing a generator, a warning.
    Finalize(ObjRef),
    /// A weak reference's callback with the weak reference.
    Callback { callback: Value, weakref: ObjRef },
}

const FIRST_THRESHOLD: usize = 20_000;
/// How deep drops may nest before the rest is put off.
const MAX_DROP_DEPTH: u32 = 128;

pub struct Heap {
    live: Cell<usize>,
    tracked: UnsafeCell<Vec<NonNull<Header>>>,
    threshold: Cell<usize>,
    /// Whether collections start by themselves (`gc.disable()`).
    pub auto_collect: Cell<bool>,
    /// Torture mode: ask for a collection at every tracked allocation.
    pub torture: Cell<bool>,
    collecting: Cell<bool>,
    pending: RefCell<Vec<Pending>>,
    weakrefs: RefCell<HashMap<usize, Vec<NonNull<Header>>>>,
    interned: RefCell<InternTable>,
    drop_depth: Cell<u32>,
    put_off: UnsafeCell<Vec<NonNull<Header>>>,
    attention: Arc<AtomicU32>,
    next_version: Cell<u32>,
    pub collections: Cell<u64>,
    core: UnsafeCell<Option<CoreTypes>>,
}

/// The types whose objects the object layer itself makes.
pub struct CoreTypes {
    pub str: Gc<Type>,
    pub dict: Gc<Type>,
    /// By [`Slot`].
    pub slot_names: Vec<Gc<Str>>,
}

#[derive(Default)]
struct InternTable {
    by_text: hashbrown::HashTable<NonNull<Header>>,
}

impl Default for Heap {
    fn default() -> Self {
        Heap {
            live: Cell::new(0),
            tracked: UnsafeCell::default(),
            threshold: Cell::new(FIRST_THRESHOLD),
            auto_collect: Cell::new(true),
            torture: Cell::new(false),
            collecting: Cell::new(false),
            pending: RefCell::default(),
            weakrefs: RefCell::default(),
            interned: RefCell::default(),
            drop_depth: Cell::new(0),
            put_off: UnsafeCell::default(),
            attention: Arc::default(),
            next_version: Cell::new(1),
            collections: Cell::new(0),
            core: UnsafeCell::new(None),
        }
    }
}

impl Heap {
    /// A new object of type `ty`, with room for attributes when the type says so.
    #[inline]
    pub fn alloc<T: Payload>(&self, ty: &Gc<Type>, payload: T) -> Gc<T> {
        let attrs = if ty.has_attrs() {
            Some(Attrs::new(ty))
        } else {
            None
        };
        let gc = alloc_raw(ty, payload, attrs);
        self.live.set(self.live.get() + 1);
        if T::vtable().tracked || ty.has_attrs() {
            self.track(gc.obj().as_ptr());
        }
        gc
    }

    /// Says, at the isolate's start, what the core types are; `None` lets go of them at its end.
    pub(crate) fn set_core(&self, core: Option<CoreTypes>) {
        // SAFETY: no reference into the cell is held while the old content is dropped: it was moved.
        drop(unsafe { std::mem::replace(&mut *self.core.get(), core) });
    }

    #[inline]
    fn core(&self) -> &CoreTypes {
        // SAFETY: written at the isolate's start and end only, when nobody reads.
        match unsafe { &*self.core.get() } {
            Some(core) => core,
            None => unreachable!("the core types are set before any other object is made"),
        }
    }

    /// The interned name of a special method.
    pub fn slot_name(&self, slot: Slot) -> Gc<Str> {
        self.core().slot_names[slot as usize].clone()
    }

    #[inline]
    pub fn new_dict(&self) -> Gc<Dict> {
        self.alloc(&self.core().dict, Dict::default())
    }

    #[inline]
    pub fn new_str(&self, s: impl Into<Str>) -> Gc<Str> {
        self.alloc(&self.core().str, s.into())
    }

    /// The interned string of a text.
    pub fn intern_str(&self, text: &str) -> Gc<Str> {
        let hash = super::str::hash_bytes(text.as_bytes());
        let table = self.interned.borrow();
        // SAFETY: interned strings remove themselves from the table before they go.
        let found = table
            .by_text
            .find(hash as u64, |p| {
                unsafe { Str::at(*p) }.bytes() == text.as_bytes()
            })
            .map(|p| unsafe { Gc::from_obj(ObjRef::share(*p)) });
        drop(table);
        found.unwrap_or_else(|| self.intern(&self.new_str(text)))
    }

    /// Counts an object that was made outside [`Heap::alloc`].
    pub(crate) fn adopt(&self, obj: &ObjRef) {
        self.live.set(self.live.get() + 1);
        self.track(obj.as_ptr());
    }

    /// Number of objects alive.
    pub fn live(&self) -> usize {
        self.live.get()
    }

    /// Number of tracked objects alive.
    pub fn tracked_count(&self) -> usize {
        // SAFETY: no reference into the vector outlives a statement of this module.
        unsafe { (*self.tracked.get()).len() }
    }

    /// The word that the VM tests at back-edges and calls; other threads may set bits in it.
    pub fn attention(&self) -> &Arc<AtomicU32> {
        &self.attention
    }

    #[inline]
    pub fn ask(&self, bit: u32) {
        self.attention.fetch_or(bit, Ordering::Relaxed);
    }

    /// A number never given before: versions of types, dict layouts and shapes. Zero is never given.
    #[inline]
    pub fn fresh_version(&self) -> u32 {
        let n = self.next_version.get();
        self.next_version.set(n.checked_add(1).unwrap_or(1));
        n
    }

    fn track(&self, ptr: NonNull<Header>) {
        // SAFETY: as above; `ptr` is alive.
        let tracked = unsafe { &mut *self.tracked.get() };
        if tracked.len() >= Header::MAX_TRACKED {
            return;
        }
        tracked.push(ptr);
        // SAFETY: `ptr` is alive.
        unsafe { ptr.as_ref() }.set_track_index(Some(tracked.len() - 1));
        if (tracked.len() >= self.threshold.get() && self.auto_collect.get()) || self.torture.get()
        {
            self.ask(attention::COLLECT);
        }
    }

    pub(crate) fn untrack(&self, ptr: NonNull<Header>) {
        // SAFETY: as above; both objects are alive.
        unsafe {
            let tracked = &mut *self.tracked.get();
            if let Some(index) = ptr.as_ref().track_index() {
                tracked.swap_remove(index);
                if let Some(moved) = tracked.get(index) {
                    moved.as_ref().set_track_index(Some(index));
                }
                ptr.as_ref().set_track_index(None);
            }
        }
    }

    /// Every tracked object (`gc.get_objects`).
    pub fn tracked_objects(&self) -> Vec<ObjRef> {
        // SAFETY: tracked objects are alive.
        unsafe {
            (*self.tracked.get())
                .iter()
                .map(|&ptr| ObjRef::share(ptr))
                .collect()
        }
    }

    // ---- destruction -----------------------------------------------------------------------

    /// Drops an object without letting a long chain of drops use up the stack.
    pub(crate) fn drop_bounded(&self, ptr: NonNull<Header>) {
        // SAFETY: `ptr` has no references left; each pointer is dropped once.
        unsafe {
            if self.drop_depth.get() >= MAX_DROP_DEPTH {
                (*self.put_off.get()).push(ptr);
                return;
            }
            self.drop_depth.set(self.drop_depth.get() + 1);
            self.live.set(self.live.get().wrapping_sub(1));
            destroy(ptr);
            self.drop_depth.set(self.drop_depth.get() - 1);
            if self.drop_depth.get() == 0 {
                while let Some(ptr) = (*self.put_off.get()).pop() {
                    self.drop_depth.set(1);
                    self.live.set(self.live.get().wrapping_sub(1));
                    destroy(ptr);
                    self.drop_depth.set(0);
                }
            }
        }
    }

    pub(crate) fn queue_finalizer(&self, obj: ObjRef) {
        self.pending.borrow_mut().push(Pending::Finalize(obj));
        self.ask(attention::FINALIZE);
    }

    /// Whether something waits to be run.
    pub fn has_pending(&self) -> bool {
        !self.pending.borrow().is_empty()
    }

    /// Takes what waits to be run, oldest first.
    pub fn take_pending(&self) -> Vec<Pending> {
        std::mem::take(&mut *self.pending.borrow_mut())
    }

    // ---- cycle collection ------------------------------------------------------------------

    /// Finds and frees garbage in cycles. Returns how many unreachable objects were found.
    /// Objects with finalizers are queued first, and freed by a later collection.
    pub fn collect(&self) -> usize {
        if self.collecting.replace(true) {
            return 0;
        }
        self.collections.set(self.collections.get() + 1);
        let garbage = self.find_garbage();
        let found = garbage.len();
        let with_finalizer: Vec<bool> = garbage.iter().map(ObjRef::wants_finalizer).collect();
        if with_finalizer.contains(&true) {
            for (obj, wants) in garbage.iter().zip(&with_finalizer) {
                if *wants {
                    obj.header().set_finalized();
                    self.queue_finalizer(obj.clone());
                }
            }
        } else {
            for obj in &garbage {
                if obj.header().has_weakrefs() {
                    self.clear_weakrefs(obj.as_ptr());
                }
            }
            for obj in &garbage {
                obj.clear();
            }
        }
        drop(garbage);
        let tracked = self.tracked_count();
        self.threshold
            .set(FIRST_THRESHOLD.max(tracked + tracked / 2));
        self.collecting.set(false);
        found
    }

    fn find_garbage(&self) -> Vec<ObjRef> {
        // SAFETY: tracked objects are alive, and traversing neither allocates nor drops, so the
        // vector is not changed while it is read.
        unsafe {
            let tracked: &Vec<NonNull<Header>> = &*self.tracked.get();
            let mut external: Vec<i64> = tracked
                .iter()
                .map(|ptr| i64::from(ptr.as_ref().count()))
                .collect();
            for &ptr in tracked {
                let obj = std::mem::ManuallyDrop::new(ObjRef::from_raw(ptr));
                obj.traverse(&mut |child| {
                    if let Some(index) = child.header().track_index() {
                        external[index] -= 1;
                    }
                });
            }
            let mut reachable = vec![false; tracked.len()];
            let mut work: Vec<usize> = Vec::new();
            for (index, &count) in external.iter().enumerate() {
                if count > 0 {
                    reachable[index] = true;
                    work.push(index);
                }
            }
            while let Some(index) = work.pop() {
                let obj = std::mem::ManuallyDrop::new(ObjRef::from_raw(tracked[index]));
                obj.traverse(&mut |child| {
                    if let Some(index) = child.header().track_index()
                        && !std::mem::replace(&mut reachable[index], true)
                    {
                        work.push(index);
                    }
                });
            }
            tracked
                .iter()
                .zip(&reachable)
                .filter(|&(_, &alive)| !alive)
                .map(|(&ptr, _)| ObjRef::share(ptr))
                .collect()
        }
    }

    // ---- weak references -------------------------------------------------------------------

    pub(crate) fn add_weakref(&self, target: &ObjRef, weakref: NonNull<Header>) {
        target.header().set_weakrefs(true);
        self.weakrefs
            .borrow_mut()
            .entry(target.addr())
            .or_default()
            .push(weakref);
    }

    pub(crate) fn remove_weakref(&self, target: NonNull<Header>, weakref: NonNull<Header>) {
        let mut table = self.weakrefs.borrow_mut();
        if let Some(list) = table.get_mut(&(target.as_ptr() as usize)) {
            list.retain(|&w| w != weakref);
            if list.is_empty() {
                table.remove(&(target.as_ptr() as usize));
                // SAFETY: a target with weak references in the table is alive.
                unsafe { target.as_ref() }.set_weakrefs(false);
            }
        }
    }

    /// The weak references to an object, oldest first.
    pub fn weakrefs_of(&self, target: &ObjRef) -> Vec<Gc<WeakRef>> {
        let table = self.weakrefs.borrow();
        let list = table
            .get(&target.addr())
            .map(Vec::as_slice)
            .unwrap_or_default();
        // SAFETY: a weak reference removes itself from the table before it goes.
        list.iter()
            .map(|&ptr| unsafe { Gc::from_obj(ObjRef::share(ptr)) })
            .collect()
    }

    /// The target goes: its weak references die and their callbacks are queued, newest first.
    pub(crate) fn clear_weakrefs(&self, target: NonNull<Header>) {
        let Some(list) = self
            .weakrefs
            .borrow_mut()
            .remove(&(target.as_ptr() as usize))
        else {
            return;
        };
        // SAFETY: the target is still alive, as are the weak references in the table.
        unsafe { target.as_ref() }.set_weakrefs(false);
        for ptr in list.into_iter().rev() {
            // SAFETY: as above. The payload of what is in the table is a `WeakRef`.
            let weakref: Gc<WeakRef> = unsafe { Gc::from_obj(ObjRef::share(ptr)) };
            weakref.die();
            if let Some(callback) = weakref.take_callback() {
                let weakref = weakref.into_obj();
                self.pending
                    .borrow_mut()
                    .push(Pending::Callback { callback, weakref });
                self.ask(attention::FINALIZE);
            }
        }
    }

    // ---- interned strings ------------------------------------------------------------------

    /// The one interned string with the text of `s`, which becomes it if there is none.
    pub fn intern(&self, s: &Gc<Str>) -> Gc<Str> {
        if s.is_interned() {
            return s.clone();
        }
        let mut table = self.interned.borrow_mut();
        // SAFETY: interned strings remove themselves from the table before they go.
        let text_of = |ptr: &NonNull<Header>| unsafe { Str::at(*ptr) };
        let hash = s.hash() as u64;
        if let Some(found) = table
            .by_text
            .find(hash, |p| text_of(p).bytes() == s.bytes())
        {
            // SAFETY: as above.
            return unsafe { Gc::from_obj(ObjRef::share(*found)) };
        }
        s.set_interned();
        s.obj().header().set_marked();
        table
            .by_text
            .insert_unique(hash, s.obj().as_ptr(), |p| text_of(p).hash() as u64);
        s.clone()
    }

    pub(crate) fn forget_interned(&self, ptr: NonNull<Header>, hash: u64) {
        let mut table = self.interned.borrow_mut();
        if let Ok(entry) = table.by_text.find_entry(hash, |p| *p == ptr) {
            entry.remove();
        }
    }
}
