//! What scripts see of functions, bound methods and cells. Code objects, the method wrappers and
//! `property` have rooms of their own.

use super::dict::Dict;
use super::function::{BoundMethod, CellObj, CodeObj, Function};
use super::header::Gc;
use super::list::Tuple;
use super::native::{Args, getset, member, member_set, method, new};
use super::object_type::OwnedKeywords;
use super::operators::CompareOp;
use super::str::Str;
use super::type_type::{instance_dict, set_instance_dict};
use super::typeobj::type_flags::{DICT, WEAKREF};
use super::types::TypeDef;
use super::value::Value;
use crate::vm::{Result, Vm};

pub use super::code_type::CODE;
pub use super::method_wrappers::{CLASSMETHOD, STATICMETHOD};
pub use super::property_type::PROPERTY;

pub static FUNCTION: TypeDef = TypeDef {
    name: "function",
    doc: "A function made by a script: code with globals, defaults and closure.",
    flags: DICT | WEAKREF,
    methods: &[
        new(
            "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)",
            function_new,
        ),
        method(
            "__repr__",
            "($self, /)",
            function_repr,
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
            function_get,
            "Return an attribute of instance, which is of type owner.",
        ),
    ],
    getsets: &[
        member("__closure__", get_closure, ""),
        member_set("__doc__", get_doc, set_doc, ""),
        member("__globals__", get_globals, ""),
        member_set("__module__", get_module, set_module, ""),
        member("__builtins__", get_builtins, ""),
        getset("__code__", get_code, set_code, ""),
        getset("__defaults__", get_defaults, set_defaults, ""),
        getset("__kwdefaults__", get_kwdefaults, set_kwdefaults, ""),
        getset("__annotations__", get_annotations, set_annotations, ""),
        getset("__dict__", instance_dict, set_dict, ""),
        getset("__name__", get_name, set_name, ""),
        getset("__qualname__", get_qualname, set_qualname, ""),
        getset("__type_params__", get_type_params, set_type_params, ""),
    ],
    ..TypeDef::EMPTY
};

fn function(vm: &mut Vm, this: &Value) -> Result<Gc<Function>> {
    match this.downcast::<Function>() {
        Some(function) => Ok(function.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

/// `types.FunctionType(code, globals, ...)`
fn function_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(code) = args[1].downcast::<CodeObj>().cloned() else {
        let ty = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("function() argument 'code' must be code, not {ty}")));
    };
    let Some(globals) = args[2].downcast::<Dict>().cloned() else {
        let ty = vm.type_name(&args[2]);
        return Err(vm.type_error(format!(
            "function() argument 'globals' must be dict, not {ty}"
        )));
    };
    let name = args[3].given_not_none().cloned();
    if name.as_ref().is_some_and(|n| !n.is::<Str>()) {
        return Err(vm.type_error("arg 3 (name) must be None or string"));
    }
    if args[4].given_not_none().is_some_and(|d| !d.is::<Tuple>()) {
        return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
    }
    let closure = closure_argument(vm, &code, &args[5])?;
    if args[6].given_not_none().is_some_and(|d| !d.is::<Dict>()) {
        return Err(vm.type_error("arg 6 (kwdefaults) must be None or dict"));
    }
    let optional = |v: &Value| v.given_not_none().cloned().unwrap_or_default().into();
    let own_name = vm.new_str(&*code.code.name);
    let qualname = vm.new_str(&*code.code.qualname);
    let module = globals.get_str(&vm.names.__name__).unwrap_or(Value::None);
    let doc = super::code_type::docstring(vm, &code);
    let builtins = vm.builtins_of(&globals);
    let function = Function {
        code: code.into(),
        globals,
        builtins,
        defaults: optional(&args[4]),
        kwdefaults: optional(&args[6]),
        closure,
        qualname: qualname.into(),
        name: name.unwrap_or(own_name).into(),
        module: module.into(),
        doc: doc.into(),
        annotations: Value::Unbound.into(),
        type_params: Value::Unbound.into(),
    };
    let class = args.this(vm, 0)?;
    Ok(vm.heap.alloc(&class, function).into())
}

fn closure_argument(vm: &mut Vm, code: &Gc<CodeObj>, value: &Value) -> Result<Box<[Gc<CellObj>]>> {
    let wanted = code.code.freevars.len();
    let cells = match value.given_not_none() {
        None if wanted == 0 => return Ok(Box::default()),
        None => return Err(vm.type_error("arg 5 (closure) must be tuple")),
        Some(value) => match value.downcast::<Tuple>() {
            Some(cells) => cells.clone(),
            None if wanted == 0 => {
                return Err(vm.type_error("arg 5 (closure) must be None or tuple"));
            }
            None => return Err(vm.type_error("arg 5 (closure) must be tuple")),
        },
    };
    if cells.len() != wanted {
        let (name, n) = (code.code.name.clone(), cells.len());
        return Err(vm.value_error(format!(
            "{name} requires closure of length {wanted}, not {n}"
        )));
    }
    let mut closure = Vec::with_capacity(wanted);
    for cell in cells.items() {
        match cell.downcast::<CellObj>() {
            Some(cell) => closure.push(cell.clone()),
            None => {
                let ty = vm.type_name(cell);
                return Err(vm.type_error(format!("arg 5 (closure) expected cell, found {ty}")));
            }
        }
    }
    Ok(closure.into())
}

