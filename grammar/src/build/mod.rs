//! What the grammar's actions call: one function makes one node, and checks what the productions
//! accept too widely. A check that fails names the problem as CPython does.

mod call;
mod expr;
mod pattern;
mod stmt;
mod string;
mod target;
mod warn;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use lalrpop_util::ParseError;
use unicode_normalization::{UnicodeNormalization, is_nfkc_quick};

use crate::ast::{Expr, ExprKind, Ident, Name, Span};
use crate::syntax_error::{SyntaxError, Warning};
use crate::token::Token;

pub use call::*;
pub use expr::*;
pub use pattern::*;
pub use stmt::*;
pub use string::*;

/// What an action that may refuse returns.
pub type Built<T> = Result<T, ParseError<u32, Token, SyntaxError>>;

pub fn fail<T>(message: impl Into<String>, span: Span) -> Built<T> {
    Err(refusal(message, span))
}

pub fn refusal(message: impl Into<String>, span: Span) -> ParseError<u32, Token, SyntaxError> {
    ParseError::User {
        error: SyntaxError::new(message, span),
    }
}

/// What the actions need beside the nodes: the text, the names met so far, the warnings.
pub struct Builder<'s> {
    pub source: &'s str,
    names: HashMap<&'s str, Ident, BuildHasherDefault<NameHasher>>,
    pub warnings: Vec<Warning>,
    /// Those that CPython gives only when it compiles.
    late: Vec<Warning>,
}

/// A quick hash for short words; the keys come from one source and its author.
#[derive(Default)]
struct NameHasher(u64);

impl Hasher for NameHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word))
                .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }
}

impl<'s> Builder<'s> {
    pub fn new(source: &'s str) -> Self {
        Builder {
            source,
            names: HashMap::default(),
            warnings: Vec::new(),
            late: Vec::new(),
        }
    }

    pub fn text(&self, span: Span) -> &'s str {
        self.source
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// The identifier at a span, normalised (PEP 3131) and shared with its other uses.
    pub fn identifier(&mut self, l: u32, r: u32) -> Ident {
        let text = self.text(Span::new(l, r));
        if let Some(known) = self.names.get(text) {
            return known.clone();
        }
        let normal = text.is_ascii()
            || is_nfkc_quick(text.chars()) == unicode_normalization::IsNormalized::Yes;
        let ident: Ident = if normal {
            Ident::from(text)
        } else {
            let composed: String = text.nfkc().collect();
            self.names
                .get(composed.as_str())
                .cloned()
                .unwrap_or_else(|| Ident::from(composed))
        };
        self.names.insert(text, ident.clone());
        ident
    }

    pub fn name(&mut self, l: u32, r: u32) -> Name {
        Name {
            id: self.identifier(l, r),
            span: Span::new(l, r),
        }
    }

    pub fn name_expr(&mut self, l: u32, r: u32) -> Expr {
        let id = self.identifier(l, r);
        expr(l, ExprKind::Name(id), r)
    }

    pub fn warn_late(&mut self, message: impl Into<String>, span: Span) {
        self.late.push(Warning {
            message: message.into(),
            span,
        });
    }

    /// All warnings, with those of the lexer, as CPython orders them.
    pub fn into_warnings(mut self, lexical: Vec<Warning>) -> Vec<Warning> {
        self.warnings.extend(lexical);
        self.warnings.sort_by_key(|warning| warning.span.start);
        self.late.sort_by_key(|warning| warning.span.start);
        self.warnings.append(&mut self.late);
        self.warnings
    }

    pub fn warn(&mut self, message: impl Into<String>, span: Span) {
        self.warnings.push(Warning {
            message: message.into(),
            span,
        });
    }
}

/// One or more, the first in place: most lists of the grammar hold one item.
pub struct Seq<T> {
    first: T,
    rest: Vec<T>,
}

impl<T> Seq<T> {
    pub fn new(first: T) -> Self {
        Seq {
            first,
            rest: Vec::new(),
        }
    }

    pub fn with(mut self, next: T) -> Self {
        self.rest.push(next);
        self
    }

    pub fn into_vec(self) -> Vec<T> {
        if self.rest.is_empty() {
            return vec![self.first];
        }
        let mut all = Vec::with_capacity(self.rest.len() + 1);
        all.push(self.first);
        all.extend(self.rest);
        all
    }

    /// The only item of a list without commas, or all of them.
    pub fn one_or_many(self, comma: bool) -> Result<T, Vec<T>> {
        if self.rest.is_empty() && !comma {
            Ok(self.first)
        } else {
            Err(self.into_vec())
        }
    }
}

pub fn push<T>(mut list: Vec<T>, item: T) -> Vec<T> {
    list.push(item);
    list
}
