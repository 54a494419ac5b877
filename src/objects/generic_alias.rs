//! `types.GenericAlias`: `list[int]` (PEP 585), with PEP 646's starred form. `types.UnionType` is in
//! `union_type`, what both do about type parameters in `type_parameters`.

use std::cell::RefCell;

use super::header::{Gc, ObjRef};
use super::iter::{ITER, NEXT, reduce};
use super::list::{List, Tuple};
use super::native::{Args, Keywords, getter, member, method, new};
use super::operators::CompareOp;
use super::str::Str;
use super::type_parameters as parameters;
use super::types::{BASE, NO_NEW, TypeDef};
use super::value::{Value, visit_value};
use crate::comparison;
use crate::payload;
use crate::vm::{Result, Vm};

pub struct GenericAlias {
    pub origin: Value,
    /// A tuple.
    pub args: Value,
    pub starred: bool,
}
payload!(GenericAlias, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.origin, visit);
        visit_value(&self.args, visit);
    }
});

pub struct Union {
    /// A tuple.
    pub args: Value,
}
payload!(Union, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.args, visit);
    }
});

/// `iter(alias)`: gives the starred alias, once.
pub struct AliasIter {
    alias: RefCell<Value>,
}
payload!(AliasIter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.alias.borrow(), visit);
    }
});

pub static UNION: TypeDef = super::union_type::UNION;

pub static GENERIC_ALIAS: TypeDef = TypeDef {
    name: "types.GenericAlias",
    doc: "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    flags: BASE | super::typeobj::type_flags::WEAKREF,
    methods: &[
        new("(origin, args, /)", alias_new),
        method("__repr__", "($self, /)", alias_repr, "Return repr(self)."),
        method("__hash__", "($self, /)", alias_hash, "Return hash(self)."),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            alias_call,
            "Call self as a function.",
        ),
        method(
            "__getitem__",
            "($self, key, /)",
            alias_getitem,
            "Return self[key].",
        ),
        method(
            "__iter__",
            "($self, /)",
            alias_iter,
            "Implement iter(self).",
        ),
        method(
            "__or__",
            "($self, value, /)",
            |vm, args| vm.union_or(&args[0], &args[1]),
            "Return self|value.",
        ),
        method(
            "__ror__",
            "($self, value, /)",
            |vm, args| vm.union_or(&args[1], &args[0]),
            "Return value|self.",
        ),
        comparison!(alias_compare, Lt),
        comparison!(alias_compare, Le),
        comparison!(alias_compare, Eq),
        comparison!(alias_compare, Ne),
        comparison!(alias_compare, Gt),
        comparison!(alias_compare, Ge),
        method(
            "__mro_entries__",
            "($self, object, /)",
            alias_mro_entries,
            "",
        ),
        method(
            "__instancecheck__",
            "($self, object, /)",
            alias_instancecheck,
            "",
        ),
        method(
            "__subclasscheck__",
            "($self, object, /)",
            alias_subclasscheck,
            "",
        ),
        method("__reduce__", "($self, /)", alias_reduce, ""),
        method("__dir__", "($self, /)", alias_dir, ""),
    ],
    getsets: &[
        member(
            "__origin__",
            |vm, this| Ok(alias_of(vm, this)?.origin.clone()),
            "",
        ),
        member(
            "__args__",
            |vm, this| Ok(alias_of(vm, this)?.args.clone()),
            "",
        ),
        member(
            "__unpacked__",
            |vm, this| Ok(Value::Bool(alias_of(vm, this)?.starred)),
            "",
        ),
        getter(
            "__parameters__",
            alias_parameters,
            "Type variables in the GenericAlias.",
        ),
        getter("__typing_unpacked_tuple_args__", alias_unpacked_args, ""),
    ],
    ..TypeDef::EMPTY
};

static ALIAS_ITERATOR: TypeDef = TypeDef {
    name: "generic_alias_iterator",
    flags: NO_NEW,
    methods: &[ITER, NEXT, reduce(iter_reduce)],
    next: Some(iter_next),
    ..TypeDef::EMPTY
};

fn alias_of(vm: &mut Vm, this: &Value) -> Result<Gc<GenericAlias>> {
    Args(std::slice::from_ref(this)).this::<GenericAlias>(vm, 0)
}

impl GenericAlias {
    /// The type arguments.
    pub fn arguments(&self) -> Vec<Value> {
        self.args
            .downcast::<Tuple>()
            .map(|t| t.items().to_vec())
            .unwrap_or_default()
    }
}

