//! The module `_abc`: what abstract base classes remember, and their answers to `isinstance` and
//! `issubclass`. The metaclass itself is in `stdlib/abc.apy`.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use super::NativeModule;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::list::Tuple;
use crate::objects::module::Module;
use crate::objects::native::{Args, function};
use crate::objects::str::Str;
use crate::objects::typeobj::{Type, type_flags};
use crate::objects::types::{NO_NEW, TypeDef};
use crate::objects::value::Value;
use crate::objects::weakref::WeakRef;
use crate::payload;
use crate::vm::{Result, Vm};

pub static ABC: NativeModule = NativeModule {
    name: "_abc",
    doc: "What abc.ABCMeta is made with.",
    functions: &[
        function(
            "get_cache_token",
            "($module, /)",
            get_cache_token,
            "A token that changes with every registration on any ABC.",
        ),
        function(
            "_abc_init",
            "($module, self, /)",
            abc_init,
            "Prepare a new ABC.",
        ),
        function(
            "_abc_register",
            "($module, self, subclass, /)",
            abc_register,
            "Make a class a virtual subclass.",
        ),
        function(
            "_abc_instancecheck",
            "($module, self, instance, /)",
            abc_instancecheck,
            "Whether an object is an instance.",
        ),
        function(
            "_abc_subclasscheck",
            "($module, self, subclass, /)",
            abc_subclasscheck,
            "Whether a class is a subclass.",
        ),
        function(
            "_abstract_names",
            "($module, self, /)",
            abstract_names,
            "The abstract methods of a class.",
        ),
        function(
            "_get_dump",
            "($module, self, /)",
            get_dump,
            "Registry, caches and version, for debugging.",
        ),
        function(
            "_reset_registry",
            "($module, self, /)",
            reset_registry,
            "Forget the virtual subclasses.",
        ),
        function(
            "_reset_caches",
            "($module, self, /)",
            reset_caches,
            "Forget the answers.",
        ),
    ],
    init,
};

/// `__abc_tpflags__` of what patterns take as sequences and mappings.
const SEQUENCE: i64 = 1 << 5;
const MAPPING: i64 = 1 << 6;

/// Counts registrations: negative answers older than the last one are void.
#[derive(Default)]
struct Registrations(Cell<i64>);

/// Classes held weakly, by address.
#[derive(Default)]
struct ClassSet(RefCell<HashMap<usize, Gc<WeakRef>>>);

impl ClassSet {
    fn contains(&self, class: &Value) -> bool {
        let Value::Obj(obj) = class else { return false };
        let mut all = self.0.borrow_mut();
        match all.get(&obj.addr()) {
            Some(known) if !known.is_dead() => true,
            Some(_) => {
                all.remove(&obj.addr());
                false
            }
            None => false,
        }
    }

    fn add(&self, vm: &mut Vm, class: &Value) -> Result<()> {
        let Value::Obj(obj) = class else {
            return Ok(());
        };
        let ty = vm.types.weakref.clone();
        let weakref = vm.new_weakref(&ty, class, Value::None)?;
        let old = self.0.borrow_mut().insert(obj.addr(), weakref);
        drop(old);
        Ok(())
    }

    fn clear(&self) {
        drop(self.0.take());
    }

    fn classes(&self) -> Vec<Value> {
        self.0
            .borrow()
            .values()
            .filter_map(|w| w.get())
            .map(Value::from)
            .collect()
    }

    fn weakrefs(&self) -> Vec<Value> {
        self.0.borrow().values().map(Gc::value).collect()
    }
}

/// What an ABC remembers.
#[derive(Default)]
struct AbcData {
    registry: ClassSet,
    positive: ClassSet,
    negative: ClassSet,
    version: Cell<i64>,
}
payload!(AbcData, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for set in [&self.registry, &self.positive, &self.negative] {
            set.0.borrow().values().for_each(|w| visit(w.obj()));
        }
    }
});

static ABC_DATA: TypeDef = TypeDef {
    name: "_abc._abc_data",
    flags: NO_NEW,
    ..TypeDef::EMPTY
};

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let ty = vm.module_type::<AbcData>(&ABC_DATA, None).value();
    vm.set_in(module, "_abc_data", ty);
    Ok(())
}

