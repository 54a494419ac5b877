//! The one door: source text in, tree or error out.

use lalrpop_util::ParseError;

use crate::apy::TopParser;
use crate::ast::{Module, Span, Stmt, StmtKind};
use crate::build::Builder;
use crate::diagnose::diagnose;
use crate::layout::{self, Tokens};
use crate::nesting;
use crate::soft_keywords;
use crate::syntax_error::{Extent, SyntaxError, Warning};
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
            single(&tokens.list, &body)?;
            Module::Interactive(body)
        }
        (_, module) => module,
    })
}

/// At the prompt: one compound statement, or one line of simple ones.
fn single(tokens: &[Spanned], body: &[Stmt]) -> Result<(), Refusal> {
    let refuse = |error| Err(ParseError::User { error });
    let Some(first) = body.first() else {
        let error = SyntaxError::new("invalid syntax", Span::default());
        return refuse(error.with_extent(Extent::Nowhere).with_incomplete(true));
    };
    if is_compound(first) {
        return match body.get(1) {
            Some(second) => refuse(SyntaxError::new("invalid syntax", second.span)),
            None => Ok(()),
        };
    }
    let Some(line_end) = tokens.iter().find(|spanned| spanned.1 == Token::Newline) else {
        return Ok(());
    };
    if body.iter().any(|stmt| stmt.span.start > line_end.0) {
        let message = "multiple statements found while compiling a single statement";
        return refuse(SyntaxError::new(message, Span::new(line_end.0, line_end.2)));
    }
    Ok(())
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
    // An entry that is a good program may still be too many statements.
    let program = matches!(mode, Mode::Interactive) && matches!(error, ParseError::User { .. });
    let mode = if program { Mode::Program } else { mode };
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
