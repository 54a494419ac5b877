//! `compress`, `dropwhile`, `takewhile`, `filterfalse`, `islice`.

use std::cell::{Cell, RefCell};

use super::{made, reduced, this};
use crate::objects::header::ObjRef;
use crate::objects::iter::{ITER, NEXT, reduce};
use crate::objects::list::Tuple;
use crate::objects::native::{Args, new};
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub struct Compress {
    data: Value,
    selectors: Value,
}
payload!(Compress, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.data, visit);
        visit_value(&self.selectors, visit);
    }
});

pub static COMPRESS: TypeDef = TypeDef {
    name: "itertools.compress",
    doc: "Return data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors to\nchoose the data elements.",
    flags: BASE,
    methods: &[
        new("(data, selectors)", compress_new),
        ITER,
        NEXT,
        reduce(|vm, args| {
            let it = args.this::<Compress>(vm, 0)?;
            Ok(reduced(
                vm,
                &args[0],
                vec![it.data.clone(), it.selectors.clone()],
            ))
        }),
    ],
    next: Some(compress_next),
    ..TypeDef::EMPTY
};

fn compress_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let compress = Compress {
        data: vm.iter(&args[1])?,
        selectors: vm.iter(&args[2])?,
    };
    made(vm, args, compress)
}

fn compress_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Compress>(vm, it)?;
    while let Some(item) = vm.next(&it.data)? {
        let Some(selector) = vm.next(&it.selectors)? else {
            break;
        };
        if vm.truth(&selector)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

// ---- dropwhile, takewhile ------------------------------------------------------------------

macro_rules! by_predicate {
    ($payload:ident) => {
        pub struct $payload {
            func: Value,
            iter: Value,
            /// The predicate has failed.
            turned: Cell<bool>,
        }
        payload!($payload, tracked, {
            fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
                visit_value(&self.func, visit);
                visit_value(&self.iter, visit);
            }
        });

        impl $payload {
            fn make(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
                let iter = vm.iter(&args[2])?;
                let payload = $payload {
                    func: args[1].clone(),
                    iter,
                    turned: false.into(),
                };
                made(vm, args, payload)
            }

            /// The class, its arguments, and whether the predicate has failed.
            fn reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
                let it = args.this::<$payload>(vm, 0)?;
                let class = vm.type_of(&args[0]).value();
                let parts = vec![it.func.clone(), it.iter.clone()];
                let parts = vm.new_tuple(parts).into();
                let state = Value::Int(i64::from(it.turned.get()));
                Ok(vm.new_tuple(vec![class, parts, state]).into())
            }
        }
    };
}

by_predicate!(DropWhile);
by_predicate!(TakeWhile);

/// The items that the function says no to.
pub struct FilterFalse {
    func: Value,
    iter: Value,
}
payload!(FilterFalse, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.func, visit);
        visit_value(&self.iter, visit);
    }
});

pub static DROPWHILE: TypeDef = TypeDef {
    name: "itertools.dropwhile",
    doc: "Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.",
    flags: BASE,
    methods: &[
        new("(predicate, iterable, /)", DropWhile::make),
        ITER,
        NEXT,
        reduce(DropWhile::reduce),
    ],
    next: Some(dropwhile_next),
    ..TypeDef::EMPTY
};

fn dropwhile_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<DropWhile>(vm, it)?;
    while let Some(item) = vm.next(&it.iter)? {
        if it.turned.get() {
            return Ok(Some(item));
        }
        let verdict = vm.call(&it.func, std::slice::from_ref(&item))?;
        if !vm.truth(&verdict)? {
            it.turned.set(true);
            return Ok(Some(item));
        }
    }
    Ok(None)
}

pub static TAKEWHILE: TypeDef = TypeDef {
    name: "itertools.takewhile",
    doc: "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.",
    flags: BASE,
    methods: &[
        new("(predicate, iterable, /)", TakeWhile::make),
        ITER,
        NEXT,
        reduce(TakeWhile::reduce),
    ],
    next: Some(takewhile_next),
    ..TypeDef::EMPTY
};

fn takewhile_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<TakeWhile>(vm, it)?;
    if it.turned.get() {
        return Ok(None);
    }
    let Some(item) = vm.next(&it.iter)? else {
        return Ok(None);
    };
    let verdict = vm.call(&it.func, std::slice::from_ref(&item))?;
    if vm.truth(&verdict)? {
        return Ok(Some(item));
    }
    it.turned.set(true);
    Ok(None)
}

pub static FILTERFALSE: TypeDef = TypeDef {
    name: "itertools.filterfalse",
    doc: "Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.",
    flags: BASE,
    methods: &[
        new("(function, iterable, /)", filterfalse_new),
        ITER,
        NEXT,
        reduce(|vm, args| {
            let it = args.this::<FilterFalse>(vm, 0)?;
            Ok(reduced(
                vm,
                &args[0],
                vec![it.func.clone(), it.iter.clone()],
            ))
        }),
    ],
    next: Some(filterfalse_next),
    ..TypeDef::EMPTY
};

