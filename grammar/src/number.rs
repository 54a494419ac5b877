//! Number literals: how far one reaches and CPython's words for a malformed one; and their values.

use num_bigint::BigInt;

use crate::ast::{Constant, Span};
use crate::syntax_error::{Extent, SyntaxError};
use crate::token::Token;

/// More digits than this in a decimal integer are an error, as in CPython.
const MAX_DECIMAL_DIGITS: usize = 4300;

/// A number that was read.
pub struct Scanned {
    pub token: Token,
    pub len: usize,
    /// It touches the keyword after it.
    pub warning: Option<String>,
}

struct Scanner<'s> {
    bytes: &'s [u8],
    at: usize,
    base: usize,
    warning: Option<String>,
}

/// Scans the number at the start of `text`, which begins at byte `base`: its kind and length.
pub fn scan(text: &str, base: usize) -> Result<Scanned, SyntaxError> {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        base,
        warning: None,
    };
    let token = scanner.number(text)?;
    Ok(Scanned {
        token,
        len: scanner.at,
        warning: scanner.warning,
    })
}

impl Scanner<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        let at = (self.base + self.at) as u32;
        SyntaxError::new(message, Span::new(at.saturating_sub(1), at))
    }

    /// The error that points one byte further, at the offending character itself.
    fn error_here(&mut self, message: impl Into<String>) -> SyntaxError {
        self.at += 1;
        self.error(message)
    }

    fn number(&mut self, text: &str) -> Result<Token, SyntaxError> {
        if self.peek() == b'0' {
            self.at += 1;
            match self.peek() | 0x20 {
                b'x' => return self.radix("hexadecimal", 16, text),
                b'o' => return self.radix("octal", 8, text),
                b'b' => return self.radix("binary", 2, text),
                _ => return self.leading_zero(text),
            }
        }
        if self.peek() != b'.' {
            self.decimal_tail()?;
        }
        self.fraction(Token::Int, text)
    }

    fn radix(&mut self, name: &str, radix: u32, text: &str) -> Result<Token, SyntaxError> {
        self.at += 1;
        loop {
            if self.peek() == b'_' {
                self.at += 1;
            }
            let digit = self.peek();
            if !(digit as char).is_digit(radix) {
                if digit.is_ascii_digit() {
                    return Err(self.error_here(format!(
                        "invalid digit '{}' in {name} literal",
                        digit as char
                    )));
                }
                return Err(self.error(format!("invalid {name} literal")));
            }
            while (self.peek() as char).is_digit(radix) {
                self.at += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        let digit = self.peek();
        if digit.is_ascii_digit() {
            return Err(self.error_here(format!(
                "invalid digit '{}' in {name} literal",
                digit as char
            )));
        }
        self.verify_end(name, text)?;
        Ok(Token::Int)
    }

    fn leading_zero(&mut self, text: &str) -> Result<Token, SyntaxError> {
        let mut nonzero = false;
        loop {
            if self.peek() == b'_' {
                self.at += 1;
                if !self.peek().is_ascii_digit() {
                    return Err(self.error("invalid decimal literal"));
                }
            }
            if self.peek() != b'0' {
                break;
            }
            self.at += 1;
        }
        let zeros_end = self.at;
        if self.peek().is_ascii_digit() {
            nonzero = true;
            self.decimal_tail()?;
        }
        match self.peek() {
            b'.' | b'e' | b'E' | b'j' | b'J' => self.fraction(Token::Int, text),
            _ if nonzero => {
                let message = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
                let start = self.base as u32;
                let span = Span::new(start, (self.base + zeros_end + 1) as u32);
                Err(SyntaxError::new(message, span).with_extent(Extent::Current))
            }
            _ => {
                self.verify_end("decimal", text)?;
                Ok(Token::Int)
            }
        }
    }

    fn decimal_tail(&mut self) -> Result<(), SyntaxError> {
        loop {
            while self.peek().is_ascii_digit() {
                self.at += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.peek().is_ascii_digit() {
                return Err(self.error("invalid decimal literal"));
            }
        }
    }

    /// What may follow the whole part: fraction, exponent, `j`.
    fn fraction(&mut self, mut token: Token, text: &str) -> Result<Token, SyntaxError> {
        if self.peek() == b'.' {
            self.at += 1;
            token = Token::Float;
            if self.peek().is_ascii_digit() {
                self.decimal_tail()?;
            }
        }
        if self.peek() | 0x20 == b'e' {
            let exponent = self.at;
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
                if !self.peek().is_ascii_digit() {
                    return Err(self.error("invalid decimal literal"));
                }
            } else if !self.peek().is_ascii_digit() {
                self.at = exponent;
                self.verify_end("decimal", text)?;
                return Ok(token);
            }
            token = Token::Float;
            self.decimal_tail()?;
        }
        if self.peek() | 0x20 == b'j' {
            self.at += 1;
            self.verify_end("imaginary", text)?;
            return Ok(Token::Imaginary);
        }
        self.verify_end("decimal", text)?;
        Ok(token)
    }

    /// A number may touch a keyword (`1if x`), but no other name.
    fn verify_end(&mut self, name: &str, text: &str) -> Result<(), SyntaxError> {
        let rest = text.get(self.at..).unwrap_or("");
        let Some(next) = rest.chars().next() else {
            return Ok(());
        };
        if !(next.is_ascii_alphanumeric() || next == '_') {
            return Ok(());
        }
        let word = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()));
        let word = &rest[..word.unwrap_or(rest.len())];
        let touching = ["if", "in", "is"]
            .iter()
            .any(|short| word.starts_with(short))
            || matches!(word, "and" | "else" | "for" | "not" | "or");
        if touching {
            self.warning = Some(format!("invalid {name} literal"));
            return Ok(());
        }
        if next.is_ascii_alphanumeric() || next == '_' {
            self.at += next.len_utf8();
            let end = (self.base + self.at) as u32;
            let start = end - next.len_utf8() as u32;
            // CPython points at the last good character.
            return Err(SyntaxError::new(
                format!("invalid {name} literal"),
                Span::new(start.saturating_sub(1), start),
            ));
        }
        Ok(())
    }
}

