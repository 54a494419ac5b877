//! How the layouts of a class' bases decide what its instances look like, and the order in which
//! classes are searched (C3).
//!
//! A type is *solid* when its instances hold more than those of its base: a payload of its own, fields
//! of an exception, slots. The solid types among a class' ancestors must form a chain.

use super::exceptions::field_count;
use super::header::Gc;
use super::native_types::{Member, MemberPlace};
use super::typeobj::{Type, type_flags};
use super::value::Value;
use crate::vm::{Result, Vm};

fn is_solid(ty: &Gc<Type>) -> bool {
    if ty.has_flag(type_flags::ADDS_LAYOUT) {
        return true;
    }
    if ty.is_heap_type() {
        return false;
    }
    match ty.bases().first() {
        None => true,
        Some(base) => {
            !std::ptr::eq(base.layout, ty.layout)
                || field_count(&ty.name()) != field_count(&base.name())
        }
    }
}

/// The nearest ancestor (or the type itself) that determines the layout.
pub fn solid_base(ty: &Gc<Type>) -> Gc<Type> {
    if is_solid(ty) {
        return ty.clone();
    }
    let rest = ty.mro_rest();
    rest.iter().find(|t| is_solid(t)).unwrap_or(ty).clone()
}

/// `__base__`: of the bases, the one whose layout the class extends.
pub fn best_base(bases: &[Gc<Type>]) -> Option<Gc<Type>> {
    let mut winner: Option<(&Gc<Type>, Gc<Type>)> = None;
    for base in bases {
        let solid = solid_base(base);
        winner = match winner {
            Some((best, best_solid)) if best_solid.is_subtype(&solid) => Some((best, best_solid)),
            Some((_, best_solid)) if !solid.is_subtype(&best_solid) => return None,
            _ => Some((base, solid)),
        };
    }
    winner.map(|(base, _)| base.clone())
}

/// Names of the slots that the class itself added, by position.
fn own_slots(ty: &Gc<Type>) -> Vec<(usize, Vec<u8>)> {
    let mut slots: Vec<(usize, Vec<u8>)> = ty
        .dict()
        .values()
        .iter()
        .filter_map(|value| value.downcast::<Member>())
        .filter(|member| &member.owner == ty)
        .filter_map(|member| match member.place {
            MemberPlace::Slot(index) => Some((index, member.name.bytes().to_vec())),
            MemberPlace::Field(_) | MemberPlace::Item(_) => None,
        })
        .collect();
    slots.sort();
    slots
}

/// Whether instances of one class can become instances of the other (`__class__` assignment).
pub fn same_layout(a: &Gc<Type>, b: &Gc<Type>) -> bool {
    const SHAPE: u32 = type_flags::DICT | type_flags::WEAKREF;
    if !std::ptr::eq(a.layout, b.layout)
        || a.n_slots() != b.n_slots()
        || a.flags() & SHAPE != b.flags() & SHAPE
    {
        return false;
    }
    let (x, y) = (solid_base(a), solid_base(b));
    x == y
        || best_base(&x.bases()) == best_base(&y.bases())
            && x.is_heap_type()
            && y.is_heap_type()
            && own_slots(&x) == own_slots(&y)
}

/// Why the bases cannot be combined, or the base whose layout is extended.
pub fn check_bases(vm: &mut Vm, bases: &[Value]) -> Result<(Vec<Gc<Type>>, Gc<Type>)> {
    let mut types = Vec::with_capacity(bases.len());
    for base in bases {
        let Some(ty) = base.downcast::<Type>() else {
            return Err(vm.type_error("bases must be types"));
        };
        if !ty.has_flag(type_flags::BASE) {
            let name = ty.full_name();
            return Err(vm.type_error(format!("type '{name}' is not an acceptable base type")));
        }
        types.push(ty.clone());
    }
    if types.is_empty() {
        types.push(vm.types.object.clone());
    }
    match best_base(&types) {
        Some(base) => Ok((types, base)),
        None => Err(vm.type_error("multiple bases have instance lay-out conflict")),
    }
}

/// The C3 linearization of the bases: the resolution order after the class itself.
pub fn linearize(vm: &mut Vm, bases: &[Gc<Type>]) -> Result<Vec<Gc<Type>>> {
    if let [base] = bases {
        let mut order = vec![base.clone()];
        order.extend(base.mro_rest());
        return Ok(order);
    }
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].contains(base) {
            let name = base.name();
            return Err(vm.type_error(format!("duplicate base class {name}")));
        }
    }
    let mut lists: Vec<std::collections::VecDeque<Gc<Type>>> = bases
        .iter()
        .map(|base| {
            std::iter::once(base.clone())
                .chain(base.mro_rest())
                .collect()
        })
        .collect();
    lists.push(bases.iter().cloned().collect());
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Ok(order);
        }
        let is_free = |ty: &Gc<Type>| !lists.iter().any(|l| l.iter().skip(1).any(|t| t == ty));
        let Some(next) = lists
            .iter()
            .filter_map(|l| l.front())
            .find(|ty| is_free(ty))
            .cloned()
        else {
            return Err(no_order(vm, &lists));
        };
        for list in &mut lists {
            if list.front() == Some(&next) {
                list.pop_front();
            }
        }
        order.push(next);
    }
}

fn no_order(vm: &mut Vm, lists: &[std::collections::VecDeque<Gc<Type>>]) -> super::exceptions::Exc {
    let mut heads: Vec<&Gc<Type>> = Vec::new();
    for head in lists.iter().filter_map(|l| l.front()) {
        if !heads.contains(&head) {
            heads.push(head);
        }
    }
    let names: Vec<_> = heads.iter().map(|t| t.name()).collect();
    vm.type_error(format!(
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        names.join(", ")
    ))
}
