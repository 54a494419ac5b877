//! What scripts see of code objects. They show the facts of the source; instructions are our own.

use std::sync::Arc;

use super::function::CodeObj;
use super::header::Gc;
use super::list::Tuple;
use super::native::{Args, getter, member, method};
use super::object_type::OwnedKeywords;
use super::str::Str;
use super::typeobj::type_flags::WEAKREF;
use super::types::{NO_NEW, TypeDef};
use super::value::Value;
use crate::bytecode::code::{Const, flags};
use crate::bytecode::{Code, CodeKind};
use crate::source::Source;
use crate::vm::{Result, Vm};

/// Bytes that an instruction counts for in positions that scripts see.
pub const UNIT: usize = 2;

pub static CODE: TypeDef = TypeDef {
    name: "code",
    doc: "Compiled source: of a module, a class body, a function or an expression.",
    flags: WEAKREF | NO_NEW,
    methods: &[
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__hash__", "($self, /)", hash, "Return hash(self)."),
        method("__eq__", "($self, value, /)", eq, "Return self==value."),
        method(
            "co_lines",
            "($self, /)",
            lines,
            "Triples of first and last position and line.",
        ),
        method(
            "co_positions",
            "($self, /)",
            positions,
            "Lines and columns of every instruction.",
        ),
        method(
            "replace",
            "($self, /, *args, **kwargs)",
            replace,
            "A copy with some attributes changed.",
        ),
        method(
            "__replace__",
            "($self, /, *args, **kwargs)",
            replace,
            "The same as replace().",
        ),
        method(
            "_varname_from_oparg",
            "($self, /, oparg)",
            varname,
            "Name of a local variable by its number.",
        ),
    ],
    getsets: &[
        member(
            "co_argcount",
            |vm, this| count(vm, this, |c| c.args.into()),
            "",
        ),
        member(
            "co_posonlyargcount",
            |vm, this| count(vm, this, |c| c.posonly.into()),
            "",
        ),
        member(
            "co_kwonlyargcount",
            |vm, this| count(vm, this, |c| c.kwonly.into()),
            "",
        ),
        member("co_stacksize", |vm, this| count(vm, this, stack_size), ""),
        member("co_flags", |vm, this| count(vm, this, shown_flags), ""),
        member(
            "co_firstlineno",
            |vm, this| count(vm, this, |c| c.first_line as usize),
            "",
        ),
        member(
            "co_nlocals",
            |vm, this| count(vm, this, |c| local_names(c).len()),
            "",
        ),
        member(
            "co_filename",
            |vm, this| text(vm, this, |c| &c.source.name),
            "",
        ),
        member("co_name", |vm, this| text(vm, this, |c| &c.name), ""),
        member(
            "co_qualname",
            |vm, this| text(vm, this, |c| &c.qualname),
            "",
        ),
        member("co_consts", consts, ""),
        member(
            "co_names",
            |vm, this| names(vm, this, |c| c.names.clone()),
            "",
        ),
        getter("co_varnames", |vm, this| names(vm, this, local_names), ""),
        getter("co_cellvars", |vm, this| names(vm, this, cell_names), ""),
        getter(
            "co_freevars",
            |vm, this| names(vm, this, |c| c.freevars.clone()),
            "",
        ),
        getter("co_code", raw_code, ""),
        member("co_linetable", raw_lines, ""),
        member("co_exceptiontable", raw_handlers, ""),
    ],
    ..TypeDef::EMPTY
};

