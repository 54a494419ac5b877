//! The buffer protocol: what objects whose memory others may look at have in common.
//!
//! A payload that exports its memory implements [`Exporter`] and stands in the list of [`exporter`].
//! While a view is held (`hold` .. `let_go`) its size must not change.

use super::bytes::{ByteArray, Bytes};
use super::memoryview::MemoryView;
use super::names::Slot;
use super::value::Value;
use crate::vm::{Result, Vm};

/// Memory that others may look at. The functions handed in run no script code.
pub trait Exporter {
    fn read(&self, see: &mut dyn FnMut(&[u8]));

    /// False when the memory is read-only.
    fn write(&self, _change: &mut dyn FnMut(&mut [u8])) -> bool {
        false
    }

    fn readonly(&self) -> bool {
        true
    }

    /// One more view looks at the memory.
    fn hold(&self) {}

    fn let_go(&self) {}

    /// Format of an item, as `struct` writes it, and its size.
    fn item(&self) -> (&'static str, usize) {
        ("B", 1)
    }
}

impl Exporter for Bytes {
    fn read(&self, see: &mut dyn FnMut(&[u8])) {
        see(&self.data);
    }
}

impl Exporter for ByteArray {
    fn read(&self, see: &mut dyn FnMut(&[u8])) {
        see(&self.data.borrow());
    }

    fn write(&self, change: &mut dyn FnMut(&mut [u8])) -> bool {
        change(&mut self.data.borrow_mut());
        true
    }

    fn readonly(&self) -> bool {
        false
    }

    fn hold(&self) {
        self.exports.set(self.exports.get() + 1);
    }

    fn let_go(&self) {
        self.exports.set(self.exports.get().saturating_sub(1));
    }
}

/// The object as one that exports its memory. Memory views are not in the list: they look at those.
pub fn exporter(value: &Value) -> Option<&dyn Exporter> {
    let Value::Obj(obj) = value else { return None };
    fn of<T: super::header::Payload + Exporter>(
        obj: &super::header::ObjRef,
    ) -> Option<&dyn Exporter> {
        obj.downcast::<T>().map(|gc| &**gc as &dyn Exporter)
    }
    of::<Bytes>(obj).or_else(|| of::<ByteArray>(obj))
}

/// Shows `see` the content of `bytes` or `bytearray`; `None` for anything else.
pub fn see_bytes<R>(value: &Value, see: impl FnOnce(&[u8]) -> R) -> Option<R> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Some(see(&bytes.data));
    }
    value
        .downcast::<ByteArray>()
        .map(|array| see(&array.data.borrow()))
}

impl Vm {
    /// Whether the value is `bytes` or `bytearray`.
    pub fn is_bytes(&self, value: &Value) -> bool {
        value.is::<Bytes>() || value.is::<ByteArray>()
    }

    /// Whether the value gives access to its memory.
    pub fn is_buffer(&self, value: &Value) -> bool {
        exporter(value).is_some()
            || value.is::<MemoryView>()
            || self.type_of(value).has_slot(Slot::Buffer)
    }

    /// A copy of the content of a bytes-like object; `None` for anything else.
    pub fn buffer(&mut self, value: &Value) -> Result<Option<Vec<u8>>> {
        if let Some(copy) = see_bytes(value, <[u8]>::to_vec) {
            return Ok(Some(copy));
        }
        if let Some(view) = value.downcast::<MemoryView>().cloned() {
            view.check(self)?;
            return Ok(Some(view.content()));
        }
        if let Some(exporter) = exporter(value) {
            let mut copy = Vec::new();
            exporter.read(&mut |bytes| copy.extend_from_slice(bytes));
            return Ok(Some(copy));
        }
        if self.type_of(value).has_slot(Slot::Buffer) {
            let view = self.script_buffer(value)?;
            return self.buffer(&view);
        }
        Ok(None)
    }

    /// What a class's own `__buffer__` gives: a memoryview.
    pub fn script_buffer(&mut self, value: &Value) -> Result<Value> {
        // All the information, read-only.
        const FULL_RO: i64 = 284;
        let view = self.call_slot(value, Slot::Buffer, &[Value::Int(FULL_RO)])?;
        match view {
            Some(view) if view.is::<MemoryView>() => Ok(view),
            _ => Err(self.type_error("__buffer__ returned non-memoryview object")),
        }
    }

    /// As [`Vm::buffer`]: "a bytes-like object is required, not 'str'".
    pub fn need_buffer(&mut self, value: &Value) -> Result<Vec<u8>> {
        match self.buffer(value)? {
            Some(bytes) => Ok(bytes),
            None => {
                let name = self.type_name(value);
                Err(self.type_error(format!("a bytes-like object is required, not '{name}'")))
            }
        }
    }
}
