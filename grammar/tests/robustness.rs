//! Whatever the source, an answer comes: no panic, no overflow of the stack, bounded time.

use apy_grammar::{LineIndex, Mode, decode, dump_tokens, parse, parse_with_warnings};

/// A small generator, so that a failure can be run again.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

/// Parses in every mode and walks over what came of it.
fn survive(source: &str) {
    for mode in [Mode::Program, Mode::Expression, Mode::Interactive] {
        match parse_with_warnings(source, mode) {
            Ok(output) => drop(output.module.clone()),
            Err(error) => {
                assert!(!error.message.is_empty());
                assert!(error.span.start <= error.span.end, "{source:?}: {error:?}");
                assert!(
                    error.span.end as usize <= source.len(),
                    "{source:?}: {error:?}"
                );
                let _ = error.location(source);
                let _ = LineIndex::new(source).position(source, error.span.end);
            }
        }
    }
    let _ = dump_tokens(source);
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = 10_000;
    let cases = [
        "(".repeat(deep) + &")".repeat(deep),
        "[".repeat(deep),
        "{".repeat(deep),
        "f(".repeat(deep),
        "not ".repeat(deep) + "x",
        "-".repeat(deep) + "x",
        "x".to_string() + &".y".repeat(deep),
        "f".to_string() + &"()".repeat(deep),
        "x".to_string() + &"[0]".repeat(deep),
        "x**".repeat(deep) + "x",
        "lambda: ".repeat(deep) + "x",
        "a if b else ".repeat(deep) + "x",
        "1 + ".repeat(deep) + "1",
        "if x: pass\n".to_string() + &"elif x: pass\n".repeat(deep),
        "f'{".repeat(deep),
        "f'{a:".repeat(deep),
        ("[".to_string() + &"-".repeat(1000)).repeat(150) + "x" + &", 1]".repeat(150),
        (0..deep)
            .map(|i| " ".repeat(i) + "if x:\n")
            .collect::<String>(),
    ];
    for source in &cases {
        let error = parse(source, Mode::Program).expect_err("too deep");
        let expected = ["too", "never closed", "f-string"];
        assert!(
            expected.iter().any(|words| error.message.contains(words)),
            "{error}"
        );
    }
}

#[test]
fn what_is_long_but_flat_is_fine() {
    let long = 20_000;
    let cases = [
        "x and ".repeat(long) + "x",
        "x < ".repeat(long) + "x",
        "x = ".repeat(long) + "x",
        "x = ".to_string() + &"'a' ".repeat(long),
        "x = [".to_string() + &"(1, 2), ".repeat(long) + "]",
        "x = {".to_string() + &"'a': -1, ".repeat(long) + "}",
        "@x\n".repeat(long) + "def f(): pass",
        "x = 1\n".repeat(long),
        "x; ".repeat(long),
        "f(".to_string() + &"a=b.c(), ".repeat(long) + ")",
        "[x ".to_string() + &"for x in y ".repeat(long) + "]",
    ];
    for source in &cases {
        parse(source, Mode::Program).expect("flat");
    }
}

#[test]
fn trees_at_the_bound_can_be_walked() {
    let cases = [
        "1 + ".repeat(2900) + "1",
        "-".repeat(2900) + "1",
        "x".to_string() + &".y".repeat(2900),
        "if x: pass\n".to_string() + &"elif x: pass\n".repeat(2900),
        "a if b else ".repeat(1400) + "x",
    ];
    // A thread of Rust's own size parses and drops.
    let sources = cases.clone();
    let drop = std::thread::spawn(move || {
        for source in &sources {
            parse(source, Mode::Program).expect("within the bound");
        }
    });
    drop.join().expect("no overflow");
    let builder = std::thread::Builder::new().stack_size(16 << 20);
    let walk = builder.spawn(move || {
        for source in &cases {
            let module = parse(source, Mode::Program).expect("within the bound");
            assert_eq!(module, module.clone());
        }
    });
    walk.expect("a thread").join().expect("no overflow");
}

#[test]
fn errors_deep_inside_are_found() {
    // The slow pass must neither overflow nor take exponential time.
    let cases = [
        "f(".repeat(150) + "a b" + &")".repeat(150),
        "[".repeat(150) + "a b" + &"]".repeat(150),
        "{1: ".repeat(150) + "a b" + &"}".repeat(150),
        "(".repeat(150) + "a = b" + &")".repeat(150),
        "-".repeat(2900) + ")",
        "a if b else ".repeat(1400) + "= 1",
        (0..99)
            .map(|i| " ".repeat(i) + "if x:\n")
            .collect::<String>()
            + &" ".repeat(99)
            + "a b\n",
        (0..90)
            .map(|i| " ".repeat(i) + "try:\n")
            .collect::<String>()
            + &" ".repeat(90)
            + "a b\n",
        "lambda: ".repeat(800) + "=",
        "x = 1\n".repeat(20_000) + "a b\n",
    ];
    for source in &cases {
        parse(source, Mode::Program).expect_err("wrong");
    }
}

#[test]
fn bytes_that_are_no_source() {
    let mut random = Random(0x5EED);
    for _ in 0..2000 {
        let bytes: Vec<u8> = (0..random.next(80))
            .map(|_| random.next(256) as u8)
            .collect();
        if let Ok(text) = decode(&bytes) {
            survive(&text);
        }
        survive(&String::from_utf8_lossy(&bytes));
    }
    survive(&"a".repeat(1 << 20));
    survive(&("x = '".to_string() + &"é".repeat(1 << 19) + "'"));
    survive("x\0y");
}

#[test]
fn pieces_put_together_at_random() {
    const PIECES: [&str; 62] = [
        "(", ")", "[", "]", "{", "}", "'", "\"", "'''", "f'", "f\"\"\"", "rb'", ":", ":=", "=",
        ",", ";", ".", "\n", "\n    ", "\n\t", "\r\n", "\\\n", "\\", " ", "#", "x", "é", "1", "0x",
        "1.5e", "1_", "if ", "else", "for ", " in ", "def f", "class C", "lambda", "match ",
        "case ", "type ", "with ", "as ", "async ", "await ", "yield ", "try:", "except", "*",
        "**", "!", "!r", "->", "@", "not ", "import ", "from ", "del ", "\u{feff}", "\u{2028}",
        "€",
    ];
    let mut random = Random(0xF00D);
    for _ in 0..20_000 {
        let source: String = (0..random.next(14))
            .map(|_| PIECES[random.next(PIECES.len())])
            .collect();
        survive(&source);
    }
}
