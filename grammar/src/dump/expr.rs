//! Expressions.

use super::stmt::{keyword, params};
use super::{Dump, Node, quote, quoted};
use crate::ast::*;

fn number(value: f64) -> String {
    if value.is_infinite() {
        "1e309".to_string()
    } else {
        format!("{value:?}")
    }
}

pub fn constant(value: &Constant) -> Dump {
    Dump::Text(match value {
        Constant::None => "None".to_string(),
        Constant::True => "True".to_string(),
        Constant::False => "False".to_string(),
        Constant::Ellipsis => "Ellipsis".to_string(),
        Constant::Int(value) => value.to_string(),
        Constant::BigInt(value) => value.to_string(),
        Constant::Float(value) => number(*value),
        Constant::Imaginary(value) => format!("{}j", number(*value)),
        Constant::Str(text) => quote(&text.0, false),
        Constant::Bytes(bytes) => quote(bytes, true),
    })
}

fn operator(name: impl std::fmt::Debug) -> Dump {
    Dump::Text(format!("{name:?}()"))
}

fn unary_operator(op: UnaryOp) -> Dump {
    let name = match op {
        UnaryOp::Invert => "Invert()",
        UnaryOp::Not => "Not()",
        UnaryOp::Pos => "UAdd()",
        UnaryOp::Neg => "USub()",
    };
    Dump::Text(name.to_string())
}

pub fn binary_operator(op: BinOp) -> Dump {
    match op {
        BinOp::Mul => Dump::Text("Mult()".to_string()),
        BinOp::MatMul => Dump::Text("MatMult()".to_string()),
        _ => operator(op),
    }
}

fn comparison(op: &CmpOp) -> Dump {
    operator(op)
}

fn comprehension(c: &Comprehension) -> Dump {
    Node::new("comprehension")
        .one("target", expr(&c.target))
        .one("iter", expr(&c.iter))
        .list("ifs", &c.ifs, expr)
        .one("is_async", Dump::Text(u8::from(c.is_async).to_string()))
        .bare()
}

fn fstring_part(part: &FStringPart) -> Dump {
    match part {
        FStringPart::Literal { span, text } => Node::new("Constant")
            .one("value", Dump::Text(quote(&text.0, false)))
            .at(*span),
        FStringPart::Replacement {
            span,
            value,
            conversion,
            spec,
        } => {
            let conversion = conversion.map_or(-1, |c| c as i32);
            let spec = spec.as_ref().map(|parts| {
                Node::new("JoinedStr")
                    .list("values", parts, fstring_part)
                    .bare()
            });
            Node::new("FormattedValue")
                .one("value", expr(value))
                .one("conversion", Dump::Text(conversion.to_string()))
                .maybe("format_spec", spec)
                .at(*span)
        }
    }
}

/// Trees are deep where expressions or `elif`s chain.
pub fn expr(e: &Expr) -> Dump {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || expr_node(e))
}

fn expr_node(e: &Expr) -> Dump {
    let node = match &e.kind {
        ExprKind::BoolOp { op, values } => Node::new("BoolOp")
            .one("op", operator(op))
            .list("values", values, expr),
        ExprKind::NamedExpr { target, value } => Node::new("NamedExpr")
            .one("target", expr(target))
            .one("value", expr(value)),
        ExprKind::BinOp { left, op, right } => Node::new("BinOp")
            .one("left", expr(left))
            .one("op", binary_operator(*op))
            .one("right", expr(right)),
        ExprKind::UnaryOp { op, operand } => Node::new("UnaryOp")
            .one("op", unary_operator(*op))
            .one("operand", expr(operand)),
        ExprKind::Lambda { params: p, body } => Node::new("Lambda")
            .one("args", params(p))
            .one("body", expr(body)),
        ExprKind::IfExp { test, body, orelse } => Node::new("IfExp")
            .one("test", expr(test))
            .one("body", expr(body))
            .one("orelse", expr(orelse)),
        ExprKind::Dict { keys, values } => {
            let key = |key: &Option<Expr>| match key {
                Some(key) => expr(key),
                None => Dump::Text("None".to_string()),
            };
            Node::new("Dict")
                .list("keys", keys, key)
                .list("values", values, expr)
        }
        ExprKind::Set(items) => Node::new("Set").list("elts", items, expr),
        ExprKind::ListComp { elt, generators } => comp("ListComp", elt, generators),
        ExprKind::SetComp { elt, generators } => comp("SetComp", elt, generators),
        ExprKind::GeneratorExp { elt, generators } => comp("GeneratorExp", elt, generators),
        ExprKind::DictComp {
            key,
            value,
            generators,
        } => Node::new("DictComp")
            .one("key", expr(key))
            .one("value", expr(value))
            .list("generators", generators, comprehension),
        ExprKind::Await(value) => Node::new("Await").one("value", expr(value)),
        ExprKind::Yield(value) => Node::new("Yield").opt("value", value),
        ExprKind::YieldFrom(value) => Node::new("YieldFrom").one("value", expr(value)),
        ExprKind::Compare {
            left,
            ops,
            comparators,
        } => Node::new("Compare")
            .one("left", expr(left))
            .list("ops", ops, comparison)
            .list("comparators", comparators, expr),
        ExprKind::Call {
            func,
            args,
            keywords,
        } => Node::new("Call")
            .one("func", expr(func))
            .list("args", args, expr)
            .list("keywords", keywords, keyword),
        ExprKind::JoinedStr(parts) => Node::new("JoinedStr").list("values", parts, fstring_part),
        ExprKind::Constant(value) => Node::new("Constant").one("value", constant(value)),
        ExprKind::Attribute { value, attr } => Node::new("Attribute")
            .one("value", expr(value))
            .one("attr", quoted(&attr.id)),
        ExprKind::Subscript { value, slice } => Node::new("Subscript")
            .one("value", expr(value))
            .one("slice", expr(slice)),
        ExprKind::Starred(value) => Node::new("Starred").one("value", expr(value)),
        ExprKind::Name(id) => Node::new("Name").one("id", quoted(id)),
        ExprKind::List(items) => Node::new("List").list("elts", items, expr),
        ExprKind::Tuple(items) => Node::new("Tuple").list("elts", items, expr),
        ExprKind::Slice { lower, upper, step } => Node::new("Slice")
            .opt("lower", lower)
            .opt("upper", upper)
            .opt("step", step),
    };
    node.at(e.span)
}

fn comp(name: &'static str, elt: &Expr, generators: &[Comprehension]) -> Node {
    Node::new(name)
        .one("elt", expr(elt))
        .list("generators", generators, comprehension)
}
