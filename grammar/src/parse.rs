//! The one door: source text in, tree or error out.

use crate::ast::{Module, Span};
use crate::syntax_error::{SyntaxError, Warning};

/// What the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A file (`exec`).
    Program,
    /// One expression (`eval`).
    Expression,
    /// One entry at the prompt (`single`).
    Interactive,
}

/// The tree and what to warn of.
#[derive(Clone, Debug, PartialEq)]
pub struct ParseOutput {
    pub module: Module,
    pub warnings: Vec<Warning>,
}

/// Parses `source`, which `decode` made of the file's bytes.
pub fn parse(source: &str, mode: Mode) -> Result<Module, SyntaxError> {
    parse_with_warnings(source, mode).map(|output| output.module)
}

/// As `parse`, with the warnings that the caller may emit.
pub fn parse_with_warnings(source: &str, mode: Mode) -> Result<ParseOutput, SyntaxError> {
    let _ = (source, mode);
    Err(SyntaxError::new(
        "parsing is not supported yet",
        Span::default(),
    ))
}
