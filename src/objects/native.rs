//! Functions and methods written in Rust: the rows that define them, and how arguments reach them.
//!
//! A row gives name, signature, function and doc line. The signature is Python's own notation, e.g.
//! `"($self, iterable, /, *, key=None, reverse=False)"`. Arguments are bound to it before the
//! function is called: `args[i]` is the `i`th parameter, `Unbound` when it was left out, a tuple for
//! `*args`, a dict for `**kwargs`. Errors of binding use CPython's words.
#![allow(unsafe_code)]

use std::cell::OnceCell;
use std::ops::Index;
use std::rc::Rc;

use super::dict::Dict;
use super::header::{Gc, ObjRef, Payload};
use super::str::Str;
use super::typeobj::Type;
use super::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

/// Arguments of a native function. Indexing past the end gives `Unbound`.
#[derive(Clone, Copy)]
pub struct Args<'a>(pub &'a [Value]);

struct SharedUnbound(Value);
// SAFETY: `Unbound` holds no pointer.
unsafe impl Sync for SharedUnbound {}
static UNBOUND: SharedUnbound = SharedUnbound(Value::Unbound);

impl Index<usize> for Args<'_> {
    type Output = Value;

    #[inline]
    fn index(&self, i: usize) -> &Value {
        self.0.get(i).unwrap_or(&UNBOUND.0)
    }
}

impl<'a> Args<'a> {
    /// Number of arguments present; trailing ones that were left out may be missing.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'a, Value> {
        self.0.iter()
    }

    /// The arguments from `start` on.
    pub fn rest(&self, start: usize) -> &'a [Value] {
        self.0.get(start..).unwrap_or_default()
    }

    /// The payload of argument `i`: for `self` and other arguments whose type was checked when the
    /// method was found. An internal `SystemError` when it is something else.
    #[inline]
    pub fn this<T: Payload>(&self, vm: &mut Vm, i: usize) -> Result<Gc<T>> {
        match self[i].downcast::<T>() {
            Some(gc) => Ok(gc.clone()),
            None => Err(vm.system_error("bad argument to internal function")),
        }
    }
}

pub type NativeFn = fn(&mut Vm, Args<'_>) -> Result<Value>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NativeKind {
    /// A function of a module.
    Function,
    /// A method: `args[0]` is self.
    Method,
    /// `args[0]` is the class.
    ClassMethod,
    StaticMethod,
    /// `__new__`: `args[0]` is the class to make an instance of.
    New,
}

/// One function or method written in Rust.
pub struct NativeDef {
    pub name: &'static str,
    pub sig: &'static str,
    pub func: NativeFn,
    pub doc: &'static str,
    pub kind: NativeKind,
}

pub const fn function(
    name: &'static str,
    sig: &'static str,
    func: NativeFn,
    doc: &'static str,
) -> NativeDef {
    NativeDef {
        name,
        sig,
        func,
        doc,
        kind: NativeKind::Function,
    }
}

pub const fn method(
    name: &'static str,
    sig: &'static str,
    func: NativeFn,
    doc: &'static str,
) -> NativeDef {
    NativeDef {
        name,
        sig,
        func,
        doc,
        kind: NativeKind::Method,
    }
}

pub const fn class_method(
    name: &'static str,
    sig: &'static str,
    func: NativeFn,
    doc: &'static str,
) -> NativeDef {
    NativeDef {
        name,
        sig,
        func,
        doc,
        kind: NativeKind::ClassMethod,
    }
}

pub const fn static_method(
    name: &'static str,
    sig: &'static str,
    func: NativeFn,
    doc: &'static str,
) -> NativeDef {
    NativeDef {
        name,
        sig,
        func,
        doc,
        kind: NativeKind::StaticMethod,
    }
}

/// `__new__` of a type. The signature leaves the class out: `"(iterable=(), /)"`.
pub const fn new(sig: &'static str, func: NativeFn) -> NativeDef {
    NativeDef {
        name: "__new__",
        sig,
        func,
        doc: "Create and return a new object.  See help(type) for accurate signature.",
        kind: NativeKind::New,
    }
}

pub type Getter = fn(&mut Vm, &Value) -> Result<Value>;
/// The value is `Unbound` for `del`.
pub type Setter = fn(&mut Vm, &Value, Value) -> Result<()>;

