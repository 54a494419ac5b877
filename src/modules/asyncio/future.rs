//! `Future`: what scripts see of it.

use crate::event_loop::future::{Future, FutureIter, State, Waiter};
use crate::objects::exceptions::Exception;
use crate::objects::header::Gc;
use crate::objects::int_new::class_arg;
use crate::objects::native::{
    Args, GetSetDef, NativeDef, class_method, getset, getter, method, new,
};
use crate::objects::typeobj::type_flags::{DICT, WEAKREF};
use crate::objects::types::{BASE, NO_NEW, TypeDef};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static FUTURE: TypeDef = TypeDef {
    name: "_asyncio.Future",
    doc: "The result of something that is not done yet.",
    flags: BASE | WEAKREF | DICT,
    methods: METHODS,
    getsets: GETSETS,
    ..TypeDef::EMPTY
};

pub static FUTURE_ITER: TypeDef = TypeDef {
    name: "_asyncio.FutureIter",
    flags: NO_NEW,
    methods: ITER_METHODS,
    ..TypeDef::EMPTY
};

static METHODS: &[NativeDef] = &[
    new("(*args, **kwargs)", future_new),
    method(
        "__init__",
        "($self, /, *, loop=None)",
        init,
        "Initialize self.  See help(type(self)) for accurate signature.",
    ),
    method(
        "result",
        "($self, /)",
        result,
        "The result; raises when there is none.",
    ),
    method(
        "exception",
        "($self, /)",
        exception,
        "The exception that was set, or None.",
    ),
    method(
        "set_result",
        "($self, result, /)",
        set_result,
        "Marks the future done with a result.",
    ),
    method(
        "set_exception",
        "($self, exception, /)",
        set_exception,
        "Marks the future done with an exception.",
    ),
    method(
        "add_done_callback",
        "($self, fn, /, *, context=<unrepresentable>)",
        add_done_callback,
        "Adds a callback for when the future is done.",
    ),
    method(
        "remove_done_callback",
        "($self, fn, /)",
        remove_done_callback,
        "Removes a callback; gives how many times it was there.",
    ),
    method(
        "cancel",
        "($self, /, msg=None)",
        cancel,
        "Cancels the future and schedules callbacks.",
    ),
    method(
        "cancelled",
        "($self, /)",
        cancelled,
        "Whether the future was cancelled.",
    ),
    method("done", "($self, /)", done, "Whether the future is done."),
    method(
        "get_loop",
        "($self, /)",
        get_loop,
        "The loop that the future is bound to.",
    ),
    method(
        "_make_cancelled_error",
        "($self, /)",
        make_cancelled_error,
        "The exception that tells of the cancellation.",
    ),
    method(
        "__await__",
        "($self, /)",
        future_await,
        "Return an iterator to be used in await expression.",
    ),
    method(
        "__iter__",
        "($self, /)",
        future_await,
        "Implement iter(self).",
    ),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    class_method(
        "__class_getitem__",
        "($type, object, /)",
        class_getitem,
        "See PEP 585",
    ),
];

static GETSETS: &[GetSetDef] = &[
    getter("_state", state, ""),
    getset("_asyncio_future_blocking", blocking, set_blocking, ""),
    getter("_loop", loop_of, ""),
    getter("_callbacks", callbacks, ""),
    getter("_result", get_result, ""),
    getter("_exception", get_exception, ""),
    getset("_log_traceback", log_traceback, set_log_traceback, ""),
    getter("_source_traceback", source_traceback, ""),
    getset("_cancel_message", cancel_message, set_cancel_message, ""),
];

static ITER_METHODS: &[NativeDef] = &[
    method("__iter__", "($self, /)", itself, "Implement iter(self)."),
    method(
        "__await__",
        "($self, /)",
        itself,
        "Return an iterator to be used in await expression.",
    ),
    method("__next__", "($self, /)", iter_next, "Implement next(self)."),
    method("send", "($self, object, /)", iter_next, "Resumes."),
    method(
        "throw",
        "($self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)",
        iter_throw,
        "Raises.",
    ),
    method("close", "($self, /)", iter_close, "Ends."),
];

fn this(vm: &mut Vm, value: &Value) -> Result<Gc<Future>> {
    Args(std::slice::from_ref(value)).this::<Future>(vm, 0)
}

