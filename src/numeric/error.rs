//! The one error type of the numeric rooms: which exception, and its text.

use std::borrow::Cow;
use std::fmt;

/// The exception class a `NumberError` turns into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    Value,
    Type,
    Overflow,
    /// `OverflowError(34, 'Numerical result out of range')`: C's ERANGE; the message is the second argument.
    Range,
    ZeroDivision,
    Memory,
    Key,
    Index,
}

/// An exception to be: its class and CPython's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberError {
    pub kind: ErrorKind,
    pub message: Cow<'static, str>,
}

pub type NumberResult<T> = Result<T, NumberError>;

impl NumberError {
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        NumberError {
            kind,
            message: message.into(),
        }
    }

    pub fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Value, message)
    }

    pub fn type_error(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Type, message)
    }

    pub fn overflow(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Overflow, message)
    }

    pub fn zero_division(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::ZeroDivision, message)
    }

    /// A result beyond the floats, as C's library reports it.
    pub fn range() -> Self {
        Self::new(ErrorKind::Range, "Numerical result out of range")
    }

    /// Out of memory: CPython's has no text.
    pub fn memory() -> Self {
        Self::new(ErrorKind::Memory, "")
    }
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NumberError {}
