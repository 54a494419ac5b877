//! Byte offsets to lines and columns, numbered as CPython numbers them.

use crate::ast::Span;

/// Where a byte offset stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// In characters, from 0 (a `SyntaxError`'s `offset` is this plus one).
    pub column: u32,
    /// In bytes of UTF-8, from 0 (the `col_offset` of CPython's `ast`).
    pub byte_column: u32,
}

/// The start of every line of one source. `\n`, `\r\n` and a lone `\r` end a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    pub fn new(source: &str) -> Self {
        let bytes = source.as_bytes();
        let mut starts = vec![0];
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            at += 1;
            if byte == b'\r' && bytes.get(at) == Some(&b'\n') {
                at += 1;
            }
            if byte == b'\n' || byte == b'\r' {
                starts.push(at as u32);
            }
        }
        LineIndex {
            starts,
            len: bytes.len() as u32,
        }
    }

    /// How many lines there are; a source that ends in a newline has an empty last one.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line (from 1) that holds `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// The first byte of a line (from 1); the end of the source for lines past the last.
    pub fn start(&self, line: u32) -> u32 {
        let index = (line as usize).saturating_sub(1);
        self.starts.get(index).copied().unwrap_or(self.len)
    }

    /// The bytes of a line with its line end.
    pub fn span(&self, line: u32) -> Span {
        Span::new(self.start(line), self.start(line + 1))
    }

    /// The text of a line without its line end.
    pub fn text<'s>(&self, source: &'s str, line: u32) -> &'s str {
        let span = self.span(line);
        let text = source
            .get(span.start as usize..span.end as usize)
            .unwrap_or("");
        text.trim_end_matches(['\n', '\r'])
    }

    /// Line and columns of `offset`, which is clamped to the source.
    pub fn position(&self, source: &str, offset: u32) -> Position {
        let offset = offset.min(self.len);
        let line = self.line(offset);
        let start = self.start(line);
        let before = &source.as_bytes()[start as usize..offset as usize];
        // Counting bytes that begin a character also holds inside one.
        let column = before.iter().filter(|&&b| b & 0xC0 != 0x80).count() as u32;
        Position {
            line,
            column,
            byte_column: offset - start,
        }
    }
}
