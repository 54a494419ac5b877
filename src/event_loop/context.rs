//! Contexts and context variables (PEP 567). A context shares its table with its copies until one of
//! them is changed, so that copying one costs the same however many variables it has.

use std::cell::{Cell, RefCell};

use crate::objects::header::{Gc, ObjRef};
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

/// The table of a context. Never changed while more than one context has it.
#[derive(Default)]
pub struct ContextMap {
    pub entries: RefCell<Vec<(Gc<ContextVar>, Value)>>,
}

payload!(ContextMap, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for (var, value) in self.entries.borrow().iter() {
            visit(var.obj());
            visit_value(value, visit);
        }
    }

    fn clear(&self) {
        drop(self.entries.take());
    }
});

pub struct Context {
    pub map: RefCell<Gc<ContextMap>>,
    /// Somebody runs in it.
    pub entered: Cell<bool>,
}

payload!(Context, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.map.borrow().obj());
    }
});

pub struct ContextVar {
    pub name: Value,
    /// `Unbound` without one.
    pub default: Value,
}

payload!(ContextVar, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.name, visit);
        visit_value(&self.default, visit);
    }
});

pub struct Token {
    pub context: Gc<Context>,
    pub var: Gc<ContextVar>,
    /// `Unbound` when the variable had none.
    pub old: Value,
    pub used: Cell<bool>,
}

payload!(Token, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.context.obj());
        visit(self.var.obj());
        visit_value(&self.old, visit);
    }
});

impl Context {
    pub fn get(&self, var: &Gc<ContextVar>) -> Option<Value> {
        let map = self.map.borrow();
        let entries = map.entries.borrow();
        entries.iter().find(|e| e.0 == *var).map(|e| e.1.clone())
    }
}

impl Vm {
    /// The current context.
    pub fn current_context(&mut self) -> Gc<Context> {
        match &self.asyncs.context {
            Some(context) => context.clone(),
            None => {
                let context = self.new_context();
                self.asyncs.context = Some(context.clone());
                context
            }
        }
    }

    /// An empty context.
    pub fn new_context(&mut self) -> Gc<Context> {
        use crate::modules::contextvars::{CONTEXT, CONTEXT_MAP};
        let map_type = self.module_type::<ContextMap>(&CONTEXT_MAP, None);
        let map = self.heap.alloc(&map_type, ContextMap::default());
        let class = self.module_type::<Context>(&CONTEXT, None);
        self.heap.alloc(
            &class,
            Context {
                map: map.into(),
                entered: false.into(),
            },
        )
    }

    /// A copy of a context.
    pub fn copy_of_context(&mut self, context: &Gc<Context>) -> Gc<Context> {
        let map = context.map.borrow().clone();
        self.heap.alloc(
            context.ty(),
            Context {
                map: map.into(),
                entered: false.into(),
            },
        )
    }

    /// A copy of the current context.
    #[inline]
    pub fn copy_context(&mut self) -> Gc<Context> {
        let current = self.current_context();
        self.copy_of_context(&current)
    }

    /// The context's table, for changing it.
    fn own_map(&mut self, context: &Gc<Context>) -> Gc<ContextMap> {
        let map = context.map.borrow().clone();
        // One count is the context's, one is `map`.
        if map.obj().header().count() <= 2 {
            return map;
        }
        let entries = map.entries.borrow().clone();
        let own = self.heap.alloc(
            map.ty(),
            ContextMap {
                entries: entries.into(),
            },
        );
        drop(context.map.replace(own.clone()));
        own
    }

    /// Sets a variable in a context (or deletes it); gives what it had.
    pub fn set_in_context(
        &mut self,
        context: &Gc<Context>,
        var: &Gc<ContextVar>,
        value: Value,
    ) -> Value {
        let map = self.own_map(context);
        let mut entries = map.entries.borrow_mut();
        let at = entries.iter().position(|e| e.0 == *var);
        let old = match (at, value) {
            (Some(at), Value::Unbound) => Some(entries.remove(at)),
            (Some(at), value) => Some((var.clone(), std::mem::replace(&mut entries[at].1, value))),
            (None, Value::Unbound) => None,
            (None, value) => {
                entries.push((var.clone(), value));
                None
            }
        };
        drop(entries);
        old.map(|e| e.1).unwrap_or_default()
    }

    /// Makes a context the current one; gives the one before it, for [`Vm::leave_context`].
    #[inline]
    pub fn enter_context(&mut self, context: &Gc<Context>) -> Result<Option<Gc<Context>>> {
        if context.entered.replace(true) {
            let value = context.value();
            let text = self.repr(&value)?;
            return Err(self.runtime_error(format!(
                "cannot enter context: {} is already entered",
                text.lossy()
            )));
        }
        if self.asyncs.context.is_none() {
            self.current_context().entered.set(true);
        }
        Ok(self.asyncs.context.replace(context.clone()))
    }

    #[inline]
    pub fn leave_context(&mut self, before: Option<Gc<Context>>) {
        let left = std::mem::replace(&mut self.asyncs.context, before);
        if let Some(left) = left {
            left.entered.set(false);
        }
    }

    /// Calls a function in a context.
    pub fn call_in_context(
        &mut self,
        context: &Gc<Context>,
        func: &Value,
        args: &[Value],
        kw: crate::objects::native::Keywords<'_>,
    ) -> Result<Value> {
        let before = self.enter_context(context)?;
        let result = self.call_with(func, args, kw);
        self.leave_context(before);
        result
    }
}
