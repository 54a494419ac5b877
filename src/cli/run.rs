//! Running scripts, and what becomes of their end.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::options::{Command, Options};
use crate::diagnostics;
use crate::objects::exceptions::Exc;
use crate::objects::header::Gc;
use crate::objects::module::Module;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// What there is to run.
struct Job {
    /// `sys.argv[0]`.
    argv0: String,
    /// First entry of `sys.path`.
    folder: String,
    /// Name in tracebacks and text; `None` runs the module of this name.
    source: Option<(String, Vec<u8>)>,
    module: Option<String>,
    is_apy: bool,
    set_file: bool,
}

/// Runs what the options name; the exit code.
pub fn run(options: Options) -> u8 {
    let job = match job_of(&options) {
        Ok(Some(job)) => job,
        Ok(None) => return crate::repl::run(options.quiet, options.args),
        Err(code) => return code,
    };
    crate::event_loop::isolate::run_on_main(move |vm| {
        configure(vm, &options, &job);
        vm.catch_interrupts();
        let result = run_main(vm, &job);
        let code = finish(vm, result);
        if options.interactive && std::io::stdin().is_terminal() {
            return crate::repl::run_in(vm, true);
        }
        code
    })
}

fn job_of(options: &Options) -> std::result::Result<Option<Job>, u8> {
    let job = |argv0: &str, folder: String, source, is_apy| Job {
        argv0: argv0.into(),
        folder,
        source,
        module: None,
        is_apy,
        set_file: false,
    };
    Ok(Some(match &options.command {
        Command::File(path) => file_job(path)?,
        Command::Code(code) => job(
            "-c",
            String::new(),
            Some(("<string>".into(), code.clone().into_bytes())),
            true,
        ),
        Command::Module(name) => Job {
            module: Some(name.clone()),
            ..job("-m", current_folder(), None, false)
        },
        Command::Prompt if std::io::stdin().is_terminal() => return Ok(None),
        _ => {
            let mut text = Vec::new();
            if let Err(error) = std::io::stdin().read_to_end(&mut text) {
                eprintln!("apy: can't read standard input: {error}");
                return Err(2);
            }
            job(
                if matches!(options.command, Command::Stdin) {
                    "-"
                } else {
                    ""
                },
                String::new(),
                Some(("<stdin>".into(), text)),
                true,
            )
        }
    }))
}

