//! Importing modules: native ones, those embedded in the binary, and files on `sys.path`
//! (language reference, "The import system").

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::compiler::Options;
use crate::objects::dict::Dict;
use crate::objects::function::CodeObj;
use crate::objects::header::Gc;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::source::Source;

use super::{Result, Vm};

/// Where a module's code comes from.
enum Found {
    Native(&'static crate::modules::NativeModule),
    /// The text of a module in the binary, and whether it is a package.
    Embedded {
        text: &'static str,
        is_package: bool,
    },
    File {
        path: PathBuf,
        is_package: bool,
    },
    /// Folders without `__init__` (PEP 420).
    Namespace(Vec<PathBuf>),
}

impl Vm {
    /// `import name`, absolute; gives the module of the whole dotted name.
    pub fn import_module(&mut self, name: &str) -> Result<Value> {
        if let Some(module) = self.loaded(name)? {
            return Ok(module);
        }
        let (parent, last) = match name.rsplit_once('.') {
            Some((parent, last)) => (Some(self.import_module(parent)?), last),
            None => (None, name),
        };
        if let Some(module) = self.loaded(name)? {
            return Ok(module);
        }
        let Some(found) = self.find(name, parent.as_ref())? else {
            return Err(self.no_module(name, parent.as_ref()));
        };
        let module = self.load(name, found)?;
        if let Some(parent) = parent {
            let last = self.intern(last);
            self.set_attr(&parent, &last, &module)?;
        }
        Ok(module)
    }

    /// What `sys.modules` has.
    fn loaded(&mut self, name: &str) -> Result<Option<Value>> {
        let key = self.heap.new_str(name);
        match self.modules.get_str(&key) {
            Some(Value::None) => {
                let message = format!("import of {name} halted; None in sys.modules");
                Err(self.import_error(true, message, name, Value::None))
            }
            other => Ok(other),
        }
    }

    fn no_module(&mut self, name: &str, parent: Option<&Value>) -> crate::objects::exceptions::Exc {
        let path = self.names.__path__.clone();
        let parent_is_package = match parent {
            Some(parent) => matches!(self.get_attr_opt(parent, &path), Ok(Some(_))),
            None => true,
        };
        let message = match name.rsplit_once('.') {
            Some((parent, _)) if !parent_is_package => {
                format!("No module named '{name}'; '{parent}' is not a package")
            }
            _ => format!("No module named '{name}'"),
        };
        self.import_error(true, message, name, Value::None)
    }

    fn find(&mut self, name: &str, parent: Option<&Value>) -> Result<Option<Found>> {
        if let Some(row) = crate::modules::MODULES.iter().find(|m| m.name == name) {
            return Ok(Some(Found::Native(row)));
        }
        let folders = match parent {
            None => self.path.value(),
            Some(parent) => {
                let path = self.names.__path__.clone();
                match self.get_attr_opt(parent, &path)? {
                    Some(path) => path,
                    None => return Ok(None),
                }
            }
        };
        let last = name.rsplit('.').next().unwrap_or(name);
        let mut namespace = Vec::new();
        for folder in self.collect(&folders)? {
            let Some(folder) = folder
                .downcast::<Str>()
                .and_then(|s| s.as_str().map(PathBuf::from))
            else {
                continue;
            };
            match find_in(&folder, last) {
                Some(Found::Namespace(more)) => namespace.extend(more),
                Some(found) => return Ok(Some(found)),
                None => {}
            }
        }
        if let Some((text, is_package)) = crate::modules::embedded::find(name) {
            return Ok(Some(Found::Embedded { text, is_package }));
        }
        Ok(if namespace.is_empty() {
            None
        } else {
            Some(Found::Namespace(namespace))
        })
    }

    fn load(&mut self, name: &str, found: Found) -> Result<Value> {
        let key = self.intern(name);
        if let Found::Native(row) = found {
            let module = self.make_native_module(row)?.value();
            self.modules.set_str(&key, module.clone(), &self.heap);
            return Ok(module);
        }
        let module = self.new_module(name);
        let is_package = match &found {
            Found::Embedded { is_package, .. } | Found::File { is_package, .. } => *is_package,
            _ => true,
        };
        let package = if is_package {
            name
        } else {
            name.rsplit_once('.').map_or("", |(p, _)| p)
        };
        let package = self.new_str(package);
        self.set_in(&module, "__package__", package);
        self.modules.set_str(&key, module.value(), &self.heap);
        self.initializing.push(module.addr());
        let result = self.run_module(&module, name, found);
        self.initializing.retain(|&m| m != module.addr());
        if let Err(error) = result {
            let _ = self.modules.remove_str(&key, &self.heap);
            return Err(error);
        }
        // A module may put another object in its place.
        Ok(self.modules.get_str(&key).unwrap_or_else(|| module.into()))
    }

