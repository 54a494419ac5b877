//! What users are told: suggestions, syntax errors, tracebacks.
//!
//! On a terminal miette draws the source; elsewhere, and with `NO_COLOR`, the text is plain and in
//! CPython's form. Nothing here runs script code or fails: rendering must never take the process down.

pub mod snippet;
pub mod suggest;
pub mod syntax;
pub mod traceback;

use std::io::IsTerminal;

/// Whether errors are drawn: standard error is a terminal and `NO_COLOR` is not set.
pub fn is_fancy() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}
