//! What an exception does to frames: a traceback entry for each, the handler table, the way out.
#![allow(unsafe_code)]

use crate::bytecode::Handler;
use crate::objects::exceptions::Exc;
use crate::objects::frame::{FrameObj, Traceback};
use crate::objects::header::Gc;
use crate::objects::value::Value;

use super::call::clear_registers;
use super::frame::{ENTRY, Frame};
use super::run::Flow;
use super::{Result, Vm};

impl Vm {
    /// Finds the handler for an exception raised in the running frame. `Ok` when one was found: the
    /// running frame goes on there. `Err` when the exception leaves the nested run.
    pub(crate) fn unwind(&mut self, error: Exc) -> Result<Flow> {
        let mut error = error;
        let reraising = std::mem::take(&mut self.reraising);
        if !reraising && error.0.traceback.borrow().is_none() && error.0.context.borrow().is_none()
        {
            self.set_context(&error);
        }
        let mut skip_entry = reraising;
        loop {
            let frame = self.frame;
            // SAFETY: the running frame; its code is alive.
            unsafe {
                let pc = (*frame).pc_index() as u32;
                if !std::mem::take(&mut skip_entry) {
                    self.add_traceback(frame, &error, pc);
                }
                let handlers: &[Handler] = &(&(*(*frame).code).code).handlers;
                if let Some(h) = handlers.iter().find(|h| h.start <= pc && pc < h.end) {
                    let regs = (*frame).regs;
                    let above = h.exc.0 as usize;
                    clear_registers(regs.add(above), (*frame).nregs as usize - above);
                    regs.add(above).write(error.value());
                    (*frame).pc = (&(*(*frame).code).code).ops.as_ptr().add(h.target as usize);
                    return Ok(Flow::Switch);
                }
                if (*frame).generator.is_null() {
                    let is_entry = (*frame).flags & ENTRY != 0;
                    self.pop_frame(frame);
                    if is_entry {
                        return Err(error);
                    }
                } else {
                    error = self.unwind_generator(frame, error)?;
                }
            }
        }
    }

    /// The nested run could not begin: takes its frame off again.
    pub(crate) fn abandon_entry(&mut self, error: Exc) -> Exc {
        let frame = self.frame;
        // SAFETY: the running frame.
        unsafe {
            if (*frame).generator.is_null() {
                self.pop_frame(frame);
                error
            } else {
                match self.unwind_generator(frame, error) {
                    Ok(error) | Err(error) => error,
                }
            }
        }
    }

    /// Puts an entry for the frame before what the traceback has.
    pub(crate) unsafe fn add_traceback(&mut self, frame: *mut Frame, error: &Exc, pc: u32) {
        let frame_obj = unsafe { self.frame_object(frame) };
        let line = frame_obj.code.code.line(pc as usize);
        let next = error.0.traceback.borrow().clone();
        let entry = Traceback {
            next: next.into(),
            frame: frame_obj,
            pc,
            lineno: i64::from(line).into(),
        };
        let entry = self.heap.alloc(&self.types.traceback, entry);
        drop(error.0.traceback.replace(entry.into()));
    }

    /// The frame as an object; the same one each time.
    pub(crate) unsafe fn frame_object(&mut self, frame: *mut Frame) -> Gc<FrameObj> {
        unsafe {
            if let Some(obj) = &(*frame).obj {
                return obj.clone();
            }
            let func = &*(*frame).func;
            let code = crate::objects::header::ObjRef::share_payload((*frame).code);
            let namespace = match (&(*(*frame).code).code).kind {
                crate::bytecode::CodeKind::Function | crate::bytecode::CodeKind::Annotation => {
                    Value::Unbound
                }
                _ => (*frame).ns.clone(),
            };
            let closure: Vec<Value> = func.closure.iter().map(|c| c.value()).collect();
            let closure = self.new_tuple(closure).value();
            let obj = FrameObj {
                code: Gc::from_obj(code),
                globals: func.globals.clone(),
                builtins: func.builtins.clone(),
                live: frame.into(),
                registers: Vec::new().into(),
                closure: closure.into(),
                namespace: namespace.into(),
                pc: 0.into(),
                back: Value::None.into(),
                extra_locals: Value::Unbound.into(),
                trace: Value::None.into(),
            };
            let obj = self.heap.alloc(&self.types.frame, obj);
            (*frame).obj = Some(obj.clone());
            obj
        }
    }

    /// The frame `depth` calls up from the running one, as an object.
    pub fn frame_at(&mut self, depth: usize) -> Option<Gc<FrameObj>> {
        let mut frame = self.frame;
        // SAFETY: the frames from the running one on are alive.
        unsafe {
            for _ in 0..depth {
                if frame.is_null() {
                    return None;
                }
                frame = (*frame).prev;
            }
            if frame.is_null() {
                None
            } else {
                Some(self.frame_object(frame))
            }
        }
    }
}
