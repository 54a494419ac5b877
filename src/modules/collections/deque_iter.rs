//! The iterators of `deque`.

use std::cell::Cell;

use super::deque::Deque;
use super::deque_methods::DEQUE;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::iter::{ITER, NEXT, length_hint, reduce};
use crate::objects::native::{Args, new};
use crate::objects::typeobj::Type;
use crate::objects::types::TypeDef;
use crate::objects::value::Value;
use crate::payload;
use crate::vm::{Result, Vm};

pub struct DequeIter {
    deque: Gc<Deque>,
    /// How many items were given.
    given: Cell<usize>,
    /// How many are left.
    left: Cell<usize>,
    state: Cell<u64>,
}
payload!(DequeIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.deque.obj());
    }
});

pub static DEQUE_ITERATOR: TypeDef = TypeDef {
    name: "collections._deque_iterator",
    methods: &[
        new("(deque, index=0, /)", iter_new),
        ITER,
        NEXT,
        length_hint(iter_hint),
        reduce(iter_reduce),
    ],
    next: Some(|vm, it| step(vm, it, false)),
    ..TypeDef::EMPTY
};

pub static DEQUE_REVERSE_ITERATOR: TypeDef = TypeDef {
    name: "collections._deque_reverse_iterator",
    next: Some(|vm, it| step(vm, it, true)),
    ..DEQUE_ITERATOR
};

fn over(deque: &Gc<Deque>) -> DequeIter {
    DequeIter {
        deque: deque.clone(),
        given: 0.into(),
        left: deque.len().into(),
        state: deque.state.get().into(),
    }
}

pub fn deque_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let ty = vm.module_type::<DequeIter>(&DEQUE_ITERATOR, None);
    Ok(vm.heap.alloc(&ty, over(&deque)).into())
}

pub fn deque_reversed(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let deque = args.this::<Deque>(vm, 0)?;
    let ty = vm.module_type::<DequeIter>(&DEQUE_REVERSE_ITERATOR, None);
    Ok(vm.heap.alloc(&ty, over(&deque)).into())
}

fn step(vm: &mut Vm, it: &Value, reverse: bool) -> Result<Option<Value>> {
    let it = Args(std::slice::from_ref(it)).this::<DequeIter>(vm, 0)?;
    if it.left.get() == 0 {
        return Ok(None);
    }
    if it.deque.state.get() != it.state.get() {
        it.left.set(0);
        return Err(vm.runtime_error("deque mutated during iteration"));
    }
    let given = it.given.get();
    let at = if reverse {
        it.deque.len().wrapping_sub(given + 1)
    } else {
        given
    };
    it.given.set(given + 1);
    it.left.set(it.left.get() - 1);
    Ok(it.deque.get(at))
}

fn iter_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let Some(deque) = args[1].downcast::<Deque>().cloned() else {
        let own = vm.module_type::<Deque>(&DEQUE, None);
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "argument 1 must be {}, not {name}",
            own.full_name()
        )));
    };
    let skip = match args[2].given() {
        Some(index) => vm.index_i64(index)?.max(0) as usize,
        None => 0,
    };
    let iter = over(&deque);
    let skip = skip.min(iter.left.get());
    iter.given.set(skip);
    iter.left.set(iter.left.get() - skip);
    Ok(vm.heap.alloc(&class, iter).into())
}

fn iter_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(args.this::<DequeIter>(vm, 0)?.left.get().into())
}

fn iter_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<DequeIter>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    let given = it.deque.len().saturating_sub(it.left.get());
    let parts = vm.new_tuple(vec![it.deque.value(), given.into()]).into();
    Ok(vm.new_tuple(vec![class, parts]).into())
}
