//! `raise`, matching of exceptions, exception groups.

use crate::objects::exceptions::{Exc, Exception};
use crate::objects::header::Gc;
use crate::objects::list::{List, Tuple};
use crate::objects::typeobj::Type;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

impl Vm {
    /// The exception in a register, which the compiler put there.
    pub(crate) fn as_exc(&mut self, value: Value) -> Exc {
        match value.downcast::<Exception>() {
            Some(exc) => Exc(exc.clone()),
            None => self.system_error("no exception to raise again"),
        }
    }

    /// What `raise exc [from cause]` raises: the exception, or the error of trying.
    pub(crate) fn op_raise(&mut self, exc: &Value, cause: Option<&Value>) -> Exc {
        let (exc, cause) = (exc.clone(), cause.cloned());
        match self.prepare_raise(&exc, cause.as_ref()) {
            Ok(exc) | Err(exc) => exc,
        }
    }

    /// An exception of an instance or class, as `raise` takes it, with its cause and context set.
    pub fn prepare_raise(&mut self, exc: &Value, cause: Option<&Value>) -> Result<Exc> {
        let exc = self.instantiate(exc, "exceptions must derive from BaseException")?;
        if let Some(cause) = cause {
            let cause = if cause.is_none() {
                Value::None
            } else {
                self.instantiate(cause, "exception causes must derive from BaseException")?
                    .value()
            };
            drop(exc.0.cause.replace(cause));
            exc.0.suppress_context.set(true);
        }
        self.set_context(&exc);
        Ok(exc)
    }

    fn instantiate(&mut self, value: &Value, message: &str) -> Result<Exc> {
        if let Some(exc) = value.downcast::<Exception>() {
            return Ok(Exc(exc.clone()));
        }
        if let Some(ty) = value.downcast::<Type>()
            && ty.is_subtype(&self.exc.BaseException)
        {
            let made = self.call(value, &[])?;
            return match made.downcast::<Exception>() {
                Some(exc) => Ok(Exc(exc.clone())),
                None => {
                    let (class, got) = (self.repr(value)?, self.type_of(&made).value());
                    let got = self.repr(&got)?;
                    Err(self.type_error(format!(
                        "calling {} should have returned an instance of BaseException, not {}",
                        class.lossy(),
                        got.lossy()
                    )))
                }
            };
        }
        Err(self.type_error(message))
    }

    /// The handled exception becomes the context of `exc`, without making a circle.
    pub(crate) fn set_context(&mut self, exc: &Exc) {
        let Some(handled) = self.handled_exception() else {
            return;
        };
        if handled == exc.0 {
            return;
        }
        let mut at = handled.clone();
        loop {
            let next = at.context.borrow().downcast::<Exception>().cloned();
            match next {
                Some(next) if next == exc.0 => {
                    drop(at.context.replace(Value::None));
                    break;
                }
                Some(next) => at = next,
                None => break,
            }
        }
        drop(exc.0.context.replace(handled.value()));
    }

    /// The exception being handled by the running frame or one that waits for it.
    #[allow(unsafe_code)]
    pub fn handled_exception(&self) -> Option<Gc<Exception>> {
        let mut frame = self.frame;
        while !frame.is_null() {
            // SAFETY: the frames from the running one on are alive.
            unsafe {
                if let Value::Obj(o) = &(*frame).handled {
                    return o.downcast::<Exception>().cloned();
                }
                frame = (*frame).prev;
            }
        }
        None
    }

    pub(crate) fn op_raise_current(&mut self) -> Exc {
        match self.handled_exception() {
            Some(exc) => {
                self.reraising = true;
                Exc(exc)
            }
            None => self.runtime_error("No active exception to reraise"),
        }
    }

    pub(crate) fn check_exc_match(&mut self, exc: &Value, typ: &Value) -> Result<bool> {
        let (exc, typ) = (exc.clone(), typ.clone());
        let valid = |v: &Value| {
            v.downcast::<Type>()
                .is_some_and(|t| t.is_subtype(&self.exc.BaseException))
        };
        let all_valid = match typ.downcast::<Tuple>() {
            Some(types) => types.items().iter().all(valid),
            None => valid(&typ),
        };
        if !all_valid {
            return Err(self.type_error(
                "catching classes that do not inherit from BaseException is not allowed",
            ));
        }
        Ok(self.exc_matches(&exc, &typ))
    }

