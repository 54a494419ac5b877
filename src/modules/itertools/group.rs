//! `accumulate`, `batched`, `pairwise`, `groupby`.

use std::cell::{Cell, RefCell};

use super::{made, reduced, size, this};
use crate::bytecode::op::BinaryOp;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::iter::{ITER, NEXT, reduce};
use crate::objects::native::{Args, new};
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub struct Accumulate {
    iter: Value,
    /// `None`: addition.
    func: Value,
    /// Unbound before the first item.
    total: RefCell<Value>,
    /// Given first, when bound.
    initial: RefCell<Value>,
}
payload!(Accumulate, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.iter, visit);
        visit_value(&self.func, visit);
        visit_value(&self.total.borrow(), visit);
        visit_value(&self.initial.borrow(), visit);
    }
});

pub static ACCUMULATE: TypeDef = TypeDef {
    name: "itertools.accumulate",
    doc: "Return series of accumulated sums.",
    flags: BASE,
    methods: &[
        new("(iterable, func=None, *, initial=None)", accumulate_new),
        ITER,
        NEXT,
        reduce(accumulate_reduce),
    ],
    next: Some(accumulate_next),
    ..TypeDef::EMPTY
};

fn accumulate_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let accumulate = Accumulate {
        iter: vm.iter(&args[1])?,
        func: args[2].given().cloned().unwrap_or(Value::None),
        total: RefCell::default(),
        initial: args[3].given_not_none().cloned().unwrap_or_default().into(),
    };
    made(vm, args, accumulate)
}

fn accumulate_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Accumulate>(vm, it)?;
    let initial = it.initial.take();
    if !initial.is_unbound() {
        drop(it.total.replace(initial.clone()));
        return Ok(Some(initial));
    }
    let Some(item) = vm.next(&it.iter)? else {
        return Ok(None);
    };
    let total = it.total.borrow().clone();
    let new = match (&total, &it.func) {
        (Value::Unbound, _) => item,
        (total, Value::None) => vm.binary(BinaryOp::Add, total, &item)?,
        (total, func) => vm.call(func, &[total.clone(), item])?,
    };
    drop(it.total.replace(new.clone()));
    Ok(Some(new))
}

fn accumulate_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Accumulate>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    let parts = vm.new_tuple(vec![it.iter.clone(), it.func.clone()]).into();
    let total = match it.total.borrow().clone() {
        Value::Unbound => Value::None,
        total => total,
    };
    Ok(vm.new_tuple(vec![class, parts, total]).into())
}

// ---- batched -------------------------------------------------------------------------------

pub struct Batched {
    /// Unbound at the end.
    iter: RefCell<Value>,
    n: usize,
    strict: bool,
}
payload!(Batched, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.iter.borrow(), visit);
    }
});

pub static BATCHED: TypeDef = TypeDef {
    name: "itertools.batched",
    doc: "Batch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\nup to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is yielded as soon as a batch is full\nor when the input iterable is exhausted.",
    flags: BASE,
    methods: &[
        new("(iterable, n, *, strict=False)", batched_new),
        ITER,
        NEXT,
    ],
    next: Some(batched_next),
    ..TypeDef::EMPTY
};

fn batched_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let n = size(vm, &args[2])?;
    let strict = vm.truth(&args[3])?;
    if n < 1 {
        return Err(vm.value_error("n must be at least one"));
    }
    let batched = Batched {
        iter: vm.iter(&args[1])?.into(),
        n: n as usize,
        strict,
    };
    made(vm, args, batched)
}

fn batched_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Batched>(vm, it)?;
    let iter = it.iter.borrow().clone();
    if iter.is_unbound() {
        return Ok(None);
    }
    let mut batch = Vec::new();
    while batch.len() < it.n {
        match vm.next(&iter) {
            Ok(Some(item)) => batch.push(item),
            Ok(None) => {
                drop(it.iter.take());
                break;
            }
            Err(error) => {
                drop(it.iter.take());
                return Err(error);
            }
        }
    }
    if batch.is_empty() {
        return Ok(None);
    }
    if it.strict && batch.len() < it.n {
        return Err(vm.value_error("batched(): incomplete batch"));
    }
    Ok(Some(vm.new_tuple(batch).into()))
}

// ---- pairwise ------------------------------------------------------------------------------

pub struct Pairwise {
    /// Unbound at the end.
    iter: RefCell<Value>,
    /// The last item given; unbound before the first.
    old: RefCell<Value>,
}
payload!(Pairwise, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.iter.borrow(), visit);
        visit_value(&self.old.borrow(), visit);
    }
});

pub static PAIRWISE: TypeDef = TypeDef {
    name: "itertools.pairwise",
    doc: "Return an iterator of overlapping pairs taken from the input iterator.",
    flags: BASE,
    methods: &[new("(iterable, /)", pairwise_new), ITER, NEXT],
    next: Some(pairwise_next),
    ..TypeDef::EMPTY
};

fn pairwise_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let pairwise = Pairwise {
        iter: vm.iter(&args[1])?.into(),
        old: RefCell::default(),
    };
    made(vm, args, pairwise)
}

fn pairwise_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Pairwise>(vm, it)?;
    let iter = it.iter.borrow().clone();
    if iter.is_unbound() {
        return Ok(None);
    }
    let mut old = it.old.borrow().clone();
    if old.is_unbound() {
        match pairwise_step(vm, &it, &iter)? {
            Some(first) => old = first,
            None => return Ok(None),
        }
        drop(it.old.replace(old.clone()));
        // The iterator may have stepped this very object.
        if it.iter.borrow().is_unbound() {
            drop(it.old.take());
            return Ok(None);
        }
    }
    let Some(new) = pairwise_step(vm, &it, &iter)? else {
        return Ok(None);
    };
    drop(it.old.replace(new.clone()));
    Ok(Some(vm.new_tuple(vec![old, new]).into()))
}

