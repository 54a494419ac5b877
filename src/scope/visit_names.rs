//! Parameters, annotations, `global` and `nonlocal`, assignment targets and patterns.

use apy_grammar::SyntaxError;
use apy_grammar::ast::*;

use super::build::{Builder, Walk};
use super::{ScopeKind, uses};

impl Builder {
    pub fn defaults(&mut self, params: &Params) -> Walk {
        for param in params
            .posonly
            .iter()
            .chain(&params.args)
            .chain(&params.kwonly)
        {
            self.optional(param.default.as_deref())?;
        }
        Ok(())
    }

    /// Adds the parameters in the order of their registers.
    pub fn params(&mut self, params: &Params) -> Walk {
        let plain = params
            .posonly
            .iter()
            .chain(&params.args)
            .chain(&params.kwonly);
        for param in plain
            .chain(params.vararg.as_deref())
            .chain(params.kwarg.as_deref())
        {
            self.add(&param.name, uses::PARAM, param.span)?;
        }
        Ok(())
    }

    pub fn annotations(&mut self, params: &Params, returns: Option<&Expr>) -> Walk {
        let plain = params.posonly.iter().chain(&params.args);
        let all = plain
            .chain(params.vararg.as_deref())
            .chain(params.kwarg.as_deref())
            .chain(&params.kwonly);
        for annotation in all.filter_map(|p| p.annotation.as_deref()).chain(returns) {
            self.annotation(annotation)?;
        }
        Ok(())
    }

    /// An annotation that will be a string binds and uses nothing, but is checked.
    pub fn annotation(&mut self, annotation: &Expr) -> Walk {
        if !self.tree.features.annotations {
            return self.expr(annotation);
        }
        self.enter(ScopeKind::Annotation, "_annotation".into(), annotation.span);
        self.expr(annotation)?;
        self.leave();
        Ok(())
    }

    /// What the current block did so far with a name, as written.
    pub fn seen(&mut self, name: &Ident) -> u16 {
        let scope = self.current();
        let name = scope.mangle(name);
        scope.uses(&name)
    }

    pub fn declare(&mut self, stmt: &Stmt, names: &[Name], flag: u16) -> Walk {
        let word = if flag == uses::GLOBAL {
            "global"
        } else {
            "nonlocal"
        };
        for name in names {
            let before = self.seen(&name.id);
            let id = &name.id;
            let message = if before & uses::PARAM != 0 {
                format!("name '{id}' is parameter and {word}")
            } else if before & uses::USE != 0 {
                format!("name '{id}' is used prior to {word} declaration")
            } else if before & uses::ANNOTATED != 0 {
                format!("annotated name '{id}' can't be {word}")
            } else if before & uses::LOCAL != 0 {
                format!("name '{id}' is assigned to before {word} declaration")
            } else {
                self.add(id, flag, stmt.span)?;
                let scope = self.current();
                let mangled = scope.mangle(id);
                scope.directives.push((mangled, stmt.span));
                continue;
            };
            return Err(SyntaxError::new(message, stmt.span));
        }
        Ok(())
    }

    /// The target of an assignment, or of `del`.
    pub fn target(&mut self, target: &Expr, deletes: bool) -> Walk {
        match &target.kind {
            ExprKind::Name(name) => {
                self.add(name, uses::LOCAL, target.span)?;
                if deletes {
                    let scope = self.current();
                    let name = scope.mangle(name);
                    scope.deleted.insert(name);
                }
                Ok(())
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().try_for_each(|item| self.target(item, deletes))
            }
            ExprKind::Starred(inner) => self.target(inner, deletes),
            _ => self.expr(target),
        }
    }

    pub fn pattern(&mut self, pattern: &Pattern) -> Walk {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.pattern_inner(pattern))
    }

    fn pattern_inner(&mut self, pattern: &Pattern) -> Walk {
        match &pattern.kind {
            PatternKind::Value(value) => self.expr(value),
            PatternKind::Singleton(_) => Ok(()),
            PatternKind::Sequence(patterns) | PatternKind::Or(patterns) => {
                patterns.iter().try_for_each(|p| self.pattern(p))
            }
            PatternKind::Mapping {
                keys,
                patterns,
                rest,
            } => {
                keys.iter().try_for_each(|k| self.expr(k))?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                self.capture(rest.as_ref(), pattern.span)
            }
            PatternKind::Class {
                cls,
                patterns,
                kwd_patterns,
                ..
            } => {
                self.expr(cls)?;
                patterns
                    .iter()
                    .chain(kwd_patterns)
                    .try_for_each(|p| self.pattern(p))
            }
            PatternKind::Star(name) => self.capture(name.as_ref(), pattern.span),
            PatternKind::As {
                pattern: inner,
                name,
            } => {
                if let Some(inner) = inner {
                    self.pattern(inner)?;
                }
                self.capture(name.as_ref(), pattern.span)
            }
        }
    }

    fn capture(&mut self, name: Option<&Ident>, span: Span) -> Walk {
        name.map_or(Ok(()), |name| self.add(name, uses::LOCAL, span))
    }
}
