//! `sys`: the interpreter as scripts see it. `info.rs` has its struct sequences, `limits.rs` what
//! scripts may set, `hooks.rs` what is called at certain moments, `names.rs` the names of modules.
//!
//! `frames.rs` has the frames, the handled exception and the hooks of asynchronous generators.

pub mod frames;
pub mod hooks;
pub mod info;
pub mod limits;
mod names;
pub mod streams;

use super::NativeModule;
use crate::objects::header::Gc;
use crate::objects::instance::Instance;
use crate::objects::module::Module;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static SYS: NativeModule = NativeModule {
    name: "sys",
    doc: "Objects that the interpreter uses or keeps, and functions that deal with it closely.",
    functions: FUNCTIONS,
    init,
};

static FUNCTIONS: &[NativeDef] = &[
    function(
        "exit",
        "($module, status=None, /)",
        exit,
        "Exit the interpreter by raising SystemExit(status).\n\nNone or 0 means success; an integer is the exit code; anything else is printed\nand the exit code is 1.",
    ),
    function(
        "intern",
        "($module, string, /)",
        intern,
        "The one string of its text that all interned ones share.",
    ),
    function(
        "getsizeof",
        "(object, default)",
        getsizeof,
        "getsizeof(object [, default]) -> int\n\nThe size of an object in bytes.",
    ),
    function(
        "getrefcount",
        "($module, object, /)",
        getrefcount,
        "The number of references to an object, the argument itself counted.",
    ),
    function(
        "getdefaultencoding",
        "($module, /)",
        default_encoding,
        "The encoding of str.encode() and bytes.decode() by default.",
    ),
    function(
        "getfilesystemencoding",
        "($module, /)",
        default_encoding,
        "The encoding of file names.",
    ),
    function(
        "getfilesystemencodeerrors",
        "($module, /)",
        fs_errors,
        "The error handler of file names.",
    ),
    function(
        "is_finalizing",
        "($module, /)",
        is_finalizing,
        "Whether the interpreter is shutting down.",
    ),
    function(
        "_is_interned",
        "($module, string, /)",
        is_interned,
        "Whether the string is interned.",
    ),
    function(
        "_is_gil_enabled",
        "($module, /)",
        is_gil_enabled,
        "Whether one thread at a time runs scripts.",
    ),
    function(
        "getrecursionlimit",
        "($module, /)",
        limits::get_recursion,
        "How deep calls may nest.",
    ),
    function(
        "setrecursionlimit",
        "($module, limit, /)",
        limits::set_recursion,
        "Set how deep calls may nest.",
    ),
    function(
        "get_int_max_str_digits",
        "($module, /)",
        limits::get_digits,
        "The most digits that int and str convert into each other.",
    ),
    function(
        "set_int_max_str_digits",
        "($module, /, maxdigits)",
        limits::set_digits,
        "Set the most digits that int and str convert into each other.",
    ),
    function(
        "getswitchinterval",
        "($module, /)",
        limits::get_switch,
        "The interval at which threads switch, in seconds.",
    ),
    function(
        "setswitchinterval",
        "($module, interval, /)",
        limits::set_switch,
        "Set the interval at which threads switch, in seconds.",
    ),
    function(
        "displayhook",
        "($module, object, /)",
        hooks::display,
        "Print an object to sys.stdout and also save it in builtins._",
    ),
    function(
        "excepthook",
        "($module, exctype, value, traceback, /)",
        hooks::except,
        "Handle an exception by displaying it with a traceback on sys.stderr.",
    ),
    function(
        "audit",
        "($module, event, /, *args)",
        hooks::nothing,
        "Pass an event to the audit hooks.",
    ),
    function(
        "addaudithook",
        "($module, /, hook)",
        hooks::nothing,
        "Add an audit hook.",
    ),
    function(
        "settrace",
        "($module, function, /)",
        hooks::nothing,
        "Set the global trace function; there is no tracing here.",
    ),
    function(
        "gettrace",
        "($module, /)",
        hooks::nothing,
        "The global trace function.",
    ),
    function(
        "setprofile",
        "($module, function, /)",
        hooks::nothing,
        "Set the profile function; there is no profiling here.",
    ),
    function(
        "getprofile",
        "($module, /)",
        hooks::nothing,
        "The profile function.",
    ),
    function(
        "call_tracing",
        "($module, func, args, /)",
        hooks::call_tracing,
        "Call func(*args).",
    ),
    function(
        "_clear_type_cache",
        "($module, /)",
        hooks::nothing,
        "Clear what look-ups on types remember.",
    ),
    function(
        "_clear_internal_caches",
        "($module, /)",
        hooks::nothing,
        "Clear internal caches.",
    ),
];

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    for def in frames::FUNCTIONS {
        let func = vm.new_native(def, "sys");
        vm.set_in(module, def.name, func);
    }
    let structs = [
        ("version_info", info::version_info(vm)),
        ("flags", info::flags(vm)),
        ("float_info", info::float_info(vm)),
        ("int_info", info::int_info(vm)),
        ("hash_info", info::hash_info(vm)),
        ("thread_info", info::thread_info(vm)),
    ];
    for (name, value) in structs {
        vm.set_in(module, name, value);
    }
    let texts = [
        ("platform", std::env::consts::OS),
        (
            "byteorder",
            if cfg!(target_endian = "big") {
                "big"
            } else {
                "little"
            },
        ),
        ("float_repr_style", "short"),
        ("platlibdir", "lib"),
        ("abiflags", ""),
        ("_framework", ""),
        ("prefix", "/usr"),
        ("exec_prefix", "/usr"),
        ("base_prefix", "/usr"),
        ("base_exec_prefix", "/usr"),
        (
            "version",
            concat!("3.13.0 (apy ", env!("CARGO_PKG_VERSION"), ")"),
        ),
        ("copyright", "Copyright (c) the authors of apy."),
    ];
    for (name, text) in texts {
        let text = vm.new_str(text);
        vm.set_in(module, name, text);
    }
    let numbers = [
        ("maxsize", Value::Int(i64::MAX)),
        ("maxunicode", Value::Int(0x10ffff)),
        ("hexversion", Value::Int(info::HEX_VERSION)),
        ("api_version", Value::Int(1013)),
        ("dont_write_bytecode", Value::FALSE),
        ("pycache_prefix", Value::None),
    ];
    for (name, value) in numbers {
        vm.set_in(module, name, value);
    }
    streams::add(vm, module);
    add_collections(vm, module)
}

