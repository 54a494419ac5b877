//! The patterns that look inside: sequences, mappings and classes.

use std::collections::HashSet;

use apy_grammar::ast::*;

use super::pattern::{Captures, too_many};
use super::{Compiler, Res, error};
use crate::bytecode::code::Const;
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

impl<'a> Compiler<'a> {
    pub fn sequence_pattern(
        &mut self,
        pattern: &'a Pattern,
        patterns: &'a [Pattern],
        subject: Reg,
        captures: &Captures,
    ) -> Res {
        let span = pattern.span;
        let star = patterns.iter().position(is_star);
        if patterns.iter().filter(|p| is_star(p)).count() > 1 {
            return error("multiple starred names in sequence pattern", span);
        }
        let cond = self.unit.temp();
        self.emit(
            Op::MatchSequence {
                dst: cond,
                src: subject,
            },
            span,
        );
        self.fail_unless(cond, captures, span);
        let required = patterns.len() - usize::from(star.is_some());
        let Ok(required) = i32::try_from(required) else {
            return too_many(span);
        };
        if star.is_none() || required > 0 {
            let wanted = self.unit.temp();
            self.emit(
                Op::GetLen {
                    dst: cond,
                    src: subject,
                },
                span,
            );
            self.emit(
                Op::LoadInt {
                    dst: wanted,
                    v: Imm32(required),
                },
                span,
            );
            let op = if star.is_some() {
                Op::Ge {
                    dst: cond,
                    a: cond,
                    b: wanted,
                }
            } else {
                Op::Eq {
                    dst: cond,
                    a: cond,
                    b: wanted,
                }
            };
            self.emit(op, span);
            self.fail_unless(cond, captures, span);
        }
        self.unit.reset(cond.0);
        match star {
            _ if patterns
                .iter()
                .all(|p| is_wildcard(p) || is_star_wildcard(p)) =>
            {
                Ok(())
            }
            Some(star) if is_star_wildcard(&patterns[star]) => {
                self.items(patterns, star, subject, captures, span)
            }
            _ => self.unpack_pattern(patterns, star, subject, captures, span),
        }
    }

    /// `[a, *_, b]`: single items are fetched.
    fn items(
        &mut self,
        patterns: &'a [Pattern],
        star: usize,
        subject: Reg,
        captures: &Captures,
        span: Span,
    ) -> Res {
        for (i, pattern) in patterns.iter().enumerate() {
            if i == star || is_wildcard(pattern) {
                continue;
            }
            let mark = self.unit.mark();
            let item = self.unit.temp();
            let index = if i < star {
                i as i64
            } else {
                i as i64 - patterns.len() as i64
            };
            self.load_const(Const::Int(index), item, span);
            self.emit(
                Op::GetItem {
                    dst: item,
                    obj: subject,
                    key: item,
                },
                span,
            );
            self.pattern(pattern, item, captures)?;
            self.unit.reset(mark);
        }
        Ok(())
    }

    fn unpack_pattern(
        &mut self,
        patterns: &'a [Pattern],
        star: Option<usize>,
        subject: Reg,
        captures: &Captures,
        span: Span,
    ) -> Res {
        let Ok(n) = u16::try_from(patterns.len()) else {
            return too_many(span);
        };
        let base = self.unit.temps(n);
        match star {
            None => self.emit(
                Op::UnpackSequence {
                    base,
                    src: subject,
                    n: U16(n),
                },
                span,
            ),
            Some(before) => {
                let after = patterns.len() - before - 1;
                if before > 0xff || after > 0xff {
                    return error(
                        "too many expressions in star-unpacking sequence pattern",
                        span,
                    );
                }
                let counts = U16(before as u16 | (after as u16) << 8);
                self.emit(
                    Op::UnpackEx {
                        base,
                        src: subject,
                        counts,
                    },
                    span,
                );
            }
        }
        for (i, pattern) in patterns.iter().enumerate() {
            self.pattern(pattern, Reg(base.0 + i as u16), captures)?;
        }
        Ok(())
    }

