//! How `object` takes part in copying and pickling: `__reduce_ex__` and `__getstate__`
//! (library reference, "Pickling class instances").

use super::dict::Dict;
use super::header::Gc;
use super::instance::Instance;
use super::list::{List, Tuple};
use super::native::{Args, Native};
use super::str::Str;
use super::typeobj::{Type, type_flags};
use super::value::Value;
use crate::vm::{Result, Vm};

pub fn reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    reduce_with(vm, &args[0], 0)
}

pub fn reduce_ex(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let protocol = vm.index_i64(&args[1])?;
    let name = vm.intern("__reduce__");
    let own = vm.type_of(&args[0]).lookup(&name);
    let inherited = vm.types.object.lookup(&name);
    if let (Some(own), Some(inherited)) = (own, inherited)
        && !own.is_same(&inherited)
    {
        let func = vm.get_attr(&args[0], &name)?;
        return vm.call(&func, &[]);
    }
    reduce_with(vm, &args[0], protocol)
}

pub fn getstate(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    default_state(vm, &args[0], false)
}

fn reduce_with(vm: &mut Vm, obj: &Value, protocol: i64) -> Result<Value> {
    let copyreg = vm.import_by_name("copyreg")?;
    if protocol >= 2 {
        return reduce_new(vm, &copyreg, obj);
    }
    let func = vm.get_attr_str(&copyreg, "_reduce_ex")?;
    vm.call(&func, &[obj.clone(), Value::Int(protocol)])
}

impl Vm {
    /// `import name` of a module without dots.
    pub fn import_by_name(&mut self, name: &str) -> Result<Value> {
        let name = self.intern(name);
        if let Some(module) = self.modules.get_str(&name) {
            return Ok(module);
        }
        let import = self
            .builtins
            .get_str(&self.names.__import__)
            .unwrap_or_default();
        self.call(&import, &[name.value()])
    }
}

fn cannot_pickle(vm: &mut Vm, obj: &Value) -> super::exceptions::Exc {
    let name = vm.type_of(obj).full_name();
    vm.type_error(format!("cannot pickle '{name}' object"))
}

/// Protocol 2 and later: make it with `cls.__new__`, then set its state.
fn reduce_new(vm: &mut Vm, copyreg: &Value, obj: &Value) -> Result<Value> {
    let class = vm.type_of(obj).clone();
    if class.has_flag(type_flags::NO_NEW) {
        return Err(cannot_pickle(vm, obj));
    }
    let new_args = new_arguments(vm, obj)?;
    let has_args = new_args.is_some();
    let (args, kwargs) = new_args.unwrap_or((Vec::new(), None));
    let (func, func_args) = match kwargs.filter(|k| !k.is_empty()) {
        None => {
            let mut all = vec![class.value()];
            all.extend(args);
            (vm.get_attr_str(copyreg, "__newobj__")?, all)
        }
        Some(kwargs) => {
            let args = vm.new_tuple(args).into();
            let all = vec![class.value(), args, kwargs.into()];
            (vm.get_attr_str(copyreg, "__newobj_ex__")?, all)
        }
    };
    let func_args = vm.new_tuple(func_args).into();
    let (is_list, is_dict) = (obj.is::<List>(), obj.is::<Dict>());
    let state = object_state(vm, obj, !has_args && !is_list && !is_dict)?;
    let items = if is_list { vm.iter(obj)? } else { Value::None };
    let pairs = if is_dict {
        let pairs = vm.call_method(obj, "items", &[])?;
        vm.iter(&pairs)?
    } else {
        Value::None
    };
    Ok(vm
        .new_tuple(vec![func, func_args, state, items, pairs])
        .into())
}

type NewArguments = Option<(Vec<Value>, Option<Gc<Dict>>)>;

