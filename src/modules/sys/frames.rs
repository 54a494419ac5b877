//! `sys`: the handled exception, frames, hooks of asynchronous generators.

use crate::objects::exceptions::Exception;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::str::Str;
use crate::objects::struct_sequence::StructDef;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static FUNCTIONS: &[NativeDef] = &[
    function(
        "_read_source",
        "($module, path, /)",
        read_source,
        "The bytes of a source file.",
    ),
    function(
        "exc_info",
        "($module, /)",
        exc_info,
        "Type, value and traceback of the exception being handled.",
    ),
    function(
        "exception",
        "($module, /)",
        exception,
        "The exception being handled, or None.",
    ),
    function(
        "_getframe",
        "($module, depth=0, /)",
        getframe,
        "The frame that many calls up.",
    ),
    function(
        "_getframemodulename",
        "($module, /, depth=0)",
        getframemodulename,
        "Name of the module of the frame that many calls up.",
    ),
    function(
        "set_asyncgen_hooks",
        "($module, /, firstiter=None, finalizer=None)",
        set_asyncgen_hooks,
        "Set the hooks of asynchronous generators.",
    ),
    function(
        "get_asyncgen_hooks",
        "($module, /)",
        get_asyncgen_hooks,
        "The hooks of asynchronous generators.",
    ),
];

/// The bytes of a source file, for `linecache`.
fn read_source(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(path) = args[0].downcast::<Str>().map(|s| s.lossy().into_owned()) else {
        return Err(vm.type_error("path must be a str"));
    };
    match std::fs::read(&path) {
        Ok(data) => Ok(vm.new_bytes(data)),
        Err(error) => {
            let class = vm.exc.OSError.clone();
            Err(vm.error(&class, format!("{path}: {error}")))
        }
    }
}

fn exception(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.handled_exception().map_or(Value::None, Value::from))
}

fn exc_info(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    let items = match vm.handled_exception() {
        Some(exc) => triple(&exc),
        None => vec![Value::None; 3],
    };
    Ok(vm.new_tuple(items).into())
}

fn triple(exc: &crate::objects::header::Gc<Exception>) -> Vec<Value> {
    let traceback = exc.traceback.borrow().clone();
    vec![exc.ty().value(), exc.value(), traceback]
}

fn depth_of(vm: &mut Vm, arg: &Value) -> Result<usize> {
    match arg.given() {
        Some(depth) => Ok(vm.index_i64(depth)?.max(0) as usize),
        None => Ok(0),
    }
}

fn getframe(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let depth = depth_of(vm, &args[0])?;
    match vm.frame_at(depth) {
        Some(frame) => Ok(frame.into()),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}

fn getframemodulename(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let depth = depth_of(vm, &args[0])?;
    let name = vm.names.__name__.clone();
    Ok(vm
        .frame_at(depth)
        .and_then(|f| f.globals.get_str(&name))
        .filter(|n| n.is::<Str>())
        .unwrap_or(Value::None))
}

fn check_hook(vm: &mut Vm, hook: &Value, what: &str) -> Result<()> {
    match hook.given_not_none() {
        Some(hook) if !vm.type_of(hook).has_slot(crate::objects::names::Slot::Call) => {
            let name = vm.type_name(hook);
            Err(vm.type_error(format!("callable {what} expected, got {name}")))
        }
        _ => Ok(()),
    }
}

fn set_asyncgen_hooks(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_hook(vm, &args[1], "finalizer")?;
    check_hook(vm, &args[0], "firstiter")?;
    for (given, place) in [(args[0].clone(), 0), (args[1].clone(), 1)] {
        if !given.is_unbound() {
            let hook = if place == 0 {
                &mut vm.asyncgen_hooks.0
            } else {
                &mut vm.asyncgen_hooks.1
            };
            drop(std::mem::replace(hook, given));
        }
    }
    Ok(Value::None)
}

fn get_asyncgen_hooks(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    let (first, finalizer) = vm.asyncgen_hooks.clone();
    let values = vec![first, finalizer];
    Ok(vm.new_struct(&HOOKS, values))
}

static HOOKS: StructDef = StructDef {
    name: "sys.asyncgen_hooks",
    doc: "The hooks of asynchronous generators.",
    fields: &[("firstiter", ""), ("finalizer", "")],
    visible: 2,
    can_new: false,
};
