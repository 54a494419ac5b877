//! Syntax errors for the screen.

use apy_grammar::SyntaxError;

use super::{is_fancy, snippet};
use crate::source::Source;

/// The error with its source line, drawn or plain as the terminal asks.
pub fn render(error: &SyntaxError, source: &Source) -> String {
    let last = format!("{}: {}\n", error.kind.name(), error.message);
    if is_fancy() {
        let note = error.note.as_ref().map(|n| n.message.as_str());
        if let Some(drawn) =
            snippet::draw(source, error.span, error.kind.name(), note.or(Some("here")))
        {
            return drawn + &last;
        }
    }
    plain(error, source) + &last
}

/// File, line and carets, as CPython prints them.
fn plain(error: &SyntaxError, source: &Source) -> String {
    let line = source.line(error.span.start);
    let mut out = format!("  File \"{}\", line {line}\n", source.name);
    if let Some(text) = source.line_text(line) {
        let stripped = text.trim_start();
        let indent = text.chars().count() - stripped.chars().count();
        let column = (source.column(error.span.start) as usize).saturating_sub(indent);
        let end = if source.line(error.span.end) == line {
            source.column(error.span.end) as usize
        } else {
            text.chars().count()
        };
        let width = end.saturating_sub(indent).saturating_sub(column).max(1);
        out.push_str(&format!(
            "    {}\n    {}{}\n",
            stripped.trim_end(),
            " ".repeat(column),
            "^".repeat(width)
        ));
    }
    out
}
