//! Compound statements and their blocks, and the words for malformed ones: sources, loops,
//! conditions, definitions.

use super::parser::{Found, Parser, Rule, choose, want};
use crate::ast::Span;
use crate::token::Token;

const EXPECTED_COLON: &str = "expected ':'";

impl Parser<'_> {
    pub fn file(&mut self) -> Found<()> {
        self.many(Self::statement)?;
        want!(self.eat(Token::EndOfFile));
        Ok(Some(()))
    }

    /// One compound statement or one line of simple ones. What follows a line is not even read.
    pub fn interactive(&mut self) -> Found<()> {
        if self.alt(Self::compound_stmt)?.is_none() {
            want!(self.simple_stmts());
            if !self.is_last() {
                let message = "multiple statements found while compiling a single statement";
                return self.raise_before(message);
            }
        }
        want!(self.eat(Token::EndOfFile));
        Ok(Some(()))
    }

    pub fn eval(&mut self) -> Found<()> {
        want!(self.expressions());
        self.many(|p| p.eat(Token::Newline))?;
        want!(self.eat(Token::EndOfFile));
        Ok(Some(()))
    }

    fn statement(&mut self) -> Found<()> {
        choose!(self, Self::compound_stmt, Self::simple_stmts)
    }

    fn compound_stmt(&mut self) -> Found<()> {
        match self.peek()? {
            Token::Def => self.function_def(),
            Token::At => choose!(self, Self::function_def, Self::class_def),
            Token::Async => choose!(self, Self::function_def, Self::with_stmt, Self::for_stmt),
            Token::If => self.if_stmt(),
            Token::Class => self.class_def(),
            Token::With => self.with_stmt(),
            Token::For => self.for_stmt(),
            Token::Try => self.try_stmt(),
            Token::While => self.while_stmt(),
            _ => self.match_stmt(),
        }
    }

    pub fn block(&mut self) -> Found {
        self.memo(Rule::Block, |p| {
            let start = p.start()?;
            let found = p.alt(|p| {
                want!(p.eat(Token::Newline));
                want!(p.eat(Token::Indent));
                want!(p.many1(Self::statement));
                p.eat(Token::Dedent)
            })?;
            if found.is_some() || p.alt(Self::simple_stmts)?.is_some() {
                return Ok(Some(p.other(start, "block")));
            }
            if p.invalid && p.alt(Self::no_indent)?.is_some() {
                return p.raise_indentation("expected an indented block");
            }
            Ok(None)
        })
    }

    /// The end of a line that no deeper one follows.
    pub fn no_indent(&mut self) -> Found<()> {
        want!(self.eat(Token::Newline));
        Ok(if self.at(&[Token::Indent])? {
            None
        } else {
            Some(())
        })
    }

    /// `: NEWLINE` without a block: the error names the statement that wants one.
    pub fn missing_block<T>(&mut self, what: &str, at: Span) -> Found<T> {
        want!(self.eat(Token::Colon));
        want!(self.no_indent());
        let line = self.line(at);
        self.raise_indentation(format!(
            "expected an indented block after {what} on line {line}"
        ))
    }

    pub fn missing_colon<T>(&mut self) -> Found<T> {
        want!(self.eat(Token::Newline));
        self.raise_last(EXPECTED_COLON)
    }

    // ---- if, while, for ----

    fn if_stmt(&mut self) -> Found<()> {
        self.conditional(Token::If, "'if' statement")
    }

    fn conditional(&mut self, word: Token, what: &str) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                want!(p.eat(word));
                want!(p.named_expression());
                p.missing_colon::<()>()
            })?;
            self.alt(|p| {
                let a = want!(p.eat(word));
                want!(p.named_expression());
                p.missing_block::<()>(what, a)
            })?;
        }
        let header = |p: &mut Self| -> Found<_> {
            want!(p.eat(word));
            want!(p.named_expression());
            want!(p.eat(Token::Colon));
            p.block()
        };
        want!(header(self));
        if self.at(&[Token::Elif])?
            && let Some(found) = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                self.alt(|p| p.conditional(Token::Elif, "'elif' statement"))
            })?
        {
            return Ok(Some(found));
        }
        self.alt(Self::else_block)?;
        Ok(Some(()))
    }

    pub fn else_block(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                let a = want!(p.eat(Token::Else));
                p.missing_block::<()>("'else' statement", a)
            })?;
        }
        want!(self.eat(Token::Else));
        want!(self.force(Token::Colon, ":"));
        want!(self.block());
        Ok(Some(()))
    }

    fn while_stmt(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                want!(p.eat(Token::While));
                want!(p.named_expression());
                p.missing_colon::<()>()
            })?;
            self.alt(|p| {
                let a = want!(p.eat(Token::While));
                want!(p.named_expression());
                p.missing_block::<()>("'while' statement", a)
            })?;
        }
        want!(self.eat(Token::While));
        want!(self.named_expression());
        want!(self.eat(Token::Colon));
        want!(self.block());
        self.alt(Self::else_block)?;
        Ok(Some(()))
    }

    fn for_stmt(&mut self) -> Found<()> {
        if self.invalid {
            self.alt(|p| {
                want!(p.for_header());
                p.missing_colon::<()>()
            })?;
            self.alt(|p| {
                let a = want!(p.for_header());
                p.missing_block::<()>("'for' statement", a)
            })?;
        }
        let mark = self.mark;
        self.eat(Token::Async)?;
        if self.eat(Token::For)?.is_some()
            && self.alt(Self::star_targets)?.is_some()
            && self.eat(Token::In)?.is_some()
        {
            want!(self.star_expressions());
            want!(self.eat(Token::Colon));
            want!(self.block());
            self.alt(Self::else_block)?;
            return Ok(Some(()));
        }
        self.mark = mark;
        self.alt(Self::invalid_for_target)?;
        Ok(None)
    }

    fn for_header(&mut self) -> Found<Span> {
        self.eat(Token::Async)?;
        let a = want!(self.eat(Token::For));
        want!(self.star_targets());
        want!(self.eat(Token::In));
        want!(self.star_expressions());
        Ok(Some(a))
    }

    // ---- definitions ----

    fn decorators(&mut self) -> Found<()> {
        self.many(|p| {
            want!(p.eat(Token::At));
            want!(p.named_expression());
            p.eat(Token::Newline)
        })?;
        Ok(Some(()))
    }

    fn function_def(&mut self) -> Found<()> {
        want!(self.decorators());
        if self.invalid {
            self.alt(|p| {
                p.eat(Token::Async)?;
                let a = want!(p.eat(Token::Def));
                want!(p.eat(Token::Name));
                p.alt(Self::type_params)?;
                want!(p.eat(Token::LParen));
                p.alt(Self::params)?;
                want!(p.eat(Token::RParen));
                p.alt(Self::returns)?;
                p.missing_block::<()>("function definition", a)
            })?;
        }
        self.eat(Token::Async)?;
        want!(self.eat(Token::Def));
        want!(self.eat(Token::Name));
        self.alt(Self::type_params)?;
        want!(self.force(Token::LParen, "("));
        self.alt(Self::params)?;
        want!(self.eat(Token::RParen));
        self.alt(Self::returns)?;
        want!(self.force(Token::Colon, ":"));
        want!(self.block());
        Ok(Some(()))
    }

    fn returns(&mut self) -> Found {
        want!(self.eat(Token::Arrow));
        self.expression()
    }

    fn class_header(&mut self) -> Found<Span> {
        let a = want!(self.eat(Token::Class));
        want!(self.eat(Token::Name));
        self.alt(Self::type_params)?;
        self.alt(|p| {
            want!(p.eat(Token::LParen));
            p.alt(Self::arguments)?;
            p.eat(Token::RParen)
        })?;
        Ok(Some(a))
    }

    fn class_def(&mut self) -> Found<()> {
        want!(self.decorators());
        if self.invalid {
            self.alt(|p| {
                want!(p.class_header());
                p.missing_colon::<()>()
            })?;
            self.alt(|p| {
                let a = want!(p.class_header());
                p.missing_block::<()>("class definition", a)
            })?;
        }
        want!(self.class_header());
        want!(self.eat(Token::Colon));
        want!(self.block());
        Ok(Some(()))
    }
}
