//! Pattern matching (PEP 634).

use crate::objects::list::Tuple;
use crate::objects::str::Str;
use crate::objects::typeobj::{Type, type_flags};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

impl Vm {
    pub(crate) fn match_sequence(&self, subject: &Value) -> bool {
        self.type_of(subject).has_flag(type_flags::SEQUENCE)
    }

    pub(crate) fn match_mapping(&self, subject: &Value) -> bool {
        self.type_of(subject).has_flag(type_flags::MAPPING)
    }

    /// The values at `keys`, or `None` when one is missing.
    pub(crate) fn match_keys(&mut self, subject: &Value, keys: &Value) -> Result<Value> {
        let (subject, keys) = (
            subject.clone(),
            keys.downcast::<Tuple>()
                .map(|t| t.items().to_vec())
                .unwrap_or_default(),
        );
        let get = self.get_attr_str(&subject, "get")?;
        let missing = Value::from(
            self.heap
                .alloc(&self.types.object, crate::objects::instance::Instance),
        );
        let mut values = Vec::with_capacity(keys.len());
        for (i, key) in keys.iter().enumerate() {
            for earlier in &keys[..i] {
                if self.eq(earlier, key)? {
                    let key = self.repr(key)?;
                    return Err(self.value_error(format!(
                        "mapping pattern checks duplicate key ({})",
                        key.lossy()
                    )));
                }
            }
            let value = self.call(&get, &[key.clone(), missing.clone()])?;
            if value.is_same(&missing) {
                return Ok(Value::None);
            }
            values.push(value);
        }
        Ok(self.new_tuple(values).into())
    }

    /// The attributes that a class pattern looks at, or `None` when it does not match.
    pub(crate) fn match_class(&mut self, window: Vec<Value>, positional: usize) -> Result<Value> {
        let [subject, class, names] = <[Value; 3]>::try_from(window).unwrap_or_default();
        let Some(ty) = class.downcast::<Type>().cloned() else {
            return Err(self.type_error("called match pattern must be a class"));
        };
        if !self.isinstance(&subject, &class)? {
            return Ok(Value::None);
        }
        let mut values = Vec::new();
        let mut seen: Vec<Value> = Vec::new();
        if positional > 0 {
            let match_args = self.get_match_args(&class)?;
            let whole = match_args.is_none() && ty.has_flag(type_flags::MATCH_SELF);
            let match_args = match_args.unwrap_or_default();
            let allowed = if whole { 1 } else { match_args.len() };
            if positional > allowed {
                let (name, s) = (ty.name(), if allowed == 1 { "" } else { "s" });
                return Err(self.type_error(format!(
                    "{name}() accepts {allowed} positional sub-pattern{s} ({positional} given)"
                )));
            }
            if whole {
                values.push(subject.clone());
            } else {
                for name in &match_args[..positional] {
                    match self.match_attr(&ty, &subject, name, &mut seen)? {
                        Some(value) => values.push(value),
                        None => return Ok(Value::None),
                    }
                }
            }
        }
        for name in names
            .downcast::<Tuple>()
            .map(|t| t.items().to_vec())
            .unwrap_or_default()
        {
            match self.match_attr(&ty, &subject, &name, &mut seen)? {
                Some(value) => values.push(value),
                None => return Ok(Value::None),
            }
        }
        Ok(self.new_tuple(values).into())
    }

    fn get_match_args(&mut self, class: &Value) -> Result<Option<Vec<Value>>> {
        let name = self.names.__match_args__.clone();
        let Some(found) = self.get_attr_opt(class, &name)? else {
            return Ok(None);
        };
        match found.downcast::<Tuple>() {
            Some(t) => Ok(Some(t.items().to_vec())),
            None => {
                let (class, got) = (
                    class.downcast::<Type>().map(|t| t.name()),
                    self.type_name(&found),
                );
                let class = class.as_deref().unwrap_or_default();
                Err(self.type_error(format!(
                    "{class}.__match_args__ must be a tuple (got {got})"
                )))
            }
        }
    }

    fn match_attr(
        &mut self,
        ty: &Type,
        subject: &Value,
        name: &Value,
        seen: &mut Vec<Value>,
    ) -> Result<Option<Value>> {
        let Some(text) = name.downcast::<Str>().cloned() else {
            let got = self.type_name(name);
            return Err(self.type_error(format!(
                "__match_args__ elements must be strings (got {got})"
            )));
        };
        for earlier in seen.iter() {
            if self.eq(earlier, name)? {
                let (class, attr) = (ty.name(), text.lossy());
                return Err(self.type_error(format!(
                    "{class}() got multiple sub-patterns for attribute '{attr}'"
                )));
            }
        }
        seen.push(name.clone());
        self.get_attr_opt(subject, &text)
    }
}
