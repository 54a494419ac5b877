//! The builtin functions, by family: `text.rs` (repr, chr, format, ...), `attributes.rs` (getattr, vars,
//! dir, ...), `classes.rs` (isinstance, callable, ...), `output.rs` (print, input).
//!
//! Those about iteration are in `modules/builtins_iter.rs`, those about numbers with the numbers.

pub mod attributes;
pub mod classes;
pub mod output;
pub mod text;

use crate::objects::native::NativeDef;
use crate::vm::Vm;

/// The tables that make up the namespace.
static TABLES: &[&[NativeDef]] = &[
    text::FUNCTIONS,
    attributes::FUNCTIONS,
    classes::FUNCTIONS,
    output::FUNCTIONS,
];

/// Puts the functions into `builtins`.
pub fn fill(vm: &mut Vm) {
    for def in TABLES.iter().copied().flatten() {
        let func = vm.new_native(def, "builtins");
        let name = vm.intern(def.name);
        vm.builtins.set_str(&name, func, &vm.heap);
    }
}
