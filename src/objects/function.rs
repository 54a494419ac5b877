//! Functions made by scripts, their code, cells, and the wrappers that binding makes:
//! bound methods, `classmethod`, `staticmethod`, `property`.
#![allow(unsafe_code)]

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::rc::Rc;
use std::sync::Arc;

use super::dict::Dict;
use super::header::{Gc, ObjRef};
use super::shape::Shape;
use super::str::Str;
use super::value::{Value, visit_value};
use crate::bytecode::Code;
use crate::payload;

pub use super::function_types::{
    CELL, CLASSMETHOD, CODE, FUNCTION, METHOD, PROPERTY, STATICMETHOD,
};

/// A variable shared between a function and those inside it.
pub struct CellObj {
    value: UnsafeCell<Value>,
}

payload!(CellObj, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(self.get(), visit);
    }

    fn clear(&self) {
        drop(self.set(Value::Unbound));
    }
});

impl CellObj {
    pub fn new(value: Value) -> CellObj {
        CellObj {
            value: UnsafeCell::new(value),
        }
    }

    /// The content, `Unbound` when empty. Clone it before anything else runs.
    #[inline]
    pub fn get(&self) -> &Value {
        // SAFETY: one thread; callers clone at once.
        unsafe { &*self.value.get() }
    }

    /// Replaces the content; returns the old one.
    #[inline]
    pub fn set(&self, value: Value) -> Value {
        // SAFETY: as above.
        unsafe { std::mem::replace(&mut *self.value.get(), value) }
    }
}

/// What an instruction has learnt: see `vm::ops::attr` for its use.
#[derive(Default)]
pub enum Cache {
    #[default]
    Empty,
    /// Entry `index` of the globals, while their layout has this version.
    Global { version: u32, index: u32 },
    /// Entry `index` of the builtins, while globals and builtins have these versions.
    Builtin {
        globals: u32,
        version: u32,
        index: u32,
    },
    /// Attribute at `index` of instances of this type version and shape.
    Instance { ty: u32, shape: u32, index: u32 },
    /// Adding an attribute takes instances of this type version and shape to the next shape.
    Grow {
        ty: u32,
        shape: u32,
        next: Rc<Shape>,
    },
    /// Slot `index` of instances of this type version.
    Slot { ty: u32, index: u32 },
    /// A method on the type; instances of this shape don't hide it (`shape` 0: they have no `__dict__`).
    Method { ty: u32, shape: u32, func: Value },
    /// A plain class attribute, likewise.
    ClassAttr { ty: u32, shape: u32, value: Value },
    /// Entry `index` of a module's namespace of this version.
    Module { version: u32, index: u32 },
    /// An attribute of a class object of this version, needing no binding.
    OnClass { ty: u32, value: Value },
}

/// A code object linked into an isolate.
pub struct CodeObj {
    pub code: Arc<Code>,
    linked: OnceCell<Linked>,
    /// `__qualname__` etc. changed by `replace` live in `code`; nothing else is mutable.
    pub calls: Cell<u32>,
}

/// What an isolate lays beside a code object.
pub struct Linked {
    pub consts: Box<[Value]>,
    /// Interned.
    pub names: Box<[Gc<Str>]>,
    /// Interned.
    pub varnames: Box<[Gc<Str>]>,
    pub freevars: Box<[Gc<Str>]>,
    pub sites: Box<[UnsafeCell<Cache>]>,
    /// A call of this code with exactly `args` positional arguments needs nothing but a frame.
    pub simple: bool,
}

payload!(CodeObj, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        let Some(linked) = self.linked.get() else {
            return;
        };
        linked.consts.iter().for_each(|v| visit_value(v, visit));
        for site in &linked.sites {
            // SAFETY: one thread, and visiting changes no cache.
            match unsafe { &*site.get() } {
                Cache::Method { func: value, .. }
                | Cache::ClassAttr { value, .. }
                | Cache::OnClass { value, .. } => {
                    visit_value(value, visit);
                }
                _ => {}
            }
        }
    }

    fn clear(&self) {
        if let Some(linked) = self.linked.get() {
            for site in &linked.sites {
                // SAFETY: one thread; the old content is moved out before it is dropped.
                drop(unsafe { std::mem::take(&mut *site.get()) });
            }
        }
    }
});

impl CodeObj {
    pub fn new(code: Arc<Code>) -> CodeObj {
        CodeObj {
            code,
            linked: OnceCell::new(),
            calls: Cell::new(0),
        }
    }

    /// The linked parts, once `Vm::link` has made them.
    #[inline]
    pub fn linked(&self) -> Option<&Linked> {
        self.linked.get()
    }

    pub fn set_linked(&self, linked: Linked) -> &Linked {
        self.linked.get_or_init(|| linked)
    }
}

/// A function made by `def`, `lambda` or a class body.
pub struct Function {
    pub code: RefCell<Gc<CodeObj>>,
    pub globals: Gc<Dict>,
    pub builtins: Gc<Dict>,
    /// A tuple, or unbound.
    pub defaults: RefCell<Value>,
    /// A dict, or unbound.
    pub kwdefaults: RefCell<Value>,
    pub closure: Box<[Gc<CellObj>]>,
    pub name: RefCell<Value>,
    pub qualname: RefCell<Value>,
    pub module: RefCell<Value>,
    pub doc: RefCell<Value>,
    /// A dict or tuple, or unbound.
    pub annotations: RefCell<Value>,
    /// A tuple, or unbound.
    pub type_params: RefCell<Value>,
}

payload!(Function, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.code.borrow().obj());
        visit(self.globals.obj());
        visit(self.builtins.obj());
        self.closure.iter().for_each(|c| visit(c.obj()));
        for cell in self.cells() {
            visit_value(&cell.borrow(), visit);
        }
    }

    fn clear(&self) {
        // The code stays, so that a frame that still runs it is safe; cells are cleared themselves.
        let old: Vec<Value> = self.cells().into_iter().map(RefCell::take).collect();
        drop(old);
    }
});

impl Function {
    fn cells(&self) -> [&RefCell<Value>; 8] {
        [
            &self.defaults,
            &self.kwdefaults,
            &self.name,
            &self.qualname,
            &self.module,
            &self.doc,
            &self.annotations,
            &self.type_params,
        ]
    }
}

/// A function bound to its first argument.
pub struct BoundMethod {
    pub func: Value,
    pub this: Value,
}

payload!(BoundMethod, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.func, visit);
        visit_value(&self.this, visit);
    }
});

pub struct ClassMethod {
    pub func: RefCell<Value>,
}

payload!(ClassMethod, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.func.borrow(), visit);
    }

    fn clear(&self) {
        drop(self.func.take());
    }
});

pub struct StaticMethod {
    pub func: RefCell<Value>,
}

payload!(StaticMethod, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.func.borrow(), visit);
    }

    fn clear(&self) {
        drop(self.func.take());
    }
});

/// `property`: functions that are `None` are not given.
#[derive(Default)]
pub struct Property {
    pub get: RefCell<Value>,
    pub set: RefCell<Value>,
    pub del: RefCell<Value>,
    pub doc: RefCell<Value>,
    pub name: RefCell<Value>,
    pub getter_doc: Cell<bool>,
}

payload!(Property, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for cell in [&self.get, &self.set, &self.del, &self.doc, &self.name] {
            visit_value(&cell.borrow(), visit);
        }
    }

    fn clear(&self) {
        let old = [
            self.get.take(),
            self.set.take(),
            self.del.take(),
            self.doc.take(),
            self.name.take(),
        ];
        drop(old);
    }
});
