//! The compiler: syntax tree and scopes in, code objects out.
//!
//! - `unit.rs` is one code object in the making: registers, labels, what is known at each point;
//!   `effects.rs` says what each instruction does to that, `assemble.rs` finishes it.
//! - `names.rs` reads and writes names, `consts.rs` keeps constants and names, `fold.rs` folds.
//! - Expressions: `expr.rs`, `operators.rs`, `condition.rs`, `display_expr.rs`, `fstring.rs`,
//!   `call.rs`, `comprehension.rs`, `coroutine.rs`.
//! - Statements: `stmt.rs`, `assign.rs`, `annotation.rs`, `loops.rs`, `import.rs`, `try_stmt.rs`,
//!   `with_stmt.rs`, `unwind.rs`, `pattern.rs`, `pattern_parts.rs`.
//! - Blocks: `function.rs`, `class.rs`, `type_params.rs`; `unparse.rs` prints annotations that
//!   stay strings.
//!
//! An expression is computed into a register that its user names (`into`), or wherever it lies
//! already (`operand`). May use `grammar`, `scope`, `bytecode`, `source`; knows nothing of values.

mod annotation;
mod assemble;
mod assign;
mod bits;
mod call;
mod class;
mod comprehension;
mod condition;
mod consts;
mod coroutine;
mod display_expr;
mod effects;
mod expr;
mod fold;
mod fstring;
mod function;
mod import;
mod loops;
mod names;
mod operators;
mod pattern;
mod pattern_check;
mod pattern_parts;
mod stmt;
mod try_stmt;
mod type_params;
mod unit;
mod unparse;
mod unwind;
mod warn;
mod with_stmt;

use std::sync::Arc;

use apy_grammar::ast::{Ident, Module, Span, Stmt};
use apy_grammar::{SyntaxError, Warning};

use crate::bytecode::code::{Capture, Code, CodeKind, Const, flags};
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;
use crate::scope::{self, Resolution, Scope, ScopeId, ScopeKind, ScopeOptions, ScopeTree};
use crate::source::Source;

use assemble::{Failure, Shape, assemble};
use unit::Unit;

/// What is wrong with a program that parses.
pub type CompileError = SyntaxError;

type Res<T = ()> = Result<T, CompileError>;

/// How to compile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// `await`, `async for` and `async with` may stand in the module's own code.
    pub top_level_await: bool,
    /// 0 keeps `assert` and makes `__debug__` true; 2 also drops docstrings.
    pub optimize: u8,
    /// The code that compiles this one has `from __future__ import annotations`.
    pub future_annotations: bool,
}

/// The code and what to warn of.
#[derive(Debug)]
pub struct Output {
    pub code: Arc<Code>,
    pub warnings: Vec<Warning>,
}

/// Compiles `module`, whose text is `source`.
pub fn compile(
    module: &Module,
    source: Arc<Source>,
    options: &Options,
) -> Result<Arc<Code>, CompileError> {
    compile_with_warnings(module, source, options).map(|output| output.code)
}

/// As `compile`, with the warnings that the caller may emit.
pub fn compile_with_warnings(
    module: &Module,
    source: Arc<Source>,
    options: &Options,
) -> Result<Output, CompileError> {
    let tree = scope::analyze(
        module,
        ScopeOptions {
            future_annotations: options.future_annotations,
        },
    )?;
    let kind = if matches!(module, Module::Expression(_)) {
        CodeKind::Eval
    } else {
        CodeKind::Module
    };
    let unit = Unit::new(&tree, ScopeId::MODULE, kind, "<module>".into(), false);
    let mut compiler = Compiler {
        tree,
        source,
        options: *options,
        unit,
        warnings: Vec::new(),
        interactive: false,
        future_until: 0,
    };
    let code = compiler.module(module, kind)?;
    Ok(Output {
        code,
        warnings: compiler.warnings,
    })
}

struct Compiler<'a> {
    tree: ScopeTree,
    source: Arc<Source>,
    options: Options,
    unit: Unit<'a>,
    warnings: Vec<Warning>,
    /// The module is one entry at the prompt: its expressions are shown.
    interactive: bool,
    /// Where the last `__future__` import at the head of the file ends.
    future_until: u32,
}

/// Parameters, as far as the code object tells of them.
#[derive(Clone, Copy, Debug, Default)]
struct Arity {
    posonly: u16,
    args: u16,
    kwonly: u16,
    flags: u32,
}

