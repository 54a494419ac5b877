//! Private names: in a class `C`, `__x` means `_C__x`.

use apy_grammar::ast::Ident;

/// `name` as the body of the class `class` sees it.
pub fn mangle(class: Option<&str>, name: &Ident) -> Ident {
    let Some(class) = class else {
        return name.clone();
    };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.clone();
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return name.clone();
    }
    Ident::from(format!("_{class}{name}"))
}
