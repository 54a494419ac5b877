//! apy: an interpreter for Python 3.13 with asyncio built in.
//!
//! The tree is the pipeline: `grammar` (a crate of its own) -> `scope` -> `compiler` -> `bytecode`
//! -> `vm` and `objects` -> `event_loop` -> `modules` -> `embed` -> `cli` and `repl`.
//! `source` and `diagnostics` serve all of them. `docs/architecture.md` is the long form.

pub mod bytecode;
pub mod cli;
pub mod codecs;
pub mod compiler;
pub mod diagnostics;
pub mod embed;
pub mod event_loop;
pub mod modules;
pub mod numeric;
pub mod objects;
pub mod repl;
pub mod scope;
pub mod source;
pub mod unicode;
pub mod vm;

pub use embed::{Engine, EngineBuilder, Error, Program, Value};
