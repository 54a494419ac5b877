//! Heap objects: the header that all share, the table of what a payload type can do, and the
//! counted pointers `ObjRef` (any object) and `Gc<T>` (an object whose payload is `T`).
//!
//! An object is `Obj<T>`: header, then payload. Instances of types that carry attributes
//! (`__dict__` or `__slots__`) are `ObjAttrs<T>`: the attributes follow the payload, so the payload
//! stands at the same place in both and a subclass of `dict` is still a `Dict` to the natives.
//!
//! Life of an object: allocated with one reference -> shared -> the last reference goes ->
//! (once) finalized by the VM when it has a finalizer, which may bring it back -> weak references
//! cleared -> dropped. Nothing here ever runs script code: finalizers are queued on the heap.
#![allow(unsafe_code)]

use std::alloc::{Layout, dealloc};
use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::offset_of;
use std::ops::Deref;
use std::ptr::NonNull;

use super::heap::Heap;
use super::shape::Attrs;
use super::typeobj::Type;
use super::value::Value;

/// `meta` bits above the tracking index.
const INDEX_BITS: u32 = 27;
const INDEX_MASK: u32 = (1 << INDEX_BITS) - 1;
const HAS_ATTRS: u32 = 1 << 27;
const FINALIZED: u32 = 1 << 28;
const HAS_WEAKREFS: u32 = 1 << 29;
/// The payload's own flag bit (an interned string).
const MARK: u32 = 1 << 30;

#[repr(C)]
pub struct Header {
    rc: Cell<u32>,
    /// Index into the heap's tracked objects plus one (0: not tracked), and flag bits.
    meta: Cell<u32>,
    vtable: &'static VTable,
    /// Counted.
    ty: Cell<NonNull<Obj<Type>>>,
}

#[repr(C)]
pub struct Obj<T> {
    pub(crate) header: Header,
    pub(crate) payload: T,
}

#[repr(C)]
struct ObjAttrs<T> {
    header: Header,
    payload: T,
    attrs: Attrs,
}

/// What the heap knows of a payload type. One static each, whose address identifies the type.
pub struct VTable {
    pub name: &'static str,
    pub tracked: bool,
    attrs_offset: usize,
    drop: unsafe fn(NonNull<Header>),
    traverse: unsafe fn(NonNull<Header>, &mut dyn FnMut(&ObjRef)),
    clear: unsafe fn(NonNull<Header>),
    needs_finalizer: unsafe fn(NonNull<Header>) -> bool,
}

/// The Rust side of a builtin type: what its objects hold. Implement it with [`payload!`].
pub trait Payload: Sized + 'static {
    /// The payload's table; its address is its identity.
    fn vtable() -> &'static VTable;

    /// Shows `visit` every reference that the payload owns. Must show each exactly as often as it
    /// is counted, or the collector would free what is alive.
    fn traverse(&self, _visit: &mut dyn FnMut(&ObjRef)) {}

    /// Lets go of the references that can form cycles. The object stays valid.
    fn clear(&self) {}

    /// Whether this object wants its finalizer run by the VM before it is dropped
    /// (a suspended generator, a coroutine never awaited). Types with `__del__` are found anyway.
    fn needs_finalizer(&self) -> bool {
        false
    }

    /// Runs just before the payload is dropped. Must not touch other objects.
    fn unlink(&self, _me: NonNull<Header>, _heap: &Heap) {}
}

/// `payload!(List, tracked)` or `payload!(Str, untracked)`, then the body of the `Payload` methods.
/// Containers that can be part of a reference cycle must be tracked.
#[macro_export]
macro_rules! payload {
    ($ty:ty, tracked $(, { $($body:tt)* })?) => { $crate::payload!(@ $ty, true, $($($body)*)?); };
    ($ty:ty, untracked $(, { $($body:tt)* })?) => { $crate::payload!(@ $ty, false, $($($body)*)?); };
    (@ $ty:ty, $tracked:literal, $($body:tt)*) => {
        impl $crate::objects::header::Payload for $ty {
            fn vtable() -> &'static $crate::objects::header::VTable {
                static TABLE: $crate::objects::header::VTable =
                    $crate::objects::header::VTable::of::<$ty>(stringify!($ty), $tracked);
                &TABLE
            }
            $($body)*
        }
    };
}

impl VTable {
    pub const fn of<T: Payload>(name: &'static str, tracked: bool) -> VTable {
        VTable {
            name,
            tracked,
            attrs_offset: offset_of!(ObjAttrs<T>, attrs),
            drop: drop_object::<T>,
            traverse: traverse_object::<T>,
            clear: clear_object::<T>,
            needs_finalizer: needs_finalizer::<T>,
        }
    }
}

