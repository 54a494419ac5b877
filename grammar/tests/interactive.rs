//! At the prompt: which entries are whole, which want more input, which are wrong.

use apy_grammar::ast::Module;
use apy_grammar::{Mode, parse};

fn is_incomplete(source: &str) -> bool {
    match parse(source, Mode::Interactive) {
        Ok(_) => false,
        Err(error) => error.incomplete,
    }
}

#[test]
fn more_input_would_help() {
    let cases = [
        "x = (1",
        "x = (1 +\n",
        "if x:",
        "if x:\n",
        "if x:\n  y(\n",
        "if x: y\nelse:\n",
        "try:\n  x",
        "try:\n  x\n",
        "@a",
        "@a\n",
        "'''a",
        "'''a\n b",
        "x = \\",
        "x = \\\n",
        "class A:\n @b\n",
        "def f(",
        "match x:",
        "match x:\n  case 1:\n",
        "{1:2,",
        "with a:",
        "f'{a",
        "f'''{a\n",
        "f'''a\n",
        "async def f():",
        "",
        "# only a comment\n",
    ];
    for source in cases {
        assert!(is_incomplete(source), "{source:?} is incomplete");
    }
}

#[test]
fn more_input_would_not_help() {
    let cases = [
        "x =",
        "x y",
        "for",
        "f(1 2",
        "(a b\n",
        "if x:\n  y\nelse",
        "'abc",
        "lambda:",
        ")",
        "x = 1\n  y",
        "if x:\ny\n",
        "def f(1",
        "0x",
        "x\ny",
    ];
    for source in cases {
        let error = parse(source, Mode::Interactive).expect_err(source);
        assert!(!error.incomplete, "{source:?} is not incomplete: {error}");
    }
}

#[test]
fn one_entry_is_one_statement_or_one_line() {
    for source in [
        "x",
        "x; y",
        "\n\nx # c\n# d\n",
        "if x: y\n",
        "def f():\n  x\n\n\n",
        "@d\nclass C: pass",
    ] {
        assert!(
            matches!(parse(source, Mode::Interactive), Ok(Module::Interactive(_))),
            "{source:?}"
        );
    }
    let error = parse("x; y\nz\n", Mode::Interactive).expect_err("two lines");
    assert_eq!(
        error.message,
        "multiple statements found while compiling a single statement"
    );
    assert_eq!(error.location("x; y\nz\n").offset, 5);
    let error = parse("if 1: pass\n\nx", Mode::Interactive).expect_err("two statements");
    assert_eq!(error.message, "invalid syntax");
}

#[test]
fn an_expression_is_all_that_eval_takes() {
    assert!(matches!(
        parse("a, b\n\n", Mode::Expression),
        Ok(Module::Expression(_))
    ));
    for source in ["a = 1", "a := 1", "*a", "yield", "a; b", "pass", "", "a\nb"] {
        assert!(parse(source, Mode::Expression).is_err(), "{source:?}");
    }
}
