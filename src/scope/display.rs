//! Prints scopes: `apy --dump scopes`.

use std::fmt;

use super::{Scope, ScopeId, ScopeTree};

impl fmt::Display for ScopeTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scopes.is_empty() {
            return Ok(());
        }
        self.show(f, ScopeId::MODULE, 0)
    }
}

impl ScopeTree {
    fn show(&self, f: &mut fmt::Formatter<'_>, id: ScopeId, depth: usize) -> fmt::Result {
        let scope = self.get(id);
        let pad = "  ".repeat(depth);
        writeln!(f, "{pad}{:?} {}{}", scope.kind, scope.name, marks(scope))?;
        for symbol in &scope.symbols {
            let param = if symbol.is_param() { " param" } else { "" };
            let captured = if symbol.is_captured() && symbol.resolution != super::Resolution::Free {
                " captured"
            } else {
                ""
            };
            writeln!(
                f,
                "{pad}  {}: {:?}{param}{captured}",
                symbol.name, symbol.resolution
            )?;
        }
        for &child in &scope.children {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.show(f, child, depth + 1))?;
        }
        Ok(())
    }
}

fn marks(scope: &Scope) -> String {
    let marks = [
        (scope.generator, "generator"),
        (scope.coroutine, "coroutine"),
        (scope.inlined, "inlined"),
        (scope.nested, "nested"),
        (scope.sees_class, "sees class"),
        (scope.needs_class_cell, "__class__"),
        (scope.needs_classdict, "__classdict__"),
    ];
    let on: Vec<&str> = marks
        .iter()
        .filter(|(on, _)| *on)
        .map(|&(_, name)| name)
        .collect();
    if on.is_empty() {
        String::new()
    } else {
        format!(" ({})", on.join(", "))
    }
}
