//! What `functools.lru_cache` wraps functions in. The cache is a dict whose order is that of use:
//! the entry used longest ago is the first.

use std::cell::Cell;

use crate::objects::callable::CALL;
use crate::objects::dict::Dict;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::iter::reduce;
use crate::objects::native::{Args, Keywords, method, new};
use crate::objects::typeobj::{Type, type_flags};
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::{Value, visit_value};
use crate::payload;
use crate::vm::{Result, Vm};

pub struct LruCache {
    func: Value,
    cache: Gc<Dict>,
    /// `None`: no bound.
    max: Option<usize>,
    typed: bool,
    info_type: Value,
    /// Stands between positional and keyword arguments in a key.
    mark: Value,
    hits: Cell<i64>,
    misses: Cell<i64>,
}
payload!(LruCache, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        visit_value(&self.func, visit);
        visit(self.cache.obj());
        visit_value(&self.info_type, visit);
        visit_value(&self.mark, visit);
    }
});

pub static LRU_CACHE: TypeDef = TypeDef {
    name: "functools._lru_cache_wrapper",
    doc: "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize",
    flags: BASE | type_flags::DICT | type_flags::WEAKREF,
    methods: &[
        new(
            "(user_function, maxsize, typed, cache_info_type)",
            cache_new,
        ),
        CALL,
        method(
            "cache_info",
            "($self, /)",
            cache_info,
            "Report cache statistics",
        ),
        method(
            "cache_clear",
            "($self, /)",
            cache_clear,
            "Clear the cache and cache statistics",
        ),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            cache_get,
            "Return an attribute of instance, which is of type owner.",
        ),
        method("__copy__", "($self, /)", |_, args| Ok(args[0].clone()), ""),
        method(
            "__deepcopy__",
            "($self, memo, /)",
            |_, args| Ok(args[0].clone()),
            "",
        ),
        reduce(|vm, args| vm.get_attr_str(&args[0], "__qualname__")),
    ],
    getsets: &[crate::objects::type_type::INSTANCE_DICT],
    call: Some(cache_call),
    ..TypeDef::EMPTY
};

fn cache_new(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let class = args.this::<Type>(vm, 0)?;
    if !vm.is_callable(&args[1]) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let max = match &args[2] {
        Value::None => None,
        max if vm.is_index(max) => Some(vm.index_i64(max)?.max(0) as usize),
        _ => return Err(vm.type_error("maxsize should be integer or None")),
    };
    let typed = vm.truth(&args[3])?;
    let object = vm.types.object.value();
    let cache = LruCache {
        func: args[1].clone(),
        cache: vm.new_dict(),
        max,
        typed,
        info_type: args[4].clone(),
        mark: vm.call(&object, &[])?,
        hits: 0.into(),
        misses: 0.into(),
    };
    Ok(vm.heap.alloc(&class, cache).into())
}

impl LruCache {
    /// The key of a call: the argument itself when it is a single plain one.
    fn key(&self, vm: &mut Vm, args: &[Value], kw: Keywords<'_>) -> Value {
        if !self.typed
            && kw.is_empty()
            && let [one] = args
        {
            let plain = match one {
                Value::Int(_) => true,
                Value::Obj(obj) => obj.ty() == &vm.types.str || obj.ty() == &vm.types.int,
                _ => false,
            };
            if plain {
                return one.clone();
            }
        }
        let mut key = args.to_vec();
        if !kw.is_empty() {
            key.push(self.mark.clone());
            for (name, value) in kw.iter() {
                key.push(name.clone());
                key.push(value.clone());
            }
        }
        if self.typed {
            key.extend(args.iter().map(|v| vm.type_of(v).value()));
            key.extend(kw.values.iter().map(|v| vm.type_of(v).value()));
        }
        vm.new_tuple(key).into()
    }
}

fn cache_call(vm: &mut Vm, this: &Value, args: &[Value], kw: Keywords<'_>) -> Result<Value> {
    let it = Args(std::slice::from_ref(this)).this::<LruCache>(vm, 0)?;
    if it.max == Some(0) {
        it.misses.set(it.misses.get() + 1);
        return vm.call_with(&it.func, args, kw);
    }
    let key = it.key(vm, args, kw);
    let hash = vm.hash(&key)?;
    if let Some(n) = it.cache.find(vm, &key, hash)? {
        it.hits.set(it.hits.get() + 1);
        let value = it.cache.value_at(n).cloned().unwrap_or(Value::None);
        let is_last = it.cache.end() == n + 1;
        if it.max.is_some() && !is_last {
            it.cache.move_to(n, true, &vm.heap);
        }
        return Ok(value);
    }
    it.misses.set(it.misses.get() + 1);
    let result = vm.call_with(&it.func, args, kw)?;
    // The call may have cached the same key by recursion.
    if it.cache.find(vm, &key, hash)?.is_none() {
        if it.max.is_some_and(|max| it.cache.len() >= max)
            && let Some((oldest, _, _)) = it.cache.entry_from(0)
        {
            drop(it.cache.remove_at(oldest, &vm.heap));
        }
        it.cache.insert_new(hash, key, result.clone(), &vm.heap);
    } else if it.max.is_none() {
        it.cache.set_hashed(vm, key, hash, result.clone())?;
    }
    Ok(result)
}

fn cache_info(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<LruCache>(vm, 0)?;
    let max = it.max.map_or(Value::None, Value::from);
    let numbers = [
        it.hits.get().into(),
        it.misses.get().into(),
        max,
        it.cache.len().into(),
    ];
    vm.call(&it.info_type, &numbers)
}

fn cache_clear(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let it = args.this::<LruCache>(vm, 0)?;
    it.hits.set(0);
    it.misses.set(0);
    it.cache.clear_all(&vm.heap);
    Ok(Value::None)
}

fn cache_get(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if args[1].given_not_none().is_none() {
        return Ok(args[0].clone());
    }
    Ok(vm.new_bound_method(args[0].clone(), args[1].clone()))
}
