//! `Task`: what scripts see of it beyond `Future`.

use crate::event_loop::context::Context;
use crate::event_loop::future::{Future, TaskPart};
use crate::objects::exceptions::Exception;
use crate::objects::generator::{GenKind, Generator};
use crate::objects::header::Gc;
use crate::objects::int_new::class_arg;
use crate::objects::native::{Args, GetSetDef, Native, NativeDef, getset, getter, method, new};
use crate::objects::str::Str;
use crate::objects::typeobj::type_flags::{DICT, WEAKREF};
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static TASK: TypeDef = TypeDef {
    name: "_asyncio.Task",
    doc: "A coroutine wrapped in a Future.",
    flags: BASE | WEAKREF | DICT,
    methods: METHODS,
    getsets: GETSETS,
    ..TypeDef::EMPTY
};

static METHODS: &[NativeDef] = &[
    new("(*args, **kwargs)", task_new),
    method(
        "__init__",
        "($self, /, coro, *, loop=None, name=None, context=None, eager_start=False)",
        init,
        "Initialize self.  See help(type(self)) for accurate signature.",
    ),
    method("set_result", "($self, result, /)", set_result, ""),
    method("set_exception", "($self, exception, /)", set_exception, ""),
    method(
        "cancel",
        "($self, /, msg=None)",
        cancel,
        "Asks the task to cancel itself.",
    ),
    method(
        "cancelling",
        "($self, /)",
        cancelling,
        "How many times cancel() was called.",
    ),
    method(
        "uncancel",
        "($self, /)",
        uncancel,
        "Takes one cancel() back.",
    ),
    method(
        "get_stack",
        "($self, /, *, limit=None)",
        get_stack,
        "The frames of the task's coroutine.",
    ),
    method(
        "print_stack",
        "($self, /, *, limit=None, file=None)",
        print_stack,
        "Prints the stack or traceback.",
    ),
    method("get_coro", "($self, /)", get_coro, "The coroutine."),
    method("get_context", "($self, /)", get_context, "The context."),
    method("get_name", "($self, /)", get_name, "The name."),
    method("set_name", "($self, value, /)", set_name, "Sets the name."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
];

static GETSETS: &[GetSetDef] = &[
    getset("_log_destroy_pending", log_destroy, set_log_destroy, ""),
    getter("_must_cancel", must_cancel, ""),
    getter("_coro", coro, ""),
    getter("_fut_waiter", waits_for, ""),
];

/// Methods that only the loop has a hold of.
static STEP: NativeDef = method("task_step", "($self, exc=None, /)", step, "");
static WAKEUP: NativeDef = method("task_wakeup", "($self, fut, /)", wakeup, "");

fn this(vm: &mut Vm, value: &Value) -> Result<Gc<Future>> {
    Args(std::slice::from_ref(value)).this::<Future>(vm, 0)
}

impl Vm {
    fn task_method(&mut self, def: &'static NativeDef, task: &Gc<Future>) -> Value {
        let mut native = Native::new(def);
        native.owner = Some(self.async_types().task.clone());
        native.bound = task.value();
        self.heap.alloc(&self.types.builtin_function, native).into()
    }

    pub(crate) fn step_method(&mut self, task: &Gc<Future>) -> Value {
        self.task_method(&STEP, task)
    }

    pub(crate) fn wakeup_method(&mut self, task: &Gc<Future>) -> Value {
        self.task_method(&WAKEUP, task)
    }

    /// `asyncio.iscoroutine`
    pub fn is_coroutine(&mut self, value: &Value) -> Result<bool> {
        if let Some(generator) = value.downcast::<Generator>() {
            return Ok(generator.kind == GenKind::Coroutine);
        }
        if !matches!(value, Value::Obj(_)) {
            return Ok(false);
        }
        let module = self.import_module("collections.abc")?;
        let class = self.get_attr_str(&module, "Coroutine")?;
        self.isinstance(value, &class)
    }

    /// The part of a future that makes it a task.
    fn task_part<'a>(&mut self, task: &'a Gc<Future>) -> Result<&'a TaskPart> {
        match &task.task {
            Some(part) => Ok(part),
            None => Err(self.type_error("not a task")),
        }
    }
}

