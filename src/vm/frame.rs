//! Frames: what a running or suspended call consists of, and the stacks of plain calls.
//!
//! Frames are linked by `prev`. Plain frames lie in `Stack::frames`, their registers in
//! `Stack::values`, in the order of calls; a generator's frame and registers live in the generator.
//! A callee's registers begin at the caller's argument slots when the caller is a plain frame on top.
//!
//! Invariant: values above `Stack::top` hold no object (they may hold stale plain values).
#![allow(unsafe_code)]

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::null_mut;

use crate::bytecode::Op;
use crate::objects::frame::FrameObj;
use crate::objects::function::{CellObj, CodeObj, Function, Linked};
use crate::objects::generator::Generator;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::typeobj::Type;
use crate::objects::value::{Value, visit_value};

/// The run loop that entered this frame returns when the frame does.
pub const ENTRY: u8 = 1;
/// The frame runs `__init__`: the caller gets the new instance (kept in `keep`), not the result.
pub const INIT: u8 = 2;
/// The callee stands in the register before `regs`, which is dropped with the frame.
pub const INPLACE: u8 = 4;

#[repr(C)]
pub struct Frame {
    /// Next instruction, as of the last time the frame was left or saved.
    pub pc: *const Op,
    pub regs: *mut Value,
    pub prev: *mut Frame,
    /// Kept alive by the caller's register, or by `keep`.
    pub func: *const Function,
    pub code: *const CodeObj,
    pub linked: *const Linked,
    /// The generator that this frame belongs to, or null.
    pub generator: *const Generator,
    /// `Stack::top` as it was before the frame was pushed.
    pub saved_top: *mut Value,
    /// The frame as scripts see it, once somebody asked.
    pub obj: Option<Gc<FrameObj>>,
    /// Local namespace of class and module code that is not the globals; else unbound.
    pub ns: Value,
    /// Keeps what must live as long as the frame.
    pub keep: Value,
    /// The exception being handled here, or unbound.
    pub handled: Value,
    pub nregs: u32,
    /// The caller's register for the result.
    pub ret: u16,
    pub flags: u8,
}

impl Default for Frame {
    fn default() -> Frame {
        Frame {
            pc: std::ptr::null(),
            regs: null_mut(),
            prev: null_mut(),
            func: std::ptr::null(),
            code: std::ptr::null(),
            linked: std::ptr::null(),
            generator: std::ptr::null(),
            saved_top: null_mut(),
            obj: None,
            ns: Value::Unbound,
            keep: Value::Unbound,
            handled: Value::Unbound,
            nregs: 0,
            ret: 0,
            flags: 0,
        }
    }
}

impl Frame {
    /// Index of the instruction that runs or that the frame is suspended at.
    pub fn pc_index(&self) -> usize {
        // SAFETY: a frame's code outlives it, and `pc` points into its instructions, one past the
        // current one.
        unsafe {
            let start = (&(*self.code).code).ops.as_ptr();
            (self.pc.offset_from(start) as usize).saturating_sub(1)
        }
    }

    /// 1-based line of the current instruction.
    pub fn line(&self) -> u32 {
        // SAFETY: as above.
        unsafe { (&(*self.code).code).line(self.pc_index()) }
    }

    /// Whether an exception thrown in at the current instruction would meet a handler.
    pub fn in_handler_range(&self) -> bool {
        let pc = self.pc_index() as u32;
        // SAFETY: as above.
        unsafe {
            (&(*self.code).code)
                .handlers
                .iter()
                .any(|h| h.start <= pc && pc < h.end)
        }
    }

    pub(crate) fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for value in [&self.ns, &self.keep, &self.handled] {
            visit_value(value, visit);
        }
        if let Some(obj) = &self.obj {
            visit(obj.obj());
        }
    }

    /// Moves out what the frame refers to.
    pub(crate) fn take_references(&mut self) -> (Value, Value, Value, Option<Gc<FrameObj>>) {
        self.detach();
        (
            self.ns.take(),
            self.keep.take(),
            self.handled.take(),
            self.obj.take(),
        )
    }

    /// Tells the frame object that the frame is gone.
    pub(crate) fn detach(&mut self) {
        if let Some(obj) = &self.obj {
            obj.live.set(null_mut());
        }
    }
}

