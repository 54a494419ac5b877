//! The interactive prompt: multi-line input, history, top-level await; errors do not end it.
//!
//! The line editor has no async, so it sits on a thread of its own; the isolate waits for its lines
//! as it waits for anything else, and its tasks go on meanwhile. One namespace, one context and one
//! event loop serve all inputs.

mod editor;

use std::sync::Arc;

use apy_grammar::Mode;

use crate::cli;
use crate::compiler::Options;
use crate::diagnostics;
use crate::event_loop::isolate::run_on_main;
use crate::objects::header::Gc;
use crate::objects::module::Module;
use crate::objects::value::Value;
use crate::source::Source;
use crate::vm::{Result, Vm};

use editor::{Editor, Line};

/// A prompt in an isolate of its own; the exit code.
pub fn run(quiet: bool, args: Vec<String>) -> u8 {
    run_on_main(move |vm| {
        cli::configure_prompt(vm, &args);
        let module = cli::main_module(vm);
        prompt_loop(vm, &module, quiet)
    })
}

/// The prompt in the namespace that a script has left (`-i`).
pub fn run_in(vm: &mut Vm, quiet: bool) -> u8 {
    let name = vm.intern("__main__");
    match vm
        .modules
        .get_str(&name)
        .and_then(|m| m.downcast::<Module>().cloned())
    {
        Some(module) => prompt_loop(vm, &module, quiet),
        None => 1,
    }
}

fn prompt_loop(vm: &mut Vm, module: &Gc<Module>, quiet: bool) -> u8 {
    if !quiet {
        println!(
            "apy {} (Python 3.13). await works here; exit with Ctrl-D.",
            env!("CARGO_PKG_VERSION")
        );
    }
    vm.apy_globals.insert(module.dict.addr());
    let mut editor = Editor::start(vm.alarm());
    let mut count = 0;
    loop {
        match editor.read(vm) {
            Line::Text(text) => {
                if text.trim().is_empty() {
                    continue;
                }
                count += 1;
                let result = run_input(vm, module, text, count);
                if let Some(code) = after_input(vm, result) {
                    editor.stop();
                    return code;
                }
            }
            Line::Interrupted => println!("KeyboardInterrupt"),
            Line::End => {
                editor.stop();
                return cli::finish(vm, Ok(()));
            }
        }
    }
}

/// Compiles and runs one input.
fn run_input(vm: &mut Vm, module: &Gc<Module>, text: String, count: usize) -> Result<()> {
    let source = Arc::new(Source::new(format!("<python-input-{}>", count - 1), text));
    let options = Options {
        top_level_await: true,
        ..Options::default()
    };
    let code = vm.compile_source(&source, Mode::Interactive, &options)?;
    vm.run_main_code(&code, module)
}

/// Shows an error; gives the exit code when the input asked for the end.
fn after_input(vm: &mut Vm, result: Result<()>) -> Option<u8> {
    let end = match result {
        Err(error) if error.is_a(&vm.exc.SystemExit) => Some(cli::finish(vm, Err(error))),
        Err(error) => {
            let _ = vm.flush_stdout();
            remember_last(vm, &error.value());
            let text = diagnostics::traceback::render(vm, &error, diagnostics::is_fancy());
            vm.report(&text);
            None
        }
        Ok(()) => None,
    };
    let _ = vm.flush_stdout();
    end
}

/// `sys.last_exc`
fn remember_last(vm: &mut Vm, error: &Value) {
    if let Ok(sys) = vm.import_module("sys") {
        let name = vm.intern("last_exc");
        let _ = vm.set_attr(&sys, &name, error);
    }
}
