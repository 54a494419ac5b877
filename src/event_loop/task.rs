//! The step of a task: running its coroutine to where it waits next, and what becomes of that.
//!
//! Who touches what: only `step` resumes the coroutine; `waits_for` is set when a step ends in a
//! future and emptied when the next one begins; `must_cancel` asks the next step to throw.

use std::rc::Rc;

use crate::objects::exceptions::Exc;
use crate::objects::generator::{GenKind, Generator};
use crate::objects::header::Gc;
use crate::objects::names::Slot;
use crate::objects::native::Keywords;
use crate::objects::value::Value;
use crate::vm::ops::suspend::{Resume, stop_value};
use crate::vm::run::Exit;
use crate::vm::{Result, Vm};

use super::AsyncTypes;
use super::context::Context;
use super::future::{Future, TaskPart, Waiter};
use super::run::{EventLoop, Ready};

/// How a step of the coroutine ended.
enum Stepped {
    Yielded(Value),
    Returned(Value),
    Raised(Exc),
}

impl Vm {
    /// A task of one of our loops, ready to be stepped.
    pub fn new_task(
        &mut self,
        event_loop: &Gc<EventLoop>,
        coroutine: Value,
        name: Value,
        context: Gc<Context>,
    ) -> Result<Gc<Future>> {
        let class = self.async_types().task.clone();
        let task = self.heap.alloc(
            &class,
            Future {
                event_loop: event_loop.value().into(),
                task: Some(Box::new(TaskPart {
                    coroutine: coroutine.into(),
                    context: context.value().into(),
                    name: name.into(),
                    ..TaskPart::default()
                })),
                ..Future::default()
            },
        );
        self.name_task(&task);
        self.check_open(event_loop)?;
        event_loop
            .ready
            .borrow_mut()
            .push_back(Ready::Step(task.clone()));
        event_loop.add_task(&task);
        Ok(task)
    }

    /// Gives a task without a name its number.
    pub(crate) fn name_task(&mut self, task: &Gc<Future>) {
        if let Some(part) = &task.task
            && part.name.borrow().is_none()
        {
            self.asyncs.tasks_made += 1;
            let number = self.asyncs.tasks_made as i64;
            drop(part.name.replace(Value::Int(number)));
        }
    }

    /// Puts a task's next step into its loop's queue.
    pub(crate) fn schedule_step(&mut self, task: &Gc<Future>, error: Option<Exc>) -> Result<()> {
        let event_loop = task.event_loop.borrow().clone();
        if let Some(ours) = event_loop.downcast::<EventLoop>() {
            self.check_open(ours)?;
            ours.ready.borrow_mut().push_back(match error {
                None => Ready::Step(task.clone()),
                Some(error) => Ready::StepWith(task.clone(), error),
            });
            return Ok(());
        }
        let step = self.step_method(task);
        let context = task.task.as_ref().map(|t| t.context.borrow().clone());
        let mut args = vec![step];
        args.extend(error.map(|e| e.value()));
        self.foreign_call_soon(&event_loop, &args, context.unwrap_or_default())
    }

    /// A future that the task waited for is done.
    pub(crate) fn wake_task(&mut self, task: &Gc<Future>, future: &Value) -> Result<()> {
        let error = match future.downcast::<Future>() {
            Some(future) => {
                let future = future.clone();
                self.future_result(&future).err()
            }
            None => {
                let result = self.get_attr_str(future, "result")?;
                self.call(&result, &[]).err()
            }
        };
        self.step_task(task, error)
    }

    /// One step, as the current task of its loop.
    pub(crate) fn step_task(&mut self, task: &Gc<Future>, error: Option<Exc>) -> Result<()> {
        let event_loop = task.event_loop.borrow().clone();
        self.enter_task(&event_loop, task.value())?;
        let result = self.step(task, error);
        self.leave_task(&event_loop, &task.value())?;
        result
    }