fn function_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let qualname = function(vm, &args[0])?.qualname.borrow().clone();
    let qualname = vm.str(&qualname)?;
    let at = format!(" at {:#x}>", vm.id(&args[0]));
    let text = [b"<function ", qualname.bytes(), at.as_bytes()].concat();
    Ok(vm.new_str(Str::from_wtf8(text)))
}

/// `__call__` of callables that the VM calls directly.
pub fn call(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let positional = args.this::<Tuple>(vm, 1)?;
    let keywords = OwnedKeywords::of(&args[2]);
    vm.call_with(&args[0], positional.items(), keywords.get())
}

/// The arguments of a `__get__`: one of them must say something.
pub fn check_get(vm: &mut Vm, args: Args<'_>) -> Result<()> {
    if args[1].is_none() && args[2].given_not_none().is_none() {
        return Err(vm.type_error("__get__(None, None) is invalid"));
    }
    Ok(())
}

fn function_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_get(vm, args)?;
    if args[1].is_none() {
        return Ok(args[0].clone());
    }
    Ok(vm.new_bound_method(args[0].clone(), args[1].clone()))
}

// ---- attributes of functions -----------------------------------------------------------------

fn or_none(value: &Value) -> Value {
    value.given().cloned().unwrap_or(Value::None)
}

fn get_closure(vm: &mut Vm, this: &Value) -> Result<Value> {
    let function = function(vm, this)?;
    if function.closure.is_empty() {
        return Ok(Value::None);
    }
    let cells = function.closure.iter().map(Gc::value).collect();
    Ok(vm.new_tuple(cells).into())
}

fn get_globals(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(function(vm, this)?.globals.value())
}

fn get_builtins(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(function(vm, this)?.builtins.value())
}

fn get_code(vm: &mut Vm, this: &Value) -> Result<Value> {
    let code = function(vm, this)?.code.borrow().value();
    Ok(code)
}

fn set_code(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let function = function(vm, this)?;
    let Some(code) = value.downcast::<CodeObj>() else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let (have, want) = (function.closure.len(), code.code.freevars.len());
    if have != want {
        let name = function.name.borrow().clone();
        let name = vm.str(&name)?;
        return Err(vm.value_error(format!(
            "{}() requires a code object with {have} free vars, not {want}",
            name.lossy()
        )));
    }
    let old = function.code.replace(code.clone());
    drop(old);
    Ok(())
}

fn get_doc(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(or_none(&function(vm, this)?.doc.borrow()))
}

fn set_doc(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let old = function(vm, this)?.doc.replace(or_none(&value));
    drop(old);
    Ok(())
}

fn get_module(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(or_none(&function(vm, this)?.module.borrow()))
}

fn set_module(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let old = function(vm, this)?.module.replace(or_none(&value));
    drop(old);
    Ok(())
}

fn get_defaults(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(or_none(&function(vm, this)?.defaults.borrow()))
}

fn set_defaults(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let function = function(vm, this)?;
    let value = value.given_not_none().cloned().unwrap_or_default();
    if !value.is_unbound() && !value.is::<Tuple>() {
        return Err(vm.type_error("__defaults__ must be set to a tuple object"));
    }
    let old = function.defaults.replace(value);
    drop(old);
    Ok(())
}

fn get_kwdefaults(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(or_none(&function(vm, this)?.kwdefaults.borrow()))
}

fn set_kwdefaults(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let function = function(vm, this)?;
    let value = value.given_not_none().cloned().unwrap_or_default();
    if !value.is_unbound() && !value.is::<Dict>() {
        return Err(vm.type_error("__kwdefaults__ must be set to a dict object"));
    }
    let old = function.kwdefaults.replace(value);
    drop(old);
    Ok(())
}

/// A dict; made when first asked for, of the pairs that the compiler left in a tuple if there are any.
fn get_annotations(vm: &mut Vm, this: &Value) -> Result<Value> {
    let function = function(vm, this)?;
    let current = function.annotations.borrow().clone();
    if current.is::<Dict>() {
        return Ok(current);
    }
    let dict = vm.new_dict();
    if let Some(pairs) = current.downcast::<Tuple>() {
        for pair in pairs.items().chunks_exact(2) {
            dict.set(vm, pair[0].clone(), pair[1].clone())?;
        }
    }
    let old = function.annotations.replace(dict.value());
    drop(old);
    Ok(dict.into())
}

