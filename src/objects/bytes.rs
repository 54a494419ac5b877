//! Payloads of `bytes` and `bytearray`. The methods live in `bytes_methods`.

use std::cell::{Cell, RefCell};

use crate::payload;

/// Immutable bytes.
pub struct Bytes {
    pub data: Box<[u8]>,
    /// 0 while unknown.
    pub hash: Cell<i64>,
}
payload!(Bytes, untracked);

impl From<Vec<u8>> for Bytes {
    fn from(data: Vec<u8>) -> Bytes {
        Bytes {
            data: data.into(),
            hash: Cell::new(0),
        }
    }
}

/// Mutable bytes. While `exports` is not zero (a memoryview looks at them) the length must not change.
#[derive(Default)]
pub struct ByteArray {
    pub data: RefCell<Vec<u8>>,
    pub exports: Cell<usize>,
}
payload!(ByteArray, untracked);
