//! Generators, coroutines, asynchronous generators: entering, leaving and resuming their frames.
//!
//! A *drive* runs a generator on behalf of somebody (a `for` loop, a native, the event loop): the
//! generator is the *root*. While it delegates to others, the innermost runs; what it yields goes
//! straight to whoever drives the root, and the next resumption of the root enters the innermost
//! directly. `root.innermost` remembers it; it is trusted only while `innermost.root` still says so,
//! because somebody else may have driven a part of the chain in between.
#![allow(unsafe_code)]

use crate::bytecode::code::flags;
use crate::bytecode::operand::Reg;
use crate::bytecode::{Code, Op};
use crate::objects::exceptions::Exc;
use crate::objects::generator::{AsyncGenStep, GenKind, GenState, Generator, StepState};
use crate::objects::header::{Gc, ObjRef};
use crate::objects::typeobj::Type;
use crate::objects::types::Types;
use crate::objects::value::Value;
use crate::vm::call::clear_registers;
use crate::vm::frame::{ENTRY, Frame};
use crate::vm::run::{Exit, Flow};
use crate::vm::{Result, Vm};

/// How a generator is resumed.
pub enum Resume {
    Send(Value),
    Throw(Exc),
}

/// The kind of suspendable that a code object makes, and its type.
pub(crate) fn kind_of(code: &Code, types: &Types) -> (GenKind, Gc<Type>) {
    if code.has(flags::COROUTINE) {
        (GenKind::Coroutine, types.coroutine.clone())
    } else if code.has(flags::ASYNC_GENERATOR) {
        (GenKind::AsyncGenerator, types.async_generator.clone())
    } else {
        (GenKind::Generator, types.generator.clone())
    }
}

/// What a generator is called in messages.
fn noun(kind: GenKind) -> &'static str {
    match kind {
        GenKind::Generator => "generator",
        GenKind::Coroutine => "coroutine",
        GenKind::AsyncGenerator => "asynchronous generator",
    }
}

/// The generator that owns a frame, as a counted pointer.
unsafe fn owner_of(frame: *mut Frame) -> Option<Gc<Generator>> {
    // SAFETY: a frame's generator is the payload of a live object.
    unsafe {
        let generator = (*frame).generator;
        if generator.is_null() {
            None
        } else {
            Some(Generator::share(generator))
        }
    }
}

// SAFETY of the raw frames: the running frame, or that of a generator which is kept alive by a
// counted pointer or by the chain of frames above it.
impl Vm {
    // ---- for natives -------------------------------------------------------------------------

    /// Resumes a generator in a nested run, to its next `yield` or its end.
    pub fn resume(&mut self, generator: &Gc<Generator>, how: Resume) -> Result<Exit> {
        let keep = generator.clone();
        if let Some(exit) = self.start_drive(generator, how, ENTRY, 0)? {
            return Ok(exit);
        }
        let exit = self.run_nested();
        drop(keep);
        exit
    }

    /// `send`: the yielded value, or the exception; the end is `StopIteration`.
    pub fn generator_send(&mut self, generator: &Gc<Generator>, value: Value) -> Result<Value> {
        match self.resume(generator, Resume::Send(value))? {
            Exit::Yield(value) => Ok(value),
            Exit::Return(value) => Err(self.end_of(generator, value)),
        }
    }

    /// `next` on a plain generator: `None` at the end.
    pub fn generator_next(&mut self, generator: &Gc<Generator>) -> Result<Option<Value>> {
        match self.resume(generator, Resume::Send(Value::None))? {
            Exit::Yield(value) => Ok(Some(value)),
            Exit::Return(_) => Ok(None),
        }
    }

    fn end_of(&mut self, generator: &Gc<Generator>, value: Value) -> Exc {
        if generator.kind == GenKind::AsyncGenerator {
            let class = self.exc.StopAsyncIteration.clone();
            return self.error_with(&class, vec![]);
        }
        self.stop_iteration(value)
    }

