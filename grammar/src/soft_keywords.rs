//! `match`, `case`, `type` and parenthesised `with`, told from names and plain `with` by what
//! follows on the logical line. Runs between the lexer and the parser.
//!
//! - A line that begins with `match` and ends with `:` is a match statement: no expression can
//!   end so. The lines of its block that begin with `case` are its cases.
//! - Two names in a row are an error everywhere, so `type` before a name is the keyword.
//! - `with (` is the parenthesised form when `:` follows the closing bracket.

use crate::token::{Spanned, Token};

pub fn mark(source: &str, tokens: &mut [Spanned]) {
    let mut line_start = true;
    // For every open block: whether it is the block of a match statement.
    let mut blocks: Vec<bool> = Vec::new();
    let mut match_header = false;
    for at in 0..tokens.len() {
        let token = tokens[at].1;
        match token {
            Token::Newline => {
                line_start = true;
                continue;
            }
            Token::Indent => {
                blocks.push(match_header);
                match_header = false;
                continue;
            }
            Token::Dedent => {
                blocks.pop();
                match_header = false;
                continue;
            }
            Token::Name => {
                let text = source
                    .get(tokens[at].0 as usize..tokens[at].2 as usize)
                    .unwrap_or("");
                match text {
                    "type" if is(tokens, at + 1, Token::Name) => tokens[at].1 = Token::Type,
                    "match" if line_start && opens_match(tokens, at) => {
                        tokens[at].1 = Token::Match;
                        match_header = true;
                    }
                    "case"
                        if line_start
                            && blocks.last() == Some(&true)
                            && !is_plain_name(tokens, at) =>
                    {
                        tokens[at].1 = Token::Case;
                    }
                    _ => {}
                }
            }
            Token::With if is(tokens, at + 1, Token::LParen) => {
                if let Some(close) = closing(tokens, at + 1)
                    && is(tokens, close + 1, Token::Colon)
                {
                    tokens[at].1 = Token::WithParen;
                }
            }
            _ => {}
        }
        if line_start {
            line_start = false;
            if tokens[at].1 != Token::Match {
                match_header = false;
            }
        }
    }
}

fn is(tokens: &[Spanned], at: usize, token: Token) -> bool {
    tokens.get(at).is_some_and(|spanned| spanned.1 == token)
}

/// Whether `case` is assigned to or the like, which no pattern begins with.
fn is_plain_name(tokens: &[Spanned], at: usize) -> bool {
    matches!(
        tokens.get(at + 1),
        Some((
            _,
            Token::Equal | Token::Dot | Token::Newline | Token::Comma,
            _
        ))
    )
}

/// Whether the logical line that begins with the name `match` at `at` ends with a colon, a block
/// follows, and there is a subject between.
fn opens_match(tokens: &[Spanned], at: usize) -> bool {
    if is(tokens, at + 1, Token::Colon) {
        return false;
    }
    let line = tokens[at..]
        .iter()
        .position(|spanned| matches!(spanned.1, Token::Newline | Token::EndOfFile));
    let Some(len) = line else { return false };
    is(tokens, at + len - 1, Token::Colon) && is(tokens, at + len + 1, Token::Indent)
}

/// The bracket that closes the one at `at`.
fn closing(tokens: &[Spanned], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, (_, token, _)) in tokens[at..].iter().enumerate() {
        if token.opens() {
            depth += 1;
        } else if token.closes() {
            depth -= 1;
            if depth == 0 {
                return Some(at + offset);
            }
        } else if *token == Token::Newline {
            return None;
        }
    }
    None
}
