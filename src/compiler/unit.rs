//! One code object in the making: its instructions, registers, labels and what is known of the
//! registers at the current point.
//!
//! Two facts are followed through the control flow: which locals are surely bound (so that
//! `CheckLocal` is written only where needed), and which temporaries may still hold an object
//! although nothing needs it any more (so that `Clear` ends its life where CPython would).

use std::collections::HashMap;
use std::sync::Arc;

use apy_grammar::ast::{Ident, Span, Stmt};

use super::bits::Bits;
use super::effects::effects;
use crate::bytecode::code::{CodeKind, Const};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;
use crate::scope::{Resolution, Scope, ScopeId, ScopeKind, ScopeTree};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RegionId(pub u32);

/// What is known of the registers at a point.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Locals that are surely bound.
    pub bound: Bits,
    /// Temporaries that may hold an object.
    pub objects: Bits,
}

#[derive(Debug, Default)]
pub(super) struct LabelInfo {
    pub pc: Option<u32>,
    /// What holds on every way here; `None` while there is no way.
    pub state: Option<State>,
}

/// A range of instructions whose exceptions go to `target`, with the holes that leaving code makes.
#[derive(Debug)]
pub(super) struct Region {
    pub start: Option<u32>,
    pub segments: Vec<(u32, u32)>,
    pub target: Label,
    pub exc: Reg,
    state: State,
}

/// A handler row whose target is still a label.
pub(super) struct PendingHandler {
    pub start: u32,
    pub end: u32,
    pub target: Label,
    pub exc: Reg,
}

/// What a jump out of the current statement has to undo, innermost last.
#[derive(Clone, Debug)]
pub(super) enum Block<'a> {
    Loop {
        exit: Label,
        again: Label,
        iter: Option<Reg>,
    },
    /// The body of `try`/`except`.
    Try { region: RegionId },
    /// The body of `try`/`finally`.
    Finally { region: RegionId, body: &'a [Stmt] },
    /// An `except` or exceptional `finally` body, while its exception is the handled one.
    Handler {
        region: RegionId,
        save: Reg,
        exc: Reg,
        name: Option<&'a Ident>,
        star: bool,
    },
    With {
        region: RegionId,
        exit: Reg,
        is_async: bool,
        span: Span,
    },
}

impl Block<'_> {
    pub fn region(&self) -> Option<RegionId> {
        match self {
            Block::Loop { .. } => None,
            Block::Try { region } | Block::Finally { region, .. } => Some(*region),
            Block::Handler { region, .. } | Block::With { region, .. } => Some(*region),
        }
    }
}

/// What the instructions may refer to by index grew too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany(pub &'static str);

pub(super) struct Unit<'a> {
    pub scope: ScopeId,
    pub scope_kind: ScopeKind,
    pub kind: CodeKind,
    pub name: Ident,
    pub qualname: Arc<str>,
    /// What the qualified names of the blocks inside begin with.
    pub child_prefix: String,
    /// The same, were this block not passed over.
    pub own_prefix: String,
    pub first_line: u32,
    pub positional_params: u16,
    pub far: bool,
    /// The inlined comprehensions that are being compiled, innermost last.
    pub comps: Vec<ScopeId>,
    pub ops: Vec<Op>,
    pub spans: Vec<Span>,
    pub consts: Vec<Const>,
    pub const_ids: HashMap<Vec<u8>, ConstId>,
    pub names: Vec<Ident>,
    pub name_ids: HashMap<Ident, NameId>,
    pub sites: Vec<NameId>,
    pub shared_sites: HashMap<(NameId, &'static str), Site>,
    pub labels: Vec<LabelInfo>,
    pub fixups: Vec<(u32, Label)>,
    pub regions: Vec<Region>,
    pub handlers: Vec<PendingHandler>,
    pub varnames: Vec<Ident>,
    pub locals: HashMap<Ident, Reg>,
    pub hidden_base: u16,
    pub cellvars: Vec<Reg>,
    pub freevars: Vec<Ident>,
    pub first_temp: u16,
    pub next_temp: u16,
    pub max_reg: u16,
    pub state: State,
    pub reachable: bool,
    /// What the last instruction read: when dead, these are dropped first.
    last_operands: Vec<Reg>,
    /// Locals that some `del` or `except ... as` may unbind: forgotten where control joins from afar.
    pub deletable: Vec<Reg>,
    pub blocks: Vec<Block<'a>>,
    pub static_attributes: Vec<Ident>,
    pub overflow: Option<TooMany>,
    /// The span of the statement in work, for instructions that have no better.
    pub here: Span,
}

