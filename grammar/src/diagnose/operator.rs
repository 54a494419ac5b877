//! Operators by precedence, primaries and atoms.

use super::parser::{Found, Parser, Rule, Shape, choose, want};
use crate::token::Token;

impl Parser<'_> {
    /// Operands with one operator between, as one node.
    fn flat(&mut self, operator: Token, operand: fn(&mut Self) -> Found) -> Found {
        let start = self.start()?;
        let mut items = want!(self.gather_with(operator, operand));
        if items.len() == 1 {
            return Ok(items.pop());
        }
        Ok(Some(self.other(start, "expression")))
    }

    pub fn disjunction(&mut self) -> Found {
        self.memo(Rule::Disjunction, |p| p.flat(Token::Or, Self::conjunction))
    }

    fn conjunction(&mut self) -> Found {
        self.memo(Rule::Conjunction, |p| p.flat(Token::And, Self::inversion))
    }

    fn inversion(&mut self) -> Found {
        self.memo(Rule::Inversion, |p| {
            if let Some(not) = p.eat(Token::Not)? {
                want!(p.inversion());
                return Ok(Some(p.other(not.start, "expression")));
            }
            p.comparison()
        })
    }

    fn comparison(&mut self) -> Found {
        let start = self.start()?;
        let left = want!(self.bit_or());
        let mut first = None;
        while let Some(is_in) = self.alt(Self::compared)? {
            first.get_or_insert(is_in);
        }
        match first {
            None => Ok(Some(left)),
            Some(is_in) => Ok(Some(self.node(start, Shape::Compare(left, is_in)))),
        }
    }

    /// One operator with its right side: whether it is `in`.
    fn compared(&mut self) -> Found<bool> {
        const PLAIN: [Token; 6] = [
            Token::EqEqual,
            Token::NotEqual,
            Token::Less,
            Token::LessEqual,
            Token::Greater,
            Token::GreaterEqual,
        ];
        let is_in = if let Some(span) = self.eat_any(&PLAIN)? {
            if self.text(span) == "<>" {
                return Ok(None);
            }
            false
        } else if self.eat(Token::Not)?.is_some() {
            want!(self.eat(Token::In));
            false
        } else if self.eat(Token::In)?.is_some() {
            true
        } else {
            want!(self.eat(Token::Is));
            if let Some(negated) = self.alt(|p| {
                want!(p.eat(Token::Not));
                p.bit_or()
            })? {
                let _ = negated;
                return Ok(Some(false));
            }
            false
        };
        want!(self.bit_or());
        Ok(Some(is_in))
    }

    /// Operands with left-associative operators between.
    fn binary(
        &mut self,
        rule: Rule,
        operators: &[Token],
        operand: fn(&mut Self) -> Found,
    ) -> Found {
        self.memo(rule, |p| {
            let start = p.start()?;
            let mut left = want!(operand(p));
            loop {
                let next = p.alt(|p| {
                    want!(p.eat_any(operators));
                    operand(p)
                })?;
                match next {
                    Some(_) => left = p.other(start, "expression"),
                    None => return Ok(Some(left)),
                }
            }
        })
    }

    pub fn bit_or(&mut self) -> Found {
        self.binary(Rule::BitOr, &[Token::Bar], Self::bit_xor)
    }

    fn bit_xor(&mut self) -> Found {
        self.binary(Rule::BitXor, &[Token::Caret], Self::bit_and)
    }

    fn bit_and(&mut self) -> Found {
        self.binary(Rule::BitAnd, &[Token::Amper], Self::shift)
    }

    fn shift(&mut self) -> Found {
        if self.invalid {
            self.alt(|p| p.invalid_not(true))?;
        }
        self.binary(
            Rule::Shift,
            &[Token::LeftShift, Token::RightShift],
            Self::sum,
        )
    }

    /// `not` cannot stand after an operator that binds tighter.
    fn invalid_not(&mut self, binary: bool) -> Found {
        const SIGNS: [Token; 3] = [Token::Plus, Token::Minus, Token::Tilde];
        const OPERATORS: [Token; 7] = [
            Token::Plus,
            Token::Minus,
            Token::Star,
            Token::Slash,
            Token::Percent,
            Token::DoubleSlash,
            Token::At,
        ];
        let (a, b) = if binary {
            want!(self.sum());
            want!(self.eat_any(&OPERATORS));
            let a = want!(self.eat(Token::Not));
            (a, want!(self.inversion()))
        } else {
            want!(self.eat_any(&SIGNS));
            let a = want!(self.eat(Token::Not));
            (a, want!(self.factor()))
        };
        self.raise(
            "'not' after an operator must be parenthesized",
            a.to(b.span),
        )
    }

    fn sum(&mut self) -> Found {
        self.binary(Rule::Sum, &[Token::Plus, Token::Minus], Self::term)
    }

    fn term(&mut self) -> Found {
        const OPERATORS: [Token; 5] = [
            Token::Star,
            Token::Slash,
            Token::DoubleSlash,
            Token::Percent,
            Token::At,
        ];
        if self.invalid {
            self.alt(|p| p.invalid_not(false))?;
        }
        self.binary(Rule::Term, &OPERATORS, Self::factor)
    }

    fn factor(&mut self) -> Found {
        self.memo(Rule::Factor, |p| {
            if let Some(sign) = p.eat_any(&[Token::Plus, Token::Minus, Token::Tilde])? {
                want!(p.factor());
                return Ok(Some(p.other(sign.start, "expression")));
            }
            let start = p.start()?;
            let base = want!(p.await_primary());
            let power = p.alt(|p| {
                want!(p.eat(Token::DoubleStar));
                p.factor()
            })?;
            Ok(Some(if power.is_some() {
                p.other(start, "expression")
            } else {
                base
            }))
        })
    }

    fn await_primary(&mut self) -> Found {
        self.memo(Rule::AwaitPrimary, |p| {
            if let Some(word) = p.eat(Token::Await)? {
                want!(p.primary());
                return Ok(Some(p.other(word.start, "await expression")));
            }
            p.primary()
        })
    }

    fn primary(&mut self) -> Found {
        self.memo(Rule::Primary, |p| {
            let start = p.start()?;
            let mut node = want!(p.atom());
            while let Some(shape) = p.alt(Self::trailer)? {
                node = p.node(start, shape);
            }
            Ok(Some(node))
        })
    }

    /// An attribute, call or subscript after a primary.
    pub fn trailer(&mut self) -> Found<Shape> {
        if self.eat(Token::Dot)?.is_some() {
            want!(self.eat(Token::Name));
            return Ok(Some(Shape::Attribute));
        }
        // Not only at a round bracket: the errors of comprehensions are looked for at any.
        if self.alt(Self::genexp)?.is_some() {
            return Ok(Some(Shape::Other("function call")));
        }
        if self.at(&[Token::LParen])? {
            want!(self.eat(Token::LParen));
            self.alt(Self::arguments)?;
            want!(self.eat(Token::RParen));
            return Ok(Some(Shape::Other("function call")));
        }
        want!(self.eat(Token::LBracket));
        want!(self.slices());
        want!(self.eat(Token::RBracket));
        Ok(Some(Shape::Subscript))
    }

    pub fn slices(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                want!(p.slice());
                Ok(if p.at(&[Token::Comma])? {
                    None
                } else {
                    Some(())
                })
            },
            |p| {
                want!(p.gather(|p| choose!(p, Self::slice, |p| Ok(
                    p.starred_expression()?.map(|_| ())
                ))));
                p.eat(Token::Comma)?;
                Ok(Some(()))
            }
        )
    }

    fn slice(&mut self) -> Found<()> {
        choose!(
            self,
            |p| {
                p.alt(Self::expression)?;
                want!(p.eat(Token::Colon));
                p.alt(Self::expression)?;
                p.alt(|p| {
                    want!(p.eat(Token::Colon));
                    p.optional(Self::expression)
                })?;
                Ok(Some(()))
            },
            |p| Ok(p.named_expression()?.map(|_| ()))
        )
    }

    pub fn atom(&mut self) -> Found {
        let start = self.start()?;
        let token = self.peek()?;
        let name = match token {
            Token::Name => return self.name(),
            Token::True => "True",
            Token::False => "False",
            Token::None => "None",
            Token::Ellipsis => "ellipsis",
            Token::Int | Token::Float | Token::Imaginary => {
                self.check_number()?;
                "literal"
            }
            Token::Str | Token::Bytes | Token::FStringStart => return self.strings(),
            Token::LParen => return choose!(self, Self::tuple, Self::group, Self::genexp),
            Token::LBracket => return choose!(self, Self::list, Self::list_comp),
            Token::LBrace => {
                return choose!(self, Self::dict, Self::set, Self::dict_comp, Self::set_comp);
            }
            _ => return Ok(None),
        };
        self.mark += 1;
        Ok(Some(self.other(start, name)))
    }
}
