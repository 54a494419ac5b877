//! The type `dict`.

use super::dict::Dict;
use super::dict_views::DictView;
use super::header::Gc;
use super::iter::DictIter;
use super::list::{List, Tuple};
use super::names::Slot;
use super::native::{Args, class_method, method, new};
use super::operators::CompareOp;
use super::sequence::CLASS_GETITEM;
use super::typeobj::{Type, type_flags};
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::comparison;
use crate::vm::{Result, Vm};

pub static DICT: TypeDef = TypeDef {
    name: "dict",
    doc: "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
    flags: BASE | type_flags::MAPPING | type_flags::MATCH_SELF,
    methods: &[
        new("(*args, **kwargs)", dict_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            dict_init,
            "Initialize self.  See help(type(self)) for accurate signature.",
        ),
        method("__repr__", "($self, /)", dict_repr, "Return repr(self)."),
        method(
            "__getitem__",
            "($self, key, /)",
            dict_getitem,
            "Return self[key].",
        ),
        method(
            "__setitem__",
            "($self, key, value, /)",
            dict_setitem,
            "Set self[key] to value.",
        ),
        method(
            "__delitem__",
            "($self, key, /)",
            dict_delitem,
            "Delete self[key].",
        ),
        method(
            "__contains__",
            "($self, key, /)",
            dict_contains,
            "True if the dictionary has the specified key, else False.",
        ),
        method("__len__", "($self, /)", dict_len, "Return len(self)."),
        method("__iter__", "($self, /)", dict_iter, "Implement iter(self)."),
        method(
            "__reversed__",
            "($self, /)",
            dict_reversed,
            "Return a reverse iterator over the dict keys.",
        ),
        method("__or__", "($self, value, /)", dict_or, "Return self|value."),
        method(
            "__ror__",
            "($self, value, /)",
            dict_ror,
            "Return value|self.",
        ),
        method(
            "__ior__",
            "($self, value, /)",
            dict_ior,
            "Return self|=value.",
        ),
        comparison!(dict_compare, Lt),
        comparison!(dict_compare, Le),
        comparison!(dict_compare, Eq),
        comparison!(dict_compare, Ne),
        comparison!(dict_compare, Gt),
        comparison!(dict_compare, Ge),
        method(
            "__sizeof__",
            "($self, /)",
            dict_sizeof,
            "Return the size of the dict in memory.",
        ),
        method(
            "get",
            "($self, key, default=None, /)",
            dict_get,
            "Return the value for key if key is in the dictionary, else default.",
        ),
        method(
            "setdefault",
            "($self, key, default=None, /)",
            dict_setdefault,
            "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
        ),
        method(
            "pop",
            "($self, key, default=<unrepresentable>, /)",
            dict_pop,
            "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
        ),
        method(
            "popitem",
            "($self, /)",
            dict_popitem,
            "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.",
        ),
        method(
            "keys",
            "($self, /)",
            dict_keys,
            "D.keys() -> a set-like object providing a view on D's keys",
        ),
        method(
            "items",
            "($self, /)",
            dict_items,
            "D.items() -> a set-like object providing a view on D's items",
        ),
        method(
            "values",
            "($self, /)",
            dict_values,
            "D.values() -> an object providing a view on D's values",
        ),
        method(
            "update",
            "($self, /, *args, **kwargs)",
            dict_update,
            "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]",
        ),
        method(
            "clear",
            "($self, /)",
            dict_clear,
            "D.clear() -> None.  Remove all items from D.",
        ),
        method(
            "copy",
            "($self, /)",
            dict_copy,
            "D.copy() -> a shallow copy of D",
        ),
        class_method(
            "fromkeys",
            "($type, iterable, value=None, /)",
            dict_fromkeys,
            "Create a new dictionary with keys from iterable and values set to value.",
        ),
        CLASS_GETITEM,
    ],
    ..TypeDef::EMPTY
};

fn dict_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    Ok(vm.heap.alloc(&class, Dict::default()).into())
}

fn dict_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    update_from_arguments(vm, "dict", args)?;
    Ok(Value::None)
}

fn dict_update(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    update_from_arguments(vm, "update", args)?;
    Ok(Value::None)
}

/// `self, *args, **kwargs` of `dict()` and `update`.
fn update_from_arguments(vm: &mut Vm, name: &str, args: Args<'_>) -> Result<()> {
    let dict = args.this::<Dict>(vm, 0)?;
    let given = args[1]
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default();
    let keywords = args[2].downcast::<Dict>().cloned();
    update_from(vm, name, &dict, &given, keywords.as_ref())
}

/// `dict.update(*given, **keywords)`; `name` is the function that errors name.
pub fn update_from(
    vm: &mut Vm,
    name: &str,
    dict: &Gc<Dict>,
    given: &[Value],
    keywords: Option<&Gc<Dict>>,
) -> Result<()> {
    match given {
        [] => {}
        [source] => update(vm, dict, source)?,
        more => {
            let n = more.len();
            return Err(vm.type_error(format!("{name} expected at most 1 argument, got {n}")));
        }
    }
    match keywords {
        Some(keywords) => merge(vm, dict, keywords),
        None => Ok(()),
    }
}

