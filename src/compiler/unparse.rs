//! Expressions back to text, as `from __future__ import annotations` keeps annotations: CPython's
//! spacing and parentheses, whatever the source looked like.

use apy_grammar::ast::*;

use super::expr::deep;
use crate::bytecode::code::Const;

/// How tightly the surroundings bind; weaker expressions go into parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Level(u8);

const TUPLE: Level = Level(0);
const TEST: Level = Level(1);
const OR: Level = Level(2);
const AND: Level = Level(3);
const NOT: Level = Level(4);
const CMP: Level = Level(5);
const EXPR: Level = Level(6);
const XOR: Level = Level(7);
const BIT_AND: Level = Level(8);
const SHIFT: Level = Level(9);
const ARITH: Level = Level(10);
const TERM: Level = Level(11);
const FACTOR: Level = Level(12);
const POWER: Level = Level(13);
const AWAIT: Level = Level(14);
const ATOM: Level = Level(15);

impl Level {
    fn tighter(self) -> Level {
        Level(self.0 + 1)
    }
}

/// The text of an annotation.
pub(super) fn annotation(e: &Expr) -> Text {
    let mut printer = Printer { out: Vec::new() };
    printer.expr(e, TEST);
    Text(printer.out.into())
}

struct Printer {
    /// WTF-8, as literals may hold lone surrogates.
    out: Vec<u8>,
}

impl Printer {
    fn put(&mut self, text: &str) {
        self.out.extend(text.as_bytes());
    }

    fn expr(&mut self, e: &Expr, level: Level) {
        deep(|| self.expr_inner(e, level));
    }

    /// Writes parentheses around when `level` is tighter than `own`.
    fn wrap(&mut self, level: Level, own: Level, write: impl FnOnce(&mut Self)) {
        if level > own {
            self.put("(");
        }
        write(self);
        if level > own {
            self.put(")");
        }
    }

