//! Uncaught exceptions for the screen: every frame, chained causes, groups, notes.

use crate::objects::exceptions::{Exc, Exception};
use crate::objects::frame::Traceback;
use crate::objects::header::Gc;
use crate::objects::list::{List, Tuple};
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::Vm;

use super::snippet;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Groups inside groups deeper than this are cut short, as CPython does.
const MAX_DEPTH: usize = 10;
const MAX_WIDTH: usize = 15;
/// A chain longer than this is cut: it may be a circle.
const MAX_CHAIN: usize = 100;

/// The whole report. `fancy` draws the source lines.
pub fn render(vm: &mut Vm, error: &Exc, fancy: bool) -> String {
    let mut out = String::new();
    chain(vm, &error.0, fancy, 0, &mut out);
    out
}

fn chain(vm: &mut Vm, error: &Gc<Exception>, fancy: bool, depth: usize, out: &mut String) {
    let mut links = vec![(error.clone(), "")];
    while links.len() < MAX_CHAIN {
        let Some((last, _)) = links.last() else { break };
        let cause = last.cause.borrow().downcast::<Exception>().cloned();
        let context = last.context.borrow().downcast::<Exception>().cloned();
        let next = match (cause, context) {
            (Some(cause), _) => (cause, CAUSE),
            (None, Some(context)) if !last.suppress_context.get() => (context, CONTEXT),
            _ => break,
        };
        if links.iter().any(|(seen, _)| *seen == next.0) {
            break;
        }
        links.push(next);
    }
    // The words that lead to an exception stand with the one it came from.
    let words: Vec<&str> = links.iter().skip(1).map(|(_, w)| *w).collect();
    for (i, (link, _)) in links.iter().enumerate().rev() {
        one(vm, link, fancy, depth, out);
        if i > 0 {
            out.push_str(words[i - 1]);
        }
    }
}

fn one(vm: &mut Vm, error: &Gc<Exception>, fancy: bool, depth: usize, out: &mut String) {
    let is_group = error.ty().is_subtype(&vm.exc.BaseExceptionGroup);
    let mut text = String::new();
    let frames = frames_of(error);
    if !frames.is_empty() {
        text.push_str(if is_group {
            "Exception Group Traceback (most recent call last):\n"
        } else {
            "Traceback (most recent call last):\n"
        });
    }
    render_frames(&frames, fancy, &mut text);
    if error.ty().is_subtype(&vm.exc.SyntaxError) {
        text.push_str(&syntax_place(error));
    }
    text.push_str(&last_line(vm, error));
    text.push_str(&notes(vm, error));
    if !is_group {
        out.push_str(&text);
        return;
    }
    let lead = if depth == 0 { "  + " } else { "" };
    for (i, line) in text.lines().enumerate() {
        out.push_str(if i == 0 { lead } else { "  | " });
        out.push_str(line);
        out.push('\n');
    }
    members(vm, error, fancy, depth, out);
}

fn members(vm: &mut Vm, error: &Gc<Exception>, fancy: bool, depth: usize, out: &mut String) {
    let items = error
        .field(1)
        .downcast::<Tuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default();
    if depth >= MAX_DEPTH {
        out.push_str(&format!("  | ... (max_group_depth is {MAX_DEPTH})\n"));
        return;
    }
    for (i, item) in items.iter().enumerate() {
        let lead = if i == 0 { "  +-" } else { "    " };
        if i >= MAX_WIDTH {
            out.push_str(&format!(
                "{lead}+---------------- ... ----------------\n    | and {} more exception{}\n",
                items.len() - i,
                if items.len() - i == 1 { "" } else { "s" }
            ));
            break;
        }
        out.push_str(&format!(
            "{lead}+---------------- {} ----------------\n",
            i + 1
        ));
        let mut inner = String::new();
        if let Some(item) = item.downcast::<Exception>() {
            chain(vm, item, fancy, depth + 1, &mut inner);
        }
        let nested = inner.lines().any(|l| l.starts_with("  |"));
        for line in inner.lines() {
            let line = if nested {
                line.strip_prefix("  ")
                    .map_or(format!("| {line}"), str::to_string)
            } else {
                format!("| {line}")
            };
            out.push_str(&format!("    {line}\n"));
        }
    }
    if depth == 0 || !items.is_empty() {
        out.push_str("    +------------------------------------\n");
    }
}

