//! `print` and `input`.

use crate::modules::sys::streams::StdStream;
use crate::objects::list::Tuple;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static FUNCTIONS: &[NativeDef] = &[function(
    "print",
    "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)",
    print,
    "Prints the values to a stream, or to sys.stdout by default.\n\n  sep\n    string inserted between values, default a space.\n  end\n    string appended after the last value, default a newline.\n  file\n    a file-like object (stream); defaults to the current sys.stdout.\n  flush\n    whether to forcibly flush the stream.",
)];

/// `sep` or `end`: a string or `None` for the default.
fn separator(vm: &mut Vm, value: &Value, name: &str, default: &'static str) -> Result<Value> {
    match value.given_not_none() {
        None => Ok(vm.new_str(default)),
        Some(value) if value.is::<Str>() => Ok(value.clone()),
        Some(value) => {
            let found = vm.type_name(value);
            Err(vm.type_error(format!("{name} must be None or a string, not {found}")))
        }
    }
}

fn print(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let values = args.this::<Tuple>(vm, 0)?;
    let sep = separator(vm, &args[1], "sep", " ")?;
    let end = separator(vm, &args[2], "end", "\n")?;
    let Some(file) = target(vm, &args[3])? else {
        return Ok(Value::None);
    };
    let Some(stream) = file.downcast::<StdStream>().cloned() else {
        return print_to(vm, &file, values.items(), (&sep, &end), &args[4]);
    };
    let mut out = Vec::new();
    for (i, value) in values.items().iter().enumerate() {
        if i > 0
            && let Some(sep) = sep.downcast::<Str>()
        {
            out.extend_from_slice(sep.bytes());
        }
        out.extend_from_slice(vm.str(value)?.bytes());
    }
    if let Some(end) = end.downcast::<Str>() {
        out.extend_from_slice(end.bytes());
    }
    vm.write_std(&stream, &out);
    if let Some(flush) = args[4].given()
        && vm.truth(flush)?
    {
        let _ = vm.flush_stdout();
    }
    Ok(Value::None)
}

/// Where to print: `file`, or `sys.stdout`; `None` when that is `None`.
fn target(vm: &mut Vm, file: &Value) -> Result<Option<Value>> {
    if let Some(file) = file.given_not_none() {
        return Ok(Some(file.clone()));
    }
    let sys = vm.import_module("sys")?;
    let stdout = vm.names.stdout.clone();
    match vm.get_attr_opt(&sys, &stdout)? {
        Some(Value::None) => Ok(None),
        Some(file) => Ok(Some(file)),
        None => Err(vm.runtime_error("lost sys.stdout")),
    }
}

/// One call of `write` for each piece, as CPython makes them.
fn print_to(
    vm: &mut Vm,
    file: &Value,
    values: &[Value],
    (sep, end): (&Value, &Value),
    flush: &Value,
) -> Result<Value> {
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            vm.call_method(file, "write", std::slice::from_ref(sep))?;
        }
        let text = vm.str(value)?.into();
        vm.call_method(file, "write", &[text])?;
    }
    vm.call_method(file, "write", std::slice::from_ref(end))?;
    if let Some(flush) = flush.given()
        && vm.truth(flush)?
    {
        vm.call_method(file, "flush", &[])?;
    }
    Ok(Value::None)
}
