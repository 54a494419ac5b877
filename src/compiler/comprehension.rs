//! Comprehensions and generator expressions.
//!
//! List, set and dict comprehensions become part of the code around them (PEP 709); their
//! variables have registers of their own. Generator expressions, and comprehensions in the
//! annotation scopes of a class, are functions that take the outermost iterator.

use apy_grammar::ast::*;

use super::{Arity, Compiler, Res, error};
use crate::bytecode::code::CodeKind;
use crate::bytecode::op::Op;
use crate::bytecode::operand::*;
use crate::scope::{Part, Resolution, ScopeId, ScopeKind};

/// What a comprehension adds for each element.
#[derive(Clone, Copy)]
enum Element<'a> {
    List(&'a Expr),
    Set(&'a Expr),
    Dict(&'a Expr, &'a Expr),
    Yield(&'a Expr),
}

/// What is added, to which collection, and the span of the whole.
#[derive(Clone, Copy)]
struct Adding<'a> {
    element: Element<'a>,
    into: Reg,
    whole: Span,
}

struct Parts<'a> {
    generators: &'a [Comprehension],
    element: Element<'a>,
    name: &'static str,
}

fn parts(e: &Expr) -> Option<Parts<'_>> {
    let (generators, element, name) = match &e.kind {
        ExprKind::ListComp { elt, generators } => (generators, Element::List(elt), "<listcomp>"),
        ExprKind::SetComp { elt, generators } => (generators, Element::Set(elt), "<setcomp>"),
        ExprKind::GeneratorExp { elt, generators } => {
            (generators, Element::Yield(elt), "<genexpr>")
        }
        ExprKind::DictComp {
            key,
            value,
            generators,
        } => (generators, Element::Dict(key, value), "<dictcomp>"),
        _ => return None,
    };
    Some(Parts {
        generators,
        element,
        name,
    })
}

impl<'a> Compiler<'a> {
    pub fn comprehension(&mut self, e: &'a Expr, dst: Reg) -> Res {
        let Some(parts) = parts(e) else { return Ok(()) };
        let Some(first) = parts.generators.first() else {
            return Ok(());
        };
        let id = self.scope_of(e, Part::Body, e.span)?;
        let scope = self.tree.get(id);
        let inlined = scope.inlined;
        let generator = scope.kind == ScopeKind::GeneratorExp;
        if scope.coroutine && !generator && !self.may_await() {
            return error(
                "asynchronous comprehension outside of an asynchronous function",
                e.span,
            );
        }
        if inlined {
            return self.inlined(e, parts, id, dst);
        }
        let code = self.comprehension_code(e, &parts, id)?;
        let mark = self.unit.mark();
        let base = self.unit.temp();
        self.make_function(code, base, e.span);
        let iter = self.unit.temp();
        self.first_iterator(first, iter)?;
        let is_async = self.tree.get(id).coroutine && !generator;
        if is_async {
            self.emit(
                Op::Call {
                    dst: base,
                    base,
                    n: U16(1),
                },
                e.span,
            );
            self.await_value(
                base,
                base,
                dst,
                crate::bytecode::op::AwaitContext::Await,
                e.span,
            );
        } else {
            self.emit(
                Op::Call {
                    dst,
                    base,
                    n: U16(1),
                },
                e.span,
            );
        }
        self.unit.reset(mark);
        Ok(())
    }

    /// The iterator of the outermost `for`, made in the scope around.
    fn first_iterator(&mut self, first: &'a Comprehension, iter: Reg) -> Res {
        let src = self.iterable_in(&first.iter, iter)?;
        let span = first.iter.span;
        let op = if first.is_async {
            Op::GetAIter { dst: iter, src }
        } else {
            Op::GetIter { dst: iter, src }
        };
        self.emit(op, span);
        Ok(())
    }

