//! Expressions, and the words for malformed ones.

use super::parser::{Found, Node, Parser, Rule, Shape, choose, want};
use crate::ast::Span;
use crate::token::Token;

impl Parser<'_> {
    pub fn node(&self, start: u32, shape: Shape) -> Node {
        Node::new(Span::new(start, self.end()), shape)
    }

    pub fn other(&self, start: u32, name: &'static str) -> Node {
        self.node(start, Shape::Other(name))
    }

    pub fn name(&mut self) -> Found {
        Ok(self
            .eat(Token::Name)?
            .map(|span| Node::new(span, Shape::Name)))
    }

    /// Items with commas: one without a comma is itself.
    fn tuple_of(&mut self, item: fn(&mut Self) -> Found) -> Found {
        let start = self.start()?;
        let mut items = want!(self.gather(item));
        let comma = self.eat(Token::Comma)?.is_some();
        if items.len() == 1 && !comma {
            return Ok(items.pop());
        }
        Ok(Some(self.node(start, Shape::Tuple(items))))
    }

    pub fn expressions(&mut self) -> Found {
        self.tuple_of(Self::expression)
    }

    pub fn star_expressions(&mut self) -> Found {
        self.tuple_of(Self::star_expression)
    }

    pub fn star_expression(&mut self) -> Found {
        self.memo(Rule::StarExpression, |p| {
            choose!(p, Self::starred_bitor, Self::expression)
        })
    }

    /// `*` and what binds tighter than comparison.
    fn starred_bitor(&mut self) -> Found {
        let start = want!(self.eat(Token::Star)).start;
        let value = want!(self.bit_or());
        Ok(Some(self.node(start, Shape::Starred(value))))
    }

    pub fn star_named_expression(&mut self) -> Found {
        choose!(self, Self::starred_bitor, Self::named_expression)
    }

    /// With an optional comma at the end.
    pub fn star_named_expressions(&mut self) -> Found<Vec<Node>> {
        let items = want!(self.gather(Self::star_named_expression));
        self.eat(Token::Comma)?;
        Ok(Some(items))
    }

    pub fn yield_expr(&mut self) -> Found {
        let start = want!(self.eat(Token::Yield)).start;
        let from = self.alt(|p| {
            want!(p.eat(Token::From));
            p.expression()
        })?;
        if from.is_none() {
            self.alt(Self::star_expressions)?;
        }
        Ok(Some(self.other(start, "yield expression")))
    }

    /// What may stand after `=` of an annotated assignment, and in a replacement field.
    pub fn annotated_rhs(&mut self) -> Found {
        choose!(self, Self::yield_expr, Self::star_expressions)
    }

    pub fn assignment_expression(&mut self) -> Found {
        let start = self.start()?;
        want!(self.eat(Token::Name));
        want!(self.eat(Token::ColonEqual));
        want!(self.expression());
        Ok(Some(self.other(start, "named expression")))
    }

    pub fn named_expression(&mut self) -> Found {
        if let Some(found) = self.alt(Self::assignment_expression)? {
            return Ok(Some(found));
        }
        if self.invalid {
            self.alt(Self::invalid_named_expression)?;
        }
        self.alt(Self::plain_expression)
    }

    /// An expression that no `:=` follows.
    pub fn plain_expression(&mut self) -> Found {
        let e = want!(self.expression());
        Ok(if self.at(&[Token::ColonEqual])? {
            None
        } else {
            Some(e)
        })
    }

    fn invalid_named_expression(&mut self) -> Found {
        self.memo(Rule::InvalidNamed, |p| {
            p.alt(|p| {
                let a = want!(p.expression());
                want!(p.eat(Token::ColonEqual));
                want!(p.expression());
                p.raise::<Node>(
                    format!("cannot use assignment expressions with {}", a.describe()),
                    a.span,
                )
            })?;
            p.alt(|p| {
                let a = want!(p.eat(Token::Name));
                want!(p.eat(Token::Equal));
                let b = want!(p.bit_or());
                if p.at(&[Token::Equal, Token::ColonEqual])? {
                    return Ok(None);
                }
                let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                p.raise::<Node>(message, a.to(b.span))
            })?;
            if p.ahead(Self::list)?
                || p.ahead(Self::tuple)?
                || p.ahead(Self::genexp)?
                || p.at(&[Token::True, Token::None, Token::False])?
            {
                return Ok(None);
            }
            let a = want!(p.bit_or());
            want!(p.eat(Token::Equal));
            want!(p.bit_or());
            if p.at(&[Token::Equal, Token::ColonEqual])? {
                return Ok(None);
            }
            let message = format!(
                "cannot assign to {} here. Maybe you meant '==' instead of '='?",
                a.describe()
            );
            p.raise(message, a.span)
        })
    }

    pub fn expression(&mut self) -> Found {
        self.memo(Rule::Expression, |p| {
            if p.invalid {
                p.alt(Self::invalid_expression)?;
                p.alt(Self::invalid_legacy_expression)?;
            }
            p.valid_expression()
        })
    }

    fn valid_expression(&mut self) -> Found {
        choose!(
            self,
            |p| {
                let start = p.start()?;
                want!(p.disjunction());
                want!(p.eat(Token::If));
                want!(p.disjunction());
                want!(p.eat(Token::Else));
                want!(p.expression());
                Ok(Some(p.other(start, "conditional expression")))
            },
            Self::disjunction,
            Self::lambda
        )
    }

    fn is_legacy(&self, e: &Node) -> bool {
        matches!(e.shape, Shape::Name) && matches!(self.text(e.span), "print" | "exec")
    }

    fn invalid_expression(&mut self) -> Found {
        self.alt(|p| {
            let prefix = p.ahead(|p| {
                let name = want!(p.eat(Token::Name));
                // Any beginning of a soft keyword counts.
                let soft = ["_", "case", "match", "type"]
                    .iter()
                    .any(|w| w.starts_with(p.text(name)));
                Ok(if soft || p.at(&[Token::Str, Token::Bytes])? {
                    Some(())
                } else {
                    None
                })
            })?;
            if prefix {
                return Ok(None);
            }
            let a = want!(p.disjunction());
            let invalid = std::mem::replace(&mut p.invalid, false);
            let b = p.valid_expression();
            p.invalid = invalid;
            let b = want!(b);
            if p.is_legacy(&a) || p.level() == 0 {
                return Ok(None);
            }
            p.raise::<Node>(
                "invalid syntax. Perhaps you forgot a comma?",
                a.span.to(b.span),
            )
        })?;
        self.alt(|p| {
            let a = want!(p.disjunction());
            want!(p.eat(Token::If));
            let b = want!(p.disjunction());
            if p.at(&[Token::Else, Token::Colon])? {
                return Ok(None);
            }
            p.raise::<Node>("expected 'else' after 'if' expression", a.span.to(b.span))
        })?;
        self.alt(|p| {
            let a = want!(p.eat(Token::Lambda));
            p.alt(Self::lambda_params)?;
            let b = want!(p.eat(Token::Colon));
            // An empty format spec has no text.
            if !p.after_format_colon() || !p.at(&[Token::FStringMiddle, Token::RBrace])? {
                return Ok(None);
            }
            p.raise(
                "f-string: lambda expressions are not allowed without parentheses",
                a.to(b),
            )
        })
    }

    fn invalid_legacy_expression(&mut self) -> Found {
        let a = want!(self.name());
        if self.at(&[Token::LParen])? {
            return Ok(None);
        }
        let b = want!(self.star_expressions());
        if !self.is_legacy(&a) {
            return Ok(None);
        }
        let name = self.text(a.span);
        let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        self.raise(message, a.span.to(b.span))
    }

    fn lambda(&mut self) -> Found {
        let start = want!(self.eat(Token::Lambda)).start;
        self.alt(Self::lambda_params)?;
        want!(self.eat(Token::Colon));
        want!(self.expression());
        Ok(Some(self.other(start, "lambda")))
    }
}