/// The value of an integer literal that `scan` accepted.
pub fn int_value(text: &str, span: Span) -> Result<Constant, SyntaxError> {
    let cleaned;
    let mut digits = text;
    if text.contains('_') {
        cleaned = text.replace('_', "");
        digits = &cleaned;
    }
    let bytes = digits.as_bytes();
    let (radix, digits) = match bytes.get(1).map(|b| b | 0x20) {
        Some(b'x') => (16, &digits[2..]),
        Some(b'o') => (8, &digits[2..]),
        Some(b'b') => (2, &digits[2..]),
        _ => (10, digits),
    };
    if let Ok(small) = i64::from_str_radix(digits, radix) {
        return Ok(Constant::Int(small));
    }
    if radix == 10 && digits.len() > MAX_DECIMAL_DIGITS {
        let message = format!(
            "Exceeds the limit ({MAX_DECIMAL_DIGITS} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
             to avoid decimal conversion limits.",
            digits.len()
        );
        return Err(SyntaxError::new(message, span).with_extent(Extent::Nowhere));
    }
    match BigInt::parse_bytes(digits.as_bytes(), radix) {
        Some(big) => Ok(Constant::BigInt(Box::new(big))),
        None => Err(SyntaxError::new("invalid decimal literal", span)),
    }
}

/// The value of a float literal, or of an imaginary one without its `j`.
pub fn float_value(text: &str) -> f64 {
    // Rust reads every form but the underscores, and rounds correctly.
    if text.contains('_') {
        text.replace('_', "").parse().unwrap_or(0.0)
    } else {
        text.parse().unwrap_or(0.0)
    }
}
