//! The second half of the pass: what each name of each block is.
//!
//! A block's names are decided from what the blocks around it bind, so outer blocks go first; which
//! locals must be cells is known only when the inner ones are done, so it is decided on the way back.

use std::collections::HashSet;

use apy_grammar::SyntaxError;
use apy_grammar::ast::Ident;

use super::{Resolution, Scope, ScopeId, ScopeKind, ScopeTree, Symbol, uses};

type Names = HashSet<Ident>;

/// What a block wants from those around it.
struct Wanted {
    /// All names free in it or in blocks inside.
    free: Names,
    /// Those among them that a function inside captures; the rest are used in the same frame.
    captured: Names,
}

/// Decides every name of `tree`.
pub(super) fn resolve(tree: &mut ScopeTree) -> Result<(), SyntaxError> {
    resolve_scope(tree, ScopeId::MODULE)?;
    for index in 0..tree.scopes.len() {
        if !tree.scopes[index].inlined {
            place_hidden(tree, ScopeId(index as u32));
        }
    }
    Ok(())
}

fn resolve_scope(tree: &mut ScopeTree, id: ScopeId) -> Result<Wanted, SyntaxError> {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || resolve_scope_inner(tree, id))
}

fn resolve_scope_inner(tree: &mut ScopeTree, id: ScopeId) -> Result<Wanted, SyntaxError> {
    let mut wanted = Wanted {
        free: Names::new(),
        captured: Names::new(),
    };
    for index in 0..tree.get(id).symbols.len() {
        let resolution = resolve_name(tree, id, index)?;
        let symbol = &mut tree.scopes[id.index()].symbols[index];
        symbol.resolution = resolution;
        if resolution == Resolution::Free {
            wanted.free.insert(symbol.name.clone());
        }
    }
    for child in tree.get(id).children.clone() {
        let inner = resolve_scope(tree, child)?;
        if tree.get(child).inlined {
            let host_is_class = tree.get(id).kind == ScopeKind::Class;
            let keep = |name: &Ident| !(host_is_class && &**name == "__class__");
            wanted
                .captured
                .extend(inner.captured.into_iter().filter(keep));
            wanted.free.extend(inner.free.into_iter().filter(keep));
        } else {
            wanted.captured.extend(inner.free.iter().cloned());
            wanted.free.extend(inner.free);
        }
    }
    let scope = &mut tree.scopes[id.index()];
    match scope.kind {
        ScopeKind::Class => take_class_names(scope, &mut wanted),
        ScopeKind::Module => {}
        _ => take_locals(scope, &mut wanted),
    }
    pass_on(tree, id, &wanted.free);
    Ok(wanted)
}

/// Locals that are wanted inside: cells when a function captures them.
fn take_locals(scope: &mut Scope, wanted: &mut Wanted) {
    for symbol in &mut scope.symbols {
        if symbol.resolution == Resolution::Local {
            if wanted.captured.remove(&symbol.name) {
                symbol.resolution = Resolution::Cell;
            }
            wanted.free.remove(&symbol.name);
        }
    }
}

/// `__class__` and `__classdict__` are what a class offers to the functions in it.
fn take_class_names(scope: &mut Scope, wanted: &mut Wanted) {
    if wanted.free.remove("__class__") {
        scope.needs_class_cell = true;
    }
    if wanted.free.remove("__classdict__") {
        scope.needs_classdict = true;
    }
    wanted.captured.remove("__class__");
    wanted.captured.remove("__classdict__");
}

/// What is wanted from further out must pass through this block.
fn pass_on(tree: &mut ScopeTree, id: ScopeId, free: &Names) {
    let scope = &mut tree.scopes[id.index()];
    if scope.kind == ScopeKind::Module {
        return;
    }
    let through_class = scope.kind == ScopeKind::Class || scope.sees_class;
    let mut names: Vec<&Ident> = free.iter().collect();
    names.sort();
    for name in names {
        match scope.symbol_mut(name) {
            Some(symbol) => {
                if through_class && symbol.uses & (uses::BOUND | uses::GLOBAL) != 0
                    || symbol.resolution != Resolution::Free
                {
                    symbol.uses |= uses::FREE_IN_CLASS;
                }
            }
            None => {
                scope.by_name.insert(name.clone(), scope.symbols.len());
                scope.symbols.push(Symbol {
                    name: name.clone(),
                    uses: 0,
                    resolution: Resolution::Free,
                });
            }
        }
    }
}

