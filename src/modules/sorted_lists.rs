//! Modules `_bisect` and `_heapq`: lists that are kept sorted, or as heaps.

use super::{NativeModule, no_init};
use crate::objects::header::Gc;
use crate::objects::list::List;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::operators::CompareOp;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static BISECT: NativeModule = NativeModule {
    name: "_bisect",
    doc: "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.",
    functions: BISECT_FUNCTIONS,
    init: no_init,
};

static BISECT_FUNCTIONS: &[NativeDef] = &[
    function(
        "bisect_right",
        "($module, /, a, x, lo=0, hi=None, *, key=None)",
        |vm, args| Ok(search(vm, args, false, true)?.into()),
        "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\ninsert just after the rightmost x already there.",
    ),
    function(
        "bisect_left",
        "($module, /, a, x, lo=0, hi=None, *, key=None)",
        |vm, args| Ok(search(vm, args, true, true)?.into()),
        "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\ninsert just before the leftmost x already there.",
    ),
    function(
        "insort_right",
        "($module, /, a, x, lo=0, hi=None, *, key=None)",
        |vm, args| insort(vm, args, false),
        "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x.",
    ),
    function(
        "insort_left",
        "($module, /, a, x, lo=0, hi=None, *, key=None)",
        |vm, args| insort(vm, args, true),
        "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x.",
    ),
];

/// Where `x` belongs in the sorted sequence, before or after its equals. `as_key`: the argument is
/// compared with keys as it is; for insertion the key function is asked for its key.
fn search(vm: &mut Vm, args: Args<'_>, left: bool, as_key: bool) -> Result<usize> {
    let key = args[4].given_not_none();
    let x = match key {
        Some(key) if !as_key => vm.call(key, std::slice::from_ref(&args[1]))?,
        _ => args[1].clone(),
    };
    let mut low = match args[2].given() {
        Some(low) => vm.index_i64(low)?,
        None => 0,
    };
    if low < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    let mut high = match args[3].given_not_none() {
        Some(high) => vm.index_i64(high)?,
        None => -1,
    };
    if high == -1 {
        high = vm.len(&args[0])? as i64;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        let mut item = vm.get_item(&args[0], &Value::Int(middle))?;
        if let Some(key) = key {
            item = vm.call(key, &[item])?;
        }
        let before = if left {
            vm.compare_bool(CompareOp::Lt, &item, &x)?
        } else {
            !vm.compare_bool(CompareOp::Lt, &x, &item)?
        };
        if before {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low as usize)
}

fn insort(vm: &mut Vm, args: Args<'_>, left: bool) -> Result<Value> {
    let at = search(vm, args, left, false)?;
    match args[0].downcast::<List>() {
        Some(list) if list.ty() == &vm.types.list => {
            let at = at.min(list.len());
            list.items_mut().insert(at, args[1].clone());
        }
        _ => {
            vm.call_method(&args[0], "insert", &[at.into(), args[1].clone()])?;
        }
    }
    Ok(Value::None)
}

// ---- heaps ---------------------------------------------------------------------------------

pub static HEAPQ: NativeModule = NativeModule {
    name: "_heapq",
    doc: "Heap queue algorithm (a.k.a. priority queue).",
    functions: HEAPQ_FUNCTIONS,
    init: no_init,
};

static HEAPQ_FUNCTIONS: &[NativeDef] = &[
    function(
        "heappush",
        "($module, heap, item, /)",
        heappush,
        "Push item onto heap, maintaining the heap invariant.",
    ),
    function(
        "heappushpop",
        "($module, heap, item, /)",
        heappushpop,
        "Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop().",
    ),
    function(
        "heappop",
        "($module, heap, /)",
        |vm, args| pop(vm, args, Order::Min),
        "Pop the smallest item off the heap, maintaining the heap invariant.",
    ),
    function(
        "heapreplace",
        "($module, heap, item, /)",
        |vm, args| replace(vm, args, Order::Min),
        "Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\nreturned may be larger than item!",
    ),
    function(
        "heapify",
        "($module, heap, /)",
        |vm, args| heapify(vm, args, Order::Min),
        "Transform list into a heap, in-place, in O(len(heap)) time.",
    ),
    function(
        "_heappop_max",
        "($module, heap, /)",
        |vm, args| pop(vm, args, Order::Max),
        "Maxheap variant of heappop.",
    ),
    function(
        "_heapreplace_max",
        "($module, heap, item, /)",
        |vm, args| replace(vm, args, Order::Max),
        "Maxheap variant of heapreplace.",
    ),
    function(
        "_heapify_max",
        "($module, heap, /)",
        |vm, args| heapify(vm, args, Order::Max),
        "Maxheap variant of heapify.",
    ),
];

/// Whether the least or the greatest item is on top.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Min,
    Max,
}

