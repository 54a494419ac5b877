//! Conditions: jumps on a truth value, without making the value where that can be avoided.

use apy_grammar::ast::*;

use super::expr::deep;
use super::unit::Label;
use super::{Compiler, Res};
use crate::bytecode::code::Const;
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

impl<'a> Compiler<'a> {
    /// The truth of a constant expression.
    pub fn known_truth(&self, e: &Expr) -> Option<bool> {
        Some(match self.fold(e)? {
            Const::None | Const::False => false,
            Const::True | Const::Ellipsis => true,
            Const::Int(n) => n != 0,
            Const::BigInt(_) => true,
            Const::Float(x) => x != 0.0,
            Const::Complex(re, im) => re != 0.0 || im != 0.0,
            Const::Str(text) => !text.0.is_empty(),
            Const::Bytes(bytes) => !bytes.is_empty(),
            Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
            Const::Code(_) => return None,
        })
    }

    /// Goes to `label` when `test` is false.
    pub fn jump_unless(&mut self, test: &'a Expr, label: Label) -> Res {
        deep(|| self.jump_when(test, false, label))
    }

    /// Goes to `label` when `test` is true.
    pub fn jump_if(&mut self, test: &'a Expr, label: Label) -> Res {
        deep(|| self.jump_when(test, true, label))
    }

    fn jump_when(&mut self, test: &'a Expr, wanted: bool, label: Label) -> Res {
        if let Some(known) = self.known_truth(test) {
            if known == wanted {
                self.unit.jump_to(label);
            }
            return Ok(());
        }
        match &test.kind {
            ExprKind::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } => deep(|| self.jump_when(operand, !wanted, label)),
            ExprKind::BoolOp { op, values } => self.jump_bool_op(*op, values, wanted, label),
            ExprKind::IfExp { test, body, orelse } => {
                let (other, end) = (self.unit.label(), self.unit.label());
                self.jump_unless(test, other)?;
                deep(|| self.jump_when(body, wanted, label))?;
                self.unit.jump_to(end);
                self.unit.bind(other);
                deep(|| self.jump_when(orelse, wanted, label))?;
                self.unit.bind(end);
                Ok(())
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                if let ([op], [right]) = (ops.as_slice(), comparators.as_slice()) {
                    self.warn_compare(test, left, ops, comparators);
                    self.jump_compare(test, left, *op, right, wanted, label)
                } else {
                    self.jump_on_value(test, wanted, label)
                }
            }
            _ => self.jump_on_value(test, wanted, label),
        }
    }

    fn jump_on_value(&mut self, test: &'a Expr, wanted: bool, label: Label) -> Res {
        let mark = self.unit.mark();
        let cond = self.operand(test)?;
        let off = Off32(0);
        let op = if wanted {
            Op::JumpIfTrue { cond, off }
        } else {
            Op::JumpIfFalse { cond, off }
        };
        self.unit.jump(op, label, test.span);
        self.unit.reset(mark);
        Ok(())
    }

    fn jump_bool_op(&mut self, op: BoolOp, values: &'a [Expr], wanted: bool, label: Label) -> Res {
        let Some((last, first)) = values.split_last() else {
            return Ok(());
        };
        // `and` is false, and `or` true, as soon as one operand is.
        let decides = op == BoolOp::Or;
        if decides == wanted {
            for value in values {
                deep(|| self.jump_when(value, wanted, label))?;
            }
            return Ok(());
        }
        let end = self.unit.label();
        for value in first {
            deep(|| self.jump_when(value, decides, end))?;
        }
        deep(|| self.jump_when(last, wanted, label))?;
        self.unit.bind(end);
        Ok(())
    }

    fn jump_compare(
        &mut self,
        test: &'a Expr,
        left: &'a Expr,
        op: CmpOp,
        right: &'a Expr,
        wanted: bool,
        label: Label,
    ) -> Res {
        if !wanted {
            return self.jump_unless_compare(test, left, op, right, label);
        }
        if matches!(op, CmpOp::Is | CmpOp::IsNot)
            && matches!(right.kind, ExprKind::Constant(Constant::None))
        {
            let opposite = if op == CmpOp::Is {
                CmpOp::IsNot
            } else {
                CmpOp::Is
            };
            return self.jump_unless_compare(test, left, opposite, right, label);
        }
        let skip = self.unit.label();
        self.jump_unless_compare(test, left, op, right, skip)?;
        self.unit.jump_to(label);
        self.unit.bind(skip);
        Ok(())
    }
}