fn step(vm: &mut Vm, args: Args<'_>) -> Result {
    let task = args.this::<Future>(vm, 0)?;
    let error = args[1]
        .downcast::<Exception>()
        .map(|e| crate::objects::exceptions::Exc(e.clone()));
    vm.step_task(&task, error)?;
    Ok(Value::None)
}

fn wakeup(vm: &mut Vm, args: Args<'_>) -> Result {
    let task = args.this::<Future>(vm, 0)?;
    vm.wake_task(&task, &args[1])?;
    Ok(Value::None)
}

fn task_new(vm: &mut Vm, args: Args<'_>) -> Result {
    let base = vm.async_types().task.clone();
    let class = class_arg(vm, &args[0], &base)?;
    let payload = Future {
        task: Some(Box::default()),
        ..Future::default()
    };
    Ok(vm.heap.alloc(&class, payload).into())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Result {
    let task = args.this::<Future>(vm, 0)?;
    let event_loop = match args[2].given_not_none() {
        Some(event_loop) => event_loop.clone(),
        None => vm.default_loop()?,
    };
    vm.init_future(&task, event_loop.clone())?;
    let part = vm.task_part(&task)?;
    let coroutine = args[1].clone();
    if !vm.is_coroutine(&coroutine)? {
        part.log_destroy.set(false);
        let text = vm.repr(&coroutine)?;
        return Err(vm.type_error(format!("a coroutine was expected, got {}", text.lossy())));
    }
    let context = match args[4].given_not_none() {
        Some(context) => context.clone(),
        None => vm.copy_context().into(),
    };
    let name = match args[3].given_not_none() {
        None => Value::None,
        Some(name) if name.is::<Str>() => name.clone(),
        Some(name) => vm.str(name)?.into(),
    };
    part.must_cancel.set(false);
    part.log_destroy.set(true);
    part.cancels.set(0);
    drop(part.coroutine.replace(coroutine));
    drop(part.context.replace(context));
    drop(part.name.replace(name));
    vm.name_task(&task);
    let eager = match args[5].given() {
        Some(eager) => vm.truth(eager)?,
        None => false,
    };
    if eager {
        let running = vm.call_method(&event_loop, "is_running", &[])?;
        if vm.truth(&running)? {
            vm.start_eagerly(&task)?;
            return Ok(Value::None);
        }
    }
    vm.schedule_step(&task, None)?;
    vm.register_task(&task);
    Ok(Value::None)
}

impl Vm {
    /// Runs the first step of a task at once, in the place of the current one.
    fn start_eagerly(&mut self, task: &Gc<Future>) -> Result<()> {
        let event_loop = task.event_loop.borrow().clone();
        let before = self.swap_current_task(&event_loop, Value::None);
        self.asyncs.eager.push(task.value());
        let context = match &task.task {
            Some(part) => part.context.borrow().downcast::<Context>().cloned(),
            None => None,
        };
        let result = match context {
            Some(context) => match self.enter_context(&context) {
                Ok(outer) => {
                    let result = self.step_task(task, None);
                    self.leave_context(outer);
                    result
                }
                Err(e) => Err(e),
            },
            None => self.step_task(task, None),
        };
        let value = task.value();
        self.asyncs.eager.retain(|t| !t.is_same(&value));
        drop(self.swap_current_task(&event_loop, before));
        result?;
        if task.is_pending() {
            self.register_task(task);
        } else if let Some(part) = &task.task {
            drop(part.coroutine.replace(Value::None));
        }
        Ok(())
    }
}

fn set_result(vm: &mut Vm, _args: Args<'_>) -> Result {
    Err(vm.runtime_error("Task does not support set_result operation"))
}

fn set_exception(vm: &mut Vm, _args: Args<'_>) -> Result {
    Err(vm.runtime_error("Task does not support set_exception operation"))
}

fn cancel(vm: &mut Vm, args: Args<'_>) -> Result {
    let task = args.this::<Future>(vm, 0)?;
    let message = args[1].given().cloned().unwrap_or(Value::None);
    Ok(vm.cancel_task(&task, message)?.into())
}

fn cancelling(vm: &mut Vm, args: Args<'_>) -> Result {
    let task = args.this::<Future>(vm, 0)?;
    Ok(vm.task_part(&task)?.cancels.get().into())
}

fn uncancel(vm: &mut Vm, args: Args<'_>) -> Result {
    let task = args.this::<Future>(vm, 0)?;
    let part = vm.task_part(&task)?;
    let left = part.cancels.get();
    if left > 0 {
        part.cancels.set(left - 1);
        if left == 1 {
            part.must_cancel.set(false);
        }
    }
    Ok(part.cancels.get().into())
}

fn get_stack(vm: &mut Vm, args: Args<'_>) -> Result {
    let module = vm.import_module("asyncio._reports")?;
    let get = vm.get_attr_str(&module, "task_stack")?;
    let limit = args[1].given().cloned().unwrap_or(Value::None);
    vm.call(&get, &[args[0].clone(), limit])
}

fn print_stack(vm: &mut Vm, args: Args<'_>) -> Result {
    let module = vm.import_module("asyncio._reports")?;
    let print = vm.get_attr_str(&module, "print_task_stack")?;
    let limit = args[1].given().cloned().unwrap_or(Value::None);
    let file = args[2].given().cloned().unwrap_or(Value::None);
    vm.call(&print, &[args[0].clone(), limit, file])
}

fn get_coro(vm: &mut Vm, args: Args<'_>) -> Result {
    coro(vm, &args[0])
}

fn get_context(vm: &mut Vm, args: Args<'_>) -> Result {
    let task = args.this::<Future>(vm, 0)?;
    let context = vm.task_part(&task)?.context.borrow().clone();
    Ok(context)
}

fn get_name(vm: &mut Vm, args: Args<'_>) -> Result {
    let task = args.this::<Future>(vm, 0)?;
    let part = vm.task_part(&task)?;
    let name = part.name.borrow().clone();
    if let Value::Int(number) = name {
        let text = vm.new_str(format!("Task-{number}"));
        drop(part.name.replace(text.clone()));
        return Ok(text);
    }
    Ok(name)
}

fn set_name(vm: &mut Vm, args: Args<'_>) -> Result {
    let task = args.this::<Future>(vm, 0)?;
    let name: Value = if args[1].is::<Str>() {
        args[1].clone()
    } else {
        vm.str(&args[1])?.into()
    };
    drop(vm.task_part(&task)?.name.replace(name));
    Ok(Value::None)
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let module = vm.import_module("asyncio._reports")?;
    let text = vm.get_attr_str(&module, "task_repr")?;
    vm.call(&text, &[args[0].clone()])
}

fn log_destroy(vm: &mut Vm, value: &Value) -> Result {
    let task = this(vm, value)?;
    Ok(vm.task_part(&task)?.log_destroy.get().into())
}

fn set_log_destroy(vm: &mut Vm, value: &Value, new: Value) -> Result<()> {
    let task = this(vm, value)?;
    let on = vm.truth(&new)?;
    vm.task_part(&task)?.log_destroy.set(on);
    Ok(())
}

fn must_cancel(vm: &mut Vm, value: &Value) -> Result {
    let task = this(vm, value)?;
    Ok(vm.task_part(&task)?.must_cancel.get().into())
}

fn coro(vm: &mut Vm, value: &Value) -> Result {
    let task = this(vm, value)?;
    let coroutine = vm.task_part(&task)?.coroutine.borrow().clone();
    Ok(coroutine)
}

fn waits_for(vm: &mut Vm, value: &Value) -> Result {
    let task = this(vm, value)?;
    let future = vm.task_part(&task)?.waits_for.borrow().clone();
    Ok(future)
}
