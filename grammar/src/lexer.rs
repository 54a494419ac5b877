//! Words, numbers, strings and f-strings: what logos calls for the tokens that a regular
//! expression does not tell, and the scanner that switches between code and f-string text.

use logos::Logos;

use crate::ast::Span;
use crate::fstring::{FString, text_token};
use crate::number::scan;
use crate::printable::is_printable;
use crate::syntax_error::{Extent, SyntaxError, Warning};
use crate::token::Token;

/// CPython's bounds.
pub const MAX_BRACKETS: usize = 200;
const MAX_FSTRINGS: usize = 150;

pub type Raw<'s> = logos::Lexer<'s, Token>;

/// The open brackets and f-strings.
#[derive(Default)]
pub struct Modes {
    pub brackets: Vec<Bracket>,
    pub warnings: Vec<Warning>,
    pub fstrings: Vec<FString>,
}

impl Modes {
    pub fn in_fstring(&self) -> bool {
        !self.fstrings.is_empty()
    }
}

#[derive(Clone, Copy)]
pub struct Bracket {
    pub text: char,
    pub at: u32,
}

/// Extends a word over what the regular expression leaves out, and checks the letters.
pub fn word(lex: &mut Raw<'_>) -> Result<Token, SyntaxError> {
    if lex.slice().is_ascii() {
        return Ok(Token::of_word(lex.slice()));
    }
    let more = lex
        .remainder()
        .bytes()
        .take_while(|&b| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80)
        .count();
    lex.bump(more);
    let base = lex.span().start;
    for (at, c) in lex.slice().char_indices() {
        let good = match at {
            0 => c == '_' || unicode_ident::is_xid_start(c),
            _ => unicode_ident::is_xid_continue(c),
        };
        // Letters of later Unicode versions are none yet; the two joiners have no picture.
        let good = good && (is_printable(c) || matches!(c, '\u{200C}' | '\u{200D}'));
        if !good {
            return Err(invalid_character(c, base + at));
        }
    }
    Ok(Token::Name)
}

fn invalid_character(c: char, at: usize) -> SyntaxError {
    let span = Span::new(at as u32, (at + c.len_utf8()) as u32);
    let code = c as u32;
    if is_printable(c) {
        SyntaxError::new(format!("invalid character '{c}' (U+{code:04X})"), span)
    } else {
        SyntaxError::new(
            format!("invalid non-printable character U+{code:04X}"),
            span,
        )
    }
}

/// What logos asks for a character that begins no token.
pub fn bad_character(lex: &mut Raw<'_>) -> SyntaxError {
    let span = lex.span();
    let source = lex.source();
    let Some(c) = source
        .get(span.start..)
        .and_then(|rest| rest.chars().next())
    else {
        return SyntaxError::new(
            "invalid syntax",
            Span::new(span.start as u32, span.end as u32),
        );
    };
    if c != '\\' {
        return invalid_character(c, span.start);
    }
    let after = span.start as u32 + 1;
    if source.len() as u32 == after {
        return SyntaxError::new("unexpected EOF while parsing", Span::new(after, after))
            .with_incomplete(true)
            .with_extent(Extent::Unknown);
    }
    SyntaxError::new(
        "unexpected character after line continuation character",
        Span::new(after, after + 1),
    )
    .with_extent(Extent::Zero)
}

pub fn number(lex: &mut Raw<'_>) -> Result<Token, SyntaxError> {
    let start = lex.span().start;
    let text = lex.source().get(start..).unwrap_or("");
    let scanned = scan(text, start)?;
    lex.bump(scanned.len.saturating_sub(lex.slice().len()));
    if let Some(message) = scanned.warning {
        let span = Span::new(start as u32, lex.span().end as u32);
        lex.extras.warnings.push(Warning { message, span });
    }
    Ok(scanned.token)
}

/// The end of a string literal whose prefix and first quote are read, or the start of an f-string.
pub fn string(lex: &mut Raw<'_>) -> Result<Token, SyntaxError> {
    let prefix = lex.slice().as_bytes();
    let quote = prefix[prefix.len() - 1];
    let prefix = &prefix[..prefix.len() - 1];
    let has = |letter: u8| prefix.iter().any(|b| b | 0x20 == letter);
    let (formatted, raw, bytes) = (has(b'f'), has(b'r'), has(b'b'));
    let start = lex.span().start;
    let rest = lex.remainder().as_bytes();
    let triple = rest.starts_with(&[quote, quote]);
    if formatted {
        if triple {
            lex.bump(2);
        }
        let span = Span::new(start as u32, lex.span().end as u32);
        if lex.extras.fstrings.len() + 1 >= MAX_FSTRINGS {
            return Err(SyntaxError::new("too many nested f-strings", span));
        }
        lex.extras.fstrings.push(FString {
            quote,
            triple,
            raw,
            span,
            fields: Vec::new(),
        });
        return Ok(Token::FStringStart);
    }
    let quotes = if triple { 3 } else { 1 };
    let body = if triple { 2 } else { 0 };
    let Some(len) = literal_length(&rest[body..], quote, quotes) else {
        return Err(unterminated(lex, quote, quotes));
    };
    lex.bump(body + len);
    Ok(if bytes { Token::Bytes } else { Token::Str })
}

/// How many bytes up to and with the closing quotes.
fn literal_length(body: &[u8], quote: u8, quotes: usize) -> Option<usize> {
    let mut at = 0;
    let mut run = 0;
    while let Some(&byte) = body.get(at) {
        at += 1;
        if byte == quote {
            run += 1;
            if run == quotes {
                return Some(at);
            }
            continue;
        }
        run = 0;
        match byte {
            b'\\' => {
                if body.get(at) == Some(&b'\r') && body.get(at + 1) == Some(&b'\n') {
                    at += 1;
                }
                at += 1;
            }
            b'\n' | b'\r' if quotes == 1 => return None,
            _ => {}
        }
    }
    None
}

