//! Reading the arguments, in the manner of `python3`: options, then what to run, then its own arguments.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;

pub const HELP: &str = "\
Run Python 3.13 scripts with asyncio built in.

usage: apy [OPTIONS] FILE [ARGS]...     run a script (.apy or .py)
       apy [OPTIONS] -c CODE [ARGS]...  run code given as text
       apy [OPTIONS] -m MODULE [ARGS].. run a module or package as a script
       apy [OPTIONS] - [ARGS]...        run standard input
       apy [OPTIONS]                    the interactive prompt (or standard input, when not a terminal)
       apy check FILE...                say what is wrong with sources, without running them
       apy --dump WHAT FILE             print tokens, ast, scopes or bytecode of a source

options:
  -i             go on at the prompt after the script
  -O, -OO        drop assert statements; -OO drops docstrings too
  -W ACTION      control warnings, as Python's -W
  -X OPTION      accepted for compatibility
  -u             do not buffer standard output
  -B -E -I -q -s -S
                 accepted for compatibility
  -h, --help     this text
  -V, --version  the version

In an .apy file, await, async for and async with may stand outside functions, and gather, sleep,
Queue, create_task and the other names of asyncio need no import.

environment:
  NO_COLOR       plain error reports
  APY_TORTURE    collect garbage at every allocation (for testing)

exit status: 0; 1 after an uncaught exception; what sys.exit() was given; 2 for bad usage or a
missing file; 130 after an interrupt.
";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Tokens,
    Ast,
    Scopes,
    Bytecode,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Help,
    Version,
    Check(Vec<PathBuf>),
    Dump {
        what: What,
        file: PathBuf,
    },
    File(PathBuf),
    Code(String),
    Module(String),
    Stdin,
    /// Nothing was named: the prompt, or standard input when it is not a terminal.
    Prompt,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub command: Command,
    /// The script's own arguments, without its name.
    pub args: Vec<String>,
    pub interactive: bool,
    pub optimize: u8,
    pub warnings: Vec<String>,
    pub quiet: bool,
}

fn text(value: OsString) -> String {
    value.to_string_lossy().into_owned()
}

/// Reads the arguments that follow the program's name.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Options, String> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut options = Options {
        command: Command::Prompt,
        args: Vec::new(),
        interactive: false,
        optimize: 0,
        warnings: Vec::new(),
        quiet: false,
    };
    let fail = |e: lexopt::Error| e.to_string();
    while let Some(arg) = parser.next().map_err(fail)? {
        match arg {
            Short('h') | Long("help") => options.command = Command::Help,
            Short('V') | Long("version") => options.command = Command::Version,
            Short('i') => options.interactive = true,
            Short('q') => options.quiet = true,
            Short('O') => options.optimize += 1,
            Short('u' | 'B' | 'E' | 'I' | 's' | 'S' | 'P') => {}
            Short('W') => options.warnings.push(text(parser.value().map_err(fail)?)),
            Short('X') => drop(parser.value().map_err(fail)?),
            Short('c') => {
                options.command = Command::Code(text(parser.value().map_err(fail)?));
                return rest(options, &mut parser);
            }
            Short('m') => {
                options.command = Command::Module(text(parser.value().map_err(fail)?));
                return rest(options, &mut parser);
            }
            Long("dump") => {
                let what = match text(parser.value().map_err(fail)?).as_str() {
                    "tokens" => What::Tokens,
                    "ast" => What::Ast,
                    "scopes" => What::Scopes,
                    "bytecode" => What::Bytecode,
                    other => {
                        return Err(format!(
                            "cannot dump '{other}': choose tokens, ast, scopes or bytecode"
                        ));
                    }
                };
                let file = PathBuf::from(parser.value().map_err(|_| "--dump needs a file")?);
                options.command = Command::Dump { what, file };
                return Ok(options);
            }
            Value(value) if value == "check" && options.command == Command::Prompt => {
                let files: Vec<PathBuf> = parser
                    .raw_args()
                    .map_err(fail)?
                    .map(PathBuf::from)
                    .collect();
                if files.is_empty() {
                    return Err("check needs at least one file".into());
                }
                options.command = Command::Check(files);
                return Ok(options);
            }
            Value(value) => {
                options.command = if value == "-" {
                    Command::Stdin
                } else {
                    Command::File(value.into())
                };
                return rest(options, &mut parser);
            }
            other => return Err(other.unexpected().to_string()),
        }
        if matches!(options.command, Command::Help | Command::Version) {
            return Ok(options);
        }
    }
    Ok(options)
}

/// All that follows belongs to the script.
fn rest(mut options: Options, parser: &mut lexopt::Parser) -> Result<Options, String> {
    options.args = parser
        .raw_args()
        .map_err(|e| e.to_string())?
        .map(text)
        .collect();
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Options, String> {
        parse(args.iter().map(OsString::from))
    }

    #[test]
    fn what_follows_the_script_is_its_own() {
        let options = read(&["-O", "a.py", "-O", "--x", "check"]).unwrap();
        assert_eq!(options.command, Command::File("a.py".into()));
        assert_eq!(options.args, ["-O", "--x", "check"]);
        assert_eq!(options.optimize, 1);
    }

    #[test]
    fn code_takes_the_next_argument() {
        let options = read(&["-c", "print(1)", "-h"]).unwrap();
        assert_eq!(options.command, Command::Code("print(1)".into()));
        assert_eq!(options.args, ["-h"]);
    }

    #[test]
    fn bad_usage_is_said() {
        assert!(read(&["--nope"]).is_err());
        assert!(read(&["check"]).is_err());
        assert!(read(&["--dump", "nothing", "f"]).is_err());
        assert!(read(&["-c"]).is_err());
    }
}
