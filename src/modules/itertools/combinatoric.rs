//! `product`, `permutations`, `combinations`, `combinations_with_replacement`.

use std::cell::{Cell, RefCell};

use super::{items_of, made, size, this};
use crate::objects::header::ObjRef;
use crate::objects::iter::{ITER, NEXT};
use crate::objects::native::{Args, new};
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

/// How far an iterator over tuples of a pool's items has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Fresh,
    Running,
    Done,
}

pub struct Product {
    pools: Vec<Vec<Value>>,
    indices: RefCell<Vec<usize>>,
    phase: Cell<Phase>,
}
payload!(Product, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for pool in &self.pools {
            pool.iter().for_each(|v| visit_value(v, visit));
        }
    }
});

pub static PRODUCT: TypeDef = TypeDef {
    name: "itertools.product",
    doc: "Cartesian product of input iterables.  Equivalent to nested for-loops.",
    flags: BASE,
    methods: &[new("(*iterables, repeat=1)", product_new), ITER, NEXT],
    next: Some(product_next),
    ..TypeDef::EMPTY
};

fn product_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let repeat = match args[2].given() {
        Some(repeat) => size(vm, repeat)?,
        None => 1,
    };
    if repeat < 0 {
        return Err(vm.value_error("repeat argument cannot be negative"));
    }
    let iterables = items_of(&args[1]);
    let repeat = if iterables.is_empty() {
        0
    } else {
        repeat as usize
    };
    let total = iterables.len().checked_mul(repeat);
    if total.is_none_or(|n| n > isize::MAX as usize / 8) {
        return Err(vm.overflow_error("repeat argument too large"));
    }
    let mut once = Vec::with_capacity(iterables.len());
    for iterable in &iterables {
        once.push(vm.collect(iterable)?);
    }
    let mut pools: Vec<Vec<Value>> = Vec::new();
    if pools.try_reserve(total.unwrap_or(0)).is_err() {
        return Err(vm.out_of_memory());
    }
    for _ in 0..repeat {
        pools.extend(once.iter().cloned());
    }
    let product = Product {
        indices: vec![0; pools.len()].into(),
        pools,
        phase: Phase::Fresh.into(),
    };
    made(vm, args, product)
}

fn product_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Product>(vm, it)?;
    let mut indices = it.indices.borrow_mut();
    match it.phase.get() {
        Phase::Done => return Ok(None),
        Phase::Fresh if it.pools.iter().any(Vec::is_empty) => {
            it.phase.set(Phase::Done);
            return Ok(None);
        }
        Phase::Fresh => it.phase.set(Phase::Running),
        Phase::Running => {
            let mut at = indices.len();
            loop {
                if at == 0 {
                    it.phase.set(Phase::Done);
                    return Ok(None);
                }
                at -= 1;
                indices[at] += 1;
                if indices[at] < it.pools[at].len() {
                    break;
                }
                indices[at] = 0;
            }
        }
    }
    let items = it.pools.iter().zip(indices.iter());
    let items = items.map(|(pool, &i)| pool[i].clone()).collect();
    Ok(Some(vm.new_tuple(items).into()))
}

// ---- permutations --------------------------------------------------------------------------

pub struct Permutations {
    pool: Vec<Value>,
    r: usize,
    indices: RefCell<Vec<usize>>,
    cycles: RefCell<Vec<usize>>,
    phase: Cell<Phase>,
}
payload!(Permutations, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.pool.iter().for_each(|v| visit_value(v, visit));
    }
});

pub static PERMUTATIONS: TypeDef = TypeDef {
    name: "itertools.permutations",
    doc: "Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)",
    flags: BASE,
    methods: &[new("(iterable, r=None)", permutations_new), ITER, NEXT],
    next: Some(permutations_next),
    ..TypeDef::EMPTY
};

