//! Module `_functools`: `reduce`, `cmp_to_key`; `partial.rs`; `lru_cache.rs`. The rest of `functools` is in
//! `stdlib/`.

mod lru_cache;
mod partial;

use super::NativeModule;
use crate::comparison;
use crate::objects::callable::CALL;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::module::Module;
use crate::objects::native::{Args, Keywords, NativeDef, function, member};
use crate::objects::operators::CompareOp;
use crate::objects::str::Str;
use crate::objects::types::{NO_NEW, TypeDef};
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub static FUNCTOOLS: NativeModule = NativeModule {
    name: "_functools",
    doc: "Tools that operate on functions.",
    functions: FUNCTIONS,
    init,
};

static FUNCTIONS: &[NativeDef] = &[
    function(
        "cmp_to_key",
        "($module, /, mycmp)",
        cmp_to_key,
        "Convert a cmp= function into a key= function.\n\n  mycmp\n    Function that compares two objects.",
    ),
    function(
        "reduce",
        "($module, function, iterable, initial=<unrepresentable>, /)",
        reduce,
        "Apply a function of two arguments cumulatively to the items of an iterable, from left to right.\n\nThis effectively reduces the iterable to a single value.  If initial is present,\nit is placed before the items of the iterable in the calculation, and serves as\na default when the iterable is empty.\n\nFor example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\ncalculates ((((1 + 2) + 3) + 4) + 5).",
    ),
];

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let partial = vm.module_type::<partial::Partial>(&partial::PARTIAL, None);
    vm.set_in(module, "partial", partial.into());
    let wrapper = vm.module_type::<lru_cache::LruCache>(&lru_cache::LRU_CACHE, None);
    vm.set_in(module, "_lru_cache_wrapper", wrapper.into());
    Ok(())
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let iter = match vm.iter(&args[1]) {
        Err(e) if e.is_a(&vm.exc.TypeError) => {
            return Err(vm.type_error("reduce() arg 2 must support iteration"));
        }
        iter => iter?,
    };
    let mut result = match args[2].given() {
        Some(initial) => initial.clone(),
        None => match vm.next(&iter)? {
            Some(first) => first,
            None => {
                return Err(vm.type_error("reduce() of empty iterable with no initial value"));
            }
        },
    };
    while let Some(item) = vm.next(&iter)? {
        result = vm.call(&args[0], &[result, item])?;
    }
    Ok(result)
}

// ---- cmp_to_key ----------------------------------------------------------------------------

/// A key function made of a comparison function, or a key made by it.
pub struct KeyWrapper {
    cmp: Value,
    /// Unbound in the key function.
    object: Value,
}
payload!(KeyWrapper, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.cmp, visit);
        visit_value(&self.object, visit);
    }
});

static KEY_WRAPPER: TypeDef = TypeDef {
    name: "functools.KeyWrapper",
    flags: NO_NEW,
    methods: &[
        CALL,
        comparison!(key_compare, Lt),
        comparison!(key_compare, Le),
        comparison!(key_compare, Eq),
        comparison!(key_compare, Ne),
        comparison!(key_compare, Gt),
        comparison!(key_compare, Ge),
    ],
    getsets: &[member(
        "obj",
        key_object,
        "Value wrapped by a key function.",
    )],
    call: Some(key_call),
    ..TypeDef::EMPTY
};

fn new_key(vm: &mut Vm, cmp: Value, object: Value) -> Value {
    let ty = vm.module_type::<KeyWrapper>(&KEY_WRAPPER, None);
    vm.heap.alloc(&ty, KeyWrapper { cmp, object }).into()
}

fn cmp_to_key(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(new_key(vm, args[0].clone(), Value::Unbound))
}

fn key_object(vm: &mut Vm, this: &Value) -> Result<Value> {
    let key = Args(std::slice::from_ref(this)).this::<KeyWrapper>(vm, 0)?;
    Ok(key.object.given().cloned().unwrap_or(Value::None))
}

fn key_call(vm: &mut Vm, this: &Value, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
    let key = Args(std::slice::from_ref(this)).this::<KeyWrapper>(vm, 0)?;
    let named = match (kw.names, kw.values) {
        ([name], [value]) => name
            .downcast::<Str>()
            .filter(|n| n.bytes() == b"obj")
            .map(|_| value),
        _ => None,
    };
    let object = match (args, named) {
        ([object], None) if kw.is_empty() => object,
        ([], Some(object)) => object,
        ([], None) if kw.is_empty() => {
            return Err(vm.type_error("K() missing required argument 'obj' (pos 1)"));
        }
        _ => {
            let n = args.len() + kw.names.len();
            return Err(vm.type_error(format!("K() takes at most 1 argument ({n} given)")));
        }
    };
    Ok(new_key(vm, key.cmp.clone(), object.clone()))
}

fn key_compare(vm: &mut Vm, op: CompareOp, args: Args<'_>) -> Result<Value> {
    let key = args.this::<KeyWrapper>(vm, 0)?;
    let Some(other) = args[1].downcast::<KeyWrapper>().cloned() else {
        return Err(vm.type_error("other argument must be K instance"));
    };
    if key.object.is_unbound() || other.object.is_unbound() {
        let class = vm.exc.AttributeError.clone();
        return Err(vm.error(&class, "object"));
    }
    let verdict = vm.call(&key.cmp, &[key.object.clone(), other.object.clone()])?;
    vm.compare(op, &verdict, &Value::Int(0))
}
