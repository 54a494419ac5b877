//! `collections.defaultdict`: a `dict` with one slot more, the factory.

use crate::objects::dict::Dict;
use crate::objects::dict_methods;
use crate::objects::header::Gc;
use crate::objects::iter::reduce;
use crate::objects::list::Tuple;
use crate::objects::native::{Args, member_set, method};
use crate::objects::sequence::CLASS_GETITEM;
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// Place of the factory among the slots.
const FACTORY: usize = 0;

pub static DEFAULTDICT: TypeDef = TypeDef {
    name: "collections.defaultdict",
    doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.",
    flags: BASE,
    slots: 1,
    methods: &[
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            init,
            "Initialize self.  See help(type(self)) for accurate signature.",
        ),
        method(
            "__missing__",
            "($self, key, /)",
            missing,
            "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__or__", "($self, value, /)", or, "Return self|value."),
        method("__ror__", "($self, value, /)", ror, "Return value|self."),
        method(
            "copy",
            "($self, /)",
            copy,
            "D.copy() -> a shallow copy of D.",
        ),
        method(
            "__copy__",
            "($self, /)",
            copy,
            "D.copy() -> a shallow copy of D.",
        ),
        reduce(reduce_),
        CLASS_GETITEM,
    ],
    getsets: &[member_set(
        "default_factory",
        |_, this| Ok(factory_of(this)),
        set_factory,
        "Factory for default value called by __missing__().",
    )],
    ..TypeDef::EMPTY
};

fn factory_of(this: &Value) -> Value {
    let attrs = this.as_obj().and_then(|obj| obj.attrs());
    match attrs.map(|attrs| attrs.slot(FACTORY)) {
        None | Some(Value::Unbound) => Value::None,
        Some(factory) => factory,
    }
}

fn set_factory(_vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    if let Some(attrs) = this.as_obj().and_then(|obj| obj.attrs()) {
        drop(attrs.set_slot(FACTORY, value));
    }
    Ok(())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let given = args[1]
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default();
    let factory = given.first().cloned().unwrap_or(Value::None);
    if !factory.is_none() && !vm.is_callable(&factory) {
        return Err(vm.type_error("first argument must be callable or None"));
    }
    set_factory(vm, &args[0], factory)?;
    let rest = given.get(1..).unwrap_or_default();
    let keywords = args[2].downcast::<Dict>().cloned();
    dict_methods::update_from(vm, "dict", &dict, rest, keywords.as_ref())?;
    Ok(Value::None)
}

fn missing(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let factory = factory_of(&args[0]);
    if factory.is_none() {
        return Err(vm.key_error(args[1].clone()));
    }
    let value = vm.call(&factory, &[])?;
    vm.set_item(&args[0], &args[1], &value)?;
    Ok(value)
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict = args.this::<Dict>(vm, 0)?;
    let content = dict_methods::dict_repr(vm, args)?;
    let content = vm.str(&content)?;
    let factory = factory_of(&args[0]);
    let mut out = format!("{}(", dict.ty().name()).into_bytes();
    match factory.as_obj().cloned() {
        None => vm.push_repr(&mut out, &factory)?,
        // The factory may be a method of this very dict.
        Some(obj) => {
            let text = vm.guarded_repr(&obj, |vm| vm.repr(&factory))?;
            out.extend_from_slice(text.as_ref().map_or(b"...", |t| t.bytes()));
        }
    }
    out.extend_from_slice(b", ");
    out.extend_from_slice(content.bytes());
    out.push(b')');
    Ok(vm.new_text(out))
}

/// A new one of the same class and factory with the entries of `source`.
fn like(vm: &mut Vm, this: &Value, source: &Value) -> Result<Value> {
    let class = vm.type_of(this).value();
    vm.call(&class, &[factory_of(this), source.clone()])
}

fn copy(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    like(vm, &args[0], &args[0])
}

fn union(vm: &mut Vm, this: &Value, left: &Value, right: &Value) -> Result<Value> {
    if !left.is::<Dict>() || !right.is::<Dict>() {
        return Ok(Value::NotImplemented);
    }
    let result = like(vm, this, left)?;
    if let Some(dict) = result.downcast::<Dict>().cloned() {
        dict_methods::update(vm, &dict, right)?;
    }
    Ok(result)
}

fn or(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    union(vm, &args[0], &args[0], &args[1])
}

fn ror(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    union(vm, &args[0], &args[1], &args[0])
}

fn reduce_(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let dict: Gc<Dict> = args.this::<Dict>(vm, 0)?;
    let factory = factory_of(&args[0]);
    let arguments = if factory.is_none() {
        vec![]
    } else {
        vec![factory]
    };
    let arguments = vm.new_tuple(arguments).into();
    let items = vm.call_method(&dict.value(), "items", &[])?;
    let items = vm.iter(&items)?;
    let class = vm.type_of(&args[0]).value();
    let parts = vec![class, arguments, Value::None, Value::None, items];
    Ok(vm.new_tuple(parts).into())
}
