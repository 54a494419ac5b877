//! The builtin functions on numbers: `abs`, `bin`, `divmod`, `format`, `hash`, `hex`, `max`, `min`, `oct`,
//! `pow`, `round`, `sum`.

use crate::bytecode::op::BinaryOp;
use crate::numeric::int_text;
use crate::numeric::summation::Compensated;
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::list::Tuple;
use crate::objects::names::Slot;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::number_ops::int_ref;
use crate::objects::operators::CompareOp;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

fn abs(vm: &mut Vm, args: Args<'_>) -> Result {
    vm.unary(Slot::Abs, &args[0])
}

fn in_base(vm: &mut Vm, args: Args<'_>, base: u32) -> Result {
    let n = vm.index_int(&args[0])?;
    let text = vm.number(int_text::prefixed(n.borrow(), base))?;
    Ok(vm.new_str(text))
}

fn bin(vm: &mut Vm, args: Args<'_>) -> Result {
    in_base(vm, args, 2)
}

fn oct(vm: &mut Vm, args: Args<'_>) -> Result {
    in_base(vm, args, 8)
}

fn hex(vm: &mut Vm, args: Args<'_>) -> Result {
    in_base(vm, args, 16)
}

fn divmod(vm: &mut Vm, args: Args<'_>) -> Result {
    let result = vm.try_both(Slot::DivMod, Slot::RDivMod, &args[0], &args[1])?;
    if result.is_not_implemented() {
        return Err(vm.unsupported("divmod()", &args[0], &args[1]));
    }
    Ok(result)
}

fn pow(vm: &mut Vm, args: Args<'_>) -> Result {
    let (base, exponent) = (&args[0], &args[1]);
    let Some(modulus) = args[2].given_not_none() else {
        return vm.binary(BinaryOp::Pow, base, exponent);
    };
    let result = power_modulo(vm, base, exponent, modulus)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    let names = [base, exponent, modulus].map(|value| vm.type_name(value));
    let [a, b, c] = names;
    Err(vm.type_error(format!(
        "unsupported operand type(s) for ** or pow(): '{a}', '{b}', '{c}'"
    )))
}

/// Asks the base's type first, then the modulus's builtin meaning: a float or complex refuses.
fn power_modulo(vm: &mut Vm, base: &Value, exponent: &Value, modulus: &Value) -> Result {
    let operands = [exponent.clone(), modulus.clone()];
    if let Some(result) = vm.call_slot(base, Slot::Pow, &operands)?
        && !result.is_not_implemented()
    {
        return Ok(result);
    }
    // A float or a complex number among the others words the refusal.
    for other in [exponent, modulus] {
        let ty = vm.type_of(other);
        let refuses = ty == &vm.types.float || ty == &vm.types.complex;
        if refuses && let Some(result) = vm.call_slot(other, Slot::Pow, &operands)? {
            return Ok(result);
        }
    }
    Ok(Value::NotImplemented)
}

fn round(vm: &mut Vm, args: Args<'_>) -> Result {
    let digits = args[1].given_not_none().map(std::slice::from_ref);
    match vm.call_slot(&args[0], Slot::Round, digits.unwrap_or_default())? {
        Some(result) => Ok(result),
        None => {
            let name = vm.type_name(&args[0]);
            Err(vm.type_error(format!("type {name} doesn't define __round__ method")))
        }
    }
}

