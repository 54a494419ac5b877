//! Scopes: which block a name belongs to, found before any code is made.
//!
//! - `build.rs` walks the tree and notes what each block does with each name; the expressions
//!   are in `visit_expr.rs`. They raise the errors that need no more than one block.
//! - `resolve.rs` then decides what each name is: local, cell, free or global.
//! - `mangle.rs` holds the private names of classes, `future.rs` the `__future__` imports.
//! - `display.rs` prints the result (`apy --dump scopes`).
//!
//! The compiler finds a block's scope by the address of the node that opens it. May use the
//! grammar's tree only.

mod build;
mod display;
pub mod future;
pub mod mangle;
mod resolve;
mod visit_expr;
mod visit_names;

use std::collections::{HashMap, HashSet};

use apy_grammar::SyntaxError;
use apy_grammar::ast::{Ident, Module, Span};

pub use future::Features;

/// An index into the scopes of one tree; the module's is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

impl ScopeId {
    pub const MODULE: ScopeId = ScopeId(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    GeneratorExp,
    ListComp,
    SetComp,
    DictComp,
    /// The type parameters of a generic function, class or alias.
    TypeParams,
    /// A type parameter's bound, constraints or default.
    TypeVariable,
    /// The value of a `type` statement.
    TypeAlias,
    /// An annotation that stays a string.
    Annotation,
}

impl ScopeKind {
    pub fn is_comprehension(self) -> bool {
        use ScopeKind::*;
        matches!(self, GeneratorExp | ListComp | SetComp | DictComp)
    }

    /// Names bound here are seen by the blocks inside.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

/// What a name is in its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    Local,
    /// A local that inner functions use.
    Cell,
    /// A variable of an enclosing function.
    Free,
    /// By a `global` statement.
    GlobalExplicit,
    GlobalImplicit,
}

/// What a block does with a name.
pub(crate) mod uses {
    pub const GLOBAL: u16 = 1;
    pub const LOCAL: u16 = 1 << 1;
    pub const PARAM: u16 = 1 << 2;
    pub const NONLOCAL: u16 = 1 << 3;
    pub const USE: u16 = 1 << 4;
    pub const IMPORT: u16 = 1 << 5;
    pub const ANNOTATED: u16 = 1 << 6;
    pub const COMP_TARGET: u16 = 1 << 7;
    pub const TYPE_PARAM: u16 = 1 << 8;
    /// A class binds it, and a function inside uses the variable of the same name outside.
    pub const FREE_IN_CLASS: u16 = 1 << 9;
    /// By a `del` statement.
    pub const DELETED: u16 = 1 << 10;
    pub const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

#[derive(Clone, Debug)]
pub struct Symbol {
    pub name: Ident,
    pub(crate) uses: u16,
    pub resolution: Resolution,
}

impl Symbol {
    pub fn is_param(&self) -> bool {
        self.uses & uses::PARAM != 0
    }

    pub fn is_deleted(&self) -> bool {
        self.uses & uses::DELETED != 0
    }

    /// The block's code must carry the cell of this name, for itself or for a block inside.
    pub fn is_captured(&self) -> bool {
        self.resolution == Resolution::Free || self.uses & uses::FREE_IN_CLASS != 0
    }
}

#[derive(Clone, Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    pub name: Ident,
    pub span: Span,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    /// In order of first appearance.
    pub symbols: Vec<Symbol>,
    by_name: HashMap<Ident, usize>,
    /// Some enclosing block is a function.
    pub nested: bool,
    pub is_async_def: bool,
    /// Contains `yield`, or is a generator expression.
    pub generator: bool,
    /// Contains `await` or what implies it.
    pub coroutine: bool,
    /// A comprehension whose code becomes part of the enclosing block's.
    pub inlined: bool,
    /// An annotation scope directly in a class: names are looked up in the class first.
    pub sees_class: bool,
    /// Class: some method needs `__class__`.
    pub needs_class_cell: bool,
    /// Class: some annotation scope needs the namespace.
    pub needs_classdict: bool,
    /// Some assignment expression binds a local of this block.
    pub has_walrus: bool,
    /// Names that a `del` or the end of an `except ... as` may unbind.
    pub deleted: HashSet<Ident>,
    /// The class whose name mangles private names here.
    pub private: Option<Ident>,
    /// When present, only these are mangled.
    pub mangled_only: Option<HashSet<Ident>>,
    /// Names of the registers for inlined comprehensions' variables.
    pub hidden: Vec<Ident>,
    /// Inlined comprehension: where among the host's `hidden` each of its variables lives.
    pub hidden_slots: HashMap<Ident, usize>,
    /// What the bound, constraint or default belongs to, for messages.
    pub(crate) what: &'static str,
    pub(crate) in_comp_target: bool,
    pub(crate) in_comp_iter: u32,
    pub(crate) directives: Vec<(Ident, Span)>,
}

impl Scope {
    pub fn symbol(&self, name: &str) -> Option<&Symbol> {
        self.by_name.get(name).map(|&i| &self.symbols[i])
    }

    pub(crate) fn symbol_mut(&mut self, name: &str) -> Option<&mut Symbol> {
        let index = *self.by_name.get(name)?;
        self.symbols.get_mut(index)
    }

    pub(crate) fn uses(&self, name: &str) -> u16 {
        self.symbol(name).map_or(0, |s| s.uses)
    }

    /// The name as this block sees it.
    pub fn mangle(&self, name: &Ident) -> Ident {
        if let Some(only) = &self.mangled_only
            && !only.contains(name)
        {
            return name.clone();
        }
        mangle::mangle(self.private.as_deref(), name)
    }
}

/// Which of a node's scopes is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Body,
    TypeParams,
    Bound,
    Default,
    Value,
}

/// The scopes of one source text.
#[derive(Clone, Debug)]
pub struct ScopeTree {
    pub scopes: Vec<Scope>,
    by_node: HashMap<(usize, Part), ScopeId>,
    pub features: Features,
}

impl ScopeTree {
    pub fn get(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }

    /// The scope that `node` opens.
    pub fn of_node<T>(&self, node: &T, part: Part) -> Option<ScopeId> {
        self.by_node.get(&(address(node), part)).copied()
    }
}

/// Nodes are told apart by where they lie; the tree does not move while it is compiled.
pub(crate) fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

/// What the surroundings of a source text allow.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScopeOptions {
    /// `from __future__ import annotations` holds in the code that compiles this one.
    pub future_annotations: bool,
}

/// Builds and resolves the scopes of `module`.
pub fn analyze(module: &Module, options: ScopeOptions) -> Result<ScopeTree, SyntaxError> {
    let mut features = future::find(module)?;
    features.annotations |= options.future_annotations;
    let mut tree = build::build(module, features)?;
    resolve::resolve(&mut tree)?;
    Ok(tree)
}