    /// Makes a task the loop's current one.
    #[inline]
    pub fn enter_task(&mut self, event_loop: &Value, task: Value) -> Result<()> {
        let found = self
            .asyncs
            .current
            .iter()
            .find(|(l, _)| l.is_same(event_loop))
            .map(|(_, running)| running.clone());
        if let Some(running) = found {
            let (new, running) = (self.repr(&task)?, self.repr(&running)?);
            return Err(self.runtime_error(format!(
                "Cannot enter into task {} while another task {} is being executed.",
                new.lossy(),
                running.lossy()
            )));
        }
        self.asyncs.current.push((event_loop.clone(), task));
        Ok(())
    }

    #[inline]
    pub fn leave_task(&mut self, event_loop: &Value, task: &Value) -> Result<()> {
        let at = self
            .asyncs
            .current
            .iter()
            .position(|(l, _)| l.is_same(event_loop));
        match at {
            Some(at) if self.asyncs.current[at].1.is_same(task) => {
                let left = self.asyncs.current.swap_remove(at);
                drop(left);
                Ok(())
            }
            at => {
                let running = at.map_or(Value::None, |at| self.asyncs.current[at].1.clone());
                let (task, running) = (self.repr(task)?, self.repr(&running)?);
                Err(self.runtime_error(format!(
                    "Invalid attempt to leave task {} while task {} is entered.",
                    task.lossy(),
                    running.lossy()
                )))
            }
        }
    }

    /// Puts another task (or `None`) into the place of the current one, which is given back.
    pub fn swap_current_task(&mut self, event_loop: &Value, task: Value) -> Value {
        let at = self
            .asyncs
            .current
            .iter()
            .position(|(l, _)| l.is_same(event_loop));
        match (at, task.is_none()) {
            (Some(at), true) => self.asyncs.current.swap_remove(at).1,
            (Some(at), false) => std::mem::replace(&mut self.asyncs.current[at].1, task),
            (None, true) => Value::None,
            (None, false) => {
                self.asyncs.current.push((event_loop.clone(), task));
                Value::None
            }
        }
    }

    fn step(&mut self, task: &Gc<Future>, error: Option<Exc>) -> Result<()> {
        let Some(part) = &task.task else {
            return Err(self.system_error("step of a future that is no task"));
        };
        let mut error = error;
        if !task.is_pending() {
            let text = self.repr(&task.value())?;
            let with = match error {
                Some(e) => self.repr(&e.value())?.lossy().into_owned(),
                None => "None".to_string(),
            };
            return Err(
                self.invalid_state(format!("__step(): already done: {} {with}", text.lossy()))
            );
        }
        if part.must_cancel.get() {
            let cancelled = self.exc.CancelledError.clone();
            if !error.as_ref().is_some_and(|e| e.is_a(&cancelled)) {
                error = Some(self.cancelled_error_of(task));
            }
            part.must_cancel.set(false);
        }
        if !part.waits_for.borrow().is_none() {
            drop(part.waits_for.replace(Value::None));
        }
        match self.step_coroutine(part, error) {
            Stepped::Yielded(value) => self.task_yielded(task, part, value),
            Stepped::Returned(value) => {
                self.forget_task(task);
                if part.must_cancel.replace(false) {
                    let message = task.cancel_message.borrow().clone();
                    return self.cancel_future(task, message).map(drop);
                }
                self.set_future_result(task, value)
            }
            Stepped::Raised(error) => self.task_raised(task, error),
        }
    }

    fn step_coroutine(&mut self, part: &TaskPart, error: Option<Exc>) -> Stepped {
        let coroutine = part.coroutine.borrow().clone();
        if let Some(generator) = coroutine.downcast::<Generator>()
            && generator.kind != GenKind::AsyncGenerator
        {
            if let Some(error) = error {
                let generator = generator.clone();
                return match self.generator_throw(&generator, error) {
                    Ok(value) => Stepped::Yielded(value),
                    Err(e) if e.is_a(&self.exc.StopIteration) => Stepped::Returned(stop_value(&e)),
                    Err(e) => Stepped::Raised(e),
                };
            }
            return match self.resume(generator, Resume::Send(Value::None)) {
                Ok(Exit::Yield(value)) => Stepped::Yielded(value),
                Ok(Exit::Return(value)) => Stepped::Returned(value),
                Err(e) => Stepped::Raised(e),
            };
        }
        let result = match error {
            Some(error) => self.call_method(&coroutine, "throw", &[error.value()]),
            None => match self.type_of(&coroutine).slot(Slot::Next) {
                Some(next) => self.call_special(&next, &coroutine, &[]),
                None => self.call_method(&coroutine, "send", &[Value::None]),
            },
        };
        match result {
            Ok(value) => Stepped::Yielded(value),
            Err(e) if e.is_a(&self.exc.StopIteration) => Stepped::Returned(stop_value(&e)),
            Err(e) => Stepped::Raised(e),
        }
    }

