//! Struct sequences: tuples whose items have names too (`sys.version_info`, `time.struct_time`).
//!
//! The visible items are the tuple's; fields beyond them, reached by name only, are slots of the
//! instance.

use std::cell::RefCell;
use std::collections::HashMap;

use super::dict::Dict;
use super::header::{Gc, Payload};
use super::list::Tuple;
use super::native::{Args, NativeDef, method, new};
use super::native_types::{Member, MemberPlace};
use super::str::Str;
use super::typeobj::{Type, TypeParts, type_flags};
use super::types::TypeDef;
use super::value::Value;
use crate::vm::{Result, Vm};

/// What a struct sequence type consists of.
pub struct StructDef {
    /// With its module: `"time.struct_time"`.
    pub name: &'static str,
    pub doc: &'static str,
    /// Name and doc of each field. An empty name: an item without one.
    pub fields: &'static [(&'static str, &'static str)],
    /// How many of the fields are items of the tuple.
    pub visible: usize,
    /// Whether scripts can make instances.
    pub can_new: bool,
}

/// Which definition a type was made of, by the type's address.
#[derive(Default)]
struct StructTypes(RefCell<HashMap<usize, &'static StructDef>>);

static BASE: TypeDef = TypeDef {
    name: "structseq",
    methods: METHODS,
    ..TypeDef::EMPTY
};

static METHODS: &[NativeDef] = &[
    new("(sequence, dict={})", struct_new),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", reduce, ""),
    method(
        "__replace__",
        "($self, /, **changes)",
        replace,
        "A copy with new values for some fields.",
    ),
];

impl Vm {
    /// The type of a definition; made when first asked for.
    pub fn struct_type(&mut self, def: &'static StructDef) -> Gc<Type> {
        let key = std::ptr::from_ref(def) as usize;
        if let Some(ty) = self.module_types.get(&key) {
            return ty.clone();
        }
        let ty = self.make_struct_type(def);
        self.module_types.insert(key, ty.clone());
        let types = self.module_state::<StructTypes>();
        types.0.borrow_mut().insert(ty.addr(), def);
        ty
    }

    fn make_struct_type(&mut self, def: &'static StructDef) -> Gc<Type> {
        let (module, name) = def.name.rsplit_once('.').unwrap_or(("builtins", def.name));
        let (tuple, object) = (self.types.tuple.clone(), self.types.object.clone());
        let no_new = if def.can_new { 0 } else { type_flags::NO_NEW };
        let parts = TypeParts {
            name: name.into(),
            qualname: self.new_str(name),
            bases: vec![tuple.clone()],
            mro: vec![tuple, object],
            dict: self.new_dict(),
            layout: Tuple::vtable(),
            flags: type_flags::SEQUENCE | no_new,
            n_slots: def.fields.len() - def.visible,
        };
        let ty = self
            .heap
            .alloc(&self.types.type_, Type::new(&self.heap, parts));
        ty.join_bases();
        self.fill_type(&ty, &BASE);
        ty.set_module_prefix(module);
        let doc = self.new_str(def.doc);
        let unnamed = def.fields.iter().filter(|f| f.0.is_empty()).count();
        let names = def.fields[..def.visible].iter().filter(|f| !f.0.is_empty());
        let names: Vec<Value> = names.map(|f| self.new_str(f.0)).collect();
        let names = self.new_tuple(names).into();
        for (name, value) in [
            ("__module__", self.new_str(module)),
            ("__doc__", doc),
            ("n_sequence_fields", def.visible.into()),
            ("n_fields", def.fields.len().into()),
            ("n_unnamed_fields", unnamed.into()),
            ("__match_args__", names),
        ] {
            let name = self.intern(name);
            ty.dict().set_str(&name, value, &self.heap);
        }
        self.add_fields(&ty, def);
        ty.changed();
        ty
    }

    fn add_fields(&mut self, ty: &Gc<Type>, def: &'static StructDef) {
        for (i, (name, _)) in def.fields.iter().enumerate() {
            if name.is_empty() {
                continue;
            }
            let place = match i.checked_sub(def.visible) {
                None => MemberPlace::Item(i),
                Some(hidden) => MemberPlace::Slot(hidden),
            };
            let name = self.intern(name);
            let member = Member {
                name: name.clone(),
                owner: ty.clone(),
                place,
            };
            let member = self.heap.alloc(&self.types.member_descriptor, member);
            ty.dict().set_str(&name, member.into(), &self.heap);
        }
    }

    /// An instance with a value for each field, the hidden ones last.
    pub fn new_struct(&mut self, def: &'static StructDef, values: Vec<Value>) -> Value {
        let ty = self.struct_type(def);
        self.make_struct(&ty, def, values)
    }

    fn make_struct(&mut self, ty: &Gc<Type>, def: &StructDef, mut values: Vec<Value>) -> Value {
        values.resize(def.fields.len(), Value::None);
        let hidden = values.split_off(def.visible);
        let made = self.heap.alloc(ty, Tuple::from(values));
        if let Some(attrs) = made.obj().attrs() {
            for (i, value) in hidden.into_iter().enumerate() {
                attrs.set_slot(i, value);
            }
        }
        made.into()
    }

    fn struct_def(&mut self, ty: &Gc<Type>) -> Result<&'static StructDef> {
        let types = self.module_state::<StructTypes>();
        let found = types.0.borrow().get(&ty.addr()).copied();
        match found {
            Some(def) => Ok(def),
            None => Err(self.system_error("not a struct sequence")),
        }
    }
}

