//! What the language does with any value: truth, length, iteration, hashing, text, items.
//! (Language reference, chapter 3.) Attributes are in `attributes.rs`, operators in `operators.rs`.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::dict::Dict;
use super::header::Gc;
use super::iter::{ListIter, RangeIter};
use super::list::{List, Tuple};
use super::names::Slot;
use super::native::{Keywords, Native, NativeKind};
use super::number::{FloatObj, IntObj};
use super::str::Str;
use super::typeobj::Type;
use super::value::Value;
use crate::vm::{Result, Vm};

/// An integer value: small or large.
#[derive(Clone, Debug)]
pub enum Integer {
    Small(i64),
    Big(BigInt),
}

impl Integer {
    pub fn to_big(&self) -> BigInt {
        match self {
            Integer::Small(n) => BigInt::from(*n),
            Integer::Big(n) => n.clone(),
        }
    }

    pub fn to_i64(&self) -> Option<i64> {
        match self {
            Integer::Small(n) => Some(*n),
            Integer::Big(n) => n.to_i64(),
        }
    }

    pub fn is_negative(&self) -> bool {
        match self {
            Integer::Small(n) => *n < 0,
            Integer::Big(n) => n.sign() == num_bigint::Sign::Minus,
        }
    }
}

impl Vm {
    // ---- special methods -------------------------------------------------------------------

    /// Calls the special method of `this`'s type, or gives `None` when there is none.
    /// A method set to `None` counts as there (and calling it fails).
    pub fn call_slot(&mut self, this: &Value, slot: Slot, args: &[Value]) -> Result<Option<Value>> {
        match self.type_of(this).slot(slot) {
            Some(func) => self.call_special(&func, this, args).map(Some),
            None => Ok(None),
        }
    }

    /// Calls `func`, found on the type of `this`, as a method.
    pub fn call_special(&mut self, func: &Value, this: &Value, args: &[Value]) -> Result<Value> {
        if func.is::<super::function::Function>() || self.is_native_method(func) {
            let mut all: smallvec::SmallVec<[Value; 4]> =
                smallvec::SmallVec::with_capacity(args.len() + 1);
            all.push(this.clone());
            all.extend(args.iter().cloned());
            return self.call(func, &all);
        }
        let bound = self.bind_descriptor(func, this)?;
        self.call(&bound, args)
    }

    fn is_native_method(&self, func: &Value) -> bool {
        func.downcast::<Native>()
            .is_some_and(|n| n.def.kind == NativeKind::Method && n.bound.is_unbound())
    }

    // ---- truth, length ---------------------------------------------------------------------

    /// `bool(value)`
    #[inline]
    pub fn truth(&mut self, value: &Value) -> Result<bool> {
        match value {
            Value::Bool(b) => Ok(*b),
            Value::None | Value::Unbound => Ok(false),
            Value::Int(n) => Ok(*n != 0),
            Value::Float(x) => Ok(*x != 0.0),
            Value::Ellipsis => Ok(true),
            _ => self.truth_slow(value),
        }
    }

    fn truth_slow(&mut self, value: &Value) -> Result<bool> {
        if let Value::Obj(obj) = value {
            if obj.ty() == &self.types.str {
                return Ok(obj.downcast::<Str>().is_some_and(|s| !s.is_empty()));
            }
            if obj.ty() == &self.types.list {
                return Ok(obj.downcast::<List>().is_some_and(|l| !l.is_empty()));
            }
        }
        if let Some(result) = self.call_slot(value, Slot::Bool, &[])? {
            return match result {
                Value::Bool(b) => Ok(b),
                other => {
                    let name = self.type_name(&other);
                    Err(self.type_error(format!("__bool__ should return bool, returned {name}")))
                }
            };
        }
        if self.type_of(value).has_slot(Slot::Len) {
            return Ok(self.len(value)? != 0);
        }
        Ok(true)
    }

    /// `len(value)`
    pub fn len(&mut self, value: &Value) -> Result<usize> {
        if let Value::Obj(obj) = value {
            if let Some(list) = obj
                .downcast::<List>()
                .filter(|_| obj.ty() == &self.types.list)
            {
                return Ok(list.len());
            }
            if let Some(tuple) = obj
                .downcast::<Tuple>()
                .filter(|_| obj.ty() == &self.types.tuple)
            {
                return Ok(tuple.len());
            }
        }
        match self.call_slot(value, Slot::Len, &[])? {
            Some(n) => self.checked_len(&n),
            None => {
                let name = self.type_name(value);
                Err(self.type_error(format!("object of type '{name}' has no len()")))
            }
        }
    }

