//! Simple statements, and the words for malformed ones.

use super::parser::{Found, Node, Parser, Rule, Targets, choose, want};
use crate::ast::Span;
use crate::token::Token;

const AUGMENTED: [Token; 13] = [
    Token::PlusEqual,
    Token::MinusEqual,
    Token::StarEqual,
    Token::AtEqual,
    Token::SlashEqual,
    Token::PercentEqual,
    Token::AmperEqual,
    Token::BarEqual,
    Token::CaretEqual,
    Token::LeftShiftEqual,
    Token::RightShiftEqual,
    Token::DoubleStarEqual,
    Token::DoubleSlashEqual,
];

impl Parser<'_> {
    pub fn simple_stmts(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                want!(p.simple_stmt());
                if p.at(&[Token::Semicolon])? {
                    return Ok(None);
                }
                want!(p.eat(Token::Newline));
                Ok(Some(()))
            },
            |p| {
                want!(p.gather_with(Token::Semicolon, Self::simple_stmt));
                p.eat(Token::Semicolon)?;
                want!(p.eat(Token::Newline));
                Ok(Some(()))
            }
        )
    }

    fn simple_stmt(&mut self) -> Found {
        self.memo(Rule::SimpleStmt, |p| {
            let start = p.start()?;
            let found = p.alt(Self::simple_kind)?;
            Ok(found.map(|()| p.other(start, "statement")))
        })
    }

    fn simple_kind(&mut self) -> Found<()> {
        choose!(
            self,
            Self::assignment,
            Self::type_alias,
            |p| Ok(p.star_expressions()?.map(|_| ())),
            |p| {
                match p.peek()? {
                    Token::Return => {
                        p.mark += 1;
                        p.alt(Self::star_expressions)?;
                        Ok(Some(()))
                    }
                    Token::Import | Token::From => p.import(),
                    Token::Raise => {
                        p.mark += 1;
                        p.alt(|p| {
                            want!(p.expression());
                            p.alt(|p| {
                                want!(p.eat(Token::From));
                                p.expression()
                            })?;
                            Ok(Some(()))
                        })?;
                        Ok(Some(()))
                    }
                    Token::Pass | Token::Break | Token::Continue => {
                        p.mark += 1;
                        Ok(Some(()))
                    }
                    Token::Del => p.delete(),
                    Token::Yield => Ok(p.yield_expr()?.map(|_| ())),
                    Token::Assert => {
                        p.mark += 1;
                        want!(p.expression());
                        p.alt(|p| {
                            want!(p.eat(Token::Comma));
                            p.expression()
                        })?;
                        Ok(Some(()))
                    }
                    Token::Global | Token::Nonlocal => {
                        p.mark += 1;
                        want!(p.gather(Self::name));
                        Ok(Some(()))
                    }
                    _ => Ok(None),
                }
            }
        )
    }

    fn assignment(&mut self) -> Found<()> {
        let annotated = |p: &mut Self| -> Found<()> {
            want!(p.eat(Token::Colon));
            want!(p.expression());
            p.alt(|p| {
                want!(p.eat(Token::Equal));
                p.annotated_rhs()
            })?;
            Ok(Some(()))
        };
        choose!(
            self,
            |p| {
                want!(p.eat(Token::Name));
                annotated(p)
            },
            |p| {
                want!(choose_single(p));
                annotated(p)
            },
            |p| {
                want!(p.many1(Self::target_and_equal));
                want!(p.annotated_rhs());
                Ok(if p.at(&[Token::Equal])? {
                    None
                } else {
                    Some(())
                })
            },
            Self::augmented
        )
    }

    fn target_and_equal(&mut self) -> Found {
        let target = want!(self.star_targets());
        want!(self.eat(Token::Equal));
        Ok(Some(target))
    }

    /// `target += value`; past the operator there is no way back.
    fn augmented(&mut self) -> Found<()> {
        let mark = self.mark;
        if self.alt(Self::single_target)?.is_some() && self.eat_any(&AUGMENTED)?.is_some() {
            return Ok(self.annotated_rhs()?.map(|_| ()));
        }
        self.mark = mark;
        if self.invalid {
            self.invalid_assignment()?;
        }
        Ok(None)
    }

    fn invalid_assignment(&mut self) -> Found<()> {
        self.alt(|p| {
            let a = want!(p.annotation_brackets());
            want!(p.eat(Token::Colon));
            want!(p.expression());
            p.raise::<()>(
                format!("only single target (not {}) can be annotated", a.describe()),
                a.span,
            )
        })?;
        self.alt(|p| {
            let a = want!(p.star_named_expression());
            want!(p.eat(Token::Comma));
            p.many(Self::star_named_expressions)?;
            want!(p.eat(Token::Colon));
            want!(p.expression());
            p.raise::<()>("only single target (not tuple) can be annotated", a.span)
        })?;
        self.alt(|p| {
            let a = want!(p.expression());
            want!(p.eat(Token::Colon));
            want!(p.expression());
            p.raise::<()>("illegal target for annotation", a.span)
        })?;
        self.alt(|p| {
            p.many(Self::target_and_equal)?;
            let a = want!(p.star_expressions());
            want!(p.eat(Token::Equal));
            p.raise_invalid_target(Targets::Star, &a)
        })?;
        self.alt(|p| {
            p.many(Self::target_and_equal)?;
            let a = want!(p.yield_expr());
            want!(p.eat(Token::Equal));
            p.raise::<()>("assignment to yield expression not possible", a.span)
        })?;
        self.alt(|p| {
            let a = want!(p.star_expressions());
            want!(p.eat_any(&AUGMENTED));
            want!(p.annotated_rhs());
            let message = format!(
                "'{}' is an illegal expression for augmented assignment",
                a.describe()
            );
            p.raise(message, a.span)
        })
    }

    fn annotation_brackets(&mut self) -> Found {
        choose!(self, Self::list, Self::tuple, |p| {
            want!(p.eat(Token::LParen));
            let inner = want!(p.annotation_brackets());
            want!(p.eat(Token::RParen));
            Ok(Some(inner))
        })
    }

    fn delete(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                want!(p.eat(Token::Del));
                want!(p.del_targets());
                Ok(if p.at(&[Token::Semicolon, Token::Newline])? {
                    Some(())
                } else {
                    None
                })
            },
            |p| {
                if !p.invalid {
                    return Ok(None);
                }
                want!(p.eat(Token::Del));
                let a = want!(p.star_expressions());
                p.raise_invalid_target(Targets::Del, &a)?;
                Ok(None)
            }
        )
    }

    fn type_alias(&mut self) -> Found<()> {
        want!(self.eat_word("type"));
        want!(self.eat(Token::Name));
        self.alt(Self::type_params)?;
        want!(self.eat(Token::Equal));
        want!(self.expression());
        Ok(Some(()))
    }

    // ---- import ----

    fn import(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                want!(p.eat(Token::Import));
                let a = want!(p.eat(Token::Newline));
                p.raise_from::<()>("Expected one or more names after 'import'", a)
            })?;
            self.alt(|p| {
                let a = want!(p.eat(Token::Import));
                want!(p.gather(Self::dotted_name));
                want!(p.eat(Token::From));
                want!(p.dotted_name());
                let span = Span::new(a.start, p.end());
                p.raise::<()>("Did you mean to use 'from ... import ...' instead?", span)
            })?;
        }
        choose!(
            self,
            |p| {
                want!(p.eat(Token::Import));
                want!(p.gather(|p| {
                    want!(p.dotted_name());
                    p.optional(Self::as_name)
                }));
                Ok(Some(()))
            },
            |p| {
                want!(p.eat(Token::From));
                p.many(|p| p.eat_any(&[Token::Dot, Token::Ellipsis]))?;
                want!(p.dotted_name());
                want!(p.eat(Token::Import));
                p.import_targets()
            },
            |p| {
                want!(p.eat(Token::From));
                want!(p.many1(|p| p.eat_any(&[Token::Dot, Token::Ellipsis])));
                want!(p.eat(Token::Import));
                p.import_targets()
            }
        )
    }

    fn dotted_name(&mut self) -> Found<()> {
        want!(self.gather_with(Token::Dot, Self::name));
        Ok(Some(()))
    }

    fn as_name(&mut self) -> Found {
        want!(self.eat(Token::As));
        self.name()
    }

    fn import_as_names(&mut self) -> Found<()> {
        want!(self.gather(|p| {
            want!(p.eat(Token::Name));
            p.optional(Self::as_name)
        }));
        Ok(Some(()))
    }

    fn import_targets(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                want!(p.eat(Token::LParen));
                want!(p.import_as_names());
                p.eat(Token::Comma)?;
                want!(p.eat(Token::RParen));
                Ok(Some(()))
            },
            |p| {
                want!(p.import_as_names());
                Ok(if p.at(&[Token::Comma])? {
                    None
                } else {
                    Some(())
                })
            },
            |p| Ok(p.eat(Token::Star)?.map(|_| ())),
            |p| {
                if !p.invalid {
                    return Ok(None);
                }
                p.alt(|p| {
                    want!(p.import_as_names());
                    want!(p.eat(Token::Comma));
                    want!(p.eat(Token::Newline));
                    p.raise_last::<()>("trailing comma not allowed without surrounding parentheses")
                })?;
                let a = want!(p.eat(Token::Newline));
                p.raise_from("Expected one or more names after 'import'", a)
            }
        )
    }
}

/// A target of an annotation that is more than a name.
fn choose_single(p: &mut Parser<'_>) -> Found<Node> {
    choose!(
        p,
        |p| {
            want!(p.eat(Token::LParen));
            let target = want!(p.single_target());
            want!(p.eat(Token::RParen));
            Ok(Some(target))
        },
        Parser::primary_target
    )
}
