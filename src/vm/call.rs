//! Calls: from instructions (without recursion in Rust where the callee is a script's) and from natives.
#![allow(unsafe_code)]

use smallvec::SmallVec;

use crate::bytecode::code::flags;
use crate::objects::function::{BoundMethod, CodeObj, Function, Linked};
use crate::objects::generator::Generator;
use crate::objects::header::Gc;
use crate::objects::instance::Instance;
use crate::objects::list::Tuple;
use crate::objects::names::Slot;
use crate::objects::native::{Keywords, Native, NativeKind};
use crate::objects::typeobj::{Type, type_flags};
use crate::objects::value::Value;

use super::frame::{ENTRY, Frame, INIT, INPLACE};
use super::run::Exit;
use super::{Result, Vm};

/// What a call instruction did: it has the result already, or a frame was pushed.
pub type Called = Option<Value>;

/// How a new frame stands to its caller.
pub struct Entry {
    pub flags: u8,
    pub ret: u16,
    pub keep: Value,
    pub ns: Value,
}

impl Vm {
    // ---- from natives ------------------------------------------------------------------------

    /// `func(*args, **kw)`
    pub fn call_with(&mut self, func: &Value, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
        if let Value::Obj(obj) = func {
            if let Some(function) = obj.downcast::<Function>() {
                let function = function.clone();
                return self.call_function(&function, args, kw, Value::Unbound);
            }
            if let Some(native) = obj.downcast::<Native>() {
                let native = native.clone();
                return self.call_native(&native, args, kw);
            }
            if let Some(method) = obj.downcast::<BoundMethod>() {
                let method = method.clone();
                let mut all: SmallVec<[Value; 6]> = SmallVec::with_capacity(args.len() + 1);
                all.push(method.this.clone());
                all.extend(args.iter().cloned());
                return self.call_with(&method.func, &all, kw);
            }
            if let Some(call) = obj.ty().call.get() {
                self.enter_recursion("")?;
                let result = call(self, func, args, kw);
                self.leave_recursion();
                return result;
            }
        }
        match self.type_of(func).slot(Slot::Call) {
            Some(call) => {
                self.enter_recursion("")?;
                let result = self
                    .bind_descriptor(&call, func)
                    .and_then(|bound| self.call_with(&bound, args, kw));
                self.leave_recursion();
                result
            }
            None => Err(self.not_callable(func)),
        }
    }

    pub(crate) fn not_callable(&mut self, func: &Value) -> crate::objects::exceptions::Exc {
        let name = self.type_name(func);
        self.type_error(format!("'{name}' object is not callable"))
    }

    /// Calls a native function, bound or not.
    pub fn call_native(
        &mut self,
        native: &Native,
        args: &[Value],
        kw: Keywords<'_>,
    ) -> Result<Value> {
        if !native.bound.is_unbound() && native.def.kind != NativeKind::New {
            let mut all: SmallVec<[Value; 6]> = SmallVec::with_capacity(args.len() + 1);
            all.push(native.bound.clone());
            all.extend(args.iter().cloned());
            return native.call(self, &all, kw);
        }
        native.call(self, args, kw)
    }

    /// Runs a script function to its end in a nested run. `ns` is the local namespace of class and
    /// module code, else unbound.
    pub fn call_function(
        &mut self,
        function: &Gc<Function>,
        args: &[Value],
        kw: Keywords<'_>,
        ns: Value,
    ) -> Result<Value> {
        let code = function.code.borrow().clone();
        let bound = self.bind_arguments(function, &code, args, kw)?;
        if code.code.is_suspendable() {
            return Ok(self.new_generator(function, &code, bound, ns));
        }
        let entry = Entry {
            flags: ENTRY,
            ret: 0,
            keep: function.value(),
            ns,
        };
        let regs = self.stack.top;
        self.push_frame(function, &code, regs, entry)?;
        // SAFETY: `push_frame` made room for the registers.
        unsafe { fill(regs, bound) };
        match self.run_nested()? {
            Exit::Return(value) | Exit::Yield(value) => Ok(value),
        }
    }

    /// A nested run of the frame that was just pushed or resumed.
    pub(crate) fn run_nested(&mut self) -> Result<Exit> {
        let here = 0u8;
        if (&raw const here as usize) < self.stack_limit.get() {
            let error = self.recursion_error("maximum recursion depth exceeded");
            return Err(self.abandon_entry(error));
        }
        self.run()
    }

    // ---- frames ------------------------------------------------------------------------------

