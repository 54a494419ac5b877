//! `locals()` and `globals()` of the running frame (PEP 667).
#![allow(unsafe_code)]

use crate::bytecode::{Code, CodeKind};
use crate::objects::code_type::{LocalPlace, local_places};
use crate::objects::dict::Dict;
use crate::objects::frame::FrameObj;
use crate::objects::function::CellObj;
use crate::objects::header::Gc;
use crate::objects::list::Tuple;
use crate::objects::value::Value;

use super::Vm;
use super::frame::Frame;

impl Vm {
    /// What `locals()` gives: the namespace of class and module code, a fresh snapshot in functions.
    pub fn current_locals(&mut self) -> Value {
        let frame = self.frame;
        if frame.is_null() {
            return self.new_dict().into();
        }
        // SAFETY: as above.
        unsafe {
            match (&(*(*frame).code).code).kind {
                CodeKind::Function | CodeKind::Annotation => self.snapshot_locals(frame).into(),
                _ => self.frame_namespace(frame),
            }
        }
    }

    /// The bound locals and free variables of a function's frame, by name.
    pub(crate) unsafe fn snapshot_locals(&mut self, frame: *mut Frame) -> Gc<Dict> {
        let dict = self.new_dict();
        // SAFETY: the frame is alive; its registers hold the locals first.
        unsafe {
            let code = (*(*frame).code).code.clone();
            for (name, place) in local_places(&code) {
                let value = match place {
                    LocalPlace::Register(r) => content(&code, r, (*(*frame).regs.add(r)).clone()),
                    LocalPlace::Free(i) => {
                        let closure = &(*(*frame).func).closure;
                        closure.get(i).map(|c| c.get().clone()).unwrap_or_default()
                    }
                };
                if !value.is_unbound() {
                    dict.set_str(&self.intern(&name), value, &self.heap);
                }
            }
            // Names that were set through `f_locals`.
            if let Some(obj) = &(*frame).obj
                && let Some(extra) = obj.extra_locals.borrow().downcast::<Dict>()
            {
                for (key, value) in extra.items() {
                    if let Some(name) = key.downcast::<crate::objects::str::Str>() {
                        dict.set_str(name, value, &self.heap);
                    }
                }
            }
        }
        dict
    }

    // ---- frame objects -----------------------------------------------------------------------

    /// A variable of a frame, `Unbound` when it has no value.
    pub(crate) fn frame_local(&self, obj: &FrameObj, place: LocalPlace) -> Value {
        match place {
            LocalPlace::Register(r) => {
                // SAFETY: while `live` is set the frame and its registers are alive.
                let value = match unsafe { obj.live.get().as_ref() } {
                    Some(frame) if r < frame.nregs as usize => unsafe {
                        (*frame.regs.add(r)).clone()
                    },
                    _ => obj.registers.borrow().get(r).cloned().unwrap_or_default(),
                };
                content(&obj.code.code, r, value)
            }
            LocalPlace::Free(i) => free_cell(obj, i)
                .map(|c| c.get().clone())
                .unwrap_or_default(),
        }
    }

    /// Sets a variable of a frame; returns what it held.
    pub(crate) fn set_frame_local(&self, obj: &FrameObj, place: LocalPlace, value: Value) -> Value {
        let LocalPlace::Register(r) = place else {
            let LocalPlace::Free(i) = place else {
                return Value::Unbound;
            };
            return free_cell(obj, i).map(|c| c.set(value)).unwrap_or_default();
        };
        if is_cell(&obj.code.code, r) {
            let held = self.raw_register(obj, r);
            if let Some(cell) = held.downcast::<CellObj>() {
                return cell.set(value);
            }
        }
        // SAFETY: as above; the old value is moved out, not dropped here.
        match unsafe { obj.live.get().as_ref() } {
            Some(frame) if r < frame.nregs as usize => unsafe {
                std::mem::replace(&mut *frame.regs.add(r), value)
            },
            _ => match obj.registers.borrow_mut().get_mut(r) {
                Some(register) => std::mem::replace(register, value),
                None => Value::Unbound,
            },
        }
    }

    fn raw_register(&self, obj: &FrameObj, r: usize) -> Value {
        // SAFETY: as above.
        match unsafe { obj.live.get().as_ref() } {
            Some(frame) if r < frame.nregs as usize => unsafe { (*frame.regs.add(r)).clone() },
            _ => obj.registers.borrow().get(r).cloned().unwrap_or_default(),
        }
    }

    /// Number of the instruction at which a frame stands or stood.
    pub(crate) fn frame_pc(&self, obj: &FrameObj) -> usize {
        // SAFETY: as above.
        match unsafe { obj.live.get().as_ref() } {
            Some(frame) => frame.pc_index(),
            None => obj.pc.get() as usize,
        }
    }

    /// The frame that called this one, or `None`.
    pub(crate) fn frame_back(&mut self, obj: &FrameObj) -> Value {
        let live = obj.live.get();
        // SAFETY: as above; frames that wait for a callee are alive.
        unsafe {
            match live.as_ref() {
                Some(frame) if !frame.prev.is_null() && self.is_on_stack(live) => {
                    self.frame_object(frame.prev).into()
                }
                Some(_) => Value::None,
                None => obj.back.borrow().clone(),
            }
        }
    }

    /// Whether a frame runs or waits for a callee.
    pub(crate) fn is_on_stack(&self, wanted: *mut Frame) -> bool {
        let mut frame = self.frame;
        while !frame.is_null() {
            if frame == wanted {
                return true;
            }
            // SAFETY: the frames from the running one on are alive.
            frame = unsafe { (*frame).prev };
        }
        false
    }
}

fn is_cell(code: &Code, register: usize) -> bool {
    code.cellvars.iter().any(|r| usize::from(r.0) == register)
}

/// What a register holds as a variable: the content of its cell if it has one.
fn content(code: &Code, register: usize, value: Value) -> Value {
    match value.downcast::<CellObj>() {
        Some(cell) if is_cell(code, register) => cell.get().clone(),
        _ => value,
    }
}

fn free_cell(obj: &FrameObj, index: usize) -> Option<Gc<CellObj>> {
    let closure = obj.closure.borrow();
    let cells = closure.downcast::<Tuple>()?;
    cells.items().get(index)?.downcast::<CellObj>().cloned()
}