    fn run_module(&mut self, module: &Gc<Module>, name: &str, found: Found) -> Result<()> {
        let (text, file, is_apy, package_path) = match found {
            Found::Native(_) => return Ok(()),
            Found::Namespace(folders) => {
                let folders = folders
                    .iter()
                    .map(|f| self.new_str(f.to_string_lossy().into_owned()))
                    .collect();
                let list = self.new_list(folders).into();
                self.set_in(module, "__path__", list);
                return Ok(());
            }
            Found::Embedded { text, is_package } => {
                let file = format!(
                    "<apy>/{}{}.py",
                    name.replace('.', "/"),
                    if is_package { "/__init__" } else { "" }
                );
                let path = is_package.then(Vec::new);
                (text.to_string(), file, false, path)
            }
            Found::File { path, is_package } => {
                let file = path.to_string_lossy().into_owned();
                let text = self.read_source(&path)?;
                let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
                (
                    text,
                    file,
                    path.extension().is_some_and(|e| e == "apy"),
                    is_package.then(|| vec![folder]),
                )
            }
        };
        if let Some(folders) = package_path {
            let folders = folders
                .iter()
                .map(|f| self.new_str(f.to_string_lossy().into_owned()))
                .collect();
            let list = self.new_list(folders).into();
            self.set_in(module, "__path__", list);
        }
        let file_value = self.new_str(&*file);
        self.set_in(module, "__file__", file_value);
        if is_apy {
            self.apy_globals.insert(module.dict.addr());
        }
        let code = self.compile_file(&file, text, is_apy)?;
        self.run_code(&code, &module.dict.clone(), Value::Unbound, Box::default())
            .map(drop)
    }

    fn read_source(&mut self, path: &Path) -> Result<String> {
        let file = path.to_string_lossy().into_owned();
        let bytes = std::fs::read(path).map_err(|e| {
            let class = self.exc.OSError.clone();
            self.error(&class, format!("{file}: {e}"))
        })?;
        self.decode_source(&file, &bytes)
    }

    /// An empty module with the attributes that every module has.
    pub fn new_module(&mut self, name: &str) -> Gc<Module> {
        let dict = self.new_dict();
        let module = self.heap.alloc(&self.types.module, Module { dict });
        let name = self.intern(name).value();
        for (key, value) in [
            ("__name__", name),
            ("__doc__", Value::None),
            ("__package__", Value::None),
            ("__loader__", Value::None),
            ("__spec__", Value::None),
        ] {
            self.set_in(&module, key, value);
        }
        let builtins = self.builtins_module();
        self.set_in(&module, "__builtins__", builtins);
        module
    }

    /// Compiles the text of a file; a `SyntaxError` is raised as an exception.
    pub fn compile_file(&mut self, file: &str, text: String, is_apy: bool) -> Result<Gc<CodeObj>> {
        let source = Arc::new(Source::new(file, text));
        let options = Options {
            top_level_await: is_apy,
            ..Options::default()
        };
        self.compile_source(&source, apy_grammar::Mode::Program, &options)
    }

    /// Whether the module's code runs at this moment.
    pub(crate) fn is_initializing(&self, module: &Value) -> bool {
        module
            .as_obj()
            .is_some_and(|m| self.initializing.contains(&m.addr()))
    }

    /// `__import__(name, globals, locals, fromlist, level)`
    pub fn import_name(
        &mut self,
        name: &str,
        globals: Option<&Gc<Dict>>,
        fromlist: &Value,
        level: i64,
    ) -> Result<Value> {
        if level < 0 {
            return Err(self.value_error("level must be >= 0"));
        }
        let full = if level > 0 {
            self.resolve_relative(name, globals, level as usize)?
        } else {
            name.to_string()
        };
        if full.is_empty() {
            return Err(self.value_error("Empty module name"));
        }
        let module = self.import_module(&full)?;
        if !self.truth(fromlist)? {
            if level == 0 {
                return match name.split_once('.') {
                    Some((top, _)) => self.import_module(top),
                    None => Ok(module),
                };
            }
            // `__import__` with a level and no names gives the first part of what was asked for.
            let cut = name.split_once('.').map_or(0, |(_, rest)| rest.len() + 1);
            return self.import_module(&full[..full.len() - cut]);
        }
        let path = self.names.__path__.clone();
        if self.get_attr_opt(&module, &path)?.is_some() {
            self.import_submodules(&module, &full, fromlist)?;
        }
        Ok(module)
    }

