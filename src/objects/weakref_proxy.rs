//! `weakref.proxy`: an object that does what its target does, as long as that lives.

use super::header::Gc;
use super::names::Slot;
use super::native::{Args, NativeDef, method};
use super::operators::CompareOp;
use super::str::Str;
use super::types::{NO_NEW, TypeDef};
use super::value::Value;
use super::weakref::WeakRef;
use crate::bytecode::op::BinaryOp;
use crate::vm::{Result, Vm};

pub static PROXY: TypeDef = TypeDef {
    name: "weakref.ProxyType",
    flags: NO_NEW,
    methods: PROXY_METHODS,
    ..TypeDef::EMPTY
};

pub static CALLABLE_PROXY: TypeDef = TypeDef {
    name: "weakref.CallableProxyType",
    flags: NO_NEW,
    methods: CALLABLE_METHODS,
    ..TypeDef::EMPTY
};

/// What a proxy stands for; other values stand for themselves. `ReferenceError` when it is gone.
pub fn target(vm: &mut Vm, value: &Value) -> Result<Value> {
    let ty = vm.type_of(value);
    if ty != &vm.types.weakproxy && ty != &vm.types.weakcallableproxy {
        return Ok(value.clone());
    }
    match value.downcast::<WeakRef>().and_then(|w| w.get()) {
        Some(target) => Ok(target.into()),
        None => Err(vm.reference_error("weakly-referenced object no longer exists")),
    }
}

impl Vm {
    /// Whether a value is a proxy of either kind.
    pub fn is_proxy(&self, value: &Value) -> bool {
        let ty = self.type_of(value);
        ty == &self.types.weakproxy || ty == &self.types.weakcallableproxy
    }

    /// An attribute of a proxy is its target's.
    pub fn proxy_get_attr(&mut self, obj: &Value, name: &Gc<Str>) -> Result<Value> {
        let target = target(self, obj)?;
        self.get_attr(&target, name)
    }

    pub fn proxy_set_attr(&mut self, obj: &Value, name: &Gc<Str>, value: Value) -> Result<()> {
        let target = target(self, obj)?;
        match value {
            Value::Unbound => self.del_attr(&target, name),
            value => self.set_attr(&target, name, &value),
        }
    }
}

fn attribute_name(vm: &mut Vm, name: &Value) -> Result<Gc<Str>> {
    match name.downcast::<Str>() {
        Some(name) => Ok(name.clone()),
        None => {
            let ty = vm.type_name(name);
            Err(vm.type_error(format!("attribute name must be string, not '{ty}'")))
        }
    }
}

fn getattribute(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = attribute_name(vm, &args[1])?;
    vm.proxy_get_attr(&args[0], &name)
}

fn setattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = attribute_name(vm, &args[1])?;
    vm.proxy_set_attr(&args[0], &name, args[2].clone())?;
    Ok(Value::None)
}

fn delattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = attribute_name(vm, &args[1])?;
    vm.proxy_set_attr(&args[0], &name, Value::Unbound)?;
    Ok(Value::None)
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let at = vm.id(&args[0]);
    let text = match args[0]
        .downcast::<WeakRef>()
        .and_then(|w| w.get())
        .map(Value::from)
    {
        Some(target) => {
            let (ty, id) = (vm.type_name(&target), vm.id(&target));
            format!("<weakproxy at {at:#x}; to '{ty}' at {id:#x}>")
        }
        None => format!("<weakproxy at {at:#x}; dead>"),
    };
    Ok(vm.new_str(text))
}

fn str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    vm.str(&target).map(Value::from)
}

fn truth(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    vm.truth(&target).map(Value::Bool)
}

fn len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    vm.len(&target).map(Value::from)
}

fn getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    vm.get_item(&target, &args[1])
}

fn setitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    vm.set_item(&target, &args[1], &args[2])?;
    Ok(Value::None)
}

fn delitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    vm.del_item(&target, &args[1])?;
    Ok(Value::None)
}

fn contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    vm.contains(&target, &args[1]).map(Value::Bool)
}

fn iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    vm.iter(&target)
}

fn next(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    if !vm.type_of(&target).has_slot(Slot::Next) {
        let name = vm.type_name(&target);
        return Err(vm.type_error(format!(
            "Weakref proxy referenced a non-iterator '{name}' object"
        )));
    }
    match vm.next(&target)? {
        Some(value) => Ok(value),
        None => Err(vm.stop_iteration(Value::None)),
    }
}