fn frames_of(error: &Gc<Exception>) -> Vec<Gc<Traceback>> {
    let mut frames = Vec::new();
    let mut at = error.traceback.borrow().downcast::<Traceback>().cloned();
    while let Some(tb) = at {
        let next = tb.next.borrow().downcast::<Traceback>().cloned();
        frames.push(tb);
        at = next;
    }
    frames
}

fn render_frames(frames: &[Gc<Traceback>], fancy: bool, out: &mut String) {
    let mut repeated = 0;
    let mut last: Option<(String, i64)> = None;
    for tb in frames {
        let code = &tb.frame.code.code;
        let here = (
            format!("{}:{}", code.source.name, code.name),
            tb.lineno.get(),
        );
        if last.as_ref() == Some(&here) {
            repeated += 1;
            if repeated >= 3 {
                continue;
            }
        } else {
            flush_repeats(repeated, out);
            repeated = 0;
        }
        last = Some(here);
        render_frame(tb, fancy, out);
    }
    flush_repeats(repeated, out);
}

fn flush_repeats(repeated: usize, out: &mut String) {
    if repeated > 2 {
        let n = repeated - 2;
        out.push_str(&format!(
            "  [Previous line repeated {n} more time{}]\n",
            if n == 1 { "" } else { "s" }
        ));
    }
}

fn render_frame(tb: &Gc<Traceback>, fancy: bool, out: &mut String) {
    let code = &tb.frame.code.code;
    let line = tb.lineno.get();
    let span = code.spans.get(tb.pc as usize).copied().unwrap_or_default();
    if fancy {
        let title = format!("line {line}, in {}", code.name);
        if let Some(drawn) = snippet::draw(&code.source, span, &title, None) {
            out.push_str(&drawn);
            return;
        }
    }
    out.push_str(&format!(
        "  File \"{}\", line {line}, in {}\n",
        code.source.name, code.name
    ));
    let Some(text) = code.source.line_text(line as u32) else {
        return;
    };
    out.push_str(&format!("    {}\n", text.trim()));
    let stripped = text.trim_start();
    let indent = text.len() - stripped.len();
    let start = code.source.column(span.start) as usize;
    let end = if i64::from(code.source.line(span.end)) == line {
        code.source.column(span.end) as usize
    } else {
        text.trim_end().chars().count()
    };
    let whole = start <= indent && end >= text.trim_end().chars().count();
    if end > start && start >= indent && !whole {
        out.push_str(&format!(
            "    {}{}\n",
            " ".repeat(start - indent),
            "^".repeat(end - start)
        ));
    }
}

/// File and line of a syntax error.
fn syntax_place(error: &Gc<Exception>) -> String {
    let text = |i: usize| {
        error
            .field(i)
            .downcast::<Str>()
            .map(|s| s.lossy().into_owned())
    };
    let (Some(file), Value::Int(line)) = (text(1), error.field(2)) else {
        return String::new();
    };
    let mut out = format!("  File \"{file}\", line {line}\n");
    if let Some(source) = text(4) {
        let stripped = source.trim_start_matches([' ', '\t', '\n']);
        let indent = source.chars().count() - stripped.chars().count();
        out.push_str(&format!("    {}\n", stripped.trim_end()));
        if let (Value::Int(offset), end) = (error.field(3), error.field(6)) {
            let start = (offset.max(1) as usize - 1).saturating_sub(indent);
            let end = match end {
                Value::Int(end) if error.field(5).is_same(&Value::Int(line)) && end > offset => {
                    end as usize - 1
                }
                _ => start + indent + 1,
            };
            out.push_str(&format!(
                "    {}{}\n",
                " ".repeat(start),
                "^".repeat(end.saturating_sub(indent + start).clamp(1, 500))
            ));
        }
    }
    out
}

