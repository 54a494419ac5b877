//! Strings and f-strings: runs of literals, replacement fields, and what their values refuse.

use super::parser::{Found, Parser, Rule, choose, want};
use crate::ast::Span;
use crate::build::Builder;
use crate::number;
use crate::syntax_error::SyntaxError;
use crate::token::Token;

impl Parser<'_> {
    /// Numbers too large to read are refused where they are read.
    pub fn check_number(&mut self) -> Result<(), Box<SyntaxError>> {
        if self.peek()? == Token::Int {
            let mark = self.mark;
            if let Some(span) = self.eat(Token::Int)? {
                number::int_value(self.text(span), span)?;
            }
            self.mark = mark;
        }
        Ok(())
    }

    pub fn strings(&mut self) -> Found {
        self.memo(Rule::Strings, |p| {
            let start = p.start()?;
            let pieces = want!(p.many1(Self::string_piece));
            let formatted = pieces.iter().any(|piece| piece.formatted);
            let bytes = pieces.iter().filter(|piece| piece.bytes).count();
            if bytes != 0 && bytes != pieces.len() {
                return p.raise_last("cannot mix bytes and nonbytes literals");
            }
            let name = if formatted {
                "f-string expression"
            } else {
                "literal"
            };
            Ok(Some(p.other(start, name)))
        })
    }

    fn string_piece(&mut self) -> Found<Piece> {
        let token = self.peek()?;
        if let Some(span) = self.eat_any(&[Token::Str, Token::Bytes])? {
            let bytes = token == Token::Bytes;
            let checked = Builder::new(self.source).check_literal(span, bytes);
            self.refuse_value(checked, Some(span))?;
            return Ok(Some(Piece {
                bytes,
                formatted: false,
            }));
        }
        let start = want!(self.eat(Token::FStringStart));
        let raw = self.text(start).bytes().any(|b| b | 0x20 == b'r');
        let texts = want!(self.many(|p| p.fstring_part(raw, false)));
        want!(self.eat(Token::FStringEnd));
        // The values of the literal parts are seen when all of it is read.
        for text in texts.into_iter().flatten() {
            let checked = Builder::new(self.source).check_format_text(text, raw, false);
            self.refuse_value(checked, None)?;
        }
        Ok(Some(Piece {
            bytes: false,
            formatted: true,
        }))
    }

    /// A value that is refused is so at the last token looked at.
    fn refuse_value(
        &self,
        checked: Result<(), SyntaxError>,
        token: Option<Span>,
    ) -> Result<(), Box<SyntaxError>> {
        let Err(mut error) = checked else {
            return Ok(());
        };
        let at_token = error.message.starts_with("bytes can only");
        error.span = token.filter(|_| at_token).unwrap_or(self.last_span());
        Err(Box::new(error))
    }

    /// Literal text, whose span is given, or a replacement field.
    fn fstring_part(&mut self, raw: bool, in_spec: bool) -> Found<Option<Span>> {
        choose!(
            self,
            |p| Ok(p.replacement_field(raw)?.map(|()| None)),
            |p| {
                let span = want!(p.eat(Token::FStringMiddle));
                if in_spec {
                    let checked = Builder::new(p.source).check_format_text(span, raw, true);
                    p.refuse_value(checked, None)?;
                }
                Ok(Some(Some(span)))
            }
        )
    }

    fn replacement_field(&mut self, raw: bool) -> Found<()> {
        choose!(
            self,
            |p| {
                want!(p.eat(Token::LBrace));
                want!(p.annotated_rhs());
                p.eat(Token::Equal)?;
                let conversion = p.alt(Self::conversion)?;
                p.alt(|p| {
                    want!(p.eat(Token::Colon));
                    p.many(|p| p.fstring_part(raw, true))
                })?;
                want!(p.eat(Token::RBrace));
                match conversion {
                    Some(name) => p.check_conversion(name),
                    None => Ok(Some(())),
                }
            },
            |p| if p.invalid {
                p.invalid_replacement_field(raw)
            } else {
                Ok(None)
            }
        )
    }

    /// The name after `!`.
    fn conversion(&mut self) -> Found<Span> {
        let mark = want!(self.eat(Token::Exclamation));
        let name = want!(self.eat(Token::Name));
        if mark.end != name.start {
            let message = "f-string: conversion type must come right after the exclamanation mark";
            return self.raise(message, mark.to(name));
        }
        Ok(Some(name))
    }

    /// Which conversion it is counts only when the field is closed.
    fn check_conversion(&mut self, name: Span) -> Found<()> {
        let text = self.text(name);
        if matches!(text, "s" | "r" | "a") {
            return Ok(Some(()));
        }
        let message =
            format!("f-string: invalid conversion character '{text}': expected 's', 'r', or 'a'");
        self.raise(message, name)
    }

    fn invalid_replacement_field(&mut self, raw: bool) -> Found<()> {
        const ENDS: [Token; 3] = [Token::Exclamation, Token::Colon, Token::RBrace];
        want!(self.eat(Token::LBrace));
        for (token, text) in [
            (Token::Equal, "="),
            (Token::Exclamation, "!"),
            (Token::Colon, ":"),
            (Token::RBrace, "}"),
        ] {
            if let Some(a) = self.eat(token)? {
                return self.raise(
                    format!("f-string: valid expression required before '{text}'"),
                    a,
                );
            }
        }
        if self.alt(Self::annotated_rhs)?.is_none() {
            return self.raise_next("f-string: expecting a valid expression after '{'");
        }
        if !self.at(&[
            Token::Equal,
            Token::Exclamation,
            Token::Colon,
            Token::RBrace,
        ])? {
            return self.raise_next("f-string: expecting '=', or '!', or ':', or '}'");
        }
        if self.eat(Token::Equal)?.is_some() && !self.at(&ENDS)? {
            return self.raise_next("f-string: expecting '!', or ':', or '}'");
        }
        if self.alt(Self::conversion)?.is_none() && self.eat(Token::Exclamation)?.is_some() {
            if self.at(&[Token::Colon, Token::RBrace])? {
                return self.raise_next("f-string: missing conversion character");
            }
            return self.raise_next("f-string: invalid conversion character");
        }
        if !self.at(&[Token::Colon, Token::RBrace])? {
            return self.raise_next("f-string: expecting ':' or '}'");
        }
        if self.eat(Token::Colon)?.is_some() {
            self.many(|p| p.fstring_part(raw, true))?;
            if !self.at(&[Token::RBrace])? {
                return self.raise_next("f-string: expecting '}', or format specs");
            }
        }
        if !self.at(&[Token::RBrace])? {
            return self.raise_next("f-string: expecting '}'");
        }
        Ok(None)
    }
}

/// One literal of a run.
struct Piece {
    bytes: bool,
    formatted: bool,
}
