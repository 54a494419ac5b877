//! Parameters of functions and lambdas, type parameters.

use super::parser::{Found, Parser, Rule, choose, want};
use crate::ast::Span;
use crate::token::Token;

/// The two kinds of parameter lists differ in what ends them and in annotations.
#[derive(Clone, Copy)]
struct List {
    close: Token,
    annotated: bool,
    parenthesized: &'static str,
}

const DEF: List = List {
    close: Token::RParen,
    annotated: true,
    parenthesized: "Function parameters cannot be parenthesized",
};
const LAMBDA: List = List {
    close: Token::Colon,
    annotated: false,
    parenthesized: "Lambda expression parameters cannot be parenthesized",
};

impl Parser<'_> {
    pub fn params(&mut self) -> Found<()> {
        self.param_list(DEF)
    }

    pub fn lambda_params(&mut self) -> Found<()> {
        self.param_list(LAMBDA)
    }

    fn param_list(&mut self, list: List) -> Found<()> {
        if self.invalid {
            self.invalid_parameters(list)?;
        }
        choose!(
            self,
            |p| {
                want!(p.slash_no_default(list));
                p.many(|p| p.no_default(list))?;
                p.many(|p| p.with_default(list))?;
                p.alt(|p| p.star_etc(list))?;
                Ok(Some(()))
            },
            |p| {
                want!(p.slash_with_default(list));
                p.many(|p| p.with_default(list))?;
                p.alt(|p| p.star_etc(list))?;
                Ok(Some(()))
            },
            |p| {
                want!(p.many1(|p| p.no_default(list)));
                p.many(|p| p.with_default(list))?;
                p.alt(|p| p.star_etc(list))?;
                Ok(Some(()))
            },
            |p| {
                want!(p.many1(|p| p.with_default(list)));
                p.alt(|p| p.star_etc(list))?;
                Ok(Some(()))
            },
            |p| p.star_etc(list)
        )
    }

    /// The comma after a parameter, or the end of the list ahead.
    fn after(&mut self, list: List) -> Found<()> {
        if self.eat(Token::Comma)?.is_some() || self.at(&[list.close])? {
            return Ok(Some(()));
        }
        Ok(None)
    }

    fn param(&mut self, list: List) -> Found<Span> {
        let name = want!(self.eat(Token::Name));
        if list.annotated {
            self.alt(|p| {
                want!(p.eat(Token::Colon));
                p.expression()
            })?;
        }
        Ok(Some(Span::new(name.start, self.end())))
    }

    fn no_default(&mut self, list: List) -> Found<Span> {
        let param = want!(self.param(list));
        want!(self.after(list));
        Ok(Some(param))
    }

    fn default(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                want!(p.eat(Token::Equal));
                want!(p.expression());
                Ok(Some(()))
            },
            |p| {
                if !p.invalid {
                    return Ok(None);
                }
                let a = want!(p.eat(Token::Equal));
                if !p.at(&[Token::RParen, Token::Comma])? {
                    return Ok(None);
                }
                p.raise("expected default value expression", a)
            }
        )
    }

    fn with_default(&mut self, list: List) -> Found<()> {
        want!(self.param(list));
        want!(self.default());
        self.after(list)
    }

    fn maybe_default(&mut self, list: List) -> Found<()> {
        want!(self.param(list));
        self.alt(|p| p.default())?;
        self.after(list)
    }

    fn slash_no_default(&mut self, list: List) -> Found<()> {
        want!(self.many1(|p| p.no_default(list)));
        want!(self.eat(Token::Slash));
        self.after(list)
    }

    fn slash_with_default(&mut self, list: List) -> Found<()> {
        self.many(|p| p.no_default(list))?;
        want!(self.many1(|p| p.with_default(list)));
        want!(self.eat(Token::Slash));
        self.after(list)
    }

    fn star_etc(&mut self, list: List) -> Found<()> {
        if self.invalid {
            self.alt(|p| p.invalid_star_etc(list))?;
        }
        let rest = |p: &mut Self| -> Found<_> {
            p.many(|p| p.maybe_default(list))?;
            p.alt(|p| p.kwds(list))?;
            Ok(Some(()))
        };
        choose!(
            self,
            |p| {
                want!(p.eat(Token::Star));
                want!(p.no_default(list));
                rest(p)
            },
            |p| {
                if !list.annotated {
                    return Ok(None);
                }
                want!(p.eat(Token::Star));
                want!(p.eat(Token::Name));
                want!(p.eat(Token::Colon));
                want!(p.star_expression());
                want!(p.after(list));
                rest(p)
            },
            |p| {
                want!(p.eat(Token::Star));
                want!(p.eat(Token::Comma));
                want!(p.many1(|p| p.maybe_default(list)));
                p.alt(|p| p.kwds(list))?;
                Ok(Some(()))
            },
            |p| p.kwds(list)
        )
    }

    fn kwds(&mut self, list: List) -> Found<()> {
        if self.invalid {
            const FOLLOW: &str = "arguments cannot follow var-keyword argument";
            self.alt(|p| {
                want!(p.eat(Token::DoubleStar));
                want!(p.param(list));
                let a = want!(p.eat(Token::Equal));
                p.raise::<()>("var-keyword argument cannot have default value", a)
            })?;
            self.alt(|p| {
                want!(p.eat(Token::DoubleStar));
                want!(p.param(list));
                want!(p.eat(Token::Comma));
                let a = want!(p.param(list));
                p.raise::<()>(FOLLOW, a)
            })?;
            self.alt(|p| {
                want!(p.eat(Token::DoubleStar));
                want!(p.param(list));
                want!(p.eat(Token::Comma));
                let a = want!(p.eat_any(&[Token::Star, Token::DoubleStar, Token::Slash]));
                p.raise::<()>(FOLLOW, a)
            })?;
        }
        want!(self.eat(Token::DoubleStar));
        want!(self.no_default(list));
        Ok(Some(()))
    }

    fn invalid_star_etc(&mut self, list: List) -> Found<()> {
        self.alt(|p| {
            let a = want!(p.eat(Token::Star));
            let bare = p.at(&[list.close])?
                || (p.eat(Token::Comma)?.is_some() && p.at(&[list.close, Token::DoubleStar])?);
            if !bare {
                return Ok(None);
            }
            p.mark += 1;
            let place = if list.annotated { a } else { p.last_span() };
            p.raise::<()>("named arguments must follow bare *", place)
        })?;
        self.alt(|p| {
            want!(p.eat(Token::Star));
            want!(p.param(list));
            let a = want!(p.eat(Token::Equal));
            p.raise::<()>("var-positional argument cannot have default value", a)
        })?;
        self.alt(|p| {
            want!(p.eat(Token::Star));
            want!(p.no_default_or_comma(list));
            p.many(|p| p.maybe_default(list))?;
            let a = want!(p.eat(Token::Star));
            want!(p.no_default_or_comma(list));
            p.raise("* argument may appear only once", a)
        })
    }

    fn no_default_or_comma(&mut self, list: List) -> Found<()> {
        choose!(self, |p| Ok(p.no_default(list)?.map(|_| ())), |p| Ok(p
            .eat(Token::Comma)?
            .map(|_| ())))
    }

    fn invalid_parameters(&mut self, list: List) -> Found<()> {
        let slashed = |p: &mut Self| -> Found<_> {
            choose!(p, |p| p.slash_no_default(list), |p| p
                .slash_with_default(list))
        };
        self.alt(|p| {
            let a = want!(p.eat(Token::Slash));
            want!(p.eat(Token::Comma));
            p.raise::<()>("at least one argument must precede /", a)
        })?;
        self.alt(|p| {
            want!(slashed(p));
            p.many(|p| p.maybe_default(list))?;
            let a = want!(p.eat(Token::Slash));
            p.raise::<()>("/ may appear only once", a)
        })?;
        self.alt(|p| {
            p.alt(|p| p.slash_no_default(list))?;
            p.many(|p| p.no_default(list))?;
            let defaults = |p: &mut Self| -> Found<_> {
                want!(p.many1(|p| p.with_default(list)));
                Ok(Some(()))
            };
            want!(p.either(|p| p.slash_with_default(list), defaults));
            let a = want!(p.no_default(list));
            p.raise::<()>(
                "parameter without a default follows parameter with a default",
                a,
            )
        })?;
        self.alt(|p| {
            p.many(|p| p.no_default(list))?;
            let a = want!(p.eat(Token::LParen));
            if list.annotated {
                want!(p.many1(|p| p.no_default(list)));
            } else {
                want!(p.gather(|p| p.param(list)));
            }
            p.eat(Token::Comma)?;
            let b = want!(p.eat(Token::RParen));
            p.raise::<()>(list.parenthesized, a.to(b))
        })?;
        self.alt(|p| {
            p.alt(slashed)?;
            p.many(|p| p.maybe_default(list))?;
            want!(p.eat(Token::Star));
            want!(p.either(
                |p| Ok(p.eat(Token::Comma)?.map(|_| ())),
                |p| { Ok(p.no_default(list)?.map(|_| ())) }
            ));
            p.many(|p| p.maybe_default(list))?;
            let a = want!(p.eat(Token::Slash));
            p.raise::<()>("/ must be ahead of *", a)
        })?;
        self.alt(|p| {
            want!(p.many1(|p| p.maybe_default(list)));
            want!(p.eat(Token::Slash));
            let a = want!(p.eat(Token::Star));
            p.raise("expected comma between / and *", a)
        })
    }

    // ---- type parameters ----

    pub fn type_params(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                want!(p.eat(Token::LBracket));
                let a = want!(p.eat(Token::RBracket));
                p.raise_from::<()>("Type parameter list cannot be empty", a)
            })?;
        }
        want!(self.eat(Token::LBracket));
        want!(self.gather(Self::type_param));
        self.eat(Token::Comma)?;
        want!(self.eat(Token::RBracket));
        Ok(Some(()))
    }

    fn type_param(&mut self) -> Found {
        self.memo(Rule::TypeParam, |p| {
            let start = p.start()?;
            let found = p.type_param_kind()?;
            Ok(found.map(|()| p.other(start, "type parameter")))
        })
    }

    fn invalid_type_param(&mut self) -> Found<()> {
        if !self.invalid {
            return Ok(None);
        }
        for (stars, kind) in [
            (Token::Star, "TypeVarTuple"),
            (Token::DoubleStar, "ParamSpec"),
        ] {
            self.alt(|p| {
                want!(p.eat(stars));
                want!(p.eat(Token::Name));
                let colon = want!(p.eat(Token::Colon));
                let e = want!(p.expression());
                let what = if e.describe() == "tuple" {
                    "constraints"
                } else {
                    "bound"
                };
                p.raise_from::<()>(format!("cannot use {what} with {kind}"), colon)
            })?;
        }
        Ok(None)
    }

    fn type_default(&mut self) -> Found {
        want!(self.eat(Token::Equal));
        self.expression()
    }

    fn type_param_kind(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                want!(p.eat(Token::Name));
                p.alt(|p| {
                    want!(p.eat(Token::Colon));
                    p.expression()
                })?;
                p.alt(Self::type_default)?;
                Ok(Some(()))
            },
            Self::invalid_type_param,
            |p| {
                want!(p.eat(Token::Star));
                want!(p.eat(Token::Name));
                p.alt(|p| {
                    want!(p.eat(Token::Equal));
                    p.star_expression()
                })?;
                Ok(Some(()))
            },
            |p| {
                want!(p.eat(Token::DoubleStar));
                want!(p.eat(Token::Name));
                p.alt(Self::type_default)?;
                Ok(Some(()))
            }
        )
    }
}
