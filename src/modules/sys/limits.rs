//! What scripts may set: recursion limit, digits of integer texts, switch interval.

use std::cell::Cell;

use crate::objects::native::Args;
use crate::objects::number_ops::DigitLimit;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

struct SwitchInterval(Cell<f64>);

impl Default for SwitchInterval {
    fn default() -> Self {
        SwitchInterval(Cell::new(0.005))
    }
}

/// An argument that C takes as `int`.
pub fn c_int(vm: &mut Vm, value: &Value) -> Result<i64> {
    match vm.index(value)?.to_i64() {
        Some(n) if i32::try_from(n).is_ok() => Ok(n),
        _ => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

pub fn get_recursion(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.recursion_limit.into())
}

pub fn set_recursion(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let limit = c_int(vm, &args[0])?;
    if limit < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    let (limit, depth) = (limit as usize, vm.depth);
    if depth >= limit {
        return Err(vm.recursion_error(format!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        )));
    }
    vm.recursion_limit = limit;
    Ok(Value::None)
}

pub fn get_digits(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.int_max_str_digits().into())
}

pub fn set_digits(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let digits = c_int(vm, &args[0])?;
    if digits != 0 && digits < 640 {
        return Err(vm.value_error("maxdigits must be 0 or larger than 640"));
    }
    vm.module_state::<DigitLimit>().0.set(digits as usize);
    Ok(Value::None)
}

pub fn get_switch(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.module_state::<SwitchInterval>().0.get().into())
}

pub fn set_switch(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let seconds = vm.real(&args[0])?;
    if seconds <= 0.0 {
        return Err(vm.value_error("switch interval must be strictly positive"));
    }
    vm.module_state::<SwitchInterval>().0.set(seconds);
    Ok(Value::None)
}
