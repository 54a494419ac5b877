//! The machine under the rules: tokens with a mark, ordered choice, memory of what was tried.
//!
//! A rule returns `Ok(Some(node))` where it matches, `Ok(None)` where it does not (the caller
//! puts the mark back, which `alt` does), and `Err` when the words are found: that ends it all.

use super::node::invalid_target;
pub use super::node::{Node, Shape, Targets};
use crate::ast::Span;
use crate::layout::Tokens;
use crate::syntax_error::{Extent, Kind, SyntaxError};
use crate::token::{Spanned, Token};

pub type Found<T = Node> = Result<Option<T>, Box<SyntaxError>>;

/// The rules whose results are remembered.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    SimpleStmt,
    Block,
    Expression,
    StarExpression,
    Disjunction,
    Conjunction,
    Inversion,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Term,
    Factor,
    AwaitPrimary,
    Primary,
    TPrimary,
    Strings,
    Arguments,
    StarTarget,
    TargetWithStarAtom,
    DelTarget,
    ClosedPattern,
    StarPattern,
    TypeParam,
    InvalidNamed,
}

type Memory = Option<(Node, usize)>;

pub struct Parser<'t> {
    pub source: &'t str,
    tokens: &'t Tokens,
    /// How many brackets are open after each token.
    levels: Vec<u16>,
    pub mark: usize,
    /// How many tokens were looked at: some errors point at the last of them.
    pub fill: usize,
    /// Whether the rules that find words are tried.
    pub invalid: bool,
    /// For each token what the rules found there: few of them, so a list.
    memory: Vec<Vec<(Rule, Memory)>>,
    /// A forced token that was missing: the error unless better words are found.
    pub pending: Option<Box<SyntaxError>>,
    /// The error came from the lexer.
    pub lexical: bool,
    /// CPython adds the line end that a program lacks, but not to an expression or an entry at
    /// the prompt: the last token then has no place.
    pub unwritten_end: bool,
}

impl<'t> Parser<'t> {
    pub fn new(source: &'t str, tokens: &'t Tokens) -> Self {
        let mut level = 0u16;
        let levels = tokens
            .list
            .iter()
            .map(|spanned| {
                if spanned.1.opens() {
                    level = level.saturating_add(1);
                } else if spanned.1.closes() {
                    level = level.saturating_sub(1);
                }
                level
            })
            .collect();
        let memory = vec![Vec::new(); tokens.list.len() + 1];
        Parser {
            source,
            tokens,
            levels,
            mark: 0,
            fill: 0,
            invalid: false,
            memory,
            pending: None,
            lexical: false,
            unwritten_end: false,
        }
    }

    /// Starts again, now with the rules that find words.
    pub fn second_pass(&mut self) {
        self.mark = 0;
        self.invalid = true;
        self.memory.iter_mut().for_each(Vec::clear);
    }

    /// The token at an index; an error where the lexer found one.
    fn fetch(&mut self, index: usize) -> Result<Spanned, Box<SyntaxError>> {
        let Some(&spanned) = self.tokens.list.get(index) else {
            let end = self.source.len() as u32;
            self.lexical = true;
            let error = self.tokens.error.clone();
            return Err(Box::new(error.unwrap_or_else(|| {
                SyntaxError::new("unexpected EOF while parsing", Span::new(end, end))
            })));
        };
        if spanned.1 == Token::EndOfFile
            && let Some(error) = self.tokens.unclosed()
        {
            self.lexical = true;
            return Err(Box::new(error));
        }
        self.fill = self.fill.max(index + 1);
        Ok(spanned)
    }

    pub fn peek(&mut self) -> Result<Token, Box<SyntaxError>> {
        Ok(self.fetch(self.mark)?.1)
    }

    /// The next token and its span, if it is `token`.
    pub fn eat(&mut self, token: Token) -> Found<Span> {
        let (start, found, end) = self.fetch(self.mark)?;
        let matches = found == token || (token == Token::Colon && found == Token::FormatColon);
        if !matches {
            return Ok(None);
        }
        self.mark += 1;
        Ok(Some(Span::new(start, end)))
    }

    /// Whether the next token is one of these.
    pub fn at(&mut self, tokens: &[Token]) -> Result<bool, Box<SyntaxError>> {
        let found = self.peek()?;
        let found = if found == Token::FormatColon {
            Token::Colon
        } else {
            found
        };
        Ok(tokens.contains(&found))
    }

    pub fn eat_any(&mut self, tokens: &[Token]) -> Found<Span> {
        let (start, found, end) = self.fetch(self.mark)?;
        if !tokens.contains(&found) {
            return Ok(None);
        }
        self.mark += 1;
        Ok(Some(Span::new(start, end)))
    }

    /// A name with exactly this text: a soft keyword.
    pub fn eat_word(&mut self, word: &str) -> Found<Span> {
        let (start, found, end) = self.fetch(self.mark)?;
        if found != Token::Name || self.text(Span::new(start, end)) != word {
            return Ok(None);
        }
        self.mark += 1;
        Ok(Some(Span::new(start, end)))
    }

