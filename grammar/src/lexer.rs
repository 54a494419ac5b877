//! Words, numbers, strings and f-strings: what logos calls for the tokens that a regular
//! expression does not tell, and the scanner that switches between code and f-string text.
//!
//! ```text
//!            f" f'''                    {                        :
//!   code ----------------> text ----------------> field ----------------> spec
//!     ^                    |  ^                   |  ^                    |  |
//!     +------- quote ------+  +-------- } --------+  +-- { nested field --+  |
//!                             +----------------- } --------------------------+
//! ```

use logos::Logos;

use crate::ast::Span;
use crate::number::scan;
use crate::printable::is_printable;
use crate::syntax_error::{Extent, SyntaxError, Warning};
use crate::token::Token;

/// CPython's bounds.
const MAX_BRACKETS: usize = 200;
const MAX_FSTRINGS: usize = 150;
const MAX_FIELDS: usize = 3;

pub type Raw<'s> = logos::Lexer<'s, Token>;

impl Modes {
    pub fn in_fstring(&self) -> bool {
        !self.fstrings.is_empty()
    }
}

/// The open brackets and f-strings.
#[derive(Default)]
pub struct Modes {
    pub brackets: Vec<Bracket>,
    pub warnings: Vec<Warning>,
    fstrings: Vec<FString>,
}

#[derive(Clone, Copy)]
pub struct Bracket {
    pub text: char,
    pub at: u32,
}

struct FString {
    quote: u8,
    triple: bool,
    raw: bool,
    span: Span,
    fields: Vec<Field>,
}

/// A replacement field that is open.
struct Field {
    /// How many brackets are open inside it, its own brace included.
    depth: usize,
    in_spec: bool,
}

impl FString {
    fn in_text(&self) -> bool {
        self.fields.last().is_none_or(|field| field.in_spec)
    }
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

/// Inside an f-string or a format spec: literal text, an opening or closing brace, or the end.
fn text_token(lex: &mut Raw<'_>) -> Result<(u32, Token, u32), SyntaxError> {
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

pub fn raw(source: &str) -> Raw<'_> {
    Token::lexer(source)
}
