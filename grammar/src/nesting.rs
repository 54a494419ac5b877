//! Bounds the depth of the tree before there is one: whatever walks the tree later, and drops it,
//! may recurse. Brackets and blocks are bounded where they are read; this bounds what nests
//! without them: `not not x`, `- - x`, `a.b.c`, `1 + 1 + 1`, `lambda: lambda: x`, `elif`.
//!
//! The bound counts, for every element of a list or statement, the tokens that may add a level,
//! plus the deepest of the brackets inside it.

use crate::ast::Span;
use crate::syntax_error::SyntaxError;
use crate::token::{Spanned, Token};

/// Deeper than any program that people write; CPython gives up between 3,000 and 10,000.
const MAX_DEPTH: u32 = 3000;

/// One bracket, or the statement itself.
#[derive(Default)]
struct Level {
    /// Tokens of the current element that may add a level.
    chain: u32,
    /// The deepest bracket inside the current element.
    inner: u32,
    /// The deepest of the elements before it.
    done: u32,
}

impl Level {
    fn depth(&self) -> u32 {
        self.done.max(self.chain + self.inner)
    }

    fn next_element(&mut self) {
        *self = Level {
            chain: 0,
            inner: 0,
            done: self.depth(),
        };
    }
}

/// Refuses tokens whose tree would be too deep.
pub fn check(tokens: &[Spanned]) -> Result<(), SyntaxError> {
    let mut open: Vec<Level> = Vec::new();
    let mut level = Level::default();
    // The `elif`s so far of the statement in each block.
    let mut elifs = vec![0];
    let mut statement_start = true;
    for &(start, token, end) in tokens {
        let mut chain_of_elifs = 0;
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                level.chain += 1;
                open.push(std::mem::take(&mut level));
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                let depth = level.depth();
                level = open.pop().unwrap_or_default();
                level.inner = level.inner.max(depth);
            }
            Token::Comma => level.next_element(),
            Token::Newline | Token::Semicolon => level = Level::default(),
            Token::Indent => elifs.push(0),
            Token::Dedent => {
                elifs.pop();
            }
            Token::Elif | Token::If if statement_start => {
                if let Some(count) = elifs.last_mut() {
                    *count = if token == Token::If { 0 } else { *count + 1 };
                    chain_of_elifs = *count;
                }
            }
            _ if adds_level(token) => level.chain += 1,
            _ => {}
        }
        statement_start = matches!(token, Token::Newline | Token::Indent | Token::Dedent);
        if level.chain + level.inner > MAX_DEPTH || chain_of_elifs > MAX_DEPTH {
            let message = "too many nested expressions or statements";
            return Err(SyntaxError::new(message, Span::new(start, end)));
        }
    }
    Ok(())
}

/// `and`, `or`, comparisons and `=` make flat nodes.
fn adds_level(token: Token) -> bool {
    matches!(
        token,
        Token::Not
            | Token::Lambda
            | Token::If
            | Token::Else
            | Token::Await
            | Token::Plus
            | Token::Minus
            | Token::Star
            | Token::Slash
            | Token::DoubleSlash
            | Token::DoubleStar
            | Token::Percent
            | Token::At
            | Token::Bar
            | Token::Amper
            | Token::Caret
            | Token::Tilde
            | Token::LeftShift
            | Token::RightShift
            | Token::Dot
    )
}
