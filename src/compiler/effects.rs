//! What an instruction does to the registers, as far as the compiler keeps track: which it fills,
//! which it empties, and whether what it leaves can be an object that wants dropping.

use crate::bytecode::op::Op;
use crate::bytecode::operand::Reg;

/// The registers that an instruction changes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Effects {
    /// First filled register and how many.
    pub fills: Option<(Reg, u16)>,
    /// What is filled in can only be None, a bool or a number.
    pub plain: bool,
    /// One register left empty.
    pub empties: Option<Reg>,
    /// All registers from this one on are left empty before any is filled.
    pub consumes_from: Option<Reg>,
    /// A window of so many registers is left empty before any is filled.
    pub consumes: Option<(Reg, u16)>,
    /// The first register above what a call or suspension needs: those above must be empty.
    pub clean_from: Option<u16>,
    /// Control does not go on behind it.
    pub ends: bool,
}

impl Effects {
    fn fill(dst: Reg) -> Self {
        Effects {
            fills: Some((dst, 1)),
            ..Effects::default()
        }
    }

    fn fill_many(base: Reg, n: u16) -> Self {
        Effects {
            fills: Some((base, n)),
            ..Effects::default()
        }
    }

    fn plain(dst: Reg) -> Self {
        Effects {
            fills: Some((dst, 1)),
            plain: true,
            ..Effects::default()
        }
    }

    fn window(dst: Reg, base: Reg, n: u16) -> Self {
        Effects {
            fills: Some((dst, 1)),
            consumes: Some((base, n)),
            ..Effects::default()
        }
    }

    fn call(dst: Reg, base: Reg, size: u16) -> Self {
        Effects {
            fills: Some((dst, 1)),
            consumes_from: Some(base),
            clean_from: Some(base.0.saturating_add(size)),
            ..Effects::default()
        }
    }

    fn end() -> Self {
        Effects {
            ends: true,
            ..Effects::default()
        }
    }
}

pub(super) fn effects(op: &Op) -> Effects {
    match *op {
        Op::Move { dst, .. } => Effects::fill(dst),
        Op::Take { dst, src } => Effects {
            empties: Some(src),
            ..Effects::fill(dst)
        },
        Op::Clear { reg } => Effects {
            empties: Some(reg),
            ..Effects::default()
        },
        Op::LoadInt { dst, .. } | Op::LoadNone { dst } | Op::LoadBool { dst, .. } => {
            Effects::plain(dst)
        }
        Op::Not { dst, .. } | Op::Is { dst, .. } | Op::IsNot { dst, .. } => Effects::plain(dst),
        Op::In { dst, .. } | Op::NotIn { dst, .. } | Op::GetLen { dst, .. } => Effects::plain(dst),
        Op::MatchSequence { dst, .. } | Op::MatchMapping { dst, .. } => Effects::plain(dst),
        Op::CheckExcMatch { dst, .. } => Effects::plain(dst),
        Op::BuildList { dst, base, n }
        | Op::BuildTuple { dst, base, n }
        | Op::BuildSet { dst, base, n } => Effects::window(dst, base, n.0),
        Op::BuildString { dst, base, n } => Effects::window(dst, base, n.0),
        Op::BuildDict { dst, base, n } => Effects::window(dst, base, n.0.saturating_mul(2)),
        Op::BuildSlice { dst, base } | Op::LoadSuperAttr { dst, base, .. } => {
            Effects::window(dst, base, 3)
        }
        Op::LoadSuperMethod { base, .. } => Effects {
            consumes: Some((base, 3)),
            ..Effects::fill_many(base, 2)
        },
        Op::LoadMethod { base, .. }
        | Op::LoadSpecial { base, .. }
        | Op::CheckEgMatch { base, .. } => Effects::fill_many(base, 2),
        Op::ExcTriple { base, .. } => Effects::fill_many(base, 3),
        Op::MatchClass { base, .. } => Effects::fill(base),
        Op::UnpackSequence { base, n, .. } => Effects::fill_many(base, n.0),
        Op::UnpackEx { base, counts, .. } => {
            Effects::fill_many(base, (counts.0 & 0xff) + (counts.0 >> 8) + 1)
        }
        Op::Call { dst, base, n } => Effects::call(dst, base, n.0 + 1),
        Op::CallMethod { dst, base, n } | Op::CallKw { dst, base, n } => {
            Effects::call(dst, base, n.0 + 2)
        }
        Op::CallMethodKw { dst, base, n } => Effects::call(dst, base, n.0 + 3),
        Op::CallEx { dst, base } => Effects::call(dst, base, 3),
        Op::Delegate { dst, iter } => Effects {
            empties: Some(iter),
            ..Effects::fill(dst)
        },
        Op::PopExc { save } => Effects {
            empties: Some(save),
            ..Effects::default()
        },
        Op::PushExc { save, .. } => Effects::fill(save),
        Op::Reraise { .. } | Op::Raise { .. } | Op::RaiseFrom { .. } | Op::RaiseCurrent {} => {
            Effects::end()
        }
        Op::Return { .. } | Op::Jump { .. } | Op::LoopBack { .. } | Op::EndAsyncFor { .. } => {
            Effects::end()
        }
        _ => destination(op).map_or(Effects::default(), Effects::fill),
    }
}

/// The operand named `dst`, when there is one.
fn destination(op: &Op) -> Option<Reg> {
    let mut found = None;
    op.operands(&mut |name, operand| {
        if name == "dst"
            && let crate::bytecode::operand::Operand::Reg(reg) = operand
        {
            found = Some(Reg(reg));
        }
    });
    found
}
