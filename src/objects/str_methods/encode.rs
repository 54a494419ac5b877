//! `str.encode`.

use super::{str_arg, this};
use crate::objects::native::Args;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub fn encode(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let s = this(vm, args)?;
    let mut given = [None, None];
    for (i, name) in ["encoding", "errors"].into_iter().enumerate() {
        if args[i + 1].given().is_some() {
            given[i] = Some(str_arg(
                vm,
                args,
                i + 1,
                &format!("encode() argument '{name}'"),
            )?);
        }
    }
    let [encoding, errors] = given;
    vm.encode(&s, encoding.as_ref(), errors.as_ref())
}
