//! Every snippet of `data/warnings.tsv` is warned of as CPython warns: line and message, in order.

mod common;

use apy_grammar::{LineIndex, Mode, parse_with_warnings};
use common::unescape;

#[test]
fn warnings_are_cpythons() {
    for row in include_str!("data/warnings.tsv").lines() {
        let mut columns = row.split('\t').map(unescape);
        let source = columns.next().expect("a row has a snippet");
        let expected: Vec<String> = columns.collect();
        let output = parse_with_warnings(&source, Mode::Program).expect(&source);
        let lines = LineIndex::new(&source);
        let found: Vec<String> = output
            .warnings
            .iter()
            .map(|warning| format!("{} {}", lines.line(warning.span.start), warning.message))
            .collect();
        assert_eq!(found, expected, "{source:?}");
    }
}
