//! The type `type`: what classes are instances of. Making classes is in `class_creation`.

use super::dict::Dict;
use super::function::CellObj;
use super::header::Gc;
use super::list::Tuple;
use super::mappingproxy::MappingProxy;
use super::names::Slot;
use super::native::{
    Args, GetSetDef, Keywords, Native, NativeKind, class_method, getset, getter, method, new,
};
use super::object_type::OwnedKeywords;
use super::str::Str;
use super::typeobj::{Type, type_flags};
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::vm::{Result, Vm};

pub static TYPE: TypeDef = TypeDef {
    name: "type",
    flags: BASE,
    methods: &[
        new("(*args, **kwargs)", super::class_creation::type_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            type_init,
            "Initialize self.",
        ),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            type_call,
            "Call self as a function.",
        ),
        method("__repr__", "($self, /)", type_repr, "Return repr(self)."),
        method("__or__", "($self, value, /)", type_or, "Return self|value."),
        method(
            "__ror__",
            "($self, value, /)",
            type_ror,
            "Return value|self.",
        ),
        method(
            "__getattribute__",
            "($self, name, /)",
            getattribute,
            "Return getattr(self, name).",
        ),
        method(
            "__setattr__",
            "($self, name, value, /)",
            setattr,
            "Implement setattr(self, name, value).",
        ),
        method(
            "__delattr__",
            "($self, name, /)",
            delattr,
            "Implement delattr(self, name).",
        ),
        method(
            "mro",
            "($self, /)",
            mro,
            "The order in which the class and its ancestors are searched.",
        ),
        method(
            "__subclasses__",
            "($self, /)",
            subclasses,
            "The classes that derive from this one directly.",
        ),
        class_method(
            "__prepare__",
            "(*args, **kwargs)",
            prepare,
            "The namespace in which a class body runs.",
        ),
        method(
            "__instancecheck__",
            "($self, instance, /)",
            instancecheck,
            "Whether an object is an instance.",
        ),
        method(
            "__subclasscheck__",
            "($self, subclass, /)",
            subclasscheck,
            "Whether a class is a subclass.",
        ),
        method(
            "__dir__",
            "($self, /)",
            type_dir,
            "Names of the attributes of the class and its ancestors.",
        ),
        method(
            "__sizeof__",
            "($self, /)",
            type_sizeof,
            "Size of the type object in memory, in bytes.",
        ),
    ],
    getsets: &[
        getset("__name__", get_name, set_name, ""),
        getset("__qualname__", get_qualname, set_qualname, ""),
        getset("__bases__", get_bases, super::type_bases::set_bases, ""),
        getter("__mro__", get_mro, ""),
        getter("__base__", get_base, ""),
        getset("__module__", get_module, set_module, ""),
        getset("__doc__", get_doc, set_doc, ""),
        getset("__abstractmethods__", get_abstract, set_abstract, ""),
        getset("__annotations__", get_annotations, set_annotations, ""),
        getset("__type_params__", get_type_params, set_type_params, ""),
        getter("__dict__", get_dict, ""),
        getter("__text_signature__", get_text_signature, ""),
        getter("__flags__", get_flags, ""),
        getter("__basicsize__", get_basicsize, ""),
        getter("__itemsize__", get_itemsize, ""),
        getter("__dictoffset__", get_dictoffset, ""),
        getter("__weakrefoffset__", get_weakrefoffset, ""),
    ],
    ..TypeDef::EMPTY
};

