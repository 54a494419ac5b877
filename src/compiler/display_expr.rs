//! Lists, tuples, sets and dicts as they are written.

use apy_grammar::ast::*;

use super::{Compiler, Res};
use crate::bytecode::code::Const;
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

/// Longer displays are built piece by piece, so as not to need a register for each element.
const WINDOW: usize = 256;

impl<'a> Compiler<'a> {
    pub fn list_display(&mut self, e: &Expr, items: &'a [Expr], dst: Reg) -> Res {
        if items.len() >= 3
            && let Some(values) = self.fold_all(items)
        {
            return self.list_of_constants(e, values, dst);
        }
        if is_plain(items) {
            let base = self.window(items)?;
            self.emit(
                Op::BuildList {
                    dst,
                    base,
                    n: U16(items.len() as u16),
                },
                e.span,
            );
            return Ok(());
        }
        let list = self.building(dst);
        self.list_pieces(items, list, e.span)?;
        self.built(list, dst, e.span);
        Ok(())
    }

    fn list_of_constants(&mut self, e: &Expr, values: Vec<Const>, dst: Reg) -> Res {
        let list = self.building(dst);
        self.emit(
            Op::BuildList {
                dst: list,
                base: list,
                n: U16(0),
            },
            e.span,
        );
        self.with_temp(|this, src| {
            this.load_const(Const::Tuple(values), src, e.span);
            this.emit(Op::ListExtend { list, src }, e.span);
        });
        self.built(list, dst, e.span);
        Ok(())
    }

    pub fn tuple_display(&mut self, e: &Expr, items: &'a [Expr], dst: Reg) -> Res {
        if is_plain(items) {
            let base = self.window(items)?;
            self.emit(
                Op::BuildTuple {
                    dst,
                    base,
                    n: U16(items.len() as u16),
                },
                e.span,
            );
            return Ok(());
        }
        let list = self.building(dst);
        self.list_pieces(items, list, e.span)?;
        self.emit(Op::ListToTuple { dst, src: list }, e.span);
        Ok(())
    }

    /// Fills a new list in `list` with `items`, some of them starred or all of them too many.
    pub fn list_pieces(&mut self, items: &'a [Expr], list: Reg, span: Span) -> Res {
        let plain = items
            .iter()
            .take(WINDOW)
            .take_while(|i| !is_starred(i))
            .count();
        let (head, rest) = items.split_at(plain);
        let mark = self.unit.mark();
        let base = self.window(head)?;
        self.emit(
            Op::BuildList {
                dst: list,
                base,
                n: U16(plain as u16),
            },
            span,
        );
        for item in rest {
            self.unit.reset(mark);
            if let ExprKind::Starred(inner) = &item.kind {
                let src = self.operand(inner)?;
                self.emit(Op::ListExtend { list, src }, span);
            } else {
                let src = self.operand(item)?;
                self.emit(Op::ListAppend { list, src }, item.span);
            }
        }
        self.unit.reset(mark);
        Ok(())
    }

    pub fn set_display(&mut self, e: &Expr, items: &'a [Expr], dst: Reg) -> Res {
        if is_plain(items) {
            let base = self.window(items)?;
            self.emit(
                Op::BuildSet {
                    dst,
                    base,
                    n: U16(items.len() as u16),
                },
                e.span,
            );
            return Ok(());
        }
        let set = self.building(dst);
        let plain = items
            .iter()
            .take(WINDOW)
            .take_while(|i| !is_starred(i))
            .count();
        let (head, rest) = items.split_at(plain);
        let mark = self.unit.mark();
        let base = self.window(head)?;
        self.emit(
            Op::BuildSet {
                dst: set,
                base,
                n: U16(plain as u16),
            },
            e.span,
        );
        for item in rest {
            self.unit.reset(mark);
            if let ExprKind::Starred(inner) = &item.kind {
                let src = self.operand(inner)?;
                self.emit(Op::SetUpdate { set, src }, e.span);
            } else {
                let src = self.operand(item)?;
                self.emit(Op::SetAdd { set, src }, item.span);
            }
        }
        self.unit.reset(mark);
        self.built(set, dst, e.span);
        Ok(())
    }

    pub fn dict_display(
        &mut self,
        e: &Expr,
        keys: &'a [Option<Expr>],
        values: &'a [Expr],
        dst: Reg,
    ) -> Res {
        let plain = keys
            .iter()
            .take(WINDOW / 2)
            .take_while(|k| k.is_some())
            .count();
        let whole = plain == keys.len();
        let dict = if whole { dst } else { self.building(dst) };
        let base = Reg(self.unit.mark());
        for (key, value) in keys.iter().flatten().zip(values).take(plain) {
            self.push(key)?;
            self.push(value)?;
        }
        self.emit(
            Op::BuildDict {
                dst: dict,
                base,
                n: U16(plain as u16),
            },
            e.span,
        );
        self.unit.reset(base.0);
        for (key, value) in keys.iter().zip(values).skip(plain) {
            match key {
                Some(key_expr) => {
                    let key = self.operand_before(key_expr, &[value])?;
                    let src = self.operand(value)?;
                    self.emit(Op::DictSet { dict, key, src }, key_expr.span);
                }
                None => {
                    let src = self.operand(value)?;
                    self.emit(Op::DictUpdate { dict, src }, e.span);
                }
            }
            self.unit.reset(base.0);
        }
        self.built(dict, dst, e.span);
        Ok(())
    }

    /// Where to build a collection that ends up in `dst`: a local must not show it half built.
    pub fn building(&mut self, dst: Reg) -> Reg {
        if self.unit.is_temp(dst) {
            dst
        } else {
            self.unit.temp()
        }
    }

    pub fn built(&mut self, src: Reg, dst: Reg, span: Span) {
        if src != dst {
            self.emit(Op::Take { dst, src }, span);
        }
    }

    /// The values in temporaries in a row.
    pub fn window(&mut self, items: &'a [Expr]) -> Res<Reg> {
        let base = Reg(self.unit.mark());
        for item in items {
            self.push(item)?;
        }
        Ok(base)
    }
}

pub(super) fn is_starred(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Starred(_))
}

/// Few enough elements for a window, and none starred.
fn is_plain(items: &[Expr]) -> bool {
    items.len() <= WINDOW && !items.iter().any(is_starred)
}
