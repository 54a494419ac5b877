//! `compile`, `exec`, `eval`, `globals`, `locals`, `__import__`.
#![allow(unsafe_code)]

use std::sync::Arc;

use apy_grammar::Mode;

use crate::bytecode::code::flags;
use crate::compiler::Options;
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::dict::Dict;
use crate::objects::function::{CellObj, CodeObj};
use crate::objects::header::Gc;
use crate::objects::list::Tuple;
use crate::objects::names::Slot;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::source::Source;
use crate::vm::{Result, Vm};

const ONLY_AST: i64 = 0x400;
const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
/// Every flag that `compile` knows: those of `__future__`, and its own.
const KNOWN_FLAGS: i64 =
    0x1ff_0000 | ONLY_AST | ALLOW_TOP_LEVEL_AWAIT | 0x200 | 0x100 | 0x800 | 0x1000 | 0x4000 | 0x10;

pub static FUNCTIONS: &[NativeDef] = &[
    function(
        "aiter",
        "($module, async_iterable, /)",
        aiter,
        "The asynchronous iterator of an asynchronous iterable.",
    ),
    function(
        "anext",
        "($module, aiterator, default=None, /)",
        anext,
        "The next item of an asynchronous iterator, to be awaited; the default at its end.",
    ),
    function(
        "compile",
        "($module, source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        compile,
        "Compile source into a code object that exec() or eval() can run.",
    ),
    function(
        "exec",
        "($module, source, /, globals=None, locals=None, *, closure=None)",
        exec,
        "Run statements in the given namespaces.",
    ),
    function(
        "eval",
        "($module, source, /, globals=None, locals=None)",
        eval,
        "Evaluate an expression in the given namespaces.",
    ),
    function(
        "globals",
        "($module, /)",
        globals,
        "The dictionary of the current module's global variables.",
    ),
    function(
        "locals",
        "($module, /)",
        locals,
        "The current scope's local variables.",
    ),
    function(
        "__import__",
        "($module, name, globals=None, locals=None, fromlist=(), level=0)",
        import,
        "Import a module; import statements call it.",
    ),
];

fn globals(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.current_globals().map_or(Value::None, Value::from))
}

fn locals(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.current_locals())
}

fn import(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(name) = args[0].downcast::<Str>().cloned() else {
        return Err(vm.type_error("module name must be a string"));
    };
    let globals = args[1].downcast::<Dict>().cloned();
    let fromlist = args[3].given().cloned().unwrap_or(Value::None);
    let level = match args[4].given() {
        Some(level) => vm.index_i64(level)?,
        None => 0,
    };
    vm.import_name(&name.lossy(), globals.as_ref(), &fromlist, level)
}

/// The text of a source argument, or `None` when it is neither text nor bytes.
fn source_text(vm: &mut Vm, source: &Value, filename: &str) -> Result<Option<String>> {
    if let Some(text) = source.downcast::<Str>() {
        let Some(text) = text.as_str() else {
            let class = vm.exc.UnicodeEncodeError.clone();
            return Err(vm.error(
                &class,
                "'utf-8' codec can't encode characters: surrogates not allowed",
            ));
        };
        if text.contains('\0') {
            let class = vm.exc.SyntaxError.clone();
            return Err(vm.error(&class, "source code string cannot contain null bytes"));
        }
        return Ok(Some(text.to_string()));
    }
    let bytes = if let Some(bytes) = source.downcast::<Bytes>() {
        bytes.data.to_vec()
    } else if let Some(bytes) = source.downcast::<ByteArray>() {
        bytes.data.borrow().clone()
    } else {
        return Ok(None);
    };
    if bytes.contains(&0) {
        let class = vm.exc.SyntaxError.clone();
        return Err(vm.error(&class, "source code string cannot contain null bytes"));
    }
    vm.decode_source(filename, &bytes).map(Some)
}

