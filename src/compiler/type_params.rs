//! Type parameters (PEP 695 and 696): the scopes of generic functions, classes and aliases, whose
//! bounds, defaults and values are functions that run when they are asked for.

use std::sync::Arc;

use apy_grammar::ast::*;

use super::{Arity, Compiler, Res, error};
use crate::bytecode::code::{Code, CodeKind};
use crate::bytecode::op::{FunctionAttr, Intrinsic1, Intrinsic2, Op};
use crate::bytecode::operand::*;
use crate::scope::Part;

impl<'a> Compiler<'a> {
    /// The function is made in a scope that has the type parameters; its defaults are evaluated
    /// outside and passed in.
    pub fn generic_function(
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
        let n = u16::from(defaults.is_some()) + u16::from(kwdefaults.is_some());
        let id = self.scope_of(def, Part::TypeParams, span)?;
        let name = self.tree.get(id).name.clone();
        let arity = Arity {
            args: n,
            ..Arity::default()
        };
        let (has_defaults, has_kwdefaults) = (defaults.is_some(), kwdefaults.is_some());
        let code = self.block(id, CodeKind::Annotation, &name, first, arity, &mut |this| {
            this.unit.here = span;
            let params = this.unit.temp();
            this.type_params(&def.type_params, params, span)?;
            let func = this.unit.temp();
            let given = |this: &Self, name: &str| this.unit.locals.get(name).copied();
            let defaults = if has_defaults {
                given(this, ".defaults")
            } else {
                None
            };
            let kwdefaults = if has_kwdefaults {
                given(this, ".kwdefaults")
            } else {
                None
            };
            let annotations = this.annotations(&def.params, def.returns.as_deref(), span)?;
            let code = this.function_code(stmt, def, first)?;
            this.make_function(code, func, span);
            this.function_attrs(func, defaults, kwdefaults, annotations, span);
            let which = FunctionAttr::TypeParams.number();
            this.emit(
                Op::SetFunctionAttr {
                    func,
                    src: params,
                    which,
                },
                span,
            );
            this.emit(Op::Return { src: func }, span);
            Ok(())
        })?;
        // The arguments lie behind the callee already.
        self.make_function(code, func, span);
        self.emit(
            Op::Call {
                dst: func,
                base: func,
                n: U16(n),
            },
            span,
        );
        self.unit.reset(mark);
        Ok(())
    }

    pub fn generic_class(
        &mut self,
        stmt: &'a Stmt,
        def: &'a ClassDef,
        class: Reg,
        first: u32,
    ) -> Res {
        let span = stmt.span;
        let id = self.scope_of(def, Part::TypeParams, span)?;
        let name = self.tree.get(id).name.clone();
        let code = self.block(
            id,
            CodeKind::Annotation,
            &name,
            first,
            Arity::default(),
            &mut |this| {
                this.unit.here = span;
                let params = this.unit.temp();
                this.type_params(&def.type_params, params, span)?;
                this.store_name(&".type_params".into(), params, span)?;
                let which = Intrinsic1::SubscriptGeneric.number();
                this.emit(
                    Op::Intrinsic1 {
                        dst: params,
                        src: params,
                        which,
                    },
                    span,
                );
                this.take_name(&".generic_base".into(), params, span)?;
                this.unit.flush();
                let class = this.unit.temp();
                this.build_class(stmt, def, class, first, Some(&".generic_base".into()))?;
                this.emit(Op::Return { src: class }, span);
                Ok(())
            },
        )?;
        self.make_function(code, class, span);
        self.emit(
            Op::Call {
                dst: class,
                base: class,
                n: U16(0),
            },
            span,
        );
        Ok(())
    }

    pub fn type_alias(
        &mut self,
        stmt: &'a Stmt,
        name: &'a Expr,
        params: &'a [TypeParam],
        value: &'a Expr,
    ) -> Res {
        let ExprKind::Name(id) = &name.kind else {
            return error("invalid type alias", name.span);
        };
        let mark = self.unit.mark();
        let alias = self.unit.temp();
        if params.is_empty() {
            self.alias_value(stmt, id, None, value, alias)?;
        } else {
            let scope = self.scope_of(value, Part::TypeParams, stmt.span)?;
            let title = self.tree.get(scope).name.clone();
            let first = stmt.span.start;
            let code = self.block(
                scope,
                CodeKind::Annotation,
                &title,
                first,
                Arity::default(),
                &mut |this| {
                    this.unit.here = stmt.span;
                    let tuple = this.unit.temp();
                    this.type_params(params, tuple, stmt.span)?;
                    let alias = this.unit.temp();
                    this.alias_value(stmt, id, Some(tuple), value, alias)?;
                    this.emit(Op::Return { src: alias }, stmt.span);
                    Ok(())
                },
            )?;
            self.make_function(code, alias, stmt.span);
            self.emit(
                Op::Call {
                    dst: alias,
                    base: alias,
                    n: U16(0),
                },
                stmt.span,
            );
        }
        self.take_name(id, alias, name.span)?;
        self.unit.reset(mark);
        Ok(())
    }

