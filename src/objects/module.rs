//! Modules: a namespace with a name.

use super::dict::Dict;
use super::header::{Gc, ObjRef};
use super::native::{Args, getset, member, method, new};
use super::str::Str;
use super::typeobj::type_flags::WEAKREF;
use super::types::{BASE, TypeDef};
use super::value::Value;
use crate::payload;
use crate::vm::{Result, Vm};

pub struct Module {
    pub dict: Gc<Dict>,
}
payload!(Module, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.dict.obj());
    }
});

pub static MODULE: TypeDef = TypeDef {
    name: "module",
    doc: "A module: attributes in a namespace. The name must be a string; the doc can be anything.",
    flags: BASE | WEAKREF,
    methods: &[
        new("(*args, **kwargs)", module_new),
        method(
            "__init__",
            "($self, /, name, doc=None)",
            module_init,
            "Initialize self.",
        ),
        method("__repr__", "($self, /)", module_repr, "Return repr(self)."),
        method(
            "__getattribute__",
            "($self, name, /)",
            getattribute,
            "Return getattr(self, name).",
        ),
        method(
            "__dir__",
            "($self, /)",
            module_dir,
            "Names of the module's attributes.",
        ),
    ],
    getsets: &[
        member("__dict__", get_dict, ""),
        getset("__annotations__", get_annotations, set_annotations, ""),
    ],
    ..TypeDef::EMPTY
};

fn module(vm: &mut Vm, this: &Value) -> Result<Gc<Module>> {
    match this.downcast::<Module>() {
        Some(module) => Ok(module.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn module_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this(vm, 0)?;
    let dict = vm.new_dict();
    Ok(vm.heap.alloc(&class, Module { dict }).into())
}

fn module_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if !args[1].is::<Str>() {
        let ty = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("module() argument 'name' must be str, not {ty}")));
    }
    let module = module(vm, &args[0])?;
    let doc = args[2].given().cloned().unwrap_or(Value::None);
    let name = args[1].clone();
    for (key, value) in [
        ("__name__", name),
        ("__doc__", doc),
        ("__package__", Value::None),
        ("__loader__", Value::None),
        ("__spec__", Value::None),
    ] {
        vm.set_in(&module, key, value);
    }
    Ok(Value::None)
}

fn getattribute(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(name) = args[1].downcast::<Str>().cloned() else {
        let ty = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("attribute name must be string, not '{ty}'")));
    };
    match vm.native_get_attr(&args[0], &name)? {
        Some(value) => Ok(value),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}

fn module_dir(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let module = module(vm, &args[0])?;
    match module.dict.get_str(&vm.names.__dir__) {
        Some(func) => vm.call(&func, &[]),
        None => Ok(vm.new_list(module.dict.keys()).into()),
    }
}

fn get_dict(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(module(vm, this)?.dict.value())
}

fn get_annotations(vm: &mut Vm, this: &Value) -> Result<Value> {
    let module = module(vm, this)?;
    if let Some(found) = module.dict.get_str(&vm.names.__annotations__) {
        return Ok(found);
    }
    let made: Value = vm.new_dict().into();
    module
        .dict
        .set_str(&vm.names.__annotations__, made.clone(), &vm.heap);
    Ok(made)
}

fn set_annotations(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let module = module(vm, this)?;
    let name = vm.names.__annotations__.clone();
    if !value.is_unbound() {
        module.dict.set_str(&name, value, &vm.heap);
    } else if module.dict.remove_str(&name, &vm.heap).is_none() {
        return Err(vm.attribute_error("__annotations__", &name, this));
    }
    Ok(())
}

// ---- text ------------------------------------------------------------------------------------

fn module_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let module = module(vm, &args[0])?;
    let spec = module.dict.get_str(&vm.names.__spec__);
    let text = match spec.as_ref().and_then(Value::given_not_none) {
        Some(spec) => repr_of_spec(vm, spec)?,
        None => repr_of_names(vm, &module)?,
    };
    Ok(vm.new_str(text))
}

/// `<module 'name' from 'origin'>` by the import system's record of it.
fn repr_of_spec(vm: &mut Vm, spec: &Value) -> Result<String> {
    let name = vm.names.name.clone();
    let name = match vm.get_attr(spec, &name)? {
        Value::None => "'?'".to_string(),
        name => vm.repr(&name)?.lossy().into_owned(),
    };
    let origin = vm.get_attr_str(spec, "origin")?;
    if origin.is_none() {
        let loader = vm.get_attr_str(spec, "loader")?;
        if loader.is_none() {
            return Ok(format!("<module {name}>"));
        }
        let loader = vm.repr(&loader)?;
        return Ok(format!("<module {name} ({})>", loader.lossy()));
    }
    let located = vm.get_attr_str(spec, "has_location")?;
    if vm.truth(&located)? {
        let origin = vm.repr(&origin)?;
        return Ok(format!("<module {name} from {}>", origin.lossy()));
    }
    let origin = vm.str(&origin)?;
    Ok(format!("<module {name} ({})>", origin.lossy()))
}