fn permutations_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let pool = vm.collect(&args[1])?;
    let r = match args[2].given_not_none() {
        None => pool.len() as i64,
        Some(r) => {
            let Some(n) = vm.as_integer(r) else {
                return Err(vm.type_error("Expected int as r"));
            };
            match n.to_i64() {
                Some(n) => n,
                None => {
                    return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
                }
            }
        }
    };
    if r < 0 {
        return Err(vm.value_error("r must be non-negative"));
    }
    let (n, r) = (pool.len(), r as usize);
    let phase = if r > n { Phase::Done } else { Phase::Fresh };
    let r = r.min(n);
    let permutations = Permutations {
        indices: (0..n).collect::<Vec<_>>().into(),
        cycles: (0..r).map(|i| n - i).collect::<Vec<_>>().into(),
        pool,
        r,
        phase: phase.into(),
    };
    made(vm, args, permutations)
}

fn permutations_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Permutations>(vm, it)?;
    let (mut indices, mut cycles) = (it.indices.borrow_mut(), it.cycles.borrow_mut());
    match it.phase.get() {
        Phase::Done => return Ok(None),
        Phase::Fresh => it.phase.set(Phase::Running),
        Phase::Running => {
            let n = indices.len();
            let mut at = it.r;
            loop {
                if at == 0 {
                    it.phase.set(Phase::Done);
                    return Ok(None);
                }
                at -= 1;
                cycles[at] -= 1;
                if cycles[at] > 0 {
                    let other = n - cycles[at];
                    indices.swap(at, other);
                    break;
                }
                indices[at..].rotate_left(1);
                cycles[at] = n - at;
            }
        }
    }
    let items = indices[..it.r].iter();
    let items = items.map(|&i| it.pool[i].clone()).collect();
    Ok(Some(vm.new_tuple(items).into()))
}

// ---- combinations --------------------------------------------------------------------------

pub struct Combinations {
    pool: Vec<Value>,
    indices: RefCell<Vec<usize>>,
    replace: bool,
    phase: Cell<Phase>,
}
payload!(Combinations, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.pool.iter().for_each(|v| visit_value(v, visit));
    }
});

pub static COMBINATIONS: TypeDef = TypeDef {
    name: "itertools.combinations",
    doc: "Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)",
    flags: BASE,
    methods: &[
        new("(iterable, r)", |vm, args| {
            combinations_new(vm, args, false)
        }),
        ITER,
        NEXT,
    ],
    next: Some(combinations_next),
    ..TypeDef::EMPTY
};

pub static COMBINATIONS_WITH_REPLACEMENT: TypeDef = TypeDef {
    name: "itertools.combinations_with_replacement",
    doc: "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')",
    flags: BASE,
    methods: &[
        new("(iterable, r)", |vm, args| combinations_new(vm, args, true)),
        ITER,
        NEXT,
    ],
    next: Some(combinations_next),
    ..TypeDef::EMPTY
};

fn combinations_new(vm: &mut Vm, args: Args<'_>, replace: bool) -> Result<Value> {
    let r = size(vm, &args[2])?;
    let pool = vm.collect(&args[1])?;
    if r < 0 {
        return Err(vm.value_error("r must be non-negative"));
    }
    let (n, r) = (pool.len(), r as usize);
    let none = if replace { n == 0 && r > 0 } else { r > n };
    let mut indices: Vec<usize> = Vec::new();
    if !none {
        if indices.try_reserve(r).is_err() {
            return Err(vm.out_of_memory());
        }
        indices.extend((0..r).map(|i| if replace { 0 } else { i }));
    }
    let combinations = Combinations {
        pool,
        indices: indices.into(),
        replace,
        phase: if none { Phase::Done } else { Phase::Fresh }.into(),
    };
    made(vm, args, combinations)
}

fn combinations_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Combinations>(vm, it)?;
    let mut indices = it.indices.borrow_mut();
    match it.phase.get() {
        Phase::Done => return Ok(None),
        Phase::Fresh => it.phase.set(Phase::Running),
        Phase::Running => {
            let (n, r) = (it.pool.len(), indices.len());
            let last = |i: usize| if it.replace { n - 1 } else { i + n - r };
            let Some(at) = (0..r).rev().find(|&i| indices[i] != last(i)) else {
                it.phase.set(Phase::Done);
                return Ok(None);
            };
            indices[at] += 1;
            for i in at + 1..r {
                indices[i] = indices[i - 1] + usize::from(!it.replace);
            }
        }
    }
    let items = indices.iter().map(|&i| it.pool[i].clone()).collect();
    Ok(Some(vm.new_tuple(items).into()))
}
