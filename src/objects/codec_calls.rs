//! Encoding and decoding as methods of the VM: codecs by name, error handlers, bytes-like objects.

use super::header::Gc;
use super::str::Str;
use super::value::Value;
use crate::vm::{Result, Vm};

impl Vm {
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
