//! Parses every file named on the command line, or by the lines of the file after `@`, and
//! prints one line for each: `path<TAB>ok` or the error with its place. `--time` parses
//! everything without printing and says how long it took.

use std::time::Instant;

use apy_grammar::{LineIndex, Mode, decode, parse};

fn verdict(bytes: &[u8]) -> String {
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(error) => return format!("{error}"),
    };
    match parse(&text, Mode::Program) {
        Ok(_) => "ok".to_string(),
        Err(error) => {
            let at = LineIndex::new(&text).position(&text, error.span.start);
            format!("{}:{} {error}", at.line, at.column + 1)
        }
    }
}

fn main() {
    let mut files = Vec::new();
    let mut timed = false;
    for arg in std::env::args().skip(1) {
        if arg == "--time" {
            timed = true;
        } else if let Some(list) = arg.strip_prefix('@') {
            let text = std::fs::read_to_string(list).expect("the list can be read");
            files.extend(text.lines().map(str::to_string));
        } else {
            files.push(arg);
        }
    }
    let sources: Vec<(String, Vec<u8>)> = files
        .into_iter()
        .map(|path| (std::fs::read(&path).unwrap_or_default(), path))
        .map(|(b, p)| (p, b))
        .collect();
    let start = Instant::now();
    for (path, bytes) in &sources {
        let verdict = verdict(bytes);
        if !timed {
            println!("{path}\t{verdict}");
        }
    }
    if timed {
        let size: usize = sources.iter().map(|(_, bytes)| bytes.len()).sum();
        let took = start.elapsed().as_secs_f64();
        println!(
            "{} files, {:.1} MB, {took:.2} s, {:.1} MB/s",
            sources.len(),
            size as f64 / 1e6,
            size as f64 / 1e6 / took
        );
    }
}
