//! Binary, unary and comparison operators on any values, with reflected and in-place forms
//! (data model, "Emulating numeric types", "Rich comparison methods").

use super::dict::Dict;
use super::names::Slot;
use super::native::Native;
use super::str::Str;
use super::value::Value;
use crate::bytecode::op::BinaryOp;
use crate::vm::{Result, Vm};

/// A rich comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CompareOp {
    pub const fn slot(self) -> Slot {
        match self {
            CompareOp::Lt => Slot::Lt,
            CompareOp::Le => Slot::Le,
            CompareOp::Eq => Slot::Eq,
            CompareOp::Ne => Slot::Ne,
            CompareOp::Gt => Slot::Gt,
            CompareOp::Ge => Slot::Ge,
        }
    }

    /// `a op b` is `b op.swapped() a`.
    pub fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }

    pub fn symbol(self) -> &'static str {
        match self {
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        }
    }

    /// What the comparison says of an ordering.
    #[inline]
    pub fn test(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ordering.is_lt(),
            CompareOp::Le => ordering.is_le(),
            CompareOp::Eq => ordering.is_eq(),
            CompareOp::Ne => ordering.is_ne(),
            CompareOp::Gt => ordering.is_gt(),
            CompareOp::Ge => ordering.is_ge(),
        }
    }
}

impl BinaryOp {
    /// The special method, its reflected and its in-place form.
    pub fn slots(self) -> (Slot, Slot, Slot) {
        match self {
            BinaryOp::Add => (Slot::Add, Slot::RAdd, Slot::IAdd),
            BinaryOp::Sub => (Slot::Sub, Slot::RSub, Slot::ISub),
            BinaryOp::Mul => (Slot::Mul, Slot::RMul, Slot::IMul),
            BinaryOp::MatMul => (Slot::MatMul, Slot::RMatMul, Slot::IMatMul),
            BinaryOp::TrueDiv => (Slot::TrueDiv, Slot::RTrueDiv, Slot::ITrueDiv),
            BinaryOp::FloorDiv => (Slot::FloorDiv, Slot::RFloorDiv, Slot::IFloorDiv),
            BinaryOp::Mod => (Slot::Mod, Slot::RMod, Slot::IMod),
            BinaryOp::Pow => (Slot::Pow, Slot::RPow, Slot::IPow),
            BinaryOp::LShift => (Slot::LShift, Slot::RLShift, Slot::ILShift),
            BinaryOp::RShift => (Slot::RShift, Slot::RRShift, Slot::IRShift),
            BinaryOp::BitAnd => (Slot::And, Slot::RAnd, Slot::IAnd),
            BinaryOp::BitOr => (Slot::Or, Slot::ROr, Slot::IOr),
            BinaryOp::BitXor => (Slot::Xor, Slot::RXor, Slot::IXor),
        }
    }

    /// As error messages show it.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::MatMul => "@",
            BinaryOp::TrueDiv => "/",
            BinaryOp::FloorDiv => "//",
            BinaryOp::Mod => "%",
            BinaryOp::Pow => "** or pow()",
            BinaryOp::LShift => "<<",
            BinaryOp::RShift => ">>",
            BinaryOp::BitAnd => "&",
            BinaryOp::BitOr => "|",
            BinaryOp::BitXor => "^",
        }
    }
}

