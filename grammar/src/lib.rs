//! apy's grammar: Python 3.13 source text to syntax tree.
//!
//! ```text
//! bytes --decode--> text --lexer, layout, soft_keywords--> tokens --apy.lalrpop, build--> ast
//! ```
//!
//! `parse` is the only door; when it fails, a second and slower pass finds CPython's words for it.

pub mod ast;
mod build;
pub mod decode;
mod diagnose;
pub mod dump;
mod escape;
mod fstring;
mod layout;
mod lexer;
pub mod lines;
mod nesting;
mod number;
pub mod parse;
mod printable;
mod soft_keywords;
pub mod syntax_error;
mod token;
pub mod tokens;

lalrpop_util::lalrpop_mod!(
    #[allow(clippy::all, clippy::pedantic, unused)]
    apy
);

pub use decode::{decode, decode_named};
pub use dump::dump;
pub use lines::{LineIndex, Position};
pub use parse::{Mode, ParseOutput, parse, parse_with_warnings};
pub use syntax_error::{Extent, Kind, Location, Note, SyntaxError, Warning};
pub use tokens::dump_tokens;
