//! What is wrong with a source text, in CPython's words, and where.

use std::fmt;

use crate::ast::Span;

/// Which exception CPython raises for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    #[default]
    SyntaxError,
    IndentationError,
    TabError,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Kind::SyntaxError => "SyntaxError",
            Kind::IndentationError => "IndentationError",
            Kind::TabError => "TabError",
        }
    }
}

/// The error of `parse` and `decode`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SyntaxError {
    pub kind: Kind,
    /// CPython's message, without the type's name.
    pub message: String,
    /// Never longer than the source: `end` may equal its length.
    pub span: Span,
    /// More input would help: an open bracket, triple quote or block at the end of the source.
    pub incomplete: bool,
    /// A second place that explains the first, such as where a bracket was opened.
    pub note: Option<Box<Note>>,
}

/// A place and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub message: String,
    pub span: Span,
}

impl SyntaxError {
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        SyntaxError {
            kind: Kind::SyntaxError,
            message: message.into(),
            span,
            incomplete: false,
            note: None,
        }
    }

    pub fn with_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    pub fn with_incomplete(mut self, incomplete: bool) -> Self {
        self.incomplete = incomplete;
        self
    }

    pub fn with_note(mut self, message: impl Into<String>, span: Span) -> Self {
        self.note = Some(Box::new(Note {
            message: message.into(),
            span,
        }));
        self
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// A `SyntaxWarning` (or `DeprecationWarning`) that the caller may emit beside the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub message: String,
    pub span: Span,
}
