//! Expressions: the dispatch, and how a value gets into a register.

use apy_grammar::ast::*;

use super::consts::literal;
use super::operators::assigns;
use super::{Compiler, Res, error};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

const RED_ZONE: usize = 128 * 1024;
const STACK_PIECE: usize = 2 * 1024 * 1024;

/// Runs `f` with room on the stack: trees may be thousands deep.
pub(super) fn deep<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(RED_ZONE, STACK_PIECE, f)
}

impl<'a> Compiler<'a> {
    /// The register where the value lies: a local's own, or a new temporary.
    pub fn operand(&mut self, e: &'a Expr) -> Res<Reg> {
        if let Some(reg) = self.direct(e) {
            return Ok(reg);
        }
        self.push(e)
    }

    /// As `operand`, for a value that must outlive the evaluation of `later`.
    pub fn operand_before(&mut self, e: &'a Expr, later: &[&'a Expr]) -> Res<Reg> {
        if self.is_rebound(e, later) {
            return self.push(e);
        }
        self.operand(e)
    }

    /// As `operand_before`, using `dst` instead of a new temporary when it is one itself.
    pub fn operand_in(&mut self, e: &'a Expr, dst: Reg, later: &[&'a Expr]) -> Res<Reg> {
        if !self.is_rebound(e, later)
            && let Some(reg) = self.direct(e)
        {
            return Ok(reg);
        }
        if self.unit.is_temp(dst) {
            self.into(e, dst)?;
            return Ok(dst);
        }
        self.push(e)
    }

    /// True when `e` is a local that one of `later` assigns.
    fn is_rebound(&self, e: &Expr, later: &[&Expr]) -> bool {
        let ExprKind::Name(name) = &e.kind else {
            return false;
        };
        self.inner_scope().has_walrus && later.iter().any(|l| assigns(l, name))
            || self.scope().has_walrus && later.iter().any(|l| assigns(l, name))
    }

    /// The register of an expression that is a plain local.
    fn direct(&mut self, e: &Expr) -> Option<Reg> {
        match &e.kind {
            ExprKind::Name(name) if &**name != "__debug__" => self.local_operand(name, e.span),
            _ => None,
        }
    }

    /// The value in a new temporary on top.
    pub fn push(&mut self, e: &'a Expr) -> Res<Reg> {
        let dst = self.unit.temp();
        self.into(e, dst)?;
        Ok(dst)
    }

    /// Evaluates for the effects only.
    pub fn discard(&mut self, e: &'a Expr) -> Res {
        let mark = self.unit.mark();
        self.operand(e)?;
        self.unit.reset(mark);
        self.unit.flush();
        Ok(())
    }

    /// Computes `e` into `dst`, which is written last unless it is a temporary of the caller's.
    #[allow(clippy::wrong_self_convention)]
    pub fn into(&mut self, e: &'a Expr, dst: Reg) -> Res {
        let mark = self.unit.mark();
        deep(|| self.compute(e, dst))?;
        self.unit.reset(mark);
        Ok(())
    }

    fn compute(&mut self, e: &'a Expr, dst: Reg) -> Res {
        if let Some(value) = self.fold(e) {
            self.load_const(value, dst, e.span);
            return Ok(());
        }
        match &e.kind {
            ExprKind::Constant(constant) => {
                self.load_const(literal(constant), dst, e.span);
                Ok(())
            }
            ExprKind::Name(name) => {
                self.load_name(name, dst, e.span);
                Ok(())
            }
            ExprKind::BoolOp { op, values } => self.bool_op(*op, values, dst),
            ExprKind::NamedExpr { target, value } => self.named_expr(target, value, dst),
            ExprKind::BinOp { left, op, right } => self.bin_op(e, left, *op, right, dst),
            ExprKind::UnaryOp { op, operand } => self.unary_op(e, *op, operand, dst),
            ExprKind::Lambda { params, body } => self.lambda(e, params, body, dst),
            ExprKind::IfExp { test, body, orelse } => self.if_exp(test, body, orelse, dst),
            ExprKind::Dict { keys, values } => self.dict_display(e, keys, values, dst),
            ExprKind::Set(items) => self.set_display(e, items, dst),
            ExprKind::List(items) => self.list_display(e, items, dst),
            ExprKind::Tuple(items) => self.tuple_display(e, items, dst),
            ExprKind::ListComp { .. } | ExprKind::SetComp { .. } => self.comprehension(e, dst),
            ExprKind::DictComp { .. } | ExprKind::GeneratorExp { .. } => self.comprehension(e, dst),
            ExprKind::Await(value) => self.await_expr(e, value, dst),
            ExprKind::Yield(value) => self.yield_expr(e, value.as_deref(), dst),
            ExprKind::YieldFrom(value) => self.yield_from(e, value, dst),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.compare(e, left, ops, comparators, dst),
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(e, func, args, keywords, dst),
            ExprKind::JoinedStr(parts) => self.joined_str(e, parts, dst),
            ExprKind::Attribute { value, attr } => self.attribute(e, value, attr, dst),
            ExprKind::Subscript { value, slice } => self.subscript(e, value, slice, dst),
            ExprKind::Starred(_) => error("can't use starred expression here", e.span),
            ExprKind::Slice { lower, upper, step } => {
                self.slice(e, lower.as_deref(), upper.as_deref(), step.as_deref(), dst)
            }
        }
    }

    fn named_expr(&mut self, target: &'a Expr, value: &'a Expr, dst: Reg) -> Res {
        let ExprKind::Name(name) = &target.kind else {
            return error(
                "cannot use assignment expressions with this target",
                target.span,
            );
        };
        if let Some(local) = self.local_target(name)
            && local == dst
        {
            return self.into(value, dst);
        }
        let src = self.operand_in(value, dst, &[])?;
        self.store_name(name, src, target.span)?;
        if src != dst {
            self.emit(Op::Move { dst, src }, target.span);
        }
        Ok(())
    }

    fn if_exp(&mut self, test: &'a Expr, body: &'a Expr, orelse: &'a Expr, dst: Reg) -> Res {
        let (other, end) = (self.unit.label(), self.unit.label());
        self.jump_unless(test, other)?;
        self.into(body, dst)?;
        self.unit.jump_to(end);
        self.unit.bind(other);
        self.into(orelse, dst)?;
        self.unit.bind(end);
        Ok(())
    }

    fn bool_op(&mut self, op: BoolOp, values: &'a [Expr], dst: Reg) -> Res {
        let Some((last, first)) = values.split_last() else {
            return Ok(());
        };
        // A local must keep its old value until the whole is known.
        let into = if self.unit.is_temp(dst) {
            dst
        } else {
            self.unit.temp()
        };
        let end = self.unit.label();
        for value in first {
            self.bool_operand(op, value, into, end)?;
        }
        self.into(last, into)?;
        self.unit.bind(end);
        if into != dst {
            self.emit(Op::Take { dst, src: into }, last.span);
        }
        Ok(())
    }

    /// One operand that is not the last: go to `end` with its value when that decides.
    fn bool_operand(
        &mut self,
        op: BoolOp,
        value: &'a Expr,
        into: Reg,
        end: super::unit::Label,
    ) -> Res {
        if let Some(known) = self.known_truth(value) {
            if known == (op == BoolOp::Or) {
                self.into(value, into)?;
                self.unit.jump_to(end);
            }
            return Ok(());
        }
        self.into(value, into)?;
        let jump = match op {
            BoolOp::And => Op::JumpIfFalse {
                cond: into,
                off: Off32(0),
            },
            BoolOp::Or => Op::JumpIfTrue {
                cond: into,
                off: Off32(0),
            },
        };
        self.unit.jump(jump, end, value.span);
        Ok(())
    }

    /// The span that CPython gives an attribute's instruction: only the name when it stands on
    /// another line than the beginning.
    pub fn attribute_span(&self, e: &Expr, attr: &Name) -> Span {
        if self.line(e.span.start) == self.line(attr.span.end) {
            e.span
        } else {
            Span::new(attr.span.start, e.span.end)
        }
    }

    fn attribute(&mut self, e: &'a Expr, value: &'a Expr, attr: &'a Name, dst: Reg) -> Res {
        let span = self.attribute_span(e, attr);
        let name = self.mangle(&attr.id);
        if self.is_super_call(value) {
            let base = self.unit.temps(3);
            if self.super_window(value, base)? {
                let site = self.unit.site(&name, "super");
                self.emit(Op::LoadSuperAttr { dst, base, site }, span);
                return Ok(());
            }
        }
        let obj = self.operand_in(value, dst, &[])?;
        let site = self.unit.site(&name, "attr");
        self.emit(Op::LoadAttr { dst, obj, site }, span);
        Ok(())
    }

    fn subscript(&mut self, e: &'a Expr, value: &'a Expr, slice: &'a Expr, dst: Reg) -> Res {
        self.warn_subscript(value, slice, e.span);
        let obj = self.operand_in(value, dst, &[slice])?;
        let key = self.operand(slice)?;
        self.emit(Op::GetItem { dst, obj, key }, e.span);
        Ok(())
    }

    fn slice(
        &mut self,
        e: &Expr,
        lower: Option<&'a Expr>,
        upper: Option<&'a Expr>,
        step: Option<&'a Expr>,
        dst: Reg,
    ) -> Res {
        let base = self.unit.mark();
        for part in [lower, upper, step] {
            let reg = self.unit.temp();
            match part {
                Some(part) => self.into(part, reg)?,
                None => self.emit(Op::LoadNone { dst: reg }, e.span),
            }
        }
        self.emit(
            Op::BuildSlice {
                dst,
                base: Reg(base),
            },
            e.span,
        );
        Ok(())
    }
}