    fn list(&mut self, items: &[Expr]) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.expr(item, TEST);
        }
    }

    fn expr_inner(&mut self, e: &Expr, level: Level) {
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let (own, word) = if *op == BoolOp::And {
                    (AND, " and ")
                } else {
                    (OR, " or ")
                };
                self.wrap(level, own, |p| {
                    for (i, value) in values.iter().enumerate() {
                        if i > 0 {
                            p.put(word);
                        }
                        p.expr(value, own.tighter());
                    }
                });
            }
            ExprKind::NamedExpr { target, value } => self.wrap(level, TUPLE, |p| {
                p.expr(target, ATOM);
                p.put(" := ");
                p.expr(value, ATOM);
            }),
            ExprKind::BinOp { left, op, right } => self.bin_op(left, *op, right, level),
            ExprKind::UnaryOp { op, operand } => {
                let (own, word) = match op {
                    UnaryOp::Not => (NOT, "not "),
                    UnaryOp::Invert => (FACTOR, "~"),
                    UnaryOp::Pos => (FACTOR, "+"),
                    UnaryOp::Neg => (FACTOR, "-"),
                };
                self.wrap(level, own, |p| {
                    p.put(word);
                    p.expr(operand, own);
                });
            }
            ExprKind::Lambda { params, body } => self.wrap(level, TEST, |p| {
                p.put("lambda");
                p.params(params);
                p.put(": ");
                p.expr(body, TEST);
            }),
            ExprKind::IfExp { test, body, orelse } => self.wrap(level, TEST, |p| {
                p.expr(body, TEST.tighter());
                p.put(" if ");
                p.expr(test, TEST.tighter());
                p.put(" else ");
                p.expr(orelse, TEST);
            }),
            ExprKind::Dict { keys, values } => self.dict(keys, values),
            ExprKind::Set(items) => self.between("{", "}", |p| p.list(items)),
            ExprKind::List(items) => self.between("[", "]", |p| p.list(items)),
            ExprKind::Tuple(items) => self.tuple(items, level),
            ExprKind::ListComp { elt, generators } => {
                self.between("[", "]", |p| p.comprehension(elt, None, generators))
            }
            ExprKind::SetComp { elt, generators } => {
                self.between("{", "}", |p| p.comprehension(elt, None, generators))
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.between("(", ")", |p| p.comprehension(elt, None, generators));
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.between("{", "}", |p| p.comprehension(key, Some(value), generators));
            }
            ExprKind::Await(value) => self.wrap(level, AWAIT, |p| {
                p.put("await ");
                p.expr(value, ATOM);
            }),
            ExprKind::Yield(value) => self.between("(yield", ")", |p| {
                if let Some(value) = value {
                    p.put(" ");
                    p.expr(value, TEST);
                }
            }),
            ExprKind::YieldFrom(value) => {
                self.between("(yield from ", ")", |p| p.expr(value, TEST))
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.wrap(level, CMP, |p| {
                p.expr(left, CMP.tighter());
                for (op, right) in ops.iter().zip(comparators) {
                    p.put(cmp_text(*op));
                    p.expr(right, CMP.tighter());
                }
            }),
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(func, args, keywords),
            ExprKind::JoinedStr(parts) => {
                let mut body = Printer { out: Vec::new() };
                body.fstring(parts);
                self.put("f");
                text_repr(&body.out, &mut self.out);
            }
            ExprKind::Constant(constant) => {
                const_repr(&super::consts::literal(constant), &mut self.out)
            }
            ExprKind::Attribute { value, attr } => {
                self.expr(value, ATOM);
                let integer = matches!(
                    value.kind,
                    ExprKind::Constant(Constant::Int(_) | Constant::BigInt(_))
                );
                self.put(if integer { " ." } else { "." });
                self.put(&attr.id);
            }
            ExprKind::Subscript { value, slice } => {
                self.expr(value, ATOM);
                self.between("[", "]", |p| p.expr(slice, TUPLE));
            }
            ExprKind::Starred(inner) => {
                self.put("*");
                self.expr(inner, EXPR);
            }
            ExprKind::Name(name) => self.put(name),
            ExprKind::Slice { lower, upper, step } => {
                let part = |p: &mut Self, e: &Option<Box<Expr>>| {
                    if let Some(e) = e {
                        p.expr(e, TEST);
                    }
                };
                part(self, lower);
                self.put(":");
                part(self, upper);
                if step.is_some() {
                    self.put(":");
                    part(self, step);
                }
            }
        }
    }

    fn between(&mut self, open: &str, close: &str, write: impl FnOnce(&mut Self)) {
        self.put(open);
        write(self);
        self.put(close);
    }

    fn bin_op(&mut self, left: &Expr, op: BinOp, right: &Expr, level: Level) {
        let (own, word) = match op {
            BinOp::Add => (ARITH, " + "),
            BinOp::Sub => (ARITH, " - "),
            BinOp::Mul => (TERM, " * "),
            BinOp::MatMul => (TERM, " @ "),
            BinOp::Div => (TERM, " / "),
            BinOp::Mod => (TERM, " % "),
            BinOp::FloorDiv => (TERM, " // "),
            BinOp::LShift => (SHIFT, " << "),
            BinOp::RShift => (SHIFT, " >> "),
            BinOp::BitOr => (EXPR, " | "),
            BinOp::BitXor => (XOR, " ^ "),
            BinOp::BitAnd => (BIT_AND, " & "),
            BinOp::Pow => (POWER, " ** "),
        };
        let to_the_right = op == BinOp::Pow;
        self.wrap(level, own, |p| {
            p.expr(left, if to_the_right { own.tighter() } else { own });
            p.put(word);
            p.expr(right, if to_the_right { own } else { own.tighter() });
        });
    }

    fn dict(&mut self, keys: &[Option<Expr>], values: &[Expr]) {
        self.put("{");
        for (i, (key, value)) in keys.iter().zip(values).enumerate() {
            if i > 0 {
                self.put(", ");
            }
            match key {
                Some(key) => {
                    self.expr(key, TEST);
                    self.put(": ");
                    self.expr(value, TEST);
                }
                None => {
                    self.put("**");
                    self.expr(value, EXPR);
                }
            }
        }
        self.put("}");
    }

    fn tuple(&mut self, items: &[Expr], level: Level) {
        if items.is_empty() {
            self.put("()");
            return;
        }
        self.wrap(level, TUPLE, |p| {
            p.list(items);
            if items.len() == 1 {
                p.put(",");
            }
        });
    }

    fn comprehension(&mut self, elt: &Expr, value: Option<&Expr>, generators: &[Comprehension]) {
        self.expr(elt, TEST);
        if let Some(value) = value {
            self.put(": ");
            self.expr(value, TEST);
        }
        for generator in generators {
            self.put(if generator.is_async {
                " async for "
            } else {
                " for "
            });
            self.expr(&generator.target, TUPLE);
            self.put(" in ");
            self.expr(&generator.iter, TEST.tighter());
            for test in &generator.ifs {
                self.put(" if ");
                self.expr(test, TEST.tighter());
            }
        }
    }

    fn call(&mut self, func: &Expr, args: &[Expr], keywords: &[Keyword]) {
        self.expr(func, ATOM);
        if let ([only], []) = (args, keywords)
            && matches!(only.kind, ExprKind::GeneratorExp { .. })
        {
            self.expr(only, TEST);
            return;
        }
        self.put("(");
        self.list(args);
        for (i, keyword) in keywords.iter().enumerate() {
            if i > 0 || !args.is_empty() {
                self.put(", ");
            }
            match &keyword.name {
                Some(name) => {
                    self.put(name);
                    self.put("=");
                }
                None => self.put("**"),
            }
            self.expr(&keyword.value, TEST);
        }
        self.put(")");
    }

    fn params(&mut self, params: &Params) {
        let mut first = true;
        let mut comma = |p: &mut Self| {
            p.put(if first { " " } else { ", " });
            first = false;
        };
        for (i, param) in params.posonly.iter().chain(&params.args).enumerate() {
            comma(self);
            self.param(param);
            if i + 1 == params.posonly.len() {
                self.put(", /");
            }
        }
        if params.vararg.is_some() || !params.kwonly.is_empty() {
            comma(self);
            self.put("*");
            if let Some(vararg) = &params.vararg {
                self.put(&vararg.name);
            }
        }
        for param in &params.kwonly {
            comma(self);
            self.param(param);
        }
        if let Some(kwarg) = &params.kwarg {
            comma(self);
            self.put("**");
            self.put(&kwarg.name);
        }
    }

    fn param(&mut self, param: &Param) {
        self.put(&param.name);
        if let Some(default) = &param.default {
            self.put("=");
            self.expr(default, TEST);
        }
    }

    fn fstring(&mut self, parts: &[FStringPart]) {
        for part in parts {
            match part {
                FStringPart::Literal { text, .. } => {
                    for &byte in text.0.iter() {
                        if matches!(byte, b'{' | b'}') {
                            self.out.push(byte);
                        }
                        self.out.push(byte);
                    }
                }
                FStringPart::Replacement {
                    value,
                    conversion,
                    spec,
                    ..
                } => {
                    self.replacement(value, *conversion, spec.as_deref());
                }
            }
        }
    }

    fn replacement(
        &mut self,
        value: &Expr,
        conversion: Option<char>,
        spec: Option<&[FStringPart]>,
    ) {
        let mut inner = Printer { out: Vec::new() };
        inner.expr(value, TEST.tighter());
        // `{{` would be a brace.
        self.put(if inner.out.first() == Some(&b'{') {
            "{ "
        } else {
            "{"
        });
        self.out.extend(inner.out);
        if let Some(conversion) = conversion {
            self.put("!");
            self.put(conversion.encode_utf8(&mut [0; 4]));
        }
        if let Some(spec) = spec {
            self.put(":");
            self.fstring(spec);
        }
        self.put("}");
    }
}