/// `module.Type: message`
fn last_line(vm: &mut Vm, error: &Gc<Exception>) -> String {
    let ty = error.ty().clone();
    let value = error.value();
    let qualname = ty
        .qualname
        .borrow()
        .downcast::<Str>()
        .map(|s| s.lossy().into_owned())
        .unwrap_or_else(|| ty.name().to_string());
    let module = vm.names.__module__.clone();
    let module = ty
        .lookup(&module)
        .and_then(|m| m.downcast::<Str>().map(|s| s.lossy().into_owned()));
    let name = match module.as_deref() {
        None | Some("builtins" | "__main__") => qualname,
        Some(module) => format!("{module}.{qualname}"),
    };
    let mut text = if ty.is_subtype(&vm.exc.SyntaxError) && error.field(0).is::<Str>() {
        error
            .field(0)
            .downcast::<Str>()
            .map(|s| s.lossy().into_owned())
            .unwrap_or_default()
    } else {
        match vm.str(&value) {
            Ok(text) => text.lossy().into_owned(),
            Err(_) => "<exception str() failed>".into(),
        }
    };
    if let Some(hint) = suggestion(vm, error) {
        text.push_str(&hint);
    }
    if text.is_empty() {
        format!("{name}\n")
    } else {
        format!("{name}: {text}\n")
    }
}

/// ". Did you mean: 'x'?" for names and attributes.
fn suggestion(vm: &mut Vm, error: &Gc<Exception>) -> Option<String> {
    let ty = error.ty();
    let name = if ty.is_subtype(&vm.exc.AttributeError) || ty.is_subtype(&vm.exc.NameError) {
        error.field(0).downcast::<Str>()?.lossy().into_owned()
    } else {
        return None;
    };
    let names: Vec<String> = if ty.is_subtype(&vm.exc.AttributeError) {
        attribute_names(vm, &error.field(1))
    } else {
        visible_names(vm, error)
    };
    let near = super::suggest::closest(
        &name,
        names
            .iter()
            .map(String::as_str)
            .filter(|n| name.starts_with('_') || !n.starts_with('_')),
    )?;
    Some(format!(". Did you mean: '{near}'?"))
}

/// Names on the object and its type, found without running script code.
fn attribute_names(vm: &Vm, obj: &Value) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |keys: Vec<Value>| {
        names.extend(
            keys.iter()
                .filter_map(|k| k.downcast::<Str>().map(|s| s.lossy().into_owned())),
        )
    };
    if let Some(module) = obj.downcast::<crate::objects::module::Module>() {
        add(module.dict.keys());
        return names;
    }
    if let Some(attrs) = obj.as_obj().and_then(|o| o.attrs()) {
        add(attrs.items().into_iter().map(|(k, _)| k).collect());
    }
    let ty = match obj.downcast::<crate::objects::typeobj::Type>() {
        Some(class) => class.clone(),
        None => vm.type_of(obj).clone(),
    };
    add(ty.dict().keys());
    ty.mro_rest().iter().for_each(|t| add(t.dict().keys()));
    names
}

fn visible_names(vm: &Vm, error: &Gc<Exception>) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(tb) = frames_of(error).last() {
        names.extend(tb.frame.code.code.varnames.iter().map(|n| n.to_string()));
        for dict in [&tb.frame.globals, &vm.builtins] {
            names.extend(
                dict.keys()
                    .iter()
                    .filter_map(|k| k.downcast::<Str>().map(|s| s.lossy().into_owned())),
            );
        }
    }
    names
}

fn notes(vm: &mut Vm, error: &Gc<Exception>) -> String {
    let name = vm.names.__notes__.clone();
    let Some(notes) = error.obj().attrs().and_then(|a| a.get(&name)) else {
        return String::new();
    };
    let items = match (notes.downcast::<List>(), notes.downcast::<Tuple>()) {
        (Some(list), _) => list.snapshot(),
        (_, Some(tuple)) => tuple.items().to_vec(),
        _ => return String::new(),
    };
    items
        .iter()
        .filter_map(|n| vm.str(n).ok())
        .map(|n| format!("{}\n", n.lossy()))
        .collect()
}
