//! String literals, f-strings, and runs of adjacent ones.

use std::sync::Arc;

use crate::ast::*;
use crate::build::{Builder, Built, Seq, expr, fail, refusal};
use crate::escape::{self, Part};
use crate::syntax_error::SyntaxError;
use crate::token::Token;

/// One literal of a run.
pub enum StringPiece {
    Str(Span),
    Bytes(Span),
    Formatted(Span, Vec<RawPart>),
}

impl StringPiece {
    fn span(&self) -> Span {
        match self {
            StringPiece::Str(span) | StringPiece::Bytes(span) | StringPiece::Formatted(span, _) => {
                *span
            }
        }
    }
}

/// A part of an f-string before its escapes are resolved: only the prefix tells how.
pub enum RawPart {
    Text(Span),
    Field {
        span: Span,
        value: Box<Expr>,
        debug: Option<Span>,
        conversion: Option<char>,
        spec: Option<Vec<RawPart>>,
    },
}

/// The prefix and quotes of a literal.
struct Frame {
    raw: bool,
    /// How long prefix and opening quotes are; and the closing ones.
    open: u32,
    close: u32,
}

fn frame(text: &str) -> Frame {
    let bytes = text.as_bytes();
    let prefix = bytes.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let raw = bytes[..prefix].iter().any(|b| b | 0x20 == b'r');
    let quote = bytes.get(prefix).copied().unwrap_or(b'"');
    let triple = bytes.len() >= prefix + 6 && bytes[prefix..].starts_with(&[quote; 3]);
    let quotes = if triple { 3 } else { 1 };
    Frame {
        raw,
        open: prefix as u32 + quotes,
        close: quotes,
    }
}

/// Literal parts grow together until a replacement field comes between them.
#[derive(Default)]
struct Parts {
    done: Vec<FStringPart>,
    text: Vec<u8>,
    span: Option<Span>,
}

impl Parts {
    fn literal(&mut self, span: Span, text: &[u8]) {
        self.span = Some(self.span.map_or(span, |known| known.to(span)));
        self.text.extend_from_slice(text);
    }

    fn flush(&mut self) {
        if let Some(span) = self.span.take() {
            let text = std::mem::take(&mut self.text);
            if !text.is_empty() {
                self.done.push(FStringPart::Literal {
                    span,
                    text: Text(Arc::from(text)),
                });
            }
        }
    }

    fn finish(mut self) -> Vec<FStringPart> {
        self.flush();
        self.done
    }
}

