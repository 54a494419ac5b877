//! Numbers and their texts, on plain Rust types: no heap, no interpreter.
//!
//! - `int.rs` is the integer that is small or big; `int_ops.rs`, `int_text.rs` its operations and texts.
//! - `float_text.rs` is every text of a float; `decimal.rs` its exact decimal digits; `complex.rs`.
//! - `format_spec.rs`, `percent.rs`, `str_format.rs` are the three formatting languages.
//! - `hash.rs` and `set_table.rs` give sets and dicts CPython's hashes and iteration order.
//! - `mersenne.rs` is the generator behind `random`; `special.rs` the functions of `math`.
//!
//! Everything here returns plain values or a `NumberError`, whose text is CPython's. May use nothing
//! of `vm` or `objects`; they wrap it.

pub mod c_math;
pub mod combinatorics;
pub mod complex;
pub mod complex_functions;
mod complex_tables;
pub mod decimal;
pub mod error;
pub mod float_ops;
pub mod float_text;
pub mod format_spec;
pub mod hash;
pub mod int;
pub mod int_ops;
pub mod int_text;
pub mod mersenne;
pub mod percent;
pub mod set_table;
pub mod special;
pub mod str_format;
pub mod struct_layout;
pub mod summation;
pub mod unicode_digits;

pub use error::{ErrorKind, NumberError, NumberResult};
pub use int::{Int, IntRef};
