//! What scripts see of generators, coroutines and asynchronous generators (PEP 342, 380, 492, 525).
#![allow(unsafe_code)]

use super::exceptions::{Exc, Exception};
use super::function::CodeObj;
use super::generator::{AsyncGenStep, CoroutineWrapper, GenKind, GenState, Generator, StepState};
use super::header::{Gc, ObjRef};
use super::native::{Args, GetSetDef, NativeDef, class_method, getset, getter, method};
use super::str::Str;
use super::typeobj::Type;
use super::typeobj::type_flags::WEAKREF;
use super::types::{NO_NEW, TypeDef};
use super::value::Value;
use crate::vm::ops::suspend::Resume;
use crate::vm::run::Exit;
use crate::vm::{Result, Vm};

// ---- sending and throwing --------------------------------------------------------------------

fn send(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    vm.generator_send(&generator, args[1].clone())
}

fn next(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    vm.generator_send(&generator, Value::None)
}

fn throw(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    let exc = vm.exc_of_throw(&args[1], &args[2], &args[3])?;
    vm.thrown_args = args
        .rest(1)
        .iter()
        .filter(|a| !a.is_unbound())
        .cloned()
        .collect();
    let result = vm.generator_throw(&generator, exc);
    vm.thrown_args.clear();
    result
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    let name = generator.qualname.borrow().clone();
    let name = vm.str(&name)?;
    let text = format!(
        "<{} object {} at {:#x}>",
        generator.ty().name(),
        name.lossy(),
        generator.addr()
    );
    Ok(vm.new_str(text))
}

fn close(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    vm.generator_close(&generator)
}

fn del(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    if generator.state.get() == GenState::Suspended {
        vm.generator_close(&generator)?;
    }
    Ok(Value::None)
}

fn itself(_vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(args[0].clone())
}

fn coroutine_await(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let coroutine = args.this::<Generator>(vm, 0)?;
    Ok(vm
        .heap
        .alloc(&vm.types.coroutine_wrapper, CoroutineWrapper { coroutine })
        .into())
}

fn class_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.new_generic_alias(args[0].clone(), args[1].clone())
}

impl Vm {
    /// The exception that `throw(typ, val, tb)` raises.
    pub fn exc_of_throw(&mut self, typ: &Value, val: &Value, tb: &Value) -> Result<Exc> {
        if let Some(tb) = tb.given_not_none()
            && !tb.is::<super::frame::Traceback>()
        {
            return Err(self.type_error("throw() third argument must be a traceback object"));
        }
        let exc = if let Some(exc) = typ.downcast::<Exception>() {
            if val.given_not_none().is_some() {
                return Err(self.type_error("instance exception may not have a separate value"));
            }
            Exc(exc.clone())
        } else if let Some(class) = typ
            .downcast::<Type>()
            .filter(|t| t.is_subtype(&self.exc.BaseException))
            .cloned()
        {
            let given = val.given_not_none().cloned();
            let made = match given {
                Some(value) if self.is_instance_of(&value, &class) => value,
                Some(value) => match value.downcast::<super::list::Tuple>().cloned() {
                    Some(tuple) => self.call(typ, tuple.items())?,
                    None => self.call(typ, &[value])?,
                },
                None => self.call(typ, &[])?,
            };
            match made.downcast::<Exception>() {
                Some(exc) => Exc(exc.clone()),
                None => return Err(self.type_error("exceptions must derive from BaseException")),
            }
        } else {
            let name = self.type_name(typ);
            return Err(self.type_error(format!(
                "exceptions must be classes or instances deriving from BaseException, not {name}"
            )));
        };
        if let Some(tb) = tb.given_not_none() {
            drop(exc.0.traceback.replace(tb.clone()));
        }
        Ok(exc)
    }
}

// ---- attributes ------------------------------------------------------------------------------

fn generator_of(vm: &mut Vm, this: &Value) -> Result<Gc<Generator>> {
    Args(std::slice::from_ref(this)).this::<Generator>(vm, 0)
}

fn get_name(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(generator_of(vm, this)?.name.borrow().clone())
}

fn get_qualname(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(generator_of(vm, this)?.qualname.borrow().clone())
}

fn set_name(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    if !value.is::<Str>() {
        return Err(vm.type_error("__name__ must be set to a string object"));
    }
    drop(generator_of(vm, this)?.name.replace(value));
    Ok(())
}

fn set_qualname(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    if !value.is::<Str>() {
        return Err(vm.type_error("__qualname__ must be set to a string object"));
    }
    drop(generator_of(vm, this)?.qualname.replace(value));
    Ok(())
}

