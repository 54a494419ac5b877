//! Functions and lambdas: defaults, annotations, bodies, decorators.

use std::sync::Arc;

use apy_grammar::ast::*;

use super::{Arity, Compiler, Res, error};
use crate::bytecode::code::{Code, CodeKind, Const, flags};
use crate::bytecode::op::{FunctionAttr, Op};
use crate::bytecode::operand::*;
use crate::scope::Part;

impl<'a> Compiler<'a> {
    pub fn function_def(&mut self, stmt: &'a Stmt, def: &'a FunctionDef) -> Res {
        self.check_not_debug(&def.name.id, stmt.span)?;
        let mark = self.unit.mark();
        let decorators = self.window(&def.decorators)?;
        let first = def
            .decorators
            .first()
            .map_or(stmt.span.start, |d| d.span.start);
        let span = stmt.span;
        let func = self.unit.temp();
        if def.type_params.is_empty() {
            self.plain_function(stmt, def, func, first, span)?;
        } else {
            self.generic_function(stmt, def, func, first, span)?;
        }
        self.apply_decorators(&def.decorators, decorators);
        let result = if def.decorators.is_empty() {
            func
        } else {
            decorators
        };
        self.take_name(&def.name.id, result, span)?;
        self.unit.reset(mark);
        Ok(())
    }

    /// Calls the decorators in the registers from `base` on, the last first.
    pub fn apply_decorators(&mut self, decorators: &'a [Expr], base: Reg) {
        for (i, decorator) in decorators.iter().enumerate().rev() {
            let reg = Reg(base.0 + i as u16);
            self.emit(
                Op::Call {
                    dst: reg,
                    base: reg,
                    n: U16(1),
                },
                decorator.span,
            );
        }
    }

    fn plain_function(
        &mut self,
        stmt: &'a Stmt,
        def: &'a FunctionDef,
        func: Reg,
        first: u32,
        span: Span,
    ) -> Res {
        let mark = self.unit.mark();
        let defaults = self.defaults(&def.params, span)?;
        let kwdefaults = self.kwdefaults(&def.params, span)?;
        let annotations = self.annotations(&def.params, def.returns.as_deref(), span)?;
        let code = self.function_code(stmt, def, first)?;
        self.make_function(code, func, span);
        self.function_attrs(func, defaults, kwdefaults, annotations, span);
        self.unit.reset(mark);
        Ok(())
    }

    pub fn function_attrs(
        &mut self,
        func: Reg,
        defaults: Option<Reg>,
        kwdefaults: Option<Reg>,
        annotations: Option<Reg>,
        span: Span,
    ) {
        let attrs = [
            (FunctionAttr::Annotations, annotations),
            (FunctionAttr::KwDefaults, kwdefaults),
            (FunctionAttr::Defaults, defaults),
        ];
        for (which, src) in attrs {
            if let Some(src) = src {
                self.emit(
                    Op::SetFunctionAttr {
                        func,
                        src,
                        which: which.number(),
                    },
                    span,
                );
            }
        }
    }

    /// The tuple of positional defaults.
    pub fn defaults(&mut self, params: &'a Params, span: Span) -> Res<Option<Reg>> {
        let values: Vec<&'a Expr> = params
            .posonly
            .iter()
            .chain(&params.args)
            .filter_map(|p| p.default.as_deref())
            .collect();
        if values.is_empty() {
            return Ok(None);
        }
        let dst = self.unit.temp();
        let constants: Option<Vec<Const>> = values.iter().map(|v| self.fold(v)).collect();
        if let Some(constants) = constants {
            self.load_const(Const::Tuple(constants), dst, span);
            return Ok(Some(dst));
        }
        let mark = self.unit.mark();
        for value in &values {
            self.push(value)?;
        }
        self.emit(
            Op::BuildTuple {
                dst,
                base: Reg(mark),
                n: U16(values.len() as u16),
            },
            span,
        );
        self.unit.reset(mark);
        Ok(Some(dst))
    }

    /// The dict of keyword-only defaults.
    pub fn kwdefaults(&mut self, params: &'a Params, span: Span) -> Res<Option<Reg>> {
        let with_default: Vec<&'a Param> = params
            .kwonly
            .iter()
            .filter(|p| p.default.is_some())
            .collect();
        if with_default.is_empty() {
            return Ok(None);
        }
        let dst = self.unit.temp();
        let mark = self.unit.mark();
        for param in &with_default {
            let key = self.unit.temp();
            let name = self.mangle(&param.name);
            self.const_str(&name, key, span);
            if let Some(value) = param.default.as_deref() {
                self.push(value)?;
            }
        }
        self.emit(
            Op::BuildDict {
                dst,
                base: Reg(mark),
                n: U16(with_default.len() as u16),
            },
            span,
        );
        self.unit.reset(mark);
        Ok(Some(dst))
    }

