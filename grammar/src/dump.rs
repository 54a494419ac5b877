//! The tree as text, in the manner of CPython's `ast.dump`.

use std::fmt::Write;

use crate::ast::*;

/// A node with its fields, a list, or a value without inside; `ast.dump` leaves out what is
/// empty, and so does this.
pub enum Dump {
    Node {
        name: &'static str,
        fields: Vec<(&'static str, Dump)>,
        span: Option<Span>,
    },
    List(Vec<Dump>),
    Text(String),
}

/// The whole tree, indented by one blank a level.
pub fn dump(module: &Module) -> String {
    let mut out = String::new();
    tree(module).write_indented(&mut out, 0);
    out
}

/// The tree as data, for other renderings.
pub fn tree(module: &Module) -> Dump {
    match module {
        Module::Program(body) => Node::new("Module").list("body", body, stmt).bare(),
        Module::Expression(body) => Node::new("Expression").one("body", expr(body)).bare(),
        Module::Interactive(body) => Node::new("Interactive").list("body", body, stmt).bare(),
    }
}

impl Dump {
    /// Short nodes stand on one line, as `ast.dump` has it.
    fn is_simple(&self) -> bool {
        match self {
            Dump::Text(_) => true,
            Dump::Node { fields, .. } => fields.is_empty(),
            Dump::List(items) => items.is_empty(),
        }
    }

    fn write_indented(&self, out: &mut String, level: usize) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.write_node(out, level));
    }

    fn write_node(&self, out: &mut String, level: usize) {
        let line = |out: &mut String, level: usize| {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', level));
        };
        match self {
            Dump::Text(text) => out.push_str(text),
            Dump::List(items) if items.is_empty() => out.push_str("[]"),
            Dump::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    line(out, level + 1);
                    item.write_indented(out, level + 1);
                }
                out.push(']');
            }
            Dump::Node { name, fields, .. } => {
                let short = fields.len() <= 3 && fields.iter().all(|(_, value)| value.is_simple());
                out.push_str(name);
                out.push('(');
                for (index, (field, value)) in fields.iter().enumerate() {
                    match (index, short) {
                        (0, true) => {}
                        (_, true) => out.push_str(", "),
                        (_, false) => {
                            out.push_str(if index == 0 { "" } else { "," });
                            line(out, level + 1);
                        }
                    }
                    out.push_str(field);
                    out.push('=');
                    value.write_indented(out, level + 1);
                }
                out.push(')');
            }
        }
    }
}

struct Node {
    name: &'static str,
    fields: Vec<(&'static str, Dump)>,
}

impl Node {
    fn new(name: &'static str) -> Self {
        Node {
            name,
            fields: Vec::new(),
        }
    }

    fn one(mut self, field: &'static str, value: Dump) -> Self {
        self.fields.push((field, value));
        self
    }

    fn maybe(self, field: &'static str, value: Option<Dump>) -> Self {
        match value {
            Some(value) => self.one(field, value),
            None => self,
        }
    }

    fn opt(self, field: &'static str, value: &Option<Box<Expr>>) -> Self {
        self.maybe(field, value.as_deref().map(expr))
    }

    fn name(self, field: &'static str, value: Option<&str>) -> Self {
        self.maybe(field, value.map(quoted))
    }

    fn list<T>(self, field: &'static str, items: &[T], each: impl Fn(&T) -> Dump) -> Self {
        if items.is_empty() {
            return self;
        }
        self.one(field, Dump::List(items.iter().map(each).collect()))
    }

    fn at(self, span: Span) -> Dump {
        Dump::Node {
            name: self.name,
            fields: self.fields,
            span: Some(span),
        }
    }

    fn bare(self) -> Dump {
        Dump::Node {
            name: self.name,
            fields: self.fields,
            span: None,
        }
    }
}

/// A name in quotes.
fn quoted(name: &str) -> Dump {
    Dump::Text(quote(name.as_bytes(), false))
}

/// Python's `ascii()` of a text in WTF-8, or the `repr` of bytes.
fn quote(bytes: &[u8], is_bytes: bool) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(if is_bytes { "b" } else { "" });
    out.push(quote);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let length = match byte {
            _ if is_bytes => 1,
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        let code = match length {
            1 => u32::from(byte),
            _ => {
                let tail = bytes.get(at + 1..at + length).unwrap_or(&[]);
                let head = u32::from(byte) & (0x7F >> length);
                tail.iter()
                    .fold(head, |code, b| code << 6 | u32::from(b & 0x3F))
            }
        };
        at += length;
        let _ = match code {
            0x5C => out.write_str("\\\\"),
            0x0A => out.write_str("\\n"),
            0x0D => out.write_str("\\r"),
            0x09 => out.write_str("\\t"),
            _ if code == quote as u32 => write!(out, "\\{quote}"),
            0x20..0x7F => out.write_char(char::from(code as u8)),
            0..0x100 => write!(out, "\\x{code:02x}"),
            0x100..0x1_0000 => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
    }
    out.push(quote);
    out
}

fn number(value: f64) -> String {
    if value.is_infinite() {
        "1e309".to_string()
    } else {
        format!("{value:?}")
    }
}

fn constant(value: &Constant) -> Dump {
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

fn binary_operator(op: BinOp) -> Dump {
    match op {
        BinOp::Mul => Dump::Text("Mult()".to_string()),
        BinOp::MatMul => Dump::Text("MatMult()".to_string()),
        _ => operator(op),
    }
}

fn comparison(op: &CmpOp) -> Dump {
    operator(op)
}

fn names(node: Node, names: &[Name]) -> Node {
    node.list("names", names, |name| quoted(&name.id))
}

fn stmt(s: &Stmt) -> Dump {
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

fn keyword(keyword: &Keyword) -> Dump {
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

fn params(params: &Params) -> Dump {
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
fn expr(e: &Expr) -> Dump {
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