impl Vm {
    /// `a op b`
    pub fn binary(&mut self, op: BinaryOp, a: &Value, b: &Value) -> Result<Value> {
        if let Some(result) = self.quick_arithmetic(op, a, b)? {
            return Ok(result);
        }
        let result = self.binary_or_not_implemented(op, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        Err(self.unsupported(op.symbol(), a, b))
    }

    /// "unsupported operand type(s) for +: 'int' and 'str'"
    pub fn unsupported(&mut self, symbol: &str, a: &Value, b: &Value) -> super::exceptions::Exc {
        let (x, y) = (self.type_name(a), self.type_name(b));
        let hint = match (symbol, a.downcast::<Native>()) {
            (">>", Some(native)) if native.def.name == "print" => {
                ". Did you mean \"print(<message>, file=<output_stream>)\"?"
            }
            _ => "",
        };
        self.type_error(format!(
            "unsupported operand type(s) for {symbol}: '{x}' and '{y}'{hint}"
        ))
    }

    fn binary_or_not_implemented(&mut self, op: BinaryOp, a: &Value, b: &Value) -> Result<Value> {
        let (slot, reflected, _) = op.slots();
        self.try_both(slot, reflected, a, b)
    }

    /// Tries `a.slot(b)` and `b.reflected(a)` in the order that the types ask for; `NotImplemented`
    /// when neither knows.
    pub fn try_both(&mut self, slot: Slot, reflected: Slot, a: &Value, b: &Value) -> Result<Value> {
        let (ta, tb) = (self.type_of(a).clone(), self.type_of(b).clone());
        let left = ta.slot(slot);
        let mut right = if ta == tb { None } else { tb.slot(reflected) };
        // A subclass that redefines the reflected method goes first; and sequence concatenation and
        // repetition, which CPython keeps in other slots, come after every number's method.
        let first = right.as_ref().is_some_and(|r| {
            tb.is_subtype(&ta) && !tb.inherits_slot(reflected, &ta)
                || left
                    .as_ref()
                    .is_some_and(|l| self.is_sequence_operator(slot, l))
                    && !self.is_sequence_operator(reflected, r)
        });
        if first && let Some(right) = right.take() {
            let result = self.call_special(&right, b, std::slice::from_ref(a))?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        if let Some(left) = left {
            let result = self.call_special(&left, a, std::slice::from_ref(b))?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        match right {
            Some(right) => self.call_special(&right, b, std::slice::from_ref(a)),
            None => Ok(Value::NotImplemented),
        }
    }

    fn is_sequence_operator(&self, slot: Slot, func: &Value) -> bool {
        matches!(
            slot,
            Slot::Add | Slot::Mul | Slot::RMul | Slot::IAdd | Slot::IMul
        ) && func
            .downcast::<Native>()
            .and_then(|n| n.owner.as_ref())
            .is_some_and(|owner| {
                let t = &self.types;
                [&t.list, &t.tuple, &t.str, &t.bytes, &t.bytearray].contains(&owner)
            })
    }

    /// `a op= b`: the new value of the target.
    pub fn inplace(&mut self, op: BinaryOp, a: &Value, b: &Value) -> Result<Value> {
        if let Some(result) = self.quick_arithmetic(op, a, b)? {
            return Ok(result);
        }
        let (_, reflected, slot) = op.slots();
        if let Some(func) = self.type_of(a).slot(slot) {
            // The reflected method of a foreign right operand goes before `list += x`.
            if self.is_sequence_operator(slot, &func)
                && self.type_of(a) != self.type_of(b)
                && let Some(right) = self.type_of(b).slot(reflected)
                && !self.is_sequence_operator(reflected, &right)
            {
                let result = self.call_special(&right, b, std::slice::from_ref(a))?;
                if !result.is_not_implemented() {
                    return Ok(result);
                }
            }
            let result = self.call_special(&func, a, std::slice::from_ref(b))?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        let result = self.binary_or_not_implemented(op, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        let symbol = if op == BinaryOp::Pow {
            "**=".to_string()
        } else {
            format!("{}=", op.symbol())
        };
        Err(self.unsupported(&symbol, a, b))
    }

    /// `-a`, `+a`, `~a` by its special method.
    pub fn unary(&mut self, slot: Slot, a: &Value) -> Result<Value> {
        if let Some(result) = self.call_slot(a, slot, &[])? {
            return Ok(result);
        }
        let symbol = match slot {
            Slot::Neg => "unary -",
            Slot::Pos => "unary +",
            Slot::Invert => "unary ~",
            _ => "abs()",
        };
        let name = self.type_name(a);
        Err(self.type_error(format!("bad operand type for {symbol}: '{name}'")))
    }

    // ---- comparison ------------------------------------------------------------------------

    /// `a op b` for a rich comparison; any object may come back.
    pub fn compare(&mut self, op: CompareOp, a: &Value, b: &Value) -> Result<Value> {
        if let Some(result) = quick_compare(op, a, b) {
            return Ok(Value::Bool(result));
        }
        self.enter_recursion(" in comparison")?;
        let result = self.compare_slow(op, a, b);
        self.leave_recursion();
        result
    }

    fn compare_slow(&mut self, op: CompareOp, a: &Value, b: &Value) -> Result<Value> {
        let (ta, tb) = (self.type_of(a).clone(), self.type_of(b).clone());
        let right_first = ta != tb && tb.is_subtype(&ta) && tb.slot(op.swapped().slot()).is_some();
        if right_first && let Some(result) = self.compare_half(op.swapped(), b, a)? {
            return Ok(result);
        }
        if let Some(result) = self.compare_half(op, a, b)? {
            return Ok(result);
        }
        if !right_first && let Some(result) = self.compare_half(op.swapped(), b, a)? {
            return Ok(result);
        }
        match op {
            CompareOp::Eq => Ok(Value::Bool(a.is_same(b))),
            CompareOp::Ne => Ok(Value::Bool(!a.is_same(b))),
            _ => {
                let (symbol, x, y) = (op.symbol(), ta.full_name(), tb.full_name());
                Err(self.type_error(format!(
                    "'{symbol}' not supported between instances of '{x}' and '{y}'"
                )))
            }
        }
    }

    fn compare_half(&mut self, op: CompareOp, a: &Value, b: &Value) -> Result<Option<Value>> {
        let result = self.call_slot(a, op.slot(), std::slice::from_ref(b))?;
        Ok(result.filter(|r| !r.is_not_implemented()))
    }

    /// `a == b` as a truth value, identity first (as containers compare).
    #[inline]
    pub fn eq(&mut self, a: &Value, b: &Value) -> Result<bool> {
        if a.is_same(b) {
            return Ok(true);
        }
        self.compare_bool(CompareOp::Eq, a, b)
    }

    /// `bool(a op b)`
    pub fn compare_bool(&mut self, op: CompareOp, a: &Value, b: &Value) -> Result<bool> {
        if let Some(result) = quick_compare(op, a, b) {
            return Ok(result);
        }
        let result = self.compare(op, a, b)?;
        self.truth(&result)
    }

    /// `item in container`
    pub fn contains(&mut self, container: &Value, item: &Value) -> Result<bool> {
        if let Some(dict) = container.downcast::<Dict>()
            && dict.ty() == &self.types.dict
        {
            let dict = dict.clone();
            let hash = self.hash(item)?;
            return Ok(dict.find(self, item, hash)?.is_some());
        }
        if let Some(func) = self.type_of(container).slot(Slot::Contains) {
            if func.is_none() {
                let name = self.type_name(container);
                return Err(self.type_error(format!("'{name}' object is not a container")));
            }
            let result = self.call_special(&func, container, std::slice::from_ref(item))?;
            return self.truth(&result);
        }
        let iter = match self.iter(container) {
            Ok(iter) => iter,
            Err(e)
                if e.is_a(&self.exc.TypeError) && !self.type_of(container).has_slot(Slot::Iter) =>
            {
                let name = self.type_name(container);
                return Err(self.type_error(format!("argument of type '{name}' is not iterable")));
            }
            Err(e) => return Err(e),
        };
        while let Some(value) = self.next(&iter)? {
            if self.eq(&value, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Comparisons of unboxed numbers and exact strings, which run no code.
#[inline]
pub fn quick_compare(op: CompareOp, a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(op.test(x.cmp(y))),
        (Value::Float(x), Value::Float(y)) => Some(match op {
            CompareOp::Lt => x < y,
            CompareOp::Le => x <= y,
            CompareOp::Eq => x == y,
            CompareOp::Ne => x != y,
            CompareOp::Gt => x > y,
            CompareOp::Ge => x >= y,
        }),
        (Value::Obj(x), Value::Obj(y)) if x.ty() == y.ty() && !x.ty().is_heap_type() => {
            match (x.downcast::<Str>(), y.downcast::<Str>()) {
                (Some(x), Some(y)) => Some(op.test(x.bytes().cmp(y.bytes()))),
                _ => None,
            }
        }
        _ => None,
    }
}
