//! Building a new isolate: heap, types, exceptions, builtins. And taking one down.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use crate::objects::exceptions::{ExcTypes, Exception, field_count};
use crate::objects::function::StaticMethod;
use crate::objects::header::{Gc, Payload, VTable, alloc_first_type};
use crate::objects::heap::{CoreTypes, Heap};
use crate::objects::instance::Instance;
use crate::objects::names::{Names, Slot};
use crate::objects::native::{GetSet, Native, NativeDef, NativeKind};
use crate::objects::native_types::{Member, MemberPlace};
use crate::objects::str::Str;
use crate::objects::typeobj::{Type, TypeParts, type_flags};
use crate::objects::types::{TypeDef, Types};
use crate::objects::value::Value;

use super::Vm;
use super::frame::Stack;

/// Builtin types that have a name in `builtins`.
const PUBLIC_TYPES: &[&str] = &[
    "object",
    "type",
    "int",
    "bool",
    "float",
    "complex",
    "str",
    "bytes",
    "bytearray",
    "memoryview",
    "list",
    "tuple",
    "dict",
    "set",
    "frozenset",
    "range",
    "slice",
    "property",
    "classmethod",
    "staticmethod",
    "super",
    "enumerate",
    "zip",
    "map",
    "filter",
    "reversed",
];

/// A type whose namespace is filled once all types are there.
struct Unfilled {
    ty: Gc<Type>,
    def: &'static TypeDef,
}

/// Splits `"collections.deque"` into module and name.
fn split_name(name: &'static str) -> (&'static str, &'static str) {
    name.rsplit_once('.').unwrap_or(("builtins", name))
}

fn make_type(
    heap: &Heap,
    meta: &Gc<Type>,
    layout: &'static VTable,
    base: &Gc<Type>,
    name: &str,
    (flags, slots): (u32, usize),
) -> Gc<Type> {
    let mut mro = vec![base.clone()];
    mro.extend(base.mro_rest());
    let inherited = base.flags()
        & (type_flags::DICT
            | type_flags::WEAKREF
            | type_flags::SEQUENCE
            | type_flags::MAPPING
            | type_flags::MATCH_SELF);
    let parts = TypeParts {
        name: name.into(),
        qualname: heap.new_str(name).into(),
        bases: vec![base.clone()],
        mro,
        dict: heap.new_dict(),
        layout,
        flags: flags | inherited,
        n_slots: base.n_slots() + slots,
    };
    let ty = heap.alloc(meta, Type::new(heap, parts));
    ty.join_bases();
    ty
}

/// The first four types, which everything else is made with.
fn core_types(heap: &Heap) -> (Gc<Type>, Gc<Type>, Gc<Type>, Gc<Type>) {
    let type_ = alloc_first_type(
        Type::bare(
            heap,
            "type",
            Type::vtable(),
            type_flags::BASE | type_flags::WEAKREF,
        ),
        None,
    );
    heap.adopt(type_.obj());
    let object = heap.alloc(
        &type_,
        Type::bare(heap, "object", Instance::vtable(), type_flags::BASE),
    );
    let dict_flags = crate::objects::dict_methods::DICT.flags;
    let dict_layout = crate::objects::dict::Dict::vtable();
    let dict = heap.alloc(&type_, Type::bare(heap, "dict", dict_layout, dict_flags));
    let str_flags = crate::objects::str_methods::STR.flags;
    let str_ = heap.alloc(&type_, Type::bare(heap, "str", Str::vtable(), str_flags));
    heap.set_core(Some(CoreTypes {
        str: str_.clone(),
        dict: dict.clone(),
        slot_names: Vec::new(),
    }));
    let slot_names = Slot::ALL
        .iter()
        .map(|s| heap.intern_str(s.text()))
        .collect();
    heap.set_core(Some(CoreTypes {
        str: str_.clone(),
        dict: dict.clone(),
        slot_names,
    }));
    object.complete(heap.new_dict(), vec![], vec![]);
    for ty in [&type_, &dict, &str_] {
        ty.complete(heap.new_dict(), vec![object.clone()], vec![object.clone()]);
    }
    for ty in [&object, &type_, &dict, &str_] {
        *ty.qualname.borrow_mut() = heap.new_str(&*ty.name()).into();
    }
    (object, type_, dict, str_)
}

