//! The first half of the pass: walks statements and notes what each block does with each name.

use std::collections::{HashMap, HashSet};

use apy_grammar::SyntaxError;
use apy_grammar::ast::*;

use super::future::Features;
use super::{Part, Resolution, Scope, ScopeId, ScopeKind, ScopeTree, Symbol, address, uses};

pub(super) type Walk = Result<(), SyntaxError>;

pub(super) struct Builder {
    pub tree: ScopeTree,
    pub stack: Vec<ScopeId>,
    pub private: Option<Ident>,
}

/// Walks `module`; the scopes that come out are not resolved yet.
pub(super) fn build(module: &Module, features: Features) -> Result<ScopeTree, SyntaxError> {
    let tree = ScopeTree {
        scopes: Vec::new(),
        by_node: HashMap::new(),
        features,
    };
    let mut builder = Builder {
        tree,
        stack: Vec::new(),
        private: None,
    };
    builder.enter(ScopeKind::Module, "top".into(), Span::default());
    match module {
        Module::Program(body) | Module::Interactive(body) => builder.body(body)?,
        Module::Expression(expr) => builder.expr(expr)?,
    }
    Ok(builder.tree)
}

impl Builder {
    pub fn current(&mut self) -> &mut Scope {
        let id = self.stack.last().copied().unwrap_or(ScopeId::MODULE);
        &mut self.tree.scopes[id.index()]
    }

    /// Opens a block inside the current one.
    pub fn enter(&mut self, kind: ScopeKind, name: Ident, span: Span) -> ScopeId {
        let id = ScopeId(self.tree.scopes.len() as u32);
        let parent = self.stack.last().copied();
        let nested = parent.is_some_and(|p| {
            let outer = self.tree.get(p);
            outer.nested || outer.kind.is_function_like()
        });
        if let Some(parent) = parent
            && kind != ScopeKind::Annotation
        {
            self.tree.scopes[parent.index()].children.push(id);
        }
        self.tree.scopes.push(Scope {
            kind,
            name,
            span,
            parent,
            children: Vec::new(),
            symbols: Vec::new(),
            by_name: HashMap::new(),
            nested,
            is_async_def: false,
            generator: false,
            coroutine: false,
            inlined: false,
            sees_class: false,
            needs_class_cell: false,
            needs_classdict: false,
            has_walrus: false,
            deleted: HashSet::new(),
            private: self.private.clone(),
            mangled_only: None,
            hidden: Vec::new(),
            hidden_slots: HashMap::new(),
            what: "",
            in_comp_target: false,
            in_comp_iter: 0,
            directives: Vec::new(),
        });
        self.stack.push(id);
        id
    }

    pub fn enter_for<T>(
        &mut self,
        node: &T,
        part: Part,
        kind: ScopeKind,
        name: Ident,
        span: Span,
    ) -> ScopeId {
        let id = self.enter(kind, name, span);
        self.tree.by_node.insert((address(node), part), id);
        id
    }

    pub fn leave(&mut self) {
        self.stack.pop();
    }

    /// Notes that the current block does `flag` with `name`.
    pub fn add(&mut self, name: &Ident, flag: u16, span: Span) -> Walk {
        let id = self.stack.last().copied().unwrap_or(ScopeId::MODULE);
        self.add_in(id, name, flag, span)
    }

    pub fn add_in(&mut self, id: ScopeId, name: &Ident, mut flag: u16, span: Span) -> Walk {
        let scope = &mut self.tree.scopes[id.index()];
        let name = scope.mangle(name);
        let before = scope.uses(&name);
        if flag & uses::PARAM != 0 && before & uses::PARAM != 0 {
            return Err(SyntaxError::new(
                format!("duplicate argument '{name}' in function definition"),
                span,
            ));
        }
        if flag & uses::TYPE_PARAM != 0 && before & uses::TYPE_PARAM != 0 {
            return Err(SyntaxError::new(
                format!("duplicate type parameter '{name}'"),
                span,
            ));
        }
        if scope.in_comp_target {
            if before & (uses::GLOBAL | uses::NONLOCAL) != 0 {
                let message = format!(
                    "comprehension inner loop cannot rebind assignment expression target '{name}'"
                );
                return Err(SyntaxError::new(message, span));
            }
            flag |= uses::COMP_TARGET;
        }
        set_flag(scope, &name, flag);
        // What a function declares global is explicitly global in the module, too.
        if flag & uses::GLOBAL != 0 && id != ScopeId::MODULE {
            set_flag(&mut self.tree.scopes[0], &name, flag);
        }
        Ok(())
    }

    pub fn body(&mut self, body: &[Stmt]) -> Walk {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Walk {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.stmt_inner(stmt))
    }