/// `dict.update(source)`
pub fn update(vm: &mut Vm, dict: &Gc<Dict>, source: &Value) -> Result<()> {
    if let Some(other) = source.downcast::<Dict>().cloned() {
        let own = vm.types.dict.clone();
        if other.ty() == &own || other.ty().inherits_slot(Slot::Iter, &own) {
            return merge(vm, dict, &other);
        }
    }
    let keys = vm.names.keys.clone();
    match vm.get_attr_opt(source, &keys)? {
        Some(keys) => update_by_keys(vm, dict, source, &keys),
        None => update_by_pairs(vm, dict, source),
    }
}

/// Takes over every entry of `other`.
pub fn merge(vm: &mut Vm, dict: &Gc<Dict>, other: &Gc<Dict>) -> Result<()> {
    if dict == other || other.is_empty() {
        return Ok(());
    }
    let (len, end) = (other.len(), other.end());
    let mut at = 0;
    while let Some((n, key, value)) = other.entry_from(at) {
        let (hash, key, value) = (other.hash_at(n), key.clone(), value.clone());
        dict.set_hashed(vm, key, hash, value)?;
        if (other.len(), other.end()) != (len, end) {
            return Err(vm.runtime_error("dict mutated during update"));
        }
        at = n + 1;
    }
    Ok(())
}

fn update_by_keys(vm: &mut Vm, dict: &Gc<Dict>, source: &Value, keys: &Value) -> Result<()> {
    let keys = vm.call(keys, &[])?;
    let iter = vm.iter(&keys)?;
    while let Some(key) = vm.next(&iter)? {
        let value = vm.get_item(source, &key)?;
        dict.set(vm, key, value)?;
    }
    Ok(())
}

fn update_by_pairs(vm: &mut Vm, dict: &Gc<Dict>, source: &Value) -> Result<()> {
    let iter = vm.iter(source)?;
    let mut n = 0;
    while let Some(pair) = vm.next(&iter)? {
        if let Some(tuple) = pair.downcast::<Tuple>()
            && let [key, value] = tuple.items()
        {
            dict.set(vm, key.clone(), value.clone())?;
            n += 1;
            continue;
        }
        let words = format!("cannot convert dictionary update sequence element #{n} to a sequence");
        let items = super::list_methods::collect_or(vm, &pair, &words)?;
        match <[Value; 2]>::try_from(items) {
            Ok([key, value]) => dict.set(vm, key, value)?,
            Err(items) => {
                let len = items.len();
                return Err(vm.value_error(format!(
                    "dictionary update sequence element #{n} has length {len}; 2 is required"
                )));
            }
        }
        n += 1;
    }
    Ok(())
}

pub fn dict_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    if dict.is_empty() {
        return Ok(vm.new_str("{}"));
    }
    let made = vm.guarded_repr(dict.obj(), |vm| {
        let mut out = vec![b'{'];
        let mut at = 0;
        while let Some((n, key, value)) = dict.entry_from(at) {
            let (key, value) = (key.clone(), value.clone());
            if out.len() > 1 {
                out.extend_from_slice(b", ");
            }
            vm.push_repr(&mut out, &key)?;
            out.extend_from_slice(b": ");
            vm.push_repr(&mut out, &value)?;
            at = n + 1;
        }
        out.push(b'}');
        Ok(out)
    })?;
    Ok(match made {
        Some(text) => vm.new_text(text),
        None => vm.new_str("{...}"),
    })
}

// ---- items ---------------------------------------------------------------------------------

fn dict_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    get(vm, &dict, &args[1])
}

/// `dict[key]`
pub fn get(vm: &mut Vm, dict: &Gc<Dict>, key: &Value) -> Result<Value> {
    if let Some(value) = dict.get(vm, key)? {
        return Ok(value);
    }
    if dict.ty() != &vm.types.dict
        && let Some(value) =
            vm.call_slot(&dict.value(), Slot::Missing, std::slice::from_ref(key))?
    {
        return Ok(value);
    }
    Err(vm.key_error(key.clone()))
}

fn dict_setitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    dict.set(vm, args[1].clone(), args[2].clone())?;
    Ok(Value::None)
}

fn dict_delitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    match dict.remove(vm, &args[1])? {
        Some(_) => Ok(Value::None),
        None => Err(vm.key_error(args[1].clone())),
    }
}

fn dict_contains(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let hash = vm.hash(&args[1])?;
    Ok(Value::Bool(dict.find(vm, &args[1], hash)?.is_some()))
}

fn dict_len(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(args.this::<Dict>(vm, 0)?.len().into())
}

fn dict_iter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let iter = DictIter::forward(dict);
    Ok(vm.heap.alloc(&vm.types.dict_keyiterator, iter).into())
}

fn dict_reversed(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let iter = DictIter::backward(dict);
    Ok(vm
        .heap
        .alloc(&vm.types.dict_reversekeyiterator, iter)
        .into())
}

