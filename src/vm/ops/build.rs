//! Displays, f-strings, unpacking, items.
#![allow(unsafe_code)]

use crate::objects::dict::Dict;
use crate::objects::iter::{DictIter, ListIter};
use crate::objects::list::{List, Tuple};
use crate::objects::names::Slot;
use crate::objects::range::Slice;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

impl Vm {
    pub(crate) fn build_set(&mut self, items: Vec<Value>) -> Result<Value> {
        let list = self.new_list(items).value();
        let class = self.types.set.value();
        self.call(&class, &[list])
    }

    pub(crate) fn build_dict(&mut self, items: Vec<Value>) -> Result<Value> {
        let dict = self.new_dict();
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            dict.set(self, key, value)?;
        }
        Ok(dict.into())
    }

    pub(crate) fn build_string(&mut self, items: &[Value]) -> Value {
        let parts = || items.iter().filter_map(|v| v.downcast::<Str>());
        let mut bytes = Vec::with_capacity(parts().map(|s| s.bytes().len()).sum());
        parts().for_each(|s| bytes.extend_from_slice(s.bytes()));
        self.new_str(Str::from_wtf8(bytes))
    }

    pub(crate) fn build_slice(&mut self, items: Vec<Value>) -> Value {
        let [start, stop, step] = <[Value; 3]>::try_from(items).unwrap_or_default();
        self.heap
            .alloc(&self.types.slice, Slice { start, stop, step })
            .into()
    }

    /// `*src` in a display or call.
    pub(crate) fn list_extend_star(&mut self, list: &Value, src: &Value) -> Result<()> {
        let (list, src) = (list.clone(), src.clone());
        let items = match self.collect(&src) {
            Ok(items) => items,
            Err(e)
                if e.is_a(&self.exc.TypeError)
                    && !self.type_of(&src).has_slot(Slot::Iter)
                    && !self.type_of(&src).has_slot(Slot::GetItem) =>
            {
                let name = self.type_name(&src);
                return Err(
                    self.type_error(format!("Value after * must be an iterable, not {name}"))
                );
            }
            Err(e) => return Err(e),
        };
        if let Some(list) = list.downcast::<List>() {
            list.items_mut().extend(items);
        }
        Ok(())
    }

    pub(crate) fn set_add(&mut self, set: &Value, item: Value) -> Result<()> {
        let set = set.clone();
        self.call_method(&set, "add", &[item]).map(drop)
    }

    pub(crate) fn set_update(&mut self, set: &Value, src: &Value) -> Result<()> {
        let (set, src) = (set.clone(), src.clone());
        self.call_method(&set, "update", &[src]).map(drop)
    }

    pub(crate) fn dict_set(&mut self, dict: &Value, key: Value, value: Value) -> Result<()> {
        match dict.downcast::<Dict>().cloned() {
            Some(dict) => dict.set(self, key, value),
            None => Ok(()),
        }
    }

    /// Keys and values of a mapping, by `keys()` and items unless it is a plain dict.
    fn mapping_items(&mut self, src: &Value) -> Result<Option<Vec<(Value, Value)>>> {
        if let Some(dict) = src.downcast::<Dict>()
            && (dict.ty() == &self.types.dict)
        {
            return Ok(Some(dict.items()));
        }
        let name = self.names.keys.clone();
        let Some(keys) = self.get_attr_opt(src, &name)? else {
            return Ok(None);
        };
        let keys = self.call(&keys, &[])?;
        let mut items = Vec::new();
        for key in self.collect(&keys)? {
            let value = self.get_item(src, &key)?;
            items.push((key, value));
        }
        Ok(Some(items))
    }

    /// `**src` in a dict display.
    pub(crate) fn dict_update_display(&mut self, dict: &Value, src: &Value) -> Result<()> {
        let (dict, src) = (dict.clone(), src.clone());
        let Some(items) = self.mapping_items(&src)? else {
            let name = self.type_name(&src);
            return Err(self.type_error(format!("'{name}' object is not a mapping")));
        };
        if let Some(dict) = dict.downcast::<Dict>() {
            for (key, value) in items {
                dict.set(self, key, value)?;
            }
        }
        Ok(())
    }

    /// `**src` in a call.
    pub(crate) fn dict_merge(&mut self, dict: &Value, src: &Value, callee: &Value) -> Result<()> {
        let (dict, src, callee) = (dict.clone(), src.clone(), callee.clone());
        let Some(items) = self.mapping_items(&src)? else {
            let (callee, name) = (self.callable_name(&callee)?, self.type_name(&src));
            return Err(self.type_error(format!(
                "{callee} argument after ** must be a mapping, not {name}"
            )));
        };
        let Some(dict) = dict.downcast::<Dict>() else {
            return Ok(());
        };
        for (key, value) in items {
            if !key.is::<Str>() {
                return Err(self.type_error("keywords must be strings"));
            }
            if dict.get(self, &key)?.is_some() {
                let (callee, key) = (self.callable_name(&callee)?, self.str(&key)?);
                return Err(self.type_error(format!(
                    "{callee} got multiple values for keyword argument '{}'",
                    key.lossy()
                )));
            }
            dict.set(self, key, value)?;
        }
        Ok(())
    }

    /// `module.qualname()` as messages about calls name a callable.
    pub(crate) fn callable_name(&mut self, callee: &Value) -> Result<String> {
        let (qualname, module) = (
            self.names.__qualname__.clone(),
            self.names.__module__.clone(),
        );
        let Some(qualname) = self.get_attr_opt(callee, &qualname)? else {
            return Ok(self.str(callee)?.lossy().into_owned());
        };
        let qualname = self.str(&qualname)?;
        match self.get_attr_opt(callee, &module)? {
            Some(m)
                if m.downcast::<Str>()
                    .is_some_and(|m| m.bytes() != b"builtins") =>
            {
                let module = self.str(&m)?;
                Ok(format!("{}.{}()", module.lossy(), qualname.lossy()))
            }
            _ => Ok(format!("{}()", qualname.lossy())),
        }
    }

    // ---- f-strings -------------------------------------------------------------------------

    pub(crate) fn convert(&mut self, value: &Value, kind: u16) -> Result<Value> {
        let value = value.clone();
        match kind {
            0 => self.str(&value).map(Value::from),
            1 => self.repr(&value).map(Value::from),
            _ => self.ascii(&value).map(Value::from),
        }
    }

    pub(crate) fn format_value(&mut self, value: &Value, spec: &Value) -> Result<Value> {
        let (value, spec) = (value.clone(), spec.downcast::<Str>().cloned());
        let spec = spec.unwrap_or_else(|| self.heap.new_str(""));
        self.format(&value, &spec).map(Value::from)
    }

    pub(crate) fn format_simple(&mut self, value: &Value) -> Result<Value> {
        if self.type_of(value) == &self.types.str {
            return Ok(value.clone());
        }
        let value = value.clone();
        let spec = self.heap.new_str("");
        self.format(&value, &spec).map(Value::from)
    }

    // ---- items -----------------------------------------------------------------------------

    pub(crate) fn get_item_fast(&mut self, obj: &Value, key: &Value) -> Result<Value> {
        let (obj, key) = (obj.clone(), key.clone());
        if let Some(dict) = obj.downcast::<Dict>()
            && dict.ty() == &self.types.dict
        {
            return match dict.get(self, &key)? {
                Some(value) => Ok(value),
                None => Err(self.key_error(key)),
            };
        }
        self.get_item(&obj, &key)
    }

    pub(crate) fn set_item_fast(&mut self, obj: &Value, key: &Value, value: &Value) -> Result<()> {
        if let Value::Obj(o) = obj {
            if o.ty() == &self.types.list
                && let (Some(list), Value::Int(i)) = (o.downcast::<List>(), key)
                && *i >= 0
                && (*i as usize) < list.len()
            {
                list.set(*i as usize, value.clone());
                return Ok(());
            }
            if o.ty() == &self.types.dict
                && let Some(dict) = o.downcast::<Dict>()
            {
                let dict = dict.clone();
                return dict.set(self, key.clone(), value.clone());
            }
        }
        let (obj, key, value) = (obj.clone(), key.clone(), value.clone());
        self.set_item(&obj, &key, &value)
    }

    pub(crate) fn contains_fast(&mut self, container: &Value, item: &Value) -> Result<bool> {
        let (container, item) = (container.clone(), item.clone());
        if let Some(dict) = container.downcast::<Dict>()
            && dict.ty() == &self.types.dict
        {
            let hash = self.hash(&item)?;
            return Ok(dict.find(self, &item, hash)?.is_some());
        }
        self.contains(&container, &item)
    }

    pub(crate) fn get_iter_fast(&mut self, src: &Value) -> Result<Value> {
        if let Value::Obj(o) = src {
            let t = &self.types;
            if o.ty() == &t.list || o.ty() == &t.tuple {
                let ty = if o.ty() == &t.list {
                    &t.list_iterator
                } else {
                    &t.tuple_iterator
                };
                let iter = ListIter {
                    source: src.clone().into(),
                    next: 0.into(),
                    reverse: false,
                };
                return Ok(self.heap.alloc(ty, iter).into());
            }
            if o.ty() == &t.dict
                && let Some(dict) = o.downcast::<Dict>()
            {
                let iter = DictIter::forward(dict.clone());
                return Ok(self.heap.alloc(&t.dict_keyiterator, iter).into());
            }
        }
        let src = src.clone();
        self.iter(&src)
    }

    // ---- unpacking -------------------------------------------------------------------------

    /// # Safety
    /// `out` points to `n` registers of the running frame.
    pub(crate) unsafe fn unpack_sequence(
        &mut self,
        source: &Value,
        out: *mut Value,
        n: usize,
    ) -> Result<()> {
        let exact = match source {
            Value::Obj(o) if o.ty() == &self.types.tuple => o
                .downcast::<Tuple>()
                .filter(|t| t.len() == n)
                .map(|t| t.items().to_vec()),
            Value::Obj(o) if o.ty() == &self.types.list => o
                .downcast::<List>()
                .filter(|l| l.len() == n)
                .map(|l| l.snapshot()),
            _ => None,
        };
        let items = match exact {
            Some(items) => items,
            None => self.take_exactly(source, n)?,
        };
        for (i, item) in items.into_iter().enumerate() {
            // SAFETY: the caller's.
            unsafe { *out.add(i) = item };
        }
        Ok(())
    }

    fn unpack_iter(&mut self, source: &Value) -> Result<Value> {
        match self.iter(source) {
            Err(e)
                if e.is_a(&self.exc.TypeError)
                    && !self.type_of(source).has_slot(Slot::Iter)
                    && !self.type_of(source).has_slot(Slot::GetItem) =>
            {
                let name = self.type_name(source);
                Err(self.type_error(format!("cannot unpack non-iterable {name} object")))
            }
            other => other,
        }
    }

    fn take_exactly(&mut self, source: &Value, n: usize) -> Result<Vec<Value>> {
        let iter = self.unpack_iter(source)?;
        let mut items = Vec::with_capacity(n);
        while items.len() < n {
            match self.next(&iter)? {
                Some(item) => items.push(item),
                None => {
                    let got = items.len();
                    return Err(self.value_error(format!(
                        "not enough values to unpack (expected {n}, got {got})"
                    )));
                }
            }
        }
        if self.next(&iter)?.is_none() {
            return Ok(items);
        }
        Err(self.value_error(format!("too many values to unpack (expected {n})")))
    }

    /// # Safety
    /// `out` points to `before + 1 + after` registers of the running frame.
    pub(crate) unsafe fn unpack_ex(
        &mut self,
        source: &Value,
        out: *mut Value,
        before: usize,
        after: usize,
    ) -> Result<()> {
        let iter = self.unpack_iter(source)?;
        let mut items = Vec::new();
        while items.len() < before {
            match self.next(&iter)? {
                Some(item) => items.push(item),
                None => {
                    let (least, got) = (before + after, items.len());
                    return Err(self.value_error(format!(
                        "not enough values to unpack (expected at least {least}, got {got})"
                    )));
                }
            }
        }
        let mut rest = self.collect(&iter)?;
        if rest.len() < after {
            let (least, got) = (before + after, before + rest.len());
            return Err(self.value_error(format!(
                "not enough values to unpack (expected at least {least}, got {got})"
            )));
        }
        let tail = rest.split_off(rest.len() - after);
        items.push(self.new_list(rest).into());
        items.extend(tail);
        for (i, item) in items.into_iter().enumerate() {
            // SAFETY: the caller's.
            unsafe { *out.add(i) = item };
        }
        Ok(())
    }
}
