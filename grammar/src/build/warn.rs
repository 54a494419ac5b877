//! What is legal but hardly meant: CPython's `SyntaxWarning`s that the shape of an expression
//! gives away.

use crate::ast::*;
use crate::build::{Builder, expr};

/// The name of the type that an expression surely has.
fn type_of(e: &Expr) -> Option<&'static str> {
    Some(match &e.kind {
        ExprKind::Tuple(_) => "tuple",
        ExprKind::List(_) | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set(_) | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::JoinedStr(_) => "str",
        ExprKind::Constant(value) => constant_type(value),
        ExprKind::UnaryOp {
            op: UnaryOp::Neg,
            operand,
        } => match &operand.kind {
            ExprKind::Constant(
                value @ (Constant::Int(_)
                | Constant::BigInt(_)
                | Constant::Float(_)
                | Constant::Imaginary(_)),
            ) => constant_type(value),
            _ => return None,
        },
        _ => return None,
    })
}

fn constant_type(value: &Constant) -> &'static str {
    match value {
        Constant::None => "NoneType",
        Constant::True | Constant::False => "bool",
        Constant::Ellipsis => "ellipsis",
        Constant::Int(_) | Constant::BigInt(_) => "int",
        Constant::Float(_) => "float",
        Constant::Imaginary(_) => "complex",
        Constant::Str(_) => "str",
        Constant::Bytes(_) => "bytes",
    }
}

/// Whether the compiler knows the value, tuples of such values included.
fn is_constant(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Constant(_) => true,
        ExprKind::Tuple(items) => items.iter().all(is_constant),
        ExprKind::UnaryOp { .. } => type_of(e).is_some(),
        _ => false,
    }
}

/// Whether `is` makes sense with `e`.
fn has_identity(e: &Expr) -> bool {
    !is_constant(e)
        || matches!(
            e.kind,
            ExprKind::Constant(
                Constant::None | Constant::True | Constant::False | Constant::Ellipsis
            )
        )
}

impl Builder<'_> {
    pub fn compare(&mut self, l: u32, left: Expr, rest: Vec<(CmpOp, Expr)>, r: u32) -> Expr {
        let mut before = &left;
        for (op, right) in &rest {
            let words = match op {
                CmpOp::Is => Some(("is", "==")),
                CmpOp::IsNot => Some(("is not", "!=")),
                _ => None,
            };
            let odd = [before, right].into_iter().find(|side| !has_identity(side));
            if let (Some((word, instead)), Some(typ)) = (words, odd.and_then(type_of)) {
                let message =
                    format!("\"{word}\" with '{typ}' literal. Did you mean \"{instead}\"?");
                self.warn_late(message, Span::new(l, r));
                break;
            }
            before = right;
        }
        let (ops, comparators) = rest.into_iter().unzip();
        expr(
            l,
            ExprKind::Compare {
                left: Box::new(left),
                ops,
                comparators,
            },
            r,
        )
    }

    pub fn warn_call(&mut self, func: &Expr) {
        if matches!(
            func.kind,
            ExprKind::Lambda { .. } | ExprKind::UnaryOp { .. }
        ) {
            return;
        }
        if let Some(typ) = type_of(func) {
            let message = format!("'{typ}' object is not callable; perhaps you missed a comma?");
            self.warn_late(message, func.span);
        }
    }

    pub fn subscript(&mut self, l: u32, value: Expr, slice: Expr, r: u32) -> Expr {
        let span = Span::new(l, r);
        match (type_of(&value), type_of(&slice)) {
            (Some("dict"), _) | (None, _) => {}
            (Some(typ @ ("str" | "bytes" | "tuple" | "list")), Some(index)) => {
                if !matches!(index, "int" | "bool") {
                    let message = format!(
                        "{typ} indices must be integers or slices, not {index}; \
                         perhaps you missed a comma?"
                    );
                    self.warn_late(message, span);
                }
            }
            (Some("str" | "bytes" | "tuple" | "list"), None) => {}
            (Some(typ), _) => {
                let message =
                    format!("'{typ}' object is not subscriptable; perhaps you missed a comma?");
                self.warn_late(message, span);
            }
        }
        expr(
            l,
            ExprKind::Subscript {
                value: Box::new(value),
                slice: Box::new(slice),
            },
            r,
        )
    }

    pub fn assert(&mut self, l: u32, test: Expr, msg: Option<Expr>, r: u32) -> StmtKind {
        if matches!(&test.kind, ExprKind::Tuple(items) if !items.is_empty()) {
            let message = "assertion is always true, perhaps remove parentheses?";
            self.warn_late(message, Span::new(l, r));
        }
        StmtKind::Assert {
            test: Box::new(test),
            msg: msg.map(Box::new),
        }
    }
}
