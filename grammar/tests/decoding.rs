//! Bytes to text: marks, declarations, and what is refused.

use apy_grammar::{decode, decode_named};

fn refused(bytes: &[u8]) -> String {
    decode(bytes).expect_err("refused").message
}

#[test]
fn utf8_is_the_default() {
    assert_eq!(decode("x = 'é'".as_bytes()).unwrap(), "x = 'é'");
    assert_eq!(
        decode(b"\xEF\xBB\xBFx").unwrap(),
        "x",
        "the mark is no part of the text"
    );
    assert_eq!(decode(b"").unwrap(), "");
}

#[test]
fn a_declaration_in_the_first_two_lines_counts() {
    assert_eq!(
        decode(b"# -*- coding: latin-1 -*-\nx = '\xe9\x80'").unwrap(),
        "# -*- coding: latin-1 -*-\nx = 'é\u{80}'"
    );
    assert_eq!(
        decode(b"#!/usr/bin/x\n# vim: set fileencoding=koi8-r :\n\xc1")
            .unwrap()
            .chars()
            .last(),
        Some('а')
    );
    assert_eq!(
        decode(b"\n#coding=cp1252\n\x80").unwrap().chars().last(),
        Some('€')
    );
    assert_eq!(
        decode(b"# coding: iso8859-15\n\xa4")
            .unwrap()
            .chars()
            .last(),
        Some('€')
    );
    assert_eq!(
        decode(b"# coding: iso_8859_2\n\xb1")
            .unwrap()
            .chars()
            .last(),
        Some('ą')
    );
    assert_eq!(decode(b"# coding: UTF_8\nx").unwrap(), "# coding: UTF_8\nx");
    assert_eq!(
        decode(b"\xEF\xBB\xBF# coding: utf-8\nx").unwrap(),
        "# coding: utf-8\nx"
    );
}

#[test]
fn a_declaration_after_code_or_later_does_not() {
    assert!(decode(b"x\n# coding: nope\n").is_ok());
    assert!(decode(b"\n\n# coding: nope\n").is_ok());
}

#[test]
fn refusals_have_cpythons_words() {
    assert_eq!(refused(b"# coding: nope\n"), "unknown encoding: nope");
    assert_eq!(
        refused(b"\xEF\xBB\xBF# coding: latin-1\n"),
        "encoding problem: iso-8859-1 with BOM"
    );
    assert_eq!(
        refused(b"# coding: ascii\nx='\xf6'"),
        "'ascii' codec can't decode byte 0xf6 in position 19: ordinal not in range(128)"
    );
    assert_eq!(
        refused(b"x = 1\ny = '\xf6'"),
        "Non-UTF-8 code starting with '\\xf6' on line 2, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details"
    );
    assert_eq!(
        decode_named(b"\xff", Some("a.py"))
            .expect_err("refused")
            .message,
        "Non-UTF-8 code starting with '\\xff' in file a.py on line 1, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details"
    );
    assert_eq!(
        refused(b"# coding: utf-8\n'\xe2\x82'"),
        "(unicode error) 'utf-8' codec can't decode bytes in position 17-18: invalid continuation byte"
    );
}