    /// The tuple `(name, annotation, ..)`.
    pub fn annotations(
        &mut self,
        params: &'a Params,
        returns: Option<&'a Expr>,
        span: Span,
    ) -> Res<Option<Reg>> {
        let plain = params.posonly.iter().chain(&params.args);
        let all = plain
            .chain(params.vararg.as_deref())
            .chain(&params.kwonly)
            .chain(params.kwarg.as_deref());
        let mut found: Vec<(Ident, &'a Expr)> = Vec::new();
        for param in all {
            if let Some(annotation) = param.annotation.as_deref() {
                found.push((self.mangle(&param.name), annotation));
            }
        }
        if let Some(returns) = returns {
            found.push(("return".into(), returns));
        }
        if found.is_empty() {
            return Ok(None);
        }
        let dst = self.unit.temp();
        let mark = self.unit.mark();
        for (name, annotation) in &found {
            let key = self.unit.temp();
            self.const_str(name, key, span);
            let value = self.unit.temp();
            self.annotation_value(annotation, value)?;
        }
        self.emit(
            Op::BuildTuple {
                dst,
                base: Reg(mark),
                n: U16(2 * found.len() as u16),
            },
            span,
        );
        self.unit.reset(mark);
        Ok(Some(dst))
    }

    pub fn function_code(
        &mut self,
        stmt: &'a Stmt,
        def: &'a FunctionDef,
        first: u32,
    ) -> Res<Arc<Code>> {
        let id = self.scope_of(def, Part::Body, stmt.span)?;
        let mut arity = self.arity(&def.params)?;
        let doc = self.docstring(&def.body);
        if doc.is_some() {
            arity.flags |= flags::HAS_DOCSTRING;
        }
        let has_doc_stmt = doc.is_some() || is_docstring(&def.body);
        self.block(
            id,
            CodeKind::Function,
            &def.name.id,
            first,
            arity,
            &mut |this| {
                this.unit.here = Span::new(stmt.span.start, stmt.span.start);
                if let Some(doc) = &doc {
                    this.unit.consts.push(Const::Str(doc.clone()));
                }
                let body = if has_doc_stmt {
                    def.body.get(1..).unwrap_or_default()
                } else {
                    &def.body
                };
                this.body(body)
            },
        )
    }

    pub fn arity(&self, params: &Params) -> Res<Arity> {
        for param in all_params(params) {
            self.check_not_debug(&param.name, param.span)?;
        }
        let count = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let total = all_params(params).count();
        if total > 60_000 {
            return error("too many parameters", Span::default());
        }
        let mut flags = 0;
        if params.vararg.is_some() {
            flags |= flags::VARARGS;
        }
        if params.kwarg.is_some() {
            flags |= flags::VARKEYWORDS;
        }
        Ok(Arity {
            posonly: count(params.posonly.len()),
            args: count(params.posonly.len() + params.args.len()),
            kwonly: count(params.kwonly.len()),
            flags,
        })
    }

    pub fn lambda(&mut self, e: &'a Expr, params: &'a Params, body: &'a Expr, dst: Reg) -> Res {
        let func = self.building(dst);
        let defaults = self.defaults(params, e.span)?;
        let kwdefaults = self.kwdefaults(params, e.span)?;
        let id = self.scope_of(e, Part::Body, e.span)?;
        let arity = self.arity(params)?;
        let code = self.block(
            id,
            CodeKind::Function,
            &"<lambda>".into(),
            e.span.start,
            arity,
            &mut |this| {
                this.unit.here = body.span;
                let result = this.operand(body)?;
                this.emit(Op::Return { src: result }, body.span);
                Ok(())
            },
        )?;
        self.make_function(code, func, e.span);
        self.function_attrs(func, defaults, kwdefaults, None, e.span);
        self.built(func, dst, e.span);
        Ok(())
    }
}

pub(super) fn all_params(params: &Params) -> impl Iterator<Item = &Param> {
    let plain = params
        .posonly
        .iter()
        .chain(&params.args)
        .chain(&params.kwonly);
    plain
        .chain(params.vararg.as_deref())
        .chain(params.kwarg.as_deref())
}

pub(super) fn is_docstring(body: &[Stmt]) -> bool {
    matches!(body.first(), Some(Stmt { kind: StmtKind::Expr(e), .. }) if matches!(e.kind, ExprKind::Constant(Constant::Str(_))))
}

impl Compiler<'_> {
    /// The docstring of a body, its indentation taken away.
    pub fn docstring(&self, body: &[Stmt]) -> Option<Text> {
        if self.options.optimize >= 2 {
            return None;
        }
        let StmtKind::Expr(e) = &body.first()?.kind else {
            return None;
        };
        match &e.kind {
            ExprKind::Constant(Constant::Str(text)) => Some(clean_doc(text)),
            _ => None,
        }
    }
}

/// Takes the indentation that all lines but the first have in common away, as CPython does.
fn clean_doc(text: &Text) -> Text {
    let expanded;
    let bytes: &[u8] = if text.0.contains(&b'\t') {
        expanded = expand_tabs(&text.0);
        &expanded
    } else {
        &text.0
    };
    let mut lines = bytes.split(|&b| b == b'\n');
    let first = lines.next().unwrap_or_default();
    let rest: Vec<&[u8]> = lines.collect();
    let indent_of = |line: &[u8]| line.iter().take_while(|&&b| b == b' ').count();
    let margin = rest
        .iter()
        .filter(|line| indent_of(line) < line.len())
        .map(|line| indent_of(line))
        .min();
    let margin = margin.unwrap_or(0);
    let mut out = first[indent_of(first)..].to_vec();
    for line in rest {
        out.push(b'\n');
        out.extend(&line[margin.min(indent_of(line))..]);
    }
    Text(out.into())
}

fn expand_tabs(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut column = 0;
    for &b in bytes {
        match b {
            b'\t' => {
                let n = 8 - column % 8;
                out.extend(std::iter::repeat_n(b' ', n));
                column += n;
            }
            b'\n' | b'\r' => {
                out.push(b);
                column = 0;
            }
            _ => {
                out.push(b);
                // Only the first byte of a character takes a column.
                column += usize::from(b & 0xc0 != 0x80);
            }
        }
    }
    out
}