    fn comprehension_code(
        &mut self,
        e: &'a Expr,
        parts: &Parts<'a>,
        id: ScopeId,
    ) -> Res<std::sync::Arc<crate::bytecode::code::Code>> {
        let arity = Arity {
            args: 1,
            ..Arity::default()
        };
        let (generators, element) = (parts.generators, parts.element);
        self.block(
            id,
            CodeKind::Function,
            &parts.name.into(),
            e.span.start,
            arity,
            &mut |this| {
                this.unit.here = e.span;
                let into = this.unit.temp();
                this.begin_collection(element, into, e.span);
                let iter = this.unit.temp();
                if let Some(&given) = this.unit.locals.get(".0") {
                    this.emit(
                        Op::Take {
                            dst: iter,
                            src: given,
                        },
                        e.span,
                    );
                }
                let adding = Adding {
                    element,
                    into,
                    whole: e.span,
                };
                this.generator(generators, 0, adding, Some(iter))?;
                if !matches!(element, Element::Yield(_)) {
                    this.emit(Op::Return { src: into }, e.span);
                }
                Ok(())
            },
        )
    }

    fn begin_collection(&mut self, element: Element<'a>, dst: Reg, span: Span) {
        let (base, n) = (dst, U16(0));
        match element {
            Element::List(_) => self.emit(Op::BuildList { dst, base, n }, span),
            Element::Set(_) => self.emit(Op::BuildSet { dst, base, n }, span),
            Element::Dict(..) => self.emit(Op::BuildDict { dst, base, n }, span),
            Element::Yield(_) => {}
        }
    }

    fn inlined(&mut self, e: &'a Expr, parts: Parts<'a>, id: ScopeId, dst: Reg) -> Res {
        let into = self.building(dst);
        let iter = self.unit.temp();
        if let Some(first) = parts.generators.first() {
            self.first_iterator(first, iter)?;
        }
        let cleanup = self.unit.label();
        let hidden = self.hidden_registers(id);
        for &(reg, _) in hidden.iter().filter(|(_, cell)| *cell) {
            self.emit(Op::MakeCell { reg }, e.span);
        }
        // When nothing here catches exceptions, the frame takes the variables with it.
        let guarded = !hidden.is_empty()
            && (self.unit.scope_kind == ScopeKind::Module || !self.unit.blocks.is_empty());
        let region = guarded.then(|| {
            let exc = Reg(self.unit.mark());
            self.unit.begin_region(cleanup, exc)
        });
        self.unit.comps.push(id);
        self.begin_collection(parts.element, into, e.span);
        let adding = Adding {
            element: parts.element,
            into,
            whole: e.span,
        };
        let result = self.generator(parts.generators, 0, adding, Some(iter));
        self.unit.comps.pop();
        result?;
        if let Some(region) = region {
            self.unit.end_region(region);
        }
        self.forget_hidden(&hidden, e.span);
        if region.is_some() {
            let end = self.unit.label();
            self.unit.jump_to(end);
            self.unit.bind(cleanup);
            let exc = self.unit.temp();
            self.forget_hidden(&hidden, e.span);
            self.emit(Op::Reraise { exc }, e.span);
            self.unit.bind(end);
        }
        self.built(into, dst, e.span);
        Ok(())
    }

    fn forget_hidden(&mut self, hidden: &[(Reg, bool)], span: Span) {
        for &(reg, _) in hidden {
            self.emit(Op::Clear { reg }, span);
        }
    }

    /// The registers of the comprehension's variables, and which of them hold cells.
    fn hidden_registers(&self, id: ScopeId) -> Vec<(Reg, bool)> {
        let scope = self.tree.get(id);
        let mut found: Vec<(Reg, bool)> = scope
            .symbols
            .iter()
            .filter_map(|s| {
                let slot = *scope.hidden_slots.get(&s.name)?;
                let reg = Reg(self.unit.hidden_base.saturating_add(slot as u16));
                Some((reg, s.resolution == Resolution::Cell))
            })
            .collect();
        found.sort_by_key(|(reg, _)| reg.0);
        found
    }

