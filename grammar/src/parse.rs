//! The one door: source text in, tree or error out.

use lalrpop_util::ParseError;

use crate::apy::TopParser;
use crate::ast::{Module, Span, Stmt, StmtKind};
use crate::build::Builder;
use crate::diagnose::diagnose;
use crate::layout::{self, Tokens};
use crate::nesting;
use crate::soft_keywords;
use crate::syntax_error::{SyntaxError, Warning};
use crate::token::{Spanned, Token};

/// What the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A file (`exec`).
    Program,
    /// One expression (`eval`).
    Expression,
    /// One entry at the prompt (`single`).
    Interactive,
}

/// The tree and what to warn of.
#[derive(Clone, Debug, PartialEq)]
pub struct ParseOutput {
    pub module: Module,
    pub warnings: Vec<Warning>,
}

/// Parses `source`, which `decode` made of the file's bytes.
pub fn parse(source: &str, mode: Mode) -> Result<Module, SyntaxError> {
    parse_with_warnings(source, mode).map(|output| output.module)
}

/// As `parse`, with the warnings that the caller may emit.
pub fn parse_with_warnings(source: &str, mode: Mode) -> Result<ParseOutput, SyntaxError> {
    if source.len() >= u32::MAX as usize {
        return Err(SyntaxError::new("source is too long", Span::default()));
    }
    if let Some(at) = source.bytes().position(|b| b == 0) {
        let at = at as u32;
        return Err(SyntaxError::new(
            "source code cannot contain null bytes",
            Span::new(at, at + 1),
        ));
    }
    let mut tokens = layout::tokenize(source);
    soft_keywords::mark(source, &mut tokens.list);
    nesting::check(&tokens.list)?;
    let mut builder = Builder::new(source);
    match run(&mut builder, &tokens, mode) {
        Ok(module) => {
            let warnings = builder.into_warnings(tokens.warnings);
            Ok(ParseOutput { module, warnings })
        }
        Err(error) => Err(words(source, &mut tokens, mode, error)),
    }
}

type Refusal = ParseError<u32, Token, SyntaxError>;

fn run(builder: &mut Builder<'_>, tokens: &Tokens, mode: Mode) -> Result<Module, Refusal> {
    let start = match mode {
        Mode::Program | Mode::Interactive => Token::StartProgram,
        Mode::Expression => Token::StartExpression,
    };
    let input = std::iter::once((0, start, 0)).chain(tokens.list.iter().copied());
    let module = TopParser::new().parse(builder, input)?;
    Ok(match (mode, module) {
        (Mode::Interactive, Module::Program(body)) => {
            if !is_single(&tokens.list, &body) {
                let error = SyntaxError::new("invalid syntax", Span::default());
                return Err(ParseError::User { error });
            }
            Module::Interactive(body)
        }
        (_, module) => module,
    })
}

/// At the prompt: one compound statement, or one line of simple ones.
fn is_single(tokens: &[Spanned], body: &[Stmt]) -> bool {
    let Some(first) = body.first() else {
        return false;
    };
    if is_compound(first) {
        return body.len() == 1;
    }
    let line_end = tokens.iter().find(|spanned| spanned.1 == Token::Newline);
    line_end.is_none_or(|end| body.iter().all(|stmt| stmt.span.start < end.0))
}

fn is_compound(stmt: &Stmt) -> bool {
    matches!(
        stmt.kind,
        StmtKind::FunctionDef(_)
            | StmtKind::ClassDef(_)
            | StmtKind::For { .. }
            | StmtKind::While { .. }
            | StmtKind::If { .. }
            | StmtKind::With { .. }
            | StmtKind::Match { .. }
            | StmtKind::Try { .. }
    )
}

/// The second pass finds the words; what the first one knows is the fallback.
fn words(source: &str, tokens: &mut Tokens, mode: Mode, error: Refusal) -> SyntaxError {
    if let Some(found) = diagnose(source, tokens, mode) {
        return found;
    }
    let generic = |start, end| SyntaxError::new("invalid syntax", Span::new(start, end));
    let end = source.len() as u32;
    match error {
        ParseError::User { error } => error,
        ParseError::InvalidToken { location } => generic(location, location),
        ParseError::UnrecognizedEof { .. } => generic(end, end),
        ParseError::UnrecognizedToken { token, .. } | ParseError::ExtraToken { token } => {
            generic(token.0, token.2)
        }
    }
}
