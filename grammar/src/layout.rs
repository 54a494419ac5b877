//! Lines and blocks: NEWLINE at the end of a logical line, INDENT and DEDENT where blocks begin
//! and end. Inside brackets and after a backslash a line goes on.

use crate::ast::Span;
use crate::lexer::{self, Bracket, Raw};
use crate::syntax_error::{Extent, Kind, SyntaxError, Warning};
use crate::token::{Spanned, Token};

/// CPython's bound.
const MAX_INDENT: usize = 100;
const TAB: u32 = 8;

/// All the tokens of a source, up to its end or to the first that is none.
pub struct Tokens {
    pub list: Vec<Spanned>,
    pub error: Option<SyntaxError>,
    pub warnings: Vec<Warning>,
    /// The error was met inside an f-string.
    pub in_fstring: bool,
    /// Those that were never closed, outermost first.
    pub open: Vec<Bracket>,
}

impl Tokens {
    /// A source that ends too early inside brackets misses their closing first of all.
    fn with_end_of_source(mut self) -> Self {
        let early = |error: &SyntaxError| error.message == "unexpected EOF while parsing";
        if self.error.as_ref().is_some_and(early) {
            self.error = self.unclosed().or(self.error);
        }
        self
    }

    /// The error of the innermost bracket that the end of the source leaves open.
    pub fn unclosed(&self) -> Option<SyntaxError> {
        let open = self.open.last()?;
        let message = format!("'{}' was never closed", open.text);
        let error = SyntaxError::new(message, Span::new(open.at, open.at + 1));
        Some(error.with_incomplete(true).with_extent(Extent::Zero))
    }
}

/// The width of an indentation with tabs to every 8th column, and with tabs as one: where the
/// two disagree on an order, the layout depends on the width of a tab.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Width {
    tabs8: u32,
    tabs1: u32,
}

struct Layout<'s> {
    raw: Raw<'s>,
    source: &'s str,
    list: Vec<Spanned>,
    indents: Vec<Width>,
}

pub fn tokenize(source: &str) -> Tokens {
    let list = Vec::with_capacity(source.len() / 4 + 8);
    let mut layout = Layout {
        raw: lexer::raw(source),
        source,
        list,
        indents: vec![Width { tabs8: 0, tabs1: 0 }],
    };
    let error = layout.run().err().map(place);
    let modes = layout.raw.extras;
    let in_fstring = modes.in_fstring();
    let tokens = Tokens {
        list: layout.list,
        error,
        warnings: modes.warnings,
        in_fstring,
        open: modes.brackets,
    };
    tokens.with_end_of_source()
}

/// Most errors of the lexer point at one character and say no more.
fn place(error: SyntaxError) -> SyntaxError {
    if error.extent == Extent::Span {
        error.with_extent(Extent::Point)
    } else {
        error
    }
}