fn unterminated(lex: &Raw<'_>, quote: u8, quotes: usize) -> SyntaxError {
    let span = lex.span();
    let start = span.start as u32;
    let source = lex.source();
    let first = Span::new(start, start + 1);
    if let Some(fstring) = lex.extras.fstrings.last() {
        let same = if fstring.triple {
            quotes == 3
        } else {
            quotes == 1
        };
        if same && fstring.quote == quote {
            return SyntaxError::new("f-string: expecting '}'", first);
        }
    }
    if quotes == 3 {
        let line = line_of(
            source,
            source
                .len()
                .saturating_sub(usize::from(source.ends_with(['\n', '\r']))),
        );
        let message =
            format!("unterminated triple-quoted string literal (detected at line {line})");
        return SyntaxError::new(message, first).with_incomplete(true);
    }
    // A backslash joins lines inside the literal: the error is seen where the last of them ends.
    let body = &source.as_bytes()[span.end..];
    let mut at = 0;
    let mut escaped = false;
    while let Some(&byte) = body.get(at) {
        escaped |= byte == b'\\' && body.get(at + 1) == Some(&quote);
        match byte {
            b'\\' if body.get(at + 1) == Some(&b'\r') && body.get(at + 2) == Some(&b'\n') => {
                at += 3
            }
            b'\\' => at += 2,
            b'\n' | b'\r' => break,
            _ => at += 1,
        }
    }
    let at_end = at >= body.len() && source.ends_with(['\n', '\r']);
    let line = line_of(source, span.end + at.min(body.len()) - usize::from(at_end));
    let hint = if escaped {
        "; perhaps you escaped the end quote?"
    } else {
        ""
    };
    let message = format!("unterminated string literal (detected at line {line}){hint}");
    SyntaxError::new(message, first)
}

/// The line (from 1) of a byte, for messages.
pub fn line_of(source: &str, at: usize) -> usize {
    let bytes = &source.as_bytes()[..at.min(source.len())];
    let mut line = 1;
    for (index, &byte) in bytes.iter().enumerate() {
        if byte == b'\n' || (byte == b'\r' && source.as_bytes().get(index + 1) != Some(&b'\n')) {
            line += 1;
        }
    }
    line
}

/// The next token, whatever the mode; layout is added by `layout`.
pub fn next_token(lex: &mut Raw<'_>) -> Option<Result<(u32, Token, u32), SyntaxError>> {
    if let Some(fstring) = lex.extras.fstrings.last_mut() {
        if fstring.in_text() {
            return Some(text_token(lex));
        }
        let depth = fstring.fields.last().map_or(0, |field| field.depth);
        if lex.extras.brackets.len() == depth {
            let rest = lex.remainder().as_bytes();
            let blank = rest
                .iter()
                .take_while(|b| matches!(b, b' ' | b'\t' | b'\x0c' | b'\n' | b'\r'))
                .count();
            if rest.get(blank) == Some(&b':') {
                lex.bump(blank + 1);
                let end = lex.span().end as u32;
                if let Some(field) = lex
                    .extras
                    .fstrings
                    .last_mut()
                    .and_then(|f| f.fields.last_mut())
                {
                    field.in_spec = true;
                }
                return Some(Ok((end - 1, Token::FormatColon, end)));
            }
        }
    }
    let token = match lex.next()? {
        Ok(token) => token,
        Err(error) => return Some(Err(error)),
    };
    let span = lex.span();
    let span = Span::new(span.start as u32, span.end as u32);
    if (token.opens() || token.closes())
        && let Err(error) = bracket(lex, token, span)
    {
        return Some(Err(error));
    }
    Some(Ok((span.start, token, span.end)))
}

/// Keeps the stack of brackets.
fn bracket(lex: &mut Raw<'_>, token: Token, span: Span) -> Result<(), SyntaxError> {
    let text = lex.slice().chars().next().unwrap_or('(');
    let source = lex.source();
    let modes = &mut lex.extras;
    if token.opens() {
        if modes.brackets.len() >= MAX_BRACKETS {
            return Err(SyntaxError::new("too many nested parentheses", span));
        }
        modes.brackets.push(Bracket {
            text,
            at: span.start,
        });
        return Ok(());
    }
    let Some(open) = modes.brackets.pop() else {
        return Err(SyntaxError::new(format!("unmatched '{text}'"), span));
    };
    let matching = matches!((open.text, text), ('(', ')') | ('[', ']') | ('{', '}'));
    let field_depth = modes
        .fstrings
        .last()
        .and_then(|f| f.fields.last())
        .map(|field| field.depth);
    let of_field = field_depth == Some(modes.brackets.len() + 1);
    if matching {
        if of_field && let Some(fstring) = modes.fstrings.last_mut() {
            fstring.fields.pop();
        }
        return Ok(());
    }
    if of_field {
        return Err(SyntaxError::new(
            format!("f-string: unmatched '{text}'"),
            span,
        ));
    }
    let opened = Span::new(open.at, open.at + 1);
    let mut message = format!(
        "closing parenthesis '{text}' does not match opening parenthesis '{}'",
        open.text
    );
    let line = line_of(source, open.at as usize);
    if line != line_of(source, span.start as usize) {
        message.push_str(&format!(" on line {line}"));
    }
    Err(SyntaxError::new(message, span).with_note("the bracket was opened here", opened))
}

pub fn raw(source: &str) -> Raw<'_> {
    Token::lexer(source)
}