fn set_annotations(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let function = function(vm, this)?;
    let value = value.given_not_none().cloned().unwrap_or_default();
    if !value.is_unbound() && !value.is::<Dict>() {
        return Err(vm.type_error("__annotations__ must be set to a dict object"));
    }
    let old = function.annotations.replace(value);
    drop(old);
    Ok(())
}

fn set_dict(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    if value.is_unbound() {
        return Err(vm.type_error("cannot delete __dict__"));
    }
    set_instance_dict(vm, this, value)
}

fn get_name(vm: &mut Vm, this: &Value) -> Result<Value> {
    let name = function(vm, this)?.name.borrow().clone();
    Ok(name)
}

fn set_name(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let function = function(vm, this)?;
    if !value.is::<Str>() {
        return Err(vm.type_error("__name__ must be set to a string object"));
    }
    let old = function.name.replace(value);
    drop(old);
    Ok(())
}

fn get_qualname(vm: &mut Vm, this: &Value) -> Result<Value> {
    let name = function(vm, this)?.qualname.borrow().clone();
    Ok(name)
}

fn set_qualname(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let function = function(vm, this)?;
    if !value.is::<Str>() {
        return Err(vm.type_error("__qualname__ must be set to a string object"));
    }
    let old = function.qualname.replace(value);
    drop(old);
    Ok(())
}

fn get_type_params(vm: &mut Vm, this: &Value) -> Result<Value> {
    let params = function(vm, this)?.type_params.borrow().clone();
    Ok(match params {
        Value::Unbound => vm.new_tuple(vec![]).into(),
        params => params,
    })
}

fn set_type_params(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let function = function(vm, this)?;
    if !value.is::<Tuple>() {
        return Err(vm.type_error("__type_params__ must be set to a tuple"));
    }
    let old = function.type_params.replace(value);
    drop(old);
    Ok(())
}

// ---- bound methods ---------------------------------------------------------------------------

pub static METHOD: TypeDef = TypeDef {
    name: "method",
    doc: "A function bound to its first argument.",
    flags: WEAKREF,
    methods: &[
        new("(function, instance, /)", method_new),
        method("__repr__", "($self, /)", method_repr, "Return repr(self)."),
        method("__hash__", "($self, /)", method_hash, "Return hash(self)."),
        method(
            "__eq__",
            "($self, value, /)",
            method_eq,
            "Return self==value.",
        ),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            call,
            "Call self as a function.",
        ),
        method(
            "__getattribute__",
            "($self, name, /)",
            method_getattribute,
            "Return getattr(self, name).",
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
            method_reduce,
            "How to pickle the method.",
        ),
    ],
    getsets: &[
        member(
            "__func__",
            get_func,
            "the function (or other callable) implementing a method",
        ),
        member(
            "__self__",
            get_self,
            "the instance to which a method is bound",
        ),
        super::native::getter("__doc__", get_method_doc, ""),
    ],
    ..TypeDef::EMPTY
};

fn bound(vm: &mut Vm, this: &Value) -> Result<Gc<BoundMethod>> {
    match this.downcast::<BoundMethod>() {
        Some(method) => Ok(method.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn method_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if !vm.is_callable(&args[1]) {
        return Err(vm.type_error("first argument must be callable"));
    }
    if args[2].is_none() {
        return Err(vm.type_error("instance must not be None"));
    }
    Ok(vm.new_bound_method(args[1].clone(), args[2].clone()))
}

fn method_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let method = bound(vm, &args[0])?;
    let mut name = None;
    for key in [vm.names.__qualname__.clone(), vm.names.__name__.clone()] {
        if name.is_none() {
            name = vm
                .get_attr_opt(&method.func, &key)?
                .filter(Value::is::<Str>);
        }
    }
    let name = name.unwrap_or_else(|| vm.new_str("?"));
    let this = vm.repr(&method.this)?;
    let name = vm.str(&name)?;
    let text = [b"<bound method ", name.bytes(), b" of ", this.bytes(), b">"].concat();
    Ok(vm.new_str(Str::from_wtf8(text)))
}

fn method_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let method = bound(vm, &args[0])?;
    let func = vm.hash(&method.func)?;
    let this = (vm.id(&method.this) as u64).rotate_right(4) as i64;
    Ok(Value::Int(func ^ this))
}

fn method_eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(other) = args[1].downcast::<BoundMethod>().cloned() else {
        return Ok(Value::NotImplemented);
    };
    let method = bound(vm, &args[0])?;
    let same = method.this.is_same(&other.this) && vm.eq(&method.func, &other.func)?;
    Ok(Value::Bool(same))
}