    fn checked_len(&mut self, n: &Value) -> Result<usize> {
        let n = self.index(n)?;
        if n.is_negative() {
            return Err(self.value_error("__len__() should return >= 0"));
        }
        match n.to_i64() {
            Some(n) => Ok(n as usize),
            None => Err(self.overflow_error("cannot fit 'int' into an index-sized integer")),
        }
    }

    /// `operator.length_hint(value, default)`
    pub fn length_hint(&mut self, value: &Value, default: usize) -> Result<usize> {
        if self.type_of(value).has_slot(Slot::Len) {
            match self.len(value) {
                Ok(n) => return Ok(n),
                Err(e) if e.is_a(&self.exc.TypeError) => {}
                Err(e) => return Err(e),
            }
        }
        let hint = match self.call_slot(value, Slot::LengthHint, &[]) {
            Ok(Some(hint)) => hint,
            Ok(None) => return Ok(default),
            Err(e) if e.is_a(&self.exc.TypeError) => return Ok(default),
            Err(e) => return Err(e),
        };
        if hint.is_not_implemented() {
            return Ok(default);
        }
        match self.as_integer(&hint) {
            Some(n) if n.is_negative() => {
                Err(self.value_error("__length_hint__() should return >= 0"))
            }
            Some(n) => Ok(n.to_i64().unwrap_or(i64::MAX) as usize),
            None => {
                let name = self.type_name(&hint);
                Err(self.type_error(format!("__length_hint__ must be an integer, not {name}")))
            }
        }
    }

    // ---- numbers ---------------------------------------------------------------------------

    /// The value of an `int` (also of a subclass, and of `bool`); `None` for anything else.
    #[inline]
    pub fn as_integer(&self, value: &Value) -> Option<Integer> {
        match value {
            Value::Int(n) => Some(Integer::Small(*n)),
            Value::Bool(b) => Some(Integer::Small(i64::from(*b))),
            Value::Obj(obj) => obj.downcast::<IntObj>().map(|n| match n.0.to_i64() {
                Some(small) => Integer::Small(small),
                None => Integer::Big(n.0.clone()),
            }),
            _ => None,
        }
    }

    /// The value of a `float` or an instance of a subclass.
    #[inline]
    pub fn as_float(&self, value: &Value) -> Option<f64> {
        match value {
            Value::Float(x) => Some(*x),
            Value::Obj(obj) => obj.downcast::<FloatObj>().map(|x| x.0),
            _ => None,
        }
    }

    /// The `int` of a big integer: unboxed when it fits.
    pub fn new_int(&self, n: BigInt) -> Value {
        match n.to_i64() {
            Some(small) => Value::Int(small),
            None => self.heap.alloc(&self.types.int, IntObj(n)).into(),
        }
    }

    /// `operator.index(value)`: an int, or what `__index__` gives.
    pub fn index(&mut self, value: &Value) -> Result<Integer> {
        if let Some(n) = self.as_integer(value) {
            return Ok(n);
        }
        match self.call_slot(value, Slot::Index, &[])? {
            Some(result) => match self.as_integer(&result) {
                Some(n) => Ok(n),
                None => {
                    let name = self.type_name(&result);
                    Err(self.type_error(format!("__index__ returned non-int (type {name})")))
                }
            },
            None => {
                let name = self.type_name(value);
                Err(self.type_error(format!(
                    "'{name}' object cannot be interpreted as an integer"
                )))
            }
        }
    }