    fn stmt_inner(&mut self, stmt: &Stmt) -> Walk {
        match &stmt.kind {
            StmtKind::FunctionDef(def) => self.function_def(stmt, def),
            StmtKind::ClassDef(def) => self.class_def(stmt, def),
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => self.type_alias(stmt, name, type_params, value),
            StmtKind::Return(value) => self.optional(value.as_deref()),
            StmtKind::Delete(targets) => targets.iter().try_for_each(|t| {
                self.target(t, true)?;
                match &t.kind {
                    ExprKind::Name(name) => self.add(name, uses::DELETED, t.span),
                    _ => Ok(()),
                }
            }),
            StmtKind::Assign { targets, value } => {
                targets.iter().try_for_each(|t| self.target(t, false))?;
                self.expr(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.target(target, false)?;
                self.expr(value)
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.ann_assign(stmt, target, annotation, value.as_deref(), *simple),
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
                is_async,
            } => {
                self.current().coroutine |= is_async;
                self.target(target, false)?;
                self.expr(iter)?;
                self.body(body)?;
                self.body(orelse)
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.body(body)?;
                self.body(orelse)
            }
            StmtKind::With {
                items,
                body,
                is_async,
            } => {
                self.current().coroutine |= is_async;
                for item in items {
                    self.expr(&item.context)?;
                    if let Some(target) = &item.target {
                        self.target(target, false)?;
                    }
                }
                self.body(body)
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                for case in cases {
                    self.pattern(&case.pattern)?;
                    self.optional(case.guard.as_deref())?;
                    self.body(&case.body)?;
                }
                Ok(())
            }
            StmtKind::Raise { exc, cause } => {
                self.optional(exc.as_deref())?;
                self.optional(cause.as_deref())
            }
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
                ..
            } => {
                self.body(body)?;
                handlers.iter().try_for_each(|h| self.handler(h))?;
                self.body(orelse)?;
                self.body(finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.optional(msg.as_deref())
            }
            StmtKind::Import(names) => names.iter().try_for_each(|alias| self.import_alias(alias)),
            StmtKind::ImportFrom { names, .. } => {
                names.iter().try_for_each(|alias| self.import_alias(alias))
            }
            StmtKind::Global(names) => self.declare(stmt, names, uses::GLOBAL),
            StmtKind::Nonlocal(names) => self.declare(stmt, names, uses::NONLOCAL),
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn handler(&mut self, handler: &ExceptHandler) -> Walk {
        self.optional(handler.typ.as_deref())?;
        if let Some(name) = &handler.name {
            self.add(name, uses::LOCAL, handler.span)?;
            let scope = self.current();
            let name = scope.mangle(name);
            scope.deleted.insert(name);
        }
        self.body(&handler.body)
    }

    fn import_alias(&mut self, alias: &Alias) -> Walk {
        if &*alias.name == "*" {
            if self.current().kind != ScopeKind::Module {
                return Err(SyntaxError::new(
                    "import * only allowed at module level",
                    alias.span,
                ));
            }
            return Ok(());
        }
        let first = alias.name.split('.').next().unwrap_or_default();
        let bound = alias.asname.clone().unwrap_or_else(|| Ident::from(first));
        self.add(&bound, uses::IMPORT, alias.span)
    }

    fn function_def(&mut self, stmt: &Stmt, def: &FunctionDef) -> Walk {
        self.add(&def.name.id, uses::LOCAL, stmt.span)?;
        self.defaults(&def.params)?;
        def.decorators.iter().try_for_each(|d| self.expr(d))?;
        let generic = !def.type_params.is_empty();
        if generic {
            self.enter_type_params(def, &def.name.id, stmt.span)?;
            if has_defaults(&def.params) {
                self.add(&".defaults".into(), uses::PARAM, stmt.span)?;
            }
            if has_kwdefaults(&def.params) {
                self.add(&".kwdefaults".into(), uses::PARAM, stmt.span)?;
            }
            self.type_params(&def.type_params)?;
        }
        self.annotations(&def.params, def.returns.as_deref())?;
        self.enter_for(
            def,
            Part::Body,
            ScopeKind::Function,
            def.name.id.clone(),
            stmt.span,
        );
        self.current().is_async_def = def.is_async;
        self.current().coroutine = def.is_async;
        self.params(&def.params)?;
        self.body(&def.body)?;
        self.leave();
        if generic {
            self.leave();
        }
        Ok(())
    }

    fn class_def(&mut self, stmt: &Stmt, def: &ClassDef) -> Walk {
        self.add(&def.name.id, uses::LOCAL, stmt.span)?;
        def.decorators.iter().try_for_each(|d| self.expr(d))?;
        let generic = !def.type_params.is_empty();
        let outer = self.private.clone();
        if generic {
            self.enter_type_params(def, &def.name.id, stmt.span)?;
            let mangled: HashSet<Ident> = def.type_params.iter().map(|p| p.name.clone()).collect();
            let scope = self.current();
            scope.private = Some(def.name.id.clone());
            scope.mangled_only = Some(mangled);
            self.private = Some(def.name.id.clone());
            self.add(&".type_params".into(), uses::LOCAL | uses::USE, stmt.span)?;
            self.add(&".generic_base".into(), uses::LOCAL | uses::USE, stmt.span)?;
            self.type_params(&def.type_params)?;
        }
        def.bases.iter().try_for_each(|b| self.expr(b))?;
        def.keywords.iter().try_for_each(|k| self.expr(&k.value))?;
        self.private = Some(def.name.id.clone());
        self.enter_for(
            def,
            Part::Body,
            ScopeKind::Class,
            def.name.id.clone(),
            stmt.span,
        );
        if generic {
            self.add(&"__type_params__".into(), uses::LOCAL, stmt.span)?;
            self.add(&".type_params".into(), uses::USE, stmt.span)?;
        }
        self.body(&def.body)?;
        self.leave();
        if generic {
            self.leave();
        }
        self.private = outer;
        Ok(())
    }

    fn type_alias(
        &mut self,
        stmt: &Stmt,
        name: &Expr,
        type_params: &[TypeParam],
        value: &Expr,
    ) -> Walk {
        self.target(name, false)?;
        let id: Ident = match &name.kind {
            ExprKind::Name(id) => id.clone(),
            _ => "<unknown>".into(),
        };
        let in_class = self.current().kind == ScopeKind::Class;
        let generic = !type_params.is_empty();
        if generic {
            self.enter_type_params(value, &id, stmt.span)?;
            self.type_params(type_params)?;
        }
        self.enter_for(value, Part::Value, ScopeKind::TypeAlias, id, stmt.span);
        self.see_class(in_class, stmt.span)?;
        self.expr(value)?;
        self.leave();
        if generic {
            self.leave();
        }
        Ok(())
    }

    fn enter_type_params<T>(&mut self, node: &T, name: &str, span: Span) -> Walk {
        let in_class = self.current().kind == ScopeKind::Class;
        let title = Ident::from(format!("<generic parameters of {name}>"));
        self.enter_for(node, Part::TypeParams, ScopeKind::TypeParams, title, span);
        self.see_class(in_class, span)
    }

    /// Lets the current annotation scope look names up in the class around it.
    fn see_class(&mut self, in_class: bool, span: Span) -> Walk {
        if in_class {
            self.current().sees_class = true;
            self.add(&"__classdict__".into(), uses::USE, span)?;
        }
        Ok(())
    }

    fn type_params(&mut self, params: &[TypeParam]) -> Walk {
        for param in params {
            self.add(&param.name, uses::TYPE_PARAM | uses::LOCAL, param.span)?;
            if let TypeParamKind::TypeVar { bound: Some(bound) } = &param.kind {
                let what = if matches!(bound.kind, ExprKind::Tuple(_)) {
                    "a TypeVar constraint"
                } else {
                    "a TypeVar bound"
                };
                self.type_variable(param, Part::Bound, bound, what)?;
            }
            if let Some(default) = &param.default {
                let what = match param.kind {
                    TypeParamKind::TypeVar { .. } => "a TypeVar default",
                    TypeParamKind::TypeVarTuple => "a TypeVarTuple default",
                    TypeParamKind::ParamSpec => "a ParamSpec default",
                };
                self.type_variable(param, Part::Default, default, what)?;
            }
        }
        Ok(())
    }

    fn type_variable(
        &mut self,
        param: &TypeParam,
        part: Part,
        value: &Expr,
        what: &'static str,
    ) -> Walk {
        let in_class = self.current().sees_class;
        self.enter_for(
            param,
            part,
            ScopeKind::TypeVariable,
            param.name.clone(),
            value.span,
        );
        self.current().what = what;
        self.see_class(in_class, value.span)?;
        self.expr(value)?;
        self.leave();
        Ok(())
    }

    fn ann_assign(
        &mut self,
        stmt: &Stmt,
        target: &Expr,
        annotation: &Expr,
        value: Option<&Expr>,
        simple: bool,
    ) -> Walk {
        if let ExprKind::Name(name) = &target.kind {
            let is_module = self.current().kind == ScopeKind::Module;
            let before = self.seen(name);
            if simple && !is_module && before & (uses::GLOBAL | uses::NONLOCAL) != 0 {
                let what = if before & uses::GLOBAL != 0 {
                    "global"
                } else {
                    "nonlocal"
                };
                return Err(SyntaxError::new(
                    format!("annotated name '{name}' can't be {what}"),
                    stmt.span,
                ));
            }
            if simple {
                self.add(name, uses::ANNOTATED | uses::LOCAL, target.span)?;
            } else if value.is_some() {
                self.add(name, uses::LOCAL, target.span)?;
            }
        } else {
            self.target(target, false)?;
        }
        self.annotation(annotation)?;
        self.optional(value)
    }

    pub fn optional(&mut self, value: Option<&Expr>) -> Walk {
        value.map_or(Ok(()), |e| self.expr(e))
    }
}

fn set_flag(scope: &mut Scope, name: &Ident, flag: u16) {
    match scope.symbol_mut(name) {
        Some(symbol) => symbol.uses |= flag,
        None => {
            scope.by_name.insert(name.clone(), scope.symbols.len());
            scope.symbols.push(Symbol {
                name: name.clone(),
                uses: flag,
                resolution: Resolution::Local,
            });
        }
    }
}

pub(crate) fn has_defaults(params: &Params) -> bool {
    params
        .posonly
        .iter()
        .chain(&params.args)
        .any(|p| p.default.is_some())
}

pub(crate) fn has_kwdefaults(params: &Params) -> bool {
    params.kwonly.iter().any(|p| p.default.is_some())
}