    /// The linked parts of a code object.
    #[inline]
    pub(crate) fn linked<'a>(&mut self, code: &'a CodeObj) -> &'a Linked {
        match code.linked() {
            Some(linked) => linked,
            None => self.link(code),
        }
    }

    /// Pushes a frame whose registers begin at `regs`. The arguments are there or will be put there.
    #[inline]
    pub(crate) fn push_frame(
        &mut self,
        function: &Function,
        code: &CodeObj,
        regs: *mut Value,
        entry: Entry,
    ) -> Result<()> {
        let nregs = usize::from(code.code.nregs);
        if self.depth >= self.recursion_limit || !self.stack.fits(regs, nregs) {
            return Err(self.recursion_error("maximum recursion depth exceeded"));
        }
        let linked: *const Linked = self.linked(code);
        let frame = self.stack.next;
        // SAFETY: `fits` has checked that the frame and its registers are within the stacks; what
        // lies there holds no references.
        unsafe {
            let locals = code.code.varnames.len();
            let params = code.code.param_count();
            for i in params..locals {
                regs.add(i).write(Value::Unbound);
            }
            frame.write(Frame {
                pc: code.code.ops.as_ptr(),
                regs,
                prev: self.frame,
                func: function,
                code,
                linked,
                generator: std::ptr::null(),
                saved_top: self.stack.top,
                obj: None,
                ns: entry.ns,
                keep: entry.keep,
                handled: Value::Unbound,
                nregs: nregs as u32,
                ret: entry.ret,
                flags: entry.flags,
            });
            self.stack.next = frame.add(1);
            self.stack.top = regs.add(nregs);
        }
        self.depth += 1;
        self.frame = frame;
        Ok(())
    }

    /// Pops a plain frame: drops what its registers hold, or moves it to the frame object.
    #[inline]
    pub(crate) fn pop_frame(&mut self, frame: *mut Frame) {
        // SAFETY: `frame` is the topmost plain frame and the running one.
        unsafe {
            let f = &mut *frame;
            self.frame = f.prev;
            self.depth -= 1;
            if f.obj.is_some() {
                self.keep_registers(f);
            }
            clear_registers(f.regs, f.nregs as usize);
            if f.flags & INPLACE != 0 {
                drop((*f.regs.sub(1)).take());
            }
            self.stack.top = f.saved_top;
            self.stack.next = frame;
            if !f.handled.is_unbound() {
                drop(f.handled.take());
            }
            if !f.keep.is_unbound() {
                drop(f.keep.take());
            }
            if !f.ns.is_unbound() {
                drop(f.ns.take());
            }
        }
    }

    /// The frame goes and somebody may still look at its object: give it the registers.
    #[cold]
    pub(crate) unsafe fn keep_registers(&mut self, f: &mut Frame) {
        let Some(obj) = f.obj.take() else { return };
        if obj.obj().header().count() > 1 {
            let pc = f.pc_index();
            // SAFETY: the frame's registers.
            let values = unsafe {
                (0..f.nregs as usize)
                    .map(|i| (*f.regs.add(i)).take())
                    .collect()
            };
            *obj.registers.borrow_mut() = values;
            obj.pc.set(pc as u32);
            if !f.prev.is_null() {
                // SAFETY: the caller's frame is alive.
                let back = unsafe { self.frame_object(f.prev) };
                *obj.back.borrow_mut() = back.into();
            }
        }
        obj.live.set(std::ptr::null_mut());
    }

    // ---- from instructions -------------------------------------------------------------------

    /// Calls `p[0]` with `n` arguments from `p[1]` on, the last `names.len()` of them by keyword.
    ///
    /// # Safety
    /// `p` points into the registers of the running frame, with `n + 1` values.
    pub(crate) unsafe fn call_window(
        &mut self,
        p: *mut Value,
        n: usize,
        names: Option<Gc<Tuple>>,
        ret: u16,
    ) -> Result<Called> {
        let Value::Obj(callee) = (unsafe { &*p }) else {
            let callee = unsafe { &*p }.clone();
            return Err(self.not_callable(&callee));
        };
        if callee.is::<Function>() {
            return unsafe { self.call_function_window(p, n, names, ret) };
        }
        if callee.is::<Native>() {
            return unsafe { self.call_native_window(p, n, names) };
        }
        if let Some(method) = callee.downcast::<BoundMethod>() {
            let (func, this) = (method.func.clone(), method.this.clone());
            if let Some(function) = func.downcast::<Function>() {
                let function = function.clone();
                // SAFETY: self takes the place of the method before the arguments.
                unsafe {
                    *p = this;
                    return self.enter_function(
                        &function,
                        p,
                        n + 1,
                        names,
                        Entry {
                            flags: 0,
                            ret,
                            keep: func,
                            ns: Value::Unbound,
                        },
                    );
                }
            }
        }
        if callee.is::<Type>() {
            return unsafe { self.call_class_window(p, n, names, ret) };
        }
        if let Some(Value::Obj(call)) = callee.ty().slot(Slot::Call)
            && let Some(function) = call.downcast::<Function>()
        {
            let function = function.clone();
            let entry = Entry {
                flags: 0,
                ret,
                keep: function.value(),
                ns: Value::Unbound,
            };
            return unsafe { self.enter_function(&function, p, n + 1, names, entry) };
        }
        unsafe { self.call_any_window(p, n, names) }
    }

    unsafe fn call_any_window(
        &mut self,
        p: *mut Value,
        n: usize,
        names: Option<Gc<Tuple>>,
    ) -> Result<Called> {
        // SAFETY: the window's values stay until they are cleared below; callees see copies.
        unsafe {
            let callee = (*p).clone();
            let (args, kw) = split_window(p.add(1), n, names.as_ref());
            let result = self.call_with(&callee, args, kw);
            clear_registers(p, n + 1);
            result.map(Some)
        }
    }

    #[inline]
    unsafe fn call_native_window(
        &mut self,
        p: *mut Value,
        n: usize,
        names: Option<Gc<Tuple>>,
    ) -> Result<Called> {
        // SAFETY: as above. The native stays alive by the clone.
        unsafe {
            let Some(native) = (*p).downcast::<Native>().cloned() else {
                return Ok(None);
            };
            let bound = !native.bound.is_unbound() && native.def.kind != NativeKind::New;
            let (start, count) = if bound {
                *p = native.bound.clone();
                (p, n + 1)
            } else {
                (p.add(1), n)
            };
            let (args, kw) = split_window(start, count, names.as_ref());
            let result = native.call(self, args, kw);
            clear_registers(p, n + 1);
            result.map(Some)
        }
    }

    #[inline]
    unsafe fn call_function_window(
        &mut self,
        p: *mut Value,
        n: usize,
        names: Option<Gc<Tuple>>,
        ret: u16,
    ) -> Result<Called> {
        // SAFETY: the function stays in `p[0]` while it runs, or in `keep`.
        unsafe {
            let function: *const Function = match (*p).downcast::<Function>() {
                Some(f) => &raw const **f,
                None => return Ok(None),
            };
            let code: *const CodeObj = std::ptr::from_ref::<CodeObj>({
                let cell: &Gc<CodeObj> = &*(*function).code.as_ptr();
                cell
            });
            let in_place = (*self.frame).generator.is_null();
            if in_place
                && names.is_none()
                && n == usize::from((&(*code).code).args)
                && self.linked(&*code).simple
            {
                let entry = Entry {
                    flags: INPLACE,
                    ret,
                    keep: Value::Unbound,
                    ns: Value::Unbound,
                };
                self.push_frame(&*function, &*code, p.add(1), entry)?;
                return Ok(None);
            }
            let keep = (*p).clone();
            let Some(function) = keep.downcast::<Function>().cloned() else {
                return Ok(None);
            };
            let entry = Entry {
                flags: 0,
                ret,
                keep,
                ns: Value::Unbound,
            };
            let called = self.enter_function(&function, p.add(1), n, names, entry)?;
            drop((*p).take());
            Ok(called)
        }
    }

    /// Enters a function whose arguments are the `n` values from `start` on, which are consumed.
    unsafe fn enter_function(
        &mut self,
        function: &Gc<Function>,
        start: *mut Value,
        n: usize,
        names: Option<Gc<Tuple>>,
        entry: Entry,
    ) -> Result<Called> {
        let code = function.code.borrow().clone();
        // SAFETY: the window's values.
        unsafe {
            let in_place = (*self.frame).generator.is_null();
            if names.is_none() && n == usize::from(code.code.args) && self.linked(&code).simple {
                if in_place {
                    self.push_frame(function, &code, start, entry)?;
                } else {
                    let regs = self.stack.top;
                    self.push_frame(function, &code, regs, entry)?;
                    for i in 0..n {
                        regs.add(i).write((*start.add(i)).take());
                    }
                }
                return Ok(None);
            }
            let (args, kw) = split_window(start, n, names.as_ref());
            let bound = self.bind_arguments(function, &code, args, kw)?;
            clear_registers(start, n);
            if code.code.is_suspendable() {
                return Ok(Some(self.new_generator(function, &code, bound, entry.ns)));
            }
            let regs = if in_place { start } else { self.stack.top };
            self.push_frame(function, &code, regs, entry)?;
            fill(regs, bound);
            Ok(None)
        }
    }

    /// A class is called: the common case without recursion, the rest through `type.__call__`.
    unsafe fn call_class_window(
        &mut self,
        p: *mut Value,
        n: usize,
        names: Option<Gc<Tuple>>,
        ret: u16,
    ) -> Result<Called> {
        // SAFETY: as above.
        unsafe {
            let Some(class) = (*p).downcast::<Type>().cloned() else {
                return Ok(None);
            };
            let plain = class.holds::<Instance>()
                && !class.has_flag(type_flags::ABSTRACT)
                && class.ty().inherits_slot(Slot::Call, &self.types.type_)
                && class.inherits_slot(Slot::New, &self.types.object);
            if plain
                && let Some(init) = class.slot(Slot::Init)
                && let Some(function) = init.downcast::<Function>().cloned()
            {
                let instance: Value = self.heap.alloc(&class, Instance).into();
                *p = instance.clone();
                let entry = Entry {
                    flags: INIT,
                    ret,
                    keep: instance,
                    ns: init,
                };
                match self.enter_function(&function, p, n + 1, names, entry)? {
                    None => return Ok(None),
                    Some(generator) => {
                        let name = self.type_name(&generator);
                        return Err(
                            self.type_error(format!("__init__() should return None, not '{name}'"))
                        );
                    }
                }
            }
            self.call_any_window(p, n, names)
        }
    }

    // ---- arguments ---------------------------------------------------------------------------

    /// A new generator, coroutine or asynchronous generator of a call with bound arguments.
    pub(crate) fn new_generator(
        &mut self,
        function: &Gc<Function>,
        code: &Gc<CodeObj>,
        bound: SmallVec<[Value; 8]>,
        ns: Value,
    ) -> Value {
        let mut registers: Vec<Value> = Vec::with_capacity(usize::from(code.code.nregs));
        registers.extend(bound);
        registers.resize(usize::from(code.code.nregs), Value::Unbound);
        let linked: *const Linked = self.linked(code);
        let line = if self.frame.is_null() || !code.code.has(flags::COROUTINE) {
            0
        } else {
            // SAFETY: the running frame.
            unsafe { (*self.frame).line() }
        };
        let (kind, ty) = super::ops::suspend::kind_of(&code.code, &self.types);
        let frame = Frame {
            pc: code.code.ops.as_ptr(),
            func: &raw const **function,
            code: &raw const **code,
            linked,
            ns,
            keep: function.value(),
            nregs: u32::from(code.code.nregs),
            ..Frame::default()
        };
        let payload = Generator::new(
            kind,
            frame,
            registers.into(),
            function.name.borrow().clone(),
            function.qualname.borrow().clone(),
        );
        payload.origin.set(line);
        let generator = self.heap.alloc(&ty, payload);
        // SAFETY: the generator is new; its frame learns where it and its registers live.
        unsafe {
            let frame = &mut *generator.frame.get();
            frame.generator = &raw const *generator;
            frame.regs = (*generator.registers.get()).as_mut_ptr();
        }
        generator.into()
    }
}