fn current_folder() -> String {
    std::env::current_dir()
        .map(|d| d.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn file_job(path: &Path) -> std::result::Result<Job, u8> {
    let name = path.to_string_lossy().into_owned();
    let main = if path.is_dir() {
        ["__main__.apy", "__main__.py"]
            .iter()
            .map(|f| path.join(f))
            .find(|f| f.is_file())
    } else {
        Some(PathBuf::from(path))
    };
    let Some(file) = main else {
        eprintln!("apy: can't find '__main__' module in '{name}'");
        return Err(1);
    };
    let bytes = match std::fs::read(&file) {
        Ok(bytes) => bytes,
        Err(error) => {
            let full = std::path::absolute(path).unwrap_or_else(|_| path.into());
            let code = error.raw_os_error().unwrap_or(2);
            let words = error.to_string();
            let words = words.split(" (os error").next().unwrap_or_default();
            eprintln!(
                "apy: can't open file '{}': [Errno {code}] {words}",
                full.display()
            );
            return Err(2);
        }
    };
    let folder = file
        .canonicalize()
        .unwrap_or_else(|_| file.clone())
        .parent()
        .map(|p| p.to_string_lossy().into_owned())
        .unwrap_or_default();
    let is_apy = file.extension().is_some_and(|e| e == "apy");
    let source = Some((file.to_string_lossy().into_owned(), bytes));
    Ok(Job {
        argv0: name,
        folder,
        source,
        module: None,
        is_apy,
        set_file: true,
    })
}

/// `sys.argv`, `sys.path` and what the environment asks for.
fn configure(vm: &mut Vm, options: &Options, job: &Job) {
    let argv = std::iter::once(&job.argv0)
        .chain(&options.args)
        .map(|a| vm.new_str(a.as_str()))
        .collect();
    let argv = vm.new_list(argv).into();
    let folder = vm.new_str(job.folder.as_str());
    vm.sys_path().clone().push(folder);
    if let Ok(sys) = vm.import_module("sys") {
        for (name, value) in [("argv", argv), ("path", vm.sys_path().value())] {
            let name = vm.intern(name);
            let _ = vm.set_attr(&sys, &name, &value);
        }
        let warn = options
            .warnings
            .iter()
            .map(|w| vm.new_str(w.as_str()))
            .collect();
        let warn = vm.new_list(warn).into();
        let name = vm.intern("warnoptions");
        let _ = vm.set_attr(&sys, &name, &warn);
    }
    vm.optimize = options.optimize;
    if std::env::var_os("APY_TORTURE").is_some_and(|v| !v.is_empty() && v != "0") {
        vm.heap.torture.set(true);
    }
}

/// `sys.argv` and `sys.path` of the prompt.
pub fn configure_prompt(vm: &mut Vm, args: &[String]) {
    let job = Job {
        argv0: String::new(),
        folder: String::new(),
        source: None,
        module: None,
        is_apy: true,
        set_file: false,
    };
    let options = Options {
        command: Command::Prompt,
        args: args.to_vec(),
        interactive: true,
        optimize: 0,
        warnings: Vec::new(),
        quiet: true,
    };
    configure(vm, &options, &job);
}

fn run_main(vm: &mut Vm, job: &Job) -> Result<()> {
    let module = main_module(vm);
    if let Some(name) = &job.module {
        return run_module_as_main(vm, &module, name);
    }
    let Some((file, bytes)) = &job.source else {
        return Ok(());
    };
    if job.set_file {
        let file = vm.new_str(file.as_str());
        vm.set_in(&module, "__file__", file);
    }
    if job.is_apy {
        vm.apy_globals.insert(module.dict.addr());
    }
    let text = vm.decode_source(file, bytes)?;
    let code = vm.compile_file(file, text, job.is_apy)?;
    vm.run_main_code(&code, &module)
}

/// A new `__main__`, in `sys.modules`.
pub fn main_module(vm: &mut Vm) -> Gc<Module> {
    let module = vm.new_module("__main__");
    let name = vm.intern("__main__");
    let annotations = vm.new_dict().into();
    vm.set_in(&module, "__annotations__", annotations);
    vm.modules.set_str(&name, module.value(), &vm.heap);
    module
}

/// `-m`: the module's code, or its package's `__main__`, run as `__main__`.
fn run_module_as_main(vm: &mut Vm, module: &Gc<Module>, name: &str) -> Result<()> {
    let runpy = vm.import_module("runpy")?;
    let run = vm.get_attr_str(&runpy, "_run_module_as_main")?;
    let _ = module;
    let name = vm.new_str(name);
    vm.call(&run, &[name]).map(drop)
}

/// Reports how a run ended, runs the exit functions; the exit code.
pub fn finish(vm: &mut Vm, result: Result<()>) -> u8 {
    let mut code = match result {
        Ok(()) => 0,
        Err(error) => exit_code(vm, &error),
    };
    if let Err(error) = vm.finish_main() {
        code = exit_code(vm, &error);
    }
    if let Err(error) = vm.run_exit_functions() {
        let text = diagnostics::traceback::render(vm, &error, false);
        vm.report(&text);
    }
    vm.heap.collect();
    vm.run_pending();
    if vm.flush_stdout().is_err() && code == 0 {
        code = 120;
    }
    code
}

/// Prints an uncaught exception; the exit code that it means.
pub fn exit_code(vm: &mut Vm, error: &Exc) -> u8 {
    let _ = vm.flush_stdout();
    if error.is_a(&vm.exc.SystemExit) {
        return match error.0.field(0) {
            Value::None | Value::Unbound => 0,
            Value::Int(n) => n as u8,
            Value::Bool(b) => u8::from(b),
            other => {
                if let Ok(text) = vm.str(&other) {
                    vm.report(&format!("{}\n", text.lossy()));
                }
                1
            }
        };
    }
    show(vm, error);
    if error.is_a(&vm.exc.KeyboardInterrupt) {
        130
    } else {
        1
    }
}

/// `sys.excepthook` when a script has set its own, else the report.
pub fn show(vm: &mut Vm, error: &Exc) {
    if let Some(hook) = own_excepthook(vm) {
        let traceback = error.0.traceback.borrow().clone();
        match vm.call(&hook, &[error.0.ty().value(), error.value(), traceback]) {
            Ok(_) => return,
            Err(second) => {
                let text = diagnostics::traceback::render(vm, &second, false);
                vm.report(&format!(
                    "Error in sys.excepthook:\n{text}\nOriginal exception was:\n"
                ));
            }
        }
    }
    let text = diagnostics::traceback::render(vm, error, diagnostics::is_fancy());
    vm.report(&text);
}

fn own_excepthook(vm: &mut Vm) -> Option<Value> {
    let sys = vm.import_module("sys").ok()?;
    let name = vm.intern("excepthook");
    let hook = vm.get_attr_opt(&sys, &name).ok()??;
    if hook.is::<crate::objects::native::Native>() {
        None
    } else {
        Some(hook)
    }
}
