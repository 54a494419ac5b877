//! The patterns of `case`.

use crate::ast::*;
use crate::build::{Body, Built, Seq, binary, fail};

fn pattern(l: u32, kind: PatternKind, r: u32) -> Pattern {
    Pattern {
        span: Span::new(l, r),
        kind,
    }
}

pub fn match_stmt(l: u32, subject: Expr, cases: Vec<MatchCase>) -> Stmt {
    let end = cases.last().map_or(l, |case| case.span.end);
    Stmt {
        span: Span::new(l, end),
        kind: StmtKind::Match {
            subject: Box::new(subject),
            cases,
        },
    }
}

pub fn match_case(l: u32, pattern: Pattern, guard: Option<Expr>, body: Body) -> MatchCase {
    let end = body.end;
    MatchCase {
        span: Span::new(l, end),
        pattern,
        guard: guard.map(Box::new),
        body: body.stmts,
    }
}

/// `case a, b:`: a sequence without brackets.
pub fn open_pattern(l: u32, seq: Seq<Pattern>, comma: bool, r: u32) -> Built<Pattern> {
    match seq.one_or_many(comma) {
        Ok(one) if matches!(one.kind, PatternKind::Star(_)) => fail("invalid syntax", one.span),
        Ok(one) => Ok(one),
        Err(many) => Ok(sequence_pattern(l, many, r)),
    }
}

pub fn group_pattern(l: u32, seq: Seq<Pattern>, comma: bool, r: u32) -> Built<Pattern> {
    open_pattern(l, seq, comma, r)
}

pub fn sequence_pattern(l: u32, items: Vec<Pattern>, r: u32) -> Pattern {
    pattern(l, PatternKind::Sequence(items), r)
}

/// `_` binds nothing.
fn capture(name: Ident) -> Option<Ident> {
    if &*name == "_" { None } else { Some(name) }
}

pub fn star_pattern(l: u32, name: Ident, r: u32) -> Pattern {
    pattern(l, PatternKind::Star(capture(name)), r)
}

pub fn capture_pattern(l: u32, name: Ident, r: u32) -> Pattern {
    pattern(
        l,
        PatternKind::As {
            pattern: None,
            name: capture(name),
        },
        r,
    )
}

pub fn as_pattern(l: u32, inner: Pattern, name: Ident, r: u32) -> Built<Pattern> {
    if &*name == "_" {
        return fail("cannot use '_' as a target", Span::new(r - 1, r));
    }
    Ok(pattern(
        l,
        PatternKind::As {
            pattern: Some(Box::new(inner)),
            name: Some(name),
        },
        r,
    ))
}

pub fn or_pattern(l: u32, first: Pattern, rest: Vec<Pattern>, r: u32) -> Pattern {
    let mut all = Vec::with_capacity(rest.len() + 1);
    all.push(first);
    all.extend(rest);
    pattern(l, PatternKind::Or(all), r)
}

/// A literal or dotted name.
pub fn value_pattern(l: u32, value: Expr, r: u32) -> Built<Pattern> {
    let kind = match value.kind {
        ExprKind::Constant(single @ (Constant::None | Constant::True | Constant::False)) => {
            PatternKind::Singleton(single)
        }
        ExprKind::JoinedStr(_) => {
            return fail(
                "patterns may only match literals and attribute lookups",
                value.span,
            );
        }
        _ => PatternKind::Value(Box::new(value)),
    };
    Ok(pattern(l, kind, r))
}

/// `1 + 2j`: a real number, then an imaginary one.
pub fn complex_pattern(l: u32, left: Expr, op: BinOp, right: Expr, r: u32) -> Built<Expr> {
    let real = match &left.kind {
        ExprKind::UnaryOp { operand, .. } => &operand.kind,
        kind => kind,
    };
    if matches!(real, ExprKind::Constant(Constant::Imaginary(_))) {
        return fail("real number required in complex literal", left.span);
    }
    if !matches!(right.kind, ExprKind::Constant(Constant::Imaginary(_))) {
        return fail("imaginary number required in complex literal", right.span);
    }
    Ok(binary(l, left, op, right, r))
}

pub enum MapItem {
    Pair(Expr, Pattern),
    Rest(Ident),
}

pub fn mapping_pattern(l: u32, items: Vec<MapItem>, r: u32) -> Built<Pattern> {
    let (mut keys, mut patterns, mut rest) = (Vec::new(), Vec::new(), None);
    for item in items {
        if rest.is_some() {
            return fail("invalid syntax", Span::new(l, r));
        }
        match item {
            MapItem::Pair(key, value) => {
                if matches!(key.kind, ExprKind::JoinedStr(_)) {
                    return fail(
                        "patterns may only match literals and attribute lookups",
                        key.span,
                    );
                }
                keys.push(key);
                patterns.push(value);
            }
            MapItem::Rest(name) if &*name == "_" => return fail("invalid syntax", Span::new(l, r)),
            MapItem::Rest(name) => rest = Some(name),
        }
    }
    Ok(pattern(
        l,
        PatternKind::Mapping {
            keys,
            patterns,
            rest,
        },
        r,
    ))
}

pub enum ClassArg {
    Positional(Pattern),
    Keyword(Name, Pattern),
}

pub fn class_pattern(l: u32, cls: Expr, args: Vec<ClassArg>, r: u32) -> Built<Pattern> {
    let (mut patterns, mut kwd_attrs, mut kwd_patterns) = (Vec::new(), Vec::new(), Vec::new());
    for arg in args {
        match arg {
            ClassArg::Positional(p) if !kwd_attrs.is_empty() => {
                return fail("positional patterns follow keyword patterns", p.span);
            }
            ClassArg::Positional(p) => patterns.push(p),
            ClassArg::Keyword(name, p) => {
                kwd_attrs.push(name);
                kwd_patterns.push(p);
            }
        }
    }
    Ok(pattern(
        l,
        PatternKind::Class {
            cls: Box::new(cls),
            patterns,
            kwd_attrs,
            kwd_patterns,
        },
        r,
    ))
}
