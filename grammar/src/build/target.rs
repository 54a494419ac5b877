//! Expressions that something is assigned to, or that are deleted.

use crate::ast::*;
use crate::build::{Builder, Built, Seq, expr, fail};

/// CPython's name for an expression that is no target.
pub fn describe(e: &Expr) -> &'static str {
    match &e.kind {
        ExprKind::Attribute { .. } => "attribute",
        ExprKind::Subscript { .. } => "subscript",
        ExprKind::Starred(_) => "starred",
        ExprKind::Name(_) => "name",
        ExprKind::List(_) => "list",
        ExprKind::Tuple(_) => "tuple",
        ExprKind::Lambda { .. } => "lambda",
        ExprKind::Call { .. } => "function call",
        ExprKind::BoolOp { .. } | ExprKind::BinOp { .. } | ExprKind::UnaryOp { .. } => "expression",
        ExprKind::GeneratorExp { .. } => "generator expression",
        ExprKind::Yield(_) | ExprKind::YieldFrom(_) => "yield expression",
        ExprKind::Await(_) => "await expression",
        ExprKind::ListComp { .. } => "list comprehension",
        ExprKind::SetComp { .. } => "set comprehension",
        ExprKind::DictComp { .. } => "dict comprehension",
        ExprKind::Dict { .. } => "dict literal",
        ExprKind::Set(_) => "set display",
        ExprKind::JoinedStr(_) => "f-string expression",
        ExprKind::Constant(Constant::None) => "None",
        ExprKind::Constant(Constant::True) => "True",
        ExprKind::Constant(Constant::False) => "False",
        ExprKind::Constant(Constant::Ellipsis) => "ellipsis",
        ExprKind::Constant(_) => "literal",
        ExprKind::Compare { .. } => "comparison",
        ExprKind::IfExp { .. } => "conditional expression",
        ExprKind::NamedExpr { .. } => "named expression",
        ExprKind::Slice { .. } => "slice",
    }
}

/// Whether `e` can be assigned to, `verb` and all it holds.
pub fn check_target(e: &Expr, verb: &str) -> Built<()> {
    match &e.kind {
        ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => Ok(()),
        ExprKind::Starred(inner) if verb != "delete" => check_target(inner, verb),
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            items.iter().try_for_each(|item| check_target(item, verb))
        }
        _ => fail(format!("cannot {verb} {}", describe(e)), e.span),
    }
}

impl Builder<'_> {
    /// The target of a loop.
    pub fn target(&mut self, l: u32, seq: Seq<Expr>, comma: bool, r: u32) -> Built<Expr> {
        let target = match seq.one_or_many(comma) {
            Ok(one) => one,
            Err(many) => expr(l, ExprKind::Tuple(many), r),
        };
        check_target(&target, "assign to")?;
        Ok(target)
    }

    pub fn with_item(&mut self, context: Expr, target: Expr) -> Built<WithItem> {
        check_target(&target, "assign to")?;
        Ok(WithItem {
            context,
            target: Some(Box::new(target)),
        })
    }

    /// `first = ... = last`.
    pub fn assign(&mut self, first: Expr, mut rest: Vec<Expr>) -> Built<StmtKind> {
        let Some(value) = rest.pop() else {
            return Ok(StmtKind::Expr(Box::new(first)));
        };
        let mut targets = Vec::with_capacity(rest.len() + 1);
        targets.push(first);
        targets.append(&mut rest);
        targets
            .iter()
            .try_for_each(|target| check_target(target, "assign to"))?;
        Ok(StmtKind::Assign {
            targets,
            value: Box::new(value),
        })
    }

    pub fn aug_assign(&mut self, target: Expr, op: BinOp, value: Expr) -> Built<StmtKind> {
        match target.kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                Ok(StmtKind::AugAssign {
                    target: Box::new(target),
                    op,
                    value: Box::new(value),
                })
            }
            _ => {
                let message = format!(
                    "'{}' is an illegal expression for augmented assignment",
                    describe(&target)
                );
                fail(message, target.span)
            }
        }
    }

    /// `start` differs from the target's own start where it stands in parentheses.
    pub fn ann_assign(
        &mut self,
        start: u32,
        target: Expr,
        annotation: Expr,
        value: Option<Expr>,
    ) -> Built<StmtKind> {
        let simple = match target.kind {
            ExprKind::Name(_) => start == target.span.start,
            ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => false,
            ExprKind::List(_) => {
                return fail(
                    "only single target (not list) can be annotated",
                    target.span,
                );
            }
            ExprKind::Tuple(_) => {
                return fail(
                    "only single target (not tuple) can be annotated",
                    target.span,
                );
            }
            _ => return fail("illegal target for annotation", target.span),
        };
        let value = value.map(Box::new);
        Ok(StmtKind::AnnAssign {
            target: Box::new(target),
            annotation: Box::new(annotation),
            value,
            simple,
        })
    }

    pub fn delete(&mut self, targets: Vec<Expr>) -> Built<StmtKind> {
        targets
            .iter()
            .try_for_each(|target| check_target(target, "delete"))?;
        Ok(StmtKind::Delete(targets))
    }
}
