//! Futures and tasks: the payload of both, and the states of a future.
//!
//!   pending --set_result / set_exception--> finished;  pending --cancel--> cancelled
//!
//! Leaving `pending` schedules the callbacks on the loop, in the order in which they were added.
//! A task is a future with a `TaskPart`, whose coroutine's end settles it (`task.rs`).

use std::cell::{Cell, RefCell};

use smallvec::SmallVec;

use crate::objects::exceptions::{Exc, Exception};
use crate::objects::header::{Gc, ObjRef};
use crate::objects::native::Keywords;
use crate::objects::typeobj::Type;
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

use super::context::Context;
use super::run::{EventLoop, Ready};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Pending,
    Cancelled,
    Finished,
}

/// Who waits for a future.
#[derive(Clone)]
pub enum Waiter {
    /// A task that awaits it.
    Task(Gc<Future>),
    Call {
        callback: Value,
        context: Value,
    },
}

pub struct Future {
    pub state: Cell<State>,
    /// The exception was set and nobody has asked for it.
    pub log_traceback: Cell<bool>,
    pub blocking: Cell<bool>,
    /// Unbound before `__init__`.
    pub event_loop: RefCell<Value>,
    pub result: RefCell<Value>,
    /// Unbound when there is none.
    pub exception: RefCell<Value>,
    pub exception_traceback: RefCell<Value>,
    pub waiters: RefCell<SmallVec<[Waiter; 1]>>,
    pub cancel_message: RefCell<Value>,
    /// The exception that cancelled it, for whoever asks first.
    pub cancelled_by: RefCell<Value>,
    pub source: RefCell<Value>,
    pub task: Option<Box<TaskPart>>,
}

/// What a task has beyond a future.
pub struct TaskPart {
    pub coroutine: RefCell<Value>,
    pub context: RefCell<Value>,
    /// A number until somebody asks for the name.
    pub name: RefCell<Value>,
    pub waits_for: RefCell<Value>,
    pub must_cancel: Cell<bool>,
    pub cancels: Cell<i64>,
    pub log_destroy: Cell<bool>,
    /// Its place among the loop's tasks, plus one.
    pub slot: Cell<usize>,
}

payload!(Future, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for cell in self.cells() {
            visit_value(&cell.borrow(), visit);
        }
        for waiter in self.waiters.borrow().iter() {
            match waiter {
                Waiter::Task(task) => visit(task.obj()),
                Waiter::Call { callback, context } => {
                    visit_value(callback, visit);
                    visit_value(context, visit);
                }
            }
        }
        if let Some(task) = &self.task {
            for cell in task.cells() {
                visit_value(&cell.borrow(), visit);
            }
        }
    }

    fn clear(&self) {
        let old: Vec<Value> = self
            .cells()
            .iter()
            .map(|c| c.replace(Value::None))
            .collect();
        let waiters = self.waiters.take();
        let of_task: Vec<Value> = match &self.task {
            Some(task) => task
                .cells()
                .iter()
                .map(|c| c.replace(Value::None))
                .collect(),
            None => Vec::new(),
        };
        drop((old, waiters, of_task));
    }

    fn needs_finalizer(&self) -> bool {
        self.log_traceback.get()
            || self
                .task
                .as_ref()
                .is_some_and(|t| t.log_destroy.get() && self.is_pending())
                && !self.event_loop.borrow().is_unbound()
    }
});

impl Default for Future {
    fn default() -> Future {
        Future {
            state: State::Pending.into(),
            log_traceback: false.into(),
            blocking: false.into(),
            event_loop: RefCell::default(),
            result: Value::None.into(),
            exception: RefCell::default(),
            exception_traceback: Value::None.into(),
            waiters: RefCell::default(),
            cancel_message: Value::None.into(),
            cancelled_by: RefCell::default(),
            source: Value::None.into(),
            task: None,
        }
    }
}

impl Default for TaskPart {
    fn default() -> TaskPart {
        TaskPart {
            coroutine: Value::None.into(),
            context: Value::None.into(),
            name: Value::None.into(),
            waits_for: Value::None.into(),
            must_cancel: false.into(),
            cancels: 0.into(),
            log_destroy: true.into(),
            slot: 0.into(),
        }
    }
}

impl TaskPart {
    fn cells(&self) -> [&RefCell<Value>; 4] {
        [&self.coroutine, &self.context, &self.name, &self.waits_for]
    }
}

/// What awaiting a future iterates: yields the future until it is done.
pub struct FutureIter {
    /// Without a future: yields `None` once (`sleep(0)`).
    pub once: Cell<bool>,
    pub future: RefCell<Option<Gc<Future>>>,
}

payload!(FutureIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        if let Some(future) = &*self.future.borrow() {
            visit(future.obj());
        }
    }
});

impl Future {
    fn cells(&self) -> [&RefCell<Value>; 7] {
        [
            &self.event_loop,
            &self.result,
            &self.exception,
            &self.exception_traceback,
            &self.cancel_message,
            &self.cancelled_by,
            &self.source,
        ]
    }

