//! Constant folding: expressions of literals become constants. Whatever could raise, grow large or
//! depend on more than the literals is left to the VM.

use apy_grammar::ast::*;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

use super::Compiler;
use super::consts::literal;
use super::expr::deep;
use crate::bytecode::code::Const;

/// No folded integer has more bits, no folded text more bytes, no tuple more elements.
const MAX_BITS: u64 = 128;
const MAX_TEXT: usize = 4096;
const MAX_ITEMS: usize = 256;
/// Integers up to here are exact as floats.
const EXACT: i64 = 1 << 53;

impl Compiler<'_> {
    /// The value of `e` when it is known now.
    pub fn fold(&self, e: &Expr) -> Option<Const> {
        match &e.kind {
            ExprKind::Constant(constant) => Some(literal(constant)),
            ExprKind::Name(name) if &**name == "__debug__" => Some(if self.options.optimize == 0 {
                Const::True
            } else {
                Const::False
            }),
            ExprKind::UnaryOp { op, operand } => self.fold_unary(*op, operand),
            ExprKind::BinOp { left, op, right } => {
                let right = deep(|| self.fold(right))?;
                let left = deep(|| self.fold(left))?;
                fold_binary(left, *op, right)
            }
            ExprKind::Tuple(items) => Some(Const::Tuple(self.fold_all(items)?)),
            _ => None,
        }
    }

    pub fn fold_all(&self, items: &[Expr]) -> Option<Vec<Const>> {
        items.iter().map(|item| self.fold(item)).collect()
    }

    fn fold_unary(&self, op: UnaryOp, operand: &Expr) -> Option<Const> {
        let value = deep(|| self.fold(operand))?;
        Some(match (op, value) {
            (UnaryOp::Not, _) => {
                if self.known_truth(operand)? {
                    Const::False
                } else {
                    Const::True
                }
            }
            (UnaryOp::Neg, Const::Float(x)) => Const::Float(-x),
            (UnaryOp::Neg, Const::Complex(re, im)) => Const::Complex(-re, -im),
            (UnaryOp::Pos, number @ (Const::Float(_) | Const::Complex(..))) => number,
            (UnaryOp::Neg, value) => from_int(-to_int(&value)?),
            (UnaryOp::Pos, value) => from_int(to_int(&value)?),
            // `~True` warns when it runs.
            (UnaryOp::Invert, Const::True | Const::False) => return None,
            (UnaryOp::Invert, value) => from_int(-to_int(&value)? - 1),
        })
    }

    /// A list or set of constants to look into, or a list to go over, never seen as such.
    pub fn fold_container(&self, e: &Expr) -> Option<Const> {
        match &e.kind {
            ExprKind::List(items) => self.fold_all(items).map(Const::Tuple),
            ExprKind::Set(items) => self.fold_all(items).map(Const::FrozenSet),
            _ => None,
        }
    }
}

fn to_int(value: &Const) -> Option<BigInt> {
    match value {
        Const::Int(n) => Some(BigInt::from(*n)),
        Const::BigInt(n) => Some((**n).clone()),
        Const::True => Some(BigInt::from(1)),
        Const::False => Some(BigInt::from(0)),
        _ => None,
    }
}

fn from_int(value: BigInt) -> Const {
    match value.to_i64() {
        Some(small) => Const::Int(small),
        None => Const::BigInt(Box::new(value)),
    }
}

/// The value as a float when that is exact.
fn to_float(value: &Const) -> Option<f64> {
    match value {
        Const::Float(x) => Some(*x),
        Const::Int(n) if n.unsigned_abs() <= EXACT.unsigned_abs() => Some(*n as f64),
        Const::True => Some(1.0),
        Const::False => Some(0.0),
        _ => None,
    }
}

fn fold_binary(left: Const, op: BinOp, right: Const) -> Option<Const> {
    if let (Some(a), Some(b)) = (to_int(&left), to_int(&right)) {
        // `True & False` is a bool: rare enough to leave alone.
        let bools = matches!(left, Const::True | Const::False)
            && matches!(right, Const::True | Const::False);
        return if bools { None } else { fold_ints(a, op, b) };
    }
    if (matches!(left, Const::Float(_)) || matches!(right, Const::Float(_)))
        && let (Some(a), Some(b)) = (to_float(&left), to_float(&right))
    {
        return fold_floats(a, op, b).map(Const::Float);
    }
    match (left, right) {
        (Const::Complex(re, im), other) if matches!(op, BinOp::Add | BinOp::Sub) => {
            let (b_re, b_im) = complex_parts(&other)?;
            // A real number has no imaginary part to take away.
            Some(if op == BinOp::Add {
                Const::Complex(re + b_re, im + b_im)
            } else {
                Const::Complex(re - b_re, im - b_im)
            })
        }
        (other, Const::Complex(re, im)) if matches!(op, BinOp::Add | BinOp::Sub) => {
            let (a_re, a_im) = complex_parts(&other)?;
            Some(if op == BinOp::Add {
                Const::Complex(a_re + re, a_im + im)
            } else {
                Const::Complex(a_re - re, a_im - im)
            })
        }
        (left, right) => fold_sequences(left, op, right),
    }
}

