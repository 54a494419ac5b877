//! Globals, builtins, local namespaces, free variables.
#![allow(unsafe_code)]

use crate::bytecode::operand::{NameId, Reg, Site};
use crate::objects::dict::Dict;
use crate::objects::exceptions::Exc;
use crate::objects::function::Cache;
use crate::objects::header::Gc;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::frame::Frame;
use crate::vm::{Result, Vm};

// SAFETY of the raw frames here: each is the running frame, whose function and linked code are alive.
impl Vm {
    /// The cache of a site.
    #[inline]
    #[allow(clippy::mut_from_ref)]
    pub(crate) unsafe fn site<'a>(frame: *mut Frame, site: Site) -> &'a mut Cache {
        unsafe { &mut *(&(*(*frame).linked).sites)[site.0 as usize].get() }
    }

    /// The name of a site.
    #[inline]
    pub(crate) unsafe fn site_name<'a>(frame: *mut Frame, site: Site) -> &'a Gc<Str> {
        unsafe {
            let id = (&(&(*(*frame).code).code).sites)[site.0 as usize];
            &(&(*(*frame).linked).names)[id.0 as usize]
        }
    }

    #[inline]
    pub(crate) unsafe fn name_of<'a>(frame: *mut Frame, name: NameId) -> &'a Gc<Str> {
        unsafe { &(&(*(*frame).linked).names)[name.0 as usize] }
    }

    #[inline]
    pub(crate) unsafe fn load_global_cached(&self, frame: *mut Frame, site: Site) -> Option<Value> {
        unsafe {
            let func = &*(*frame).func;
            match Vm::site(frame, site) {
                Cache::Global { version, index } if func.globals.version() == *version => {
                    func.globals.value_at(*index as usize).cloned()
                }
                Cache::Builtin {
                    globals,
                    version,
                    index,
                } if func.globals.version() == *globals && func.builtins.version() == *version => {
                    func.builtins.value_at(*index as usize).cloned()
                }
                _ => None,
            }
        }
    }

    #[cold]
    pub(crate) unsafe fn load_global(&mut self, frame: *mut Frame, site: Site) -> Result<Value> {
        unsafe {
            let func = &*(*frame).func;
            let name = Vm::site_name(frame, site);
            if let Some(index) = func.globals.find_str(name) {
                *Vm::site(frame, site) = Cache::Global {
                    version: func.globals.version(),
                    index: index as u32,
                };
                return Ok(func.globals.value_at(index).cloned().unwrap_or_default());
            }
            if let Some(index) = func.builtins.find_str(name) {
                *Vm::site(frame, site) = Cache::Builtin {
                    globals: func.globals.version(),
                    version: func.builtins.version(),
                    index: index as u32,
                };
                return Ok(func.builtins.value_at(index).cloned().unwrap_or_default());
            }
            let globals = func.globals.clone();
            match self.async_name(&globals, name)? {
                Some(value) => Ok(value),
                None => Err(self.name_error(name)),
            }
        }
    }

    /// The async names that `.apy` files see after the builtins.
    #[cold]
    fn async_name(&mut self, globals: &Gc<Dict>, name: &Gc<Str>) -> Result<Option<Value>> {
        if !self.apy_globals.contains(&globals.addr()) {
            return Ok(None);
        }
        let text = name.lossy().into_owned();
        let module = match text.as_str() {
            "ContextVar" | "copy_context" => "contextvars",
            _ if ASYNC_NAMES.contains(&text.as_str()) => "asyncio",
            _ => return Ok(None),
        };
        let module = self.import_module(module)?;
        self.get_attr(&module, name).map(Some)
    }

    pub(crate) unsafe fn store_global(&mut self, frame: *mut Frame, name: NameId, value: Value) {
        unsafe {
            (*(*frame).func)
                .globals
                .set_str(Vm::name_of(frame, name), value, &self.heap)
        }
    }

    pub(crate) unsafe fn del_global(&mut self, frame: *mut Frame, name: NameId) -> Result<()> {
        unsafe {
            let name = Vm::name_of(frame, name);
            match (*(*frame).func).globals.remove_str(name, &self.heap) {
                Some(_) => Ok(()),
                None => Err(self.name_error(name)),
            }
        }
    }

    /// `LoadName`: the local namespace when it is not the globals, then globals and builtins.
    #[inline]
    pub(crate) unsafe fn load_name(&mut self, frame: *mut Frame, site: Site) -> Result<Value> {
        unsafe {
            let ns = &(*frame).ns;
            if !ns.is_unbound() {
                let ns = ns.clone();
                if let Some(value) = self.lookup_in(&ns, Vm::site_name(frame, site))? {
                    return Ok(value);
                }
            }
            match self.load_global_cached(frame, site) {
                Some(value) => Ok(value),
                None => self.load_global(frame, site),
            }
        }
    }

