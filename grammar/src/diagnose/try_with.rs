//! `try` and `with`, and the words for malformed ones.

use super::parser::{Found, Parser, Targets, choose, want};
use crate::ast::Span;
use crate::token::Token;

impl Parser<'_> {
    // ---- with ----

    pub fn with_stmt(&mut self) -> Found<()> {
        if self.invalid {
            for parenthesised in [false, true] {
                self.alt(|p| {
                    let a = want!(p.loose_with(parenthesised));
                    p.missing_block::<()>("'with' statement", a)
                })?;
            }
        }
        let body = |p: &mut Self| -> Found<_> {
            want!(p.eat(Token::Colon));
            want!(p.block());
            Ok(Some(()))
        };
        choose!(
            self,
            |p| {
                p.eat(Token::Async)?;
                want!(p.eat(Token::With));
                want!(p.eat(Token::LParen));
                want!(p.gather(Self::with_item));
                p.eat(Token::Comma)?;
                want!(p.eat(Token::RParen));
                body(p)
            },
            |p| {
                p.eat(Token::Async)?;
                want!(p.eat(Token::With));
                want!(p.gather(Self::with_item));
                body(p)
            },
            |p| {
                if !p.invalid {
                    return Ok(None);
                }
                for parenthesised in [false, true] {
                    p.alt(|p| {
                        want!(p.loose_with(parenthesised));
                        p.missing_colon::<()>()
                    })?;
                }
                Ok(None)
            }
        )
    }

    /// The header of a `with` for its errors: less strict on items.
    fn loose_with(&mut self, parenthesised: bool) -> Found<Span> {
        self.eat(Token::Async)?;
        let a = want!(self.eat(Token::With));
        if parenthesised {
            want!(self.eat(Token::LParen));
        }
        want!(self.gather(|p| {
            if parenthesised {
                want!(p.expressions());
            } else {
                want!(p.expression());
            }
            p.optional(|p| {
                want!(p.eat(Token::As));
                p.star_target()
            })
        }));
        if parenthesised {
            self.eat(Token::Comma)?;
            want!(self.eat(Token::RParen));
        }
        Ok(Some(a))
    }

    fn with_item(&mut self) -> Found<()> {
        const AFTER: [Token; 3] = [Token::Comma, Token::RParen, Token::Colon];
        choose!(
            self,
            |p| {
                want!(p.expression());
                want!(p.eat(Token::As));
                want!(p.star_target());
                Ok(if p.at(&AFTER)? { Some(()) } else { None })
            },
            |p| {
                if !p.invalid {
                    return Ok(None);
                }
                want!(p.expression());
                want!(p.eat(Token::As));
                let a = want!(p.expression());
                if p.at(&AFTER)? {
                    p.raise_invalid_target(Targets::Star, &a)?;
                }
                Ok(None)
            },
            |p| Ok(p.expression()?.map(|_| ()))
        )
    }

    // ---- try ----

    pub fn try_stmt(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(Self::invalid_try)?;
        }
        let opening = |p: &mut Self| -> Found<_> {
            want!(p.eat(Token::Try));
            want!(p.force(Token::Colon, ":"));
            p.block()
        };
        choose!(
            self,
            |p| {
                want!(opening(p));
                p.finally_block()
            },
            |p| {
                want!(opening(p));
                want!(p.many1(Self::except_block));
                p.alt(Self::else_block)?;
                p.alt(Self::finally_block)?;
                Ok(Some(()))
            },
            |p| {
                want!(opening(p));
                want!(p.many1(Self::except_star_block));
                p.alt(Self::else_block)?;
                p.alt(Self::finally_block)?;
                Ok(Some(()))
            }
        )
    }

    fn invalid_try(&mut self) -> Found<()> {
        const BOTH: &str = "cannot have both 'except' and 'except*' on the same 'try'";
        self.alt(|p| {
            let a = want!(p.eat(Token::Try));
            p.missing_block::<()>("'try' statement", a)
        })?;
        self.alt(|p| {
            want!(p.eat(Token::Try));
            want!(p.eat(Token::Colon));
            want!(p.block());
            if p.at(&[Token::Except, Token::Finally])? {
                return Ok(None);
            }
            p.raise_last::<()>("expected 'except' or 'finally' block")
        })?;
        self.alt(|p| {
            want!(p.eat(Token::Try));
            want!(p.eat(Token::Colon));
            p.many(Self::block)?;
            want!(p.many1(Self::except_block));
            let a = want!(p.eat(Token::Except));
            let b = want!(p.eat(Token::Star));
            want!(p.expression());
            p.alt(Self::except_name)?;
            want!(p.eat(Token::Colon));
            p.raise::<()>(BOTH, a.to(b))
        })?;
        self.alt(|p| {
            want!(p.eat(Token::Try));
            want!(p.eat(Token::Colon));
            p.many(Self::block)?;
            want!(p.many1(Self::except_star_block));
            let a = want!(p.eat(Token::Except));
            p.alt(|p| {
                want!(p.expression());
                p.optional(Self::except_name)
            })?;
            want!(p.eat(Token::Colon));
            p.raise(BOTH, a)
        })
    }

    fn except_name(&mut self) -> Found {
        want!(self.eat(Token::As));
        self.name()
    }

    fn except_block(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                let a = want!(p.eat(Token::Except));
                want!(p.expression());
                p.alt(Self::except_name)?;
                p.missing_block::<()>("'except' statement", a)
            })?;
            self.alt(|p| {
                let a = want!(p.eat(Token::Except));
                p.missing_block::<()>("'except' statement", a)
            })?;
        }
        choose!(
            self,
            |p| {
                want!(p.eat(Token::Except));
                want!(p.expression());
                p.alt(Self::except_name)?;
                want!(p.eat(Token::Colon));
                want!(p.block());
                Ok(Some(()))
            },
            |p| {
                want!(p.eat(Token::Except));
                want!(p.eat(Token::Colon));
                want!(p.block());
                Ok(Some(()))
            },
            Self::invalid_except
        )
    }

    fn except_star_block(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                let a = want!(p.eat(Token::Except));
                want!(p.eat(Token::Star));
                want!(p.expression());
                p.alt(Self::except_name)?;
                p.missing_block::<()>("'except*' statement", a)
            })?;
        }
        choose!(
            self,
            |p| {
                want!(p.eat(Token::Except));
                want!(p.eat(Token::Star));
                want!(p.expression());
                p.alt(Self::except_name)?;
                want!(p.eat(Token::Colon));
                want!(p.block());
                Ok(Some(()))
            },
            Self::invalid_except
        )
    }

    fn invalid_except(&mut self) -> Found<()> {
        if !self.invalid {
            return Ok(None);
        }
        self.alt(|p| {
            want!(p.eat(Token::Except));
            p.eat(Token::Star)?;
            let a = want!(p.expression());
            want!(p.eat(Token::Comma));
            want!(p.expressions());
            p.alt(Self::except_name)?;
            want!(p.eat(Token::Colon));
            p.raise_from::<()>("multiple exception types must be parenthesized", a.span)
        })?;
        self.alt(|p| {
            want!(p.eat(Token::Except));
            p.eat(Token::Star)?;
            want!(p.expression());
            p.alt(Self::except_name)?;
            p.missing_colon::<()>()
        })?;
        self.alt(|p| {
            want!(p.eat(Token::Except));
            p.missing_colon::<()>()
        })?;
        self.alt(|p| {
            want!(p.eat(Token::Except));
            want!(p.eat(Token::Star));
            want!(p.eat_any(&[Token::Newline, Token::Colon]));
            p.raise_last("expected one or more exception types")
        })
    }

    fn finally_block(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                let a = want!(p.eat(Token::Finally));
                p.missing_block::<()>("'finally' statement", a)
            })?;
        }
        want!(self.eat(Token::Finally));
        want!(self.force(Token::Colon, ":"));
        want!(self.block());
        Ok(Some(()))
    }
}
