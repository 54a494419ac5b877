//! Type parameters: the intrinsics call functions of the module `_typing`, written in the language.

use crate::bytecode::op::{Intrinsic1, Intrinsic2};
use crate::objects::native::Keywords;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// Numbers of the kinds of type parameters, as `_typing._parameter` takes them.
const TYPE_VAR: i64 = 0;
const PARAM_SPEC: i64 = 1;
const TYPE_VAR_TUPLE: i64 = 2;

impl Vm {
    pub(crate) fn intrinsic1(&mut self, which: u16, value: Value) -> Result<Value> {
        match Intrinsic1::from_number(which) {
            Some(Intrinsic1::TypeVar) => {
                self.type_parameter(TYPE_VAR, value, Value::None, Value::None)
            }
            Some(Intrinsic1::ParamSpec) => {
                self.type_parameter(PARAM_SPEC, value, Value::None, Value::None)
            }
            Some(Intrinsic1::TypeVarTuple) => {
                self.type_parameter(TYPE_VAR_TUPLE, value, Value::None, Value::None)
            }
            Some(Intrinsic1::SubscriptGeneric) => self.call_typing("_subscript_generic", &[value]),
            Some(Intrinsic1::TypeAlias) => {
                let module = self.running_module();
                self.call_typing("_type_alias", &[module, value])
            }
            Some(Intrinsic1::Reserved) | None => Err(self.system_error("unknown intrinsic")),
        }
    }

    pub(crate) fn intrinsic2(&mut self, which: u16, window: Vec<Value>) -> Result<Value> {
        let mut window = window.into_iter();
        let (Some(first), Some(second)) = (window.next(), window.next()) else {
            return Err(self.system_error("an intrinsic lacks an operand"));
        };
        match Intrinsic2::from_number(which) {
            Some(Intrinsic2::TypeVarWithBound) => {
                self.type_parameter(TYPE_VAR, first, second, Value::None)
            }
            Some(Intrinsic2::TypeVarWithConstraints) => {
                self.type_parameter(TYPE_VAR, first, Value::None, second)
            }
            Some(Intrinsic2::SetTypeParamDefault) => {
                self.call_typing("_set_default", &[first, second])
            }
            None => Err(self.system_error("unknown intrinsic")),
        }
    }

    fn type_parameter(
        &mut self,
        kind: i64,
        name: Value,
        bound: Value,
        constraints: Value,
    ) -> Result<Value> {
        let module = self.running_module();
        self.call_typing(
            "_parameter",
            &[module, Value::Int(kind), name, bound, constraints],
        )
    }

    fn call_typing(&mut self, function: &str, args: &[Value]) -> Result<Value> {
        let module = self.import_module("_typing")?;
        let function = self.get_attr_str(&module, function)?;
        self.call_with(&function, args, Keywords::default())
    }

    /// `__name__` of the module whose code runs.
    fn running_module(&mut self) -> Value {
        let name = self.intern("__name__");
        self.current_globals()
            .and_then(|globals| globals.get_str(&name))
            .unwrap_or(Value::None)
    }
}
