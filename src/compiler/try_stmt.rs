//! `try` with `except`, `except*`, `else` and `finally`.
//!
//! ```text
//!     body                      exceptions -> H
//!     orelse; jump end
//! H:  PushExc                   from here to PopExc: exceptions -> C
//!     match and run a handler; PopExc; jump end
//!     (none matches) Reraise
//! C:  PopExc; Reraise
//! end:
//! ```
//! `finally` lays its body once for each way out: the normal one, the exceptional one, and each
//! `return`, `break` and `continue` (`unwind.rs`).

use apy_grammar::ast::*;

use super::unit::{Block, Label, RegionId};
use super::{Compiler, Res, error};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

/// The registers and the cleanup of code that runs while an exception is the handled one.
struct Handling {
    exc: Reg,
    save: Reg,
    cleanup: Label,
    region: RegionId,
}

impl<'a> Compiler<'a> {
    pub fn try_stmt(
        &mut self,
        stmt: &'a Stmt,
        body: &'a [Stmt],
        handlers: &'a [ExceptHandler],
        orelse: &'a [Stmt],
        finalbody: &'a [Stmt],
        is_star: bool,
    ) -> Res {
        if finalbody.is_empty() {
            return self.try_except(stmt, body, handlers, orelse, is_star);
        }
        let caught = self.unit.label();
        let end = self.unit.label();
        let exc = Reg(self.unit.mark());
        let region = self.unit.begin_region(caught, exc);
        self.open_block(
            Block::Finally {
                region,
                body: finalbody,
            },
            stmt.span,
        )?;
        if handlers.is_empty() {
            self.body(body)?;
        } else {
            self.try_except(stmt, body, handlers, orelse, is_star)?;
        }
        self.unit.blocks.pop();
        self.unit.end_region(region);
        self.body(finalbody)?;
        self.unit.jump_to(end);
        self.unit.bind(caught);
        if self.unit.reachable {
            let mark = self.unit.mark();
            let handling = self.begin_handling(stmt.span)?;
            self.body(finalbody)?;
            let exc = handling.exc;
            self.end_handling(&handling, stmt.span);
            self.emit(Op::Reraise { exc }, stmt.span);
            self.handling_cleanup(handling, None, stmt.span)?;
            self.unit.reset(mark);
        }
        self.unit.bind(end);
        Ok(())
    }

    /// At a handler: the exception, in the first free register, becomes the handled one.
    fn begin_handling(&mut self, span: Span) -> Res<Handling> {
        let exc = self.unit.temp();
        let save = self.unit.temp();
        self.emit(Op::PushExc { save, exc }, span);
        let cleanup = self.unit.label();
        let inner = Reg(self.unit.mark());
        let region = self.unit.begin_region(cleanup, inner);
        self.open_block(
            Block::Handler {
                region,
                save,
                exc,
                name: None,
                star: false,
            },
            span,
        )?;
        Ok(Handling {
            exc,
            save,
            cleanup,
            region,
        })
    }

    /// The handled exception is the one before again; `exc` still holds this one.
    fn end_handling(&mut self, handling: &Handling, span: Span) {
        self.unit.blocks.pop();
        self.unit.end_region(handling.region);
        self.emit(
            Op::PopExc {
                save: handling.save,
            },
            span,
        );
    }

    /// Where exceptions of the handling code go: on, after the handled exception is restored.
    fn handling_cleanup(&mut self, handling: Handling, name: Option<&'a Ident>, span: Span) -> Res {
        self.unit.bind(handling.cleanup);
        if !self.unit.reachable {
            return Ok(());
        }
        let mark = self.unit.mark();
        self.unit.reset(handling.save.0 + 1);
        let raised = self.unit.temp();
        if let Some(name) = name {
            self.unbind_name(name, span)?;
        }
        self.emit(
            Op::PopExc {
                save: handling.save,
            },
            span,
        );
        self.emit(Op::Reraise { exc: raised }, span);
        self.unit.reset(mark);
        Ok(())
    }

    fn try_except(
        &mut self,
        stmt: &'a Stmt,
        body: &'a [Stmt],
        handlers: &'a [ExceptHandler],
        orelse: &'a [Stmt],
        is_star: bool,
    ) -> Res {
        let (caught, end) = (self.unit.label(), self.unit.label());
        let exc = Reg(self.unit.mark());
        let region = self.unit.begin_region(caught, exc);
        self.open_block(Block::Try { region }, stmt.span)?;
        self.body(body)?;
        self.unit.blocks.pop();
        self.unit.end_region(region);
        self.body(orelse)?;
        self.unit.jump_to(end);
        self.unit.bind(caught);
        let mark = self.unit.mark();
        if is_star {
            self.star_handlers(stmt, handlers, end)?;
        } else {
            self.handlers(stmt, handlers, end)?;
        }
        self.unit.reset(mark);
        self.unit.bind(end);
        Ok(())
    }

