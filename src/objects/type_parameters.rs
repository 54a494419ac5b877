//! Type parameters of generic aliases and unions: finding them and putting arguments in their place
//! (PEP 585, PEP 646, PEP 695). What a parameter is, is told by its `__typing_subst__`.

use super::header::Gc;
use super::list::{List, Tuple};
use super::names::Slot;
use super::str::Str;
use super::typeobj::Type;
use super::value::Value;
use crate::vm::{Result, Vm};

/// The type parameters among the arguments, in the order of first appearance.
pub fn collect(vm: &mut Vm, args: &[Value]) -> Result<Vec<Value>> {
    let mut found: Vec<Value> = Vec::new();
    for arg in args {
        // A class's `__parameters__` are its own affair.
        if arg.is::<Type>() {
            continue;
        }
        let name = vm.names.__typing_subst__.clone();
        if vm.get_attr_opt(arg, &name)?.is_some() {
            push_new(&mut found, arg);
            continue;
        }
        for parameter in parameters_of(vm, arg)? {
            push_new(&mut found, &parameter);
        }
    }
    Ok(found)
}

fn push_new(found: &mut Vec<Value>, value: &Value) {
    if !found.iter().any(|v| v.is_same(value)) {
        found.push(value.clone());
    }
}

/// `arg.__parameters__` when it is a tuple.
fn parameters_of(vm: &mut Vm, arg: &Value) -> Result<Vec<Value>> {
    let name = vm.names.__parameters__.clone();
    let parameters = vm.get_attr_opt(arg, &name)?;
    Ok(parameters
        .and_then(|p| p.downcast::<Tuple>().map(|t| t.items().to_vec()))
        .unwrap_or_default())
}

/// The arguments with `item`, the subscript, in place of the parameters. `generic` is what is
/// subscripted.
pub fn substitute(
    vm: &mut Vm,
    generic: &Value,
    args: &[Value],
    item: &Value,
) -> Result<Vec<Value>> {
    let parameters = collect(vm, args)?;
    if parameters.is_empty() {
        let text = vm.repr(generic)?;
        return Err(vm.type_error(format!("{} is not a generic class", text.lossy())));
    }
    let mut item = unpack_item(vm, item)?;
    for parameter in &parameters {
        let name = vm.names.__typing_prepare_subst__.clone();
        if let Some(prepare) = vm.get_attr_opt(parameter, &name)?
            && !prepare.is_none()
        {
            let given = match item.downcast::<Tuple>() {
                Some(_) => item.clone(),
                None => vm.new_tuple(vec![item.clone()]).into(),
            };
            item = vm.call(&prepare, &[generic.clone(), given])?;
        }
    }
    let items = match item.downcast::<Tuple>() {
        Some(tuple) => tuple.items().to_vec(),
        None => vec![item],
    };
    if items.len() != parameters.len() {
        let amount = if items.len() > parameters.len() {
            "many"
        } else {
            "few"
        };
        let text = vm.repr(generic)?;
        return Err(vm.type_error(format!(
            "Too {amount} arguments for {}; actual {}, expected {}",
            text.lossy(),
            items.len(),
            parameters.len()
        )));
    }
    put_in_place(vm, args, &parameters, &items)
}

fn put_in_place(
    vm: &mut Vm,
    args: &[Value],
    parameters: &[Value],
    items: &[Value],
) -> Result<Vec<Value>> {
    let mut result = Vec::with_capacity(args.len());
    for arg in args {
        if arg.is::<Type>() {
            result.push(arg.clone());
            continue;
        }
        if let Some(list) = arg.downcast::<List>() {
            let inner = list.snapshot();
            let inner = put_in_place(vm, &inner, parameters, items)?;
            result.push(vm.new_list(inner).into());
            continue;
        }
        if let Some(tuple) = arg.downcast::<Tuple>() {
            let inner = tuple.items().to_vec();
            let inner = put_in_place(vm, &inner, parameters, items)?;
            result.push(vm.new_tuple(inner).into());
            continue;
        }
        let name = vm.names.__typing_is_unpacked_typevartuple__.clone();
        let unpack = match vm.get_attr_opt(arg, &name)? {
            Some(flag) => vm.truth(&flag)?,
            None => false,
        };
        let name = vm.names.__typing_subst__.clone();
        let new = match vm.get_attr_opt(arg, &name)? {
            Some(subst) => match parameters.iter().position(|p| p.is_same(arg)) {
                Some(at) => vm.call(&subst, std::slice::from_ref(&items[at]))?,
                None => arg.clone(),
            },
            None => substitute_inside(vm, arg, parameters, items)?,
        };
        match new.downcast::<Tuple>() {
            Some(tuple) if unpack => result.extend(tuple.items().iter().cloned()),
            None if unpack => {
                let name = vm.type_name(&new);
                return Err(vm.type_error(format!(
                    "expected __typing_subst__ of {} objects to return a tuple, not {name}",
                    vm.type_name(arg)
                )));
            }
            _ => result.push(new),
        }
    }
    Ok(result)
}

/// An argument that is generic itself, subscripted with what its own parameters become.
fn substitute_inside(
    vm: &mut Vm,
    arg: &Value,
    parameters: &[Value],
    items: &[Value],
) -> Result<Value> {
    let own = parameters_of(vm, arg)?;
    if own.is_empty() {
        return Ok(arg.clone());
    }
    let mut subscript = Vec::with_capacity(own.len());
    for parameter in own {
        let Some(at) = parameters.iter().position(|p| p.is_same(&parameter)) else {
            subscript.push(parameter);
            continue;
        };
        let is_variadic = vm.type_of(&parameter).has_slot(Slot::Iter);
        match items[at].downcast::<Tuple>() {
            Some(tuple) if is_variadic => subscript.extend(tuple.items().iter().cloned()),
            _ => subscript.push(items[at].clone()),
        }
    }
    let subscript = vm.new_tuple(subscript).into();
    vm.get_item(arg, &subscript)
}

/// Lays the contents of `*tuple[...]` among the subscript's items.
fn unpack_item(vm: &mut Vm, item: &Value) -> Result<Value> {
    let items = match item.downcast::<Tuple>() {
        Some(tuple) => tuple.items().to_vec(),
        None => vec![item.clone()],
    };
    let name: Gc<Str> = vm.names.__typing_unpacked_tuple_args__.clone();
    let mut result = Vec::with_capacity(items.len());
    for part in items {
        if !part.is::<Type>()
            && let Some(inner) = vm.get_attr_opt(&part, &name)?
            && let Some(inner) = inner.downcast::<Tuple>()
            && !matches!(inner.items().last(), Some(Value::Ellipsis))
        {
            result.extend(inner.items().iter().cloned());
            continue;
        }
        result.push(part);
    }
    Ok(vm.new_tuple(result).into())
}
