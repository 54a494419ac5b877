//! The native core of the loop object. `asyncio.base_events` derives the loop's class from it.

use crate::event_loop::context::Context;
use crate::event_loop::future::Future;
use crate::event_loop::handle::Handle;
use crate::event_loop::run::{EventLoop, Ready};
use crate::objects::header::Gc;
use crate::objects::int_new::class_arg;
use crate::objects::native::{Args, GetSetDef, Keywords, NativeDef, getset, getter, method, new};
use crate::objects::str::Str;
use crate::objects::typeobj::type_flags::WEAKREF;
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static EVENT_LOOP: TypeDef = TypeDef {
    name: "asyncio.base_events._LoopCore",
    doc: "The native part of an event loop.",
    flags: BASE | WEAKREF,
    methods: METHODS,
    getsets: GETSETS,
    ..TypeDef::EMPTY
};

static METHODS: &[NativeDef] = &[
    new("(*args, **kwargs)", loop_new),
    method(
        "call_soon",
        "($self, callback, /, *args, context=None)",
        call_soon,
        "Calls back at the next turn.",
    ),
    method(
        "call_soon_threadsafe",
        "($self, callback, /, *args, context=None)",
        call_soon_threadsafe,
        "Like call_soon(), from any thread.",
    ),
    method(
        "call_later",
        "($self, delay, callback, /, *args, context=None)",
        call_later,
        "Calls back after a delay in seconds.",
    ),
    method(
        "call_at",
        "($self, when, callback, /, *args, context=None)",
        call_at,
        "Calls back at a time of the loop's clock.",
    ),
    method("time", "($self, /)", time, "The loop's clock."),
    method(
        "create_future",
        "($self, /)",
        create_future,
        "A future of this loop.",
    ),
    method(
        "create_task",
        "($self, coro, *, name=None, context=None)",
        create_task,
        "Schedules a coroutine.",
    ),
    method(
        "is_running",
        "($self, /)",
        is_running,
        "Whether the loop runs.",
    ),
    method(
        "is_closed",
        "($self, /)",
        is_closed,
        "Whether the loop is closed.",
    ),
    method("stop", "($self, /)", stop, "Stops at the end of this turn."),
    method(
        "get_debug",
        "($self, /)",
        get_debug,
        "Whether it is in debug mode.",
    ),
    method(
        "set_debug",
        "($self, enabled, /)",
        set_debug,
        "Sets the debug mode.",
    ),
    method(
        "get_task_factory",
        "($self, /)",
        get_task_factory,
        "What makes tasks, or None.",
    ),
    method(
        "get_exception_handler",
        "($self, /)",
        get_exception_handler,
        "The handler, or None.",
    ),
    method("_run_once", "($self, /)", run_once, "One turn."),
    method(
        "_run_turns",
        "($self, /)",
        run_turns,
        "Turns until stopped.",
    ),
    method(
        "_check_closed",
        "($self, /)",
        check_closed,
        "Raises when closed.",
    ),
    method(
        "_all_tasks",
        "($self, /)",
        all_tasks,
        "Tasks that are not done.",
    ),
    method(
        "_drop_all",
        "($self, /)",
        drop_all,
        "Lets go of what waits.",
    ),
];

static GETSETS: &[GetSetDef] = &[
    getset("_stopping", stopping, set_stopping, ""),
    getset("_closed", closed, set_closed, ""),
    getset("_is_running", running, set_running, ""),
    getset("_debug", debug, put_debug, ""),
    getset(
        "_exception_handler",
        exception_handler,
        set_exception_handler,
        "",
    ),
    getset("_task_factory", task_factory, set_task_factory, ""),
    getset("_current_handle", current_handle, set_current_handle, ""),
    getter("_ready", ready, ""),
    getter("_scheduled", scheduled, ""),
    getter("_clock_resolution", clock_resolution, ""),
];

