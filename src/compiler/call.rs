//! Calls: plain, of methods, through `super()`, with keywords, with `*` and `**`.

use apy_grammar::ast::*;

use super::display_expr::is_starred;
use super::{Compiler, Res, error};
use crate::bytecode::code::Const;
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;
use crate::scope::{Resolution, ScopeKind};

/// With more arguments the call is made from a list.
const WINDOW: usize = 512;

impl<'a> Compiler<'a> {
    pub fn call(
        &mut self,
        e: &Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        dst: Reg,
    ) -> Res {
        self.check_keywords(keywords)?;
        self.warn_call(func, e.span);
        let simple = is_simple(args, keywords);
        if let ExprKind::Attribute { value, attr } = &func.kind
            && simple
        {
            return self.call_method(e, func, value, attr, args, keywords, dst);
        }
        // The window may begin at `dst` when that is the topmost temporary.
        let base = self.window_base(dst);
        self.into(func, base)?;
        if simple {
            self.call_window(e.span, args, keywords, base, dst)
        } else {
            self.call_ex(e.span, args, keywords, base, dst)
        }
    }

    /// Where a call's window begins: `dst` itself when nothing lies above it.
    fn window_base(&mut self, dst: Reg) -> Reg {
        if self.unit.is_temp(dst) && dst.0 + 1 == self.unit.mark() {
            dst
        } else {
            self.unit.temp()
        }
    }

    /// The arguments behind the callee in `base`, and the call.
    fn call_window(
        &mut self,
        span: Span,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        base: Reg,
        dst: Reg,
    ) -> Res {
        let n = self.arguments(args, keywords, span)?;
        let op = if keywords.is_empty() {
            Op::Call { dst, base, n }
        } else {
            Op::CallKw { dst, base, n }
        };
        self.emit(op, span);
        Ok(())
    }

    /// Pushes the arguments, then the tuple of keyword names if there are any.
    fn arguments(&mut self, args: &'a [Expr], keywords: &'a [Keyword], span: Span) -> Res<U16> {
        for arg in args {
            self.push(arg)?;
        }
        for keyword in keywords {
            self.push(&keyword.value)?;
        }
        if !keywords.is_empty() {
            let names = keywords.iter().filter_map(|k| k.name.as_ref());
            let names = names.map(|name| Const::Str(Text::from(&**name))).collect();
            let reg = self.unit.temp();
            self.load_const(Const::Tuple(names), reg, span);
        }
        Ok(U16((args.len() + keywords.len()) as u16))
    }

    #[allow(clippy::too_many_arguments)]
    fn call_method(
        &mut self,
        e: &Expr,
        func: &'a Expr,
        value: &'a Expr,
        attr: &'a Name,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        dst: Reg,
    ) -> Res {
        let base = self.window_base(dst);
        self.unit.temp();
        let attr_span = self.attribute_span(func, attr);
        let name = self.mangle(&attr.id);
        let site = self.unit.site(&name, "method");
        if self.is_super_call(value) {
            let third = self.unit.temp();
            if self.super_window(value, base)? {
                self.emit(Op::LoadSuperMethod { base, site }, attr_span);
            }
            self.unit.reset(third.0);
        } else {
            let obj = self.operand_in(value, base, &[])?;
            self.emit(Op::LoadMethod { base, obj, site }, attr_span);
        }
        let n = self.arguments(args, keywords, e.span)?;
        let same_line = self.line(e.span.start) == self.line(attr.span.end);
        let span = if same_line {
            e.span
        } else {
            Span::new(attr.span.start, e.span.end)
        };
        let op = if keywords.is_empty() {
            Op::CallMethod { dst, base, n }
        } else {
            Op::CallMethodKw { dst, base, n }
        };
        self.emit(op, span);
        Ok(())
    }

    /// A call of the callee in `base` whose arguments are in a list and a dict.
    fn call_ex(
        &mut self,
        span: Span,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        base: Reg,
        dst: Reg,
    ) -> Res {
        let list = self.unit.temp();
        let kwargs = self.unit.temp();
        self.star_arguments(args, list, span)?;
        self.keyword_dict(keywords, kwargs, base, span)?;
        self.emit(Op::CallEx { dst, base }, span);
        Ok(())
    }

    /// The positional arguments of a `CallEx`; `f(*it)` passes `it` as it is.
    fn star_arguments(&mut self, args: &'a [Expr], list: Reg, span: Span) -> Res {
        if let [only] = args
            && let ExprKind::Starred(inner) = &only.kind
        {
            return self.into(inner, list);
        }
        self.list_pieces(args, list, span)
    }

    /// The keyword arguments of a `CallEx` in `dict`, left unbound when there are none.
    pub fn keyword_dict(
        &mut self,
        keywords: &'a [Keyword],
        dict: Reg,
        callee: Reg,
        span: Span,
    ) -> Res {
        if keywords.is_empty() {
            self.emit(Op::Clear { reg: dict }, span);
            return Ok(());
        }
        let mark = self.unit.mark();
        let first = keywords
            .iter()
            .take(WINDOW)
            .take_while(|k| k.name.is_some())
            .count();
        let base = Reg(mark);
        for keyword in &keywords[..first] {
            if let Some(name) = &keyword.name {
                let key = self.unit.temp();
                self.const_str(name, key, keyword.span);
                self.push(&keyword.value)?;
            }
        }
        self.emit(
            Op::BuildDict {
                dst: dict,
                base,
                n: U16(first as u16),
            },
            span,
        );
        self.unit.reset(mark);
        for keyword in &keywords[first..] {
            match &keyword.name {
                None => {
                    let src = self.operand(&keyword.value)?;
                    self.emit(Op::DictMerge { dict, src, callee }, span);
                }
                // A name after `**` is merged too, so that a repeated one is an error.
                Some(name) => {
                    let pair = self.unit.temps(2);
                    self.const_str(name, pair, keyword.span);
                    self.into(&keyword.value, Reg(pair.0 + 1))?;
                    self.emit(
                        Op::BuildDict {
                            dst: pair,
                            base: pair,
                            n: U16(1),
                        },
                        keyword.span,
                    );
                    self.emit(
                        Op::DictMerge {
                            dict,
                            src: pair,
                            callee,
                        },
                        span,
                    );
                }
            }
            self.unit.reset(mark);
        }
        Ok(())
    }

