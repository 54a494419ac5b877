//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654).

use super::exception_methods::{allocate, payload, refuse_keywords, set_all_args};
use super::exceptions::Exception;
use super::header::Gc;
use super::list::{List, Tuple};
use super::names::Slot;
use super::native::{Args, class_method, member, method, new};
use super::str::Str;
use super::typeobj::Type;
use super::types::TypeDef;
use super::value::Value;
use crate::vm::{Result, Vm};

const MESSAGE: usize = 0;
const EXCEPTIONS: usize = 1;

pub static BASE_EXCEPTION_GROUP: TypeDef = TypeDef {
    methods: &[
        new("(*args, **kwargs)", group_new),
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            group_init,
            "Initialize self.",
        ),
        method("__str__", "($self, /)", group_str, "Return str(self)."),
        class_method(
            "__class_getitem__",
            "(item, /)",
            class_getitem,
            "See PEP 585",
        ),
        method(
            "derive",
            "($self, excs, /)",
            derive,
            "A group of the same kind with other exceptions; split and subgroup make their groups with it.",
        ),
        method(
            "split",
            "($self, matcher_value, /)",
            split,
            "Two groups: what matches and the rest.",
        ),
        method(
            "subgroup",
            "($self, matcher_value, /)",
            subgroup,
            "A group of what matches, or None.",
        ),
    ],
    getsets: &[
        member("message", get_message, "exception message"),
        member("exceptions", get_exceptions, "nested exceptions"),
    ],
    ..TypeDef::EMPTY
};

// ---- making ----------------------------------------------------------------------------------

fn group_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mut class = args.this::<Type>(vm, 0)?;
    let all = args.this::<Tuple>(vm, 1)?;
    let [message, members] = all.items() else {
        let n = all.len();
        return Err(vm.type_error(format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({n} given)"
        )));
    };
    if !message.is::<Str>() {
        let ty = vm.type_name(message);
        return Err(vm.type_error(format!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {ty}"
        )));
    }
    let is_sequence = members.is::<List>()
        || vm.type_of(members).has_slot(Slot::GetItem) && !members.is::<super::dict::Dict>();
    if !is_sequence {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let members = vm.collect(members)?;
    if members.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let mut only_exceptions = true;
    for (i, member) in members.iter().enumerate() {
        if !member.is::<Exception>() {
            return Err(vm.value_error(format!(
                "Item {i} of second argument (exceptions) is not an exception"
            )));
        }
        only_exceptions &= vm.is_instance_of(member, &vm.exc.Exception);
    }
    class = kind_of_group(vm, class, only_exceptions)?;
    let group = allocate(vm, &class, all.value());
    group.set_field(MESSAGE, message.clone());
    group.set_field(EXCEPTIONS, vm.new_tuple(members).into());
    Ok(group.into())
}

