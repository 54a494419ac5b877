//! A piece of source drawn by miette, with one place pointed out.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use apy_grammar::ast::Span;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};

use crate::source::Source;

/// Longer lines are not drawn: they would fill the screen (and miette does not bear them well).
const MAX_LINE: usize = 300;

#[derive(Debug)]
struct Place {
    title: String,
    label: Option<String>,
    code: NamedSource<String>,
    start: usize,
    len: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

impl std::error::Error for Place {}

impl Diagnostic for Place {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.code)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new(
            self.label.clone(),
            self.start,
            self.len,
        ))))
    }
}

/// Draws the lines around `span` under a title. `None` when they cannot be drawn well.
pub fn draw(source: &Source, span: Span, title: &str, label: Option<&str>) -> Option<String> {
    let len = source.text.len();
    // miette panics on labels past the end and drops those at the end: clamp both.
    let start = (span.start as usize).min(len.checked_sub(1)?);
    let first_line_end = source
        .text
        .get(start..)?
        .find('\n')
        .map_or(len, |n| start + n);
    let end = (span.end as usize).clamp(start, first_line_end.max(start));
    let line = source.line(start as u32);
    let near = line.saturating_sub(1).max(1)..=line + 1;
    if near
        .clone()
        .filter_map(|n| source.line_text(n))
        .any(|text| text.len() > MAX_LINE)
    {
        return None;
    }
    let place = Place {
        title: title.to_string(),
        label: label.map(str::to_string),
        code: NamedSource::new(&*source.name, source.text.to_string()),
        start,
        len: end - start,
    };
    let handler =
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode()).with_context_lines(1);
    let mut out = String::new();
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        handler.render_report(&mut out, &place).is_ok()
    }))
    .unwrap_or(false);
    drawn.then_some(out)
}
