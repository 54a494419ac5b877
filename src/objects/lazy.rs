//! `enumerate`, `zip`, `map`, `filter`, `reversed`.

use std::cell::{Cell, RefCell};

use super::header::ObjRef;
use super::iter::{ITER, NEXT, length_hint, reduce, setstate};
use super::list::Tuple;
use super::names::Slot;
use super::native::{Args, new};
use super::sequence::CLASS_GETITEM;
use super::typeobj::Type;
use super::types::{BASE, TypeDef};
use super::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

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
    pub strict: Cell<bool>,
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

/// The keyword arguments that a type does not take. A subclass with a constructor of its own may
/// take them.
fn no_keywords(vm: &mut Vm, args: Args<'_>, own: &str, keywords: &Value) -> Result<()> {
    let given = keywords
        .downcast::<super::dict::Dict>()
        .is_some_and(|d| !d.is_empty());
    let class = args.this::<Type>(vm, 0)?;
    if given && !class.is_heap_type() {
        return Err(vm.type_error(format!("{own}() takes no keyword arguments")));
    }
    Ok(())
}

fn tuple_items(value: &Value) -> Vec<Value> {
    value
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default()
}

fn iters(vm: &mut Vm, sources: &[Value]) -> Result<Vec<Value>> {
    sources.iter().map(|source| vm.iter(source)).collect()
}

fn class_of(vm: &Vm, it: &Value) -> Value {
    vm.type_of(it).value()
}

// ---- enumerate -----------------------------------------------------------------------------

pub static ENUMERATE: TypeDef = TypeDef {
    name: "enumerate",
    doc: "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    flags: BASE,
    methods: &[
        new("(iterable, start=0)", enumerate_new),
        ITER,
        NEXT,
        reduce(enumerate_reduce),
        CLASS_GETITEM,
    ],
    next: Some(enumerate_next),
    ..TypeDef::EMPTY
};

fn enumerate_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let start = match args[2].given() {
        None => Value::Int(0),
        Some(start) => match vm.index(start)? {
            super::protocol::Integer::Small(n) => Value::Int(n),
            super::protocol::Integer::Big(n) => vm.new_int(n),
        },
    };
    let iter = vm.iter(&args[1])?;
    let made = Enumerate {
        iter,
        next: start.into(),
    };
    Ok(vm.heap.alloc(&class, made).into())
}

fn enumerate_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = Args(std::slice::from_ref(it)).this::<Enumerate>(vm, 0)?;
    let Some(item) = vm.next(&it.iter)? else {
        return Ok(None);
    };
    let number = it.next.borrow().clone();
    let next = match &number {
        Value::Int(n) if *n < i64::MAX => Value::Int(n + 1),
        big => match vm.as_integer(big) {
            Some(n) => vm.new_int(n.to_big() + 1),
            None => Value::None,
        },
    };
    drop(it.next.replace(next));
    Ok(Some(vm.new_tuple(vec![number, item]).into()))
}

fn enumerate_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Enumerate>(vm, 0)?;
    let parts = vec![it.iter.clone(), it.next.borrow().clone()];
    let parts = vm.new_tuple(parts).into();
    let class = class_of(vm, &args[0]);
    Ok(vm.new_tuple(vec![class, parts]).into())
}

// ---- zip -----------------------------------------------------------------------------------

pub static ZIP: TypeDef = TypeDef {
    name: "zip",
    doc: "The zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
    flags: BASE,
    methods: &[
        new("(*iterables, strict=False)", zip_new),
        ITER,
        NEXT,
        reduce(zip_reduce),
        setstate(zip_setstate),
    ],
    next: Some(zip_next),
    ..TypeDef::EMPTY
};

fn zip_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let strict = vm.truth(&args[2])?;
    let iters = iters(vm, &tuple_items(&args[1]))?;
    let made = Zip {
        iters,
        strict: strict.into(),
    };
    Ok(vm.heap.alloc(&class, made).into())
}