fn complex_parts(value: &Const) -> Option<(f64, f64)> {
    match value {
        Const::Complex(re, im) => Some((*re, *im)),
        other => Some((to_float(other)?, 0.0)),
    }
}

fn fold_ints(a: BigInt, op: BinOp, b: BigInt) -> Option<Const> {
    let value = match op {
        BinOp::Add => a + b,
        BinOp::Sub => a - b,
        BinOp::Mul if a.bits() + b.bits() <= MAX_BITS => a * b,
        BinOp::FloorDiv if !b.is_zero() => a.div_floor(&b),
        BinOp::Mod if !b.is_zero() => a.mod_floor(&b),
        BinOp::Div if !b.is_zero() => {
            let (x, y) = (to_float(&from_int(a))?, to_float(&from_int(b))?);
            return Some(Const::Float(x / y));
        }
        BinOp::Pow => {
            let exponent = b.to_u32()?;
            if a.bits().saturating_mul(u64::from(exponent)) > MAX_BITS {
                return None;
            }
            a.pow(exponent)
        }
        BinOp::LShift => {
            let by = b.to_u64()?;
            if a.bits().saturating_add(by) > MAX_BITS {
                return None;
            }
            a << by
        }
        BinOp::RShift => a >> b.to_u64()?,
        BinOp::BitAnd => a & b,
        BinOp::BitOr => a | b,
        BinOp::BitXor => a ^ b,
        _ => return None,
    };
    Some(from_int(value))
}

fn fold_floats(a: f64, op: BinOp, b: f64) -> Option<f64> {
    match op {
        BinOp::Add => Some(a + b),
        BinOp::Sub => Some(a - b),
        BinOp::Mul => Some(a * b),
        BinOp::Div if b != 0.0 => Some(a / b),
        _ => None,
    }
}

fn fold_sequences(left: Const, op: BinOp, right: Const) -> Option<Const> {
    match (op, left, right) {
        (BinOp::Add, Const::Str(a), Const::Str(b)) if a.0.len() + b.0.len() <= MAX_TEXT => {
            joined_text(&a, &b)
        }
        (BinOp::Add, Const::Bytes(a), Const::Bytes(b)) if a.len() + b.len() <= MAX_TEXT => {
            Some(Const::Bytes([&a[..], &b[..]].concat().into()))
        }
        (BinOp::Add, Const::Tuple(mut a), Const::Tuple(b)) if a.len() + b.len() <= MAX_ITEMS => {
            a.extend(b);
            Some(Const::Tuple(a))
        }
        (BinOp::Mul, Const::Str(s), Const::Int(n)) | (BinOp::Mul, Const::Int(n), Const::Str(s)) => {
            let n = times(n, s.0.len(), MAX_TEXT)?;
            s.as_str()?;
            Some(Const::Str(Text(s.0.repeat(n).into())))
        }
        (BinOp::Mul, Const::Bytes(s), Const::Int(n))
        | (BinOp::Mul, Const::Int(n), Const::Bytes(s)) => {
            Some(Const::Bytes(s.repeat(times(n, s.len(), MAX_TEXT)?).into()))
        }
        (BinOp::Mul, Const::Tuple(t), Const::Int(n))
        | (BinOp::Mul, Const::Int(n), Const::Tuple(t)) => {
            let n = times(n, t.len(), MAX_ITEMS)?;
            Some(Const::Tuple(std::iter::repeat_n(t, n).flatten().collect()))
        }
        _ => None,
    }
}

/// Surrogates that would meet are not joined here.
fn joined_text(a: &Text, b: &Text) -> Option<Const> {
    let joined = [a.as_str()?, b.as_str()?].concat();
    Some(Const::Str(Text::from(joined.as_str())))
}

fn times(n: i64, len: usize, limit: usize) -> Option<usize> {
    let n = usize::try_from(n.max(0)).ok()?;
    (len.checked_mul(n)? <= limit).then_some(n)
}
