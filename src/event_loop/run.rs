//! The loop object: the queue of what is ready, the timers, and running them in asyncio's order.
//!
//! One turn: cancelled timers are swept; when nothing is ready, the host waits for the first
//! deadline; timers that are due join the queue; what was in the queue at that moment is run.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use crate::objects::header::{Gc, ObjRef};
use crate::objects::native::Keywords;
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

use super::context::Context;
use super::future::{Future, context_of};
use super::handle::Handle;
use super::timers::Timers;

/// Something that the loop will run at its turn.
pub enum Ready {
    Handle(Gc<Handle>),
    Step(Gc<Future>),
    StepWith(Gc<Future>, crate::objects::exceptions::Exc),
    /// The first, a task, goes on: the second is done.
    Wakeup(Gc<Future>, Gc<Future>),
    /// A callback of a future that is done.
    Done {
        callback: Value,
        context: Value,
        future: Gc<Future>,
    },
}

#[derive(Default)]
pub struct EventLoop {
    pub ready: RefCell<VecDeque<Ready>>,
    pub timers: RefCell<Timers>,
    pub stopping: Cell<bool>,
    pub closed: Cell<bool>,
    pub running: Cell<bool>,
    pub debug: Cell<bool>,
    pub exception_handler: RefCell<Value>,
    pub task_factory: RefCell<Value>,
    pub current_handle: RefCell<Value>,
    /// Tasks that are not done, each at its slot.
    tasks: RefCell<Vec<Option<Gc<Future>>>>,
    free: RefCell<Vec<usize>>,
}

payload!(EventLoop, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for item in self.ready.borrow().iter() {
            match item {
                Ready::Handle(handle) => visit(handle.obj()),
                Ready::Step(task) => visit(task.obj()),
                Ready::StepWith(task, error) => {
                    visit(task.obj());
                    visit(error.0.obj());
                }
                Ready::Wakeup(task, future) => {
                    visit(task.obj());
                    visit(future.obj());
                }
                Ready::Done {
                    callback,
                    context,
                    future,
                } => {
                    visit_value(callback, visit);
                    visit_value(context, visit);
                    visit(future.obj());
                }
            }
        }
        self.timers.borrow().iter().for_each(|h| visit(h.obj()));
        for cell in [
            &self.exception_handler,
            &self.task_factory,
            &self.current_handle,
        ] {
            visit_value(&cell.borrow(), visit);
        }
        for task in self.tasks.borrow().iter().flatten() {
            visit(task.obj());
        }
    }

    fn clear(&self) {
        let rest = [
            self.exception_handler.replace(Value::None),
            self.task_factory.replace(Value::None),
            self.current_handle.replace(Value::None),
        ];
        let timers = self.timers.borrow_mut().take_all();
        drop((self.ready.take(), timers, self.tasks.take(), rest));
    }
});

impl EventLoop {
    pub fn add_task(&self, task: &Gc<Future>) {
        let Some(part) = &task.task else { return };
        if part.slot.get() != 0 {
            return;
        }
        let mut tasks = self.tasks.borrow_mut();
        let slot = match self.free.borrow_mut().pop() {
            Some(slot) => {
                tasks[slot] = Some(task.clone());
                slot
            }
            None => {
                tasks.push(Some(task.clone()));
                tasks.len() - 1
            }
        };
        part.slot.set(slot + 1);
    }

    pub fn remove_task(&self, task: &Gc<Future>) {
        let slot = match &task.task {
            Some(part) => part.slot.replace(0),
            None => 0,
        };
        if slot == 0 {
            return;
        }
        let gone = self
            .tasks
            .borrow_mut()
            .get_mut(slot - 1)
            .and_then(Option::take);
        if gone.is_some() {
            self.free.borrow_mut().push(slot - 1);
        }
        drop(gone);
    }

    /// The tasks that are not done.
    pub fn all_tasks(&self) -> Vec<Gc<Future>> {
        self.tasks.borrow().iter().flatten().cloned().collect()
    }

