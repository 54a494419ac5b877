//! The module `contextvars` (PEP 567): what scripts see of contexts and context variables.

use crate::event_loop::context::{Context, ContextVar, Token};
use crate::modules::NativeModule;
use crate::objects::dict::Dict;
use crate::objects::header::Gc;
use crate::objects::instance::Instance;
use crate::objects::list::Tuple;
use crate::objects::module::Module;
use crate::objects::native::{
    Args, Keywords, NativeDef, class_method, function, getter, method, new,
};
use crate::objects::str::Str;
use crate::objects::typeobj::type_flags::WEAKREF;
use crate::objects::types::{NO_NEW, TypeDef};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static CONTEXTVARS: NativeModule = NativeModule {
    name: "contextvars",
    doc: "Context variables.",
    functions: FUNCTIONS,
    init,
};

pub static CONTEXTVARS_PRIVATE: NativeModule = NativeModule {
    name: "_contextvars",
    doc: "Context Variables",
    functions: FUNCTIONS,
    init,
};

static FUNCTIONS: &[NativeDef] = &[function(
    "copy_context",
    "()",
    copy_context,
    "A copy of the current context.",
)];

pub static CONTEXT: TypeDef = TypeDef {
    name: "_contextvars.Context",
    doc: "A mapping of context variables to their values.",
    flags: WEAKREF,
    methods: CONTEXT_METHODS,
    ..TypeDef::EMPTY
};

pub static CONTEXT_MAP: TypeDef = TypeDef {
    name: "_contextvars._ContextMap",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};

static CONTEXT_VAR: TypeDef = TypeDef {
    name: "_contextvars.ContextVar",
    doc: "A variable whose value depends on the context.",
    methods: VAR_METHODS,
    getsets: &[getter("name", var_name, "The variable's name.")],
    ..TypeDef::EMPTY
};

static TOKEN: TypeDef = TypeDef {
    name: "_contextvars.Token",
    doc: "What ContextVar.set() gives, for ContextVar.reset().",
    methods: TOKEN_METHODS,
    getsets: &[
        getter("var", token_var, "The variable."),
        getter(
            "old_value",
            token_old,
            "The value before, or Token.MISSING.",
        ),
    ],
    ..TypeDef::EMPTY
};

static MISSING: TypeDef = TypeDef {
    name: "_contextvars._MissingType",
    flags: NO_NEW,
    methods: &[method(
        "__repr__",
        "($self, /)",
        missing_repr,
        "Return repr(self).",
    )],
    ..TypeDef::EMPTY
};

static CONTEXT_METHODS: &[NativeDef] = &[
    new("(*args, **kwargs)", context_new),
    method("copy", "($self, /)", context_copy, "A copy of the context."),
    method(
        "get",
        "($self, key, default=None, /)",
        context_get,
        "The variable's value, or the default.",
    ),
    method(
        "items",
        "($self, /)",
        context_items,
        "All variables and their values.",
    ),
    method("keys", "($self, /)", context_keys, "All variables."),
    method("values", "($self, /)", context_values, "All values."),
    method(
        "run",
        "($self, callable, /, *args, **kwargs)",
        context_run,
        "Calls in this context.",
    ),
    method(
        "__getitem__",
        "($self, key, /)",
        context_getitem,
        "Return self[key].",
    ),
    method(
        "__contains__",
        "($self, key, /)",
        context_contains,
        "Return bool(key in self).",
    ),
    method("__len__", "($self, /)", context_len, "Return len(self)."),
    method(
        "__iter__",
        "($self, /)",
        context_iter,
        "Implement iter(self).",
    ),
    method(
        "__eq__",
        "($self, value, /)",
        context_eq,
        "Return self==value.",
    ),
];

static VAR_METHODS: &[NativeDef] = &[
    new("(name, /, *, default=<unrepresentable>)", var_new),
    method(
        "get",
        "($self, default=<unrepresentable>, /)",
        var_get,
        "The value in the current context.",
    ),
    method(
        "set",
        "($self, value, /)",
        var_set,
        "Sets the value in the current context.",
    ),
    method(
        "reset",
        "($self, token, /)",
        var_reset,
        "Takes a set() back.",
    ),
    method("__repr__", "($self, /)", var_repr, "Return repr(self)."),
    class_method(
        "__class_getitem__",
        "($type, object, /)",
        class_getitem,
        "See PEP 585",
    ),
];