impl Default for Vm {
    fn default() -> Vm {
        Vm::new()
    }
}

impl Vm {
    /// A new isolate with nothing but the builtins.
    pub fn new() -> Vm {
        let heap = Box::<Heap>::default();
        let (object, type_, dict, str_) = core_types(&heap);
        let mut unfilled = vec![
            Unfilled {
                ty: object.clone(),
                def: &crate::objects::object_type::OBJECT,
            },
            Unfilled {
                ty: type_.clone(),
                def: &crate::objects::type_type::TYPE,
            },
            Unfilled {
                ty: dict.clone(),
                def: &crate::objects::dict_methods::DICT,
            },
            Unfilled {
                ty: str_.clone(),
                def: &crate::objects::str_methods::STR,
            },
        ];
        let types = Types::build(
            object.clone(),
            type_.clone(),
            dict,
            str_,
            |layout, base, def| {
                let ty = make_type(
                    &heap,
                    &type_,
                    layout,
                    base,
                    split_name(def.name).1,
                    (def.flags, def.slots),
                );
                unfilled.push(Unfilled {
                    ty: ty.clone(),
                    def,
                });
                ty
            },
        );
        let flags = type_flags::BASE | type_flags::DICT;
        let base_exception = make_type(
            &heap,
            &type_,
            Exception::vtable(),
            &object,
            "BaseException",
            (flags, 0),
        );
        unfilled.push(Unfilled {
            ty: base_exception.clone(),
            def: &crate::objects::exception_methods::BASE_EXCEPTION,
        });
        let mut fields = Vec::new();
        let exc = ExcTypes::build(base_exception, |name, base, own, doc| {
            let ty = make_type(&heap, &type_, Exception::vtable(), base, name, (flags, 0));
            fields.push((ty.clone(), own, doc));
            ty
        });
        let group_bases = vec![exc.BaseExceptionGroup.clone(), exc.Exception.clone()];
        let mut group_mro = group_bases.clone();
        group_mro.extend(exc.Exception.mro_rest());
        exc.ExceptionGroup.set_bases(group_bases, group_mro);
        let names = Names::new(&heap);
        let builtins = heap.new_dict();
        let modules = heap.new_dict();
        let path = heap.alloc(&types.list, crate::objects::list::List::default());
        let attention = heap.attention().clone();
        let mut vm = Vm {
            types,
            exc,
            names,
            builtins,
            modules,
            optimize: 0,
            suspender: None,
            path,
            initializing: Vec::new(),
            stack: Stack::default(),
            frame: std::ptr::null_mut(),
            depth: 0,
            recursion_limit: 1000,
            repr_active: Vec::new(),
            stack_limit: Cell::new(0),
            attention,
            pending_raise: None,
            reraising: false,
            thrown_args: Vec::new(),
            delegate_result: Value::Unbound,
            async_yielded: false,
            asyncgen_hooks: (Value::None, Value::None),
            apy_globals: HashSet::new(),
            module_types: HashMap::new(),
            asyncs: crate::event_loop::AsyncState::default(),
            module_state: HashMap::new(),
            heap,
        };
        for Unfilled { ty, def } in &unfilled {
            vm.fill_type(ty, def);
        }
        for (ty, own, doc) in fields {
            vm.fill_exception(&ty, own, doc);
        }
        vm.fill_builtins();
        vm
    }