    pub fn mapping_pattern(
        &mut self,
        pattern: &'a Pattern,
        keys: &'a [Expr],
        patterns: &'a [Pattern],
        rest: Option<&'a Ident>,
        subject: Reg,
        captures: &Captures,
    ) -> Res {
        let span = pattern.span;
        let cond = self.unit.temp();
        self.emit(
            Op::MatchMapping {
                dst: cond,
                src: subject,
            },
            span,
        );
        self.fail_unless(cond, captures, span);
        if keys.is_empty() && rest.is_none() {
            return Ok(());
        }
        self.check_keys(keys, span)?;
        if !keys.is_empty() {
            let wanted = self.unit.temp();
            self.emit(
                Op::GetLen {
                    dst: cond,
                    src: subject,
                },
                span,
            );
            self.load_const(Const::Int(keys.len() as i64), wanted, span);
            self.emit(
                Op::Ge {
                    dst: cond,
                    a: cond,
                    b: wanted,
                },
                span,
            );
            self.fail_unless(cond, captures, span);
        }
        self.unit.reset(cond.0);
        let key_tuple = self.unit.temp();
        let mark = self.unit.mark();
        let base = self.window(keys)?;
        self.emit(
            Op::BuildTuple {
                dst: key_tuple,
                base,
                n: U16(keys.len() as u16),
            },
            span,
        );
        self.unit.reset(mark);
        let values = self.unit.temp();
        self.emit(
            Op::MatchKeys {
                dst: values,
                src: subject,
                keys: key_tuple,
            },
            span,
        );
        self.unit.jump(
            Op::JumpIfNone {
                src: values,
                off: Off32(0),
            },
            captures.fail,
            span,
        );
        let n = patterns.len() as u16;
        let base = self.unit.temps(n);
        self.emit(
            Op::UnpackSequence {
                base,
                src: values,
                n: U16(n),
            },
            span,
        );
        for (i, pattern) in patterns.iter().enumerate() {
            self.pattern(pattern, Reg(base.0 + i as u16), captures)?;
        }
        match rest.and_then(|name| captures.regs.get(name).copied()) {
            Some(dst) => self.mapping_rest(keys.len(), key_tuple, subject, dst, span),
            None => Ok(()),
        }
    }

    /// `**rest`: a copy of the mapping without the keys that were matched.
    fn mapping_rest(&mut self, count: usize, keys: Reg, subject: Reg, dst: Reg, span: Span) -> Res {
        self.emit(
            Op::BuildDict {
                dst,
                base: dst,
                n: U16(0),
            },
            span,
        );
        self.emit(
            Op::DictUpdate {
                dict: dst,
                src: subject,
            },
            span,
        );
        let base = self.unit.temps(count as u16);
        self.emit(
            Op::UnpackSequence {
                base,
                src: keys,
                n: U16(count as u16),
            },
            span,
        );
        for i in 0..count as u16 {
            self.emit(
                Op::DelItem {
                    obj: dst,
                    key: Reg(base.0 + i),
                },
                span,
            );
        }
        Ok(())
    }

    fn check_keys(&self, keys: &[Expr], span: Span) -> Res {
        if keys.len() > 60_000 {
            return too_many(span);
        }
        let mut seen = HashSet::new();
        for key in keys {
            let Some(value) = self.fold(key) else {
                continue;
            };
            if !seen.insert(key_identity(&value)) {
                let text = super::unparse::constant_text(&value);
                return error(
                    format!("mapping pattern checks duplicate key ({text})"),
                    span,
                );
            }
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    pub fn class_pattern(
        &mut self,
        pattern: &'a Pattern,
        cls: &'a Expr,
        patterns: &'a [Pattern],
        attrs: &'a [Name],
        kwd_patterns: &'a [Pattern],
        subject: Reg,
        captures: &Captures,
    ) -> Res {
        let span = pattern.span;
        self.check_attributes(attrs, kwd_patterns)?;
        if patterns.len() + attrs.len() > 60_000 {
            return too_many(span);
        }
        let base = self.unit.temps(3);
        self.emit(
            Op::Move {
                dst: base,
                src: subject,
            },
            span,
        );
        self.into(cls, Reg(base.0 + 1))?;
        let names = attrs
            .iter()
            .map(|a| Const::Str(Text::from(&*a.id)))
            .collect();
        self.load_const(Const::Tuple(names), Reg(base.0 + 2), span);
        self.emit(
            Op::MatchClass {
                base,
                n: U16(patterns.len() as u16),
            },
            span,
        );
        self.unit.jump(
            Op::JumpIfNone {
                src: base,
                off: Off32(0),
            },
            captures.fail,
            span,
        );
        let n = (patterns.len() + attrs.len()) as u16;
        self.unit.reset(base.0 + 1);
        let values = self.unit.temps(n);
        self.emit(
            Op::UnpackSequence {
                base: values,
                src: base,
                n: U16(n),
            },
            span,
        );
        for (i, pattern) in patterns.iter().chain(kwd_patterns).enumerate() {
            if !is_wildcard(pattern) {
                self.pattern(pattern, Reg(values.0 + i as u16), captures)?;
            }
        }
        Ok(())
    }

    fn check_attributes(&self, attrs: &[Name], patterns: &[Pattern]) -> Res {
        let mut seen = HashSet::new();
        for (attr, pattern) in attrs.iter().zip(patterns) {
            self.check_not_debug(&attr.id, pattern.span)?;
            if !seen.insert(&attr.id) {
                return error(
                    format!("attribute name repeated in class pattern: {}", attr.id),
                    pattern.span,
                );
            }
        }
        Ok(())
    }
}

fn is_star(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::Star(_))
}

fn is_star_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::Star(None))
}

fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(
        pattern.kind,
        PatternKind::As {
            pattern: None,
            name: None
        }
    )
}

/// Keys that are equal to a dict have the same text here.
fn key_identity(value: &Const) -> String {
    match value {
        Const::True => "1".into(),
        Const::False => "0".into(),
        Const::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => format!("{}", *x as i64),
        Const::Complex(re, im) if *im == 0.0 => key_identity(&Const::Float(*re)),
        other => super::unparse::constant_text(other),
    }
}