fn class_of(vm: &mut Vm, this: &Value) -> Result<Gc<Type>> {
    match this.downcast::<Type>() {
        Some(ty) => Ok(ty.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

// ---- calling a class -------------------------------------------------------------------------

fn type_call(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let positional = args.this::<Tuple>(vm, 1)?;
    let keywords = OwnedKeywords::of(&args[2]);
    vm.construct(&class, positional.items(), keywords.get())
}

impl Vm {
    /// `cls(*args, **kw)` as `type.__call__` does it: `__new__`, then `__init__`.
    pub fn construct(
        &mut self,
        class: &Gc<Type>,
        args: &[Value],
        kw: Keywords<'_>,
    ) -> Result<Value> {
        if class == &self.types.type_ {
            if args.len() == 1 && kw.is_empty() {
                return Ok(self.type_of(&args[0]).value());
            }
            if args.len() != 3 {
                let text = if args.len() == 1 {
                    "type() takes no keyword arguments"
                } else {
                    "type() takes 1 or 3 arguments"
                };
                return Err(self.type_error(text));
            }
        }
        let Some(new) = class
            .slot(Slot::New)
            .filter(|_| !class.has_flag(type_flags::NO_NEW))
        else {
            let name = class.full_name();
            return Err(self.type_error(format!("cannot create '{name}' instances")));
        };
        let made = self.call_new(class, &new, args, kw)?;
        if !self.is_instance_of(&made, class) {
            return Ok(made);
        }
        self.call_init(&made, args, kw)?;
        Ok(made)
    }

    fn call_new(
        &mut self,
        class: &Gc<Type>,
        new: &Value,
        args: &[Value],
        kw: Keywords<'_>,
    ) -> Result<Value> {
        let object = self.types.object.clone();
        if class.inherits_slot(Slot::New, &object) {
            return self.new_instance(class, !args.is_empty() || !kw.is_empty());
        }
        let func = if new
            .downcast::<Native>()
            .is_some_and(|n| n.def.kind == NativeKind::New)
        {
            new.clone()
        } else {
            self.call_get(new, &Value::None, &class.value())?
        };
        let mut all: smallvec::SmallVec<[Value; 6]> =
            smallvec::SmallVec::with_capacity(args.len() + 1);
        all.push(class.value());
        all.extend(args.iter().cloned());
        self.call_with(&func, &all, kw)
    }

    fn call_init(&mut self, made: &Value, args: &[Value], kw: Keywords<'_>) -> Result<()> {
        let class = self.type_of(made).clone();
        let object = self.types.object.clone();
        // `object.__init__` objects to arguments only where `object.__new__` has done so before.
        if class.inherits_slot(Slot::Init, &object)
            && (args.is_empty() && kw.is_empty() || !class.inherits_slot(Slot::New, &object))
        {
            return Ok(());
        }
        let Some(init) = class.slot(Slot::Init) else {
            return Ok(());
        };
        let init = self.bind_descriptor(&init, made)?;
        let result = self.call_with(&init, args, kw)?;
        if !result.is_none() {
            let name = self.type_name(&result);
            return Err(self.type_error(format!("__init__() should return None, not '{name}'")));
        }
        Ok(())
    }
}

fn type_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let positional = args.this::<Tuple>(vm, 1)?;
    let keywords = args.this::<Dict>(vm, 2)?;
    match positional.len() {
        1 if !keywords.is_empty() => {
            Err(vm.type_error("type.__init__() takes no keyword arguments"))
        }
        1 | 3 => Ok(Value::None),
        _ => Err(vm.type_error("type.__init__() takes 1 or 3 arguments")),
    }
}

// ---- methods ---------------------------------------------------------------------------------

fn type_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let name = match vm.class_module(&class).downcast::<Str>() {
        Some(_) => vm.full_class_name(&class),
        None => class.name().to_string(),
    };
    Ok(vm.new_str(format!("<class '{name}'>")))
}

fn type_or(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.union_or(&args[0], &args[1])
}

fn type_ror(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.union_or(&args[1], &args[0])
}

fn attribute_name(vm: &mut Vm, name: &Value) -> Result<Gc<Str>> {
    match name.downcast::<Str>() {
        Some(s) => Ok(s.clone()),
        None => {
            let ty = vm.type_name(name);
            Err(vm.type_error(format!("attribute name must be string, not '{ty}'")))
        }
    }
}

fn getattribute(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = attribute_name(vm, &args[1])?;
    match vm.native_get_attr(&args[0], &name)? {
        Some(value) => Ok(value),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}

fn setattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = attribute_name(vm, &args[1])?;
    vm.native_set_attr(&args[0], &name, args[2].clone())?;
    Ok(Value::None)
}

fn delattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = attribute_name(vm, &args[1])?;
    vm.native_set_attr(&args[0], &name, Value::Unbound)?;
    Ok(Value::None)
}

fn mro(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let mut order = vec![class.value()];
    if !class.bases().is_empty() {
        let rest = super::class_layout::linearize(vm, &class.bases())?;
        order.extend(rest.into_iter().map(Value::from));
    }
    Ok(vm.new_list(order).into())
}

fn subclasses(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let all = class.subclasses().into_iter().map(Value::from).collect();
    Ok(vm.new_list(all).into())
}

fn prepare(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.new_dict().into())
}