    /// Lets go of everything that waits.
    pub fn drop_all(&self) {
        let timers = self.timers.borrow_mut().take_all();
        let ready = self.ready.take();
        drop((timers, ready));
    }
}

/// Longest time that a turn waits, in seconds.
const MAX_WAIT: f64 = 24.0 * 3600.0;
const CLOCK_RESOLUTION: f64 = 1e-9;

impl Vm {
    #[inline]
    pub(crate) fn check_open(&mut self, event_loop: &EventLoop) -> Result<()> {
        if event_loop.closed.get() {
            return Err(self.runtime_error("Event loop is closed"));
        }
        Ok(())
    }

    /// `run_forever` without its preparations: turns until the loop is told to stop.
    pub fn run_event_loop(&mut self, event_loop: &Gc<EventLoop>) -> Result<()> {
        loop {
            self.turn(event_loop)?;
            if event_loop.stopping.get() {
                return Ok(());
            }
        }
    }

    /// One turn of the loop.
    pub fn turn(&mut self, event_loop: &Gc<EventLoop>) -> Result<()> {
        if !event_loop.timers.borrow().is_empty() {
            let gone = event_loop.timers.borrow_mut().sweep();
            for handle in &gone {
                handle.scheduled.set(false);
            }
            drop(gone);
        }
        if event_loop.ready.borrow().is_empty() && !event_loop.stopping.get() {
            self.wait_for_work(event_loop)?;
        }
        if !event_loop.timers.borrow().is_empty() {
            self.take_due_timers(event_loop);
        }
        let count = event_loop.ready.borrow().len();
        for _ in 0..count {
            let Some(item) = event_loop.ready.borrow_mut().pop_front() else {
                break;
            };
            self.run_ready(event_loop, item)?;
            self.run_attention()?;
        }
        Ok(())
    }

    /// Waits for the first deadline, or for the host.
    fn wait_for_work(&mut self, event_loop: &Gc<EventLoop>) -> Result<()> {
        let deadline = event_loop.timers.borrow().first().map(|h| h.deadline.get());
        let time = match deadline {
            Some(deadline) => {
                let time = (deadline - self.monotonic()).clamp(0.0, MAX_WAIT);
                if time <= 0.0 {
                    return Ok(());
                }
                Some(Duration::from_secs_f64(time))
            }
            None if self.nothing_will_happen() => return self.deadlock(event_loop),
            None => None,
        };
        self.wait_host(time);
        self.run_attention()?;
        self.take_host_events(event_loop)
    }

    fn nothing_will_happen(&self) -> bool {
        self.asyncs.host.operations == 0
    }

    /// What other threads have put up for the loop.
    fn take_host_events(&mut self, _event_loop: &Gc<EventLoop>) -> Result<()> {
        Ok(())
    }

    /// Nothing is ready, no timer runs, the host does nothing, and yet the loop is to go on.
    #[cold]
    fn deadlock(&mut self, event_loop: &Gc<EventLoop>) -> Result<()> {
        let module = self.import_module("asyncio._deadlock")?;
        let report = self.get_attr_str(&module, "report")?;
        self.call(&report, &[event_loop.value()]).map(drop)
    }

    fn take_due_timers(&mut self, event_loop: &Gc<EventLoop>) {
        let end = self.monotonic() + CLOCK_RESOLUTION;
        loop {
            let mut timers = event_loop.timers.borrow_mut();
            match timers.first() {
                Some(handle) if handle.deadline.get() < end => {}
                _ => return,
            }
            if let Some(handle) = timers.pop() {
                handle.scheduled.set(false);
                if handle.cancelled.get() {
                    timers.cancelled = timers.cancelled.saturating_sub(1);
                }
                event_loop
                    .ready
                    .borrow_mut()
                    .push_back(Ready::Handle(handle));
            }
        }
    }

