//! Handles: callbacks that a loop was asked to call, at once or at a time.

use std::cell::{Cell, RefCell};

use crate::objects::exceptions::Exc;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::list::Tuple;
use crate::objects::native::Keywords;
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

use super::context::Context;

pub struct Handle {
    pub callback: RefCell<Value>,
    /// A tuple, or `None` once cancelled.
    pub args: RefCell<Value>,
    pub context: RefCell<Value>,
    pub event_loop: RefCell<Value>,
    pub cancelled: Cell<bool>,
    /// Kept when a loop in debug mode cancels it.
    pub repr: RefCell<Value>,
    pub source: RefCell<Value>,
    /// Of a timer's.
    pub when: RefCell<Value>,
    pub deadline: Cell<f64>,
    pub scheduled: Cell<bool>,
}

payload!(Handle, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for cell in self.cells() {
            visit_value(&cell.borrow(), visit);
        }
    }

    fn clear(&self) {
        let old: Vec<Value> = self
            .cells()
            .iter()
            .map(|c| c.replace(Value::None))
            .collect();
        drop(old);
    }
});

impl Handle {
    pub fn new(callback: Value, args: Value, event_loop: Value, context: Value) -> Handle {
        Handle {
            callback: callback.into(),
            args: args.into(),
            context: context.into(),
            event_loop: event_loop.into(),
            cancelled: false.into(),
            repr: Value::None.into(),
            source: Value::None.into(),
            when: Value::None.into(),
            deadline: 0.0.into(),
            scheduled: false.into(),
        }
    }

    fn cells(&self) -> [&RefCell<Value>; 7] {
        [
            &self.callback,
            &self.args,
            &self.context,
            &self.event_loop,
            &self.repr,
            &self.source,
            &self.when,
        ]
    }
}

impl Vm {
    /// Calls the callback in its context.
    pub(crate) fn call_handle(&mut self, handle: &Gc<Handle>) -> Result<Value> {
        let callback = handle.callback.borrow().clone();
        let args = handle.args.borrow().clone();
        let context = handle.context.borrow().clone();
        let args: &[Value] = match args.downcast::<Tuple>() {
            Some(tuple) => tuple.items(),
            None => &[],
        };
        match context.downcast::<Context>() {
            Some(context) => {
                let context = context.clone();
                self.call_in_context(&context, &callback, args, Keywords::default())
            }
            None => self.call(&callback, args),
        }
    }

    /// `handle._run()`: errors go to the loop's exception handler.
    pub(crate) fn run_handle(&mut self, handle: &Gc<Handle>) -> Result<()> {
        let error = match self.call_handle(handle) {
            Ok(_) => return Ok(()),
            Err(e) if e.is_a(&self.exc.SystemExit) || e.is_a(&self.exc.KeyboardInterrupt) => {
                return Err(e);
            }
            Err(e) => e,
        };
        self.report_failed(handle, error)
    }

    /// Tells the loop's exception handler of a callback that raised.
    #[cold]
    pub(crate) fn report_failed(&mut self, handle: &Gc<Handle>, error: Exc) -> Result<()> {
        let callback = handle.callback.borrow().clone();
        let args = handle.args.borrow().clone();
        let name = self.describe_callback(&callback, &args)?;
        let event_loop = handle.event_loop.borrow().clone();
        let message = self.new_str(format!("Exception in callback {name}"));
        self.report_to_loop(
            &event_loop,
            &[
                ("message", message),
                ("exception", error.value()),
                ("handle", handle.value()),
            ],
        )
    }

    /// `f(1, 2) at file:line`
    fn describe_callback(&mut self, callback: &Value, args: &Value) -> Result<String> {
        let module = self.import_module("asyncio.format_helpers")?;
        let format = self.get_attr_str(&module, "_format_callback_source")?;
        let text = self.call(&format, &[callback.clone(), args.clone()])?;
        Ok(self.str(&text)?.lossy().into_owned())
    }

    /// `loop.call_exception_handler({...})`
    pub(crate) fn report_to_loop(
        &mut self,
        event_loop: &Value,
        items: &[(&str, Value)],
    ) -> Result<()> {
        let dict = self.new_dict();
        for (key, value) in items {
            let key = self.intern(key);
            dict.set_str(&key, value.clone(), &self.heap);
        }
        let name = self.async_types().names.call_exception_handler.clone();
        let handler = self.get_attr(event_loop, &name)?;
        self.call(&handler, &[dict.value()]).map(drop)
    }
}
