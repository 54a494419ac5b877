//! Every erroneous snippet of `data/errors.tsv` gives CPython's error: type, message and place.
//!
//! New snippets go into the first column; the rest is made from it by
//! `python3.13 tests/tools/compare_errors.py --golden grammar/tests/data/errors.tsv`.

mod common;

use apy_grammar::{Mode, parse};
use common::unescape;

fn verdict(source: &str) -> String {
    match parse(source, Mode::Program) {
        Ok(_) => "ok".to_string(),
        Err(error) => {
            let at = error.location(source);
            format!(
                "{}\t{}\t{}\t{}\t{}\t{}",
                error.kind.name(),
                error.message,
                at.lineno,
                at.offset,
                at.end_lineno,
                at.end_offset
            )
        }
    }
}

#[test]
fn errors_have_cpythons_words_and_places() {
    let table = include_str!("data/errors.tsv");
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in table.lines() {
        count += 1;
        let (snippet, expected) = row
            .split_once('\t')
            .expect("a row has a snippet and an error");
        let found = verdict(&unescape(snippet));
        let expected: Vec<String> = expected.split('\t').map(unescape).collect();
        let expected = expected.join("\t");
        if found != expected {
            wrong.push(format!(
                "{snippet}\n   ours   {found}\n   theirs {expected}"
            ));
        }
    }
    assert!(count > 3000, "the table has {count} rows");
    assert!(
        wrong.is_empty(),
        "{} of {count} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