    fn run_ready(&mut self, event_loop: &Gc<EventLoop>, item: Ready) -> Result<()> {
        match item {
            Ready::Handle(handle) => {
                if handle.cancelled.get() {
                    return Ok(());
                }
                if event_loop.debug.get() {
                    drop(event_loop.current_handle.replace(handle.value()));
                    let result = self.run_handle_timed(event_loop, &handle);
                    drop(event_loop.current_handle.replace(Value::None));
                    return result;
                }
                self.run_handle(&handle)
            }
            Ready::Step(task) => self.in_context_of(&task, |vm, task| vm.step_task(task, None)),
            Ready::StepWith(task, error) => {
                self.in_context_of(&task, |vm, task| vm.step_task(task, Some(error)))
            }
            Ready::Wakeup(task, future) => {
                self.in_context_of(&task, |vm, task| vm.wake_task(task, &future.value()))
            }
            Ready::Done {
                callback,
                context,
                future,
            } => {
                let future = future.value();
                let result = match context_of(&context) {
                    Some(context) => self.call_in_context(
                        &context,
                        &callback,
                        std::slice::from_ref(&future),
                        Keywords::default(),
                    ),
                    None => self.call(&callback, std::slice::from_ref(&future)),
                };
                match result {
                    Ok(_) => Ok(()),
                    Err(error) => self.callback_failed(event_loop, error, callback, vec![future]),
                }
            }
        }
    }

    /// In debug mode, callbacks that take long are told of.
    fn run_handle_timed(&mut self, event_loop: &Gc<EventLoop>, handle: &Gc<Handle>) -> Result<()> {
        let start = self.monotonic();
        self.run_handle(handle)?;
        let taken = self.monotonic() - start;
        let name = self.intern("slow_callback_duration");
        let limit = self
            .get_attr_opt(&event_loop.value(), &name)?
            .and_then(|v| self.as_float(&v));
        if limit.is_some_and(|limit| taken >= limit) {
            let module = self.import_module("asyncio._reports")?;
            let warn = self.get_attr_str(&module, "slow_callback")?;
            self.call(&warn, &[handle.value(), Value::Float(taken)])?;
        }
        Ok(())
    }

    #[inline]
    fn in_context_of(
        &mut self,
        task: &Gc<Future>,
        run: impl FnOnce(&mut Vm, &Gc<Future>) -> Result<()>,
    ) -> Result<()> {
        let context: Option<Gc<Context>> = match &task.task {
            Some(part) => context_of(&part.context.borrow()),
            None => None,
        };
        let result = match context {
            Some(context) => match self.enter_context(&context) {
                Ok(before) => {
                    let result = run(self, task);
                    self.leave_context(before);
                    result
                }
                Err(e) => Err(e),
            },
            None => run(self, task),
        };
        match result {
            Ok(()) => Ok(()),
            Err(error) => {
                let event_loop = task.event_loop.borrow().clone();
                let step = self.step_method(task);
                match event_loop.downcast::<EventLoop>() {
                    Some(ours) => {
                        let ours = ours.clone();
                        self.callback_failed(&ours, error, step, vec![])
                    }
                    None => Err(error),
                }
            }
        }
    }

    /// A callback raised: that goes to the exception handler.
    #[cold]
    fn callback_failed(
        &mut self,
        event_loop: &Gc<EventLoop>,
        error: crate::objects::exceptions::Exc,
        callback: Value,
        args: Vec<Value>,
    ) -> Result<()> {
        if error.is_a(&self.exc.SystemExit) || error.is_a(&self.exc.KeyboardInterrupt) {
            return Err(error);
        }
        let args = self.new_tuple(args).value();
        let class = self.async_types().handle.clone();
        let handle = self.heap.alloc(
            &class,
            Handle::new(callback, args, event_loop.value(), Value::None),
        );
        self.report_failed(&handle, error)
    }

    /// Does what the attention word asks for between callbacks.
    #[inline]
    pub(crate) fn run_attention(&mut self) -> Result<()> {
        if self.attention.load(std::sync::atomic::Ordering::Relaxed) != 0 {
            return self.attend();
        }
        Ok(())
    }
}
