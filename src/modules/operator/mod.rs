//! Module `_operator`: the operators as functions; `getters.rs` holds `itemgetter`, `attrgetter` and
//! `methodcaller`.

mod getters;

use super::NativeModule;
use crate::bytecode::op::BinaryOp;
use crate::objects::dict::Dict;
use crate::objects::header::Gc;
use crate::objects::list::Tuple;
use crate::objects::module::Module;
use crate::objects::names::Slot;
use crate::objects::native::{Args, Keywords, NativeDef, function};
use crate::objects::operators::CompareOp;
use crate::objects::protocol::Integer;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static OPERATOR: NativeModule = NativeModule {
    name: "_operator",
    doc: "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.",
    functions: FUNCTIONS,
    init: getters::init,
};

macro_rules! binary {
    ($name:literal, $op:ident, $doc:literal) => {
        function(
            $name,
            "($module, a, b, /)",
            |vm, args| vm.binary(BinaryOp::$op, &args[0], &args[1]),
            $doc,
        )
    };
}

macro_rules! inplace {
    ($name:literal, $op:ident, $doc:literal) => {
        function(
            $name,
            "($module, a, b, /)",
            |vm, args| vm.inplace(BinaryOp::$op, &args[0], &args[1]),
            $doc,
        )
    };
}

macro_rules! compare {
    ($name:literal, $op:ident, $doc:literal) => {
        function(
            $name,
            "($module, a, b, /)",
            |vm, args| vm.compare(CompareOp::$op, &args[0], &args[1]),
            $doc,
        )
    };
}

macro_rules! unary {
    ($name:literal, $slot:ident, $doc:literal) => {
        function(
            $name,
            "($module, a, /)",
            |vm, args| vm.unary(Slot::$slot, &args[0]),
            $doc,
        )
    };
}

static FUNCTIONS: &[NativeDef] = &[
    binary!("add", Add, "Same as a + b."),
    binary!("sub", Sub, "Same as a - b."),
    binary!("mul", Mul, "Same as a * b."),
    binary!("matmul", MatMul, "Same as a @ b."),
    binary!("truediv", TrueDiv, "Same as a / b."),
    binary!("floordiv", FloorDiv, "Same as a // b."),
    binary!("mod", Mod, "Same as a % b."),
    binary!("pow", Pow, "Same as a ** b."),
    binary!("lshift", LShift, "Same as a << b."),
    binary!("rshift", RShift, "Same as a >> b."),
    binary!("and_", BitAnd, "Same as a & b."),
    binary!("or_", BitOr, "Same as a | b."),
    binary!("xor", BitXor, "Same as a ^ b."),
    inplace!("iadd", Add, "Same as a += b."),
    inplace!("isub", Sub, "Same as a -= b."),
    inplace!("imul", Mul, "Same as a *= b."),
    inplace!("imatmul", MatMul, "Same as a @= b."),
    inplace!("itruediv", TrueDiv, "Same as a /= b."),
    inplace!("ifloordiv", FloorDiv, "Same as a //= b."),
    inplace!("imod", Mod, "Same as a %= b."),
    inplace!("ipow", Pow, "Same as a **= b."),
    inplace!("ilshift", LShift, "Same as a <<= b."),
    inplace!("irshift", RShift, "Same as a >>= b."),
    inplace!("iand", BitAnd, "Same as a &= b."),
    inplace!("ior", BitOr, "Same as a |= b."),
    inplace!("ixor", BitXor, "Same as a ^= b."),
    compare!("lt", Lt, "Same as a < b."),
    compare!("le", Le, "Same as a <= b."),
    compare!("eq", Eq, "Same as a == b."),
    compare!("ne", Ne, "Same as a != b."),
    compare!("gt", Gt, "Same as a > b."),
    compare!("ge", Ge, "Same as a >= b."),
    unary!("abs", Abs, "Same as abs(a)."),
    unary!("neg", Neg, "Same as -a."),
    unary!("pos", Pos, "Same as +a."),
    unary!("invert", Invert, "Same as ~a."),
    unary!("inv", Invert, "Same as ~a."),
    function(
        "truth",
        "($module, a, /)",
        |vm, args| vm.truth(&args[0]).map(Value::Bool),
        "Return True if a is true, False otherwise.",
    ),
    function(
        "not_",
        "($module, a, /)",
        |vm, args| vm.truth(&args[0]).map(|b| Value::Bool(!b)),
        "Same as not a.",
    ),
    function(
        "is_",
        "($module, a, b, /)",
        |_, args| Ok(Value::Bool(args[0].is_same(&args[1]))),
        "Same as a is b.",
    ),
    function(
        "is_not",
        "($module, a, b, /)",
        |_, args| Ok(Value::Bool(!args[0].is_same(&args[1]))),
        "Same as a is not b.",
    ),
    function("index", "($module, a, /)", index, "Same as a.__index__()"),
    function(
        "contains",
        "($module, a, b, /)",
        |vm, args| vm.contains(&args[0], &args[1]).map(Value::Bool),
        "Same as b in a (note reversed operands).",
    ),
    function(
        "getitem",
        "($module, a, b, /)",
        |vm, args| vm.get_item(&args[0], &args[1]),
        "Same as a[b].",
    ),
    function(
        "setitem",
        "($module, a, b, c, /)",
        |vm, args| {
            vm.set_item(&args[0], &args[1], &args[2])
                .map(|()| Value::None)
        },
        "Same as a[b] = c.",
    ),
    function(
        "delitem",
        "($module, a, b, /)",
        |vm, args| vm.del_item(&args[0], &args[1]).map(|()| Value::None),
        "Same as del a[b].",
    ),
    function(
        "concat",
        "($module, a, b, /)",
        concat,
        "Same as a + b, for a and b sequences.",
    ),
    function(
        "iconcat",
        "($module, a, b, /)",
        iconcat,
        "Same as a += b, for a and b sequences.",
    ),
    function(
        "countOf",
        "($module, a, b, /)",
        count_of,
        "Return the number of items in a which are, or which equal, b.",
    ),
    function(
        "indexOf",
        "($module, a, b, /)",
        index_of,
        "Return the first index of b in a.",
    ),
    function(
        "length_hint",
        "($module, obj, default=0, /)",
        length_hint,
        "Return an estimate of the number of items in obj.\n\nIf the object supports len(), the result will be exact.\nOtherwise, it may over- or under-estimate by an arbitrary amount.\nThe result will be an integer >= 0.",
    ),
    function(
        "call",
        "($module, obj, /, *args, **kwargs)",
        call,
        "Same as obj(*args, **kwargs).",
    ),
    function(
        "_compare_digest",
        "($module, a, b, /)",
        compare_digest,
        "Return 'a == b', taking the same time for all inputs of a length.",
    ),
];

