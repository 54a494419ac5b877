//! `itemgetter`, `attrgetter`, `methodcaller`.

use crate::objects::callable::CALL;
use crate::objects::dict::Dict;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::iter::reduce;
use crate::objects::list::Tuple;
use crate::objects::module::Module;
use crate::objects::native::{Args, Keywords, method, new};
use crate::objects::str::Str;
use crate::objects::typeobj::Type;
use crate::objects::types::TypeDef;
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    super::add::<ItemGetter>(vm, module, &ITEMGETTER);
    super::add::<AttrGetter>(vm, module, &ATTRGETTER);
    super::add::<MethodCaller>(vm, module, &METHODCALLER);
    Ok(())
}

fn this<T: crate::objects::header::Payload>(vm: &mut Vm, value: &Value) -> Result<Gc<T>> {
    Args(std::slice::from_ref(value)).this::<T>(vm, 0)
}

fn items_of(value: &Value) -> Vec<Value> {
    value
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default()
}

/// The one argument of a call of a getter.
fn operand<'a>(vm: &mut Vm, name: &str, args: &'a [Value], kw: Keywords<'_>) -> Result<&'a Value> {
    if !kw.is_empty() {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    match args {
        [one] => Ok(one),
        _ => {
            let n = args.len();
            Err(vm.type_error(format!("{name} expected 1 argument, got {n}")))
        }
    }
}

/// The arguments of a constructor: at least one, no keywords.
fn constructor_items(vm: &mut Vm, name: &str, args: Args<'_>) -> Result<Vec<Value>> {
    if args[2].downcast::<Dict>().is_some_and(|d| !d.is_empty()) {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    let items = items_of(&args[1]);
    if items.is_empty() {
        return Err(vm.type_error(format!("{name} expected 1 argument, got 0")));
    }
    Ok(items)
}

/// `operator.name(a, b, k=v)`
fn push_call(
    vm: &mut Vm,
    this: &Value,
    items: &[Value],
    keywords: &[(Value, Value)],
) -> Result<Value> {
    let obj = match this.as_obj() {
        Some(obj) => obj.clone(),
        None => return Ok(vm.new_str("")),
    };
    let name = obj.ty().full_name().to_string();
    let made = vm.guarded_repr(&obj, |vm| {
        let mut out = format!("{name}(").into_bytes();
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(b", ");
            }
            vm.push_repr(&mut out, item)?;
        }
        for (key, value) in keywords {
            out.extend_from_slice(b", ");
            out.extend_from_slice(vm.str(key)?.bytes());
            out.push(b'=');
            vm.push_repr(&mut out, value)?;
        }
        out.push(b')');
        Ok(out)
    })?;
    Ok(match made {
        Some(text) => vm.new_text(text),
        None => vm.new_str(format!("{name}(...)")),
    })
}

// ---- itemgetter ----------------------------------------------------------------------------

pub struct ItemGetter {
    items: Vec<Value>,
}
payload!(ItemGetter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.items.iter().for_each(|v| visit_value(v, visit));
    }
});

static ITEMGETTER: TypeDef = TypeDef {
    name: "operator.itemgetter",
    doc: "Return a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    methods: &[
        new("(*args, **kwargs)", |vm, args| {
            let items = constructor_items(vm, "itemgetter", args)?;
            let class = args.this::<Type>(vm, 0)?;
            Ok(vm.heap.alloc(&class, ItemGetter { items }).into())
        }),
        method(
            "__repr__",
            "($self, /)",
            |vm, args| {
                let items = args.this::<ItemGetter>(vm, 0)?.items.clone();
                push_call(vm, &args[0], &items, &[])
            },
            "Return repr(self).",
        ),
        CALL,
        reduce(|vm, args| {
            let items = args.this::<ItemGetter>(vm, 0)?.items.clone();
            let class = vm.type_of(&args[0]).value();
            let items = vm.new_tuple(items).into();
            Ok(vm.new_tuple(vec![class, items]).into())
        }),
    ],
    call: Some(itemgetter_call),
    ..TypeDef::EMPTY
};

fn itemgetter_call(vm: &mut Vm, it: &Value, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
    let it = this::<ItemGetter>(vm, it)?;
    let operand = operand(vm, "itemgetter", args, kw)?;
    if let [key] = it.items.as_slice() {
        return vm.get_item(operand, key);
    }
    let mut result = Vec::with_capacity(it.items.len());
    for key in &it.items {
        result.push(vm.get_item(operand, key)?);
    }
    Ok(vm.new_tuple(result).into())
}

// ---- attrgetter ----------------------------------------------------------------------------

pub struct AttrGetter {
    names: Vec<Value>,
    /// Each name split at its dots.
    paths: Vec<Vec<Gc<Str>>>,
}
payload!(AttrGetter, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        self.names.iter().for_each(|v| visit_value(v, visit));
        self.paths.iter().flatten().for_each(|s| visit(s.obj()));
    }
});

