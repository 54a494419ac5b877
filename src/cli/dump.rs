//! `apy --dump WHAT FILE`: what each stage of the pipeline makes of a source.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use apy_grammar::Mode;

use super::options::What;
use crate::compiler::{self, Options};
use crate::diagnostics;
use crate::source::Source;

/// Prints the dump; 1 when the source is wrong, 2 when it cannot be read.
pub fn dump(what: What, file: &Path) -> u8 {
    let name = file.to_string_lossy().into_owned();
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("apy: can't open file '{name}': {error}");
            return 2;
        }
    };
    let text = match apy_grammar::decode(&bytes) {
        Ok(text) => text.into_owned(),
        Err(error) => {
            let source = Source::new(&*name, String::from_utf8_lossy(&bytes).into_owned());
            eprint!("{}", diagnostics::syntax::render(&error, &source));
            return 1;
        }
    };
    let source = Arc::new(Source::new(&*name, text));
    match render(what, &source, file) {
        Ok(text) => {
            // A closed pipe is no error of ours.
            let _ = std::io::stdout().write_all(text.as_bytes());
            0
        }
        Err(error) => {
            eprint!("{}", diagnostics::syntax::render(&error, &source));
            1
        }
    }
}

fn render(
    what: What,
    source: &Arc<Source>,
    file: &Path,
) -> Result<String, apy_grammar::SyntaxError> {
    if what == What::Tokens {
        let (text, error) = apy_grammar::dump_tokens(&source.text);
        return error.map_or(Ok(text), Err);
    }
    let module = apy_grammar::parse(&source.text, Mode::Program)?;
    let top_level_await = file.extension().is_some_and(|e| e == "apy");
    let options = Options {
        top_level_await,
        ..Options::default()
    };
    match what {
        What::Ast => Ok(apy_grammar::dump(&module)),
        What::Scopes => {
            let tree = crate::scope::analyze(
                &module,
                crate::scope::ScopeOptions {
                    future_annotations: false,
                },
            )?;
            Ok(tree.to_string())
        }
        _ => Ok(compiler::compile(&module, source.clone(), &options)?.to_string()),
    }
}