fn instancecheck(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    vm.real_isinstance(&args[1], &class).map(Value::Bool)
}

fn subclasscheck(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.real_issubclass(&args[1], &args[0]).map(Value::Bool)
}

fn type_dir(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let names = vm.new_dict();
    vm.add_class_names(&args[0], &names)?;
    Ok(vm.new_list(names.keys()).into())
}

fn type_sizeof(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    Ok(Value::Int(if class.is_heap_type() { 1048 } else { 416 }))
}

// ---- names -----------------------------------------------------------------------------------

/// The special attributes of builtin types are not for setting, and of others not for deleting.
pub fn check_special(vm: &mut Vm, class: &Gc<Type>, name: &str, value: &Value) -> Result<()> {
    let verb = if !class.is_heap_type() {
        "set"
    } else if value.is_unbound() {
        "delete"
    } else {
        return Ok(());
    };
    let class = class.full_name();
    Err(vm.type_error(format!(
        "cannot {verb} '{name}' attribute of immutable type '{class}'"
    )))
}

fn get_name(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    Ok(vm.new_str(&*class.name()))
}

fn set_name(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let class = class_of(vm, this)?;
    check_special(vm, &class, "__name__", &value)?;
    let name = check_text(vm, &class, "__name__", &value)?;
    let name = super::class_creation::class_name(vm, &name)?;
    class.set_name(&name);
    Ok(())
}

fn check_text(vm: &mut Vm, class: &Gc<Type>, name: &str, value: &Value) -> Result<Gc<Str>> {
    match value.downcast::<Str>() {
        Some(text) => Ok(text.clone()),
        None => {
            let (class, ty) = (class.name(), vm.type_name(value));
            Err(vm.type_error(format!(
                "can only assign string to {class}.{name}, not '{ty}'"
            )))
        }
    }
}

fn get_qualname(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    let qualname = class.qualname.borrow().clone();
    match qualname.given() {
        Some(qualname) => Ok(qualname.clone()),
        None => get_name(vm, this),
    }
}

fn set_qualname(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let class = class_of(vm, this)?;
    check_special(vm, &class, "__qualname__", &value)?;
    check_text(vm, &class, "__qualname__", &value)?;
    let old = class.qualname.replace(value);
    drop(old);
    Ok(())
}

fn get_module(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    match vm.class_module(&class) {
        Value::None if class.dict().find_str(&vm.names.__module__).is_none() => {
            let name = vm.names.__module__.clone();
            Err(vm.attribute_error("__module__", &name, this))
        }
        module => Ok(module),
    }
}

fn set_module(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let class = class_of(vm, this)?;
    check_special(vm, &class, "__module__", &value)?;
    class.del_attr(&vm.names.__firstlineno__.clone());
    class.set_attr(&vm.names.__module__.clone(), value);
    Ok(())
}

// ---- ancestry --------------------------------------------------------------------------------

fn get_bases(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    let bases = class.bases().into_iter().map(Value::from).collect();
    Ok(vm.new_tuple(bases).into())
}

fn get_base(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    Ok(super::class_layout::best_base(&class.bases()).map_or(Value::None, Value::from))
}

fn get_mro(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    let mut order = vec![class.value()];
    order.extend(class.mro_rest().into_iter().map(Value::from));
    Ok(vm.new_tuple(order).into())
}

// ---- what the namespace keeps ----------------------------------------------------------------

fn get_dict(vm: &mut Vm, this: &Value) -> Result<Value> {
    let mapping = class_of(vm, this)?.dict().into();
    Ok(vm
        .heap
        .alloc(&vm.types.mappingproxy, MappingProxy { mapping })
        .into())
}

fn get_doc(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    if class == vm.types.type_ {
        return Ok(vm.new_str("type(object) gives the object's type; type(name, bases, dict, **kwds) makes a new one."));
    }
    match class.dict().get_str(&vm.names.__doc__) {
        Some(doc) => vm.call_get(&doc, &Value::None, this),
        None => Ok(Value::None),
    }
}

fn set_doc(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let class = class_of(vm, this)?;
    check_special(vm, &class, "__doc__", &value)?;
    class.set_attr(&vm.names.__doc__.clone(), value);
    Ok(())
}