fn repr_of_names(vm: &mut Vm, module: &Gc<Module>) -> Result<String> {
    let name = match module.dict.get_str(&vm.names.__name__) {
        Some(name) => vm.repr(&name)?.lossy().into_owned(),
        None => "'?'".to_string(),
    };
    if let Some(file) = module.dict.get_str(&vm.names.__file__) {
        let file = vm.repr(&file)?;
        return Ok(format!("<module {name} from {}>", file.lossy()));
    }
    if let Some(loader) = module
        .dict
        .get_str(&vm.names.__loader__)
        .filter(|l| !l.is_none())
    {
        let loader = vm.repr(&loader)?;
        return Ok(format!("<module {name} ({})>", loader.lossy()));
    }
    Ok(format!("<module {name}>"))
}

impl Vm {
    /// "module 'm' has no attribute 'x'", with a word on imports that are still running and on files
    /// that hide others of the same name.
    pub fn module_attribute_message(
        &mut self,
        module: &Gc<Module>,
        module_name: &str,
        name: &str,
    ) -> String {
        let spec = module
            .dict
            .get_str(&self.names.__spec__)
            .filter(|s| !s.is_none());
        let running = self.is_initializing(&module.value())
            || spec
                .as_ref()
                .is_some_and(|s| self.spec_says_initializing(s));
        let origin = match &spec {
            Some(spec) => self.spec_origin(spec),
            None => self.module_file(module),
        };
        let missing = format!("module '{module_name}' has no attribute '{name}'");
        let shadowing = origin.as_ref().filter(|o| self.is_beside_script(o));
        if let Some(origin) = shadowing {
            if self.is_stdlib_name(module_name) {
                return format!(
                    "{missing} (consider renaming '{origin}' since it has the same name as the standard library module named '{module_name}' and the import system gives it precedence)"
                );
            }
            if running {
                return format!(
                    "{missing} (consider renaming '{origin}' if it has the same name as a third-party module you intended to import)"
                );
            }
        }
        if !running {
            return missing;
        }
        let from = origin.map(|o| format!(" from '{o}'")).unwrap_or_default();
        format!(
            "partially initialized module '{module_name}'{from} has no attribute '{name}' (most likely due to a circular import)"
        )
    }

    fn spec_says_initializing(&mut self, spec: &Value) -> bool {
        let key = self.intern("_initializing");
        match self.get_attr_opt(spec, &key) {
            Ok(Some(flag)) => self.truth(&flag).unwrap_or(false),
            _ => false,
        }
    }

    fn spec_origin(&mut self, spec: &Value) -> Option<String> {
        let key = self.intern("has_location");
        let located = self.get_attr_opt(spec, &key).ok()??;
        if !self.truth(&located).ok()? {
            return None;
        }
        let key = self.intern("origin");
        let origin = self.get_attr_opt(spec, &key).ok()??;
        Some(origin.downcast::<Str>()?.lossy().into_owned())
    }

    fn module_file(&self, module: &Gc<Module>) -> Option<String> {
        let file = module.dict.get_str(&self.names.__file__)?;
        Some(file.downcast::<Str>()?.lossy().into_owned())
    }

    /// An attribute of `sys`, when that is imported.
    fn sys_attribute(&self, name: &str) -> Option<Value> {
        let sys = self.modules.get_str(&self.names.sys)?;
        sys.downcast::<Module>()?.dict.get_str(&self.intern(name))
    }

    /// Whether a module's file lies in the folder that is searched first.
    fn is_beside_script(&self, origin: &str) -> bool {
        let mut folder = std::path::Path::new(origin).parent();
        if origin.ends_with("/__init__.py") || origin.ends_with("/__init__.apy") {
            folder = folder.and_then(|f| f.parent());
        }
        let first = self.sys_attribute("path").and_then(|p| {
            let first = p.downcast::<super::list::List>()?.get(0)?;
            Some(first.downcast::<Str>()?.lossy().into_owned())
        });
        match (folder, first) {
            (Some(folder), Some(first)) => folder == std::path::Path::new(&first),
            _ => false,
        }
    }

    fn is_stdlib_name(&mut self, name: &str) -> bool {
        let Some(names) = self.sys_attribute("stdlib_module_names") else {
            return false;
        };
        let name = self.new_str(name);
        self.contains(&names, &name).unwrap_or(false)
    }
}