fn heap_of(vm: &mut Vm, name: &str, args: Args<'_>) -> Result<Gc<List>> {
    match args[0].downcast::<List>() {
        Some(list) => Ok(list.clone()),
        None => {
            let found = vm.type_name(&args[0]);
            let argument = if matches!(name, "heappush" | "heappushpop" | "heapreplace") {
                "argument 1"
            } else {
                "argument"
            };
            Err(vm.type_error(format!("{name}() {argument} must be list, not {found}")))
        }
    }
}

/// Whether `a` goes above `b`; the heap must not change its length meanwhile.
fn above(vm: &mut Vm, heap: &Gc<List>, order: Order, a: &Value, b: &Value) -> Result<bool> {
    let len = heap.len();
    let result = match order {
        Order::Min => vm.compare_bool(CompareOp::Lt, a, b)?,
        Order::Max => vm.compare_bool(CompareOp::Lt, b, a)?,
    };
    if heap.len() != len {
        return Err(vm.runtime_error("list changed size during iteration"));
    }
    Ok(result)
}

fn item(heap: &Gc<List>, at: usize) -> Value {
    heap.get(at).unwrap_or_default()
}

/// Moves the item at `at` up, not above `top`, until its parent goes above it.
fn sift_up(vm: &mut Vm, heap: &Gc<List>, order: Order, top: usize, mut at: usize) -> Result<()> {
    while at > top {
        let parent = (at - 1) / 2;
        let (new, old) = (item(heap, at), item(heap, parent));
        if !above(vm, heap, order, &new, &old)? {
            break;
        }
        heap.items_mut().swap(at, parent);
        at = parent;
    }
    Ok(())
}

/// Moves the item at `at` down to a leaf, the better child taking its place, and then up to where it
/// belongs: cheaper than comparing it on the way down.
fn sift_down(vm: &mut Vm, heap: &Gc<List>, order: Order, top: usize) -> Result<()> {
    let (mut at, end) = (top, heap.len());
    while at < end / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < end {
            let (left, right) = (item(heap, child), item(heap, child + 1));
            if !above(vm, heap, order, &left, &right)? {
                child += 1;
            }
        }
        heap.items_mut().swap(at, child);
        at = child;
    }
    sift_up(vm, heap, order, top, at)
}

fn heappush(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let heap = heap_of(vm, "heappush", args)?;
    heap.push(args[1].clone());
    sift_up(vm, &heap, Order::Min, 0, heap.len() - 1)?;
    Ok(Value::None)
}

fn pop(vm: &mut Vm, args: Args<'_>, order: Order) -> Result<Value> {
    let heap = heap_of(vm, "heappop", args)?;
    let Some(last) = heap.items_mut().pop() else {
        return Err(vm.index_error("index out of range"));
    };
    if heap.is_empty() {
        return Ok(last);
    }
    let first = std::mem::replace(&mut heap.items_mut()[0], last);
    sift_down(vm, &heap, order, 0)?;
    Ok(first)
}

fn replace(vm: &mut Vm, args: Args<'_>, order: Order) -> Result<Value> {
    let heap = heap_of(vm, "heapreplace", args)?;
    if heap.is_empty() {
        return Err(vm.index_error("index out of range"));
    }
    let first = std::mem::replace(&mut heap.items_mut()[0], args[1].clone());
    sift_down(vm, &heap, order, 0)?;
    Ok(first)
}

fn heappushpop(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let heap = heap_of(vm, "heappushpop", args)?;
    let Some(first) = heap.get(0) else {
        return Ok(args[1].clone());
    };
    if !vm.compare_bool(CompareOp::Lt, &first, &args[1])? {
        return Ok(args[1].clone());
    }
    if heap.is_empty() {
        return Err(vm.index_error("index out of range"));
    }
    let first = std::mem::replace(&mut heap.items_mut()[0], args[1].clone());
    sift_down(vm, &heap, Order::Min, 0)?;
    Ok(first)
}

fn heapify(vm: &mut Vm, args: Args<'_>, order: Order) -> Result<Value> {
    let heap = heap_of(vm, "heapify", args)?;
    for at in (0..heap.len() / 2).rev() {
        sift_down(vm, &heap, order, at)?;
    }
    Ok(Value::None)
}