impl<'a> Unit<'a> {
    pub fn new(tree: &ScopeTree, id: ScopeId, kind: CodeKind, name: Ident, far: bool) -> Self {
        let scope = tree.get(id);
        let mut unit = Unit {
            scope: id,
            scope_kind: scope.kind,
            kind,
            qualname: name.clone(),
            name,
            child_prefix: String::new(),
            own_prefix: String::new(),
            first_line: 1,
            positional_params: 0,
            far,
            comps: Vec::new(),
            ops: Vec::new(),
            spans: Vec::new(),
            consts: Vec::new(),
            const_ids: HashMap::new(),
            names: Vec::new(),
            name_ids: HashMap::new(),
            sites: Vec::new(),
            shared_sites: HashMap::new(),
            labels: Vec::new(),
            fixups: Vec::new(),
            regions: Vec::new(),
            handlers: Vec::new(),
            varnames: Vec::new(),
            locals: HashMap::new(),
            hidden_base: 0,
            cellvars: Vec::new(),
            freevars: Vec::new(),
            first_temp: 0,
            next_temp: 0,
            max_reg: 0,
            state: State::default(),
            reachable: true,
            last_operands: Vec::new(),
            deletable: Vec::new(),
            blocks: Vec::new(),
            static_attributes: Vec::new(),
            overflow: None,
            here: scope.span,
        };
        unit.lay_out(scope);
        unit
    }

    /// Gives the locals their registers.
    fn lay_out(&mut self, scope: &Scope) {
        if scope.kind.is_function_like() {
            for symbol in &scope.symbols {
                let own = matches!(symbol.resolution, Resolution::Local | Resolution::Cell);
                if own {
                    let reg = self.add_local(&symbol.name);
                    if symbol.resolution == Resolution::Cell {
                        self.cellvars.push(reg);
                    }
                    if symbol.is_param() {
                        self.state.bound.insert(usize::from(reg.0));
                    }
                    if scope.deleted.contains(&symbol.name) {
                        self.deletable.push(reg);
                    }
                }
            }
        }
        if scope.kind == ScopeKind::Class {
            for (needed, name) in [
                (scope.needs_class_cell, "__class__"),
                (scope.needs_classdict, "__classdict__"),
            ] {
                if needed {
                    let reg = self.add_local(&name.into());
                    self.cellvars.push(reg);
                }
            }
        }
        self.hidden_base = self.varnames.len() as u16;
        self.varnames.extend(scope.hidden.iter().cloned());
        if self.varnames.len() > 60_000 {
            self.overflow = Some(TooMany("local variables"));
            self.varnames.truncate(60_000);
        }
        self.freevars = scope
            .symbols
            .iter()
            .filter(|s| s.is_captured())
            .map(|s| s.name.clone())
            .collect();
        self.freevars.sort();
        self.first_temp = self.varnames.len() as u16;
        self.next_temp = self.first_temp;
        self.max_reg = self.first_temp;
    }

    fn add_local(&mut self, name: &Ident) -> Reg {
        let reg = Reg(self.varnames.len().min(60_000) as u16);
        self.varnames.push(name.clone());
        self.locals.insert(name.clone(), reg);
        reg
    }

    pub fn pc(&self) -> u32 {
        self.ops.len() as u32
    }

    pub fn is_temp(&self, reg: Reg) -> bool {
        reg.0 >= self.first_temp
    }

    // ---- registers -----------------------------------------------------------------------------

    /// A new temporary on top of the others.
    pub fn temp(&mut self) -> Reg {
        self.temps(1)
    }

