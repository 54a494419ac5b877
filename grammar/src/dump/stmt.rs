//! Statements, parameters and patterns.

use super::expr::{binary_operator, constant, expr};
use super::{Dump, Node, quoted};
use crate::ast::*;

fn names(node: Node, names: &[Name]) -> Node {
    node.list("names", names, |name| quoted(&name.id))
}

pub fn stmt(s: &Stmt) -> Dump {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || stmt_node(s))
}

fn stmt_node(s: &Stmt) -> Dump {
    let node = match &s.kind {
        StmtKind::FunctionDef(def) => {
            let name = if def.is_async {
                "AsyncFunctionDef"
            } else {
                "FunctionDef"
            };
            Node::new(name)
                .one("name", quoted(&def.name.id))
                .one("args", params(&def.params))
                .list("body", &def.body, stmt)
                .list("decorator_list", &def.decorators, expr)
                .opt("returns", &def.returns)
                .list("type_params", &def.type_params, type_param)
        }
        StmtKind::ClassDef(def) => Node::new("ClassDef")
            .one("name", quoted(&def.name.id))
            .list("bases", &def.bases, expr)
            .list("keywords", &def.keywords, keyword)
            .list("body", &def.body, stmt)
            .list("decorator_list", &def.decorators, expr)
            .list("type_params", &def.type_params, type_param),
        StmtKind::Return(value) => Node::new("Return").opt("value", value),
        StmtKind::Delete(targets) => Node::new("Delete").list("targets", targets, expr),
        StmtKind::Assign { targets, value } => Node::new("Assign")
            .list("targets", targets, expr)
            .one("value", expr(value)),
        StmtKind::TypeAlias {
            name,
            type_params,
            value,
        } => Node::new("TypeAlias")
            .one("name", expr(name))
            .list("type_params", type_params, type_param)
            .one("value", expr(value)),
        StmtKind::AugAssign { target, op, value } => Node::new("AugAssign")
            .one("target", expr(target))
            .one("op", binary_operator(*op))
            .one("value", expr(value)),
        StmtKind::AnnAssign {
            target,
            annotation,
            value,
            simple,
        } => Node::new("AnnAssign")
            .one("target", expr(target))
            .one("annotation", expr(annotation))
            .opt("value", value)
            .one("simple", Dump::Text(u8::from(*simple).to_string())),
        StmtKind::For {
            target,
            iter,
            body,
            orelse,
            is_async,
        } => Node::new(if *is_async { "AsyncFor" } else { "For" })
            .one("target", expr(target))
            .one("iter", expr(iter))
            .list("body", body, stmt)
            .list("orelse", orelse, stmt),
        StmtKind::While { test, body, orelse } => Node::new("While")
            .one("test", expr(test))
            .list("body", body, stmt)
            .list("orelse", orelse, stmt),
        StmtKind::If { test, body, orelse } => Node::new("If")
            .one("test", expr(test))
            .list("body", body, stmt)
            .list("orelse", orelse, stmt),
        StmtKind::With {
            items,
            body,
            is_async,
        } => Node::new(if *is_async { "AsyncWith" } else { "With" })
            .list("items", items, with_item)
            .list("body", body, stmt),
        StmtKind::Match { subject, cases } => Node::new("Match")
            .one("subject", expr(subject))
            .list("cases", cases, match_case),
        StmtKind::Raise { exc, cause } => Node::new("Raise").opt("exc", exc).opt("cause", cause),
        StmtKind::Try {
            body,
            handlers,
            orelse,
            finalbody,
            is_star,
        } => Node::new(if *is_star { "TryStar" } else { "Try" })
            .list("body", body, stmt)
            .list("handlers", handlers, except_handler)
            .list("orelse", orelse, stmt)
            .list("finalbody", finalbody, stmt),
        StmtKind::Assert { test, msg } => {
            Node::new("Assert").one("test", expr(test)).opt("msg", msg)
        }
        StmtKind::Import(aliases) => Node::new("Import").list("names", aliases, alias),
        StmtKind::ImportFrom {
            module,
            names,
            level,
        } => Node::new("ImportFrom")
            .name("module", module.as_deref())
            .list("names", names, alias)
            .one("level", Dump::Text(level.to_string())),
        StmtKind::Global(list) => names(Node::new("Global"), list),
        StmtKind::Nonlocal(list) => names(Node::new("Nonlocal"), list),
        StmtKind::Expr(value) => Node::new("Expr").one("value", expr(value)),
        StmtKind::Pass => Node::new("Pass"),
        StmtKind::Break => Node::new("Break"),
        StmtKind::Continue => Node::new("Continue"),
    };
    node.at(s.span)
}

