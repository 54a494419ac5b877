//! The module `_decimal`: the types `Decimal` and `Context` behind `decimal`, which adds what is clearer
//! in the language itself (exceptions, `localcontext`, the mappings of flags and traps).
//!
//! - `number.rs` is `Decimal`, `context.rs` is `Context`; this file is what both need: reading values as
//!   decimals, and turning signals into flags and exceptions.

mod context;
mod number;

use std::cell::RefCell;

use num_bigint::Sign;

use crate::modules::NativeModule;
use crate::numeric::decimal::{Decimal, Signals};
use crate::numeric::unicode_digits::{to_ascii_digits, trim};
use crate::objects::header::Gc;
use crate::objects::list::{List, Tuple};
use crate::objects::module::Module;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::number_ops::{float_of, int_ref};
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::payload;
use crate::vm::{Result, Vm};

pub use context::ContextObj;

/// An instance of `Decimal`.
pub struct DecimalObj {
    pub number: Decimal,
}
payload!(DecimalObj, untracked);

/// The current context. (A context holds plain numbers only, so no cycle can go through it.)
#[derive(Default)]
struct State {
    current: RefCell<Value>,
}

/// Names of the exceptions of signals, as `flags` lists them.
const SIGNALS: [(&str, Signals); 9] = [
    ("InvalidOperation", Signals::INVALID),
    ("FloatOperation", Signals::FLOAT_OPERATION),
    ("DivisionByZero", Signals::DIVISION_BY_ZERO),
    ("Overflow", Signals::OVERFLOW),
    ("Underflow", Signals::UNDERFLOW),
    ("Subnormal", Signals::SUBNORMAL),
    ("Inexact", Signals::INEXACT),
    ("Rounded", Signals::ROUNDED),
    ("Clamped", Signals::CLAMPED),
];

/// Conditions of which `InvalidOperation` is the signal.
const CONDITIONS: [(&str, Signals); 5] = [
    ("InvalidOperation", Signals::INVALID_OPERATION),
    ("ConversionSyntax", Signals::CONVERSION_SYNTAX),
    ("DivisionImpossible", Signals::DIVISION_IMPOSSIBLE),
    ("DivisionUndefined", Signals::DIVISION_UNDEFINED),
    ("InvalidContext", Signals::INVALID_CONTEXT),
];

/// Something that the module `decimal` defines.
fn defined(vm: &mut Vm, name: &str) -> Result {
    let module = vm.intern("decimal");
    let found = vm.modules.get_str(&module);
    let name = vm.intern(name);
    let found = found
        .as_ref()
        .and_then(|module| module.downcast::<Module>())
        .and_then(|module| module.dict.get_str(&name));
    match found {
        Some(value) => Ok(value),
        None => Err(vm.runtime_error("the module decimal is not loaded")),
    }
}

/// A new exact `Decimal`.
fn new_decimal(vm: &mut Vm, number: Decimal) -> Value {
    let class = number::class(vm);
    vm.heap.alloc(&class, DecimalObj { number }).into()
}

/// Records an operation's signals in its context, and raises what is trapped.
fn settle(vm: &mut Vm, ctx: &Gc<ContextObj>, signals: Signals) -> Result<()> {
    if signals.has(Signals::MEMORY) {
        return Err(vm.raise_number(crate::numeric::NumberError::memory()));
    }
    ctx.flags.set(ctx.flags.get() | signals.0);
    let trapped = Signals(ctx.traps.get() & signals.0);
    if trapped.0 == 0 {
        return Ok(());
    }
    let mut listed = Vec::new();
    for (name, bit) in CONDITIONS.iter().chain(&SIGNALS[1..]) {
        if trapped.has(*bit) {
            listed.push(defined(vm, name)?);
        }
    }
    let first = SIGNALS.iter().find(|(_, bit)| trapped.has(*bit));
    let class = defined(vm, first.map_or("DecimalException", |(name, _)| name))?;
    let list = vm.new_list(listed).into();
    let exception = vm.call(&class, &[list])?;
    match exception.downcast::<crate::objects::exceptions::Exception>() {
        Some(exception) => Err(crate::objects::exceptions::Exc(exception.clone())),
        None => Err(vm.runtime_error("the exceptions of decimal are not exceptions")),
    }
}