fn data_of(vm: &mut Vm, class: &Value) -> Result<Gc<AbcData>> {
    let data = vm.get_attr_str(class, "_abc_impl")?;
    match data.downcast::<AbcData>() {
        Some(data) => Ok(data.clone()),
        None => Err(vm.type_error("_abc_impl is set to a wrong type")),
    }
}

fn registrations(vm: &mut Vm) -> i64 {
    vm.module_state::<Registrations>().0.get()
}

fn get_cache_token(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::Int(registrations(vm)))
}

// ---- making ----------------------------------------------------------------------------------

fn abc_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let names = find_abstract_names(vm, &args[0])?;
    let key = vm.names.__abstractmethods__.clone();
    vm.set_attr(&args[0], &key, &names)?;
    let data = AbcData {
        version: Cell::new(registrations(vm)),
        ..AbcData::default()
    };
    let ty = vm.module_type::<AbcData>(&ABC_DATA, None);
    let data = vm.heap.alloc(&ty, data).into();
    let key = vm.intern("_abc_impl");
    vm.set_attr(&args[0], &key, &data)?;
    if let Some(class) = args[0].downcast::<Type>().cloned() {
        take_flags(vm, &class)?;
    }
    Ok(Value::None)
}

/// `__abc_tpflags__` in the namespace says whether patterns take instances as sequences or mappings.
fn take_flags(vm: &mut Vm, class: &Gc<Type>) -> Result<()> {
    let key = vm.intern("__abc_tpflags__");
    let Some(Value::Int(flags)) = class.dict().get_str(&key) else {
        return Ok(());
    };
    let kinds = flags & (SEQUENCE | MAPPING);
    if kinds == SEQUENCE | MAPPING {
        return Err(vm.type_error(
            "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
        ));
    }
    class.set_flag(type_flags::SEQUENCE, kinds == SEQUENCE);
    class.set_flag(type_flags::MAPPING, kinds == MAPPING);
    class.del_attr(&key);
    Ok(())
}

fn abstract_names(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    find_abstract_names(vm, &args[0])
}

/// A frozenset: of the namespace what is abstract, and what is still abstract of the bases.
fn find_abstract_names(vm: &mut Vm, class: &Value) -> Result<Value> {
    let mut names = Vec::new();
    let key = vm.names.__dict__.clone();
    let namespace = vm.get_attr(class, &key)?;
    let items = vm.call_method(&namespace, "items", &[])?;
    for pair in vm.collect(&items)? {
        if let Some([name, value]) = pair.downcast::<Tuple>().map(|p| p.items())
            && vm.is_abstract_method(&value.clone())?
        {
            names.push(name.clone());
        }
    }
    let key = vm.names.__bases__.clone();
    let bases = vm.get_attr(class, &key)?;
    let key = vm.names.__abstractmethods__.clone();
    for base in vm.collect(&bases)? {
        let Some(inherited) = vm.get_attr_opt(&base, &key)? else {
            continue;
        };
        for name in vm.collect(&inherited)? {
            let Some(text) = name.downcast::<Str>() else {
                continue;
            };
            let text = vm.heap.intern(text);
            if let Some(value) = vm.get_attr_opt(class, &text)?
                && vm.is_abstract_method(&value)?
            {
                names.push(name);
            }
        }
    }
    let names = vm.new_list(names).into();
    let frozenset = vm.types.frozenset.value();
    vm.call(&frozenset, &[names])
}

fn abc_register(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (class, subclass) = (&args[0], &args[1]);
    let Some(sub) = subclass.downcast::<Type>().cloned() else {
        return Err(vm.type_error("Can only register classes"));
    };
    if vm.issubclass(subclass, class)? {
        return Ok(subclass.clone());
    }
    if vm.issubclass(class, subclass)? {
        return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
    }
    let data = data_of(vm, class)?;
    data.registry.add(vm, subclass)?;
    let counter = vm.module_state::<Registrations>();
    counter.0.set(counter.0.get() + 1);
    if let Some(ty) = class.downcast::<Type>() {
        let kinds = ty.flags() & (type_flags::SEQUENCE | type_flags::MAPPING);
        if kinds != 0 {
            set_kind(&sub, kinds);
        }
    }
    Ok(subclass.clone())
}

