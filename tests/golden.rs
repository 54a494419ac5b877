//! The golden scripts: each `tests/FOLDER/NAME.py` (or `.apy`) is one test. What it prints must equal
//! `NAME.out`, its exit code the number in `NAME.code` (0 without one), and what it says on standard
//! error must hold every line of `NAME.err`, when there is one.
//!
//! `BLESS=1` writes the expected output anew from what the script prints now. `APY_TORTURE=1` runs all
//! of it with a collection at every allocation.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};

const FOLDERS: &[&str] = &["lang", "asyncio", "stdlib", "errors", "seeds", "cli"];
const LIMIT: Duration = Duration::from_secs(120);

fn main() {
    let args = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut trials = Vec::new();
    for folder in FOLDERS {
        let mut scripts: Vec<PathBuf> = std::fs::read_dir(root.join(folder))
            .map(|entries| entries.filter_map(|e| Some(e.ok()?.path())).collect())
            .unwrap_or_default();
        scripts.retain(|p| {
            p.extension().is_some_and(|e| e == "py" || e == "apy")
                && p.with_extension("out").exists() | blessing()
        });
        scripts.sort();
        for script in scripts {
            let name = format!(
                "{folder}/{}",
                script.file_stem().unwrap_or_default().to_string_lossy()
            );
            trials.push(Trial::test(name, move || check(&script)));
        }
    }
    libtest_mimic::run(&args, trials).exit();
}

fn blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|v| v == "1")
}

fn check(script: &Path) -> Result<(), Failed> {
    let folder = std::env::temp_dir().join(format!(
        "apy-golden-{}-{}",
        std::process::id(),
        script.file_stem().unwrap_or_default().to_string_lossy()
    ));
    std::fs::create_dir_all(&folder)?;
    let result = run(script, &folder);
    let _ = std::fs::remove_dir_all(&folder);
    let (out, err, code) = result?;
    let expected_file = script.with_extension("out");
    if blessing() {
        std::fs::write(&expected_file, &out)?;
        return Ok(());
    }
    let expected = std::fs::read_to_string(&expected_file)?;
    let want_code: i32 = match std::fs::read_to_string(script.with_extension("code")) {
        Ok(text) => text.trim().parse()?,
        Err(_) => 0,
    };
    if out != expected {
        return Err(difference(&expected, &out, &err).into());
    }
    if code != want_code {
        return Err(format!("exit code {code}, not {want_code}\n{err}").into());
    }
    if let Ok(lines) = std::fs::read_to_string(script.with_extension("err")) {
        for line in lines.lines() {
            if !err.contains(line) {
                return Err(format!("standard error lacks {line:?}:\n{err}").into());
            }
        }
    }
    Ok(())
}

fn run(script: &Path, folder: &Path) -> Result<(String, String, i32), Failed> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_apy"))
        .arg(script)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
    let out = std::thread::spawn(move || read_all(out.as_mut()));
    let err = std::thread::spawn(move || read_all(err.as_mut()));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Err(format!("still running after {LIMIT:?}").into());
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    let join = |t: std::thread::JoinHandle<String>| t.join().unwrap_or_default();
    Ok((join(out), join(err), status.code().unwrap_or(-1)))
}

fn read_all(pipe: Option<&mut impl std::io::Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        let _ = pipe.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The first lines that differ.
fn difference(want: &str, got: &str, err: &str) -> String {
    let (want, got): (Vec<&str>, Vec<&str>) = (want.lines().collect(), got.lines().collect());
    let at = want.iter().zip(&got).take_while(|(a, b)| a == b).count();
    let show = |lines: &[&str]| {
        lines
            .iter()
            .skip(at)
            .take(3)
            .map(|l| format!("    {l}\n"))
            .collect::<String>()
    };
    format!(
        "differs from line {}:\n  want\n{}  got\n{}  standard error\n{err}",
        at + 1,
        show(&want),
        show(&got)
    )
}