    /// `n` new temporaries in a row.
    pub fn temps(&mut self, n: u16) -> Reg {
        let base = self.next_temp;
        match base.checked_add(n) {
            Some(next) if next < 65_000 => {
                self.next_temp = next;
                self.max_reg = self.max_reg.max(next);
            }
            _ => self.overflow = Some(TooMany("temporaries")),
        }
        Reg(base)
    }

    /// Where the temporaries end now; `reset` ends the life of those above.
    pub fn mark(&self) -> u16 {
        self.next_temp
    }

    pub fn reset(&mut self, mark: u16) {
        self.next_temp = mark;
    }

    /// Drops what dead temporaries may still hold.
    pub fn flush(&mut self) {
        self.flush_from(self.next_temp);
    }

    pub fn flush_from(&mut self, from: u16) {
        if !self.reachable {
            return;
        }
        let dead = self.state.objects.from(usize::from(from));
        // The operands of the last instruction go in their order, the rest from the top down.
        let (mut first, mut rest) = (Vec::new(), dead.clone());
        for reg in std::mem::take(&mut self.last_operands) {
            if dead.contains(&usize::from(reg.0)) && !first.contains(&usize::from(reg.0)) {
                first.push(usize::from(reg.0));
                rest.retain(|&r| r != usize::from(reg.0));
            }
        }
        for reg in first.into_iter().chain(rest.into_iter().rev()) {
            self.push(
                Op::Clear {
                    reg: Reg(reg as u16),
                },
                self.here,
            );
            self.state.objects.remove(reg);
        }
    }

    // ---- instructions --------------------------------------------------------------------------

    fn push(&mut self, op: Op, span: Span) {
        self.ops.push(op);
        self.spans.push(span);
    }

    /// Writes one instruction, unless nothing gets here.
    pub fn emit(&mut self, op: Op, span: Span) {
        if !self.reachable {
            return;
        }
        let op = with_empty_window_at_dst(op);
        let effects = effects(&op);
        if let Some(from) = effects.clean_from {
            self.flush_from(from);
        } else if matches!(
            op,
            Op::Yield { .. } | Op::AsyncYield { .. } | Op::Delegate { .. }
        ) {
            self.flush();
        }
        self.push(op, span);
        self.apply(effects);
        self.last_operands = operands_but_dst(&op);
    }

    fn apply(&mut self, effects: super::effects::Effects) {
        if let Some(base) = effects.consumes_from {
            self.state.objects.truncate(usize::from(base.0));
        }
        if let Some((base, n)) = effects.consumes {
            (base.0..base.0.saturating_add(n))
                .for_each(|r| self.state.objects.remove(usize::from(r)));
        }
        if let Some(reg) = effects.empties {
            self.set_held(reg, false, false);
        }
        if let Some((base, n)) = effects.fills {
            for reg in base.0..base.0.saturating_add(n) {
                self.set_held(Reg(reg), true, effects.plain);
            }
        }
        if effects.ends {
            self.reachable = false;
        }
    }

    fn set_held(&mut self, reg: Reg, full: bool, plain: bool) {
        if self.is_temp(reg) {
            self.state.objects.set(usize::from(reg.0), full && !plain);
        } else {
            self.state.bound.set(usize::from(reg.0), full);
        }
    }

    // ---- labels and jumps ----------------------------------------------------------------------

    pub fn label(&mut self) -> Label {
        self.labels.push(LabelInfo::default());
        Label(self.labels.len() as u32 - 1)
    }

    /// Writes a jump to `label`; its offset is filled in when all labels are placed.
    pub fn jump(&mut self, op: Op, label: Label, span: Span) {
        if !self.reachable {
            return;
        }
        let mut state = self.state.clone();
        if let Op::ForIter { iter, .. } = op {
            state.objects.remove(usize::from(iter.0));
        }
        if let Op::EndAsyncFor { exc, .. } = op {
            state.objects.remove(usize::from(exc.0));
        }
        self.fixups.push((self.pc(), label));
        self.emit(op, span);
        self.arrive(label, state);
    }

    pub fn jump_to(&mut self, label: Label) {
        self.jump(Op::Jump { off: Off32(0) }, label, self.here);
    }