fn alias_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<super::typeobj::Type>(vm, 0)?;
    let alias = GenericAlias {
        origin: args[1].clone(),
        args: vm.type_arguments(&args[2]),
        starred: false,
    };
    Ok(vm.heap.alloc(&class, alias).into())
}

fn alias_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let alias = args.this::<GenericAlias>(vm, 0)?;
    let mut out = Vec::new();
    if alias.starred {
        out.push(b'*');
    }
    push_type(vm, &mut out, &alias.origin)?;
    out.push(b'[');
    let items = alias.arguments();
    if items.is_empty() {
        out.extend_from_slice(b"()");
    }
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        match item.downcast::<List>() {
            Some(list) if list.ty() == &vm.types.list => {
                let list = list.clone();
                push_list(vm, &mut out, &list)?;
            }
            _ => push_type(vm, &mut out, item)?,
        }
    }
    out.push(b']');
    Ok(vm.new_text(out))
}

fn push_list(vm: &mut Vm, out: &mut Vec<u8>, list: &Gc<List>) -> Result<()> {
    out.push(b'[');
    let mut i = 0;
    while let Some(item) = list.get(i) {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        push_type(vm, out, &item)?;
        i += 1;
    }
    out.push(b']');
    Ok(())
}

/// Appends a type argument: classes by their names, `...`, anything else by its `repr`.
pub fn push_type(vm: &mut Vm, out: &mut Vec<u8>, value: &Value) -> Result<()> {
    if matches!(value, Value::Ellipsis) {
        out.extend_from_slice(b"...");
        return Ok(());
    }
    let names = [&vm.names.__origin__, &vm.names.__args__].map(Gc::clone);
    let is_alias = vm.get_attr_opt(value, &names[0])?.is_some()
        && vm.get_attr_opt(value, &names[1])?.is_some();
    if !is_alias {
        let names = [&vm.names.__qualname__, &vm.names.__module__].map(Gc::clone);
        let qualname = vm.get_attr_opt(value, &names[0])?;
        let module = match qualname {
            Some(_) => vm.get_attr_opt(value, &names[1])?,
            None => None,
        };
        if let (Some(qualname), Some(module)) = (qualname, module)
            && !module.is_none()
        {
            let module = vm.str(&module)?;
            if module.bytes() != b"builtins" {
                out.extend_from_slice(module.bytes());
                out.push(b'.');
            }
            out.extend_from_slice(vm.str(&qualname)?.bytes());
            return Ok(());
        }
    }
    vm.push_repr(out, value)
}

fn alias_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let alias = args.this::<GenericAlias>(vm, 0)?;
    Ok(Value::Int(vm.hash(&alias.origin)? ^ vm.hash(&alias.args)?))
}

fn alias_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (a, b) = (
        args[0].downcast::<GenericAlias>().cloned(),
        args[1].downcast::<GenericAlias>().cloned(),
    );
    let (Some(a), Some(b), CompareOp::Eq | CompareOp::Ne) = (a, b, op) else {
        return Ok(Value::NotImplemented);
    };
    let equal =
        a.starred == b.starred && vm.eq(&a.origin, &b.origin)? && vm.eq(&a.args, &b.args)?;
    Ok(Value::Bool(equal == (op == CompareOp::Eq)))
}

/// Calls the origin and tells the new object what it is an instance of, if it can take it.
fn alias_call(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let alias = args.this::<GenericAlias>(vm, 0)?;
    let given = args[1]
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default();
    let keywords = args[2]
        .downcast::<super::dict::Dict>()
        .map(|d| d.items())
        .unwrap_or_default();
    let (names, values): (Vec<Value>, Vec<Value>) = keywords.into_iter().unzip();
    let keywords = Keywords {
        names: &names,
        values: &values,
    };
    let made = vm.call_with(&alias.origin, &given, keywords)?;
    let name = vm.intern("__orig_class__");
    match vm.set_attr(&made, &name, &args[0]) {
        Err(e) if !e.is_a(&vm.exc.AttributeError) && !e.is_a(&vm.exc.TypeError) => Err(e),
        _ => Ok(made),
    }
}

fn alias_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let alias = args.this::<GenericAlias>(vm, 0)?;
    let new_args = parameters::substitute(vm, &args[0], &alias.arguments(), &args[1])?;
    let made = GenericAlias {
        origin: alias.origin.clone(),
        args: vm.new_tuple(new_args).into(),
        starred: alias.starred,
    };
    Ok(vm.heap.alloc(&vm.types.generic_alias, made).into())
}