fn get_code(vm: &mut Vm, this: &Value) -> Result<Value> {
    let generator = generator_of(vm, this)?;
    // SAFETY: the frame's code lives as long as the generator's function, which the frame keeps.
    let code: ObjRef = unsafe { ObjRef::share_payload::<CodeObj>((*generator.frame.get()).code) };
    Ok(code.into())
}

fn get_frame(vm: &mut Vm, this: &Value) -> Result<Value> {
    let generator = generator_of(vm, this)?;
    if generator.state.get() == GenState::Finished {
        return Ok(Value::None);
    }
    // SAFETY: the frame belongs to a live generator.
    Ok(unsafe { vm.frame_object(generator.frame.get()) }.into())
}

/// Whether the generator runs, itself or through one that it delegates to.
fn runs(generator: &Gc<Generator>) -> bool {
    let mut at = generator.clone();
    loop {
        if at.state.get() == GenState::Running {
            return true;
        }
        let next = at.delegate.borrow().clone();
        match next {
            Some(next) => at = next,
            None => return false,
        }
    }
}

fn get_running(vm: &mut Vm, this: &Value) -> Result<Value> {
    let generator = generator_of(vm, this)?;
    let running = match generator.kind {
        GenKind::AsyncGenerator => generator.agen_running.get(),
        _ => runs(&generator),
    };
    Ok(Value::Bool(running))
}

fn get_suspended(vm: &mut Vm, this: &Value) -> Result<Value> {
    let generator = generator_of(vm, this)?;
    Ok(Value::Bool(
        generator.state.get() == GenState::Suspended && !runs(&generator),
    ))
}

fn get_yieldfrom(vm: &mut Vm, this: &Value) -> Result<Value> {
    let generator = generator_of(vm, this)?;
    if generator.state.get() != GenState::Suspended || runs(&generator) {
        return Ok(Value::None);
    }
    // SAFETY: a suspended frame stands one past the instruction that it waits in.
    unsafe {
        let frame = generator.frame.get();
        match *(*frame).pc.sub(1) {
            crate::bytecode::Op::Delegate { iter, .. } => {
                Ok((*(*frame).regs.add(iter.0 as usize)).clone())
            }
            _ => Ok(Value::None),
        }
    }
}

fn get_origin(_vm: &mut Vm, _this: &Value) -> Result<Value> {
    Ok(Value::None)
}

// ---- coroutine_wrapper -----------------------------------------------------------------------

fn wrapped(vm: &mut Vm, args: Args<'_>) -> Result<Gc<Generator>> {
    Ok(args.this::<CoroutineWrapper>(vm, 0)?.coroutine.clone())
}

fn wrapper_send(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let coroutine = wrapped(vm, args)?;
    vm.generator_send(&coroutine, args[1].clone())
}

fn wrapper_next(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let coroutine = wrapped(vm, args)?;
    vm.generator_send(&coroutine, Value::None)
}

fn wrapper_throw(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let coroutine = wrapped(vm, args)?;
    let exc = vm.exc_of_throw(&args[1], &args[2], &args[3])?;
    vm.generator_throw(&coroutine, exc)
}

fn wrapper_close(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let coroutine = wrapped(vm, args)?;
    vm.generator_close(&coroutine)
}

// ---- asynchronous generators -----------------------------------------------------------------

impl Vm {
    /// Tells `sys.get_asyncgen_hooks().firstiter` of an asynchronous generator, once.
    fn hook_async_generator(&mut self, generator: &Gc<Generator>) -> Result<()> {
        if generator.agen_hooked.replace(true) {
            return Ok(());
        }
        let (first, finalizer) = self.asyncgen_hooks.clone();
        if finalizer.given_not_none().is_some() {
            drop(generator.finalizer.replace(finalizer));
        }
        match first.given_not_none() {
            Some(hook) => self.call(hook, &[generator.value()]).map(drop),
            None => Ok(()),
        }
    }

    fn new_step(
        &mut self,
        generator: &Gc<Generator>,
        arg: Value,
        throws: bool,
        is_close: bool,
    ) -> Result<Value> {
        self.hook_async_generator(generator)?;
        let ty = if throws {
            &self.types.async_generator_athrow
        } else {
            &self.types.async_generator_asend
        };
        let step = AsyncGenStep {
            generator: generator.clone(),
            arg,
            is_close,
            state: StepState::Created.into(),
        };
        Ok(self.heap.alloc(ty, step).into())
    }
}

fn anext(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    vm.new_step(&generator, Value::None, false, false)
}

fn asend(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    vm.new_step(&generator, args[1].clone(), false, false)
}

