//! Modules written in Rust: the table of them, one line each, and where their types and state live.
//!
//! A module's file gives an `init` that fills its namespace; it runs when the module is first
//! imported. Modules written in the language itself are in `stdlib/`.

pub mod abc;
pub mod asyncio;
pub mod builtins;
pub mod builtins_iter;
pub mod cmath;
pub mod collections;
pub mod contextvars;
pub mod decimal;
pub mod embedded;
pub mod errno;
pub mod functools;
pub mod gc;
pub mod itertools;
pub mod math;
pub mod number_builtins;
pub mod operator;
pub mod random;
pub mod signal;
pub mod sorted_lists;
pub mod structure;
pub mod sys;
pub mod time;
pub mod weakref;

use std::any::{Any, TypeId};
use std::rc::Rc;

use crate::objects::header::{Gc, Payload};
use crate::objects::module::Module;
use crate::objects::native::NativeDef;
use crate::objects::typeobj::Type;
use crate::objects::types::TypeDef;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// A module written in Rust.
pub struct NativeModule {
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [NativeDef],
    /// Adds what is not a function: types, constants.
    pub init: fn(&mut Vm, &Gc<Module>) -> Result<()>,
}

/// The modules written in Rust.
pub static MODULES: &[&NativeModule] = &[
    &asyncio::ASYNCIO,
    &contextvars::CONTEXTVARS,
    &contextvars::CONTEXTVARS_PRIVATE,
    &signal::SIGNAL,
    &abc::ABC,
    &cmath::CMATH,
    &collections::COLLECTIONS,
    &decimal::DECIMAL,
    &errno::ERRNO,
    &functools::FUNCTOOLS,
    &itertools::ITERTOOLS,
    &gc::GC,
    &math::MATH,
    &operator::OPERATOR,
    &sorted_lists::BISECT,
    &sorted_lists::HEAPQ,
    &random::RANDOM,
    &structure::STRUCT,
    &sys::SYS,
    &time::TIME,
    &weakref::WEAKREF,
];

/// The builtin functions, by the files that hold them.
pub static BUILTIN_FUNCTIONS: &[&[NativeDef]] = &[
    builtins::dynamic::FUNCTIONS,
    number_builtins::FUNCTIONS,
    builtins_iter::FUNCTIONS,
    builtins::text::FUNCTIONS,
    builtins::attributes::FUNCTIONS,
    builtins::classes::FUNCTIONS,
    builtins::output::FUNCTIONS,
];

/// Nothing to add.
pub fn no_init(_vm: &mut Vm, _module: &Gc<Module>) -> Result<()> {
    Ok(())
}

impl Vm {
    /// The type object of a native type outside the table of builtin types; made when first asked for.
    /// `base` is `object` when `None`.
    pub fn module_type<T: Payload>(
        &mut self,
        def: &'static TypeDef,
        base: Option<&Gc<Type>>,
    ) -> Gc<Type> {
        let key = std::ptr::from_ref(def) as usize;
        if let Some(ty) = self.module_types.get(&key) {
            return ty.clone();
        }
        let object = self.types.object.clone();
        let ty = self.new_type::<T>(base.unwrap_or(&object), def);
        self.module_types.insert(key, ty.clone());
        ty
    }

    /// The isolate's one `T`: state that a module keeps in Rust. Made by default when first asked for.
    /// It must not hold script values that could form cycles.
    pub fn module_state<T: Default + Any>(&mut self) -> Rc<T> {
        let entry = self
            .module_state
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Rc::new(T::default()));
        match entry.clone().downcast::<T>() {
            Ok(state) => state,
            Err(_) => unreachable!("the key is the type"),
        }
    }

    /// Makes a module's object from its row.
    pub fn make_native_module(&mut self, row: &'static NativeModule) -> Result<Gc<Module>> {
        let dict = self.new_dict();
        let module = self
            .heap
            .alloc(&self.types.module, Module { dict: dict.clone() });
        let name = self.intern(row.name);
        let doc = self.new_str(row.doc);
        self.set_in(&module, "__name__", name.value());
        self.set_in(&module, "__doc__", doc);
        self.set_in(&module, "__package__", Value::None);
        self.set_in(&module, "__loader__", Value::None);
        self.set_in(&module, "__spec__", Value::None);
        for def in row.functions {
            let func = self.new_native(def, row.name);
            self.set_in(&module, def.name, func);
        }
        (row.init)(self, &module)?;
        Ok(module)
    }

    /// Sets a name in a module's namespace.
    pub fn set_in(&mut self, module: &Gc<Module>, name: &str, value: Value) {
        let name = self.intern(name);
        module.dict.set_str(&name, value, &self.heap);
    }
}
