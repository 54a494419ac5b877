//! The iterator and the views of `OrderedDict`.

use std::cell::{Cell, RefCell};

use super::ordered_dict::ORDERED_DICT;
use crate::objects::dict::Dict;
use crate::objects::dict_views::DictView;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::iter::{ITER, NEXT, reduce};
use crate::objects::native::{Args, method};
use crate::objects::types::{NO_NEW, TypeDef};
use crate::objects::value::Value;
use crate::payload;
use crate::vm::{Result, Vm};

/// What an iteration gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Keys,
    Values,
    Items,
}

pub struct OrderedIter {
    /// `None` at the end.
    dict: RefCell<Option<Gc<Dict>>>,
    /// Entry number; one past it when going backwards.
    next: Cell<usize>,
    version: u32,
    kind: Kind,
    reverse: bool,
}
payload!(OrderedIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        if let Some(dict) = &*self.dict.borrow() {
            visit(dict.obj());
        }
    }
});

pub static ODICT_ITERATOR: TypeDef = TypeDef {
    name: "odict_iterator",
    flags: NO_NEW,
    methods: &[ITER, NEXT, reduce(iter_reduce)],
    next: Some(iter_next),
    ..TypeDef::EMPTY
};

/// An iterator over an ordered dict.
pub fn iterate(vm: &mut Vm, dict: &Gc<Dict>, kind: Kind, reverse: bool) -> Value {
    let iter = OrderedIter {
        dict: Some(dict.clone()).into(),
        next: if reverse { dict.end() } else { 0 }.into(),
        version: dict.version(),
        kind,
        reverse,
    };
    let ty = vm.module_type::<OrderedIter>(&ODICT_ITERATOR, None);
    vm.heap.alloc(&ty, iter).into()
}

fn iter_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = Args(std::slice::from_ref(it)).this::<OrderedIter>(vm, 0)?;
    let Some(dict) = it.dict.borrow().clone() else {
        return Ok(None);
    };
    if dict.version() != it.version {
        drop(it.dict.take());
        return Err(vm.runtime_error("OrderedDict mutated during iteration"));
    }
    let entry = if it.reverse {
        dict.entry_before(it.next.get())
    } else {
        dict.entry_from(it.next.get())
    };
    let Some((at, key, value)) = entry else {
        drop(it.dict.take());
        return Ok(None);
    };
    it.next.set(if it.reverse { at } else { at + 1 });
    Ok(Some(match it.kind {
        Kind::Keys => key.clone(),
        Kind::Values => value.clone(),
        Kind::Items => vm.new_tuple(vec![key.clone(), value.clone()]).into(),
    }))
}

fn iter_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<OrderedIter>(vm, 0)?;
    let copy = OrderedIter {
        dict: it.dict.borrow().clone().into(),
        next: it.next.clone(),
        version: it.version,
        kind: it.kind,
        reverse: it.reverse,
    };
    let copy: Value = vm.heap.alloc(it.ty(), copy).into();
    let mut items = Vec::new();
    while let Some(item) = iter_next(vm, &copy)? {
        items.push(item);
    }
    let items = vm.new_list(items).into();
    let iter = vm.builtin("iter");
    let items = vm.new_tuple(vec![items]).into();
    Ok(vm.new_tuple(vec![iter, items]).into())
}

macro_rules! views {
    ($($def:ident $name:literal $kind:expr;)+) => {
        $(pub static $def: TypeDef = TypeDef {
            name: $name,
            flags: NO_NEW,
            methods: &[
                method("__iter__", "($self, /)", |vm, args| walk(vm, args, $kind, false), "Implement iter(self)."),
                method("__reversed__", "($self, /)", |vm, args| walk(vm, args, $kind, true), "Return a reverse iterator."),
            ],
            ..TypeDef::EMPTY
        };)+
    };
}

views! {
    ODICT_KEYS "odict_keys" Kind::Keys;
    ODICT_VALUES "odict_values" Kind::Values;
    ODICT_ITEMS "odict_items" Kind::Items;
}

fn walk(vm: &mut Vm, args: Args<'_>, kind: Kind, reverse: bool) -> Result<Value> {
    let dict = args.this::<DictView>(vm, 0)?.dict.clone();
    Ok(iterate(vm, &dict, kind, reverse))
}

/// `keys()`, `values()` and `items()`.
pub fn view(vm: &mut Vm, args: Args<'_>, kind: Kind) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let (def, base) = match kind {
        Kind::Keys => (&ODICT_KEYS, vm.types.dict_keys.clone()),
        Kind::Values => (&ODICT_VALUES, vm.types.dict_values.clone()),
        Kind::Items => (&ODICT_ITEMS, vm.types.dict_items.clone()),
    };
    let ty = vm.module_type::<DictView>(def, Some(&base));
    Ok(vm.heap.alloc(&ty, DictView { dict }).into())
}

/// Whether a value is an `OrderedDict` or an instance of a subclass.
pub fn is_ordered(vm: &mut Vm, value: &Value) -> bool {
    let base = vm.types.dict.clone();
    let ty = vm.module_type::<Dict>(&ORDERED_DICT, Some(&base));
    vm.is_instance_of(value, &ty)
}
