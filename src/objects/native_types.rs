//! The types of functions and methods written in Rust, and of the descriptors of native types.

use super::function_types::{call, check_get};
use super::header::{Gc, ObjRef};
use super::native::{Args, GetSet, Native, NativeDef, NativeKind, getter, member, method};
use super::str::Str;
use super::typeobj::Type;
use super::types::{NO_NEW, TypeDef};
use super::value::Value;
use crate::objects::exceptions::Exc;
use crate::payload;
use crate::vm::{Result, Vm};

/// Where a member descriptor finds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberPlace {
    /// A slot of the instance's attributes (`__slots__`).
    Slot(usize),
    /// A field of an exception.
    Field(usize),
    /// An item of a tuple (struct sequences).
    Item(usize),
}

/// A descriptor of a slot.
pub struct Member {
    pub name: Gc<Str>,
    pub owner: Gc<Type>,
    pub place: MemberPlace,
}

payload!(Member, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.name.obj());
        visit(self.owner.obj());
    }
});

// ---- kinds -----------------------------------------------------------------------------------

/// Special methods that the reference implementation keeps in slots of the type.
const SLOTS: &[&str] = &[
    "__abs__",
    "__add__",
    "__aiter__",
    "__and__",
    "__anext__",
    "__await__",
    "__bool__",
    "__buffer__",
    "__call__",
    "__contains__",
    "__del__",
    "__delattr__",
    "__delete__",
    "__delitem__",
    "__divmod__",
    "__eq__",
    "__float__",
    "__floordiv__",
    "__ge__",
    "__get__",
    "__getattribute__",
    "__getitem__",
    "__gt__",
    "__hash__",
    "__iadd__",
    "__iand__",
    "__ifloordiv__",
    "__ilshift__",
    "__imatmul__",
    "__imod__",
    "__imul__",
    "__index__",
    "__init__",
    "__int__",
    "__invert__",
    "__ior__",
    "__ipow__",
    "__irshift__",
    "__isub__",
    "__iter__",
    "__itruediv__",
    "__ixor__",
    "__le__",
    "__len__",
    "__lshift__",
    "__lt__",
    "__matmul__",
    "__mod__",
    "__mul__",
    "__ne__",
    "__neg__",
    "__next__",
    "__or__",
    "__pos__",
    "__pow__",
    "__radd__",
    "__rand__",
    "__rdivmod__",
    "__release_buffer__",
    "__repr__",
    "__rfloordiv__",
    "__rlshift__",
    "__rmatmul__",
    "__rmod__",
    "__rmul__",
    "__ror__",
    "__rpow__",
    "__rrshift__",
    "__rshift__",
    "__rsub__",
    "__rtruediv__",
    "__rxor__",
    "__set__",
    "__setattr__",
    "__setitem__",
    "__str__",
    "__sub__",
    "__truediv__",
    "__xor__",
];

/// Whether a method of a builtin type is a "slot wrapper" to scripts. A few types have quicker plain
/// methods in place of some.
pub fn is_slot_wrapper(owner: &str, name: &str) -> bool {
    let plain = match name {
        "__getitem__" => matches!(owner, "dict" | "list" | "FrameLocalsProxy"),
        "__contains__" => matches!(owner, "dict" | "set" | "frozenset" | "FrameLocalsProxy"),
        _ => false,
    };
    !plain && SLOTS.binary_search(&name).is_ok()
}

/// Whether `owner.__new__` may make an instance of a class: not past the `__new__` of a builtin type
/// in between.
pub fn can_make(vm: &Vm, native: &Native, owner: &Gc<Type>, class: &Value) -> bool {
    match class.downcast::<Type>() {
        Some(class) => class.is_subtype(owner) && unsafe_maker(vm, native, class).is_none(),
        None => false,
    }
}

/// The builtin type whose `__new__` must be used for a class instead.
fn unsafe_maker(_vm: &Vm, native: &Native, class: &Gc<Type>) -> Option<Gc<Type>> {
    let mut best = class.clone();
    while best.is_heap_type() {
        best = super::class_layout::best_base(&best.bases())?;
    }
    let new = best.slot(super::names::Slot::New)?;
    let new = new.downcast::<Native>()?;
    if std::ptr::eq::<NativeDef>(new.def, native.def) {
        None
    } else {
        Some(best)
    }
}

