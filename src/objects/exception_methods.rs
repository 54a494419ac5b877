//! `BaseException` and what some of its subclasses have of their own. `OSError`, `SyntaxError`, the
//! Unicode errors and exception groups have rooms of their own.

use super::dict::Dict;
use super::exceptions::{Exc, Exception, field_count};
use super::frame::Traceback;
use super::header::Gc;
use super::list::{List, Tuple};
use super::native::{Args, getset, method, new};
use super::str::Str;
use super::typeobj::Type;
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::vm::{Result, Vm};

pub static BASE_EXCEPTION: TypeDef = TypeDef {
    name: "BaseException",
    doc: "The base of all exceptions.",
    flags: BASE,
    methods: &[
        new("(*args, **kwargs)", base_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            base_init,
            "Initialize self.",
        ),
        method("__repr__", "($self, /)", base_repr, "Return repr(self)."),
        method("__str__", "($self, /)", base_str, "Return str(self)."),
        method(
            "__reduce__",
            "($self, /)",
            base_reduce,
            "How to pickle the exception.",
        ),
        method(
            "__setstate__",
            "($self, state, /)",
            base_setstate,
            "Set attributes from a dict.",
        ),
        method(
            "with_traceback",
            "($self, tb, /)",
            with_traceback,
            "Set the traceback and return the exception.",
        ),
        method(
            "add_note",
            "($self, note, /)",
            add_note,
            "Add a line to show after the message.",
        ),
    ],
    getsets: &[
        getset("args", get_args, set_args, ""),
        getset("__traceback__", get_traceback, set_traceback, ""),
        getset(
            "__context__",
            get_context,
            set_context,
            "the exception that was handled when this one was raised",
        ),
        getset(
            "__cause__",
            get_cause,
            set_cause,
            "the exception that this one was raised from",
        ),
        super::native::member_set("__suppress_context__", get_suppress, set_suppress, ""),
        getset(
            "__dict__",
            super::type_type::instance_dict,
            super::type_type::set_instance_dict,
            "",
        ),
    ],
    ..TypeDef::EMPTY
};

/// Methods that a builtin exception class adds to those of its base.
pub fn own_methods(name: &str) -> Option<&'static TypeDef> {
    Some(match name {
        "SystemExit" | "StopIteration" => &FIRST_ARGUMENT,
        "KeyError" => &KEY_ERROR,
        "NameError" => &super::named_errors::NAME_ERROR,
        "AttributeError" => &super::named_errors::ATTRIBUTE_ERROR,
        "ImportError" => &super::named_errors::IMPORT_ERROR,
        "OSError" => &super::os_error::OS_ERROR,
        "SyntaxError" => &super::syntax_error::SYNTAX_ERROR,
        "UnicodeDecodeError" => &super::unicode_error::DECODE_ERROR,
        "UnicodeEncodeError" => &super::unicode_error::ENCODE_ERROR,
        "UnicodeTranslateError" => &super::unicode_error::TRANSLATE_ERROR,
        "BaseExceptionGroup" => &super::exception_group::BASE_EXCEPTION_GROUP,
        _ => return None,
    })
}

static FIRST_ARGUMENT: TypeDef = TypeDef {
    methods: &[method(
        "__init__",
        "($self, /, *args, **kwargs)",
        first_argument_init,
        "Initialize self.",
    )],
    ..TypeDef::EMPTY
};

static KEY_ERROR: TypeDef = TypeDef {
    methods: &[method(
        "__str__",
        "($self, /)",
        key_error_str,
        "Return str(self).",
    )],
    ..TypeDef::EMPTY
};

