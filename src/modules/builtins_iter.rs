//! The builtin functions on iterables: `iter`, `next`, `sorted`, `any`, `all`. (`len` is with the texts,
//! `min`, `max` and `sum` are with the numbers; `zip`, `map`, ... are types.)

use crate::objects::iter::CallIter;
use crate::objects::list_methods;
use crate::objects::names::Slot;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static FUNCTIONS: &[NativeDef] = &[
    function(
        "all",
        "($module, iterable, /)",
        all,
        "Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True.",
    ),
    function(
        "any",
        "($module, iterable, /)",
        any,
        "Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False.",
    ),
    function(
        "iter",
        "($module, object, sentinel=<unrepresentable>, /)",
        iter,
        "Get an iterator from an object.\n\nIn the first form, the argument must supply its own iterator, or be a sequence.\nIn the second form, the callable is called until it returns the sentinel.",
    ),
    function(
        "next",
        "($module, iterator, default=<unrepresentable>, /)",
        next,
        "Return the next item from the iterator.\n\nIf default is given and the iterator is exhausted,\nit is returned instead of raising StopIteration.",
    ),
    function(
        "sorted",
        "($module, iterable, /, *, key=None, reverse=False)",
        sorted,
        "Return a new list containing all items from the iterable in ascending order.\n\nA custom key function can be supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending order.",
    ),
];

fn all(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = vm.iter(&args[0])?;
    while let Some(item) = vm.next(&iter)? {
        if !vm.truth(&item)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn any(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = vm.iter(&args[0])?;
    while let Some(item) = vm.next(&iter)? {
        if vm.truth(&item)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(sentinel) = args[1].given() else {
        return vm.iter(&args[0]);
    };
    if !vm.is_callable(&args[0]) {
        return Err(vm.type_error("iter(v, w): v must be callable"));
    }
    let iter = CallIter {
        callable: args[0].clone().into(),
        sentinel: sentinel.clone().into(),
    };
    Ok(vm.heap.alloc(&vm.types.callable_iterator, iter).into())
}

fn next(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let ty = vm.type_of(&args[0]);
    let Some(func) = ty.slot(Slot::Next) else {
        let name = ty.name();
        return Err(vm.type_error(format!("'{name}' object is not an iterator")));
    };
    // Through `__next__`, as its StopIteration may carry a value.
    match (vm.call_special(&func, &args[0], &[]), args[1].given()) {
        (Err(e), Some(default)) if e.is_a(&vm.exc.StopIteration) => Ok(default.clone()),
        (result, _) => result,
    }
}

fn sorted(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let items = vm.collect(&args[0])?;
    let list = vm.new_list(items);
    let reverse = vm.truth(&args[2])?;
    list_methods::sort(vm, &list, args[1].given_not_none(), reverse)?;
    Ok(list.into())
}
