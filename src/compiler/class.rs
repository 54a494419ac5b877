//! Classes: the body's code, bases, keywords and decorators.

use std::sync::Arc;

use apy_grammar::ast::*;

use super::{Arity, Compiler, Res, annotation};
use crate::bytecode::code::{Code, CodeKind, Const};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;
use crate::scope::Part;

impl<'a> Compiler<'a> {
    pub fn class_def(&mut self, stmt: &'a Stmt, def: &'a ClassDef) -> Res {
        self.check_not_debug(&def.name.id, stmt.span)?;
        let mark = self.unit.mark();
        let decorators = self.window(&def.decorators)?;
        let first = def
            .decorators
            .first()
            .map_or(stmt.span.start, |d| d.span.start);
        let span = stmt.span;
        let class = self.unit.temp();
        if def.type_params.is_empty() {
            self.build_class(stmt, def, class, first, None)?;
        } else {
            self.generic_class(stmt, def, class, first)?;
        }
        self.apply_decorators(&def.decorators, decorators);
        let result = if def.decorators.is_empty() {
            class
        } else {
            decorators
        };
        self.take_name(&def.name.id, result, span)?;
        self.unit.reset(mark);
        Ok(())
    }

    /// Calls `__build_class__` in the window from `class` on. `generic` is the name of one more base.
    pub fn build_class(
        &mut self,
        stmt: &'a Stmt,
        def: &'a ClassDef,
        class: Reg,
        first: u32,
        generic: Option<&Ident>,
    ) -> Res {
        let mark = self.unit.mark();
        let code = self.class_code(stmt, def, first, generic.is_some())?;
        self.emit(Op::LoadBuildClass { dst: class }, stmt.span);
        let body = self.unit.temp();
        self.make_function(code, body, stmt.span);
        let name = self.unit.temp();
        self.const_str(&def.name.id, name, stmt.span);
        self.call_with_rest(
            stmt.span,
            2,
            &def.bases,
            &def.keywords,
            generic,
            class,
            class,
        )?;
        self.unit.reset(mark);
        Ok(())
    }

    fn class_code(
        &mut self,
        stmt: &'a Stmt,
        def: &'a ClassDef,
        first: u32,
        generic: bool,
    ) -> Res<Arc<Code>> {
        let id = self.scope_of(def, Part::Body, stmt.span)?;
        let needs_class = self.tree.get(id).needs_class_cell;
        let needs_dict = self.tree.get(id).needs_classdict;
        self.block(
            id,
            CodeKind::Class,
            &def.name.id,
            first,
            Arity::default(),
            &mut |this| {
                let here = Span::new(first, first);
                this.unit.here = here;
                this.class_prologue(generic, needs_dict, here)?;
                if annotation::has_annotations(&def.body) {
                    this.emit(Op::SetupAnnotations {}, here);
                }
                let body = this.store_docstring(&def.body)?;
                this.body(body)?;
                this.class_epilogue(needs_class, needs_dict, here)
            },
        )
    }

    fn class_prologue(&mut self, generic: bool, needs_dict: bool, here: Span) -> Res {
        let qualname = Const::Str(Text::from(&*self.unit.qualname));
        let first_line = Const::Int(i64::from(self.unit.first_line));
        let mark = self.unit.mark();
        let value = self.unit.temp();
        self.load_name(&"__name__".into(), value, here);
        self.store_raw("__module__", value, here);
        self.load_const(qualname, value, here);
        self.store_raw("__qualname__", value, here);
        self.load_const(first_line, value, here);
        self.store_raw("__firstlineno__", value, here);
        if generic {
            self.load_name(&".type_params".into(), value, here);
            self.store_raw("__type_params__", value, here);
        }
        if needs_dict && let Some(&cell) = self.unit.locals.get("__classdict__") {
            self.emit(Op::LoadLocals { dst: value }, here);
            self.emit(Op::StoreCell { cell, src: value }, here);
        }
        self.unit.reset(mark);
        self.unit.flush();
        Ok(())
    }

    fn class_epilogue(&mut self, needs_class: bool, needs_dict: bool, here: Span) -> Res {
        if !self.unit.reachable {
            return Ok(());
        }
        self.unit.flush();
        let attrs = self
            .unit
            .static_attributes
            .iter()
            .map(|a| Const::Str(Text::from(&**a)))
            .collect();
        let mark = self.unit.mark();
        let value = self.unit.temp();
        self.load_const(Const::Tuple(attrs), value, here);
        self.store_raw("__static_attributes__", value, here);
        if needs_dict && let Some(&cell) = self.unit.locals.get("__classdict__") {
            self.store_raw("__classdictcell__", cell, here);
        }
        if needs_class && let Some(&cell) = self.unit.locals.get("__class__") {
            self.store_raw("__classcell__", cell, here);
            self.emit(Op::Return { src: cell }, here);
        }
        self.unit.reset(mark);
        Ok(())
    }

    /// Stores into the class namespace, whatever the name may mean elsewhere.
    fn store_raw(&mut self, name: &str, src: Reg, span: Span) {
        let name = self.unit.name_id(&name.into());
        self.emit(Op::StoreName { name, src }, span);
    }
}