/// The next item; at the end or after an error the pairs end.
fn pairwise_step(vm: &mut Vm, it: &Gc<Pairwise>, iter: &Value) -> Result<Option<Value>> {
    let next = vm.next(iter);
    if !matches!(next, Ok(Some(_))) {
        drop((it.iter.take(), it.old.take()));
    }
    next
}

// ---- groupby -------------------------------------------------------------------------------

pub struct GroupBy {
    iter: Value,
    key: Value,
    /// Key of the group that was given last; unbound before the first.
    target: RefCell<Value>,
    /// Key and value that were read last; unbound when there are none.
    current_key: RefCell<Value>,
    current: RefCell<Value>,
    /// Address of the group that may still step.
    grouper: Cell<usize>,
}
payload!(GroupBy, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.iter, visit);
        visit_value(&self.key, visit);
        for cell in [&self.target, &self.current_key, &self.current] {
            visit_value(&cell.borrow(), visit);
        }
    }
});

pub static GROUPBY: TypeDef = TypeDef {
    name: "itertools.groupby",
    doc: "make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping.",
    flags: BASE,
    methods: &[
        new("(iterable, key=None)", groupby_new),
        ITER,
        NEXT,
        reduce(groupby_reduce),
    ],
    next: Some(groupby_next),
    ..TypeDef::EMPTY
};

fn groupby_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let groupby = GroupBy {
        iter: vm.iter(&args[1])?,
        key: args[2].given().cloned().unwrap_or(Value::None),
        target: RefCell::default(),
        current_key: RefCell::default(),
        current: RefCell::default(),
        grouper: 0.into(),
    };
    made(vm, args, groupby)
}

impl GroupBy {
    /// Reads the next item; false at the end.
    fn read(&self, vm: &mut Vm) -> Result<bool> {
        let Some(item) = vm.next(&self.iter)? else {
            return Ok(false);
        };
        let key = if self.key.is_none() {
            item.clone()
        } else {
            vm.call(&self.key, std::slice::from_ref(&item))?
        };
        drop((self.current.replace(item), self.current_key.replace(key)));
        Ok(true)
    }
}

fn groupby_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<GroupBy>(vm, it)?;
    it.grouper.set(0);
    // Skips what is left of the last group.
    loop {
        let (target, key) = (it.target.borrow().clone(), it.current_key.borrow().clone());
        if !key.is_unbound() && (target.is_unbound() || !vm.eq(&target, &key)?) {
            break;
        }
        if !it.read(vm)? {
            return Ok(None);
        }
    }
    let key = it.current_key.borrow().clone();
    drop(it.target.replace(key.clone()));
    let grouper = new_grouper(vm, &it, key.clone());
    Ok(Some(vm.new_tuple(vec![key, grouper]).into()))
}

fn groupby_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<GroupBy>(vm, 0)?;
    let parts = vec![it.iter.clone(), it.key.clone()];
    let state: Vec<Value> = [&it.current, &it.target, &it.current_key]
        .map(|cell| cell.borrow().clone())
        .to_vec();
    if state.iter().any(Value::is_unbound) {
        return Ok(reduced(vm, &args[0], parts));
    }
    let class = vm.type_of(&args[0]).value();
    let parts = vm.new_tuple(parts).into();
    let state = vm.new_tuple(state).into();
    Ok(vm.new_tuple(vec![class, parts, state]).into())
}

/// One group of a `groupby`.
pub struct Grouper {
    parent: Gc<GroupBy>,
    target: Value,
}
payload!(Grouper, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.parent.obj());
        visit_value(&self.target, visit);
    }
});

pub static GROUPER: TypeDef = TypeDef {
    name: "itertools._grouper",
    methods: &[
        new("(parent, tgtkey, /)", grouper_new),
        ITER,
        NEXT,
        reduce(grouper_reduce),
    ],
    next: Some(grouper_next),
    ..TypeDef::EMPTY
};

fn grouper_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match args[1].downcast::<GroupBy>().cloned() {
        Some(parent) => Ok(new_grouper(vm, &parent, args[2].clone())),
        None => {
            let name = vm.type_name(&args[1]);
            Err(vm.type_error(format!(
                "_grouper() argument 1 must be itertools.groupby, not {name}"
            )))
        }
    }
}

fn new_grouper(vm: &mut Vm, parent: &Gc<GroupBy>, target: Value) -> Value {
    let ty = vm.module_type::<Grouper>(&GROUPER, None);
    let grouper = Grouper {
        parent: parent.clone(),
        target,
    };
    let grouper = vm.heap.alloc(&ty, grouper);
    parent.grouper.set(grouper.addr());
    grouper.into()
}

fn grouper_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Grouper>(vm, it)?;
    let parent = &it.parent;
    if parent.grouper.get() != it.addr() {
        return Ok(None);
    }
    if parent.current.borrow().is_unbound() && !parent.read(vm)? {
        return Ok(None);
    }
    let key = parent.current_key.borrow().clone();
    if !vm.eq(&it.target, &key)? {
        return Ok(None);
    }
    let item = parent.current.take();
    drop(parent.current_key.take());
    Ok(if item.is_unbound() { None } else { Some(item) })
}

fn grouper_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Grouper>(vm, 0)?;
    if it.parent.grouper.get() != it.addr() {
        let iter = vm.builtin("iter");
        let empty = vm.new_tuple(vec![]).into();
        let empty = vm.new_tuple(vec![empty]).into();
        return Ok(vm.new_tuple(vec![iter, empty]).into());
    }
    let parts = vec![it.parent.value(), it.target.clone()];
    Ok(reduced(vm, &args[0], parts))
}
