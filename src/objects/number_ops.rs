//! Arithmetic and comparison of numbers as values: what the operators of `int`, `float` and `complex`
//! come to, and the way between values and the plain numbers of `numeric`.

use std::cell::Cell;
use std::cmp::Ordering;

use num_traits::ToPrimitive;

use super::exceptions::Exc;
use super::names::Slot;
use super::number::{ComplexObj, FloatObj, IntObj};
use super::operators::CompareOp;
use super::value::Value;
use crate::bytecode::op::BinaryOp;
use crate::numeric::complex::Complex;
use crate::numeric::error::{ErrorKind, NumberError, NumberResult};
use crate::numeric::float_ops::{self, Power};
use crate::numeric::int::{Int, IntRef};
use crate::numeric::{int_ops, int_text};
use crate::vm::{Result, Vm};

/// `sys.set_int_max_str_digits`, as a module's state.
pub struct DigitLimit(pub Cell<usize>);

impl Default for DigitLimit {
    fn default() -> Self {
        DigitLimit(Cell::new(int_text::DEFAULT_MAX_DIGITS))
    }
}

/// The integer in an `int`, `bool` or instance of a subclass; `None` for anything else.
#[inline]
pub fn int_ref(value: &Value) -> Option<IntRef<'_>> {
    match value {
        Value::Int(n) => Some(IntRef::Small(*n)),
        Value::Bool(b) => Some(IntRef::Small(i64::from(*b))),
        Value::Obj(obj) => obj.downcast::<IntObj>().map(|n| match n.0.to_i64() {
            Some(small) => IntRef::Small(small),
            None => IntRef::Big(&n.0),
        }),
        _ => None,
    }
}

/// The float in a `float` or instance of a subclass.
#[inline]
pub fn float_of(value: &Value) -> Option<f64> {
    match value {
        Value::Float(x) => Some(*x),
        Value::Obj(obj) => obj.downcast::<FloatObj>().map(|x| x.0),
        _ => None,
    }
}

/// The number in a `complex` or instance of a subclass.
pub fn complex_of(value: &Value) -> Option<Complex> {
    value
        .downcast::<ComplexObj>()
        .map(|z| Complex::new(z.re, z.im))
}

impl Vm {
    /// The exception that an error of `numeric` stands for.
    #[cold]
    pub fn raise_number(&mut self, error: NumberError) -> Exc {
        let message = error.message.into_owned();
        match error.kind {
            ErrorKind::Value => self.value_error(message),
            ErrorKind::Type => self.type_error(message),
            ErrorKind::Overflow => self.overflow_error(message),
            ErrorKind::ZeroDivision => self.zero_division_error(message),
            ErrorKind::Index => self.index_error(message),
            ErrorKind::Key => {
                let key = self.new_str(message);
                self.key_error(key)
            }
            ErrorKind::Memory => {
                let class = self.exc.MemoryError.clone();
                self.error_with(&class, vec![])
            }
            ErrorKind::Range => {
                let class = self.exc.OverflowError.clone();
                let message = self.new_str(message);
                self.error_with(&class, vec![Value::Int(34), message])
            }
        }
    }

    /// A result of `numeric` as one of the VM.
    #[inline]
    pub fn number<T>(&mut self, result: NumberResult<T>) -> Result<T> {
        result.map_err(|error| self.raise_number(error))
    }

    /// The value of an integer.
    #[inline]
    pub fn int_value(&self, n: Int) -> Value {
        match n {
            Int::Small(n) => Value::Int(n),
            Int::Big(n) => self.heap.alloc(&self.types.int, IntObj(n)).into(),
        }
    }

    pub fn int_result(&mut self, result: NumberResult<Int>) -> Result<Value> {
        let n = self.number(result)?;
        Ok(self.int_value(n))
    }

    pub fn float_result(&mut self, result: NumberResult<f64>) -> Result<Value> {
        self.number(result).map(Value::Float)
    }

    pub fn complex_value(&self, z: Complex) -> Value {
        let payload = ComplexObj { re: z.re, im: z.im };
        self.heap.alloc(&self.types.complex, payload).into()
    }

    pub fn complex_result(&mut self, result: NumberResult<Complex>) -> Result<Value> {
        let z = self.number(result)?;
        Ok(self.complex_value(z))
    }

    /// The most digits that `str(int)` and `int(str)` convert; 0 for no limit.
    pub fn int_max_str_digits(&mut self) -> usize {
        self.module_state::<DigitLimit>().0.get()
    }

    /// `operator.index(value)` as a plain integer.
    pub fn index_int(&mut self, value: &Value) -> Result<Int> {
        if let Some(n) = int_ref(value) {
            return Ok(n.to_int());
        }
        match self.call_slot(value, Slot::Index, &[])? {
            Some(result) => match int_ref(&result) {
                Some(n) => Ok(n.to_int()),
                None => {
                    let name = self.type_name(&result);
                    Err(self.type_error(format!("__index__ returned non-int (type {name})")))
                }
            },
            None => {
                let name = self.type_name(value);
                let message = format!("'{name}' object cannot be interpreted as an integer");
                Err(self.type_error(message))
            }
        }
    }

