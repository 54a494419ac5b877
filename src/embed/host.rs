//! Host functions: how a script's call reaches them and what they give comes back.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{TryRecvError, channel};

use super::Value;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::native::{Args, NativeDef, method};
use crate::objects::str::Str;
use crate::objects::types::{NO_NEW, TypeDef};
use crate::objects::value::Value as Inner;
use crate::payload;
use crate::vm::{Result, Vm};

pub(super) type Outcome = std::result::Result<Value, String>;
pub(super) type AsyncOutcome = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// A host function, shared by all isolates of an engine.
#[derive(Clone)]
pub(super) enum HostFunction {
    Plain(Arc<dyn Fn(Vec<Value>) -> Outcome + Send + Sync>),
    Async(Arc<dyn Fn(Vec<Value>) -> AsyncOutcome + Send + Sync>),
}

/// A host function as the script sees it.
struct HostObj {
    name: Inner,
    func: HostFunction,
    runtime: Option<tokio::runtime::Handle>,
}

payload!(HostObj, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        crate::objects::value::visit_value(&self.name, visit);
    }
});

/// The awaitable that calling an `async` host function gives.
struct HostCall {
    operation: std::cell::RefCell<Option<std::sync::mpsc::Receiver<Outcome>>>,
}

payload!(HostCall, untracked);

static HOST_FUNCTION: TypeDef = TypeDef {
    name: "host_function",
    flags: NO_NEW,
    methods: FUNCTION_METHODS,
    ..TypeDef::EMPTY
};
static HOST_CALL: TypeDef = TypeDef {
    name: "host_call",
    flags: NO_NEW,
    methods: CALL_METHODS,
    ..TypeDef::EMPTY
};

static FUNCTION_METHODS: &[NativeDef] = &[
    method("__call__", "($self, /, *args)", call, "Call the host."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
];

static CALL_METHODS: &[NativeDef] = &[
    method("__await__", "($self, /)", itself, "Wait for the host."),
    method("__iter__", "($self, /)", itself, "Wait for the host."),
    method(
        "__next__",
        "($self, /)",
        step,
        "Look whether the host is done.",
    ),
];

/// The script's object for a host function.
pub(super) fn make(
    vm: &mut Vm,
    name: &str,
    func: &HostFunction,
    runtime: Option<tokio::runtime::Handle>,
) -> Inner {
    let ty = vm.module_type::<HostObj>(&HOST_FUNCTION, None);
    let name = vm.new_str(name);
    vm.alloc(
        &ty,
        HostObj {
            name,
            func: func.clone(),
            runtime,
        },
    )
    .into()
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Inner> {
    let this = args.this::<HostObj>(vm, 0)?;
    let name = this
        .name
        .downcast::<Str>()
        .map(|s| s.lossy().into_owned())
        .unwrap_or_default();
    Ok(vm.new_str(format!("<host function {name}>")))
}

fn call(vm: &mut Vm, args: Args<'_>) -> Result<Inner> {
    let this: Gc<HostObj> = args.this(vm, 0)?;
    let mut values = Vec::new();
    for arg in vm.collect(&args[1])? {
        values.push(Value::from_script(vm, &arg)?);
    }
    match &this.func {
        HostFunction::Plain(func) => finish(vm, func(values)),
        HostFunction::Async(func) => start(vm, &this, func(values)),
    }
}

fn finish(vm: &mut Vm, outcome: Outcome) -> Result<Inner> {
    match outcome {
        Ok(value) => value.to_script(vm),
        Err(message) => Err(vm.runtime_error(message)),
    }
}

/// Lets the host's runtime run the future; the script gets something to await.
fn start(vm: &mut Vm, this: &Gc<HostObj>, future: AsyncOutcome) -> Result<Inner> {
    let Some(runtime) = &this.runtime else {
        return Err(vm.runtime_error("async host functions need a Tokio runtime in the host"));
    };
    let (send, receive) = channel();
    let alarm = vm.alarm();
    runtime.spawn(async move {
        // The script may be gone, then nobody wants the outcome.
        let _ = send.send(future.await);
        if let Some(alarm) = alarm {
            alarm.ring();
        }
    });
    let ty = vm.module_type::<HostCall>(&HOST_CALL, None);
    Ok(vm
        .alloc(
            &ty,
            HostCall {
                operation: Some(receive).into(),
            },
        )
        .into())
}

fn itself(_vm: &mut Vm, args: Args<'_>) -> Result<Inner> {
    Ok(args[0].clone())
}

/// One look at the operation: `StopIteration` with the result, or a bare yield so that other tasks run.
fn step(vm: &mut Vm, args: Args<'_>) -> Result<Inner> {
    let this = args.this::<HostCall>(vm, 0)?;
    let outcome = match this.operation.borrow().as_ref().map(|r| r.try_recv()) {
        Some(Ok(outcome)) => Some(outcome),
        Some(Err(TryRecvError::Empty)) => None,
        Some(Err(TryRecvError::Disconnected)) | None => Some(Err("the host gave no result".into())),
    };
    match outcome {
        Some(outcome) => {
            *this.operation.borrow_mut() = None;
            let value = finish(vm, outcome)?;
            Err(vm.stop_iteration(value))
        }
        None => {
            // Gives the thread back for a moment; the alarm ends the wait at once.
            if !vm.suspend_host(Some(std::time::Duration::from_micros(200))) {
                std::thread::yield_now();
            }
            Ok(Inner::None)
        }
    }
}
