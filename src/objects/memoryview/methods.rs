//! Attributes and methods of `memoryview`.

use super::index::this;
use super::item::native_format;
use super::{Layout, MemoryView};
use crate::objects::bytes_methods::{digits, separator};
use crate::objects::header::Gc;
use crate::objects::list::{List, Tuple};
use crate::objects::native::Args;
use crate::objects::str::{Str, hash_bytes};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub fn view_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.new_memoryview(&args[1])
}

/// The view of a getter, if it is not released.
fn view(vm: &mut Vm, value: &Value) -> Result<Gc<MemoryView>> {
    this(vm, Args(std::slice::from_ref(value)))
}

pub fn obj(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(view(vm, this)?.shown.borrow().clone())
}

pub fn nbytes(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(view(vm, this)?.layout.size().into())
}

pub fn readonly(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(Value::Bool(view(vm, this)?.layout.readonly))
}

pub fn item_size(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(view(vm, this)?.layout.item_size.into())
}

pub fn format(vm: &mut Vm, this: &Value) -> Result<Value> {
    let format = view(vm, this)?.layout.format.clone();
    Ok(vm.new_str(&*format))
}

pub fn ndim(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(view(vm, this)?.layout.shape.len().into())
}

pub fn shape(vm: &mut Vm, this: &Value) -> Result<Value> {
    let items = view(vm, this)?
        .layout
        .shape
        .iter()
        .map(|n| (*n).into())
        .collect();
    Ok(vm.new_tuple(items).into())
}

pub fn strides(vm: &mut Vm, this: &Value) -> Result<Value> {
    let items = view(vm, this)?
        .layout
        .strides
        .iter()
        .map(|n| Value::Int(*n))
        .collect();
    Ok(vm.new_tuple(items).into())
}

pub fn suboffsets(vm: &mut Vm, this: &Value) -> Result<Value> {
    view(vm, this)?;
    Ok(vm.new_tuple(vec![]).into())
}

pub fn c_contiguous(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(Value::Bool(view(vm, this)?.layout.is_c_contiguous()))
}

pub fn f_contiguous(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(Value::Bool(view(vm, this)?.layout.is_f_contiguous()))
}

pub fn contiguous(vm: &mut Vm, this: &Value) -> Result<Value> {
    let layout = &view(vm, this)?.layout;
    Ok(Value::Bool(
        layout.is_c_contiguous() || layout.is_f_contiguous(),
    ))
}

pub fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = args.this::<MemoryView>(vm, 0)?;
    let word = if view.is_released() {
        "released memory"
    } else {
        "memory"
    };
    let address = vm.id(&args[0]);
    Ok(vm.new_str(format!("<{word} at {address:#x}>")))
}

pub fn hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = args.this::<MemoryView>(vm, 0)?;
    if let Some(hash) = view.hash.get() {
        return Ok(Value::Int(hash));
    }
    view.check(vm)?;
    if !view.layout.readonly {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    if !matches!(view.layout.format.trim_start_matches('@'), "B" | "b" | "c") {
        return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    let hash = hash_bytes(&view.content());
    view.hash.set(Some(hash));
    Ok(Value::Int(hash))
}

/// Equal shapes and equal items, whatever their formats.
fn equal(vm: &mut Vm, args: Args<'_>) -> Result<Option<bool>> {
    let this = args.this::<MemoryView>(vm, 0)?;
    if this.is_released() {
        return Ok(Some(args[0].is_same(&args[1])));
    }
    if !vm.is_buffer(&args[1]) {
        return Ok(None);
    }
    if args[1]
        .downcast::<MemoryView>()
        .is_some_and(|m| m.is_released())
    {
        return Ok(Some(false));
    }
    let other = vm.new_memoryview(&args[1])?;
    let Some(other) = other.downcast::<MemoryView>() else {
        return Ok(None);
    };
    let (a, b) = (&this.layout, &other.layout);
    if a.shape != b.shape {
        return Ok(Some(false));
    }
    let float = |layout: &Layout| matches!(layout.format.trim_start_matches('@'), "e" | "f" | "d");
    if a.format == b.format && !float(a) {
        return Ok(Some(this.content() == other.content()));
    }
    if native_format(&a.format).is_none() || native_format(&b.format).is_none() {
        return Ok(Some(false));
    }
    for (x, y) in a.offsets().into_iter().zip(b.offsets()) {
        let (x, y) = (this.item_at(vm, x)?, other.item_at(vm, y)?);
        if !vm.compare_bool(crate::objects::operators::CompareOp::Eq, &x, &y)? {
            return Ok(Some(false));
        }
    }
    Ok(Some(true))
}

pub fn eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(equal(vm, args)?.map_or(Value::NotImplemented, Value::Bool))
}

pub fn ne(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(equal(vm, args)?.map_or(Value::NotImplemented, |same| Value::Bool(!same)))
}

pub fn buffer(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.new_memoryview(&args[0])
}

pub fn enter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    this(vm, args)?;
    Ok(args[0].clone())
}