    /// The coroutine raised: the task is done.
    fn task_raised(&mut self, task: &Gc<Future>, error: Exc) -> Result<()> {
        self.forget_task(task);
        if error.is_a(&self.exc.CancelledError) {
            drop(task.cancelled_by.replace(error.value()));
            let message = task.cancel_message.borrow().clone();
            return self.cancel_future(task, message).map(drop);
        }
        let fatal = error.is_a(&self.exc.SystemExit) || error.is_a(&self.exc.KeyboardInterrupt);
        self.set_future_exception(task, error.clone())?;
        if fatal { Err(error) } else { Ok(()) }
    }

    /// The coroutine waits for something.
    fn task_yielded(&mut self, task: &Gc<Future>, part: &TaskPart, value: Value) -> Result<()> {
        if value.is_none() {
            return self.schedule_step(task, None);
        }
        let types = self.async_types();
        if value.is_same(&task.value()) {
            return self.bad_yield(task, "Task cannot await on itself: ", &value, false);
        }
        if let Some(future) = value.downcast::<Future>()
            && (future.ty() == &types.future || future.ty() == &types.task)
        {
            let future = future.clone();
            if !future.blocking.replace(false) {
                return self.bad_yield(
                    task,
                    "yield was used instead of yield from in task ",
                    &value,
                    true,
                );
            }
            if !future
                .event_loop
                .borrow()
                .is_same(&task.event_loop.borrow())
            {
                return self.different_loop(task, &value);
            }
            self.add_waiter(&future, Waiter::Task(task.clone()))?;
            drop(part.waits_for.replace(value));
            if part.must_cancel.get() {
                let message = task.cancel_message.borrow().clone();
                let cancelled = if future.is_task() {
                    self.cancel_task(&future, message)?
                } else {
                    self.cancel_future(&future, message)?
                };
                if cancelled {
                    part.must_cancel.set(false);
                }
            }
            return Ok(());
        }
        self.task_yielded_other(task, part, value, &types)
    }

    /// The coroutine yielded something that may be a future of the script's own making.
    fn task_yielded_other(
        &mut self,
        task: &Gc<Future>,
        part: &TaskPart,
        value: Value,
        types: &Rc<AsyncTypes>,
    ) -> Result<()> {
        let blocking = match self.get_attr_opt(&value, &types.names.blocking)? {
            Some(Value::None) | None => {
                if value
                    .downcast::<Generator>()
                    .is_some_and(|g| g.kind == GenKind::Generator)
                {
                    let (task_text, text) = (self.repr(&task.value())?, self.repr(&value)?);
                    let error = self.runtime_error(format!(
                        "yield was used instead of yield from for generator in task {} with {}",
                        task_text.lossy(),
                        text.lossy()
                    ));
                    return self.schedule_step(task, Some(error));
                }
                return self.bad_yield(task, "Task got bad yield: ", &value, false);
            }
            Some(blocking) => self.truth(&blocking)?,
        };
        let its_loop = self.loop_of_future(&value)?;
        if !its_loop.is_same(&task.event_loop.borrow()) {
            return self.different_loop(task, &value);
        }
        if !blocking {
            return self.bad_yield(
                task,
                "yield was used instead of yield from in task ",
                &value,
                true,
            );
        }
        self.set_attr(&value, &types.names.blocking, &Value::FALSE)?;
        let add = self.get_attr(&value, &types.names.add_done_callback)?;
        let wakeup = self.wakeup_method(task);
        let context = part.context.borrow().clone();
        let kw = Keywords {
            names: &[types.names.context.value()],
            values: &[context],
        };
        self.call_with(&add, &[wakeup], kw)?;
        drop(part.waits_for.replace(value.clone()));
        if part.must_cancel.get() {
            let message = task.cancel_message.borrow().clone();
            if self.cancel_any(&value, message)? {
                part.must_cancel.set(false);
            }
        }
        Ok(())
    }