static ATTRGETTER: TypeDef = TypeDef {
    name: "operator.attrgetter",
    doc: "Return a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
    methods: &[
        new("(*args, **kwargs)", attrgetter_new),
        method(
            "__repr__",
            "($self, /)",
            |vm, args| {
                let names = args.this::<AttrGetter>(vm, 0)?.names.clone();
                push_call(vm, &args[0], &names, &[])
            },
            "Return repr(self).",
        ),
        CALL,
        reduce(|vm, args| {
            let names = args.this::<AttrGetter>(vm, 0)?.names.clone();
            let class = vm.type_of(&args[0]).value();
            let names = vm.new_tuple(names).into();
            Ok(vm.new_tuple(vec![class, names]).into())
        }),
    ],
    call: Some(attrgetter_call),
    ..TypeDef::EMPTY
};

fn attrgetter_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let names = constructor_items(vm, "attrgetter", args)?;
    let mut paths = Vec::with_capacity(names.len());
    for name in &names {
        let Some(name) = name.downcast::<Str>() else {
            return Err(vm.type_error("attribute name must be a string"));
        };
        let parts = name.bytes().split(|&b| b == b'.');
        paths.push(
            parts
                .map(|part| {
                    let part = vm.heap.new_str(Str::from_wtf8(part));
                    vm.heap.intern(&part)
                })
                .collect(),
        );
    }
    let class = args.this::<Type>(vm, 0)?;
    Ok(vm.heap.alloc(&class, AttrGetter { names, paths }).into())
}

fn attrgetter_call(vm: &mut Vm, it: &Value, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
    let it = this::<AttrGetter>(vm, it)?;
    let operand = operand(vm, "attrgetter", args, kw)?;
    let mut result = Vec::with_capacity(it.paths.len());
    for path in &it.paths {
        let mut value = operand.clone();
        for name in path {
            value = vm.get_attr(&value, name)?;
        }
        result.push(value);
    }
    match <[Value; 1]>::try_from(result) {
        Ok([one]) => Ok(one),
        Err(many) => Ok(vm.new_tuple(many).into()),
    }
}

// ---- methodcaller --------------------------------------------------------------------------

pub struct MethodCaller {
    name: Gc<Str>,
    args: Vec<Value>,
    keywords: Vec<(Value, Value)>,
}
payload!(MethodCaller, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.name.obj());
        self.args.iter().for_each(|v| visit_value(v, visit));
        for (key, value) in &self.keywords {
            visit_value(key, visit);
            visit_value(value, visit);
        }
    }
});

static METHODCALLER: TypeDef = TypeDef {
    name: "operator.methodcaller",
    doc: "Return a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
    methods: &[
        new("(*args, **kwargs)", methodcaller_new),
        method(
            "__repr__",
            "($self, /)",
            |vm, args| {
                let it = args.this::<MethodCaller>(vm, 0)?;
                let mut items = vec![it.name.value()];
                items.extend(it.args.iter().cloned());
                push_call(vm, &args[0], &items, &it.keywords)
            },
            "Return repr(self).",
        ),
        CALL,
        reduce(methodcaller_reduce),
    ],
    call: Some(methodcaller_call),
    ..TypeDef::EMPTY
};

fn methodcaller_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let given = items_of(&args[1]);
    let Some((name, rest)) = given.split_first() else {
        return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
    };
    let Some(name) = name.downcast::<Str>() else {
        return Err(vm.type_error("method name must be a string"));
    };
    let caller = MethodCaller {
        name: vm.heap.intern(name),
        args: rest.to_vec(),
        keywords: args[2]
            .downcast::<Dict>()
            .map(|d| d.items())
            .unwrap_or_default(),
    };
    let class = args.this::<Type>(vm, 0)?;
    Ok(vm.heap.alloc(&class, caller).into())
}

fn methodcaller_call(vm: &mut Vm, it: &Value, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
    let it = this::<MethodCaller>(vm, it)?;
    let operand = operand(vm, "methodcaller", args, kw)?;
    let method = vm.get_attr(operand, &it.name)?;
    let (names, values): (Vec<Value>, Vec<Value>) = it.keywords.iter().cloned().unzip();
    let keywords = Keywords {
        names: &names,
        values: &values,
    };
    vm.call_with(&method, &it.args, keywords)
}

fn methodcaller_reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<MethodCaller>(vm, 0)?;
    let class = vm.type_of(&args[0]).value();
    if it.keywords.is_empty() {
        let mut parts = vec![it.name.value()];
        parts.extend(it.args.iter().cloned());
        let parts = vm.new_tuple(parts).into();
        return Ok(vm.new_tuple(vec![class, parts]).into());
    }
    let functools = vm.import_module("functools")?;
    let partial = vm.get_attr_str(&functools, "partial")?;
    let (names, values): (Vec<Value>, Vec<Value>) = it.keywords.iter().cloned().unzip();
    let keywords = Keywords {
        names: &names,
        values: &values,
    };
    let maker = vm.call_with(&partial, &[class, it.name.value()], keywords)?;
    let rest = vm.new_tuple(it.args.clone()).into();
    Ok(vm.new_tuple(vec![maker, rest]).into())
}
