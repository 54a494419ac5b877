//! Making exceptions: one constructor for each class that natives raise.

use crate::objects::exceptions::{Exc, Exception, field_count};
use crate::objects::header::Gc;
use crate::objects::str::Str;
use crate::objects::typeobj::Type;
use crate::objects::value::Value;

use super::Vm;

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $class:ident;)+) => {
        impl Vm { $(
            $(#[$doc])*
            #[cold]
            pub fn $name(&mut self, message: impl Into<Str>) -> Exc {
                let class = self.exc.$class.clone();
                self.error(&class, message)
            }
        )+ }
    };
}

constructors! {
    type_error => TypeError;
    value_error => ValueError;
    index_error => IndexError;
    runtime_error => RuntimeError;
    system_error => SystemError;
    overflow_error => OverflowError;
    zero_division_error => ZeroDivisionError;
    memory_error => MemoryError;
    recursion_error => RecursionError;
    lookup_error => LookupError;
    buffer_error => BufferError;
    eof_error => EOFError;
    not_implemented_error => NotImplementedError;
    reference_error => ReferenceError;
    assertion_error => AssertionError;
    arithmetic_error => ArithmeticError;
}

impl Vm {
    /// A new exception of a builtin class with a message.
    #[cold]
    pub fn error(&mut self, class: &Gc<Type>, message: impl Into<Str>) -> Exc {
        let message = self.heap.new_str(message).into();
        self.error_with(class, vec![message])
    }

    /// A new exception of a builtin class with the given `args`. Runs no script code; attributes
    /// that the class has of its own are set from `args` as its constructor would.
    #[cold]
    pub fn error_with(&mut self, class: &Gc<Type>, args: Vec<Value>) -> Exc {
        let fields = field_count(&class.name());
        let first = args.first().cloned().unwrap_or(Value::None);
        let args = self.new_tuple(args).into();
        let exc = self.heap.alloc(class, Exception::new(args, fields));
        if class.is_subtype(&self.exc.StopIteration)
            || class.is_subtype(&self.exc.SystemExit)
            || class.is_subtype(&self.exc.ImportError)
        {
            exc.set_field(0, first);
        }
        Exc(exc)
    }

    /// `KeyError(key)`
    #[cold]
    pub fn key_error(&mut self, key: Value) -> Exc {
        let class = self.exc.KeyError.clone();
        self.error_with(&class, vec![key])
    }

    /// `StopIteration(value)`; without an argument for `None`.
    pub fn stop_iteration(&mut self, value: Value) -> Exc {
        let class = self.exc.StopIteration.clone();
        let args = if value.is_none() { vec![] } else { vec![value] };
        self.error_with(&class, args)
    }

    /// `AttributeError` with its `name` and `obj` set.
    #[cold]
    pub fn attribute_error(&mut self, message: impl Into<Str>, name: &Gc<Str>, obj: &Value) -> Exc {
        let class = self.exc.AttributeError.clone();
        let exc = self.error(&class, message);
        exc.0.set_field(0, name.value());
        exc.0.set_field(1, obj.clone());
        exc
    }

    /// `NameError` with its `name` set.
    #[cold]
    pub fn name_error(&mut self, name: &Gc<Str>) -> Exc {
        let class = self.exc.NameError.clone();
        let exc = self.error(&class, format!("name '{}' is not defined", name.lossy()));
        exc.0.set_field(0, name.value());
        exc
    }

    /// `UnboundLocalError` of a local name; its `name` stays unset.
    #[cold]
    pub fn unbound_local_error(&mut self, name: &str) -> Exc {
        let class = self.exc.UnboundLocalError.clone();
        let message = format!(
            "cannot access local variable '{name}' where it is not associated with a value"
        );
        self.error(&class, message)
    }

    /// `NameError` of an empty free variable.
    #[cold]
    pub fn unbound_free_error(&mut self, name: &str) -> Exc {
        let class = self.exc.NameError.clone();
        let message = format!(
            "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
        );
        let exc = self.error(&class, message);
        let name = self.heap.new_str(name).into();
        exc.0.set_field(0, name);
        exc
    }

    /// `ImportError` or `ModuleNotFoundError` with its `name` set.
    #[cold]
    pub fn import_error(
        &mut self,
        not_found: bool,
        message: String,
        name: &str,
        path: Value,
    ) -> Exc {
        let class = if not_found {
            &self.exc.ModuleNotFoundError
        } else {
            &self.exc.ImportError
        }
        .clone();
        let exc = self.error(&class, message);
        let name = self.heap.new_str(name).into();
        exc.0.set_field(1, name);
        exc.0.set_field(2, path);
        exc
    }
}
