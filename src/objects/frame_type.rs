//! What scripts see of frames and tracebacks.

use super::code_type::UNIT;
use super::frame::{FrameObj, Traceback};
use super::header::Gc;
use super::native::{Args, getset, getter, member, method, new};
use super::types::{NO_NEW, TypeDef};
use super::value::Value;
use crate::bytecode::CodeKind;
use crate::vm::{Result, Vm};

pub static FRAME: TypeDef = TypeDef {
    name: "frame",
    flags: NO_NEW,
    methods: &[
        method("__repr__", "($self, /)", frame_repr, "Return repr(self)."),
        method(
            "clear",
            "($self, /)",
            frame_clear,
            "Let go of the variables of a frame that is done.",
        ),
        method(
            "__sizeof__",
            "($self, /)",
            frame_sizeof,
            "Size of the frame in memory, in bytes.",
        ),
    ],
    getsets: &[
        getter("f_back", get_back, ""),
        getter("f_code", get_code, ""),
        getter("f_globals", get_globals, ""),
        getter("f_builtins", get_builtins, ""),
        getter("f_locals", get_locals, ""),
        getset("f_lineno", get_lineno, set_lineno, ""),
        getter("f_lasti", get_lasti, ""),
        getset("f_trace", get_trace, set_trace, ""),
        getset("f_trace_lines", get_trace_lines, ignore, ""),
        getset("f_trace_opcodes", get_trace_opcodes, ignore, ""),
    ],
    ..TypeDef::EMPTY
};

