//! Functions of `_asyncio`: the running loop, current tasks, all tasks.

use crate::event_loop::future::Future;
use crate::event_loop::run::EventLoop;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static FUNCTIONS: &[NativeDef] = &[
    function(
        "_get_running_loop",
        "()",
        get_running_or_none,
        "The running loop or None.",
    ),
    function(
        "_set_running_loop",
        "(loop, /)",
        set_running_loop,
        "Sets the running loop.",
    ),
    function(
        "get_running_loop",
        "()",
        get_running_loop,
        "The running loop; raises when there is none.",
    ),
    function(
        "get_event_loop",
        "()",
        get_event_loop,
        "The running loop, or the policy's.",
    ),
    function(
        "current_task",
        "(loop=None)",
        current_task,
        "The running task or None.",
    ),
    function(
        "_enter_task",
        "(loop, task)",
        enter_task,
        "Makes a task the current one.",
    ),
    function(
        "_leave_task",
        "(loop, task)",
        leave_task,
        "The task is no longer the current one.",
    ),
    function(
        "_swap_current_task",
        "(loop, task)",
        swap_current_task,
        "Exchanges the current task.",
    ),
    function(
        "_register_task",
        "(task)",
        register_task,
        "Enters a task among all tasks.",
    ),
    function(
        "_unregister_task",
        "(task)",
        unregister_task,
        "Takes a task from all tasks.",
    ),
    function(
        "_register_eager_task",
        "(task)",
        register_eager_task,
        "Enters an eager task.",
    ),
    function(
        "_unregister_eager_task",
        "(task)",
        unregister_eager_task,
        "Takes an eager task out.",
    ),
    function(
        "_all_tasks",
        "(loop, /)",
        all_tasks,
        "The tasks of a loop, done ones among them.",
    ),
    function(
        "_sleep0",
        "()",
        super::future::sleep0,
        "Something that yields once to the loop.",
    ),
    function(
        "iscoroutine",
        "(obj, /)",
        is_coroutine,
        "Whether the object is a coroutine.",
    ),
    function(
        "_report",
        "(text, /)",
        report,
        "Writes to the error stream.",
    ),
    function(
        "_set_asyncgen_hooks",
        "(firstiter, finalizer, /)",
        set_hooks,
        "Sets both hooks; gives the old ones.",
    ),
    function(
        "_host_operation",
        "(change, /)",
        host_operation,
        "Changes the number of operations that the host is at.",
    ),
];

fn get_running_or_none(vm: &mut Vm, _args: Args<'_>) -> Result {
    Ok(match &vm.asyncs.running {
        Value::Unbound => Value::None,
        running => running.clone(),
    })
}

fn set_running_loop(vm: &mut Vm, args: Args<'_>) -> Result {
    let new = match &args[0] {
        Value::None => Value::Unbound,
        running => running.clone(),
    };
    drop(std::mem::replace(&mut vm.asyncs.running, new));
    Ok(Value::None)
}

fn get_running_loop(vm: &mut Vm, _args: Args<'_>) -> Result {
    vm.running_loop()
}

fn get_event_loop(vm: &mut Vm, _args: Args<'_>) -> Result {
    if !vm.asyncs.running.is_unbound() {
        return Ok(vm.asyncs.running.clone());
    }
    let events = vm.import_module("asyncio.events")?;
    let policy = vm.get_attr_str(&events, "get_event_loop_policy")?;
    let policy = vm.call(&policy, &[])?;
    vm.call_method(&policy, "get_event_loop", &[])
}

fn current_task(vm: &mut Vm, args: Args<'_>) -> Result {
    let event_loop = match args[0].given_not_none() {
        Some(event_loop) => event_loop.clone(),
        None => vm.running_loop()?,
    };
    let found = vm
        .asyncs
        .current
        .iter()
        .find(|(l, _)| l.is_same(&event_loop));
    Ok(found.map_or(Value::None, |(_, task)| task.clone()))
}

fn enter_task(vm: &mut Vm, args: Args<'_>) -> Result {
    vm.enter_task(&args[0], args[1].clone())?;
    Ok(Value::None)
}

fn leave_task(vm: &mut Vm, args: Args<'_>) -> Result {
    vm.leave_task(&args[0], &args[1])?;
    Ok(Value::None)
}

fn swap_current_task(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(vm.swap_current_task(&args[0], args[1].clone()))
}

fn register_task(vm: &mut Vm, args: Args<'_>) -> Result {
    match args[0].downcast::<Future>().cloned() {
        Some(task) if task.is_task() => vm.register_task(&task),
        _ => {
            if !vm.asyncs.registered.iter().any(|t| t.is_same(&args[0])) {
                vm.asyncs.registered.push(args[0].clone());
            }
        }
    }
    Ok(Value::None)
}

fn unregister_task(vm: &mut Vm, args: Args<'_>) -> Result {
    if let Some(task) = args[0].downcast::<Future>().cloned() {
        vm.forget_task(&task);
    }
    let value = args[0].clone();
    vm.asyncs.registered.retain(|t| !t.is_same(&value));
    Ok(Value::None)
}

fn register_eager_task(vm: &mut Vm, args: Args<'_>) -> Result {
    vm.asyncs.eager.push(args[0].clone());
    Ok(Value::None)
}

fn unregister_eager_task(vm: &mut Vm, args: Args<'_>) -> Result {
    let value = args[0].clone();
    vm.asyncs.eager.retain(|t| !t.is_same(&value));
    Ok(Value::None)
}

fn all_tasks(vm: &mut Vm, args: Args<'_>) -> Result {
    let mut tasks: Vec<Value> = match args[0].downcast::<EventLoop>() {
        Some(ours) => ours.all_tasks().into_iter().map(Value::from).collect(),
        None => Vec::new(),
    };
    let others = [vm.asyncs.registered.clone(), vm.asyncs.eager.clone()].concat();
    for task in others {
        if vm.loop_of_future(&task)?.is_same(&args[0]) {
            tasks.push(task);
        }
    }
    Ok(vm.new_list(tasks).into())
}

fn is_coroutine(vm: &mut Vm, args: Args<'_>) -> Result {
    Ok(vm.is_coroutine(&args[0])?.into())
}

fn report(vm: &mut Vm, args: Args<'_>) -> Result {
    let text = vm.str(&args[0])?;
    let _ = vm.flush_stdout();
    vm.report(&text.lossy());
    Ok(Value::None)
}

fn set_hooks(vm: &mut Vm, args: Args<'_>) -> Result {
    let new = (args[0].clone(), args[1].clone());
    let old = std::mem::replace(&mut vm.asyncgen_hooks, new);
    Ok(vm.new_tuple(vec![old.0, old.1]).into())
}

fn host_operation(vm: &mut Vm, args: Args<'_>) -> Result {
    let change = vm.index_i64(&args[0])?;
    let host = &mut vm.asyncs.host;
    host.operations = host.operations.saturating_add_signed(change as isize);
    Ok(Value::None)
}