/// The error of a method that was called on something it is not for.
#[cold]
pub fn wrong_self(vm: &mut Vm, native: &Native, owner: &Gc<Type>, this: &Value) -> Exc {
    let (name, type_name) = (native.def.name, owner.full_name());
    let given = vm.type_name(this);
    let class = this.downcast::<Type>().cloned();
    let text = match (native.def.kind, class) {
        (NativeKind::New, None) => {
            format!("{type_name}.__new__(X): X is not a type object ({given})")
        }
        (NativeKind::New, Some(class)) => {
            let class_name = class.full_name();
            match unsafe_maker(vm, native, &class).filter(|_| class.is_subtype(owner)) {
                None => format!(
                    "{type_name}.__new__({class_name}): {class_name} is not a subtype of {type_name}"
                ),
                Some(maker) => format!(
                    "{type_name}.__new__({class_name}) is not safe, use {}.__new__()",
                    maker.full_name()
                ),
            }
        }
        (NativeKind::ClassMethod, None) => format!(
            "descriptor '{name}' for type '{type_name}' needs a type, not a '{given}' as arg 2"
        ),
        (NativeKind::ClassMethod, Some(class)) => format!(
            "descriptor '{name}' requires a subtype of '{type_name}' but received '{}'",
            class.full_name()
        ),
        _ if native.wrapper && native.bound.is_unbound() => {
            format!("descriptor '{name}' requires a '{type_name}' object but received a '{given}'")
        }
        _ => format!(
            "descriptor '{name}' for '{type_name}' objects doesn't apply to a '{given}' object"
        ),
    };
    vm.type_error(text)
}

// ---- functions and methods -------------------------------------------------------------------

pub static BUILTIN_FUNCTION: TypeDef = TypeDef {
    name: "builtin_function_or_method",
    flags: NO_NEW | super::typeobj::type_flags::WEAKREF,
    methods: &[
        method(
            "__repr__",
            "($self, /)",
            function_repr,
            "Return repr(self).",
        ),
        method("__hash__", "($self, /)", bound_hash, "Return hash(self)."),
        method(
            "__eq__",
            "($self, value, /)",
            bound_eq,
            "Return self==value.",
        ),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            call,
            "Call self as a function.",
        ),
        method(
            "__reduce__",
            "($self, /)",
            reduce,
            "How to pickle the function.",
        ),
    ],
    getsets: &[
        getter("__module__", get_module, ""),
        getter("__doc__", get_doc, ""),
        getter("__name__", get_name, ""),
        getter("__qualname__", get_qualname, ""),
        getter("__self__", get_self, ""),
        getter("__text_signature__", get_signature, ""),
    ],
    ..TypeDef::EMPTY
};

pub static METHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "method_descriptor",
    flags: NO_NEW,
    methods: DESCRIPTOR_METHODS,
    getsets: DESCRIPTOR_GETSETS,
    ..TypeDef::EMPTY
};

pub static WRAPPER_DESCRIPTOR: TypeDef = TypeDef {
    name: "wrapper_descriptor",
    flags: NO_NEW,
    methods: DESCRIPTOR_METHODS,
    getsets: DESCRIPTOR_GETSETS,
    ..TypeDef::EMPTY
};

pub static CLASSMETHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "classmethod_descriptor",
    flags: NO_NEW,
    methods: &[
        method(
            "__repr__",
            "($self, /)",
            descriptor_repr,
            "Return repr(self).",
        ),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            call,
            "Call self as a function.",
        ),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            class_method_get,
            "Return an attribute of instance, which is of type owner.",
        ),
    ],
    getsets: DESCRIPTOR_GETSETS,
    ..TypeDef::EMPTY
};

