//! Assignments, augmented assignments and `del`.

use apy_grammar::ast::*;

use super::display_expr::is_starred;
use super::operators::binary_op;
use super::{Compiler, Res, error};
use crate::bytecode::op::{BinaryOp, Op};
use crate::bytecode::operand::*;

impl<'a> Compiler<'a> {
    pub fn assign(&mut self, targets: &'a [Expr], value: &'a Expr) -> Res {
        let mark = self.unit.mark();
        match targets {
            [target] => self.assign_one(target, value)?,
            _ => {
                let src = self.push(value)?;
                for (i, target) in targets.iter().enumerate() {
                    if i + 1 == targets.len() {
                        self.assign_from(target, src)?;
                    } else {
                        self.assign_copy(target, src)?;
                    }
                }
            }
        }
        self.unit.reset(mark);
        Ok(())
    }

    fn assign_one(&mut self, target: &'a Expr, value: &'a Expr) -> Res {
        match &target.kind {
            ExprKind::Name(name) => {
                self.check_not_debug(name, target.span)?;
                if let Some(dst) = self.local_target(name) {
                    return self.into(value, dst);
                }
                let src = self.operand(value)?;
                self.store_name(name, src, target.span)
            }
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                if let ExprKind::Tuple(values) | ExprKind::List(values) = &value.kind
                    && targets.len() == values.len()
                    && !targets.iter().chain(values).any(is_starred)
                    && targets.len() <= 32
                {
                    return self.assign_parallel(targets, values);
                }
                let src = self.operand(value)?;
                self.assign_from(target, src)
            }
            _ => {
                let src = self.operand_before(value, &[target])?;
                self.assign_from(target, src)
            }
        }
    }

    /// `a, b = x, y` without the tuple. When all targets are locals the last value goes straight
    /// to its own: it is computed after the others, and storing to locals is not seen.
    fn assign_parallel(&mut self, targets: &'a [Expr], values: &'a [Expr]) -> Res {
        let locals = self.distinct_locals(targets);
        let (Some(last_target), Some((last, first))) =
            (locals.last().copied(), values.split_last())
        else {
            let base = self.window(values)?;
            for (i, target) in targets.iter().enumerate() {
                self.assign_from(target, Reg(base.0 + i as u16))?;
            }
            return Ok(());
        };
        let base = self.window(first)?;
        self.into(last, last_target)?;
        for (i, &dst) in locals.iter().take(first.len()).enumerate() {
            self.emit(
                Op::Take {
                    dst,
                    src: Reg(base.0 + i as u16),
                },
                targets[i].span,
            );
        }
        Ok(())
    }

    /// The registers of targets that are all different locals; else nothing.
    fn distinct_locals(&self, targets: &[Expr]) -> Vec<Reg> {
        let mut regs = Vec::new();
        for target in targets {
            let ExprKind::Name(name) = &target.kind else {
                return Vec::new();
            };
            match self.local_target(name) {
                Some(reg) if !regs.contains(&reg) && &**name != "__debug__" => regs.push(reg),
                _ => return Vec::new(),
            }
        }
        regs
    }

    /// `target = R[src]`, where the value is needed again afterwards.
    fn assign_copy(&mut self, target: &'a Expr, src: Reg) -> Res {
        match &target.kind {
            ExprKind::Name(name) => self.store_name(name, src, target.span),
            ExprKind::Tuple(items) | ExprKind::List(items) => self.unpack(target, items, src),
            _ => self.assign_from(target, src),
        }
    }

    /// `target = R[src]`. A temporary `src` may be emptied.
    pub fn assign_from(&mut self, target: &'a Expr, src: Reg) -> Res {
        let mark = self.unit.mark();
        match &target.kind {
            ExprKind::Name(name) => self.take_name(name, src, target.span)?,
            ExprKind::Attribute { value, attr } => {
                self.check_not_debug(&attr.id, target.span)?;
                self.note_self_attribute(value, &attr.id);
                let obj = self.operand(value)?;
                let name = self.mangle(&attr.id);
                let site = self.unit.site(&name, "store");
                let span = self.attribute_span(target, attr);
                self.emit(Op::StoreAttr { obj, site, src }, span);
            }
            ExprKind::Subscript { value, slice } => {
                let obj = self.operand_before(value, &[slice])?;
                let key = self.operand(slice)?;
                self.emit(Op::SetItem { obj, key, src }, target.span);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                self.unpack(target, items, src)?;
            }
            ExprKind::Starred(_) => {
                return error(
                    "starred assignment target must be in a list or tuple",
                    target.span,
                );
            }
            _ => return error("cannot assign to this expression", target.span),
        }
        self.unit.reset(mark);
        Ok(())
    }

    fn unpack(&mut self, target: &'a Expr, items: &'a [Expr], src: Reg) -> Res {
        let stars = items.iter().filter(|i| is_starred(i)).count();
        if stars > 1 {
            return error("multiple starred expressions in assignment", target.span);
        }
        let mark = self.unit.mark();
        let Ok(n) = u16::try_from(items.len()) else {
            return error("too many targets in assignment", target.span);
        };
        let base = self.unit.temps(n);
        if let Some(before) = items.iter().position(is_starred) {
            let after = items.len() - before - 1;
            if before > 0xff || after > 0xff {
                return error(
                    "too many expressions in star-unpacking assignment",
                    target.span,
                );
            }
            let counts = U16(before as u16 | (after as u16) << 8);
            self.emit(Op::UnpackEx { base, src, counts }, target.span);
        } else {
            self.emit(
                Op::UnpackSequence {
                    base,
                    src,
                    n: U16(n),
                },
                target.span,
            );
        }
        for (i, item) in items.iter().enumerate() {
            let item = match &item.kind {
                ExprKind::Starred(inner) => inner,
                _ => item,
            };
            super::expr::deep(|| self.assign_from(item, Reg(base.0 + i as u16)))?;
        }
        self.unit.reset(mark);
        Ok(())
    }

    /// `self.x = ..` in a method tells the class of an attribute.
    fn note_self_attribute(&mut self, value: &Expr, attr: &Ident) {
        if matches!(&value.kind, ExprKind::Name(name) if &**name == "self") {
            self.note_static_attribute(attr.clone());
        }
    }

    pub fn aug_assign(&mut self, stmt: &Stmt, target: &'a Expr, op: BinOp, value: &'a Expr) -> Res {
        let mark = self.unit.mark();
        let span = stmt.span;
        match &target.kind {
            ExprKind::Name(name) => {
                self.check_not_debug(name, target.span)?;
                if let Some(local) = self.local_target(name) {
                    let a = self.operand_before(target, &[value])?;
                    self.in_place(op, local, a, value, span)?;
                } else {
                    let old = self.unit.temp();
                    self.load_name(name, old, target.span);
                    self.in_place(op, old, old, value, span)?;
                    self.store_name(name, old, target.span)?;
                }
            }
            ExprKind::Attribute { value: obj, attr } => {
                self.check_not_debug(&attr.id, target.span)?;
                let obj = self.operand_before(obj, &[value])?;
                let name = self.mangle(&attr.id);
                let at = self.attribute_span(target, attr);
                let old = self.unit.temp();
                let site = self.unit.site(&name, "attr");
                self.emit(
                    Op::LoadAttr {
                        dst: old,
                        obj,
                        site,
                    },
                    at,
                );
                self.in_place(op, old, old, value, span)?;
                let site = self.unit.site(&name, "store");
                self.emit(
                    Op::StoreAttr {
                        obj,
                        site,
                        src: old,
                    },
                    at,
                );
            }
            ExprKind::Subscript { value: obj, slice } => {
                let obj = self.operand_before(obj, &[slice, value])?;
                let key = self.operand_before(slice, &[value])?;
                let old = self.unit.temp();
                self.emit(Op::GetItem { dst: old, obj, key }, target.span);
                self.in_place(op, old, old, value, span)?;
                self.emit(Op::SetItem { obj, key, src: old }, target.span);
            }
            _ => return error("illegal expression for augmented assignment", target.span),
        }
        self.unit.reset(mark);
        Ok(())
    }

    /// `R[dst] = R[a]; R[dst] op= value`
    fn in_place(&mut self, op: BinOp, dst: Reg, a: Reg, value: &'a Expr, span: Span) -> Res {
        let mark = self.unit.mark();
        let op = binary_op(op);
        if let (BinaryOp::Add | BinaryOp::Sub, Some(imm)) = (op, self.small_int(value)) {
            let imm = Imm16(imm);
            let op = if op == BinaryOp::Add {
                Op::IAddInt { dst, a, imm }
            } else {
                Op::ISubInt { dst, a, imm }
            };
            self.emit(op, span);
            return Ok(());
        }
        let b = self.operand(value)?;
        if op == BinaryOp::Add {
            self.emit(Op::IAdd { dst, a, b }, span);
        } else {
            self.emit(Op::Inplace { dst, a, b }, span);
            self.emit(Op::OpKind { op: op.number() }, span);
        }
        self.unit.reset(mark);
        Ok(())
    }

    pub fn delete(&mut self, target: &'a Expr) -> Res {
        let mark = self.unit.mark();
        match &target.kind {
            ExprKind::Name(name) => self.delete_name(name, target.span)?,
            ExprKind::Attribute { value, attr } => {
                let obj = self.operand(value)?;
                let name = self.mangle(&attr.id);
                let name = self.unit.name_id(&name);
                let span = self.attribute_span(target, attr);
                self.emit(Op::DelAttr { obj, name }, span);
            }
            ExprKind::Subscript { value, slice } => {
                let obj = self.operand_before(value, &[slice])?;
                let key = self.operand(slice)?;
                self.emit(Op::DelItem { obj, key }, target.span);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().try_for_each(|item| self.delete(item))?;
            }
            _ => return error("cannot delete this expression", target.span),
        }
        self.unit.reset(mark);
        self.unit.flush();
        Ok(())
    }
}
