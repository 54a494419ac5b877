//! How arguments meet the parameters of a script function (language reference, "Calls"), with
//! CPython's words for what goes wrong.

use smallvec::SmallVec;

use crate::bytecode::code::flags;
use crate::objects::dict::Dict;
use crate::objects::exceptions::Exc;
use crate::objects::function::{CodeObj, Function};
use crate::objects::header::Gc;
use crate::objects::list::Tuple;
use crate::objects::native::Keywords;
use crate::objects::str::Str;
use crate::objects::value::Value;

use super::{Result, Vm};

/// Values of the parameters, in the order of the registers.
pub type Bound = SmallVec<[Value; 8]>;

impl Vm {
    /// Binds arguments to the parameters of `function`, whose code is `code`.
    pub(crate) fn bind_arguments(
        &mut self,
        function: &Function,
        code: &CodeObj,
        args: &[Value],
        kw: Keywords<'_>,
    ) -> Result<Bound> {
        let c = &*code.code;
        let (npos, nkw) = (usize::from(c.args), usize::from(c.kwonly));
        let (varargs, varkw) = (c.has(flags::VARARGS), c.has(flags::VARKEYWORDS));
        let mut bound: Bound = SmallVec::with_capacity(c.param_count());
        bound.extend(args.iter().take(npos).cloned());
        bound.resize(npos + nkw, Value::Unbound);
        if varargs {
            let rest = args.get(npos..).unwrap_or_default().to_vec();
            bound.push(self.new_tuple(rest).into());
        }
        let kwargs = varkw.then(|| self.new_dict());
        if let Some(kwargs) = &kwargs {
            bound.push(kwargs.value());
        }
        self.bind_keywords(function, code, kw, &mut bound, kwargs.as_ref())?;
        if args.len() > npos && !varargs {
            return Err(self.too_many_positional(function, code, args.len(), &bound));
        }
        if args.len() < npos {
            self.fill_defaults(function, code, args.len(), &mut bound)?;
        }
        if nkw > 0 {
            self.fill_keyword_defaults(function, code, &mut bound)?;
        }
        Ok(bound)
    }

    fn bind_keywords(
        &mut self,
        function: &Function,
        code: &CodeObj,
        kw: Keywords<'_>,
        bound: &mut Bound,
        kwargs: Option<&Gc<Dict>>,
    ) -> Result<()> {
        if kw.is_empty() {
            return Ok(());
        }
        let c = &*code.code;
        let (npos, nkw, posonly) = (
            usize::from(c.args),
            usize::from(c.kwonly),
            usize::from(c.posonly),
        );
        for (key, value) in kw.iter() {
            let Some(name) = key.downcast::<Str>() else {
                let function = self.function_name(function);
                return Err(self.type_error(format!("{function}() keywords must be strings")));
            };
            let text = name.lossy();
            let index = c.varnames[..npos + nkw]
                .iter()
                .skip(posonly)
                .position(|n| **n == *text)
                .map(|i| i + posonly);
            match (index, kwargs) {
                (Some(i), _) if bound[i].is_unbound() => bound[i] = value.clone(),
                (Some(_), _) => {
                    let function = self.function_name(function);
                    return Err(self.type_error(format!(
                        "{function}() got multiple values for argument '{text}'"
                    )));
                }
                (None, Some(dict)) => {
                    dict.set(self, key.clone(), value.clone())?;
                }
                (None, None) => return Err(self.unexpected_keyword(function, code, &text, kw)),
            }
        }
        Ok(())
    }

    fn unexpected_keyword(
        &mut self,
        function: &Function,
        code: &CodeObj,
        name: &str,
        kw: Keywords<'_>,
    ) -> Exc {
        let c = &*code.code;
        let qualname = self.function_name(function);
        let posonly = &c.varnames[..usize::from(c.posonly)];
        let given: Vec<String> = kw
            .names
            .iter()
            .filter_map(|k| k.downcast::<Str>().map(|s| s.lossy().into_owned()))
            .filter(|k| posonly.iter().any(|p| **p == **k))
            .collect();
        if !given.is_empty() {
            let names = given.join(", ");
            return self.type_error(format!(
                "{qualname}() got some positional-only arguments passed as keyword arguments: '{names}'"
            ));
        }
        let params =
            c.varnames[usize::from(c.posonly)..usize::from(c.args) + usize::from(c.kwonly)].iter();
        let hint = match crate::diagnostics::suggest::closest(name, params.map(|p| &**p)) {
            Some(near) => format!(". Did you mean '{near}'?"),
            None => String::new(),
        };
        self.type_error(format!(
            "{qualname}() got an unexpected keyword argument '{name}'{hint}"
        ))
    }