pub static METHOD_WRAPPER: TypeDef = TypeDef {
    name: "method-wrapper",
    flags: NO_NEW,
    methods: &[
        method("__repr__", "($self, /)", wrapper_repr, "Return repr(self)."),
        method("__hash__", "($self, /)", bound_hash, "Return hash(self)."),
        method(
            "__eq__",
            "($self, value, /)",
            bound_eq,
            "Return self==value.",
        ),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            call,
            "Call self as a function.",
        ),
        method(
            "__reduce__",
            "($self, /)",
            reduce,
            "How to pickle the method.",
        ),
    ],
    getsets: &[
        member("__self__", get_self, ""),
        getter("__objclass__", get_objclass, ""),
        getter("__name__", get_name, ""),
        getter("__qualname__", get_qualname, ""),
        getter("__doc__", get_doc, ""),
        getter("__text_signature__", get_signature, ""),
    ],
    ..TypeDef::EMPTY
};

const DESCRIPTOR_METHODS: &[NativeDef] = &[
    method(
        "__repr__",
        "($self, /)",
        descriptor_repr,
        "Return repr(self).",
    ),
    method(
        "__call__",
        "($self, /, *args, **kwargs)",
        call,
        "Call self as a function.",
    ),
    method(
        "__get__",
        "($self, instance, owner=None, /)",
        method_get,
        "Return an attribute of instance, which is of type owner.",
    ),
    method(
        "__reduce__",
        "($self, /)",
        reduce,
        "How to pickle the method.",
    ),
];

const DESCRIPTOR_GETSETS: &[super::native::GetSetDef] = &[
    member("__objclass__", get_objclass, ""),
    member("__name__", get_name, ""),
    getter("__qualname__", get_qualname, ""),
    getter("__doc__", get_doc, ""),
    getter("__text_signature__", get_signature, ""),
];

fn native(vm: &mut Vm, this: &Value) -> Result<Gc<Native>> {
    match this.downcast::<Native>() {
        Some(native) => Ok(native.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

/// Whether it is a function of a module or a static method: nothing is bound.
fn is_free(native: &Native) -> bool {
    native.bound.is_unbound()
}

fn function_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let native = native(vm, &args[0])?;
    let name = native.def.name;
    if is_free(&native) && native.owner.is_none() {
        return Ok(vm.new_str(format!("<built-in function {name}>")));
    }
    let this = if is_free(&native) {
        native.owner.as_ref().map_or(Value::None, Gc::value)
    } else {
        native.bound.clone()
    };
    let (ty, at) = (vm.type_name(&this), vm.id(&this));
    Ok(vm.new_str(format!(
        "<built-in method {name} of {ty} object at {at:#x}>"
    )))
}

fn wrapper_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let native = native(vm, &args[0])?;
    let (ty, at) = (vm.type_name(&native.bound), vm.id(&native.bound));
    let name = native.def.name;
    Ok(vm.new_str(format!(
        "<method-wrapper '{name}' of {ty} object at {at:#x}>"
    )))
}

fn descriptor_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let native = native(vm, &args[0])?;
    let kind = if native.wrapper {
        "slot wrapper"
    } else {
        "method"
    };
    let owner = native
        .owner
        .as_ref()
        .map(|t| t.full_name())
        .unwrap_or_default();
    Ok(vm.new_str(format!(
        "<{kind} '{}' of '{owner}' objects>",
        native.def.name
    )))
}

fn bound_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let native = native(vm, &args[0])?;
    let def = std::ptr::from_ref(native.def) as u64;
    let this = if is_free(&native) {
        0
    } else {
        vm.id(&native.bound) as u64
    };
    Ok(Value::Int(
        (def.rotate_right(4) ^ this.rotate_right(4)) as i64,
    ))
}

fn bound_eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(other) = args[1].downcast::<Native>().cloned() else {
        return Ok(Value::NotImplemented);
    };
    let native = native(vm, &args[0])?;
    let same = std::ptr::eq::<NativeDef>(native.def, other.def)
        && native.bound.is_same(&other.bound)
        && native.wrapper == other.wrapper;
    Ok(Value::Bool(same))
}

