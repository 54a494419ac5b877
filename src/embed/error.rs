//! What can go wrong when a host runs a script.

use std::fmt;

use crate::diagnostics;
use crate::objects::exceptions::Exc;
use crate::objects::frame::Traceback;
use crate::objects::str::Str;
use crate::vm::Vm;

/// One frame of a script error's traceback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub file: String,
    /// 1-based.
    pub line: u32,
    pub function: String,
}

/// The error of compiling or running a script.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The source is no valid program.
    Syntax {
        message: String,
        file: String,
        line: u32,
        column: u32,
    },
    /// The script raised an exception that it did not catch.
    Script {
        /// Name of the exception's class.
        kind: String,
        message: String,
        /// Outermost first.
        frames: Vec<Frame>,
        /// The whole report, as the command line prints it.
        report: String,
    },
    /// The isolate could not be started.
    Host(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Syntax {
                message,
                file,
                line,
                column,
            } => {
                write!(f, "{file}:{line}:{column}: SyntaxError: {message}")
            }
            Error::Script { kind, message, .. } if message.is_empty() => f.write_str(kind),
            Error::Script { kind, message, .. } => write!(f, "{kind}: {message}"),
            Error::Host(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// A script's exception as seen from outside.
    pub(super) fn from_script(vm: &mut Vm, error: &Exc) -> Error {
        let value = error.value();
        let message = vm
            .str(&value)
            .map(|s| s.lossy().into_owned())
            .unwrap_or_default();
        let kind = error
            .0
            .ty()
            .qualname
            .borrow()
            .downcast::<Str>()
            .map(|s| s.lossy().into_owned())
            .unwrap_or_default();
        let mut frames = Vec::new();
        let mut at = error.0.traceback.borrow().downcast::<Traceback>().cloned();
        while let Some(tb) = at {
            let code = &tb.frame.code.code;
            frames.push(Frame {
                file: code.source.name.to_string(),
                line: tb.lineno.get() as u32,
                function: code.qualname.to_string(),
            });
            let next = tb.next.borrow().downcast::<Traceback>().cloned();
            at = next;
        }
        let report = diagnostics::traceback::render(vm, error, false);
        Error::Script {
            kind,
            message,
            frames,
            report,
        }
    }
}