    /// `throw` with an exception that is ready to be raised.
    pub fn generator_throw(&mut self, generator: &Gc<Generator>, exc: Exc) -> Result<Value> {
        if exc.is_a(&self.exc.GeneratorExit) {
            // The iterator that it waits for is closed first (PEP 380).
            let delegate = generator.delegate.borrow().clone();
            if let Some(inner) = delegate
                && generator.state.get() == GenState::Suspended
            {
                self.forget_delegate(generator);
                if let Err(error) = self.generator_close(&inner) {
                    return self.finish_throw(generator, error);
                }
            }
        }
        self.finish_throw(generator, exc)
    }

    fn finish_throw(&mut self, generator: &Gc<Generator>, exc: Exc) -> Result<Value> {
        match self.resume(generator, Resume::Throw(exc))? {
            Exit::Yield(value) => Ok(value),
            Exit::Return(value) => Err(self.end_of(generator, value)),
        }
    }

    fn forget_delegate(&mut self, generator: &Gc<Generator>) {
        drop((generator.delegate.take(), generator.innermost.take()));
    }

    /// `close`: gives the value that the generator returned (3.13).
    pub fn generator_close(&mut self, generator: &Gc<Generator>) -> Result<Value> {
        match generator.state.get() {
            GenState::Created => {
                self.finish_generator(generator);
                return Ok(Value::None);
            }
            GenState::Finished => return Ok(Value::None),
            GenState::Running => return Err(self.already_executing(generator)),
            GenState::Suspended => {}
        }
        let no_handler = unsafe { !(*generator.frame.get()).in_handler_range() }
            && generator.delegate.borrow().is_none();
        if no_handler && !self.waits_for_iterator(generator) {
            self.finish_generator(generator);
            return Ok(Value::None);
        }
        let class = self.exc.GeneratorExit.clone();
        let exit = self.error_with(&class, vec![]);
        let delegate = generator.delegate.borrow().clone();
        let thrown = match delegate {
            Some(inner) => {
                self.forget_delegate(generator);
                self.generator_close(&inner).err().unwrap_or(exit)
            }
            None => exit,
        };
        match self.resume(generator, Resume::Throw(thrown)) {
            Ok(Exit::Yield(_)) => {
                let noun = match generator.kind {
                    GenKind::AsyncGenerator => "async generator",
                    kind => noun(kind),
                };
                Err(self.runtime_error(format!("{noun} ignored GeneratorExit")))
            }
            Ok(Exit::Return(value)) => Ok(value),
            Err(e) if e.is_a(&self.exc.StopIteration) || e.is_a(&self.exc.GeneratorExit) => {
                Ok(Value::None)
            }
            Err(e) => Err(e),
        }
    }

    /// Whether it is suspended in a `Delegate` to something that is no generator.
    fn waits_for_iterator(&self, generator: &Gc<Generator>) -> bool {
        unsafe { matches!(*(*generator.frame.get()).pc.sub(1), Op::Delegate { .. }) }
    }

    /// Drops what a generator holds that will not run again.
    pub(crate) fn finish_generator(&mut self, generator: &Gc<Generator>) {
        generator.state.set(GenState::Finished);
        let links = (generator.delegate.take(), generator.innermost.take());
        let held = unsafe {
            let frame = &mut *generator.frame.get();
            if frame.obj.is_some() {
                self.keep_registers(frame);
            }
            clear_registers(frame.regs, frame.nregs as usize);
            (frame.ns.take(), frame.handled.take())
        };
        drop((links, held));
    }

    #[cold]
    fn already_executing(&mut self, generator: &Gc<Generator>) -> Exc {
        self.value_error(format!("{} already executing", noun(generator.kind)))
    }

    // ---- entering ----------------------------------------------------------------------------