fn format(vm: &mut Vm, args: Args<'_>) -> Result {
    let spec = match args[1].given() {
        None => vm.heap.new_str(""),
        Some(spec) => match spec.downcast::<Str>() {
            Some(spec) => spec.clone(),
            None => {
                let name = match spec {
                    Value::None => "None".to_owned(),
                    other => vm.type_name(other),
                };
                let message = format!("format() argument 2 must be str, not {name}");
                return Err(vm.type_error(message));
            }
        },
    };
    Ok(vm.format(&args[0], &spec)?.into())
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Result {
    vm.hash(&args[0]).map(Value::Int)
}

fn sum(vm: &mut Vm, args: Args<'_>) -> Result {
    let iter = vm.iter(&args[0])?;
    let start = match args[1].given() {
        None => Value::Int(0),
        Some(start) => start.clone(),
    };
    let refused = if start.is::<Str>() {
        Some("sum() can't sum strings [use ''.join(seq) instead]")
    } else if start.is::<Bytes>() {
        Some("sum() can't sum bytes [use b''.join(seq) instead]")
    } else if start.is::<ByteArray>() {
        Some("sum() can't sum bytearray [use b''.join(seq) instead]")
    } else {
        None
    };
    match refused {
        Some(message) => Err(vm.type_error(message)),
        None => sum_from(vm, &iter, start),
    }
}

/// Adds what an iterator gives. Once the total is a float, floats are added with compensation until
/// something else turns up.
fn sum_from(vm: &mut Vm, iter: &Value, start: Value) -> Result {
    let mut total = start;
    loop {
        let next = match total {
            Value::Float(so_far) => {
                let (sum, next) = sum_floats(vm, iter, so_far)?;
                total = Value::Float(sum);
                next
            }
            _ => vm.next(iter)?,
        };
        let Some(item) = next else {
            return Ok(total);
        };
        total = match (&total, &item) {
            (Value::Int(a), Value::Int(b)) if a.checked_add(*b).is_some() => Value::Int(a + b),
            _ => vm.binary(BinaryOp::Add, &total, &item)?,
        };
    }
}

/// Adds floats and ints up to the first item that is neither, which comes back with the sum.
fn sum_floats(vm: &mut Vm, iter: &Value, start: f64) -> Result<(f64, Option<Value>)> {
    let mut sum = Compensated::new(start);
    loop {
        match vm.next(iter)? {
            Some(Value::Float(x)) => sum.add(x),
            Some(Value::Int(n)) => sum.add_int(n),
            Some(Value::Bool(b)) => sum.add_int(i64::from(b)),
            other => return Ok((sum.total(), other)),
        }
    }
}

fn extreme(vm: &mut Vm, args: Args<'_>, name: &str, op: CompareOp) -> Result {
    let given = match args[0].downcast::<Tuple>() {
        Some(given) => given.clone(),
        None => return Err(vm.system_error("bad argument to internal function")),
    };
    let default = args[2].given();
    let iter = match given.items() {
        [] => {
            return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
        }
        [iterable] => vm.iter(iterable)?,
        _ if default.is_some() => {
            return Err(vm.type_error(format!(
                "Cannot specify a default for {name}() with multiple positional arguments"
            )));
        }
        _ => vm.iter(&args[0])?,
    };
    match best(vm, &iter, args[1].given_not_none(), op)? {
        Some(value) => Ok(value),
        None => match default {
            Some(default) => Ok(default.clone()),
            None => Err(vm.value_error(format!("{name}() iterable argument is empty"))),
        },
    }
}

/// The first item whose key no other's precedes by `op`.
fn best(vm: &mut Vm, iter: &Value, key: Option<&Value>, op: CompareOp) -> Result<Option<Value>> {
    let mut found: Option<(Value, Value)> = None;
    while let Some(item) = vm.next(iter)? {
        let rank = match key {
            Some(key) => vm.call(key, std::slice::from_ref(&item))?,
            None => item.clone(),
        };
        let better = match &found {
            None => true,
            Some((best, _)) => vm.compare_bool(op, &rank, best)?,
        };
        if better {
            found = Some((rank, item));
        }
    }
    Ok(found.map(|(_, item)| item))
}

fn min(vm: &mut Vm, args: Args<'_>) -> Result {
    extreme(vm, args, "min", CompareOp::Lt)
}

fn max(vm: &mut Vm, args: Args<'_>) -> Result {
    extreme(vm, args, "max", CompareOp::Gt)
}

/// The limit of `sys.set_int_max_str_digits`, for that module.
pub fn set_int_max_str_digits(vm: &mut Vm, value: &Value) -> Result<()> {
    let limit = match int_ref(value).map(|n| n.to_i64()) {
        Some(Some(n)) => n,
        Some(None) => return Err(vm.overflow_error("Python int too large to convert to C int")),
        None => {
            let name = vm.type_name(value);
            let message = format!("'{name}' object cannot be interpreted as an integer");
            return Err(vm.type_error(message));
        }
    };
    if limit != 0 && limit < 640 {
        return Err(vm.value_error("maxdigits must be 0 or larger than 640"));
    }
    let state = vm.module_state::<crate::objects::number_ops::DigitLimit>();
    state.0.set(limit as usize);
    Ok(())
}

pub static FUNCTIONS: &[NativeDef] = &[
    function(
        "abs",
        "($module, x, /)",
        abs,
        "Return the absolute value of the argument.",
    ),
    function(
        "bin",
        "($module, number, /)",
        bin,
        "Return the binary representation of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'",
    ),
    function(
        "divmod",
        "($module, x, y, /)",
        divmod,
        "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.",
    ),
    function(
        "format",
        "($module, value, format_spec='', /)",
        format,
        "Return type(value).__format__(value, format_spec)",
    ),
    function(
        "hash",
        "($module, obj, /)",
        hash,
        "Return the hash value for the given object.\n\nTwo objects that compare equal must also have the same hash value, but the\nreverse is not necessarily true.",
    ),
    function(
        "hex",
        "($module, number, /)",
        hex,
        "Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'",
    ),
    function(
        "max",
        "(*args, key=None, default=<unrepresentable>)",
        max,
        "With a single iterable argument, return its biggest item.\nWith two or more positional arguments, return the largest argument.",
    ),
    function(
        "min",
        "(*args, key=None, default=<unrepresentable>)",
        min,
        "With a single iterable argument, return its smallest item.\nWith two or more positional arguments, return the smallest argument.",
    ),
    function(
        "oct",
        "($module, number, /)",
        oct,
        "Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'",
    ),
    function(
        "pow",
        "($module, /, base, exp, mod=None)",
        pow,
        "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.\n\nSome types, such as ints, are able to use a more efficient algorithm when\ninvoked using the three argument form.",
    ),
    function(
        "round",
        "($module, /, number, ndigits=None)",
        round,
        "Round a number to a given precision in decimal digits.\n\nThe return value is an integer if ndigits is omitted or None.  Otherwise\nthe return value has the same type as the number.  ndigits may be negative.",
    ),
    function(
        "sum",
        "($module, iterable, /, start=0)",
        sum,
        "Return the sum of a 'start' value (default: 0) plus an iterable of numbers\n\nWhen the iterable is empty, return the start value.\nThis function is intended specifically for use with numeric values and may\nreject non-numeric types.",
    ),
];