/// What `__getnewargs_ex__` or `__getnewargs__` give, checked.
fn new_arguments(vm: &mut Vm, obj: &Value) -> Result<NewArguments> {
    let name = vm.intern("__getnewargs_ex__");
    if let Some(func) = special_method(vm, obj, &name)? {
        let result = vm.call(&func, &[])?;
        let Some(pair) = result.downcast::<Tuple>() else {
            let ty = vm.type_name(&result);
            return Err(vm.type_error(format!(
                "__getnewargs_ex__ should return a tuple, not '{ty}'"
            )));
        };
        let [args, kwargs] = pair.items() else {
            let n = pair.len();
            return Err(vm.value_error(format!(
                "__getnewargs_ex__ should return a tuple of length 2, not {n}"
            )));
        };
        let Some(args) = args.downcast::<Tuple>() else {
            let ty = vm.type_name(args);
            return Err(vm.type_error(format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{ty}'"
            )));
        };
        let Some(kwargs) = kwargs.downcast::<Dict>() else {
            let ty = vm.type_name(kwargs);
            return Err(vm.type_error(format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{ty}'"
            )));
        };
        return Ok(Some((args.items().to_vec(), Some(kwargs.clone()))));
    }
    let name = vm.intern("__getnewargs__");
    let Some(func) = special_method(vm, obj, &name)? else {
        return Ok(None);
    };
    let result = vm.call(&func, &[])?;
    match result.downcast::<Tuple>() {
        Some(args) => Ok(Some((args.items().to_vec(), None))),
        None => {
            let ty = vm.type_name(&result);
            Err(vm.type_error(format!("__getnewargs__ should return a tuple, not '{ty}'")))
        }
    }
}

/// A method found on the object's type, bound.
fn special_method(vm: &mut Vm, obj: &Value, name: &Gc<Str>) -> Result<Option<Value>> {
    match vm.type_of(obj).lookup(name) {
        Some(attr) => vm.bind_descriptor(&attr, obj).map(Some),
        None => Ok(None),
    }
}

/// `obj.__getstate__()`; the default one checks that nothing is lost when `required`.
fn object_state(vm: &mut Vm, obj: &Value, required: bool) -> Result<Value> {
    let name = vm.intern("__getstate__");
    let func = vm.get_attr(obj, &name)?;
    let is_default = func
        .downcast::<Native>()
        .zip(
            vm.types
                .object
                .lookup(&name)
                .as_ref()
                .and_then(|v| v.downcast::<Native>()),
        )
        .is_some_and(|(a, b)| std::ptr::eq(a.def, b.def) && a.bound.is_same(obj));
    if is_default {
        return default_state(vm, obj, required);
    }
    vm.call(&func, &[])
}

fn default_state(vm: &mut Vm, obj: &Value, required: bool) -> Result<Value> {
    let class = vm.type_of(obj).clone();
    let plain = class.holds::<Instance>() || obj.as_obj().is_none();
    if required && !plain {
        return Err(cannot_pickle(vm, obj));
    }
    let dict = obj
        .as_obj()
        .and_then(|o| o.attrs())
        .and_then(|a| a.take_dict(&vm.heap));
    let state = match dict {
        Some(dict) if !dict.is_empty() => dict.into(),
        _ => Value::None,
    };
    let slots = slot_state(vm, obj, &class)?;
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(vm.new_tuple(vec![state, slots.into()]).into())
}

/// The slots that are set, by name.
fn slot_state(vm: &mut Vm, obj: &Value, class: &Gc<Type>) -> Result<Gc<Dict>> {
    let slots = vm.new_dict();
    if class.n_slots() == 0 {
        return Ok(slots);
    }
    let copyreg = vm.import_by_name("copyreg")?;
    let names = vm.call_method(&copyreg, "_slotnames", &[class.value()])?;
    for name in vm.collect(&names)? {
        let Some(text) = name.downcast::<Str>() else {
            continue;
        };
        let text = vm.heap.intern(text);
        if let Some(value) = vm.get_attr_opt(obj, &text)? {
            slots.set(vm, name, value)?;
        }
    }
    Ok(slots)
}
