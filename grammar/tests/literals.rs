//! What literals say: numbers, strings, bytes, f-strings, names.

use apy_grammar::ast::{Constant, Expr, ExprKind, FStringPart, Module};
use apy_grammar::{Mode, parse, parse_with_warnings};

fn expr(source: &str) -> Expr {
    match parse(source, Mode::Expression) {
        Ok(Module::Expression(e)) => *e,
        other => panic!("{source:?}: {other:?}"),
    }
}

fn constant(source: &str) -> Constant {
    match expr(source).kind {
        ExprKind::Constant(value) => value,
        other => panic!("{source:?}: {other:?}"),
    }
}

fn text(source: &str) -> Vec<u8> {
    match constant(source) {
        Constant::Str(text) => text.0.to_vec(),
        other => panic!("{source:?}: {other:?}"),
    }
}

#[test]
fn numbers() {
    assert_eq!(constant("0"), Constant::Int(0));
    assert_eq!(constant("00_0"), Constant::Int(0));
    assert_eq!(constant("1_000"), Constant::Int(1000));
    assert_eq!(constant("0XfF"), Constant::Int(255));
    assert_eq!(constant("0o_17"), Constant::Int(15));
    assert_eq!(constant("0B101"), Constant::Int(5));
    assert_eq!(constant("9223372036854775807"), Constant::Int(i64::MAX));
    assert!(
        matches!(constant("9223372036854775808"), Constant::BigInt(b) if b.to_string() == "9223372036854775808")
    );
    assert!(matches!(
        constant(&("0x".to_string() + &"f".repeat(5000))),
        Constant::BigInt(_)
    ));
    assert_eq!(constant("1."), Constant::Float(1.0));
    assert_eq!(constant(".5e-1"), Constant::Float(0.05));
    assert_eq!(constant("1_0.2_5E+1_0"), Constant::Float(10.25e10));
    assert_eq!(constant("1e400"), Constant::Float(f64::INFINITY));
    assert_eq!(constant("012.5"), Constant::Float(12.5));
    assert_eq!(constant("1_0J"), Constant::Imaginary(10.0));
    assert_eq!(constant("1e2j"), Constant::Imaginary(100.0));
    assert!(matches!(expr("1if 2else 3").kind, ExprKind::IfExp { .. }));
}

#[test]
fn escapes() {
    assert_eq!(
        text(r"'\a\b\f\n\r\t\v\\\'\x41\101\0'"),
        b"\x07\x08\x0c\n\r\t\x0b\\'AA\0"
    );
    assert_eq!(
        text(r"'\u00e9\U0001F600\N{BULLET}\N{latin small letter a}'"),
        "é😀•a".as_bytes()
    );
    assert_eq!(text(r"'\N{LF}\N{NULL}'"), b"\n\0", "aliases are names too");
    assert_eq!(text("'a\\\nb'"), b"ab");
    assert_eq!(text("'a\\\r\nb'"), b"ab");
    assert_eq!(
        text("'''a\r\nb\rc'''"),
        b"a\nb\nc",
        "line ends are one character"
    );
    assert_eq!(text(r"r'\n\''"), br"\n\'");
    assert_eq!(text(r"'\d\ '"), br"\d\ ", "unknown escapes stay");
    assert_eq!(text(r"'\ud83d'"), b"\xED\xA0\xBD", "a lone surrogate");
    assert_eq!(text("'a' \"b\" r'\\c' u'd'"), br"ab\cd");
    assert_eq!(
        constant(r"b'\xff\n' Rb'\n' bR'x'"),
        Constant::Bytes((*b"\xff\n\\nx").into())
    );
}

#[test]
fn invalid_escapes_are_warned_of() {
    let output =
        parse_with_warnings("x = '\\d'\ny = b'\\400'\nz = f'\\q{1}'", Mode::Program).unwrap();
    let messages: Vec<&str> = output
        .warnings
        .iter()
        .map(|warning| warning.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "invalid escape sequence '\\d'",
            "invalid octal escape sequence '\\400'",
            "invalid escape sequence '\\q'"
        ]
    );
    assert_eq!(output.warnings[0].span.start, 4);
}