    /// Puts a definition's methods and attributes into the type's namespace.
    pub fn fill_type(&mut self, ty: &Gc<Type>, def: &'static TypeDef) {
        let (module, _) = split_name(def.name);
        if module != "builtins" {
            ty.set_module_prefix(module);
            let module = self.heap.new_str(module).into();
            self.put(ty, "__module__", module);
        }
        let has = |name: &str| def.methods.iter().any(|m| m.name == name);
        for row in def.methods {
            let value = self.native_attribute(ty, row);
            self.put(ty, row.name, value);
        }
        // Comparisons come as one: what a type leaves out it shares with `object`.
        if has("__eq__") || has("__lt__") || def.name == "object" {
            let rest = crate::objects::object_type::COMPARISONS;
            for row in rest.iter().filter(|row| !has(row.name)) {
                let value = self.native_attribute(ty, row);
                self.put(ty, row.name, value);
            }
        }
        ty.next.set(def.next);
        ty.call.set(def.call);
        for row in def.getsets {
            let kind = if row.is_member {
                &self.types.member_descriptor
            } else {
                &self.types.getset_descriptor
            };
            let getset = self.heap.alloc(
                kind,
                GetSet {
                    def: row,
                    owner: ty.clone(),
                },
            );
            self.put(ty, row.name, getset.into());
        }
        if !def.getsets.iter().any(|row| row.name == "__doc__") {
            let doc = match def.doc {
                "" => Value::None,
                doc => self.heap.new_str(doc).into(),
            };
            self.put(ty, "__doc__", doc);
        }
        // A type that defines equality without a hash is unhashable (data model, `__hash__`).
        if has("__eq__") && !has("__hash__") {
            self.put(ty, "__hash__", Value::None);
        }
        ty.changed();
    }

    fn put(&mut self, ty: &Gc<Type>, name: &str, value: Value) {
        let name = self.heap.intern_str(name);
        ty.dict().set_str(&name, value, &self.heap);
    }

    /// The object that stands for a native method in its type's namespace.
    fn native_attribute(&mut self, ty: &Gc<Type>, def: &'static NativeDef) -> Value {
        let mut native = Native::new(def);
        native.owner = Some(ty.clone());
        let t = &self.types;
        native.wrapper = def.kind == NativeKind::Method
            && crate::objects::native_types::is_slot_wrapper(&ty.name(), def.name);
        let kind = match def.kind {
            NativeKind::Method if native.wrapper => &t.wrapper_descriptor,
            NativeKind::Method => &t.method_descriptor,
            NativeKind::ClassMethod => &t.classmethod_descriptor,
            NativeKind::New => {
                native.bound = ty.value();
                &t.builtin_function
            }
            NativeKind::StaticMethod | NativeKind::Function => {
                let func = self.heap.alloc(&t.builtin_function, native);
                return self
                    .heap
                    .alloc(
                        &t.staticmethod,
                        StaticMethod {
                            func: Value::from(func).into(),
                        },
                    )
                    .into();
            }
        };
        self.heap.alloc(kind, native).into()
    }

