//! The modules written in the language itself, embedded in the binary.

use include_dir::{Dir, include_dir};

static STDLIB: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/stdlib");

/// The text of a module by its dotted name, and whether it is a package.
pub fn find(name: &str) -> Option<(&'static str, bool)> {
    let path = name.replace('.', "/");
    let package = STDLIB.get_file(format!("{path}/__init__.apy"));
    let file = package.or_else(|| STDLIB.get_file(format!("{path}.apy")))?;
    Some((file.contents_utf8()?, package.is_some()))
}
