//! Attribute access with inline caches.
//!
//! A cache holds while the type's version and the instance's shape are what they were: then no data
//! descriptor, no `__getattribute__`, no instance attribute can have come between.
#![allow(unsafe_code)]

use crate::bytecode::op::Special;
use crate::bytecode::operand::Site;
use crate::objects::function::{Cache, Function};
use crate::objects::header::{Gc, ObjRef};
use crate::objects::module::Module;
use crate::objects::names::Slot;
use crate::objects::native::{Native, NativeKind};
use crate::objects::native_types::{Member, MemberPlace};
use crate::objects::str::Str;
use crate::objects::super_type::Super;
use crate::objects::typeobj::Type;
use crate::objects::value::Value;
use crate::vm::frame::Frame;
use crate::vm::{Result, Vm};

/// The number of an object's shape: 0 when it has no attributes; `None` when they are in a dict.
#[inline]
fn shape_of(obj: &ObjRef) -> Option<u32> {
    match obj.attrs() {
        None => Some(0),
        Some(attrs) => match attrs.shape_id() {
            0 if attrs.has_dict() => None,
            id => Some(id),
        },
    }
}

// SAFETY of the raw frames: the running frame.
impl Vm {
    #[inline]
    pub(crate) unsafe fn load_attr_cached(
        &self,
        frame: *mut Frame,
        obj: &Value,
        site: Site,
    ) -> Option<Value> {
        let Value::Obj(o) = obj else { return None };
        match unsafe { Vm::site(frame, site) } {
            Cache::Instance { ty, shape, index } => {
                let attrs = o.attrs()?;
                if attrs.shape_id() == *shape && o.ty().version() == *ty {
                    return attrs.at(*index as usize).cloned();
                }
                None
            }
            Cache::Slot { ty, index } if o.ty().version() == *ty => o
                .attrs()?
                .at(*index as usize)
                .filter(|v| !v.is_unbound())
                .cloned(),
            Cache::ClassAttr { ty, shape, value }
                if o.ty().version() == *ty && shape_of(o) == Some(*shape) =>
            {
                Some(value.clone())
            }
            Cache::Module { version, index } => {
                let module = o.downcast::<Module>()?;
                if module.dict.version() == *version {
                    module.dict.value_at(*index as usize).cloned()
                } else {
                    None
                }
            }
            Cache::OnClass { ty, value } => {
                let class = o.downcast::<Type>()?;
                if class.version() == *ty {
                    Some(value.clone())
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    pub(crate) unsafe fn load_attr(
        &mut self,
        frame: *mut Frame,
        obj: &Value,
        site: Site,
    ) -> Result<Value> {
        let name = unsafe { Vm::site_name(frame, site) };
        let obj = obj.clone();
        if let Value::Obj(o) = &obj
            && let Some((cache, value)) = self.learn_attr(o, name)
        {
            unsafe { *Vm::site(frame, site) = cache };
            return Ok(value);
        }
        self.get_attr(&obj, name)
    }

    /// Finds an attribute in one of the ways that a cache can remember.
    fn learn_attr(&mut self, o: &ObjRef, name: &Gc<Str>) -> Option<(Cache, Value)> {
        if let Some(module) = o.downcast::<Module>() {
            let index = module.dict.find_str(name)?;
            let value = module.dict.value_at(index)?.clone();
            return Some((
                Cache::Module {
                    version: module.dict.version(),
                    index: index as u32,
                },
                value,
            ));
        }
        if let Some(class) = o.downcast::<Type>() {
            return self.learn_class_attr(class, name);
        }
        if !self.has_default_getattribute(o.ty())
            || o.is::<Super>()
            || o.is::<crate::objects::generic_alias::GenericAlias>()
        {
            return None;
        }
        let version = o.ty().version();
        let meta = o.ty().lookup(name);
        if let Some(Value::Obj(m)) = &meta {
            if let Some(member) = m.downcast::<Member>() {
                let MemberPlace::Slot(index) = member.place else {
                    return None;
                };
                let value = o.attrs()?.at(index).filter(|v| !v.is_unbound())?.clone();
                return Some((
                    Cache::Slot {
                        ty: version,
                        index: index as u32,
                    },
                    value,
                ));
            }
            if self.is_data_descriptor(&Value::Obj(m.clone())) {
                return None;
            }
        }
        if let Some(attrs) = o.attrs()
            && let Some(index) = attrs.index_of(name)
        {
            let value = attrs.at(index)?.clone();
            return Some((
                Cache::Instance {
                    ty: version,
                    shape: attrs.shape_id(),
                    index: index as u32,
                },
                value,
            ));
        }
        let meta = meta?;
        let shape = shape_of(o)?;
        let plain = match &meta {
            Value::Obj(m) => {
                !m.is::<Function>() && !m.is::<Native>() && !m.ty().has_slot(Slot::Get)
            }
            _ => true,
        };
        plain.then(|| {
            (
                Cache::ClassAttr {
                    ty: version,
                    shape,
                    value: meta.clone(),
                },
                meta,
            )
        })
    }

    fn learn_class_attr(&mut self, class: &Gc<Type>, name: &Gc<Str>) -> Option<(Cache, Value)> {
        if class.ty() != &self.types.type_ || self.types.type_.lookup(name).is_some() {
            return None;
        }
        let value = class.lookup(name)?;
        let plain = match &value {
            Value::Obj(m) => m.is::<Function>() || !m.is::<Native>() && !m.ty().has_slot(Slot::Get),
            _ => true,
        };
        plain.then(|| {
            (
                Cache::OnClass {
                    ty: class.version(),
                    value: value.clone(),
                },
                value,
            )
        })
    }

    /// Whether attribute look-up on instances is `object`'s own.
    pub(crate) fn has_default_getattribute(&self, ty: &Gc<Type>) -> bool {
        match ty.slot(Slot::GetAttribute) {
            Some(func) => func
                .downcast::<Native>()
                .is_some_and(|n| n.def.name == "__getattribute__"),
            None => true,
        }
    }

    /// For a method call: the function and self, or any callable and `Unbound`.
    pub(crate) unsafe fn load_method(
        &mut self,
        frame: *mut Frame,
        obj: &Value,
        site: Site,
    ) -> Result<(Value, Value)> {
        unsafe {
            if let Cache::Method { ty, shape, func } = Vm::site(frame, site) {
                let matches = match obj {
                    Value::Obj(o) => o.ty().version() == *ty && shape_of(o) == Some(*shape),
                    other => self.type_of(other).version() == *ty,
                };
                if matches {
                    return Ok((func.clone(), obj.clone()));
                }
            }
            let name = Vm::site_name(frame, site);
            let obj = obj.clone();
            let special = matches!(&obj, Value::Obj(o) if o.is::<Type>() || o.is::<Module>() || o.is::<Super>() || o.is::<crate::objects::generic_alias::GenericAlias>());
            let ty = self.type_of(&obj).clone();
            if !special
                && self.has_default_getattribute(&ty)
                && let Some(func) = ty.lookup(name)
                && is_method(&func)
            {
                let shape = match &obj {
                    Value::Obj(o) => match o.attrs() {
                        Some(attrs) if attrs.get(name).is_some() => {
                            return Ok((self.get_attr(&obj, name)?, Value::Unbound));
                        }
                        _ => shape_of(o),
                    },
                    _ => Some(0),
                };
                if let Some(shape) = shape {
                    *Vm::site(frame, site) = Cache::Method {
                        ty: ty.version(),
                        shape,
                        func: func.clone(),
                    };
                }
                return Ok((func, obj));
            }
            match self.load_attr_cached(frame, &obj, site) {
                Some(value) => Ok((value, Value::Unbound)),
                None => Ok((self.load_attr(frame, &obj, site)?, Value::Unbound)),
            }
        }
    }

    pub(crate) unsafe fn store_attr(
        &mut self,
        frame: *mut Frame,
        obj: &Value,
        site: Site,
        value: &Value,
    ) -> Result<()> {
        unsafe {
            if let Value::Obj(o) = obj
                && let Some(attrs) = o.attrs()
            {
                match Vm::site(frame, site) {
                    Cache::Instance { ty, shape, index }
                        if attrs.shape_id() == *shape && o.ty().version() == *ty =>
                    {
                        attrs.set_at(*index as usize, value.clone());
                        return Ok(());
                    }
                    Cache::Grow { ty, shape, next }
                        if attrs.shape_id() == *shape && o.ty().version() == *ty =>
                    {
                        attrs.push_with(next, value.clone());
                        return Ok(());
                    }
                    Cache::Slot { ty, index } if o.ty().version() == *ty => {
                        drop(attrs.set_slot(*index as usize, value.clone()));
                        return Ok(());
                    }
                    _ => {}
                }
                if let Some(cache) = self.learn_store(o, Vm::site_name(frame, site)) {
                    *Vm::site(frame, site) = cache;
                    return self.store_attr(frame, obj, site, value);
                }
            }
            let (obj, value, name) = (obj.clone(), value.clone(), Vm::site_name(frame, site));
            self.set_attr(&obj, name, &value)
        }
    }

    fn learn_store(&mut self, o: &ObjRef, name: &Gc<Str>) -> Option<Cache> {
        if o.is::<Type>() || o.is::<Module>() {
            return None;
        }
        let ty = o.ty();
        let is_default = ty.slot(Slot::SetAttr).is_none_or(|f| {
            f.downcast::<Native>()
                .is_some_and(|n| n.def.name == "__setattr__")
        });
        if !is_default {
            return None;
        }
        let attrs = o.attrs()?;
        if let Some(meta) = ty.lookup(name) {
            if let Some(member) = meta.downcast::<Member>() {
                let MemberPlace::Slot(index) = member.place else {
                    return None;
                };
                return Some(Cache::Slot {
                    ty: ty.version(),
                    index: index as u32,
                });
            }
            if self.is_data_descriptor(&meta) {
                return None;
            }
        }
        let shape = attrs.shape_id();
        if shape == 0 {
            return None;
        }
        if let Some(index) = attrs.index_of(name) {
            return Some(Cache::Instance {
                ty: ty.version(),
                shape,
                index: index as u32,
            });
        }
        let next = attrs.transition(name, &self.heap)?;
        Some(Cache::Grow {
            ty: ty.version(),
            shape,
            next,
        })
    }

    /// `super().name`, from the window of what `super` is, the class and self.
    pub(crate) unsafe fn load_super_attr(
        &mut self,
        frame: *mut Frame,
        window: Vec<Value>,
        site: Site,
    ) -> Result<Value> {
        let name = unsafe { Vm::site_name(frame, site) };
        let [callee, class, this] = <[Value; 3]>::try_from(window).unwrap_or_default();
        let args: &[Value] = if class.is_unbound() {
            &[]
        } else {
            &[class, this]
        };
        let sup = self.call(&callee, args)?;
        self.get_attr(&sup, name)
    }

    /// The same for a method call.
    pub(crate) unsafe fn load_super_method(
        &mut self,
        frame: *mut Frame,
        window: Vec<Value>,
        site: Site,
    ) -> Result<(Value, Value)> {
        let name = unsafe { Vm::site_name(frame, site) };
        let is_super = window[0]
            .as_obj()
            .is_some_and(|o| o == self.types.super_.obj());
        if is_super
            && let (Some(class), this @ Value::Obj(o)) = (window[1].downcast::<Type>(), &window[2])
            && !o.is::<Type>()
            && o.ty().is_subtype(class)
            && let Some(func) = lookup_after(o.ty(), class, name)
            && is_method(&func)
        {
            return Ok((func, this.clone()));
        }
        Ok((
            unsafe { self.load_super_attr(frame, window, site)? },
            Value::Unbound,
        ))
    }

    /// The special method of `with` and `async with`, as function and self.
    pub(crate) fn load_special(&mut self, obj: &Value, which: u16) -> Result<(Value, Value)> {
        let which = Special::from_number(which).unwrap_or(Special::Enter);
        let slot = match which {
            Special::Enter => Slot::Enter,
            Special::Exit => Slot::Exit,
            Special::AEnter => Slot::AEnter,
            Special::AExit => Slot::AExit,
        };
        let obj = obj.clone();
        let Some(func) = self.type_of(&obj).slot(slot) else {
            return Err(self.no_context_manager(&obj, which));
        };
        if is_method(&func) {
            return Ok((func, obj));
        }
        Ok((self.bind_descriptor(&func, &obj)?, Value::Unbound))
    }

    fn no_context_manager(
        &mut self,
        obj: &Value,
        which: Special,
    ) -> crate::objects::exceptions::Exc {
        let name = self.type_name(obj);
        let text = match which {
            Special::Enter | Special::Exit => {
                let missed = if which == Special::Exit {
                    " (missed __exit__ method)"
                } else {
                    ""
                };
                format!("'{name}' object does not support the context manager protocol{missed}")
            }
            Special::AEnter | Special::AExit => {
                let missed = if which == Special::AExit {
                    " (missed __aexit__ method)"
                } else {
                    ""
                };
                format!(
                    "'{name}' object does not support the asynchronous context manager protocol{missed}"
                )
            }
        };
        self.type_error(text)
    }
}

/// Whether calling it as a method means putting self before the arguments.
fn is_method(func: &Value) -> bool {
    match func {
        Value::Obj(o) => {
            o.is::<Function>()
                || o.downcast::<Native>()
                    .is_some_and(|n| n.def.kind == NativeKind::Method && n.bound.is_unbound())
        }
        _ => false,
    }
}

/// The attribute in the resolution order of `ty` after `class`.
pub(crate) fn lookup_after(ty: &Gc<Type>, class: &Gc<Type>, name: &Gc<Str>) -> Option<Value> {
    let rest = ty.mro_rest();
    let start = if ty == class {
        0
    } else {
        rest.iter().position(|t| t == class)? + 1
    };
    rest[start..].iter().find_map(|t| t.dict().get_str(name))
}