fn error<T>(message: impl Into<String>, span: Span) -> Res<T> {
    Err(SyntaxError::new(message, span))
}

impl<'a> Compiler<'a> {
    fn scope(&self) -> &Scope {
        self.tree.get(self.unit.scope)
    }

    /// The innermost scope, an inlined comprehension's when inside one.
    fn inner_scope(&self) -> &Scope {
        self.tree.get(self.inner_scope_id())
    }

    fn inner_scope_id(&self) -> ScopeId {
        self.unit.comps.last().copied().unwrap_or(self.unit.scope)
    }

    fn mangle(&self, name: &Ident) -> Ident {
        self.inner_scope().mangle(name)
    }

    fn line(&self, offset: u32) -> u32 {
        self.source.line(offset)
    }

    fn emit(&mut self, op: Op, span: Span) {
        self.unit.emit(op, span);
    }

    /// The scope that `node` opens. It is there for every node that the scope pass has seen.
    fn scope_of<T>(&self, node: &T, part: scope::Part, span: Span) -> Res<ScopeId> {
        match self.tree.of_node(node, part) {
            Some(id) => Ok(id),
            None => error("internal error: no scope for this block", span),
        }
    }

    fn module(&mut self, module: &'a Module, kind: CodeKind) -> Res<Arc<Code>> {
        for far in [false, true] {
            self.unit = Unit::new(&self.tree, ScopeId::MODULE, kind, "<module>".into(), far);
            match module {
                Module::Program(body) => self.module_body(body)?,
                Module::Interactive(body) => self.interactive_body(body)?,
                Module::Expression(value) => {
                    let result = self.operand(value)?;
                    self.emit(Op::Return { src: result }, value.span);
                }
            }
            self.return_none();
            if let Some(code) = self.finish(Arity::default())? {
                return Ok(code);
            }
        }
        error("too long for the bytecode", Span::default())
    }

    fn module_body(&mut self, body: &'a [Stmt]) -> Res {
        if annotation::has_annotations(body) {
            self.emit(Op::SetupAnnotations {}, Span::default());
        }
        self.note_future(body);
        let body = self.store_docstring(body)?;
        self.body(body)
    }

    fn note_future(&mut self, body: &[Stmt]) {
        self.future_until = scope::future::head_end(body);
    }

    fn interactive_body(&mut self, body: &'a [Stmt]) -> Res {
        if annotation::has_annotations(body) {
            self.emit(Op::SetupAnnotations {}, Span::default());
        }
        self.note_future(body);
        self.interactive = true;
        self.body(body)
    }

    /// Writes `return None` when the end can be reached.
    fn return_none(&mut self) {
        if !self.unit.reachable {
            return;
        }
        self.unit.flush();
        let mark = self.unit.mark();
        let none = self.unit.temp();
        let here = self.unit.here;
        self.emit(Op::LoadNone { dst: none }, here);
        self.emit(Op::Return { src: none }, here);
        self.unit.reset(mark);
    }

    /// Compiles a block inside the current one. `write` writes its instructions.
    fn block(
        &mut self,
        scope: ScopeId,
        kind: CodeKind,
        name: &Ident,
        first: u32,
        arity: Arity,
        write: &mut dyn FnMut(&mut Self) -> Res,
    ) -> Res<Arc<Code>> {
        for far in [false, true] {
            let mut unit = Unit::new(&self.tree, scope, kind, name.clone(), far);
            unit.first_line = self.line(first);
            unit.positional_params = arity.args;
            self.set_qualname(&mut unit);
            let outer = std::mem::replace(&mut self.unit, unit);
            for reg in self.unit.cellvars.clone() {
                self.emit(Op::MakeCell { reg }, Span::new(first, first));
            }
            write(self)?;
            self.return_none();
            if self.unit.kind != CodeKind::Class {
                // Assignments to `self` attributes belong to the class around the method.
                let found = std::mem::take(&mut self.unit.static_attributes);
                let inner = std::mem::replace(&mut self.unit, outer);
                for attr in found {
                    self.note_static_attribute(attr);
                }
                let outer = std::mem::replace(&mut self.unit, inner);
                if let Some(code) = self.finish_inner(arity, outer)? {
                    return Ok(code);
                }
            } else if let Some(code) = self.finish_inner(arity, outer)? {
                return Ok(code);
            }
        }
        error("too long for the bytecode", self.tree.get(scope).span)
    }

    fn note_static_attribute(&mut self, attr: Ident) {
        if !self.unit.static_attributes.contains(&attr) {
            self.unit.static_attributes.push(attr);
        }
    }