    /// A real number as a float: floats, ints, and what `__float__` or `__index__` gives.
    /// `TypeError` "must be real number, not str".
    pub fn real(&mut self, value: &Value) -> Result<f64> {
        match self.real_opt(value)? {
            Some(x) => Ok(x),
            None => {
                let name = self.type_name(value);
                Err(self.type_error(format!("must be real number, not {name}")))
            }
        }
    }

    /// As [`Vm::real`]; `None` for what is no real number.
    pub fn real_opt(&mut self, value: &Value) -> Result<Option<f64>> {
        if let Some(x) = float_of(value) {
            return Ok(Some(x));
        }
        if let Some(n) = int_ref(value) {
            return self.number(int_ops::to_float(n)).map(Some);
        }
        let class = self.type_name(value);
        if let Some(result) = self.call_slot(value, Slot::Float, &[])? {
            return match float_of(&result) {
                Some(x) => Ok(Some(x)),
                None => {
                    let name = self.type_name(&result);
                    let message = format!("{class}.__float__ returned non-float (type {name})");
                    Err(self.type_error(message))
                }
            };
        }
        if self.type_of(value).has_slot(Slot::Index) {
            let n = self.index_int(value)?;
            return self.number(int_ops::to_float(n.borrow())).map(Some);
        }
        Ok(None)
    }

    /// `int op int`
    pub fn int_arithmetic(&mut self, op: BinaryOp, a: IntRef<'_>, b: IntRef<'_>) -> Result<Value> {
        let result = match op {
            BinaryOp::Add => Ok(int_ops::add(a, b)),
            BinaryOp::Sub => Ok(int_ops::sub(a, b)),
            BinaryOp::Mul => Ok(int_ops::mul(a, b)),
            BinaryOp::FloorDiv => int_ops::floor_div(a, b),
            BinaryOp::Mod => int_ops::modulo(a, b),
            BinaryOp::LShift => int_ops::shl(a, b),
            BinaryOp::RShift => int_ops::shr(a, b),
            BinaryOp::BitAnd => Ok(int_ops::bit_and(a, b)),
            BinaryOp::BitOr => Ok(int_ops::bit_or(a, b)),
            BinaryOp::BitXor => Ok(int_ops::bit_xor(a, b)),
            BinaryOp::TrueDiv => return self.float_result(int_ops::true_div(a, b)),
            BinaryOp::Pow if b.is_negative() => {
                let x = self.number(int_ops::to_float(a))?;
                let y = self.number(int_ops::to_float(b))?;
                return self.float_power(x, y);
            }
            BinaryOp::Pow => int_ops::pow(a, b),
            BinaryOp::MatMul => return Ok(Value::NotImplemented),
        };
        self.int_result(result)
    }

    /// `float op float`
    pub fn float_arithmetic(&mut self, op: BinaryOp, x: f64, y: f64) -> Result<Value> {
        let result = match op {
            BinaryOp::Add => Ok(x + y),
            BinaryOp::Sub => Ok(x - y),
            BinaryOp::Mul => Ok(x * y),
            BinaryOp::TrueDiv => float_ops::div(x, y),
            BinaryOp::FloorDiv => float_ops::floor_div(x, y),
            BinaryOp::Mod => float_ops::modulo(x, y),
            BinaryOp::Pow => return self.float_power(x, y),
            _ => return Ok(Value::NotImplemented),
        };
        self.float_result(result)
    }

    fn float_power(&mut self, x: f64, y: f64) -> Result<Value> {
        match self.number(float_ops::pow(x, y))? {
            Power::Float(power) => Ok(Value::Float(power)),
            Power::Complex => self.complex_result(Complex::real(x).pow(Complex::real(y))),
        }
    }

    /// `complex op complex`
    pub fn complex_arithmetic(&mut self, op: BinaryOp, a: Complex, b: Complex) -> Result<Value> {
        let result = match op {
            BinaryOp::Add => Ok(a + b),
            BinaryOp::Sub => Ok(a - b),
            BinaryOp::Mul => Ok(a * b),
            BinaryOp::TrueDiv => a.divide(b),
            BinaryOp::Pow => a.pow(b),
            _ => return Ok(Value::NotImplemented),
        };
        self.complex_result(result)
    }

    /// An operand of a float's operator: `None` when it is neither float nor int.
    pub fn float_operand(&mut self, value: &Value) -> Result<Option<f64>> {
        match (float_of(value), int_ref(value)) {
            (Some(x), _) => Ok(Some(x)),
            (None, Some(n)) => self.number(int_ops::to_float(n)).map(Some),
            _ => Ok(None),
        }
    }

    /// An operand of a complex number's operator.
    pub fn complex_operand(&mut self, value: &Value) -> Result<Option<Complex>> {
        match complex_of(value) {
            Some(z) => Ok(Some(z)),
            None => Ok(self.float_operand(value)?.map(Complex::real)),
        }
    }

