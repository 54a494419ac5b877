//! Expressions: uses of names, lambdas, comprehensions and assignment expressions.

use apy_grammar::SyntaxError;
use apy_grammar::ast::*;

use super::build::{Builder, Walk};
use super::{Part, ScopeId, ScopeKind, uses};

impl Builder {
    pub fn expr(&mut self, expr: &Expr) -> Walk {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.expr_inner(expr))
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Walk {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    fn expr_inner(&mut self, expr: &Expr) -> Walk {
        match &expr.kind {
            ExprKind::Name(name) => self.name_use(name, expr.span),
            ExprKind::Constant(_) => Ok(()),
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::NamedExpr { target, value } => self.named_expr(expr, target, value),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { params, body } => {
                self.defaults(params)?;
                self.enter_for(
                    expr,
                    Part::Body,
                    ScopeKind::Lambda,
                    "lambda".into(),
                    expr.span,
                );
                self.params(params)?;
                self.expr(body)?;
                self.leave();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|k| self.expr(k))?;
                self.exprs(values)
            }
            ExprKind::Set(items) | ExprKind::List(items) | ExprKind::Tuple(items) => {
                self.exprs(items)
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(expr, ScopeKind::ListComp, generators, elt, None)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(expr, ScopeKind::SetComp, generators, elt, None)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(expr, ScopeKind::GeneratorExp, generators, elt, None)
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => self.comprehension(expr, ScopeKind::DictComp, generators, key, Some(value)),
            ExprKind::Await(value) => {
                self.refuse_in_annotation("await expression", expr.span)?;
                self.expr(value)?;
                self.current().coroutine = true;
                Ok(())
            }
            ExprKind::Yield(value) => {
                self.refuse_in_annotation("yield expression", expr.span)?;
                self.optional(value.as_deref())?;
                self.yields(expr)
            }
            ExprKind::YieldFrom(value) => {
                self.refuse_in_annotation("yield expression", expr.span)?;
                self.expr(value)?;
                self.yields(expr)
            }
            ExprKind::Compare {
                left, comparators, ..
            } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(func)?;
                self.exprs(args)?;
                keywords.iter().try_for_each(|k| self.expr(&k.value))
            }
            ExprKind::JoinedStr(parts) => self.fstring(parts),
            ExprKind::Attribute { value, .. } => self.expr(value),
            ExprKind::Subscript { value, slice } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Starred(inner) => self.expr(inner),
            ExprKind::Slice { lower, upper, step } => [lower, upper, step]
                .into_iter()
                .try_for_each(|e| self.optional(e.as_deref())),
        }
    }

    fn fstring(&mut self, parts: &[FStringPart]) -> Walk {
        for part in parts {
            if let FStringPart::Replacement { value, spec, .. } = part {
                self.expr(value)?;
                self.fstring(spec.as_deref().unwrap_or_default())?;
            }
        }
        Ok(())
    }

    fn name_use(&mut self, name: &Ident, span: Span) -> Walk {
        self.add(name, uses::USE, span)?;
        // A call of `super` without arguments finds its class in this cell.
        if &**name == "super" && self.current().kind.is_function_like() {
            self.add(&"__class__".into(), uses::USE, span)?;
        }
        Ok(())
    }

    fn yields(&mut self, expr: &Expr) -> Walk {
        let scope = self.current();
        scope.generator = true;
        let place = match scope.kind {
            ScopeKind::ListComp => "list comprehension",
            ScopeKind::SetComp => "set comprehension",
            ScopeKind::DictComp => "dict comprehension",
            ScopeKind::GeneratorExp => "generator expression",
            _ => return Ok(()),
        };
        Err(SyntaxError::new(
            format!("'yield' inside {place}"),
            expr.span,
        ))
    }

    fn refuse_in_annotation(&mut self, what: &str, span: Span) -> Walk {
        let scope = self.current();
        let place = match scope.kind {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeVariable => scope.what,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParams => "the definition of a generic",
            _ => return Ok(()),
        };
        Err(SyntaxError::new(
            format!("{what} cannot be used within {place}"),
            span,
        ))
    }

