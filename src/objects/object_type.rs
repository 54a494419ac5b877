//! The type `object`: what every object can do unless its type says otherwise.

use super::header::Gc;
use super::names::Slot;
use super::native::{Args, Keywords, NativeDef, class_method, getset, method, new};
use super::operators::CompareOp;
use super::str::Str;
use super::typeobj::{Type, type_flags};
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::objects::instance::Instance;
use crate::vm::{Result, Vm};

/// The comparisons that a type does not define itself.
pub static COMPARISONS: &[NativeDef] = &[
    method(
        "__eq__",
        "($self, value, /)",
        object_eq,
        "Return self==value.",
    ),
    method(
        "__ne__",
        "($self, value, /)",
        object_ne,
        "Return self!=value.",
    ),
    method(
        "__lt__",
        "($self, value, /)",
        not_implemented,
        "Return self<value.",
    ),
    method(
        "__le__",
        "($self, value, /)",
        not_implemented,
        "Return self<=value.",
    ),
    method(
        "__gt__",
        "($self, value, /)",
        not_implemented,
        "Return self>value.",
    ),
    method(
        "__ge__",
        "($self, value, /)",
        not_implemented,
        "Return self>=value.",
    ),
];

pub static OBJECT: TypeDef = TypeDef {
    name: "object",
    doc: "The base of all classes. An instance of it has no attributes and takes none.",
    flags: BASE,
    methods: &[
        new("(*args, **kwargs)", object_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            object_init,
            "Initialize self.",
        ),
        method("__repr__", "($self, /)", object_repr, "Return repr(self)."),
        method("__str__", "($self, /)", object_str, "Return str(self)."),
        method("__hash__", "($self, /)", object_hash, "Return hash(self)."),
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
            "__format__",
            "($self, format_spec, /)",
            object_format,
            "Text of the object; only the empty format is known.",
        ),
        method(
            "__dir__",
            "($self, /)",
            object_dir,
            "Names of the attributes.",
        ),
        method(
            "__sizeof__",
            "($self, /)",
            object_sizeof,
            "Size of the object in memory, in bytes.",
        ),
        method(
            "__reduce__",
            "($self, /)",
            super::object_reduce::reduce,
            "How to pickle the object.",
        ),
        method(
            "__reduce_ex__",
            "($self, protocol, /)",
            super::object_reduce::reduce_ex,
            "How to pickle the object with a protocol.",
        ),
        method(
            "__getstate__",
            "($self, /)",
            super::object_reduce::getstate,
            "The state to pickle.",
        ),
        class_method(
            "__init_subclass__",
            "()",
            init_subclass,
            "Called when a subclass is made; does nothing.",
        ),
        class_method(
            "__subclasshook__",
            "(object, /)",
            not_implemented,
            "Lets an abstract class say what derives from it.",
        ),
    ],
    getsets: &[getset(
        "__class__",
        get_class,
        set_class,
        "the object's class",
    )],
    ..TypeDef::EMPTY
};

fn not_implemented(_vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::NotImplemented)
}

fn init_subclass(_vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::None)
}

// ---- making instances ------------------------------------------------------------------------

/// Whether a `(*args, **kwargs)` pair holds anything.
fn has_arguments(args: &Value, kwargs: &Value) -> bool {
    args.downcast::<super::list::Tuple>()
        .is_some_and(|t| !t.is_empty())
        || kwargs
            .downcast::<super::dict::Dict>()
            .is_some_and(|d| !d.is_empty())
}

fn object_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    vm.new_instance(&class, has_arguments(&args[1], &args[2]))
}

impl Vm {
    /// What `object.__new__` does. Arguments are an error unless an `__init__` will take them.
    pub fn new_instance(&mut self, class: &Gc<Type>, has_arguments: bool) -> Result<Value> {
        if has_arguments {
            let object = self.types.object.clone();
            if !class.inherits_slot(Slot::New, &object) {
                return Err(self.type_error(
                    "object.__new__() takes exactly one argument (the type to instantiate)",
                ));
            }
            if class.inherits_slot(Slot::Init, &object) {
                let name = class.name();
                return Err(self.type_error(format!("{name}() takes no arguments")));
            }
        }
        if class.has_flag(type_flags::ABSTRACT) {
            return Err(self.abstract_class_error(class));
        }
        Ok(self.heap.alloc(class, Instance).into())
    }

    /// "Can't instantiate abstract class C without an implementation for abstract method 'f'"
    fn abstract_class_error(&mut self, class: &Gc<Type>) -> super::exceptions::Exc {
        let name = self.names.__abstractmethods__.clone();
        let names = match self
            .get_attr(&class.value(), &name)
            .and_then(|n| self.collect(&n))
        {
            Ok(names) => names,
            Err(e) => return e,
        };
        match self.abstract_names(names) {
            Ok(texts) => self.abstract_error_of(class, &texts),
            Err(e) => e,
        }
    }

