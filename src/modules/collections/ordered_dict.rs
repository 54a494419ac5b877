//! `collections.OrderedDict`: a `dict` whose order can be changed and takes part in comparisons.

use super::ordered_views::{Kind, is_ordered, iterate, view};
use crate::comparison;
use crate::objects::dict::Dict;
use crate::objects::dict_methods;
use crate::objects::header::Gc;
use crate::objects::iter::reduce;
use crate::objects::list::Tuple;
use crate::objects::names::Slot;
use crate::objects::native::{Args, class_method, method};
use crate::objects::operators::CompareOp;
use crate::objects::sequence::CLASS_GETITEM;
use crate::objects::typeobj::type_flags;
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static ORDERED_DICT: TypeDef = TypeDef {
    name: "collections.OrderedDict",
    doc: "Dictionary that remembers insertion order",
    flags: BASE | type_flags::DICT | type_flags::WEAKREF,
    methods: &[
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            init,
            "Initialize self.  See help(type(self)) for accurate signature.",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method(
            "__iter__",
            "($self, /)",
            |vm, args| walk(vm, args, false),
            "Implement iter(self).",
        ),
        method(
            "__reversed__",
            "($self, /)",
            |vm, args| walk(vm, args, true),
            "od.__reversed__() <==> reversed(od)",
        ),
        comparison!(compare, Lt),
        comparison!(compare, Le),
        comparison!(compare, Eq),
        comparison!(compare, Ne),
        comparison!(compare, Gt),
        comparison!(compare, Ge),
        method(
            "__or__",
            "($self, value, /)",
            |vm, args| union(vm, &args[0], &args[0], &args[1]),
            "Return self|value.",
        ),
        method(
            "__ror__",
            "($self, value, /)",
            |vm, args| union(vm, &args[0], &args[1], &args[0]),
            "Return value|self.",
        ),
        method("__ior__", "($self, value, /)", ior, "Return self|=value."),
        method(
            "keys",
            "($self, /)",
            |vm, args| view(vm, args, Kind::Keys),
            "",
        ),
        method(
            "values",
            "($self, /)",
            |vm, args| view(vm, args, Kind::Values),
            "",
        ),
        method(
            "items",
            "($self, /)",
            |vm, args| view(vm, args, Kind::Items),
            "",
        ),
        method("update", "($self, /, *args, **kwargs)", update_method, ""),
        method(
            "setdefault",
            "($self, /, key, default=None)",
            setdefault,
            "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
        ),
        method(
            "pop",
            "($self, /, key, default=<unrepresentable>)",
            pop,
            "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
        ),
        method(
            "popitem",
            "($self, /, last=True)",
            popitem,
            "Remove and return a (key, value) pair from the dictionary.\n\nPairs are returned in LIFO order if last is true or FIFO order if false.",
        ),
        method(
            "move_to_end",
            "($self, /, key, last=True)",
            move_to_end,
            "Move an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist.",
        ),
        method(
            "copy",
            "($self, /)",
            copy,
            "od.copy() -> a shallow copy of od",
        ),
        class_method(
            "fromkeys",
            "($type, /, iterable, value=None)",
            fromkeys,
            "Create a new ordered dictionary with keys from iterable and values set to value.",
        ),
        reduce(reduce_),
        CLASS_GETITEM,
    ],
    getsets: &[crate::objects::type_type::INSTANCE_DICT],
    ..TypeDef::EMPTY
};

fn walk(vm: &mut Vm, args: Args<'_>, reverse: bool) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    Ok(iterate(vm, &dict, Kind::Keys, reverse))
}

// ---- updates: through `__setitem__`, which a subclass may have -------------------------------

fn init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let n = arguments(args).len();
    if n > 1 {
        return Err(vm.type_error(format!("expected at most 1 arguments, got {n}")));
    }
    update(vm, args)
}

fn update_method(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let n = arguments(args).len();
    if n > 1 {
        return Err(vm.type_error(format!(
            "update() takes at most 1 positional argument ({n} given)"
        )));
    }
    update(vm, args)
}