impl Layout<'_> {
    fn run(&mut self) -> Result<(), SyntaxError> {
        self.line_start()?;
        while let Some(item) = lexer::next_token(&mut self.raw) {
            let (start, token, end) = item?;
            if token != Token::Newline {
                self.list.push((start, token, end));
            } else if self.raw.extras.brackets.is_empty() {
                if !self.at_line_start() {
                    self.list.push((self.comment_start(start), token, end));
                }
                self.line_start()?;
            }
        }
        let end = self.source.len() as u32;
        if self.raw.extras.brackets.is_empty() {
            self.check_joined_end()?;
            if !self.at_line_start() {
                self.list.push((end, Token::Newline, end));
            }
            for _ in 1..self.indents.len() {
                self.list.push((end, Token::Dedent, end));
            }
        }
        self.list.push((end, Token::EndOfFile, end));
        Ok(())
    }

    /// Where the comment before a line end begins, for it is part of that token.
    fn comment_start(&self, at: u32) -> u32 {
        let after = self.list.last().map_or(0, |last| last.2);
        let gap = self.source.get(after as usize..at as usize).unwrap_or("");
        gap.find('#').map_or(at, |offset| after + offset as u32)
    }

    /// A backslash must join its line to another.
    fn check_joined_end(&self) -> Result<(), SyntaxError> {
        let after = self.list.last().map_or(0, |last| last.2) as usize;
        let rest = self.source.get(after..).unwrap_or("");
        let line = rest
            .strip_suffix("\r\n")
            .or_else(|| rest.strip_suffix(['\n', '\r']));
        match line {
            Some(line) if line.ends_with('\\') && !line.contains('#') => {
                let at = (after + line.len()) as u32;
                let error = SyntaxError::new("unexpected EOF while parsing", Span::new(at, at));
                Err(error.with_extent(Extent::Unknown).with_incomplete(true))
            }
            _ => Ok(()),
        }
    }

    fn at_line_start(&self) -> bool {
        self.list.last().is_none_or(|(_, token, _)| {
            matches!(token, Token::Newline | Token::Indent | Token::Dedent)
        })
    }

    /// Skips blank and comment lines, then compares the indentation of the next with the stack.
    fn line_start(&mut self) -> Result<(), SyntaxError> {
        let bytes = self.source.as_bytes();
        let mut at = self.raw.span().end;
        let mut width = Width { tabs8: 0, tabs1: 0 };
        let mut joined: Option<Width> = None;
        loop {
            match bytes.get(at) {
                Some(b' ') => {
                    width = Width {
                        tabs8: width.tabs8 + 1,
                        tabs1: width.tabs1 + 1,
                    }
                }
                Some(b'\t') => {
                    width = Width {
                        tabs8: (width.tabs8 / TAB + 1) * TAB,
                        tabs1: width.tabs1 + 1,
                    }
                }
                Some(b'\x0c') => width = Width { tabs8: 0, tabs1: 0 },
                Some(b'\\') if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => {
                    // The first of the joined lines that has a width gives it.
                    if joined.is_none_or(|w| w.tabs8 == 0) {
                        joined = Some(width);
                    }
                    at += 1 + usize::from(
                        bytes.get(at + 1) == Some(&b'\r') && bytes.get(at + 2) == Some(&b'\n'),
                    );
                }
                Some(b'#') => {
                    at += bytes[at..]
                        .iter()
                        .take_while(|b| !matches!(b, b'\n' | b'\r'))
                        .count();
                    continue;
                }
                Some(b'\n' | b'\r') => {
                    width = Width { tabs8: 0, tabs1: 0 };
                    joined = None;
                }
                _ => break,
            }
            at += 1;
        }
        let skipped = at - self.raw.span().end;
        self.raw.bump(skipped);
        if at == bytes.len() {
            return Ok(());
        }
        if bytes.get(at) == Some(&b'\\') {
            // No line is joined here: the lexer says so, before any dedent.
            return Ok(());
        }
        let width = joined.filter(|w| w.tabs8 != 0).unwrap_or(width);
        self.indentation(width, at as u32)
    }

    fn indentation(&mut self, width: Width, at: u32) -> Result<(), SyntaxError> {
        let current = self.indents.last().copied().unwrap_or(width);
        if width == current {
            return Ok(());
        }
        if width.tabs8 > current.tabs8 {
            if width.tabs1 <= current.tabs1 {
                return Err(self.tab_error(at));
            }
            if self.indents.len() >= MAX_INDENT {
                let message = "too many levels of indentation";
                let error = SyntaxError::new(message, self.line_start_of(at));
                return Err(error
                    .with_kind(Kind::IndentationError)
                    .with_extent(Extent::Zero));
            }
            self.indents.push(width);
            self.list.push((at, Token::Indent, at));
            return Ok(());
        }
        let kept = self
            .indents
            .iter()
            .take_while(|open| open.tabs8 <= width.tabs8)
            .count()
            .max(1);
        let current = self.indents.get(kept - 1).copied().unwrap_or(width);
        if width.tabs8 != current.tabs8 {
            let message = "unindent does not match any outer indentation level";
            let error = SyntaxError::new(message, self.rest_of_line(at));
            return Err(error
                .with_kind(Kind::IndentationError)
                .with_extent(Extent::Unknown));
        }
        if width.tabs1 != current.tabs1 {
            return Err(self.tab_error(at));
        }
        for _ in kept..self.indents.len() {
            self.list.push((at, Token::Dedent, at));
        }
        self.indents.truncate(kept);
        Ok(())
    }

    fn tab_error(&self, at: u32) -> SyntaxError {
        let message = "inconsistent use of tabs and spaces in indentation";
        let error = SyntaxError::new(message, self.line_start_of(at));
        error.with_kind(Kind::TabError).with_extent(Extent::Zero)
    }

    fn line_start_of(&self, at: u32) -> Span {
        let before = &self.source.as_bytes()[..at as usize];
        let start = before
            .iter()
            .rposition(|b| matches!(b, b'\n' | b'\r'))
            .map_or(0, |n| n + 1);
        Span::new(start as u32, start as u32)
    }

    /// CPython puts indentation errors at the end of the line.
    fn rest_of_line(&self, at: u32) -> Span {
        let rest = &self.source.as_bytes()[at as usize..];
        let end = at
            + rest
                .iter()
                .take_while(|b| !matches!(b, b'\n' | b'\r'))
                .count() as u32;
        Span::new(end, end)
    }
}