fn zip_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let zip = Args(std::slice::from_ref(it)).this::<Zip>(vm, 0)?;
    if zip.iters.is_empty() {
        return Ok(None);
    }
    let mut items = Vec::with_capacity(zip.iters.len());
    for (i, iter) in zip.iters.iter().enumerate() {
        match vm.next(iter)? {
            Some(item) => items.push(item),
            None if zip.strict.get() => return strict_end(vm, &zip.iters, i),
            None => return Ok(None),
        }
    }
    Ok(Some(vm.new_tuple(items).into()))
}

/// Iterator `ended` of a strict zip is exhausted; all others must be too.
fn strict_end(vm: &mut Vm, iters: &[Value], ended: usize) -> Result<Option<Value>> {
    let arguments = |n: usize| match n {
        1 => " 1".to_string(),
        n => format!("s 1-{n}"),
    };
    if ended > 0 {
        return Err(vm.value_error(format!(
            "zip() argument {} is shorter than argument{}",
            ended + 1,
            arguments(ended)
        )));
    }
    for (i, iter) in iters.iter().enumerate().skip(1) {
        if vm.next(iter)?.is_some() {
            return Err(vm.value_error(format!(
                "zip() argument {} is longer than argument{}",
                i + 1,
                arguments(i)
            )));
        }
    }
    Ok(None)
}

fn zip_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let zip = args.this::<Zip>(vm, 0)?;
    let class = class_of(vm, &args[0]);
    let iters = vm.new_tuple(zip.iters.clone()).into();
    let mut parts = vec![class, iters];
    if zip.strict.get() {
        parts.push(Value::TRUE);
    }
    Ok(vm.new_tuple(parts).into())
}

fn zip_setstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let zip = args.this::<Zip>(vm, 0)?;
    zip.strict.set(vm.truth(&args[1])?);
    Ok(Value::None)
}

// ---- map -----------------------------------------------------------------------------------

pub static MAP: TypeDef = TypeDef {
    name: "map",
    doc: "Make an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.",
    flags: BASE,
    methods: &[
        new("(*args, **kwargs)", map_new),
        ITER,
        NEXT,
        reduce(map_reduce),
    ],
    next: Some(map_next),
    ..TypeDef::EMPTY
};

fn map_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    no_keywords(vm, args, "map", &args[2])?;
    let class = args.this::<Type>(vm, 0)?;
    let given = tuple_items(&args[1]);
    if given.len() < 2 {
        return Err(vm.type_error("map() must have at least two arguments."));
    }
    let iters = iters(vm, &given[1..])?;
    let made = MapObj {
        func: given[0].clone(),
        iters,
    };
    Ok(vm.heap.alloc(&class, made).into())
}

fn map_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let map = Args(std::slice::from_ref(it)).this::<MapObj>(vm, 0)?;
    if let [iter] = map.iters.as_slice() {
        return match vm.next(iter)? {
            Some(item) => vm.call(&map.func, std::slice::from_ref(&item)).map(Some),
            None => Ok(None),
        };
    }
    let mut items = Vec::with_capacity(map.iters.len());
    for iter in &map.iters {
        match vm.next(iter)? {
            Some(item) => items.push(item),
            None => return Ok(None),
        }
    }
    vm.call(&map.func, &items).map(Some)
}

fn map_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let map = args.this::<MapObj>(vm, 0)?;
    let mut parts = vec![map.func.clone()];
    parts.extend(map.iters.iter().cloned());
    let parts = vm.new_tuple(parts).into();
    let class = class_of(vm, &args[0]);
    Ok(vm.new_tuple(vec![class, parts]).into())
}

// ---- filter --------------------------------------------------------------------------------

pub static FILTER: TypeDef = TypeDef {
    name: "filter",
    doc: "Return an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.",
    flags: BASE,
    methods: &[
        new("(function, iterable, /)", filter_new),
        ITER,
        NEXT,
        reduce(filter_reduce),
    ],
    next: Some(filter_next),
    ..TypeDef::EMPTY
};

