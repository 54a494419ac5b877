//! Prints the tree of every file named in the list, one line each, with the places of its nodes:
//! `tests/tools/compare_trees.py` holds them against CPython's.

use std::fmt::Write as _;
use std::io::Write as _;

use apy_grammar::dump::{Dump, tree};
use apy_grammar::{LineIndex, Mode, decode, parse};

fn write(dump: &Dump, source: &str, lines: &LineIndex, out: &mut String) {
    match dump {
        Dump::Text(text) => out.push_str(text),
        Dump::List(items) => {
            out.push('[');
            for item in items {
                write(item, source, lines, out);
                out.push(',');
            }
            out.push(']');
        }
        Dump::Node { name, fields, span } => {
            out.push_str(name);
            out.push('(');
            for (field, value) in fields {
                let _ = write!(out, "{field}=");
                write(value, source, lines, out);
                out.push(',');
            }
            out.push(')');
            if let Some(span) = span {
                let (start, end) = (
                    lines.position(source, span.start),
                    lines.position(source, span.end),
                );
                let _ = write!(
                    out,
                    "@{}:{}-{}:{}",
                    start.line, start.byte_column, end.line, end.byte_column
                );
            }
        }
    }
}

fn main() {
    let list = std::env::args().nth(1).expect("a file that lists files");
    let stdout = std::io::stdout();
    let mut stdout = stdout.lock();
    for path in std::fs::read_to_string(list)
        .expect("the list can be read")
        .lines()
    {
        let bytes = std::fs::read(path).unwrap_or_default();
        let Ok(source) = decode(&bytes) else { continue };
        let Ok(module) = parse(&source, Mode::Program) else {
            continue;
        };
        let lines = LineIndex::new(&source);
        let mut out = String::new();
        write(&tree(&module), &source, &lines, &mut out);
        let _ = writeln!(stdout, "{path}\t{out}");
    }
}
