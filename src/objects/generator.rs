//! Generators, coroutines and asynchronous generators: one payload, a frame that owns its registers
//! and is resumed in place.
//!
//!   created --resume--> running --yield / await--> suspended --resume--> running
//!   running --return / raise--> finished;  created, suspended --close--> finished
//!
//! Only the VM changes the state (`vm::ops::suspend`).
//!
//! A generator that delegates (`yield from`, `await`) to another remembers it; resuming the outermost
//! (the *root* of the drive) enters the innermost directly, however long the chain.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell, UnsafeCell};

use super::header::{Gc, ObjRef};
use super::value::{Value, visit_value};
use crate::payload;
use crate::vm::frame::Frame;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GenState {
    Created,
    Suspended,
    Running,
    Finished,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GenKind {
    Generator,
    Coroutine,
    AsyncGenerator,
}

pub struct Generator {
    pub kind: GenKind,
    pub state: Cell<GenState>,
    /// Its registers are `registers`; `frame.gen` points back here.
    pub frame: UnsafeCell<Frame>,
    pub registers: UnsafeCell<Box<[Value]>>,
    /// The generator that this one waits for in a `Delegate`.
    pub delegate: RefCell<Option<Gc<Generator>>>,
    /// When this is the root of a drive: the innermost generator of its chain.
    pub innermost: RefCell<Option<Gc<Generator>>>,
    /// Address of the root of the drive that ran it last.
    pub root: Cell<usize>,
    /// When this is the root of a drive: `Vm::depth` of whoever drives it.
    pub saved_depth: Cell<usize>,
    pub name: RefCell<Value>,
    pub qualname: RefCell<Value>,
    /// Where a coroutine was created: `file:line`, for "never awaited".
    pub origin: Cell<u32>,
    /// An asynchronous generator: an `asend`/`athrow`/`aclose` runs it now.
    pub agen_running: Cell<bool>,
    pub agen_closed: Cell<bool>,
    pub agen_hooked: Cell<bool>,
    pub finalizer: RefCell<Value>,
}

payload!(Generator, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        // SAFETY: one thread; traversing changes nothing.
        let (frame, registers) = unsafe { (&*self.frame.get(), &*self.registers.get()) };
        frame.traverse(visit);
        registers.iter().for_each(|v| visit_value(v, visit));
        for link in [&self.delegate, &self.innermost] {
            if let Some(generator) = &*link.borrow() {
                visit(generator.obj());
            }
        }
        for cell in [&self.name, &self.qualname, &self.finalizer] {
            visit_value(&cell.borrow(), visit);
        }
    }

    fn clear(&self) {
        if self.state.get() == GenState::Running {
            return;
        }
        self.state.set(GenState::Finished);
        let links = (self.delegate.take(), self.innermost.take());
        // SAFETY: a generator that the collector clears is not running.
        let (registers, frame) = unsafe {
            (
                std::mem::take(&mut *self.registers.get()),
                (*self.frame.get()).take_references(),
            )
        };
        drop((links, registers, frame, self.finalizer.take()));
    }

    fn needs_finalizer(&self) -> bool {
        match self.state.get() {
            // SAFETY: the generator does not run.
            GenState::Suspended => {
                let guarded = unsafe { (*self.frame.get()).in_handler_range() };
                guarded || self.delegate.borrow().is_some()
            }
            GenState::Created => self.kind == GenKind::Coroutine,
            _ => false,
        }
    }

    fn unlink(&self, _me: std::ptr::NonNull<super::header::Header>, _heap: &super::heap::Heap) {
        // SAFETY: the generator is going; its frame is not running.
        unsafe { (*self.frame.get()).detach() };
    }
});

/// What `coroutine.__await__()` gives.
pub struct CoroutineWrapper {
    pub coroutine: Gc<Generator>,
}

payload!(CoroutineWrapper, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.coroutine.obj());
    }
});

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    Created,
    Iterating,
    Closed,
}

/// What `asend()`, `__anext__()`, `athrow()` and `aclose()` of an asynchronous generator give:
/// awaiting it runs the generator to its next `yield`.
pub struct AsyncGenStep {
    pub generator: Gc<Generator>,
    /// The value to send; for `athrow` a tuple of what to throw; `None` in `aclose` has its own flag.
    pub arg: Value,
    pub is_close: bool,
    pub state: Cell<StepState>,
}

payload!(AsyncGenStep, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.generator.obj());
        visit_value(&self.arg, visit);
    }
});

pub use super::generator_types::{
    ASYNC_GENERATOR, ASYNC_GENERATOR_ASEND, ASYNC_GENERATOR_ATHROW, COROUTINE, COROUTINE_WRAPPER,
    GENERATOR,
};
