//! The main line of execution when it awaits: a file or the prompt with a top-level `await`.
//! One loop and one context serve all inputs, until `finish_main`.

use crate::objects::value::Value;
use crate::vm::{Result, Vm};

impl Vm {
    /// Runs the coroutine of a module whose top level awaits; gives its result.
    pub fn run_main_coroutine(&mut self, coroutine: Value) -> Result<Value> {
        if self.asyncs.main_runner.is_unbound() {
            let runners = self.import_module("asyncio.runners")?;
            let class = self.get_attr_str(&runners, "Runner")?;
            self.asyncs.main_runner = self.call(&class, &[])?;
        }
        let runner = self.asyncs.main_runner.clone();
        self.call_method(&runner, "run", &[coroutine])
    }

    /// The program is over: what still runs in the main loop is cancelled, and the loop closed.
    pub fn finish_main(&mut self) -> Result<()> {
        let runner = self.asyncs.main_runner.take();
        if runner.is_unbound() {
            return Ok(());
        }
        self.call_method(&runner, "close", &[]).map(drop)
    }
}
