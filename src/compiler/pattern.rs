//! `match`: cases in order; a case's names are bound only when its whole pattern matches.

use std::collections::HashMap;

use apy_grammar::ast::*;

use super::unit::Label;
use super::{Compiler, Res, error, pattern_check};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

/// The captures of the case in work: a register for each name, and where failure goes.
pub(super) struct Captures {
    pub regs: HashMap<Ident, Reg>,
    pub fail: Label,
}

impl<'a> Compiler<'a> {
    pub fn match_stmt(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Res {
        let mark = self.unit.mark();
        let end = self.unit.label();
        // The captures of a case must not change the subject of the next.
        let subject = self.push(subject)?;
        for (i, case) in cases.iter().enumerate() {
            let last = i + 1 == cases.len();
            if !last && case.guard.is_none() {
                pattern_check::refuse_irrefutable(&case.pattern)?;
            }
            self.case(case, subject, end, last)?;
        }
        self.unit.reset(mark);
        self.unit.bind(end);
        Ok(())
    }

    fn case(&mut self, case: &'a MatchCase, subject: Reg, end: Label, last: bool) -> Res {
        let mark = self.unit.mark();
        let fail = self.unit.label();
        self.unit.here = case.pattern.span;
        let names = pattern_check::captures(&case.pattern)?;
        let base = self.unit.temps(names.len() as u16);
        let regs = names
            .iter()
            .enumerate()
            .map(|(i, n)| (n.clone(), Reg(base.0 + i as u16)))
            .collect();
        let captures = Captures { regs, fail };
        self.pattern(&case.pattern, subject, &captures)?;
        for (i, name) in names.iter().enumerate() {
            self.take_name(name, Reg(base.0 + i as u16), case.pattern.span)?;
        }
        self.unit.reset(mark);
        if let Some(guard) = &case.guard {
            self.unit.flush();
            self.jump_unless(guard, fail)?;
        }
        // Nobody needs the subject any more once a case is chosen.
        self.emit(Op::Clear { reg: subject }, case.pattern.span);
        self.unit.flush();
        self.body(&case.body)?;
        self.unit.jump_to(end);
        self.unit.bind(fail);
        self.unit.flush();
        if last {
            self.emit(Op::Clear { reg: subject }, case.pattern.span);
        }
        Ok(())
    }

    /// Goes on when `R[subject]` matches, with the captures in their registers; else to `fail`.
    pub fn pattern(&mut self, pattern: &'a Pattern, subject: Reg, captures: &Captures) -> Res {
        let mark = self.unit.mark();
        super::expr::deep(|| self.pattern_inner(pattern, subject, captures))?;
        self.unit.reset(mark);
        Ok(())
    }

    fn pattern_inner(&mut self, pattern: &'a Pattern, subject: Reg, captures: &Captures) -> Res {
        let span = pattern.span;
        match &pattern.kind {
            PatternKind::Value(value) => {
                let b = self.operand(value)?;
                let cond = self.unit.temp();
                self.emit(
                    Op::Eq {
                        dst: cond,
                        a: subject,
                        b,
                    },
                    span,
                );
                self.fail_unless(cond, captures, span);
                Ok(())
            }
            PatternKind::Singleton(constant) => {
                let b = self.unit.temp();
                self.load_const(super::consts::literal(constant), b, span);
                let cond = self.unit.temp();
                self.emit(
                    Op::Is {
                        dst: cond,
                        a: subject,
                        b,
                    },
                    span,
                );
                self.fail_unless(cond, captures, span);
                Ok(())
            }
            PatternKind::Sequence(patterns) => {
                self.sequence_pattern(pattern, patterns, subject, captures)
            }
            PatternKind::Mapping {
                keys,
                patterns,
                rest,
            } => self.mapping_pattern(pattern, keys, patterns, rest.as_ref(), subject, captures),
            PatternKind::Class {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => self.class_pattern(
                pattern,
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
                subject,
                captures,
            ),
            PatternKind::Star(name) => {
                self.capture_value(name.as_ref(), subject, captures, span);
                Ok(())
            }
            PatternKind::As {
                pattern: inner,
                name,
            } => {
                if let Some(inner) = inner {
                    self.pattern(inner, subject, captures)?;
                }
                self.capture_value(name.as_ref(), subject, captures, span);
                Ok(())
            }
            PatternKind::Or(alternatives) => self.or_pattern(alternatives, subject, captures),
        }
    }

    pub fn fail_unless(&mut self, cond: Reg, captures: &Captures, span: Span) {
        self.unit.jump(
            Op::JumpIfFalse {
                cond,
                off: Off32(0),
            },
            captures.fail,
            span,
        );
    }

    fn capture_value(&mut self, name: Option<&Ident>, src: Reg, captures: &Captures, span: Span) {
        if let Some(name) = name
            && let Some(&dst) = captures.regs.get(name)
        {
            self.emit(Op::Move { dst, src }, span);
        }
    }

    /// Alternatives bind the same names, so that they share the registers.
    fn or_pattern(
        &mut self,
        alternatives: &'a [Pattern],
        subject: Reg,
        captures: &Captures,
    ) -> Res {
        let matched = self.unit.label();
        let Some((last, first)) = alternatives.split_last() else {
            return Ok(());
        };
        for alternative in first {
            pattern_check::refuse_irrefutable(alternative)?;
            let next = self.unit.label();
            let inner = Captures {
                regs: captures.regs.clone(),
                fail: next,
            };
            self.pattern(alternative, subject, &inner)?;
            self.unit.jump_to(matched);
            self.unit.bind(next);
        }
        self.pattern(last, subject, captures)?;
        self.unit.bind(matched);
        Ok(())
    }
}

/// More elements than an instruction can count.
pub(super) fn too_many<T>(span: Span) -> Res<T> {
    error("too many sub-patterns in pattern", span)
}