static TOKEN_METHODS: &[NativeDef] = &[
    new("(*args, **kwargs)", token_new),
    method("__repr__", "($self, /)", token_repr, "Return repr(self)."),
    class_method(
        "__class_getitem__",
        "($type, object, /)",
        class_getitem,
        "See PEP 585",
    ),
];

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let context = vm.module_type::<Context>(&CONTEXT, None);
    let var = vm.module_type::<ContextVar>(&CONTEXT_VAR, None);
    let token = vm.module_type::<Token>(&TOKEN, None);
    let name = vm.intern("MISSING");
    let missing = missing(vm);
    token.dict().set_str(&name, missing, &vm.heap);
    token.changed();
    let name = vm.intern("__hash__");
    token.dict().set_str(&name, Value::None, &vm.heap);
    token.changed();
    for (name, value) in [
        ("Context", context.value()),
        ("ContextVar", var.value()),
        ("Token", token.value()),
    ] {
        vm.set_in(module, name, value);
    }
    let names = ["Context", "ContextVar", "Token", "copy_context"];
    let all = names.iter().map(|n| vm.new_str(*n)).collect();
    let all = vm.new_tuple(all).value();
    vm.set_in(module, "__all__", all);
    Ok(())
}

/// `Token.MISSING`
fn missing(vm: &mut Vm) -> Value {
    let token = vm.module_type::<Token>(&TOKEN, None);
    let name = vm.intern("MISSING");
    if let Some(found) = token.dict().get_str(&name) {
        return found;
    }
    let class = vm.module_type::<Instance>(&MISSING, None);
    vm.heap.alloc(&class, Instance).into()
}

fn missing_repr(vm: &mut Vm, _args: Args<'_>) -> Result {
    Ok(vm.new_str("<Token.MISSING>"))
}

fn class_getitem(vm: &mut Vm, args: Args<'_>) -> Result {
    vm.new_generic_alias(args[0].clone(), args[1].clone())
}

fn copy_context(vm: &mut Vm, _args: Args<'_>) -> Result {
    Ok(vm.copy_context().into())
}

// ---- Context ---------------------------------------------------------------------------------

fn context_new(vm: &mut Vm, args: Args<'_>) -> Result {
    let empty = args[1].downcast::<Tuple>().is_none_or(|t| t.is_empty())
        && args[2].downcast::<Dict>().is_none_or(|d| d.is_empty());
    if !empty {
        return Err(vm.type_error("Context() does not accept any arguments"));
    }
    Ok(vm.new_context().into())
}

fn context_copy(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    Ok(vm.copy_of_context(&context).into())
}

fn key_of(vm: &mut Vm, key: &Value) -> Result<Gc<ContextVar>> {
    match key.downcast::<ContextVar>() {
        Some(var) => Ok(var.clone()),
        None => {
            let text = vm.repr(key)?;
            Err(vm.type_error(format!(
                "a ContextVar key was expected, got {}",
                text.lossy()
            )))
        }
    }
}

fn context_get(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    let var = key_of(vm, &args[1])?;
    let default = args[2].given().cloned().unwrap_or(Value::None);
    Ok(context.get(&var).unwrap_or(default))
}

fn context_getitem(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    let var = key_of(vm, &args[1])?;
    match context.get(&var) {
        Some(value) => Ok(value),
        None => Err(vm.key_error(var.into())),
    }
}

fn context_contains(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    let var = key_of(vm, &args[1])?;
    Ok(context.get(&var).is_some().into())
}

fn context_len(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    let map = context.map.borrow().clone();
    let count = map.entries.borrow().len();
    Ok(count.into())
}

fn snapshot(context: &Context) -> Vec<(Gc<ContextVar>, Value)> {
    let map = context.map.borrow().clone();
    let entries = map.entries.borrow().clone();
    entries
}

fn context_keys(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    let keys = snapshot(&context).into_iter().map(|e| e.0.into()).collect();
    let keys = vm.new_tuple(keys).value();
    vm.iter(&keys)
}

fn context_iter(vm: &mut Vm, args: Args<'_>) -> Result {
    context_keys(vm, args)
}

fn context_values(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    let values = snapshot(&context).into_iter().map(|e| e.1).collect();
    let values = vm.new_tuple(values).value();
    vm.iter(&values)
}

fn context_items(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    let items = snapshot(&context)
        .into_iter()
        .map(|(var, value)| vm.new_tuple(vec![var.into(), value]).into())
        .collect();
    let items = vm.new_tuple(items).value();
    vm.iter(&items)
}

fn context_eq(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    let Some(other) = args[1].downcast::<Context>().cloned() else {
        return Ok(Value::NotImplemented);
    };
    let (mine, theirs) = (snapshot(&context), snapshot(&other));
    if mine.len() != theirs.len() {
        return Ok(Value::FALSE);
    }
    for (var, value) in mine {
        match other.get(&var) {
            Some(its) if vm.eq(&value, &its)? => {}
            _ => return Ok(Value::FALSE),
        }
    }
    Ok(Value::TRUE)
}