/// An attribute that lives in the class' own namespace; its absence is an error that names it.
fn own_attribute(vm: &mut Vm, this: &Value, name: &Gc<Str>) -> Result<Value> {
    let class = class_of(vm, this)?;
    let found = class
        .dict()
        .get_str(name)
        .filter(|_| class != vm.types.type_);
    match found {
        Some(value) => Ok(value),
        None => Err(vm.attribute_error(name.lossy().into_owned(), name, this)),
    }
}

fn get_abstract(vm: &mut Vm, this: &Value) -> Result<Value> {
    let name = vm.names.__abstractmethods__.clone();
    own_attribute(vm, this, &name)
}

fn set_abstract(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let class = class_of(vm, this)?;
    let name = vm.names.__abstractmethods__.clone();
    if value.is_unbound() {
        own_attribute(vm, this, &name)?;
        class.del_attr(&name);
        class.set_flag(type_flags::ABSTRACT, false);
        return Ok(());
    }
    let is_abstract = vm.truth(&value)?;
    class.set_attr(&name, value);
    class.set_flag(type_flags::ABSTRACT, is_abstract);
    Ok(())
}

fn get_annotations(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    let name = vm.names.__annotations__.clone();
    if !class.is_heap_type() {
        return Err(vm.no_attribute(this, &name));
    }
    if let Some(found) = class.dict().get_str(&name) {
        return vm.call_get(&found, &Value::None, this);
    }
    let made: Value = vm.new_dict().into();
    class.set_attr(&name, made.clone());
    Ok(made)
}

fn set_annotations(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let class = class_of(vm, this)?;
    let name = vm.names.__annotations__.clone();
    if !value.is_unbound() {
        class.set_attr(&name, value);
    } else if !class.del_attr(&name) {
        return Err(vm.attribute_error("__annotations__", &name, this));
    }
    Ok(())
}

fn get_type_params(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    match class.dict().get_str(&vm.names.__type_params__) {
        Some(params) if class != vm.types.type_ => Ok(params),
        _ => Ok(vm.new_tuple(vec![]).into()),
    }
}

fn set_type_params(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let class = class_of(vm, this)?;
    check_special(vm, &class, "__type_params__", &value)?;
    class.set_attr(&vm.names.__type_params__.clone(), value);
    Ok(())
}

/// Signatures that builtin classes show.
const SIGNATURES: &[(&str, &str)] = &[
    ("bool", "(object=False, /)"),
    ("classmethod", "(function, /)"),
    ("complex", "(real=0, imag=0)"),
    ("enumerate", "(iterable, start=0)"),
    ("filter", "(function, iterable, /)"),
    ("float", "(x=0, /)"),
    ("frozenset", "(iterable=(), /)"),
    ("list", "(iterable=(), /)"),
    ("map", "(function, iterable, /, *iterables)"),
    ("memoryview", "(object)"),
    ("object", "()"),
    ("property", "(fget=None, fset=None, fdel=None, doc=None)"),
    ("reversed", "(sequence, /)"),
    ("set", "(iterable=(), /)"),
    ("staticmethod", "(function, /)"),
    ("tuple", "(iterable=(), /)"),
    ("zip", "(*iterables, strict=False)"),
];

fn get_text_signature(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    let name = class.full_name();
    let found = SIGNATURES
        .iter()
        .find(|(n, _)| **n == *name && !class.is_heap_type());
    if let Some((_, signature)) = found {
        return Ok(vm.new_str(*signature));
    }
    let new = class.dict().get_str(&vm.names.__new__);
    match new.as_ref().and_then(|n| n.downcast::<Native>()) {
        Some(native) if name.contains('.') && !native.def.sig.contains("*args") => {
            Ok(vm.new_str(native.def.sig))
        }
        _ => Ok(Value::None),
    }
}

// ---- numbers that describe memory ------------------------------------------------------------

/// `__flags__`, with the reference implementation's bits.
fn get_flags(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    let mut flags: i64 = 1 << 12;
    let mut add = |on: bool, bit: i64| flags |= if on { 1 << bit } else { 0 };
    add(class.is_heap_type(), 9);
    add(!class.is_heap_type(), 8);
    add(class.has_flag(type_flags::BASE), 10);
    add(class.has_flag(type_flags::NO_NEW), 7);
    add(class.has_flag(type_flags::SEQUENCE), 5);
    add(class.has_flag(type_flags::MAPPING), 6);
    add(class.has_flag(type_flags::ABSTRACT), 20);
    add(class.layout.tracked || class.is_heap_type(), 14);
    let managed = class.is_heap_type() && class.has_flag(type_flags::DICT);
    add(managed, 2);
    add(managed, 4);
    add(
        class.is_heap_type() && class.has_flag(type_flags::WEAKREF),
        3,
    );
    add(class.has_flag(type_flags::MATCH_SELF), 22);
    let t = &vm.types;
    let kinds = [&t.int, &t.list, &t.tuple, &t.bytes, &t.str, &t.dict];
    for (i, kind) in kinds.into_iter().enumerate() {
        add(class.is_subtype(kind), 24 + i as i64);
    }
    add(class.is_subtype(&vm.exc.BaseException), 30);
    add(class.is_subtype(&t.type_), 31);
    Ok(Value::Int(flags))
}

