//! `tee`: iterators that share what one iterator gives, in blocks linked to a list. A block lives as
//! long as an iterator stands before its end.

use std::cell::{Cell, RefCell};

use super::{made, size, this};
use crate::objects::header::{Gc, ObjRef};
use crate::objects::iter::{ITER, NEXT, reduce};
use crate::objects::list::List;
use crate::objects::native::{Args, NativeDef, function, method, new};
use crate::objects::types::TypeDef;
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

/// Items in a block.
const BLOCK: usize = 57;

pub static FUNCTIONS: &[NativeDef] = &[function(
    "tee",
    "($module, iterable, n=2, /)",
    tee,
    "Returns a tuple of n independent iterators.",
)];

/// A block of items.
pub struct TeeData {
    iter: Value,
    items: RefCell<Vec<Value>>,
    next: RefCell<Option<Gc<TeeData>>>,
    running: Cell<bool>,
}
payload!(TeeData, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.iter, visit);
        self.items
            .borrow()
            .iter()
            .for_each(|v| visit_value(v, visit));
        if let Some(next) = &*self.next.borrow() {
            visit(next.obj());
        }
    }
});

pub static TEE_DATA: TypeDef = TypeDef {
    name: "itertools._tee_dataobject",
    doc: "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
    methods: &[
        new("(iterable, values, next, /)", data_new),
        reduce(data_reduce),
    ],
    ..TypeDef::EMPTY
};

impl TeeData {
    fn over(iter: Value) -> TeeData {
        TeeData {
            iter,
            items: RefCell::default(),
            next: RefCell::default(),
            running: false.into(),
        }
    }

    /// Item `at`, read from the iterator when it is the first one not there yet.
    fn item(&self, vm: &mut Vm, at: usize) -> Result<Option<Value>> {
        if let Some(item) = self.items.borrow().get(at) {
            return Ok(Some(item.clone()));
        }
        if self.running.replace(true) {
            return Err(vm.runtime_error("cannot re-enter the tee iterator"));
        }
        let item = vm.next(&self.iter);
        self.running.set(false);
        if let Ok(Some(item)) = &item {
            self.items.borrow_mut().push(item.clone());
        }
        item
    }

    /// The block after this one.
    fn following(&self, vm: &mut Vm) -> Gc<TeeData> {
        let next = self.next.borrow().clone();
        next.unwrap_or_else(|| {
            let next = new_data(vm, TeeData::over(self.iter.clone()));
            *self.next.borrow_mut() = Some(next.clone());
            next
        })
    }
}

fn new_data(vm: &mut Vm, data: TeeData) -> Gc<TeeData> {
    let ty = vm.module_type::<TeeData>(&TEE_DATA, None);
    vm.heap.alloc(&ty, data)
}

fn data_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let items = match args[2].downcast::<List>() {
        Some(list) if list.len() <= BLOCK => list.snapshot(),
        _ => return Err(vm.value_error("Invalid arguments")),
    };
    let next = args[3].downcast::<TeeData>().cloned();
    if next.is_some() && items.len() < BLOCK {
        return Err(vm.value_error("Invalid arguments"));
    }
    let data = TeeData {
        iter: args[1].clone(),
        items: items.into(),
        next: next.into(),
        running: false.into(),
    };
    made(vm, args, data)
}

fn data_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let data = args.this::<TeeData>(vm, 0)?;
    let items = vm.new_list(data.items.borrow().clone()).into();
    let next = data.next.borrow().clone().map_or(Value::None, Value::from);
    Ok(super::reduced(
        vm,
        &args[0],
        vec![data.iter.clone(), items, next],
    ))
}

/// One of the iterators.
pub struct Tee {
    data: RefCell<Gc<TeeData>>,
    at: Cell<usize>,
}
payload!(Tee, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.data.borrow().obj());
    }
});

pub static TEE: TypeDef = TypeDef {
    name: "itertools._tee",
    doc: "Iterator wrapped to make it copyable.",
    methods: &[
        new("(iterable, /)", tee_new),
        ITER,
        NEXT,
        method(
            "__copy__",
            "($self, /)",
            tee_copy,
            "Returns an independent iterator.",
        ),
        reduce(tee_reduce),
    ],
    next: Some(tee_next),
    ..TypeDef::EMPTY
};

/// An iterator over an iterable that can be copied.
fn from_iterable(vm: &mut Vm, iterable: &Value) -> Result<Value> {
    let iter = vm.iter(iterable)?;
    if let Some(tee) = iter.downcast::<Tee>() {
        let tee = tee.clone();
        return Ok(copy(vm, &tee));
    }
    let data = new_data(vm, TeeData::over(iter));
    Ok(new_tee(vm, data, 0))
}

fn new_tee(vm: &mut Vm, data: Gc<TeeData>, at: usize) -> Value {
    let ty = vm.module_type::<Tee>(&TEE, None);
    let tee = Tee {
        data: data.into(),
        at: at.into(),
    };
    vm.heap.alloc(&ty, tee).into()
}

fn copy(vm: &mut Vm, tee: &Gc<Tee>) -> Value {
    let data = tee.data.borrow().clone();
    new_tee(vm, data, tee.at.get())
}

fn tee_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    from_iterable(vm, &args[1])
}

fn tee_copy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tee = args.this::<Tee>(vm, 0)?;
    Ok(copy(vm, &tee))
}

fn tee_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = this::<Tee>(vm, it)?;
    if it.at.get() >= BLOCK {
        let data = it.data.borrow().clone();
        let next = data.following(vm);
        drop(it.data.replace(next));
        it.at.set(0);
    }
    let data = it.data.borrow().clone();
    let item = data.item(vm, it.at.get())?;
    if item.is_some() {
        it.at.set(it.at.get() + 1);
    }
    Ok(item)
}

fn tee_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let tee = args.this::<Tee>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    let data = tee.data.borrow().value();
    let empty = vm.new_tuple(vec![]).into();
    let empty = vm.new_tuple(vec![empty]).into();
    let state = vm.new_tuple(vec![data, tee.at.get().into()]).into();
    Ok(vm.new_tuple(vec![class, empty, state]).into())
}

fn tee(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let n = match args[1].given() {
        Some(n) => size(vm, n)?,
        None => 2,
    };
    if n < 0 {
        return Err(vm.value_error("n must be >= 0"));
    }
    let mut result = Vec::new();
    if result.try_reserve(n as usize).is_err() {
        return Err(vm.out_of_memory());
    }
    if n == 0 {
        return Ok(vm.new_tuple(result).into());
    }
    let iter = vm.iter(&args[0])?;
    let name = vm.intern("__copy__");
    // What can be copied is used as it is; anything else is wrapped.
    let (first, copier) = match vm.get_attr_opt(&iter, &name)? {
        Some(copier) => (iter, copier),
        None => {
            let first = from_iterable(vm, &iter)?;
            let copier = vm.get_attr(&first, &name)?;
            (first, copier)
        }
    };
    result.push(first);
    for _ in 1..n {
        result.push(vm.call(&copier, &[])?);
    }
    Ok(vm.new_tuple(result).into())
}