/// `getattr(owner or self, name)`; functions are pickled by their name.
fn reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let native = native(vm, &args[0])?;
    let name = vm.new_str(native.def.name);
    let this = match (&native.bound, &native.owner) {
        (Value::Unbound, None) => return Ok(name),
        (Value::Unbound, Some(owner)) => owner.value(),
        (bound, _) => bound.clone(),
    };
    let key = vm.intern("getattr");
    let getattr = vm.builtins.get_str(&key).unwrap_or(Value::None);
    let pair = vm.new_tuple(vec![this, name]).into();
    Ok(vm.new_tuple(vec![getattr, pair]).into())
}

fn method_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_get(vm, args)?;
    if args[1].is_none() {
        return Ok(args[0].clone());
    }
    let native = native(vm, &args[0])?;
    if let Some(owner) = &native.owner
        && !vm.is_instance_of(&args[1], owner)
    {
        let given = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{given}' object",
            native.def.name,
            owner.full_name()
        )));
    }
    Ok(vm.bind_native(&native, &args[1]))
}

fn class_method_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_get(vm, args)?;
    let native = native(vm, &args[0])?;
    let class = match args[2].given_not_none() {
        Some(class) => class.clone(),
        None => vm.type_of(&args[1]).value(),
    };
    if let Some(owner) = &native.owner
        && !class
            .downcast::<Type>()
            .is_some_and(|c| c.is_subtype(owner))
    {
        return Err(wrong_self(vm, &native, owner, &class));
    }
    Ok(vm.bind_native(&native, &class))
}

// ---- attributes of functions and methods -----------------------------------------------------

fn get_name(vm: &mut Vm, this: &Value) -> Result<Value> {
    let name = native(vm, this)?.def.name;
    Ok(vm.intern(name).into())
}

fn get_qualname(vm: &mut Vm, this: &Value) -> Result<Value> {
    let name = native(vm, this)?.qualname();
    Ok(vm.new_str(name))
}

fn get_doc(vm: &mut Vm, this: &Value) -> Result<Value> {
    let doc = native(vm, this)?.def.doc;
    Ok(if doc.is_empty() {
        Value::None
    } else {
        vm.new_str(doc)
    })
}

fn get_module(vm: &mut Vm, this: &Value) -> Result<Value> {
    let module = native(vm, this)?.module.clone();
    Ok(module.given().cloned().unwrap_or(Value::None))
}

fn get_objclass(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(native(vm, this)?
        .owner
        .as_ref()
        .map_or(Value::None, Gc::value))
}

/// What is bound; of a module's function the module.
fn get_self(vm: &mut Vm, this: &Value) -> Result<Value> {
    let native = native(vm, this)?;
    if !is_free(&native) {
        return Ok(native.bound.clone());
    }
    let module = native
        .module
        .downcast::<Str>()
        .and_then(|name| vm.modules.get_str(name));
    Ok(module.unwrap_or(Value::None))
}

fn get_signature(vm: &mut Vm, this: &Value) -> Result<Value> {
    let native = native(vm, this)?;
    let sig = native.def.sig;
    Ok(match native.def.kind {
        NativeKind::New => vm.new_str("($type, *args, **kwargs)"),
        NativeKind::ClassMethod if sig == "()" => vm.new_str("($type, /)"),
        NativeKind::ClassMethod if !sig.starts_with("($") => {
            let slash = if sig.contains('/') { "" } else { "/, " };
            vm.new_str(format!("($type, {slash}{}", sig.trim_start_matches('(')))
        }
        _ => vm.new_str(sig),
    })
}

// ---- computed attributes and members ---------------------------------------------------------

pub static GETSET_DESCRIPTOR: TypeDef = TypeDef {
    name: "getset_descriptor",
    flags: NO_NEW,
    methods: DATA_METHODS,
    getsets: DATA_GETSETS,
    ..TypeDef::EMPTY
};

pub static MEMBER_DESCRIPTOR: TypeDef = TypeDef {
    name: "member_descriptor",
    flags: NO_NEW,
    methods: DATA_METHODS,
    getsets: DATA_GETSETS,
    ..TypeDef::EMPTY
};

