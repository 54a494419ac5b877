//! The slow pass that finds words for what the parser refused.
//!
//! LALRPOP says only which token came unexpected. What CPython says depends on how its own parser
//! goes about it: ordered choice with memory, tried a second time with extra rules that match
//! common mistakes. So this is a recogniser of that kind, written by hand; nothing is built.
//!
//! - `parser.rs`: tokens, alternatives, memory, and how errors are raised
//! - `expr.rs`, `display.rs`, `call.rs`, `target.rs`, `string.rs`: expressions
//! - `simple.rs`, `compound.rs`, `params.rs`, `pattern.rs`: statements

mod call;
mod compound;
mod display;
mod expr;
mod params;
mod parser;
mod pattern;
mod simple;
mod string;
mod target;

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
    match start(&mut parser, mode) {
        Ok(Some(())) => return None,
        Err(error) => return Some(prefer_lexer(source, &parser, tokens, *error)),
        Ok(None) => {}
    }
    let (at, token, end) = parser.last();
    parser.second_pass();
    if let Err(error) = start(&mut parser, mode) {
        return Some(prefer_lexer(source, &parser, tokens, *error));
    }
    if let Some(error) = parser.pending.take() {
        return Some(prefer_lexer(source, &parser, tokens, *error));
    }
    let error = match token {
        Token::Indent => parser
            .at_layout("unexpected indent", at)
            .with_kind(Kind::IndentationError),
        Token::Dedent => parser
            .at_layout("unexpected unindent", at)
            .with_kind(Kind::IndentationError),
        Token::EndOfFile => {
            let generic = parser.at_layout("invalid syntax", at);
            prefer_lexer(
                source,
                &parser,
                tokens,
                generic.with_extent(Extent::Nowhere),
            )
        }
        _ => {
            let generic = SyntaxError::new("invalid syntax", Span::new(at, end));
            prefer_lexer(source, &parser, tokens, generic)
        }
    };
    Some(error)
}

fn start(parser: &mut Parser<'_>, mode: Mode) -> Found<()> {
    match mode {
        Mode::Program | Mode::Interactive => parser.file(),
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
    if let Some(found) = &tokens.error {
        if !quiet(found) {
            return found.clone();
        }
    }
    if let (Some(open), Some(unclosed)) = (tokens.open.last(), tokens.unclosed()) {
        let line = |at: u32| crate::lexer::line_of(source, at as usize);
        if line(parser.last().0) > line(open.at) {
            return unclosed;
        }
    }
    error
}