fn athrow(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    let thrown = vm.new_tuple(args.rest(1).to_vec()).into();
    vm.new_step(&generator, thrown, true, false)
}

fn aclose(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generator = args.this::<Generator>(vm, 0)?;
    vm.new_step(&generator, Value::None, true, true)
}

/// The outcome of running the generator for one step.
fn step_outcome(
    vm: &mut Vm,
    step: &AsyncGenStep,
    throws: bool,
    outcome: Result<Exit>,
) -> Result<Value> {
    let generator = &step.generator;
    match outcome {
        Ok(Exit::Yield(value)) if !vm.async_yielded => return Ok(value),
        Ok(Exit::Yield(value)) => {
            vm.async_yielded = false;
            generator.agen_running.set(false);
            step.state.set(StepState::Closed);
            if step.is_close {
                return Err(vm.runtime_error("async generator ignored GeneratorExit"));
            }
            // A value of None needs an argument all the same, so that it is told from no value.
            return Err(vm.stop_iteration(value));
        }
        _ => {}
    }
    generator.agen_running.set(false);
    step.state.set(StepState::Closed);
    match outcome {
        Err(e)
            if throws
                && step.is_close
                && (e.is_a(&vm.exc.StopAsyncIteration) || e.is_a(&vm.exc.GeneratorExit)) =>
        {
            generator.agen_closed.set(true);
            Err(vm.stop_iteration(Value::None))
        }
        Err(e) => Err(e),
        Ok(_) => {
            generator.agen_closed.set(true);
            if step.is_close {
                return Err(vm.stop_iteration(Value::None));
            }
            let class = vm.exc.StopAsyncIteration.clone();
            Err(vm.error_with(&class, vec![]))
        }
    }
}

fn asend_step(vm: &mut Vm, step: &Gc<AsyncGenStep>, value: Value) -> Result<Value> {
    let generator = step.generator.clone();
    let mut value = value;
    match step.state.get() {
        StepState::Closed => {
            return Err(vm.runtime_error("cannot reuse already awaited __anext__()/asend()"));
        }
        StepState::Created => {
            if generator.agen_running.get() {
                step.state.set(StepState::Closed);
                return Err(vm.runtime_error("anext(): asynchronous generator is already running"));
            }
            if value.is_none() {
                value = step.arg.clone();
            }
            step.state.set(StepState::Iterating);
            generator.agen_running.set(true);
        }
        StepState::Iterating => {}
    }
    vm.async_yielded = false;
    let outcome = vm.resume(&generator, Resume::Send(value));
    step_outcome(vm, step, false, outcome)
}

fn athrow_step(vm: &mut Vm, step: &Gc<AsyncGenStep>, value: Value) -> Result<Value> {
    let generator = step.generator.clone();
    if step.state.get() == StepState::Closed {
        return Err(vm.runtime_error("cannot reuse already awaited aclose()/athrow()"));
    }
    if generator.state.get() == GenState::Finished {
        step.state.set(StepState::Closed);
        return Err(vm.stop_iteration(Value::None));
    }
    vm.async_yielded = false;
    if step.state.get() == StepState::Iterating {
        let outcome = vm.resume(&generator, Resume::Send(value));
        return step_outcome(vm, step, true, outcome);
    }
    if generator.agen_running.get() {
        step.state.set(StepState::Closed);
        let what = if step.is_close { "aclose" } else { "athrow" };
        return Err(vm.runtime_error(format!(
            "{what}(): asynchronous generator is already running"
        )));
    }
    if generator.agen_closed.get() {
        step.state.set(StepState::Closed);
        let class = vm.exc.StopAsyncIteration.clone();
        return Err(vm.error_with(&class, vec![]));
    }
    if !value.is_none() {
        return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
    }
    step.state.set(StepState::Iterating);
    generator.agen_running.set(true);
    let outcome = if step.is_close {
        generator.agen_closed.set(true);
        close_outcome(vm, &generator)
    } else {
        let thrown = step
            .arg
            .downcast::<super::list::Tuple>()
            .map(|t| t.items().to_vec())
            .unwrap_or_default();
        let thrown = Args(&thrown);
        match vm.exc_of_throw(&thrown[0], &thrown[1], &thrown[2]) {
            Ok(exc) => vm.resume(&generator, Resume::Throw(exc)),
            Err(e) => Err(e),
        }
    };
    step_outcome(vm, step, true, outcome)
}

