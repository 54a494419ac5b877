//! What the VM asks of its surroundings: interruptions, and reports of errors that nobody can catch.

use crate::objects::exceptions::Exc;
use crate::objects::frame::Traceback;
use crate::objects::generator::Generator;
use crate::objects::header::Gc;
use crate::objects::str::Str;
use crate::objects::value::Value;

use super::{Result, Vm};

impl Vm {
    /// The host or the operating system wants something.
    pub(crate) fn attend_host(&mut self, _bits: u32) -> Result<()> {
        Ok(())
    }

    /// Reports an exception that cannot be raised: `sys.unraisablehook`.
    pub fn unraisable(&mut self, error: &Exc, message: &str, obj: &Value) {
        let _ = (message, obj);
        let value = error.value();
        if let Ok(text) = self.repr(&value) {
            self.report(&format!("Exception ignored in: {}\n", text.lossy()));
        }
    }

    /// A traceback in CPython's plain form.
    pub fn format_traceback(&mut self, error: &Exc) -> String {
        let mut out = String::new();
        let mut entry = error.0.traceback.borrow().clone();
        if !entry.is_none() {
            out.push_str("Traceback (most recent call last):\n");
        }
        while let Some(tb) = entry.clone().downcast::<Traceback>() {
            let code = tb.frame.code.code.clone();
            let line = tb.lineno.get();
            out.push_str(&format!(
                "  File \"{}\", line {line}, in {}\n",
                code.source.name, code.qualname
            ));
            if let Some(text) = code.source.line_text(line as u32) {
                out.push_str(&format!("    {}\n", text.trim()));
            }
            entry = tb.next.borrow().clone();
        }
        let value = error.value();
        let text = match self.str(&value) {
            Ok(text) => text.lossy().into_owned(),
            Err(_) => "<exception str() failed>".into(),
        };
        let name = error.0.ty().name();
        out.push_str(&if text.is_empty() {
            format!("{name}\n")
        } else {
            format!("{name}: {text}\n")
        });
        out
    }

    /// Writes to the error stream.
    pub fn report(&mut self, text: &str) {
        use std::io::Write;
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    /// "coroutine 'x' was never awaited"
    pub(crate) fn warn_never_awaited(&mut self, coroutine: &Gc<Generator>) {
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
