//! The module `_signal`, on which `signal` stands.

use crate::event_loop::signals::COUNT;
use crate::modules::NativeModule;
use crate::objects::header::Gc;
use crate::objects::module::Module;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static SIGNAL: NativeModule = NativeModule {
    name: "_signal",
    doc: "Signals.",
    functions: FUNCTIONS,
    init,
};

static FUNCTIONS: &[NativeDef] = &[
    function(
        "signal",
        "(signalnum, handler, /)",
        signal,
        "Sets the handler of a signal; gives the old one.",
    ),
    function(
        "getsignal",
        "(signalnum, /)",
        getsignal,
        "The handler of a signal.",
    ),
    function(
        "default_int_handler",
        "(signalnum, frame, /)",
        default_int_handler,
        "Raises KeyboardInterrupt.",
    ),
    function(
        "raise_signal",
        "(signalnum, /)",
        raise_signal,
        "Sends a signal to this process.",
    ),
    function(
        "strsignal",
        "(signalnum, /)",
        strsignal,
        "What a signal is called.",
    ),
    function(
        "valid_signals",
        "()",
        valid_signals,
        "The signals that there are.",
    ),
    function("pause", "()", pause, "Waits for a signal."),
];

/// Name, number and description.
pub static NAMES: &[(&str, i32, &str)] = &[
    ("SIGHUP", 1, "Hangup"),
    ("SIGINT", 2, "Interrupt"),
    ("SIGQUIT", 3, "Quit"),
    ("SIGILL", 4, "Illegal instruction"),
    ("SIGTRAP", 5, "Trace/breakpoint trap"),
    ("SIGABRT", 6, "Aborted"),
    ("SIGBUS", 7, "Bus error"),
    ("SIGFPE", 8, "Floating point exception"),
    ("SIGKILL", 9, "Killed"),
    ("SIGUSR1", 10, "User defined signal 1"),
    ("SIGSEGV", 11, "Segmentation fault"),
    ("SIGUSR2", 12, "User defined signal 2"),
    ("SIGPIPE", 13, "Broken pipe"),
    ("SIGALRM", 14, "Alarm clock"),
    ("SIGTERM", 15, "Terminated"),
    ("SIGSTKFLT", 16, "Stack fault"),
    ("SIGCHLD", 17, "Child exited"),
    ("SIGCONT", 18, "Continued"),
    ("SIGSTOP", 19, "Stopped (signal)"),
    ("SIGTSTP", 20, "Stopped"),
    ("SIGTTIN", 21, "Stopped (tty input)"),
    ("SIGTTOU", 22, "Stopped (tty output)"),
    ("SIGURG", 23, "Urgent I/O condition"),
    ("SIGXCPU", 24, "CPU time limit exceeded"),
    ("SIGXFSZ", 25, "File size limit exceeded"),
    ("SIGVTALRM", 26, "Virtual timer expired"),
    ("SIGPROF", 27, "Profiling timer expired"),
    ("SIGWINCH", 28, "Window changed"),
    ("SIGIO", 29, "I/O possible"),
    ("SIGPWR", 30, "Power failure"),
    ("SIGSYS", 31, "Bad system call"),
    ("SIGRTMIN", 34, "Real-time signal 0"),
    ("SIGRTMAX", 64, "Real-time signal 30"),
];

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    for (name, number, _) in NAMES {
        vm.set_in(module, name, Value::Int(i64::from(*number)));
    }
    for (name, number) in [
        ("SIGCLD", 17),
        ("SIGIOT", 6),
        ("SIGPOLL", 29),
        ("SIG_DFL", 0),
        ("SIG_IGN", 1),
        ("SIG_BLOCK", 0),
        ("SIG_UNBLOCK", 1),
        ("SIG_SETMASK", 2),
        ("NSIG", 65),
        ("ITIMER_REAL", 0),
        ("ITIMER_VIRTUAL", 1),
        ("ITIMER_PROF", 2),
    ] {
        vm.set_in(module, name, Value::Int(number));
    }
    let name = vm.intern("default_int_handler");
    if let Some(handler) = module.dict.get_str(&name)
        && vm.asyncs.signals.interrupts
        && !vm.asyncs.signals.handlers.contains_key(&2)
    {
        vm.asyncs.signals.handlers.insert(2, handler);
    }
    Ok(())
}

fn number(vm: &mut Vm, value: &Value) -> Result<i32> {
    let number = vm.index_i64(value)?;
    if (1..i64::from(COUNT)).contains(&number) {
        Ok(number as i32)
    } else {
        Err(vm.value_error("signal number out of range"))
    }
}

fn signal(vm: &mut Vm, args: Args<'_>) -> Result {
    let signal = number(vm, &args[0])?;
    let handler = match vm.as_integer(&args[1]).and_then(|n| n.to_i64()) {
        Some(n @ (0 | 1)) => Value::Int(n),
        Some(_) => return Err(bad_handler(vm)),
        None if vm
            .type_of(&args[1])
            .has_slot(crate::objects::names::Slot::Call) =>
        {
            args[1].clone()
        }
        None => return Err(bad_handler(vm)),
    };
    let before = getsignal(vm, args)?;
    if !vm.catch_signal(signal) {
        let class = vm.exc.OSError.clone();
        let text = vm.new_str("Invalid argument");
        return Err(vm.error_with(&class, vec![Value::Int(22), text]));
    }
    drop(vm.asyncs.signals.handlers.insert(signal, handler));
    Ok(before)
}

fn bad_handler(vm: &mut Vm) -> crate::objects::exceptions::Exc {
    vm.type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
}

fn getsignal(vm: &mut Vm, args: Args<'_>) -> Result {
    let signal = number(vm, &args[0])?;
    Ok(match vm.asyncs.signals.handlers.get(&signal) {
        Some(handler) => handler.clone(),
        // SIGPIPE and SIGXFSZ are ignored from the start.
        None if matches!(signal, 13 | 25) => Value::Int(1),
        None => Value::Int(0),
    })
}

fn default_int_handler(vm: &mut Vm, _args: Args<'_>) -> Result {
    let class = vm.exc.KeyboardInterrupt.clone();
    Err(vm.error_with(&class, vec![]))
}

fn raise_signal(vm: &mut Vm, args: Args<'_>) -> Result {
    let signal = number(vm, &args[0])?;
    let _ = vm.flush_stdout();
    if let Some(signal) = rustix::process::Signal::from_named_raw(signal) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), signal);
    }
    vm.run_attention()?;
    Ok(Value::None)
}

fn strsignal(vm: &mut Vm, args: Args<'_>) -> Result {
    let signal = number(vm, &args[0])?;
    Ok(match NAMES.iter().find(|n| n.1 == signal) {
        Some((_, _, text)) => vm.new_str(*text),
        None => Value::None,
    })
}

fn valid_signals(vm: &mut Vm, _args: Args<'_>) -> Result {
    let numbers = (1..COUNT)
        .filter(|n| !matches!(n, 32 | 33))
        .map(|n| Value::Int(i64::from(n)))
        .collect();
    Ok(vm.new_list(numbers).into())
}

fn pause(vm: &mut Vm, _args: Args<'_>) -> Result {
    vm.wait_host(None);
    vm.run_attention()?;
    Ok(Value::None)
}