// SAFETY of the four: the vtable that holds them sits in the header of an `Obj<T>`.
unsafe fn drop_object<T: Payload>(ptr: NonNull<Header>) {
    unsafe {
        let heap = (*ptr.as_ref().ty.get().as_ptr()).payload.heap();
        (*ptr.cast::<Obj<T>>().as_ptr()).payload.unlink(ptr, heap);
        if ptr.as_ref().has(HAS_ATTRS) {
            std::ptr::drop_in_place(ptr.cast::<ObjAttrs<T>>().as_ptr());
            dealloc(ptr.as_ptr().cast(), Layout::new::<ObjAttrs<T>>());
        } else {
            std::ptr::drop_in_place(ptr.cast::<Obj<T>>().as_ptr());
            dealloc(ptr.as_ptr().cast(), Layout::new::<Obj<T>>());
        }
    }
}

unsafe fn traverse_object<T: Payload>(ptr: NonNull<Header>, visit: &mut dyn FnMut(&ObjRef)) {
    unsafe {
        ptr.cast::<Obj<T>>().as_ref().payload.traverse(visit);
        if let Some(attrs) = ptr.as_ref().attrs() {
            attrs.traverse(visit);
        }
    }
}

unsafe fn clear_object<T: Payload>(ptr: NonNull<Header>) {
    unsafe {
        ptr.cast::<Obj<T>>().as_ref().payload.clear();
        if let Some(attrs) = ptr.as_ref().attrs() {
            attrs.clear();
        }
    }
}

unsafe fn needs_finalizer<T: Payload>(ptr: NonNull<Header>) -> bool {
    unsafe { ptr.cast::<Obj<T>>().as_ref().payload.needs_finalizer() }
}

impl Header {
    #[inline]
    fn has(&self, bit: u32) -> bool {
        self.meta.get() & bit != 0
    }

    #[inline]
    fn set(&self, bit: u32) {
        self.meta.set(self.meta.get() | bit);
    }

    /// The instance attributes, when objects of this type have any.
    #[inline]
    pub fn attrs(&self) -> Option<&Attrs> {
        if self.has(HAS_ATTRS) {
            // SAFETY: the flag is set only by `alloc_raw` for an `ObjAttrs<T>` of this vtable's `T`.
            Some(unsafe {
                &*std::ptr::from_ref(self)
                    .cast::<u8>()
                    .add(self.vtable.attrs_offset)
                    .cast::<Attrs>()
            })
        } else {
            None
        }
    }

    #[inline]
    pub fn vtable(&self) -> &'static VTable {
        self.vtable
    }

    #[inline]
    pub fn count(&self) -> u32 {
        self.rc.get()
    }

    pub fn is_finalized(&self) -> bool {
        self.has(FINALIZED)
    }

    pub fn set_finalized(&self) {
        self.set(FINALIZED);
    }

    pub fn has_weakrefs(&self) -> bool {
        self.has(HAS_WEAKREFS)
    }

    pub fn set_weakrefs(&self, on: bool) {
        if on {
            self.set(HAS_WEAKREFS)
        } else {
            self.meta.set(self.meta.get() & !HAS_WEAKREFS)
        }
    }

    pub fn is_marked(&self) -> bool {
        self.has(MARK)
    }

    pub fn set_marked(&self) {
        self.set(MARK);
    }

    /// Index into the heap's tracked objects, when tracked.
    #[inline]
    pub fn track_index(&self) -> Option<usize> {
        ((self.meta.get() & INDEX_MASK) as usize).checked_sub(1)
    }

    pub fn set_track_index(&self, index: Option<usize>) {
        let n = index.map_or(0, |i| i as u32 + 1);
        self.meta.set(self.meta.get() & !INDEX_MASK | n);
    }

    /// Largest number of objects that can be tracked.
    pub const MAX_TRACKED: usize = INDEX_MASK as usize - 1;

    #[inline]
    pub fn type_ptr(&self) -> NonNull<Obj<Type>> {
        self.ty.get()
    }
}

/// A counted pointer to any object.
#[repr(transparent)]
pub struct ObjRef(NonNull<Header>);

impl Clone for ObjRef {
    #[inline]
    fn clone(&self) -> Self {
        let rc = &self.header().rc;
        rc.set(rc.get() + 1);
        ObjRef(self.0)
    }
}

impl Drop for ObjRef {
    #[inline]
    fn drop(&mut self) {
        let rc = &self.header().rc;
        let n = rc.get();
        if n == 1 {
            release(self.0);
        } else {
            rc.set(n - 1);
        }
    }
}

