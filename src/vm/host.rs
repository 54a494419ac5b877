//! What an isolate asks of the process it runs in: its standard output, sleeping.

use std::cell::RefCell;
use std::io::{IsTerminal, Write};

use super::Vm;

/// Output that is collected until there is enough of it.
#[derive(Default)]
pub struct HostOutput {
    pending: RefCell<Vec<u8>>,
}

const ENOUGH: usize = 8192;

impl Vm {
    /// Writes to the standard output: at once when it is a terminal and a line is complete, else when
    /// enough has come together.
    pub fn write_stdout(&mut self, bytes: &[u8]) {
        let host = self.module_state::<HostOutput>();
        let mut pending = host.pending.borrow_mut();
        pending.extend_from_slice(bytes);
        let line = memchr::memchr(b'\n', bytes).is_some();
        if pending.len() >= ENOUGH || line && std::io::stdout().is_terminal() {
            let _ = flush(&mut pending);
        }
    }

    /// Writes out what was collected.
    pub fn flush_stdout(&mut self) -> std::io::Result<()> {
        let host = self.module_state::<HostOutput>();
        let mut pending = host.pending.borrow_mut();
        flush(&mut pending)
    }
}

fn flush(pending: &mut Vec<u8>) -> std::io::Result<()> {
    let bytes = std::mem::take(pending);
    let mut out = std::io::stdout().lock();
    out.write_all(&bytes)?;
    out.flush()
}
