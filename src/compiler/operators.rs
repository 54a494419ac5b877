//! Unary and binary operators and comparisons.

use apy_grammar::ast::*;

use super::unit::Label;
use super::{Compiler, Res};
use crate::bytecode::code::Const;
use crate::bytecode::op::{BinaryOp, Op};
use crate::bytecode::operand::*;

/// True when evaluating `e` may assign the local `name` by an assignment expression.
pub(super) fn assigns(e: &Expr, name: &Ident) -> bool {
    super::expr::deep(|| assigns_inner(e, name))
}

fn assigns_inner(e: &Expr, name: &Ident) -> bool {
    let any = |es: &[Expr]| es.iter().any(|e| assigns(e, name));
    let opt = |e: &Option<Box<Expr>>| e.as_deref().is_some_and(|e| assigns(e, name));
    let gens = |gs: &[Comprehension]| gs.iter().any(|g| assigns(&g.iter, name) || any(&g.ifs));
    match &e.kind {
        ExprKind::NamedExpr { target, value } => {
            matches!(&target.kind, ExprKind::Name(n) if n == name) || assigns(value, name)
        }
        ExprKind::Constant(_) | ExprKind::Name(_) | ExprKind::Lambda { .. } => false,
        ExprKind::BoolOp { values, .. } => any(values),
        ExprKind::BinOp { left, right, .. } => assigns(left, name) || assigns(right, name),
        ExprKind::UnaryOp { operand: e, .. }
        | ExprKind::Await(e)
        | ExprKind::YieldFrom(e)
        | ExprKind::Starred(e) => assigns(e, name),
        ExprKind::IfExp { test, body, orelse } => {
            assigns(test, name) || assigns(body, name) || assigns(orelse, name)
        }
        ExprKind::Dict { keys, values } => {
            keys.iter().flatten().any(|k| assigns(k, name)) || any(values)
        }
        ExprKind::Set(items) | ExprKind::List(items) | ExprKind::Tuple(items) => any(items),
        ExprKind::ListComp { elt, generators } | ExprKind::SetComp { elt, generators } => {
            assigns(elt, name) || gens(generators)
        }
        ExprKind::GeneratorExp { elt, generators } => assigns(elt, name) || gens(generators),
        ExprKind::DictComp {
            key,
            value,
            generators,
        } => assigns(key, name) || assigns(value, name) || gens(generators),
        ExprKind::Yield(value) => opt(value),
        ExprKind::Compare {
            left, comparators, ..
        } => assigns(left, name) || any(comparators),
        ExprKind::Call {
            func,
            args,
            keywords,
        } => assigns(func, name) || any(args) || keywords.iter().any(|k| assigns(&k.value, name)),
        ExprKind::JoinedStr(parts) => parts_assign(parts, name),
        ExprKind::Attribute { value, .. } => assigns(value, name),
        ExprKind::Subscript { value, slice } => assigns(value, name) || assigns(slice, name),
        ExprKind::Slice { lower, upper, step } => opt(lower) || opt(upper) || opt(step),
    }
}

fn parts_assign(parts: &[FStringPart], name: &Ident) -> bool {
    parts.iter().any(|part| match part {
        FStringPart::Literal { .. } => false,
        FStringPart::Replacement { value, spec, .. } => {
            assigns(value, name) || spec.as_ref().is_some_and(|spec| parts_assign(spec, name))
        }
    })
}

pub(super) fn binary_op(op: BinOp) -> BinaryOp {
    match op {
        BinOp::Add => BinaryOp::Add,
        BinOp::Sub => BinaryOp::Sub,
        BinOp::Mul => BinaryOp::Mul,
        BinOp::MatMul => BinaryOp::MatMul,
        BinOp::Div => BinaryOp::TrueDiv,
        BinOp::Mod => BinaryOp::Mod,
        BinOp::Pow => BinaryOp::Pow,
        BinOp::LShift => BinaryOp::LShift,
        BinOp::RShift => BinaryOp::RShift,
        BinOp::BitOr => BinaryOp::BitOr,
        BinOp::BitXor => BinaryOp::BitXor,
        BinOp::BitAnd => BinaryOp::BitAnd,
        BinOp::FloorDiv => BinaryOp::FloorDiv,
    }
}