    /// The rest of a call or class statement whose callee and `before` more arguments are in the
    /// window from `base` on.
    #[allow(clippy::too_many_arguments)]
    pub fn call_with_rest(
        &mut self,
        span: Span,
        before: u16,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        extra: Option<&Ident>,
        base: Reg,
        dst: Reg,
    ) -> Res {
        self.check_keywords(keywords)?;
        if is_simple(args, keywords) {
            for arg in args {
                self.push(arg)?;
            }
            if let Some(name) = extra {
                let reg = self.unit.temp();
                self.load_name(name, reg, span);
            }
            let n = before
                + u16::from(extra.is_some())
                + self.arguments(&[], keywords, span)?.0
                + args.len() as u16;
            let n = U16(n);
            let op = if keywords.is_empty() {
                Op::Call { dst, base, n }
            } else {
                Op::CallKw { dst, base, n }
            };
            self.emit(op, span);
            return Ok(());
        }
        let list = Reg(base.0 + 1);
        self.emit(
            Op::BuildList {
                dst: list,
                base: list,
                n: U16(before),
            },
            span,
        );
        self.unit.reset(list.0 + 1);
        let kwargs = self.unit.temp();
        let mark = self.unit.mark();
        for arg in args {
            if let ExprKind::Starred(inner) = &arg.kind {
                let src = self.operand(inner)?;
                self.emit(Op::ListExtend { list, src }, span);
            } else {
                let src = self.operand(arg)?;
                self.emit(Op::ListAppend { list, src }, arg.span);
            }
            self.unit.reset(mark);
        }
        if let Some(name) = extra {
            self.with_temp(|this, src| {
                this.load_name(name, src, span);
                this.emit(Op::ListAppend { list, src }, span);
            });
        }
        self.keyword_dict(keywords, kwargs, base, span)?;
        self.emit(Op::CallEx { dst, base }, span);
        Ok(())
    }

    fn check_keywords(&self, keywords: &[Keyword]) -> Res {
        for (i, keyword) in keywords.iter().enumerate() {
            let Some(name) = &keyword.name else { continue };
            self.check_not_debug(name, keyword.span)?;
            let repeated = keywords[i + 1..]
                .iter()
                .find(|other| other.name.as_ref() == Some(name));
            if let Some(other) = repeated {
                return error(format!("keyword argument repeated: {name}"), other.span);
            }
        }
        Ok(())
    }

    /// `super()` or `super(a, b)` in a function, where the name can only be a global.
    pub fn is_super_call(&self, e: &Expr) -> bool {
        let ExprKind::Call {
            func,
            args,
            keywords,
        } = &e.kind
        else {
            return false;
        };
        let ExprKind::Name(name) = &func.kind else {
            return false;
        };
        if &**name != "super" || !keywords.is_empty() || args.iter().any(is_starred) {
            return false;
        }
        let inner = self.inner_scope();
        let global = inner
            .symbol("super")
            .is_some_and(|s| s.resolution == Resolution::GlobalImplicit);
        let module_free = self
            .tree
            .get(crate::scope::ScopeId::MODULE)
            .symbol("super")
            .is_none_or(|s| s.uses & !crate::scope::uses::USE == 0);
        if !global || !module_free {
            return false;
        }
        match args.len() {
            2 => true,
            0 => {
                let in_function =
                    matches!(self.scope().kind, ScopeKind::Function | ScopeKind::Lambda);
                in_function
                    && inner
                        .symbol("__class__")
                        .is_some_and(|s| s.resolution == Resolution::Free)
                    && self.unit.positional_params > 0
                    && inner.symbols.first().is_some_and(|s| !s.is_deleted())
            }
            _ => false,
        }
    }

    /// Fills the window of `LoadSuperAttr`: the name `super`, the class, the object.
    pub fn super_window(&mut self, call: &'a Expr, base: Reg) -> Res<bool> {
        let ExprKind::Call { func, args, .. } = &call.kind else {
            return Ok(false);
        };
        self.into(func, base)?;
        let (class, object) = (Reg(base.0 + 1), Reg(base.0 + 2));
        if let [first, second] = args.as_slice() {
            self.into(first, class)?;
            self.into(second, object)?;
            return Ok(true);
        }
        self.load_name(&"__class__".into(), class, call.span);
        if let Some(first) = self.scope().symbols.first().map(|s| s.name.clone()) {
            self.load_name(&first, object, call.span);
        }
        Ok(true)
    }
}

/// No `*`, no `**`, and few enough for a window.
fn is_simple(args: &[Expr], keywords: &[Keyword]) -> bool {
    args.len() + keywords.len() <= WINDOW
        && !args.iter().any(is_starred)
        && keywords.iter().all(|k| k.name.is_some())
}
