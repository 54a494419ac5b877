//! What is assigned to, looped over or deleted.

use super::parser::{Found, Node, Parser, Rule, Shape, choose, want};
use crate::ast::Span;
use crate::token::Token;

const AFTER_PRIMARY: [Token; 3] = [Token::LParen, Token::LBracket, Token::Dot];

impl Parser<'_> {
    fn target_node(&self, start: u32, shape: Shape) -> Node {
        Node::new(Span::new(start, self.end()), shape)
    }

    pub fn star_targets(&mut self) -> Found {
        let start = self.start()?;
        let mut items = want!(self.gather(Self::star_target));
        let comma = self.eat(Token::Comma)?.is_some();
        if items.len() == 1 && !comma {
            return Ok(items.pop());
        }
        Ok(Some(self.target_node(start, Shape::Tuple(items))))
    }

    pub fn star_target(&mut self) -> Found {
        self.memo(Rule::StarTarget, |p| {
            choose!(
                p,
                |p| {
                    let start = want!(p.eat(Token::Star)).start;
                    if p.at(&[Token::Star])? {
                        return Ok(None);
                    }
                    let inner = want!(p.star_target());
                    Ok(Some(p.target_node(start, Shape::Starred(inner))))
                },
                Self::target_with_star_atom
            )
        })
    }

    fn target_with_star_atom(&mut self) -> Found {
        self.memo(Rule::TargetWithStarAtom, |p| {
            choose!(p, Self::primary_target, Self::star_atom)
        })
    }

    /// An attribute or subscript that nothing further is taken of.
    pub fn primary_target(&mut self) -> Found {
        choose!(self, |p| p.primary_target_of(Token::Dot), |p| p
            .primary_target_of(Token::LBracket))
    }

    fn primary_target_of(&mut self, token: Token) -> Found {
        let start = self.start()?;
        want!(self.t_primary());
        want!(self.eat(token));
        let shape = if token == Token::Dot {
            want!(self.eat(Token::Name));
            Shape::Attribute
        } else {
            want!(self.slices());
            want!(self.eat(Token::RBracket));
            Shape::Subscript
        };
        Ok(if self.at(&AFTER_PRIMARY)? {
            None
        } else {
            Some(self.target_node(start, shape))
        })
    }

    /// A primary that more follows.
    fn t_primary(&mut self) -> Found {
        self.memo(Rule::TPrimary, |p| {
            let start = p.start()?;
            let mut node = want!(p.atom());
            if !p.at(&AFTER_PRIMARY)? {
                return Ok(None);
            }
            loop {
                let longer = p.alt(|p| {
                    let shape = want!(p.trailer());
                    Ok(if p.at(&AFTER_PRIMARY)? {
                        Some(shape)
                    } else {
                        None
                    })
                })?;
                match longer {
                    Some(shape) => node = p.target_node(start, shape),
                    None => return Ok(Some(node)),
                }
            }
        })
    }

    fn star_atom(&mut self) -> Found {
        choose!(
            self,
            Self::name,
            |p| {
                want!(p.eat(Token::LParen));
                let inner = want!(p.target_with_star_atom());
                want!(p.eat(Token::RParen));
                Ok(Some(inner))
            },
            |p| {
                let start = want!(p.eat(Token::LParen)).start;
                let items = p.alt(|p| {
                    let items = want!(p.gather(Self::star_target));
                    let comma = p.eat(Token::Comma)?.is_some();
                    Ok(if items.len() > 1 || comma {
                        Some(items)
                    } else {
                        None
                    })
                })?;
                want!(p.eat(Token::RParen));
                Ok(Some(p.target_node(
                    start,
                    Shape::Tuple(items.unwrap_or_default()),
                )))
            },
            |p| {
                let start = want!(p.eat(Token::LBracket)).start;
                let items = p.alt(|p| {
                    let items = want!(p.gather(Self::star_target));
                    p.eat(Token::Comma)?;
                    Ok(Some(items))
                })?;
                want!(p.eat(Token::RBracket));
                Ok(Some(p.target_node(
                    start,
                    Shape::List(items.unwrap_or_default()),
                )))
            }
        )
    }

    pub fn single_target(&mut self) -> Found {
        choose!(self, Self::primary_target, Self::name, |p| {
            want!(p.eat(Token::LParen));
            let inner = want!(p.single_target());
            want!(p.eat(Token::RParen));
            Ok(Some(inner))
        })
    }

    pub fn del_targets(&mut self) -> Found<Vec<Node>> {
        let items = want!(self.gather(Self::del_target));
        self.eat(Token::Comma)?;
        Ok(Some(items))
    }

    fn del_target(&mut self) -> Found {
        self.memo(Rule::DelTarget, |p| {
            choose!(
                p,
                Self::primary_target,
                Self::name,
                |p| {
                    want!(p.eat(Token::LParen));
                    let inner = want!(p.del_target());
                    want!(p.eat(Token::RParen));
                    Ok(Some(inner))
                },
                |p| p.del_brackets(Token::LParen, Token::RParen),
                |p| p.del_brackets(Token::LBracket, Token::RBracket)
            )
        })
    }

    fn del_brackets(&mut self, open: Token, close: Token) -> Found {
        let start = want!(self.eat(open)).start;
        let items = self.alt(Self::del_targets)?.unwrap_or_default();
        want!(self.eat(close));
        let shape = if open == Token::LParen {
            Shape::Tuple(items)
        } else {
            Shape::List(items)
        };
        Ok(Some(self.target_node(start, shape)))
    }
}
