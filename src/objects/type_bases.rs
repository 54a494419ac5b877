//! `__bases__` of a class assigned anew, and `X | Y` of classes.

use super::class_layout::{best_base, check_bases, linearize, same_layout, solid_base};
use super::generic_alias::{GenericAlias, Union};
use super::header::Gc;
use super::list::Tuple;
use super::type_type::check_special;
use super::typeobj::Type;
use super::value::Value;
use crate::vm::{Result, Vm};

/// `cls.__bases__ = value`
pub fn set_bases(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let Some(class) = this.downcast::<Type>().cloned() else {
        return Err(vm.system_error("bad argument to internal function"));
    };
    check_special(vm, &class, "__bases__", &value)?;
    let Some(new) = value.downcast::<Tuple>().cloned() else {
        let (name, ty) = (class.name(), vm.type_name(&value));
        return Err(vm.type_error(format!(
            "can only assign tuple to {name}.__bases__, not {ty}"
        )));
    };
    if new.is_empty() {
        let name = class.name();
        return Err(vm.type_error(format!(
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        )));
    }
    for base in new.items() {
        let Some(base) = base.downcast::<Type>() else {
            let (name, ty) = (class.name(), vm.type_name(base));
            return Err(vm.type_error(format!(
                "{name}.__bases__ must be tuple of classes, not '{ty}'"
            )));
        };
        if base.is_subtype(&class) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let (bases, base) = check_bases(vm, new.items())?;
    check_compatible(vm, &class, &base)?;
    let order = linearize(vm, &bases)?;
    let old = (class.bases(), class.mro_rest());
    class.set_bases(bases, order);
    if let Err(error) = update_subclasses(vm, &class, 0) {
        class.set_bases(old.0, old.1);
        let _ = update_subclasses(vm, &class, 0);
        return Err(error);
    }
    class.update_has_del();
    Ok(())
}

fn check_compatible(vm: &mut Vm, class: &Gc<Type>, base: &Gc<Type>) -> Result<()> {
    let Some(old) = best_base(&class.bases()) else {
        return Ok(());
    };
    if same_layout(&old, base) || solid_base(&old) == solid_base(base) && same_shape(&old, base) {
        return Ok(());
    }
    let what = if old == vm.types.object || std::ptr::eq(old.layout, base.layout) {
        "object layout"
    } else {
        "deallocator"
    };
    let (new, old) = (base.name(), old.name());
    Err(vm.type_error(format!(
        "__bases__ assignment: '{new}' {what} differs from '{old}'"
    )))
}

/// `object` as a base is as good as a class that only adds what the class adds anyway.
fn same_shape(a: &Type, b: &Type) -> bool {
    use super::typeobj::type_flags::{DICT, WEAKREF};
    a.n_slots() == b.n_slots() && a.flags() & (DICT | WEAKREF) == b.flags() & (DICT | WEAKREF)
}

/// The orders of the subclasses follow from that of the class.
fn update_subclasses(vm: &mut Vm, class: &Gc<Type>, depth: usize) -> Result<()> {
    if depth > 500 {
        return Err(vm.recursion_error("maximum recursion depth exceeded"));
    }
    for subclass in class.subclasses() {
        let bases = subclass.bases();
        let order = linearize(vm, &bases)?;
        subclass.set_bases(bases, order);
        update_subclasses(vm, &subclass, depth + 1)?;
    }
    Ok(())
}

impl Vm {
    /// `a | b` where one is a class: a union, or `NotImplemented` when the other cannot be in one.
    pub fn union_or(&mut self, a: &Value, b: &Value) -> Result<Value> {
        if !self.is_unionable(a) || !self.is_unionable(b) {
            return Ok(Value::NotImplemented);
        }
        let mut members: Vec<Value> = Vec::new();
        for operand in [a, b] {
            let parts = match operand.downcast::<Union>() {
                Some(union) => union.args.downcast::<Tuple>().map(|t| t.items().to_vec()),
                None => None,
            };
            for part in parts.unwrap_or_else(|| vec![operand.clone()]) {
                let part = if part.is_none() {
                    self.types.none.value()
                } else {
                    part
                };
                let mut is_new = true;
                for member in &members {
                    is_new &= !self.same_member(member, &part)?;
                }
                if is_new {
                    members.push(part);
                }
            }
        }
        if members.len() == 1 {
            return Ok(members.remove(0));
        }
        let args = self.new_tuple(members).into();
        Ok(self.heap.alloc(&self.types.union, Union { args }).into())
    }

    fn same_member(&mut self, a: &Value, b: &Value) -> Result<bool> {
        if a.is::<GenericAlias>() && b.is::<GenericAlias>() {
            return self.eq(a, b);
        }
        Ok(a.is_same(b))
    }

    fn is_unionable(&self, value: &Value) -> bool {
        value.is_none() || value.is::<Type>() || value.is::<GenericAlias>() || value.is::<Union>()
    }
}
