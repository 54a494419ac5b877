//! The bytecode: what the compiler writes and the VM runs.
//!
//! - `op.rs` is the only list of opcodes; `operand.rs` the kinds of operands.
//! - `code.rs` is a compiled code object: plain data, shared between isolates.
//! - `display.rs` prints it (`apy --dump bytecode`), `verify.rs` checks it in debug builds.
//!
//! May use `source` and the grammar's spans and literals; knows nothing of values or frames.

pub mod code;
mod display;
pub mod op;
pub mod operand;
pub mod verify;

pub use code::{Capture, Code, CodeKind, Const, Handler};
pub use op::Op;