    /// The loop of anything like a future.
    pub(crate) fn loop_of_future(&mut self, future: &Value) -> Result<Value> {
        if let Some(future) = future.downcast::<Future>() {
            return Ok(future.event_loop.borrow().clone());
        }
        let types = self.async_types();
        match self.get_attr_opt(future, &types.names.get_loop)? {
            Some(get_loop) => self.call(&get_loop, &[]),
            None => self.get_attr(future, &types.names.loop_),
        }
    }

    fn different_loop(&mut self, task: &Gc<Future>, future: &Value) -> Result<()> {
        let (task_text, text) = (self.repr(&task.value())?, self.repr(future)?);
        let error = self.runtime_error(format!(
            "Task {} got Future {} attached to a different loop",
            task_text.lossy(),
            text.lossy()
        ));
        self.schedule_step(task, Some(error))
    }

    /// The coroutine yielded what it must not: that is raised in it.
    fn bad_yield(
        &mut self,
        task: &Gc<Future>,
        what: &str,
        value: &Value,
        names_task: bool,
    ) -> Result<()> {
        let text = self.repr(value)?;
        let message = if names_task {
            let task_text = self.repr(&task.value())?;
            format!("{what}{} with {}", task_text.lossy(), text.lossy())
        } else {
            format!("{what}{}", text.lossy())
        };
        let error = self.runtime_error(message);
        self.schedule_step(task, Some(error))
    }

    // ---- cancelling --------------------------------------------------------------------------

    /// `task.cancel(msg)`
    pub fn cancel_task(&mut self, task: &Gc<Future>, message: Value) -> Result<bool> {
        task.log_traceback.set(false);
        let Some(part) = &task.task else {
            return self.cancel_future(task, message);
        };
        if !task.is_pending() {
            return Ok(false);
        }
        part.cancels.set(part.cancels.get() + 1);
        let waits_for = part.waits_for.borrow().clone();
        if !waits_for.is_none() && self.cancel_any(&waits_for, message.clone())? {
            return Ok(true);
        }
        part.must_cancel.set(true);
        drop(task.cancel_message.replace(message));
        Ok(true)
    }

    /// `anything.cancel(msg=message)`
    pub(crate) fn cancel_any(&mut self, value: &Value, message: Value) -> Result<bool> {
        let types = self.async_types();
        if let Some(future) = value.downcast::<Future>() {
            let future = future.clone();
            if future.ty() == &types.future {
                return self.cancel_future(&future, message);
            }
            if future.ty() == &types.task {
                return self.cancel_task(&future, message);
            }
        }
        let cancel = self.get_attr(value, &types.names.cancel)?;
        let kw = Keywords {
            names: &[types.names.msg.value()],
            values: &[message],
        };
        let result = self.call_with(&cancel, &[], kw)?;
        self.truth(&result)
    }

    // ---- all tasks ---------------------------------------------------------------------------

    /// Enters a task among its loop's.
    pub(crate) fn register_task(&mut self, task: &Gc<Future>) {
        let event_loop = task.event_loop.borrow().clone();
        match event_loop.downcast::<EventLoop>() {
            Some(ours) => ours.add_task(task),
            None => self.asyncs.registered.push(task.value()),
        }
    }

    /// The task is done: it is no longer among its loop's.
    pub(crate) fn forget_task(&mut self, task: &Gc<Future>) {
        let event_loop = task.event_loop.borrow().clone();
        match event_loop.downcast::<EventLoop>() {
            Some(ours) => ours.remove_task(task),
            None => {
                let value = task.value();
                self.asyncs.registered.retain(|t| !t.is_same(&value));
            }
        }
    }
}
