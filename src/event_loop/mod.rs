//! The event loop.

pub mod isolate;
