//! `Value`: what a register, a list slot or an attribute holds. Sixteen bytes: a tag and a payload.
//!
//! Small integers, floats and the singletons are unboxed; all else is one counted pointer.
//! An integer that fits `i64` and whose type is exactly `int` is always `Int`; larger ones and
//! instances of subclasses are heap objects.
#![allow(unsafe_code)]

use super::header::{Gc, ObjRef, Payload};

#[derive(Clone, Default)]
#[repr(u8)]
pub enum Value {
    /// No value: an unbound local, an empty slot, an argument not given. Never seen by scripts.
    #[default]
    Unbound = 0,
    None = 1,
    Bool(bool) = 2,
    Int(i64) = 3,
    Float(f64) = 4,
    NotImplemented = 5,
    Ellipsis = 6,
    Obj(ObjRef) = 7,
}

const _: () = assert!(std::mem::size_of::<Value>() == 16);

impl Value {
    pub const TRUE: Value = Value::Bool(true);
    pub const FALSE: Value = Value::Bool(false);

    #[inline]
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    #[inline]
    pub fn is_unbound(&self) -> bool {
        matches!(self, Value::Unbound)
    }

    #[inline]
    pub fn is_not_implemented(&self) -> bool {
        matches!(self, Value::NotImplemented)
    }

    /// The value, or `None` when unbound: for optional arguments.
    #[inline]
    pub fn given(&self) -> Option<&Value> {
        if self.is_unbound() { None } else { Some(self) }
    }

    /// The value, or `None` when unbound or Python's `None`.
    #[inline]
    pub fn given_not_none(&self) -> Option<&Value> {
        if matches!(self, Value::Unbound | Value::None) {
            None
        } else {
            Some(self)
        }
    }

    #[inline]
    pub fn as_obj(&self) -> Option<&ObjRef> {
        if let Value::Obj(obj) = self {
            Some(obj)
        } else {
            None
        }
    }

    /// The object with payload `T`; subclasses' instances count.
    #[inline]
    pub fn downcast<T: Payload>(&self) -> Option<&Gc<T>> {
        if let Value::Obj(obj) = self {
            obj.downcast::<T>()
        } else {
            None
        }
    }

    #[inline]
    pub fn is<T: Payload>(&self) -> bool {
        self.downcast::<T>().is_some()
    }

    /// `a is b`. Two equal small ints or floats are not told apart, as their boxes don't exist.
    #[inline]
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Obj(a), Value::Obj(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }

    /// Takes the value out and leaves `Unbound`.
    #[inline]
    pub fn take(&mut self) -> Value {
        std::mem::take(self)
    }
}

impl From<bool> for Value {
    #[inline]
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

impl From<i64> for Value {
    #[inline]
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}

impl From<usize> for Value {
    /// Sizes and counts; they fit.
    #[inline]
    fn from(n: usize) -> Value {
        Value::Int(n as i64)
    }
}

impl From<f64> for Value {
    #[inline]
    fn from(x: f64) -> Value {
        Value::Float(x)
    }
}

impl From<ObjRef> for Value {
    #[inline]
    fn from(obj: ObjRef) -> Value {
        Value::Obj(obj)
    }
}

/// Shows `visit` the reference in `value`, if it is one.
#[inline]
pub fn visit_value(value: &Value, visit: &mut dyn FnMut(&ObjRef)) {
    if let Value::Obj(obj) = value {
        visit(obj);
    }
}
