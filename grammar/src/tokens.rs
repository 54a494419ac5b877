//! The tokens as text, in the manner of `python -m tokenize`.

use std::fmt::Write;

use crate::layout;
use crate::lines::LineIndex;
use crate::soft_keywords;
use crate::syntax_error::SyntaxError;
use crate::token::Token;

/// One line for each token: place, kind, text. An error of the lexer comes after those before it.
pub fn dump_tokens(source: &str) -> (String, Option<SyntaxError>) {
    let mut tokens = layout::tokenize(source);
    soft_keywords::mark(source, &mut tokens.list);
    let lines = LineIndex::new(source);
    let mut out = String::new();
    for (start, token, end) in tokens.list {
        let (from, to) = (lines.position(source, start), lines.position(source, end));
        let place = format!("{},{}-{},{}:", from.line, from.column, to.line, to.column);
        let text = source.get(start as usize..end as usize).unwrap_or("");
        let _ = writeln!(out, "{place:<20}{:<15}{text:?}", kind(token));
    }
    (out, tokens.error)
}

/// The names of CPython's tokens; keywords are names apart here.
fn kind(token: Token) -> &'static str {
    match token {
        Token::Name => "NAME",
        Token::Int | Token::Float | Token::Imaginary => "NUMBER",
        Token::Str | Token::Bytes => "STRING",
        Token::FStringStart => "FSTRING_START",
        Token::FStringMiddle => "FSTRING_MIDDLE",
        Token::FStringEnd => "FSTRING_END",
        Token::Newline => "NEWLINE",
        Token::Indent => "INDENT",
        Token::Dedent => "DEDENT",
        Token::EndOfFile => "ENDMARKER",
        Token::Match | Token::Case | Token::Type => "SOFT_KEYWORD",
        _ if token.is_keyword() => "KEYWORD",
        _ => "OP",
    }
}
