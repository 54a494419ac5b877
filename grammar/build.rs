fn main() {
    println!("cargo::rerun-if-changed=src/apy.lalrpop");
    if let Err(error) = lalrpop::Configuration::new()
        .emit_rerun_directives(false)
        .process_current_dir()
    {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
