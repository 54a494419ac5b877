//! Values and the builtin types.
//!
//! - `value.rs`, `header.rs`, `heap.rs`, `shape.rs`, `typeobj.rs`: what a value is, memory, classes.
//! - `native.rs`: functions written in Rust and how arguments reach them; `types.rs`: the table of
//!   builtin types; `exceptions.rs`: the tree of exceptions; `names.rs`: names looked up often.
//! - `protocol*.rs`: what the language does with any value (attributes, calls, comparison, ...),
//!   as methods of `Vm`.
//! - One room per builtin type: the payload in a file of its noun, the methods in `*_methods`.
//!
//! May use `bytecode` and, through `&mut Vm`, the running interpreter. Knows nothing of the event loop.
//! No borrow of an object's inside is held across a call that can run script code.

pub mod arguments;
pub mod attributes;
pub mod bool_methods;
pub mod buffer;
pub mod bytes;
pub mod bytes_methods;
pub mod callable;
pub mod class_creation;
pub mod class_layout;
pub mod class_statement;
pub mod code_type;
pub mod codec_calls;
pub mod complex_methods;
pub mod dict;
pub mod dict_methods;
pub mod dict_views;
pub mod exception_group;
pub mod exception_methods;
pub mod exceptions;
pub mod float_methods;
pub mod formatting;
pub mod frame;
pub mod frame_locals;
pub mod frame_type;
pub mod function;
pub mod function_types;
pub mod generator;
pub mod generator_types;
pub mod generic_alias;
pub mod hashing;
pub mod header;
pub mod heap;
pub mod instance;
pub mod int_methods;
pub mod int_new;
pub mod iter;
pub mod iter_types;
pub mod lazy;
pub mod list;
pub mod list_methods;
pub mod mappingproxy;
pub mod memoryview;
pub mod method_wrappers;
pub mod module;
pub mod named_errors;
pub mod names;
pub mod native;
pub mod native_types;
pub mod number;
pub mod number_ops;
pub mod object_reduce;
pub mod object_type;
pub mod operators;
pub mod os_error;
pub mod packing;
pub mod property_type;
pub mod protocol;
pub mod range;
pub mod sequence;
pub mod set;
pub mod set_methods;
pub mod set_operations;
pub mod shape;
pub mod slice_type;
pub mod sort;
pub mod str;
pub mod str_methods;
pub mod struct_sequence;
pub mod super_type;
pub mod syntax_error;
pub mod tuple_methods;
pub mod type_bases;
pub mod type_parameters;
pub mod type_type;
pub mod typeobj;
pub mod types;
pub mod unicode_error;
pub mod union_type;
pub mod value;
pub mod weakref;
pub mod weakref_proxy;
pub mod weakref_type;
