//! `Type`: the payload of classes, builtin and script-made alike.
//!
//! A look-up walks the method resolution order and is cached per type; special methods have an
//! array of their own (`slot`). Any change of a class drops the caches of it and its subclasses and
//! gives them new versions, which is what inline caches compare.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::mem::offset_of;
use std::ptr::NonNull;
use std::rc::Rc;

use super::dict::Dict;
use super::header::{Gc, Header, Obj, ObjRef, Payload, VTable};
use super::heap::Heap;
use super::names::Slot;
use super::shape::Shape;
use super::str::Str;
use super::value::{Value, visit_value};
use crate::payload;

/// Facts about a type.
pub mod type_flags {
    /// Made by a script: its attributes can be set.
    pub const HEAP: u32 = 1;
    /// Can be a base class.
    pub const BASE: u32 = 2;
    /// Has or inherits a `__del__`.
    pub const HAS_DEL: u32 = 4;
    /// Cannot be called to make instances.
    pub const NO_NEW: u32 = 8;
    /// Is a sequence to `match`.
    pub const SEQUENCE: u32 = 16;
    /// Is a mapping to `match`.
    pub const MAPPING: u32 = 32;
    /// Has abstract methods left.
    pub const ABSTRACT: u32 = 64;
    /// A single positional class pattern matches the subject itself (PEP 634: bool, int, str, ...).
    pub const MATCH_SELF: u32 = 128;
    /// Instances can be weakly referenced.
    pub const WEAKREF: u32 = 256;
    /// Instances have a `__dict__`.
    pub const DICT: u32 = 512;
    /// Made by a script with a vtable of attribute layout of its own (`__slots__` were added).
    pub const ADDS_LAYOUT: u32 = 1024;
}

enum SlotEntry {
    Unknown,
    Absent,
    Present(Value),
}

pub struct Type {
    heap: *const Heap,
    name: RefCell<Rc<str>>,
    /// Module of a builtin type that does not live in `builtins`, for messages.
    module_prefix: Cell<Option<&'static str>>,
    pub qualname: RefCell<Value>,
    bases: RefCell<Vec<Gc<Type>>>,
    /// The method resolution order after the type itself.
    mro: RefCell<Vec<Gc<Type>>>,
    dict: RefCell<Option<Gc<Dict>>>,
    /// Payload of the instances.
    pub layout: &'static VTable,
    flags: Cell<u32>,
    n_slots: Cell<u32>,
    root_shape: RefCell<Option<Rc<Shape>>>,
    version: Cell<u32>,
    slots: UnsafeCell<Box<[SlotEntry]>>,
    cache: UnsafeCell<HashMap<usize, (Gc<Str>, Option<Value>), foldhash::fast::FixedState>>,
    subclasses: RefCell<Vec<*const Type>>,
    /// How a native iterator of exactly this type is stepped.
    pub next: Cell<Option<super::types::NextFn>>,
    /// How an object of exactly this native type is called.
    pub call: Cell<Option<super::types::CallFn>>,
}

payload!(Type, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.qualname.borrow(), visit);
        self.bases.borrow().iter().for_each(|t| visit(t.obj()));
        self.mro.borrow().iter().for_each(|t| visit(t.obj()));
        if let Some(dict) = &*self.dict.borrow() {
            visit(dict.obj());
        }
        // SAFETY: one thread, and `visit` does not change types.
        let (slots, cache) = unsafe { (&*self.slots.get(), &*self.cache.get()) };
        for slot in slots {
            if let SlotEntry::Present(value) = slot {
                visit_value(value, visit);
            }
        }
        for (_, value) in cache.values() {
            if let Some(value) = value {
                visit_value(value, visit);
            }
        }
    }

    fn clear(&self) {
        self.leave_bases();
        self.drop_caches();
        let dict = self.dict.borrow_mut().take();
        let bases = std::mem::take(&mut *self.bases.borrow_mut());
        let mro = std::mem::take(&mut *self.mro.borrow_mut());
        let qualname = std::mem::take(&mut *self.qualname.borrow_mut());
        drop((dict, bases, mro, qualname));
    }

    fn unlink(&self, _me: NonNull<Header>, _heap: &Heap) {
        self.leave_bases();
    }
});