/// An attribute computed in Rust.
pub struct GetSetDef {
    pub name: &'static str,
    pub get: Getter,
    pub set: Option<Setter>,
    pub doc: &'static str,
    /// Shown as a `member_descriptor`, whose errors have other words.
    pub is_member: bool,
}

pub const fn getter(name: &'static str, get: Getter, doc: &'static str) -> GetSetDef {
    GetSetDef {
        name,
        get,
        set: None,
        doc,
        is_member: false,
    }
}

/// A `getter` that scripts see as a member of a structure.
pub const fn member(name: &'static str, get: Getter, doc: &'static str) -> GetSetDef {
    GetSetDef {
        name,
        get,
        set: None,
        doc,
        is_member: true,
    }
}

/// A `getset` that scripts see as a member of a structure.
pub const fn member_set(
    name: &'static str,
    get: Getter,
    set: Setter,
    doc: &'static str,
) -> GetSetDef {
    GetSetDef {
        name,
        get,
        set: Some(set),
        doc,
        is_member: true,
    }
}

pub const fn getset(name: &'static str, get: Getter, set: Setter, doc: &'static str) -> GetSetDef {
    GetSetDef {
        name,
        get,
        set: Some(set),
        doc,
        is_member: false,
    }
}

/// A function, a method found on a type (then `owner` is set), or one bound to an object
/// (then `bound` is set too).
pub struct Native {
    pub def: &'static NativeDef,
    /// The type that defines the method.
    pub owner: Option<Gc<Type>>,
    /// Self of a bound method, the class of a class method or `__new__`; `Unbound` otherwise.
    pub bound: Value,
    /// `__module__` of a function.
    pub module: Value,
    /// A special method that scripts see as a "slot wrapper", whose errors have words of their own.
    pub wrapper: bool,
    sig: OnceCell<Rc<Signature>>,
}

payload!(Native, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        if let Some(owner) = &self.owner {
            visit(owner.obj());
        }
        visit_value(&self.bound, visit);
        visit_value(&self.module, visit);
    }
});

/// A computed attribute of a type, as its namespace holds it.
pub struct GetSet {
    pub def: &'static GetSetDef,
    pub owner: Gc<Type>,
}

payload!(GetSet, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit(self.owner.obj());
    }
});

/// Names and values of keyword arguments: `names[i]` goes with `values[i]`. The names are `str`.
#[derive(Clone, Copy, Default)]
pub struct Keywords<'a> {
    pub names: &'a [Value],
    pub values: &'a [Value],
}

