//! `types.UnionType`: `int | str` (PEP 604). Unions are made by `Vm::union_or`.

use super::generic_alias::{Union, push_type};
use super::header::Gc;
use super::list::Tuple;
use super::native::{Args, getter, member, method};
use super::operators::CompareOp;
use super::set_operations::new_set;
use super::type_parameters as parameters;
use super::types::{NO_NEW, TypeDef};
use super::value::Value;
use crate::bytecode::op::BinaryOp;
use crate::comparison;
use crate::vm::{Result, Vm};

pub const UNION: TypeDef = TypeDef {
    name: "types.UnionType",
    doc: "Represent a PEP 604 union type\n\nE.g. for int | str",
    flags: NO_NEW,
    methods: &[
        method("__repr__", "($self, /)", union_repr, "Return repr(self)."),
        method("__hash__", "($self, /)", union_hash, "Return hash(self)."),
        method(
            "__getitem__",
            "($self, key, /)",
            union_getitem,
            "Return self[key].",
        ),
        method(
            "__or__",
            "($self, value, /)",
            |vm, args| vm.union_or(&args[0], &args[1]),
            "Return self|value.",
        ),
        method(
            "__ror__",
            "($self, value, /)",
            |vm, args| vm.union_or(&args[1], &args[0]),
            "Return value|self.",
        ),
        comparison!(union_compare, Lt),
        comparison!(union_compare, Le),
        comparison!(union_compare, Eq),
        comparison!(union_compare, Ne),
        comparison!(union_compare, Gt),
        comparison!(union_compare, Ge),
    ],
    getsets: &[
        member(
            "__args__",
            |vm, this| Ok(union_of(vm, this)?.args.clone()),
            "",
        ),
        getter(
            "__parameters__",
            union_parameters,
            "Type variables in the types.UnionType.",
        ),
    ],
    ..TypeDef::EMPTY
};

fn union_of(vm: &mut Vm, this: &Value) -> Result<Gc<Union>> {
    Args(std::slice::from_ref(this)).this::<Union>(vm, 0)
}

impl Union {
    pub fn members(&self) -> Vec<Value> {
        self.args
            .downcast::<Tuple>()
            .map(|t| t.items().to_vec())
            .unwrap_or_default()
    }
}

fn union_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let union = args.this::<Union>(vm, 0)?;
    let mut out = Vec::new();
    for (i, member) in union.members().iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b" | ");
        }
        if member.as_obj() == Some(vm.types.none.obj()) {
            out.extend_from_slice(b"None");
        } else {
            push_type(vm, &mut out, member)?;
        }
    }
    Ok(vm.new_text(out))
}

fn union_hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let union = args.this::<Union>(vm, 0)?;
    let members = new_set(vm, &union.args)?;
    let hashes: Vec<i64> = members.snapshot().iter().map(|(h, _)| *h).collect();
    Ok(crate::numeric::hash::frozenset(hashes).into())
}

fn union_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let (a, b) = (
        args[0].downcast::<Union>().cloned(),
        args[1].downcast::<Union>().cloned(),
    );
    let (Some(a), Some(b), CompareOp::Eq | CompareOp::Ne) = (a, b, op) else {
        return Ok(Value::NotImplemented);
    };
    let (a, b) = (new_set(vm, &a.args)?, new_set(vm, &b.args)?);
    let equal = vm.eq(&a.into(), &b.into())?;
    Ok(Value::Bool(equal == (op == CompareOp::Eq)))
}

fn union_parameters(vm: &mut Vm, this: &Value) -> Result<Value> {
    let union = union_of(vm, this)?;
    let found = parameters::collect(vm, &union.members())?;
    Ok(vm.new_tuple(found).into())
}

fn union_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let union = args.this::<Union>(vm, 0)?;
    let members = parameters::substitute(vm, &args[0], &union.members(), &args[1])?;
    let mut result = Value::Unbound;
    for member in members {
        result = match result {
            Value::Unbound => member,
            sofar => vm.binary(BinaryOp::BitOr, &sofar, &member)?,
        };
    }
    Ok(result)
}