    fn import_submodules(&mut self, module: &Value, full: &str, fromlist: &Value) -> Result<()> {
        for item in self.collect(fromlist)? {
            let Some(text) = item.downcast::<Str>().cloned() else {
                let got = self.type_name(&item);
                return Err(
                    self.type_error(format!("Item in ``from list'' must be str, not {got}"))
                );
            };
            if text.bytes() == b"*" {
                let all = self.names.__all__.clone();
                if let Some(all) = self.get_attr_opt(module, &all)? {
                    self.import_submodules(module, full, &all)?;
                }
                continue;
            }
            if self.get_attr_opt(module, &text)?.is_some() {
                continue;
            }
            let name = format!("{full}.{}", text.lossy());
            match self.import_module(&name) {
                Ok(_) => {}
                Err(e) if e.is_a(&self.exc.ModuleNotFoundError) && is_about(&e, &name) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn resolve_relative(
        &mut self,
        name: &str,
        globals: Option<&Gc<Dict>>,
        level: usize,
    ) -> Result<String> {
        let get = |vm: &Vm, key: &Gc<Str>| {
            let value = globals.and_then(|g| g.get_str(key));
            let _ = vm;
            value.and_then(|v| v.downcast::<Str>().map(|s| s.lossy().into_owned()))
        };
        let package = match get(self, &self.names.__package__.clone()) {
            Some(package) => package,
            None => {
                let Some(module) = get(self, &self.names.__name__.clone()) else {
                    return Err(self.error(&self.exc.KeyError.clone(), "'__name__' not in globals"));
                };
                let is_package = globals.is_some_and(|g| g.get_str(&self.names.__path__).is_some());
                if is_package {
                    module
                } else {
                    module
                        .rsplit_once('.')
                        .map_or(String::new(), |(p, _)| p.into())
                }
            }
        };
        if package.is_empty() {
            let message = "attempted relative import with no known parent package".to_string();
            return Err(self.import_error(false, message, "", Value::None));
        }
        let mut base = package.as_str();
        for _ in 1..level {
            match base.rsplit_once('.') {
                Some((outer, _)) => base = outer,
                None => {
                    let message = "attempted relative import beyond top-level package".to_string();
                    return Err(self.import_error(false, message, "", Value::None));
                }
            }
        }
        Ok(if name.is_empty() {
            base.to_string()
        } else {
            format!("{base}.{name}")
        })
    }

    /// The module object of `builtins`.
    pub fn builtins_module(&mut self) -> Value {
        let key = self.intern("builtins");
        if let Some(module) = self.modules.get_str(&key) {
            return module;
        }
        let module: Value = self
            .heap
            .alloc(
                &self.types.module,
                Module {
                    dict: self.builtins.clone(),
                },
            )
            .into();
        self.modules.set_str(&key, module.clone(), &self.heap);
        module
    }

    /// `sys.path`
    pub fn sys_path(&self) -> &Gc<List> {
        &self.path
    }
}

/// Whether a `ModuleNotFoundError` is about this very module.
fn is_about(error: &crate::objects::exceptions::Exc, name: &str) -> bool {
    error
        .0
        .field(1)
        .downcast::<Str>()
        .is_some_and(|n| n.as_str() == Some(name))
}

/// Looks for a module in a folder: a package, then a file; `.apy` before `.py`.
fn find_in(folder: &Path, name: &str) -> Option<Found> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let base = folder.join(name);
    if base.is_dir() {
        for init in ["__init__.apy", "__init__.py"] {
            let path = base.join(init);
            if path.is_file() {
                return Some(Found::File {
                    path,
                    is_package: true,
                });
            }
        }
    }
    for extension in ["apy", "py"] {
        let path = folder.join(format!("{name}.{extension}"));
        if path.is_file() {
            return Some(Found::File {
                path,
                is_package: false,
            });
        }
    }
    base.is_dir().then(|| Found::Namespace(vec![base]))
}
