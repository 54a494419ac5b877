//! `count`, `cycle`, `repeat`.

use std::cell::{Cell, RefCell};

use super::{made, reduced, size, this};
use crate::bytecode::op::BinaryOp;
use crate::objects::header::ObjRef;
use crate::objects::iter::{ITER, NEXT, length_hint, reduce};
use crate::objects::native::{Args, method, new};
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub struct Count {
    next: RefCell<Value>,
    step: Value,
}
payload!(Count, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.next.borrow(), visit);
        visit_value(&self.step, visit);
    }
});

pub static COUNT: TypeDef = TypeDef {
    name: "itertools.count",
    doc: "Return a count object whose .__next__() method returns consecutive values.",
    flags: BASE,
    methods: &[
        new("(start=0, step=1)", count_new),
        method("__repr__", "($self, /)", count_repr, "Return repr(self)."),
        ITER,
        NEXT,
        reduce(count_reduce),
    ],
    next: Some(count_next),
    ..TypeDef::EMPTY
};

fn count_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    for given in [&args[1], &args[2]] {
        if !given.is_unbound() && !is_number(vm, given) {
            return Err(vm.type_error("a number is required"));
        }
    }
    let count = Count {
        next: args[1].given().cloned().unwrap_or(Value::Int(0)).into(),
        step: args[2].given().cloned().unwrap_or(Value::Int(1)),
    };
    made(vm, args, count)
}

fn is_number(vm: &Vm, value: &Value) -> bool {
    use crate::objects::names::Slot;
    let ty = vm.type_of(value);
    [Slot::Index, Slot::Int, Slot::Float, Slot::Complex]
        .into_iter()
        .any(|slot| ty.has_slot(slot))
}

fn count_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Count>(vm, it)?;
    let now = it.next.borrow().clone();
    let next = match (&now, &it.step) {
        (Value::Int(n), Value::Int(step)) if n.checked_add(*step).is_some() => Value::Int(n + step),
        _ => vm.binary(BinaryOp::Add, &now, &it.step)?,
    };
    drop(it.next.replace(next));
    Ok(Some(now))
}

fn count_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Count>(vm, 0)?;
    let next = it.next.borrow().clone();
    let mut out = format!("{}(", it.ty().name()).into_bytes();
    vm.push_repr(&mut out, &next)?;
    if vm.as_integer(&it.step).and_then(|n| n.to_i64()) != Some(1) {
        out.extend_from_slice(b", ");
        vm.push_repr(&mut out, &it.step)?;
    }
    out.push(b')');
    Ok(vm.new_text(out))
}

fn count_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Count>(vm, 0)?;
    let mut parts = vec![it.next.borrow().clone()];
    if vm.as_integer(&it.step).and_then(|n| n.to_i64()) != Some(1) {
        parts.push(it.step.clone());
    }
    Ok(reduced(vm, &args[0], parts))
}

// ---- cycle ---------------------------------------------------------------------------------

pub struct Cycle {
    /// Unbound after the first round.
    iter: RefCell<Value>,
    saved: RefCell<Vec<Value>>,
    at: Cell<usize>,
}
payload!(Cycle, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.iter.borrow(), visit);
        self.saved
            .borrow()
            .iter()
            .for_each(|v| visit_value(v, visit));
    }
});

pub static CYCLE: TypeDef = TypeDef {
    name: "itertools.cycle",
    doc: "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.",
    flags: BASE,
    methods: &[
        new("(iterable, /)", cycle_new),
        ITER,
        NEXT,
        reduce(cycle_reduce),
    ],
    next: Some(cycle_next),
    ..TypeDef::EMPTY
};

fn cycle_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let cycle = Cycle {
        iter: vm.iter(&args[1])?.into(),
        saved: RefCell::default(),
        at: 0.into(),
    };
    made(vm, args, cycle)
}

fn cycle_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Cycle>(vm, it)?;
    let iter = it.iter.borrow().clone();
    if !iter.is_unbound() {
        if let Some(item) = vm.next(&iter)? {
            it.saved.borrow_mut().push(item.clone());
            return Ok(Some(item));
        }
        drop(it.iter.take());
    }
    let saved = it.saved.borrow();
    let at = it.at.get();
    let item = saved.get(at).cloned();
    it.at.set(if at + 1 >= saved.len() { 0 } else { at + 1 });
    Ok(item)
}

fn cycle_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Cycle>(vm, 0)?;
    let (saved, at) = (it.saved.borrow().clone(), it.at.get());
    let (iter, first) = match it.iter.borrow().clone() {
        Value::Unbound => {
            let rest = vm.new_list(saved[at.min(saved.len())..].to_vec()).into();
            (vm.iter(&rest)?, true)
        }
        iter => (iter, false),
    };
    let class = vm.type_of(&args[0]).value();
    let state = vec![vm.new_list(saved).into(), Value::Int(i64::from(first))];
    let state = vm.new_tuple(state).into();
    let parts = vm.new_tuple(vec![iter]).into();
    Ok(vm.new_tuple(vec![class, parts, state]).into())
}

// ---- repeat --------------------------------------------------------------------------------

pub struct Repeat {
    object: Value,
    /// `None`: for ever.
    left: Cell<Option<i64>>,
}
payload!(Repeat, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.object, visit);
    }
});

pub static REPEAT: TypeDef = TypeDef {
    name: "itertools.repeat",
    doc: "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.",
    flags: BASE,
    methods: &[
        new("(object, times=<unrepresentable>)", repeat_new),
        method("__repr__", "($self, /)", repeat_repr, "Return repr(self)."),
        ITER,
        NEXT,
        length_hint(repeat_hint),
        reduce(repeat_reduce),
    ],
    next: Some(repeat_next),
    ..TypeDef::EMPTY
};

fn repeat_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let left = match args[2].given() {
        Some(times) => Some(size(vm, times)?.max(0)),
        None => None,
    };
    let repeat = Repeat {
        object: args[1].clone(),
        left: left.into(),
    };
    made(vm, args, repeat)
}

fn repeat_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Repeat>(vm, it)?;
    match it.left.get() {
        Some(0) => return Ok(None),
        Some(left) => it.left.set(Some(left - 1)),
        None => {}
    }
    Ok(Some(it.object.clone()))
}

fn repeat_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Repeat>(vm, 0)?;
    let mut out = format!("{}(", it.ty().name()).into_bytes();
    vm.push_repr(&mut out, &it.object)?;
    if let Some(left) = it.left.get() {
        out.extend_from_slice(format!(", {left}").as_bytes());
    }
    out.push(b')');
    Ok(vm.new_text(out))
}

fn repeat_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match args.this::<Repeat>(vm, 0)?.left.get() {
        Some(left) => Ok(Value::Int(left)),
        None => Err(vm.type_error("len() of unsized object")),
    }
}

fn repeat_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Repeat>(vm, 0)?;
    let mut parts = vec![it.object.clone()];
    parts.extend(it.left.get().map(Value::Int));
    Ok(reduced(vm, &args[0], parts))
}
