//! The `apy` command. All of it is in the library: see `apy::cli`.

fn main() -> std::process::ExitCode {
    apy::cli::main()
}
