//! `with` and `async with`.
//!
//! ```text
//!     X = context; E = X.__enter__; X = X.__exit__; E()
//!     store target; body         exceptions -> H
//!     X(None, None, None); jump end
//! H:  PushExc; X(type, value, traceback); when false: PopExc, Reraise
//!     PopExc                     (exceptions in H -> PopExc, Reraise)
//! end:
//! ```

use apy_grammar::ast::*;

use super::unit::Block;
use super::{Compiler, Res, error};
use crate::bytecode::op::{AwaitContext, Op, Special};
use crate::bytecode::operand::*;

impl<'a> Compiler<'a> {
    pub fn with_stmt(
        &mut self,
        stmt: &'a Stmt,
        items: &'a [WithItem],
        body: &'a [Stmt],
        is_async: bool,
    ) -> Res {
        if is_async && !self.is_async_module() && !self.scope().is_async_def {
            return error("'async with' outside async function", stmt.span);
        }
        self.with_item(items, body, is_async)
    }

    fn with_item(&mut self, items: &'a [WithItem], body: &'a [Stmt], is_async: bool) -> Res {
        let Some((item, rest)) = items.split_first() else {
            return self.body(body);
        };
        let mark = self.unit.mark();
        let span = item.context.span;
        let exit = self.unit.temps(2);
        let obj = self.operand_in(&item.context, exit, &[])?;
        let entered = self.enter(obj, exit, is_async, span);
        let caught = self.unit.label();
        let end = self.unit.label();
        let exc = entered;
        let region = self.unit.begin_region(caught, exc);
        self.open_block(
            Block::With {
                region,
                exit,
                is_async,
                span,
            },
            span,
        )?;
        if let Some(target) = &item.target {
            self.assign_from(target, entered)?;
        }
        self.unit.reset(entered.0);
        self.unit.flush();
        super::expr::deep(|| self.with_item(rest, body, is_async))?;
        self.unit.blocks.pop();
        self.unit.here = span;
        self.unit.flush();
        self.unit.end_region(region);
        if self.unit.reachable {
            self.call_exit(exit, is_async, span);
            self.unit.jump_to(end);
        }
        self.unit.bind(caught);
        self.with_handler(exit, is_async, span)?;
        self.unit.bind(end);
        self.unit.reset(mark);
        Ok(())
    }

    /// Looks `__enter__` and `__exit__` up and calls the first. Gives the register of its result.
    fn enter(&mut self, obj: Reg, exit: Reg, is_async: bool, span: Span) -> Reg {
        let base = self.unit.temps(2);
        let (enter, leave) = if is_async {
            (Special::AEnter, Special::AExit)
        } else {
            (Special::Enter, Special::Exit)
        };
        self.emit(
            Op::LoadSpecial {
                base,
                obj,
                which: enter.number(),
            },
            span,
        );
        self.emit(
            Op::LoadSpecial {
                base: exit,
                obj,
                which: leave.number(),
            },
            span,
        );
        self.emit(
            Op::CallMethod {
                dst: base,
                base,
                n: U16(0),
            },
            span,
        );
        if is_async {
            self.await_value(base, base, base, AwaitContext::AEnter, span);
        }
        self.unit.reset(base.0 + 1);
        base
    }

    /// `exit(None, None, None)` of the pair in `base`, on top of the temporaries; the result is dropped.
    pub fn call_exit(&mut self, base: Reg, is_async: bool, span: Span) {
        let mark = self.unit.mark();
        for _ in 0..3 {
            let none = self.unit.temp();
            self.emit(Op::LoadNone { dst: none }, span);
        }
        self.emit(
            Op::CallMethod {
                dst: base,
                base,
                n: U16(3),
            },
            span,
        );
        if is_async {
            self.await_value(base, base, base, AwaitContext::AExit, span);
        }
        self.emit(Op::Clear { reg: base }, span);
        self.unit.reset(mark);
    }

    fn with_handler(&mut self, exit: Reg, is_async: bool, span: Span) -> Res {
        if !self.unit.reachable {
            return Ok(());
        }
        let (cleanup, suppressed) = (self.unit.label(), self.unit.label());
        let exc = self.unit.temp();
        let save = self.unit.temp();
        self.emit(Op::PushExc { save, exc }, span);
        let base = Reg(self.unit.mark());
        let region = self.unit.begin_region(cleanup, base);
        let base = self.unit.temps(5);
        self.emit(
            Op::Take {
                dst: base,
                src: exit,
            },
            span,
        );
        self.emit(
            Op::Take {
                dst: Reg(base.0 + 1),
                src: Reg(exit.0 + 1),
            },
            span,
        );
        self.emit(
            Op::ExcTriple {
                base: Reg(base.0 + 2),
                exc,
            },
            span,
        );
        self.emit(
            Op::CallMethod {
                dst: base,
                base,
                n: U16(3),
            },
            span,
        );
        if is_async {
            self.await_value(base, base, base, AwaitContext::AExit, span);
        }
        self.unit.jump(
            Op::JumpIfTrue {
                cond: base,
                off: Off32(0),
            },
            suppressed,
            span,
        );
        self.unit.end_region(region);
        self.emit(Op::Clear { reg: base }, span);
        self.emit(Op::PopExc { save }, span);
        self.emit(Op::Reraise { exc }, span);
        self.unit.bind(cleanup);
        self.unit.reset(base.0 + 1);
        self.emit(Op::PopExc { save }, span);
        self.emit(Op::Reraise { exc: base }, span);
        self.unit.bind(suppressed);
        self.emit(Op::Clear { reg: base }, span);
        self.emit(Op::PopExc { save }, span);
        self.emit(Op::Clear { reg: exc }, span);
        Ok(())
    }
}