/// The result of an operation as a value, its signals settled.
fn finish(vm: &mut Vm, ctx: &Gc<ContextObj>, number: Decimal, signals: Signals) -> Result {
    settle(vm, ctx, signals)?;
    Ok(new_decimal(vm, number))
}

/// A `Decimal` or an `int` as a number; `None` for anything else.
fn operand(value: &Value) -> Option<Decimal> {
    if let Some(decimal) = value.downcast::<DecimalObj>() {
        return Some(decimal.number.clone());
    }
    let n = int_ref(value)?.big().into_owned();
    let negative = n.sign() == Sign::Minus;
    Some(Decimal::finite(negative, n.into_parts().1, 0))
}

/// As `operand`, refusing others.
fn need_operand(vm: &mut Vm, value: &Value) -> Result<Decimal> {
    operand(value).ok_or_else(|| {
        let name = vm.type_name(value);
        vm.type_error(format!(
            "conversion from {name} to Decimal is not supported"
        ))
    })
}

/// The exact number of any value that `Decimal(value)` takes.
fn convert(vm: &mut Vm, value: &Value, ctx: &Gc<ContextObj>) -> Result<Decimal> {
    if let Some(number) = operand(value) {
        return Ok(number);
    }
    if let Some(text) = value.downcast::<Str>() {
        let found = parse(&text.lossy());
        return match found {
            Some(number) => Ok(number),
            None => {
                settle(vm, ctx, Signals::CONVERSION_SYNTAX)?;
                Ok(Decimal::nan())
            }
        };
    }
    if let Some(x) = float_of(value) {
        settle(vm, ctx, Signals::FLOAT_OPERATION)?;
        return Ok(Decimal::from_float(x));
    }
    if value.is::<Tuple>() || value.is::<List>() {
        return from_tuple(vm, value, ctx);
    }
    need_operand(vm, value)
}

fn parse(text: &str) -> Option<Decimal> {
    let text = to_ascii_digits(trim(text)).replace('_', "");
    let number = Decimal::parse(&text)?;
    Some(number)
}

