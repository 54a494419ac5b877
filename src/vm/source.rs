//! From source text to code objects, with errors as exceptions.

use std::sync::Arc;

use apy_grammar::{Mode, SyntaxError};

use crate::compiler::{self, Options};
use crate::objects::exceptions::Exc;
use crate::objects::function::CodeObj;
use crate::objects::header::Gc;
use crate::objects::module::Module;
use crate::objects::value::Value;
use crate::source::Source;

use super::{Result, Vm};

impl Vm {
    /// Parses and compiles a source. A `SyntaxError` is raised; warnings are emitted.
    pub fn compile_source(
        &mut self,
        source: &Arc<Source>,
        mode: Mode,
        options: &Options,
    ) -> Result<Gc<CodeObj>> {
        let options = &Options {
            optimize: options.optimize.max(self.optimize),
            ..*options
        };
        let parsed = match apy_grammar::parse_with_warnings(&source.text, mode) {
            Ok(parsed) => parsed,
            Err(error) => return Err(self.syntax_error(&error, source)),
        };
        let output = match compiler::compile_with_warnings(&parsed.module, source.clone(), options)
        {
            Ok(output) => output,
            Err(error) => return Err(self.syntax_error(&error, source)),
        };
        Ok(self.new_code(output.code))
    }

    /// Runs the code of `__main__`. When it awaits at top level, the event loop runs it.
    pub fn run_main_code(&mut self, code: &Gc<CodeObj>, module: &Gc<Module>) -> Result<()> {
        let globals = module.dict.clone();
        let result = self.run_code(code, &globals, Value::Unbound, Box::default())?;
        if code.code.has(crate::bytecode::code::flags::COROUTINE) {
            self.run_main_coroutine(result)?;
        }
        Ok(())
    }

    /// Runs what `atexit` has registered.
    pub fn run_exit_functions(&mut self) -> Result<()> {
        let name = self.intern("atexit");
        match self.modules.get_str(&name) {
            Some(module) => self.call_method(&module, "_run_exitfuncs", &[]).map(drop),
            None => Ok(()),
        }
    }

    /// Decodes the bytes of a source file (PEP 263).
    pub fn decode_source(&mut self, file: &str, bytes: &[u8]) -> Result<String> {
        match apy_grammar::decode(bytes) {
            Ok(text) => Ok(text.into_owned()),
            Err(error) => {
                let source = Arc::new(Source::new(
                    file,
                    String::from_utf8_lossy(bytes).into_owned(),
                ));
                Err(self.syntax_error(&error, &source))
            }
        }
    }

    /// The exception of a syntax error, with CPython's attributes.
    pub fn syntax_error(&mut self, error: &SyntaxError, source: &Source) -> Exc {
        let class = match error.kind {
            apy_grammar::Kind::SyntaxError => &self.exc.SyntaxError,
            apy_grammar::Kind::IndentationError => &self.exc.IndentationError,
            apy_grammar::Kind::TabError => &self.exc.TabError,
        }
        .clone();
        let exc = self.error(&class, error.message.as_str());
        let span = error.span;
        let line = source.line(span.start);
        let (end_line, end_column) = (source.line(span.end), source.column(span.end));
        let text = source
            .line_text(line)
            .map_or(Value::None, |t| self.new_str(format!("{t}\n")));
        let file = self.new_str(&*source.name);
        let message = self.new_str(error.message.as_str());
        let offset = i64::from(source.column(span.start)) + 1;
        let details = vec![
            file.clone(),
            Value::Int(i64::from(line)),
            Value::Int(offset),
            text.clone(),
            Value::Int(i64::from(end_line)),
            Value::Int(i64::from(end_column) + 1),
        ];
        for (i, value) in std::iter::once(message.clone())
            .chain(details.iter().cloned())
            .enumerate()
        {
            exc.0.set_field(i, value);
        }
        exc.0.set_field(7, Value::None);
        let details = self.new_tuple(details).into();
        let args = self.new_tuple(vec![message, details]);
        drop(exc.0.args.replace(args.into()));
        exc
    }
}
