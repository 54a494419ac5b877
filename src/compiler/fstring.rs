//! f-strings.

use apy_grammar::ast::*;

use super::{Compiler, Res};
use crate::bytecode::code::Const;
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

/// So many pieces are joined at a time.
const WINDOW: usize = 256;

impl<'a> Compiler<'a> {
    pub fn joined_str(&mut self, e: &Expr, parts: &'a [FStringPart], dst: Reg) -> Res {
        self.join(parts, e.span, dst)
    }

    fn join(&mut self, parts: &'a [FStringPart], span: Span, dst: Reg) -> Res {
        match parts {
            [] => {
                self.const_str("", dst, span);
                Ok(())
            }
            [part] => self.fstring_part(part, dst),
            _ => {
                let base = Reg(self.unit.mark());
                let mut filled = 0;
                for part in parts {
                    if filled == WINDOW {
                        self.emit(
                            Op::BuildString {
                                dst: base,
                                base,
                                n: U16(filled as u16),
                            },
                            span,
                        );
                        self.unit.reset(base.0 + 1);
                        filled = 1;
                    }
                    let piece = self.unit.temp();
                    self.fstring_part(part, piece)?;
                    filled += 1;
                }
                self.emit(
                    Op::BuildString {
                        dst,
                        base,
                        n: U16(filled as u16),
                    },
                    span,
                );
                Ok(())
            }
        }
    }

    fn fstring_part(&mut self, part: &'a FStringPart, dst: Reg) -> Res {
        match part {
            FStringPart::Literal { span, text } => {
                self.load_const(Const::Str(text.clone()), dst, *span);
                Ok(())
            }
            FStringPart::Replacement {
                span,
                value,
                conversion,
                spec,
            } => self.replacement(*span, value, *conversion, spec.as_deref(), dst),
        }
    }

    fn replacement(
        &mut self,
        span: Span,
        value: &'a Expr,
        conversion: Option<char>,
        spec: Option<&'a [FStringPart]>,
        dst: Reg,
    ) -> Res {
        let mark = self.unit.mark();
        let mut src = match spec {
            Some(_) => self.push(value)?,
            None => self.operand_in(value, dst, &[])?,
        };
        if let Some(conversion) = conversion {
            let kind = match conversion {
                's' => 0,
                'r' => 1,
                _ => 2,
            };
            let text = if self.unit.is_temp(src) {
                src
            } else {
                self.unit.temp()
            };
            self.emit(
                Op::Convert {
                    dst: text,
                    src,
                    kind: U16(kind),
                },
                span,
            );
            src = text;
        }
        match spec {
            Some(spec) => {
                let spec_reg = self.unit.temp();
                self.join(spec, span, spec_reg)?;
                self.emit(
                    Op::FormatValue {
                        dst,
                        src,
                        spec: spec_reg,
                    },
                    span,
                );
            }
            None => self.emit(Op::FormatSimple { dst, src }, span),
        }
        self.unit.reset(mark);
        Ok(())
    }
}