fn frame(vm: &mut Vm, this: &Value) -> Result<Gc<FrameObj>> {
    match this.downcast::<FrameObj>() {
        Some(frame) => Ok(frame.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn frame_repr(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let frame = frame(vm, &args[0])?;
    let code = &frame.code.code;
    let file = vm.new_str(&*code.source.name);
    let file = vm.repr(&file)?;
    let (at, line) = (vm.id(&args[0]), code.line(vm.frame_pc(&frame)));
    Ok(vm.new_str(format!(
        "<frame at {at:#x}, file {}, line {line}, code {}>",
        file.lossy(),
        code.name
    )))
}

fn frame_clear(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let frame = frame(vm, &args[0])?;
    let live = frame.live.get();
    if !live.is_null() {
        let what = if vm.is_on_stack(live) {
            "an executing"
        } else {
            "a suspended"
        };
        return Err(vm.runtime_error(format!("cannot clear {what} frame")));
    }
    let old = (
        frame.registers.take(),
        frame.closure.take(),
        frame.extra_locals.take(),
    );
    drop(old);
    Ok(Value::None)
}

fn frame_sizeof(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let frame = frame(vm, &args[0])?;
    Ok(Value::Int(120 + 8 * i64::from(frame.code.code.nregs)))
}

fn get_back(vm: &mut Vm, this: &Value) -> Result<Value> {
    let frame = frame(vm, this)?;
    Ok(vm.frame_back(&frame))
}

fn get_code(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(frame(vm, this)?.code.value())
}

fn get_globals(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(frame(vm, this)?.globals.value())
}

fn get_builtins(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(frame(vm, this)?.builtins.value())
}

/// The namespace of module and class code; of functions a view of their variables (PEP 667).
fn get_locals(vm: &mut Vm, this: &Value) -> Result<Value> {
    let frame = frame(vm, this)?;
    match frame.code.code.kind {
        CodeKind::Function | CodeKind::Annotation => Ok(super::frame_locals::new_view(vm, &frame)),
        _ => Ok(match frame.namespace.borrow().clone() {
            Value::Unbound => frame.globals.value(),
            namespace => namespace,
        }),
    }
}

fn get_lineno(vm: &mut Vm, this: &Value) -> Result<Value> {
    let frame = frame(vm, this)?;
    Ok(Value::Int(i64::from(
        frame.code.code.line(vm.frame_pc(&frame)),
    )))
}

fn set_lineno(vm: &mut Vm, _this: &Value, value: Value) -> Result<()> {
    if value.is_unbound() {
        let class = vm.exc.AttributeError.clone();
        return Err(vm.error(&class, "cannot delete attribute"));
    }
    Err(vm.value_error("f_lineno can only be set in a trace function"))
}

fn get_lasti(vm: &mut Vm, this: &Value) -> Result<Value> {
    let frame = frame(vm, this)?;
    Ok(Value::from(vm.frame_pc(&frame) * UNIT))
}

fn get_trace(vm: &mut Vm, this: &Value) -> Result<Value> {
    let trace = frame(vm, this)?.trace.borrow().clone();
    Ok(trace)
}

fn set_trace(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let value = value.given().cloned().unwrap_or(Value::None);
    let old = frame(vm, this)?.trace.replace(value);
    drop(old);
    Ok(())
}

fn get_trace_lines(_vm: &mut Vm, _this: &Value) -> Result<Value> {
    Ok(Value::TRUE)
}

fn get_trace_opcodes(_vm: &mut Vm, _this: &Value) -> Result<Value> {
    Ok(Value::FALSE)
}

fn ignore(vm: &mut Vm, _this: &Value, value: Value) -> Result<()> {
    match value {
        Value::Bool(_) => Ok(()),
        Value::Unbound => Err(vm.type_error("can't delete numeric/char attribute")),
        _ => Err(vm.type_error("attribute value type must be bool")),
    }
}

// ---- tracebacks ------------------------------------------------------------------------------

pub static TRACEBACK: TypeDef = TypeDef {
    name: "traceback",
    doc: "One place that an exception passed, and the next towards where it was raised.",
    methods: &[
        new("(tb_next, tb_frame, tb_lasti, tb_lineno)", traceback_new),
        method(
            "__dir__",
            "($self, /)",
            traceback_dir,
            "Names of the attributes.",
        ),
    ],
    getsets: &[
        getset("tb_next", get_next, set_next, ""),
        member("tb_frame", get_frame, ""),
        member("tb_lasti", get_tb_lasti, ""),
        getter("tb_lineno", get_tb_lineno, ""),
    ],
    ..TypeDef::EMPTY
};

fn traceback(vm: &mut Vm, this: &Value) -> Result<Gc<Traceback>> {
    match this.downcast::<Traceback>() {
        Some(traceback) => Ok(traceback.clone()),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn traceback_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(frame) = args[2].downcast::<FrameObj>().cloned() else {
        let ty = vm.type_name(&args[2]);
        return Err(vm.type_error(format!(
            "traceback() argument 'tb_frame' must be frame, not {ty}"
        )));
    };
    let lasti = vm.index_i64(&args[3])?;
    let lineno = vm.index_i64(&args[4])?;
    if !args[1].is_none() && !args[1].is::<Traceback>() {
        let ty = vm.type_name(&args[1]);
        return Err(vm.type_error(format!("expected traceback object or None, got '{ty}'")));
    }
    let class = args.this(vm, 0)?;
    let made = Traceback {
        next: args[1].clone().into(),
        frame,
        pc: (lasti.max(0) as usize / UNIT) as u32,
        lineno: lineno.into(),
    };
    Ok(vm.heap.alloc(&class, made).into())
}

fn traceback_dir(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
    let names = names.iter().map(|n| vm.intern(n).into()).collect();
    Ok(vm.new_list(names).into())
}

fn get_next(vm: &mut Vm, this: &Value) -> Result<Value> {
    let next = traceback(vm, this)?.next.borrow().clone();
    Ok(next)
}

fn set_next(vm: &mut Vm, this: &Value, value: Value) -> Result<()> {
    let traceback = traceback(vm, this)?;
    if value.is_unbound() {
        return Err(vm.type_error("can't delete tb_next attribute"));
    }
    if !value.is_none() && !value.is::<Traceback>() {
        let ty = vm.type_name(&value);
        return Err(vm.type_error(format!("expected traceback object, got '{ty}'")));
    }
    let mut cursor = value.clone();
    while let Some(entry) = cursor.clone().downcast::<Traceback>() {
        if entry == &traceback {
            return Err(vm.value_error("traceback loop detected"));
        }
        cursor = entry.next.borrow().clone();
    }
    let old = traceback.next.replace(value);
    drop(old);
    Ok(())
}

fn get_frame(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(traceback(vm, this)?.frame.value())
}

fn get_tb_lasti(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(Value::from(traceback(vm, this)?.pc as usize * UNIT))
}

fn get_tb_lineno(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(Value::Int(traceback(vm, this)?.lineno.get()))
}
