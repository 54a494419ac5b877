//! Iterators of the builtin types: what they hold, and the rows that all iterators have.
//! Their types and methods are in `iter_types`; `enumerate`, `zip`, `map`, ... are in `lazy`.
//! `Vm::next` steps native iterators through `TypeDef::next`; `__next__` calls the same function.

use std::cell::{Cell, RefCell};

use num_bigint::BigInt;

use super::dict::Dict;
use super::header::{Gc, ObjRef};
use super::native::{Args, NativeDef, method};
use super::set::Set;
use super::typeobj::Type;
use super::types::NextFn;
use super::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

/// Over a list or tuple, either way. `source` becomes unbound at the end.
pub struct ListIter {
    pub source: RefCell<Value>,
    /// Index of the next item; one past it when going backwards.
    pub next: Cell<usize>,
    pub reverse: bool,
}
payload!(ListIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.source.borrow(), visit);
    }
});

/// Over a range whose numbers are small.
pub struct RangeIter {
    pub next: Cell<i64>,
    pub step: i64,
    /// How many are left.
    pub left: Cell<u64>,
}
payload!(RangeIter, untracked);

/// Over a range with large numbers.
pub struct LongRangeIter {
    pub next: RefCell<BigInt>,
    pub step: BigInt,
    pub left: RefCell<BigInt>,
}
payload!(LongRangeIter, untracked);

/// Over the characters of a string.
pub struct StrIter {
    pub source: RefCell<Value>,
    /// Byte offset of the next character.
    pub next: Cell<usize>,
}
payload!(StrIter, untracked);

/// By `__getitem__` and index: bytes-like objects and the old sequence protocol.
pub struct SeqIter {
    pub source: RefCell<Value>,
    pub next: Cell<usize>,
}
payload!(SeqIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.source.borrow(), visit);
    }
});

/// Over a dict; the type says whether keys, values or items, and which way.
pub struct DictIter {
    pub dict: RefCell<Option<Gc<Dict>>>,
    /// Entry number; one past it when going backwards.
    pub next: Cell<usize>,
    /// Length when the iteration began.
    pub len: Cell<usize>,
    /// How many are left.
    pub left: Cell<usize>,
}
payload!(DictIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        if let Some(dict) = &*self.dict.borrow() {
            visit(dict.obj());
        }
    }
});

impl DictIter {
    fn new(dict: Gc<Dict>, next: usize) -> DictIter {
        let len = dict.len();
        DictIter {
            dict: Some(dict).into(),
            next: next.into(),
            len: len.into(),
            left: len.into(),
        }
    }

    pub fn forward(dict: Gc<Dict>) -> DictIter {
        DictIter::new(dict, 0)
    }

    pub fn backward(dict: Gc<Dict>) -> DictIter {
        let end = dict.end();
        DictIter::new(dict, end)
    }
}

/// Over a set, by position in its table.
pub struct SetIter {
    pub source: RefCell<Value>,
    pub next: Cell<usize>,
    /// Length when the iteration began.
    pub len: Cell<usize>,
    /// How many are left.
    pub left: Cell<usize>,
}
payload!(SetIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.source.borrow(), visit);
    }
});

impl SetIter {
    pub fn new(set: &Gc<Set>) -> SetIter {
        SetIter {
            source: set.value().into(),
            next: 0.into(),
            len: set.len().into(),
            left: set.len().into(),
        }
    }
}

/// `iter(callable, sentinel)`
pub struct CallIter {
    pub callable: RefCell<Value>,
    pub sentinel: RefCell<Value>,
}
payload!(CallIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.callable.borrow(), visit);
        visit_value(&self.sentinel.borrow(), visit);
    }
});

pub use super::iter_types::*;
pub use super::lazy::*;

// ---- rows of every iterator ----------------------------------------------------------------

/// `__iter__` of an iterator: itself.
pub const ITER: NativeDef = method(
    "__iter__",
    "($self, /)",
    |_, args| Ok(args[0].clone()),
    "Implement iter(self).",
);

/// `__next__` of an iterator whose type has a `next`.
pub const NEXT: NativeDef = method("__next__", "($self, /)", next_row, "Implement next(self).");

/// The row of `__length_hint__`.
pub const fn length_hint(func: super::native::NativeFn) -> NativeDef {
    method(
        "__length_hint__",
        "($self, /)",
        func,
        "Private method returning an estimate of len(list(it)).",
    )
}

/// The row of `__reduce__`.
pub const fn reduce(func: super::native::NativeFn) -> NativeDef {
    method(
        "__reduce__",
        "($self, /)",
        func,
        "Return state information for pickling.",
    )
}

/// The row of `__setstate__`.
pub const fn setstate(func: super::native::NativeFn) -> NativeDef {
    method(
        "__setstate__",
        "($self, object, /)",
        func,
        "Set state information for unpickling.",
    )
}

/// How objects of a type are stepped natively; a subclass made by a script goes by its native base.
fn native_next(ty: &Gc<Type>) -> Option<NextFn> {
    ty.next
        .get()
        .or_else(|| ty.mro_rest().iter().find_map(|t| t.next.get()))
}

fn next_row(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(step) = native_next(vm.type_of(&args[0])) else {
        return Err(vm.system_error("bad argument to internal function"));
    };
    match step(vm, &args[0])? {
        Some(item) => Ok(item),
        None => Err(vm.stop_iteration(Value::None)),
    }
}