    /// Whether an exception is an instance of a class or of one in a tuple.
    pub fn exc_matches(&self, exc: &Value, typ: &Value) -> bool {
        let is_a = |t: &Value| {
            t.downcast::<Type>()
                .is_some_and(|t| self.is_instance_of(exc, t))
        };
        match typ.downcast::<Tuple>() {
            Some(types) => types.items().iter().any(is_a),
            None => is_a(typ),
        }
    }

    pub(crate) fn check_eg_match(&mut self, exc: &Value, typ: &Value) -> Result<(Value, Value)> {
        let (exc, typ) = (exc.clone(), typ.clone());
        let group = self.exc.BaseExceptionGroup.clone();
        let types = typ
            .downcast::<Tuple>()
            .map_or_else(|| vec![typ.clone()], |t| t.items().to_vec());
        for ty in &types {
            match ty.downcast::<Type>() {
                Some(t) if !t.is_subtype(&self.exc.BaseException) => {
                    return Err(self.type_error(
                        "catching classes that do not inherit from BaseException is not allowed",
                    ));
                }
                Some(t) if t.is_subtype(&group) => {
                    return Err(self.type_error(
                        "catching ExceptionGroup with except* is not allowed. Use except instead.",
                    ));
                }
                Some(_) => {}
                None => {
                    return Err(self.type_error(
                        "catching classes that do not inherit from BaseException is not allowed",
                    ));
                }
            }
        }
        if exc.is_none() {
            return Ok((Value::None, Value::None));
        }
        if self.exc_matches(&exc, &typ) {
            if self.is_instance_of(&exc, &group) {
                return Ok((exc, Value::None));
            }
            let wrapped = self.wrap_in_group(&exc)?;
            return Ok((wrapped, Value::None));
        }
        if self.is_instance_of(&exc, &group) {
            let pair = self.call_method(&exc, "split", &[typ])?;
            let Some(pair) = pair.downcast::<Tuple>().filter(|p| p.len() >= 2).cloned() else {
                let name = self.type_name(&exc);
                let got = self.type_name(&pair);
                return Err(self.type_error(format!("{name}.split must return a tuple, not {got}")));
            };
            return Ok((pair.items()[0].clone(), pair.items()[1].clone()));
        }
        Ok((Value::None, exc))
    }

    /// `ExceptionGroup("", [exc])` for a naked exception that `except*` caught.
    fn wrap_in_group(&mut self, exc: &Value) -> Result<Value> {
        let class = self.exc.BaseExceptionGroup.value();
        let empty = self.new_str("");
        let list = self.new_list(vec![exc.clone()]).into();
        let group = self.call(&class, &[empty, list])?;
        if let (Some(group), Some(inner)) =
            (group.downcast::<Exception>(), exc.downcast::<Exception>())
        {
            let traceback = inner.traceback.borrow().clone();
            drop(group.traceback.replace(traceback));
        }
        Ok(group)
    }

    /// What `except*` raises in the end: exceptions that handlers raised, and what nobody handled.
    pub(crate) fn prep_reraise_star(&mut self, orig: &Value, excs: &Value) -> Result<Value> {
        let orig = orig.clone();
        let excs: Vec<Value> = excs
            .downcast::<List>()
            .map(|l| l.snapshot())
            .unwrap_or_default();
        let excs: Vec<Value> = excs.into_iter().filter(|e| !e.is_none()).collect();
        if excs.is_empty() {
            return Ok(Value::None);
        }
        if !self.is_instance_of(&orig, &self.exc.BaseExceptionGroup) {
            // A naked exception was wrapped: at most one handler ran, or none matched.
            return Ok(excs[0].clone());
        }
        let (mut raised, mut reraised) = (Vec::new(), Vec::new());
        for exc in excs {
            if self.is_from_group(&exc, &orig) {
                reraised.push(exc)
            } else {
                raised.push(exc)
            }
        }
        let rest = self.project(&orig, &reraised)?;
        if raised.is_empty() {
            return Ok(rest);
        }
        if !rest.is_none() {
            raised.push(rest);
        }
        if let [one] = raised.as_slice() {
            return Ok(one.clone());
        }
        let class = self.exc.BaseExceptionGroup.value();
        let empty = self.new_str("");
        let list = self.new_list(raised).into();
        self.call(&class, &[empty, list])
    }

