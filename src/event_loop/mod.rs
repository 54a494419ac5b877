//! The event loop of an isolate: futures, tasks, handles, timers, contexts.
//!
//! - `future.rs`: the payload of futures and tasks and their state machine; `task.rs`: the step of a
//!   task; `handle.rs`: callbacks that were asked for; `timers.rs`: the heap of deadlines.
//! - `run.rs`: the loop itself: one FIFO queue whose order is asyncio's. `driver.rs`: how it waits when
//!   nothing is ready; the only file that knows of clocks and sleeping.
//! - `signals.rs`: signals of the operating system; `main_line.rs`: `await` at the top level.
//! - `context.rs`: context variables and the current context.
//!
//! What scripts see of all this is in `modules/asyncio` and `modules/contextvars.rs`.

pub mod context;
pub mod driver;
pub mod future;
pub mod handle;
pub mod isolate;
mod main_line;
pub mod run;
pub mod signals;
pub mod task;
pub mod timers;

use std::rc::Rc;

use crate::objects::header::Gc;
use crate::objects::str::Str;
use crate::objects::typeobj::Type;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

use context::Context;
use future::Future;

/// What an isolate knows of its event loops.
#[derive(Default)]
pub struct AsyncState {
    /// The current context; none before anybody asked for one.
    pub(crate) context: Option<Gc<Context>>,
    /// The loop that runs, or unbound.
    pub(crate) running: Value,
    /// The task that runs in each loop.
    pub(crate) current: Vec<(Value, Value)>,
    /// Tasks of loops that are not ours, and tasks that were registered by hand.
    pub(crate) registered: Vec<Value>,
    pub(crate) eager: Vec<Value>,
    pub(crate) types: Option<Rc<AsyncTypes>>,
    /// For the names of tasks.
    pub(crate) tasks_made: u64,
    /// The runner of top-level `await`s, or unbound.
    pub(crate) main_runner: Value,
    pub(crate) signals: signals::Signals,
    pub(crate) host: driver::Host,
}

/// The types of the event loop, made when the first is needed.
pub struct AsyncTypes {
    pub future: Gc<Type>,
    pub task: Gc<Type>,
    pub future_iter: Gc<Type>,
    pub handle: Gc<Type>,
    pub timer_handle: Gc<Type>,
    pub event_loop: Gc<Type>,
    pub invalid_state: Gc<Type>,
    pub names: AsyncNames,
}

/// Names that the event loop looks up.
pub struct AsyncNames {
    pub blocking: Gc<Str>,
    pub call_soon: Gc<Str>,
    pub call_exception_handler: Gc<Str>,
    pub add_done_callback: Gc<Str>,
    pub cancel: Gc<Str>,
    pub get_loop: Gc<Str>,
    pub loop_: Gc<Str>,
    pub context: Gc<Str>,
    pub msg: Gc<Str>,
    pub get_debug: Gc<Str>,
}

impl Vm {
    /// The types of the event loop.
    #[inline]
    pub fn async_types(&mut self) -> Rc<AsyncTypes> {
        match &self.asyncs.types {
            Some(types) => types.clone(),
            None => self.make_async_types(),
        }
    }

    #[cold]
    fn make_async_types(&mut self) -> Rc<AsyncTypes> {
        use crate::modules::asyncio as rows;
        let future = self.module_type::<Future>(&rows::future::FUTURE, None);
        let task = self.module_type::<Future>(&rows::task::TASK, Some(&future));
        let handle = self.module_type::<handle::Handle>(&rows::handle::HANDLE, None);
        let base = self.exc.Exception.clone();
        let types = Rc::new(AsyncTypes {
            future_iter: self.module_type::<future::FutureIter>(&rows::future::FUTURE_ITER, None),
            timer_handle: self
                .module_type::<handle::Handle>(&rows::handle::TIMER_HANDLE, Some(&handle)),
            event_loop: self.module_type::<run::EventLoop>(&rows::event_loop::EVENT_LOOP, None),
            invalid_state: self.exception_class(
                "InvalidStateError",
                "asyncio.exceptions",
                "The operation is not allowed in this state.",
                &base,
            ),
            names: AsyncNames {
                blocking: self.intern("_asyncio_future_blocking"),
                call_soon: self.intern("call_soon"),
                call_exception_handler: self.intern("call_exception_handler"),
                add_done_callback: self.intern("add_done_callback"),
                cancel: self.intern("cancel"),
                get_loop: self.intern("get_loop"),
                loop_: self.intern("_loop"),
                context: self.intern("context"),
                msg: self.intern("msg"),
                get_debug: self.intern("get_debug"),
            },
            future,
            task,
            handle,
        });
        self.asyncs.types = Some(types.clone());
        types
    }

    /// A class of exceptions as a script would define it.
    pub(crate) fn exception_class(
        &mut self,
        name: &str,
        module: &str,
        doc: &str,
        base: &Gc<Type>,
    ) -> Gc<Type> {
        let namespace = self.new_dict();
        for (key, value) in [
            ("__module__", module),
            ("__qualname__", name),
            ("__doc__", doc),
        ] {
            let (key, value) = (self.intern(key), self.new_str(value));
            namespace.set_str(&key, value, &self.heap);
        }
        let meta = self.types.type_.value();
        let bases = self.new_tuple(vec![base.value()]).value();
        let name = self.new_str(name);
        match self.call(&meta, &[name, bases, namespace.value()]) {
            Ok(Value::Obj(class)) if class.is::<Type>() => match class.downcast::<Type>() {
                Some(class) => class.clone(),
                None => base.clone(),
            },
            _ => base.clone(),
        }
    }

    /// `InvalidStateError(message)`
    #[cold]
    pub(crate) fn invalid_state(
        &mut self,
        message: impl Into<Str>,
    ) -> crate::objects::exceptions::Exc {
        let class = self.async_types().invalid_state.clone();
        self.error(&class, message)
    }

    /// The loop that runs now.
    pub fn running_loop(&mut self) -> Result<Value> {
        match &self.asyncs.running {
            Value::Unbound => Err(self.runtime_error("no running event loop")),
            running => Ok(running.clone()),
        }
    }

    /// The running loop, or what the policy gives: what `loop=None` means.
    pub(crate) fn default_loop(&mut self) -> Result<Value> {
        if !self.asyncs.running.is_unbound() {
            return Ok(self.asyncs.running.clone());
        }
        let events = self.import_module("asyncio.events")?;
        let get = self.get_attr_str(&events, "get_event_loop")?;
        self.call(&get, &[])
    }

    /// Lets go of everything, at the isolate's end.
    pub fn forget_event_loops(&mut self) {
        let state = std::mem::take(&mut self.asyncs);
        drop(state);
    }
}