fn code(vm: &mut Vm, this: &Value) -> Result<Gc<CodeObj>> {
    match this.downcast::<CodeObj>() {
        Some(code) => Ok(code.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

/// The docstring of a function's code, or `None`.
pub fn docstring(vm: &Vm, code: &CodeObj) -> Value {
    match code.code.consts.first() {
        Some(Const::Str(text)) if code.code.has(flags::HAS_DOCSTRING) => {
            vm.heap.new_str(Str::from_wtf8(text.0.to_vec())).into()
        }
        _ => Value::None,
    }
}

// ---- names -----------------------------------------------------------------------------------

/// Where a frame keeps a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalPlace {
    Register(usize),
    Free(usize),
}

/// Registers of the parameters and of the locals that no inner function uses.
fn plain_locals(code: &Code) -> impl Iterator<Item = usize> {
    let params = code.param_count();
    let is_cell = move |i: usize| code.cellvars.iter().any(|r| r.0 as usize == i);
    (0..code.varnames.len()).filter(move |&i| i < params || !is_cell(i))
}

/// Registers of the locals that inner functions use: parameters, then the rest by name.
fn cell_locals(code: &Code) -> Vec<usize> {
    let params = code.param_count();
    let mut registers: Vec<usize> = code.cellvars.iter().map(|r| r.0 as usize).collect();
    registers.retain(|&r| r < code.varnames.len());
    registers.sort_by(|&a, &b| match (a < params, b < params) {
        (true, true) => a.cmp(&b),
        (false, false) => code.varnames[a].cmp(&code.varnames[b]),
        (a_first, _) => b_after(a_first),
    });
    registers
}

fn b_after(a_first: bool) -> std::cmp::Ordering {
    if a_first {
        std::cmp::Ordering::Less
    } else {
        std::cmp::Ordering::Greater
    }
}

/// The variables of a function as `locals()` lists them: plain ones, cells, free variables.
pub fn local_places(code: &Code) -> Vec<(Arc<str>, LocalPlace)> {
    let params = code.param_count();
    let cells = cell_locals(code).into_iter().filter(|&r| r >= params);
    let registers = plain_locals(code).chain(cells);
    let registers = registers.map(|r| (code.varnames[r].clone(), LocalPlace::Register(r)));
    let free = code.freevars.iter().enumerate();
    registers
        .chain(free.map(|(i, name)| (name.clone(), LocalPlace::Free(i))))
        // Names of the compiler's own, such as `.0`, are not shown.
        .filter(|(name, _)| !name.starts_with('.'))
        .collect()
}

fn local_names(code: &Code) -> Vec<Arc<str>> {
    plain_locals(code)
        .map(|i| code.varnames[i].clone())
        .collect()
}

fn cell_names(code: &Code) -> Vec<Arc<str>> {
    cell_locals(code)
        .into_iter()
        .map(|i| code.varnames[i].clone())
        .collect()
}

/// `co_flags` without the bits that are our own.
fn shown_flags(code: &Code) -> usize {
    (code.flags & !(flags::HAS_DOCSTRING | flags::METHOD)) as usize
}

fn stack_size(code: &Code) -> usize {
    usize::from(code.nregs)
        .saturating_sub(code.varnames.len())
        .max(1)
}

fn count(vm: &mut Vm, this: &Value, get: fn(&Code) -> usize) -> Result<Value> {
    Ok(Value::from(get(&code(vm, this)?.code)))
}

fn text(vm: &mut Vm, this: &Value, get: fn(&Code) -> &str) -> Result<Value> {
    let code = code(vm, this)?;
    Ok(vm.intern(get(&code.code)).into())
}

fn names(vm: &mut Vm, this: &Value, get: fn(&Code) -> Vec<Arc<str>>) -> Result<Value> {
    let code = code(vm, this)?;
    let all = get(&code.code)
        .iter()
        .map(|name| vm.intern(name).into())
        .collect();
    Ok(vm.new_tuple(all).into())
}

fn consts(vm: &mut Vm, this: &Value) -> Result<Value> {
    let code = code(vm, this)?;
    let mut all = vm.linked(&code).consts.to_vec();
    let is_function = code.code.kind == CodeKind::Function;
    if is_function && !code.code.has(flags::HAS_DOCSTRING) || all.is_empty() {
        all.retain(|v| !v.is_none());
        all.insert(0, Value::None);
    }
    Ok(vm.new_tuple(all).into())
}

fn varname(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let code = code(vm, &args[0])?;
    let i = vm.index_i64(&args[1])?;
    match usize::try_from(i)
        .ok()
        .and_then(|i| code.code.varnames.get(i))
    {
        Some(name) => Ok(vm.intern(name).into()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

/// Something of the right kind for those who compare or hash it.
fn raw_code(vm: &mut Vm, this: &Value) -> Result<Value> {
    let code = code(vm, this)?;
    let mut bytes = Vec::new();
    for op in &code.code.ops {
        bytes.extend_from_slice(&(hash_text(&format!("{op:?}")) as u16).to_le_bytes());
    }
    Ok(vm.new_bytes(bytes))
}

fn raw_lines(vm: &mut Vm, this: &Value) -> Result<Value> {
    let code = code(vm, this)?;
    let first = code.code.first_line;
    let lines = (0..code.code.ops.len()).map(|pc| code.code.line(pc).wrapping_sub(first) as u8);
    let lines = lines.collect();
    Ok(vm.new_bytes(lines))
}

fn raw_handlers(vm: &mut Vm, this: &Value) -> Result<Value> {
    let code = code(vm, this)?;
    let mut bytes = Vec::new();
    for handler in &code.code.handlers {
        for n in [handler.start, handler.end, handler.target] {
            bytes.extend_from_slice(&(n as u16).to_le_bytes());
        }
    }
    Ok(vm.new_bytes(bytes))
}

fn hash_text(text: &str) -> i64 {
    super::str::hash_bytes(text.as_bytes())
}

// ---- comparison ------------------------------------------------------------------------------

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let code = code(vm, &args[0])?;
    let c = &code.code;
    let at = vm.id(&args[0]);
    Ok(vm.new_str(format!(
        "<code object {} at {at:#x}, file \"{}\", line {}>",
        c.name, c.source.name, c.first_line
    )))
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let code = code(vm, &args[0])?;
    let c = &code.code;
    let text = format!("{}:{}:{}:{:?}", c.name, c.first_line, c.flags, c.varnames);
    Ok(Value::Int(hash_text(&text)))
}

fn eq(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(other) = args[1].downcast::<CodeObj>() else {
        return Ok(Value::NotImplemented);
    };
    let code = code(vm, &args[0])?;
    let (a, b) = (&code.code, &other.code);
    let same = Arc::ptr_eq(a, b)
        || a.name == b.name
            && a.flags == b.flags
            && a.first_line == b.first_line
            && (a.args, a.posonly, a.kwonly) == (b.args, b.posonly, b.kwonly)
            && a.varnames == b.varnames
            && a.names == b.names
            && a.freevars == b.freevars
            && a.cellvars == b.cellvars
            && a.ops == b.ops
            && a.consts == b.consts;
    Ok(Value::Bool(same))
}

// ---- positions -------------------------------------------------------------------------------

fn lines(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let code = code(vm, &args[0])?;
    let mut rows = Vec::new();
    let n = code.code.ops.len();
    let mut start = 0;
    for pc in 1..=n {
        if pc == n || code.code.line(pc) != code.code.line(start) {
            let row = [start * UNIT, pc * UNIT, code.code.line(start) as usize];
            let row = row.into_iter().map(Value::from).collect();
            rows.push(vm.new_tuple(row).into());
            start = pc;
        }
    }
    let rows = vm.new_list(rows).into();
    vm.iter(&rows)
}

fn positions(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let code = code(vm, &args[0])?;
    let source = &code.code.source;
    let mut rows = Vec::new();
    for span in &code.code.spans {
        let (line, column) = line_and_byte(source, span.start);
        let (end_line, end_column) = line_and_byte(source, span.end);
        let row = [line, end_line, column, end_column]
            .into_iter()
            .map(Value::from)
            .collect();
        rows.push(vm.new_tuple(row).into());
    }
    let rows = vm.new_list(rows).into();
    vm.iter(&rows)
}

/// 1-based line and byte offset in it.
fn line_and_byte(source: &Source, at: u32) -> (usize, usize) {
    let line = source.line(at);
    let before = source.text.get(..at as usize).unwrap_or_default();
    let start = before.rfind(['\n', '\r']).map_or(0, |i| i + 1);
    (line as usize, before.len() - start)
}

// ---- replace ---------------------------------------------------------------------------------

fn replace(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let code = code(vm, &args[0])?;
    if args[1].downcast::<Tuple>().is_some_and(|t| !t.is_empty()) {
        return Err(vm.type_error("replace() takes no positional arguments"));
    }
    let mut new: Code = (*code.code).clone();
    let keywords = OwnedKeywords::of(&args[2]);
    for (key, value) in keywords.get().iter() {
        let key = key
            .downcast::<Str>()
            .map(|s| s.lossy().into_owned())
            .unwrap_or_default();
        replace_one(vm, &mut new, &key, value)?;
    }
    Ok(vm
        .heap
        .alloc(&vm.types.code, CodeObj::new(Arc::new(new)))
        .into())
}

fn replace_one(vm: &mut Vm, code: &mut Code, key: &str, value: &Value) -> Result<()> {
    match key {
        "co_name" => code.name = text_argument(vm, key, value)?.as_str().into(),
        "co_qualname" => code.qualname = text_argument(vm, key, value)?.as_str().into(),
        "co_filename" => {
            let name = text_argument(vm, key, value)?;
            code.source = Arc::new(Source::new(name, code.source.text.clone()));
        }
        "co_firstlineno" => code.first_line = number_argument(vm, key, value)? as u32,
        "co_flags" => code.flags = number_argument(vm, key, value)? as u32,
        "co_argcount" | "co_posonlyargcount" | "co_kwonlyargcount" | "co_nlocals"
        | "co_stacksize" => {
            number_argument(vm, key, value)?;
        }
        "co_varnames" | "co_names" | "co_freevars" | "co_cellvars" | "co_consts" => {
            if !value.is::<Tuple>() {
                let ty = vm.type_name(value);
                return Err(vm.type_error(format!(
                    "replace() argument '{key}' must be tuple, not {ty}"
                )));
            }
        }
        "co_code" | "co_linetable" | "co_exceptiontable" => {
            if !value.is::<super::bytes::Bytes>() {
                let ty = vm.type_name(value);
                return Err(vm.type_error(format!(
                    "replace() argument '{key}' must be bytes, not {ty}"
                )));
            }
        }
        _ => {
            return Err(vm.type_error(format!(
                "replace() got an unexpected keyword argument '{key}'"
            )));
        }
    }
    Ok(())
}

fn text_argument(vm: &mut Vm, key: &str, value: &Value) -> Result<String> {
    match value.downcast::<Str>() {
        Some(text) => Ok(text.lossy().into_owned()),
        None => {
            let ty = vm.type_name(value);
            Err(vm.type_error(format!("replace() argument '{key}' must be str, not {ty}")))
        }
    }
}

fn number_argument(vm: &mut Vm, key: &str, value: &Value) -> Result<i64> {
    let n = vm.index_i64(value)?;
    if n < 0 {
        return Err(vm.value_error(format!("{key} must be a positive integer")));
    }
    Ok(n)
}
