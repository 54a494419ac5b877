//! The `apy` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else {
        return ExitCode::from(2);
    };
    let Ok(bytes) = std::fs::read(&file) else {
        return ExitCode::from(2);
    };
    let mut vm = apy::vm::Vm::new();
    let result = (|| {
        let text = vm.decode_source(&file, &bytes)?;
        let is_apy = file.ends_with(".apy");
        let code = vm.compile_file(&file, text, is_apy)?;
        let module = vm.new_module("__main__");
        let globals = module.dict.clone();
        vm.run_code(
            &code,
            &globals,
            apy::objects::value::Value::Unbound,
            Box::default(),
        )
    })();
    match result {
        Ok(_) => {
            let _ = vm.flush_stdout();
            ExitCode::SUCCESS
        }
        Err(e) => {
            let text = vm.format_traceback(&e);
            let _ = vm.flush_stdout();
            eprint!("{text}");
            ExitCode::FAILURE
        }
    }
}
