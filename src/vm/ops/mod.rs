//! What the arms of the loop call, by family of opcodes.

pub mod arith;
mod attr;
mod build;
mod calls;
mod exc;
mod imports;
mod iteration;
mod names;
mod pattern;
pub mod suspend;
mod type_params;