    /// A token that nothing else can stand for: its absence is the error, in both passes.
    pub fn force(&mut self, token: Token, text: &str) -> Found<Span> {
        match self.eat(token)? {
            Some(span) => Ok(Some(span)),
            None => {
                let (start, _, end) = self.fetch(self.mark)?;
                let token = self.peek()?;
                let error = SyntaxError::new(format!("expected '{text}'"), Span::new(start, end));
                let error = if self.is_unwritten((start, token, end)) {
                    error.with_extent(Extent::Nowhere)
                } else {
                    error
                };
                self.pending = Some(Box::new(error));
                Ok(None)
            }
        }
    }

    pub fn text(&self, span: Span) -> &'t str {
        self.source
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    pub fn line(&self, span: Span) -> usize {
        crate::lexer::line_of(self.source, span.start as usize)
    }

    /// Where the token before the mark ends.
    pub fn end(&self) -> u32 {
        self.mark
            .checked_sub(1)
            .and_then(|at| self.tokens.list.get(at))
            .map_or(0, |spanned| spanned.2)
    }

    /// Where the next token begins.
    pub fn start(&mut self) -> Result<u32, Box<SyntaxError>> {
        Ok(self.fetch(self.mark)?.0)
    }

    /// Whether the token before the mark is the `:` of a format spec.
    pub fn after_format_colon(&self) -> bool {
        let before = self
            .mark
            .checked_sub(1)
            .and_then(|at| self.tokens.list.get(at));
        before.is_some_and(|spanned| spanned.1 == Token::FormatColon)
    }

    /// The brackets open at the token before the mark.
    pub fn level(&self) -> u16 {
        self.mark
            .checked_sub(1)
            .and_then(|at| self.levels.get(at))
            .copied()
            .unwrap_or(0)
    }

    /// The last token looked at.
    pub fn last(&self) -> Spanned {
        self.fill
            .checked_sub(1)
            .and_then(|at| self.tokens.list.get(at))
            .copied()
            .unwrap_or((0, Token::EndOfFile, 0))
    }

    pub fn last_span(&self) -> Span {
        let (start, _, end) = self.last();
        Span::new(start, end)
    }

    /// Tries one alternative: without a match the mark goes back.
    pub fn alt<T>(&mut self, rule: impl FnOnce(&mut Self) -> Found<T>) -> Found<T> {
        let mark = self.mark;
        let found = rule(self)?;
        if found.is_none() {
            self.mark = mark;
        }
        Ok(found)
    }

    /// The first of two alternatives that matches.
    pub fn either<T>(
        &mut self,
        first: impl FnOnce(&mut Self) -> Found<T>,
        second: impl FnOnce(&mut Self) -> Found<T>,
    ) -> Found<T> {
        match self.alt(first)? {
            Some(found) => Ok(Some(found)),
            None => self.alt(second),
        }
    }

    /// Whether a rule matches here; the mark stays.
    pub fn ahead<T>(
        &mut self,
        rule: impl FnOnce(&mut Self) -> Found<T>,
    ) -> Result<bool, Box<SyntaxError>> {
        let mark = self.mark;
        let found = rule(self)?;
        self.mark = mark;
        Ok(found.is_some())
    }

    /// What may be missing.
    pub fn optional<T>(&mut self, rule: impl FnOnce(&mut Self) -> Found<T>) -> Found<Option<T>> {
        Ok(Some(self.alt(rule)?))
    }

    /// Any number, none included.
    pub fn many<T>(&mut self, mut rule: impl FnMut(&mut Self) -> Found<T>) -> Found<Vec<T>> {
        let mut all = Vec::new();
        while let Some(item) = self.alt(&mut rule)? {
            all.push(item);
        }
        Ok(Some(all))
    }

    pub fn many1<T>(&mut self, rule: impl FnMut(&mut Self) -> Found<T>) -> Found<Vec<T>> {
        Ok(self.many(rule)?.filter(|all| !all.is_empty()))
    }

    /// One or more with commas between; a comma at the end is left.
    pub fn gather<T>(&mut self, rule: impl FnMut(&mut Self) -> Found<T>) -> Found<Vec<T>> {
        self.gather_with(Token::Comma, rule)
    }

    pub fn gather_with<T>(
        &mut self,
        separator: Token,
        mut rule: impl FnMut(&mut Self) -> Found<T>,
    ) -> Found<Vec<T>> {
        let Some(first) = self.alt(&mut rule)? else {
            return Ok(None);
        };
        let mut all = vec![first];
        loop {
            let next = self.alt(|p| {
                if p.eat(separator)?.is_none() {
                    return Ok(None);
                }
                rule(p)
            })?;
            match next {
                Some(item) => all.push(item),
                None => return Ok(Some(all)),
            }
        }
    }