fn future_new(vm: &mut Vm, args: Args<'_>) -> Result {
    let base = vm.async_types().future.clone();
    let class = class_arg(vm, &args[0], &base)?;
    Ok(vm.heap.alloc(&class, Future::default()).into())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    let event_loop = match args[1].given_not_none() {
        Some(event_loop) => event_loop.clone(),
        None => vm.default_loop()?,
    };
    vm.init_future(&future, event_loop)?;
    Ok(Value::None)
}

impl Vm {
    /// What `__init__` of futures and tasks does first.
    pub(crate) fn init_future(&mut self, future: &Gc<Future>, event_loop: Value) -> Result<()> {
        let debug = match event_loop.downcast::<crate::event_loop::run::EventLoop>() {
            Some(ours) => ours.debug.get(),
            None => {
                let get_debug = self.async_types().names.get_debug.clone();
                let get_debug = self.get_attr(&event_loop, &get_debug)?;
                let debug = self.call(&get_debug, &[])?;
                self.truth(&debug)?
            }
        };
        future.log_traceback.set(false);
        drop(future.event_loop.replace(event_loop));
        if debug {
            let module = self.import_module("asyncio.format_helpers")?;
            let extract = self.get_attr_str(&module, "extract_stack")?;
            let stack = self.call(&extract, &[])?;
            drop(future.source.replace(stack));
        }
        Ok(())
    }
}

fn result(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    vm.future_result(&future)
}

fn exception(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    vm.future_exception(&future)
}

fn set_result(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    vm.set_future_result(&future, args[1].clone())?;
    Ok(Value::None)
}

fn set_exception(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    vm.check_future(&future)?;
    if !future.is_pending() {
        return Err(vm.invalid_state("invalid state"));
    }
    let exc = vm.exception_for_future(&args[1])?;
    vm.set_future_exception(&future, exc)?;
    Ok(Value::None)
}

fn add_done_callback(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    vm.check_future(&future)?;
    let context = vm.callback_context(&args[2]);
    let callback = args[1].clone();
    vm.add_waiter(&future, Waiter::Call { callback, context })?;
    Ok(Value::None)
}

fn remove_done_callback(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    vm.check_future(&future)?;
    let waiters = future.waiters.borrow().clone();
    let mut removed = Vec::new();
    for (at, waiter) in waiters.iter().enumerate() {
        let callback = match waiter {
            Waiter::Call { callback, .. } => callback.clone(),
            Waiter::Task(task) => vm.wakeup_method(task),
        };
        if callback.is_same(&args[1]) || vm.eq(&callback, &args[1])? {
            removed.push(at);
        }
    }
    let count = removed.len();
    let mut at = 0;
    let dropped: Vec<Waiter> = {
        let mut waiters = future.waiters.borrow_mut();
        let (gone, kept): (Vec<_>, Vec<_>) = waiters.drain(..).partition(|_| {
            at += 1;
            removed.contains(&(at - 1))
        });
        waiters.extend(kept);
        gone
    };
    drop(dropped);
    Ok(count.into())
}

fn cancel(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    let message = args[1].given().cloned().unwrap_or(Value::None);
    Ok(vm.cancel_future(&future, message)?.into())
}

fn cancelled(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    Ok((future.state.get() == State::Cancelled).into())
}

fn done(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    Ok((!future.is_pending()).into())
}

fn get_loop(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    vm.check_future(&future)?;
    let event_loop = future.event_loop.borrow().clone();
    Ok(event_loop)
}

fn make_cancelled_error(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    Ok(vm.cancelled_error_of(&future).value())
}

fn class_getitem(vm: &mut Vm, args: Args<'_>) -> Result {
    vm.new_generic_alias(args[0].clone(), args[1].clone())
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let module = vm.import_module("asyncio._reports")?;
    let text = vm.get_attr_str(&module, "future_repr")?;
    vm.call(&text, &[args[0].clone()])
}

// ---- awaiting --------------------------------------------------------------------------------

fn future_await(vm: &mut Vm, args: Args<'_>) -> Result {
    let future = args.this::<Future>(vm, 0)?;
    vm.check_future(&future)?;
    let class = vm.async_types().future_iter.clone();
    let iter = FutureIter {
        once: false.into(),
        future: Some(future).into(),
    };
    Ok(vm.heap.alloc(&class, iter).into())
}

