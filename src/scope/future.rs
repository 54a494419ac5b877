//! `from __future__ import ...`: which features are asked for, and whether it stands at the top.

use apy_grammar::SyntaxError;
use apy_grammar::ast::{Alias, Constant, ExprKind, Module, Stmt, StmtKind};

/// What `__future__` imports turned on. All others are part of the language by now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    pub annotations: bool,
}

const ALWAYS_ON: &[&str] = &[
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
];

/// Reads the `__future__` imports at the head of a module.
pub fn find(module: &Module) -> Result<Features, SyntaxError> {
    let mut features = Features::default();
    let (Module::Program(body) | Module::Interactive(body)) = module else {
        return Ok(features);
    };
    for (index, stmt) in body.iter().enumerate() {
        match &stmt.kind {
            StmtKind::ImportFrom {
                module: Some(name),
                names,
                level: 0,
            } if &**name == "__future__" => {
                read_names(names, &mut features)?;
            }
            _ if index == 0 && is_string(stmt) => {}
            _ => break,
        }
    }
    Ok(features)
}

/// Where the last `__future__` import at the head of a module ends; 0 when there is none.
pub fn head_end(body: &[Stmt]) -> u32 {
    let head = body
        .iter()
        .enumerate()
        .take_while(|(i, stmt)| is_future_import(stmt) || (*i == 0 && is_string(stmt)));
    head.filter(|(_, stmt)| is_future_import(stmt))
        .map(|(_, stmt)| stmt.span.end)
        .last()
        .unwrap_or(0)
}

fn is_future_import(stmt: &Stmt) -> bool {
    matches!(&stmt.kind, StmtKind::ImportFrom { module: Some(name), level: 0, .. } if &**name == "__future__")
}

fn is_string(stmt: &Stmt) -> bool {
    matches!(&stmt.kind, StmtKind::Expr(e) if matches!(e.kind, ExprKind::Constant(Constant::Str(_))))
}

fn read_names(names: &[Alias], features: &mut Features) -> Result<(), SyntaxError> {
    for alias in names {
        match &*alias.name {
            "annotations" => features.annotations = true,
            "barry_as_FLUFL" => {}
            "braces" => return Err(SyntaxError::new("not a chance", alias.span)),
            known if ALWAYS_ON.contains(&known) => {}
            other => {
                let message = format!("future feature {other} is not defined");
                return Err(SyntaxError::new(message, alias.span));
            }
        }
    }
    Ok(())
}
