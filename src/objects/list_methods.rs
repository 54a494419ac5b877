//! The type `list`.

use super::header::Gc;
use super::iter::ListIter;
use super::list::{List, Tuple};
use super::native::{Args, method, new};
use super::operators::CompareOp;
use super::range::Slice;
use super::sequence::{self, CLASS_GETITEM, SliceSpan, clip_index, position};
use super::sort::{self, Keyed};
use super::typeobj::{Type, type_flags};
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::comparison;
use crate::vm::{Result, Vm};

pub static LIST: TypeDef = TypeDef {
    name: "list",
    doc: "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.",
    flags: BASE | type_flags::SEQUENCE | type_flags::MATCH_SELF,
    methods: &[
        new("(*args, **kwargs)", list_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            list_init,
            "Initialize self.  See help(type(self)) for accurate signature.",
        ),
        method("__repr__", "($self, /)", list_repr, "Return repr(self)."),
        method(
            "__getitem__",
            "($self, index, /)",
            list_getitem,
            "Return self[index].",
        ),
        method(
            "__setitem__",
            "($self, key, value, /)",
            list_setitem,
            "Set self[key] to value.",
        ),
        method(
            "__delitem__",
            "($self, key, /)",
            list_delitem,
            "Delete self[key].",
        ),
        method("__len__", "($self, /)", list_len, "Return len(self)."),
        method("__iter__", "($self, /)", list_iter, "Implement iter(self)."),
        method(
            "__reversed__",
            "($self, /)",
            list_reversed,
            "Return a reverse iterator over the list.",
        ),
        method(
            "__contains__",
            "($self, key, /)",
            list_contains,
            "Return bool(key in self).",
        ),
        method(
            "__add__",
            "($self, value, /)",
            list_add,
            "Return self+value.",
        ),
        method(
            "__mul__",
            "($self, value, /)",
            list_mul,
            "Return self*value.",
        ),
        method(
            "__rmul__",
            "($self, value, /)",
            list_mul,
            "Return value*self.",
        ),
        method(
            "__iadd__",
            "($self, value, /)",
            list_iadd,
            "Implement self+=value.",
        ),
        method(
            "__imul__",
            "($self, value, /)",
            list_imul,
            "Implement self*=value.",
        ),
        comparison!(list_compare, Lt),
        comparison!(list_compare, Le),
        comparison!(list_compare, Eq),
        comparison!(list_compare, Ne),
        comparison!(list_compare, Gt),
        comparison!(list_compare, Ge),
        method(
            "__sizeof__",
            "($self, /)",
            list_sizeof,
            "Return the size of the list in memory, in bytes.",
        ),
        method(
            "append",
            "($self, object, /)",
            list_append,
            "Append object to the end of the list.",
        ),
        method(
            "clear",
            "($self, /)",
            list_clear,
            "Remove all items from list.",
        ),
        method(
            "copy",
            "($self, /)",
            list_copy,
            "Return a shallow copy of the list.",
        ),
        method(
            "count",
            "($self, value, /)",
            list_count,
            "Return number of occurrences of value.",
        ),
        method(
            "extend",
            "($self, iterable, /)",
            list_extend,
            "Extend list by appending elements from the iterable.",
        ),
        method(
            "index",
            "($self, value, start=0, stop=sys.maxsize, /)",
            list_index,
            "Return first index of value.\n\nRaises ValueError if the value is not present.",
        ),
        method(
            "insert",
            "($self, index, object, /)",
            list_insert,
            "Insert object before index.",
        ),
        method(
            "pop",
            "($self, index=-1, /)",
            list_pop,
            "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range.",
        ),
        method(
            "remove",
            "($self, value, /)",
            list_remove,
            "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.",
        ),
        method("reverse", "($self, /)", list_reverse, "Reverse *IN PLACE*."),
        method(
            "sort",
            "($self, /, *, key=None, reverse=False)",
            list_sort,
            "Sort the list in ascending order and return None.\n\nThe sort is in-place (i.e. the list itself is modified) and stable (i.e. the\norder of two equal elements is maintained).\n\nIf a key function is given, apply it once to each list item and sort them,\nascending or descending, according to their function values.\n\nThe reverse flag can be set to sort in descending order.",
        ),
        CLASS_GETITEM,
    ],
    ..TypeDef::EMPTY
};

fn list_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    Ok(vm.heap.alloc(&class, List::default()).into())
}

