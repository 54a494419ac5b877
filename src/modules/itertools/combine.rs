//! `chain`, `starmap`, `zip_longest`.

use std::cell::RefCell;

use super::{items_of, made, reduced, this};
use crate::objects::dict::Dict;
use crate::objects::header::ObjRef;
use crate::objects::iter::{ITER, NEXT, reduce};
use crate::objects::native::{Args, class_method, new};
use crate::objects::sequence::CLASS_GETITEM;
use crate::objects::typeobj::Type;
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub struct Chain {
    /// The iterator over the iterables; unbound at the end.
    source: RefCell<Value>,
    /// The iterator over the current iterable, or unbound.
    active: RefCell<Value>,
}
payload!(Chain, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.source.borrow(), visit);
        visit_value(&self.active.borrow(), visit);
    }
});

pub static CHAIN: TypeDef = TypeDef {
    name: "itertools.chain",
    doc: "Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.",
    flags: BASE,
    methods: &[
        new("(*iterables, **kwargs)", chain_new),
        class_method(
            "from_iterable",
            "($type, iterable, /)",
            chain_from_iterable,
            "Alternative chain() constructor taking a single iterable argument that evaluates lazily.",
        ),
        ITER,
        NEXT,
        reduce(chain_reduce),
        CLASS_GETITEM,
    ],
    next: Some(chain_next),
    ..TypeDef::EMPTY
};

fn chain_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let keywords = args[2].downcast::<Dict>().is_some_and(|d| !d.is_empty());
    if keywords && !class.is_heap_type() {
        return Err(vm.type_error("chain() takes no keyword arguments"));
    }
    let source = vm.iter(&args[1])?;
    made(vm, args, Chain::over(source))
}

impl Chain {
    fn over(source: Value) -> Chain {
        Chain {
            source: source.into(),
            active: RefCell::default(),
        }
    }
}

fn chain_from_iterable(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let source = vm.iter(&args[1])?;
    made(vm, args, Chain::over(source))
}

fn chain_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Chain>(vm, it)?;
    loop {
        let source = it.source.borrow().clone();
        if source.is_unbound() {
            return Ok(None);
        }
        let mut active = it.active.borrow().clone();
        if active.is_unbound() {
            let started = match vm.next(&source)? {
                Some(iterable) => vm.iter(&iterable).map(Some),
                None => Ok(None),
            };
            match started {
                Ok(Some(iter)) => active = iter,
                end => {
                    drop(it.source.take());
                    return end.map(|_| None);
                }
            }
            drop(it.active.replace(active.clone()));
        }
        if let Some(item) = vm.next(&active)? {
            return Ok(Some(item));
        }
        drop(it.active.take());
    }
}

fn chain_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Chain>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    let (source, active) = (it.source.borrow().clone(), it.active.borrow().clone());
    let empty = vm.new_tuple(vec![]).into();
    let mut parts = vec![class, empty];
    if !source.is_unbound() {
        let mut state = vec![source];
        if !active.is_unbound() {
            state.push(active);
        }
        parts.push(vm.new_tuple(state).into());
    }
    Ok(vm.new_tuple(parts).into())
}

// ---- starmap -------------------------------------------------------------------------------

pub struct StarMap {
    func: Value,
    iter: Value,
}
payload!(StarMap, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.func, visit);
        visit_value(&self.iter, visit);
    }
});

pub static STARMAP: TypeDef = TypeDef {
    name: "itertools.starmap",
    doc: "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.",
    flags: BASE,
    methods: &[
        new("(function, iterable, /)", starmap_new),
        ITER,
        NEXT,
        reduce(|vm, args| {
            let it = args.this::<StarMap>(vm, 0)?;
            Ok(reduced(
                vm,
                &args[0],
                vec![it.func.clone(), it.iter.clone()],
            ))
        }),
    ],
    next: Some(starmap_next),
    ..TypeDef::EMPTY
};

fn starmap_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = vm.iter(&args[2])?;
    let func = args[1].clone();
    made(vm, args, StarMap { func, iter })
}

fn starmap_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<StarMap>(vm, it)?;
    let Some(arguments) = vm.next(&it.iter)? else {
        return Ok(None);
    };
    let arguments = vm.collect(&arguments)?;
    vm.call(&it.func, &arguments).map(Some)
}

// ---- zip_longest ---------------------------------------------------------------------------

pub struct ZipLongest {
    /// Exhausted ones are unbound.
    iters: RefCell<Vec<Value>>,
    fill: Value,
}
payload!(ZipLongest, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.iters
            .borrow()
            .iter()
            .for_each(|v| visit_value(v, visit));
        visit_value(&self.fill, visit);
    }
});

pub static ZIP_LONGEST: TypeDef = TypeDef {
    name: "itertools.zip_longest",
    doc: "Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.",
    flags: BASE,
    methods: &[
        new("(*iterables, **kwargs)", zip_longest_new),
        ITER,
        NEXT,
        reduce(zip_longest_reduce),
    ],
    next: Some(zip_longest_next),
    ..TypeDef::EMPTY
};

fn zip_longest_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = vm.intern("fillvalue");
    let mut fill = Value::None;
    if let Some(keywords) = args[2].downcast::<Dict>() {
        let found = keywords.get_str(&name);
        if keywords.len() > usize::from(found.is_some()) {
            return Err(vm.type_error("zip_longest() got an unexpected keyword argument"));
        }
        fill = found.unwrap_or(Value::None);
    }
    let iters: Result<Vec<Value>> = items_of(&args[1]).iter().map(|v| vm.iter(v)).collect();
    let iters = iters?.into();
    made(vm, args, ZipLongest { iters, fill })
}

fn zip_longest_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<ZipLongest>(vm, it)?;
    let iters = it.iters.borrow().clone();
    let mut active = iters.iter().filter(|i| !i.is_unbound()).count();
    if active == 0 {
        return Ok(None);
    }
    let mut items = Vec::with_capacity(iters.len());
    for (i, iter) in iters.iter().enumerate() {
        let item = if iter.is_unbound() {
            None
        } else {
            let next = vm.next(iter);
            if !matches!(next, Ok(Some(_))) {
                active -= 1;
                let done = std::mem::take(&mut it.iters.borrow_mut()[i]);
                drop(done);
            }
            match next {
                Ok(None) if active == 0 => return Ok(None),
                Err(error) => {
                    drop(it.iters.take());
                    return Err(error);
                }
                Ok(item) => item,
            }
        };
        items.push(item.unwrap_or_else(|| it.fill.clone()));
    }
    Ok(Some(vm.new_tuple(items).into()))
}

fn zip_longest_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<ZipLongest>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    let iters = it.iters.borrow().clone();
    let iters = iters
        .into_iter()
        .map(|iter| match iter {
            Value::Unbound => vm.new_tuple(vec![]).into(),
            iter => iter,
        })
        .collect();
    let iters = vm.new_tuple(iters).into();
    Ok(vm.new_tuple(vec![class, iters, it.fill.clone()]).into())
}
