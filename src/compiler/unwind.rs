//! Leaving blocks by `return`, `break` and `continue`: what each block owes is paid on the way out,
//! innermost first, in code of its own that the block's handler does not cover.

use apy_grammar::ast::*;

use super::unit::Block;
use super::{Compiler, Res, error};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

impl<'a> Compiler<'a> {
    /// Pays for the blocks from `depth` on. Their regions stay suspended until `resume_regions`,
    /// which must follow the jump.
    fn unwind(&mut self, depth: usize, leaves_loops: bool, span: Span) -> Res {
        let all = self.unit.blocks.clone();
        let mut result = Ok(());
        while self.unit.blocks.len() > depth
            && let Some(block) = self.unit.blocks.pop()
        {
            if let Some(region) = block.region() {
                self.unit.suspend(region);
            }
            result = self.pay(block, leaves_loops, span);
            if result.is_err() {
                break;
            }
        }
        self.unit.blocks = all;
        result
    }

    fn pay(&mut self, block: Block<'a>, leaves_loops: bool, span: Span) -> Res {
        match block {
            Block::Try { .. } => Ok(()),
            Block::Loop { iter, .. } => {
                if leaves_loops && let Some(reg) = iter {
                    self.emit(Op::Clear { reg }, span);
                }
                Ok(())
            }
            Block::Finally { body, .. } => {
                // The copy's own jumps must not see the blocks that are being left.
                self.body(body)?;
                self.unit.here = span;
                Ok(())
            }
            Block::Handler { star: true, .. } => error(
                "'break', 'continue' and 'return' cannot appear in an except* block",
                span,
            ),
            Block::Handler {
                save, exc, name, ..
            } => {
                self.emit(Op::PopExc { save }, span);
                self.emit(Op::Clear { reg: exc }, span);
                match name {
                    Some(name) => self.unbind_name(name, span),
                    None => Ok(()),
                }
            }
            Block::With {
                exit,
                is_async,
                span: context,
                ..
            } => {
                let mark = self.unit.mark();
                let base = self.unit.temps(2);
                self.emit(
                    Op::Take {
                        dst: base,
                        src: exit,
                    },
                    context,
                );
                self.emit(
                    Op::Take {
                        dst: Reg(base.0 + 1),
                        src: Reg(exit.0 + 1),
                    },
                    context,
                );
                self.call_exit(base, is_async, context);
                self.unit.reset(mark);
                Ok(())
            }
        }
    }

    /// Lets the regions of the blocks from `depth` on cover what follows again.
    pub fn resume_regions(&mut self, depth: usize) {
        let regions: Vec<_> = self
            .unit
            .blocks
            .iter()
            .skip(depth)
            .filter_map(|b| b.region())
            .collect();
        for region in regions {
            self.unit.resume(region);
        }
    }

    /// Leaves all blocks. `resume_regions(0)` must follow.
    pub fn unwind_for_return(&mut self, span: Span) -> Res {
        self.unwind(0, true, span)
    }

    fn innermost_loop(&self) -> Option<usize> {
        self.unit
            .blocks
            .iter()
            .rposition(|b| matches!(b, Block::Loop { .. }))
    }

    pub fn break_stmt(&mut self, stmt: &Stmt) -> Res {
        let Some(depth) = self.innermost_loop() else {
            return error("'break' outside loop", stmt.span);
        };
        self.unwind(depth, true, stmt.span)?;
        if let Some(&Block::Loop { exit, .. }) = self.unit.blocks.get(depth) {
            self.unit.jump_to(exit);
        }
        self.resume_regions(depth);
        Ok(())
    }

    pub fn continue_stmt(&mut self, stmt: &Stmt) -> Res {
        let Some(depth) = self.innermost_loop() else {
            return error("'continue' not properly in loop", stmt.span);
        };
        self.unwind(depth + 1, true, stmt.span)?;
        if let Some(&Block::Loop { again, .. }) = self.unit.blocks.get(depth) {
            self.unit.flush();
            self.loop_back(again, stmt.span);
        }
        self.resume_regions(depth + 1);
        Ok(())
    }
}
