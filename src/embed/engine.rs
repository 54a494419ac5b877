//! The engine: what the host offers to scripts, and running them.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use apy_grammar::{Mode, SyntaxError};

use super::host::{self, HostFunction, Outcome};
use super::{Error, Value};
use crate::bytecode::Code;
use crate::compiler::{self, Options};
use crate::event_loop::isolate::{EMBEDDED_STACK, IsolateFuture};
use crate::source::Source;
use crate::vm::{Result, Vm};

/// Compiled code, shared by all runs.
#[derive(Clone, Debug)]
pub struct Program {
    code: Arc<Code>,
}

/// What the host offers to scripts. Cheap to clone.
#[derive(Clone, Default)]
pub struct Engine {
    functions: Arc<BTreeMap<String, HostFunction>>,
}

/// Collects what an [`Engine`] offers.
#[derive(Default)]
pub struct EngineBuilder {
    functions: BTreeMap<String, HostFunction>,
}

impl EngineBuilder {
    /// A plain function under a global name. Its error is a `RuntimeError` in the script.
    pub fn function(
        mut self,
        name: &str,
        func: impl Fn(Vec<Value>) -> Outcome + Send + Sync + 'static,
    ) -> Self {
        self.functions
            .insert(name.into(), HostFunction::Plain(Arc::new(func)));
        self
    }

    /// An `async` function under a global name: the script awaits its call, and the future runs on
    /// the Tokio runtime in which the engine was asked to run the script.
    pub fn async_function<F, R>(mut self, name: &str, func: F) -> Self
    where
        F: Fn(Vec<Value>) -> R + Send + Sync + 'static,
        R: Future<Output = Outcome> + Send + 'static,
    {
        let func = move |args| -> host::AsyncOutcome { Box::pin(func(args)) };
        self.functions
            .insert(name.into(), HostFunction::Async(Arc::new(func)));
        self
    }

    pub fn build(self) -> Engine {
        Engine {
            functions: Arc::new(self.functions),
        }
    }
}

impl Engine {
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// Compiles a script. `name` stands in tracebacks; `await` may stand at top level.
    ///
    /// # Errors
    /// [`Error::Syntax`].
    pub fn compile(&self, name: &str, text: &str) -> std::result::Result<Program, Error> {
        let source = Arc::new(Source::new(name, text));
        let syntax = |e: SyntaxError| Error::Syntax {
            message: e.message.clone(),
            file: name.to_string(),
            line: source.line(e.span.start),
            column: source.column(e.span.start) + 1,
        };
        let module = apy_grammar::parse(&source.text, Mode::Program).map_err(syntax)?;
        let options = Options {
            top_level_await: true,
            ..Options::default()
        };
        let code = compiler::compile(&module, source.clone(), &options).map_err(syntax)?;
        Ok(Program { code })
    }

    /// Runs a program in a new isolate and gives the value of its global `result_name` (`None` when
    /// it is not set). The isolate has a thread of its own; the future is `Send`.
    ///
    /// # Errors
    /// [`Error::Script`] for an uncaught exception, [`Error::Host`] when the isolate cannot start.
    ///
    /// # Panics
    /// Never; must be polled within a Tokio runtime if the program awaits async host functions.
    pub async fn run(
        &self,
        program: &Program,
        result_name: &str,
    ) -> std::result::Result<Value, Error> {
        let (send, receive) = tokio::sync::oneshot::channel();
        let (engine, program, name) = (self.clone(), program.clone(), result_name.to_string());
        let runtime = tokio::runtime::Handle::try_current().ok();
        let started = std::thread::Builder::new()
            .name("apy isolate".into())
            .spawn(move || {
                // Nobody may be waiting any more: that is no error.
                let _ = send.send(engine.run_here(&program, &name, runtime));
            });
        if let Err(error) = started {
            return Err(Error::Host(format!(
                "cannot start the isolate's thread: {error}"
            )));
        }
        receive
            .await
            .unwrap_or_else(|_| Err(Error::Host("the isolate ended without a result".into())))
    }

    /// As [`Engine::run`], on this thread and without a runtime in the host.
    ///
    /// # Errors
    /// As [`Engine::run`].
    pub fn run_blocking(
        &self,
        program: &Program,
        result_name: &str,
    ) -> std::result::Result<Value, Error> {
        let (engine, program, name) = (self.clone(), program.clone(), result_name.to_string());
        let thread =
            std::thread::Builder::new().spawn(move || engine.run_here(&program, &name, None));
        match thread.map(std::thread::JoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Error::Host("the isolate ended without a result".into())),
            Err(error) => Err(Error::Host(format!(
                "cannot start the isolate's thread: {error}"
            ))),
        }
    }

    /// Drives an isolate on this thread to its end.
    fn run_here(
        self,
        program: &Program,
        name: &str,
        host: Option<tokio::runtime::Handle>,
    ) -> std::result::Result<Value, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Error::Host(format!("cannot start a runtime: {e}")))?;
        let _guard = runtime.enter();
        let (program, name) = (program.clone(), name.to_string());
        let isolate = IsolateFuture::new(EMBEDDED_STACK, move |vm: &mut Vm| {
            let result = self.run_in(vm, &program, &name, host);
            let result = result.map_err(|e| Error::from_script(vm, &e));
            vm.flush_stdout().map_err(|e| Error::Host(e.to_string()))?;
            result
        });
        match isolate {
            Ok(isolate) => runtime.block_on(isolate),
            Err(error) => Err(Error::Host(format!("cannot start the isolate: {error}"))),
        }
    }

    fn run_in(
        &self,
        vm: &mut Vm,
        program: &Program,
        name: &str,
        host: Option<tokio::runtime::Handle>,
    ) -> Result<Value> {
        let module = crate::cli::main_module(vm);
        vm.apy_globals.insert(module.dict.addr());
        for (name, func) in self.functions.iter() {
            let value = host::make(vm, name, func, host.clone());
            vm.set_in(&module, name, value);
        }
        let code = vm.new_code(program.code.clone());
        vm.run_main_code(&code, &module)?;
        let name = vm.intern(name);
        let value = module.dict.get_str(&name).unwrap_or_default();
        Value::from_script(vm, &value)
    }
}