fn dict_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    match dict.get(vm, &args[1])? {
        Some(value) => Ok(value),
        None => Ok(args[2].given().cloned().unwrap_or(Value::None)),
    }
}

fn dict_setdefault(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let hash = vm.hash(&args[1])?;
    if let Some(n) = dict.find(vm, &args[1], hash)?
        && let Some(value) = dict.value_at(n)
    {
        return Ok(value.clone());
    }
    let value = args[2].given().cloned().unwrap_or(Value::None);
    dict.insert_new(hash, args[1].clone(), value.clone(), &vm.heap);
    Ok(value)
}

fn dict_pop(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    if dict.is_empty() {
        // The key is not even hashed.
        return match args[2].given() {
            Some(default) => Ok(default.clone()),
            None => Err(vm.key_error(args[1].clone())),
        };
    }
    match (dict.remove(vm, &args[1])?, args[2].given()) {
        (Some((_, value)), _) => Ok(value),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(vm.key_error(args[1].clone())),
    }
}

fn dict_popitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    match dict.entry_before(usize::MAX) {
        Some((n, _, _)) => {
            let (key, value) = dict.remove_at(n, &vm.heap);
            Ok(vm.new_tuple(vec![key, value]).into())
        }
        None => {
            let message = vm.new_str("popitem(): dictionary is empty");
            Err(vm.key_error(message))
        }
    }
}

// ---- views ---------------------------------------------------------------------------------

fn dict_keys(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    Ok(vm.heap.alloc(&vm.types.dict_keys, DictView { dict }).into())
}

fn dict_values(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    Ok(vm
        .heap
        .alloc(&vm.types.dict_values, DictView { dict })
        .into())
}

fn dict_items(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    Ok(vm
        .heap
        .alloc(&vm.types.dict_items, DictView { dict })
        .into())
}

// ---- whole dicts ---------------------------------------------------------------------------

fn dict_clear(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    args.this::<Dict>(vm, 0)?.clear_all(&vm.heap);
    Ok(Value::None)
}

fn dict_copy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    Ok(copy(vm, &dict).into())
}

/// An exact `dict` with the same entries.
pub fn copy(vm: &mut Vm, dict: &Dict) -> Gc<Dict> {
    let copy = dict.copy(&vm.heap);
    vm.heap.alloc(&vm.types.dict, copy)
}

fn dict_fromkeys(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let value = args[2].given().cloned().unwrap_or(Value::None);
    let result = vm.call(&args[0], &[])?;
    let exact = result
        .downcast::<Dict>()
        .filter(|d| d.ty() == &vm.types.dict)
        .cloned();
    let iter = vm.iter(&args[1])?;
    while let Some(key) = vm.next(&iter)? {
        match &exact {
            Some(dict) => dict.set(vm, key, value.clone())?,
            None => vm.set_item(&result, &key, &value)?,
        }
    }
    Ok(result)
}

fn dict_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (Some(a), Some(b)) = (args[0].downcast::<Dict>(), args[1].downcast::<Dict>()) else {
        return Ok(Value::NotImplemented);
    };
    match op {
        CompareOp::Eq => Ok(Value::Bool(equal(vm, a, b)?)),
        CompareOp::Ne => Ok(Value::Bool(!equal(vm, a, b)?)),
        _ => Ok(Value::NotImplemented),
    }
}

pub fn equal(vm: &mut Vm, a: &Gc<Dict>, b: &Gc<Dict>) -> Result<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((n, key, value)) = a.entry_from(at) {
        let (hash, key, value) = (a.hash_at(n), key.clone(), value.clone());
        let Some(other) = b.find(vm, &key, hash)?.and_then(|n| b.value_at(n).cloned()) else {
            return Ok(false);
        };
        if !vm.eq(&other, &value)? {
            return Ok(false);
        }
        at = n + 1;
    }
    Ok(true)
}

fn dict_or(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    union(vm, &args[0], &args[1])
}

fn dict_ror(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    union(vm, &args[1], &args[0])
}

fn union(vm: &mut Vm, a: &Value, b: &Value) -> Result<Value> {
    let (Some(left), Some(_)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else {
        return Ok(Value::NotImplemented);
    };
    let result = copy(vm, left);
    update(vm, &result, b)?;
    Ok(result.into())
}

fn dict_ior(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    update(vm, &dict, &args[1])?;
    Ok(args[0].clone())
}

fn dict_sizeof(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    if dict.is_empty() {
        return Ok(Value::Int(48));
    }
    let slots = (dict.len() * 3 / 2 + 1).next_power_of_two().max(8);
    Ok((48 + 32 + slots + slots * 2 / 3 * 24).into())
}

/// A list of what `pick` makes of each entry.
pub fn list_of(vm: &mut Vm, dict: &Dict, pick: impl Fn(&Vm, &Value, &Value) -> Value) -> Gc<List> {
    let mut items = Vec::with_capacity(dict.len());
    let mut at = 0;
    while let Some((n, key, value)) = dict.entry_from(at) {
        items.push(pick(vm, key, value));
        at = n + 1;
    }
    vm.new_list(items)
}
