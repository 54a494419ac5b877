//! F-strings: a mode stack, one entry for each that is open.
//!
//! ```text
//!            f" f'''                    {                        :
//!   code ----------------> text ----------------> field ----------------> spec
//!     ^                    |  ^                   |  ^                    |  |
//!     +------- quote ------+  +-------- } --------+  +-- { nested field --+  |
//!                             +----------------- } --------------------------+
//! ```

use crate::ast::Span;
use crate::lexer::{Bracket, MAX_BRACKETS, Raw, line_of};
use crate::syntax_error::SyntaxError;
use crate::token::Token;

/// CPython's bound on fields within fields.
const MAX_FIELDS: usize = 3;

pub struct FString {
    pub quote: u8,
    pub triple: bool,
    pub raw: bool,
    pub span: Span,
    pub fields: Vec<Field>,
}

/// A replacement field that is open.
pub struct Field {
    /// How many brackets are open inside it, its own brace included.
    pub depth: usize,
    pub in_spec: bool,
}

impl FString {
    pub fn in_text(&self) -> bool {
        self.fields.last().is_none_or(|field| field.in_spec)
    }
}

/// Inside an f-string or a format spec: literal text, an opening or closing brace, or the end.
pub fn text_token(lex: &mut Raw<'_>) -> Result<(u32, Token, u32), SyntaxError> {
    let base = lex.span().end;
    let source = lex.source();
    let brackets = lex.extras.brackets.len();
    let Some(fstring) = lex.extras.fstrings.last_mut() else {
        return Err(SyntaxError::new(
            "invalid syntax",
            Span::new(base as u32, base as u32),
        ));
    };
    let rest = &source.as_bytes()[base..];
    let in_spec = !fstring.fields.is_empty();
    let quotes = if fstring.triple { 3 } else { 1 };
    let stop = match text_length(rest, fstring, in_spec) {
        Ok(stop) => stop,
        Err(at) => {
            return Err(unterminated_fstring(
                source,
                fstring,
                base + at,
                at == rest.len(),
            ));
        }
    };
    let start = base as u32;
    if stop > 0 {
        lex.bump(stop);
        return Ok((start, Token::FStringMiddle, start + stop as u32));
    }
    match rest.first() {
        Some(b'{') => {
            if fstring.fields.len() >= MAX_FIELDS {
                return Err(SyntaxError::new(
                    "f-string: expressions nested too deeply",
                    Span::new(start - 1, start),
                ));
            }
            if brackets >= MAX_BRACKETS {
                return Err(SyntaxError::new(
                    "too many nested parentheses",
                    Span::new(start, start + 1),
                ));
            }
            fstring.fields.push(Field {
                depth: brackets + 1,
                in_spec: false,
            });
            lex.extras.brackets.push(Bracket {
                text: '{',
                at: start,
            });
            lex.bump(1);
            Ok((start, Token::LBrace, start + 1))
        }
        Some(b'}') if in_spec => {
            fstring.fields.pop();
            lex.extras.brackets.pop();
            lex.bump(1);
            Ok((start, Token::RBrace, start + 1))
        }
        Some(b'}') => Err(SyntaxError::new(
            "f-string: single '}' is not allowed",
            Span::new(start, start + 1),
        )),
        Some(b'\n' | b'\r') => {
            // A spec of a one-line f-string ends with its line; the parser then misses the `}`.
            if let Some(field) = fstring.fields.last_mut() {
                field.in_spec = false;
            }
            Ok((start, Token::FStringMiddle, start))
        }
        _ => {
            let span = Span::new(start, start + quotes);
            lex.extras.fstrings.pop();
            lex.bump(quotes as usize);
            Ok((span.start, Token::FStringEnd, span.end))
        }
    }
}

/// How much literal text stands before a brace or the closing quotes; the offset of the end of
/// line or source where it breaks off.
fn text_length(rest: &[u8], fstring: &FString, in_spec: bool) -> Result<usize, usize> {
    let mut at = 0;
    let closing: &[u8] = if fstring.triple {
        &[fstring.quote; 3]
    } else {
        &[fstring.quote]
    };
    loop {
        let Some(&byte) = rest.get(at) else {
            return Err(at);
        };
        match byte {
            b'{' | b'}' => {
                // In a spec a doubled opening brace is two fields.
                let doubled = rest.get(at + 1) == Some(&byte) && !in_spec;
                if !doubled {
                    return Ok(at);
                }
                at += 2;
            }
            b'\\' => {
                at += 1;
                match rest.get(at) {
                    Some(b'{' | b'}') | None => {}
                    Some(b'N') if !fstring.raw && rest.get(at + 1) == Some(&b'{') => {
                        let name = rest[at..]
                            .iter()
                            .position(|&b| b == b'}' || b == fstring.quote || b == b'\n');
                        at += name.map_or(1, |len| len + usize::from(rest[at + len] == b'}'));
                    }
                    Some(b'\r') if rest.get(at + 1) == Some(&b'\n') => at += 2,
                    Some(_) => at += 1,
                }
            }
            b'\n' | b'\r' if !fstring.triple => return if in_spec { Ok(at) } else { Err(at) },
            _ if byte == fstring.quote && rest[at..].starts_with(closing) => return Ok(at),
            _ => at += 1,
        }
    }
}

fn unterminated_fstring(source: &str, fstring: &FString, at: usize, at_end: bool) -> SyntaxError {
    let span = Span::new(fstring.span.start, fstring.span.start + 1);
    let mut at = at;
    if at_end && source.ends_with(['\n', '\r']) && fstring.triple {
        at = at.saturating_sub(1);
    }
    let line = line_of(source, at);
    let triple = if fstring.triple { "triple-quoted " } else { "" };
    let message = format!("unterminated {triple}f-string literal (detected at line {line})");
    SyntaxError::new(message, span).with_incomplete(fstring.triple)
}