    /// Whether an exception left a handler as a part of the original: same metadata.
    fn is_from_group(&self, exc: &Value, orig: &Value) -> bool {
        let (Some(a), Some(b)) = (exc.downcast::<Exception>(), orig.downcast::<Exception>()) else {
            return false;
        };
        if !self.is_instance_of(exc, &self.exc.BaseExceptionGroup) {
            return false;
        }
        let same = |x: &Value, y: &Value| x.is_same(y);
        same(&a.traceback.borrow(), &b.traceback.borrow())
            && same(&a.cause.borrow(), &b.cause.borrow())
            && same(&a.context.borrow(), &b.context.borrow())
    }

    /// The part of `orig` whose leaves occur in `keep`, in the original's structure.
    fn project(&mut self, orig: &Value, keep: &[Value]) -> Result<Value> {
        if keep.is_empty() {
            return Ok(Value::None);
        }
        let mut leaves = Vec::new();
        keep.iter().for_each(|e| self.leaves(e, &mut leaves));
        self.subgroup_of(orig, &leaves)
    }

    fn leaves(&self, exc: &Value, out: &mut Vec<Value>) {
        match exc.downcast::<Exception>() {
            Some(e) if self.is_instance_of(exc, &self.exc.BaseExceptionGroup) => {
                if let Some(items) = e.field(1).downcast::<Tuple>() {
                    items.items().iter().for_each(|e| self.leaves(e, out));
                }
            }
            _ => out.push(exc.clone()),
        }
    }

    fn subgroup_of(&mut self, exc: &Value, leaves: &[Value]) -> Result<Value> {
        let Some(e) = exc.downcast::<Exception>().cloned() else {
            return Ok(Value::None);
        };
        if !self.is_instance_of(exc, &self.exc.BaseExceptionGroup) {
            return Ok(if leaves.iter().any(|l| l.is_same(exc)) {
                exc.clone()
            } else {
                Value::None
            });
        }
        let items = e
            .field(1)
            .downcast::<Tuple>()
            .map(|t| t.items().to_vec())
            .unwrap_or_default();
        let mut kept = Vec::new();
        for item in &items {
            let part = self.subgroup_of(item, leaves)?;
            if !part.is_none() {
                kept.push(part);
            }
        }
        if kept.is_empty() {
            return Ok(Value::None);
        }
        let unchanged =
            kept.len() == items.len() && kept.iter().zip(&items).all(|(a, b)| a.is_same(b));
        if unchanged {
            return Ok(exc.clone());
        }
        let list = self.new_list(kept).into();
        let part = self.call_method(exc, "derive", &[list])?;
        if let Some(p) = part.downcast::<Exception>() {
            let (traceback, cause, context) = (
                e.traceback.borrow().clone(),
                e.cause.borrow().clone(),
                e.context.borrow().clone(),
            );
            drop((
                p.traceback.replace(traceback),
                p.cause.replace(cause),
                p.context.replace(context),
            ));
            let notes = self.names.__notes__.clone();
            if let Some(list) = self.get_attr_opt(exc, &notes)? {
                let copy = self.collect(&list)?;
                let copy = self.new_list(copy).into();
                self.set_attr(&part, &notes, &copy)?;
            }
        }
        Ok(part)
    }

    pub(crate) fn exc_triple(&self, exc: &Value) -> [Value; 3] {
        match exc.downcast::<Exception>() {
            Some(e) => [e.ty().value(), exc.clone(), e.traceback.borrow().clone()],
            None => [Value::None, Value::None, Value::None],
        }
    }
}
