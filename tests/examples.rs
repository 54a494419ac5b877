//! The examples and the README's scripts print what they say.

use std::path::{Path, PathBuf};
use std::process::Command;

fn run(script: &Path) -> (String, String, bool) {
    let done = Command::new(env!("CARGO_BIN_EXE_apy"))
        .arg(script)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&done.stdout),
        text(&done.stderr),
        done.status.success(),
    )
}

#[test]
fn examples_print_what_is_beside_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut scripts: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    scripts.retain(|p| p.extension().is_some_and(|e| e == "apy" || e == "py"));
    assert!(scripts.len() >= 12);
    for script in scripts {
        let expected = std::fs::read_to_string(script.with_extension("out")).unwrap();
        let (out, err, ok) = run(&script);
        assert!(ok && out == expected, "{}:\n{out}\n{err}", script.display());
    }
}

#[test]
fn the_readmes_scripts_print_what_follows_them() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut blocks = text.split("```").collect::<Vec<_>>().into_iter();
    let mut count = 0;
    while let Some(block) = blocks.next() {
        let Some(script) = block.strip_prefix("apy\n") else {
            continue;
        };
        let _between = blocks.next();
        let expected = blocks
            .next()
            .and_then(|b| b.strip_prefix("text\n"))
            .expect("a text block follows");
        let file =
            std::env::temp_dir().join(format!("apy-readme-{}-{count}.apy", std::process::id()));
        std::fs::write(&file, script).unwrap();
        let (out, err, _) = run(&file);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(out, expected, "{err}");
        count += 1;
    }
    assert!(count > 0);
}