    /// Notes one more way to `label`.
    pub fn arrive(&mut self, label: Label, state: State) {
        let info = &mut self.labels[label.0 as usize];
        if info.pc.is_some() {
            return; // backwards: its state was made for that
        }
        match &mut info.state {
            None => info.state = Some(state),
            Some(known) => {
                known.bound.intersect(&state.bound);
                known.objects.union(&state.objects);
            }
        }
    }

    /// Places `label` here.
    pub fn bind(&mut self, label: Label) {
        if self.reachable {
            let state = self.state.clone();
            self.arrive(label, state);
        }
        let pc = self.pc();
        let info = &mut self.labels[label.0 as usize];
        info.pc = Some(pc);
        if let Some(state) = info.state.take() {
            self.state = state;
            self.reachable = true;
        }
    }

    /// Places the head of a loop here: what the body may unbind is unknown from now on.
    pub fn bind_loop(&mut self, label: Label) {
        self.flush();
        for reg in &self.deletable {
            self.state.bound.remove(usize::from(reg.0));
        }
        self.bind(label);
    }

    // ---- regions -------------------------------------------------------------------------------

    /// From here on exceptions go to `target`, which finds them in `exc`.
    pub fn begin_region(&mut self, target: Label, exc: Reg) -> RegionId {
        let mut state = self.state.clone();
        for reg in &self.deletable {
            state.bound.remove(usize::from(reg.0));
        }
        state.objects.truncate(usize::from(exc.0));
        state.objects.insert(usize::from(exc.0));
        self.max_reg = self.max_reg.max(exc.0.saturating_add(1));
        let start = Some(self.pc());
        self.regions.push(Region {
            start,
            segments: Vec::new(),
            target,
            exc,
            state,
        });
        RegionId(self.regions.len() as u32 - 1)
    }

    /// The region does not cover what follows, until `resume`.
    pub fn suspend(&mut self, id: RegionId) {
        let pc = self.pc();
        let region = &mut self.regions[id.0 as usize];
        if let Some(start) = region.start.take()
            && start < pc
        {
            region.segments.push((start, pc));
        }
    }

    pub fn resume(&mut self, id: RegionId) {
        let pc = self.pc();
        self.regions[id.0 as usize].start = Some(pc);
    }

    /// Ends the region and lays its rows; its target becomes reachable when it covers anything.
    pub fn end_region(&mut self, id: RegionId) {
        self.suspend(id);
        let region = &mut self.regions[id.0 as usize];
        let (target, exc) = (region.target, region.exc);
        let segments = std::mem::take(&mut region.segments);
        if segments.is_empty() {
            return;
        }
        let state = region.state.clone();
        self.arrive(target, state);
        for (start, end) in segments {
            self.handlers.push(PendingHandler {
                start,
                end,
                target,
                exc,
            });
        }
    }
}

/// The registers that an instruction reads, in order, but for the one it writes.
fn operands_but_dst(op: &Op) -> Vec<Reg> {
    let (mut read, mut written) = (Vec::new(), None);
    op.operands(&mut |name, operand| {
        if let Operand::Reg(reg) = operand {
            match name {
                "dst" => written = Some(Reg(reg)),
                _ => read.push(Reg(reg)),
            }
        }
    });
    read.retain(|&reg| Some(reg) != written);
    read
}

/// An empty window may lie past the last register; nothing in it is looked at.
fn with_empty_window_at_dst(op: Op) -> Op {
    match op {
        Op::BuildList { dst, n: U16(0), .. } => Op::BuildList {
            dst,
            base: dst,
            n: U16(0),
        },
        Op::BuildTuple { dst, n: U16(0), .. } => Op::BuildTuple {
            dst,
            base: dst,
            n: U16(0),
        },
        Op::BuildSet { dst, n: U16(0), .. } => Op::BuildSet {
            dst,
            base: dst,
            n: U16(0),
        },
        Op::BuildDict { dst, n: U16(0), .. } => Op::BuildDict {
            dst,
            base: dst,
            n: U16(0),
        },
        Op::UnpackSequence { src, n: U16(0), .. } => Op::UnpackSequence {
            base: src,
            src,
            n: U16(0),
        },
        op => op,
    }
}
