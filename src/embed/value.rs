//! What crosses the border between host and script: values by copy.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::dict::Dict;
use crate::objects::list::{List, Tuple};
use crate::objects::number::IntObj;
use crate::objects::str::Str;
use crate::objects::value::Value as Inner;
use crate::vm::{Result, Vm};

/// Nested deeper than this nothing crosses: it may be a circle.
const MAX_DEPTH: usize = 200;

/// A script's value outside the script. Containers are copied.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// An `int` that does not fit 64 bits.
    BigInt(BigInt),
    Float(f64),
    Str(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Tuple(Vec<Value>),
    /// Pairs in insertion order.
    Dict(Vec<(Value, Value)>),
    /// What has no form outside: its `repr()`.
    Other(String),
}

macro_rules! from {
    ($($ty:ty => $make:expr;)+) => { $(
        impl From<$ty> for Value {
            fn from(value: $ty) -> Value {
                let make: fn($ty) -> Value = $make;
                make(value)
            }
        }
    )+ };
}

from! {
    () => |()| Value::None;
    bool => Value::Bool;
    i64 => Value::Int;
    i32 => |n| Value::Int(n.into());
    u32 => |n| Value::Int(n.into());
    f64 => Value::Float;
    &str => |s| Value::Str(s.to_string());
    String => Value::Str;
    Vec<u8> => Value::Bytes;
    Vec<Value> => Value::List;
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::None, Into::into)
    }
}

impl Value {
    /// The text of a `Str`.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::Str(s) = self {
            Some(s)
        } else {
            None
        }
    }

    /// The number of an `Int`.
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(n) = self {
            Some(*n)
        } else {
            None
        }
    }

    /// The script's value as seen from outside.
    pub(super) fn from_script(vm: &mut Vm, value: &Inner) -> Result<Value> {
        copy_out(vm, value, 0)
    }

    /// This value inside the script.
    pub(super) fn to_script(&self, vm: &mut Vm) -> Result<Inner> {
        Ok(match self {
            Value::None => Inner::None,
            Value::Bool(b) => Inner::Bool(*b),
            Value::Int(n) => Inner::Int(*n),
            Value::BigInt(n) => vm.new_int(n.clone()),
            Value::Float(x) => Inner::Float(*x),
            Value::Str(s) | Value::Other(s) => vm.new_str(s.as_str()),
            Value::Bytes(b) => vm.new_bytes(b.clone()),
            Value::List(items) => {
                let items = items
                    .iter()
                    .map(|v| v.to_script(vm))
                    .collect::<Result<_>>()?;
                vm.new_list(items).into()
            }
            Value::Tuple(items) => {
                let items = items
                    .iter()
                    .map(|v| v.to_script(vm))
                    .collect::<Result<_>>()?;
                vm.new_tuple(items).into()
            }
            Value::Dict(items) => {
                let dict = vm.new_dict();
                for (key, value) in items {
                    let (key, value) = (key.to_script(vm)?, value.to_script(vm)?);
                    dict.set(vm, key, value)?;
                }
                dict.into()
            }
        })
    }
}

fn copy_out(vm: &mut Vm, value: &Inner, depth: usize) -> Result<Value> {
    if depth > MAX_DEPTH {
        return Err(vm.recursion_error("value is nested too deeply to leave the script"));
    }
    let items = |vm: &mut Vm, items: &[Inner]| -> Result<Vec<Value>> {
        items.iter().map(|v| copy_out(vm, v, depth + 1)).collect()
    };
    Ok(match value {
        Inner::None | Inner::Unbound => Value::None,
        Inner::Bool(b) => Value::Bool(*b),
        Inner::Int(n) => Value::Int(*n),
        Inner::Float(x) => Value::Float(*x),
        other => {
            if let Some(s) = other.downcast::<Str>() {
                Value::Str(s.lossy().into_owned())
            } else if let Some(n) = other.downcast::<IntObj>() {
                n.0.to_i64()
                    .map_or_else(|| Value::BigInt(n.0.clone()), Value::Int)
            } else if let Some(b) = other.downcast::<Bytes>() {
                Value::Bytes(b.data.to_vec())
            } else if let Some(b) = other.downcast::<ByteArray>() {
                Value::Bytes(b.data.borrow().clone())
            } else if let Some(list) = other.downcast::<List>() {
                Value::List(items(vm, &list.snapshot())?)
            } else if let Some(tuple) = other.downcast::<Tuple>() {
                Value::Tuple(items(vm, tuple.items())?)
            } else if let Some(dict) = other.downcast::<Dict>() {
                let mut pairs = Vec::new();
                for (key, value) in dict.items() {
                    pairs.push((
                        copy_out(vm, &key, depth + 1)?,
                        copy_out(vm, &value, depth + 1)?,
                    ));
                }
                Value::Dict(pairs)
            } else {
                Value::Other(vm.repr(other)?.lossy().into_owned())
            }
        }
    })
}
