//! `Handle` and `TimerHandle`: what scripts see of them.

use crate::event_loop::handle::Handle;
use crate::event_loop::run::EventLoop;
use crate::objects::header::Gc;
use crate::objects::int_new::class_arg;
use crate::objects::native::{Args, GetSetDef, NativeDef, getset, getter, method, new};
use crate::objects::typeobj::type_flags::WEAKREF;
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static HANDLE: TypeDef = TypeDef {
    name: "asyncio.events.Handle",
    doc: "Object returned by callback registration methods.",
    flags: BASE | WEAKREF,
    methods: METHODS,
    getsets: GETSETS,
    ..TypeDef::EMPTY
};

pub static TIMER_HANDLE: TypeDef = TypeDef {
    name: "asyncio.events.TimerHandle",
    doc: "Object returned by timed callback registration methods.",
    flags: BASE | WEAKREF,
    methods: TIMER_METHODS,
    getsets: TIMER_GETSETS,
    ..TypeDef::EMPTY
};

static METHODS: &[NativeDef] = &[
    new("(*args, **kwargs)", handle_new),
    method(
        "__init__",
        "($self, callback, args, loop, context=None)",
        init,
        "Initialize self.  See help(type(self)) for accurate signature.",
    ),
    method(
        "cancel",
        "($self, /)",
        cancel,
        "The callback will not be called.",
    ),
    method(
        "cancelled",
        "($self, /)",
        cancelled,
        "Whether it was cancelled.",
    ),
    method(
        "get_context",
        "($self, /)",
        get_context,
        "The context of the callback.",
    ),
    method("_run", "($self, /)", run, "Calls the callback."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
];

static GETSETS: &[GetSetDef] = &[
    getter("_callback", callback, ""),
    getter("_args", arguments, ""),
    getter("_context", context, ""),
    getter("_loop", loop_of, ""),
    getter("_cancelled", is_cancelled, ""),
    getter("_repr", get_repr, ""),
    getset("_source_traceback", source, set_source, ""),
];

static TIMER_METHODS: &[NativeDef] = &[
    new("(*args, **kwargs)", handle_new),
    method(
        "__init__",
        "($self, when, callback, args, loop, context=None)",
        timer_init,
        "Initialize self.  See help(type(self)) for accurate signature.",
    ),
    method("when", "($self, /)", when, "The time of the callback."),
    method("__lt__", "($self, value, /)", lt, "Return self<value."),
    method("__le__", "($self, value, /)", le, "Return self<=value."),
    method("__gt__", "($self, value, /)", gt, "Return self>value."),
    method("__ge__", "($self, value, /)", ge, "Return self>=value."),
    method("__eq__", "($self, value, /)", eq, "Return self==value."),
    method("__hash__", "($self, /)", hash, "Return hash(self)."),
];

static TIMER_GETSETS: &[GetSetDef] = &[
    getter("_when", get_when, ""),
    getter("_scheduled", scheduled, ""),
];

fn this(vm: &mut Vm, value: &Value) -> Result<Gc<Handle>> {
    Args(std::slice::from_ref(value)).this::<Handle>(vm, 0)
}

fn handle_new(vm: &mut Vm, args: Args<'_>) -> Result {
    let base = vm.async_types().handle.clone();
    let class = class_arg(vm, &args[0], &base)?;
    let none = || Value::None;
    let handle = Handle::new(none(), none(), none(), none());
    Ok(vm.heap.alloc(&class, handle).into())
}

fn fill(vm: &mut Vm, handle: &Gc<Handle>, args: &[Value]) -> Result<()> {
    let given = Args(args);
    let context = match given[3].given_not_none() {
        Some(context) => context.clone(),
        None => vm.copy_context().into(),
    };
    drop(handle.callback.replace(given[0].clone()));
    let items = vm.collect(&given[1])?;
    let items = vm.new_tuple(items).value();
    drop(handle.args.replace(items));
    drop(handle.event_loop.replace(given[2].clone()));
    drop(handle.context.replace(context));
    Ok(())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Result {
    let handle = args.this::<Handle>(vm, 0)?;
    fill(vm, &handle, args.rest(1))?;
    Ok(Value::None)
}

fn timer_init(vm: &mut Vm, args: Args<'_>) -> Result {
    let handle = args.this::<Handle>(vm, 0)?;
    drop(handle.when.replace(args[1].clone()));
    handle.deadline.set(vm.as_float(&args[1]).unwrap_or(0.0));
    fill(vm, &handle, args.rest(2))?;
    Ok(Value::None)
}

fn cancel(vm: &mut Vm, args: Args<'_>) -> Result {
    let handle = args.this::<Handle>(vm, 0)?;
    if handle.cancelled.replace(true) {
        return Ok(Value::None);
    }
    let event_loop = handle.event_loop.borrow().clone();
    if let Some(ours) = event_loop.downcast::<EventLoop>() {
        if ours.debug.get() {
            handle.cancelled.set(false);
            let text = vm.repr(&args[0])?;
            handle.cancelled.set(true);
            drop(handle.repr.replace(text.into()));
        }
        if handle.scheduled.get()
            && let Ok(mut timers) = ours.timers.try_borrow_mut()
        {
            timers.cancelled += 1;
        }
    } else if !handle.when.borrow().is_none() {
        vm.call_method(&event_loop, "_timer_handle_cancelled", &[args[0].clone()])?;
    }
    let old = (
        handle.callback.replace(Value::None),
        handle.args.replace(Value::None),
    );
    drop(old);
    Ok(Value::None)
}

fn cancelled(vm: &mut Vm, args: Args<'_>) -> Result {
    is_cancelled(vm, &args[0])
}

fn get_context(vm: &mut Vm, args: Args<'_>) -> Result {
    context(vm, &args[0])
}

fn run(vm: &mut Vm, args: Args<'_>) -> Result {
    let handle = args.this::<Handle>(vm, 0)?;
    vm.run_handle(&handle)?;
    Ok(Value::None)
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let module = vm.import_module("asyncio._reports")?;
    let text = vm.get_attr_str(&module, "handle_repr")?;
    vm.call(&text, &[args[0].clone()])
}

fn callback(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.callback.borrow().clone())
}

fn arguments(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.args.borrow().clone())
}

