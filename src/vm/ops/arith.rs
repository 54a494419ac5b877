//! Arithmetic beyond the inline cases: mixed small numbers first, then the types' methods.

use num_bigint::BigInt;

use crate::bytecode::op::BinaryOp;
use crate::objects::names::Slot;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// `-value`
pub fn negate(vm: &mut Vm, value: &Value) -> Result<Value> {
    match value {
        Value::Int(n) => Ok(match n.checked_neg() {
            Some(n) => Value::Int(n),
            None => vm.new_int(-BigInt::from(*n)),
        }),
        Value::Float(x) => Ok(Value::Float(-x)),
        _ => vm.unary(Slot::Neg, value),
    }
}

/// `~value`
pub fn invert(vm: &mut Vm, value: &Value) -> Result<Value> {
    match value {
        Value::Int(n) => Ok(Value::Int(!n)),
        _ => vm.unary(Slot::Invert, value),
    }
}

impl Vm {
    /// What the loop does not do inline.
    #[cold]
    #[inline(never)]
    pub(crate) fn binary_slow(&mut self, op: BinaryOp, a: &Value, b: &Value) -> Result<Value> {
        match (a, b) {
            (Value::Int(x), Value::Int(y)) => {
                if let Some(value) = self.small_ints(op, *x, *y) {
                    return Ok(value);
                }
            }
            (Value::Int(x), Value::Float(y)) if x.unsigned_abs() < 1 << 53 => {
                if let Some(value) = floats(op, *x as f64, *y) {
                    return Ok(value);
                }
            }
            (Value::Float(x), Value::Int(y)) if y.unsigned_abs() < 1 << 53 => {
                if let Some(value) = floats(op, *x, *y as f64) {
                    return Ok(value);
                }
            }
            (Value::Obj(x), Value::Obj(y))
                if op == BinaryOp::Add
                    && x.ty() == &self.types.str
                    && y.ty() == &self.types.str =>
            {
                if let (Some(x), Some(y)) = (x.downcast::<Str>(), y.downcast::<Str>()) {
                    let mut bytes = Vec::with_capacity(x.bytes().len() + y.bytes().len());
                    bytes.extend_from_slice(x.bytes());
                    bytes.extend_from_slice(y.bytes());
                    return Ok(self.new_str(Str::from_wtf8(bytes)));
                }
            }
            _ => {}
        }
        self.binary(op, a, b)
    }

    pub(crate) fn inplace_slow(&mut self, op: BinaryOp, a: &Value, b: &Value) -> Result<Value> {
        match (a, b) {
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
                // Numbers have no in-place forms; only the error's words differ.
                match self.try_both(op.slots().0, op.slots().1, a, b)? {
                    Value::NotImplemented => self.inplace(op, a, b),
                    value => Ok(value),
                }
            }
            (Value::Obj(x), Value::Obj(y))
                if x.ty() == &self.types.str && y.ty() == &self.types.str =>
            {
                self.binary_slow(op, a, b)
            }
            _ => self.inplace(op, a, b),
        }
    }

    /// Small integers whose result is not the inline case; `None` leaves it to the methods of `int`.
    fn small_ints(&self, op: BinaryOp, x: i64, y: i64) -> Option<Value> {
        Some(match op {
            BinaryOp::Add => self.new_int(BigInt::from(i128::from(x) + i128::from(y))),
            BinaryOp::Sub => self.new_int(BigInt::from(i128::from(x) - i128::from(y))),
            BinaryOp::Mul => self.new_int(BigInt::from(i128::from(x) * i128::from(y))),
            BinaryOp::TrueDiv
                if y != 0 && x.unsigned_abs() < 1 << 53 && y.unsigned_abs() < 1 << 53 =>
            {
                Value::Float(x as f64 / y as f64)
            }
            BinaryOp::LShift if (0..64).contains(&y) && (x << y) >> y == x => Value::Int(x << y),
            _ => return None,
        })
    }
}

fn floats(op: BinaryOp, x: f64, y: f64) -> Option<Value> {
    Some(Value::Float(match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::TrueDiv if y != 0.0 => x / y,
        _ => return None,
    }))
}