impl super::Vm {
    /// The globals of the running frame.
    pub fn current_globals(&self) -> Option<Gc<crate::objects::dict::Dict>> {
        // SAFETY: the running frame and its function are alive.
        unsafe {
            let frame = self.frame.as_ref()?;
            Some(frame.func.as_ref()?.globals.clone())
        }
    }

    /// What `super()` without arguments means in the running frame: the content of `__class__` and
    /// the first argument.
    pub fn super_arguments(&mut self) -> super::Result<(Value, Value)> {
        // SAFETY: the running frame, its code, function and registers are alive.
        let (first, cell) = unsafe {
            let Some(frame) = self.frame.as_ref() else {
                return Err(self.runtime_error("super(): no current frame"));
            };
            let code = &(*frame.code).code;
            if code.args == 0 {
                return Err(self.runtime_error("super(): no arguments"));
            }
            let mut first = (*frame.regs).clone();
            if code.cellvars.iter().any(|r| r.0 == 0)
                && let Some(cell) = first.downcast::<CellObj>()
            {
                first = cell.get().clone();
            }
            let index = code.freevars.iter().position(|name| &**name == "__class__");
            let function = frame.func.as_ref();
            (
                first,
                index
                    .zip(function)
                    .and_then(|(i, f)| f.closure.get(i).cloned()),
            )
        };
        if first.is_unbound() {
            return Err(self.runtime_error("super(): arg[0] deleted"));
        }
        let Some(cell) = cell else {
            return Err(self.runtime_error("super(): __class__ cell not found"));
        };
        match cell.get().clone() {
            Value::Unbound => Err(self.runtime_error("super(): empty __class__ cell")),
            class if class.is::<Type>() => Ok((class, first)),
            other => {
                let name = self.type_name(&other);
                Err(self.runtime_error(format!("super(): __class__ is not a type ({name})")))
            }
        }
    }
}

/// Number of plain frames that fit.
const MAX_FRAMES: usize = 200_000;
/// Number of registers that fit.
const MAX_VALUES: usize = 2_000_000;

/// The stacks of plain frames. Reserved once; the operating system gives memory as it is touched.
pub struct Stack {
    frames: *mut Frame,
    frames_end: *mut Frame,
    /// The next free frame.
    pub next: *mut Frame,
    values: *mut Value,
    values_end: *mut Value,
    /// The next free register.
    pub top: *mut Value,
}

fn reserve<T>(count: usize) -> *mut T {
    match Layout::array::<T>(count) {
        // SAFETY: the size is not zero.
        Ok(layout) => unsafe {
            let ptr = alloc_zeroed(layout);
            if ptr.is_null() {
                handle_alloc_error(layout);
            }
            ptr.cast()
        },
        Err(_) => unreachable!("the sizes are constants"),
    }
}

impl Default for Stack {
    fn default() -> Stack {
        let frames: *mut Frame = reserve(MAX_FRAMES);
        // Zeroed memory is `Unbound` all over.
        let values: *mut Value = reserve(MAX_VALUES);
        // SAFETY: one past the end of the allocations.
        unsafe {
            Stack {
                frames,
                frames_end: frames.add(MAX_FRAMES),
                next: frames,
                values,
                values_end: values.add(MAX_VALUES),
                top: values,
            }
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: allocated in `default` with the same layouts; frames and values hold nothing now.
        unsafe {
            if let (Ok(frames), Ok(values)) = (
                Layout::array::<Frame>(MAX_FRAMES),
                Layout::array::<Value>(MAX_VALUES),
            ) {
                dealloc(self.frames.cast(), frames);
                dealloc(self.values.cast(), values);
            }
        }
    }
}

impl Stack {
    /// Whether a frame with `nregs` registers from `regs` on fits.
    #[inline]
    pub fn fits(&self, regs: *mut Value, nregs: usize) -> bool {
        self.next < self.frames_end
            && (self.values_end as usize) - (regs as usize) > (nregs + 64) * size_of::<Value>()
    }
}
