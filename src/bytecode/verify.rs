//! Checks that a code object keeps the promises that the VM relies on. Run on everything that is
//! compiled in debug builds.

use std::fmt;

use super::code::{Code, Const};
use super::op::Op;
use super::operand::{Operand, Reg};

/// What is wrong, and at which instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub pc: usize,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.pc, self.message)
    }
}

type Check = Result<(), Problem>;

fn problem(pc: usize, message: impl Into<String>) -> Check {
    Err(Problem {
        pc,
        message: message.into(),
    })
}

/// Checks `code` itself; the codes among its constants were checked when they were made.
pub fn verify(code: &Code) -> Check {
    if code.spans.len() != code.ops.len() {
        return problem(0, "not one span for each instruction");
    }
    if code.freevars.len() != code.captures.len() && !code.captures.is_empty() {
        return problem(0, "not one capture for each free variable");
    }
    if code.varnames.len() > usize::from(code.nregs) || code.param_count() > code.varnames.len() {
        return problem(0, "locals do not fit");
    }
    if code
        .cellvars
        .iter()
        .any(|r| usize::from(r.0) >= code.varnames.len())
    {
        return problem(0, "a cell is not a local");
    }
    for (pc, op) in code.ops.iter().enumerate() {
        check_operands(code, pc, op)?;
        check_window(code, pc, op)?;
        check_op_kind(code, pc, op)?;
    }
    if !code.ops.last().is_some_and(ends) {
        return problem(code.ops.len(), "control runs off the end");
    }
    check_handlers(code)
}

fn ends(op: &Op) -> bool {
    matches!(
        op,
        Op::Return { .. }
            | Op::Raise { .. }
            | Op::RaiseFrom { .. }
            | Op::RaiseCurrent {}
            | Op::Reraise { .. }
            | Op::Jump { .. }
            | Op::LoopBack { .. }
            | Op::EndAsyncFor { .. }
    )
}

fn check_operands(code: &Code, pc: usize, op: &Op) -> Check {
    let mut result = Ok(());
    op.operands(&mut |name, operand| {
        let good = match operand {
            Operand::Reg(r) => r < code.nregs,
            Operand::Const(k) => (k as usize) < code.consts.len(),
            Operand::Name(n) => usize::from(n) < code.names.len(),
            Operand::Site(s) => usize::from(s) < code.sites.len(),
            Operand::Jump(off) => {
                let target = pc as i64 + 1 + i64::from(off);
                target >= 0 && target < code.ops.len() as i64
            }
            Operand::Int(_) => true,
        };
        if !good && result.is_ok() {
            result = problem(
                pc,
                format!(
                    "{}: operand {name} out of range: {operand:?}",
                    op.mnemonic()
                ),
            );
        }
    });
    result?;
    match op {
        Op::MakeFunction { k, .. }
            if !matches!(code.consts.get(k.0 as usize), Some(Const::Code(_))) =>
        {
            problem(pc, "MakeFunction of what is no code")
        }
        Op::LoadFree { idx, .. }
        | Op::StoreFree { idx, .. }
        | Op::DelFree { idx }
        | Op::LoadFromDictOrFree { idx, .. }
            if usize::from(idx.0) >= code.freevars.len() =>
        {
            problem(pc, "free variable out of range")
        }
        _ => Ok(()),
    }
}

/// The registers that an instruction uses from its base on.
fn window(op: &Op) -> Option<(Reg, usize)> {
    Some(match *op {
        Op::BuildList { base, n, .. }
        | Op::BuildTuple { base, n, .. }
        | Op::BuildSet { base, n, .. } => (base, usize::from(n.0)),
        Op::BuildString { base, n, .. } | Op::UnpackSequence { base, n, .. } => {
            (base, usize::from(n.0))
        }
        Op::BuildDict { base, n, .. } => (base, 2 * usize::from(n.0)),
        Op::BuildSlice { base, .. }
        | Op::LoadSuperAttr { base, .. }
        | Op::LoadSuperMethod { base, .. } => (base, 3),
        Op::UnpackEx { base, counts, .. } => (
            base,
            usize::from(counts.0 & 0xff) + usize::from(counts.0 >> 8) + 1,
        ),
        Op::LoadMethod { base, .. }
        | Op::LoadSpecial { base, .. }
        | Op::CheckEgMatch { base, .. } => (base, 2),
        Op::ImportName { base, .. } | Op::Intrinsic2 { base, .. } => (base, 2),
        Op::ExcTriple { base, .. } | Op::MatchClass { base, .. } | Op::CallEx { base, .. } => {
            (base, 3)
        }
        Op::Call { base, n, .. } => (base, 1 + usize::from(n.0)),
        Op::CallMethod { base, n, .. } | Op::CallKw { base, n, .. } => (base, 2 + usize::from(n.0)),
        Op::CallMethodKw { base, n, .. } => (base, 3 + usize::from(n.0)),
        _ => return None,
    })
}

fn check_window(code: &Code, pc: usize, op: &Op) -> Check {
    match window(op) {
        Some((base, n)) if usize::from(base.0) + n > usize::from(code.nregs) => {
            problem(pc, format!("{}: window out of range", op.mnemonic()))
        }
        _ => Ok(()),
    }
}

fn check_op_kind(code: &Code, pc: usize, op: &Op) -> Check {
    let next_is_kind = matches!(code.ops.get(pc + 1), Some(Op::OpKind { .. }));
    match (op, next_is_kind) {
        (Op::Inplace { .. }, false) => problem(pc, "Inplace without OpKind"),
        (Op::Inplace { .. }, true) | (_, false) => Ok(()),
        (_, true) => problem(pc, "OpKind without Inplace"),
    }
}

fn check_handlers(code: &Code) -> Check {
    for (i, row) in code.handlers.iter().enumerate() {
        let len = code.ops.len() as u32;
        if row.start >= row.end || row.end > len || row.target >= len || row.exc.0 >= code.nregs {
            return problem(row.start as usize, "handler out of range");
        }
        let covered = code.handlers[..i].iter().find(|outer| {
            outer.start <= row.start
                && outer.end >= row.end
                && (outer.start, outer.end) != (row.start, row.end)
        });
        if covered.is_some() {
            return problem(
                row.start as usize,
                "an outer handler stands before an inner one",
            );
        }
    }
    Ok(())
}