    /// The names in order, as text.
    fn abstract_names(&mut self, names: Vec<Value>) -> Result<Vec<String>> {
        let names: Value = self.new_list(names).into();
        self.call_method(&names, "sort", &[])?;
        let mut texts = Vec::new();
        for name in self.collect(&names)? {
            match name.downcast::<Str>() {
                Some(s) => texts.push(s.lossy().into_owned()),
                None => {
                    let (i, ty) = (texts.len(), self.type_name(&name));
                    return Err(self.type_error(format!(
                        "sequence item {i}: expected str instance, {ty} found"
                    )));
                }
            }
        }
        Ok(texts)
    }

    fn abstract_error_of(&mut self, class: &Gc<Type>, texts: &[String]) -> super::exceptions::Exc {
        let plural = if texts.len() == 1 { "" } else { "s" };
        let (class, list) = (class.name(), texts.join("', '"));
        self.type_error(format!(
            "Can't instantiate abstract class {class} without an implementation for abstract method{plural} '{list}'"
        ))
    }
}

fn object_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if has_arguments(&args[1], &args[2]) {
        let class = vm.type_of(&args[0]).clone();
        let object = vm.types.object.clone();
        if !class.inherits_slot(Slot::Init, &object) {
            return Err(vm.type_error(
                "object.__init__() takes exactly one argument (the instance to initialize)",
            ));
        }
        if class.inherits_slot(Slot::New, &object) {
            let name = class.name();
            return Err(vm.type_error(format!(
                "{name}.__init__() takes exactly one argument (the instance to initialize)"
            )));
        }
    }
    Ok(Value::None)
}

// ---- texts, comparison -----------------------------------------------------------------------

fn object_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = vm.full_type_name(&args[0]);
    let id = vm.id(&args[0]);
    Ok(vm.new_str(format!("<{name} object at {id:#x}>")))
}

impl Vm {
    /// `module.qualname` of the value's type; without the module for builtins.
    pub fn full_type_name(&mut self, value: &Value) -> String {
        let class = self.type_of(value).clone();
        self.full_class_name(&class)
    }

    /// `module.qualname` of a class, as its `repr` gives it; without the module for builtins.
    pub fn full_class_name(&mut self, class: &Gc<Type>) -> String {
        let qualname = class.qualname_text();
        match self.class_module(class).downcast::<Str>() {
            Some(module) if module.bytes() != b"builtins" => {
                format!("{}.{qualname}", module.lossy())
            }
            _ => qualname,
        }
    }

    /// `class.__module__`, or `None` when it was deleted.
    pub fn class_module(&mut self, class: &Gc<Type>) -> Value {
        match class.dict().get_str(&self.names.__module__) {
            // The namespace of `type` holds the attribute that its instances have.
            Some(module) if class != &self.types.type_ => module,
            None if class.is_heap_type() => Value::None,
            _ => self.names.builtins.value(),
        }
    }
}

fn object_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.repr(&args[0]).map(Value::from)
}

fn object_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    // Addresses are multiples of 16: rotate the low bits away, so that tables fill evenly.
    Ok(Value::Int((vm.id(&args[0]) as u64).rotate_right(4) as i64))
}

fn object_eq(_vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if args[0].is_same(&args[1]) {
        Ok(Value::TRUE)
    } else {
        Ok(Value::NotImplemented)
    }
}

/// The opposite of `__eq__`, as the type defines that.
fn object_ne(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let equal = vm.call_slot(&args[0], CompareOp::Eq.slot(), &args.0[1..2])?;
    match equal {
        Some(Value::NotImplemented) | None => Ok(Value::NotImplemented),
        Some(equal) => Ok(Value::Bool(!vm.truth(&equal)?)),
    }
}

fn object_format(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(spec) = args[1].downcast::<Str>() else {
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("__format__() argument must be str, not {name}")));
    };
    if !spec.is_empty() {
        let name = vm.type_name(&args[0]);
        return Err(vm.type_error(format!(
            "unsupported format string passed to {name}.__format__"
        )));
    }
    vm.str(&args[0]).map(Value::from)
}

// ---- attributes ------------------------------------------------------------------------------

/// The name argument of `__getattribute__` and its kin.
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
    if let Some(module) = args[0].downcast::<super::module::Module>()
        && let Some(value) = module.dict.get_str(&name)
    {
        return Ok(value);
    }
    match vm.object_get_attr(&args[0], &name)? {
        Some(value) => Ok(value),
        None => Err(vm.no_own_attribute(&args[0], &name)),
    }
}

fn setattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = attribute_name(vm, &args[1])?;
    vm.check_wrapper_safe(&args[0], Slot::SetAttr)?;
    vm.native_set_attr(&args[0], &name, args[2].clone())?;
    Ok(Value::None)
}