/// `BaseExceptionGroup` of nothing but `Exception`s is an `ExceptionGroup`.
fn kind_of_group(vm: &mut Vm, class: Gc<Type>, only_exceptions: bool) -> Result<Gc<Type>> {
    if class == vm.exc.BaseExceptionGroup {
        return Ok(if only_exceptions {
            vm.exc.ExceptionGroup.clone()
        } else {
            class
        });
    }
    if only_exceptions {
        return Ok(class);
    }
    if class == vm.exc.ExceptionGroup {
        return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    }
    if class.is_subtype(&vm.exc.Exception) {
        let name = class.name();
        return Err(vm.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
    }
    Ok(class)
}

fn group_init(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    refuse_keywords(vm, &args[0], &args[2])?;
    set_all_args(vm, &args[0], &args[1])?;
    Ok(Value::None)
}

fn class_getitem(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    vm.new_generic_alias(args[0].clone(), args[1].clone())
}

// ---- attributes ------------------------------------------------------------------------------

impl Exception {
    /// The exceptions of a group.
    pub fn members(&self) -> Vec<Value> {
        let members = self.field(EXCEPTIONS);
        members
            .downcast::<Tuple>()
            .map(|t| t.items().to_vec())
            .unwrap_or_default()
    }
}

fn group_str(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let group = payload(vm, &args[0])?;
    let message = vm.str(&group.field(MESSAGE))?;
    let n = group.members().len();
    let plural = if n == 1 { "" } else { "s" };
    let count = format!(" ({n} sub-exception{plural})");
    let text = [message.bytes(), count.as_bytes()].concat();
    Ok(vm.new_str(Str::from_wtf8(text)))
}

fn get_message(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(payload(vm, this)?.field(MESSAGE))
}

fn get_exceptions(vm: &mut Vm, this: &Value) -> Result<Value> {
    Ok(payload(vm, this)?.field(EXCEPTIONS))
}

// ---- splitting -------------------------------------------------------------------------------

fn derive(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let message = payload(vm, &args[0])?.field(MESSAGE);
    let class = vm.exc.BaseExceptionGroup.value();
    vm.call(&class, &[message, args[1].clone()])
}

/// How the exceptions to take out are told.
enum Matcher {
    /// A class or tuple of classes.
    Types(Value),
    Predicate(Value),
}

fn matcher(vm: &mut Vm, value: &Value) -> Result<Matcher> {
    let is_exception_class = |vm: &Vm, v: &Value| {
        v.downcast::<Type>()
            .is_some_and(|t| t.is_subtype(&vm.exc.BaseException))
    };
    if is_exception_class(vm, value) {
        return Ok(Matcher::Types(value.clone()));
    }
    if let Some(all) = value.downcast::<Tuple>() {
        if all.items().iter().all(|v| is_exception_class(vm, v)) {
            return Ok(Matcher::Types(value.clone()));
        }
    } else if !value.is::<Type>() && vm.is_callable(value) {
        return Ok(Matcher::Predicate(value.clone()));
    }
    Err(vm.type_error(
        "expected an exception type, a tuple of exception types, or a callable (other than a class)",
    ))
}

impl Matcher {
    fn test(&self, vm: &mut Vm, exc: &Value) -> Result<bool> {
        match self {
            Matcher::Types(types) => Ok(vm.is_instance_of_any(exc, types)),
            Matcher::Predicate(predicate) => {
                let result = vm.call(predicate, std::slice::from_ref(exc))?;
                vm.truth(&result)
            }
        }
    }
}

/// What matches and what does not; `None` where there is nothing. Without `want_rest` the second is
/// not made.
type Split = (Option<Value>, Option<Value>);

fn split_by(vm: &mut Vm, exc: &Value, matcher: &Matcher, want_rest: bool) -> Result<Split> {
    if matcher.test(vm, exc)? {
        return Ok((Some(exc.clone()), None));
    }
    if !vm.is_instance_of(exc, &vm.exc.BaseExceptionGroup) {
        return Ok((None, want_rest.then(|| exc.clone())));
    }
    let (mut matched, mut rest) = (Vec::new(), Vec::new());
    for member in payload(vm, exc)?.members() {
        vm.enter_recursion(" in exceptiongroup_split_recursive")?;
        let parts = split_by(vm, &member, matcher, want_rest);
        vm.leave_recursion();
        let (m, r) = parts?;
        matched.extend(m);
        rest.extend(r);
    }
    let matched = subset(vm, exc, matched)?;
    let rest = if want_rest {
        subset(vm, exc, rest)?
    } else {
        None
    };
    Ok((matched, rest))
}

/// A group like `original` of some exceptions; none when there are none.
fn subset(vm: &mut Vm, original: &Value, members: Vec<Value>) -> Result<Option<Value>> {
    if members.is_empty() {
        return Ok(None);
    }
    let members = vm.new_list(members).into();
    let group = vm.call_method(original, "derive", &[members])?;
    if !vm.is_instance_of(&group, &vm.exc.BaseExceptionGroup) {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let (from, to) = (payload(vm, original)?, payload(vm, &group)?);
    let traceback = from.traceback.borrow().clone();
    let context = from.context.borrow().clone();
    let cause = from.cause.borrow().clone();
    let old = (
        to.traceback.replace(traceback),
        to.context.replace(context),
        to.cause.replace(cause),
    );
    to.suppress_context.set(true);
    drop(old);
    let name = vm.names.__notes__.clone();
    if let Some(notes) = vm.get_attr_opt(original, &name)?
        && (notes.is::<List>() || notes.is::<Tuple>() || notes.is::<Str>())
    {
        let notes = vm.collect(&notes)?;
        let notes = vm.new_list(notes).into();
        vm.set_attr(&group, &name, &notes)?;
    }
    Ok(Some(group))
}

fn split(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let matcher = matcher(vm, &args[1])?;
    let (matched, rest) = split_by(vm, &args[0], &matcher, true)?;
    let pair = vec![matched.unwrap_or(Value::None), rest.unwrap_or(Value::None)];
    Ok(vm.new_tuple(pair).into())
}

fn subgroup(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let matcher = matcher(vm, &args[1])?;
    let (matched, _) = split_by(vm, &args[0], &matcher, false)?;
    Ok(matched.unwrap_or(Value::None))
}

impl Vm {
    /// Whether an exception is an instance of a class or of one of a tuple of classes.
    pub fn is_instance_of_any(&self, exc: &Value, types: &Value) -> bool {
        match (types.downcast::<Type>(), types.downcast::<Tuple>()) {
            (Some(ty), _) => self.is_instance_of(exc, ty),
            (_, Some(all)) => all.items().iter().any(|t| self.is_instance_of_any(exc, t)),
            _ => false,
        }
    }
}
