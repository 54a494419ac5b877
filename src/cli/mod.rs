//! The command line: what `apy` was asked to do, and doing it.
//!
//! `options.rs` reads the arguments, `run.rs` runs files, code and standard input, `check.rs` and
//! `dump.rs` look at sources without running them. Exit codes are CPython's: 0, 1 for an uncaught
//! exception, what `sys.exit` was given, 2 for bad usage or a missing file, 130 for an interrupt.

mod check;
mod dump;
mod options;
mod run;

use std::process::ExitCode;

use options::{Command, Options};
pub use run::{configure_prompt, finish, main_module};

/// Runs the command with the process's arguments.
pub fn main() -> ExitCode {
    let options = match options::parse(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("apy: {message}\nTry 'apy --help' for more information.");
            return ExitCode::from(2);
        }
    };
    ExitCode::from(execute(options))
}

fn execute(options: Options) -> u8 {
    match &options.command {
        Command::Help => {
            print!("{}", options::HELP);
            0
        }
        Command::Version => {
            println!("apy {} (Python 3.13)", env!("CARGO_PKG_VERSION"));
            0
        }
        Command::Check(files) => check::check(files),
        Command::Dump { what, file } => dump::dump(*what, file),
        _ => run::run(options),
    }
}