    /// `mapping[name]`, or `None` for a `KeyError`.
    pub(crate) fn lookup_in(&mut self, mapping: &Value, name: &Gc<Str>) -> Result<Option<Value>> {
        if let Some(dict) = mapping.downcast::<Dict>()
            && dict.ty() == &self.types.dict
        {
            return Ok(dict.get_str(name));
        }
        match self.get_item(mapping, &name.value()) {
            Ok(value) => Ok(Some(value)),
            Err(e) if e.is_a(&self.exc.KeyError) => Ok(None),
            Err(e) => Err(e),
        }
    }

    pub(crate) unsafe fn store_name(
        &mut self,
        frame: *mut Frame,
        name: NameId,
        value: Value,
    ) -> Result<()> {
        unsafe {
            let name = Vm::name_of(frame, name);
            let target = match &(*frame).ns {
                Value::Unbound => {
                    (*(*frame).func).globals.set_str(name, value, &self.heap);
                    return Ok(());
                }
                ns => ns.clone(),
            };
            if let Some(dict) = target.downcast::<Dict>()
                && dict.ty() == &self.types.dict
            {
                dict.set_str(name, value, &self.heap);
                return Ok(());
            }
            self.set_item(&target, &name.value(), &value)
        }
    }

    pub(crate) unsafe fn del_name(&mut self, frame: *mut Frame, name: NameId) -> Result<()> {
        unsafe {
            let name = Vm::name_of(frame, name);
            let target = self.frame_namespace(frame);
            if let Some(dict) = target.downcast::<Dict>()
                && dict.ty() == &self.types.dict
            {
                return match dict.remove_str(name, &self.heap) {
                    Some(_) => Ok(()),
                    None => Err(self.name_error(name)),
                };
            }
            match self.del_item(&target, &name.value()) {
                Err(e) if e.is_a(&self.exc.KeyError) => Err(self.name_error(name)),
                other => other,
            }
        }
    }

    /// The local namespace of class, module and exec code.
    pub(crate) unsafe fn frame_namespace(&self, frame: *mut Frame) -> Value {
        unsafe {
            match &(*frame).ns {
                Value::Unbound => (*(*frame).func).globals.value(),
                ns => ns.clone(),
            }
        }
    }

    pub(crate) unsafe fn setup_annotations(&mut self, frame: *mut Frame) -> Result<()> {
        let ns = unsafe { self.frame_namespace(frame) };
        let name = self.names.__annotations__.clone();
        if self.lookup_in(&ns, &name)?.is_none() {
            let dict = self.new_dict().into();
            self.set_item(&ns, &name.value(), &dict)?;
        }
        Ok(())
    }

    pub(crate) unsafe fn load_from_dict_or_free(
        &mut self,
        frame: *mut Frame,
        ns: &Value,
        idx: u16,
    ) -> Result<Value> {
        unsafe {
            let name = &(&(*(*frame).linked).freevars)[idx as usize];
            if let Some(value) = self.lookup_in(ns, name)? {
                return Ok(value);
            }
            let value = (&(*(*frame).func).closure)[idx as usize].get().clone();
            if value.is_unbound() {
                Err(self.unbound_free(frame, idx))
            } else {
                Ok(value)
            }
        }
    }

    pub(crate) unsafe fn load_from_dict_or_global(
        &mut self,
        frame: *mut Frame,
        ns: &Value,
        site: Site,
    ) -> Result<Value> {
        unsafe {
            if let Some(value) = self.lookup_in(ns, Vm::site_name(frame, site))? {
                return Ok(value);
            }
            self.load_global(frame, site)
        }
    }

    #[cold]
    pub(crate) unsafe fn unbound_local(&mut self, frame: *mut Frame, reg: Reg) -> Exc {
        let code = unsafe { (&(*(*frame).code).code).clone() };
        let name = code.varnames.get(reg.0 as usize).map_or("?", |n| &**n);
        self.unbound_local_error(name)
    }

    #[cold]
    pub(crate) unsafe fn unbound_free(&mut self, frame: *mut Frame, idx: u16) -> Exc {
        let code = unsafe { (&(*(*frame).code).code).clone() };
        let name = code.freevars.get(idx as usize).map_or("?", |n| &**n);
        self.unbound_free_error(name)
    }
}

/// Names of `asyncio` that `.apy` files need not import.
const ASYNC_NAMES: &[&str] = &[
    "gather",
    "sleep",
    "wait",
    "wait_for",
    "timeout",
    "timeout_at",
    "shield",
    "as_completed",
    "create_task",
    "TaskGroup",
    "Queue",
    "PriorityQueue",
    "LifoQueue",
    "Lock",
    "Event",
    "Condition",
    "Semaphore",
    "BoundedSemaphore",
    "Barrier",
    "CancelledError",
    "QueueEmpty",
    "QueueFull",
    "QueueShutDown",
    "current_task",
    "all_tasks",
    "run_coroutine_threadsafe",
    "to_thread",
    "Runner",
    "iscoroutine",
    "isfuture",
    "ensure_future",
];
