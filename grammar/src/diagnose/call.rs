//! The arguments of a call or class.

use super::parser::{Found, Node, Parser, Rule, Shape, choose, want};
use crate::ast::Span;
use crate::token::Token;

const MAYBE_EQUAL: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
const PARENTHESIZE: &str = "Generator expression must be parenthesized";

/// What a list of arguments has.
#[derive(Default)]
struct Args {
    positional: Vec<Node>,
    /// For each keyword, whether it is `**`.
    keywords: Vec<bool>,
}

/// One keyword or what may stand among them.
enum Kwarg {
    Keyword,
    Starred(Node),
    DoubleStarred,
}

impl Parser<'_> {
    pub fn arguments(&mut self) -> Found {
        self.memo(Rule::Arguments, |p| {
            let start = p.start()?;
            let found = p.alt(|p| {
                want!(p.args());
                p.eat(Token::Comma)?;
                Ok(if p.at(&[Token::RParen])? {
                    Some(())
                } else {
                    None
                })
            })?;
            if found.is_some() {
                return Ok(Some(p.other(start, "arguments")));
            }
            if p.invalid {
                p.invalid_arguments()?;
            }
            Ok(None)
        })
    }

    fn args(&mut self) -> Found<Args> {
        choose!(
            self,
            |p| {
                let mut args = Args {
                    positional: want!(p.gather(Self::positional)),
                    keywords: Vec::new(),
                };
                let more = p.alt(|p| {
                    want!(p.eat(Token::Comma));
                    p.kwargs()
                })?;
                if let Some(more) = more {
                    args.positional.extend(more.positional);
                    args.keywords = more.keywords;
                }
                Ok(Some(args))
            },
            Self::kwargs
        )
    }

    fn positional(&mut self) -> Found {
        choose!(self, Self::starred_expression, |p| {
            let e = want!(choose_argument(p));
            Ok(if p.at(&[Token::Equal])? {
                None
            } else {
                Some(e)
            })
        })
    }

    fn kwargs(&mut self) -> Found<Args> {
        let collect = |items: Vec<Kwarg>| {
            let mut args = Args::default();
            for item in items {
                match item {
                    Kwarg::Keyword => args.keywords.push(false),
                    Kwarg::DoubleStarred => args.keywords.push(true),
                    Kwarg::Starred(node) => args.positional.push(node),
                }
            }
            args
        };
        choose!(
            self,
            |p| {
                let mut items = want!(p.gather(Self::kwarg_or_starred));
                want!(p.eat(Token::Comma));
                items.extend(want!(p.gather(Self::kwarg_or_double_starred)));
                Ok(Some(collect(items)))
            },
            |p| Ok(p.gather(Self::kwarg_or_starred)?.map(collect)),
            |p| Ok(p.gather(Self::kwarg_or_double_starred)?.map(collect))
        )
    }

    fn keyword(&mut self) -> Found<Kwarg> {
        want!(self.eat(Token::Name));
        want!(self.eat(Token::Equal));
        want!(self.expression());
        Ok(Some(Kwarg::Keyword))
    }

    fn kwarg_or_starred(&mut self) -> Found<Kwarg> {
        self.invalid_kwarg()?;
        choose!(self, Self::keyword, |p| Ok(p
            .starred_expression()?
            .map(Kwarg::Starred)))
    }

    fn kwarg_or_double_starred(&mut self) -> Found<Kwarg> {
        self.invalid_kwarg()?;
        choose!(self, Self::keyword, |p| {
            want!(p.eat(Token::DoubleStar));
            want!(p.expression());
            Ok(Some(Kwarg::DoubleStarred))
        })
    }

    fn invalid_kwarg(&mut self) -> Found<()> {
        if !self.invalid {
            return Ok(None);
        }
        self.alt(|p| {
            let a = want!(p.eat_any(&[Token::True, Token::False, Token::None]));
            let b = want!(p.eat(Token::Equal));
            p.raise::<()>(format!("cannot assign to {}", p.text(a)), a.to(b))
        })?;
        self.alt(|p| {
            let a = want!(p.eat(Token::Name));
            let b = want!(p.eat(Token::Equal));
            want!(p.expression());
            want!(p.for_if_clauses());
            p.raise::<()>(MAYBE_EQUAL, a.to(b))
        })?;
        self.alt(|p| {
            let named = p.ahead(|p| {
                want!(p.eat(Token::Name));
                p.eat(Token::Equal)
            })?;
            if named {
                return Ok(None);
            }
            let a = want!(p.expression());
            let b = want!(p.eat(Token::Equal));
            let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
            p.raise::<()>(message, a.span.to(b))
        })?;
        self.alt(|p| {
            let a = want!(p.eat(Token::DoubleStar));
            want!(p.expression());
            want!(p.eat(Token::Equal));
            let b = want!(p.expression());
            p.raise("cannot assign to keyword argument unpacking", a.to(b.span))
        })
    }

    pub fn starred_expression(&mut self) -> Found {
        if self.invalid {
            self.alt(|p| {
                let a = want!(p.eat(Token::Star));
                want!(p.expression());
                want!(p.eat(Token::Equal));
                let b = want!(p.expression());
                p.raise::<()>("cannot assign to iterable argument unpacking", a.to(b.span))
            })?;
        }
        let start = match self.eat(Token::Star)? {
            Some(star) => star,
            None => return Ok(None),
        };
        match self.alt(Self::expression)? {
            Some(value) => {
                let span = Span::new(start.start, self.end());
                Ok(Some(Node::new(span, Shape::Starred(value))))
            }
            None => self.raise_last("Invalid star expression"),
        }
    }

    fn invalid_arguments(&mut self) -> Found<()> {
        self.alt(|p| {
            want!(p.either(
                |p| {
                    want!(p.gather(Self::positional));
                    want!(p.eat(Token::Comma));
                    p.kwargs()
                },
                Self::kwargs
            ));
            let comma = want!(p.eat(Token::Comma));
            want!(p.gather(|p| {
                let e = want!(p.starred_expression());
                Ok(if p.at(&[Token::Equal])? {
                    None
                } else {
                    Some(e)
                })
            }));
            let message = "iterable argument unpacking follows keyword argument unpacking";
            p.raise_from::<()>(message, comma)
        })?;
        self.alt(|p| {
            let a = want!(p.expression());
            let b = want!(p.for_if_clauses());
            want!(p.eat(Token::Comma));
            p.alt(|p| {
                choose!(p, |p| Ok(p.args()?.map(|_| ())), |p| {
                    want!(p.expression());
                    want!(p.for_if_clauses());
                    Ok(Some(()))
                })
            })?;
            p.raise::<()>(PARENTHESIZE, a.span.to(b))
        })?;
        self.alt(|p| {
            let a = want!(p.eat(Token::Name));
            let b = want!(p.eat(Token::Equal));
            want!(p.expression());
            want!(p.for_if_clauses());
            p.raise::<()>(MAYBE_EQUAL, a.to(b))
        })?;
        self.alt(|p| {
            p.alt(|p| {
                want!(p.args());
                p.eat(Token::Comma)
            })?;
            let a = want!(p.eat(Token::Name));
            let b = want!(p.eat(Token::Equal));
            if !p.at(&[Token::Comma, Token::RParen])? {
                return Ok(None);
            }
            p.raise::<()>("expected argument value expression", a.to(b))
        })?;
        self.alt(|p| {
            let a = want!(p.args());
            let b = want!(p.for_if_clauses());
            match a.positional.as_slice() {
                [_, .., last] => p.raise::<()>(PARENTHESIZE, last.span.to(b)),
                _ => Ok(None),
            }
        })?;
        self.alt(|p| {
            want!(p.args());
            want!(p.eat(Token::Comma));
            let a = want!(p.expression());
            let b = want!(p.for_if_clauses());
            p.raise::<()>(PARENTHESIZE, a.span.to(b))
        })?;
        self.alt(|p| {
            let a = want!(p.args());
            want!(p.eat(Token::Comma));
            want!(p.args());
            let unpacking = if a.keywords.contains(&true) {
                " unpacking"
            } else {
                ""
            };
            p.raise_last(format!(
                "positional argument follows keyword argument{unpacking}"
            ))
        })
    }
}

fn choose_argument(p: &mut Parser<'_>) -> Found {
    choose!(p, Parser::assignment_expression, Parser::plain_expression)
}
