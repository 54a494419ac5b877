//! What users are told: suggestions, and the rendering of errors.
//!
//! Nothing here runs script code or fails: rendering must never take the process down.

pub mod suggest;