fn add_collections(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    for name in [
        "argv",
        "orig_argv",
        "path",
        "meta_path",
        "path_hooks",
        "warnoptions",
    ] {
        let list = vm.new_list(vec![]).into();
        vm.set_in(module, name, list);
    }
    for name in ["path_importer_cache", "_xoptions"] {
        let dict = vm.new_dict().into();
        vm.set_in(module, name, dict);
    }
    let modules = vm.modules.value();
    vm.set_in(module, "modules", modules);
    let builtin = names::BUILTIN.iter().map(|n| vm.new_str(*n)).collect();
    let builtin = vm.new_tuple(builtin).into();
    vm.set_in(module, "builtin_module_names", builtin);
    let stdlib: Vec<Value> = names::STDLIB.iter().map(|n| vm.new_str(*n)).collect();
    let stdlib = vm.new_tuple(stdlib).value();
    let frozenset = vm.types.frozenset.value();
    let stdlib = vm.call(&frozenset, &[stdlib])?;
    vm.set_in(module, "stdlib_module_names", stdlib);
    let executable = std::env::current_exe().unwrap_or_default();
    let executable = vm.new_str(executable.to_string_lossy().into_owned());
    vm.set_in(module, "executable", executable.clone());
    vm.set_in(module, "_base_executable", executable);
    for (hidden, name) in [
        ("__displayhook__", "displayhook"),
        ("__excepthook__", "excepthook"),
    ] {
        let name = vm.intern(name);
        let hook = module.dict.get_str(&name).unwrap_or(Value::None);
        vm.set_in(module, hidden, hook);
    }
    let implementation = implementation(vm)?;
    vm.set_in(module, "implementation", implementation);
    Ok(())
}

fn implementation(vm: &mut Vm) -> Result<Value> {
    let ty = vm.types.simple_namespace.clone();
    let object: Value = vm.heap.alloc(&ty, Instance).into();
    let fields = [
        ("name", vm.new_str("apy")),
        ("cache_tag", vm.new_str("apy-313")),
        ("version", info::version_info(vm)),
        ("hexversion", Value::Int(info::HEX_VERSION)),
        ("_multiarch", vm.new_str(concat_arch())),
    ];
    for (name, value) in fields {
        let name = vm.intern(name);
        vm.set_attr(&object, &name, &value)?;
    }
    Ok(object)
}

fn concat_arch() -> String {
    format!("{}-{}-gnu", std::env::consts::ARCH, std::env::consts::OS)
}

fn exit(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = vm.exc.SystemExit.value();
    let status = args[0].given_not_none().cloned();
    let items = match status {
        None => vec![],
        Some(Value::Obj(o)) if o.ty() == &vm.types.tuple => vm.collect(&Value::Obj(o))?,
        Some(status) => vec![status],
    };
    let exc = vm.call(&class, &items)?;
    match exc.downcast::<crate::objects::exceptions::Exception>() {
        Some(exc) => Err(crate::objects::exceptions::Exc(exc.clone())),
        None => Err(vm.system_error("SystemExit made no exception")),
    }
}

fn intern(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    match args[0].downcast::<Str>() {
        Some(s) if s.ty() == &vm.types.str => Ok(vm.heap.intern(s).into()),
        Some(_) => {
            let name = vm.type_name(&args[0]);
            Err(vm.type_error(format!("can't intern {name}")))
        }
        None => {
            let name = vm.type_name_or_none(&args[0]);
            Err(vm.type_error(format!("intern() argument must be str, not {name}")))
        }
    }
}

fn is_interned(_vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(
        args[0].downcast::<Str>().is_some_and(|s| s.is_interned()),
    ))
}

/// `__sizeof__` and the header of objects that the collector tracks.
fn getsizeof(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let size = vm.intern("__sizeof__");
    let ty = vm.type_of(&args[0]).clone();
    let found = match ty.lookup(&size) {
        Some(func) => vm.call_special(&func, &args[0], &[]),
        None => {
            let name = ty.name();
            Err(vm.type_error(format!("Type {name} doesn't define __sizeof__")))
        }
    };
    let size = match (found, args[1].given()) {
        (Err(e), Some(default)) if e.is_a(&vm.exc.TypeError) => return Ok(default.clone()),
        (found, _) => vm.index_i64(&found?)?,
    };
    if size < 0 {
        return Err(vm.value_error("__sizeof__() should return >= 0"));
    }
    let tracked = matches!(&args[0], Value::Obj(o) if o.header().vtable().tracked);
    Ok(Value::Int(size + if tracked { 16 } else { 0 }))
}

fn getrefcount(_vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(match &args[0] {
        Value::Obj(obj) => Value::Int(obj.header().count().into()),
        _ => Value::Int(u32::MAX.into()),
    })
}

fn default_encoding(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.new_str("utf-8"))
}

fn fs_errors(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.new_str("surrogateescape"))
}

fn is_finalizing(_vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::FALSE)
}

fn is_gil_enabled(_vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::TRUE)
}