/// The one optional argument of a container's `__init__`, whose words for wrong calls are those of
/// the class.
pub fn init_argument(vm: &mut Vm, class: &str, args: Args<'_>) -> Result<Option<Value>> {
    let keywords = args[2].downcast::<super::dict::Dict>();
    if keywords.is_some_and(|d| !d.is_empty()) {
        return Err(vm.type_error(format!("{class}() takes no keyword arguments")));
    }
    let given = args[1].downcast::<Tuple>().map(|t| t.items());
    match given.unwrap_or_default() {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        more => {
            let n = more.len();
            Err(vm.type_error(format!("{class} expected at most 1 argument, got {n}")))
        }
    }
}

fn list_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let source = init_argument(vm, "list", args)?;
    // A list drops its items from the last to the first.
    drop(List::from(list.replace(Vec::new())));
    if let Some(source) = source {
        extend(vm, &list, &source)?;
    }
    Ok(Value::None)
}

fn list_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    if list.is_empty() {
        return Ok(vm.new_str("[]"));
    }
    let made = vm.guarded_repr(list.obj(), |vm| {
        let mut out = vec![b'['];
        let mut i = 0;
        while let Some(item) = list.get(i) {
            if i > 0 {
                out.extend_from_slice(b", ");
            }
            vm.push_repr(&mut out, &item)?;
            i += 1;
        }
        out.push(b']');
        Ok(out)
    })?;
    Ok(match made {
        Some(text) => vm.new_text(text),
        None => vm.new_str("[...]"),
    })
}

// ---- items ---------------------------------------------------------------------------------

fn list_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    get(vm, &list, &args[1])
}

/// `list[key]`
pub fn get(vm: &mut Vm, list: &Gc<List>, key: &Value) -> Result<Value> {
    if let Some(slice) = key.downcast::<Slice>() {
        let slice = slice.clone();
        let span = vm.unpack_slice(&slice)?.over(list.len());
        return Ok(vm.new_list(span.pick(list.items())).into());
    }
    let at = index_of_key(vm, key)?;
    match position(at, list.len()).and_then(|at| list.get(at)) {
        Some(item) => Ok(item),
        None => Err(vm.index_error("list index out of range")),
    }
}

#[inline]
fn index_of_key(vm: &mut Vm, key: &Value) -> Result<i64> {
    if let Value::Int(n) = key {
        return Ok(*n);
    }
    if vm.is_index(key) {
        return vm.item_index(key);
    }
    let name = vm.type_name(key);
    Err(vm.type_error(format!(
        "list indices must be integers or slices, not {name}"
    )))
}

fn list_setitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    set(vm, &list, &args[1], &args[2])?;
    Ok(Value::None)
}

/// `list[key] = value`
pub fn set(vm: &mut Vm, list: &Gc<List>, key: &Value, value: &Value) -> Result<()> {
    if let Some(slice) = key.downcast::<Slice>() {
        let slice = slice.clone();
        return set_slice(vm, list, &slice, value);
    }
    let at = index_of_key(vm, key)?;
    match position(at, list.len()) {
        Some(at) => {
            list.set(at, value.clone());
            Ok(())
        }
        None => Err(vm.index_error("list assignment index out of range")),
    }
}

fn set_slice(vm: &mut Vm, list: &Gc<List>, slice: &Gc<Slice>, value: &Value) -> Result<()> {
    let parts = vm.unpack_slice(slice)?;
    let message = if parts.step == 1 {
        "can only assign an iterable"
    } else {
        "must assign iterable to extended slice"
    };
    let items = collect_or(vm, value, message)?;
    let span = parts.over(list.len());
    if parts.step == 1 {
        let start = span.start as usize;
        let end = span.stop.max(span.start) as usize;
        let old: Vec<Value> = list.items_mut().splice(start..end, items).collect();
        drop(old);
        return Ok(());
    }
    if items.len() != span.len {
        return Err(vm.value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            span.len
        )));
    }
    let mut old = Vec::with_capacity(items.len());
    for (at, item) in span.positions().zip(items) {
        if let Some(place) = list.items_mut().get_mut(at) {
            old.push(std::mem::replace(place, item));
        }
    }
    drop(old);
    Ok(())
}

/// The items of an iterable; what is none is a `TypeError` with the given words.
pub fn collect_or(vm: &mut Vm, value: &Value, message: &str) -> Result<Vec<Value>> {
    if value.is::<List>() || value.is::<Tuple>() {
        return vm.collect(value);
    }
    let iter = match vm.iter(value) {
        Ok(iter) => iter,
        Err(e) if e.is_a(&vm.exc.TypeError) => return Err(vm.type_error(message)),
        Err(e) => return Err(e),
    };
    let mut items = Vec::new();
    while let Some(item) = vm.next(&iter)? {
        items.push(item);
    }
    Ok(items)
}

