//! The constants, names and sites of a code object. Equal constants of equal type are kept once.

use std::sync::Arc;

use apy_grammar::ast::{Constant, Ident, Span};

use super::Compiler;
use super::unit::{TooMany, Unit};
use crate::bytecode::code::{Code, Const};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;

/// From this many sites on, equal ones share their cache.
const SITES_OF_THEIR_OWN: usize = 50_000;

impl Unit<'_> {
    pub fn add_const(&mut self, value: Const) -> ConstId {
        let mut key = Vec::new();
        encode(&value, &mut key);
        if let Some(&id) = self.const_ids.get(&key) {
            return id;
        }
        let id = ConstId(self.consts.len() as u32);
        self.consts.push(value);
        self.const_ids.insert(key, id);
        id
    }

    pub fn add_code(&mut self, code: Arc<Code>) -> ConstId {
        self.consts.push(Const::Code(code));
        ConstId(self.consts.len() as u32 - 1)
    }

    pub fn name_id(&mut self, name: &Ident) -> NameId {
        if let Some(&id) = self.name_ids.get(name) {
            return id;
        }
        let Ok(index) = u16::try_from(self.names.len()) else {
            self.overflow = Some(TooMany("names"));
            return NameId(0);
        };
        self.names.push(name.clone());
        self.name_ids.insert(name.clone(), NameId(index));
        NameId(index)
    }

    /// A site for `name`; `what` tells the kinds of instructions apart that may not share one.
    pub fn site(&mut self, name: &Ident, what: &'static str) -> Site {
        let id = self.name_id(name);
        let share = self.sites.len() >= SITES_OF_THEIR_OWN;
        if share && let Some(&site) = self.shared_sites.get(&(id, what)) {
            return site;
        }
        let Ok(index) = u16::try_from(self.sites.len()) else {
            self.overflow = Some(TooMany("names"));
            return Site(0);
        };
        self.sites.push(id);
        if share {
            self.shared_sites.insert((id, what), Site(index));
        }
        Site(index)
    }
}

impl Compiler<'_> {
    pub fn load_const(&mut self, value: Const, dst: Reg, span: Span) {
        let op = match value {
            Const::None => Op::LoadNone { dst },
            Const::True => Op::LoadBool { dst, v: U16(1) },
            Const::False => Op::LoadBool { dst, v: U16(0) },
            Const::Int(n) if i32::try_from(n).is_ok() => Op::LoadInt {
                dst,
                v: Imm32(n as i32),
            },
            other => Op::LoadConst {
                dst,
                k: self.unit.add_const(other),
            },
        };
        self.emit(op, span);
    }
}

/// The literal as a constant of the code.
pub(super) fn literal(constant: &Constant) -> Const {
    match constant {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(n) => Const::Int(*n),
        Constant::BigInt(n) => Const::BigInt(n.clone()),
        Constant::Float(x) => Const::Float(*x),
        Constant::Imaginary(x) => Const::Complex(0.0, *x),
        Constant::Str(text) => Const::Str(text.clone()),
        Constant::Bytes(bytes) => Const::Bytes(bytes.clone()),
    }
}

/// Bytes that are equal only for constants that are the same to a program.
fn encode(value: &Const, out: &mut Vec<u8>) {
    fn text(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
        out.push(tag);
        out.extend((bytes.len() as u64).to_le_bytes());
        out.extend(bytes);
    }
    match value {
        Const::None => out.push(b'N'),
        Const::True => out.push(b'T'),
        Const::False => out.push(b'F'),
        Const::Ellipsis => out.push(b'.'),
        Const::Int(n) => {
            out.push(b'i');
            out.extend(n.to_le_bytes());
        }
        Const::BigInt(n) => text(b'I', &n.to_signed_bytes_le(), out),
        Const::Float(x) => {
            out.push(b'f');
            out.extend(x.to_bits().to_le_bytes());
        }
        Const::Complex(re, im) => {
            out.push(b'c');
            out.extend(re.to_bits().to_le_bytes());
            out.extend(im.to_bits().to_le_bytes());
        }
        Const::Str(s) => text(b's', &s.0, out),
        Const::Bytes(b) => text(b'b', b, out),
        Const::Tuple(items) | Const::FrozenSet(items) => {
            out.push(if matches!(value, Const::Tuple(_)) {
                b'('
            } else {
                b'{'
            });
            out.extend((items.len() as u64).to_le_bytes());
            items.iter().for_each(|item| encode(item, out));
        }
        Const::Code(code) => {
            out.push(b'C');
            out.extend((Arc::as_ptr(code).addr() as u64).to_le_bytes());
        }
    }
}
