//! `_tuplegetter`: the descriptor of a named tuple's field.

use crate::objects::header::ObjRef;
use crate::objects::iter::reduce;
use crate::objects::list::Tuple;
use crate::objects::native::{Args, member, method, new};
use crate::objects::types::TypeDef;
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub struct TupleGetter {
    pub index: i64,
    doc: Value,
}
payload!(TupleGetter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.doc, visit);
    }
});

pub static TUPLEGETTER: TypeDef = TypeDef {
    name: "collections._tuplegetter",
    methods: &[
        new("(index, doc, /)", getter_new),
        method("__repr__", "($self, /)", getter_repr, "Return repr(self)."),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            getter_get,
            "Return an attribute of instance, which is of type owner.",
        ),
        method(
            "__set__",
            "($self, instance, value, /)",
            |vm, _| immutable(vm, "can't set attribute"),
            "Set an attribute of instance to value.",
        ),
        method(
            "__delete__",
            "($self, instance, /)",
            |vm, _| immutable(vm, "can't delete attribute"),
            "Delete an attribute of instance.",
        ),
        reduce(getter_reduce),
    ],
    getsets: &[member("__doc__", getter_doc, "")],
    ..TypeDef::EMPTY
};

fn getter_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let getter = TupleGetter {
        index: vm.index_i64(&args[1])?,
        doc: args[2].clone(),
    };
    let ty = args.this::<crate::objects::typeobj::Type>(vm, 0)?;
    Ok(vm.heap.alloc(&ty, getter).into())
}

fn getter_doc(vm: &mut Vm, this: &Value) -> Result<Value> {
    let getter = Args(std::slice::from_ref(this)).this::<TupleGetter>(vm, 0)?;
    Ok(getter.doc.clone())
}

fn getter_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let getter = args.this::<TupleGetter>(vm, 0)?;
    let mut out = format!("{}({}, ", getter.ty().name(), getter.index).into_bytes();
    vm.push_repr(&mut out, &getter.doc)?;
    out.push(b')');
    Ok(vm.new_text(out))
}

fn getter_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let getter = args.this::<TupleGetter>(vm, 0)?;
    let Some(tuple) = args[1].downcast::<Tuple>() else {
        if args[1].is_none() {
            return Ok(args[0].clone());
        }
        let name = vm.type_name(&args[1]);
        return Err(vm.type_error(format!(
            "descriptor for index '{}' for tuple subclasses doesn't apply to '{name}' object",
            getter.index
        )));
    };
    let item = usize::try_from(getter.index)
        .ok()
        .and_then(|at| tuple.items().get(at));
    match item {
        Some(item) => Ok(item.clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

fn immutable(vm: &mut Vm, message: &str) -> Result<Value> {
    let class = vm.exc.AttributeError.clone();
    Err(vm.error(&class, message))
}

fn getter_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let getter = args.this::<TupleGetter>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    let parts = vec![getter.index.into(), getter.doc.clone()];
    let parts = vm.new_tuple(parts).into();
    Ok(vm.new_tuple(vec![class, parts]).into())
}
