//! `--dump ast` and `--dump tokens`.

use apy_grammar::{Mode, dump, dump_tokens, parse};

#[test]
fn trees_look_like_those_of_ast_dump() {
    let tree = dump(&parse("x = f(1, *a, k='é')\n", Mode::Program).unwrap());
    let expected = "\
Module(
 body=[
  Assign(
   targets=[
    Name(id='x')],
   value=Call(
    func=Name(id='f'),
    args=[
     Constant(value=1),
     Starred(
      value=Name(id='a'))],
    keywords=[
     keyword(
      arg='k',
      value=Constant(value='\\xe9'))]))])";
    assert_eq!(tree, expected);
}

#[test]
fn deep_trees_can_be_dumped() {
    for source in ["1 + ".repeat(2900) + "1", "-".repeat(2900) + "1"] {
        assert!(dump(&parse(&source, Mode::Program).unwrap()).len() > 1000);
    }
}

#[test]
fn tokens_have_places_kinds_and_text() {
    let (text, error) = dump_tokens("if x:\n  f'a{y!r}' # c\n");
    assert!(error.is_none());
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let kinds: Vec<&str> = rows.iter().map(|row| row[1]).collect();
    assert_eq!(
        kinds,
        [
            "KEYWORD",
            "NAME",
            "OP",
            "NEWLINE",
            "INDENT",
            "FSTRING_START",
            "FSTRING_MIDDLE",
            "OP",
            "NAME",
            "OP",
            "NAME",
            "OP",
            "FSTRING_END",
            "NEWLINE",
            "DEDENT",
            "ENDMARKER"
        ]
    );
    assert_eq!(rows[5], ["2,2-2,4:", "FSTRING_START", "\"f'\""]);
    let (text, error) = dump_tokens("a\n0x");
    assert!(error.is_some());
    assert_eq!(text.lines().count(), 2);
}
