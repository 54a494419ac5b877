//! `functools.partial`.

use std::cell::RefCell;

use crate::objects::callable::CALL;
use crate::objects::dict::Dict;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::iter::{reduce, setstate};
use crate::objects::list::Tuple;
use crate::objects::native::{Args, Keywords, member, method, new};
use crate::objects::sequence::CLASS_GETITEM;
use crate::objects::typeobj::{Type, type_flags};
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub struct Partial {
    func: RefCell<Value>,
    /// A tuple.
    args: RefCell<Value>,
    keywords: RefCell<Gc<Dict>>,
}
payload!(Partial, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.func.borrow(), visit);
        visit_value(&self.args.borrow(), visit);
        visit(self.keywords.borrow().obj());
    }
});

pub static PARTIAL: TypeDef = TypeDef {
    name: "functools.partial",
    doc: "Create a new function with partial application of the given arguments and keywords.",
    flags: BASE | type_flags::DICT | type_flags::WEAKREF,
    methods: &[
        new("(*args, **keywords)", partial_new),
        CALL,
        method("__repr__", "($self, /)", partial_repr, "Return repr(self)."),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            partial_get,
            "Return an attribute of instance, which is of type owner.",
        ),
        reduce(partial_reduce),
        setstate(partial_setstate),
        CLASS_GETITEM,
    ],
    getsets: &[
        member(
            "func",
            |vm, this| Ok(partial(vm, this)?.func.borrow().clone()),
            "function object to use in future partial calls",
        ),
        member(
            "args",
            |vm, this| Ok(partial(vm, this)?.args.borrow().clone()),
            "tuple of arguments to future partial calls",
        ),
        member(
            "keywords",
            |vm, this| Ok(partial(vm, this)?.keywords.borrow().value()),
            "dictionary of keyword arguments to future partial calls",
        ),
        crate::objects::type_type::INSTANCE_DICT,
    ],
    call: Some(partial_call),
    ..TypeDef::EMPTY
};

fn partial(vm: &mut Vm, this: &Value) -> Result<Gc<Partial>> {
    Args(std::slice::from_ref(this)).this::<Partial>(vm, 0)
}

impl Partial {
    fn arguments(&self) -> Vec<Value> {
        self.args
            .borrow()
            .downcast::<Tuple>()
            .map(|t| t.items().to_vec())
            .unwrap_or_default()
    }
}

fn partial_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    let given = args[1]
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default();
    let Some((func, rest)) = given.split_first() else {
        return Err(vm.type_error("type 'partial' takes at least one argument"));
    };
    if !vm.is_callable(func) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let own = vm.new_dict();
    let (mut func, mut arguments) = (func.clone(), Vec::new());
    // A partial of a partial is laid flat, unless the inner one has attributes or another `__call__`.
    if let Some(inner) = func.downcast::<Partial>().cloned() {
        let base = vm.module_type::<Partial>(&PARTIAL, None);
        let plain = inner
            .ty()
            .inherits_slot(crate::objects::names::Slot::Call, &base);
        let bare = inner.obj().attrs().is_none_or(|a| a.items().is_empty());
        if plain && bare {
            func = inner.func.borrow().clone();
            arguments = inner.arguments();
            let keywords = inner.keywords.borrow().clone();
            crate::objects::dict_methods::merge(vm, &own, &keywords)?;
        }
    }
    arguments.extend_from_slice(rest);
    if let Some(keywords) = args[2].downcast::<Dict>() {
        crate::objects::dict_methods::merge(vm, &own, keywords)?;
    }
    let made = Partial {
        func: func.into(),
        args: Value::from(vm.new_tuple(arguments)).into(),
        keywords: own.into(),
    };
    Ok(vm.heap.alloc(&class, made).into())
}