const DATA_METHODS: &[NativeDef] = &[
    method("__repr__", "($self, /)", data_repr, "Return repr(self)."),
    method(
        "__get__",
        "($self, instance, owner=None, /)",
        data_get,
        "Return an attribute of instance, which is of type owner.",
    ),
    method(
        "__set__",
        "($self, instance, value, /)",
        data_set,
        "Set an attribute of instance to value.",
    ),
    method(
        "__delete__",
        "($self, instance, /)",
        data_delete,
        "Delete an attribute of instance.",
    ),
    method(
        "__reduce__",
        "($self, /)",
        data_reduce,
        "How to pickle the descriptor.",
    ),
];

const DATA_GETSETS: &[super::native::GetSetDef] = &[
    member("__objclass__", data_objclass, ""),
    member("__name__", data_name, ""),
    getter("__qualname__", data_qualname, ""),
    getter("__doc__", data_doc, ""),
];

/// Name, owner and doc of either kind of descriptor.
fn data_parts(vm: &mut Vm, this: &Value) -> Result<(Gc<Str>, Gc<Type>, &'static str)> {
    if let Some(getset) = this.downcast::<GetSet>() {
        let name = vm.intern(getset.def.name);
        return Ok((name, getset.owner.clone(), getset.def.doc));
    }
    match this.downcast::<Member>() {
        Some(member) => Ok((member.name.clone(), member.owner.clone(), "")),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn data_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (name, owner, _) = data_parts(vm, &args[0])?;
    let is_member = vm.type_of(&args[0]) == &vm.types.member_descriptor;
    let kind = if is_member { "member" } else { "attribute" };
    Ok(vm.new_str(format!(
        "<{kind} '{}' of '{}' objects>",
        name.lossy(),
        owner.full_name()
    )))
}

fn check_instance(vm: &mut Vm, this: &Value, obj: &Value) -> Result<()> {
    let (name, owner, _) = data_parts(vm, this)?;
    if vm.is_instance_of(obj, &owner) {
        return Ok(());
    }
    let given = vm.type_name(obj);
    Err(vm.type_error(format!(
        "descriptor '{}' for '{}' objects doesn't apply to a '{given}' object",
        name.lossy(),
        owner.full_name()
    )))
}

fn data_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_get(vm, args)?;
    if args[1].is_none()
        && !data_parts(vm, &args[0])?
            .1
            .holds::<super::instance::NoneObj>()
    {
        return Ok(args[0].clone());
    }
    check_instance(vm, &args[0], &args[1])?;
    vm.data_descriptor_get(&args[0], &args[1])
}

fn data_set(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_instance(vm, &args[0], &args[1])?;
    let (name, ..) = data_parts(vm, &args[0])?;
    vm.data_descriptor_set(&args[0], &args[1], &name, args[2].clone())?;
    Ok(Value::None)
}

fn data_delete(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_instance(vm, &args[0], &args[1])?;
    let (name, ..) = data_parts(vm, &args[0])?;
    vm.data_descriptor_set(&args[0], &args[1], &name, Value::Unbound)?;
    Ok(Value::None)
}

fn data_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (name, owner, _) = data_parts(vm, &args[0])?;
    if vm.type_of(&args[0]) == &vm.types.getset_descriptor {
        return Err(vm.type_error("cannot pickle 'getset_descriptor' object"));
    }
    let key = vm.intern("getattr");
    let getattr = vm.builtins.get_str(&key).unwrap_or(Value::None);
    let pair = vm.new_tuple(vec![owner.into(), name.into()]).into();
    Ok(vm.new_tuple(vec![getattr, pair]).into())
}

fn data_objclass(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(data_parts(vm, this)?.1.into())
}

fn data_name(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(data_parts(vm, this)?.0.into())
}

fn data_qualname(vm: &mut Vm, this: &Value) -> Result<Value> {
    let (name, owner, _) = data_parts(vm, this)?;
    let qualname = owner.qualname_text();
    let text = [qualname.as_bytes(), b".", name.bytes()].concat();
    Ok(vm.new_str(Str::from_wtf8(text)))
}

fn data_doc(vm: &mut Vm, this: &Value) -> Result<Value> {
    let (.., doc) = data_parts(vm, this)?;
    Ok(if doc.is_empty() {
        Value::None
    } else {
        vm.new_str(doc)
    })
}