fn filterfalse_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = vm.iter(&args[2])?;
    let func = args[1].clone();
    made(vm, args, FilterFalse { func, iter })
}

fn filterfalse_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<FilterFalse>(vm, it)?;
    let by_truth = it.func.is_none() || it.func.as_obj() == Some(vm.types.bool.obj());
    while let Some(item) = vm.next(&it.iter)? {
        let verdict = if by_truth {
            vm.truth(&item)?
        } else {
            let verdict = vm.call(&it.func, std::slice::from_ref(&item))?;
            vm.truth(&verdict)?
        };
        if !verdict {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

// ---- islice --------------------------------------------------------------------------------

pub struct ISlice {
    /// Unbound at the end.
    iter: RefCell<Value>,
    /// Position of the next item to give.
    next: Cell<i64>,
    stop: Option<i64>,
    step: i64,
    /// How many items were taken.
    taken: Cell<i64>,
}
payload!(ISlice, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.iter.borrow(), visit);
    }
});

pub static ISLICE: TypeDef = TypeDef {
    name: "itertools.islice",
    doc: "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  If start is specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\nskipped between successive calls.  Works like a slice() on a list\nbut returns an iterator.",
    flags: BASE,
    methods: &[
        new("(iterable, start, stop=None, step=None, /)", islice_new),
        ITER,
        NEXT,
        reduce(islice_reduce),
    ],
    next: Some(islice_next),
    ..TypeDef::EMPTY
};

/// A bound: `None` is `default`; what is neither that nor a small natural number is no bound.
fn bound(vm: &mut Vm, value: &Value, default: Option<i64>) -> std::result::Result<Option<i64>, ()> {
    if value.given_not_none().is_none() {
        return Ok(default);
    }
    let n = if vm.is_index(value) {
        vm.index_i64(value).ok()
    } else {
        None
    };
    match n {
        Some(n) if n >= 0 => Ok(Some(n)),
        _ => Err(()),
    }
}

fn islice_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    const STOP: &str =
        "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    let single = args[3].is_unbound();
    let (start, stop) = if single {
        (&Value::None, &args[2])
    } else {
        (&args[2], &args[3])
    };
    let Ok(stop) = bound(vm, stop, None) else {
        return Err(vm.value_error(STOP));
    };
    let Ok(start) = bound(vm, start, Some(0)) else {
        return Err(vm.value_error(INDICES));
    };
    let step = match bound(vm, &args[4], Some(1)) {
        Ok(Some(step)) if step > 0 => step,
        _ => return Err(vm.value_error("Step for islice() must be a positive integer or None.")),
    };
    let islice = ISlice {
        iter: vm.iter(&args[1])?.into(),
        next: start.unwrap_or(0).into(),
        stop,
        step,
        taken: 0.into(),
    };
    made(vm, args, islice)
}

fn islice_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<ISlice>(vm, it)?;
    let result = islice_step(vm, &it);
    if !matches!(result, Ok(Some(_))) {
        drop(it.iter.take());
    }
    result
}

fn islice_step(vm: &mut Vm, it: &ISlice) -> Result<Option<Value>> {
    let iter = it.iter.borrow().clone();
    if iter.is_unbound() {
        return Ok(None);
    }
    while it.taken.get() < it.next.get() {
        if vm.next(&iter)?.is_none() {
            return Ok(None);
        }
        it.taken.set(it.taken.get() + 1);
    }
    if it.stop.is_some_and(|stop| it.taken.get() >= stop) {
        return Ok(None);
    }
    let item = vm.next(&iter)?;
    if item.is_some() {
        it.taken.set(it.taken.get() + 1);
        let next = it.next.get().saturating_add(it.step);
        it.next.set(next.min(it.stop.unwrap_or(i64::MAX)));
    }
    Ok(item)
}

fn islice_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<ISlice>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    let iter = it.iter.borrow().clone();
    if iter.is_unbound() {
        let empty: Value = vm.new_list(vec![]).into();
        let empty = vm.iter(&empty)?;
        let parts = vm.new_tuple(vec![empty, Value::Int(0)]).into();
        return Ok(vm.new_tuple(vec![class, parts, Value::Int(0)]).into());
    }
    let stop = it.stop.map_or(Value::None, Value::Int);
    let parts: Vec<Value> = vec![iter, it.next.get().into(), stop, it.step.into()];
    let parts: crate::objects::header::Gc<Tuple> = vm.new_tuple(parts);
    let taken = it.taken.get().into();
    Ok(vm.new_tuple(vec![class, parts.into(), taken]).into())
}