fn context_run(vm: &mut Vm, args: Args<'_>) -> Result {
    let context = args.this::<Context>(vm, 0)?;
    let func = args[1].clone();
    let positional = match args[2].downcast::<Tuple>() {
        Some(tuple) => tuple.items().to_vec(),
        None => Vec::new(),
    };
    let items = args[3].downcast::<Dict>().map(|d| d.items());
    let (names, values): (Vec<Value>, Vec<Value>) = items.unwrap_or_default().into_iter().unzip();
    let kw = Keywords {
        names: &names,
        values: &values,
    };
    vm.call_in_context(&context, &func, &positional, kw)
}

// ---- ContextVar ------------------------------------------------------------------------------

fn var_new(vm: &mut Vm, args: Args<'_>) -> Result {
    if !args[1].is::<Str>() {
        return Err(vm.type_error("context variable name must be a str"));
    }
    let class = vm.module_type::<ContextVar>(&CONTEXT_VAR, None);
    Ok(vm
        .heap
        .alloc(
            &class,
            ContextVar {
                name: args[1].clone(),
                default: args[2].clone(),
            },
        )
        .into())
}

fn var_name(vm: &mut Vm, this: &Value) -> Result {
    Ok(Args(std::slice::from_ref(this))
        .this::<ContextVar>(vm, 0)?
        .name
        .clone())
}

fn var_get(vm: &mut Vm, args: Args<'_>) -> Result {
    let var = args.this::<ContextVar>(vm, 0)?;
    let found = match &vm.asyncs.context {
        Some(context) => context.get(&var),
        None => None,
    };
    if let Some(value) = found {
        return Ok(value);
    }
    if let Some(default) = args[1].given() {
        return Ok(default.clone());
    }
    if let Some(default) = var.default.given() {
        return Ok(default.clone());
    }
    let class = vm.exc.LookupError.clone();
    Err(vm.error_with(&class, vec![var.into()]))
}

fn var_set(vm: &mut Vm, args: Args<'_>) -> Result {
    let var = args.this::<ContextVar>(vm, 0)?;
    let context = vm.current_context();
    let old = vm.set_in_context(&context, &var, args[1].clone());
    let class = vm.module_type::<Token>(&TOKEN, None);
    Ok(vm
        .heap
        .alloc(
            &class,
            Token {
                context,
                var,
                old,
                used: false.into(),
            },
        )
        .into())
}

fn var_reset(vm: &mut Vm, args: Args<'_>) -> Result {
    let var = args.this::<ContextVar>(vm, 0)?;
    let Some(token) = args[1].downcast::<Token>().cloned() else {
        let text = vm.repr(&args[1])?;
        return Err(vm.type_error(format!(
            "expected an instance of Token, got {}",
            text.lossy()
        )));
    };
    let text = vm.repr(&token.value())?;
    let text = text.lossy();
    if token.used.get() {
        return Err(vm.runtime_error(format!("{text} has already been used once")));
    }
    if token.var != var {
        return Err(vm.value_error(format!("{text} was created by a different ContextVar")));
    }
    let context = vm.current_context();
    if token.context != context {
        return Err(vm.value_error(format!("{text} was created in a different Context")));
    }
    token.used.set(true);
    drop(vm.set_in_context(&context, &var, token.old.clone()));
    Ok(Value::None)
}

fn var_repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let var = args.this::<ContextVar>(vm, 0)?;
    let name = vm.repr(&var.name)?;
    let default = match var.default.given() {
        Some(default) => {
            vm.enter_recursion(" while getting the repr of an object")?;
            let text = vm.repr(default);
            vm.leave_recursion();
            format!(" default={}", text?.lossy())
        }
        None => String::new(),
    };
    let text = format!(
        "<ContextVar name={}{default} at {:#x}>",
        name.lossy(),
        var.addr()
    );
    Ok(vm.new_str(text))
}

// ---- Token -----------------------------------------------------------------------------------

fn token_new(vm: &mut Vm, _args: Args<'_>) -> Result {
    Err(vm.runtime_error("Tokens can only be created by ContextVars"))
}

fn token_var(vm: &mut Vm, this: &Value) -> Result {
    let token = Args(std::slice::from_ref(this)).this::<Token>(vm, 0)?;
    Ok(token.var.value())
}

fn token_old(vm: &mut Vm, this: &Value) -> Result {
    let token = Args(std::slice::from_ref(this)).this::<Token>(vm, 0)?;
    match token.old.given() {
        Some(old) => Ok(old.clone()),
        None => Ok(missing(vm)),
    }
}

fn token_repr(vm: &mut Vm, args: Args<'_>) -> Result {
    let token = args.this::<Token>(vm, 0)?;
    let var = vm.repr(&token.var.value())?;
    let used = if token.used.get() { " used" } else { "" };
    let text = format!("<Token{used} var={} at {:#x}>", var.lossy(), token.addr());
    Ok(vm.new_str(text))
}
