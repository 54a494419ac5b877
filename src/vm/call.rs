//! Calls from natives.

use crate::objects::function::BoundMethod;
use crate::objects::names::Slot;
use crate::objects::native::{Keywords, Native, NativeKind};
use crate::objects::value::Value;

use super::{Result, Vm};

impl Vm {
    /// `func(*args, **kw)`
    pub fn call_with(&mut self, func: &Value, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
        if let Value::Obj(obj) = func {
            if let Some(native) = obj.downcast::<Native>() {
                let native = native.clone();
                return self.call_native(&native, args, kw);
            }
            if let Some(method) = obj.downcast::<BoundMethod>() {
                let method = method.clone();
                let mut all = Vec::with_capacity(args.len() + 1);
                all.push(method.this.clone());
                all.extend(args.iter().cloned());
                return self.call_with(&method.func, &all, kw);
            }
        }
        match self.type_of(func).slot(Slot::Call) {
            Some(call) => {
                let bound = self.bind_descriptor(&call, func)?;
                self.call_with(&bound, args, kw)
            }
            None => {
                let name = self.type_name(func);
                Err(self.type_error(format!("'{name}' object is not callable")))
            }
        }
    }

    /// Calls a native function, bound or not.
    pub fn call_native(
        &mut self,
        native: &Native,
        args: &[Value],
        kw: Keywords<'_>,
    ) -> Result<Value> {
        if !native.bound.is_unbound() && native.def.kind != NativeKind::New {
            let mut all: smallvec::SmallVec<[Value; 6]> =
                smallvec::SmallVec::with_capacity(args.len() + 1);
            all.push(native.bound.clone());
            all.extend(args.iter().cloned());
            return native.call(self, &all, kw);
        }
        native.call(self, args, kw)
    }
}