pub fn exit(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    release(vm, args)
}

pub fn release(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    args.this::<MemoryView>(vm, 0)?.release();
    Ok(Value::None)
}

pub fn hex(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    let separator = separator(vm, &args[1], &args[2])?;
    view.check(vm)?;
    Ok(vm.new_str(digits(&view.content(), separator)))
}

pub fn to_bytes(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    let order = match (args[1].given_not_none(), args[1].downcast::<Str>()) {
        (None, _) => "C".into(),
        (_, Some(s)) => s.lossy().into_owned(),
        (Some(value), None) => {
            let found = vm.type_name(value);
            return Err(vm.type_error(format!(
                "tobytes() argument 'order' must be str or None, not {found}"
            )));
        }
    };
    let layout = &view.layout;
    let fortran = match &*order {
        "C" => false,
        "F" => true,
        "A" => layout.is_f_contiguous() && !layout.is_c_contiguous(),
        _ => return Err(vm.value_error("order must be 'C', 'F' or 'A'")),
    };
    let content = view.content();
    let data = if fortran {
        in_fortran_order(layout, &content)
    } else {
        content
    };
    Ok(vm.new_bytes(data))
}

/// Items in C order brought into the order where the first dimension runs fastest.
fn in_fortran_order(layout: &Layout, content: &[u8]) -> Vec<u8> {
    let size = layout.item_size;
    let steps = Layout::c_strides(&layout.shape, size);
    let mut order = vec![0usize];
    for (&len, &step) in layout.shape.iter().zip(&steps) {
        order = (0..len)
            .flat_map(|i| order.iter().map(move |at| at + i * step as usize))
            .collect();
    }
    order
        .into_iter()
        .flat_map(|at| content[at..at + size].iter().copied())
        .collect()
}

pub fn to_list(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    let at = view.layout.offset as i64;
    nested(vm, &view, 0, at)
}

fn nested(vm: &mut Vm, view: &Gc<MemoryView>, dimension: usize, at: i64) -> Result<Value> {
    let Some(&len) = view.layout.shape.get(dimension) else {
        return view.item_at(vm, at as usize);
    };
    let stride = view.layout.strides[dimension];
    let mut items = Vec::with_capacity(len);
    for i in 0..len as i64 {
        items.push(nested(vm, view, dimension + 1, at + i * stride)?);
    }
    Ok(vm.new_list(items).into())
}

pub fn to_readonly(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    let mut layout = view.layout.clone();
    layout.readonly = true;
    Ok(vm.view_of(&view, layout))
}

/// The `shape` of a cast.
fn shape_arg(vm: &mut Vm, value: &Value) -> Result<Vec<usize>> {
    let items = match (value.downcast::<List>(), value.downcast::<Tuple>()) {
        (Some(list), _) => list.snapshot(),
        (_, Some(tuple)) => tuple.items().to_vec(),
        _ => return Err(vm.type_error("shape must be a list or a tuple")),
    };
    if items.len() > 64 {
        return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let mut shape = Vec::with_capacity(items.len());
    for item in &items {
        if vm.as_integer(item).is_none() {
            return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        match vm.index_i64(item)? {
            n @ 1.. => shape.push(n as usize),
            _ => {
                return Err(
                    vm.value_error("memoryview.cast(): elements of shape must be integers > 0")
                );
            }
        }
    }
    Ok(shape)
}

pub fn cast(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let view = this(vm, args)?;
    let Some(format) = args[1].downcast::<Str>() else {
        let name = vm.type_name_or_none(&args[1]);
        return Err(vm.type_error(format!("cast() argument 'format' must be str, not {name}")));
    };
    let format = format.lossy().into_owned();
    let old = &view.layout;
    if !old.is_c_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let shape = match args[2].given() {
        Some(value) => Some(shape_arg(vm, value)?),
        None => None,
    };
    view.check(vm)?;
    if (shape.is_some() || old.shape.len() != 1)
        && shape.as_ref().map_or(1, Vec::len) != 1
        && old.shape.len() != 1
        || old.shape.len() != 1 && shape.is_some()
    {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let Some((code, size)) = native_format(&format) else {
        return Err(vm.value_error(
            "memoryview: destination format must be a native single character format \
             prefixed with an optional '@'",
        ));
    };
    let is_byte = |code| matches!(code, b'B' | b'b' | b'c');
    let source = native_format(&old.format);
    if !is_byte(code) && !source.is_some_and(|(c, _)| is_byte(c)) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let bytes = old.size();
    if !bytes.is_multiple_of(size) {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let shape = shape.unwrap_or_else(|| vec![bytes / size]);
    let total = shape.iter().try_fold(size, |n, len| n.checked_mul(*len));
    if total != Some(bytes) {
        return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let layout = Layout {
        format: format.into(),
        item_size: size,
        strides: Layout::c_strides(&shape, size),
        shape,
        ..old.clone()
    };
    Ok(vm.view_of(&view, layout))
}
