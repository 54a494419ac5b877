//! `apy check FILE...`: parse and compile, run nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apy_grammar::{Mode, SyntaxError};

use crate::compiler::{self, Options};
use crate::diagnostics;
use crate::source::Source;

/// Checks each file; 0 when all are right, 1 when one is not, 2 when one cannot be read.
pub fn check(files: &[PathBuf]) -> u8 {
    let mut code = 0;
    for file in files {
        let name = file.to_string_lossy().into_owned();
        match std::fs::read(file) {
            Err(error) => {
                eprintln!("apy: can't open file '{name}': {error}");
                code = 2;
            }
            Ok(bytes) => {
                if let Err((error, source)) = check_source(&name, &bytes) {
                    eprint!("{}", diagnostics::syntax::render(&error, &source));
                    code = code.max(1);
                }
            }
        }
    }
    code
}

/// Reads one source as running it would.
pub fn check_source(name: &str, bytes: &[u8]) -> Result<(), (SyntaxError, Arc<Source>)> {
    let text = apy_grammar::decode(bytes).map_err(|e| {
        (
            e,
            Arc::new(Source::new(
                name,
                String::from_utf8_lossy(bytes).into_owned(),
            )),
        )
    })?;
    let source = Arc::new(Source::new(name, text.into_owned()));
    let module =
        apy_grammar::parse(&source.text, Mode::Program).map_err(|e| (e, source.clone()))?;
    let top_level_await = Path::new(name).extension().is_some_and(|e| e == "apy");
    let options = Options {
        top_level_await,
        ..Options::default()
    };
    compiler::compile(&module, source.clone(), &options).map_err(|e| (e, source))?;
    Ok(())
}