    /// The operator between two numbers of exactly the builtin types, without a look at their methods;
    /// `None` for other operands.
    #[inline]
    pub fn quick_arithmetic(
        &mut self,
        op: BinaryOp,
        a: &Value,
        b: &Value,
    ) -> Result<Option<Value>> {
        let result = match (a, b) {
            (Value::Int(x), Value::Int(y)) => {
                self.int_arithmetic(op, IntRef::Small(*x), IntRef::Small(*y))?
            }
            (Value::Float(x), Value::Float(y)) => self.float_arithmetic(op, *x, *y)?,
            (Value::Int(x), Value::Float(y)) => self.float_arithmetic(op, *x as f64, *y)?,
            (Value::Float(x), Value::Int(y)) => self.float_arithmetic(op, *x, *y as f64)?,
            (Value::Obj(_), Value::Int(_) | Value::Obj(_)) | (Value::Int(_), Value::Obj(_)) => {
                match (self.exact_int(a), self.exact_int(b)) {
                    (Some(x), Some(y)) => self.int_arithmetic(op, x, y)?,
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        Ok((!result.is_not_implemented()).then_some(result))
    }

    /// The integer of a value whose type is exactly `int`.
    pub fn exact_int<'a>(&self, value: &'a Value) -> Option<IntRef<'a>> {
        match value {
            Value::Int(n) => Some(IntRef::Small(*n)),
            Value::Obj(obj) if obj.ty() == &self.types.int => int_ref(value),
            _ => None,
        }
    }
}

/// What `int`'s comparisons say; `None` when the other is no int.
pub fn compare_ints(op: CompareOp, a: &Value, b: &Value) -> Option<bool> {
    Some(op.test(int_ref(a)?.cmp(&int_ref(b)?)))
}

/// What `float`'s comparisons say; `None` when the other is neither float nor int.
pub fn compare_floats(op: CompareOp, a: &Value, b: &Value) -> Option<bool> {
    let x = float_of(a)?;
    let order = match (float_of(b), int_ref(b)) {
        (Some(y), _) => x.partial_cmp(&y),
        (None, Some(n)) => float_ops::compare_int(n, x).map(Ordering::reverse),
        _ => return None,
    };
    // Nan is unequal to everything and neither above nor below.
    Some(order.map_or(op == CompareOp::Ne, |order| op.test(order)))
}

/// Whether a complex number equals another number; `None` when the other is none.
pub fn complex_equals(a: &Value, b: &Value) -> Option<bool> {
    let z = complex_of(a)?;
    if let Some(other) = complex_of(b) {
        return Some(z == other);
    }
    let real = match (float_of(b), int_ref(b)) {
        (Some(y), _) => z.re == y,
        (None, Some(n)) => float_ops::compare_int(n, z.re) == Some(Ordering::Equal),
        _ => return None,
    };
    Some(real && z.im == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(vm: &mut Vm, result: Result<Value>) -> String {
        match result {
            Ok(value) => vm.repr(&value).unwrap().lossy().into_owned(),
            Err(error) => {
                let args = error.0.args.borrow().clone();
                let name = error.0.ty().name();
                format!("{name}{}", vm.repr(&args).unwrap().lossy())
            }
        }
    }

    #[test]
    fn operators_reach_the_numbers() {
        let mut vm = Vm::new();
        let mut show = |op, a: Value, b: Value| {
            let result = vm.binary(op, &a, &b);
            text(&mut vm, result)
        };
        let int = Value::Int;
        assert_eq!(
            show(BinaryOp::Mul, int(i64::MAX), int(4)),
            "36893488147419103228"
        );
        assert_eq!(
            show(BinaryOp::TrueDiv, int(1), int(3)),
            "0.3333333333333333"
        );
        assert_eq!(show(BinaryOp::Pow, int(2), int(-1)), "0.5");
        assert_eq!(show(BinaryOp::Add, Value::TRUE, Value::TRUE), "2");
        assert_eq!(show(BinaryOp::BitAnd, Value::TRUE, Value::FALSE), "False");
        assert_eq!(show(BinaryOp::Mod, Value::Float(-1.0), int(3)), "2.0");
    }

    #[test]
    fn constructors_read_texts() {
        let mut vm = Vm::new();
        let int = vm.types.int.value();
        let float = vm.types.float.value();
        let complex = vm.types.complex.value();
        for (class, argument, expected) in [
            (&int, " -1_0 ", "-10"),
            (&float, "1e-7", "1e-07"),
            (&complex, "1-2j", "(1-2j)"),
        ] {
            let argument = vm.new_str(argument);
            let class = class
                .downcast::<super::super::typeobj::Type>()
                .unwrap()
                .clone();
            let new = class.slot(Slot::New).unwrap();
            let result = vm.call(&new, &[class.value(), argument]);
            assert_eq!(text(&mut vm, result), expected);
        }
    }
}
