//! Instance attributes: slots, then the `__dict__` attributes laid out by a shape.
//!
//! A shape ("hidden class") says which attribute stands where; instances that got the same
//! attributes in the same order share one, so an inline cache need only compare the shape's number.
//! When a script takes an instance's `__dict__`, deletes from it or gives it very many attributes,
//! the attributes move into a real dict and stay there ("dict mode").
//!
//!   shaped --(take `__dict__`, delete, > MAX_SHAPED attributes, odd name)--> dict mode
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::dict::Dict;
use super::header::{Gc, ObjRef};
use super::heap::Heap;
use super::str::Str;
use super::typeobj::Type;
use super::value::{Value, visit_value};

/// More attributes than this live in a dict.
const MAX_SHAPED: usize = 64;

/// Which attribute stands where. Names are interned strings, compared by address.
pub struct Shape {
    /// Unique in the isolate; never zero.
    pub id: u32,
    names: Vec<Gc<Str>>,
    index: HashMap<usize, u32, foldhash::fast::FixedState>,
    /// Shapes live as long as their type: instances come and go, and caches should hold.
    next: RefCell<HashMap<usize, Rc<Shape>, foldhash::fast::FixedState>>,
}

impl Shape {
    pub fn root(heap: &Heap) -> Rc<Shape> {
        Rc::new(Shape {
            id: heap.fresh_version(),
            names: Vec::new(),
            index: HashMap::default(),
            next: RefCell::default(),
        })
    }

    /// Position of an interned name.
    #[inline]
    pub fn find(&self, name: &Gc<Str>) -> Option<usize> {
        self.index.get(&name.addr()).map(|&i| i as usize)
    }

    pub fn names(&self) -> &[Gc<Str>] {
        &self.names
    }

    /// The shape with one more attribute.
    fn with(self: &Rc<Self>, name: &Gc<Str>, heap: &Heap) -> Rc<Shape> {
        if let Some(next) = self.next.borrow().get(&name.addr()) {
            return next.clone();
        }
        let mut names = self.names.clone();
        let mut index = self.index.clone();
        index.insert(name.addr(), names.len() as u32);
        names.push(name.clone());
        let next = Rc::new(Shape {
            id: heap.fresh_version(),
            names,
            index,
            next: RefCell::default(),
        });
        self.next.borrow_mut().insert(name.addr(), next.clone());
        next
    }
}

/// The attributes of one instance.
pub struct Attrs {
    /// Of the shape; 0 in dict mode, and the number of the root of a type without `__dict__`.
    shape_id: Cell<u32>,
    shape: UnsafeCell<Option<Rc<Shape>>>,
    /// Slots first (`n_slots` of them), then the shaped attributes.
    values: UnsafeCell<Vec<Value>>,
    n_slots: u32,
    dict: UnsafeCell<Option<Gc<Dict>>>,
}

// SAFETY of the accesses through `UnsafeCell` here: an isolate has one thread, no method holds a
// reference into a cell across a call that could reach this object again, and old values are moved
// out before they are dropped.
impl Attrs {
    pub fn new(ty: &Type) -> Attrs {
        let shape = ty.root_shape();
        let n_slots = ty.n_slots();
        Attrs {
            shape_id: Cell::new(shape.as_ref().map_or(0, |s| s.id)),
            shape: UnsafeCell::new(shape),
            values: UnsafeCell::new(vec![Value::Unbound; n_slots]),
            n_slots: n_slots as u32,
            dict: UnsafeCell::new(None),
        }
    }

    /// Number of the shape, for inline caches; 0 when the attributes are in a dict.
    #[inline]
    pub fn shape_id(&self) -> u32 {
        self.shape_id.get()
    }

    #[inline]
    fn values(&self) -> &Vec<Value> {
        unsafe { &*self.values.get() }
    }

    #[inline]
    fn shape(&self) -> Option<&Rc<Shape>> {
        unsafe { (*self.shape.get()).as_ref() }
    }

    fn dict(&self) -> Option<&Gc<Dict>> {
        unsafe { (*self.dict.get()).as_ref() }
    }

    /// The value at an index that came from [`Attrs::index_of`] for the same shape.
    #[inline]
    pub fn at(&self, index: usize) -> Option<&Value> {
        self.values().get(index)
    }

    /// Replaces the value at an index that came from [`Attrs::index_of`] for the same shape.
    #[inline]
    pub fn set_at(&self, index: usize, value: Value) {
        let values = unsafe { &mut *self.values.get() };
        if let Some(place) = values.get_mut(index) {
            let old = std::mem::replace(place, value);
            drop(old);
        }
    }

    /// Where an attribute stands among the values, when shaped.
    #[inline]
    pub fn index_of(&self, name: &Gc<Str>) -> Option<usize> {
        self.shape()
            .and_then(|s| s.find(name))
            .map(|i| i + self.n_slots as usize)
    }

    /// A slot's value (`Unbound` when empty).
    #[inline]
    pub fn slot(&self, index: usize) -> Value {
        self.values().get(index).cloned().unwrap_or_default()
    }