fn cmp_text(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// A constant as `repr` prints it, for messages and dumps.
pub(super) fn constant_text(value: &Const) -> String {
    let mut out = Vec::new();
    const_repr(value, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn const_repr(value: &Const, out: &mut Vec<u8>) {
    match value {
        Const::None => out.extend(b"None"),
        Const::True => out.extend(b"True"),
        Const::False => out.extend(b"False"),
        Const::Ellipsis => out.extend(b"..."),
        Const::Int(n) => out.extend(n.to_string().as_bytes()),
        Const::BigInt(n) => out.extend(n.to_string().as_bytes()),
        Const::Float(x) => out.extend(float_repr(*x).as_bytes()),
        Const::Complex(re, im) => {
            if *re == 0.0 && re.is_sign_positive() {
                out.extend(format!("{}j", trim(&float_repr(*im))).as_bytes());
            } else {
                let sign = if im.is_sign_negative() { "" } else { "+" };
                let text = format!(
                    "({}{sign}{}j)",
                    trim(&float_repr(*re)),
                    trim(&float_repr(*im))
                );
                out.extend(text.as_bytes());
            }
        }
        Const::Str(text) => text_repr(&text.0, out),
        Const::Bytes(bytes) => bytes_repr(bytes, out),
        Const::Tuple(items) => {
            out.push(b'(');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.extend(b", ");
                }
                const_repr(item, out);
            }
            out.extend(if items.len() == 1 { &b",)"[..] } else { b")" });
        }
        Const::FrozenSet(items) => {
            out.extend(b"frozenset(");
            const_repr(&Const::Tuple(items.clone()), out);
            out.push(b')');
        }
        Const::Code(code) => out.extend(format!("<code {}>", code.qualname).as_bytes()),
    }
}

fn trim(text: &str) -> &str {
    text.strip_suffix(".0").unwrap_or(text)
}

/// A float as Python's `repr` prints it; infinity as a literal that means it.
fn float_repr(x: f64) -> String {
    if x.is_infinite() {
        return if x > 0.0 {
            "1e309".into()
        } else {
            "-1e309".into()
        };
    }
    if x == 0.0 {
        return if x.is_sign_negative() {
            "-0.0".into()
        } else {
            "0.0".into()
        };
    }
    let text = format!("{x:e}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return text;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{x}");
        return if plain.contains('.') {
            plain
        } else {
            format!("{plain}.0")
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

fn text_repr(bytes: &[u8], out: &mut Vec<u8>) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        b'"'
    } else {
        b'\''
    };
    out.push(quote);
    let mut rest = bytes;
    while !rest.is_empty() {
        let valid = match std::str::from_utf8(rest) {
            Ok(text) => text,
            Err(e) => std::str::from_utf8(&rest[..e.valid_up_to()]).unwrap_or_default(),
        };
        valid.chars().for_each(|c| char_repr(c, quote, out));
        rest = &rest[valid.len()..];
        if let [a, b, c, tail @ ..] = rest {
            // A lone surrogate takes three bytes.
            let code =
                (u32::from(a & 0x0f) << 12) | (u32::from(b & 0x3f) << 6) | u32::from(c & 0x3f);
            out.extend(format!("\\u{code:04x}").as_bytes());
            rest = tail;
        } else {
            rest = &[];
        }
    }
    out.push(quote);
}

fn char_repr(c: char, quote: u8, out: &mut Vec<u8>) {
    match c {
        '\\' => out.extend(b"\\\\"),
        '\n' => out.extend(b"\\n"),
        '\r' => out.extend(b"\\r"),
        '\t' => out.extend(b"\\t"),
        c if c as u32 == u32::from(quote) => out.extend([b'\\', quote]),
        c if !is_printable(c) => {
            let code = c as u32;
            let text = match code {
                0..=0xff => format!("\\x{code:02x}"),
                0x100..=0xffff => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
            out.extend(text.as_bytes());
        }
        c => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

fn is_printable(c: char) -> bool {
    let code = c as u32;
    let blank = c.is_whitespace() && c != ' ';
    let format_or_private = matches!(code, 0xad | 0x600..=0x605 | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
        | 0xe000..=0xf8ff | 0xfeff | 0xfff9..=0xfffb | 0xe0001..=0xe007f | 0xf0000..=0x10ffff);
    !(c.is_control() || blank || format_or_private)
}

fn bytes_repr(bytes: &[u8], out: &mut Vec<u8>) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        b'"'
    } else {
        b'\''
    };
    out.extend([b'b', quote]);
    for &byte in bytes {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            byte if byte == quote => out.extend([b'\\', quote]),
            0x20..=0x7e => out.push(byte),
            _ => out.extend(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out.push(quote);
}
