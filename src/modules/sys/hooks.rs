//! The hooks of `sys` as they are by default.

use crate::objects::native::Args;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// Takes anything, does nothing.
pub fn nothing(_vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::None)
}

pub fn call_tracing(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let items = vm.collect(&args[1])?;
    vm.call(&args[0], &items)
}

/// Prints what the interactive prompt shows of a value, and keeps it as `builtins._`.
pub fn display(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if args[0].is_none() {
        return Ok(Value::None);
    }
    let name = vm.intern("_");
    vm.builtins.set_str(&name, Value::None, &vm.heap);
    let mut text = vm.repr(&args[0])?.bytes().to_vec();
    text.push(b'\n');
    vm.write_stdout(&text);
    vm.builtins.set_str(&name, args[0].clone(), &vm.heap);
    Ok(Value::None)
}

/// Prints an exception as `traceback.print_exception` does.
pub fn except(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let import = vm.intern("__import__");
    let Some(import) = vm.builtins.get_str(&import) else {
        return Ok(Value::None);
    };
    let name = vm.new_str("traceback");
    let module = vm.call(&import, &[name])?;
    vm.call_method(&module, "print_exception", args.0)?;
    Ok(Value::None)
}
