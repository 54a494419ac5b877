//! `locals()` and `globals()` of the running frame (PEP 667).
#![allow(unsafe_code)]

use crate::bytecode::CodeKind;
use crate::objects::dict::Dict;
use crate::objects::function::CellObj;
use crate::objects::header::Gc;
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
            let code = (&(*(*frame).code).code).clone();
            let linked = &*(*frame).linked;
            for (i, name) in linked.varnames.iter().enumerate() {
                let value = (*(*frame).regs.add(i)).clone();
                let value = match value.downcast::<CellObj>() {
                    Some(cell) if code.cellvars.iter().any(|r| usize::from(r.0) == i) => {
                        cell.get().clone()
                    }
                    _ => value,
                };
                // Names of the compiler's own, such as `.0`, are not shown.
                if !value.is_unbound() && !name.bytes().starts_with(b".") {
                    dict.set_str(name, value, &self.heap);
                }
            }
            for (name, cell) in linked.freevars.iter().zip(&(*(*frame).func).closure) {
                let value = cell.get().clone();
                if !value.is_unbound() {
                    dict.set_str(name, value, &self.heap);
                }
            }
        }
        dict
    }
}
