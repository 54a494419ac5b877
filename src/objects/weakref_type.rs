//! `weakref.ref`. The proxies are in `weakref_proxy`.

use super::function_types::call;
use super::header::{Gc, ObjRef};
use super::list::Tuple;
use super::native::{Args, class_method, member, method, new};
use super::operators::CompareOp;
use super::str::Str;
use super::typeobj::{Type, type_flags};
use super::types::{BASE, TypeDef};
use super::value::Value;
use super::weakref::WeakRef;
use crate::vm::{Result, Vm};

pub use super::weakref_proxy::{CALLABLE_PROXY, PROXY};

pub static REFERENCE: TypeDef = TypeDef {
    name: "weakref.ReferenceType",
    flags: BASE | type_flags::ADDS_LAYOUT,
    methods: &[
        new("(*args, **kwargs)", reference_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            reference_init,
            "Initialize self.",
        ),
        method(
            "__repr__",
            "($self, /)",
            reference_repr,
            "Return repr(self).",
        ),
        method(
            "__hash__",
            "($self, /)",
            reference_hash,
            "Return hash(self).",
        ),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            reference_call,
            "Call self as a function.",
        ),
        method(
            "__eq__",
            "($self, value, /)",
            reference_eq,
            "Return self==value.",
        ),
        method(
            "__ne__",
            "($self, value, /)",
            reference_ne,
            "Return self!=value.",
        ),
        class_method(
            "__class_getitem__",
            "(object, /)",
            class_getitem,
            "See PEP 585",
        ),
    ],
    getsets: &[member("__callback__", get_callback, "")],
    ..TypeDef::EMPTY
};

fn weakref(vm: &mut Vm, this: &Value) -> Result<Gc<WeakRef>> {
    match this.downcast::<WeakRef>() {
        Some(weakref) => Ok(weakref.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

// ---- making ----------------------------------------------------------------------------------

/// Target and callback from the arguments of a function of this name.
pub fn target_arguments(vm: &mut Vm, args: &[Value], name: &str) -> Result<(Value, Value)> {
    match args {
        [target] => Ok((target.clone(), Value::None)),
        [target, callback] => Ok((target.clone(), callback.clone())),
        _ => {
            let (bound, n) = if args.is_empty() {
                ("at least 1 argument", 0)
            } else {
                ("at most 2 arguments", args.len())
            };
            Err(vm.type_error(format!("{name} expected {bound}, got {n}")))
        }
    }
}

impl Vm {
    /// The object of a value that can be weakly referenced.
    pub fn weakly_referenceable(&mut self, target: &Value) -> Result<ObjRef> {
        match target {
            Value::Obj(obj) if obj.ty().has_flag(type_flags::WEAKREF) => Ok(obj.clone()),
            _ => {
                let name = self.type_name(target);
                Err(self.type_error(format!("cannot create weak reference to '{name}' object")))
            }
        }
    }

    /// A weak reference or proxy of type `class`. Without a callback the one that is there is shared,
    /// unless the class is a script's.
    pub fn new_weakref(
        &mut self,
        class: &Gc<Type>,
        target: &Value,
        callback: Value,
    ) -> Result<Gc<WeakRef>> {
        let obj = self.weakly_referenceable(target)?;
        if callback.is_none() && !class.is_heap_type() {
            let mut shared = self.heap.weakrefs_of(&obj).into_iter();
            let shared = shared.find(|w| w.ty() == class && w.callback().is_none());
            if let Some(shared) = shared {
                return Ok(shared);
            }
        }
        let weakref = self.heap.alloc(class, WeakRef::new(callback));
        WeakRef::point(&weakref, &obj, &self.heap);
        Ok(weakref)
    }

    /// The weak references to an object in the reference implementation's order: the shared ones,
    /// then those with callbacks, newest first.
    pub fn ordered_weakrefs(&self, obj: &ObjRef) -> Vec<Gc<WeakRef>> {
        let all = self.heap.weakrefs_of(obj);
        let is_shared = |w: &Gc<WeakRef>| !w.ty().is_heap_type() && w.callback().is_none();
        let (mut shared, mut rest): (Vec<_>, Vec<_>) = all.into_iter().partition(is_shared);
        shared.sort_by_key(|w| w.ty() != &self.types.weakref);
        rest.reverse();
        shared.extend(rest);
        shared
    }
}

fn reference_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let given = args.this::<Tuple>(vm, 1)?;
    let (target, callback) = target_arguments(vm, given.items(), "__new__")?;
    if class == vm.types.weakref {
        refuse_keywords(vm, &args[2])?;
    }
    vm.new_weakref(&class, &target, callback).map(Value::from)
}

fn refuse_keywords(vm: &mut Vm, kwargs: &Value) -> Result<()> {
    if kwargs
        .downcast::<super::dict::Dict>()
        .is_some_and(|d| !d.is_empty())
    {
        return Err(vm.type_error("ref() takes no keyword arguments"));
    }
    Ok(())
}

fn reference_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    refuse_keywords(vm, &args[2])?;
    let given = args.this::<Tuple>(vm, 1)?;
    target_arguments(vm, given.items(), "__init__")?;
    Ok(Value::None)
}

fn class_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.new_generic_alias(args[0].clone(), args[1].clone())
}