fn this(vm: &mut Vm, value: &Value) -> Result<Gc<EventLoop>> {
    Args(std::slice::from_ref(value)).this::<EventLoop>(vm, 0)
}

fn loop_new(vm: &mut Vm, args: Args<'_>) -> Result {
    let base = vm.async_types().event_loop.clone();
    let class = class_arg(vm, &args[0], &base)?;
    Ok(vm.heap.alloc(&class, EventLoop::default()).into())
}

// ---- callbacks -------------------------------------------------------------------------------

/// In debug mode: refuses what cannot be called back.
fn check_callback(vm: &mut Vm, callback: &Value, method: &str) -> Result<()> {
    let module = vm.import_module("asyncio.base_events")?;
    let check = vm.get_attr_str(&module, "_check_callback")?;
    let name = vm.new_str(method);
    vm.call(&check, &[callback.clone(), name]).map(drop)
}

fn context_arg(vm: &mut Vm, given: &Value) -> Value {
    match given.given_not_none() {
        Some(context) => context.clone(),
        None => vm.copy_context().into(),
    }
}

fn new_handle(
    vm: &mut Vm,
    event_loop: &Gc<EventLoop>,
    callback: &Value,
    args: &Value,
    context: &Value,
) -> Result<Handle> {
    let context = context_arg(vm, context);
    let handle = Handle::new(callback.clone(), args.clone(), event_loop.value(), context);
    if event_loop.debug.get() {
        let module = vm.import_module("asyncio.format_helpers")?;
        let extract = vm.get_attr_str(&module, "extract_stack")?;
        let stack = vm.call(&extract, &[])?;
        drop(handle.source.replace(stack));
    }
    Ok(handle)
}

fn soon(vm: &mut Vm, args: Args<'_>, name: &str) -> Result {
    let event_loop = args.this::<EventLoop>(vm, 0)?;
    vm.check_open(&event_loop)?;
    if event_loop.debug.get() {
        check_callback(vm, &args[1], name)?;
    }
    let handle = new_handle(vm, &event_loop, &args[1], &args[2], &args[3])?;
    let class = vm.async_types().handle.clone();
    let handle = vm.heap.alloc(&class, handle);
    event_loop
        .ready
        .borrow_mut()
        .push_back(Ready::Handle(handle.clone()));
    Ok(handle.into())
}

fn call_soon(vm: &mut Vm, args: Args<'_>) -> Result {
    soon(vm, args, "call_soon")
}

fn call_soon_threadsafe(vm: &mut Vm, args: Args<'_>) -> Result {
    let handle = soon(vm, args, "call_soon_threadsafe")?;
    vm.host_waker().wake();
    Ok(handle)
}

fn at(vm: &mut Vm, args: &[Value], when: Value, name: &str) -> Result {
    let given = Args(args);
    let event_loop = given.this::<EventLoop>(vm, 0)?;
    vm.check_open(&event_loop)?;
    if event_loop.debug.get() {
        check_callback(vm, &given[2], name)?;
    }
    let handle = new_handle(vm, &event_loop, &given[2], &given[3], &given[4])?;
    let deadline = vm.as_float(&when).unwrap_or(f64::INFINITY);
    handle.deadline.set(deadline);
    drop(handle.when.replace(when));
    handle.scheduled.set(true);
    let class = vm.async_types().timer_handle.clone();
    let handle = vm.heap.alloc(&class, handle);
    event_loop.timers.borrow_mut().push(handle.clone());
    Ok(handle.into())
}

fn call_later(vm: &mut Vm, args: Args<'_>) -> Result {
    if args[1].is_none() {
        return Err(vm.type_error("delay must not be None"));
    }
    let now = time(vm, args)?;
    let when = vm.binary(crate::bytecode::op::BinaryOp::Add, &now, &args[1])?;
    at(vm, args.0, when, "call_later")
}