fn close_outcome(vm: &mut Vm, generator: &Gc<Generator>) -> Result<Exit> {
    if generator.state.get() == GenState::Created {
        vm.finish_generator(generator);
        return Ok(Exit::Return(Value::None));
    }
    let class = vm.exc.GeneratorExit.clone();
    let exit = vm.error_with(&class, vec![]);
    vm.resume(generator, Resume::Throw(exit))
}

fn run_step(vm: &mut Vm, args: Args<'_>, value: Value) -> Result<Value> {
    let step = args.this::<AsyncGenStep>(vm, 0)?;
    if step.ty() == &vm.types.async_generator_asend {
        asend_step(vm, &step, value)
    } else {
        athrow_step(vm, &step, value)
    }
}

fn step_send(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    run_step(vm, args, args[1].clone())
}

fn step_next(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    run_step(vm, args, Value::None)
}

fn step_throw(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let step = args.this::<AsyncGenStep>(vm, 0)?;
    let is_send = step.ty() == &vm.types.async_generator_asend;
    let generator = step.generator.clone();
    match step.state.get() {
        StepState::Closed => {
            let what = if is_send {
                "__anext__()/asend()"
            } else {
                "aclose()/athrow()"
            };
            return Err(vm.runtime_error(format!("cannot reuse already awaited {what}")));
        }
        StepState::Created => {
            if generator.agen_running.get() {
                step.state.set(StepState::Closed);
                let what = if is_send {
                    "anext"
                } else if step.is_close {
                    "aclose"
                } else {
                    "athrow"
                };
                return Err(vm.runtime_error(format!(
                    "{what}(): asynchronous generator is already running"
                )));
            }
            step.state.set(StepState::Iterating);
            generator.agen_running.set(true);
        }
        StepState::Iterating => {}
    }
    let exc = vm.exc_of_throw(&args[1], &args[2], &args[3])?;
    vm.async_yielded = false;
    let outcome = vm.resume(&generator, Resume::Throw(exc));
    step_outcome(vm, &step, !is_send, outcome)
}

fn step_close(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let step = args.this::<AsyncGenStep>(vm, 0)?;
    if step.state.get() == StepState::Closed {
        return Ok(Value::None);
    }
    let class = vm.exc.GeneratorExit.value();
    match step_throw(vm, Args(&[args[0].clone(), class])) {
        Ok(_) => Err(vm.runtime_error("coroutine ignored GeneratorExit")),
        Err(e)
            if e.is_a(&vm.exc.StopIteration)
                || e.is_a(&vm.exc.StopAsyncIteration)
                || e.is_a(&vm.exc.GeneratorExit) =>
        {
            Ok(Value::None)
        }
        Err(e) => Err(e),
    }
}

// ---- the types -------------------------------------------------------------------------------

const SEND: NativeDef = method(
    "send",
    "($self, arg, /)",
    send,
    "Send a value in and return the next yielded value or raise StopIteration.",
);
const THROW: NativeDef = method(
    "throw",
    "($self, typ, val=None, tb=None, /)",
    throw,
    "Raise an exception inside and return the next yielded value or raise StopIteration.",
);
const CLOSE: NativeDef = method("close", "($self, /)", close, "Raise GeneratorExit inside.");
const DEL: NativeDef = method(
    "__del__",
    "($self, /)",
    del,
    "Called when the instance is about to be destroyed.",
);
const REPR: NativeDef = method("__repr__", "($self, /)", repr, "Return repr(self).");
const CLASS_GETITEM: NativeDef = class_method(
    "__class_getitem__",
    "($type, item, /)",
    class_getitem,
    "See PEP 585",
);

static GENERATOR_METHODS: &[NativeDef] = &[
    SEND,
    THROW,
    CLOSE,
    DEL,
    CLASS_GETITEM,
    REPR,
    method("__iter__", "($self, /)", itself, "Implement iter(self)."),
    method("__next__", "($self, /)", next, "Implement next(self)."),
];

static COROUTINE_METHODS: &[NativeDef] = &[
    SEND,
    THROW,
    CLOSE,
    CLASS_GETITEM,
    REPR,
    method(
        "__await__",
        "($self, /)",
        coroutine_await,
        "Return an iterator to be used in await expression.",
    ),
];

static ASYNC_GENERATOR_METHODS: &[NativeDef] = &[
    method(
        "__aiter__",
        "($self, /)",
        itself,
        "Return an awaitable, that resolves in asynchronous iterator.",
    ),
    method(
        "__anext__",
        "($self, /)",
        anext,
        "Return a value or raise StopAsyncIteration.",
    ),
    method(
        "asend",
        "($self, arg, /)",
        asend,
        "Send a value in and return the next yielded value, awaited.",
    ),
    method(
        "athrow",
        "($self, typ, val=None, tb=None, /)",
        athrow,
        "Raise an exception inside, awaited.",
    ),
    method(
        "aclose",
        "($self, /)",
        aclose,
        "Raise GeneratorExit inside, awaited.",
    ),
    CLASS_GETITEM,
    REPR,
];