    /// Makes the generator (or the innermost of its chain) the running frame. Gives an exit at once
    /// when it is finished already.
    fn start_drive(
        &mut self,
        root: &Gc<Generator>,
        how: Resume,
        flag: u8,
        ret: u16,
    ) -> Result<Option<Exit>> {
        match root.state.get() {
            GenState::Running => return Err(self.already_executing(root)),
            GenState::Finished => return self.resume_finished(root, how).map(Some),
            GenState::Created => {
                if let Resume::Send(value) = &how
                    && !value.is_none()
                {
                    let noun = match root.kind {
                        GenKind::AsyncGenerator => "async generator",
                        kind => noun(kind),
                    };
                    return Err(self.type_error(format!(
                        "can't send non-None value to a just-started {noun}"
                    )));
                }
            }
            GenState::Suspended => {}
        }
        let how = match how {
            Resume::Throw(exc) if root.state.get() == GenState::Created => {
                // It has not begun: no handler of its own can see the exception.
                // SAFETY: the generator's own frame.
                unsafe { self.add_traceback(root.frame.get(), &exc, 0) };
                self.finish_generator(root);
                return Err(self.convert_stop(root, exc));
            }
            how => how,
        };
        if self.depth >= self.recursion_limit {
            return Err(self.recursion_error("maximum recursion depth exceeded"));
        }
        let inner = self.innermost_of(root);
        if inner.state.get() == GenState::Running {
            return Err(self.already_executing(root));
        }
        unsafe {
            let frame = root.frame.get();
            (*frame).prev = self.frame;
            (*frame).flags = flag;
            (*frame).ret = ret;
            root.saved_depth.set(self.depth);
            self.depth += 1;
            self.enter_suspended(&inner, root, how)
        }
    }

    fn resume_finished(&mut self, root: &Gc<Generator>, how: Resume) -> Result<Exit> {
        if let Resume::Throw(exc) = how {
            if root.kind == GenKind::Coroutine {
                return Err(self.runtime_error("cannot reuse already awaited coroutine"));
            }
            return Err(exc);
        }
        if root.kind == GenKind::Coroutine {
            return Err(self.runtime_error("cannot reuse already awaited coroutine"));
        }
        Ok(Exit::Return(Value::None))
    }

    /// The generator at the end of the chain of delegates.
    fn innermost_of(&mut self, root: &Gc<Generator>) -> Gc<Generator> {
        let remembered = root.innermost.borrow().clone();
        if let Some(inner) = remembered
            && inner.state.get() == GenState::Suspended
            && inner.root.get() == root.addr()
            && inner.delegate.borrow().is_none()
        {
            return inner;
        }
        let mut at = root.clone();
        loop {
            let next = at.delegate.borrow().clone();
            match next {
                Some(next) if next.state.get() != GenState::Finished => at = next,
                _ => return at,
            }
        }
    }

    /// Goes on in a generator that is suspended or new. It is on the way to `root`'s innermost.
    unsafe fn enter_suspended(
        &mut self,
        inner: &Gc<Generator>,
        root: &Gc<Generator>,
        how: Resume,
    ) -> Result<Option<Exit>> {
        unsafe {
            let fresh = inner.state.get() == GenState::Created;
            inner.root.set(root.addr());
            inner.state.set(GenState::Running);
            if inner != root {
                root.state.set(GenState::Running);
            }
            let frame = inner.frame.get();
            self.frame = frame;
            let flow = match how {
                Resume::Send(value) if fresh => {
                    drop(value);
                    Ok(Flow::Switch)
                }
                Resume::Send(value) => self.deliver(frame, value),
                Resume::Throw(exc) => self.throw_into(frame, exc, fresh),
            };
            match flow? {
                Flow::Exit(exit) => Ok(Some(exit)),
                _ => Ok(None),
            }
        }
    }

    /// Hands a sent value to the instruction at which the frame is suspended.
    unsafe fn deliver(&mut self, frame: *mut Frame, value: Value) -> Result<Flow> {
        unsafe {
            match *(*frame).pc.sub(1) {
                Op::Yield { dst, .. } | Op::AsyncYield { dst, .. } => {
                    *(*frame).regs.add(dst.0 as usize) = value;
                    Ok(Flow::Switch)
                }
                Op::Delegate { dst, iter } => {
                    let generator = owner_of(frame);
                    if let Some(generator) = &generator
                        && generator.delegate.take().is_some()
                    {
                        // The generator that it waited for was finished by somebody else.
                        return self.delegate_done(frame, dst, iter, Value::None);
                    }
                    match self.delegate(frame, value) {
                        Err(error) => self.raise_on_entry(error),
                        flow => flow,
                    }
                }
                _ => Ok(Flow::Switch),
            }
        }
    }