    #[inline]
    pub fn is_pending(&self) -> bool {
        self.state.get() == State::Pending
    }

    pub fn is_task(&self) -> bool {
        self.task.is_some()
    }
}

impl Vm {
    /// A pending future of a loop.
    pub fn new_future(&mut self, event_loop: Value) -> Gc<Future> {
        let class = self.async_types().future.clone();
        self.heap.alloc(
            &class,
            Future {
                event_loop: event_loop.into(),
                ..Future::default()
            },
        )
    }

    /// The future in a value, if it is one and was initialized.
    pub(crate) fn check_future(&mut self, future: &Gc<Future>) -> Result<()> {
        if future.event_loop.borrow().is_unbound() {
            return Err(self.runtime_error("Future object is not initialized."));
        }
        Ok(())
    }

    pub fn set_future_result(&mut self, future: &Gc<Future>, value: Value) -> Result<()> {
        self.check_future(future)?;
        if !future.is_pending() {
            return Err(self.invalid_state("invalid state"));
        }
        drop(future.result.replace(value));
        future.state.set(State::Finished);
        self.schedule_waiters(future)
    }

    pub fn set_future_exception(&mut self, future: &Gc<Future>, exc: Exc) -> Result<()> {
        self.check_future(future)?;
        if !future.is_pending() {
            return Err(self.invalid_state("invalid state"));
        }
        let traceback = exc.0.traceback.borrow().clone();
        drop(future.exception_traceback.replace(traceback));
        drop(future.exception.replace(exc.value()));
        future.state.set(State::Finished);
        future.log_traceback.set(true);
        self.schedule_waiters(future)
    }

    /// The exception in what `set_exception` was given.
    pub(crate) fn exception_for_future(&mut self, given: &Value) -> Result<Exc> {
        let made = match given.downcast::<Type>() {
            Some(class) if class.is_subtype(&self.exc.BaseException) => self.call(given, &[])?,
            _ => given.clone(),
        };
        let Some(exc) = made.downcast::<Exception>().cloned() else {
            return Err(self.type_error("invalid exception object"));
        };
        let exc = Exc(exc);
        if exc.is_a(&self.exc.StopIteration) {
            let error = self.runtime_error(
                "StopIteration interacts badly with generators and cannot be raised into a Future",
            );
            drop(error.0.cause.replace(exc.value()));
            drop(error.0.context.replace(exc.value()));
            error.0.suppress_context.set(true);
            return Ok(error);
        }
        Ok(exc)
    }

    /// `Future.cancel`, which tasks override.
    pub fn cancel_future(&mut self, future: &Gc<Future>, message: Value) -> Result<bool> {
        self.check_future(future)?;
        future.log_traceback.set(false);
        if !future.is_pending() {
            return Ok(false);
        }
        future.state.set(State::Cancelled);
        drop(future.cancel_message.replace(message));
        self.schedule_waiters(future)?;
        Ok(true)
    }

    /// The exception that tells of a future's cancellation.
    pub fn cancelled_error_of(&mut self, future: &Gc<Future>) -> Exc {
        if let Some(exc) = future.cancelled_by.take().downcast::<Exception>() {
            return Exc(exc.clone());
        }
        let message = future.cancel_message.borrow().clone();
        let class = self.exc.CancelledError.clone();
        let args = if message.is_none() {
            vec![]
        } else {
            vec![message]
        };
        self.error_with(&class, args)
    }

    /// `future.result()`
    pub fn future_result(&mut self, future: &Gc<Future>) -> Result<Value> {
        match future.state.get() {
            State::Pending => {
                self.check_future(future)?;
                Err(self.invalid_state("Result is not set."))
            }
            State::Cancelled => Err(self.cancelled_error_of(future)),
            State::Finished => {
                future.log_traceback.set(false);
                match &*future.exception.borrow() {
                    Value::Unbound => return Ok(future.result.borrow().clone()),
                    Value::Obj(exc) => {
                        if let Some(exc) = exc.downcast::<Exception>() {
                            let exc = exc.clone();
                            let traceback = future.exception_traceback.borrow().clone();
                            drop(exc.traceback.replace(traceback));
                            return Err(Exc(exc));
                        }
                    }
                    _ => {}
                }
                Err(self.system_error("a future without an exception"))
            }
        }
    }

    /// `future.exception()`
    pub fn future_exception(&mut self, future: &Gc<Future>) -> Result<Value> {
        match future.state.get() {
            State::Pending => {
                self.check_future(future)?;
                Err(self.invalid_state("Exception is not set."))
            }
            State::Cancelled => Err(self.cancelled_error_of(future)),
            State::Finished => {
                future.log_traceback.set(false);
                Ok(match &*future.exception.borrow() {
                    Value::Unbound => Value::None,
                    exc => exc.clone(),
                })
            }
        }
    }

    pub fn add_waiter(&mut self, future: &Gc<Future>, waiter: Waiter) -> Result<()> {
        if future.is_pending() {
            future.waiters.borrow_mut().push(waiter);
            return Ok(());
        }
        let event_loop = future.event_loop.borrow().clone();
        self.schedule_waiter(&event_loop, waiter, future)
    }

