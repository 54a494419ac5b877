//! Iterators of the builtin types, and `enumerate`, `zip`, `map`, `filter`, `reversed`.
//! `Vm::next` steps the common ones directly; `__next__` of each calls the same function.

use std::cell::{Cell, RefCell};

use num_bigint::BigInt;

use super::dict::Dict;
use super::header::{Gc, ObjRef};
use super::types::{BASE, NO_NEW, TypeDef};
use super::value::{Value, visit_value};
use crate::payload;

/// Over a list or tuple, either way. `source` becomes unbound at the end.
pub struct ListIter {
    pub source: RefCell<Value>,
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
    /// Entry number.
    pub next: Cell<usize>,
    /// Length when the iteration began.
    pub len: Cell<usize>,
}
payload!(DictIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        if let Some(dict) = &*self.dict.borrow() {
            visit(dict.obj());
        }
    }
});

/// Over a set, by position in its table.
pub struct SetIter {
    pub source: RefCell<Value>,
    pub next: Cell<usize>,
    pub len: Cell<usize>,
}
payload!(SetIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.source.borrow(), visit);
    }
});

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

pub struct Enumerate {
    pub iter: Value,
    pub next: RefCell<Value>,
}
payload!(Enumerate, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.iter, visit);
        visit_value(&self.next.borrow(), visit);
    }
});

pub struct Zip {
    pub iters: Vec<Value>,
    pub strict: bool,
}
payload!(Zip, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.iters.iter().for_each(|v| visit_value(v, visit));
    }
});

pub struct MapObj {
    pub func: Value,
    pub iters: Vec<Value>,
}
payload!(MapObj, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.func, visit);
        self.iters.iter().for_each(|v| visit_value(v, visit));
    }
});

pub struct Filter {
    pub func: Value,
    pub iter: Value,
}
payload!(Filter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.func, visit);
        visit_value(&self.iter, visit);
    }
});

/// `reversed` of a sequence by `__len__` and `__getitem__`.
pub struct Reversed {
    pub source: RefCell<Value>,
    /// One past the index of the next item.
    pub left: Cell<usize>,
}
payload!(Reversed, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.source.borrow(), visit);
    }
});

pub static LIST_ITERATOR: TypeDef = TypeDef {
    name: "list_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static LIST_REVERSEITERATOR: TypeDef = TypeDef {
    name: "list_reverseiterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static TUPLE_ITERATOR: TypeDef = TypeDef {
    name: "tuple_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static RANGE_ITERATOR: TypeDef = TypeDef {
    name: "range_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static LONGRANGE_ITERATOR: TypeDef = TypeDef {
    name: "longrange_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static STR_ITERATOR: TypeDef = TypeDef {
    name: "str_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static STR_ASCII_ITERATOR: TypeDef = TypeDef {
    name: "str_ascii_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static BYTES_ITERATOR: TypeDef = TypeDef {
    name: "bytes_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static BYTEARRAY_ITERATOR: TypeDef = TypeDef {
    name: "bytearray_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static MEMORY_ITERATOR: TypeDef = TypeDef {
    name: "memory_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static SET_ITERATOR: TypeDef = TypeDef {
    name: "set_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static ITERATOR: TypeDef = TypeDef {
    name: "iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static CALLABLE_ITERATOR: TypeDef = TypeDef {
    name: "callable_iterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static DICT_KEYITERATOR: TypeDef = TypeDef {
    name: "dict_keyiterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static DICT_VALUEITERATOR: TypeDef = TypeDef {
    name: "dict_valueiterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static DICT_ITEMITERATOR: TypeDef = TypeDef {
    name: "dict_itemiterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static DICT_REVERSEKEYITERATOR: TypeDef = TypeDef {
    name: "dict_reversekeyiterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static DICT_REVERSEVALUEITERATOR: TypeDef = TypeDef {
    name: "dict_reversevalueiterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static DICT_REVERSEITEMITERATOR: TypeDef = TypeDef {
    name: "dict_reverseitemiterator",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};
pub static ENUMERATE: TypeDef = TypeDef {
    name: "enumerate",
    flags: BASE,
    ..TypeDef::EMPTY
};
pub static ZIP: TypeDef = TypeDef {
    name: "zip",
    flags: BASE,
    ..TypeDef::EMPTY
};
pub static MAP: TypeDef = TypeDef {
    name: "map",
    flags: BASE,
    ..TypeDef::EMPTY
};
pub static FILTER: TypeDef = TypeDef {
    name: "filter",
    flags: BASE,
    ..TypeDef::EMPTY
};
pub static REVERSED: TypeDef = TypeDef {
    name: "reversed",
    flags: BASE,
    ..TypeDef::EMPTY
};
