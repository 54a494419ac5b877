//! `sys.stdout` and `sys.stderr`: text streams straight to the process's.

use std::io::{IsTerminal, Write};

use crate::objects::header::Gc;
use crate::objects::module::Module;
use crate::objects::native::{Args, getter, method};
use crate::objects::str::Str;
use crate::objects::types::{NO_NEW, TypeDef};
use crate::objects::value::Value;
use crate::payload;
use crate::vm::{Result, Vm};

/// Descriptor 1 or 2.
pub struct StdStream {
    pub fd: i64,
}
payload!(StdStream, untracked);

static STD_STREAM: TypeDef = TypeDef {
    name: "_io.TextIOWrapper",
    doc: "A text stream of the process.",
    flags: NO_NEW,
    methods: &[
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("write", "($self, text, /)", write, "Write a string."),
        method("flush", "($self, /)", flush, "Write out what is held back."),
        method("isatty", "($self, /)", is_atty, "Whether it is a terminal."),
        method("fileno", "($self, /)", fileno, "The descriptor."),
        method("writable", "($self, /)", |_, _| Ok(Value::TRUE), ""),
        method("readable", "($self, /)", |_, _| Ok(Value::FALSE), ""),
    ],
    getsets: &[
        getter("encoding", |vm, _| Ok(vm.new_str("utf-8")), ""),
        getter("closed", |_, _| Ok(Value::FALSE), ""),
        getter("mode", |vm, _| Ok(vm.new_str("w")), ""),
        getter("name", |vm, this| Ok(vm.new_str(name_of(this))), ""),
    ],
    ..TypeDef::EMPTY
};

fn name_of(this: &Value) -> &'static str {
    match this.downcast::<StdStream>() {
        Some(stream) if stream.fd == 2 => "<stderr>",
        _ => "<stdout>",
    }
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let name = name_of(&args[0]);
    Ok(vm.new_str(format!(
        "<_io.TextIOWrapper name='{name}' mode='w' encoding='utf-8'>"
    )))
}

fn write(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let stream = args.this::<StdStream>(vm, 0)?;
    let Some(text) = args[1].downcast::<Str>().cloned() else {
        let name = vm.type_name_or_none(&args[1]);
        return Err(vm.type_error(format!("write() argument must be str, not {name}")));
    };
    vm.write_std(&stream, text.bytes());
    Ok(text.len().into())
}

fn flush(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    let _ = vm.flush_stdout();
    Ok(Value::None)
}

fn is_atty(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let stream = args.this::<StdStream>(vm, 0)?;
    Ok(Value::Bool(if stream.fd == 2 {
        std::io::stderr().is_terminal()
    } else {
        std::io::stdout().is_terminal()
    }))
}

fn fileno(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Int(args.this::<StdStream>(vm, 0)?.fd))
}

impl Vm {
    /// Writes to one of the process's streams.
    pub fn write_std(&mut self, stream: &StdStream, bytes: &[u8]) {
        if stream.fd == 2 {
            let _ = std::io::stderr().write_all(bytes);
        } else {
            self.write_stdout(bytes);
        }
    }
}

/// Puts the streams into `sys`.
pub fn add(vm: &mut Vm, module: &Gc<Module>) {
    let ty = vm.module_type::<StdStream>(&STD_STREAM, None);
    for (fd, names) in [(1, ["stdout", "__stdout__"]), (2, ["stderr", "__stderr__"])] {
        let stream: Value = vm.heap.alloc(&ty, StdStream { fd }).into();
        for name in names {
            vm.set_in(module, name, stream.clone());
        }
    }
}