    fn handlers(&mut self, stmt: &'a Stmt, handlers: &'a [ExceptHandler], end: Label) -> Res {
        let handling = self.begin_handling(stmt.span)?;
        for (i, handler) in handlers.iter().enumerate() {
            if handler.typ.is_none() && i + 1 < handlers.len() {
                return error("default 'except:' must be last", handler.span);
            }
            self.unit.here = handler.span;
            let next = self.unit.label();
            if let Some(typ) = &handler.typ {
                let mark = self.unit.mark();
                let typ_reg = self.operand(typ)?;
                let hit = self.unit.temp();
                self.emit(
                    Op::CheckExcMatch {
                        dst: hit,
                        exc: handling.exc,
                        typ: typ_reg,
                    },
                    handler.span,
                );
                self.unit.jump(
                    Op::JumpIfFalse {
                        cond: hit,
                        off: Off32(0),
                    },
                    next,
                    handler.span,
                );
                self.unit.reset(mark);
                self.unit.flush();
            }
            self.handler_body(handler, &handling, end)?;
            self.unit.bind(next);
            self.unit.flush();
        }
        let exc = handling.exc;
        self.unit.blocks.pop();
        self.emit(Op::Reraise { exc }, stmt.span);
        self.unit.end_region(handling.region);
        self.handling_cleanup(handling, None, stmt.span)
    }

    fn handler_body(&mut self, handler: &'a ExceptHandler, handling: &Handling, end: Label) -> Res {
        // CPython counts two blocks for a handler, whether it has a name or not.
        if self.unit.blocks.len() >= super::stmt::MAX_BLOCKS {
            return error("too many statically nested blocks", handler.span);
        }
        let Some(name) = &handler.name else {
            self.body(&handler.body)?;
            return self.leave_handler(handling, None, end, handler.span);
        };
        self.store_name(name, handling.exc, handler.span)?;
        // Exceptions of the body unbind the name on their way to the cleanup.
        let unbind = self.unit.label();
        let inner = Reg(self.unit.mark());
        let region = self.unit.begin_region(unbind, inner);
        self.set_handler_name(Some(name));
        let depth = self.unit.blocks.len();
        self.open_block(Block::Try { region }, handler.span)?;
        self.body(&handler.body)?;
        self.unit.blocks.truncate(depth);
        self.set_handler_name(None);
        self.unit.end_region(region);
        self.leave_handler(handling, Some(name), end, handler.span)?;
        self.unit.bind(unbind);
        if self.unit.reachable {
            let mark = self.unit.mark();
            let raised = self.unit.temp();
            self.unbind_name(name, handler.span)?;
            self.emit(Op::Reraise { exc: raised }, handler.span);
            self.unit.reset(mark);
        }
        Ok(())
    }

    /// The normal way out of a handler. The handling's region does not cover it.
    fn leave_handler(
        &mut self,
        handling: &Handling,
        name: Option<&'a Ident>,
        end: Label,
        span: Span,
    ) -> Res {
        self.unit.here = span;
        self.unit.flush();
        self.unit.suspend(handling.region);
        self.emit(
            Op::PopExc {
                save: handling.save,
            },
            span,
        );
        self.emit(Op::Clear { reg: handling.exc }, span);
        if let Some(name) = name {
            self.unbind_name(name, span)?;
        }
        self.unit.flush();
        self.unit.jump_to(end);
        self.unit.resume(handling.region);
        Ok(())
    }

    /// What leaving the innermost handler has to unbind.
    fn set_handler_name(&mut self, to: Option<&'a Ident>) {
        let innermost = self
            .unit
            .blocks
            .iter_mut()
            .rev()
            .find(|b| matches!(b, Block::Handler { .. }));
        if let Some(Block::Handler { name, .. }) = innermost {
            *name = to;
        }
    }

