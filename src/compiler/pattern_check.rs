//! Rules of patterns that need no code: which names they bind, and which always match.

use apy_grammar::ast::*;

use super::{Res, error};

/// The names that a pattern binds, in order of their first appearance.
pub(super) fn captures(pattern: &Pattern) -> Res<Vec<Ident>> {
    let mut names = Vec::new();
    collect(pattern, &mut names)?;
    Ok(names)
}

fn add(name: &Ident, names: &mut Vec<Ident>, span: Span) -> Res {
    if &**name == "__debug__" {
        return error("cannot assign to __debug__", span);
    }
    if names.contains(name) {
        return error(
            format!("multiple assignments to name '{name}' in pattern"),
            span,
        );
    }
    names.push(name.clone());
    Ok(())
}

fn collect(pattern: &Pattern, names: &mut Vec<Ident>) -> Res {
    super::expr::deep(|| collect_inner(pattern, names))
}

fn collect_inner(pattern: &Pattern, names: &mut Vec<Ident>) -> Res {
    match &pattern.kind {
        PatternKind::Value(_) | PatternKind::Singleton(_) => Ok(()),
        PatternKind::Sequence(patterns) => patterns.iter().try_for_each(|p| collect(p, names)),
        PatternKind::Mapping { patterns, rest, .. } => {
            patterns.iter().try_for_each(|p| collect(p, names))?;
            rest.as_ref()
                .map_or(Ok(()), |name| add(name, names, pattern.span))
        }
        PatternKind::Class {
            patterns,
            kwd_patterns,
            ..
        } => patterns
            .iter()
            .chain(kwd_patterns)
            .try_for_each(|p| collect(p, names)),
        PatternKind::Star(name) => name
            .as_ref()
            .map_or(Ok(()), |name| add(name, names, pattern.span)),
        PatternKind::As {
            pattern: inner,
            name,
        } => {
            if let Some(inner) = inner {
                collect(inner, names)?;
            }
            name.as_ref()
                .map_or(Ok(()), |name| add(name, names, pattern.span))
        }
        PatternKind::Or(alternatives) => collect_or(pattern, alternatives, names),
    }
}

fn collect_or(pattern: &Pattern, alternatives: &[Pattern], names: &mut Vec<Ident>) -> Res {
    let before = names.len();
    let mut bound: Option<Vec<Ident>> = None;
    let last = alternatives.len().saturating_sub(1);
    for (i, alternative) in alternatives.iter().enumerate() {
        if i < last {
            refuse_irrefutable(alternative)?;
        }
        let mut found = names[..before].to_vec();
        collect(alternative, &mut found)?;
        let found = found.split_off(before);
        match &bound {
            None => bound = Some(found),
            Some(first) => {
                let same = first.len() == found.len() && first.iter().all(|n| found.contains(n));
                if !same {
                    return error("alternative patterns bind different names", pattern.span);
                }
            }
        }
    }
    names.extend(bound.unwrap_or_default());
    Ok(())
}

/// A pattern without condition makes what follows it unreachable.
pub(super) fn refuse_irrefutable(pattern: &Pattern) -> Res {
    match irrefutable_name(pattern) {
        None => Ok(()),
        Some((Some(name), span)) => error(
            format!("name capture '{name}' makes remaining patterns unreachable"),
            span,
        ),
        Some((None, span)) => error("wildcard makes remaining patterns unreachable", span),
    }
}

/// The capture or wildcard that makes a pattern match always.
fn irrefutable_name(pattern: &Pattern) -> Option<(Option<&Ident>, Span)> {
    match &pattern.kind {
        PatternKind::As {
            pattern: None,
            name,
        } => Some((name.as_ref(), pattern.span)),
        PatternKind::As {
            pattern: Some(inner),
            ..
        } => irrefutable_name(inner),
        PatternKind::Or(alternatives) => alternatives.last().and_then(irrefutable_name),
        _ => None,
    }
}
