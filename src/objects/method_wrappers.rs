//! `classmethod` and `staticmethod`.

use super::function::{ClassMethod, StaticMethod};
use super::function_types::check_get;
use super::list::Tuple;
use super::native::{Args, getset, getter, member, method, new};
use super::object_type::OwnedKeywords;
use super::str::Str;
use super::type_type::{instance_dict, set_instance_dict};
use super::typeobj::type_flags::DICT;
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::vm::{Result, Vm};

pub static CLASSMETHOD: TypeDef = TypeDef {
    name: "classmethod",
    doc: "classmethod(function) -> method\n\nMakes the class the first argument of a method, whether it is called on the class or an instance.",
    flags: BASE | DICT,
    methods: &[
        new("(*args, **kwargs)", classmethod_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            init,
            "Initialize self.",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            classmethod_get,
            "Return an attribute of instance, which is of type owner.",
        ),
        super::native::class_method(
            "__class_getitem__",
            "(object, /)",
            class_getitem,
            "See PEP 585",
        ),
    ],
    getsets: &[
        member("__func__", get_func, ""),
        member("__wrapped__", get_func, ""),
        getter("__isabstractmethod__", is_abstract, ""),
        getset("__dict__", instance_dict, set_instance_dict, ""),
    ],
    ..TypeDef::EMPTY
};

pub static STATICMETHOD: TypeDef = TypeDef {
    name: "staticmethod",
    doc: "staticmethod(function) -> method\n\nLeaves a method without a first argument of its own.",
    flags: BASE | DICT,
    methods: &[
        new("(*args, **kwargs)", staticmethod_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            init,
            "Initialize self.",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            staticmethod_call,
            "Call self as a function.",
        ),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            staticmethod_get,
            "Return an attribute of instance, which is of type owner.",
        ),
        super::native::class_method(
            "__class_getitem__",
            "(object, /)",
            class_getitem,
            "See PEP 585",
        ),
    ],
    getsets: &[
        member("__func__", get_func, ""),
        member("__wrapped__", get_func, ""),
        getter("__isabstractmethod__", is_abstract, ""),
        getset("__dict__", instance_dict, set_instance_dict, ""),
    ],
    ..TypeDef::EMPTY
};

fn classmethod_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this(vm, 0)?;
    let func = Value::None.into();
    Ok(vm.heap.alloc(&class, ClassMethod { func }).into())
}

fn staticmethod_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this(vm, 0)?;
    let func = Value::None.into();
    Ok(vm.heap.alloc(&class, StaticMethod { func }).into())
}

fn class_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.new_generic_alias(args[0].clone(), args[1].clone())
}

/// The wrapped function of either kind.
fn func_cell(this: &Value) -> Option<&std::cell::RefCell<Value>> {
    match (
        this.downcast::<ClassMethod>(),
        this.downcast::<StaticMethod>(),
    ) {
        (Some(method), _) => Some(&method.func),
        (_, Some(method)) => Some(&method.func),
        _ => None,
    }
}

fn wrapped(vm: &mut Vm, this: &Value) -> Result<Value> {
    match func_cell(this) {
        Some(cell) => Ok(cell.borrow().clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let given = args.this::<Tuple>(vm, 1)?;
    let name = if args[0].is::<ClassMethod>() {
        "classmethod"
    } else {
        "staticmethod"
    };
    if args[2]
        .downcast::<super::dict::Dict>()
        .is_some_and(|d| !d.is_empty())
    {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    let [func] = given.items() else {
        let n = given.len();
        return Err(vm.type_error(format!("{name} expected 1 argument, got {n}")));
    };
    if let Some(cell) = func_cell(&args[0]) {
        let old = cell.replace(func.clone());
        drop(old);
    }
    copy_names(vm, &args[0], func)?;
    Ok(Value::None)
}

/// The wrapper shows the names and doc of what it wraps as its own.
fn copy_names(vm: &mut Vm, this: &Value, func: &Value) -> Result<()> {
    let names = [
        vm.names.__module__.clone(),
        vm.names.__name__.clone(),
        vm.names.__qualname__.clone(),
        vm.names.__doc__.clone(),
        vm.names.__annotations__.clone(),
    ];
    for name in &names {
        if let Some(value) = vm.get_attr_opt(func, name)?
            && let Some(attrs) = this.as_obj().and_then(|o| o.attrs())
        {
            attrs.set(name, value, &vm.heap);
        }
    }
    Ok(())
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let func = wrapped(vm, &args[0])?;
    let name = if args[0].is::<ClassMethod>() {
        "<classmethod("
    } else {
        "<staticmethod("
    };
    let func = vm.repr(&func)?;
    let text = [name.as_bytes(), func.bytes(), b")>"].concat();
    Ok(vm.new_str(Str::from_wtf8(text)))
}

fn classmethod_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_get(vm, args)?;
    let func = wrapped(vm, &args[0])?;
    let class = match args[2].given_not_none() {
        Some(class) => class.clone(),
        None => vm.type_of(&args[1]).value(),
    };
    Ok(vm.new_bound_method(func, class))
}

fn staticmethod_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_get(vm, args)?;
    wrapped(vm, &args[0])
}

fn staticmethod_call(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let func = wrapped(vm, &args[0])?;
    let positional = args.this::<Tuple>(vm, 1)?;
    let keywords = OwnedKeywords::of(&args[2]);
    vm.call_with(&func, positional.items(), keywords.get())
}

fn get_func(vm: &mut Vm, this: &Value) -> Result<Value> {
    wrapped(vm, this)
}

fn is_abstract(vm: &mut Vm, this: &Value) -> Result<Value> {
    let func = wrapped(vm, this)?;
    vm.is_abstract_method(&func).map(Value::Bool)
}

impl Vm {
    /// Whether `value.__isabstractmethod__` is true.
    pub fn is_abstract_method(&mut self, value: &Value) -> Result<bool> {
        let name = self.names.__isabstractmethod__.clone();
        match self.get_attr_opt(value, &name)? {
            Some(flag) => self.truth(&flag),
            None => Ok(false),
        }
    }
}
