//! The virtual machine: one isolate's interpreter.
//!
//! - `run.rs` is the loop: one `match` over the opcodes with thin arms; `ops/` holds what the arms
//!   call, by family. `frame.rs` is what a call consists of, `call.rs` how calls are made, `args.rs`
//!   how arguments meet parameters, `unwind.rs` what an exception does to frames.
//! - `errors.rs` makes exceptions; `start.rs` builds a new isolate's types and modules.
//!
//! Calls between script functions never recurse in Rust. Natives that call back do so through a
//! nested run, bounded by the recursion limit and by the stack that is left.

pub mod args;
pub mod call;
pub mod errors;
mod finalize;
pub mod frame;
pub mod host;
mod import;
pub mod locals;
pub mod ops;
mod report;
pub mod run;
mod source;
mod start;
mod unwind;

use std::any::{Any, TypeId};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use crate::objects::bytes::Bytes;
use crate::objects::dict::Dict;
use crate::objects::exceptions::{Exc, ExcTypes};
use crate::objects::header::{Gc, Payload};
use crate::objects::heap::Heap;
use crate::objects::list::{List, Tuple};
use crate::objects::names::Names;
use crate::objects::str::Str;
use crate::objects::typeobj::Type;
use crate::objects::types::Types;
use crate::objects::value::Value;

use frame::{Frame, Stack};

/// The result of anything that can raise a script exception.
pub type Result<T = Value> = std::result::Result<T, Exc>;

/// One isolate's interpreter.
pub struct Vm {
    pub types: Types,
    pub exc: ExcTypes,
    pub names: Names,
    /// The namespace of module `builtins`.
    pub builtins: Gc<Dict>,
    /// `sys.modules`.
    pub modules: Gc<Dict>,
    /// Optimization level of what is compiled (`-O`).
    pub optimize: u8,
    /// How to wait for the host, when somebody drives this isolate.
    pub(crate) suspender: Option<crate::event_loop::isolate::Suspender>,
    /// `sys.path`.
    pub path: Gc<List>,
    /// Addresses of modules whose code runs.
    pub(crate) initializing: Vec<usize>,
    pub stack: Stack,
    /// The running frame, or null.
    pub frame: *mut Frame,
    /// Number of frames that run or wait for a callee.
    pub depth: usize,
    pub recursion_limit: usize,
    /// Addresses of the containers whose text is being made.
    pub repr_active: Vec<usize>,
    /// Lowest address that nested runs may use of the Rust stack.
    pub stack_limit: Cell<usize>,
    pub attention: Arc<AtomicU32>,
    /// What the frame that is being entered raises first of all.
    pub(crate) pending_raise: Option<Exc>,
    /// The exception being raised was raised before: this frame is not added to its traceback.
    pub(crate) reraising: bool,
    /// What `throw` was called with, for iterators that are thrown into in turn.
    pub(crate) thrown_args: Vec<Value>,
    /// Result of an iterator that a `Delegate` has run to its end.
    pub(crate) delegate_result: Value,
    /// The last `Exit::Yield` came from a `yield` of an asynchronous generator, not from an `await`.
    pub(crate) async_yielded: bool,
    /// `sys.set_asyncgen_hooks`: firstiter and finalizer.
    pub asyncgen_hooks: (Value, Value),
    /// Namespaces of `.apy` modules, which see the async names, by address.
    pub(crate) apy_globals: HashSet<usize>,
    /// Types of modules, by the address of their definition.
    pub(crate) module_types: HashMap<usize, Gc<Type>>,
    /// Event loops, tasks, contexts.
    pub asyncs: crate::event_loop::AsyncState,
    pub(crate) module_state: HashMap<TypeId, Rc<dyn Any>>,
    /// Boxed: types point to it. Last, so that it goes last.
    pub heap: Box<Heap>,
}

impl Vm {
    #[inline]
    pub fn alloc<T: Payload>(&self, ty: &Gc<Type>, payload: T) -> Gc<T> {
        self.heap.alloc(ty, payload)
    }

    #[inline]
    pub fn new_str(&self, s: impl Into<Str>) -> Value {
        self.heap.new_str(s).into()
    }

    /// A list of the values.
    #[inline]
    pub fn new_list(&self, items: Vec<Value>) -> Gc<List> {
        self.heap.alloc(&self.types.list, List::from(items))
    }

    /// A tuple of the values.
    #[inline]
    pub fn new_tuple(&self, items: Vec<Value>) -> Gc<Tuple> {
        self.heap.alloc(&self.types.tuple, Tuple::from(items))
    }

    #[inline]
    pub fn new_dict(&self) -> Gc<Dict> {
        self.heap.new_dict()
    }

    #[inline]
    pub fn new_bytes(&self, data: Vec<u8>) -> Value {
        self.heap.alloc(&self.types.bytes, Bytes::from(data)).into()
    }

    /// The interned string of a text, for names of attributes.
    pub fn intern(&self, text: &str) -> Gc<Str> {
        self.heap.intern_str(text)
    }

    /// The type of a value.
    #[inline]
    pub fn type_of<'a>(&'a self, value: &'a Value) -> &'a Gc<Type> {
        match value {
            Value::Obj(obj) => obj.ty(),
            Value::Int(_) => &self.types.int,
            Value::Bool(_) => &self.types.bool,
            Value::Float(_) => &self.types.float,
            Value::None | Value::Unbound => &self.types.none,
            Value::NotImplemented => &self.types.not_implemented,
            Value::Ellipsis => &self.types.ellipsis,
        }
    }

    /// The name of the value's type, for messages.
    pub fn type_name(&self, value: &Value) -> String {
        self.type_of(value).full_name().to_string()
    }
}
