//! `SyntaxWarning`s: code that is legal and hardly meant.

use apy_grammar::Warning;
use apy_grammar::ast::*;

use super::Compiler;

impl Compiler<'_> {
    fn warn(&mut self, message: String, span: Span) {
        // Bodies of `finally` are compiled more than once.
        let warning = Warning { message, span };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub fn warn_assert(&mut self, test: &Expr, span: Span) {
        if matches!(&test.kind, ExprKind::Tuple(items) if !items.is_empty()) {
            self.warn(
                "assertion is always true, perhaps remove parentheses?".into(),
                span,
            );
        }
    }

    /// `x is 1`
    pub fn warn_compare(&mut self, e: &Expr, left: &Expr, ops: &[CmpOp], rights: &[Expr]) {
        let mut left = left;
        for (op, right) in ops.iter().zip(rights) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let literal = literal_type(left).or_else(|| literal_type(right));
                if let Some(name) = literal {
                    let (word, instead) = if *op == CmpOp::Is {
                        ("is", "==")
                    } else {
                        ("is not", "!=")
                    };
                    self.warn(
                        format!("\"{word}\" with '{name}' literal. Did you mean \"{instead}\"?"),
                        e.span,
                    );
                    return;
                }
            }
            left = right;
        }
    }

    /// `(1, 2) (3)`
    pub fn warn_call(&mut self, func: &Expr, span: Span) {
        if let Some(name) = not_callable(func) {
            self.warn(
                format!("'{name}' object is not callable; perhaps you missed a comma?"),
                span,
            );
        }
    }

    /// `{1} [2]`, `[1] ['a']`
    pub fn warn_subscript(&mut self, value: &Expr, slice: &Expr, span: Span) {
        let not_subscriptable = match &value.kind {
            ExprKind::Constant(Constant::Str(_) | Constant::Bytes(_)) => None,
            ExprKind::Constant(_) => constant_type(value),
            ExprKind::Set(_) | ExprKind::SetComp { .. } => Some("set"),
            ExprKind::GeneratorExp { .. } => Some("generator"),
            ExprKind::Lambda { .. } => Some("function"),
            _ => None,
        };
        if let Some(name) = not_subscriptable {
            self.warn(
                format!("'{name}' object is not subscriptable; perhaps you missed a comma?"),
                span,
            );
            return;
        }
        let sequence = match &value.kind {
            ExprKind::List(_) | ExprKind::ListComp { .. } => "list",
            ExprKind::Tuple(_) => "tuple",
            ExprKind::JoinedStr(_) | ExprKind::Constant(Constant::Str(_)) => "str",
            ExprKind::Constant(Constant::Bytes(_)) => "bytes",
            _ => return,
        };
        if let Some(index) = wrong_index(slice) {
            let message = format!(
                "{sequence} indices must be integers or slices, not {index}; perhaps you missed a comma?"
            );
            self.warn(message, span);
        }
    }
}

fn constant_type(e: &Expr) -> Option<&'static str> {
    let ExprKind::Constant(constant) = &e.kind else {
        return None;
    };
    Some(match constant {
        Constant::None => "NoneType",
        Constant::True | Constant::False => "bool",
        Constant::Ellipsis => "ellipsis",
        Constant::Int(_) | Constant::BigInt(_) => "int",
        Constant::Float(_) => "float",
        Constant::Imaginary(_) => "complex",
        Constant::Str(_) => "str",
        Constant::Bytes(_) => "bytes",
    })
}

/// The type of a literal that has no identity to speak of.
fn literal_type(e: &Expr) -> Option<&'static str> {
    match &e.kind {
        ExprKind::Constant(
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis,
        ) => None,
        ExprKind::Constant(_) => constant_type(e),
        ExprKind::Tuple(items) if items.iter().all(literal_or_singleton) => Some("tuple"),
        ExprKind::UnaryOp {
            op: UnaryOp::Neg,
            operand,
        } => match constant_type(operand) {
            Some(name @ ("int" | "float" | "complex")) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

fn literal_or_singleton(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Constant(_)) || literal_type(e).is_some()
}

fn not_callable(e: &Expr) -> Option<&'static str> {
    match &e.kind {
        ExprKind::Constant(_) => constant_type(e),
        ExprKind::Tuple(_) => Some("tuple"),
        ExprKind::List(_) | ExprKind::ListComp { .. } => Some("list"),
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => Some("dict"),
        ExprKind::Set(_) | ExprKind::SetComp { .. } => Some("set"),
        ExprKind::GeneratorExp { .. } => Some("generator"),
        ExprKind::JoinedStr(_) => Some("str"),
        _ => None,
    }
}

/// The type of an index that no sequence takes.
fn wrong_index(e: &Expr) -> Option<&'static str> {
    match &e.kind {
        ExprKind::Constant(
            Constant::Int(_) | Constant::BigInt(_) | Constant::True | Constant::False,
        ) => None,
        ExprKind::Constant(_) => constant_type(e),
        ExprKind::Tuple(_) => Some("tuple"),
        ExprKind::List(_) | ExprKind::ListComp { .. } => Some("list"),
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => Some("dict"),
        ExprKind::Set(_) | ExprKind::SetComp { .. } => Some("set"),
        ExprKind::GeneratorExp { .. } => Some("generator"),
        ExprKind::Lambda { .. } => Some("function"),
        ExprKind::JoinedStr(_) => Some("str"),
        _ => None,
    }
}