    /// One `for` of the comprehension with all that is inside it. `iter` holds its iterator already
    /// when it is the outermost.
    fn generator(
        &mut self,
        generators: &'a [Comprehension],
        index: usize,
        adding: Adding<'a>,
        iter: Option<Reg>,
    ) -> Res {
        let Some(generator) = generators.get(index) else {
            return self.element(adding.element, adding.into);
        };
        let mark = self.unit.mark();
        if iter.is_none()
            && !generator.is_async
            && let Some(only) = single_element(&generator.iter)
        {
            return self.single(generators, index, adding, only);
        }
        let iter = match iter {
            Some(iter) => iter,
            None => {
                let iter = self.unit.temp();
                self.first_iterator(generator, iter)?;
                iter
            }
        };
        let (head, end) = (self.unit.label(), self.unit.label());
        let (mut caught, mut spare) = (None, self.unit.mark());
        if generator.is_async {
            caught = Some(self.async_for_head(iter, head, &generator.target, adding.whole)?);
        } else {
            self.unit.bind_loop(head);
            spare = self.spare_element(generators, index, adding.element);
            self.for_head(iter, end, &generator.target, generator.iter.span)?;
        }
        let next = self.unit.label();
        for test in &generator.ifs {
            self.jump_unless(test, next)?;
        }
        self.generator(generators, index + 1, adding, None)?;
        self.unit.bind(next);
        self.unit.flush_from(spare);
        self.loop_back(head, generator.iter.span);
        if let Some(caught) = caught {
            self.end_async_for(caught, end, generator.iter.span);
        }
        self.unit.bind(end);
        self.unit.reset(mark);
        Ok(())
    }

    /// The temporary of an element that went into a list or set need not be emptied each time round:
    /// the collection holds the element anyway, and the next one takes its place. Gives the first
    /// register that must be empty at the end of the loop's body.
    fn spare_element(
        &mut self,
        generators: &[Comprehension],
        index: usize,
        element: Element<'a>,
    ) -> u16 {
        let mark = self.unit.mark();
        let innermost = index + 1 == generators.len();
        if innermost && matches!(element, Element::List(_) | Element::Set(_)) {
            let spare = self.unit.temp();
            self.unit.state.objects.insert(usize::from(spare.0));
            self.unit.reset(mark);
            return mark.saturating_add(1);
        }
        mark
    }

    /// `for x in [value]` is an assignment.
    fn single(
        &mut self,
        generators: &'a [Comprehension],
        index: usize,
        adding: Adding<'a>,
        only: &'a Expr,
    ) -> Res {
        let Some(generator) = generators.get(index) else {
            return Ok(());
        };
        let mark = self.unit.mark();
        let value = self.push(only)?;
        self.assign_from(&generator.target, value)?;
        self.unit.reset(mark);
        let end = self.unit.label();
        for test in &generator.ifs {
            self.jump_unless(test, end)?;
        }
        self.generator(generators, index + 1, adding, None)?;
        self.unit.bind(end);
        Ok(())
    }

    fn element(&mut self, element: Element<'a>, into: Reg) -> Res {
        let mark = self.unit.mark();
        match element {
            Element::List(elt) => {
                let src = self.operand(elt)?;
                self.emit(Op::ListAppend { list: into, src }, elt.span);
            }
            Element::Set(elt) => {
                let src = self.operand(elt)?;
                self.emit(Op::SetAdd { set: into, src }, elt.span);
            }
            Element::Dict(key_expr, value) => {
                let key = self.operand_before(key_expr, &[value])?;
                let src = self.operand(value)?;
                self.emit(
                    Op::DictSet {
                        dict: into,
                        key,
                        src,
                    },
                    key_expr.span.to(value.span),
                );
            }
            Element::Yield(elt) => {
                let src = self.operand(elt)?;
                let sent = self.unit.temp();
                self.suspend_with(src, sent, elt.span);
            }
        }
        self.unit.reset(mark);
        Ok(())
    }
}

/// The element of a list or tuple display of one.
fn single_element(iter: &Expr) -> Option<&Expr> {
    match &iter.kind {
        ExprKind::List(items) | ExprKind::Tuple(items) => match items.as_slice() {
            [only] if !super::display_expr::is_starred(only) => Some(only),
            _ => None,
        },
        _ => None,
    }
}