    /// The future is done: everybody who waits goes to the loop's queue.
    fn schedule_waiters(&mut self, future: &Gc<Future>) -> Result<()> {
        let waiters = future.waiters.take();
        if waiters.is_empty() {
            return Ok(());
        }
        let event_loop = future.event_loop.borrow().clone();
        for waiter in waiters {
            self.schedule_waiter(&event_loop, waiter, future)?;
        }
        Ok(())
    }

    fn schedule_waiter(
        &mut self,
        event_loop: &Value,
        waiter: Waiter,
        future: &Gc<Future>,
    ) -> Result<()> {
        if let Some(ours) = event_loop.downcast::<EventLoop>() {
            self.check_open(ours)?;
            ours.ready.borrow_mut().push_back(match waiter {
                Waiter::Task(task) => Ready::Wakeup(task, future.clone()),
                Waiter::Call { callback, context } => Ready::Done {
                    callback,
                    context,
                    future: future.clone(),
                },
            });
            return Ok(());
        }
        let (callback, context) = match waiter {
            Waiter::Task(task) => {
                let context = task.task.as_ref().map(|t| t.context.borrow().clone());
                (self.wakeup_method(&task), context.unwrap_or_default())
            }
            Waiter::Call { callback, context } => (callback, context),
        };
        self.foreign_call_soon(event_loop, &[callback, future.value()], context)
    }

    /// `loop.call_soon(*args, context=context)` of a loop that is not ours.
    pub(crate) fn foreign_call_soon(
        &mut self,
        event_loop: &Value,
        args: &[Value],
        context: Value,
    ) -> Result<()> {
        let types = self.async_types();
        let call_soon = self.get_attr(event_loop, &types.names.call_soon)?;
        if context.is_unbound() || context.is_none() {
            return self.call(&call_soon, args).map(drop);
        }
        let kw = Keywords {
            names: &[types.names.context.value()],
            values: &[context],
        };
        self.call_with(&call_soon, args, kw).map(drop)
    }

    /// The context that a callback is to run in: the one given, or a copy of the current one's... the
    /// current one itself, as nothing changes it meanwhile but those who share it.
    pub(crate) fn callback_context(&mut self, given: &Value) -> Value {
        match given.given_not_none() {
            Some(context) => context.clone(),
            None => self.copy_context().into(),
        }
    }

    /// What the collector or the last reference going asks of a future: to report what nobody asked for.
    pub(crate) fn finalize_future(&mut self, future: &Gc<Future>) {
        let event_loop = future.event_loop.borrow().clone();
        if event_loop.is_unbound() || event_loop.is_none() {
            return;
        }
        if let Some(task) = &future.task
            && future.is_pending()
            && task.log_destroy.get()
        {
            let message = self.new_str("Task was destroyed but it is pending!");
            let items = [("task", future.value()), ("message", message)];
            if let Err(e) = self.report_to_loop(&event_loop, &items) {
                self.unraisable(&e, "", &future.value());
            }
        }
        if future.log_traceback.replace(false) {
            let class = future.ty().name();
            let message = self.new_str(format!("{class} exception was never retrieved"));
            let exception = future.exception.borrow().clone();
            let items = [
                ("message", message),
                ("exception", exception),
                ("future", future.value()),
            ];
            if let Err(e) = self.report_to_loop(&event_loop, &items) {
                self.unraisable(&e, "", &future.value());
            }
        }
    }

    /// The iterator of a future whose class has the `__await__` of `Future`, and of what `sleep(0)`
    /// awaits; `None` for anything else.
    #[inline]
    pub(crate) fn await_future(&mut self, value: &Value) -> Result<Option<Value>> {
        if value.is::<FutureIter>() {
            return Ok(Some(value.clone()));
        }
        let Some(future) = value.downcast::<Future>() else {
            return Ok(None);
        };
        let types = self.async_types();
        if future.ty() != &types.future && future.ty() != &types.task {
            return Ok(None);
        }
        self.check_future(future)?;
        let iter = FutureIter {
            once: false.into(),
            future: Some(future.clone()).into(),
        };
        Ok(Some(self.heap.alloc(&types.future_iter, iter).into()))
    }

    /// One step of awaiting a future: what it yields, or `None` when it is done, with its result in
    /// `delegate_result`.
    pub(crate) fn step_future(&mut self, iter: &Gc<FutureIter>) -> Result<Option<Value>> {
        let Some(future) = iter.future.borrow().clone() else {
            if iter.once.replace(false) {
                return Ok(Some(Value::None));
            }
            self.delegate_result = Value::None;
            return Ok(None);
        };
        if future.is_pending() {
            if !future.blocking.replace(true) {
                return Ok(Some(future.into()));
            }
            return Err(self.runtime_error("await wasn't used with future"));
        }
        drop(iter.future.take());
        self.delegate_result = self.future_result(&future)?;
        Ok(None)
    }
}

/// The context in a value.
pub(crate) fn context_of(value: &Value) -> Option<Gc<Context>> {
    value.downcast::<Context>().cloned()
}
