//! The import instructions, and the few that call into modules.
#![allow(unsafe_code)]

use crate::bytecode::operand::NameId;
use crate::objects::dict::Dict;
use crate::objects::header::Gc;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::frame::Frame;
use crate::vm::{Result, Vm};

impl Vm {
    pub(crate) unsafe fn op_import_name(
        &mut self,
        frame: *mut Frame,
        name: NameId,
        window: Vec<Value>,
    ) -> Result<Value> {
        let [level, fromlist] = <[Value; 2]>::try_from(window).unwrap_or_default();
        // SAFETY: the running frame.
        let (name, func) = unsafe { (Vm::name_of(frame, name).clone(), &*(*frame).func) };
        let (globals, builtins) = (func.globals.clone(), func.builtins.clone());
        let hook = builtins.get_str(&self.names.__import__);
        match hook {
            Some(hook) if !self.is_default_import(&hook) => {
                let locals = unsafe { self.frame_namespace(frame) };
                self.call(
                    &hook,
                    &[name.into(), globals.value(), locals, fromlist, level],
                )
            }
            _ => {
                let level = self.index_i64(&level)?;
                self.import_name(&name.lossy(), Some(&globals), &fromlist, level)
            }
        }
    }

    fn is_default_import(&self, hook: &Value) -> bool {
        hook.downcast::<crate::objects::native::Native>()
            .is_some_and(|n| n.def.name == "__import__")
    }

    pub(crate) fn import_from(&mut self, module: &Value, name: &Gc<Str>) -> Result<Value> {
        let module = module.clone();
        if let Some(value) = self.get_attr_opt(&module, name)? {
            return Ok(value);
        }
        let dunder_name = self.names.__name__.clone();
        let module_name = self
            .get_attr_opt(&module, &dunder_name)?
            .and_then(|n| n.downcast::<Str>().cloned());
        if let Some(module_name) = &module_name {
            let full = self
                .heap
                .new_str(format!("{}.{}", module_name.lossy(), name.lossy()));
            if let Some(found) = self.modules.get_str(&full) {
                return Ok(found);
            }
        }
        let text = module_name.map_or_else(
            || "<unknown module name>".into(),
            |n| n.lossy().into_owned(),
        );
        let file = self.names.__file__.clone();
        let file = self.get_attr_opt(&module, &file)?.filter(|f| f.is::<Str>());
        let place = match file.as_ref().and_then(|f| f.downcast::<Str>()) {
            Some(file) => file.lossy().into_owned(),
            None => "unknown location".into(),
        };
        let (name, partial) = (name.lossy(), self.is_initializing(&module));
        let message = if partial {
            format!(
                "cannot import name '{name}' from partially initialized module '{text}' (most likely due to a circular import) ({place})"
            )
        } else {
            format!("cannot import name '{name}' from '{text}' ({place})")
        };
        let error = self.import_error(false, message, &text, file.unwrap_or(Value::None));
        let name = self.new_str(&*name);
        error.0.set_field(3, name);
        Err(error)
    }

    /// `from module import *`
    pub(crate) unsafe fn import_star(&mut self, frame: *mut Frame, module: &Value) -> Result<()> {
        let module = module.clone();
        let target = unsafe { self.frame_namespace(frame) };
        let all = self.names.__all__.clone();
        let (names, skip_private) = match self.get_attr_opt(&module, &all)? {
            Some(all) => (self.collect(&all)?, false),
            None => {
                let dict = self.names.__dict__.clone();
                let Some(dict) = self.get_attr_opt(&module, &dict)? else {
                    let message = "from-import-* object has no __dict__ and no __all__".into();
                    return Err(self.import_error(false, message, "", Value::None));
                };
                (self.collect(&dict)?, true)
            }
        };
        for name in names {
            let Some(text) = name.downcast::<Str>().cloned() else {
                let got = self.type_name(&name);
                let module_name = self.module_name(&module);
                let what = if skip_private { "Key in" } else { "Item in" };
                let where_ = if skip_private { "__dict__" } else { "__all__" };
                return Err(self.type_error(format!(
                    "{what} {module_name}.{where_} must be str, not {got}"
                )));
            };
            if skip_private && text.bytes().starts_with(b"_") {
                continue;
            }
            let value = self.get_attr(&module, &text)?;
            match target
                .downcast::<Dict>()
                .filter(|d| d.ty() == &self.types.dict)
            {
                Some(dict) => dict.set_str(&text, value, &self.heap),
                None => self.set_item(&target, &name, &value)?,
            }
        }
        Ok(())
    }

    pub(crate) fn module_name(&mut self, module: &Value) -> String {
        let name = module
            .downcast::<Module>()
            .and_then(|m| m.dict.get_str(&self.names.__name__));
        name.and_then(|n| n.downcast::<Str>().map(|s| s.lossy().into_owned()))
            .unwrap_or_else(|| "?".into())
    }

    /// `sys.displayhook(value)`
    pub(crate) fn print_expr(&mut self, value: &Value) -> Result<()> {
        let sys = self.import_module("sys")?;
        let hook = self.get_attr_str(&sys, "displayhook")?;
        self.call(&hook, std::slice::from_ref(value)).map(drop)
    }
}
