//! `memoryview`: a window on the memory of another object.
//!
//! A view keeps its source from being resized until it is released or dropped. Views made of a view
//! look at the source itself. `item.rs` turns items into values and back, `index.rs` is subscripts,
//! `methods.rs` the rest of the type.

mod index;
mod item;
mod methods;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::buffer::exporter;
use super::header::{Gc, ObjRef};
use super::native::{NativeDef, getter, method, new};
use super::types::TypeDef;
use super::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub struct MemoryView {
    /// What exports the memory; unbound once released.
    source: RefCell<Value>,
    /// `obj`: the object that the view was asked of.
    shown: RefCell<Value>,
    pub layout: Layout,
    hash: Cell<Option<i64>>,
}

/// Which bytes of the source the items are.
#[derive(Clone, Debug)]
pub struct Layout {
    pub format: Rc<str>,
    pub item_size: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<i64>,
    pub offset: usize,
    pub readonly: bool,
}

payload!(MemoryView, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.source.borrow(), visit);
        visit_value(&self.shown.borrow(), visit);
    }

    fn clear(&self) {
        self.release();
    }
});

impl Drop for MemoryView {
    fn drop(&mut self) {
        self.release();
    }
}

impl Layout {
    /// The number of items.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }

    pub fn size(&self) -> usize {
        self.count() * self.item_size
    }

    pub fn is_c_contiguous(&self) -> bool {
        self.steps_are(self.shape.iter().zip(&self.strides).rev())
    }

    pub fn is_f_contiguous(&self) -> bool {
        self.steps_are(self.shape.iter().zip(&self.strides))
    }

    fn steps_are<'a>(&self, dimensions: impl Iterator<Item = (&'a usize, &'a i64)>) -> bool {
        let mut expected = self.item_size as i64;
        for (&len, &stride) in dimensions {
            if len > 1 && stride != expected {
                return self.count() == 0;
            }
            expected *= len as i64;
        }
        true
    }

    /// Strides of a C-contiguous layout.
    fn c_strides(shape: &[usize], item_size: usize) -> Vec<i64> {
        let mut strides = vec![0; shape.len()];
        let mut step = item_size as i64;
        for (stride, len) in strides.iter_mut().zip(shape).rev() {
            *stride = step;
            step *= *len as i64;
        }
        strides
    }

    /// Byte offset of each item, the last dimension running fastest.
    pub fn offsets(&self) -> Vec<usize> {
        let mut offsets = vec![self.offset as i64];
        for (&len, &stride) in self.shape.iter().zip(&self.strides) {
            offsets = offsets
                .into_iter()
                .flat_map(|at| (0..len as i64).map(move |i| at + i * stride))
                .collect();
        }
        offsets.into_iter().map(|at| at as usize).collect()
    }
}

impl MemoryView {
    /// Lets go of the source. Does nothing when that was done before.
    fn release(&self) {
        let source = self.source.take();
        let shown = self.shown.take();
        if let Some(exporter) = exporter(&source) {
            exporter.let_go();
        }
        drop((source, shown));
    }

    pub fn is_released(&self) -> bool {
        self.source.borrow().is_unbound()
    }

    /// `ValueError` when the view was released.
    pub fn check(&self, vm: &mut Vm) -> Result<()> {
        if self.is_released() {
            return Err(vm.value_error("operation forbidden on released memoryview object"));
        }
        Ok(())
    }

    /// Looks at the source's memory.
    fn read(&self, see: &mut dyn FnMut(&[u8])) {
        let source = self.source.borrow().clone();
        if let Some(exporter) = exporter(&source) {
            exporter.read(see);
        }
    }

    fn write(&self, change: &mut dyn FnMut(&mut [u8])) {
        let source = self.source.borrow().clone();
        if let Some(exporter) = exporter(&source) {
            exporter.write(change);
        }
    }

    /// The items' bytes, one item after the other.
    pub fn content(&self) -> Vec<u8> {
        let layout = &self.layout;
        let mut out = Vec::with_capacity(layout.size());
        self.read(&mut |bytes| {
            if layout.is_c_contiguous() {
                let end = layout.offset + layout.size();
                out.extend_from_slice(bytes.get(layout.offset..end).unwrap_or_default());
                return;
            }
            for at in layout.offsets() {
                out.extend_from_slice(bytes.get(at..at + layout.item_size).unwrap_or_default());
            }
        });
        out
    }

    /// Writes over the items, in order, what `content` gives for another view of the same shape.
    pub fn set_content(&self, content: &[u8]) {
        let layout = &self.layout;
        self.write(&mut |bytes| {
            let items = content.chunks_exact(layout.item_size.max(1));
            for (at, item) in layout.offsets().into_iter().zip(items) {
                if let Some(place) = bytes.get_mut(at..at + layout.item_size) {
                    place.copy_from_slice(item);
                }
            }
        });
    }
}