    /// An index or count as `i64`. `OverflowError` "Python int too large to convert to C ssize_t" when
    /// it does not fit.
    pub fn index_i64(&mut self, value: &Value) -> Result<i64> {
        match self.index(value)?.to_i64() {
            Some(n) => Ok(n),
            None => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// As [`Vm::index_i64`], for indexing: `IndexError` "cannot fit 'int' into an index-sized integer".
    pub fn item_index(&mut self, value: &Value) -> Result<i64> {
        match self.index(value)?.to_i64() {
            Some(n) => Ok(n),
            None => {
                let name = self.type_name(value);
                Err(self.index_error(format!("cannot fit '{name}' into an index-sized integer")))
            }
        }
    }

    /// Whether the value can be an index: an int or something with `__index__`.
    pub fn is_index(&self, value: &Value) -> bool {
        matches!(value, Value::Int(_) | Value::Bool(_)) || self.type_of(value).has_slot(Slot::Index)
    }

    // ---- iteration -------------------------------------------------------------------------

    /// `iter(value)`
    pub fn iter(&mut self, value: &Value) -> Result<Value> {
        let ty = self.type_of(value).clone();
        if let Some(func) = ty.slot(Slot::Iter) {
            if func.is_none() {
                let name = ty.name();
                return Err(self.type_error(format!("'{name}' object is not iterable")));
            }
            let iter = self.call_special(&func, value, &[])?;
            if !self.type_of(&iter).has_slot(Slot::Next) {
                let name = self.type_name(&iter);
                return Err(
                    self.type_error(format!("iter() returned non-iterator of type '{name}'"))
                );
            }
            return Ok(iter);
        }
        if ty.has_slot(Slot::GetItem) && !ty.holds::<Dict>() {
            let seq = super::iter::SeqIter {
                source: value.clone().into(),
                next: 0.into(),
            };
            return Ok(self.heap.alloc(&self.types.iterator, seq).into());
        }
        let name = ty.name();
        Err(self.type_error(format!("'{name}' object is not iterable")))
    }

    /// `next(iter)`; `None` when it is exhausted.
    #[inline]
    pub fn next(&mut self, iter: &Value) -> Result<Option<Value>> {
        if let Value::Obj(obj) = iter {
            if let Some(it) = obj.downcast::<ListIter>() {
                return Ok(it.step());
            }
            if let Some(it) = obj.downcast::<RangeIter>() {
                return Ok(it.step());
            }
            if let Some(step) = obj.ty().next.get() {
                return step(self, iter);
            }
        }
        self.next_slow(iter)
    }

    fn next_slow(&mut self, iter: &Value) -> Result<Option<Value>> {
        let Some(func) = self.type_of(iter).slot(Slot::Next) else {
            let name = self.type_name(iter);
            return Err(self.type_error(format!("'{name}' object is not an iterator")));
        };
        match self.call_special(&func, iter, &[]) {
            Ok(value) => Ok(Some(value)),
            Err(e) if e.is_a(&self.exc.StopIteration) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// All items of an iterable.
    pub fn collect(&mut self, value: &Value) -> Result<Vec<Value>> {
        if let Value::Obj(obj) = value {
            if obj.ty() == &self.types.list
                && let Some(list) = obj.downcast::<List>()
            {
                return Ok(list.snapshot());
            }
            if obj.ty() == &self.types.tuple
                && let Some(tuple) = obj.downcast::<Tuple>()
            {
                return Ok(tuple.items().to_vec());
            }
        }
        let iter = self.iter(value)?;
        let hint = self.length_hint(value, 0)?;
        let mut items = Vec::with_capacity(hint.min(1 << 20));
        while let Some(item) = self.next(&iter)? {
            items.push(item);
        }
        Ok(items)
    }

    // ---- hash, text ------------------------------------------------------------------------

    /// `hash(value)`
    pub fn hash(&mut self, value: &Value) -> Result<i64> {
        match value {
            Value::Int(n) => return Ok(super::hashing::hash_i64(*n)),
            Value::Bool(b) => return Ok(i64::from(*b)),
            Value::Float(x) if !x.is_nan() => return Ok(crate::numeric::hash::float(*x, || 0)),
            Value::None => return Ok(0xfca86420),
            Value::Obj(obj) => {
                if obj.ty() == &self.types.str
                    && let Some(s) = obj.downcast::<Str>()
                {
                    return Ok(s.hash());
                }
            }
            _ => {}
        }
        let func = self.type_of(value).slot(Slot::Hash).unwrap_or(Value::None);
        if func.is_none() {
            let name = self.type_name(value);
            return Err(self.type_error(format!("unhashable type: '{name}'")));
        }
        let result = self.call_special(&func, value, &[])?;
        match self.as_integer(&result) {
            Some(Integer::Small(-1)) => Ok(-2),
            Some(Integer::Small(n)) => Ok(n),
            Some(Integer::Big(n)) => Ok(super::hashing::hash_big(&n)),
            None => Err(self.type_error("__hash__ method should return an integer")),
        }
    }

    /// `repr(value)`
    pub fn repr(&mut self, value: &Value) -> Result<Gc<Str>> {
        self.enter_recursion(" while getting the repr of an object")?;
        let result = self.repr_inner(value);
        self.leave_recursion();
        result
    }

    fn repr_inner(&mut self, value: &Value) -> Result<Gc<Str>> {
        let Some(result) = self.call_slot(value, Slot::Repr, &[])? else {
            let text = format!(
                "<{} object at {:#x}>",
                self.type_name(value),
                self.id(value)
            );
            return Ok(self.heap.new_str(text));
        };
        match result.downcast::<Str>() {
            Some(s) => Ok(s.clone()),
            None => {
                let name = self.type_name(&result);
                Err(self.type_error(format!("__repr__ returned non-string (type {name})")))
            }
        }
    }

    /// `str(value)`
    pub fn str(&mut self, value: &Value) -> Result<Gc<Str>> {
        if let Some(s) = value
            .downcast::<Str>()
            .filter(|s| s.ty() == &self.types.str)
        {
            return Ok(s.clone());
        }
        let Some(result) = self.call_slot(value, Slot::Str, &[])? else {
            return self.repr(value);
        };
        match result.downcast::<Str>() {
            Some(s) => Ok(s.clone()),
            None => {
                let name = self.type_name(&result);
                Err(self.type_error(format!("__str__ returned non-string (type {name})")))
            }
        }
    }

    /// `format(value, spec)`
    pub fn format(&mut self, value: &Value, spec: &Gc<Str>) -> Result<Gc<Str>> {
        if spec.is_empty()
            && (matches!(value, Value::Int(_)) || self.type_of(value) == &self.types.str)
        {
            return self.str(value);
        }
        let Some(result) = self.call_slot(value, Slot::Format, &[spec.value()])? else {
            let name = self.type_name(value);
            return Err(self.type_error(format!("Type {name} doesn't define __format__")));
        };
        match result.downcast::<Str>() {
            Some(s) => Ok(s.clone()),
            None => {
                let name = self.type_name(&result);
                Err(self.type_error(format!("__format__ must return a str, not {name}")))
            }
        }
    }

    /// `id(value)`: the address; unboxed values get numbers that no address can have.
    pub fn id(&self, value: &Value) -> i64 {
        match value {
            Value::Obj(obj) => obj.addr() as i64,
            Value::Int(n) => n.wrapping_mul(32).wrapping_add(0x0100_0000_0000_0000 | 8),
            Value::Float(x) => (x.to_bits() >> 4) as i64 | 0x0200_0000_0000_0001,
            Value::Bool(b) => self.types.bool.addr() as i64 + 8 + 16 * i64::from(*b),
            Value::None | Value::Unbound => self.types.none.addr() as i64 + 8,
            Value::NotImplemented => self.types.not_implemented.addr() as i64 + 8,
            Value::Ellipsis => self.types.ellipsis.addr() as i64 + 8,
        }
    }

    // ---- items -----------------------------------------------------------------------------

    /// `obj[key]`
    pub fn get_item(&mut self, obj: &Value, key: &Value) -> Result<Value> {
        if let Value::Obj(o) = obj {
            let ty = o.ty();
            if ty == &self.types.list
                && let Some(list) = o.downcast::<List>()
            {
                if let Value::Int(at) = key
                    && let Some(item) = list.items().get(*at as usize)
                {
                    return Ok(item.clone());
                }
                let list = list.clone();
                return super::list_methods::get(self, &list, key);
            }
            if ty == &self.types.dict
                && let Some(dict) = o.downcast::<Dict>()
            {
                let dict = dict.clone();
                return super::dict_methods::get(self, &dict, key);
            }
            if ty == &self.types.tuple
                && let Some(tuple) = o.downcast::<Tuple>()
            {
                let tuple = tuple.clone();
                return super::tuple_methods::get(self, &tuple, key);
            }
        }
        if let Some(func) = self.type_of(obj).slot(Slot::GetItem) {
            return self.call_special(&func, obj, std::slice::from_ref(key));
        }
        if let Some(ty) = obj.downcast::<Type>().cloned() {
            return self.class_get_item(&ty, obj, key);
        }
        let name = self.type_name(obj);
        Err(self.type_error(format!("'{name}' object is not subscriptable")))
    }

    fn class_get_item(&mut self, ty: &Gc<Type>, obj: &Value, key: &Value) -> Result<Value> {
        // `type[int]` is special: the metaclass has no `__class_getitem__` that it could inherit.
        if ty == &self.types.type_ {
            return self.new_generic_alias(obj.clone(), key.clone());
        }
        let name = self.heap.slot_name(Slot::ClassGetItem);
        match self.get_attr_opt(obj, &name)? {
            Some(func) => self.call(&func, std::slice::from_ref(key)),
            None => {
                let name = ty.name();
                Err(self.type_error(format!("type '{name}' is not subscriptable")))
            }
        }
    }

    /// `obj[key] = value`
    pub fn set_item(&mut self, obj: &Value, key: &Value, value: &Value) -> Result<()> {
        if let Value::Obj(o) = obj {
            let ty = o.ty();
            if ty == &self.types.list
                && let Some(list) = o.downcast::<List>()
            {
                let list = list.clone();
                return super::list_methods::set(self, &list, key, value);
            }
            if ty == &self.types.dict
                && let Some(dict) = o.downcast::<Dict>()
            {
                let dict = dict.clone();
                return dict.set(self, key.clone(), value.clone());
            }
        }
        match self.call_slot(obj, Slot::SetItem, &[key.clone(), value.clone()])? {
            Some(_) => Ok(()),
            None => {
                let name = self.type_name(obj);
                Err(self.type_error(format!("'{name}' object does not support item assignment")))
            }
        }
    }

    /// `del obj[key]`
    pub fn del_item(&mut self, obj: &Value, key: &Value) -> Result<()> {
        match self.call_slot(obj, Slot::DelItem, std::slice::from_ref(key))? {
            Some(_) => Ok(()),
            None => {
                let ty = self.type_of(obj);
                let like_sequence = ty.is_heap_type() || ty.has_slot(Slot::Len);
                let verb = if like_sequence && self.is_index(key) {
                    "doesn't"
                } else {
                    "does not"
                };
                let name = ty.name();
                Err(self.type_error(format!("'{name}' object {verb} support item deletion")))
            }
        }
    }

    // ---- calls by name ---------------------------------------------------------------------

    /// `obj.name(*args)`
    pub fn call_method(&mut self, obj: &Value, name: &str, args: &[Value]) -> Result<Value> {
        let name = self.intern(name);
        let func = self.get_attr(obj, &name)?;
        self.call(&func, args)
    }

    /// `func(*args)`
    #[inline]
    pub fn call(&mut self, func: &Value, args: &[Value]) -> Result<Value> {
        self.call_with(func, args, Keywords::default())
    }

    // ---- class tests -----------------------------------------------------------------------

    /// Whether `value` is an instance of `ty` by its type's resolution order alone.
    #[inline]
    pub fn is_instance_of(&self, value: &Value, ty: &Gc<Type>) -> bool {
        self.type_of(value).is_subtype(ty)
    }

    /// `isinstance(value, class)`
    pub fn isinstance(&mut self, value: &Value, class: &Value) -> Result<bool> {
        if let Some(ty) = class.downcast::<Type>() {
            if self.type_of(value) == ty {
                return Ok(true);
            }
            if class.as_obj().is_some_and(|c| c.ty() == &self.types.type_) {
                let ty = ty.clone();
                return self.real_isinstance(value, &ty);
            }
        }
        if let Some(union) = class.downcast::<super::generic_alias::Union>() {
            let members = union.args.clone();
            return self.isinstance(value, &members);
        }
        if let Some(classes) = class.downcast::<Tuple>().cloned() {
            self.enter_recursion(" in __instancecheck__")?;
            let mut found = Ok(false);
            for class in classes.items() {
                found = self.isinstance(value, class);
                if !matches!(found, Ok(false)) {
                    break;
                }
            }
            self.leave_recursion();
            return found;
        }
        if let Some(result) =
            self.call_slot(class, Slot::InstanceCheck, std::slice::from_ref(value))?
        {
            return self.truth(&result);
        }
        self.abstract_isinstance(value, class)
    }

    /// What `type.__instancecheck__` does: by type, then by `__class__`.
    pub fn real_isinstance(&mut self, value: &Value, ty: &Gc<Type>) -> Result<bool> {
        if self.is_instance_of(value, ty) {
            return Ok(true);
        }
        if value.as_obj().is_none() {
            return Ok(false);
        }
        let name = self.names.__class__.clone();
        match self.get_attr_opt(value, &name)? {
            Some(Value::Obj(class)) if &class != self.type_of(value).obj() => {
                Ok(class.downcast::<Type>().is_some_and(|c| c.is_subtype(ty)))
            }
            _ => Ok(false),
        }
    }

    fn abstract_isinstance(&mut self, value: &Value, class: &Value) -> Result<bool> {
        if self.abstract_bases(class)?.is_none() {
            return Err(
                self.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union")
            );
        }
        let name = self.names.__class__.clone();
        match self.get_attr_opt(value, &name)? {
            Some(own) => self.abstract_issubclass(&own, class),
            None => Ok(false),
        }
    }

    /// `__bases__` when it is a tuple: how an object that is no class plays one.
    fn abstract_bases(&mut self, class: &Value) -> Result<Option<Gc<Tuple>>> {
        let name = self.names.__bases__.clone();
        Ok(self
            .get_attr_opt(class, &name)?
            .and_then(|b| b.downcast::<Tuple>().cloned()))
    }

    fn abstract_issubclass(&mut self, derived: &Value, class: &Value) -> Result<bool> {
        if derived.is_same(class) {
            return Ok(true);
        }
        let Some(bases) = self.abstract_bases(derived)? else {
            return Ok(false);
        };
        self.enter_recursion(" in __issubclass__")?;
        let mut found = Ok(false);
        for base in bases.items() {
            found = self.abstract_issubclass(base, class);
            if !matches!(found, Ok(false)) {
                break;
            }
        }
        self.leave_recursion();
        found
    }

    /// `issubclass(derived, class)`
    pub fn issubclass(&mut self, derived: &Value, class: &Value) -> Result<bool> {
        if let (Some(ty), Some(d)) = (class.downcast::<Type>(), derived.downcast::<Type>())
            && ty.ty() == &self.types.type_
        {
            return Ok(d.is_subtype(ty));
        }
        if let Some(union) = class.downcast::<super::generic_alias::Union>() {
            let members = union.args.clone();
            return self.issubclass(derived, &members);
        }
        if let Some(classes) = class.downcast::<Tuple>().cloned() {
            self.enter_recursion(" in __subclasscheck__")?;
            let mut found = Ok(false);
            for class in classes.items() {
                found = self.issubclass(derived, class);
                if !matches!(found, Ok(false)) {
                    break;
                }
            }
            self.leave_recursion();
            return found;
        }
        if let Some(result) =
            self.call_slot(class, Slot::SubclassCheck, std::slice::from_ref(derived))?
        {
            return self.truth(&result);
        }
        self.real_issubclass(derived, class)
    }

    /// What `type.__subclasscheck__` does.
    pub fn real_issubclass(&mut self, derived: &Value, class: &Value) -> Result<bool> {
        if let (Some(ty), Some(d)) = (class.downcast::<Type>(), derived.downcast::<Type>()) {
            return Ok(d.is_subtype(ty));
        }
        if self.abstract_bases(derived)?.is_none() && !derived.is::<Type>() {
            return Err(self.type_error("issubclass() arg 1 must be a class"));
        }
        if self.abstract_bases(class)?.is_none() && !class.is::<Type>() {
            return Err(self
                .type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union"));
        }
        self.abstract_issubclass(derived, class)
    }

    // ---- recursion -------------------------------------------------------------------------

    /// Counts one level of recursion through natives; pair with [`Vm::leave_recursion`].
    /// `RecursionError` "maximum recursion depth exceeded{what}" past the limit.
    #[inline]
    pub fn enter_recursion(&mut self, what: &str) -> Result<()> {
        let here = 0u8;
        if self.depth >= self.recursion_limit || (&raw const here as usize) < self.stack_limit.get()
        {
            return Err(self.recursion_error(format!("maximum recursion depth exceeded{what}")));
        }
        self.depth += 1;
        Ok(())
    }

    #[inline]
    pub fn leave_recursion(&mut self) {
        self.depth -= 1;
    }
}
