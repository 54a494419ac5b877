//! Statements. A compound statement ends where its last statement ends, not at the dedent.

use crate::ast::*;
use crate::build::{Arg, Builder, Built, expr, fail, split_args};

pub fn stmt(l: u32, kind: StmtKind, r: u32) -> Stmt {
    Stmt {
        span: Span::new(l, r),
        kind,
    }
}

/// The statements of a block, and where their last token stands: a `;` belongs to the block.
#[derive(Default)]
pub struct Body {
    pub stmts: Vec<Stmt>,
    pub end: u32,
}

impl Body {
    pub fn line(stmts: Vec<Stmt>, end: u32) -> Self {
        Body { stmts, end }
    }

    pub fn compound(s: Stmt) -> Self {
        let end = s.span.end;
        Body {
            stmts: vec![s],
            end,
        }
    }

    pub fn with_compound(mut self, s: Stmt) -> Self {
        self.end = s.span.end;
        self.stmts.push(s);
        self
    }

    pub fn with(mut self, mut more: Body) -> Self {
        self.end = more.end;
        self.stmts.append(&mut more.stmts);
        self
    }
}

pub fn type_alias(name: Expr, type_params: Option<Vec<TypeParam>>, value: Expr) -> StmtKind {
    StmtKind::TypeAlias {
        name: Box::new(name),
        type_params: type_params.unwrap_or_default(),
        value: Box::new(value),
    }
}

pub fn type_param(
    l: u32,
    name: Ident,
    kind: TypeParamKind,
    default: Option<Expr>,
    r: u32,
) -> TypeParam {
    TypeParam {
        span: Span::new(l, r),
        name,
        kind,
        default: default.map(Box::new),
    }
}

pub fn alias(l: u32, name: Ident, asname: Option<Ident>, r: u32) -> Alias {
    Alias {
        span: Span::new(l, r),
        name,
        asname,
    }
}

pub fn import_from(level: u32, module: Option<Ident>, names: Vec<Alias>) -> StmtKind {
    StmtKind::ImportFrom {
        module,
        names,
        level,
    }
}

pub struct ElifPart {
    pub start: u32,
    pub test: Expr,
    pub body: Body,
}

/// Folds the `elif`s from the last to the first.
pub fn if_stmt(l: u32, test: Expr, body: Body, elifs: Vec<ElifPart>, mut orelse: Body) -> Stmt {
    for part in elifs.into_iter().rev() {
        orelse = Body::compound(one_if(part.start, part.test, part.body, orelse));
    }
    one_if(l, test, body, orelse)
}

fn one_if(l: u32, test: Expr, body: Body, orelse: Body) -> Stmt {
    let end = body.end.max(orelse.end);
    let kind = StmtKind::If {
        test: Box::new(test),
        body: body.stmts,
        orelse: orelse.stmts,
    };
    stmt(l, kind, end)
}

pub fn while_stmt(l: u32, test: Expr, body: Body, orelse: Body) -> Stmt {
    let end = body.end.max(orelse.end);
    stmt(
        l,
        StmtKind::While {
            test: Box::new(test),
            body: body.stmts,
            orelse: orelse.stmts,
        },
        end,
    )
}

pub fn for_stmt(l: u32, target: Expr, iter: Expr, body: Body, orelse: Body) -> Stmt {
    let end = body.end.max(orelse.end);
    let (target, iter) = (Box::new(target), Box::new(iter));
    stmt(
        l,
        StmtKind::For {
            target,
            iter,
            body: body.stmts,
            orelse: orelse.stmts,
            is_async: false,
        },
        end,
    )
}

pub fn with_stmt(l: u32, items: Vec<WithItem>, body: Body) -> Stmt {
    let end = body.end;
    stmt(
        l,
        StmtKind::With {
            items,
            body: body.stmts,
            is_async: false,
        },
        end,
    )
}

/// `async` before a function, loop or with.
pub fn make_async(l: u32, mut s: Stmt) -> Stmt {
    s.span.start = l;
    match &mut s.kind {
        StmtKind::FunctionDef(def) => def.is_async = true,
        StmtKind::For { is_async, .. } | StmtKind::With { is_async, .. } => *is_async = true,
        _ => {}
    }
    s
}

pub fn decorate(decorators: Vec<Expr>, mut s: Stmt) -> Stmt {
    match &mut s.kind {
        StmtKind::FunctionDef(def) => def.decorators = decorators,
        StmtKind::ClassDef(def) => def.decorators = decorators,
        _ => {}
    }
    s
}

pub fn func_def(
    l: u32,
    name: Name,
    type_params: Option<Vec<TypeParam>>,
    params: Params,
    returns: Option<Expr>,
    body: Body,
) -> Stmt {
    let end = body.end;
    let def = FunctionDef {
        name,
        type_params: type_params.unwrap_or_default(),
        params,
        body: body.stmts,
        decorators: Vec::new(),
        returns: returns.map(Box::new),
        is_async: false,
    };
    stmt(l, StmtKind::FunctionDef(Box::new(def)), end)
}

pub struct Handler {
    star: bool,
    node: ExceptHandler,
}

pub fn handler(l: u32, star: bool, typ: Option<(Expr, Option<Ident>)>, body: Body) -> Handler {
    let (typ, name) = typ.map_or((None, None), |(typ, name)| (Some(Box::new(typ)), name));
    let span = Span::new(l, body.end);
    Handler {
        star,
        node: ExceptHandler {
            span,
            typ,
            name,
            body: body.stmts,
        },
    }
}