    fn fill_defaults(
        &mut self,
        function: &Function,
        code: &CodeObj,
        given: usize,
        bound: &mut Bound,
    ) -> Result<()> {
        let npos = usize::from(code.code.args);
        let defaults = function.defaults.borrow().downcast::<Tuple>().cloned();
        let defaults = defaults.as_ref().map(|d| d.items()).unwrap_or_default();
        let first_default = npos.saturating_sub(defaults.len());
        for i in given.max(first_default)..npos {
            if bound[i].is_unbound() {
                bound[i] =
                    defaults[i - first_default + defaults.len().saturating_sub(npos)].clone();
            }
        }
        let missing: Vec<&str> = (given..npos)
            .filter(|&i| bound[i].is_unbound())
            .map(|i| &*code.code.varnames[i])
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(self.missing_arguments(function, "positional", &missing))
    }

    fn fill_keyword_defaults(
        &mut self,
        function: &Function,
        code: &CodeObj,
        bound: &mut Bound,
    ) -> Result<()> {
        let npos = usize::from(code.code.args);
        let defaults = function.kwdefaults.borrow().downcast::<Dict>().cloned();
        let mut missing: Vec<&str> = Vec::new();
        for i in npos..npos + usize::from(code.code.kwonly) {
            if !bound[i].is_unbound() {
                continue;
            }
            let name = &self.linked(code).varnames[i];
            match defaults.as_ref().and_then(|d| d.get_str(name)) {
                Some(value) => bound[i] = value,
                None => missing.push(&code.code.varnames[i]),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(self.missing_arguments(function, "keyword-only", &missing))
    }

    fn missing_arguments(&mut self, function: &Function, kind: &str, missing: &[&str]) -> Exc {
        let name = self.function_name(function);
        let quoted: Vec<String> = missing.iter().map(|n| format!("'{n}'")).collect();
        let list = match quoted.as_slice() {
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [init @ .., last] => format!("{}, and {last}", init.join(", ")),
            [] => String::new(),
        };
        let (n, s) = (missing.len(), if missing.len() == 1 { "" } else { "s" });
        self.type_error(format!(
            "{name}() missing {n} required {kind} argument{s}: {list}"
        ))
    }

    fn too_many_positional(
        &mut self,
        function: &Function,
        code: &CodeObj,
        given: usize,
        bound: &Bound,
    ) -> Exc {
        let c = &*code.code;
        let npos = usize::from(c.args);
        let defaults = function
            .defaults
            .borrow()
            .downcast::<Tuple>()
            .map_or(0, |d| d.len());
        let takes = if defaults > 0 {
            format!("from {} to {npos}", npos - defaults.min(npos))
        } else {
            npos.to_string()
        };
        let plural = if npos == 1 && defaults == 0 { "" } else { "s" };
        let kwonly = bound[npos..npos + usize::from(c.kwonly)]
            .iter()
            .filter(|v| !v.is_unbound())
            .count();
        let verb = if given == 1 && kwonly == 0 {
            "was"
        } else {
            "were"
        };
        let extra = if kwonly > 0 {
            let s = |n: usize| if n == 1 { "" } else { "s" };
            format!(
                " positional argument{} (and {kwonly} keyword-only argument{})",
                s(given),
                s(kwonly)
            )
        } else {
            String::new()
        };
        let name = self.function_name(function);
        self.type_error(format!(
            "{name}() takes {takes} positional argument{plural} but {given}{extra} {verb} given"
        ))
    }

    /// The qualified name, as messages give it.
    pub(crate) fn function_name(&self, function: &Function) -> String {
        function
            .qualname
            .borrow()
            .downcast::<Str>()
            .map(|s| s.lossy().into_owned())
            .unwrap_or_default()
    }
}
