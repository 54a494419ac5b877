//! `await`, `yield`, `yield from`, and where they may stand.

use apy_grammar::ast::*;

use super::{Compiler, Res, error};
use crate::bytecode::op::{AwaitContext, Op};
use crate::bytecode::operand::*;
use crate::scope::ScopeKind;

impl<'a> Compiler<'a> {
    /// True in an `async def`, and where a generator expression may wait.
    pub fn may_await(&self) -> bool {
        let scope = self.scope();
        scope.is_async_def || scope.kind.is_comprehension() || self.is_async_module()
    }

    /// Module code in which `await` may stand.
    pub fn is_async_module(&self) -> bool {
        self.options.top_level_await && self.unit.scope_kind == ScopeKind::Module
    }

    pub fn await_expr(&mut self, e: &Expr, value: &'a Expr, dst: Reg) -> Res {
        if !self.is_async_module() && !self.scope().kind.is_function_like() {
            return error("'await' outside function", e.span);
        }
        if !self.may_await() {
            return error("'await' outside async function", e.span);
        }
        let src = self.operand_in(value, dst, &[])?;
        let iter = if self.unit.is_temp(src) {
            src
        } else {
            self.unit.temp()
        };
        self.await_value(src, iter, dst, AwaitContext::Await, e.span);
        Ok(())
    }

    /// `R[dst] = await R[src]`; `iter` is a temporary for the iterator meanwhile.
    pub fn await_value(
        &mut self,
        src: Reg,
        iter: Reg,
        dst: Reg,
        context: AwaitContext,
        span: Span,
    ) {
        self.emit(
            Op::GetAwaitable {
                dst: iter,
                src,
                ctx: context.number(),
            },
            span,
        );
        self.emit(Op::Delegate { dst, iter }, span);
    }

    fn check_yield(&self, e: &Expr, what: &str) -> Res {
        match self.scope().kind {
            ScopeKind::Module | ScopeKind::Class => {
                error(format!("'{what}' outside function"), e.span)
            }
            _ => Ok(()),
        }
    }

    pub fn yield_expr(&mut self, e: &Expr, value: Option<&'a Expr>, dst: Reg) -> Res {
        self.check_yield(e, "yield")?;
        let src = match value {
            Some(value) => self.operand_in(value, dst, &[])?,
            None => {
                let none = self.unit.temp();
                self.emit(Op::LoadNone { dst: none }, e.span);
                none
            }
        };
        self.suspend_with(src, dst, e.span);
        Ok(())
    }

    /// Yields `R[src]`; `R[dst] =` what is sent. A temporary is moved out, a local stays bound.
    pub fn suspend_with(&mut self, src: Reg, dst: Reg, span: Span) {
        let scope = self.scope();
        let asynchronous = scope.is_async_def || scope.kind.is_comprehension() && scope.coroutine;
        let sent = if self.unit.is_temp(src) {
            src
        } else if src == dst {
            self.unit.temp()
        } else {
            dst
        };
        let op = if asynchronous {
            Op::AsyncYield { dst: sent, src }
        } else {
            Op::Yield { dst: sent, src }
        };
        self.emit(op, span);
        if sent != dst {
            self.emit(Op::Take { dst, src: sent }, span);
        }
    }

    pub fn yield_from(&mut self, e: &Expr, value: &'a Expr, dst: Reg) -> Res {
        self.check_yield(e, "yield from")?;
        if self.scope().is_async_def {
            return error("'yield from' inside async function", e.span);
        }
        let src = self.operand_in(value, dst, &[])?;
        let iter = if self.unit.is_temp(src) {
            src
        } else {
            self.unit.temp()
        };
        self.emit(Op::GetYieldFromIter { dst: iter, src }, e.span);
        self.emit(Op::Delegate { dst, iter }, e.span);
        Ok(())
    }
}