fn bin_instruction(op: BinOp, dst: Reg, a: Reg, b: Reg) -> Op {
    match op {
        BinOp::Add => Op::Add { dst, a, b },
        BinOp::Sub => Op::Sub { dst, a, b },
        BinOp::Mul => Op::Mul { dst, a, b },
        BinOp::MatMul => Op::MatMul { dst, a, b },
        BinOp::Div => Op::TrueDiv { dst, a, b },
        BinOp::Mod => Op::Mod { dst, a, b },
        BinOp::Pow => Op::Pow { dst, a, b },
        BinOp::LShift => Op::LShift { dst, a, b },
        BinOp::RShift => Op::RShift { dst, a, b },
        BinOp::BitOr => Op::BitOr { dst, a, b },
        BinOp::BitXor => Op::BitXor { dst, a, b },
        BinOp::BitAnd => Op::BitAnd { dst, a, b },
        BinOp::FloorDiv => Op::FloorDiv { dst, a, b },
    }
}

pub(super) fn cmp_instruction(op: CmpOp, dst: Reg, a: Reg, b: Reg) -> Op {
    match op {
        CmpOp::Eq => Op::Eq { dst, a, b },
        CmpOp::NotEq => Op::Ne { dst, a, b },
        CmpOp::Lt => Op::Lt { dst, a, b },
        CmpOp::LtE => Op::Le { dst, a, b },
        CmpOp::Gt => Op::Gt { dst, a, b },
        CmpOp::GtE => Op::Ge { dst, a, b },
        CmpOp::Is => Op::Is { dst, a, b },
        CmpOp::IsNot => Op::IsNot { dst, a, b },
        CmpOp::In => Op::In { dst, a, b },
        CmpOp::NotIn => Op::NotIn { dst, a, b },
    }
}

impl<'a> Compiler<'a> {
    /// The value of a small integer constant.
    pub fn small_int(&self, e: &Expr) -> Option<i16> {
        match self.fold(e) {
            Some(Const::Int(n)) => i16::try_from(n).ok(),
            _ => None,
        }
    }

    pub fn bin_op(
        &mut self,
        e: &Expr,
        left: &'a Expr,
        op: BinOp,
        right: &'a Expr,
        dst: Reg,
    ) -> Res {
        let a = self.operand_in(left, dst, &[right])?;
        if let (BinOp::Add | BinOp::Sub, Some(imm)) = (op, self.small_int(right)) {
            let imm = Imm16(imm);
            let op = if op == BinOp::Add {
                Op::AddInt { dst, a, imm }
            } else {
                Op::SubInt { dst, a, imm }
            };
            self.emit(op, e.span);
            return Ok(());
        }
        let b = self.operand(right)?;
        self.emit(bin_instruction(op, dst, a, b), e.span);
        Ok(())
    }

    pub fn unary_op(&mut self, e: &Expr, op: UnaryOp, operand: &'a Expr, dst: Reg) -> Res {
        if op == UnaryOp::Not
            && let ExprKind::Compare {
                left,
                ops,
                comparators,
            } = &operand.kind
            && let ([op], [right]) = (ops.as_slice(), comparators.as_slice())
        {
            // These four give a bool, so that their opposite is the same as `not`.
            let opposite = match op {
                CmpOp::Is => Some(CmpOp::IsNot),
                CmpOp::IsNot => Some(CmpOp::Is),
                CmpOp::In => Some(CmpOp::NotIn),
                CmpOp::NotIn => Some(CmpOp::In),
                _ => None,
            };
            if let Some(opposite) = opposite {
                return self.compare_two(operand, left, opposite, right, dst);
            }
        }
        let src = self.operand_in(operand, dst, &[])?;
        let op = match op {
            UnaryOp::Invert => Op::Invert { dst, src },
            UnaryOp::Not => Op::Not { dst, src },
            UnaryOp::Pos => Op::Pos { dst, src },
            UnaryOp::Neg => Op::Neg { dst, src },
        };
        self.emit(op, e.span);
        Ok(())
    }

