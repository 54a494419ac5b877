//! Making a class: `type.__new__` (data model, "Customizing class creation").
//!
//! The order of the steps is visible to scripts: metaclass, bases and layout, slots, namespace, the
//! resolution order (perhaps by a `mro` of the metaclass), `__set_name__`, `__init_subclass__`.

use super::class_layout::{check_bases, linearize};
use super::dict::Dict;
use super::function::{CellObj, ClassMethod, Function, StaticMethod};
use super::header::Gc;
use super::list::Tuple;
use super::names::Slot;
use super::native::{Args, GetSet, Keywords};
use super::native_types::{Member, MemberPlace};
use super::object_type::OwnedKeywords;
use super::str::Str;
use super::typeobj::{Type, TypeParts, type_flags};
use super::value::Value;
use crate::vm::{Result, Vm};

/// `type.__new__(meta, name, bases, namespace, **keywords)`
pub fn type_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let meta = args.this::<Type>(vm, 0)?;
    let rest = args.this::<Tuple>(vm, 1)?;
    let [name, bases, namespace] = rest.items() else {
        let n = rest.len();
        return Err(vm.type_error(format!(
            "type.__new__() takes exactly 3 arguments ({n} given)"
        )));
    };
    let wrong = |vm: &mut Vm, i: usize, what: &str, value: &Value| {
        let name = vm.type_name(value);
        vm.type_error(format!(
            "type.__new__() argument {i} must be {what}, not {name}"
        ))
    };
    let Some(name) = name.downcast::<Str>().cloned() else {
        return Err(wrong(vm, 1, "str", name));
    };
    let Some(bases) = bases.downcast::<Tuple>().cloned() else {
        return Err(wrong(vm, 2, "tuple", bases));
    };
    let Some(namespace) = namespace.downcast::<Dict>().cloned() else {
        return Err(wrong(vm, 3, "dict", namespace));
    };
    let keywords = OwnedKeywords::of(&args[2]);
    refuse_mro_entries(vm, bases.items())?;
    let winner = vm.winning_metaclass(&meta, bases.items())?;
    if winner != meta && !winner.inherits_slot(Slot::New, &vm.types.type_.clone()) {
        let new = winner.slot(Slot::New).unwrap_or_default();
        let new = vm.call_get(&new, &Value::None, &winner.value())?;
        let all = [
            winner.value(),
            name.value(),
            bases.value(),
            namespace.value(),
        ];
        return vm.call_with(&new, &all, keywords.get());
    }
    let class = make_class(vm, &winner, &name, bases.items(), &namespace)?;
    set_names(vm, &class)?;
    init_subclass(vm, &class, keywords.get())?;
    Ok(class.into())
}