/// A method of the target, found as an attribute.
fn by_name(vm: &mut Vm, this: &Value, name: &str) -> Result<Value> {
    let target = target(vm, this)?;
    vm.call_method(&target, name, &[])
}

fn bytes(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    by_name(vm, &args[0], "__bytes__")
}

fn reversed(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    by_name(vm, &args[0], "__reversed__")
}

/// What a builtin function makes of the target.
fn by_type(vm: &mut Vm, this: &Value, class: Value) -> Result<Value> {
    let target = target(vm, this)?;
    vm.call(&class, &[target])
}

fn int(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = vm.types.int.value();
    by_type(vm, &args[0], class)
}

fn float(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = vm.types.float.value();
    by_type(vm, &args[0], class)
}

fn index(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = target(vm, &args[0])?;
    Ok(match vm.index(&target)? {
        super::protocol::Integer::Small(n) => Value::Int(n),
        super::protocol::Integer::Big(n) => vm.new_int(n),
    })
}

fn unary(vm: &mut Vm, args: Args<'_>, slot: Slot) -> Result<Value> {
    let target = target(vm, &args[0])?;
    vm.unary(slot, &target)
}

fn compare(vm: &mut Vm, args: Args<'_>, op: CompareOp) -> Result<Value> {
    let (a, b) = (target(vm, &args[0])?, target(vm, &args[1])?);
    vm.compare(op, &a, &b)
}

fn binary(vm: &mut Vm, args: Args<'_>, op: BinaryOp) -> Result<Value> {
    let (a, b) = (target(vm, &args[0])?, target(vm, &args[1])?);
    vm.binary(op, &a, &b)
}

fn reflected(vm: &mut Vm, args: Args<'_>, op: BinaryOp) -> Result<Value> {
    let (a, b) = (target(vm, &args[1])?, target(vm, &args[0])?);
    vm.binary(op, &a, &b)
}

fn inplace(vm: &mut Vm, args: Args<'_>, op: BinaryOp) -> Result<Value> {
    let (a, b) = (target(vm, &args[0])?, target(vm, &args[1])?);
    vm.inplace(op, &a, &b)
}

/// A builtin function of the arguments with proxies replaced by their targets.
fn builtin(vm: &mut Vm, args: &[Value], name: &str) -> Result<Value> {
    let args: Vec<Value> = args.iter().map(|a| target(vm, a)).collect::<Result<_>>()?;
    let key = vm.intern(name);
    let func = vm.builtins.get_str(&key).unwrap_or(Value::None);
    vm.call(&func, &args)
}

fn divmod(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    builtin(vm, &args.0[..2], "divmod")
}

fn rdivmod(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    builtin(vm, &[args[1].clone(), args[0].clone()], "divmod")
}

fn pow(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mut all = vec![args[0].clone(), args[1].clone()];
    all.extend(args[2].given_not_none().cloned());
    builtin(vm, &all, "pow")
}

macro_rules! operators {
    ($how:ident, $kind:ident, $name:literal) => {
        method(
            $name,
            "($self, value, /)",
            |vm, args| $how(vm, args, BinaryOp::$kind),
            "The operation on the target.",
        )
    };
}

macro_rules! comparison {
    ($kind:ident, $name:literal) => {
        method(
            $name,
            "($self, value, /)",
            |vm, args| compare(vm, args, CompareOp::$kind),
            "The comparison of the target.",
        )
    };
}