impl<'a> Keywords<'a> {
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> {
        self.names.iter().zip(self.values)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    PositionalOnly,
    Positional,
    VarArgs,
    KeywordOnly,
    VarKeywords,
}

#[derive(Clone, Debug)]
pub struct NativeParam {
    pub name: &'static str,
    pub kind: ParamKind,
    /// The default's text.
    pub default: Option<&'static str>,
}

/// A parsed signature. `self` and `cls` are not among the parameters.
#[derive(Debug)]
pub struct Signature {
    pub params: Vec<NativeParam>,
    min: usize,
    max: usize,
    /// Only positional-only parameters: the plain calling convention.
    plain: bool,
    has_varargs: bool,
    /// Positional arguments alone can go to the function as they are: what is left out at the end
    /// reads as unbound.
    direct: bool,
}

impl Signature {
    fn parse(text: &'static str) -> Signature {
        let inner = text.trim_start_matches('(').trim_end_matches(')');
        let mut params: Vec<NativeParam> = Vec::new();
        let mut kind = ParamKind::Positional;
        for part in split_params(inner) {
            match part {
                "" | "$self" | "$cls" | "$module" | "$type" => {}
                "/" => params
                    .iter_mut()
                    .for_each(|p| p.kind = ParamKind::PositionalOnly),
                "*" => kind = ParamKind::KeywordOnly,
                _ => {
                    let (name, default) = match part.split_once('=') {
                        Some((name, default)) => (name.trim(), Some(default.trim())),
                        None => (part, None),
                    };
                    if let Some(name) = name.strip_prefix("**") {
                        params.push(NativeParam {
                            name,
                            kind: ParamKind::VarKeywords,
                            default,
                        });
                    } else if let Some(name) = name.strip_prefix('*') {
                        params.push(NativeParam {
                            name,
                            kind: ParamKind::VarArgs,
                            default,
                        });
                        kind = ParamKind::KeywordOnly;
                    } else {
                        params.push(NativeParam {
                            name,
                            kind,
                            default,
                        });
                    }
                }
            }
        }
        let positional =
            |p: &&NativeParam| matches!(p.kind, ParamKind::PositionalOnly | ParamKind::Positional);
        Signature {
            min: params
                .iter()
                .filter(positional)
                .filter(|p| p.default.is_none())
                .count(),
            max: params.iter().filter(positional).count(),
            plain: params.iter().all(|p| p.kind == ParamKind::PositionalOnly),
            has_varargs: params.iter().any(|p| p.kind == ParamKind::VarArgs),
            direct: params.iter().all(|p| match p.kind {
                ParamKind::VarArgs | ParamKind::VarKeywords => false,
                ParamKind::KeywordOnly => p.default.is_some(),
                ParamKind::PositionalOnly | ParamKind::Positional => true,
            }),
            params,
        }
    }
}

/// Splits at commas that are not inside brackets or quotes.
fn split_params(text: &'static str) -> Vec<&'static str> {
    let (mut parts, mut depth, mut quote, mut start) = (Vec::new(), 0, None, 0);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

impl Native {
    pub fn new(def: &'static NativeDef) -> Native {
        Native {
            def,
            owner: None,
            bound: Value::Unbound,
            module: Value::Unbound,
            wrapper: false,
            sig: OnceCell::new(),
        }
    }

    /// This method bound to its self.
    pub fn bound_to(&self, this: Value) -> Native {
        self.signature();
        Native {
            def: self.def,
            owner: self.owner.clone(),
            bound: this,
            module: self.module.clone(),
            wrapper: self.wrapper,
            sig: self.sig.clone(),
        }
    }

    pub fn signature(&self) -> &Signature {
        self.sig
            .get_or_init(|| Rc::new(Signature::parse(self.def.sig)))
    }

    /// Whether the function is handed a first argument that is not in its signature.
    fn takes_self(&self) -> bool {
        matches!(
            self.def.kind,
            NativeKind::Method | NativeKind::ClassMethod | NativeKind::New
        )
    }

    /// The name as error messages give it: `list.append`, `math.sqrt`, `len`.
    pub fn qualified_name(&self) -> String {
        match (&self.owner, &self.module) {
            (Some(_), _) => self.qualname(),
            (None, Value::Obj(m)) => match m.downcast::<Str>().and_then(|m| m.as_str()) {
                Some("builtins") | None => self.def.name.into(),
                Some(module) => format!("{module}.{}", self.def.name),
            },
            _ => self.def.name.into(),
        }
    }

    /// `__qualname__`: a bound method is named after the type of its self.
    pub fn qualname(&self) -> String {
        let name = self.def.name;
        match (&self.bound, &self.owner) {
            (Value::Obj(this), Some(_)) if !self.wrapper => {
                let class = this.downcast::<Type>().unwrap_or(this.ty());
                format!("{}.{name}", class.qualname_text())
            }
            (_, Some(owner)) => format!("{}.{name}", owner.qualname_text()),
            _ => name.to_string(),
        }
    }

    /// Calls with everything in `args` (self first when the function takes one) and keywords.
    #[inline]
    pub fn call(&self, vm: &mut Vm, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
        let sig = self.signature();
        let skip = usize::from(self.takes_self());
        if let (Some(owner), Some(this)) = (&self.owner, args.first())
            && (vm.type_of(this) != owner || self.def.kind != NativeKind::Method)
            && skip == 1
        {
            self.check_self(vm, owner, this)?;
        }
        if kw.is_empty() && args.len() >= skip {
            let n = args.len() - skip;
            if sig.direct && n >= sig.min && n <= sig.max {
                return (self.def.func)(vm, Args(args));
            }
        }
        self.call_bound(vm, args, kw)
    }

    /// Whether the first argument is one that the function can work on.
    fn check_self(&self, vm: &mut Vm, owner: &Gc<Type>, this: &Value) -> Result<()> {
        let fits = match self.def.kind {
            NativeKind::Method => vm.type_of(this).is_subtype(owner),
            NativeKind::New => super::native_types::can_make(vm, self, owner, this),
            _ => this.downcast::<Type>().is_some_and(|t| t.is_subtype(owner)),
        };
        if fits {
            return Ok(());
        }
        Err(super::native_types::wrong_self(vm, self, owner, this))
    }

    #[cold]
    #[inline(never)]
    fn call_bound(&self, vm: &mut Vm, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
        let skip = usize::from(self.takes_self());
        if args.len() < skip {
            let name = self.def.name;
            let owner = self.owner.as_ref().map(|t| t.name()).unwrap_or_default();
            return Err(vm.type_error(match self.def.kind {
                NativeKind::New => format!("{owner}.__new__(): not enough arguments"),
                NativeKind::Method if !self.wrapper => {
                    format!("unbound method {owner}.{name}() needs an argument")
                }
                _ => format!("descriptor '{name}' of '{owner}' object needs an argument"),
            }));
        }
        let (first, given) = args.split_at(skip);
        let sig = self.signature();
        let mut bound = Vec::with_capacity(skip + sig.params.len());
        bound.extend_from_slice(first);
        if sig.plain {
            self.check_plain(vm, sig, args, given.len(), kw)?;
            bound.extend_from_slice(given);
        } else {
            self.bind(vm, sig, given, kw, &mut bound)?;
        }
        (self.def.func)(vm, Args(&bound))
    }

    /// Whether keyword arguments of a `__new__` that takes none are left to the `__init__` of a
    /// class that has its own.
    fn leaves_keywords(&self, args: &[Value]) -> bool {
        let class = args.first().and_then(|c| c.downcast::<Type>());
        match (self.def.kind, class, &self.owner) {
            (NativeKind::New, Some(class), Some(owner)) => {
                !class.inherits_slot(super::names::Slot::Init, owner)
            }
            _ => false,
        }
    }

    fn check_plain(
        &self,
        vm: &mut Vm,
        sig: &Signature,
        args: &[Value],
        n: usize,
        kw: Keywords<'_>,
    ) -> Result<()> {
        let error = if !kw.is_empty() && self.wrapper && self.def.name != "__init__" {
            format!("wrapper {}() takes no keyword arguments", self.def.name)
        } else if !kw.is_empty() && !self.leaves_keywords(args) {
            format!("{}() takes no keyword arguments", self.call_name())
        } else if n >= sig.min && n <= sig.max {
            return Ok(());
        } else if self.wrapper && sig.min == sig.max && sig.max < 2 {
            format!("expected {} argument{}, got {n}", sig.max, plural(sig.max))
        } else if sig.max == 0 {
            format!("{}() takes no arguments ({n} given)", self.call_name())
        } else if sig.max == 1 && sig.min == 1 && self.def.kind != NativeKind::New {
            format!(
                "{}() takes exactly one argument ({n} given)",
                self.call_name()
            )
        } else {
            let name = self.plain_name();
            let (bound, count) = match (sig.min == sig.max, n < sig.min) {
                (true, _) => ("", sig.min),
                (false, true) => ("at least ", sig.min),
                (false, false) => ("at most ", sig.max),
            };
            format!(
                "{name} expected {bound}{count} argument{}, got {n}",
                plural(count)
            )
        };
        Err(vm.type_error(error))
    }

    fn call_name(&self) -> String {
        match (&self.owner, self.def.kind) {
            (Some(owner), NativeKind::New) => owner.name().to_string(),
            (Some(owner), _) if self.def.name == "__init__" => owner.name().to_string(),
            _ => self.qualified_name(),
        }
    }

    fn plain_name(&self) -> String {
        match (&self.owner, self.def.kind) {
            (Some(owner), NativeKind::New) => owner.name().to_string(),
            (Some(owner), _) if self.def.name == "__init__" => owner.name().to_string(),
            _ if self.wrapper => String::new(),
            _ => self.def.name.to_string(),
        }
    }

    fn bind(
        &self,
        vm: &mut Vm,
        sig: &Signature,
        given: &[Value],
        kw: Keywords<'_>,
        bound: &mut Vec<Value>,
    ) -> Result<()> {
        let start = bound.len();
        let name = self.plain_name();
        if self.def.name == "sorted" && given.len() != 1 {
            return Err(vm.type_error(format!("sorted expected 1 argument, got {}", given.len())));
        }
        if given.len() > sig.max && !sig.has_varargs {
            return Err(vm.type_error(too_many(&name, sig, given.len(), kw)));
        }
        let mut kwargs = None;
        let mut positional = given.iter();
        for param in &sig.params {
            bound.push(match param.kind {
                ParamKind::PositionalOnly | ParamKind::Positional => {
                    positional.next().cloned().unwrap_or_default()
                }
                ParamKind::VarArgs => {
                    let rest = positional.as_slice().to_vec();
                    positional = [].iter();
                    vm.new_tuple(rest).into()
                }
                ParamKind::KeywordOnly => Value::Unbound,
                ParamKind::VarKeywords => {
                    let dict = vm.heap.new_dict();
                    kwargs = Some(dict.clone());
                    dict.into()
                }
            });
        }
        for (key, value) in kw.iter() {
            self.bind_keyword(
                vm,
                sig,
                &name,
                (key, value),
                &mut bound[start..],
                kwargs.as_ref(),
            )?;
        }
        for (i, param) in sig.params.iter().enumerate() {
            let required = param.default.is_none()
                && !matches!(param.kind, ParamKind::VarArgs | ParamKind::VarKeywords);
            if required && bound[start + i].is_unbound() {
                return Err(vm.type_error(match param.kind {
                    ParamKind::PositionalOnly => {
                        let at_least = if sig.min == sig.max {
                            "exactly"
                        } else {
                            "at least"
                        };
                        format!(
                            "{name}() takes {at_least} {} positional argument{} ({} given)",
                            sig.min,
                            plural(sig.min),
                            given.len()
                        )
                    }
                    ParamKind::KeywordOnly => format!(
                        "{name}() missing required keyword-only argument '{}'",
                        param.name
                    ),
                    _ => format!(
                        "{name}() missing required argument '{}' (pos {})",
                        param.name,
                        i + 1
                    ),
                }));
            }
        }
        Ok(())
    }

    fn bind_keyword(
        &self,
        vm: &mut Vm,
        sig: &Signature,
        name: &str,
        (key, value): (&Value, &Value),
        bound: &mut [Value],
        kwargs: Option<&Gc<Dict>>,
    ) -> Result<()> {
        let text = key
            .downcast::<Str>()
            .map(|s| s.lossy().into_owned())
            .unwrap_or_default();
        let by_name = |p: &NativeParam| {
            matches!(p.kind, ParamKind::Positional | ParamKind::KeywordOnly) && p.name == text
        };
        match (sig.params.iter().position(by_name), kwargs) {
            (Some(i), _) if !bound[i].is_unbound() => Err(vm.type_error(format!(
                "argument for {name}() given by name ('{text}') and position ({})",
                i + 1
            ))),
            (Some(i), _) => {
                bound[i] = value.clone();
                Ok(())
            }
            (None, Some(dict)) => dict.set(vm, key.clone(), value.clone()),
            (None, None) if sig.params.is_empty() => {
                Err(vm.type_error(format!("{}() takes no keyword arguments", self.call_name())))
            }
            (None, None) => {
                // `sorted` hands its keyword arguments to `list.sort`.
                let name = if name == "sorted" { "sort" } else { name };
                Err(vm.type_error(format!(
                    "{name}() got an unexpected keyword argument '{text}'"
                )))
            }
        }
    }
}

fn too_many(name: &str, sig: &Signature, n: usize, kw: Keywords<'_>) -> String {
    let has_kwonly = sig.params.iter().any(|p| p.kind == ParamKind::KeywordOnly);
    let word = if has_kwonly {
        "positional argument"
    } else {
        "argument"
    };
    let bound = if sig.min == sig.max {
        "exactly"
    } else {
        "at most"
    };
    let n = if has_kwonly { n } else { n + kw.names.len() };
    if sig.max == 0 {
        return format!("{name}() takes no positional arguments");
    }
    format!(
        "{name}() takes {bound} {} {word}{} ({n} given)",
        sig.max,
        plural(sig.max)
    )
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