    pub fn compare(
        &mut self,
        e: &'a Expr,
        left: &'a Expr,
        ops: &[CmpOp],
        rights: &'a [Expr],
        dst: Reg,
    ) -> Res {
        self.warn_compare(e, left, ops, rights);
        if let ([op], [right]) = (ops, rights) {
            return self.compare_two(e, left, *op, right, dst);
        }
        let into = if self.unit.is_temp(dst) {
            dst
        } else {
            self.unit.temp()
        };
        let end = self.unit.label();
        let last = ops.len().saturating_sub(1);
        let rest: Vec<&Expr> = rights.iter().collect();
        let mut a = self.operand_before(left, &rest)?;
        for (i, (op, right)) in ops.iter().zip(rights).enumerate() {
            let b = self.operand_before(right, rest.get(i + 1..).unwrap_or_default())?;
            self.emit(cmp_instruction(*op, into, a, b), e.span);
            if i < last {
                if self.unit.is_temp(a) && a != into {
                    self.emit(Op::Clear { reg: a }, e.span);
                }
                let jump = Op::JumpIfFalse {
                    cond: into,
                    off: Off32(0),
                };
                self.unit.jump(jump, end, e.span);
            }
            a = b;
        }
        self.unit.bind(end);
        if into != dst {
            self.emit(Op::Take { dst, src: into }, e.span);
        }
        Ok(())
    }

    fn compare_two(
        &mut self,
        e: &Expr,
        left: &'a Expr,
        op: CmpOp,
        right: &'a Expr,
        dst: Reg,
    ) -> Res {
        let a = self.operand_in(left, dst, &[right])?;
        let b = self.comparand(op, right)?;
        self.emit(cmp_instruction(op, dst, a, b), e.span);
        Ok(())
    }

    /// The right operand; a display of constants after `in` is a constant itself.
    fn comparand(&mut self, op: CmpOp, right: &'a Expr) -> Res<Reg> {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(value) = self.fold_container(right)
        {
            let reg = self.unit.temp();
            self.load_const(value, reg, right.span);
            return Ok(reg);
        }
        self.operand(right)
    }

    /// Goes to `label` unless `left op right`.
    pub fn jump_unless_compare(
        &mut self,
        e: &'a Expr,
        left: &'a Expr,
        op: CmpOp,
        right: &'a Expr,
        label: Label,
    ) -> Res {
        let mark = self.unit.mark();
        if matches!(op, CmpOp::Is | CmpOp::IsNot)
            && matches!(right.kind, ExprKind::Constant(Constant::None))
        {
            let src = self.operand(left)?;
            let off = Off32(0);
            let op = if op == CmpOp::Is {
                Op::JumpIfNotNone { src, off }
            } else {
                Op::JumpIfNone { src, off }
            };
            self.unit.jump(op, label, e.span);
            self.unit.reset(mark);
            return Ok(());
        }
        let a = self.operand_before(left, &[right])?;
        let fused =
            !self.unit.far && !matches!(op, CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn);
        if fused && let Some(imm) = self.small_int(right) {
            self.unit
                .jump(jump_unless_int(op, a, Imm16(imm)), label, e.span);
        } else {
            let b = self.comparand(op, right)?;
            if fused {
                self.unit.jump(jump_unless(op, a, b), label, e.span);
            } else {
                let cond = self.unit.temp();
                self.emit(cmp_instruction(op, cond, a, b), e.span);
                self.unit.jump(
                    Op::JumpIfFalse {
                        cond,
                        off: Off32(0),
                    },
                    label,
                    e.span,
                );
            }
        }
        self.unit.reset(mark);
        Ok(())
    }
}

fn jump_unless(op: CmpOp, a: Reg, b: Reg) -> Op {
    let off = Off16(0);
    match op {
        CmpOp::Lt => Op::JumpUnlessLt { a, b, off },
        CmpOp::LtE => Op::JumpUnlessLe { a, b, off },
        CmpOp::Gt => Op::JumpUnlessGt { a, b, off },
        CmpOp::GtE => Op::JumpUnlessGe { a, b, off },
        CmpOp::NotEq => Op::JumpUnlessNe { a, b, off },
        _ => Op::JumpUnlessEq { a, b, off },
    }
}

fn jump_unless_int(op: CmpOp, a: Reg, imm: Imm16) -> Op {
    let off = Off16(0);
    match op {
        CmpOp::Lt => Op::JumpUnlessLtInt { a, imm, off },
        CmpOp::LtE => Op::JumpUnlessLeInt { a, imm, off },
        CmpOp::Gt => Op::JumpUnlessGtInt { a, imm, off },
        CmpOp::GtE => Op::JumpUnlessGeInt { a, imm, off },
        CmpOp::NotEq => Op::JumpUnlessNeInt { a, imm, off },
        _ => Op::JumpUnlessEqInt { a, imm, off },
    }
}
