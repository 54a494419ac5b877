//! Expressions.

use crate::ast::*;
use crate::build::{Builder, Built, Seq, fail};
use crate::number;

pub fn expr(l: u32, kind: ExprKind, r: u32) -> Expr {
    Expr {
        span: Span::new(l, r),
        kind,
    }
}

pub fn constant(l: u32, value: Constant, r: u32) -> Expr {
    expr(l, ExprKind::Constant(value), r)
}

pub fn starred(l: u32, value: Expr, r: u32) -> Expr {
    expr(l, ExprKind::Starred(Box::new(value)), r)
}

pub fn named(l: u32, target: Expr, value: Expr, r: u32) -> Expr {
    expr(
        l,
        ExprKind::NamedExpr {
            target: Box::new(target),
            value: Box::new(value),
        },
        r,
    )
}

pub fn if_exp(l: u32, body: Expr, test: Expr, orelse: Expr, r: u32) -> Expr {
    expr(
        l,
        ExprKind::IfExp {
            test: Box::new(test),
            body: Box::new(body),
            orelse: Box::new(orelse),
        },
        r,
    )
}

pub fn lambda(l: u32, params: Params, body: Expr, r: u32) -> Expr {
    expr(
        l,
        ExprKind::Lambda {
            params: Box::new(params),
            body: Box::new(body),
        },
        r,
    )
}

pub fn bool_op(l: u32, op: BoolOp, first: Expr, rest: Vec<Expr>, r: u32) -> Expr {
    let mut values = Vec::with_capacity(rest.len() + 1);
    values.push(first);
    values.extend(rest);
    expr(l, ExprKind::BoolOp { op, values }, r)
}

pub fn unary(l: u32, op: UnaryOp, operand: Expr, r: u32) -> Expr {
    expr(
        l,
        ExprKind::UnaryOp {
            op,
            operand: Box::new(operand),
        },
        r,
    )
}

pub fn binary(l: u32, left: Expr, op: BinOp, right: Expr, r: u32) -> Expr {
    expr(
        l,
        ExprKind::BinOp {
            left: Box::new(left),
            op,
            right: Box::new(right),
        },
        r,
    )
}

pub fn attribute(l: u32, value: Expr, attr: Name, r: u32) -> Expr {
    expr(
        l,
        ExprKind::Attribute {
            value: Box::new(value),
            attr,
        },
        r,
    )
}

pub fn slice(l: u32, lower: Option<Expr>, upper: Option<Expr>, step: Option<Expr>, r: u32) -> Expr {
    let [lower, upper, step] = [lower, upper, step].map(|part| part.map(Box::new));
    expr(l, ExprKind::Slice { lower, upper, step }, r)
}

/// What stands between the brackets of a subscript: a lone starred item is a tuple too.
pub fn slices(l: u32, seq: Seq<Expr>, comma: bool, r: u32) -> Expr {
    match seq.one_or_many(comma) {
        Ok(one) if matches!(one.kind, ExprKind::Starred(_)) => {
            expr(l, ExprKind::Tuple(vec![one]), r)
        }
        Ok(one) => one,
        Err(many) => expr(l, ExprKind::Tuple(many), r),
    }
}

pub fn dict(l: u32, items: Vec<(Option<Expr>, Expr)>, r: u32) -> Expr {
    let (keys, values) = items.into_iter().unzip();
    expr(l, ExprKind::Dict { keys, values }, r)
}

fn element(elt: Expr) -> Built<Box<Expr>> {
    if matches!(elt.kind, ExprKind::Starred(_)) {
        return fail(
            "iterable unpacking cannot be used in comprehension",
            elt.span,
        );
    }
    Ok(Box::new(elt))
}

pub fn list_comp(l: u32, elt: Expr, generators: Vec<Comprehension>, r: u32) -> Built<Expr> {
    Ok(expr(
        l,
        ExprKind::ListComp {
            elt: element(elt)?,
            generators,
        },
        r,
    ))
}

pub fn set_comp(l: u32, elt: Expr, generators: Vec<Comprehension>, r: u32) -> Built<Expr> {
    Ok(expr(
        l,
        ExprKind::SetComp {
            elt: element(elt)?,
            generators,
        },
        r,
    ))
}

pub fn generator(l: u32, elt: Expr, generators: Vec<Comprehension>, r: u32) -> Built<Expr> {
    Ok(expr(
        l,
        ExprKind::GeneratorExp {
            elt: element(elt)?,
            generators,
        },
        r,
    ))
}

pub fn dict_comp(
    l: u32,
    item: (Option<Expr>, Expr),
    generators: Vec<Comprehension>,
    r: u32,
) -> Built<Expr> {
    let (key, value) = item;
    let Some(key) = key else {
        return fail(
            "dict unpacking cannot be used in dict comprehension",
            Span::new(l, r),
        );
    };
    Ok(expr(
        l,
        ExprKind::DictComp {
            key: Box::new(key),
            value: Box::new(value),
            generators,
        },
        r,
    ))
}

impl Builder<'_> {
    pub fn tuple_or(&mut self, l: u32, seq: Seq<Expr>, comma: bool, r: u32) -> Expr {
        match seq.one_or_many(comma) {
            Ok(one) => one,
            Err(many) => expr(l, ExprKind::Tuple(many), r),
        }
    }

    /// Like `tuple_or` where a lone starred item is not allowed.
    pub fn group(&mut self, l: u32, seq: Seq<Expr>, comma: bool, r: u32) -> Built<Expr> {
        match seq.one_or_many(comma) {
            Ok(one) if matches!(one.kind, ExprKind::Starred(_)) => {
                fail("cannot use starred expression here", one.span)
            }
            Ok(one) => Ok(one),
            Err(many) => Ok(expr(l, ExprKind::Tuple(many), r)),
        }
    }

    /// `<>` lexes as `!=` and is good only in a joke.
    pub fn not_equal(&mut self, l: u32) -> Built<CmpOp> {
        let span = Span::new(l, l + 2);
        if self.text(span) == "!=" {
            Ok(CmpOp::NotEq)
        } else {
            fail("invalid syntax", span)
        }
    }

    pub fn int(&mut self, l: u32, r: u32) -> Built<Expr> {
        let span = Span::new(l, r);
        match number::int_value(self.text(span), span) {
            Ok(value) => Ok(constant(l, value, r)),
            Err(error) => Err(lalrpop_util::ParseError::User { error }),
        }
    }

    pub fn float(&mut self, l: u32, r: u32) -> Expr {
        constant(
            l,
            Constant::Float(number::float_value(self.text(Span::new(l, r)))),
            r,
        )
    }

    pub fn imaginary(&mut self, l: u32, r: u32) -> Expr {
        constant(
            l,
            Constant::Imaginary(number::float_value(self.text(Span::new(l, r - 1)))),
            r,
        )
    }
}
