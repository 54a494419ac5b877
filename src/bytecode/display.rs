//! Prints code: `apy --dump bytecode`. Source lines are interleaved, registers bear the names of
//! locals, jumps go to labels.

use std::collections::BTreeMap;
use std::fmt;

use super::code::{Capture, Code, Const};
use super::op::Op;
use super::operand::Operand;

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f)
    }
}

impl Code {
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show_head(f)?;
        let labels = self.labels();
        let mut line = 0;
        for (pc, op) in self.ops.iter().enumerate() {
            let here = self.line(pc);
            if here != line {
                line = here;
                writeln!(
                    f,
                    "{line:>5} | {}",
                    self.source.line_text(line).unwrap_or("").trim_end()
                )?;
            }
            if let Some(label) = labels.get(&pc) {
                writeln!(f, "  L{label}:")?;
            }
            write!(f, "    {pc:>4}  {:<16}", op.mnemonic())?;
            self.show_operands(f, pc, op, &labels)?;
            writeln!(f)?;
        }
        self.show_handlers(f, &labels)?;
        for constant in &self.consts {
            if let Const::Code(inner) = constant {
                writeln!(f)?;
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || inner.show(f))?;
            }
        }
        Ok(())
    }

    fn show_head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.first_line;
        writeln!(
            f,
            "{} ({:?}, line {first}, {} registers, flags {:#x})",
            self.qualname, self.kind, self.nregs, self.flags
        )?;
        if !self.varnames.is_empty() {
            writeln!(f, "  locals: {}", self.varnames.join(", "))?;
        }
        if !self.cellvars.is_empty() {
            let names: Vec<&str> = self
                .cellvars
                .iter()
                .map(|&r| self.local_name(r.0))
                .collect();
            writeln!(f, "  cells: {}", names.join(", "))?;
        }
        for (i, name) in self.freevars.iter().enumerate() {
            match self.captures.get(i) {
                Some(Capture::Cell(reg)) => {
                    writeln!(f, "  free: {name} from the cell in r{}", reg.0)?
                }
                Some(Capture::Free(outer)) => {
                    writeln!(f, "  free: {name} from free variable {outer}")?
                }
                None => writeln!(f, "  free: {name}")?,
            }
        }
        Ok(())
    }

    fn local_name(&self, reg: u16) -> &str {
        self.varnames.get(usize::from(reg)).map_or("?", |name| name)
    }

    /// The instructions that are jumped to, numbered in order.
    fn labels(&self) -> BTreeMap<usize, usize> {
        let mut targets: BTreeMap<usize, usize> = BTreeMap::new();
        for (pc, op) in self.ops.iter().enumerate() {
            op.operands(&mut |_, operand| {
                if let Operand::Jump(off) = operand {
                    targets.insert(target(pc, off), 0);
                }
            });
        }
        for row in &self.handlers {
            targets.insert(row.target as usize, 0);
        }
        for (number, label) in targets.values_mut().enumerate() {
            *label = number + 1;
        }
        targets
    }

    fn show_operands(
        &self,
        f: &mut fmt::Formatter<'_>,
        pc: usize,
        op: &Op,
        labels: &BTreeMap<usize, usize>,
    ) -> fmt::Result {
        let mut texts = Vec::new();
        op.operands(&mut |name, operand| texts.push(self.operand_text(pc, name, operand, labels)));
        f.write_str(&texts.join(", "))
    }

    fn operand_text(
        &self,
        pc: usize,
        name: &str,
        operand: Operand,
        labels: &BTreeMap<usize, usize>,
    ) -> String {
        match operand {
            Operand::Reg(r) => self.register_text(r),
            Operand::Const(k) => self
                .consts
                .get(k as usize)
                .map_or_else(|| format!("const {k}?"), const_text),
            Operand::Name(n) => self
                .names
                .get(usize::from(n))
                .map_or_else(|| format!("name {n}?"), |s| s.to_string()),
            Operand::Site(s) => {
                let id = self.sites.get(usize::from(s)).map(|n| usize::from(n.0));
                id.and_then(|id| self.names.get(id))
                    .map_or_else(|| format!("site {s}?"), |s| s.to_string())
            }
            Operand::Jump(off) => labels
                .get(&target(pc, off))
                .map_or_else(|| format!("{off:+}"), |l| format!("-> L{l}")),
            Operand::Int(n) if name == "idx" => {
                let free = usize::try_from(n).ok().and_then(|i| self.freevars.get(i));
                free.map_or_else(|| n.to_string(), |s| s.to_string())
            }
            Operand::Int(n) => n.to_string(),
        }
    }

    fn register_text(&self, reg: u16) -> String {
        match self.varnames.get(usize::from(reg)) {
            Some(name) => format!("{name}"),
            None => format!("r{reg}"),
        }
    }

    fn show_handlers(
        &self,
        f: &mut fmt::Formatter<'_>,
        labels: &BTreeMap<usize, usize>,
    ) -> fmt::Result {
        for row in &self.handlers {
            let label = labels.get(&(row.target as usize)).copied().unwrap_or(0);
            writeln!(
                f,
                "  handler {}..{} -> L{label}, exception in {}",
                row.start,
                row.end,
                self.register_text(row.exc.0)
            )?;
        }
        Ok(())
    }
}

fn target(pc: usize, off: i32) -> usize {
    usize::try_from(pc as i64 + 1 + i64::from(off)).unwrap_or(0)
}

/// A constant as it would be written.
fn const_text(constant: &Const) -> String {
    match constant {
        Const::None => "None".into(),
        Const::True => "True".into(),
        Const::False => "False".into(),
        Const::Ellipsis => "...".into(),
        Const::Int(n) => n.to_string(),
        Const::BigInt(n) => n.to_string(),
        Const::Float(x) => format!("{x:?}"),
        Const::Complex(re, im) => format!("({re:?}+{im:?}j)"),
        Const::Str(text) => format!("{:?}", String::from_utf8_lossy(&text.0)),
        Const::Bytes(bytes) => format!("b{:?}", String::from_utf8_lossy(bytes)),
        Const::Tuple(items) => format!("({})", list_text(items)),
        Const::FrozenSet(items) => format!("frozenset({})", list_text(items)),
        Const::Code(code) => format!("<code {}>", code.qualname),
    }
}

fn list_text(items: &[Const]) -> String {
    items.iter().map(const_text).collect::<Vec<_>>().join(", ")
}
