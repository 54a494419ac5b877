//! `property`.

use super::function::Property;
use super::function_types::check_get;
use super::header::Gc;
use super::native::{Args, getset, getter, member, member_set, method, new};
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::vm::{Result, Vm};

pub static PROPERTY: TypeDef = TypeDef {
    name: "property",
    flags: BASE,
    methods: &[
        new("(*args, **kwargs)", property_new),
        method(
            "__init__",
            "($self, /, fget=None, fset=None, fdel=None, doc=None)",
            init,
            "Initialize self.",
        ),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            get,
            "Return an attribute of instance, which is of type owner.",
        ),
        method(
            "__set__",
            "($self, instance, value, /)",
            set,
            "Set an attribute of instance to value.",
        ),
        method(
            "__delete__",
            "($self, instance, /)",
            delete,
            "Delete an attribute of instance.",
        ),
        method(
            "getter",
            "($self, object, /)",
            getter_method,
            "A copy of the property with another getter.",
        ),
        method(
            "setter",
            "($self, object, /)",
            setter_method,
            "A copy of the property with another setter.",
        ),
        method(
            "deleter",
            "($self, object, /)",
            deleter_method,
            "A copy of the property with another deleter.",
        ),
        method(
            "__set_name__",
            "($self, /, *args)",
            set_name,
            "Tell the property its name.",
        ),
    ],
    getsets: &[
        member("fget", get_fget, ""),
        member("fset", get_fset, ""),
        member("fdel", get_fdel, ""),
        member_set("__doc__", get_doc, set_doc, ""),
        getset("__name__", get_name, set_own_name, ""),
        getter("__isabstractmethod__", is_abstract, ""),
    ],
    ..TypeDef::EMPTY
};

