//! The line editor on its own thread, and when an input is complete.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

use apy_grammar::Mode;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Completer, Helper};

use crate::event_loop::isolate::Alarm;
use crate::vm::Vm;

const PROMPT: &str = ">>> ";

/// What the user entered.
pub enum Line {
    /// A complete input, ending with a newline.
    Text(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the terminal is gone.
    End,
}

/// The isolate's side of the editor's thread.
pub struct Editor {
    ask: Option<Sender<()>>,
    lines: Receiver<Line>,
    thread: Option<JoinHandle<()>>,
}

impl Editor {
    /// Starts the thread. `alarm` wakes the isolate when a line is there.
    pub fn start(alarm: Option<Arc<Alarm>>) -> Editor {
        let (ask, asked) = channel();
        let (send, lines) = channel();
        let thread = std::thread::spawn(move || edit(&asked, &send, alarm.as_deref()));
        Editor {
            ask: Some(ask),
            lines,
            thread: Some(thread),
        }
    }

    /// Waits for the next input; the isolate's tasks may go on meanwhile.
    pub fn read(&mut self, vm: &mut Vm) -> Line {
        if self.ask.as_ref().is_none_or(|ask| ask.send(()).is_err()) {
            return Line::End;
        }
        loop {
            match self.lines.try_recv() {
                Ok(line) => return line,
                Err(TryRecvError::Disconnected) => return Line::End,
                Err(TryRecvError::Empty) => {
                    if !vm.suspend_host(None) {
                        return self.lines.recv().unwrap_or(Line::End);
                    }
                }
            }
        }
    }

    /// Ends the thread; the history is written.
    pub fn stop(&mut self) {
        self.ask = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn history_file() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").filter(|h| !h.is_empty())?;
    Some(PathBuf::from(home).join(".apy_history"))
}

fn edit(asked: &Receiver<()>, lines: &Sender<Line>, alarm: Option<&Alarm>) {
    let Ok(mut editor) = rustyline::Editor::<Entry, DefaultHistory>::new() else {
        return;
    };
    editor.set_helper(Some(Entry));
    let file = history_file();
    if let Some(file) = &file {
        // A missing history is an empty one.
        let _ = editor.load_history(file);
    }
    while asked.recv().is_ok() {
        let line = match editor.readline(PROMPT) {
            Ok(text) => {
                let _ = editor.add_history_entry(text.as_str());
                Line::Text(text + "\n")
            }
            Err(ReadlineError::Interrupted) => Line::Interrupted,
            Err(_) => Line::End,
        };
        let end = matches!(line, Line::End);
        if lines.send(line).is_err() {
            break;
        }
        if let Some(alarm) = alarm {
            alarm.ring();
        }
        if end {
            break;
        }
    }
    if let Some(file) = &file {
        let _ = editor.save_history(file);
    }
}

/// Tells the editor whether the input is complete.
#[derive(Completer, Helper)]
struct Entry;

impl Hinter for Entry {
    type Hint = String;
}

impl Highlighter for Entry {}

impl Validator for Entry {
    fn validate(&self, ctx: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if is_complete(ctx.input()) {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

/// Whether an input can be run: more would not help, and a block has been ended by an empty line.
pub fn is_complete(input: &str) -> bool {
    if let Err(error) = apy_grammar::parse(&format!("{input}\n"), Mode::Interactive)
        && error.incomplete
    {
        return false;
    }
    match input.rsplit_once('\n') {
        Some((_, last)) => last.trim().is_empty() || !last.starts_with([' ', '\t']),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::is_complete;

    #[test]
    fn blocks_end_with_an_empty_line() {
        assert!(is_complete("x = 1"));
        assert!(!is_complete("if x:"));
        assert!(!is_complete("if x:\n    y"));
        assert!(is_complete("if x:\n    y\n"));
        assert!(!is_complete("f(1,"));
        assert!(is_complete("f(1,\n2)"));
        assert!(is_complete("x = = 1"));
    }
}
