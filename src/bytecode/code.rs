//! A compiled code object. It is plain data, `Send + Sync`, shared by all isolates; an isolate that
//! runs it links it: constants and names become values, and inline caches are laid beside it.

use std::sync::Arc;

use apy_grammar::ast::{Span, Text};
use num_bigint::BigInt;

use super::op::Op;
use super::operand::{NameId, Reg};
use crate::source::Source;

/// `co_flags`, with the numbers of CPython's `inspect` module.
pub mod flags {
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    pub const METHOD: u32 = 0x800_0000;
}

/// What kind of block the code was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// A module, `exec` or interactive input: names live in a namespace.
    Module,
    /// The argument of `eval`: as a module, and returns its value.
    Eval,
    /// A class body: names live in the class namespace.
    Class,
    /// A function, lambda, generator expression or comprehension that was not inlined.
    Function,
    /// The scope of type parameters, or of a type alias' or bound's value.
    Annotation,
}

/// Where a free variable's cell is found when a function is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// In this register of the enclosing frame, which holds a cell.
    Cell(Reg),
    /// It is the enclosing function's free variable of this index.
    Free(u16),
}

/// One row of the exception table. The first row that covers the raising instruction wins, so
/// inner rows stand before outer ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// First instruction covered.
    pub start: u32,
    /// First instruction after those covered.
    pub end: u32,
    /// Where to go on.
    pub target: u32,
    /// Gets the exception. The registers above it held temporaries of what was interrupted: the
    /// VM clears them (up to `nregs`) on the way here.
    pub exc: Reg,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    BigInt(Box<BigInt>),
    Float(f64),
    /// Real and imaginary part.
    Complex(f64, f64),
    Str(Text),
    Bytes(Arc<[u8]>),
    Tuple(Vec<Const>),
    FrozenSet(Vec<Const>),
    Code(Arc<Code>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    pub name: Arc<str>,
    pub qualname: Arc<str>,
    pub source: Arc<Source>,
    /// 1-based; the first decorator's line when there is one.
    pub first_line: u32,
    pub kind: CodeKind,
    /// `co_flags`: see [`flags`].
    pub flags: u32,
    /// Number of positional-only parameters.
    pub posonly: u16,
    /// Number of positional parameters, the positional-only ones among them.
    pub args: u16,
    /// Number of keyword-only parameters.
    pub kwonly: u16,
    /// Number of registers, locals and temporaries.
    pub nregs: u16,
    /// Names of the locals: `varnames[i]` lives in register `i`. Parameters come first
    /// (positional, keyword-only, `*args`, `**kwargs`); locals that are cells stand here too
    /// (their register holds the cell).
    pub varnames: Vec<Arc<str>>,
    /// The locals that inner scopes use, by register.
    pub cellvars: Vec<Reg>,
    pub freevars: Vec<Arc<str>>,
    /// One for each free variable.
    pub captures: Vec<Capture>,
    pub consts: Vec<Const>,
    pub names: Vec<Arc<str>>,
    /// The name of each site.
    pub sites: Vec<NameId>,
    pub ops: Vec<Op>,
    /// The source of each instruction.
    pub spans: Vec<Span>,
    pub handlers: Vec<Handler>,
}

impl Code {
    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// True when calling makes a generator, coroutine or asynchronous generator.
    pub fn is_suspendable(&self) -> bool {
        self.has(flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR)
    }

    /// Number of registers that the caller's arguments fill.
    pub fn param_count(&self) -> usize {
        usize::from(self.args)
            + usize::from(self.kwonly)
            + usize::from(self.has(flags::VARARGS))
            + usize::from(self.has(flags::VARKEYWORDS))
    }

    /// The line of an instruction, 1-based.
    pub fn line(&self, pc: usize) -> u32 {
        self.spans
            .get(pc)
            .map_or(self.first_line, |span| self.source.line(span.start))
    }
}
