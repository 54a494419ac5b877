//! What is wrong with a source text, in CPython's words, and where.

use std::fmt;

use crate::ast::Span;
use crate::lines::LineIndex;

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
    /// What CPython says of the place beside where it begins.
    pub extent: Extent,
    /// A second place that explains the first, such as where a bracket was opened.
    pub note: Option<Box<Note>>,
}

/// How CPython fills the `end_offset` of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Extent {
    /// Where the span ends.
    #[default]
    Span,
    /// Where it begins: errors of single characters.
    Point,
    /// One before that: errors that reach to where the lexer stands.
    Current,
    /// Zero: errors that reach to somewhere unknown.
    Zero,
    /// Minus one: errors of indentation.
    Unknown,
    /// Minus one, and the offset one less: tokens without text, seen where they end.
    Layout,
    /// The offset is zero too: the end of the source.
    Nowhere,
}

/// The attributes of a `SyntaxError` object of Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    pub lineno: i64,
    pub offset: i64,
    pub end_lineno: i64,
    pub end_offset: i64,
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
            extent: Extent::Span,
            note: None,
        }
    }

    pub fn with_extent(mut self, extent: Extent) -> Self {
        self.extent = extent;
        self
    }

    /// `lineno`, `offset`, `end_lineno` and `end_offset` as CPython has them.
    pub fn location(&self, source: &str) -> Location {
        let lines = LineIndex::new(source);
        let start = lines.position(source, self.span.start);
        let mut end = lines.position(source, self.span.end);
        let mut end_offset = i64::from(end.column) + 1;
        let at_end = self.span.start as usize >= source.len();
        if self.span.start == self.span.end && at_end {
            // The line end that CPython adds to a last line without one.
            end_offset += 1;
        } else if end.byte_column == 0 && end.line > start.line {
            // A token that is a line end belongs to its line.
            let text = source.get(..self.span.end as usize).unwrap_or("");
            let width = if text.ends_with("\r\n") { 2 } else { 1 };
            let before = lines.position(source, self.span.end - width);
            end_offset = i64::from(before.column) + 2;
            end = before;
        }
        if end.line > start.line {
            // CPython measures the end on the first line.
            let width = lines.text(source, start.line).chars().count() as i64;
            end_offset = end_offset.min(width + 1 + i64::from(self.extent == Extent::Current));
        }
        let (lineno, end_lineno) = (i64::from(start.line), i64::from(end.line));
        let offset = i64::from(start.column) + 1;
        let (offset, end_lineno, end_offset) = match self.extent {
            Extent::Span => (offset, end_lineno, end_offset),
            Extent::Current => (offset, end_lineno, end_offset - 1),
            Extent::Point => (offset, lineno, offset),
            Extent::Zero => (offset, lineno, 0),
            Extent::Unknown => (offset, lineno, -1),
            Extent::Layout => (offset - 1, lineno, -1),
            Extent::Nowhere if source.is_empty() => {
                return Location {
                    lineno: 0,
                    offset: 0,
                    end_lineno: 0,
                    end_offset: 0,
                };
            }
            Extent::Nowhere => (0, lineno, 0),
        };
        Location {
            lineno,
            offset,
            end_lineno,
            end_offset,
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

/// A `SyntaxWarning` that the caller may emit beside the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub message: String,
    pub span: Span,
}