fn call_at(vm: &mut Vm, args: Args<'_>) -> Result {
    if args[1].is_none() {
        return Err(vm.type_error("when cannot be None"));
    }
    at(vm, args.0, args[1].clone(), "call_at")
}

fn time(vm: &mut Vm, _args: Args<'_>) -> Result {
    Ok(Value::Float(vm.monotonic()))
}

// ---- futures and tasks -----------------------------------------------------------------------

fn create_future(vm: &mut Vm, args: Args<'_>) -> Result {
    let event_loop = args.this::<EventLoop>(vm, 0)?;
    let future = vm.new_future(Value::Unbound);
    if event_loop.debug.get() {
        vm.init_future(&future, args[0].clone())?;
    } else {
        drop(future.event_loop.replace(args[0].clone()));
    }
    Ok(future.into())
}

fn create_task(vm: &mut Vm, args: Args<'_>) -> Result {
    let event_loop = args.this::<EventLoop>(vm, 0)?;
    vm.check_open(&event_loop)?;
    let factory = event_loop.task_factory.borrow().clone();
    let coroutine = args[1].clone();
    if factory.given_not_none().is_some() {
        return make_task(vm, &factory, args);
    }
    let plain_context = match args[3].given_not_none() {
        None => Some(vm.copy_context()),
        Some(context) => context.downcast::<Context>().cloned(),
    };
    if let Some(context) = plain_context
        && !event_loop.debug.get()
        && vm.is_coroutine(&coroutine)?
    {
        let name = match args[2].given_not_none() {
            None => Value::None,
            Some(name) if name.is::<Str>() => name.clone(),
            Some(name) => vm.str(name)?.into(),
        };
        return Ok(vm.new_task(&event_loop, coroutine, name, context)?.into());
    }
    let types = vm.async_types();
    let names = ["loop", "name", "context"].map(|n| vm.intern(n).value());
    let given = |v: &Value| v.given().cloned().unwrap_or(Value::None);
    let values = [args[0].clone(), given(&args[2]), given(&args[3])];
    let kw = Keywords {
        names: &names,
        values: &values,
    };
    vm.call_with(&types.task.value(), &[coroutine], kw)
}

/// `factory(loop, coro, context=...)`, then the name.
fn make_task(vm: &mut Vm, factory: &Value, args: Args<'_>) -> Result {
    let names = [vm.async_types().names.context.value()];
    let values = [args[3].clone()];
    let kw = match args[3].given_not_none() {
        Some(_) => Keywords {
            names: &names,
            values: &values,
        },
        None => Keywords::default(),
    };
    let task = vm.call_with(factory, &[args[0].clone(), args[1].clone()], kw)?;
    if let Some(name) = args[2].given_not_none() {
        vm.call_method(&task, "set_name", std::slice::from_ref(name))?;
    }
    Ok(task)
}

// ---- state -----------------------------------------------------------------------------------

fn is_running(vm: &mut Vm, args: Args<'_>) -> Result {
    running(vm, &args[0])
}

fn is_closed(vm: &mut Vm, args: Args<'_>) -> Result {
    closed(vm, &args[0])
}

fn stop(vm: &mut Vm, args: Args<'_>) -> Result {
    args.this::<EventLoop>(vm, 0)?.stopping.set(true);
    Ok(Value::None)
}

fn get_debug(vm: &mut Vm, args: Args<'_>) -> Result {
    debug(vm, &args[0])
}

fn set_debug(vm: &mut Vm, args: Args<'_>) -> Result {
    put_debug(vm, &args[0], args[1].clone())?;
    Ok(Value::None)
}

fn get_task_factory(vm: &mut Vm, args: Args<'_>) -> Result {
    task_factory(vm, &args[0])
}

fn get_exception_handler(vm: &mut Vm, args: Args<'_>) -> Result {
    exception_handler(vm, &args[0])
}

fn run_once(vm: &mut Vm, args: Args<'_>) -> Result {
    let event_loop = args.this::<EventLoop>(vm, 0)?;
    vm.turn(&event_loop)?;
    Ok(Value::None)
}

