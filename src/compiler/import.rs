//! `import` and `from ... import`.

use apy_grammar::ast::*;

use super::{Compiler, Res, error};
use crate::bytecode::code::Const;
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

impl<'a> Compiler<'a> {
    pub fn import(&mut self, stmt: &Stmt, names: &'a [Alias]) -> Res {
        for alias in names {
            let mark = self.unit.mark();
            let module = self.import_name(&alias.name, 0, Const::None, stmt.span);
            match &alias.asname {
                None => {
                    let first = alias.name.split('.').next().unwrap_or_default();
                    self.take_name(&Ident::from(first), module, stmt.span)?;
                }
                Some(asname) => {
                    for part in alias.name.split('.').skip(1) {
                        let name = self.unit.name_id(&Ident::from(part));
                        self.emit(
                            Op::ImportFrom {
                                dst: module,
                                module,
                                name,
                            },
                            stmt.span,
                        );
                    }
                    self.take_name(asname, module, stmt.span)?;
                }
            }
            self.unit.reset(mark);
            self.unit.flush();
        }
        Ok(())
    }

    /// The module in a new temporary.
    fn import_name(&mut self, name: &Ident, level: u32, fromlist: Const, span: Span) -> Reg {
        let dst = self.unit.temp();
        let mark = self.unit.mark();
        let base = self.unit.temps(2);
        self.load_const(Const::Int(i64::from(level)), base, span);
        self.load_const(fromlist, Reg(base.0 + 1), span);
        let name = self.unit.name_id(name);
        self.emit(Op::ImportName { dst, base, name }, span);
        self.unit.reset(mark);
        self.unit.flush();
        dst
    }

    pub fn import_from(
        &mut self,
        stmt: &Stmt,
        module: Option<&Ident>,
        names: &'a [Alias],
        level: u32,
    ) -> Res {
        let is_future = level == 0 && module.is_some_and(|m| &**m == "__future__");
        if is_future && stmt.span.start >= self.future_until {
            return error(
                "from __future__ imports must occur at the beginning of the file",
                stmt.span,
            );
        }
        let mark = self.unit.mark();
        let list = names
            .iter()
            .map(|a| Const::Str(Text::from(&*a.name)))
            .collect();
        let name = module.cloned().unwrap_or_else(|| "".into());
        let module = self.import_name(&name, level, Const::Tuple(list), stmt.span);
        for alias in names {
            if &*alias.name == "*" {
                self.emit(Op::ImportStar { module }, stmt.span);
                continue;
            }
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            let inner = self.unit.mark();
            let local = self.local_target(bound);
            let dst = local.unwrap_or_else(|| self.unit.temp());
            let name = self.unit.name_id(&alias.name);
            self.emit(Op::ImportFrom { dst, module, name }, stmt.span);
            self.store_name(bound, dst, stmt.span)?;
            self.unit.reset(inner);
            self.unit.flush();
        }
        self.unit.reset(mark);
        Ok(())
    }
}
