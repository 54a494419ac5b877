//! Attributes: look-up through types, descriptors and instances (data model, "Customizing
//! attribute access" and "Implementing descriptors").

use super::function::{BoundMethod, ClassMethod, Function, Property, StaticMethod};
use super::header::{Gc, ObjRef};
use super::module::Module;
use super::names::Slot;
use super::native::{GetSet, Native, NativeKind};
use super::native_types::{Member, MemberPlace};
use super::str::Str;
use super::typeobj::Type;
use super::value::Value;
use crate::objects::exceptions::Exception;
use crate::vm::{Result, Vm};

impl Vm {
    /// `getattr(obj, name)`
    pub fn get_attr(&mut self, obj: &Value, name: &Gc<Str>) -> Result<Value> {
        match self.get_attr_or_none(obj, name) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(self.no_attribute(obj, name)),
            Err(error) => {
                // An `AttributeError` that does not say what it is about learns it here.
                if error.is_a(&self.exc.AttributeError)
                    && error.0.field(0).is_unbound()
                    && error.0.field(1).is_unbound()
                {
                    error.0.set_field(0, name.value());
                    error.0.set_field(1, obj.clone());
                }
                Err(error)
            }
        }
    }

    /// An `AttributeError` without name and object, as setting and deleting raise it.
    fn plain_attribute_error(&mut self, message: String) -> super::exceptions::Exc {
        let class = self.exc.AttributeError.clone();
        self.error(&class, message)
    }

    /// `getattr(obj, name)` by the text of the name.
    pub fn get_attr_str(&mut self, obj: &Value, name: &str) -> Result<Value> {
        let name = self.intern(name);
        self.get_attr(obj, &name)
    }

    /// `getattr(obj, name, None)` that tells absence apart: any `AttributeError` on the way is absence.
    pub fn get_attr_opt(&mut self, obj: &Value, name: &Gc<Str>) -> Result<Option<Value>> {
        match self.get_attr_or_none(obj, name) {
            Err(e) if e.is_a(&self.exc.AttributeError) => Ok(None),
            other => other,
        }
    }

    /// The attribute; `None` when there is none and no script code has raised an error of its own.
    fn get_attr_or_none(&mut self, obj: &Value, name: &Gc<Str>) -> Result<Option<Value>> {
        let ty = self.type_of(obj).clone();
        let found = match ty.slot(Slot::GetAttribute) {
            Some(func) if !self.is_default_getattribute(&func) => {
                match self.call_special(&func, obj, &[name.value()]) {
                    Ok(value) => Ok(Some(value)),
                    Err(e) if e.is_a(&self.exc.AttributeError) && ty.has_slot(Slot::GetAttr) => {
                        Ok(None)
                    }
                    Err(e) => Err(e),
                }
            }
            _ => self.native_get_attr(obj, name),
        };
        let found = match found {
            Err(e) if e.is_a(&self.exc.AttributeError) && ty.has_slot(Slot::GetAttr) => None,
            other => other?,
        };
        if found.is_some() {
            return Ok(found);
        }
        match ty.slot(Slot::GetAttr) {
            Some(func) => self.call_special(&func, obj, &[name.value()]).map(Some),
            None => Ok(None),
        }
    }

    /// Whether a `__getattribute__` is one of the natives that `native_get_attr` stands for.
    fn is_default_getattribute(&self, func: &Value) -> bool {
        func.downcast::<Native>()
            .is_some_and(|n| n.def.name == "__getattribute__")
    }

    /// What the native `__getattribute__` of the object's layout finds.
    pub fn native_get_attr(&mut self, obj: &Value, name: &Gc<Str>) -> Result<Option<Value>> {
        if let Value::Obj(o) = obj {
            if let Some(ty) = o.downcast::<Type>() {
                let ty = ty.clone();
                return self.type_get_attr(&ty, obj, name);
            }
            if let Some(module) = o.downcast::<Module>() {
                let module = module.clone();
                return self.module_get_attr(&module, obj, name);
            }
            if let Some(sup) = o.downcast::<super::super_type::Super>() {
                let sup = sup.clone();
                return self.super_get_attr(&sup, obj, name);
            }
            if o.is::<super::weakref::WeakRef>() && self.is_proxy(obj) {
                return self.proxy_get_attr(obj, name).map(Some);
            }
            if let Some(method) = o.downcast::<BoundMethod>() {
                let method = method.clone();
                return self.method_get_attr(&method, obj, name);
            }
            if let Some(alias) = o.downcast::<super::generic_alias::GenericAlias>() {
                let alias = alias.clone();
                return self.generic_alias_get_attr(&alias, obj, name);
            }
        }
        self.object_get_attr(obj, name)
    }

    /// `object.__getattribute__`
    pub fn object_get_attr(&mut self, obj: &Value, name: &Gc<Str>) -> Result<Option<Value>> {
        let meta = self.type_of(obj).lookup(name);
        if let Some(meta) = &meta
            && self.is_data_descriptor(meta)
        {
            return self.data_descriptor_get(meta, obj).map(Some);
        }
        if let Value::Obj(o) = obj
            && let Some(attrs) = o.attrs()
        {
            let found = if name.is_interned() {
                attrs.get(name)
            } else {
                let name = self.heap.intern(name);
                attrs.get(&name)
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        match meta {
            Some(meta) => self.bind_descriptor(&meta, obj).map(Some),
            None => Ok(None),
        }
    }

    /// `type.__getattribute__`: the metatype's data descriptors, the class and its ancestors, the metatype.
    fn type_get_attr(
        &mut self,
        ty: &Gc<Type>,
        obj: &Value,
        name: &Gc<Str>,
    ) -> Result<Option<Value>> {
        let meta = ty.ty().lookup(name);
        if let Some(meta) = &meta
            && self.is_data_descriptor(meta)
        {
            return self.data_descriptor_get(meta, obj).map(Some);
        }
        if let Some(attr) = ty.lookup(name) {
            return self.bind_on_class(&attr, ty).map(Some);
        }
        match meta {
            Some(meta) => self.bind_descriptor(&meta, obj).map(Some),
            None => Ok(None),
        }
    }

    /// `attr.__get__(None, ty)`
    pub fn bind_on_class(&mut self, attr: &Value, ty: &Gc<Type>) -> Result<Value> {
        let Value::Obj(o) = attr else {
            return Ok(attr.clone());
        };
        if o.is::<Function>() || o.is::<Property>() && o.ty() == &self.types.property {
            return Ok(attr.clone());
        }
        self.call_get(attr, &Value::None, &ty.value())
    }

    fn module_get_attr(
        &mut self,
        module: &Gc<Module>,
        obj: &Value,
        name: &Gc<Str>,
    ) -> Result<Option<Value>> {
        if let Some(value) = module.dict.get_str(name) {
            return Ok(Some(value));
        }
        if let Some(value) = self.object_get_attr(obj, name)? {
            return Ok(Some(value));
        }
        let hook = module.dict.get_str(&self.names.__getattr__);
        match hook {
            Some(hook) => self.call(&hook, &[name.value()]).map(Some),
            None => Ok(None),
        }
    }

    /// The error of an attribute that is not there.
    pub fn no_attribute(&mut self, obj: &Value, name: &Gc<Str>) -> super::exceptions::Exc {
        let text = name.lossy();
        let message = if let Some(ty) = obj.downcast::<Type>() {
            format!("type object '{}' has no attribute '{text}'", ty.name())
        } else if let Some(module) = obj.downcast::<Module>() {
            match module
                .dict
                .get_str(&self.names.__name__)
                .as_ref()
                .and_then(|n| n.downcast::<Str>())
            {
                Some(n) => self.module_attribute_message(module, &n.lossy(), &text),
                None => format!("module has no attribute '{text}'"),
            }
        } else {
            format!("'{}' object has no attribute '{text}'", self.type_name(obj))
        };
        self.attribute_error(message, name, obj)
    }

    // ---- descriptors -----------------------------------------------------------------------

    /// Whether it has `__set__` or `__delete__`.
    #[inline]
    pub fn is_data_descriptor(&self, attr: &Value) -> bool {
        let Value::Obj(o) = attr else { return false };
        if o.is::<Function>() || o.is::<Native>() {
            return false;
        }
        if o.is::<Member>() || o.is::<GetSet>() || o.is::<Property>() {
            return true;
        }
        let ty = o.ty();
        ty.has_slot(Slot::Set) || ty.has_slot(Slot::Delete)
    }

    /// `attr.__get__(obj, type(obj))` for a data descriptor; the value itself when it has no `__get__`.
    pub fn data_descriptor_get(&mut self, attr: &Value, obj: &Value) -> Result<Value> {
        let Value::Obj(o) = attr else {
            return Ok(attr.clone());
        };
        if let Some(getset) = o.downcast::<GetSet>() {
            let get = getset.def.get;
            return get(self, obj);
        }
        if let Some(member) = o.downcast::<Member>() {
            let member = member.clone();
            return self.member_get(&member, obj);
        }
        self.bind_descriptor(attr, obj)
    }

    /// What an attribute found on the type is on the instance: functions become bound methods, ...
    pub fn bind_descriptor(&mut self, attr: &Value, obj: &Value) -> Result<Value> {
        let Value::Obj(o) = attr else {
            return Ok(attr.clone());
        };
        if o.is::<Function>() {
            return Ok(self.new_bound_method(attr.clone(), obj.clone()));
        }
        if let Some(native) = o.downcast::<Native>()
            && native.def.kind == NativeKind::Method
            && native.bound.is_unbound()
        {
            return Ok(self.bind_native(native, obj));
        }
        if let Some(property) = o.downcast::<Property>() {
            let property = property.clone();
            return self.property_get(&property, obj);
        }
        let ty = self.type_of(obj).value();
        self.call_get(attr, obj, &ty)
    }

    /// `attr.__get__(obj, ty)` if it has one, else `attr`. `obj` is `None` for look-ups on the class.
    pub fn call_get(&mut self, attr: &Value, obj: &Value, ty: &Value) -> Result<Value> {
        let Value::Obj(o) = attr else {
            return Ok(attr.clone());
        };
        if let Some(method) = o.downcast::<ClassMethod>()
            && o.ty() == &self.types.classmethod
        {
            let func = method.func.borrow().clone();
            let class = if ty.is_none() {
                self.type_of(obj).value()
            } else {
                ty.clone()
            };
            return self.bind_class_method(func, class);
        }
        if let Some(method) = o.downcast::<StaticMethod>()
            && o.ty() == &self.types.staticmethod
        {
            return Ok(method.func.borrow().clone());
        }
        if let Some(native) = o.downcast::<Native>()
            && native.bound.is_unbound()
        {
            match native.def.kind {
                NativeKind::ClassMethod => {
                    let class = if ty.is_none() {
                        self.type_of(obj).value()
                    } else {
                        ty.clone()
                    };
                    return Ok(self.bind_native(native, &class));
                }
                NativeKind::Method if !obj.is_none() || ty.is_same(&self.types.none.value()) => {
                    return Ok(self.bind_native(native, obj));
                }
                _ => return Ok(attr.clone()),
            }
        }
        match o.ty().slot(Slot::Get) {
            Some(get) => self.call_special(&get, attr, &[obj.clone(), ty.clone()]),
            None => Ok(attr.clone()),
        }
    }

    /// A bound method of `func` and its first argument.
    pub fn new_bound_method(&self, func: Value, this: Value) -> Value {
        self.heap
            .alloc(&self.types.method, BoundMethod { func, this })
            .into()
    }

    /// What `classmethod(func)` gives on a class. (Chaining descriptors through it is gone since 3.13.)
    fn bind_class_method(&mut self, func: Value, class: Value) -> Result<Value> {
        Ok(self.new_bound_method(func, class))
    }

    /// A method written in Rust bound to its self.
    pub fn bind_native(&self, native: &Gc<Native>, obj: &Value) -> Value {
        let ty = if native.wrapper {
            &self.types.method_wrapper
        } else {
            &self.types.builtin_function
        };
        self.heap.alloc(ty, native.bound_to(obj.clone())).into()
    }

    pub fn property_get(&mut self, property: &Gc<Property>, obj: &Value) -> Result<Value> {
        let get = property.get.borrow().clone();
        if get.is_none() || get.is_unbound() {
            return Err(self.property_error(property, obj, "getter"));
        }
        self.call(&get, std::slice::from_ref(obj))
    }

    /// "property 'x' of 'C' object has no getter"
    pub fn property_error(
        &mut self,
        property: &Gc<Property>,
        obj: &Value,
        what: &str,
    ) -> super::exceptions::Exc {
        let class = self.exc.AttributeError.clone();
        let owner = match self.type_of(obj).qualname.borrow().downcast::<Str>() {
            Some(q) => q.lossy().into_owned(),
            None => self.type_name(obj),
        };
        let name = match self.property_name(property) {
            Ok(name) => name.unwrap_or(Value::None),
            Err(error) => return error,
        };
        let message = match self.repr_of_name(&name) {
            Some(name) => format!("property {name} of '{owner}' object has no {what}"),
            None => format!("property of '{owner}' object has no {what}"),
        };
        self.error(&class, message)
    }

    fn repr_of_name(&mut self, name: &Value) -> Option<String> {
        name.given_not_none()?;
        self.repr(name).ok().map(|s| s.lossy().into_owned())
    }

    /// The value behind a slot or field descriptor.
    pub fn member_get(&mut self, member: &Gc<Member>, obj: &Value) -> Result<Value> {
        self.check_member(member, obj)?;
        match member.place {
            MemberPlace::Item(index) => {
                let tuple = obj.downcast::<super::list::Tuple>();
                Ok(tuple
                    .and_then(|t| t.items().get(index).cloned())
                    .unwrap_or(Value::None))
            }
            MemberPlace::Slot(index) => {
                let value = obj
                    .as_obj()
                    .and_then(ObjRef::attrs)
                    .map(|a| a.slot(index))
                    .unwrap_or_default();
                if value.is_unbound() {
                    return Err(self.no_attribute(obj, &member.name));
                }
                Ok(value)
            }
            MemberPlace::Field(index) => {
                Ok(match obj.downcast::<Exception>().map(|e| e.field(index)) {
                    Some(Value::Unbound) | None => Value::None,
                    Some(value) => value,
                })
            }
        }
    }

    fn check_member(&mut self, member: &Gc<Member>, obj: &Value) -> Result<()> {
        if self.is_instance_of(obj, &member.owner) {
            return Ok(());
        }
        let message = format!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            member.name.lossy(),
            member.owner.name(),
            self.type_name(obj)
        );
        Err(self.type_error(message))
    }

    /// Sets (or with `Unbound` deletes) what is behind a slot or field descriptor.
    pub fn member_set(&mut self, member: &Gc<Member>, obj: &Value, value: Value) -> Result<()> {
        self.check_member(member, obj)?;
        match member.place {
            MemberPlace::Item(_) => {
                let class = self.exc.AttributeError.clone();
                Err(self.error(&class, "readonly attribute"))
            }
            MemberPlace::Slot(index) => {
                let deleting = value.is_unbound();
                let old = obj
                    .as_obj()
                    .and_then(ObjRef::attrs)
                    .map(|a| a.set_slot(index, value))
                    .unwrap_or_default();
                if deleting && old.is_unbound() {
                    let name = member.name.lossy().into_owned();
                    return Err(self.plain_attribute_error(name));
                }
                Ok(())
            }
            MemberPlace::Field(index) => {
                if let Some(exc) = obj.downcast::<Exception>() {
                    exc.set_field(index, value);
                }
                Ok(())
            }
        }
    }

    // ---- setting ---------------------------------------------------------------------------

    /// `setattr(obj, name, value)`
    pub fn set_attr(&mut self, obj: &Value, name: &Gc<Str>, value: &Value) -> Result<()> {
        match self.type_of(obj).slot(Slot::SetAttr) {
            Some(func) if !is_native_named(&func, "__setattr__") => self
                .call_special(&func, obj, &[name.value(), value.clone()])
                .map(drop),
            _ => self.native_set_attr(obj, name, value.clone()),
        }
    }

    /// `delattr(obj, name)`
    pub fn del_attr(&mut self, obj: &Value, name: &Gc<Str>) -> Result<()> {
        match self.type_of(obj).slot(Slot::DelAttr) {
            Some(func) if !is_native_named(&func, "__delattr__") => {
                self.call_special(&func, obj, &[name.value()]).map(drop)
            }
            _ => self.native_set_attr(obj, name, Value::Unbound),
        }
    }

    /// What the native `__setattr__` of the object's layout does; `Unbound` deletes.
    pub fn native_set_attr(&mut self, obj: &Value, name: &Gc<Str>, value: Value) -> Result<()> {
        let name = self.heap.intern(name);
        if let Value::Obj(o) = obj {
            if let Some(ty) = o.downcast::<Type>() {
                let ty = ty.clone();
                return self.type_set_attr(&ty, obj, &name, value);
            }
            if let Some(module) = o.downcast::<Module>() {
                let module = module.clone();
                return self.module_set_attr(&module, obj, &name, value);
            }
            if self.is_proxy(obj) {
                return self.proxy_set_attr(obj, &name, value);
            }
        }
        self.object_set_attr(obj, &name, value)
    }

    fn module_set_attr(
        &mut self,
        module: &Gc<Module>,
        obj: &Value,
        name: &Gc<Str>,
        value: Value,
    ) -> Result<()> {
        if let Some(meta) = obj.as_obj().and_then(|o| o.ty().lookup(name))
            && self.is_data_descriptor(&meta)
        {
            return self.data_descriptor_set(&meta, obj, name, value);
        }
        if !value.is_unbound() {
            module.dict.set_str(name, value, &self.heap);
            return Ok(());
        }
        match module.dict.remove_str(name, &self.heap) {
            Some(_) => Ok(()),
            None => {
                let (ty, text) = (self.type_name(obj), name.lossy());
                let message = format!("'{ty}' object has no attribute '{text}'");
                Err(self.attribute_error(message, name, obj))
            }
        }
    }

    /// `object.__setattr__` and `object.__delattr__`; the name is interned.
    pub fn object_set_attr(&mut self, obj: &Value, name: &Gc<Str>, value: Value) -> Result<()> {
        let meta = self.type_of(obj).lookup(name);
        if let Some(meta) = &meta
            && self.is_data_descriptor(meta)
        {
            return self.data_descriptor_set(meta, obj, name, value);
        }
        let attrs = obj
            .as_obj()
            .and_then(|o| o.attrs().filter(|a| a.has_dict()));
        let Some(attrs) = attrs else {
            let (ty, text) = (self.type_name(obj), name.lossy());
            if meta.is_some() {
                let message = format!("'{ty}' object attribute '{text}' is read-only");
                return Err(self.plain_attribute_error(message));
            }
            let why = if self.has_own_setattr(obj) {
                ""
            } else {
                " and no __dict__ for setting new attributes"
            };
            let message = format!("'{ty}' object has no attribute '{text}'{why}");
            return Err(self.attribute_error(message, name, obj));
        };
        if !value.is_unbound() {
            attrs.set(name, value, &self.heap);
            return Ok(());
        }
        let removed = attrs.get(name).is_some()
            && attrs
                .take_dict(&self.heap)
                .and_then(|dict| dict.remove_str(name, &self.heap))
                .is_some();
        if removed {
            Ok(())
        } else {
            let (ty, text) = (self.type_name(obj), name.lossy());
            Err(self.plain_attribute_error(format!("'{ty}' object has no attribute '{text}'")))
        }
    }

    fn has_own_setattr(&self, obj: &Value) -> bool {
        let own = self.type_of(obj).slot(Slot::SetAttr);
        own.is_some_and(|f| !is_native_named(&f, "__setattr__"))
    }

    /// `attr.__set__(obj, value)`, or `__delete__` when the value is `Unbound`.
    pub fn data_descriptor_set(
        &mut self,
        attr: &Value,
        obj: &Value,
        name: &Gc<Str>,
        value: Value,
    ) -> Result<()> {
        if let Some(getset) = attr.downcast::<GetSet>() {
            return match getset.def.set {
                Some(set) => set(self, obj, value),
                None if getset.def.is_member => {
                    let error = self.exc.AttributeError.clone();
                    Err(self.error(&error, "readonly attribute"))
                }
                None => {
                    let message = format!(
                        "attribute '{}' of '{}' objects is not writable",
                        name.lossy(),
                        getset.owner.full_name()
                    );
                    Err(self.plain_attribute_error(message))
                }
            };
        }
        if let Some(member) = attr.downcast::<Member>() {
            let member = member.clone();
            return self.member_set(&member, obj, value);
        }
        if let Some(property) = attr.downcast::<Property>()
            && property.ty() == &self.types.property
        {
            let property = property.clone();
            return self.property_set(&property, obj, value);
        }
        let (slot, args) = if value.is_unbound() {
            (Slot::Delete, vec![obj.clone()])
        } else {
            (Slot::Set, vec![obj.clone(), value])
        };
        match self.call_slot(attr, slot, &args)? {
            Some(_) => Ok(()),
            None => {
                let error = self.exc.AttributeError.clone();
                Err(self.error(&error, slot.text()))
            }
        }
    }

    /// `property.__set__` and `property.__delete__`.
    pub fn property_set(
        &mut self,
        property: &Gc<Property>,
        obj: &Value,
        value: Value,
    ) -> Result<()> {
        let (cell, what) = if value.is_unbound() {
            (&property.del, "deleter")
        } else {
            (&property.set, "setter")
        };
        let func = cell.borrow().clone();
        if func.given_not_none().is_none() {
            return Err(self.property_error(property, obj, what));
        }
        let args = if value.is_unbound() {
            vec![obj.clone()]
        } else {
            vec![obj.clone(), value]
        };
        self.call(&func, &args).map(drop)
    }

    /// `type.__setattr__` and `type.__delattr__`.
    fn type_set_attr(
        &mut self,
        ty: &Gc<Type>,
        obj: &Value,
        name: &Gc<Str>,
        value: Value,
    ) -> Result<()> {
        if !ty.is_heap_type() {
            let (verb, name, ty) = (
                if value.is_unbound() { "delete" } else { "set" },
                name.lossy(),
                ty.name(),
            );
            let _ = verb;
            return Err(self.type_error(format!(
                "cannot set '{name}' attribute of immutable type '{ty}'"
            )));
        }
        if let Some(meta) = ty.ty().lookup(name)
            && self.is_data_descriptor(&meta)
        {
            return self.data_descriptor_set(&meta, obj, name, value);
        }
        if !value.is_unbound() {
            ty.set_attr(name, value);
            return Ok(());
        }
        if ty.del_attr(name) {
            Ok(())
        } else {
            Err(self.no_attribute(obj, name))
        }
    }
}

fn is_native_named(func: &Value, name: &str) -> bool {
    func.downcast::<Native>()
        .is_some_and(|n| n.def.name == name)
}