impl Vm {
    /// `memoryview(value)`
    pub fn new_memoryview(&mut self, value: &Value) -> Result<Value> {
        if let Some(view) = value.downcast::<MemoryView>().cloned() {
            view.check(self)?;
            let layout = view.layout.clone();
            return Ok(self.view_of(&view, layout));
        }
        if let Some(exporter) = exporter(value) {
            let mut len = 0;
            exporter.read(&mut |bytes| len = bytes.len());
            let (format, item_size) = exporter.item();
            let shape = vec![len / item_size];
            let layout = Layout {
                format: format.into(),
                item_size,
                strides: vec![item_size as i64],
                shape,
                offset: 0,
                readonly: exporter.readonly(),
            };
            return Ok(self.make_view(value, value, layout));
        }
        if self.type_of(value).has_slot(super::names::Slot::Buffer) {
            let inner = self.script_buffer(value)?;
            if let Some(view) = inner.downcast::<MemoryView>().cloned() {
                view.check(self)?;
                let source = view.source.borrow().clone();
                return Ok(self.make_view(&source, value, view.layout.clone()));
            }
        }
        let name = self.type_name(value);
        Err(self.type_error(format!(
            "memoryview: a bytes-like object is required, not '{name}'"
        )))
    }

    fn make_view(&mut self, source: &Value, shown: &Value, layout: Layout) -> Value {
        if let Some(exporter) = exporter(source) {
            exporter.hold();
        }
        let view = MemoryView {
            source: source.clone().into(),
            shown: shown.clone().into(),
            layout,
            hash: Cell::new(None),
        };
        self.heap.alloc(&self.types.memoryview, view).into()
    }

    /// Another view of the same memory.
    fn view_of(&mut self, view: &Gc<MemoryView>, layout: Layout) -> Value {
        let source = view.source.borrow().clone();
        let shown = view.shown.borrow().clone();
        self.make_view(&source, &shown, layout)
    }
}

pub static MEMORYVIEW: TypeDef = TypeDef {
    name: "memoryview",
    doc: "Create a new memoryview object which references the given object.",
    flags: super::typeobj::type_flags::SEQUENCE,
    methods: METHODS,
    getsets: &[
        getter(
            "obj",
            methods::obj,
            "The underlying object of the memoryview.",
        ),
        getter("nbytes", methods::nbytes, "Size of the items in bytes."),
        getter(
            "readonly",
            methods::readonly,
            "Whether the memory is read-only.",
        ),
        getter("itemsize", methods::item_size, "Size of an item in bytes."),
        getter(
            "format",
            methods::format,
            "Format of an item, as the struct module writes it.",
        ),
        getter("ndim", methods::ndim, "How many dimensions there are."),
        getter(
            "shape",
            methods::shape,
            "Number of items in each dimension.",
        ),
        getter(
            "strides",
            methods::strides,
            "Bytes from one item to the next in each dimension.",
        ),
        getter(
            "suboffsets",
            methods::suboffsets,
            "Always empty: there are no indirections.",
        ),
        getter(
            "c_contiguous",
            methods::c_contiguous,
            "Whether the items lie in C order without gaps.",
        ),
        getter(
            "f_contiguous",
            methods::f_contiguous,
            "Whether the items lie in Fortran order without gaps.",
        ),
        getter(
            "contiguous",
            methods::contiguous,
            "Whether the items lie without gaps.",
        ),
    ],
    ..TypeDef::EMPTY
};

static METHODS: &[NativeDef] = &[
    new("(object)", methods::view_new),
    method(
        "__repr__",
        "($self, /)",
        methods::repr,
        "Return repr(self).",
    ),
    method("__len__", "($self, /)", index::len, "Return len(self)."),
    method(
        "__hash__",
        "($self, /)",
        methods::hash,
        "Return hash(self).",
    ),
    method(
        "__eq__",
        "($self, value, /)",
        methods::eq,
        "Return self==value.",
    ),
    method(
        "__ne__",
        "($self, value, /)",
        methods::ne,
        "Return self!=value.",
    ),
    method(
        "__getitem__",
        "($self, key, /)",
        index::get_item,
        "Return self[key].",
    ),
    method(
        "__setitem__",
        "($self, key, value, /)",
        index::set_item,
        "Set self[key] to value.",
    ),
    method(
        "__delitem__",
        "($self, key, /)",
        index::del_item,
        "Delete self[key].",
    ),
    method(
        "__iter__",
        "($self, /)",
        index::iter,
        "Implement iter(self).",
    ),
    method(
        "__buffer__",
        "($self, flags, /)",
        methods::buffer,
        "A view of the same memory.",
    ),
    method("__enter__", "($self, /)", methods::enter, ""),
    method("__exit__", "($self, /, *args)", methods::exit, ""),
    method(
        "cast",
        "($self, /, format, shape=None)",
        methods::cast,
        "The memory with items of another format or shape.",
    ),
    method(
        "hex",
        "($self, /, sep=None, bytes_per_sep=1)",
        methods::hex,
        "The memory as hexadecimal text.",
    ),
    method(
        "release",
        "($self, /)",
        methods::release,
        "Let go of the object that the view is of.",
    ),
    method(
        "tobytes",
        "($self, /, order='C')",
        methods::to_bytes,
        "A copy of the memory as bytes.",
    ),
    method(
        "tolist",
        "($self, /)",
        methods::to_list,
        "The items as a list.",
    ),
    method(
        "toreadonly",
        "($self, /)",
        methods::to_readonly,
        "A read-only view of the same memory.",
    ),
];