    /// `except*`: each handler takes its part of the group; what is raised meanwhile and what is left
    /// over is gathered and raised in the end.
    fn star_handlers(&mut self, stmt: &'a Stmt, handlers: &'a [ExceptHandler], end: Label) -> Res {
        let handling = self.begin_handling(stmt.span)?;
        if let Some(Block::Handler { star, .. }) = self.unit.blocks.last_mut() {
            *star = true;
        }
        // `rest` is what no handler took yet, `raised` the list of what handlers raised.
        let (rest, raised) = (self.unit.temp(), self.unit.temp());
        self.emit(
            Op::Move {
                dst: rest,
                src: handling.exc,
            },
            stmt.span,
        );
        self.emit(
            Op::BuildList {
                dst: raised,
                base: raised,
                n: U16(0),
            },
            stmt.span,
        );
        for handler in handlers {
            self.star_handler(handler, rest, raised)?;
        }
        self.emit(
            Op::ListAppend {
                list: raised,
                src: rest,
            },
            stmt.span,
        );
        self.emit(Op::Clear { reg: rest }, stmt.span);
        self.emit(
            Op::PrepReraiseStar {
                dst: rest,
                orig: handling.exc,
                excs: raised,
            },
            stmt.span,
        );
        self.emit(Op::Clear { reg: raised }, stmt.span);
        self.end_handling(&handling, stmt.span);
        self.emit(Op::Clear { reg: handling.exc }, stmt.span);
        let again = self.unit.label();
        self.unit.jump(
            Op::JumpIfNotNone {
                src: rest,
                off: Off32(0),
            },
            again,
            stmt.span,
        );
        self.unit.jump_to(end);
        self.unit.bind(again);
        self.emit(Op::Reraise { exc: rest }, stmt.span);
        self.handling_cleanup(handling, None, stmt.span)
    }

    fn star_handler(&mut self, handler: &'a ExceptHandler, rest: Reg, raised: Reg) -> Res {
        let Some(typ) = &handler.typ else {
            return error("expected one or more exception types", handler.span);
        };
        let mark = self.unit.mark();
        let next = self.unit.label();
        self.unit.here = handler.span;
        // Nothing is left to match: the type is still evaluated, as the split of None gives None.
        let pair = self.unit.temps(2);
        let typ_reg = self.operand(typ)?;
        self.emit(
            Op::CheckEgMatch {
                base: pair,
                exc: rest,
                typ: typ_reg,
            },
            handler.span,
        );
        self.emit(
            Op::Take {
                dst: rest,
                src: Reg(pair.0 + 1),
            },
            handler.span,
        );
        self.unit.reset(pair.0 + 1);
        self.unit.flush();
        self.unit.jump(
            Op::JumpIfNone {
                src: pair,
                off: Off32(0),
            },
            next,
            handler.span,
        );
        self.star_body(handler, pair, raised)?;
        self.unit.bind(next);
        self.unit.reset(mark);
        self.unit.flush();
        Ok(())
    }

    /// Runs the handler for the group in `part`; what it raises goes to the list `raised`.
    fn star_body(&mut self, handler: &'a ExceptHandler, part: Reg, raised: Reg) -> Res {
        let span = handler.span;
        let save = self.unit.temp();
        self.emit(Op::PushExc { save, exc: part }, span);
        if let Some(name) = &handler.name {
            self.store_name(name, part, span)?;
        }
        let (caught, done) = (self.unit.label(), self.unit.label());
        let inner = Reg(self.unit.mark());
        let region = self.unit.begin_region(caught, inner);
        self.set_handler_name(handler.name.as_ref());
        let depth = self.unit.blocks.len();
        self.open_block(Block::Try { region }, span)?;
        self.body(&handler.body)?;
        self.unit.blocks.truncate(depth);
        self.set_handler_name(None);
        self.unit.end_region(region);
        self.finish_star_body(handler, save, part, None, raised)?;
        self.unit.jump_to(done);
        self.unit.bind(caught);
        if self.unit.reachable {
            let exc = self.unit.temp();
            self.finish_star_body(handler, save, part, Some(exc), raised)?;
            self.unit.reset(exc.0);
            self.unit.flush();
        }
        self.unit.bind(done);
        Ok(())
    }

    fn finish_star_body(
        &mut self,
        handler: &'a ExceptHandler,
        save: Reg,
        part: Reg,
        exc: Option<Reg>,
        raised: Reg,
    ) -> Res {
        let span = handler.span;
        self.emit(Op::PopExc { save }, span);
        if let Some(exc) = exc {
            self.emit(
                Op::ListAppend {
                    list: raised,
                    src: exc,
                },
                span,
            );
        }
        self.emit(Op::Clear { reg: part }, span);
        match &handler.name {
            Some(name) => self.unbind_name(name, span),
            None => Ok(()),
        }
    }
}