fn list_delitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    delete(vm, &list, &args[1])?;
    Ok(Value::None)
}

/// `del list[key]`
pub fn delete(vm: &mut Vm, list: &Gc<List>, key: &Value) -> Result<()> {
    if let Some(slice) = key.downcast::<Slice>() {
        let slice = slice.clone();
        let span = vm.unpack_slice(&slice)?.over(list.len());
        drop(remove_span(list.items_mut(), span));
        return Ok(());
    }
    let at = index_of_key(vm, key)?;
    match position(at, list.len()) {
        Some(at) => {
            drop(list.items_mut().remove(at));
            Ok(())
        }
        None => Err(vm.index_error("list assignment index out of range")),
    }
}

/// Takes the items that a slice names out of a vector.
pub fn remove_span<T: Default>(items: &mut Vec<T>, span: SliceSpan) -> Vec<T> {
    if span.step == 1 || span.len <= 1 {
        let start = span.start.max(0) as usize;
        return items.drain(start..start + span.len).collect();
    }
    let removed: Vec<T> = span
        .positions()
        .map(|at| std::mem::take(&mut items[at]))
        .collect();
    let (low, step) = if span.step < 0 {
        let last = span.start + (span.len as i64 - 1) * span.step;
        (last as usize, span.step.unsigned_abs() as usize)
    } else {
        (span.start as usize, span.step as usize)
    };
    let mut at = 0;
    items.retain(|_| {
        let from_low = at >= low && (at - low) % step == 0 && (at - low) / step < span.len;
        at += 1;
        !from_low
    });
    removed
}

// ---- length, iteration, search -------------------------------------------------------------

fn list_len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(args.this::<List>(vm, 0)?.len().into())
}

fn list_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = ListIter {
        source: args[0].clone().into(),
        next: 0.into(),
        reverse: false,
    };
    Ok(vm.heap.alloc(&vm.types.list_iterator, iter).into())
}

fn list_reversed(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let iter = ListIter {
        source: list.value().into(),
        next: list.len().into(),
        reverse: true,
    };
    Ok(vm.heap.alloc(&vm.types.list_reverseiterator, iter).into())
}

fn list_contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    Ok(Value::Bool(
        find(vm, &list, &args[1], 0, usize::MAX)?.is_some(),
    ))
}

/// Position of the first item in `start..stop` that equals `value`.
pub fn find(
    vm: &mut Vm,
    list: &Gc<List>,
    value: &Value,
    start: usize,
    stop: usize,
) -> Result<Option<usize>> {
    let mut i = start;
    while i < stop {
        let Some(item) = list.items().get(i) else {
            break;
        };
        let same = match super::operators::quick_compare(CompareOp::Eq, item, value) {
            Some(same) => same || item.is_same(value),
            None => {
                let item = item.clone();
                vm.eq(&item, value)?
            }
        };
        if same {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn list_count(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let (mut count, mut from) = (0i64, 0);
    while let Some(at) = find(vm, &list, &args[1], from, usize::MAX)? {
        count += 1;
        from = at + 1;
    }
    Ok(count.into())
}

fn list_index(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let start = vm.bound_index(&args[2], 0)?;
    let stop = vm.bound_index(&args[3], i64::MAX)?;
    let start = clip_index(start, list.len());
    let stop = if stop < 0 {
        clip_index(stop, list.len())
    } else {
        stop as usize
    };
    match find(vm, &list, &args[1], start, stop)? {
        Some(at) => Ok(at.into()),
        None => {
            let mut text = vm.repr(&args[1])?.bytes().to_vec();
            text.extend_from_slice(b" is not in list");
            Err(vm.value_error(super::str::Str::from_wtf8(text)))
        }
    }
}

fn list_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (Some(a), Some(b)) = (args[0].downcast::<List>(), args[1].downcast::<List>()) else {
        return Ok(Value::NotImplemented);
    };
    if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::Bool(op == CompareOp::Ne));
    }
    let item = |i| Some((a.get(i)?, b.get(i)?));
    sequence::compare_by_items(vm, op, item, || (a.len(), b.len()))
}

// ---- operators -----------------------------------------------------------------------------