fn refuse_mro_entries(vm: &mut Vm, bases: &[Value]) -> Result<()> {
    let name = vm.names.__mro_entries__.clone();
    for base in bases {
        if !base.is::<Type>() && vm.get_attr_opt(base, &name)?.is_some() {
            return Err(
                vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    Ok(())
}

impl Vm {
    /// The most derived of `meta` and the metaclasses of the bases.
    pub fn winning_metaclass(&mut self, meta: &Gc<Type>, bases: &[Value]) -> Result<Gc<Type>> {
        let mut winner = meta.clone();
        for base in bases {
            let other = self.type_of(base);
            if winner.is_subtype(other) {
                continue;
            }
            if !other.is_subtype(&winner) {
                return Err(self.type_error(
                    "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
                ));
            }
            winner = other.clone();
        }
        Ok(winner)
    }
}

// ---- slots -----------------------------------------------------------------------------------

/// What `__slots__` (or its absence) asks for.
#[derive(Default)]
struct SlotPlan {
    /// Mangled and sorted.
    names: Vec<Gc<Str>>,
    add_dict: bool,
    add_weakref: bool,
}

/// Whether instances of the base have their own way to keep attributes.
fn has_dict(base: &Type) -> bool {
    base.has_flag(type_flags::DICT) || base.holds::<Type>() || base.holds::<super::module::Module>()
}

/// Whether objects are of variable size in the reference implementation: no slots, no weak references.
fn is_var_sized(base: &Type) -> bool {
    base.holds::<super::number::IntObj>()
        || base.holds::<Tuple>()
        || base.holds::<super::bytes::Bytes>()
        || base.holds::<Type>()
}

fn plan_slots(
    vm: &mut Vm,
    class_name: &Gc<Str>,
    base: &Gc<Type>,
    bases: &[Gc<Type>],
    dict: &Gc<Dict>,
) -> Result<SlotPlan> {
    let may_add_dict = !has_dict(base);
    let may_add_weakref = !base.has_flag(type_flags::WEAKREF) && !is_var_sized(base);
    let slots = dict.get_str(&vm.names.__slots__);
    let Some(slots) = slots else {
        return Ok(SlotPlan {
            names: Vec::new(),
            add_dict: may_add_dict,
            add_weakref: may_add_weakref,
        });
    };
    let items = match slots.downcast::<Str>() {
        Some(_) => vec![slots.clone()],
        None => vm.collect(&slots)?,
    };
    if !items.is_empty() && is_var_sized(base) {
        let name = base.name();
        return Err(vm.type_error(format!(
            "nonempty __slots__ not supported for subtype of '{name}'"
        )));
    }
    let mut plan = SlotPlan::default();
    for item in &items {
        add_slot(
            vm,
            &mut plan,
            item,
            class_name,
            dict,
            (may_add_dict, may_add_weakref),
        )?;
    }
    plan.names.sort_by(|a, b| a.bytes().cmp(b.bytes()));
    for other in bases.iter().filter(|t| *t != base) {
        plan.add_dict |= may_add_dict && has_dict(other);
        plan.add_weakref |= may_add_weakref && other.has_flag(type_flags::WEAKREF);
    }
    Ok(plan)
}

fn add_slot(
    vm: &mut Vm,
    plan: &mut SlotPlan,
    item: &Value,
    class_name: &Gc<Str>,
    dict: &Gc<Dict>,
    (may_add_dict, may_add_weakref): (bool, bool),
) -> Result<()> {
    let Some(name) = item.downcast::<Str>() else {
        let ty = vm.type_name(item);
        return Err(vm.type_error(format!("__slots__ items must be strings, not '{ty}'")));
    };
    if !is_identifier(vm, item)? {
        return Err(vm.type_error("__slots__ must be identifiers"));
    }
    if name.bytes() == b"__dict__" {
        if !may_add_dict || std::mem::replace(&mut plan.add_dict, true) {
            return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
        }
        return Ok(());
    }
    if name.bytes() == b"__weakref__" {
        if !may_add_weakref || std::mem::replace(&mut plan.add_weakref, true) {
            return Err(vm.type_error("__weakref__ slot disallowed: we already got one"));
        }
        return Ok(());
    }
    let mangled = mangle(vm, class_name, name);
    let special = [&b"__qualname__"[..], b"__classcell__", b"__classdictcell__"];
    if dict.find_str(&mangled).is_some() && !special.contains(&mangled.bytes()) {
        let name = vm.repr(&mangled.value())?;
        return Err(vm.value_error(format!(
            "{} in __slots__ conflicts with class variable",
            name.lossy()
        )));
    }
    plan.names.push(mangled);
    Ok(())
}

fn is_identifier(vm: &mut Vm, name: &Value) -> Result<bool> {
    if let Some(text) = name.downcast::<Str>()
        && text.is_ascii()
    {
        let bytes = text.bytes();
        let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        return Ok(bytes.first().is_some_and(|b| !b.is_ascii_digit()) && bytes.iter().all(word));
    }
    let result = vm.call_method(name, "isidentifier", &[])?;
    vm.truth(&result)
}

/// A private name as it is inside a class: `__x` becomes `_C__x`.
fn mangle(vm: &Vm, class_name: &Str, name: &Gc<Str>) -> Gc<Str> {
    let text = name.bytes();
    let class = class_name.bytes();
    let stripped = class.iter().position(|&b| b != b'_').map(|at| &class[at..]);
    match stripped {
        Some(class)
            if text.starts_with(b"__") && !text.ends_with(b"__") && !text.contains(&b'.') =>
        {
            let mangled = [b"_", class, text].concat();
            vm.heap.intern(&vm.heap.new_str(Str::from_wtf8(mangled)))
        }
        _ => vm.heap.intern(name),
    }
}

// ---- the class -------------------------------------------------------------------------------

fn make_class(
    vm: &mut Vm,
    meta: &Gc<Type>,
    name: &Gc<Str>,
    bases: &[Value],
    namespace: &Gc<Dict>,
) -> Result<Gc<Type>> {
    let (bases, base) = check_bases(vm, bases)?;
    let dict = vm.heap.alloc(&vm.types.dict, namespace.copy(&vm.heap));
    let plan = plan_slots(vm, name, &base, &bases, &dict)?;
    let name_text = class_name(vm, name)?;
    let qualname = take_qualname(vm, name, &dict)?;
    complete_namespace(vm, &dict)?;
    let cell = take_class_cell(vm, &dict)?;
    let own_mro = vm.types.type_.lookup(&vm.names.mro);
    let custom_mro = match (meta.lookup(&vm.names.mro), own_mro) {
        (Some(a), Some(b)) => !a.is_same(&b),
        _ => false,
    };
    let mro = match linearize(vm, &bases) {
        Err(_) if custom_mro => {
            let mut order = vec![base.clone()];
            order.extend(base.mro_rest());
            order
        }
        order => order?,
    };
    let parts = TypeParts {
        name: name_text.into(),
        qualname,
        flags: class_flags(&base, &mro, &plan),
        n_slots: base.n_slots() + plan.names.len(),
        bases: bases.clone(),
        mro,
        dict,
        layout: base.layout,
    };
    let class = vm.heap.alloc(meta, Type::new(&vm.heap, parts));
    class.join_bases();
    add_descriptors(vm, &class, &base, &plan);
    if let Some(cell) = cell {
        drop(cell.set(class.value()));
    }
    class.changed();
    if custom_mro {
        vm.apply_custom_mro(&class)?;
    }
    class.update_has_del();
    Ok(class)
}

fn class_flags(base: &Gc<Type>, mro: &[Gc<Type>], plan: &SlotPlan) -> u32 {
    const COLLECTION: u32 = type_flags::SEQUENCE | type_flags::MAPPING;
    let inherited = type_flags::DICT | type_flags::WEAKREF | type_flags::MATCH_SELF;
    let mut flags = type_flags::HEAP | type_flags::BASE | base.flags() & inherited;
    let collection = mro.iter().map(|t| t.flags() & COLLECTION).find(|&f| f != 0);
    flags |= collection.unwrap_or(0);
    if plan.add_dict {
        flags |= type_flags::DICT;
    }
    if plan.add_weakref {
        flags |= type_flags::WEAKREF;
    }
    if !plan.names.is_empty() {
        flags |= type_flags::ADDS_LAYOUT;
    }
    flags
}

/// `__name__` for a new class or assigned to one.
pub fn class_name(vm: &mut Vm, name: &Gc<Str>) -> Result<String> {
    if name.bytes().contains(&0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    match name.as_str() {
        Some(text) => Ok(text.to_string()),
        // Encoding raises the error that names the surrogate.
        None => {
            vm.call_method(&name.value(), "encode", &[])?;
            Ok(name.lossy().into_owned())
        }
    }
}

fn take_qualname(vm: &mut Vm, name: &Gc<Str>, dict: &Gc<Dict>) -> Result<Value> {
    let key = vm.names.__qualname__.clone();
    match dict.remove_str(&key, &vm.heap) {
        None => Ok(name.value()),
        Some(qualname) if qualname.is::<Str>() => Ok(qualname),
        Some(other) => {
            let ty = vm.type_name(&other);
            Err(vm.type_error(format!("type __qualname__ must be a str, not {ty}")))
        }
    }
}

/// `__module__`, and the methods that are class or static methods without saying so.
fn complete_namespace(vm: &mut Vm, dict: &Gc<Dict>) -> Result<()> {
    let module_key = vm.names.__module__.clone();
    if dict.find_str(&module_key).is_none()
        && let Some(globals) = vm.current_globals()
        && let Some(module) = globals.get_str(&vm.names.__name__)
    {
        dict.set_str(&module_key, module, &vm.heap);
    }
    let new = vm.names.__new__.clone();
    if let Some(func) = dict.get_str(&new).filter(Value::is::<Function>) {
        let wrapped = StaticMethod { func: func.into() };
        let wrapped = vm.heap.alloc(&vm.types.staticmethod, wrapped).into();
        dict.set_str(&new, wrapped, &vm.heap);
    }
    for slot in [Slot::InitSubclass, Slot::ClassGetItem] {
        let key = vm.heap.slot_name(slot);
        if let Some(func) = dict.get_str(&key).filter(Value::is::<Function>) {
            let wrapped = ClassMethod { func: func.into() };
            let wrapped = vm.heap.alloc(&vm.types.classmethod, wrapped).into();
            dict.set_str(&key, wrapped, &vm.heap);
        }
    }
    Ok(())
}

/// The cell through which methods see `__class__`.
fn take_class_cell(vm: &mut Vm, dict: &Gc<Dict>) -> Result<Option<Gc<CellObj>>> {
    let key = vm.names.__classcell__.clone();
    let Some(cell) = dict.get_str(&key) else {
        return Ok(None);
    };
    let Some(cell) = cell.downcast::<CellObj>().cloned() else {
        let class = vm.type_of(&cell).value();
        let ty = vm.repr(&class)?;
        return Err(vm.type_error(format!(
            "__classcell__ must be a nonlocal cell, not {}",
            ty.lossy()
        )));
    };
    dict.remove_str(&key, &vm.heap);
    Ok(Some(cell))
}

/// Descriptors of slots, `__dict__` and `__weakref__`; `__doc__`; `__hash__` of what is only comparable.
fn add_descriptors(vm: &mut Vm, class: &Gc<Type>, base: &Gc<Type>, plan: &SlotPlan) {
    let dict = class.dict();
    let first = base.n_slots();
    for (i, name) in plan.names.iter().enumerate() {
        let member = Member {
            name: name.clone(),
            owner: class.clone(),
            place: MemberPlace::Slot(first + i),
        };
        let member = vm.heap.alloc(&vm.types.member_descriptor, member);
        dict.set_str(name, member.into(), &vm.heap);
    }
    let mut wanted = Vec::new();
    if plan.add_dict {
        wanted.push(&super::type_type::INSTANCE_DICT);
    }
    if plan.add_weakref {
        wanted.push(&super::type_type::INSTANCE_WEAKREF);
    }
    for def in wanted {
        let owner = class.clone();
        let getset = vm
            .heap
            .alloc(&vm.types.getset_descriptor, GetSet { def, owner });
        dict.set_str(&vm.intern(def.name), getset.into(), &vm.heap);
    }
    if dict.find_str(&vm.names.__doc__).is_none() {
        dict.set_str(&vm.names.__doc__, Value::None, &vm.heap);
    }
    if dict.find_str(&vm.names.__eq__).is_some() && dict.find_str(&vm.names.__hash__).is_none() {
        dict.set_str(&vm.names.__hash__, Value::None, &vm.heap);
    }
}

impl Vm {
    /// Asks the metaclass for the resolution order, checks and sets it.
    pub fn apply_custom_mro(&mut self, class: &Gc<Type>) -> Result<()> {
        let name = self.names.mro.clone();
        let Some(func) = class.ty().lookup(&name) else {
            return Ok(());
        };
        let order = self.call_special(&func, &class.value(), &[])?;
        let order = self.collect(&order)?;
        if order.is_empty() {
            return Err(self.type_error("type MRO must not be empty"));
        }
        let solid = super::class_layout::solid_base(class);
        let mut types = Vec::with_capacity(order.len());
        for item in &order {
            let Some(ty) = item.downcast::<Type>() else {
                let name = self.type_name(item);
                return Err(self.type_error(format!("mro() returned a non-class ('{name}')")));
            };
            if !solid.is_subtype(&super::class_layout::solid_base(ty)) {
                let name = ty.name();
                return Err(self.type_error(format!(
                    "mro() returned base with unsuitable layout ('{name}')"
                )));
            }
            types.push(ty.clone());
        }
        if types.first() == Some(class) {
            types.remove(0);
        }
        class.set_bases(class.bases(), types);
        Ok(())
    }
}

/// Tells every value of the namespace its name.
fn set_names(vm: &mut Vm, class: &Gc<Type>) -> Result<()> {
    for (key, value) in class.dict().items() {
        let Some(func) = vm.type_of(&value).slot(Slot::SetName) else {
            continue;
        };
        let result = vm.call_special(&func, &value, &[class.value(), key.clone()]);
        if let Err(error) = result {
            let ty = vm.type_of(&value).name();
            let key = vm.repr(&key)?;
            let note = format!(
                "Error calling __set_name__ on '{ty}' instance {} in '{}'",
                key.lossy(),
                class.name()
            );
            super::exception_methods::add_note_text(vm, &error, note)?;
            return Err(error);
        }
    }
    Ok(())
}

/// `super(cls, cls).__init_subclass__(**keywords)`
fn init_subclass(vm: &mut Vm, class: &Gc<Type>, keywords: Keywords<'_>) -> Result<()> {
    let name = vm.heap.slot_name(Slot::InitSubclass);
    let found = class
        .mro_rest()
        .iter()
        .find_map(|t| t.dict().get_str(&name));
    let Some(attr) = found else { return Ok(()) };
    let func = vm.bind_on_class(&attr, class)?;
    vm.call_with(&func, &[], keywords).map(drop)
}
