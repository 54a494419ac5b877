//! The last step for a code object: labels become distances, tables become a `Code`.

use std::sync::Arc;

use super::unit::{Label, TooMany, Unit};
use crate::bytecode::code::{Capture, Code, Handler};
use crate::bytecode::op::Op;
use crate::source::Source;

/// What the unit does not know of itself.
pub(super) struct Shape {
    pub flags: u32,
    pub posonly: u16,
    pub args: u16,
    pub kwonly: u16,
    pub captures: Vec<Capture>,
}

pub(super) enum Failure {
    /// A jump is longer than its instruction can say: compile again with `far` forms.
    TooFar,
    TooMany(TooMany),
}

pub(super) fn assemble(
    mut unit: Unit<'_>,
    shape: Shape,
    source: &Arc<Source>,
) -> Result<Code, Failure> {
    if let Some(what) = unit.overflow {
        return Err(Failure::TooMany(what));
    }
    for &(pc, label) in &unit.fixups {
        let Some(target) = final_target(&unit, label) else {
            continue; // only jumps that are never reached go to labels that were not placed
        };
        let distance = i64::from(target) - (i64::from(pc) + 1);
        let op = &mut unit.ops[pc as usize];
        match i32::try_from(distance).ok().and_then(|d| op.with_jump(d)) {
            Some(resolved) => *op = resolved,
            None => return Err(Failure::TooFar),
        }
    }
    let handlers = unit
        .handlers
        .iter()
        .filter_map(|row| {
            let target = unit.labels[row.target.0 as usize].pc?;
            Some(Handler {
                start: row.start,
                end: row.end,
                target,
                exc: row.exc,
            })
        })
        .collect();
    Ok(Code {
        name: unit.name,
        qualname: unit.qualname,
        source: source.clone(),
        first_line: unit.first_line,
        kind: unit.kind,
        flags: shape.flags,
        posonly: shape.posonly,
        args: shape.args,
        kwonly: shape.kwonly,
        nregs: unit.max_reg,
        varnames: unit.varnames,
        cellvars: unit.cellvars,
        freevars: unit.freevars,
        captures: shape.captures,
        consts: unit.consts,
        names: unit.names,
        sites: unit.sites,
        ops: unit.ops,
        spans: unit.spans,
        handlers,
    })
}

/// Where a jump to `label` ends up: at the target of the jump that stands there.
fn final_target(unit: &Unit<'_>, mut label: Label) -> Option<u32> {
    for _ in 0..8 {
        let target = unit.labels[label.0 as usize].pc?;
        if !matches!(unit.ops.get(target as usize), Some(Op::Jump { .. })) {
            return Some(target);
        }
        match unit.fixups.binary_search_by_key(&target, |&(pc, _)| pc) {
            Ok(found) => label = unit.fixups[found].1,
            Err(_) => return Some(target),
        }
    }
    unit.labels[label.0 as usize].pc
}
