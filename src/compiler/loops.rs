//! `for`, `async for`, `while`, and the heads that comprehensions share with them.

use apy_grammar::ast::*;

use super::unit::{Block, Label};
use super::{Compiler, Res, error};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

impl<'a> Compiler<'a> {
    pub fn while_stmt(
        &mut self,
        stmt: &Stmt,
        test: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Res {
        let (head, done, exit) = (self.unit.label(), self.unit.label(), self.unit.label());
        self.unit.bind_loop(head);
        self.jump_unless(test, done)?;
        self.open_block(
            Block::Loop {
                exit,
                again: head,
                iter: None,
            },
            stmt.span,
        )?;
        self.body(body)?;
        self.unit.blocks.pop();
        self.unit.here = test.span;
        self.unit.flush();
        self.loop_back(head, test.span);
        self.unit.bind(done);
        self.body(orelse)?;
        self.unit.bind(exit);
        Ok(())
    }

    pub fn for_stmt(
        &mut self,
        stmt: &Stmt,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
        is_async: bool,
    ) -> Res {
        if is_async && !self.is_async_module() && !self.scope().is_async_def {
            return error("'async for' outside async function", stmt.span);
        }
        let mark = self.unit.mark();
        let it = self.unit.temp();
        let src = self.iterable_in(iter, it)?;
        let op = if is_async {
            Op::GetAIter { dst: it, src }
        } else {
            Op::GetIter { dst: it, src }
        };
        self.emit(op, iter.span);
        let (head, done, exit) = (self.unit.label(), self.unit.label(), self.unit.label());
        self.open_block(
            Block::Loop {
                exit,
                again: head,
                iter: Some(it),
            },
            stmt.span,
        )?;
        let mut caught = None;
        if is_async {
            caught = Some(self.async_for_head(it, head, target, stmt.span)?);
        } else {
            self.unit.bind_loop(head);
            self.for_head(it, done, target, iter.span)?;
        }
        self.body(body)?;
        self.unit.blocks.pop();
        self.unit.here = iter.span;
        self.unit.flush();
        self.loop_back(head, iter.span);
        if let Some(caught) = caught {
            self.end_async_for(caught, done, iter.span);
        }
        self.unit.reset(mark);
        self.unit.bind(done);
        self.body(orelse)?;
        self.unit.bind(exit);
        Ok(())
    }

    /// The value to iterate over; a display of constants is a constant itself.
    pub fn iterable_in(&mut self, iter: &'a Expr, dst: Reg) -> Res<Reg> {
        if let Some(value) = self.fold_container(iter) {
            self.load_const(value, dst, iter.span);
            return Ok(dst);
        }
        self.operand_in(iter, dst, &[])
    }

    /// Fetches the next element into `target`, or goes to `done`.
    pub fn for_head(&mut self, iter: Reg, done: Label, target: &'a Expr, span: Span) -> Res {
        let mark = self.unit.mark();
        let local = match &target.kind {
            ExprKind::Name(name) => self.local_target(name),
            _ => None,
        };
        if let ExprKind::Name(name) = &target.kind {
            self.check_not_debug(name, target.span)?;
        }
        let dst = local.unwrap_or_else(|| self.unit.temp());
        self.for_iter(iter, dst, done, span);
        if local.is_none() {
            self.assign_from(target, dst)?;
        }
        self.unit.reset(mark);
        Ok(())
    }

    fn for_iter(&mut self, iter: Reg, dst: Reg, done: Label, span: Span) {
        let op = Op::ForIter {
            iter,
            dst,
            off: Off16(0),
        };
        if !self.unit.far {
            self.unit.jump(op, done, span);
            return;
        }
        let (over, hop) = (self.unit.label(), self.unit.label());
        self.unit.jump(op, hop, span);
        self.unit.jump_to(over);
        self.unit.bind(hop);
        self.unit.jump_to(done);
        self.unit.bind(over);
    }

    /// Places `head`, awaits the next element and stores it. At the label that it gives, behind the
    /// loop, must stand `end_async_for`.
    pub fn async_for_head(
        &mut self,
        iter: Reg,
        head: Label,
        target: &'a Expr,
        span: Span,
    ) -> Res<Label> {
        let mark = self.unit.mark();
        self.unit.bind_loop(head);
        let caught = self.unit.label();
        let next = self.unit.temp();
        let region = self.unit.begin_region(caught, next);
        self.emit(
            Op::GetANext {
                dst: next,
                src: iter,
            },
            span,
        );
        self.emit(
            Op::Delegate {
                dst: next,
                iter: next,
            },
            span,
        );
        self.unit.end_region(region);
        self.assign_from(target, next)?;
        self.unit.reset(mark);
        Ok(caught)
    }

    /// Where an exception of the asynchronous iterator arrives: its end goes on at `done`.
    pub fn end_async_for(&mut self, caught: Label, done: Label, span: Span) {
        self.unit.bind(caught);
        let mark = self.unit.mark();
        let exc = self.unit.temp();
        self.unit
            .jump(Op::EndAsyncFor { exc, off: Off32(0) }, done, span);
        self.unit.reset(mark);
    }

    /// Jumps back to the head of a loop.
    pub fn loop_back(&mut self, head: Label, span: Span) {
        self.unit.jump(Op::LoopBack { off: Off32(0) }, head, span);
    }
}
