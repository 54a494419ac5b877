//! `super`: attributes of the classes after a given one in an object's resolution order.

use std::cell::RefCell;

use super::header::{Gc, ObjRef};
use super::native::{Args, member, method, new};
use super::str::Str;
use super::typeobj::Type;
use super::types::{BASE, TypeDef};
use super::value::{Value, visit_value};
use crate::objects::list::Tuple;
use crate::payload;
use crate::vm::{Result, Vm};

/// `thisclass`, `self` and `type(self)` (or self when it is a class); `Unbound` when not given.
pub struct Super {
    pub this_class: RefCell<Value>,
    pub obj: RefCell<Value>,
    pub obj_type: RefCell<Value>,
}
payload!(Super, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for v in [&self.this_class, &self.obj, &self.obj_type] {
            visit_value(&v.borrow(), visit);
        }
    }

    fn clear(&self) {
        drop([
            self.this_class.take(),
            self.obj.take(),
            self.obj_type.take(),
        ]);
    }
});

pub static SUPER: TypeDef = TypeDef {
    name: "super",
    doc: "super() -> the attributes of the classes after the one whose method runs, bound to its first argument\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; isinstance(obj, type) must hold\nsuper(type, type2) -> bound super object; issubclass(type2, type) must hold",
    flags: BASE,
    methods: &[
        new("(*args, **kwargs)", super_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            super_init,
            "Initialize self.",
        ),
        method("__repr__", "($self, /)", super_repr, "Return repr(self)."),
        method(
            "__getattribute__",
            "($self, name, /)",
            super_getattribute,
            "Return getattr(self, name).",
        ),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            super_get,
            "Return an attribute of instance, which is of type owner.",
        ),
    ],
    getsets: &[
        member(
            "__thisclass__",
            |vm, this| part(vm, this, |s| &s.this_class),
            "the class invoking super()",
        ),
        member(
            "__self__",
            |vm, this| part(vm, this, |s| &s.obj),
            "the instance invoking super(); may be None",
        ),
        member(
            "__self_class__",
            |vm, this| part(vm, this, |s| &s.obj_type),
            "the type of the instance invoking super(); may be None",
        ),
    ],
    ..TypeDef::EMPTY
};