/// What a new type is made of.
pub struct TypeParts {
    pub name: Rc<str>,
    pub qualname: Value,
    pub bases: Vec<Gc<Type>>,
    /// After the type itself.
    pub mro: Vec<Gc<Type>>,
    pub dict: Gc<Dict>,
    pub layout: &'static VTable,
    pub flags: u32,
    pub n_slots: usize,
}

impl Type {
    pub fn new(heap: &Heap, parts: TypeParts) -> Type {
        let has_dict = parts.flags & type_flags::DICT != 0;
        Type {
            heap,
            name: RefCell::new(parts.name),
            module_prefix: Cell::new(None),
            qualname: RefCell::new(parts.qualname),
            bases: RefCell::new(parts.bases),
            mro: RefCell::new(parts.mro),
            dict: RefCell::new(Some(parts.dict)),
            layout: parts.layout,
            flags: Cell::new(parts.flags),
            n_slots: Cell::new(parts.n_slots as u32),
            root_shape: RefCell::new(has_dict.then(|| Shape::root(heap))),
            version: Cell::new(heap.fresh_version()),
            slots: UnsafeCell::new(Box::default()),
            cache: UnsafeCell::default(),
            subclasses: RefCell::default(),
            next: Cell::new(None),
            call: Cell::new(None),
        }
    }

    /// A type without a dict yet: for the first types, made before `dict` exists.
    pub(crate) fn bare(heap: &Heap, name: &str, layout: &'static VTable, flags: u32) -> Type {
        Type {
            heap,
            name: RefCell::new(name.into()),
            module_prefix: Cell::new(None),
            qualname: RefCell::new(Value::Unbound),
            bases: RefCell::default(),
            mro: RefCell::default(),
            dict: RefCell::new(None),
            layout,
            flags: Cell::new(flags),
            n_slots: Cell::new(0),
            root_shape: RefCell::new(None),
            version: Cell::new(heap.fresh_version()),
            slots: UnsafeCell::new(Box::default()),
            cache: UnsafeCell::default(),
            subclasses: RefCell::default(),
            next: Cell::new(None),
            call: Cell::new(None),
        }
    }

    /// Completes a bare type.
    pub(crate) fn complete(&self, dict: Gc<Dict>, bases: Vec<Gc<Type>>, mro: Vec<Gc<Type>>) {
        *self.dict.borrow_mut() = Some(dict);
        *self.bases.borrow_mut() = bases;
        *self.mro.borrow_mut() = mro;
        self.join_bases();
    }

    #[inline]
    pub fn heap(&self) -> &Heap {
        // SAFETY: the heap outlives its objects.
        unsafe { &*self.heap }
    }

    /// `__name__`: without a module prefix.
    pub fn name(&self) -> Rc<str> {
        self.name.borrow().clone()
    }

    pub fn set_name(&self, name: &str) {
        *self.name.borrow_mut() = name.into();
    }

    /// The name as messages give it: builtin types of modules carry their module's.
    pub fn full_name(&self) -> Rc<str> {
        match self.module_prefix.get() {
            Some(module) => format!("{module}.{}", self.name.borrow()).into(),
            None => self.name(),
        }
    }

    pub(crate) fn set_module_prefix(&self, module: &'static str) {
        self.module_prefix.set(Some(module));
    }

    /// `__qualname__` as text.
    pub fn qualname_text(&self) -> String {
        match self.qualname.borrow().downcast::<Str>() {
            Some(qualname) => qualname.lossy().into_owned(),
            None => self.name().to_string(),
        }
    }

    /// The class namespace. Change it through `set_attr`, or call `changed` afterwards.
    #[inline]
    pub fn dict(&self) -> Gc<Dict> {
        match &*self.dict.borrow() {
            Some(dict) => dict.clone(),
            // A type that the collector has cleared: unreachable, but be harmless.
            None => self.heap().new_dict(),
        }
    }

