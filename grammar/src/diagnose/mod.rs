//! The slow pass that finds words for what the parser refused.
//!
//! LALRPOP says only which token came unexpected. What CPython says depends on how its own parser
//! goes about it: ordered choice with memory, tried a second time with extra rules that match
//! common mistakes. So this is a recogniser of that kind, written by hand; nothing is built.
//!
//! - `parser.rs`, `node.rs`: tokens, alternatives, memory, and how errors are raised
//! - `expr.rs`, `operator.rs`, `display.rs`, `call.rs`, `target.rs`, `string.rs`: expressions
//! - `simple.rs`, `compound.rs`, `try_with.rs`, `params.rs`, `pattern.rs`: statements

mod call;
mod compound;
mod display;
mod expr;
mod node;
mod operator;
mod params;
mod parser;
mod pattern;
mod simple;
mod string;
mod target;
mod try_with;

use crate::ast::Span;
use crate::layout::Tokens;
use crate::parse::Mode;
use crate::syntax_error::{Extent, Kind, SyntaxError};
use crate::token::Token;

use parser::{Found, Parser};

/// CPython's error for these tokens; `None` when this pass finds nothing wrong.
pub fn diagnose(source: &str, tokens: &mut Tokens, mode: Mode) -> Option<SyntaxError> {
    for spanned in &mut tokens.list {
        // The soft keywords are decided here by trying, as CPython does.
        spanned.1 = match spanned.1 {
            Token::Match | Token::Case | Token::Type => Token::Name,
            Token::WithParen => Token::With,
            token => token,
        };
    }
    let mut parser = Parser::new(source, tokens);
    parser.unwritten_end = mode != Mode::Program;
    let first = start(&mut parser, mode);
    // Where the first pass got stuck tells whether more input would help.
    let at_end = match &first {
        Ok(Some(())) => return None,
        Err(error) if parser.lexical => error.incomplete,
        _ => parser.at_end_of_source(),
    };
    let error = match first {
        Err(error) => prefer_lexer(source, &parser, tokens, *error),
        Ok(_) => second_pass(source, &mut parser, tokens, mode),
    };
    Some(error.with_incomplete(at_end))
}

/// Looks for words where the first pass found only that something is wrong.
fn second_pass(source: &str, parser: &mut Parser<'_>, tokens: &Tokens, mode: Mode) -> SyntaxError {
    let (at, token, end) = parser.last();
    parser.second_pass();
    if let Err(error) = start(parser, mode) {
        return prefer_lexer(source, parser, tokens, *error);
    }
    if let Some(error) = parser.pending.take() {
        return prefer_lexer(source, parser, tokens, *error);
    }
    let indentation = |message| {
        parser
            .at_layout(message, at)
            .with_kind(Kind::IndentationError)
    };
    let generic = match token {
        Token::Indent => return indentation("unexpected indent"),
        Token::Dedent => return indentation("unexpected unindent"),
        Token::EndOfFile => parser
            .at_layout("invalid syntax", at)
            .with_extent(Extent::Nowhere),
        _ if parser.is_unwritten((at, token, end)) => {
            SyntaxError::new("invalid syntax", Span::new(at, end)).with_extent(Extent::Nowhere)
        }
        _ => SyntaxError::new("invalid syntax", Span::new(at, end)),
    };
    prefer_lexer(source, parser, tokens, generic)
}

fn start(parser: &mut Parser<'_>, mode: Mode) -> Found<()> {
    match mode {
        Mode::Program => parser.file(),
        Mode::Interactive => parser.interactive(),
        Mode::Expression => parser.eval(),
    }
}

/// An error of the lexer further down explains more than the parser's: it wins, and so does a
/// bracket that is open to the end, if it was opened on an earlier line.
fn prefer_lexer(
    source: &str,
    parser: &Parser<'_>,
    tokens: &Tokens,
    error: SyntaxError,
) -> SyntaxError {
    if parser.lexical || tokens.in_fstring {
        return error;
    }
    let quiet = |found: &SyntaxError| {
        found.kind != Kind::SyntaxError
            || found.message.starts_with("unexpected character after line")
            || found.message.starts_with("unexpected EOF")
    };
    if let Some(found) = &tokens.error
        && !quiet(found)
    {
        return found.clone();
    }
    if let (Some(open), Some(unclosed)) = (tokens.open.last(), tokens.unclosed()) {
        let line = |at: u32| crate::lexer::line_of(source, at as usize);
        if line(parser.last().0) > line(open.at) {
            return unclosed;
        }
    }
    error
}