    /// Raises an exception where the frame is suspended.
    unsafe fn throw_into(&mut self, frame: *mut Frame, exc: Exc, fresh: bool) -> Result<Flow> {
        unsafe {
            if fresh {
                (*frame).pc = (&(*(*frame).code).code).ops.as_ptr().add(1);
            } else if let Op::Delegate { dst, iter } = *(*frame).pc.sub(1)
                && !(*(*frame).regs.add(iter.0 as usize)).is::<Generator>()
            {
                let iterator = (*(*frame).regs.add(iter.0 as usize)).clone();
                match self.throw_into_iterator(&iterator, exc) {
                    Ok(Some(value)) => return self.yield_value(frame, value),
                    Ok(None) => {
                        let value = self.delegate_result.take();
                        return self.delegate_done(frame, dst, iter, value);
                    }
                    Err(error) => return self.raise_on_entry(error),
                }
            }
            self.raise_on_entry(exc)
        }
    }

    /// The frame that was just entered goes on by raising.
    fn raise_on_entry(&mut self, exc: Exc) -> Result<Flow> {
        if exc.0.context.borrow().is_none() {
            self.set_context(&exc);
        }
        self.pending_raise = Some(exc);
        Ok(Flow::Switch)
    }

    /// Throws into an iterator that is no generator: what it yields, or `None` when it has ended (its
    /// result is in `delegate_result`).
    fn throw_into_iterator(&mut self, iterator: &Value, exc: Exc) -> Result<Option<Value>> {
        if exc.is_a(&self.exc.GeneratorExit) {
            let close = self.names.close.clone();
            if let Some(close) = self.get_attr_opt(iterator, &close)? {
                self.call(&close, &[])?;
            }
            return Err(exc);
        }
        let throw = self.names.throw.clone();
        match self.get_attr_opt(iterator, &throw)? {
            Some(throw) => match self.throw_by_call(&throw, &exc) {
                Ok(value) => Ok(Some(value)),
                Err(e) if e.is_a(&self.exc.StopIteration) => {
                    self.delegate_result = stop_value(&e);
                    Ok(None)
                }
                Err(e) => Err(e),
            },
            None => Err(exc),
        }
    }

    /// Calls an iterator's `throw` with what `throw` of the generator was given.
    fn throw_by_call(&mut self, throw: &Value, exc: &Exc) -> Result<Value> {
        match std::mem::take(&mut self.thrown_args) {
            args if args.is_empty() => self.call(throw, &[exc.value()]),
            args => self.call(throw, &args),
        }
    }

    // ---- from the loop -----------------------------------------------------------------------

    /// `ForIter` over a generator: enters its frame.
    pub(crate) unsafe fn for_iter_generator(
        &mut self,
        frame: *mut Frame,
        iter: Reg,
    ) -> Result<Flow> {
        unsafe {
            let Some(generator) = (*(*frame).regs.add(iter.0 as usize))
                .downcast::<Generator>()
                .cloned()
            else {
                return Ok(Flow::Next);
            };
            match self.start_drive(&generator, Resume::Send(Value::None), 0, 0)? {
                None => Ok(Flow::Switch),
                Some(Exit::Yield(value)) => {
                    self.for_iter_item(frame, value);
                    Ok(Flow::Switch)
                }
                Some(Exit::Return(_)) => {
                    self.for_iter_end(frame);
                    Ok(Flow::Switch)
                }
            }
        }
    }

    unsafe fn for_iter_item(&mut self, frame: *mut Frame, value: Value) {
        unsafe {
            if let Op::ForIter { dst, .. } = *(*frame).pc.sub(1) {
                *(*frame).regs.add(dst.0 as usize) = value;
            }
        }
    }

    unsafe fn for_iter_end(&mut self, frame: *mut Frame) {
        unsafe {
            if let Op::ForIter { iter, off, .. } = *(*frame).pc.sub(1) {
                (*frame).pc = (*frame).pc.offset(off.0 as isize);
                drop((*(*frame).regs.add(iter.0 as usize)).take());
            }
        }
    }

