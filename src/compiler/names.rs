//! Reading, writing and deleting names, wherever they live.

use apy_grammar::ast::{Ident, Span};

use super::{Compiler, Res, error};
use crate::bytecode::code::{Capture, CodeKind};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;
use crate::scope::{Resolution, ScopeKind};

/// Where a name lives, seen from the current point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Local(Reg),
    Cell(Reg),
    Free(u16),
    Global,
    /// The local namespace of a module, class or exec code, then as global.
    Namespace,
    /// The class namespace, then a free variable.
    NamespaceOrFree(u16),
    /// In an annotation scope that sees a class: its namespace first.
    ClassOrGlobal,
    ClassOrFree(u16),
}

impl Compiler<'_> {
    /// The name as the current scope spells it, and its place.
    pub fn place(&self, name: &Ident) -> (Ident, Place) {
        let name = self.mangle(name);
        let place = self.place_of(&name);
        (name, place)
    }

    fn place_of(&self, name: &Ident) -> Place {
        for &id in self.unit.comps.iter().rev() {
            let comp = self.tree.get(id);
            match comp.symbol(name).map(|s| s.resolution) {
                // What the block around knows, and names that the compiler itself asks for.
                Some(Resolution::Free) | None => continue,
                Some(Resolution::GlobalExplicit) => return Place::Global,
                Some(kind @ (Resolution::Local | Resolution::Cell)) => {
                    if let Some(&slot) = comp.hidden_slots.get(name) {
                        let reg = Reg(self.unit.hidden_base.saturating_add(slot as u16));
                        return if kind == Resolution::Local {
                            Place::Local(reg)
                        } else {
                            Place::Cell(reg)
                        };
                    }
                }
                Some(Resolution::GlobalImplicit) => {
                    let module = self.unit.scope_kind == ScopeKind::Module;
                    return if module {
                        Place::Namespace
                    } else {
                        Place::Global
                    };
                }
            }
        }
        self.place_in_unit(name, !self.unit.comps.is_empty())
    }

    fn place_in_unit(&self, name: &Ident, from_comp: bool) -> Place {
        let scope = self.scope();
        let function_like = scope.kind.is_function_like();
        let Some(symbol) = scope.symbol(name) else {
            return if function_like {
                Place::Global
            } else {
                Place::Namespace
            };
        };
        if from_comp && scope.kind == ScopeKind::Class && symbol.is_captured() {
            return self.free_index(name).map_or(Place::Global, Place::Free);
        }
        match symbol.resolution {
            Resolution::Local | Resolution::Cell if !function_like => Place::Namespace,
            Resolution::Local => self
                .unit
                .locals
                .get(name)
                .map_or(Place::Global, |&r| Place::Local(r)),
            Resolution::Cell => self
                .unit
                .locals
                .get(name)
                .map_or(Place::Global, |&r| Place::Cell(r)),
            Resolution::Free => match self.free_index(name) {
                None => Place::Global,
                Some(idx) if scope.kind == ScopeKind::Class => Place::NamespaceOrFree(idx),
                Some(idx) if scope.sees_class && &**name != "__classdict__" => {
                    Place::ClassOrFree(idx)
                }
                Some(idx) => Place::Free(idx),
            },
            Resolution::GlobalExplicit => Place::Global,
            Resolution::GlobalImplicit if scope.sees_class => Place::ClassOrGlobal,
            Resolution::GlobalImplicit if function_like => Place::Global,
            Resolution::GlobalImplicit => Place::Namespace,
        }
    }

    fn free_index(&self, name: &Ident) -> Option<u16> {
        self.unit
            .freevars
            .iter()
            .position(|n| n == name)
            .map(|i| i as u16)
    }

    /// Where the current unit has the cell that a function made here captures.
    pub fn capture(&self, name: &Ident) -> Capture {
        for &id in self.unit.comps.iter().rev() {
            let comp = self.tree.get(id);
            if comp
                .symbol(name)
                .is_some_and(|s| s.resolution == Resolution::Cell)
                && let Some(&slot) = comp.hidden_slots.get(name)
            {
                return Capture::Cell(Reg(self.unit.hidden_base.saturating_add(slot as u16)));
            }
        }
        match (self.unit.locals.get(name), self.free_index(name)) {
            (Some(&reg), _) if self.unit.cellvars.contains(&reg) => Capture::Cell(reg),
            (_, Some(idx)) => Capture::Free(idx),
            (Some(&reg), None) => Capture::Cell(reg),
            (None, None) => Capture::Free(0),
        }
    }

    /// The register of a local, checked to be bound; `None` for names that live elsewhere.
    pub fn local_operand(&mut self, name: &Ident, span: Span) -> Option<Reg> {
        let (_, Place::Local(reg)) = self.place(name) else {
            return None;
        };
        if !self.unit.state.bound.contains(usize::from(reg.0)) {
            self.emit(Op::CheckLocal { reg }, span);
            if self.unit.reachable {
                self.unit.state.bound.insert(usize::from(reg.0));
            }
        }
        Some(reg)
    }

    pub fn load_name(&mut self, name: &Ident, dst: Reg, span: Span) {
        let (name, place) = self.place(name);
        match place {
            Place::Local(_) => {
                if let Some(src) = self.local_operand_mangled(&name, span)
                    && src != dst
                {
                    self.emit(Op::Move { dst, src }, span);
                }
            }
            Place::Cell(cell) => self.emit(Op::LoadCell { dst, cell }, span),
            Place::Free(idx) => self.emit(Op::LoadFree { dst, idx: U16(idx) }, span),
            Place::Global => {
                let site = self.unit.site(&name, "global");
                self.emit(Op::LoadGlobal { dst, site }, span);
            }
            Place::Namespace => {
                let site = self.unit.site(&name, "name");
                self.emit(Op::LoadName { dst, site }, span);
            }
            Place::NamespaceOrFree(idx) => {
                self.with_temp(|this, ns| {
                    this.emit(Op::LoadLocals { dst: ns }, span);
                    this.emit(
                        Op::LoadFromDictOrFree {
                            dst,
                            ns,
                            idx: U16(idx),
                        },
                        span,
                    );
                });
            }
            Place::ClassOrFree(idx) => {
                self.with_temp(|this, ns| {
                    this.load_name(&"__classdict__".into(), ns, span);
                    this.emit(
                        Op::LoadFromDictOrFree {
                            dst,
                            ns,
                            idx: U16(idx),
                        },
                        span,
                    );
                });
            }
            Place::ClassOrGlobal => {
                let site = self.unit.site(&name, "dict");
                self.with_temp(|this, ns| {
                    this.load_name(&"__classdict__".into(), ns, span);
                    this.emit(Op::LoadFromDictOrGlobal { dst, ns, site }, span);
                });
            }
        }
    }

    /// As `local_operand` for a name that is mangled already.
    fn local_operand_mangled(&mut self, name: &Ident, span: Span) -> Option<Reg> {
        let Place::Local(reg) = self.place_of(name) else {
            return None;
        };
        if !self.unit.state.bound.contains(usize::from(reg.0)) {
            self.emit(Op::CheckLocal { reg }, span);
            if self.unit.reachable {
                self.unit.state.bound.insert(usize::from(reg.0));
            }
        }
        Some(reg)
    }

    /// Runs `write` with a temporary that lives no longer.
    pub fn with_temp<T>(&mut self, write: impl FnOnce(&mut Self, Reg) -> T) -> T {
        let mark = self.unit.mark();
        let temp = self.unit.temp();
        let result = write(self, temp);
        self.unit.reset(mark);
        result
    }

    /// The register to compute a value into that is then stored to `name`: the local's own.
    pub fn local_target(&self, name: &Ident) -> Option<Reg> {
        match self.place(name) {
            (_, Place::Local(reg)) => Some(reg),
            _ => None,
        }
    }

    /// `name = R[src]`, emptying a temporary source when that is cheap.
    pub fn take_name(&mut self, name: &Ident, src: Reg, span: Span) -> Res {
        if let Some(dst) = self.local_target(name)
            && self.unit.is_temp(src)
        {
            self.check_not_debug(name, span)?;
            self.emit(Op::Take { dst, src }, span);
            return Ok(());
        }
        self.store_name(name, src, span)
    }

    /// `name = R[src]`
    pub fn store_name(&mut self, name: &Ident, src: Reg, span: Span) -> Res {
        self.check_not_debug(name, span)?;
        let (name, place) = self.place(name);
        match place {
            Place::Local(dst) if dst == src => {}
            Place::Local(dst) => self.emit(Op::Move { dst, src }, span),
            Place::Cell(cell) => self.emit(Op::StoreCell { cell, src }, span),
            Place::Free(idx) | Place::NamespaceOrFree(idx) | Place::ClassOrFree(idx) => {
                self.emit(Op::StoreFree { idx: U16(idx), src }, span);
            }
            Place::Global | Place::ClassOrGlobal => {
                let name = self.unit.name_id(&name);
                self.emit(Op::StoreGlobal { name, src }, span);
            }
            Place::Namespace => {
                let name = self.unit.name_id(&name);
                self.emit(Op::StoreName { name, src }, span);
            }
        }
        Ok(())
    }

    pub fn delete_name(&mut self, name: &Ident, span: Span) -> Res {
        if &**name == "__debug__" {
            return error("cannot delete __debug__", span);
        }
        let (name, place) = self.place(name);
        match place {
            Place::Local(_) => {
                if let Some(reg) = self.local_operand_mangled(&name, span) {
                    self.emit(Op::Clear { reg }, span);
                }
            }
            Place::Cell(cell) => self.emit(Op::DelCell { cell }, span),
            Place::Free(idx) | Place::NamespaceOrFree(idx) | Place::ClassOrFree(idx) => {
                self.emit(Op::DelFree { idx: U16(idx) }, span);
            }
            Place::Global | Place::ClassOrGlobal => {
                let name = self.unit.name_id(&name);
                self.emit(Op::DelGlobal { name }, span);
            }
            Place::Namespace => {
                let name = self.unit.name_id(&name);
                self.emit(Op::DelName { name }, span);
            }
        }
        Ok(())
    }

    /// The end of `except ... as name`: `name = None; del name`.
    pub fn unbind_name(&mut self, name: &Ident, span: Span) -> Res {
        if let Some(reg) = self.local_target(name) {
            self.emit(Op::Clear { reg }, span);
            return Ok(());
        }
        self.with_temp(|this, none| {
            this.emit(Op::LoadNone { dst: none }, span);
            this.store_name(name, none, span)
        })?;
        self.delete_name(name, span)
    }

    pub fn check_not_debug(&self, name: &str, span: Span) -> Res {
        if name == "__debug__" {
            return error("cannot assign to __debug__", span);
        }
        Ok(())
    }

    /// Module and class code, whose names live in a namespace.
    pub fn has_namespace(&self) -> bool {
        matches!(
            self.unit.kind,
            CodeKind::Module | CodeKind::Eval | CodeKind::Class
        )
    }
}