    fn finish_inner(&mut self, arity: Arity, outer: Unit<'a>) -> Res<Option<Arc<Code>>> {
        let inner = std::mem::replace(&mut self.unit, outer);
        let captures = self.captures(&inner);
        self.assemble(inner, arity, captures)
    }

    fn finish(&mut self, arity: Arity) -> Res<Option<Arc<Code>>> {
        let fresh = Unit::new(
            &self.tree,
            ScopeId::MODULE,
            CodeKind::Module,
            "<module>".into(),
            false,
        );
        let unit = std::mem::replace(&mut self.unit, fresh);
        self.assemble(unit, arity, Vec::new())
    }

    /// `None` when the unit must be compiled again with far jumps.
    fn assemble(
        &self,
        unit: Unit<'a>,
        arity: Arity,
        captures: Vec<Capture>,
    ) -> Res<Option<Arc<Code>>> {
        let span = self.tree.get(unit.scope).span;
        let far = unit.far;
        let shape = Shape {
            flags: arity.flags | self.flags_of(&unit),
            posonly: arity.posonly,
            args: arity.args,
            kwonly: arity.kwonly,
            captures,
        };
        match assemble(unit, shape, &self.source) {
            Ok(code) => {
                #[cfg(debug_assertions)]
                if let Err(problem) = crate::bytecode::verify::verify(&code) {
                    return error(format!("internal error: bad bytecode: {problem}"), span);
                }
                Ok(Some(Arc::new(code)))
            }
            Err(Failure::TooFar) if far => error("too long for the bytecode", span),
            Err(Failure::TooFar) => Ok(None),
            Err(Failure::TooMany(what)) => error(format!("too many {}", what.0), span),
        }
    }

    fn flags_of(&self, unit: &Unit<'a>) -> u32 {
        let scope = self.tree.get(unit.scope);
        let mut bits = 0;
        if scope.kind.is_function_like() {
            bits |= flags::OPTIMIZED | flags::NEWLOCALS;
            if scope.nested {
                bits |= flags::NESTED;
            }
            bits |= match (scope.generator, scope.coroutine) {
                (true, true) => flags::ASYNC_GENERATOR,
                (true, false) => flags::GENERATOR,
                (false, true) => flags::COROUTINE,
                (false, false) => 0,
            };
        } else if scope.kind == ScopeKind::Module && scope.coroutine && self.options.top_level_await
        {
            bits |= flags::COROUTINE;
        }
        if self.tree.features.annotations {
            bits |= flags::FUTURE_ANNOTATIONS;
        }
        bits
    }

    /// Names a new unit after the one that is current.
    fn set_qualname(&self, unit: &mut Unit<'a>) {
        let named = matches!(unit.scope_kind, ScopeKind::Function | ScopeKind::Class);
        let declared_global = named
            && self
                .inner_scope()
                .symbol(&self.mangle(&unit.name))
                .is_some_and(|s| s.resolution == Resolution::GlobalExplicit)
            && self.unit.scope_kind != ScopeKind::Module;
        let qualname = if declared_global {
            unit.name.to_string()
        } else {
            format!("{}{}", self.unit.child_prefix, unit.name)
        };
        unit.own_prefix = match unit.scope_kind {
            ScopeKind::Module => String::new(),
            ScopeKind::Class | ScopeKind::TypeParams | ScopeKind::TypeVariable => {
                format!("{qualname}.")
            }
            _ => format!("{qualname}.<locals>."),
        };
        // Type parameters stand between a name and its surroundings without being named.
        unit.child_prefix = match unit.scope_kind {
            ScopeKind::TypeParams | ScopeKind::TypeVariable => self.unit.own_prefix.clone(),
            _ => unit.own_prefix.clone(),
        };
        unit.qualname = qualname.into();
    }

    /// Where the current unit holds the cells that `inner` wants.
    fn captures(&self, inner: &Unit<'a>) -> Vec<Capture> {
        inner
            .freevars
            .iter()
            .map(|name| self.capture(name))
            .collect()
    }

    /// Makes a function of `code` in `dst`.
    fn make_function(&mut self, code: Arc<Code>, dst: Reg, span: Span) {
        let k = self.unit.add_code(code);
        self.emit(Op::MakeFunction { dst, k }, span);
    }

    fn const_str(&mut self, text: &str, dst: Reg, span: Span) {
        self.load_const(Const::Str(text.into()), dst, span);
    }
}