pub fn try_stmt(
    l: u32,
    body: Body,
    handlers: Vec<Handler>,
    orelse: Body,
    last: Option<Body>,
) -> Built<Stmt> {
    let is_star = handlers.first().is_some_and(|handler| handler.star);
    if let Some(odd) = handlers.iter().find(|handler| handler.star != is_star) {
        return fail(
            "cannot have both 'except' and 'except*' on the same 'try'",
            odd.node.span,
        );
    }
    if let Some(bare) = handlers
        .iter()
        .find(|handler| handler.star && handler.node.typ.is_none())
    {
        return fail("expected one or more exception types", bare.node.span);
    }
    let finalbody = last.unwrap_or_default();
    let handlers: Vec<ExceptHandler> = handlers.into_iter().map(|handler| handler.node).collect();
    let handled = handlers.last().map_or(0, |handler| handler.span.end);
    let end = body.end.max(handled).max(orelse.end).max(finalbody.end);
    Ok(stmt(
        l,
        StmtKind::Try {
            body: body.stmts,
            handlers,
            orelse: orelse.stmts,
            finalbody: finalbody.stmts,
            is_star,
        },
        end,
    ))
}

/// What stands in the parentheses that a `with` begins with and that its `:` follows.
pub enum WithGroup {
    /// And whether a comma ends them.
    Items(Vec<WithGroupItem>, bool),
    Yield(Expr),
}

pub enum WithGroupItem {
    Plain(Expr),
    /// Starred or `:=`: good in an expression only.
    Loose(Expr),
    As(Expr, Expr),
    Generator(Expr, Vec<Comprehension>),
}

impl Builder<'_> {
    pub fn import_star(&mut self, l: u32, r: u32) -> Vec<Alias> {
        vec![alias(l, Ident::from("*"), None, r)]
    }

    /// A dotted name; its parts may have blanks around the dots.
    pub fn dotted(&mut self, l: u32, r: u32) -> Ident {
        let text = self.text(Span::new(l, r));
        let plain = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
        if plain {
            return self.identifier(l, r);
        }
        let mut start = l as usize;
        let mut parts = Vec::new();
        for part in text.split('.') {
            // Blanks, joined lines and comments are no part of a name.
            let is_name = |c: char| c == '_' || c.is_alphanumeric() || !c.is_ascii();
            let from = part.find(is_name).unwrap_or(part.len());
            let len = part[from..]
                .find(|c| !is_name(c))
                .unwrap_or(part.len() - from);
            let at = (start + from) as u32;
            parts.push(self.identifier(at, at + len as u32));
            start += part.len() + 1;
        }
        Ident::from(parts.join("."))
    }

    /// Items in parentheses, or one expression that happens to be parenthesised.
    pub fn with_paren(
        &mut self,
        l: u32,
        open: u32,
        group: WithGroup,
        close: u32,
        body: Body,
    ) -> Built<Stmt> {
        let one = |context| {
            vec![WithItem {
                context,
                target: None,
            }]
        };
        let items = match group {
            WithGroup::Yield(e) => one(e),
            WithGroup::Items(items, comma) => {
                let any_as = items
                    .iter()
                    .any(|item| matches!(item, WithGroupItem::As(..)));
                let plain = items
                    .iter()
                    .all(|item| matches!(item, WithGroupItem::Plain(_) | WithGroupItem::As(..)));
                if plain && !items.is_empty() {
                    let mut result = Vec::with_capacity(items.len());
                    for item in items {
                        result.push(match item {
                            WithGroupItem::As(context, target) => {
                                self.with_item(context, target)?
                            }
                            WithGroupItem::Plain(context) => WithItem {
                                context,
                                target: None,
                            },
                            WithGroupItem::Loose(e) | WithGroupItem::Generator(e, _) => {
                                return fail("invalid syntax", e.span);
                            }
                        });
                    }
                    result
                } else if any_as {
                    return fail("invalid syntax", Span::new(open, close));
                } else {
                    one(group_expr(open, items, comma, close)?)
                }
            }
        };
        Ok(with_stmt(l, items, body))
    }

    pub fn class_def(
        &mut self,
        l: u32,
        name: Name,
        type_params: Option<Vec<TypeParam>>,
        args: Option<Vec<Arg>>,
        body: Body,
    ) -> Built<Stmt> {
        if let Some([Arg::Generator(elt, _)]) = args.as_deref() {
            return fail("invalid syntax", elt.span);
        }
        let (bases, keywords) = split_args(l, args.unwrap_or_default(), l)?;
        let end = body.end;
        let type_params = type_params.unwrap_or_default();
        let def = ClassDef {
            name,
            type_params,
            bases,
            keywords,
            body: body.stmts,
            decorators: Vec::new(),
        };
        Ok(stmt(l, StmtKind::ClassDef(Box::new(def)), end))
    }
}

/// A parenthesised expression out of what could have been items.
fn group_expr(open: u32, items: Vec<WithGroupItem>, comma: bool, close: u32) -> Built<Expr> {
    let alone = items.len() == 1 && !comma;
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        match item {
            WithGroupItem::Generator(elt, generators) if alone => {
                return super::generator(open, elt, generators, close);
            }
            WithGroupItem::Loose(e) if alone && matches!(e.kind, ExprKind::Starred(_)) => {
                return fail("cannot use starred expression here", e.span);
            }
            WithGroupItem::Plain(e) | WithGroupItem::Loose(e) if alone => return Ok(e),
            WithGroupItem::Plain(e) | WithGroupItem::Loose(e) => list.push(e),
            WithGroupItem::As(e, _) | WithGroupItem::Generator(e, _) => {
                return fail("invalid syntax", e.span);
            }
        }
    }
    Ok(expr(open, ExprKind::Tuple(list), close))
}
