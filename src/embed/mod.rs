//! Embedding: running scripts inside a Rust program.
//!
//! ```
//! use apy::{Engine, Value};
//!
//! # fn main() -> Result<(), apy::Error> {
//! let engine = Engine::builder()
//!     .function("double", |args: Vec<Value>| match args.as_slice() {
//!         [Value::Int(n)] => Ok(Value::Int(n * 2)),
//!         _ => Err("double() takes one int".into()),
//!     })
//!     .build();
//! let program = engine.compile("sum.apy", "result = double(20) + 2")?;
//! let result = engine.run_blocking(&program, "result")?;
//! assert_eq!(result, Value::Int(42));
//! # Ok(())
//! # }
//! ```
//!
//! - [`Engine`] is `Send + Sync`: the host functions and how scripts run.
//! - [`Program`] is compiled code, `Send + Sync`, shared by all runs.
//! - [`Engine::run`] gives a `Send` future: the script runs in an isolate of its own, on a thread of
//!   its own, and its awaits don't hold up the host's runtime.
//!
//! `value.rs` is what crosses the border, `error.rs` what can go wrong, `host.rs` how host functions
//! are called.

mod engine;
mod error;
mod host;
mod value;

pub use engine::{Engine, EngineBuilder, Program};
pub use error::{Error, Frame};
pub use value::Value;