fn set_kind(class: &Gc<Type>, kind: u32) {
    let kinds = type_flags::SEQUENCE | type_flags::MAPPING;
    if !class.is_heap_type() || class.flags() & kinds == kind {
        return;
    }
    class.set_flag(kinds, false);
    class.set_flag(kind, true);
    class.subclasses().iter().for_each(|c| set_kind(c, kind));
}

// ---- asking ----------------------------------------------------------------------------------

fn abc_instancecheck(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let data = data_of(vm, &args[0])?;
    let key = vm.names.__class__.clone();
    let subclass = vm.get_attr(&args[1], &key)?;
    if data.positive.contains(&subclass) {
        return Ok(Value::TRUE);
    }
    let subtype = vm.type_of(&args[1]).value();
    if subtype.is_same(&subclass) {
        if data.version.get() == registrations(vm) && data.negative.contains(&subclass) {
            return Ok(Value::FALSE);
        }
        return vm.call_method(&args[0], "__subclasscheck__", &[subclass]);
    }
    let answer = vm.call_method(&args[0], "__subclasscheck__", &[subclass])?;
    if vm.truth(&answer)? {
        return Ok(answer);
    }
    vm.call_method(&args[0], "__subclasscheck__", &[subtype])
}

fn abc_subclasscheck(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (class, subclass) = (&args[0], &args[1]);
    let Some(sub) = subclass.downcast::<Type>().cloned() else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let data = data_of(vm, class)?;
    if data.positive.contains(subclass) {
        return Ok(Value::TRUE);
    }
    let now = registrations(vm);
    if data.version.get() < now {
        data.negative.clear();
        data.version.set(now);
    } else if data.negative.contains(subclass) {
        return Ok(Value::FALSE);
    }
    let hook = vm.call_method(class, "__subclasshook__", std::slice::from_ref(subclass))?;
    let answer = match hook {
        Value::Bool(answer) => answer,
        Value::NotImplemented => is_virtual_subclass(vm, class, subclass, &sub, &data)?,
        _ => {
            return Err(vm.assertion_error(
                "__subclasshook__ must return either False, True, or NotImplemented",
            ));
        }
    };
    let answers = if answer {
        &data.positive
    } else {
        &data.negative
    };
    answers.add(vm, subclass)?;
    Ok(Value::Bool(answer))
}

fn is_virtual_subclass(
    vm: &mut Vm,
    class: &Value,
    subclass: &Value,
    sub: &Gc<Type>,
    data: &Gc<AbcData>,
) -> Result<bool> {
    if class.downcast::<Type>().is_some_and(|c| sub.is_subtype(c)) {
        return Ok(true);
    }
    for registered in data.registry.classes() {
        if vm.issubclass(subclass, &registered)? {
            return Ok(true);
        }
    }
    let children = vm.call_method(class, "__subclasses__", &[])?;
    for child in vm.collect(&children)? {
        if vm.issubclass(subclass, &child)? {
            return Ok(true);
        }
    }
    Ok(false)
}

// ---- for debugging ---------------------------------------------------------------------------

fn get_dump(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let data = data_of(vm, &args[0])?;
    let class = vm.types.set.value();
    let mut parts = Vec::new();
    for set in [&data.registry, &data.positive, &data.negative] {
        let items = vm.new_list(set.weakrefs()).into();
        parts.push(vm.call(&class, &[items])?);
    }
    parts.push(Value::Int(data.version.get()));
    Ok(vm.new_tuple(parts).into())
}

fn reset_registry(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    data_of(vm, &args[0])?.registry.clear();
    Ok(Value::None)
}

fn reset_caches(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let data = data_of(vm, &args[0])?;
    data.positive.clear();
    data.negative.clear();
    Ok(Value::None)
}
