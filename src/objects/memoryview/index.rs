//! Subscripts of a `memoryview`.

use super::{Layout, MemoryView};
use crate::objects::arguments::lay_slice;
use crate::objects::header::Gc;
use crate::objects::iter::SeqIter;
use crate::objects::list::Tuple;
use crate::objects::native::Args;
use crate::objects::range::Slice;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub fn this(vm: &mut Vm, args: Args<'_>) -> Result<Gc<MemoryView>> {
    let view = args.this::<MemoryView>(vm, 0)?;
    view.check(vm)?;
    Ok(view)
}

pub fn len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    match view.layout.shape.first() {
        Some(len) => Ok((*len).into()),
        None => Err(vm.type_error("0-dim memory has no length")),
    }
}

/// What a subscript names.
enum Place {
    Item(usize),
    View(Layout),
}

/// Moves `at` to an item of a dimension.
fn step(vm: &mut Vm, layout: &Layout, dimension: usize, index: i64, at: i64) -> Result<i64> {
    let len = layout.shape[dimension] as i64;
    let i = if index < 0 { index + len } else { index };
    if i < 0 || i >= len {
        let number = dimension + 1;
        return Err(vm.index_error(format!("index out of bounds on dimension {number}")));
    }
    Ok(at + i * layout.strides[dimension])
}

fn place(vm: &mut Vm, view: &MemoryView, key: &Value) -> Result<Place> {
    let layout = &view.layout;
    let dimensions = layout.shape.len();
    let tuple = key.downcast::<Tuple>().cloned();
    if dimensions == 0 {
        return match &tuple {
            Some(t) if t.is_empty() => Ok(Place::Item(layout.offset)),
            _ if matches!(key, Value::Ellipsis) => Ok(Place::View(layout.clone())),
            _ => Err(vm.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if vm.is_index(key) {
        let index = vm.item_index(key)?;
        view.check(vm)?;
        if dimensions > 1 {
            return Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented"));
        }
        let at = step(vm, layout, 0, index, layout.offset as i64)?;
        return Ok(Place::Item(at as usize));
    }
    if let Some(slice) = key.downcast::<Slice>() {
        let parts = vm.slice_parts(&slice.clone())?;
        view.check(vm)?;
        let bounds = lay_slice(parts, layout.shape[0]);
        let mut cut = layout.clone();
        cut.offset = (layout.offset as i64 + bounds.start.max(0) * layout.strides[0]) as usize;
        cut.shape[0] = bounds.count;
        cut.strides[0] *= bounds.step;
        return Ok(Place::View(cut));
    }
    let Some(tuple) = tuple else {
        return Err(vm.type_error("memoryview: invalid slice key"));
    };
    if !tuple.is_empty() && tuple.items().iter().all(|v| v.is::<Slice>()) {
        return Err(vm.not_implemented_error("multi-dimensional slicing is not implemented"));
    }
    if !tuple.items().iter().all(|v| vm.is_index(v)) {
        return Err(vm.type_error("memoryview: invalid slice key"));
    }
    item_of_tuple(vm, view, &tuple)
}

fn item_of_tuple(vm: &mut Vm, view: &MemoryView, tuple: &Tuple) -> Result<Place> {
    let layout = &view.layout;
    let (given, dimensions) = (tuple.len(), layout.shape.len());
    if given < dimensions {
        return Err(vm.not_implemented_error("sub-views are not implemented"));
    }
    if given > dimensions {
        return Err(vm.type_error(format!(
            "cannot index {dimensions}-dimension view with {given}-element tuple"
        )));
    }
    let mut at = layout.offset as i64;
    for (dimension, index) in tuple.items().iter().enumerate() {
        let index = vm.item_index(index)?;
        view.check(vm)?;
        at = step(vm, layout, dimension, index, at)?;
    }
    Ok(Place::Item(at as usize))
}

pub fn get_item(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    match place(vm, &view, &args[1])? {
        Place::Item(at) => view.item_at(vm, at),
        Place::View(layout) => Ok(vm.view_of(&view, layout)),
    }
}

pub fn set_item(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    let (key, value) = (&args[1], &args[2]);
    if view.layout.readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    if view.layout.shape.len() > 1 && vm.is_index(key) {
        return Err(vm.not_implemented_error("sub-views are not implemented"));
    }
    match place(vm, &view, key)? {
        Place::Item(at) => view.set_item_at(vm, at, value)?,
        Place::View(_) if view.layout.shape.len() > 1 => {
            return Err(vm.not_implemented_error(
                "memoryview slice assignments are currently restricted to ndim = 1",
            ));
        }
        Place::View(layout) if layout.shape.is_empty() => {
            view.set_item_at(vm, layout.offset, value)?;
        }
        Place::View(layout) => set_slice(vm, &view, layout, value)?,
    }
    Ok(Value::None)
}

fn set_slice(vm: &mut Vm, view: &Gc<MemoryView>, layout: Layout, value: &Value) -> Result<()> {
    if !vm.is_buffer(value) {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")));
    }
    let source = vm.new_memoryview(value)?;
    let Some(source) = source.downcast::<MemoryView>() else {
        return Ok(());
    };
    view.check(vm)?;
    let from = &source.layout;
    let plain = |format: &str| format.trim_start_matches('@').to_owned();
    if plain(&from.format) != plain(&layout.format) || from.shape != layout.shape {
        return Err(
            vm.value_error("memoryview assignment: lvalue and rvalue have different structures")
        );
    }
    let content = source.content();
    let target = vm.view_of(view, layout);
    if let Some(target) = target.downcast::<MemoryView>() {
        target.set_content(&content);
    }
    Ok(())
}

pub fn del_item(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    Err(vm.type_error(if view.layout.readonly {
        "cannot modify read-only memory"
    } else {
        "cannot delete memory"
    }))
}

pub fn iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    if view.layout.shape.is_empty() {
        return Err(vm.type_error("invalid indexing of 0-dim memory"));
    }
    if view.layout.shape.len() > 1 {
        return Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented"));
    }
    let it = SeqIter {
        source: args[0].clone().into(),
        next: 0.into(),
    };
    Ok(vm.heap.alloc(&vm.types.memory_iterator, it).into())
}