fn arguments(args: Args<'_>) -> Vec<Value> {
    args[1]
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default()
}

fn update(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if let Some(source) = arguments(args).first() {
        update_from(vm, &args[0], source)?;
    }
    if let Some(keywords) = args[2].downcast::<Dict>() {
        for (key, value) in keywords.items() {
            vm.set_item(&args[0], &key, &value)?;
        }
    }
    Ok(Value::None)
}

fn update_from(vm: &mut Vm, this: &Value, source: &Value) -> Result<()> {
    if let Some(dict) = source.downcast::<Dict>()
        && dict.ty() == &vm.types.dict
    {
        for (key, value) in dict.items() {
            vm.set_item(this, &key, &value)?;
        }
        return Ok(());
    }
    let name = vm.names.keys.clone();
    if let Some(keys) = vm.get_attr_opt(source, &name)? {
        let keys = vm.call(&keys, &[])?;
        let iter = vm.iter(&keys)?;
        while let Some(key) = vm.next(&iter)? {
            let value = vm.get_item(source, &key)?;
            vm.set_item(this, &key, &value)?;
        }
        return Ok(());
    }
    let name = vm.names.items.clone();
    let pairs = match vm.get_attr_opt(source, &name)? {
        Some(items) => vm.call(&items, &[])?,
        None => source.clone(),
    };
    let iter = vm.iter(&pairs)?;
    while let Some(pair) = vm.next(&iter)? {
        let pair = vm.iter(&pair)?;
        let mut items = Vec::with_capacity(2);
        while let Some(item) = vm.next(&pair)? {
            if items.len() == 2 {
                return Err(vm.value_error("too many values to unpack (expected 2)"));
            }
            items.push(item);
        }
        let [key, value] = items.as_slice() else {
            let (n, s) = (items.len(), if items.len() == 1 { "" } else { "s" });
            return Err(vm.value_error(format!("need more than {n} value{s} to unpack")));
        };
        vm.set_item(this, key, value)?;
    }
    Ok(())
}

fn union(vm: &mut Vm, this: &Value, left: &Value, right: &Value) -> Result<Value> {
    if !left.is::<Dict>() || !right.is::<Dict>() {
        return Ok(Value::NotImplemented);
    }
    let class = vm.type_of(this).value();
    let result = vm.call(&class, std::slice::from_ref(left))?;
    update_from(vm, &result, right)?;
    Ok(result)
}

fn ior(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    update_from(vm, &args[0], &args[1])?;
    Ok(args[0].clone())
}

// ---- text and comparison -------------------------------------------------------------------

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let name = dict.ty().name();
    if dict.is_empty() {
        return Ok(vm.new_str(format!("{name}()")));
    }
    let made = vm.guarded_repr(dict.obj(), |vm| {
        let items = vm.call_method(&args[0], "items", &[])?;
        let plain = vm.new_dict();
        dict_methods::update(vm, &plain, &items)?;
        let mut out = format!("{name}(").into_bytes();
        vm.push_repr(&mut out, &plain.into())?;
        out.push(b')');
        Ok(out)
    })?;
    Ok(match made {
        Some(text) => vm.new_text(text),
        None => vm.new_str("..."),
    })
}

fn compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (Some(a), Some(b)) = (args[0].downcast::<Dict>(), args[1].downcast::<Dict>()) else {
        return Ok(Value::NotImplemented);
    };
    let expected = match op {
        CompareOp::Eq => true,
        CompareOp::Ne => false,
        _ => return Ok(Value::NotImplemented),
    };
    let mut equal = dict_methods::equal(vm, a, b)?;
    if equal && is_ordered(vm, &args[1]) {
        let (mut x, mut y) = (0, 0);
        while let (Some((i, key, _)), Some((j, other, _))) = (a.entry_from(x), b.entry_from(y)) {
            let (key, other) = (key.clone(), other.clone());
            if !vm.eq(&key, &other)? {
                equal = false;
                break;
            }
            (x, y) = (i + 1, j + 1);
        }
    }
    Ok(Value::Bool(equal == expected))
}