fn alias_parameters(vm: &mut Vm, this: &Value) -> Result<Value> {
    let alias = alias_of(vm, this)?;
    let found = parameters::collect(vm, &alias.arguments())?;
    Ok(vm.new_tuple(found).into())
}

fn alias_unpacked_args(vm: &mut Vm, this: &Value) -> Result<Value> {
    let alias = alias_of(vm, this)?;
    let is_tuple = alias.origin.as_obj() == Some(vm.types.tuple.obj());
    Ok(if alias.starred && is_tuple {
        alias.args.clone()
    } else {
        Value::None
    })
}

fn alias_mro_entries(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let origin = args.this::<GenericAlias>(vm, 0)?.origin.clone();
    Ok(vm.new_tuple(vec![origin]).into())
}

fn alias_instancecheck(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
}

fn alias_subclasscheck(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
}

fn alias_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let alias = args.this::<GenericAlias>(vm, 0)?;
    let parts = vec![alias.origin.clone(), alias.args.clone()];
    if alias.starred {
        let plain = vm.new_generic_alias(alias.origin.clone(), alias.args.clone())?;
        let iter = vm.iter(&plain)?;
        let next = vm.builtin("next");
        let iter = vm.new_tuple(vec![iter]).into();
        return Ok(vm.new_tuple(vec![next, iter]).into());
    }
    let class = vm.types.generic_alias.value();
    let parts = vm.new_tuple(parts).into();
    Ok(vm.new_tuple(vec![class, parts]).into())
}

/// Attributes that an alias has of its own.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__bases__",
    "__copy__",
    "__deepcopy__",
];

fn alias_dir(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let origin = args.this::<GenericAlias>(vm, 0)?.origin.clone();
    let dir = vm.builtin("dir");
    let names = vm.call(&dir, &[origin])?;
    let list = super::list_methods::collect_or(vm, &names, "dir() must return a list")?;
    let list = vm.new_list(list);
    for name in OWN {
        let name = vm.intern(name).into();
        if super::list_methods::find(vm, &list, &name, 0, usize::MAX)?.is_none() {
            list.push(name);
        }
    }
    Ok(list.into())
}

fn alias_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = AliasIter {
        alias: args[0].clone().into(),
    };
    let ty = vm.module_type::<AliasIter>(&ALIAS_ITERATOR, None);
    Ok(vm.heap.alloc(&ty, iter).into())
}

fn iter_next(vm: &mut Vm, it: &Value) -> Result<Option<Value>> {
    let it = Args(std::slice::from_ref(it)).this::<AliasIter>(vm, 0)?;
    let alias = it.alias.take();
    let Some(alias) = alias.downcast::<GenericAlias>() else {
        return Ok(None);
    };
    let starred = GenericAlias {
        origin: alias.origin.clone(),
        args: alias.args.clone(),
        starred: true,
    };
    Ok(Some(vm.heap.alloc(&vm.types.generic_alias, starred).into()))
}

fn iter_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<AliasIter>(vm, 0)?;
    let alias = it.alias.borrow().clone();
    let source = if alias.is_unbound() {
        vm.new_tuple(vec![]).into()
    } else {
        alias
    };
    let iter = vm.builtin("iter");
    let source = vm.new_tuple(vec![source]).into();
    Ok(vm.new_tuple(vec![iter, source]).into())
}

impl Vm {
    /// The tuple of type arguments that a subscript stands for.
    fn type_arguments(&mut self, args: &Value) -> Value {
        if args.is::<Tuple>() {
            args.clone()
        } else {
            self.new_tuple(vec![args.clone()]).into()
        }
    }

    /// `origin[args]` for a builtin generic class.
    pub fn new_generic_alias(&mut self, origin: Value, args: Value) -> Result<Value> {
        let alias = GenericAlias {
            origin,
            args: self.type_arguments(&args),
            starred: false,
        };
        Ok(self.heap.alloc(&self.types.generic_alias, alias).into())
    }

    /// Attributes of a generic alias: a few of its own, then those of its origin.
    pub fn generic_alias_get_attr(
        &mut self,
        alias: &Gc<GenericAlias>,
        obj: &Value,
        name: &Gc<Str>,
    ) -> Result<Option<Value>> {
        let own = name.as_str().is_some_and(|text| OWN.contains(&text));
        if own {
            return self.object_get_attr(obj, name);
        }
        self.get_attr(&alias.origin, name).map(Some)
    }
}