fn index(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match vm.index(&args[0])? {
        Integer::Small(n) => Ok(Value::Int(n)),
        Integer::Big(n) => Ok(vm.new_int(n)),
    }
}

fn check_sequence(vm: &mut Vm, value: &Value) -> Result<()> {
    let ty = vm.type_of(value);
    if ty.has_slot(Slot::GetItem) && !value.is::<Dict>() {
        return Ok(());
    }
    let name = vm.type_name(value);
    Err(vm.type_error(format!("'{name}' object can't be concatenated")))
}

fn concat(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_sequence(vm, &args[0])?;
    vm.binary(BinaryOp::Add, &args[0], &args[1])
}

fn iconcat(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_sequence(vm, &args[0])?;
    vm.inplace(BinaryOp::Add, &args[0], &args[1])
}

/// An iterator for a search, whose error is the search's.
fn iter_to_search(vm: &mut Vm, value: &Value) -> Result<Value> {
    match vm.iter(value) {
        Err(e) if e.is_a(&vm.exc.TypeError) => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("argument of type '{name}' is not iterable")))
        }
        result => result,
    }
}

fn count_of(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = iter_to_search(vm, &args[0])?;
    let mut count = 0;
    while let Some(item) = vm.next(&iter)? {
        count += i64::from(vm.eq(&item, &args[1])?);
    }
    Ok(Value::Int(count))
}

fn index_of(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = iter_to_search(vm, &args[0])?;
    let mut at = 0;
    while let Some(item) = vm.next(&iter)? {
        if vm.eq(&item, &args[1])? {
            return Ok(Value::Int(at));
        }
        at += 1;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

fn length_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let default = match args[1].given() {
        None => 0,
        Some(default) if vm.as_integer(default).is_some() => vm.index_i64(default)?,
        Some(other) => {
            let name = vm.type_name(other);
            return Err(vm.type_error(format!(
                "'{name}' object cannot be interpreted as an integer"
            )));
        }
    };
    // The default may be negative, so it is put in afterwards.
    let marker = usize::MAX;
    match vm.length_hint(&args[0], marker)? {
        n if n == marker => Ok(Value::Int(default)),
        n => Ok(n.into()),
    }
}

fn call(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let items = args[1]
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default();
    let keywords = args[2].downcast::<Dict>().map(|d| d.items());
    let (names, values): (Vec<Value>, Vec<Value>) =
        keywords.unwrap_or_default().into_iter().unzip();
    let keywords = Keywords {
        names: &names,
        values: &values,
    };
    vm.call_with(&args[0], &items, keywords)
}

fn compare_digest(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (a, b) = (&args[0], &args[1]);
    if let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
        if !a.is_ascii() || !b.is_ascii() {
            return Err(
                vm.type_error("comparing strings with non-ASCII characters is not supported")
            );
        }
        return Ok(Value::Bool(same_bytes(a.bytes(), b.bytes())));
    }
    let (x, y) = (vm.buffer(a)?, vm.buffer(b)?);
    match (x, y) {
        (Some(x), Some(y)) => Ok(Value::Bool(same_bytes(&x, &y))),
        _ => {
            let (a, b) = (vm.type_name(a), vm.type_name(b));
            Err(vm.type_error(format!(
                "unsupported operand types(s) or combination of types: '{a}' and '{b}'"
            )))
        }
    }
}

/// Looks at every byte, whatever it finds.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let differences = a.iter().zip(b).fold(0, |sum, (x, y)| sum | (x ^ y));
    a.len() == b.len() && differences == 0
}

/// Adds a native type to the module.
fn add<T: crate::objects::header::Payload>(
    vm: &mut Vm,
    module: &Gc<Module>,
    def: &'static crate::objects::types::TypeDef,
) {
    let ty = vm.module_type::<T>(def, None);
    let name = ty.name().to_string();
    vm.set_in(module, &name, ty.into());
}