    /// Sets a slot, and returns what it held.
    pub fn set_slot(&self, index: usize, value: Value) -> Value {
        let values = unsafe { &mut *self.values.get() };
        values
            .get_mut(index)
            .map(|place| std::mem::replace(place, value))
            .unwrap_or_default()
    }

    /// Whether instances have a `__dict__`.
    pub fn has_dict(&self) -> bool {
        self.shape().is_some() || self.dict().is_some()
    }

    /// The value of an instance attribute. `name` is interned.
    #[inline]
    pub fn get(&self, name: &Gc<Str>) -> Option<Value> {
        if let Some(index) = self.index_of(name) {
            return self.values().get(index).cloned();
        }
        self.dict().and_then(|dict| dict.get_str(name))
    }

    /// Sets an instance attribute. `name` is interned. False when instances have no `__dict__`.
    pub fn set(&self, name: &Gc<Str>, value: Value, heap: &Heap) -> bool {
        if let Some(index) = self.index_of(name) {
            self.set_at(index, value);
            return true;
        }
        if let Some(dict) = self.dict() {
            dict.clone().set_str(name, value, heap);
            return true;
        }
        let Some(shape) = self.shape() else {
            return false;
        };
        if shape.names.len() >= MAX_SHAPED {
            if let Some(dict) = self.take_dict(heap) {
                dict.set_str(name, value, heap);
            }
            return true;
        }
        self.grow(name, value, heap)
    }

    fn grow(&self, name: &Gc<Str>, value: Value, heap: &Heap) -> bool {
        let Some(shape) = self.shape() else {
            return false;
        };
        let next = shape.with(name, heap);
        self.shape_id.set(next.id);
        unsafe {
            (*self.values.get()).push(value);
            *self.shape.get() = Some(next);
        }
        true
    }

    /// The next shape's number and index if `name` were added: for caches of attribute stores.
    pub fn transition(&self, name: &Gc<Str>, heap: &Heap) -> Option<Rc<Shape>> {
        self.shape()
            .filter(|s| s.names.len() < MAX_SHAPED)
            .map(|s| s.with(name, heap))
    }

    /// Adds the attribute of a transition that was cached.
    #[inline]
    pub fn push_with(&self, next: &Rc<Shape>, value: Value) {
        self.shape_id.set(next.id);
        unsafe {
            (*self.values.get()).push(value);
            *self.shape.get() = Some(next.clone());
        }
    }

    /// The instance's `__dict__`, made when it is first asked for. `None` when there is none.
    pub fn take_dict(&self, heap: &Heap) -> Option<Gc<Dict>> {
        if let Some(dict) = self.dict() {
            return Some(dict.clone());
        }
        let shape = self.shape()?.clone();
        let dict = heap.new_dict();
        let moved: Vec<Value> = unsafe {
            (*self.values.get())
                .drain(self.n_slots as usize..)
                .collect()
        };
        for (name, value) in shape.names.iter().zip(moved) {
            dict.set_str(name, value, heap);
        }
        self.enter_dict_mode(dict.clone());
        Some(dict)
    }

    fn enter_dict_mode(&self, dict: Gc<Dict>) {
        self.shape_id.set(0);
        let old = unsafe {
            *self.shape.get() = None;
            (*self.dict.get()).replace(dict)
        };
        drop(old);
    }

    /// Replaces the `__dict__`. False when instances have none.
    pub fn replace_dict(&self, dict: Gc<Dict>) -> bool {
        if !self.has_dict() {
            return false;
        }
        let old: Vec<Value> = unsafe {
            (*self.values.get())
                .drain(self.n_slots as usize..)
                .collect()
        };
        self.enter_dict_mode(dict);
        drop(old);
        true
    }

    /// Names and values of the instance attributes in order, slots not among them.
    pub fn items(&self) -> Vec<(Value, Value)> {
        if let Some(dict) = self.dict() {
            return dict.items();
        }
        let Some(shape) = self.shape() else {
            return Vec::new();
        };
        let values = &self.values()[self.n_slots as usize..];
        shape
            .names
            .iter()
            .zip(values)
            .map(|(n, v)| (n.value(), v.clone()))
            .collect()
    }

    /// After `__class__` changed: takes over the attributes under the new type's shapes.
    pub fn retype(&self, ty: &Type, heap: &Heap) {
        let Some(old) = self.shape().cloned() else {
            return;
        };
        let Some(mut shape) = ty.root_shape() else {
            return;
        };
        for name in &old.names {
            shape = shape.with(name, heap);
        }
        self.shape_id.set(shape.id);
        unsafe { *self.shape.get() = Some(shape) };
    }

    pub(super) fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for value in self.values() {
            visit_value(value, visit);
        }
        if let Some(dict) = self.dict() {
            visit(dict.obj());
        }
    }

    pub(super) fn clear(&self) {
        let (values, dict) = unsafe {
            let values = &mut *self.values.get();
            let slots = vec![Value::Unbound; self.n_slots as usize];
            (std::mem::replace(values, slots), (*self.dict.get()).take())
        };
        // The shape no longer fits the values: without attributes the object looks freshly made.
        self.shape_id.set(0);
        unsafe { *self.shape.get() = None };
        drop((values, dict));
    }
}