fn delattr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = attribute_name(vm, &args[1])?;
    vm.check_wrapper_safe(&args[0], Slot::DelAttr)?;
    vm.native_set_attr(&args[0], &name, Value::Unbound)?;
    Ok(Value::None)
}

impl Vm {
    /// `object.__setattr__(C, ...)` must not get around `type.__setattr__`.
    fn check_wrapper_safe(&mut self, obj: &Value, slot: Slot) -> Result<()> {
        if !obj.is::<Type>() {
            return Ok(());
        }
        let name = self.type_name(obj);
        Err(self.type_error(format!("can't apply this {} to {name} object", slot.text())))
    }

    /// The error of `object.__getattribute__`, which words classes and modules as any object.
    fn no_own_attribute(&mut self, obj: &Value, name: &Gc<Str>) -> super::exceptions::Exc {
        let ty = self.type_name(obj);
        let message = format!("'{ty}' object has no attribute '{}'", name.lossy());
        self.attribute_error(message, name, obj)
    }
}

fn object_dir(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let names = vm.new_dict();
    let dict_name = vm.names.__dict__.clone();
    if let Some(dict) = vm.get_attr_opt(&args[0], &dict_name)?
        && let Some(dict) = dict.downcast::<super::dict::Dict>()
    {
        for (key, _) in dict.items() {
            names.set(vm, key, Value::None)?;
        }
    }
    let class_name = vm.names.__class__.clone();
    if let Some(class) = vm.get_attr_opt(&args[0], &class_name)? {
        vm.add_class_names(&class, &names)?;
    }
    Ok(vm.new_list(names.keys()).into())
}

impl Vm {
    /// Adds the names in a class' namespace and those of its bases, by what it says of itself.
    pub fn add_class_names(&mut self, class: &Value, names: &Gc<super::dict::Dict>) -> Result<()> {
        let dict_name = self.names.__dict__.clone();
        if let Some(dict) = self.get_attr_opt(class, &dict_name)? {
            for key in self.collect(&dict)? {
                names.set(self, key, Value::None)?;
            }
        }
        let bases_name = self.names.__bases__.clone();
        if let Some(bases) = self.get_attr_opt(class, &bases_name)?
            && let Some(bases) = bases.downcast::<super::list::Tuple>().cloned()
        {
            self.enter_recursion("")?;
            let mut result = Ok(());
            for base in bases.items() {
                result = self.add_class_names(base, names);
                if result.is_err() {
                    break;
                }
            }
            self.leave_recursion();
            result?;
        }
        Ok(())
    }
}

fn object_sizeof(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = vm.type_of(&args[0]).clone();
    Ok(Value::Int(super::type_type::basic_size(vm, &class)))
}

// ---- __class__ -------------------------------------------------------------------------------

fn get_class(vm: &mut Vm, obj: &Value) -> Result<Value> {
    Ok(vm.type_of(obj).value())
}

fn set_class(vm: &mut Vm, obj: &Value, value: Value) -> Result<()> {
    if value.is_unbound() {
        return Err(vm.type_error("can't delete __class__ attribute"));
    }
    let Some(new) = value.downcast::<Type>().cloned() else {
        let name = vm.type_name(&value);
        return Err(vm.type_error(format!(
            "__class__ must be set to a class, not '{name}' object"
        )));
    };
    let old = vm.type_of(obj).clone();
    let module = vm.types.module.clone();
    let modules = new.is_subtype(&module) && old.is_subtype(&module);
    if !(modules || new.is_heap_type() && old.is_heap_type()) {
        return Err(vm.type_error(
            "__class__ assignment only supported for mutable types or ModuleType subclasses",
        ));
    }
    if !super::class_layout::same_layout(&old, &new) {
        return Err(vm.type_error(format!(
            "__class__ assignment: '{}' object layout differs from '{}'",
            new.name(),
            old.name()
        )));
    }
    let Value::Obj(o) = obj else { return Ok(()) };
    let keep = old.clone();
    o.set_ty(new.clone());
    if let Some(attrs) = o.attrs() {
        attrs.retype(&new, &vm.heap);
    }
    drop(keep);
    Ok(())
}

/// `copyreg`'s functions and others call natives with keywords they got as a dict.
pub struct OwnedKeywords {
    names: Vec<Value>,
    values: Vec<Value>,
}

impl OwnedKeywords {
    /// The keyword arguments in a dict with string keys, as natives get `**kwargs`.
    pub fn of(kwargs: &Value) -> OwnedKeywords {
        let (names, values) = match kwargs.downcast::<super::dict::Dict>() {
            Some(dict) => (dict.keys(), dict.values()),
            None => (Vec::new(), Vec::new()),
        };
        OwnedKeywords { names, values }
    }

    pub fn get(&self) -> Keywords<'_> {
        Keywords {
            names: &self.names,
            values: &self.values,
        }
    }
}