fn run_turns(vm: &mut Vm, args: Args<'_>) -> Result {
    let event_loop = args.this::<EventLoop>(vm, 0)?;
    vm.run_event_loop(&event_loop)?;
    Ok(Value::None)
}

fn check_closed(vm: &mut Vm, args: Args<'_>) -> Result {
    let event_loop = args.this::<EventLoop>(vm, 0)?;
    vm.check_open(&event_loop)?;
    Ok(Value::None)
}

fn all_tasks(vm: &mut Vm, args: Args<'_>) -> Result {
    let event_loop = args.this::<EventLoop>(vm, 0)?;
    let tasks = event_loop.all_tasks();
    let tasks = tasks.into_iter().map(Gc::<Future>::into).collect();
    Ok(vm.new_list(tasks).into())
}

fn drop_all(vm: &mut Vm, args: Args<'_>) -> Result {
    args.this::<EventLoop>(vm, 0)?.drop_all();
    Ok(Value::None)
}

macro_rules! flag {
    ($get:ident, $set:ident, $field:ident) => {
        fn $get(vm: &mut Vm, value: &Value) -> Result {
            Ok(this(vm, value)?.$field.get().into())
        }

        fn $set(vm: &mut Vm, value: &Value, new: Value) -> Result<()> {
            let on = vm.truth(&new)?;
            this(vm, value)?.$field.set(on);
            Ok(())
        }
    };
}

flag!(stopping, set_stopping, stopping);
flag!(closed, set_closed, closed);
flag!(running, set_running, running);
flag!(debug, put_debug, debug);

macro_rules! value {
    ($get:ident, $set:ident, $field:ident) => {
        fn $get(vm: &mut Vm, value: &Value) -> Result {
            let found = this(vm, value)?.$field.borrow().clone();
            Ok(if found.is_unbound() {
                Value::None
            } else {
                found
            })
        }

        fn $set(vm: &mut Vm, value: &Value, new: Value) -> Result<()> {
            drop(this(vm, value)?.$field.replace(new));
            Ok(())
        }
    };
}

value!(exception_handler, set_exception_handler, exception_handler);
value!(task_factory, set_task_factory, task_factory);
value!(current_handle, set_current_handle, current_handle);

fn clock_resolution(_vm: &mut Vm, _value: &Value) -> Result {
    Ok(Value::Float(1e-9))
}

fn scheduled(vm: &mut Vm, value: &Value) -> Result {
    let event_loop = this(vm, value)?;
    let timers: Vec<Value> = event_loop.timers.borrow().iter().map(Gc::value).collect();
    Ok(vm.new_list(timers).into())
}

/// What waits for its turn, each as a handle.
fn ready(vm: &mut Vm, value: &Value) -> Result {
    let event_loop = this(vm, value)?;
    let items: Vec<(Value, Vec<Value>)> = {
        let ready = event_loop.ready.borrow();
        let mut items = Vec::with_capacity(ready.len());
        for item in ready.iter() {
            items.push(match item {
                Ready::Handle(handle) => (handle.value(), vec![]),
                Ready::Step(task) | Ready::StepWith(task, _) => (vm.step_method(task), vec![]),
                Ready::Wakeup(task, future) => (vm.wakeup_method(task), vec![future.value()]),
                Ready::Done {
                    callback, future, ..
                } => (callback.clone(), vec![future.value()]),
            });
        }
        items
    };
    let class = vm.async_types().handle.clone();
    let mut list = Vec::with_capacity(items.len());
    for (callback, args) in items {
        if callback.is::<Handle>() {
            list.push(callback);
            continue;
        }
        let args = vm.new_tuple(args).value();
        let handle = Handle::new(callback, args, value.clone(), Value::None);
        list.push(vm.heap.alloc(&class, handle).into());
    }
    Ok(vm.new_list(list).into())
}