    /// `Delegate`: one step of the iterator, `value` sent to it. The frame's `pc` is after the instruction.
    pub(crate) unsafe fn delegate(&mut self, frame: *mut Frame, value: Value) -> Result<Flow> {
        unsafe {
            let Op::Delegate { dst, iter } = *(*frame).pc.sub(1) else {
                return Ok(Flow::Next);
            };
            let iterator = (*(*frame).regs.add(iter.0 as usize)).clone();
            if let Some(inner) = iterator.downcast::<Generator>()
                && inner.kind != GenKind::AsyncGenerator
                && let Some(outer) = owner_of(frame)
            {
                return self.delegate_to_generator(frame, &outer, inner, value, dst, iter);
            }
            if let Some(step) = iterator.downcast::<AsyncGenStep>()
                && let Some(outer) = owner_of(frame)
                && let Some(flow) = self.delegate_to_step(&outer, step, &value)?
            {
                return Ok(flow);
            }
            match self.step_iterator(&iterator, value)? {
                Some(value) => self.yield_value(frame, value),
                None => {
                    let result = self.delegate_result.take();
                    self.delegate_done(frame, dst, iter, result)
                }
            }
        }
    }

    /// One step of an iterator that is not entered as a frame: what it yields; `None` at its end, with
    /// its result in `delegate_result`.
    fn step_iterator(&mut self, iterator: &Value, value: Value) -> Result<Option<Value>> {
        if let Some(iter) = iterator.downcast::<crate::event_loop::future::FutureIter>() {
            return self.step_future(iter);
        }
        let result = if value.is_none() && !iterator.is::<AsyncGenStep>() {
            match self
                .type_of(iterator)
                .slot(crate::objects::names::Slot::Next)
            {
                Some(next) => self.call_special(&next, iterator, &[]),
                None => {
                    let name = self.type_name(iterator);
                    Err(self.type_error(format!("'{name}' object is not an iterator")))
                }
            }
        } else {
            let send = self.names.send.clone();
            let send = self.get_attr(iterator, &send)?;
            self.call(&send, &[value])
        };
        match result {
            Ok(value) => Ok(Some(value)),
            Err(e) if e.is_a(&self.exc.StopIteration) => {
                self.delegate_result = stop_value(&e);
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    unsafe fn delegate_to_generator(
        &mut self,
        frame: *mut Frame,
        outer: &Gc<Generator>,
        inner: &Gc<Generator>,
        value: Value,
        dst: Reg,
        iter: Reg,
    ) -> Result<Flow> {
        unsafe {
            match inner.state.get() {
                GenState::Finished if inner.kind == GenKind::Coroutine => {
                    return Err(self.runtime_error("cannot reuse already awaited coroutine"));
                }
                GenState::Finished => return self.delegate_done(frame, dst, iter, Value::None),
                GenState::Running => return Err(self.already_executing(inner)),
                _ => {}
            }
            if self.depth >= self.recursion_limit {
                return Err(self.recursion_error("maximum recursion depth exceeded"));
            }
            let root = self.root_of(outer);
            let innermost = self.innermost_of(inner);
            if innermost.state.get() == GenState::Running {
                return Err(self.already_executing(inner));
            }
            self.depth += 1;
            drop(outer.delegate.replace(Some(inner.clone())));
            outer.state.set(GenState::Suspended);
            let inner_frame = inner.frame.get();
            (*inner_frame).prev = frame;
            (*inner_frame).flags = 0;
            match self.enter_suspended(&innermost, &root, Resume::Send(value))? {
                Some(exit) => Ok(Flow::Exit(exit)),
                None => Ok(Flow::Switch),
            }
        }
    }

    /// The root of the drive that runs a generator.
    fn root_of(&self, generator: &Gc<Generator>) -> Gc<Generator> {
        // SAFETY: while a generator runs, the root of its drive is alive.
        unsafe { Generator::at_address(generator.root.get()) }.unwrap_or_else(|| generator.clone())
    }

    /// The iterator of a `Delegate` has ended with a result.
    unsafe fn delegate_done(
        &mut self,
        frame: *mut Frame,
        dst: Reg,
        iter: Reg,
        result: Value,
    ) -> Result<Flow> {
        unsafe {
            let regs = (*frame).regs;
            drop((*regs.add(iter.0 as usize)).take());
            *regs.add(dst.0 as usize) = result;
        }
        Ok(Flow::Switch)
    }

    /// `Yield`, and what an awaited iterator yields: suspends the whole chain.
    pub(crate) unsafe fn yield_value(&mut self, frame: *mut Frame, value: Value) -> Result<Flow> {
        unsafe {
            let Some(inner) = owner_of(frame) else {
                return Err(self.system_error("yield outside a generator"));
            };
            let root = self.root_of(&inner);
            inner.state.set(GenState::Suspended);
            root.state.set(GenState::Suspended);
            if root != inner {
                drop(root.innermost.replace(Some(inner.clone())));
            } else if root.innermost.borrow().is_some() {
                drop(root.innermost.take());
            }
            self.leave_drive(&root, value)
        }
    }

    /// Control goes back to whoever drives `root`, with a yielded value.
    unsafe fn leave_drive(&mut self, root: &Gc<Generator>, value: Value) -> Result<Flow> {
        unsafe {
            let frame = root.frame.get();
            self.depth = root.saved_depth.get();
            self.frame = (*frame).prev;
            (*frame).prev = std::ptr::null_mut();
            if (*frame).flags & ENTRY != 0 {
                return Ok(Flow::Exit(Exit::Yield(value)));
            }
            self.for_iter_item(self.frame, value);
            Ok(Flow::Switch)
        }
    }

    /// A generator's frame returns.
    pub(crate) unsafe fn generator_return(
        &mut self,
        frame: *mut Frame,
        result: Value,
    ) -> Result<Flow> {
        unsafe {
            let Some(generator) = owner_of(frame) else {
                return Ok(Flow::Next);
            };
            let (prev, flags) = self.pop_generator(&generator);
            if generator.kind == GenKind::AsyncGenerator {
                generator.agen_closed.set(true);
            }
            self.after_generator(prev, flags, result)
        }
    }

    /// Takes a finished generator's frame off: its caller's frame and its flags.
    unsafe fn pop_generator(&mut self, generator: &Gc<Generator>) -> (*mut Frame, u8) {
        unsafe {
            let frame = generator.frame.get();
            let is_root = generator.root.get() == generator.addr();
            let (prev, flags) = ((*frame).prev, (*frame).flags);
            self.depth = if is_root {
                generator.saved_depth.get()
            } else {
                let root = self.root_of(generator);
                (self.depth - 1).max(root.saved_depth.get() + 1)
            };
            self.frame = prev;
            (*frame).prev = std::ptr::null_mut();
            self.finish_generator(generator);
            if !is_root && let Some(outer) = owner_of(prev) {
                outer.root.set(generator.root.get());
                outer.state.set(GenState::Running);
                drop(outer.delegate.take());
            }
            (prev, flags)
        }
    }

    /// Hands a finished generator's result to the frame that drove it or delegated to it.
    unsafe fn after_generator(
        &mut self,
        prev: *mut Frame,
        flags: u8,
        value: Value,
    ) -> Result<Flow> {
        unsafe {
            if flags & ENTRY != 0 {
                return Ok(Flow::Exit(Exit::Return(value)));
            }
            match *(*prev).pc.sub(1) {
                Op::Delegate { dst, iter } => self.delegate_done(prev, dst, iter, value),
                _ => {
                    self.for_iter_end(prev);
                    Ok(Flow::Switch)
                }
            }
        }
    }

    /// An exception leaves a generator's frame. `Ok` when unwinding goes on with `self.frame` and the
    /// exception given; `Err` when the nested run ends.
    pub(crate) unsafe fn unwind_generator(
        &mut self,
        frame: *mut Frame,
        error: Exc,
    ) -> std::result::Result<Exc, Exc> {
        unsafe {
            let Some(generator) = owner_of(frame) else {
                return Err(error);
            };
            let error = self.convert_stop(&generator, error);
            if generator.kind == GenKind::AsyncGenerator {
                generator.agen_closed.set(true);
            }
            let (_, flags) = self.pop_generator(&generator);
            if flags & ENTRY != 0 {
                Err(error)
            } else {
                Ok(error)
            }
        }
    }

    /// PEP 479: `StopIteration` that leaves a generator is a `RuntimeError`.
    fn convert_stop(&mut self, generator: &Gc<Generator>, error: Exc) -> Exc {
        let what = if error.is_a(&self.exc.StopIteration) {
            "StopIteration"
        } else if generator.kind == GenKind::AsyncGenerator
            && error.is_a(&self.exc.StopAsyncIteration)
        {
            "StopAsyncIteration"
        } else {
            return error;
        };
        let noun = match generator.kind {
            GenKind::AsyncGenerator => "async generator",
            kind => noun(kind),
        };
        let converted = self.runtime_error(format!("{noun} raised {what}"));
        *converted.0.cause.borrow_mut() = error.value();
        *converted.0.context.borrow_mut() = error.value();
        converted.0.suppress_context.set(true);
        converted
    }

    // ---- asynchronous generators -------------------------------------------------------------

    /// `AsyncYield`: the value goes to whoever awaits the current step.
    pub(crate) unsafe fn async_yield(&mut self, frame: *mut Frame, value: Value) -> Result<Flow> {
        unsafe {
            let Some(generator) = owner_of(frame) else {
                return Err(self.system_error("yield outside a generator"));
            };
            generator.state.set(GenState::Suspended);
            let is_root = generator.root.get() == generator.addr();
            let frame = generator.frame.get();
            let (prev, flags) = ((*frame).prev, (*frame).flags);
            (*frame).prev = std::ptr::null_mut();
            self.frame = prev;
            drop(generator.innermost.take());
            if is_root {
                self.depth = generator.saved_depth.get();
            } else {
                let root = self.root_of(&generator);
                self.depth = (self.depth - 1).max(root.saved_depth.get() + 1);
            }
            if flags & ENTRY != 0 {
                self.async_yielded = true;
                return Ok(Flow::Exit(Exit::Yield(value)));
            }
            if let Some(outer) = owner_of(prev) {
                outer.root.set(generator.root.get());
                outer.state.set(GenState::Running);
                drop(outer.delegate.take());
            }
            if let Op::Delegate { dst, iter } = *(*prev).pc.sub(1) {
                if let Some(step) = (*(*prev).regs.add(iter.0 as usize)).downcast::<AsyncGenStep>()
                {
                    step.state.set(StepState::Closed);
                    generator.agen_running.set(false);
                }
                return self.delegate_done(prev, dst, iter, value);
            }
            Ok(Flow::Switch)
        }
    }

    /// Awaiting a step of an asynchronous generator enters its frame directly when it is a plain
    /// `asend`; `None` leaves it to the general way.
    unsafe fn delegate_to_step(
        &mut self,
        _outer: &Gc<Generator>,
        _step: &Gc<AsyncGenStep>,
        _value: &Value,
    ) -> Result<Option<Flow>> {
        Ok(None)
    }
}

/// The `value` of a `StopIteration`.
pub fn stop_value(exc: &Exc) -> Value {
    match exc.0.field(0) {
        Value::Unbound => Value::None,
        value => value,
    }
}

impl Generator {
    /// A new suspendable whose frame is `frame`.
    pub fn new(
        kind: GenKind,
        frame: Frame,
        registers: Box<[Value]>,
        name: Value,
        qualname: Value,
    ) -> Generator {
        Generator {
            kind,
            state: GenState::Created.into(),
            frame: frame.into(),
            registers: registers.into(),
            delegate: None.into(),
            innermost: None.into(),
            root: 0.into(),
            saved_depth: 0.into(),
            name: name.into(),
            qualname: qualname.into(),
            origin: 0.into(),
            agen_running: false.into(),
            agen_closed: false.into(),
            agen_hooked: false.into(),
            finalizer: Value::Unbound.into(),
        }
    }

    /// # Safety
    /// `payload` is the payload of a live generator object.
    unsafe fn share(payload: *const Generator) -> Gc<Generator> {
        unsafe { Gc::from_obj(ObjRef::share_payload(payload)) }
    }

    /// # Safety
    /// `address` is 0 or that of a live generator object's header.
    unsafe fn at_address(address: usize) -> Option<Gc<Generator>> {
        let ptr = std::ptr::NonNull::new(address as *mut crate::objects::header::Header)?;
        Some(unsafe { Gc::from_obj(ObjRef::share(ptr)) })
    }

    /// Whether it, or a generator that it waits for, runs.
    pub fn is_running(&self) -> bool {
        self.state.get() == GenState::Running
    }
}