pub fn payload(vm: &mut Vm, value: &Value) -> Result<Gc<Exception>> {
    match value.downcast::<Exception>() {
        Some(exc) => Ok(exc.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

impl Exception {
    /// `args`
    pub fn args_tuple(&self) -> Vec<Value> {
        let args = self.args.borrow();
        args.downcast::<Tuple>()
            .map(|t| t.items().to_vec())
            .unwrap_or_default()
    }
}

// ---- making ----------------------------------------------------------------------------------

/// Number of fields of the builtin class that an exception class derives from.
fn fields_of(class: &Gc<Type>) -> usize {
    if !class.is_heap_type() {
        return field_count(&class.name());
    }
    let base = class
        .mro_rest()
        .into_iter()
        .find(|t| !t.is_heap_type() && t.holds::<Exception>());
    base.map_or(0, |t| field_count(&t.name()))
}

/// What `BaseException.__new__` makes.
pub fn allocate(vm: &mut Vm, class: &Gc<Type>, args: Value) -> Gc<Exception> {
    vm.heap.alloc(class, Exception::new(args, fields_of(class)))
}

fn base_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    Ok(allocate(vm, &class, args[1].clone()).into())
}

fn base_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    refuse_keywords(vm, &args[0], &args[2])?;
    set_all_args(vm, &args[0], &args[1])?;
    Ok(Value::None)
}

pub fn refuse_keywords(vm: &mut Vm, this: &Value, kwargs: &Value) -> Result<()> {
    if kwargs.downcast::<Dict>().is_some_and(|d| !d.is_empty()) {
        let name = vm.type_name(this);
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

/// Sets `args` and returns the payload.
pub fn set_all_args(vm: &mut Vm, this: &Value, args: &Value) -> Result<Gc<Exception>> {
    let exc = payload(vm, this)?;
    let old = exc.args.replace(args.clone());
    drop(old);
    Ok(exc)
}

/// `SystemExit` and `StopIteration`: the first argument is `code` or `value`.
fn first_argument_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    base_init(vm, args)?;
    let exc = payload(vm, &args[0])?;
    let all = exc.args_tuple();
    let is_exit = vm.is_instance_of(&args[0], &vm.exc.SystemExit);
    let value = match all.as_slice() {
        [] => Value::None,
        [_, _, ..] if is_exit => args[1].clone(),
        [first, ..] => first.clone(),
    };
    exc.set_field(0, value);
    Ok(Value::None)
}

// ---- texts -----------------------------------------------------------------------------------

fn base_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let exc = payload(vm, &args[0])?;
    let name = vm.type_of(&args[0]).name();
    let tuple = exc.args.borrow().clone();
    let text = match exc.args_tuple().as_slice() {
        [one] => {
            let one = vm.repr(one)?;
            [name.as_bytes(), b"(", one.bytes(), b")"].concat()
        }
        _ => [name.as_bytes(), vm.repr(&tuple)?.bytes()].concat(),
    };
    Ok(vm.new_str(Str::from_wtf8(text)))
}

fn base_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    base_text(vm, &args[0])
}

/// What `BaseException.__str__` gives.
pub fn base_text(vm: &mut Vm, this: &Value) -> Result<Value> {
    let exc = payload(vm, this)?;
    let tuple = exc.args.borrow().clone();
    match exc.args_tuple().as_slice() {
        [] => Ok(vm.new_str("")),
        [one] => vm.str(one).map(Value::from),
        _ => vm.str(&tuple).map(Value::from),
    }
}

fn key_error_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let exc = payload(vm, &args[0])?;
    match exc.args_tuple().as_slice() {
        [one] => vm.repr(one).map(Value::from),
        _ => base_text(vm, &args[0]),
    }
}

// ---- pickling --------------------------------------------------------------------------------

/// The instance's `__dict__` when there is something in it.
pub fn own_dict(vm: &Vm, this: &Value) -> Option<Gc<Dict>> {
    let attrs = this.as_obj()?.attrs()?;
    if attrs.items().is_empty() {
        return None;
    }
    attrs.take_dict(&vm.heap)
}

fn base_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let exc = payload(vm, &args[0])?;
    let all = exc.args.borrow().clone();
    reduced(vm, &args[0], all)
}

/// `(type, args)` or `(type, args, dict)`.
pub fn reduced(vm: &mut Vm, this: &Value, all: Value) -> Result<Value> {
    let mut parts = vec![vm.type_of(this).value(), all];
    parts.extend(own_dict(vm, this).map(Value::from));
    Ok(vm.new_tuple(parts).into())
}