fn partial_call(vm: &mut Vm, this: &Value, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
    let it = partial(vm, this)?;
    let func = it.func.borrow().clone();
    let mut all = it.arguments();
    all.extend_from_slice(args);
    let stored = it.keywords.borrow().clone();
    if stored.is_empty() {
        return vm.call_with(&func, &all, kw);
    }
    let merged = vm.new_dict();
    crate::objects::dict_methods::merge(vm, &merged, &stored)?;
    for (key, value) in kw.iter() {
        merged.set(vm, key.clone(), value.clone())?;
    }
    let (names, values): (Vec<Value>, Vec<Value>) = merged.items().into_iter().unzip();
    let keywords = Keywords {
        names: &names,
        values: &values,
    };
    vm.call_with(&func, &all, keywords)
}

fn partial_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Partial>(vm, 0)?;
    let made = vm.guarded_repr(it.obj(), |vm| {
        let class = vm.type_of(&args[0]).value();
        let (module, qualname) = (vm.names.__module__.clone(), vm.names.__qualname__.clone());
        let module = vm.get_attr(&class, &module)?;
        let qualname = vm.get_attr(&class, &qualname)?;
        let mut out = vm.str(&module)?.bytes().to_vec();
        out.push(b'.');
        out.extend_from_slice(vm.str(&qualname)?.bytes());
        out.push(b'(');
        let func = it.func.borrow().clone();
        vm.push_repr(&mut out, &func)?;
        for argument in it.arguments() {
            out.extend_from_slice(b", ");
            vm.push_repr(&mut out, &argument)?;
        }
        let keywords = it.keywords.borrow().items();
        for (key, value) in keywords {
            out.extend_from_slice(b", ");
            out.extend_from_slice(vm.str(&key)?.bytes());
            out.push(b'=');
            vm.push_repr(&mut out, &value)?;
        }
        out.push(b')');
        Ok(out)
    })?;
    Ok(match made {
        Some(text) => vm.new_text(text),
        None => vm.new_str("..."),
    })
}

/// A partial is no method yet, but will be.
fn partial_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if !args[1].is_none() && !args[1].is_unbound() {
        let warnings = vm.import_module("warnings")?;
        let warn = vm.get_attr_str(&warnings, "warn")?;
        let text = vm.new_str(
            "functools.partial will be a method descriptor in future Python versions; wrap it in staticmethod() if you want to preserve the old behavior",
        );
        let category = vm.exc.FutureWarning.value();
        vm.call(&warn, &[text, category])?;
    }
    Ok(args[0].clone())
}

fn partial_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Partial>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    let func = it.func.borrow().clone();
    let dict = match args[0].as_obj().and_then(|o| o.attrs()) {
        Some(attrs) if !attrs.items().is_empty() => {
            attrs.take_dict(&vm.heap).map_or(Value::None, Value::from)
        }
        _ => Value::None,
    };
    let (arguments, keywords) = (it.args.borrow().clone(), it.keywords.borrow().value());
    let state = vm
        .new_tuple(vec![func.clone(), arguments, keywords, dict])
        .into();
    let func = vm.new_tuple(vec![func]).into();
    Ok(vm.new_tuple(vec![class, func, state]).into())
}

fn partial_setstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<Partial>(vm, 0)?;
    let state = args[1].downcast::<Tuple>().map(|t| t.items().to_vec());
    let Some([func, arguments, keywords, attributes]) = state.as_deref() else {
        return Err(vm.type_error("invalid partial state"));
    };
    let keywords = match keywords.downcast::<Dict>() {
        Some(dict) => crate::objects::dict_methods::copy(vm, dict),
        None if keywords.is_none() => vm.new_dict(),
        None => return Err(vm.type_error("invalid partial state")),
    };
    if !vm.is_callable(func) || !arguments.is::<Tuple>() {
        return Err(vm.type_error("invalid partial state"));
    }
    let arguments = vm.collect(arguments)?;
    let arguments: Value = vm.new_tuple(arguments).into();
    drop((
        it.func.replace(func.clone()),
        it.args.replace(arguments),
        it.keywords.replace(keywords),
    ));
    if let (Some(attrs), Some(dict)) = (it.obj().attrs(), attributes.downcast::<Dict>()) {
        attrs.replace_dict(dict.clone());
    }
    Ok(Value::None)
}