/// The values of all fields of an instance.
fn all_values(value: &Value, def: &StructDef) -> Vec<Value> {
    let mut all = match value.downcast::<Tuple>() {
        Some(tuple) => tuple.items().to_vec(),
        None => vec![],
    };
    if let Some(attrs) = value.as_obj().and_then(|o| o.attrs()) {
        all.extend((0..def.fields.len() - def.visible).map(|i| attrs.slot(i)));
    }
    all
}

fn struct_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let ty = args.this::<Type>(vm, 0)?;
    let def = vm.struct_def(&ty)?;
    let mut values = match vm.collect(&args[1]) {
        Ok(values) => values,
        Err(e) if e.is_a(&vm.exc.TypeError) => {
            return Err(vm.type_error("constructor requires a sequence"));
        }
        Err(e) => return Err(e),
    };
    let (given, all) = (values.len(), def.fields.len());
    if given < def.visible || given > all {
        let (bound, wanted) = match (def.visible == all, given < def.visible) {
            (true, _) => ("a", all),
            (false, true) => ("an at least", def.visible),
            (false, false) => ("an at most", all),
        };
        return Err(vm.type_error(format!(
            "{}() takes {bound} {wanted}-sequence ({given}-sequence given)",
            def.name
        )));
    }
    let dict = match args[2].given() {
        None => None,
        Some(value) => match value.downcast::<Dict>() {
            Some(dict) => Some(dict.clone()),
            None => {
                return Err(
                    vm.type_error(format!("{}() takes a dict as second arg, if any", def.name))
                );
            }
        },
    };
    let mut used = 0;
    if let Some(dict) = dict {
        for (name, _) in &def.fields[given..] {
            let found = dict.get_str(&vm.intern(name));
            used += usize::from(found.is_some());
            values.push(found.unwrap_or(Value::None));
        }
        if used < dict.len() {
            return Err(vm.type_error(format!(
                "{}() got duplicate or unexpected field name(s)",
                def.name
            )));
        }
    }
    Ok(vm.make_struct(&ty, def, values))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let ty = vm.type_of(&args[0]).clone();
    let def = vm.struct_def(&ty)?;
    let mut out = format!("{}(", def.name).into_bytes();
    vm.enter_recursion(" while getting the repr of an object")?;
    let fields = def.fields[..def.visible]
        .iter()
        .zip(all_values(&args[0], def));
    for (i, ((name, _), value)) in fields.enumerate() {
        if i > 0 {
            out.extend(b", ");
        }
        if !name.is_empty() {
            out.extend(name.bytes());
            out.push(b'=');
        }
        match vm.repr(&value) {
            Ok(text) => out.extend(text.bytes()),
            Err(e) => {
                vm.leave_recursion();
                return Err(e);
            }
        }
    }
    vm.leave_recursion();
    out.push(b')');
    Ok(vm.new_str(Str::from_wtf8(out)))
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let ty = vm.type_of(&args[0]).clone();
    let def = vm.struct_def(&ty)?;
    let mut visible = all_values(&args[0], def);
    let hidden = visible.split_off(def.visible);
    let dict = vm.new_dict();
    for ((name, _), value) in def.fields[def.visible..].iter().zip(hidden) {
        dict.set_str(&vm.intern(name), value, &vm.heap);
    }
    let visible = vm.new_tuple(visible).into();
    let state = vm.new_tuple(vec![visible, dict.into()]).into();
    Ok(vm.new_tuple(vec![ty.into(), state]).into())
}

fn replace(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let ty = vm.type_of(&args[0]).clone();
    let def = vm.struct_def(&ty)?;
    let changes = args.this::<Dict>(vm, 1)?;
    let mut values = all_values(&args[0], def);
    let mut used = 0;
    for ((name, _), value) in def.fields.iter().zip(&mut values) {
        if let Some(new) = changes.get_str(&vm.intern(name)) {
            *value = new;
            used += 1;
        }
    }
    if used < changes.len() {
        let known = |key: &Value| {
            key.downcast::<Str>()
                .is_some_and(|k| def.fields.iter().any(|f| f.0.as_bytes() == k.bytes()))
        };
        let unknown: Vec<Value> = changes.keys().into_iter().filter(|k| !known(k)).collect();
        let unknown = vm.new_list(unknown).value();
        let shown = vm.repr(&unknown)?;
        return Err(vm.type_error(format!("Got unexpected field name(s): {}", shown.lossy())));
    }
    Ok(vm.make_struct(&ty, def, values))
}