fn parts(source: &str) -> String {
    fn show(parts: &[FStringPart]) -> String {
        let each = parts.iter().map(|part| match part {
            FStringPart::Literal { text, .. } => format!("{:?}", text.as_str().unwrap_or("?")),
            FStringPart::Replacement {
                conversion, spec, ..
            } => {
                let conversion = conversion.map(|c| format!("!{c}")).unwrap_or_default();
                let spec = spec
                    .as_deref()
                    .map(|spec| format!(":[{}]", show(spec)))
                    .unwrap_or_default();
                format!("{{{conversion}{spec}}}")
            }
        });
        each.collect::<Vec<_>>().join(" ")
    }
    match expr(source).kind {
        ExprKind::JoinedStr(parts) => show(&parts),
        other => panic!("{source:?}: {other:?}"),
    }
}

#[test]
fn fstrings() {
    assert_eq!(parts("f''"), "");
    assert_eq!(parts("f'a{{b}}{x}c'"), r#""a{b}" {} "c""#);
    assert_eq!(parts("f'{x!r:>{w}.{p}}'"), r#"{!r:[">" {} "." {}]}"#);
    assert_eq!(parts("f'{x=}'"), r#""x=" {!r}"#);
    assert_eq!(parts("f'a{ x = }b'"), r#""a x = " {!r} "b""#);
    assert_eq!(parts("f'{x=!s}{y=:5}'"), r#""x=" {!s} "y=" {:["5"]}"#);
    assert_eq!(parts("f'{x:}'"), "{:[]}");
    assert_eq!(parts("f'{x:=5}'"), r#"{:["=5"]}"#);
    assert_eq!(parts("f'{x!=y}'"), "{}");
    assert_eq!(parts("f'{(lambda a: a)}'"), "{}");
    assert_eq!(parts("f'{(x:=5)}{a[1:2]}{d['k']}'"), "{} {} {}");
    assert_eq!(parts("f\"{f\"{1}\"}\""), "{}", "the same quotes inside");
    assert_eq!(parts("f'''{\n x # comment\n}'''"), "{}");
    assert_eq!(parts("'a' f'b{x}' 'c' f'{y}d'"), r#""ab" {} "c" {} "d""#);
    assert_eq!(parts(r"rf'\{x}\n{{'"), r#""\\" {} "\\n{""#);
    assert_eq!(parts(r"f'\N{BULLET}\x41{x}'"), r#""•A" {}"#);
    assert_eq!(parts("f'{x:%H:%M}'"), r#"{:["%H:%M"]}"#);
    assert_eq!(parts("f'{*a, b}{yield}'"), "{} {}");
}

#[test]
fn character_names_are_exact() {
    for name in [
        "latinsmalllettera",
        "LATIN_SMALL_LETTER_A",
        " BULLET",
        "KEYCAP DIGIT ONE",
        "U+0041",
        "é",
    ] {
        let error = parse(&format!("'\\N{{{name}}}'"), Mode::Expression).expect_err(name);
        assert!(
            error.message.ends_with("unknown Unicode character name"),
            "{name}: {error}"
        );
    }
}

#[test]
fn letters_are_those_of_one_unicode_version() {
    assert!(parse("a\u{200D}b = 1", Mode::Program).is_ok());
    let error = parse("a\u{A7DC} = 1", Mode::Program).expect_err("a letter of Unicode 16");
    assert_eq!(error.message, "invalid non-printable character U+A7DC");
}

#[test]
fn names_are_normalised() {
    let name = |source| match expr(source).kind {
        ExprKind::Name(id) => id.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(name("ﬁn"), "fin");
    assert_eq!(name("𝔘𝔫𝔦"), "Uni");
    assert_eq!(name("cafe\u{301}"), "café");
    assert_eq!(name("x·y"), "x·y");
    assert_eq!(name("match"), "match");
}
