//! Brackets: groups, tuples, lists, sets, dicts and comprehensions.

use super::parser::{Found, Node, Parser, Shape, Targets, choose, want};
use crate::ast::Span;
use crate::syntax_error::{Extent, SyntaxError};
use crate::token::Token;

impl Parser<'_> {
    pub fn group(&mut self) -> Found {
        choose!(
            self,
            |p| {
                want!(p.eat(Token::LParen));
                let e = want!(choose_yield_or_named(p));
                want!(p.eat(Token::RParen));
                Ok(Some(e))
            },
            Self::invalid_group
        )
    }

    fn invalid_group(&mut self) -> Found {
        if !self.invalid {
            return Ok(None);
        }
        self.alt(|p| {
            want!(p.eat(Token::LParen));
            let a = want!(p.starred_expression());
            want!(p.eat(Token::RParen));
            p.raise::<Node>("cannot use starred expression here", a.span)
        })?;
        self.alt(|p| {
            want!(p.eat(Token::LParen));
            let a = want!(p.eat(Token::DoubleStar));
            want!(p.expression());
            want!(p.eat(Token::RParen));
            p.raise("cannot use double starred expression here", a)
        })
    }

    pub fn tuple(&mut self) -> Found {
        let start = want!(self.eat(Token::LParen)).start;
        let items = self.alt(|p| {
            let first = want!(p.star_named_expression());
            want!(p.eat(Token::Comma));
            let mut items = vec![first];
            items.extend(p.alt(Self::star_named_expressions)?.unwrap_or_default());
            Ok(Some(items))
        })?;
        want!(self.eat(Token::RParen));
        let span = Span::new(start, self.end());
        Ok(Some(Node::new(
            span,
            Shape::Tuple(items.unwrap_or_default()),
        )))
    }

    pub fn list(&mut self) -> Found {
        let start = want!(self.eat(Token::LBracket)).start;
        let items = self.alt(Self::star_named_expressions)?.unwrap_or_default();
        want!(self.eat(Token::RBracket));
        Ok(Some(Node::new(
            Span::new(start, self.end()),
            Shape::List(items),
        )))
    }

    pub fn set(&mut self) -> Found {
        let start = want!(self.eat(Token::LBrace)).start;
        want!(self.star_named_expressions());
        want!(self.eat(Token::RBrace));
        Ok(Some(self.other(start, "set display")))
    }

    pub fn dict(&mut self) -> Found {
        choose!(
            self,
            |p| {
                let start = want!(p.eat(Token::LBrace)).start;
                p.alt(|p| {
                    want!(p.gather(Self::pair));
                    p.eat(Token::Comma)?;
                    Ok(Some(()))
                })?;
                want!(p.eat(Token::RBrace));
                Ok(Some(p.other(start, "dict literal")))
            },
            |p| {
                want!(p.eat(Token::LBrace));
                // CPython looks for these in its first pass too.
                p.invalid_pairs()?;
                Ok(None)
            }
        )
    }

    fn pair(&mut self) -> Found<()> {
        if self.eat(Token::DoubleStar)?.is_some() {
            return Ok(self.bit_or()?.map(|_| ()));
        }
        self.plain_pair()
    }

    fn plain_pair(&mut self) -> Found<()> {
        want!(self.expression());
        want!(self.eat(Token::Colon));
        want!(self.expression());
        Ok(Some(()))
    }

    fn invalid_pairs(&mut self) -> Found<()> {
        self.alt(|p| {
            want!(p.gather(Self::pair));
            want!(p.eat(Token::Comma));
            p.alt(|p| {
                let a = want!(p.expression());
                if p.at(&[Token::Colon])? {
                    return Ok(None);
                }
                let end = a.span.end;
                let place = Span::new(end.saturating_sub(1), end);
                let error = SyntaxError::new("':' expected after dictionary key", place);
                Err::<Option<()>, _>(Box::new(error.with_extent(Extent::Zero)))
            })?;
            p.invalid_value()
        })?;
        self.alt(Self::invalid_value)
    }

    fn invalid_value(&mut self) -> Found<()> {
        self.alt(|p| {
            want!(p.expression());
            want!(p.eat(Token::Colon));
            let a = want!(p.eat(Token::Star));
            want!(p.bit_or());
            p.raise_from::<()>("cannot use a starred expression in a dictionary value", a)
        })?;
        self.alt(|p| {
            want!(p.expression());
            let a = want!(p.eat(Token::Colon));
            if !p.at(&[Token::RBrace, Token::Comma])? {
                return Ok(None);
            }
            p.raise("expression expected after dictionary key and ':'", a)
        })
    }

    // ---- comprehensions ----

    /// One or more `for` clauses: the span of the last item of the last one.
    pub fn for_if_clauses(&mut self) -> Found<Span> {
        Ok(self
            .many1(Self::for_if_clause)?
            .and_then(|clauses| clauses.last().copied()))
    }

    fn for_if_clause(&mut self) -> Found<Span> {
        let mark = self.mark;
        self.eat(Token::Async)?;
        if self.eat(Token::For)?.is_some()
            && self.alt(Self::star_targets)?.is_some()
            && self.eat(Token::In)?.is_some()
        {
            // No way back after `in`.
            let mut last = want!(self.disjunction()).span;
            while let Some(test) = self.alt(|p| {
                want!(p.eat(Token::If));
                p.disjunction()
            })? {
                last = test.span;
            }
            return Ok(Some(last));
        }
        self.mark = mark;
        // CPython looks for this in its first pass too.
        self.alt(|p| {
            p.eat(Token::Async)?;
            want!(p.eat(Token::For));
            want!(p.gather(Self::bit_or));
            p.eat(Token::Comma)?;
            if p.at(&[Token::In])? {
                return Ok(None);
            }
            p.raise_last::<()>("'in' expected after for-loop variables")
        })?;
        self.alt(Self::invalid_for_target)?;
        Ok(None)
    }

    pub fn invalid_for_target(&mut self) -> Found {
        if !self.invalid {
            return Ok(None);
        }
        self.eat(Token::Async)?;
        want!(self.eat(Token::For));
        let a = want!(self.star_expressions());
        self.raise_invalid_target(Targets::For, &a)
    }

    pub fn list_comp(&mut self) -> Found {
        self.comprehension(
            Token::LBracket,
            Token::RBracket,
            "list comprehension",
            Self::named_expression,
        )
    }

    pub fn set_comp(&mut self) -> Found {
        self.comprehension(
            Token::LBrace,
            Token::RBrace,
            "set comprehension",
            Self::named_expression,
        )
    }

    pub fn genexp(&mut self) -> Found {
        self.comprehension(Token::LParen, Token::RParen, "generator expression", |p| {
            choose!(p, Self::assignment_expression, Self::plain_expression)
        })
    }

    fn comprehension(
        &mut self,
        open: Token,
        close: Token,
        name: &'static str,
        element: fn(&mut Self) -> Found,
    ) -> Found {
        choose!(
            self,
            |p| {
                let start = want!(p.eat(open)).start;
                want!(element(p));
                want!(p.for_if_clauses());
                want!(p.eat(close));
                Ok(Some(p.other(start, name)))
            },
            Self::invalid_comprehension
        )
    }

    fn invalid_comprehension(&mut self) -> Found {
        if !self.invalid {
            return Ok(None);
        }
        const MESSAGE: &str = "did you forget parentheses around the comprehension target?";
        self.alt(|p| {
            want!(p.eat_any(&[Token::LBracket, Token::LParen, Token::LBrace]));
            let a = want!(p.starred_expression());
            want!(p.for_if_clauses());
            p.raise::<()>("iterable unpacking cannot be used in comprehension", a.span)
        })?;
        self.alt(|p| {
            want!(p.eat_any(&[Token::LBracket, Token::LBrace]));
            let a = want!(p.star_named_expression());
            want!(p.eat(Token::Comma));
            let b = want!(p.star_named_expressions());
            want!(p.for_if_clauses());
            let end = b.last().map_or(a.span, |last| last.span);
            p.raise::<()>(MESSAGE, a.span.to(end))
        })?;
        self.alt(|p| {
            want!(p.eat_any(&[Token::LBracket, Token::LBrace]));
            let a = want!(p.star_named_expression());
            let b = want!(p.eat(Token::Comma));
            want!(p.for_if_clauses());
            p.raise(MESSAGE, a.span.to(b))
        })
    }

    pub fn dict_comp(&mut self) -> Found {
        choose!(
            self,
            |p| {
                let start = want!(p.eat(Token::LBrace)).start;
                want!(p.plain_pair());
                want!(p.for_if_clauses());
                want!(p.eat(Token::RBrace));
                Ok(Some(p.other(start, "dict comprehension")))
            },
            |p| {
                if !p.invalid {
                    return Ok(None);
                }
                want!(p.eat(Token::LBrace));
                let a = want!(p.eat(Token::DoubleStar));
                want!(p.bit_or());
                want!(p.for_if_clauses());
                want!(p.eat(Token::RBrace));
                p.raise("dict unpacking cannot be used in dict comprehension", a)
            }
        )
    }
}

fn choose_yield_or_named(p: &mut Parser<'_>) -> Found {
    choose!(p, Parser::yield_expr, Parser::named_expression)
}
