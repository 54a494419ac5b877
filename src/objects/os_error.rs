//! `OSError`: its class follows from `errno`, its attributes from its arguments.

use super::exception_methods::{allocate, base_text, payload, reduced, refuse_keywords};
use super::exceptions::Exception;
use super::header::Gc;
use super::list::Tuple;
use super::names::Slot;
use super::native::{Args, getset, method, new};
use super::str::Str;
use super::typeobj::Type;
use super::types::TypeDef;
use super::value::Value;
use crate::vm::{Result, Vm};

pub const ERRNO: usize = 0;
pub const STRERROR: usize = 1;
pub const FILENAME: usize = 2;
pub const FILENAME2: usize = 3;
const WRITTEN: usize = 4;

pub static OS_ERROR: TypeDef = TypeDef {
    methods: &[
        new("(*args, **kwargs)", os_error_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            os_error_init,
            "Initialize self.",
        ),
        method("__str__", "($self, /)", os_error_str, "Return str(self)."),
        method(
            "__reduce__",
            "($self, /)",
            os_error_reduce,
            "How to pickle the exception.",
        ),
    ],
    getsets: &[getset("characters_written", get_written, set_written, "")],
    ..TypeDef::EMPTY
};

impl Vm {
    /// The subclass of `OSError` for an error number, as `OSError(errno, ...)` chooses it.
    pub fn os_error_class(&self, errno: i64) -> Gc<Type> {
        let e = &self.exc;
        match errno {
            1 | 13 => &e.PermissionError,
            2 => &e.FileNotFoundError,
            3 => &e.ProcessLookupError,
            4 => &e.InterruptedError,
            10 => &e.ChildProcessError,
            11 | 114 | 115 => &e.BlockingIOError,
            17 => &e.FileExistsError,
            20 => &e.NotADirectoryError,
            21 => &e.IsADirectoryError,
            32 | 108 => &e.BrokenPipeError,
            103 => &e.ConnectionAbortedError,
            104 => &e.ConnectionResetError,
            110 => &e.TimeoutError,
            111 => &e.ConnectionRefusedError,
            _ => &e.OSError,
        }
        .clone()
    }
}

/// A subclass with an `__init__` but no `__new__` of its own is filled by `__init__`.
fn fills_in_init(vm: &Vm, class: &Gc<Type>) -> bool {
    let base = &vm.exc.OSError;
    class.inherits_slot(Slot::New, base) && !class.inherits_slot(Slot::Init, base)
}

fn os_error_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mut class = args.this::<Type>(vm, 0)?;
    if fills_in_init(vm, &class) {
        let empty = vm.new_tuple(vec![]).into();
        return Ok(allocate(vm, &class, empty).into());
    }
    let all = args.this::<Tuple>(vm, 1)?;
    if class == vm.exc.OSError
        && (2..=5).contains(&all.len())
        && let Some(errno) = vm.as_integer(&all.items()[0]).and_then(|n| n.to_i64())
    {
        class = vm.os_error_class(errno);
    }
    let exc = allocate(vm, &class, all.value());
    refuse_keywords(vm, &exc.value(), &args[2])?;
    fill(vm, &exc, &all)?;
    Ok(exc.into())
}

fn os_error_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = vm.type_of(&args[0]).clone();
    if fills_in_init(vm, &class) {
        refuse_keywords(vm, &args[0], &args[2])?;
        let all = args.this::<Tuple>(vm, 1)?;
        let exc = payload(vm, &args[0])?;
        fill(vm, &exc, &all)?;
    }
    Ok(Value::None)
}

/// Sets the fields from `(errno, strerror[, filename[, winerror[, filename2]]])`.
fn fill(vm: &mut Vm, exc: &Gc<Exception>, all: &Gc<Tuple>) -> Result<()> {
    let items = all.items();
    let mut kept = all.value();
    if (2..=5).contains(&items.len()) {
        exc.set_field(ERRNO, items[0].clone());
        exc.set_field(STRERROR, items[1].clone());
        let filename = items.get(2).and_then(Value::given_not_none);
        if let Some(filename) = filename {
            if exc.ty() == &vm.exc.BlockingIOError && vm.is_index(filename) {
                let written = vm.index_i64(filename)?;
                exc.set_field(WRITTEN, Value::Int(written));
            } else {
                exc.set_field(FILENAME, filename.clone());
                if let Some(second) = items.get(4).and_then(Value::given_not_none) {
                    exc.set_field(FILENAME2, second.clone());
                }
                kept = vm.new_tuple(items[..2].to_vec()).into();
            }
        }
    }
    let old = exc.args.replace(kept);
    drop(old);
    Ok(())
}

fn os_error_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let exc = payload(vm, &args[0])?;
    let (errno, strerror) = (exc.field(ERRNO), exc.field(STRERROR));
    let (filename, second) = (exc.field(FILENAME), exc.field(FILENAME2));
    if filename.is_unbound() && (errno.is_unbound() || strerror.is_unbound()) {
        return base_text(vm, &args[0]);
    }
    let or_none = |v: Value| if v.is_unbound() { Value::None } else { v };
    let errno = vm.str(&or_none(errno))?;
    let strerror = vm.str(&or_none(strerror))?;
    let mut text = [b"[Errno ", errno.bytes(), b"] ", strerror.bytes()].concat();
    if !filename.is_unbound() {
        text.extend_from_slice(b": ");
        text.extend_from_slice(vm.repr(&filename)?.bytes());
        if !second.is_unbound() {
            text.extend_from_slice(b" -> ");
            text.extend_from_slice(vm.repr(&second)?.bytes());
        }
    }
    Ok(vm.new_str(Str::from_wtf8(text)))
}

fn os_error_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let exc = payload(vm, &args[0])?;
    let mut all = exc.args_tuple();
    let (filename, second) = (exc.field(FILENAME), exc.field(FILENAME2));
    if all.len() == 2 && !filename.is_unbound() {
        all.push(filename);
        if !second.is_unbound() {
            all.extend([Value::None, second]);
        }
    }
    let all = vm.new_tuple(all).into();
    reduced(vm, &args[0], all)
}

fn get_written(vm: &mut Vm, this: &Value) -> Result<Value> {
    match payload(vm, this)?.field(WRITTEN) {
        Value::Unbound => {
            let name = vm.intern("characters_written");
            Err(vm.attribute_error("characters_written", &name, this))
        }
        written => Ok(written),
    }
}

fn set_written(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let exc = payload(vm, this)?;
    if value.is_unbound() {
        get_written(vm, this)?;
        exc.set_field(WRITTEN, Value::Unbound);
        return Ok(());
    }
    let written = vm.index_i64(&value)?;
    exc.set_field(WRITTEN, Value::Int(written));
    Ok(())
}