/// `(sign, digits, exponent)`
fn from_tuple(vm: &mut Vm, value: &Value, ctx: &Gc<ContextObj>) -> Result<Decimal> {
    let parts = vm.collect(value)?;
    let [sign, digits, exponent] = parts.as_slice() else {
        return Err(vm.value_error("argument must be a sequence of length 3"));
    };
    let sign = match int_ref(sign).and_then(|n| n.to_i64()) {
        Some(sign @ (0 | 1)) => {
            if sign == 1 {
                "-"
            } else {
                ""
            }
        }
        _ => return Err(vm.value_error("sign must be an integer with the value 0 or 1")),
    };
    let mut text = String::from(sign);
    let kind = exponent
        .downcast::<Str>()
        .map(|kind| kind.lossy().into_owned());
    match kind.as_deref() {
        Some("F") => return Ok(Decimal::infinity(sign == "-")),
        Some("n") => text.push_str("NaN"),
        Some("N") => text.push_str("sNaN"),
        Some(_) => {
            return Err(
                vm.value_error("string argument in the third position must be 'F', 'n' or 'N'")
            );
        }
        None => {}
    }
    if !digits.is::<Tuple>() && !digits.is::<List>() {
        return Err(vm.value_error("coefficient must be a tuple of digits"));
    }
    for digit in vm.collect(digits)? {
        match int_ref(&digit).and_then(|n| n.to_i64()) {
            Some(digit @ 0..=9) => text.push(char::from(b'0' + digit as u8)),
            _ => return Err(vm.value_error("coefficient must be a tuple of digits")),
        }
    }
    if kind.is_none() {
        if text == sign {
            text.push('0');
        }
        let Some(exponent) = int_ref(exponent) else {
            return Err(vm.value_error("exponent must be an integer"));
        };
        match exponent.to_i64() {
            Some(exponent) => text.push_str(&format!("E{exponent}")),
            None => return Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }
    match parse(&text) {
        Some(number) => Ok(number),
        None => {
            settle(vm, ctx, Signals::CONVERSION_SYNTAX)?;
            Ok(Decimal::nan())
        }
    }
}

fn getcontext(vm: &mut Vm, _: Args<'_>) -> Result {
    Ok(context::current(vm)?.value())
}

fn setcontext(vm: &mut Vm, args: Args<'_>) -> Result {
    let Some(ctx) = args[0].downcast::<ContextObj>().cloned() else {
        return Err(vm.type_error("argument must be a context"));
    };
    let mut value = ctx.value();
    // The templates stay as they are: a copy becomes current.
    for name in ["DefaultContext", "BasicContext", "ExtendedContext"] {
        if defined(vm, name).is_ok_and(|template| template.is_same(&value)) {
            value = context::copy_of(vm, &ctx);
            if let Some(copy) = value.downcast::<ContextObj>() {
                copy.flags.set(0);
            }
            break;
        }
    }
    vm.module_state::<State>().current.replace(value);
    Ok(Value::None)
}

/// The flags (0) or traps (1) of a context as bits in the order of `SIGNALS`.
fn get_signals(vm: &mut Vm, args: Args<'_>) -> Result {
    let ctx = args.this::<ContextObj>(vm, 0)?;
    let bits = if args[1].is_same(&Value::Int(0)) {
        ctx.flags.get()
    } else {
        ctx.traps.get()
    };
    let set = SIGNALS
        .iter()
        .enumerate()
        .filter(|(_, (_, bit))| Signals(bits).has(*bit))
        .map(|(i, _)| 1i64 << i)
        .sum();
    Ok(Value::Int(set))
}

fn set_signals(vm: &mut Vm, args: Args<'_>) -> Result {
    let ctx = args.this::<ContextObj>(vm, 0)?;
    let set = vm.index_i64(&args[2])?;
    let bits = SIGNALS
        .iter()
        .enumerate()
        .filter(|(i, _)| set >> i & 1 == 1)
        .fold(0, |bits, (_, (_, bit))| bits | bit.0);
    if args[1].is_same(&Value::Int(0)) {
        ctx.flags.set(bits);
    } else {
        ctx.traps.set(bits);
    }
    Ok(Value::None)
}

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let decimal = number::class(vm).value();
    vm.set_in(module, "Decimal", decimal);
    let context = context::class(vm).value();
    vm.set_in(module, "Context", context);
    for (_, name) in crate::numeric::decimal::Rounding::ALL {
        let text = vm.intern(name).value();
        vm.set_in(module, name, text);
    }
    use crate::numeric::decimal::context::{MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY};
    for (name, n) in [
        ("MAX_PREC", MAX_PREC),
        ("MAX_EMAX", MAX_EMAX),
        ("MIN_EMIN", MIN_EMIN),
        ("MIN_ETINY", MIN_ETINY),
    ] {
        vm.set_in(module, name, Value::Int(n));
    }
    vm.set_in(module, "HAVE_THREADS", Value::TRUE);
    vm.set_in(module, "HAVE_CONTEXTVAR", Value::TRUE);
    Ok(())
}

pub static DECIMAL: NativeModule = NativeModule {
    name: "_decimal",
    doc: "Decimal numbers and their contexts.",
    functions: FUNCTIONS,
    init,
};

static FUNCTIONS: &[NativeDef] = &[
    function(
        "getcontext",
        "($module, /)",
        getcontext,
        "Get the current default context.",
    ),
    function(
        "setcontext",
        "($module, context, /)",
        setcontext,
        "Set a new default context.",
    ),
    function(
        "_get_signals",
        "($module, context, which, /)",
        get_signals,
        "Flags (0) or traps (1) as bits.",
    ),
    function(
        "_set_signals",
        "($module, context, which, bits, /)",
        set_signals,
        "Set flags (0) or traps (1).",
    ),
];
