//! The compiler on whole files: everything that parses compiles, and the dump can print it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apy::bytecode::Code;
use apy::compiler::{Options, compile};
use apy::source::Source;
use apy_grammar::{Mode, SyntaxError, parse};

fn compile_text(name: &str, text: &str) -> Result<Arc<Code>, SyntaxError> {
    let module = parse(text, Mode::Program)?;
    let source = Arc::new(Source::new(name, text));
    compile(&module, source, &Options::default())
}

fn python_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            python_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "py" || e == "apy") {
            found.push(path);
        }
    }
}

/// `APY_COMPILE=/some/folder cargo test --test compile -- --ignored folder --nocapture`
#[test]
#[ignore = "wants a folder in APY_COMPILE"]
fn folder_compiles() {
    let Ok(folder) = std::env::var("APY_COMPILE") else {
        return;
    };
    let mut files = Vec::new();
    python_files(Path::new(&folder), &mut files);
    files.sort();
    let (mut good, mut bad) = (0, 0);
    for path in files {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        match compile_text(&path.to_string_lossy(), &text) {
            Ok(_) => good += 1,
            Err(e) => {
                bad += 1;
                let source = Source::new("", text);
                println!("{}:{}: {e}", path.display(), source.line(e.span.start));
            }
        }
    }
    println!("{good} compiled, {bad} refused");
}

/// `APY_DUMP=file.py cargo test --test compile -- --ignored dump --nocapture`
#[test]
#[ignore = "wants a file in APY_DUMP"]
fn dump_file() {
    let Ok(path) = std::env::var("APY_DUMP") else {
        return;
    };
    let text = std::fs::read_to_string(&path).expect("readable");
    match compile_text(&path, &text) {
        Ok(code) => println!("{code}"),
        Err(e) => println!("{e} at {:?}", e.span),
    }
}

/// Line and column as `SyntaxError` counts them, both from 1.
fn position(source: &Source, offset: u32) -> String {
    format!("{}:{}", source.line(offset), source.column(offset) + 1)
}

fn outcome(number: usize, case: &str) -> String {
    match compile_text("case", case) {
        Ok(_) => format!("{number}\tok"),
        Err(e) => {
            let source = Source::new("case", case);
            let place = format!(
                "{}-{}",
                position(&source, e.span.start),
                position(&source, e.span.end)
            );
            format!("{number}\t{}\t{place}\t{}", e.kind.name(), e.message)
        }
    }
}

/// Without the columns, where CPython has none.
fn comparable(line: &str, golden: &str) -> String {
    if !golden.contains(":None") {
        return line.to_string();
    }
    line.split('\t')
        .enumerate()
        .filter(|(i, _)| *i != 2)
        .map(|(_, part)| part)
        .collect::<Vec<_>>()
        .join("\t")
}

/// The golden file is made by `tests/tools/compile_errors.py`.
#[test]
fn errors_are_those_of_the_reference() {
    let cases = include_str!("compile_errors.cases");
    let golden = include_str!("compile_errors.golden");
    let mut differ = Vec::new();
    for (number, (case, wanted)) in cases.split("---\n").zip(golden.lines()).enumerate() {
        let found = outcome(number, case);
        if comparable(&found, wanted) != comparable(wanted, wanted) {
            differ.push(format!("{case}  wanted {wanted}\n  found  {found}"));
        }
    }
    assert!(
        differ.is_empty(),
        "{} differ:\n{}",
        differ.len(),
        differ.join("\n")
    );
}

/// Each `tests/dump/*.py` compiles to the code beside it. `BLESS=1` writes that anew.
#[test]
fn dumps_are_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dump");
    let mut files = Vec::new();
    python_files(&folder, &mut files);
    assert!(!files.is_empty());
    let bless = std::env::var_os("BLESS").is_some();
    let mut differ = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("readable");
        let code = compile_text("dump", &text).expect("compiles");
        let found = code.to_string();
        let golden = path.with_extension("dump");
        if bless {
            std::fs::write(&golden, &found).expect("writable");
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != found {
            differ.push(format!("{}\n{found}", path.display()));
        }
    }
    assert!(
        differ.is_empty(),
        "{} differ:\n{}",
        differ.len(),
        differ.join("\n")
    );
}