fn filter_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let iter = vm.iter(&args[2])?;
    let made = Filter {
        func: args[1].clone(),
        iter,
    };
    Ok(vm.heap.alloc(&class, made).into())
}

fn filter_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let filter = Args(std::slice::from_ref(it)).this::<Filter>(vm, 0)?;
    let by_truth = filter.func.is_none() || filter.func.as_obj() == Some(vm.types.bool.obj());
    while let Some(item) = vm.next(&filter.iter)? {
        let keep = if by_truth {
            vm.truth(&item)?
        } else {
            let verdict = vm.call(&filter.func, std::slice::from_ref(&item))?;
            vm.truth(&verdict)?
        };
        if keep {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn filter_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let filter = args.this::<Filter>(vm, 0)?;
    let parts = vec![filter.func.clone(), filter.iter.clone()];
    let parts = vm.new_tuple(parts).into();
    let class = class_of(vm, &args[0]);
    Ok(vm.new_tuple(vec![class, parts]).into())
}

// ---- reversed ------------------------------------------------------------------------------

pub static REVERSED: TypeDef = TypeDef {
    name: "reversed",
    doc: "Return a reverse iterator over the values of the given sequence.",
    flags: BASE,
    methods: &[
        new("(object, /)", reversed_new),
        ITER,
        NEXT,
        length_hint(reversed_hint),
        reduce(reversed_reduce),
        setstate(reversed_setstate),
    ],
    next: Some(reversed_next),
    ..TypeDef::EMPTY
};

fn reversed_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let source = &args[1];
    let ty = vm.type_of(source).clone();
    let method = ty.slot(Slot::Reversed);
    if let Some(method) = &method
        && !method.is_none()
    {
        return vm.call_special(method, source, &[]);
    }
    let is_sequence = ty.has_slot(Slot::GetItem) && !ty.holds::<super::dict::Dict>();
    if method.is_some() || !is_sequence {
        let name = ty.name();
        return Err(vm.type_error(format!("'{name}' object is not reversible")));
    }
    let made = Reversed {
        left: vm.len(source)?.into(),
        source: source.clone().into(),
    };
    Ok(vm.heap.alloc(&class, made).into())
}

fn reversed_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = Args(std::slice::from_ref(it)).this::<Reversed>(vm, 0)?;
    let source = it.source.borrow().clone();
    if source.is_unbound() {
        return Ok(None);
    }
    let Some(at) = it.left.get().checked_sub(1) else {
        drop(it.source.take());
        return Ok(None);
    };
    match vm.get_item(&source, &at.into()) {
        Ok(item) => {
            it.left.set(at);
            Ok(Some(item))
        }
        Err(e) => {
            it.left.set(0);
            drop(it.source.take());
            if e.is_a(&vm.exc.IndexError) || e.is_a(&vm.exc.StopIteration) {
                Ok(None)
            } else {
                Err(e)
            }
        }
    }
}

fn reversed_hint(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Reversed>(vm, 0)?;
    let source = it.source.borrow().clone();
    if source.is_unbound() {
        return Ok(Value::Int(0));
    }
    let (left, len) = (it.left.get(), vm.len(&source)?);
    Ok(if len < left { 0 } else { left }.into())
}

fn reversed_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Reversed>(vm, 0)?;
    let class = class_of(vm, &args[0]);
    let source = it.source.borrow().clone();
    let parts = if source.is_unbound() {
        let empty = vm.new_tuple(vec![]).into();
        vec![class, vm.new_tuple(vec![empty]).into()]
    } else {
        let state = Value::Int(it.left.get() as i64 - 1);
        vec![class, vm.new_tuple(vec![source]).into(), state]
    };
    Ok(vm.new_tuple(parts).into())
}

fn reversed_setstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Reversed>(vm, 0)?;
    let at = vm.index_i64(&args[1])?;
    let source = it.source.borrow().clone();
    if !source.is_unbound() {
        let len = vm.len(&source)? as i64;
        it.left.set(at.saturating_add(1).clamp(0, len) as usize);
    }
    Ok(Value::None)
}