    fn named_expr(&mut self, expr: &Expr, target: &Expr, value: &Expr) -> Walk {
        self.refuse_in_annotation("named expression", expr.span)?;
        if self.current().in_comp_iter > 0 {
            let message =
                "assignment expression cannot be used in a comprehension iterable expression";
            return Err(SyntaxError::new(message, expr.span));
        }
        let ExprKind::Name(name) = &target.kind else {
            return self.expr(value);
        };
        if self.current().kind.is_comprehension() {
            self.bind_outside_comprehension(name, target.span)?;
        }
        self.current().has_walrus = true;
        self.expr(value)?;
        self.target(target, false)
    }

    /// The target of an assignment expression in a comprehension belongs to the block around it.
    fn bind_outside_comprehension(&mut self, name: &Ident, span: Span) -> Walk {
        for depth in (0..self.stack.len()).rev() {
            let id = self.stack[depth];
            let scope = self.tree.get(id);
            let mangled = scope.mangle(name);
            let seen = scope.uses(&mangled);
            if scope.kind.is_comprehension() {
                if seen & uses::COMP_TARGET != 0 && seen & uses::LOCAL != 0 {
                    let message = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{name}'"
                    );
                    return Err(SyntaxError::new(message, span));
                }
                self.tree.scopes[id.index()].has_walrus = true;
                continue;
            }
            return self.bind_walrus_in(id, name, &mangled, span);
        }
        Ok(())
    }

    fn bind_walrus_in(&mut self, id: ScopeId, name: &Ident, mangled: &Ident, span: Span) -> Walk {
        let scope = self.tree.get(id);
        let message = match scope.kind {
            ScopeKind::Function | ScopeKind::Lambda => {
                let global = scope.uses(mangled) & uses::GLOBAL != 0;
                self.tree.scopes[id.index()].has_walrus = true;
                self.add(
                    name,
                    if global { uses::GLOBAL } else { uses::NONLOCAL },
                    span,
                )?;
                self.current().directives.push((mangled.clone(), span));
                return self.add_in(id, name, uses::LOCAL, span);
            }
            ScopeKind::Module => {
                self.add(name, uses::GLOBAL, span)?;
                self.current().directives.push((mangled.clone(), span));
                return self.add_in(id, name, uses::GLOBAL, span);
            }
            ScopeKind::Class => {
                "assignment expression within a comprehension cannot be used in a class body"
            }
            ScopeKind::TypeVariable => {
                "assignment expression within a comprehension cannot be used in a TypeVar bound"
            }
            ScopeKind::TypeAlias => {
                "assignment expression within a comprehension cannot be used in a type alias"
            }
            _ => {
                "assignment expression within a comprehension cannot be used within the definition of a generic"
            }
        };
        Err(SyntaxError::new(message, span))
    }

    fn comprehension(
        &mut self,
        expr: &Expr,
        kind: ScopeKind,
        generators: &[Comprehension],
        elt: &Expr,
        value: Option<&Expr>,
    ) -> Walk {
        let Some((first, rest)) = generators.split_first() else {
            return Ok(());
        };
        // The outermost iterable is evaluated in the block around.
        self.current().in_comp_iter += 1;
        self.expr(&first.iter)?;
        self.current().in_comp_iter -= 1;
        let name = match kind {
            ScopeKind::ListComp => "<listcomp>",
            ScopeKind::SetComp => "<setcomp>",
            ScopeKind::DictComp => "<dictcomp>",
            _ => "<genexpr>",
        };
        let outer_sees_class = self.current().sees_class;
        self.enter_for(expr, Part::Body, kind, name.into(), expr.span);
        let is_generator = kind == ScopeKind::GeneratorExp;
        self.current().inlined = !is_generator && !outer_sees_class;
        self.current().coroutine = first.is_async;
        self.add(&".0".into(), uses::PARAM, expr.span)?;
        self.comprehension_target(&first.target)?;
        first.ifs.iter().try_for_each(|e| self.expr(e))?;
        for generator in rest {
            self.comprehension_target(&generator.target)?;
            self.current().in_comp_iter += 1;
            self.expr(&generator.iter)?;
            self.current().in_comp_iter -= 1;
            self.exprs(&generator.ifs)?;
            self.current().coroutine |= generator.is_async;
        }
        self.optional(value)?;
        self.expr(elt)?;
        self.current().generator = is_generator;
        let is_async = self.current().coroutine && !is_generator;
        self.leave();
        if is_async {
            self.current().coroutine = true;
        }
        Ok(())
    }

    fn comprehension_target(&mut self, target: &Expr) -> Walk {
        self.current().in_comp_target = true;
        let done = self.target(target, false);
        self.current().in_comp_target = false;
        done
    }
}