/// Size of instances without items, as in the reference implementation on 64-bit machines.
pub fn basic_size(vm: &Vm, class: &Gc<Type>) -> i64 {
    let t = &vm.types;
    let sizes: [(&Gc<Type>, i64); 12] = [
        (&t.int, 24),
        (&t.float, 24),
        (&t.complex, 32),
        (&t.str, 64),
        (&t.bytes, 33),
        (&t.bytearray, 56),
        (&t.list, 40),
        (&t.tuple, 24),
        (&t.dict, 48),
        (&t.set, 200),
        (&t.frozenset, 200),
        (&t.type_, 928),
    ];
    let own = sizes
        .iter()
        .find(|(ty, _)| class.is_subtype(ty))
        .map_or(16, |&(_, size)| size);
    let cell = if class.holds::<CellObj>() { 8 } else { 0 };
    own + cell + 8 * class.n_slots() as i64
}

fn get_basicsize(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    Ok(Value::Int(basic_size(vm, &class)))
}

fn get_itemsize(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    let t = &vm.types;
    let sizes = [(&t.int, 4), (&t.tuple, 8), (&t.bytes, 1), (&t.type_, 40)];
    let size = sizes
        .iter()
        .find(|(ty, _)| class.is_subtype(ty))
        .map_or(0, |&(_, size)| size);
    Ok(Value::Int(size))
}

fn get_dictoffset(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    let has = class.has_flag(type_flags::DICT);
    Ok(Value::Int(match (has, class.is_heap_type()) {
        (true, true) => -1,
        (true, false) => 16,
        _ => 0,
    }))
}

fn get_weakrefoffset(vm: &mut Vm, this: &Value) -> Result<Value> {
    let class = class_of(vm, this)?;
    let has = class.has_flag(type_flags::WEAKREF);
    Ok(Value::Int(match (has, class.is_heap_type()) {
        (true, true) => -32,
        (true, false) => 24,
        _ => 0,
    }))
}

// ---- attributes that a class gives its instances ---------------------------------------------

pub const INSTANCE_DICT: GetSetDef = getset(
    "__dict__",
    instance_dict,
    set_instance_dict,
    "dictionary for instance variables",
);

pub const INSTANCE_WEAKREF: GetSetDef = getter(
    "__weakref__",
    instance_weakref,
    "list of weak references to the object",
);

/// `obj.__dict__`
pub fn instance_dict(vm: &mut Vm, this: &Value) -> Result<Value> {
    let dict = this
        .as_obj()
        .and_then(|o| o.attrs())
        .and_then(|a| a.take_dict(&vm.heap));
    match dict {
        Some(dict) => Ok(dict.into()),
        None => {
            let name = vm.names.__dict__.clone();
            Err(vm.no_attribute(this, &name))
        }
    }
}

/// `obj.__dict__ = ...`; deleting it leaves an empty one.
pub fn set_instance_dict(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let dict = if value.is_unbound() {
        vm.new_dict()
    } else {
        match value.downcast::<Dict>() {
            Some(dict) => dict.clone(),
            None => {
                let ty = vm.type_name(&value);
                return Err(vm.type_error(format!(
                    "__dict__ must be set to a dictionary, not a '{ty}'"
                )));
            }
        }
    };
    if let Some(attrs) = this.as_obj().and_then(|o| o.attrs()) {
        attrs.replace_dict(dict);
    }
    Ok(())
}

fn instance_weakref(vm: &mut Vm, this: &Value) -> Result<Value> {
    let Value::Obj(obj) = this else {
        return Ok(Value::None);
    };
    Ok(vm
        .ordered_weakrefs(obj)
        .first()
        .map_or(Value::None, Gc::value))
}