/// The last reference is about to go.
#[cold]
#[inline(never)]
fn release(ptr: NonNull<Header>) {
    // SAFETY: the count is one, so this is the only pointer to a live object. Its type and with it
    // the heap outlive it.
    unsafe {
        let header = ptr.as_ref();
        let ty = header.ty.get();
        let heap = (*ty.as_ptr()).payload.heap();
        if !header.has(FINALIZED)
            && ((*ty.as_ptr()).payload.has_del() || (header.vtable.needs_finalizer)(ptr))
        {
            header.set(FINALIZED);
            heap.queue_finalizer(ObjRef(ptr));
            return;
        }
        if header.has(HAS_WEAKREFS) {
            heap.clear_weakrefs(ptr);
        }
        if header.track_index().is_some() {
            heap.untrack(ptr);
        }
        header.rc.set(0);
        heap.drop_bounded(ptr);
    }
}

/// Drops the object and its reference to its type.
///
/// # Safety
/// `ptr` is a live object with no reference left.
pub(crate) unsafe fn destroy(ptr: NonNull<Header>) {
    unsafe {
        let ty = ptr.as_ref().ty.get();
        (ptr.as_ref().vtable.drop)(ptr);
        drop(ObjRef(ty.cast()));
    }
}

impl ObjRef {
    /// Takes over a reference that was counted before.
    ///
    /// # Safety
    /// `ptr` is a live object and one of its counts is the caller's to give.
    #[inline]
    pub unsafe fn from_raw(ptr: NonNull<Header>) -> ObjRef {
        ObjRef(ptr)
    }

    /// Gives the count up to the caller.
    #[inline]
    pub fn into_raw(self) -> NonNull<Header> {
        let ptr = self.0;
        std::mem::forget(self);
        ptr
    }

    /// One more reference to the object at `ptr`.
    ///
    /// # Safety
    /// `ptr` is a live object.
    #[inline]
    pub unsafe fn share(ptr: NonNull<Header>) -> ObjRef {
        unsafe {
            let rc = &ptr.as_ref().rc;
            rc.set(rc.get() + 1);
        }
        ObjRef(ptr)
    }

    /// One more reference to the object whose payload is at `payload`.
    ///
    /// # Safety
    /// `payload` is the payload of a live object.
    #[inline]
    pub unsafe fn share_payload<T>(payload: *const T) -> ObjRef {
        unsafe {
            let header = payload
                .cast::<u8>()
                .sub(offset_of!(Obj<T>, payload))
                .cast_mut();
            ObjRef::share(NonNull::new_unchecked(header.cast::<Header>()))
        }
    }

    #[inline]
    pub fn header(&self) -> &Header {
        // SAFETY: a counted pointer's object is alive.
        unsafe { self.0.as_ref() }
    }

    #[inline]
    pub fn as_ptr(&self) -> NonNull<Header> {
        self.0
    }

    /// The object's address: its `id()`.
    #[inline]
    pub fn addr(&self) -> usize {
        self.0.as_ptr() as usize
    }

    #[inline]
    pub fn ty(&self) -> &Gc<Type> {
        // SAFETY: the header's type pointer is counted and `Gc` is transparent over it.
        unsafe { &*self.header().ty.as_ptr().cast::<Gc<Type>>() }
    }

    /// Gives the object another type. The caller has checked that their layouts agree.
    pub fn set_ty(&self, ty: Gc<Type>) {
        let new = NonNull::new(ty.into_obj().into_raw().as_ptr().cast());
        if let Some(new) = new {
            let old = self.header().ty.replace(new);
            // SAFETY: the header owned a count of its old type.
            drop(unsafe { ObjRef::from_raw(old.cast()) });
        }
    }

    #[inline]
    pub fn is<T: Payload>(&self) -> bool {
        std::ptr::eq(self.header().vtable, T::vtable())
    }

    /// This object as one with payload `T`.
    #[inline]
    pub fn downcast<T: Payload>(&self) -> Option<&Gc<T>> {
        if self.is::<T>() {
            // SAFETY: `Gc<T>` and `ObjRef` are both one pointer to the header, and the vtable says `T`.
            Some(unsafe { &*std::ptr::from_ref(self).cast::<Gc<T>>() })
        } else {
            None
        }
    }

    #[inline]
    pub fn attrs(&self) -> Option<&Attrs> {
        self.header().attrs()
    }