fn method_getattribute(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(name) = args[1].downcast::<Str>().cloned() else {
        let ty = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("attribute name must be string, not '{ty}'")));
    };
    match vm.native_get_attr(&args[0], &name)? {
        Some(value) => Ok(value),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}

impl Vm {
    /// Attributes of a bound method: its type's, then its function's.
    pub fn method_get_attr(
        &mut self,
        method: &Gc<BoundMethod>,
        obj: &Value,
        name: &Gc<Str>,
    ) -> Result<Option<Value>> {
        if self.types.method.lookup(name).is_some() {
            return self.object_get_attr(obj, name);
        }
        self.get_attr(&method.func, name).map(Some)
    }
}

fn method_get(_vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(args[0].clone())
}

fn method_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let method = bound(vm, &args[0])?;
    let name = vm.names.__name__.clone();
    let name = vm.get_attr(&method.func, &name)?;
    let key = vm.intern("getattr");
    let getattr = vm.builtins.get_str(&key).unwrap_or(Value::None);
    let pair = vm.new_tuple(vec![method.this.clone(), name]).into();
    Ok(vm.new_tuple(vec![getattr, pair]).into())
}

fn get_func(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(bound(vm, this)?.func.clone())
}

fn get_self(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(bound(vm, this)?.this.clone())
}

fn get_method_doc(vm: &mut Vm, this: &Value) -> Result<Value> {
    let func = bound(vm, this)?.func.clone();
    let name = vm.names.__doc__.clone();
    Ok(vm.get_attr_opt(&func, &name)?.unwrap_or(Value::None))
}

// ---- cells -----------------------------------------------------------------------------------

pub static CELL: TypeDef = TypeDef {
    name: "cell",
    doc: "A variable that functions share.",
    methods: &[
        new("(contents=<unrepresentable>, /)", cell_new),
        method("__repr__", "($self, /)", cell_repr, "Return repr(self)."),
        method(
            "__eq__",
            "($self, value, /)",
            cell_eq,
            "Return self==value.",
        ),
        method(
            "__ne__",
            "($self, value, /)",
            cell_ne,
            "Return self!=value.",
        ),
        method("__lt__", "($self, value, /)", cell_lt, "Return self<value."),
        method(
            "__le__",
            "($self, value, /)",
            cell_le,
            "Return self<=value.",
        ),
        method("__gt__", "($self, value, /)", cell_gt, "Return self>value."),
        method(
            "__ge__",
            "($self, value, /)",
            cell_ge,
            "Return self>=value.",
        ),
    ],
    getsets: &[getset("cell_contents", get_contents, set_contents, "")],
    ..TypeDef::EMPTY
};

fn cell(vm: &mut Vm, this: &Value) -> Result<Gc<CellObj>> {
    match this.downcast::<CellObj>() {
        Some(cell) => Ok(cell.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn cell_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this(vm, 0)?;
    Ok(vm.heap.alloc(&class, CellObj::new(args[1].clone())).into())
}

fn cell_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let content = cell(vm, &args[0])?.get().clone();
    let at = vm.id(&args[0]);
    let what = if content.is_unbound() {
        "empty".to_string()
    } else {
        format!(
            "{} object at {:#x}",
            vm.type_name(&content),
            vm.id(&content)
        )
    };
    Ok(vm.new_str(format!("<cell at {at:#x}: {what}>")))
}

fn compare_cells(vm: &mut Vm, args: Args<'_>, op: CompareOp) -> Result<Value> {
    if !args[1].is::<CellObj>() {
        return Ok(Value::NotImplemented);
    }
    let a = cell(vm, &args[0])?.get().clone();
    let b = cell(vm, &args[1])?.get().clone();
    if a.is_unbound() || b.is_unbound() {
        let order = b.is_unbound().cmp(&a.is_unbound());
        return Ok(Value::Bool(op.test(order)));
    }
    vm.compare(op, &a, &b)
}

fn cell_eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_cells(vm, args, CompareOp::Eq)
}

fn cell_ne(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_cells(vm, args, CompareOp::Ne)
}

fn cell_lt(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_cells(vm, args, CompareOp::Lt)
}

fn cell_le(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_cells(vm, args, CompareOp::Le)
}

fn cell_gt(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_cells(vm, args, CompareOp::Gt)
}

fn cell_ge(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    compare_cells(vm, args, CompareOp::Ge)
}

fn get_contents(vm: &mut Vm, this: &Value) -> Result<Value> {
    match cell(vm, this)?.get().clone() {
        Value::Unbound => Err(vm.value_error("Cell is empty")),
        content => Ok(content),
    }
}

fn set_contents(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let old = cell(vm, this)?.set(value);
    drop(old);
    Ok(())
}