fn property(vm: &mut Vm, this: &Value) -> Result<Gc<Property>> {
    match this.downcast::<Property>() {
        Some(property) => Ok(property.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn property_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this(vm, 0)?;
    let property = Property {
        get: Value::None.into(),
        set: Value::None.into(),
        del: Value::None.into(),
        ..Property::default()
    };
    Ok(vm.heap.alloc(&class, property).into())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let this = property(vm, &args[0])?;
    let or_none = |v: &Value| v.given().cloned().unwrap_or(Value::None);
    let old = (
        this.get.replace(or_none(&args[1])),
        this.set.replace(or_none(&args[2])),
        this.del.replace(or_none(&args[3])),
        this.doc.take(),
        this.name.take(),
    );
    drop(old);
    this.getter_doc.set(false);
    let mut doc = args[4].given_not_none().cloned();
    if doc.is_none() && !args[1].given_not_none().is_none_or(Value::is_none) {
        let name = vm.names.__doc__.clone();
        doc = vm.get_attr_opt(&args[1], &name)?.filter(|d| !d.is_none());
        this.getter_doc.set(doc.is_some());
    }
    store_doc(vm, &args[0], &this, doc)?;
    Ok(Value::None)
}

/// In a subclass the doc is an attribute of the instance, as the class' own would hide the slot.
fn store_doc(vm: &mut Vm, obj: &Value, this: &Gc<Property>, doc: Option<Value>) -> Result<()> {
    if this.ty() == &vm.types.property {
        let old = this.doc.replace(doc.unwrap_or_default());
        drop(old);
        return Ok(());
    }
    let name = vm.names.__doc__.clone();
    match vm.set_attr(obj, &name, &doc.unwrap_or(Value::None)) {
        Err(e) if !this.getter_doc.get() && e.is_a(&vm.exc.AttributeError) => Ok(()),
        result => result,
    }
}

fn get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    check_get(vm, args)?;
    if args[1].is_none() {
        return Ok(args[0].clone());
    }
    let this = property(vm, &args[0])?;
    vm.property_get(&this, &args[1])
}

fn set(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let this = property(vm, &args[0])?;
    vm.property_set(&this, &args[1], args[2].clone())?;
    Ok(Value::None)
}

fn delete(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let this = property(vm, &args[0])?;
    vm.property_set(&this, &args[1], Value::Unbound)?;
    Ok(Value::None)
}

/// A property of the same type with some of its functions replaced.
fn copy(vm: &mut Vm, obj: &Value, replaced: [Option<Value>; 3]) -> Result<Value> {
    let this = property(vm, obj)?;
    let [get, set, del] = replaced;
    let pick = |new: Option<Value>, cell: &std::cell::RefCell<Value>| match new {
        Some(value) if !value.is_none() => value,
        _ => cell.borrow().clone(),
    };
    let (get, set, del) = (
        pick(get, &this.get),
        pick(set, &this.set),
        pick(del, &this.del),
    );
    let doc = if this.getter_doc.get() && !get.is_none() {
        Value::None
    } else {
        this.doc.borrow().given().cloned().unwrap_or(Value::None)
    };
    let class = vm.type_of(obj).value();
    let made = vm.call(&class, &[get, set, del, doc])?;
    if let Some(copy) = made.downcast::<Property>() {
        let name = this.name.borrow().clone();
        let old = copy.name.replace(name);
        drop(old);
    }
    Ok(made)
}

fn getter_method(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    copy(vm, &args[0], [Some(args[1].clone()), None, None])
}

fn setter_method(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    copy(vm, &args[0], [None, Some(args[1].clone()), None])
}

fn deleter_method(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    copy(vm, &args[0], [None, None, Some(args[1].clone())])
}

fn set_name(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let given = args.this::<super::list::Tuple>(vm, 1)?;
    let [_, name] = given.items() else {
        let n = given.len();
        return Err(vm.type_error(format!(
            "__set_name__() takes 2 positional arguments but {n} were given"
        )));
    };
    let old = property(vm, &args[0])?.name.replace(name.clone());
    drop(old);
    Ok(Value::None)
}

// ---- attributes ------------------------------------------------------------------------------

fn get_fget(vm: &mut Vm, this: &Value) -> Result<Value> {
    let func = property(vm, this)?.get.borrow().clone();
    Ok(func)
}

fn get_fset(vm: &mut Vm, this: &Value) -> Result<Value> {
    let func = property(vm, this)?.set.borrow().clone();
    Ok(func)
}

fn get_fdel(vm: &mut Vm, this: &Value) -> Result<Value> {
    let func = property(vm, this)?.del.borrow().clone();
    Ok(func)
}

fn get_doc(vm: &mut Vm, this: &Value) -> Result<Value> {
    let doc = property(vm, this)?.doc.borrow().clone();
    Ok(doc.given().cloned().unwrap_or(Value::None))
}

fn set_doc(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let old = property(vm, this)?.doc.replace(value);
    drop(old);
    Ok(())
}

impl Vm {
    /// The name that a property was given, or its getter's.
    pub fn property_name(&mut self, this: &Gc<Property>) -> Result<Option<Value>> {
        let name = this.name.borrow().clone();
        if !name.is_unbound() {
            return Ok(Some(name));
        }
        let get = this.get.borrow().clone();
        if get.is_none() {
            return Ok(None);
        }
        let key = self.names.__name__.clone();
        self.get_attr_opt(&get, &key)
    }
}

fn get_name(vm: &mut Vm, this: &Value) -> Result<Value> {
    let property = property(vm, this)?;
    match vm.property_name(&property)? {
        Some(name) => Ok(name),
        None => {
            let key = vm.names.__name__.clone();
            Err(vm.no_attribute(this, &key))
        }
    }
}

fn set_own_name(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let old = property(vm, this)?.name.replace(value);
    drop(old);
    Ok(())
}

fn is_abstract(vm: &mut Vm, this: &Value) -> Result<Value> {
    let property = property(vm, this)?;
    for cell in [&property.get, &property.set, &property.del] {
        let func = cell.borrow().clone();
        if vm.is_abstract_method(&func)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}