fn payload_of(vm: &mut Vm, this: &Value) -> Result<Gc<Super>> {
    match this.downcast::<Super>() {
        Some(sup) => Ok(sup.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn part(vm: &mut Vm, this: &Value, get: fn(&Super) -> &RefCell<Value>) -> Result<Value> {
    let value = get(&*payload_of(vm, this)?).borrow().clone();
    Ok(value.given().cloned().unwrap_or(Value::None))
}

// ---- making ----------------------------------------------------------------------------------

fn super_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this(vm, 0)?;
    let empty = Super {
        this_class: Value::Unbound.into(),
        obj: Value::Unbound.into(),
        obj_type: Value::Unbound.into(),
    };
    Ok(vm.heap.alloc(&class, empty).into())
}

fn super_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let given = args.this::<Tuple>(vm, 1)?;
    if args[2]
        .downcast::<super::dict::Dict>()
        .is_some_and(|d| !d.is_empty())
    {
        return Err(vm.type_error("super() takes no keyword arguments"));
    }
    let (class, obj) = match given.items() {
        [] => vm.super_arguments()?,
        [class] => (class.clone(), Value::None),
        [class, obj] => (class.clone(), obj.clone()),
        items => {
            let n = items.len();
            return Err(vm.type_error(format!("super() expected at most 2 arguments, got {n}")));
        }
    };
    let Some(class) = class.downcast::<Type>().cloned() else {
        let ty = vm.type_name(&class);
        return Err(vm.type_error(format!("super() argument 1 must be a type, not {ty}")));
    };
    let this = payload_of(vm, &args[0])?;
    let (obj, obj_type) = if obj.is_none() {
        (Value::Unbound, Value::Unbound)
    } else {
        let obj_type = vm.super_check(&class, &obj)?.value();
        (obj, obj_type)
    };
    let old = (
        this.this_class.replace(class.value()),
        this.obj.replace(obj),
        this.obj_type.replace(obj_type),
    );
    drop(old);
    Ok(Value::None)
}

impl Vm {
    /// A `super` object of a class and an object, checked.
    pub fn new_super(&mut self, class: &Gc<Type>, obj: &Value) -> Result<Gc<Super>> {
        let obj_type = self.super_check(class, obj)?;
        let sup = Super {
            this_class: class.value().into(),
            obj: obj.clone().into(),
            obj_type: obj_type.value().into(),
        };
        Ok(self.heap.alloc(&self.types.super_, sup))
    }

    /// The type whose resolution order `super(class, obj)` follows.
    pub fn super_check(&mut self, class: &Gc<Type>, obj: &Value) -> Result<Gc<Type>> {
        if let Some(ty) = obj.downcast::<Type>()
            && ty.is_subtype(class)
        {
            return Ok(ty.clone());
        }
        let ty = self.type_of(obj).clone();
        if ty.is_subtype(class) {
            return Ok(ty);
        }
        let name = self.names.__class__.clone();
        if let Some(claimed) = self.get_attr_opt(obj, &name)?
            && let Some(claimed) = claimed.downcast::<Type>()
            && claimed != &ty
            && claimed.is_subtype(class)
        {
            return Ok(claimed.clone());
        }
        let what = match obj.downcast::<Type>() {
            Some(ty) => format!("type {}", ty.name()),
            None => format!("instance of {}", ty.full_name()),
        };
        let class = class.name();
        Err(self.type_error(format!(
            "super(type, obj): obj ({what}) is not an instance or subtype of type ({class})."
        )))
    }

    /// What `super.__getattribute__` finds: the attribute of the first class after `class` in the
    /// resolution order of `obj_type`, bound to `obj`.
    pub fn super_lookup(
        &mut self,
        class: &Gc<Type>,
        obj: &Value,
        obj_type: &Gc<Type>,
        name: &Gc<Str>,
    ) -> Result<Option<Value>> {
        let Some(attr) = super_find(class, obj_type, name) else {
            return Ok(None);
        };
        if obj.is_same(&obj_type.value()) {
            return self.bind_on_class(&attr, obj_type).map(Some);
        }
        self.bind_descriptor(&attr, obj).map(Some)
    }

    /// `super.__getattribute__`
    pub fn super_get_attr(
        &mut self,
        sup: &Gc<Super>,
        obj: &Value,
        name: &Gc<Str>,
    ) -> Result<Option<Value>> {
        let this_class = sup.this_class.borrow().downcast::<Type>().cloned();
        let obj_type = sup.obj_type.borrow().downcast::<Type>().cloned();
        if let (Some(class), Some(ty)) = (this_class, obj_type)
            && name.bytes() != b"__class__"
        {
            let this = sup.obj.borrow().clone();
            if let Some(found) = self.super_lookup(&class, &this, &ty, name)? {
                return Ok(Some(found));
            }
        }
        self.object_get_attr(obj, name)
    }
}

/// The attribute in the namespaces of the classes after `class`, unbound.
pub fn super_find(class: &Gc<Type>, obj_type: &Gc<Type>, name: &Str) -> Option<Value> {
    let mut passed = obj_type == class;
    for ty in obj_type.mro_rest() {
        if passed {
            if let Some(attr) = ty.dict().get_str(name) {
                return Some(attr);
            }
        } else {
            passed = &ty == class;
        }
    }
    None
}

// ---- methods ---------------------------------------------------------------------------------

fn super_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let sup = payload_of(vm, &args[0])?;
    let name = |cell: &RefCell<Value>| cell.borrow().downcast::<Type>().map(|t| t.name());
    let class = name(&sup.this_class).unwrap_or_else(|| "NULL".into());
    Ok(vm.new_str(match name(&sup.obj_type) {
        Some(ty) => format!("<super: <class '{class}'>, <{ty} object>>"),
        None => format!("<super: <class '{class}'>, NULL>"),
    }))
}

fn super_getattribute(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(name) = args[1].downcast::<Str>().cloned() else {
        let ty = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("attribute name must be string, not '{ty}'")));
    };
    let sup = payload_of(vm, &args[0])?;
    match vm.super_get_attr(&sup, &args[0], &name)? {
        Some(value) => Ok(value),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}

/// `super(C)` as a class attribute binds to the instance that it is found through.
fn super_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    super::function_types::check_get(vm, args)?;
    let sup = payload_of(vm, &args[0])?;
    if args[1].is_none() || !sup.obj.borrow().is_unbound() {
        return Ok(args[0].clone());
    }
    let class = sup.this_class.borrow().clone();
    let Some(class) = class.downcast::<Type>().cloned() else {
        return Ok(args[0].clone());
    };
    if sup.ty() != &vm.types.super_ {
        let ty = sup.ty().value();
        return vm.call(&ty, &[class.into(), args[1].clone()]);
    }
    vm.new_super(&class, &args[1]).map(Value::from)
}
