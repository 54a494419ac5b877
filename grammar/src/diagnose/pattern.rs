//! `match` and its patterns.

use super::parser::{Found, Parser, Rule, choose, want};
use crate::ast::Span;
use crate::token::Token;

impl Parser<'_> {
    pub fn match_stmt(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                want!(p.eat_word("match"));
                want!(p.subject());
                want!(p.eat(Token::Colon));
                want!(p.eat(Token::Newline));
                want!(p.eat(Token::Indent));
                want!(p.many1(Self::case_block));
                want!(p.eat(Token::Dedent));
                Ok(Some(()))
            },
            |p| {
                if !p.invalid {
                    return Ok(None);
                }
                p.alt(|p| {
                    want!(p.eat_word("match"));
                    want!(p.subject());
                    want!(p.eat(Token::Newline));
                    p.raise_last::<()>("expected ':'")
                })?;
                p.alt(|p| {
                    let a = want!(p.eat_word("match"));
                    want!(p.subject());
                    p.missing_block::<()>("'match' statement", a)
                })
            }
        )
    }

    fn subject(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                want!(p.star_named_expression());
                want!(p.eat(Token::Comma));
                p.alt(Self::star_named_expressions)?;
                Ok(Some(()))
            },
            |p| Ok(p.named_expression()?.map(|_| ()))
        )
    }

    fn case_header(&mut self) -> Found<Span> {
        let a = want!(self.eat_word("case"));
        want!(self.patterns());
        self.alt(|p| {
            want!(p.eat(Token::If));
            p.named_expression()
        })?;
        Ok(Some(a))
    }

    fn case_block(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                want!(p.case_header());
                want!(p.eat(Token::Newline));
                p.raise_last::<()>("expected ':'")
            })?;
            self.alt(|p| {
                let a = want!(p.case_header());
                p.missing_block::<()>("'case' statement", a)
            })?;
        }
        want!(self.case_header());
        want!(self.eat(Token::Colon));
        want!(self.block());
        Ok(Some(()))
    }

    fn patterns(&mut self) -> Found<()> {
        choose!(self, Self::open_sequence, |p| Ok(p.pattern()?.map(|_| ())))
    }

    fn pattern(&mut self) -> Found {
        choose!(
            self,
            |p| {
                let start = p.start()?;
                want!(p.or_pattern());
                want!(p.eat(Token::As));
                want!(p.capture_target());
                Ok(Some(p.other(start, "pattern")))
            },
            |p| {
                if !p.invalid {
                    return Ok(None);
                }
                want!(p.or_pattern());
                want!(p.eat(Token::As));
                p.alt(|p| {
                    let a = want!(p.eat_word("_"));
                    p.raise::<()>("cannot use '_' as a target", a)
                })?;
                if p.at(&[Token::Name])? {
                    return Ok(None);
                }
                let a = want!(p.expression());
                p.raise("invalid pattern target", a.span)
            },
            Self::or_pattern
        )
    }

    fn or_pattern(&mut self) -> Found {
        let start = self.start()?;
        want!(self.gather_with(Token::Bar, Self::closed_pattern));
        Ok(Some(self.other(start, "pattern")))
    }

    fn closed_pattern(&mut self) -> Found {
        self.memo(Rule::ClosedPattern, |p| {
            let start = p.start()?;
            let found = choose_closed(p)?;
            Ok(found.map(|()| p.other(start, "pattern")))
        })
    }

    fn number(&mut self) -> Found<Span> {
        self.check_number()?;
        self.eat_any(&[Token::Int, Token::Float, Token::Imaginary])
    }

    fn is_imaginary(&self, span: Span) -> bool {
        self.text(span).ends_with(['j', 'J'])
    }

    /// A number, string, `None`, `True` or `False`: as a pattern, or as a key.
    fn literal(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                p.eat(Token::Minus)?;
                want!(p.number());
                Ok(if p.at(&[Token::Plus, Token::Minus])? {
                    None
                } else {
                    Some(())
                })
            },
            |p| {
                p.eat(Token::Minus)?;
                let real = want!(p.number());
                if p.is_imaginary(real) {
                    return p.raise("real number required in complex literal", real);
                }
                want!(p.eat_any(&[Token::Plus, Token::Minus]));
                let imaginary = want!(p.number());
                if !p.is_imaginary(imaginary) {
                    return p.raise("imaginary number required in complex literal", imaginary);
                }
                Ok(Some(()))
            },
            |p| Ok(p.strings()?.map(|_| ())),
            |p| Ok(p
                .eat_any(&[Token::None, Token::True, Token::False])?
                .map(|_| ()))
        )
    }

    fn capture_target(&mut self) -> Found {
        let name = want!(self.eat(Token::Name));
        if self.text(name) == "_" || self.at(&[Token::Dot, Token::LParen, Token::Equal])? {
            return Ok(None);
        }
        Ok(Some(self.other(name.start, "pattern")))
    }

    /// Names with dots between; `least` of them.
    fn dotted(&mut self, least: usize) -> Found<Span> {
        let start = self.start()?;
        let names = want!(self.gather_with(Token::Dot, Self::name));
        Ok(if names.len() < least {
            None
        } else {
            Some(Span::new(start, self.end()))
        })
    }

    fn open_sequence(&mut self) -> Found<()> {
        want!(self.maybe_star());
        want!(self.eat(Token::Comma));
        self.alt(Self::maybe_sequence)?;
        Ok(Some(()))
    }

    fn maybe_sequence(&mut self) -> Found<()> {
        want!(self.gather(Self::maybe_star));
        self.eat(Token::Comma)?;
        Ok(Some(()))
    }

    fn maybe_star(&mut self) -> Found {
        choose!(self, Self::star_pattern, Self::pattern)
    }

    fn star_pattern(&mut self) -> Found {
        self.memo(Rule::StarPattern, |p| {
            want!(p.eat(Token::Star));
            choose!(p, Self::capture_target, |p| {
                let span = want!(p.eat_word("_"));
                Ok(Some(p.other(span.start, "pattern")))
            })
        })
    }

    fn mapping(&mut self) -> Found<()> {
        want!(self.eat(Token::LBrace));
        let rest = |p: &mut Self| -> Found<()> {
            want!(p.eat(Token::DoubleStar));
            Ok(p.capture_target()?.map(|_| ()))
        };
        let pairs = |p: &mut Self| -> Found<_> {
            p.gather(|p| {
                want!(choose_key(p));
                want!(p.eat(Token::Colon));
                p.pattern()
            })
        };
        choose!(
            self,
            |p| Ok(p.eat(Token::RBrace)?.map(|_| ())),
            |p| {
                want!(rest(p));
                p.eat(Token::Comma)?;
                Ok(p.eat(Token::RBrace)?.map(|_| ()))
            },
            |p| {
                want!(pairs(p));
                want!(p.eat(Token::Comma));
                want!(rest(p));
                p.eat(Token::Comma)?;
                Ok(p.eat(Token::RBrace)?.map(|_| ()))
            },
            |p| {
                want!(pairs(p));
                p.eat(Token::Comma)?;
                Ok(p.eat(Token::RBrace)?.map(|_| ()))
            }
        )
    }

    fn keyword_pattern(&mut self) -> Found {
        want!(self.eat(Token::Name));
        want!(self.eat(Token::Equal));
        self.pattern()
    }

    fn class_pattern(&mut self) -> Found<()> {
        let opening = |p: &mut Self| -> Found<_> {
            want!(p.dotted(1));
            p.eat(Token::LParen)
        };
        choose!(
            self,
            |p| {
                want!(opening(p));
                Ok(p.eat(Token::RParen)?.map(|_| ()))
            },
            |p| {
                want!(opening(p));
                want!(p.gather(Self::pattern));
                p.eat(Token::Comma)?;
                Ok(p.eat(Token::RParen)?.map(|_| ()))
            },
            |p| {
                want!(opening(p));
                want!(p.gather(Self::keyword_pattern));
                p.eat(Token::Comma)?;
                Ok(p.eat(Token::RParen)?.map(|_| ()))
            },
            |p| {
                want!(opening(p));
                want!(p.gather(Self::pattern));
                want!(p.eat(Token::Comma));
                want!(p.gather(Self::keyword_pattern));
                p.eat(Token::Comma)?;
                Ok(p.eat(Token::RParen)?.map(|_| ()))
            },
            |p| {
                if !p.invalid {
                    return Ok(None);
                }
                want!(opening(p));
                p.alt(|p| {
                    want!(p.gather(Self::pattern));
                    p.eat(Token::Comma)
                })?;
                want!(p.gather(Self::keyword_pattern));
                want!(p.eat(Token::Comma));
                let late = want!(p.gather(Self::pattern));
                let span = late
                    .iter()
                    .map(|node| node.span)
                    .reduce(Span::to)
                    .unwrap_or_default();
                p.raise("positional patterns follow keyword patterns", span)
            }
        )
    }
}

fn choose_key(p: &mut Parser<'_>) -> Found<()> {
    choose!(p, Parser::literal, |p| Ok(p.dotted(2)?.map(|_| ())))
}

fn choose_closed(p: &mut Parser<'_>) -> Found<()> {
    choose!(
        p,
        Parser::literal,
        |p| Ok(p.capture_target()?.map(|_| ())),
        |p| Ok(p.eat_word("_")?.map(|_| ())),
        |p| {
            want!(p.dotted(2));
            Ok(if p.at(&[Token::Dot, Token::LParen, Token::Equal])? {
                None
            } else {
                Some(())
            })
        },
        |p| {
            want!(p.eat(Token::LParen));
            want!(p.pattern());
            Ok(p.eat(Token::RParen)?.map(|_| ()))
        },
        |p| {
            want!(p.eat(Token::LBracket));
            p.alt(Parser::maybe_sequence)?;
            Ok(p.eat(Token::RBracket)?.map(|_| ()))
        },
        |p| {
            want!(p.eat(Token::LParen));
            p.alt(Parser::open_sequence)?;
            Ok(p.eat(Token::RParen)?.map(|_| ()))
        },
        Parser::mapping,
        Parser::class_pattern
    )
}
