//! Reads snippets, one on each line with `\n`, `\t`, `\r` and `\\` escaped, and prints for each the
//! error (after `eval:` or `single:` in that mode) as `type<TAB>message<TAB>line<TAB>offset<TAB>end line<TAB>end offset`, or `ok`:
//! `tests/tools/compare_errors.py` holds them against CPython's.

use std::io::{BufRead, Write};

use apy_grammar::{Mode, parse};

fn unescape(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match chars.next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('f') => '\x0c',
            Some('0') => '\0',
            Some(other) => other,
            None => '\\',
        });
    }
    out
}

fn main() {
    let stdin = std::io::stdin();
    let stdout = std::io::stdout();
    let mut stdout = std::io::BufWriter::new(stdout.lock());
    for line in stdin.lock().lines() {
        let line = line.expect("lines are UTF-8");
        let (mode, text) = match line.split_once(':') {
            Some(("eval", rest)) => (Mode::Expression, rest),
            Some(("single", rest)) => (Mode::Interactive, rest),
            _ => (Mode::Program, line.as_str()),
        };
        let source = unescape(text);
        let verdict = match parse(&source, mode) {
            Ok(_) => "ok".to_string(),
            Err(error) => {
                let at = error.location(&source);
                format!(
                    "{}\t{}\t{}\t{}\t{}\t{}",
                    error.kind.name(),
                    error.message,
                    at.lineno,
                    at.offset,
                    at.end_lineno,
                    at.end_offset
                )
            }
        };
        writeln!(stdout, "{verdict}").expect("stdout is open");
    }
}