    fn fill_exception(&mut self, ty: &Gc<Type>, own: &'static [&'static str], doc: &'static str) {
        let doc: Value = self.heap.new_str(doc).into();
        let inherited = field_count(&ty.name()) - own.len();
        for (i, field) in own.iter().enumerate() {
            let name = self.heap.intern_str(field);
            let place = MemberPlace::Field(inherited + i);
            let member = Member {
                name: name.clone(),
                owner: ty.clone(),
                place,
            };
            let member = self.heap.alloc(&self.types.member_descriptor, member);
            self.put(ty, field, member.into());
        }
        if ty.name().as_ref() == "CancelledError" {
            let module = self.heap.new_str("asyncio.exceptions").into();
            self.put(ty, "__module__", module);
        }
        if let Some(def) = crate::objects::exception_methods::own_methods(&ty.name()) {
            self.fill_type(ty, def);
        }
        self.put(ty, "__doc__", doc);
        ty.changed();
    }

    fn fill_builtins(&mut self) {
        let build_class =
            self.new_native(&crate::objects::class_statement::BUILD_CLASS, "builtins");
        let name = self.intern("__build_class__");
        self.builtins.set_str(&name, build_class, &self.heap);
        // A namespace without a name of its own, as `exec` may be given, takes that of the builtins.
        let own_name = self.intern("builtins").value();
        let key = self.intern("__name__");
        self.builtins.set_str(&key, own_name, &self.heap);
        let mut found: Vec<(Gc<Str>, Value)> = Vec::new();
        let heap = &self.heap;
        self.types.each(|ty| {
            if PUBLIC_TYPES.contains(&&*ty.name()) {
                found.push((heap.intern_str(&ty.name()), ty.value()));
            }
        });
        self.exc.each(|name, ty| {
            if name != "CancelledError" {
                found.push((heap.intern_str(name), ty.value()));
            }
        });
        for alias in ["IOError", "EnvironmentError"] {
            found.push((heap.intern_str(alias), self.exc.OSError.value()));
        }
        for (name, value) in [
            ("None", Value::None),
            ("True", Value::TRUE),
            ("False", Value::FALSE),
            ("Ellipsis", Value::Ellipsis),
            ("NotImplemented", Value::NotImplemented),
            ("__debug__", Value::TRUE),
        ] {
            found.push((heap.intern_str(name), value));
        }
        for def in crate::modules::BUILTIN_FUNCTIONS.iter().copied().flatten() {
            let function = self.new_native(def, "builtins");
            found.push((self.heap.intern_str(def.name), function));
        }
        for (name, value) in found {
            self.builtins.set_str(&name, value, &self.heap);
        }
    }

    /// A function of a module, written in Rust.
    pub fn new_native(&mut self, def: &'static NativeDef, module: &str) -> Value {
        let mut native = Native::new(def);
        native.module = self.heap.intern_str(module).value();
        self.heap.alloc(&self.types.builtin_function, native).into()
    }

    /// A type of a module outside the table of builtin types, written in Rust.
    pub fn new_type<T: Payload>(&mut self, base: &Gc<Type>, def: &'static TypeDef) -> Gc<Type> {
        let meta = self.types.type_.clone();
        let ty = make_type(
            &self.heap,
            &meta,
            T::vtable(),
            base,
            split_name(def.name).1,
            (def.flags, def.slots),
        );
        self.fill_type(&ty, def);
        ty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_isolate_has_its_types() {
        let vm = Vm::new();
        let name = vm.intern("ValueError");
        assert!(vm.builtins.get_str(&name).is_some());
        assert!(vm.exc.KeyError.is_subtype(&vm.exc.LookupError));
        assert!(vm.types.bool.is_subtype(&vm.types.int));
    }

    #[test]
    fn a_missing_attribute_is_an_error_that_names_it() {
        let mut vm = Vm::new();
        let name = vm.intern("nope");
        let error = vm.get_attr(&Value::Int(1), &name).err();
        let args = error.map(|e| e.0.args.borrow().clone());
        let first = args.and_then(|a| {
            a.downcast::<crate::objects::list::Tuple>()?
                .items()
                .first()
                .cloned()
        });
        let text = first.and_then(|v| Some(v.downcast::<Str>()?.lossy().into_owned()));
        assert_eq!(
            text.as_deref(),
            Some("'int' object has no attribute 'nope'")
        );
    }

    #[test]
    fn a_cycle_is_collected_and_a_loose_object_goes_at_once() {
        let vm = Vm::new();
        let before = vm.heap.live();
        let list = vm.new_list(vec![]);
        list.push(list.value());
        drop(list);
        assert_eq!(vm.heap.live(), before + 1);
        vm.heap.collect();
        assert_eq!(vm.heap.live(), before);
        drop(vm.new_list(vec![vm.new_str("text")]));
        assert_eq!(vm.heap.live(), before);
    }
}