fn context(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.context.borrow().clone())
}

fn loop_of(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.event_loop.borrow().clone())
}

fn is_cancelled(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.cancelled.get().into())
}

fn get_repr(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.repr.borrow().clone())
}

fn source(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.source.borrow().clone())
}

fn set_source(vm: &mut Vm, value: &Value, new: Value) -> Result<()> {
    drop(this(vm, value)?.source.replace(new));
    Ok(())
}

// ---- timers ----------------------------------------------------------------------------------

fn when(vm: &mut Vm, args: Args<'_>) -> Result {
    get_when(vm, &args[0])
}

fn get_when(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.when.borrow().clone())
}

fn scheduled(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.scheduled.get().into())
}

fn compare(vm: &mut Vm, args: Args<'_>, test: impl Fn(f64, f64, bool) -> bool) -> Result {
    let timer = vm.async_types().timer_handle.clone();
    if !vm.is_instance_of(&args[1], &timer) {
        return Ok(Value::NotImplemented);
    }
    let (a, b) = (args.this::<Handle>(vm, 0)?, args.this::<Handle>(vm, 1)?);
    let same = same(vm, &a, &b)?;
    Ok(test(a.deadline.get(), b.deadline.get(), same).into())
}

/// Whether two timers call the same with the same at the same time.
fn same(vm: &mut Vm, a: &Gc<Handle>, b: &Gc<Handle>) -> Result<bool> {
    if a.deadline.get() != b.deadline.get() || a.cancelled.get() != b.cancelled.get() {
        return Ok(false);
    }
    let callbacks = (a.callback.borrow().clone(), b.callback.borrow().clone());
    let args = (a.args.borrow().clone(), b.args.borrow().clone());
    Ok(vm.eq(&callbacks.0, &callbacks.1)? && vm.eq(&args.0, &args.1)?)
}

fn lt(vm: &mut Vm, args: Args<'_>) -> Result {
    compare(vm, args, |a, b, _| a < b)
}

fn le(vm: &mut Vm, args: Args<'_>) -> Result {
    compare(vm, args, |a, b, same| a < b || same)
}

fn gt(vm: &mut Vm, args: Args<'_>) -> Result {
    compare(vm, args, |a, b, _| a > b)
}

fn ge(vm: &mut Vm, args: Args<'_>) -> Result {
    compare(vm, args, |a, b, same| a > b || same)
}

fn eq(vm: &mut Vm, args: Args<'_>) -> Result {
    compare(vm, args, |_, _, same| same)
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Result {
    let when = get_when(vm, &args[0])?;
    Ok(vm.hash(&when)?.into())
}