    /// Shows what the object refers to, its type among it when that is a script's.
    pub fn referents(&self, visit: &mut dyn FnMut(&ObjRef)) {
        // SAFETY: the vtable belongs to the object.
        unsafe { (self.header().vtable.traverse)(self.0, visit) }
        if self.ty().is_heap_type() {
            visit(self.ty().obj());
        }
    }

    pub(crate) fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        // SAFETY: the vtable belongs to the object.
        unsafe { (self.header().vtable.traverse)(self.0, visit) }
        let ty = self.header().ty.get().cast();
        let ty = std::mem::ManuallyDrop::new(ObjRef(ty));
        visit(&ty);
    }

    pub(crate) fn clear(&self) {
        // SAFETY: the vtable belongs to the object.
        unsafe { (self.header().vtable.clear)(self.0) }
    }

    pub(crate) fn wants_finalizer(&self) -> bool {
        // SAFETY: the vtable belongs to the object.
        !self.header().has(FINALIZED)
            && (self.ty().has_del() || unsafe { (self.header().vtable.needs_finalizer)(self.0) })
    }
}

impl PartialEq for ObjRef {
    /// Identity.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for ObjRef {}

/// A counted pointer to an object whose payload is `T`.
#[repr(transparent)]
pub struct Gc<T>(ObjRef, PhantomData<T>);

impl<T> Clone for Gc<T> {
    #[inline]
    fn clone(&self) -> Self {
        Gc(self.0.clone(), PhantomData)
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: made only from objects whose payload is `T`.
        unsafe { &(*self.0.0.cast::<Obj<T>>().as_ptr()).payload }
    }
}

impl<T> PartialEq for Gc<T> {
    /// Identity.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Gc<T> {}

impl<T> Gc<T> {
    #[inline]
    pub fn obj(&self) -> &ObjRef {
        &self.0
    }

    #[inline]
    pub fn into_obj(self) -> ObjRef {
        self.0
    }

    #[inline]
    pub fn ty(&self) -> &Gc<Type> {
        self.0.ty()
    }

    #[inline]
    pub fn addr(&self) -> usize {
        self.0.addr()
    }

    /// This object as a value, one more reference.
    #[inline]
    pub fn value(&self) -> Value {
        Value::Obj(self.0.clone())
    }

    /// # Safety
    /// `obj`'s payload is `T`.
    #[inline]
    pub unsafe fn from_obj(obj: ObjRef) -> Gc<T> {
        Gc(obj, PhantomData)
    }
}

impl<T> From<Gc<T>> for Value {
    #[inline]
    fn from(gc: Gc<T>) -> Value {
        Value::Obj(gc.0)
    }
}

/// Allocates an object with one reference. The type's count is taken.
pub(crate) fn alloc_raw<T: Payload>(ty: &Gc<Type>, payload: T, attrs: Option<Attrs>) -> Gc<T> {
    let meta = if attrs.is_some() { HAS_ATTRS } else { 0 };
    let ty = ty.clone().into_obj().into_raw().cast::<Obj<Type>>();
    let header = Header {
        rc: Cell::new(1),
        meta: Cell::new(meta),
        vtable: T::vtable(),
        ty: Cell::new(ty),
    };
    let ptr: *mut Header = match attrs {
        Some(attrs) => Box::into_raw(Box::new(ObjAttrs {
            header,
            payload,
            attrs,
        }))
        .cast(),
        None => Box::into_raw(Box::new(Obj { header, payload })).cast(),
    };
    // SAFETY: a box's pointer is not null; the object has one count, which this takes.
    Gc(ObjRef(unsafe { NonNull::new_unchecked(ptr) }), PhantomData)
}

/// Makes the first type object, `type`, whose type is itself.
pub(crate) fn alloc_first_type(payload: Type, attrs: Option<Attrs>) -> Gc<Type> {
    let meta = if attrs.is_some() { HAS_ATTRS } else { 0 };
    let header = Header {
        rc: Cell::new(2),
        meta: Cell::new(meta),
        vtable: Type::vtable(),
        ty: Cell::new(NonNull::dangling()),
    };
    let ptr: *mut Header = match attrs {
        Some(attrs) => Box::into_raw(Box::new(ObjAttrs {
            header,
            payload,
            attrs,
        }))
        .cast(),
        None => Box::into_raw(Box::new(Obj { header, payload })).cast(),
    };
    // SAFETY: as in `alloc_raw`; the second count is the object's own type pointer.
    unsafe {
        let ptr = NonNull::new_unchecked(ptr);
        ptr.as_ref().ty.set(ptr.cast());
        Gc(ObjRef(ptr), PhantomData)
    }
}
