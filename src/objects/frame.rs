//! Frame and traceback objects: what scripts see of running and finished frames.

use std::cell::{Cell, RefCell};

use super::dict::Dict;
use super::function::CodeObj;
use super::header::{Gc, ObjRef};
use super::value::{Value, visit_value};
use crate::payload;
use crate::vm::frame::Frame;

/// A frame as an object. While the frame runs (or is suspended) `live` points to it; afterwards the
/// object owns what its registers held.
pub struct FrameObj {
    pub code: Gc<CodeObj>,
    pub globals: Gc<Dict>,
    pub builtins: Gc<Dict>,
    pub live: Cell<*mut Frame>,
    /// Registers of a finished frame.
    pub registers: RefCell<Vec<Value>>,
    /// Cells of the free variables.
    pub closure: RefCell<Value>,
    /// Local namespace of class and module frames; unbound in functions.
    pub namespace: RefCell<Value>,
    /// Instruction at which a finished frame stood.
    pub pc: Cell<u32>,
    pub back: RefCell<Value>,
    /// Names set through `f_locals` that are no variables of the code.
    pub extra_locals: RefCell<Value>,
    pub trace: RefCell<Value>,
}

payload!(FrameObj, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.code.obj());
        visit(self.globals.obj());
        visit(self.builtins.obj());
        self.registers
            .borrow()
            .iter()
            .for_each(|v| visit_value(v, visit));
        for cell in [
            &self.closure,
            &self.namespace,
            &self.back,
            &self.extra_locals,
            &self.trace,
        ] {
            visit_value(&cell.borrow(), visit);
        }
    }

    fn clear(&self) {
        let registers = self.registers.take();
        let rest = [
            self.closure.take(),
            self.namespace.take(),
            self.back.take(),
            self.extra_locals.take(),
            self.trace.take(),
        ];
        drop((registers, rest));
    }
});

/// One entry of a traceback; `next` leads towards where the exception was raised.
pub struct Traceback {
    pub next: RefCell<Value>,
    pub frame: Gc<FrameObj>,
    /// Instruction that raised.
    pub pc: u32,
    pub lineno: Cell<i64>,
}

payload!(Traceback, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.next.borrow(), visit);
        visit(self.frame.obj());
    }

    fn clear(&self) {
        drop(self.next.take());
    }
});

pub use super::frame_type::{FRAME, TRACEBACK};