// ---- methods ---------------------------------------------------------------------------------

fn reference_call(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let given = args.this::<Tuple>(vm, 1)?;
    if !given.is_empty() {
        let n = given.len();
        return Err(vm.type_error(format!("weakref expected 0 arguments, got {n}")));
    }
    if args[2]
        .downcast::<super::dict::Dict>()
        .is_some_and(|d| !d.is_empty())
    {
        return Err(vm.type_error("weakref() takes no keyword arguments"));
    }
    Ok(weakref(vm, &args[0])?
        .get()
        .map_or(Value::None, Value::from))
}

fn reference_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let at = vm.id(&args[0]);
    let Some(target) = weakref(vm, &args[0])?.get().map(Value::from) else {
        return Ok(vm.new_str(format!("<weakref at {at:#x}; dead>")));
    };
    let key = vm.names.__name__.clone();
    let name = match vm.get_attr_opt(&target, &key)? {
        Some(name) if name.is::<Str>() => format!(" ({})", vm.str(&name)?.lossy()),
        _ => String::new(),
    };
    let (ty, id) = (vm.type_name(&target), vm.id(&target));
    Ok(vm.new_str(format!("<weakref at {at:#x}; to '{ty}' at {id:#x}{name}>")))
}

fn reference_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let weakref = weakref(vm, &args[0])?;
    if let Some(hash) = weakref.hash.get() {
        return Ok(Value::Int(hash));
    }
    let Some(target) = weakref.get().map(Value::from) else {
        return Err(vm.type_error("weak object has gone away"));
    };
    let hash = vm.hash(&target)?;
    weakref.hash.set(Some(hash));
    Ok(Value::Int(hash))
}

fn compare(vm: &mut Vm, args: Args<'_>, op: CompareOp) -> Result<Value> {
    let base = vm.types.weakref.clone();
    if !vm.is_instance_of(&args[1], &base) {
        return Ok(Value::NotImplemented);
    }
    let (a, b) = (weakref(vm, &args[0])?, weakref(vm, &args[1])?);
    match (a.get(), b.get()) {
        (Some(a), Some(b)) => vm.compare(op, &a.into(), &b.into()),
        _ => Ok(Value::Bool(
            (op == CompareOp::Eq) == args[0].is_same(&args[1]),
        )),
    }
}

fn reference_eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Eq)
}

fn reference_ne(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare(vm, args, CompareOp::Ne)
}

fn get_callback(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(weakref(vm, this)?.callback().unwrap_or(Value::None))
}

/// `__call__` of callable proxies calls the target.
pub fn call_target(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let target = super::weakref_proxy::target(vm, &args[0])?;
    call(vm, Args(&[target, args[1].clone(), args[2].clone()]))
}