    /// `R[dst] =` the alias of name `id`, with the type parameters in `params`.
    fn alias_value(
        &mut self,
        stmt: &Stmt,
        id: &Ident,
        params: Option<Reg>,
        value: &'a Expr,
        dst: Reg,
    ) -> Res {
        let span = stmt.span;
        let code = self.lazy_value(value, value, Part::Value, id)?;
        let base = self.unit.temps(3);
        self.const_str(id, base, span);
        let second = Reg(base.0 + 1);
        match params {
            Some(src) => self.emit(Op::Move { dst: second, src }, span),
            None => self.emit(Op::LoadNone { dst: second }, span),
        }
        self.make_function(code, Reg(base.0 + 2), span);
        self.emit(
            Op::BuildTuple {
                dst,
                base,
                n: U16(3),
            },
            span,
        );
        self.emit(
            Op::Intrinsic1 {
                dst,
                src: dst,
                which: Intrinsic1::TypeAlias.number(),
            },
            span,
        );
        Ok(())
    }

    /// A function without parameters that evaluates `value`.
    fn lazy_value<T>(
        &mut self,
        node: &T,
        value: &'a Expr,
        part: Part,
        name: &Ident,
    ) -> Res<Arc<Code>> {
        let id = self.scope_of(node, part, value.span)?;
        self.block(
            id,
            CodeKind::Annotation,
            name,
            value.span.start,
            Arity::default(),
            &mut |this| {
                this.unit.here = value.span;
                let result = this.unit.temp();
                match &value.kind {
                    // `*Ts: *default` unpacks into one value.
                    ExprKind::Starred(inner) => {
                        let src = this.operand(inner)?;
                        this.emit(
                            Op::UnpackSequence {
                                base: result,
                                src,
                                n: U16(1),
                            },
                            value.span,
                        );
                    }
                    _ => this.into(value, result)?,
                }
                this.emit(Op::Return { src: result }, value.span);
                Ok(())
            },
        )
    }

    /// Makes and stores the type parameters, and their tuple in `dst`.
    fn type_params(&mut self, params: &'a [TypeParam], dst: Reg, span: Span) -> Res {
        let base = self
            .unit
            .temps(u16::try_from(params.len()).unwrap_or(u16::MAX));
        let mark = self.unit.mark();
        let mut seen_default = false;
        for (i, param) in params.iter().enumerate() {
            let made = Reg(base.0 + i as u16);
            self.type_param(param, made)?;
            if let Some(default) = &param.default {
                seen_default = true;
                let code = self.lazy_value(param, default, Part::Default, &param.name)?;
                self.attach(code, made, Intrinsic2::SetTypeParamDefault, param.span);
            } else if seen_default {
                let name = &param.name;
                let message =
                    format!("non-default type parameter '{name}' follows default type parameter");
                return error(message, param.span);
            }
            self.store_name(&param.name, made, param.span)?;
            self.unit.reset(mark);
        }
        self.emit(
            Op::BuildTuple {
                dst,
                base,
                n: U16(params.len() as u16),
            },
            span,
        );
        self.unit.reset(base.0);
        Ok(())
    }

    fn type_param(&mut self, param: &'a TypeParam, dst: Reg) -> Res {
        self.const_str(&param.name, dst, param.span);
        let which = match &param.kind {
            TypeParamKind::TypeVar { bound: None } => Intrinsic1::TypeVar,
            TypeParamKind::TypeVarTuple => Intrinsic1::TypeVarTuple,
            TypeParamKind::ParamSpec => Intrinsic1::ParamSpec,
            TypeParamKind::TypeVar { bound: Some(bound) } => {
                let code = self.lazy_value(param, bound, Part::Bound, &param.name)?;
                let constrained = matches!(bound.kind, ExprKind::Tuple(_));
                let which = if constrained {
                    Intrinsic2::TypeVarWithConstraints
                } else {
                    Intrinsic2::TypeVarWithBound
                };
                self.attach(code, dst, which, param.span);
                return Ok(());
            }
        };
        self.emit(
            Op::Intrinsic1 {
                dst,
                src: dst,
                which: which.number(),
            },
            param.span,
        );
        Ok(())
    }

    /// `R[reg] = which(R[reg], function of code)`
    fn attach(&mut self, code: Arc<Code>, reg: Reg, which: Intrinsic2, span: Span) {
        let mark = self.unit.mark();
        let base = self.unit.temps(2);
        self.emit(
            Op::Take {
                dst: base,
                src: reg,
            },
            span,
        );
        self.make_function(code, Reg(base.0 + 1), span);
        self.emit(
            Op::Intrinsic2 {
                dst: reg,
                base,
                which: which.number(),
            },
            span,
        );
        self.unit.reset(mark);
        self.unit.flush();
    }
}