/// Whether the code that runs now was compiled with postponed annotations.
fn inherits_future_annotations(vm: &Vm) -> bool {
    // SAFETY: the running frame's code is alive.
    unsafe { !vm.frame.is_null() && (&(*(*vm.frame).code).code).has(flags::FUTURE_ANNOTATIONS) }
}

fn compile(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let filename = filename_of(vm, &args[1])?;
    let Some(mode) = args[2].downcast::<Str>().cloned() else {
        let name = vm.type_name(&args[2]);
        return Err(vm.type_error(format!("compile() argument 'mode' must be str, not {name}")));
    };
    let number = |vm: &mut Vm, value: &Value, default| {
        value.given().map_or(Ok(default), |v| vm.index_i64(v))
    };
    let compile_flags = number(vm, &args[3], 0)?;
    let optimize = number(vm, &args[5], -1)?;
    if compile_flags & !KNOWN_FLAGS != 0 {
        return Err(vm.value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(vm.value_error("compile(): invalid optimize value"));
    }
    let dont_inherit = match args[4].given() {
        Some(value) => vm.truth(value)?,
        None => false,
    };
    let mode = match &*mode.lossy() {
        "exec" => Mode::Program,
        "eval" => Mode::Expression,
        "single" => Mode::Interactive,
        _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let Some(text) = source_text(vm, &args[0], &filename)? else {
        return Err(vm.type_error("compile() arg 1 must be a string, bytes or AST object"));
    };
    if compile_flags & ONLY_AST != 0 {
        return Err(vm.not_implemented_error("compile() to an AST is not supported yet"));
    }
    let future = compile_flags & i64::from(flags::FUTURE_ANNOTATIONS) != 0
        || !dont_inherit && inherits_future_annotations(vm);
    let options = Options {
        top_level_await: compile_flags & ALLOW_TOP_LEVEL_AWAIT != 0,
        optimize: optimize.max(0) as u8,
        future_annotations: future,
    };
    let source = Arc::new(Source::new(filename, text));
    vm.compile_source(&source, mode, &options).map(Value::from)
}

fn filename_of(vm: &mut Vm, value: &Value) -> Result<String> {
    if let Some(name) = value.downcast::<Str>() {
        return Ok(name.lossy().into_owned());
    }
    if let Some(name) = value.downcast::<Bytes>() {
        return Ok(String::from_utf8_lossy(&name.data).into_owned());
    }
    if let Some(path) = vm.call_slot(value, Slot::FsPath, &[])? {
        return filename_of(vm, &path);
    }
    let name = vm.type_name(value);
    Err(vm.type_error(format!(
        "expected str, bytes or os.PathLike object, not {name}"
    )))
}

/// The namespaces in which `exec` and `eval` run.
fn namespaces(
    vm: &mut Vm,
    globals: &Value,
    locals: &Value,
    what: &str,
) -> Result<(Gc<Dict>, Value)> {
    let locals = locals.given_not_none().cloned();
    let Some(globals) = globals.given_not_none() else {
        let current = vm.current_globals().unwrap_or_else(|| vm.new_dict());
        let locals = match locals {
            Some(locals) => locals,
            None => vm.current_locals(),
        };
        check_mapping(vm, &locals, what)?;
        return Ok((current, locals));
    };
    let Some(dict) = globals.downcast::<Dict>().cloned() else {
        let name = vm.type_name(globals);
        return Err(if what == "exec" {
            vm.type_error(format!("exec() globals must be a dict, not {name}"))
        } else if vm.type_of(globals).has_slot(Slot::GetItem) {
            vm.type_error("globals must be a real dict; try eval(code, {}, mapping)")
        } else {
            vm.type_error("globals must be a dict")
        });
    };
    let locals = locals.unwrap_or_else(|| dict.value());
    check_mapping(vm, &locals, what)?;
    let key = vm.names.__builtins__.clone();
    if dict.get_str(&key).is_none() {
        let module = vm.builtins_module();
        dict.set_str(&key, module, &vm.heap);
    }
    Ok((dict, locals))
}

fn check_mapping(vm: &mut Vm, locals: &Value, what: &str) -> Result<()> {
    if vm.type_of(locals).has_slot(Slot::GetItem) {
        return Ok(());
    }
    let name = vm.type_name(locals);
    Err(vm.type_error(if what == "exec" {
        format!("locals must be a mapping or None, not {name}")
    } else {
        "locals must be a mapping".to_string()
    }))
}

fn exec(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (globals, locals) = namespaces(vm, &args[1], &args[2], "exec")?;
    let closure = args[3].given_not_none().cloned();
    let code = match args[0].downcast::<CodeObj>() {
        Some(code) => code.clone(),
        None => {
            if closure.is_some() {
                return Err(vm.type_error("closure can only be used when source is a code object"));
            }
            compile_text(vm, &args[0], Mode::Program, "exec")?
        }
    };
    let cells = closure_cells(vm, &code, closure)?;
    vm.run_code(&code, &globals, locals, cells)?;
    Ok(Value::None)
}

fn closure_cells(
    vm: &mut Vm,
    code: &CodeObj,
    closure: Option<Value>,
) -> Result<Box<[Gc<CellObj>]>> {
    let wanted = code.code.freevars.len();
    let Some(closure) = closure else {
        if wanted > 0 {
            return Err(vm.type_error(format!(
                "code object requires a closure of exactly length {wanted}"
            )));
        }
        return Ok(Box::default());
    };
    if wanted == 0 {
        return Err(vm.type_error("cannot use a closure with this code object"));
    }
    let cells: Option<Box<[Gc<CellObj>]>> = closure
        .downcast::<Tuple>()
        .filter(|t| t.len() == wanted)
        .and_then(|t| {
            t.items()
                .iter()
                .map(|c| c.downcast::<CellObj>().cloned())
                .collect()
        });
    match cells {
        Some(cells) => Ok(cells),
        None => Err(vm.type_error(format!(
            "code object requires a closure of exactly length {wanted}"
        ))),
    }
}

fn eval(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let (globals, locals) = namespaces(vm, &args[1], &args[2], "eval")?;
    let code = match args[0].downcast::<CodeObj>() {
        Some(code) if !code.code.freevars.is_empty() => {
            return Err(
                vm.type_error("code object passed to eval() may not contain free variables")
            );
        }
        Some(code) => code.clone(),
        None => compile_text(vm, &args[0], Mode::Expression, "eval")?,
    };
    vm.run_code(&code, &globals, locals, Box::default())
}

fn compile_text(vm: &mut Vm, source: &Value, mode: Mode, what: &str) -> Result<Gc<CodeObj>> {
    let Some(mut text) = source_text(vm, source, "<string>")? else {
        return Err(vm.type_error(format!(
            "{what}() arg 1 must be a string, bytes or code object"
        )));
    };
    if mode == Mode::Expression {
        text = text.trim_start_matches([' ', '\t']).to_string();
    }
    let options = Options {
        future_annotations: inherits_future_annotations(vm),
        ..Options::default()
    };
    let source = Arc::new(Source::new("<string>", text));
    vm.compile_source(&source, mode, &options)
}

fn aiter(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(iter) = vm.call_slot(&args[0], Slot::AIter, &[])? else {
        let name = vm.type_name(&args[0]);
        return Err(vm.type_error(format!("'{name}' object is not an async iterable")));
    };
    if !vm.type_of(&iter).has_slot(Slot::ANext) {
        let name = vm.type_name(&iter);
        return Err(vm.type_error(format!(
            "aiter() returned not an async iterator of type '{name}'"
        )));
    }
    Ok(iter)
}

fn anext(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(step) = vm.call_slot(&args[0], Slot::ANext, &[])? else {
        let name = vm.type_name(&args[0]);
        return Err(vm.type_error(format!("'{name}' object is not an async iterator")));
    };
    match args[1].given() {
        None => Ok(step),
        Some(default) => {
            let module = vm.import_module("_anext")?;
            vm.call_method(&module, "with_default", &[step, default.clone()])
        }
    }
}