macro_rules! proxy_methods {
    ($($more:expr),*) => {
        &[
            method("__repr__", "($self, /)", repr, "Return repr(self)."),
            method("__str__", "($self, /)", str, "Return str(self)."),
            method("__getattribute__", "($self, name, /)", getattribute, "Return getattr(self, name)."),
            method("__setattr__", "($self, name, value, /)", setattr, "Implement setattr(self, name, value)."),
            method("__delattr__", "($self, name, /)", delattr, "Implement delattr(self, name)."),
            method("__bool__", "($self, /)", truth, "True if self else False"),
            method("__len__", "($self, /)", len, "Return len(self)."),
            method("__getitem__", "($self, key, /)", getitem, "Return self[key]."),
            method("__setitem__", "($self, key, value, /)", setitem, "Set self[key] to value."),
            method("__delitem__", "($self, key, /)", delitem, "Delete self[key]."),
            method("__contains__", "($self, key, /)", contains, "Return bool(key in self)."),
            method("__iter__", "($self, /)", iter, "Implement iter(self)."),
            method("__int__", "($self, /)", int, "int(self)"),
            method("__float__", "($self, /)", float, "float(self)"),
            method("__index__", "($self, /)", index, "The target as an index."),
            method("__neg__", "($self, /)", |vm, args| unary(vm, args, Slot::Neg), "-self"),
            method("__pos__", "($self, /)", |vm, args| unary(vm, args, Slot::Pos), "+self"),
            method("__abs__", "($self, /)", |vm, args| unary(vm, args, Slot::Abs), "abs(self)"),
            method("__invert__", "($self, /)", |vm, args| unary(vm, args, Slot::Invert), "~self"),
            comparison!(Eq, "__eq__"), comparison!(Ne, "__ne__"), comparison!(Lt, "__lt__"),
            comparison!(Le, "__le__"), comparison!(Gt, "__gt__"), comparison!(Ge, "__ge__"),
            operators!(binary, Add, "__add__"), operators!(reflected, Add, "__radd__"),
            operators!(inplace, Add, "__iadd__"),
            operators!(binary, Sub, "__sub__"), operators!(reflected, Sub, "__rsub__"),
            operators!(inplace, Sub, "__isub__"),
            operators!(binary, Mul, "__mul__"), operators!(reflected, Mul, "__rmul__"),
            operators!(inplace, Mul, "__imul__"),
            operators!(binary, MatMul, "__matmul__"), operators!(reflected, MatMul, "__rmatmul__"),
            operators!(inplace, MatMul, "__imatmul__"),
            operators!(binary, TrueDiv, "__truediv__"), operators!(reflected, TrueDiv, "__rtruediv__"),
            operators!(inplace, TrueDiv, "__itruediv__"),
            operators!(binary, FloorDiv, "__floordiv__"), operators!(reflected, FloorDiv, "__rfloordiv__"),
            operators!(inplace, FloorDiv, "__ifloordiv__"),
            operators!(binary, Mod, "__mod__"), operators!(reflected, Mod, "__rmod__"),
            operators!(inplace, Mod, "__imod__"),
            operators!(binary, LShift, "__lshift__"), operators!(reflected, LShift, "__rlshift__"),
            operators!(inplace, LShift, "__ilshift__"),
            operators!(binary, RShift, "__rshift__"), operators!(reflected, RShift, "__rrshift__"),
            operators!(inplace, RShift, "__irshift__"),
            operators!(binary, BitAnd, "__and__"), operators!(reflected, BitAnd, "__rand__"),
            operators!(inplace, BitAnd, "__iand__"),
            operators!(binary, BitOr, "__or__"), operators!(reflected, BitOr, "__ror__"),
            operators!(inplace, BitOr, "__ior__"),
            operators!(binary, BitXor, "__xor__"), operators!(reflected, BitXor, "__rxor__"),
            operators!(inplace, BitXor, "__ixor__"),
            method("__divmod__", "($self, value, /)", divmod, "The operation on the target."),
            method("__rdivmod__", "($self, value, /)", rdivmod, "The operation on the target."),
            method("__pow__", "($self, value, mod=None, /)", pow, "The operation on the target."),
            method("__rpow__", "($self, value, mod=None, /)", |vm, args| reflected(vm, args, BinaryOp::Pow), "The operation on the target."),
            operators!(inplace, Pow, "__ipow__"),
            $($more),*
        ]
    };
}

const PROXY_METHODS: &[NativeDef] = proxy_methods![
    method("__next__", "($self, /)", next, "Implement next(self)."),
    method("__bytes__", "($self, /)", bytes, "bytes(self)"),
    method("__reversed__", "($self, /)", reversed, "reversed(self)")
];

const CALLABLE_METHODS: &[NativeDef] = proxy_methods![
    method("__next__", "($self, /)", next, "Implement next(self)."),
    method(
        "__call__",
        "($self, /, *args, **kwargs)",
        super::weakref_type::call_target,
        "Call self as a function."
    )
];