fn alias(alias: &Alias) -> Dump {
    Node::new("alias")
        .one("name", quoted(&alias.name))
        .name("asname", alias.asname.as_deref())
        .at(alias.span)
}

fn with_item(item: &WithItem) -> Dump {
    Node::new("withitem")
        .one("context_expr", expr(&item.context))
        .opt("optional_vars", &item.target)
        .bare()
}

fn except_handler(handler: &ExceptHandler) -> Dump {
    Node::new("ExceptHandler")
        .opt("type", &handler.typ)
        .name("name", handler.name.as_deref())
        .list("body", &handler.body, stmt)
        .at(handler.span)
}

pub fn keyword(keyword: &Keyword) -> Dump {
    Node::new("keyword")
        .name("arg", keyword.name.as_deref())
        .one("value", expr(&keyword.value))
        .at(keyword.span)
}

fn param(param: &Param) -> Dump {
    Node::new("arg")
        .one("arg", quoted(&param.name))
        .opt("annotation", &param.annotation)
        .at(param.span)
}

pub fn params(params: &Params) -> Dump {
    let plain: Vec<&Expr> = params
        .posonly
        .iter()
        .chain(&params.args)
        .filter_map(|param| param.default.as_deref())
        .collect();
    // A keyword-only parameter without default keeps its place in the list.
    let kw_default = |param: &Param| match &param.default {
        Some(value) => expr(value),
        None => Dump::Text("None".to_string()),
    };
    Node::new("arguments")
        .list("posonlyargs", &params.posonly, param)
        .list("args", &params.args, param)
        .maybe("vararg", params.vararg.as_deref().map(param))
        .list("kwonlyargs", &params.kwonly, param)
        .list("kw_defaults", &params.kwonly, kw_default)
        .maybe("kwarg", params.kwarg.as_deref().map(param))
        .list("defaults", &plain, |value| expr(value))
        .bare()
}

fn type_param(param: &TypeParam) -> Dump {
    let node = match &param.kind {
        TypeParamKind::TypeVar { bound } => Node::new("TypeVar")
            .one("name", quoted(&param.name))
            .opt("bound", bound),
        TypeParamKind::TypeVarTuple => Node::new("TypeVarTuple").one("name", quoted(&param.name)),
        TypeParamKind::ParamSpec => Node::new("ParamSpec").one("name", quoted(&param.name)),
    };
    node.opt("default_value", &param.default).at(param.span)
}

fn match_case(case: &MatchCase) -> Dump {
    Node::new("match_case")
        .one("pattern", pattern(&case.pattern))
        .opt("guard", &case.guard)
        .list("body", &case.body, stmt)
        .bare()
}

fn pattern(p: &Pattern) -> Dump {
    let node = match &p.kind {
        PatternKind::Value(value) => Node::new("MatchValue").one("value", expr(value)),
        PatternKind::Singleton(value) => Node::new("MatchSingleton").one("value", constant(value)),
        PatternKind::Sequence(items) => Node::new("MatchSequence").list("patterns", items, pattern),
        PatternKind::Mapping {
            keys,
            patterns,
            rest,
        } => Node::new("MatchMapping")
            .list("keys", keys, expr)
            .list("patterns", patterns, pattern)
            .name("rest", rest.as_deref()),
        PatternKind::Class {
            cls,
            patterns,
            kwd_attrs,
            kwd_patterns,
        } => Node::new("MatchClass")
            .one("cls", expr(cls))
            .list("patterns", patterns, pattern)
            .list("kwd_attrs", kwd_attrs, |name| quoted(&name.id))
            .list("kwd_patterns", kwd_patterns, pattern),
        PatternKind::Star(name) => Node::new("MatchStar").name("name", name.as_deref()),
        PatternKind::As {
            pattern: inner,
            name,
        } => Node::new("MatchAs")
            .maybe("pattern", inner.as_deref().map(pattern))
            .name("name", name.as_deref()),
        PatternKind::Or(items) => Node::new("MatchOr").list("patterns", items, pattern),
    };
    node.at(p.span)
}
