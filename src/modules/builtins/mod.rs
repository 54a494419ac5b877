//! The builtin functions, by family: `text.rs` (repr, chr, format, ...), `attributes.rs` (getattr, vars,
//! dir, ...), `classes.rs` (isinstance, callable, ...), `output.rs` (print, input).
//!
//! Those about iteration are in `modules/builtins_iter.rs`, those about numbers in
//! `modules/number_builtins.rs`.

pub mod attributes;
pub mod classes;
pub mod dynamic;
pub mod output;
pub mod text;
