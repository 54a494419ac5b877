//! The tree as text, in the manner of CPython's `ast.dump`.

mod expr;
mod stmt;

use std::fmt::Write;

use crate::ast::*;

use expr::expr;
use stmt::stmt;

/// A node with its fields, a list, or a value without inside; `ast.dump` leaves out what is
/// empty, and so does this.
pub enum Dump {
    Node {
        name: &'static str,
        fields: Vec<(&'static str, Dump)>,
        span: Option<Span>,
    },
    List(Vec<Dump>),
    Text(String),
}

/// The whole tree, indented by one blank a level.
pub fn dump(module: &Module) -> String {
    let mut out = String::new();
    tree(module).write_indented(&mut out, 0);
    out
}

/// The tree as data, for other renderings.
pub fn tree(module: &Module) -> Dump {
    match module {
        Module::Program(body) => Node::new("Module").list("body", body, stmt).bare(),
        Module::Expression(body) => Node::new("Expression").one("body", expr(body)).bare(),
        Module::Interactive(body) => Node::new("Interactive").list("body", body, stmt).bare(),
    }
}

impl Dump {
    /// Short nodes stand on one line, as `ast.dump` has it.
    fn is_simple(&self) -> bool {
        match self {
            Dump::Text(_) => true,
            Dump::Node { fields, .. } => fields.is_empty(),
            Dump::List(items) => items.is_empty(),
        }
    }

    fn write_indented(&self, out: &mut String, level: usize) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.write_node(out, level));
    }

    fn write_node(&self, out: &mut String, level: usize) {
        let line = |out: &mut String, level: usize| {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', level));
        };
        match self {
            Dump::Text(text) => out.push_str(text),
            Dump::List(items) if items.is_empty() => out.push_str("[]"),
            Dump::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    line(out, level + 1);
                    item.write_indented(out, level + 1);
                }
                out.push(']');
            }
            Dump::Node { name, fields, .. } => {
                let short = fields.len() <= 3 && fields.iter().all(|(_, value)| value.is_simple());
                out.push_str(name);
                out.push('(');
                for (index, (field, value)) in fields.iter().enumerate() {
                    match (index, short) {
                        (0, true) => {}
                        (_, true) => out.push_str(", "),
                        (_, false) => {
                            out.push_str(if index == 0 { "" } else { "," });
                            line(out, level + 1);
                        }
                    }
                    out.push_str(field);
                    out.push('=');
                    value.write_indented(out, level + 1);
                }
                out.push(')');
            }
        }
    }
}

pub(super) struct Node {
    name: &'static str,
    fields: Vec<(&'static str, Dump)>,
}

impl Node {
    fn new(name: &'static str) -> Self {
        Node {
            name,
            fields: Vec::new(),
        }
    }

    fn one(mut self, field: &'static str, value: Dump) -> Self {
        self.fields.push((field, value));
        self
    }

    fn maybe(self, field: &'static str, value: Option<Dump>) -> Self {
        match value {
            Some(value) => self.one(field, value),
            None => self,
        }
    }

    fn opt(self, field: &'static str, value: &Option<Box<Expr>>) -> Self {
        self.maybe(field, value.as_deref().map(expr))
    }

    fn name(self, field: &'static str, value: Option<&str>) -> Self {
        self.maybe(field, value.map(quoted))
    }

    fn list<T>(self, field: &'static str, items: &[T], each: impl Fn(&T) -> Dump) -> Self {
        if items.is_empty() {
            return self;
        }
        self.one(field, Dump::List(items.iter().map(each).collect()))
    }

    fn at(self, span: Span) -> Dump {
        Dump::Node {
            name: self.name,
            fields: self.fields,
            span: Some(span),
        }
    }

    fn bare(self) -> Dump {
        Dump::Node {
            name: self.name,
            fields: self.fields,
            span: None,
        }
    }
}

/// A name in quotes.
fn quoted(name: &str) -> Dump {
    Dump::Text(quote(name.as_bytes(), false))
}

/// Python's `ascii()` of a text in WTF-8, or the `repr` of bytes.
fn quote(bytes: &[u8], is_bytes: bool) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(if is_bytes { "b" } else { "" });
    out.push(quote);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let length = match byte {
            _ if is_bytes => 1,
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        let code = match length {
            1 => u32::from(byte),
            _ => {
                let tail = bytes.get(at + 1..at + length).unwrap_or(&[]);
                let head = u32::from(byte) & (0x7F >> length);
                tail.iter()
                    .fold(head, |code, b| code << 6 | u32::from(b & 0x3F))
            }
        };
        at += length;
        let _ = match code {
            0x5C => out.write_str("\\\\"),
            0x0A => out.write_str("\\n"),
            0x0D => out.write_str("\\r"),
            0x09 => out.write_str("\\t"),
            _ if code == quote as u32 => write!(out, "\\{quote}"),
            0x20..0x7F => out.write_char(char::from(code as u8)),
            0..0x100 => write!(out, "\\x{code:02x}"),
            0x100..0x1_0000 => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
    }
    out.push(quote);
    out
}