fn list_add(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let Some(other) = args[1].downcast::<List>() else {
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "can only concatenate list (not \"{name}\") to list"
        )));
    };
    let mut items = Vec::with_capacity(list.len() + other.len());
    items.extend_from_slice(list.items());
    items.extend_from_slice(other.items());
    Ok(vm.new_list(items).into())
}

fn list_mul(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let count = vm.repeat_count(&args[1])?;
    let items = vm.repeat_items(list.items(), count)?;
    Ok(vm.new_list(items).into())
}

fn list_iadd(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    extend(vm, &list, &args[1])?;
    Ok(args[0].clone())
}

fn list_imul(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let count = vm.repeat_count(&args[1])?;
    let items = vm.repeat_items(list.items(), count)?;
    drop(list.replace(items));
    Ok(args[0].clone())
}

// ---- changes -------------------------------------------------------------------------------

fn list_append(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    args.this::<List>(vm, 0)?.push(args[1].clone());
    Ok(Value::None)
}

/// `list.extend(source)`: items appear one by one, as the source gives them.
pub fn extend(vm: &mut Vm, list: &Gc<List>, source: &Value) -> Result<()> {
    let ty = vm.type_of(source);
    if ty == &vm.types.list || ty == &vm.types.tuple {
        let mut items = vm.collect(source)?;
        if list.is_empty() {
            drop(list.replace(items));
        } else {
            list.items_mut().append(&mut items);
        }
        return Ok(());
    }
    let iter = vm.iter(source)?;
    let hint = vm.length_hint(source, 8)?;
    list.items_mut().reserve(hint.min(1 << 16));
    while let Some(item) = vm.next(&iter)? {
        list.push(item);
    }
    Ok(())
}

fn list_extend(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    extend(vm, &list, &args[1])?;
    Ok(Value::None)
}

fn list_insert(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let at = vm.index_i64(&args[1])?;
    let at = clip_index(at, list.len());
    list.items_mut().insert(at, args[2].clone());
    Ok(Value::None)
}

fn list_pop(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let at = match &args[1] {
        Value::Unbound => -1,
        at => vm.index_i64(at)?,
    };
    if list.is_empty() {
        return Err(vm.index_error("pop from empty list"));
    }
    match position(at, list.len()) {
        Some(at) => Ok(list.items_mut().remove(at)),
        None => Err(vm.index_error("pop index out of range")),
    }
}

fn list_remove(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    match find(vm, &list, &args[1], 0, usize::MAX)? {
        Some(at) => {
            // The comparison may have made the list shorter.
            if at < list.len() {
                drop(list.items_mut().remove(at));
            }
            Ok(Value::None)
        }
        None => Err(vm.value_error("list.remove(x): x not in list")),
    }
}

fn list_clear(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    // A list drops its items from the last to the first.
    drop(List::from(list.replace(Vec::new())));
    Ok(Value::None)
}

fn list_copy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let items = args.this::<List>(vm, 0)?.snapshot();
    Ok(vm.new_list(items).into())
}

fn list_reverse(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    args.this::<List>(vm, 0)?.items_mut().reverse();
    Ok(Value::None)
}

fn list_sort(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    let reverse = vm.truth(&args[2])?;
    sort(vm, &list, args[1].given_not_none(), reverse)?;
    Ok(Value::None)
}

/// `list.sort(key=key, reverse=reverse)`. The list is empty meanwhile.
pub fn sort(vm: &mut Vm, list: &Gc<List>, key: Option<&Value>, reverse: bool) -> Result<()> {
    let mut items = list.replace(Vec::new());
    let sorted = match key {
        None => sort::sort(vm, &mut items, reverse),
        Some(key) => sort_by_key(vm, &mut items, key, reverse),
    };
    let touched = list.replace(items);
    if !touched.is_empty() && sorted.is_ok() {
        return Err(vm.value_error("list modified during sort"));
    }
    sorted
}

fn sort_by_key(vm: &mut Vm, items: &mut [Value], key: &Value, reverse: bool) -> Result<()> {
    let mut keyed = Vec::with_capacity(items.len());
    for item in items.iter() {
        let key = vm.call(key, std::slice::from_ref(item))?;
        keyed.push(Keyed {
            key,
            value: item.clone(),
        });
    }
    let sorted = sort::sort(vm, &mut keyed, reverse);
    for (place, item) in items.iter_mut().zip(keyed) {
        *place = item.value;
    }
    sorted
}

fn list_sizeof(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let list = args.this::<List>(vm, 0)?;
    Ok((40 + 8 * list.len()).into())
}
