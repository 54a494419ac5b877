//! Annotated assignments, and annotations as values or strings.

use apy_grammar::ast::*;

use super::{Compiler, Res, unparse};
use crate::bytecode::code::Const;
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

/// True when some statement of the block itself is an annotated assignment.
pub(super) fn has_annotations(body: &[Stmt]) -> bool {
    super::expr::deep(|| body.iter().any(stmt_has_annotations))
}

fn stmt_has_annotations(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::AnnAssign { .. } => true,
        StmtKind::For { body, orelse, .. }
        | StmtKind::While { body, orelse, .. }
        | StmtKind::If { body, orelse, .. } => has_annotations(body) || has_annotations(orelse),
        StmtKind::With { body, .. } => has_annotations(body),
        StmtKind::Match { cases, .. } => cases.iter().any(|c| has_annotations(&c.body)),
        StmtKind::Try {
            body,
            handlers,
            orelse,
            finalbody,
            ..
        } => {
            has_annotations(body)
                || handlers.iter().any(|h| has_annotations(&h.body))
                || has_annotations(orelse)
                || has_annotations(finalbody)
        }
        _ => false,
    }
}

impl<'a> Compiler<'a> {
    pub fn ann_assign(
        &mut self,
        stmt: &Stmt,
        target: &'a Expr,
        annotation: &'a Expr,
        value: Option<&'a Expr>,
        simple: bool,
    ) -> Res {
        if let Some(value) = value {
            self.assign(std::slice::from_ref(target), value)?;
            self.unit.flush();
        }
        match &target.kind {
            ExprKind::Name(name) => {
                self.check_not_debug(name, stmt.span)?;
                if simple && self.has_namespace() {
                    return self.record_annotation(stmt, name, annotation);
                }
            }
            ExprKind::Attribute { value: obj, attr } => {
                self.check_not_debug(&attr.id, stmt.span)?;
                if value.is_none() {
                    self.discard(obj)?;
                }
            }
            ExprKind::Subscript { value: obj, slice } if value.is_none() => {
                self.discard(obj)?;
                self.discard(slice)?;
            }
            _ => {}
        }
        // Annotations of other targets are evaluated in module and class code, and forgotten.
        if !simple && self.has_namespace() && !self.tree.features.annotations {
            self.discard(annotation)?;
        }
        Ok(())
    }

    fn record_annotation(&mut self, stmt: &Stmt, name: &Ident, annotation: &'a Expr) -> Res {
        let mark = self.unit.mark();
        let src = self.unit.temp();
        self.annotation_value(annotation, src)?;
        let obj = self.unit.temp();
        self.load_name(&"__annotations__".into(), obj, stmt.span);
        let key = self.unit.temp();
        let name = self.mangle(name);
        self.const_str(&name, key, stmt.span);
        self.emit(Op::SetItem { obj, key, src }, stmt.span);
        self.unit.reset(mark);
        Ok(())
    }

    /// The annotation's value, or its text when annotations stay strings.
    pub fn annotation_value(&mut self, annotation: &'a Expr, dst: Reg) -> Res {
        if self.tree.features.annotations {
            let text = unparse::annotation(annotation);
            self.load_const(Const::Str(text), dst, annotation.span);
            return Ok(());
        }
        if let ExprKind::Starred(inner) = &annotation.kind {
            let src = self.operand(inner)?;
            self.emit(
                Op::UnpackSequence {
                    base: dst,
                    src,
                    n: U16(1),
                },
                annotation.span,
            );
            return Ok(());
        }
        self.into(annotation, dst)
    }
}