/// What `sleep(0)` awaits.
pub(super) fn sleep0(vm: &mut Vm, _args: Args<'_>) -> Result {
    let class = vm.async_types().future_iter.clone();
    let iter = FutureIter {
        once: true.into(),
        future: None.into(),
    };
    Ok(vm.heap.alloc(&class, iter).into())
}

fn itself(_vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(args[0].clone())
}

fn iter_next(vm: &mut Vm, args: Args<'_>) -> Result {
    let iter = args.this::<FutureIter>(vm, 0)?;
    match vm.step_future(&iter)? {
        Some(value) => Ok(value),
        None => {
            let result = vm.delegate_result.take();
            Err(vm.stop_iteration(result))
        }
    }
}

fn iter_throw(vm: &mut Vm, args: Args<'_>) -> Result {
    let iter = args.this::<FutureIter>(vm, 0)?;
    let exc = vm.exc_of_throw(&args[1], &args[2], &args[3])?;
    drop(iter.future.take());
    Err(exc)
}

fn iter_close(vm: &mut Vm, args: Args<'_>) -> Result {
    let iter = args.this::<FutureIter>(vm, 0)?;
    drop(iter.future.take());
    Ok(Value::None)
}

// ---- attributes ------------------------------------------------------------------------------

fn state(vm: &mut Vm, value: &Value) -> Result {
    let future = this(vm, value)?;
    Ok(vm.new_str(match future.state.get() {
        State::Pending => "PENDING",
        State::Cancelled => "CANCELLED",
        State::Finished => "FINISHED",
    }))
}

fn blocking(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.blocking.get().into())
}

fn set_blocking(vm: &mut Vm, value: &Value, new: Value) -> Result<()> {
    if new.is_unbound() {
        return Err(vm.attribute_deletion());
    }
    let on = vm.truth(&new)?;
    this(vm, value)?.blocking.set(on);
    Ok(())
}

impl Vm {
    fn attribute_deletion(&mut self) -> crate::objects::exceptions::Exc {
        let class = self.exc.AttributeError.clone();
        self.error(&class, "cannot delete attribute")
    }
}

fn loop_of(vm: &mut Vm, value: &Value) -> Result {
    let event_loop = this(vm, value)?.event_loop.borrow().clone();
    Ok(if event_loop.is_unbound() {
        Value::None
    } else {
        event_loop
    })
}

fn callbacks(vm: &mut Vm, value: &Value) -> Result {
    let future = this(vm, value)?;
    let waiters = future.waiters.borrow().clone();
    if waiters.is_empty() {
        return Ok(Value::None);
    }
    let mut list = Vec::with_capacity(waiters.len());
    for waiter in waiters {
        let pair = match waiter {
            Waiter::Call { callback, context } => vec![callback, context],
            Waiter::Task(task) => {
                let context = match &task.task {
                    Some(part) => part.context.borrow().clone(),
                    None => Value::None,
                };
                vec![vm.wakeup_method(&task), context]
            }
        };
        list.push(vm.new_tuple(pair).into());
    }
    Ok(vm.new_list(list).into())
}

fn get_result(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.result.borrow().clone())
}

fn get_exception(vm: &mut Vm, value: &Value) -> Result {
    let exception = this(vm, value)?.exception.borrow().clone();
    Ok(if exception.is::<Exception>() {
        exception
    } else {
        Value::None
    })
}

fn log_traceback(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.log_traceback.get().into())
}

fn set_log_traceback(vm: &mut Vm, value: &Value, new: Value) -> Result<()> {
    if new.is_unbound() {
        return Err(vm.attribute_deletion());
    }
    if vm.truth(&new)? {
        return Err(vm.value_error("_log_traceback can only be set to False"));
    }
    this(vm, value)?.log_traceback.set(false);
    Ok(())
}

fn source_traceback(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.source.borrow().clone())
}

fn cancel_message(vm: &mut Vm, value: &Value) -> Result {
    Ok(this(vm, value)?.cancel_message.borrow().clone())
}

fn set_cancel_message(vm: &mut Vm, value: &Value, new: Value) -> Result<()> {
    if new.is_unbound() {
        return Err(vm.attribute_deletion());
    }
    drop(this(vm, value)?.cancel_message.replace(new));
    Ok(())
}