    /// Remembers what a rule found at the mark. Every cycle of rules passes here, so here the
    /// stack grows where it must.
    pub fn memo(&mut self, rule: Rule, body: impl FnOnce(&mut Self) -> Found) -> Found {
        let at = self.mark;
        let known = self
            .memory
            .get(at)
            .and_then(|here| here.iter().find(|(r, _)| *r == rule));
        if let Some((_, known)) = known {
            let known = known.clone();
            return Ok(known.map(|(node, mark)| {
                self.mark = mark;
                node
            }));
        }
        let found = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.alt(body))?;
        let memory = found.clone().map(|node| (node, self.mark));
        if let Some(here) = self.memory.get_mut(at) {
            here.push((rule, memory));
        }
        Ok(found)
    }

    // ---- words ----

    pub fn raise<T>(&self, message: impl Into<String>, span: Span) -> Found<T> {
        Err(Box::new(SyntaxError::new(message, span)))
    }

    /// At the last token looked at.
    pub fn raise_last<T>(&self, message: impl Into<String>) -> Found<T> {
        Err(Box::new(self.at_token(message, self.last())))
    }

    /// At the token before the mark.
    pub fn raise_before<T>(&mut self, message: impl Into<String>) -> Found<T> {
        self.lexical = true;
        let before = self
            .mark
            .checked_sub(1)
            .and_then(|at| self.tokens.list.get(at));
        let token = before.copied().unwrap_or((0, Token::EndOfFile, 0));
        Err(Box::new(self.at_token(message, token)))
    }

    /// Whether the source ends at the mark.
    pub fn is_last(&self) -> bool {
        self.tokens
            .list
            .get(self.mark)
            .is_some_and(|spanned| spanned.1 == Token::EndOfFile)
    }

    /// At the next token.
    pub fn raise_next<T>(&mut self, message: impl Into<String>) -> Found<T> {
        let token = self.fetch(self.mark)?;
        Err(Box::new(self.at_token(message, token)))
    }

    fn at_token(&self, message: impl Into<String>, (start, token, end): Spanned) -> SyntaxError {
        if matches!(token, Token::Indent | Token::Dedent | Token::EndOfFile) {
            return self.at_layout(message, start);
        }
        if self.is_unwritten((start, token, end)) {
            return SyntaxError::new(message, Span::new(start, end)).with_extent(Extent::Layout);
        }
        SyntaxError::new(message, Span::new(start, end))
    }

    pub fn is_unwritten(&self, (start, token, end): Spanned) -> bool {
        self.unwritten_end
            && token == Token::Newline
            && start == end
            && end as usize == self.source.len()
    }

    /// From a place to where the lexer stands.
    pub fn raise_from<T>(&self, message: impl Into<String>, start: Span) -> Found<T> {
        let error = SyntaxError::new(message, start.to(self.last_span()));
        Err(Box::new(error.with_extent(Extent::Current)))
    }

    pub fn raise_indentation<T>(&self, message: impl Into<String>) -> Found<T> {
        Err(Box::new(
            self.at_token(message, self.last())
                .with_kind(Kind::IndentationError),
        ))
    }

    /// An error where a token without text stands. At the end of the source that is the last
    /// line end.
    pub fn at_layout(&self, message: impl Into<String>, at: u32) -> SyntaxError {
        if (at as usize) < self.source.len() {
            return SyntaxError::new(message, Span::new(at, at)).with_extent(Extent::Layout);
        }
        let place = if self.source.ends_with(['\n', '\r']) {
            Span::new(at - 1, at)
        } else {
            Span::new(at, at)
        };
        SyntaxError::new(message, place).with_extent(Extent::Unknown)
    }

    /// Whether the last token looked at is what ends the source: its end, or a dedent before it.
    pub fn at_end_of_source(&self) -> bool {
        let rest = self
            .tokens
            .list
            .get(self.fill.saturating_sub(1)..)
            .unwrap_or(&[]);
        self.tokens.error.is_none()
            && !rest.is_empty()
            && rest
                .iter()
                .all(|spanned| matches!(spanned.1, Token::Dedent | Token::EndOfFile))
    }

    pub fn raise_invalid_target(&self, targets: Targets, e: &Node) -> Found {
        let Some(bad) = invalid_target(e, targets) else {
            return Ok(None);
        };
        let verb = if targets == Targets::Del {
            "delete"
        } else {
            "assign to"
        };
        self.raise(format!("cannot {verb} {}", bad.describe()), bad.span)
    }
}

/// The value, or out of the rule without a match.
macro_rules! want {
    ($found:expr) => {
        match $found? {
            Some(value) => value,
            None => return Ok(None),
        }
    };
}

/// The first alternative that matches is what the rule finds.
macro_rules! choose {
    ($p:ident, $($alternative:expr),+ $(,)?) => {{
        $(if let Some(found) = $p.alt($alternative)? {
            return Ok(Some(found));
        })+
        Ok(None)
    }};
}

pub(super) use {choose, want};