impl Builder<'_> {
    /// Whether a plain literal has a value.
    pub fn check_literal(&mut self, span: Span, is_bytes: bool) -> Result<(), SyntaxError> {
        self.literal(span, is_bytes).map(|_| ()).map_err(user_error)
    }

    /// Whether literal text of an f-string has a value.
    pub fn check_format_text(
        &mut self,
        span: Span,
        raw: bool,
        in_spec: bool,
    ) -> Result<(), SyntaxError> {
        self.format_text(span, raw, in_spec)
            .map(|_| ())
            .map_err(user_error)
    }

    pub fn strings(&mut self, seq: Seq<StringPiece>) -> Built<Expr> {
        let pieces = match seq.one_or_many(false) {
            Ok(StringPiece::Str(span)) => {
                let text = Text(Arc::from(self.literal(span, false)?));
                return Ok(expr(
                    span.start,
                    ExprKind::Constant(Constant::Str(text)),
                    span.end,
                ));
            }
            Ok(piece) => vec![piece],
            Err(pieces) => pieces,
        };
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return fail("invalid syntax", Span::default());
        };
        let span = first.span().to(last.span());
        let bytes = pieces
            .iter()
            .filter(|piece| matches!(piece, StringPiece::Bytes(_)))
            .count();
        if bytes != 0 && bytes != pieces.len() {
            return fail("cannot mix bytes and nonbytes literals", span);
        }
        if bytes == 0
            && pieces
                .iter()
                .any(|piece| matches!(piece, StringPiece::Formatted(..)))
        {
            return self.joined(pieces, span);
        }
        let mut all = Vec::new();
        for piece in &pieces {
            all.extend(self.literal(piece.span(), bytes != 0)?);
        }
        let value = if bytes != 0 {
            Constant::Bytes(Arc::from(all))
        } else {
            Constant::Str(Text(Arc::from(all)))
        };
        Ok(expr(span.start, ExprKind::Constant(value), span.end))
    }

    fn joined(&mut self, pieces: Vec<StringPiece>, span: Span) -> Built<Expr> {
        let mut parts = Parts::default();
        for piece in pieces {
            match piece {
                StringPiece::Formatted(at, raw_parts) => {
                    let raw = frame(self.text(at)).raw;
                    self.format_parts(&mut parts, raw_parts, raw, false)?;
                }
                StringPiece::Str(at) | StringPiece::Bytes(at) => {
                    let text = self.literal(at, false)?;
                    parts.literal(at, &text);
                }
            }
        }
        Ok(expr(
            span.start,
            ExprKind::JoinedStr(parts.finish()),
            span.end,
        ))
    }

    fn format_parts(
        &mut self,
        parts: &mut Parts,
        raw_parts: Vec<RawPart>,
        raw: bool,
        in_spec: bool,
    ) -> Built<()> {
        for part in raw_parts {
            match part {
                RawPart::Text(span) => {
                    let text = self.format_text(span, raw, in_spec)?;
                    parts.literal(span, &text);
                }
                RawPart::Field {
                    span,
                    value,
                    debug,
                    conversion,
                    spec,
                } => {
                    if let Some(at) = debug {
                        let text = debug_text(self.text(at));
                        parts.literal(at, &text);
                    }
                    parts.flush();
                    let spec = match spec {
                        Some(raw_spec) => {
                            let mut inner = Parts::default();
                            self.format_parts(&mut inner, raw_spec, raw, true)?;
                            Some(inner.finish())
                        }
                        None => None,
                    };
                    let conversion = conversion.or(if debug.is_some() && spec.is_none() {
                        Some('r')
                    } else {
                        None
                    });
                    parts.done.push(FStringPart::Replacement {
                        span,
                        value,
                        conversion,
                        spec,
                    });
                }
            }
        }
        Ok(())
    }

    /// Literal text of an f-string. In a format spec braces don't double.
    fn format_text(&mut self, span: Span, raw: bool, in_spec: bool) -> Built<Vec<u8>> {
        let text = self.text(span);
        if raw {
            let text = if in_spec {
                text.to_string()
            } else {
                text.replace("{{", "{").replace("}}", "}")
            };
            return Ok(escape::raw(&text));
        }
        self.resolve(text, span, if in_spec { Part::Spec } else { Part::Format })
    }

    /// The value of a literal that is not formatted.
    fn literal(&mut self, span: Span, is_bytes: bool) -> Built<Vec<u8>> {
        let text = self.text(span);
        let frame = frame(text);
        let body = text
            .get(frame.open as usize..text.len() - frame.close as usize)
            .unwrap_or("");
        if is_bytes && !body.is_ascii() {
            return fail("bytes can only contain ASCII literal characters", span);
        }
        if frame.raw {
            return Ok(escape::raw(body));
        }
        self.resolve(body, span, if is_bytes { Part::Bytes } else { Part::Text })
    }

    fn resolve(&mut self, body: &str, span: Span, part: Part) -> Built<Vec<u8>> {
        match escape::decode(body, part) {
            Ok(decoded) => {
                // One for each literal, at the literal.
                if let Some(message) = decoded.warning {
                    self.warn(message, span);
                }
                Ok(decoded.bytes)
            }
            Err(message) => Err(refusal(message, span)),
        }
    }

    /// A replacement field. `debug` is where what follows its `=` begins.
    pub fn field(
        &mut self,
        l: u32,
        value: Expr,
        debug: Option<u32>,
        conversion: Option<Name>,
        spec: Option<Vec<RawPart>>,
        r: u32,
    ) -> Built<RawPart> {
        let conversion = match conversion {
            None => None,
            Some(name) => {
                if self.source.as_bytes().get(name.span.start as usize - 1) != Some(&b'!') {
                    let message =
                        "f-string: conversion type must come right after the exclamanation mark";
                    return fail(message, name.span);
                }
                match &*name.id {
                    "s" => Some('s'),
                    "r" => Some('r'),
                    "a" => Some('a'),
                    other => {
                        let message = format!(
                            "f-string: invalid conversion character '{other}': expected 's', 'r', or 'a'"
                        );
                        return fail(message, name.span);
                    }
                }
            }
        };
        let debug = debug.map(|end| Span::new(l + 1, end));
        Ok(RawPart::Field {
            span: Span::new(l, r),
            value: Box::new(value),
            debug,
            conversion,
            spec,
        })
    }
}

/// The text of `{text=}`, without comments.
fn debug_text(text: &str) -> Vec<u8> {
    let mut out = escape::raw(text);
    if !out.contains(&b'#') {
        return out;
    }
    let mut kept = Vec::with_capacity(out.len());
    let mut quote: Option<u8> = None;
    let mut comment = false;
    for byte in out.drain(..) {
        match (comment, quote, byte) {
            (true, _, b'\n') => comment = false,
            (true, ..) => continue,
            (false, None, b'#') => {
                comment = true;
                continue;
            }
            (false, None, b'\'' | b'"') => quote = Some(byte),
            (false, Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        kept.push(byte);
    }
    kept
}

fn user_error(error: lalrpop_util::ParseError<u32, Token, SyntaxError>) -> SyntaxError {
    match error {
        lalrpop_util::ParseError::User { error } => error,
        _ => SyntaxError::new("invalid syntax", Span::default()),
    }
}