/// Splits a window's values into positional and keyword arguments.
///
/// # Safety
/// `start` points to `n` values that stay in place while the slices live.
unsafe fn split_window<'a>(
    start: *const Value,
    n: usize,
    names: Option<&'a Gc<Tuple>>,
) -> (&'a [Value], Keywords<'a>) {
    let all = unsafe { std::slice::from_raw_parts(start, n) };
    match names {
        Some(names) => {
            let names = names.items();
            let (args, values) = all.split_at(n.saturating_sub(names.len()));
            (args, Keywords { names, values })
        }
        None => (all, Keywords::default()),
    }
}

/// Drops the objects in `n` registers from `regs` on.
///
/// # Safety
/// The registers belong to the caller.
#[inline]
pub(crate) unsafe fn clear_registers(regs: *mut Value, n: usize) {
    for i in 0..n {
        // SAFETY: within the caller's registers.
        unsafe {
            let p = regs.add(i);
            if matches!(*p, Value::Obj(_)) {
                drop((*p).take());
            } else {
                p.write(Value::Unbound);
            }
        }
    }
}

/// Moves values into registers that hold nothing.
///
/// # Safety
/// There is room for them.
unsafe fn fill(regs: *mut Value, values: SmallVec<[Value; 8]>) {
    for (i, value) in values.into_iter().enumerate() {
        // SAFETY: the caller's.
        unsafe { regs.add(i).write(value) };
    }
}
