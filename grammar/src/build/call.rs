//! Arguments and parameters: what may follow what.

use crate::ast::*;
use crate::build::{Builder, Built, expr, fail};

/// One argument of a call or class.
pub enum Arg {
    Positional(Expr),
    Generator(Expr, Vec<Comprehension>),
    Keyword(Keyword),
}

pub fn keyword(l: u32, name: Option<Ident>, value: Expr, r: u32) -> Keyword {
    Keyword {
        span: Span::new(l, r),
        name,
        value,
    }
}

/// Splits the arguments, which begin after `open`, into positional ones and keywords.
pub fn split_args(open: u32, items: Vec<Arg>, close: u32) -> Built<(Vec<Expr>, Vec<Keyword>)> {
    let alone = items.len() == 1;
    let mut args = Vec::with_capacity(items.len());
    let mut keywords: Vec<Keyword> = Vec::new();
    for item in items {
        match item {
            Arg::Positional(e) => {
                let starred = matches!(e.kind, ExprKind::Starred(_));
                let unpacked = keywords.iter().any(|keyword| keyword.name.is_none());
                match (starred, unpacked) {
                    (true, true) => {
                        return fail(
                            "iterable argument unpacking follows keyword argument unpacking",
                            e.span,
                        );
                    }
                    (false, true) => {
                        return fail(
                            "positional argument follows keyword argument unpacking",
                            e.span,
                        );
                    }
                    (false, false) if !keywords.is_empty() => {
                        return fail("positional argument follows keyword argument", e.span);
                    }
                    _ => args.push(e),
                }
            }
            Arg::Generator(elt, generators) if alone => {
                let kind = ExprKind::GeneratorExp {
                    elt: Box::new(elt),
                    generators,
                };
                args.push(expr(open, kind, close));
            }
            Arg::Generator(elt, _) => {
                return fail("Generator expression must be parenthesized", elt.span);
            }
            Arg::Keyword(keyword) => keywords.push(keyword),
        }
    }
    Ok((args, keywords))
}

impl Builder<'_> {
    /// `open` is where the bracket of the arguments stands.
    pub fn call(&mut self, l: u32, func: Expr, open: u32, items: Vec<Arg>, r: u32) -> Built<Expr> {
        let generator = matches!(items.as_slice(), [Arg::Generator(..)]);
        if generator
            && self
                .text(Span::new(open, r))
                .strip_suffix(')')
                .unwrap_or_default()
                .trim_end()
                .ends_with(',')
        {
            return fail(
                "Generator expression must be parenthesized",
                Span::new(open, r),
            );
        }
        self.warn_call(&func);
        let (args, keywords) = split_args(open, items, r)?;
        Ok(expr(
            l,
            ExprKind::Call {
                func: Box::new(func),
                args,
                keywords,
            },
            r,
        ))
    }
}

/// One parameter or marker, as written.
pub enum ParamItem {
    Plain(Param),
    Slash,
    Star,
    VarArg(Param),
    KwArg(Param),
}

impl ParamItem {
    pub fn plain(
        l: u32,
        name: Ident,
        annotation: Option<Expr>,
        r: u32,
        default: Option<Expr>,
    ) -> Self {
        ParamItem::Plain(param(l, name, annotation, r, default))
    }
}

pub fn param(
    l: u32,
    name: Ident,
    annotation: Option<Expr>,
    r: u32,
    default: Option<Expr>,
) -> Param {
    Param {
        span: Span::new(l, r),
        name,
        annotation: annotation.map(Box::new),
        default: default.map(Box::new),
    }
}

/// Sorts the parameters by kind.
pub fn params(items: Vec<ParamItem>) -> Built<Params> {
    let mut params = Params::default();
    let mut star = false;
    let here = Span::default();
    for item in items {
        if let Some(kwarg) = &params.kwarg {
            return fail("arguments cannot follow var-keyword argument", kwarg.span);
        }
        match item {
            ParamItem::Plain(param) if star => params.kwonly.push(param),
            ParamItem::Plain(param) => {
                let defaulted = params
                    .args
                    .last()
                    .or(params.posonly.last())
                    .is_some_and(|p| p.default.is_some());
                if defaulted && param.default.is_none() {
                    return fail(
                        "parameter without a default follows parameter with a default",
                        param.span,
                    );
                }
                params.args.push(param);
            }
            ParamItem::Slash if star => return fail("/ must be ahead of *", here),
            ParamItem::Slash if !params.posonly.is_empty() => {
                return fail("/ may appear only once", here);
            }
            ParamItem::Slash if params.args.is_empty() => {
                return fail("at least one argument must precede /", here);
            }
            ParamItem::Slash => params.posonly = std::mem::take(&mut params.args),
            ParamItem::Star | ParamItem::VarArg(_) if star => {
                return fail("* argument may appear only once", here);
            }
            ParamItem::Star => star = true,
            ParamItem::VarArg(param) => {
                star = true;
                params.vararg = Some(Box::new(param));
            }
            ParamItem::KwArg(param) => params.kwarg = Some(Box::new(param)),
        }
    }
    if star && params.vararg.is_none() && params.kwonly.is_empty() {
        return fail("named arguments must follow bare *", here);
    }
    Ok(params)
}
