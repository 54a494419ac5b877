//! Statements: the dispatch and the small ones.

use apy_grammar::ast::*;

use super::expr::deep;
use super::function::is_docstring;
use super::unit::Block;
use super::{Compiler, Res, error};
use crate::bytecode::code::Const;
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;
use crate::scope::ScopeKind;

/// CPython allows so many blocks inside each other.
pub(super) const MAX_BLOCKS: usize = 21;

impl<'a> Compiler<'a> {
    pub fn body(&mut self, body: &'a [Stmt]) -> Res {
        for stmt in body {
            self.unit.here = stmt.span;
            self.unit.flush();
            deep(|| self.stmt(stmt))?;
            self.unit.here = stmt.span;
            self.unit.flush();
        }
        Ok(())
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> Res {
        match &stmt.kind {
            StmtKind::FunctionDef(def) => self.function_def(stmt, def),
            StmtKind::ClassDef(def) => self.class_def(stmt, def),
            StmtKind::Return(value) => self.return_stmt(stmt, value.as_deref()),
            StmtKind::Delete(targets) => targets.iter().try_for_each(|t| self.delete(t)),
            StmtKind::Assign { targets, value } => self.assign(targets, value),
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => self.type_alias(stmt, name, type_params, value),
            StmtKind::AugAssign { target, op, value } => self.aug_assign(stmt, target, *op, value),
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.ann_assign(stmt, target, annotation, value.as_deref(), *simple),
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
                is_async,
            } => self.for_stmt(stmt, target, iter, body, orelse, *is_async),
            StmtKind::While { test, body, orelse } => self.while_stmt(stmt, test, body, orelse),
            StmtKind::If { test, body, orelse } => self.if_stmt(test, body, orelse),
            StmtKind::With {
                items,
                body,
                is_async,
            } => self.with_stmt(stmt, items, body, *is_async),
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Raise { exc, cause } => self.raise(stmt, exc.as_deref(), cause.as_deref()),
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
                is_star,
            } => self.try_stmt(stmt, body, handlers, orelse, finalbody, *is_star),
            StmtKind::Assert { test, msg } => self.assert(stmt, test, msg.as_deref()),
            StmtKind::Import(names) => self.import(stmt, names),
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => self.import_from(stmt, module.as_ref(), names, *level),
            StmtKind::Expr(value) => self.expr_stmt(value),
            StmtKind::Break => self.break_stmt(stmt),
            StmtKind::Continue => self.continue_stmt(stmt),
            StmtKind::Global(_) | StmtKind::Nonlocal(_) | StmtKind::Pass => Ok(()),
        }
    }

    fn expr_stmt(&mut self, value: &'a Expr) -> Res {
        if self.interactive && self.unit.scope_kind == ScopeKind::Module {
            let mark = self.unit.mark();
            let src = self.operand(value)?;
            self.emit(Op::PrintExpr { src }, value.span);
            self.unit.reset(mark);
            return Ok(());
        }
        if matches!(value.kind, ExprKind::Constant(_)) {
            return Ok(());
        }
        self.discard(value)
    }

    fn if_stmt(&mut self, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Res {
        let other = self.unit.label();
        self.jump_unless(test, other)?;
        self.body(body)?;
        if orelse.is_empty() {
            self.unit.bind(other);
            return Ok(());
        }
        let end = self.unit.label();
        self.unit.jump_to(end);
        self.unit.bind(other);
        self.body(orelse)?;
        self.unit.bind(end);
        Ok(())
    }

    fn raise(&mut self, stmt: &Stmt, exc: Option<&'a Expr>, cause: Option<&'a Expr>) -> Res {
        let Some(exc) = exc else {
            self.emit(Op::RaiseCurrent {}, stmt.span);
            return Ok(());
        };
        let mark = self.unit.mark();
        let later: Vec<&Expr> = cause.into_iter().collect();
        let exc = self.operand_before(exc, &later)?;
        match cause {
            Some(cause) => {
                let cause = self.operand(cause)?;
                self.emit(Op::RaiseFrom { exc, cause }, stmt.span);
            }
            None => self.emit(Op::Raise { exc }, stmt.span),
        }
        self.unit.reset(mark);
        Ok(())
    }

    fn assert(&mut self, stmt: &Stmt, test: &'a Expr, msg: Option<&'a Expr>) -> Res {
        self.warn_assert(test, stmt.span);
        if self.options.optimize > 0 {
            return Ok(());
        }
        let passed = self.unit.label();
        self.jump_if(test, passed)?;
        let mark = self.unit.mark();
        let exc = self.unit.temp();
        self.emit(Op::LoadAssertionError { dst: exc }, stmt.span);
        if let Some(msg) = msg {
            self.push(msg)?;
            self.emit(
                Op::Call {
                    dst: exc,
                    base: exc,
                    n: U16(1),
                },
                stmt.span,
            );
        }
        self.emit(Op::Raise { exc }, test.span);
        self.unit.reset(mark);
        self.unit.bind(passed);
        Ok(())
    }

    fn return_stmt(&mut self, stmt: &Stmt, value: Option<&'a Expr>) -> Res {
        if !self.scope().kind.is_function_like() {
            return error("'return' outside function", stmt.span);
        }
        let scope = self.scope();
        if value.is_some() && scope.generator && scope.is_async_def {
            return error("'return' with value in async generator", stmt.span);
        }
        let mark = self.unit.mark();
        let constant = match value {
            None => Some(Const::None),
            Some(value) => self.fold(value),
        };
        if let Some(constant) = constant {
            let at = value
                .filter(|v| self.line(v.span.start) == self.line(stmt.span.start))
                .map_or(stmt.span, |v| v.span);
            self.unwind_for_return(at)?;
            let result = self.unit.temp();
            self.load_const(constant, result, stmt.span);
            self.emit(Op::Return { src: result }, stmt.span);
        } else if let Some(value) = value {
            let keep = self
                .unit
                .blocks
                .iter()
                .any(|b| !matches!(b, Block::Loop { .. } | Block::Try { .. }));
            let result = if keep {
                self.push(value)?
            } else {
                self.operand(value)?
            };
            self.unwind_for_return(stmt.span)?;
            self.emit(Op::Return { src: result }, stmt.span);
        }
        self.unit.reset(mark);
        self.resume_regions(0);
        Ok(())
    }

    /// Stores the docstring as `__doc__` and gives the statements behind it.
    pub fn store_docstring(&mut self, body: &'a [Stmt]) -> Res<&'a [Stmt]> {
        if !is_docstring(body) {
            return Ok(body);
        }
        let (Some(first), Some(rest)) = (body.first(), body.get(1..)) else {
            return Ok(body);
        };
        if let Some(doc) = self.docstring(body) {
            let span = first.span;
            self.unit.here = span;
            self.with_temp(|this, src| {
                this.load_const(Const::Str(doc), src, span);
                this.store_name(&"__doc__".into(), src, span)
            })?;
            self.unit.flush();
        }
        Ok(rest)
    }

    /// Enters a block that jumps must leave in order.
    pub fn open_block(&mut self, block: Block<'a>, span: Span) -> Res {
        if self.unit.blocks.len() >= MAX_BLOCKS {
            return error("too many statically nested blocks", span);
        }
        self.unit.blocks.push(block);
        Ok(())
    }
}