fn base_setstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if args[1].is_none() {
        return Ok(Value::None);
    }
    let Some(state) = args[1].downcast::<Dict>() else {
        return Err(vm.type_error("state is not a dictionary"));
    };
    for (key, value) in state.items() {
        let Some(name) = key.downcast::<Str>() else {
            let ty = vm.type_name(&key);
            return Err(vm.type_error(format!("attribute name must be string, not '{ty}'")));
        };
        vm.set_attr(&args[0], name, &value)?;
    }
    Ok(Value::None)
}

// ---- notes -----------------------------------------------------------------------------------

fn add_note(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if !args[1].is::<Str>() {
        let ty = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("note must be a str, not '{ty}'")));
    }
    let name = vm.names.__notes__.clone();
    match vm.get_attr_opt(&args[0], &name)? {
        None => {
            let notes = vm.new_list(vec![args[1].clone()]).into();
            vm.set_attr(&args[0], &name, &notes)?;
        }
        Some(notes) => match notes.downcast::<List>() {
            Some(notes) => notes.push(args[1].clone()),
            None => return Err(vm.type_error("Cannot add note: __notes__ is not a list")),
        },
    }
    Ok(Value::None)
}

/// `exc.add_note(text)`, for the interpreter's own notes.
pub fn add_note_text(vm: &mut Vm, exc: &Exc, text: String) -> Result<()> {
    let note = vm.new_str(text);
    add_note(vm, Args(&[exc.value(), note])).map(drop)
}

// ---- attributes ------------------------------------------------------------------------------

fn get_args(vm: &mut Vm, this: &Value) -> Result<Value> {
    let args = payload(vm, this)?.args.borrow().clone();
    Ok(args)
}

fn set_args(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    if value.is_unbound() {
        return Err(vm.type_error("args may not be deleted"));
    }
    let items = vm.collect(&value)?;
    let tuple = vm.new_tuple(items).into();
    set_all_args(vm, this, &tuple).map(drop)
}

fn get_traceback(vm: &mut Vm, this: &Value) -> Result<Value> {
    let value = payload(vm, this)?.traceback.borrow().clone();
    Ok(value)
}

fn set_traceback(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let exc = payload(vm, this)?;
    if value.is_unbound() {
        return Err(vm.type_error("__traceback__ may not be deleted"));
    }
    if !value.is_none() && !value.is::<Traceback>() {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    let old = exc.traceback.replace(value);
    drop(old);
    Ok(())
}

fn with_traceback(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    set_traceback(vm, &args[0], args[1].clone())?;
    Ok(args[0].clone())
}

fn get_context(vm: &mut Vm, this: &Value) -> Result<Value> {
    let value = payload(vm, this)?.context.borrow().clone();
    Ok(value)
}

/// Checks what is assigned to `__cause__` or `__context__`.
fn check_linked(vm: &mut Vm, value: &Value, what: &str) -> Result<()> {
    if value.is_unbound() {
        return Err(vm.type_error(format!("__{what}__ may not be deleted")));
    }
    if !value.is_none() && !value.is::<Exception>() {
        return Err(vm.type_error(format!(
            "exception {what} must be None or derive from BaseException"
        )));
    }
    Ok(())
}

fn set_context(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let exc = payload(vm, this)?;
    check_linked(vm, &value, "context")?;
    let old = exc.context.replace(value);
    drop(old);
    Ok(())
}

fn get_cause(vm: &mut Vm, this: &Value) -> Result<Value> {
    let value = payload(vm, this)?.cause.borrow().clone();
    Ok(value)
}

fn set_cause(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let exc = payload(vm, this)?;
    check_linked(vm, &value, "cause")?;
    exc.suppress_context.set(true);
    let old = exc.cause.replace(value);
    drop(old);
    Ok(())
}

fn get_suppress(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(Value::Bool(payload(vm, this)?.suppress_context.get()))
}

fn set_suppress(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let exc = payload(vm, this)?;
    match value {
        Value::Bool(on) => {
            exc.suppress_context.set(on);
            Ok(())
        }
        Value::Unbound => Err(vm.type_error("can't delete numeric/char attribute")),
        _ => Err(vm.type_error("attribute value type must be bool")),
    }
}