fn resolve_name(tree: &ScopeTree, id: ScopeId, index: usize) -> Result<Resolution, SyntaxError> {
    let scope = tree.get(id);
    let symbol = &scope.symbols[index];
    let name = &symbol.name;
    if symbol.uses & uses::GLOBAL != 0 {
        if symbol.uses & uses::NONLOCAL != 0 {
            return Err(at_directive(
                scope,
                name,
                format!("name '{name}' is nonlocal and global"),
            ));
        }
        return Ok(Resolution::GlobalExplicit);
    }
    if symbol.uses & uses::NONLOCAL != 0 {
        return resolve_nonlocal(tree, scope, name);
    }
    if symbol.uses & uses::BOUND != 0 {
        return Ok(Resolution::Local);
    }
    if scope.sees_class
        && let Some(class) = enclosing_class(tree, scope)
    {
        let in_class = class.uses(name);
        if in_class & uses::GLOBAL != 0 {
            return Ok(Resolution::GlobalExplicit);
        }
        if in_class & uses::BOUND != 0 && in_class & uses::NONLOCAL == 0 {
            return Ok(Resolution::GlobalImplicit);
        }
    }
    Ok(match find_binding(tree, scope, name) {
        Binding::Function { .. } => Resolution::Free,
        Binding::Class => Resolution::Free,
        Binding::Global | Binding::None => Resolution::GlobalImplicit,
    })
}

fn resolve_nonlocal(
    tree: &ScopeTree,
    scope: &Scope,
    name: &Ident,
) -> Result<Resolution, SyntaxError> {
    if scope.kind == ScopeKind::Module {
        return Err(at_directive(
            scope,
            name,
            "nonlocal declaration not allowed at module level".into(),
        ));
    }
    match find_binding(tree, scope, name) {
        Binding::Function { type_param: true } => Err(at_directive(
            scope,
            name,
            format!("nonlocal binding not allowed for type parameter '{name}'"),
        )),
        Binding::Function { .. } | Binding::Class => Ok(Resolution::Free),
        Binding::Global | Binding::None => Err(at_directive(
            scope,
            name,
            format!("no binding for nonlocal '{name}' found"),
        )),
    }
}

enum Binding {
    Function {
        type_param: bool,
    },
    /// `__class__` or `__classdict__`
    Class,
    /// An enclosing function declares it global.
    Global,
    None,
}

/// Who binds `name` among the blocks around `scope`.
fn find_binding(tree: &ScopeTree, scope: &Scope, name: &str) -> Binding {
    let mut next = scope.parent;
    let mut from_inlined = scope.inlined;
    while let Some(id) = next {
        let outer = tree.get(id);
        match outer.kind {
            ScopeKind::Module => {}
            ScopeKind::Class => {
                if matches!(name, "__class__" | "__classdict__")
                    && !(from_inlined && name == "__class__")
                {
                    return Binding::Class;
                }
            }
            _ => {
                let seen = outer.uses(name);
                if seen & uses::GLOBAL != 0 {
                    return Binding::Global;
                }
                if seen & uses::BOUND != 0 && seen & uses::NONLOCAL == 0 {
                    return Binding::Function {
                        type_param: seen & uses::TYPE_PARAM != 0,
                    };
                }
            }
        }
        from_inlined = outer.inlined;
        next = outer.parent;
    }
    Binding::None
}

/// The class that a scope inside class-level type parameters sees.
pub(crate) fn enclosing_class<'t>(tree: &'t ScopeTree, scope: &Scope) -> Option<&'t Scope> {
    let mut next = scope.parent;
    while let Some(id) = next {
        let outer = tree.get(id);
        if outer.kind == ScopeKind::Class {
            return Some(outer);
        }
        if !outer.sees_class {
            return None;
        }
        next = outer.parent;
    }
    None
}

fn at_directive(scope: &Scope, name: &Ident, message: String) -> SyntaxError {
    let span = scope
        .directives
        .iter()
        .find(|(n, _)| n == name)
        .map_or(scope.span, |&(_, span)| span);
    SyntaxError::new(message, span)
}

/// Gives each variable of the comprehensions inlined in `host` a register's name. Comprehensions
/// that are not inside each other share.
fn place_hidden(tree: &mut ScopeTree, host: ScopeId) {
    let mut slots: Vec<(Ident, bool)> = Vec::new();
    for child in tree.get(host).children.clone() {
        place_comprehension(tree, child, &mut slots);
    }
    tree.scopes[host.index()].hidden = slots.into_iter().map(|(name, _)| name).collect();
}

fn place_comprehension(tree: &mut ScopeTree, id: ScopeId, slots: &mut Vec<(Ident, bool)>) {
    if !tree.get(id).inlined {
        return;
    }
    let mut taken = Vec::new();
    for index in 0..tree.get(id).symbols.len() {
        let symbol = &tree.get(id).symbols[index];
        if symbol.is_param() || !matches!(symbol.resolution, Resolution::Local | Resolution::Cell) {
            continue;
        }
        let name = symbol.name.clone();
        let found = slots.iter().position(|(n, busy)| *n == name && !busy);
        let slot = found.unwrap_or_else(|| {
            slots.push((name.clone(), false));
            slots.len() - 1
        });
        slots[slot].1 = true;
        taken.push(slot);
        tree.scopes[id.index()].hidden_slots.insert(name, slot);
    }
    for child in tree.get(id).children.clone() {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            place_comprehension(tree, child, slots)
        });
    }
    for slot in taken {
        slots[slot].1 = false;
    }
}