    pub fn bases(&self) -> Vec<Gc<Type>> {
        self.bases.borrow().clone()
    }

    /// The method resolution order after the type itself.
    pub fn mro_rest(&self) -> Vec<Gc<Type>> {
        self.mro.borrow().clone()
    }

    /// Replaces bases and resolution order (`__bases__ = ...`).
    pub fn set_bases(&self, bases: Vec<Gc<Type>>, mro: Vec<Gc<Type>>) {
        self.leave_bases();
        let old = (self.bases.replace(bases), self.mro.replace(mro));
        self.join_bases();
        self.changed();
        drop(old);
    }

    #[inline]
    pub fn flags(&self) -> u32 {
        self.flags.get()
    }

    #[inline]
    pub fn has_flag(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    pub fn set_flag(&self, flag: u32, on: bool) {
        let flags = self.flags.get();
        self.flags
            .set(if on { flags | flag } else { flags & !flag });
    }

    #[inline]
    pub fn has_del(&self) -> bool {
        self.has_flag(type_flags::HAS_DEL)
    }

    #[inline]
    pub fn is_heap_type(&self) -> bool {
        self.has_flag(type_flags::HEAP)
    }

    /// Whether instances carry attributes: slots or a `__dict__`.
    #[inline]
    pub fn has_attrs(&self) -> bool {
        self.n_slots.get() > 0 || self.has_flag(type_flags::DICT)
    }

    pub fn n_slots(&self) -> usize {
        self.n_slots.get() as usize
    }

    pub fn root_shape(&self) -> Option<Rc<Shape>> {
        self.root_shape.borrow().clone()
    }

    #[inline]
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    #[inline]
    pub fn holds<T: Payload>(&self) -> bool {
        std::ptr::eq(self.layout, T::vtable())
    }

    // ---- subclasses --------------------------------------------------------------------------

    /// Tells the bases of this type. Its address must not change afterwards.
    pub fn join_bases(&self) {
        for base in self.bases.borrow().iter() {
            base.subclasses.borrow_mut().push(self);
        }
    }

    fn leave_bases(&self) {
        for base in self.bases.borrow().iter() {
            base.subclasses
                .borrow_mut()
                .retain(|&t| !std::ptr::eq(t, self));
        }
    }

    pub fn subclasses(&self) -> Vec<Gc<Type>> {
        let list = self.subclasses.borrow();
        list.iter()
            .map(|&ty| unsafe { Type::from_payload(ty) })
            .collect()
    }

    /// # Safety
    /// `ty` is the payload of a live type object.
    unsafe fn from_payload(ty: *const Type) -> Gc<Type> {
        unsafe {
            let header = ty
                .cast::<u8>()
                .sub(offset_of!(Obj<Type>, payload))
                .cast_mut();
            Gc::from_obj(ObjRef::share(NonNull::new_unchecked(
                header.cast::<Header>(),
            )))
        }
    }

    /// Whether `self` is `other` or derives from it, by the resolution order.
    #[inline]
    pub fn is_subtype(&self, other: &Type) -> bool {
        std::ptr::eq(self, other)
            || self
                .mro
                .borrow()
                .iter()
                .any(|t| std::ptr::eq::<Type>(&**t, other))
    }

    // ---- look-up -----------------------------------------------------------------------------

    /// The attribute of the class or the first of its ancestors that has it. No descriptor is asked.
    pub fn lookup(&self, name: &Gc<Str>) -> Option<Value> {
        if !name.is_interned() {
            return self.lookup_uncached(name);
        }
        // SAFETY: one thread; the map is not touched while the reference lives.
        if let Some((_, found)) = unsafe { &*self.cache.get() }.get(&name.addr()) {
            return found.clone();
        }
        let found = self.lookup_uncached(name);
        let entry = (name.clone(), found.clone());
        unsafe { &mut *self.cache.get() }.insert(name.addr(), entry);
        found
    }

    fn lookup_uncached(&self, name: &Str) -> Option<Value> {
        let own = self.dict.borrow().as_ref().and_then(|d| d.get_str(name));
        own.or_else(|| self.lookup_after_self(name))
    }

    fn lookup_after_self(&self, name: &Str) -> Option<Value> {
        let mro = self.mro.borrow();
        mro.iter()
            .find_map(|t| t.dict.borrow().as_ref().and_then(|d| d.get_str(name)))
    }

    /// The type in the resolution order whose namespace holds `name`.
    pub fn where_defined(&self, name: &Str) -> Option<Gc<Type>> {
        let has = |t: &Type| {
            t.dict
                .borrow()
                .as_ref()
                .is_some_and(|d| d.find_str(name).is_some())
        };
        if has(self) {
            // SAFETY: `self` is the payload of a live type object: types live nowhere else.
            return Some(unsafe { Type::from_payload(self) });
        }
        self.mro.borrow().iter().find(|t| has(t)).cloned()
    }

    /// A special method, found on the type as the language asks (data model, "Special method lookup").
    #[inline]
    pub fn slot(&self, slot: Slot) -> Option<Value> {
        // SAFETY: as in `lookup`.
        match unsafe { &*self.slots.get() }.get(slot as usize) {
            Some(SlotEntry::Present(value)) => Some(value.clone()),
            Some(SlotEntry::Absent) => None,
            _ => self.fill_slot(slot),
        }
    }

    /// Whether the special method is there.
    #[inline]
    pub fn has_slot(&self, slot: Slot) -> bool {
        match unsafe { &*self.slots.get() }.get(slot as usize) {
            Some(SlotEntry::Present(_)) => true,
            Some(SlotEntry::Absent) => false,
            _ => self.fill_slot(slot).is_some(),
        }
    }

    #[cold]
    fn fill_slot(&self, slot: Slot) -> Option<Value> {
        let name = self.heap().slot_name(slot);
        let found = self.lookup_uncached(&name);
        let slots = unsafe { &mut *self.slots.get() };
        if slots.is_empty() {
            *slots = (0..Slot::COUNT).map(|_| SlotEntry::Unknown).collect();
        }
        slots[slot as usize] = match &found {
            Some(value) => SlotEntry::Present(value.clone()),
            None => SlotEntry::Absent,
        };
        found
    }

    /// The slot of the nearest ancestor that has a native layout, and whether it is inherited
    /// unchanged from type `owner`: used to keep fast paths honest for subclasses.
    pub fn inherits_slot(&self, slot: Slot, owner: &Type) -> bool {
        match (self.slot(slot), owner.slot(slot)) {
            (Some(a), Some(b)) => a.is_same(&b),
            (None, None) => true,
            _ => false,
        }
    }

    /// Sets a class attribute and drops the caches. Returns what was there.
    pub fn set_attr(&self, name: &Gc<Str>, value: Value) {
        let is_del = name.bytes() == b"__del__";
        self.dict().set_str(name, value, self.heap());
        self.changed();
        if is_del {
            self.update_has_del();
        }
    }

    /// Removes a class attribute. False when it is not there.
    pub fn del_attr(&self, name: &Gc<Str>) -> bool {
        let removed = self.dict().remove_str(name, self.heap());
        self.changed();
        if name.bytes() == b"__del__" {
            self.update_has_del();
        }
        removed.is_some()
    }

    /// Sets the flag that destruction tests, here and in subclasses.
    pub fn update_has_del(&self) {
        let has = self.has_slot(Slot::Del);
        self.set_flag(type_flags::HAS_DEL, has);
        for subclass in self.subclasses() {
            subclass.update_has_del();
        }
    }

    /// The namespace or ancestry changed: caches of this type and its subclasses are void.
    pub fn changed(&self) {
        self.version.set(self.heap().fresh_version());
        self.drop_caches();
        for subclass in self.subclasses() {
            subclass.changed();
        }
    }

    fn drop_caches(&self) {
        // SAFETY: one thread; the old caches are moved out before they are dropped.
        let old = unsafe {
            (
                std::mem::take(&mut *self.slots.get()),
                std::mem::take(&mut *self.cache.get()),
            )
        };
        drop(old);
    }
}