static STEP_METHODS: &[NativeDef] = &[
    method(
        "__await__",
        "($self, /)",
        itself,
        "Return an iterator to be used in await expression.",
    ),
    method("__iter__", "($self, /)", itself, "Implement iter(self)."),
    method("__next__", "($self, /)", step_next, "Implement next(self)."),
    method("send", "($self, arg, /)", step_send, "Run the step on."),
    method(
        "throw",
        "($self, typ, val=None, tb=None, /)",
        step_throw,
        "Raise an exception inside.",
    ),
    method(
        "close",
        "($self, /)",
        step_close,
        "Raise GeneratorExit inside.",
    ),
];

static WRAPPER_METHODS: &[NativeDef] = &[
    method("__iter__", "($self, /)", itself, "Implement iter(self)."),
    method(
        "__next__",
        "($self, /)",
        wrapper_next,
        "Implement next(self).",
    ),
    method("send", "($self, arg, /)", wrapper_send, "Send a value in."),
    method(
        "throw",
        "($self, typ, val=None, tb=None, /)",
        wrapper_throw,
        "Raise an exception inside.",
    ),
    method(
        "close",
        "($self, /)",
        wrapper_close,
        "Raise GeneratorExit inside.",
    ),
];

macro_rules! getsets {
    ($($frame:literal $code:literal $running:literal $suspended:literal $awaits:literal)+) => {
        &[
            getset("__name__", get_name, set_name, "name"),
            getset("__qualname__", get_qualname, set_qualname, "qualified name"),
            $(
                getter($frame, get_frame, "frame"),
                getter($code, get_code, "code"),
                getter($running, get_running, "whether it runs"),
                getter($suspended, get_suspended, "whether it is suspended"),
                getter($awaits, get_yieldfrom, "what it waits for, or None"),
            )+
        ]
    };
}

static GENERATOR_GETSETS: &[GetSetDef] =
    getsets!("gi_frame" "gi_code" "gi_running" "gi_suspended" "gi_yieldfrom");
static COROUTINE_GETSETS: &[GetSetDef] = &[
    getset("__name__", get_name, set_name, "name"),
    getset("__qualname__", get_qualname, set_qualname, "qualified name"),
    getter("cr_frame", get_frame, "frame"),
    getter("cr_code", get_code, "code"),
    getter("cr_running", get_running, "whether it runs"),
    getter("cr_suspended", get_suspended, "whether it is suspended"),
    getter("cr_await", get_yieldfrom, "what it waits for, or None"),
    getter("cr_origin", get_origin, "where it was created, or None"),
];
static ASYNC_GENERATOR_GETSETS: &[GetSetDef] =
    getsets!("ag_frame" "ag_code" "ag_running" "ag_suspended" "ag_await");

pub static GENERATOR: TypeDef = TypeDef {
    name: "generator",
    flags: NO_NEW | WEAKREF,
    methods: GENERATOR_METHODS,
    getsets: GENERATOR_GETSETS,
    ..TypeDef::EMPTY
};
pub static COROUTINE: TypeDef = TypeDef {
    name: "coroutine",
    flags: NO_NEW | WEAKREF,
    methods: COROUTINE_METHODS,
    getsets: COROUTINE_GETSETS,
    ..TypeDef::EMPTY
};
pub static ASYNC_GENERATOR: TypeDef = TypeDef {
    name: "async_generator",
    flags: NO_NEW | WEAKREF,
    methods: ASYNC_GENERATOR_METHODS,
    getsets: ASYNC_GENERATOR_GETSETS,
    ..TypeDef::EMPTY
};
pub static COROUTINE_WRAPPER: TypeDef = TypeDef {
    name: "coroutine_wrapper",
    flags: NO_NEW,
    methods: WRAPPER_METHODS,
    ..TypeDef::EMPTY
};
pub static ASYNC_GENERATOR_ASEND: TypeDef = TypeDef {
    name: "async_generator_asend",
    flags: NO_NEW,
    methods: STEP_METHODS,
    ..TypeDef::EMPTY
};
pub static ASYNC_GENERATOR_ATHROW: TypeDef = TypeDef {
    name: "async_generator_athrow",
    flags: NO_NEW,
    methods: STEP_METHODS,
    ..TypeDef::EMPTY
};
