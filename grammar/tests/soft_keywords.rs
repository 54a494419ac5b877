//! `match`, `case`, `type`, `_` and the parenthesised `with`, as keywords and as plain names.

use apy_grammar::ast::{Expr, ExprKind, Module, Stmt, StmtKind};
use apy_grammar::{Mode, parse};

fn statements(source: &str) -> Vec<Stmt> {
    match parse(source, Mode::Program) {
        Ok(Module::Program(body)) => body,
        other => panic!("{source:?}: {other:?}"),
    }
}

fn first(source: &str) -> StmtKind {
    statements(source).remove(0).kind
}

#[test]
fn match_is_a_statement_when_a_block_of_cases_follows() {
    for source in [
        "match x:\n    case 1: pass",
        "match (x):\n    case 1:\n        pass",
        "match x, y:\n    case 1, 2: pass",
        "match *x, y:\n    case [*_, 2]: pass",
        "match -x:\n    case -1: pass",
        "match [x]:\n    case []: pass",
        "match {x: y}:\n    case {}: pass",
        "match lambda: x:\n    case _: pass",
        "match x[1:2]:\n    case _: pass",
        "match match:\n    case case: pass",
        "match not x:\n    case _ if _: pass",
        "match x:\n    # comment\n\n    case 1: pass\n    # comment\n    case 2: pass",
        "match x:\n    case type: pass",
        "match type:\n    case 1: pass",
        "match (yield):\n    case 1: pass",
        "match x := 1:\n    case 1: pass",
    ] {
        assert!(matches!(first(source), StmtKind::Match { .. }), "{source}");
    }
}

#[test]
fn match_is_a_name_elsewhere() {
    for source in [
        "match(x)",
        "match[x]",
        "match (x, y)",
        "match.x",
        "match -x",
        "match * x",
        "match, x",
        "match if x else y",
        "match and x",
        "match",
        "case(x)",
        "case, match",
        "case.x",
        "type(x)",
        "type",
        "type.x",
        "type[x]",
        "type * x",
        "_",
    ] {
        assert!(matches!(first(source), StmtKind::Expr(_)), "{source}");
    }
    for source in [
        "match = 1",
        "case = 1",
        "type = 1",
        "match.x = 1",
        "match[x] = 1",
        "type, x = y",
        "match, = x",
    ] {
        assert!(matches!(first(source), StmtKind::Assign { .. }), "{source}");
    }
    for source in [
        "match: int",
        "match: int = 1",
        "match[x]: int",
        "match(x).y: int",
        "case: int",
        "type: int = 1",
    ] {
        assert!(
            matches!(first(source), StmtKind::AnnAssign { .. }),
            "{source}"
        );
    }
    statements("def f(match, case, type, _): pass\nf(match=1, case=2, type=3)");
    statements("import match, case as type\nfrom type import match as case\nclass type: pass");
    statements("for match in case: type\nwith match as case: type\n[match for case in type]");
}

#[test]
fn cases_nest() {
    let source = "match x:\n    case 1:\n        match y:\n            case 2: pass\n        case = 3\n    case 4: pass\n";
    match first(source) {
        StmtKind::Match { cases, .. } => assert_eq!(cases.len(), 2),
        other => panic!("{other:?}"),
    }
}

#[test]
fn type_is_a_statement_before_a_name() {
    for source in [
        "type X = int",
        "type X[T] = list[T]",
        "type type = type",
        "type match = case",
        "type X[*Ts, **P, T: int = str] = y",
        "type _ = int",
    ] {
        assert!(
            matches!(first(source), StmtKind::TypeAlias { .. }),
            "{source}"
        );
    }
    statements("if x: type X = int");
    statements("x; type Y = x; type(z)");
}

fn items(source: &str) -> Vec<Expr> {
    match first(source) {
        StmtKind::With { items, .. } => items.into_iter().map(|item| item.context).collect(),
        other => panic!("{source:?}: {other:?}"),
    }
}

#[test]
fn parentheses_after_with() {
    for (source, count) in [
        ("with (a): pass", 1),
        ("with (a, b): pass", 2),
        ("with (a,): pass", 1),
        ("with (a as b): pass", 1),
        ("with (a as b, c as d,): pass", 2),
        ("with (a, b as c): pass", 2),
        ("with ((a, b) as c): pass", 1),
        ("with (a), (b): pass", 2),
        ("with (a) as b: pass", 1),
        ("with (a, b) as c: pass", 1),
        ("with (a).b: pass", 1),
        ("with (a)(b): pass", 1),
        ("with (a) if b else c: pass", 1),
        ("with (\n  a as b,\n  c,\n): pass", 2),
        ("with (lambda: x) as y: pass", 1),
        ("with (lambda x: y): pass", 1),
        ("async with (a as b, c): pass", 2),
    ] {
        assert_eq!(items(source).len(), count, "{source}");
    }
    assert!(matches!(items("with (): pass")[0].kind, ExprKind::Tuple(_)));
    assert!(matches!(
        items("with (*a, b): pass")[0].kind,
        ExprKind::Tuple(_)
    ));
    assert!(matches!(
        items("with (a := b): pass")[0].kind,
        ExprKind::NamedExpr { .. }
    ));
    assert!(matches!(
        items("with (a := b, c): pass")[0].kind,
        ExprKind::Tuple(_)
    ));
    assert!(matches!(
        items("with (x for x in y): pass")[0].kind,
        ExprKind::GeneratorExp { .. }
    ));
    assert!(matches!(
        items("with (yield): pass")[0].kind,
        ExprKind::Yield(_)
    ));
    assert!(matches!(
        items("with (yield a) as b: pass")[0].kind,
        ExprKind::Yield(_)
    ));
}