// ---- single entries ------------------------------------------------------------------------

/// Whether the class is `OrderedDict` itself: then no method of a subclass has a say.
fn is_exact(dict: &Gc<Dict>) -> bool {
    !dict.ty().is_heap_type()
}

fn setdefault(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let default = args[2].given().cloned().unwrap_or(Value::None);
    if is_exact(&dict) {
        if let Some(value) = dict.get(vm, &args[1])? {
            return Ok(value);
        }
    } else if vm.contains(&args[0], &args[1])? {
        return vm.get_item(&args[0], &args[1]);
    }
    vm.set_item(&args[0], &args[1], &default)?;
    Ok(default)
}

fn pop(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let found = if is_exact(&dict) {
        dict.remove(vm, &args[1])?.map(|(_, value)| value)
    } else if vm.contains(&args[0], &args[1])? {
        let value = vm.get_item(&args[0], &args[1])?;
        vm.del_item(&args[0], &args[1])?;
        Some(value)
    } else {
        None
    };
    match (found, args[2].given()) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) if !is_exact(&dict) => {
            let key = std::slice::from_ref(&args[1]);
            match vm.call_slot(&args[0], Slot::Missing, key)? {
                Some(value) => Ok(value),
                None => Err(vm.key_error(args[1].clone())),
            }
        }
        (None, None) => Err(vm.key_error(args[1].clone())),
    }
}

/// The `last` argument.
fn last(vm: &mut Vm, value: &Value) -> Result<bool> {
    match value.given() {
        Some(value) => vm.truth(value),
        None => Ok(true),
    }
}

fn popitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let last = last(vm, &args[1])?;
    let end = if last {
        dict.entry_before(usize::MAX)
    } else {
        dict.entry_from(0)
    };
    let Some((n, key, _)) = end else {
        let message = vm.new_str("dictionary is empty");
        return Err(vm.key_error(message));
    };
    if is_exact(&dict) {
        let (key, value) = dict.remove_at(n, &vm.heap);
        return Ok(vm.new_tuple(vec![key, value]).into());
    }
    let key = key.clone();
    let value = vm.get_item(&args[0], &key)?;
    vm.del_item(&args[0], &key)?;
    Ok(vm.new_tuple(vec![key, value]).into())
}

fn move_to_end(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let last = last(vm, &args[2])?;
    let hash = vm.hash(&args[1])?;
    let Some(n) = dict.find(vm, &args[1], hash)? else {
        return Err(vm.key_error(args[1].clone()));
    };
    let end = if last {
        dict.entry_before(usize::MAX)
    } else {
        dict.entry_from(0)
    };
    if end.is_some_and(|(at, _, _)| at != n) {
        dict.move_to(n, last, &vm.heap);
    }
    Ok(Value::None)
}

// ---- whole dicts ---------------------------------------------------------------------------

fn copy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    if is_exact(&dict) {
        let copy = dict.copy(&vm.heap);
        return Ok(vm.heap.alloc(dict.ty(), copy).into());
    }
    let class = vm.type_of(&args[0]).value();
    let result = vm.call(&class, &[])?;
    for key in dict.keys() {
        let value = vm.get_item(&args[0], &key)?;
        vm.set_item(&result, &key, &value)?;
    }
    Ok(result)
}

fn fromkeys(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let value = args[2].given().cloned().unwrap_or(Value::None);
    let result = vm.call(&args[0], &[])?;
    let iter = vm.iter(&args[1])?;
    while let Some(key) = vm.next(&iter)? {
        vm.set_item(&result, &key, &value)?;
    }
    Ok(result)
}

fn reduce_(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = vm.type_of(&args[0]).value();
    let state = vm.call_method(&args[0], "__getstate__", &[])?;
    let items = vm.call_method(&args[0], "items", &[])?;
    let items = vm.iter(&items)?;
    let empty = vm.new_tuple(vec![]).into();
    let parts = vec![class, empty, state, Value::None, items];
    Ok(vm.new_tuple(parts).into())
}
