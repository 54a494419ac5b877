//! The module `gc`: what scripts see of the cycle collector.

use std::cell::{Cell, RefCell};

use super::NativeModule;
use crate::objects::dict::Dict;
use crate::objects::header::{Gc, ObjRef};
use crate::objects::list::{List, Tuple};
use crate::objects::module::Module;
use crate::objects::native::{Args, function};
use crate::objects::typeobj::Type;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

pub static GC: NativeModule = NativeModule {
    name: "gc",
    doc: "The collector of objects in cycles: when it runs, and what it sees.",
    functions: &[
        function(
            "enable",
            "($module, /)",
            enable,
            "Let collections start by themselves.",
        ),
        function(
            "disable",
            "($module, /)",
            disable,
            "Let no collection start by itself.",
        ),
        function(
            "isenabled",
            "($module, /)",
            is_enabled,
            "Whether collections start by themselves.",
        ),
        function(
            "collect",
            "($module, /, generation=2)",
            collect,
            "Run a collection; returns how many unreachable objects there were.",
        ),
        function(
            "get_threshold",
            "($module, /)",
            get_threshold,
            "The thresholds, as they were set.",
        ),
        function(
            "set_threshold",
            "(*args)",
            set_threshold,
            "Remember thresholds; the collector has its own.",
        ),
        function(
            "get_count",
            "($module, /)",
            get_count,
            "The counts of the generations.",
        ),
        function(
            "get_debug",
            "($module, /)",
            get_debug,
            "The debugging flags.",
        ),
        function(
            "set_debug",
            "($module, flags, /)",
            set_debug,
            "Set the debugging flags.",
        ),
        function(
            "get_stats",
            "($module, /)",
            get_stats,
            "Statistics of each generation.",
        ),
        function(
            "get_objects",
            "($module, /, generation=None)",
            get_objects,
            "The objects that the collector watches.",
        ),
        function(
            "get_referents",
            "(*objs)",
            get_referents,
            "What objects refer to.",
        ),
        function(
            "get_referrers",
            "(*objs)",
            get_referrers,
            "What refers to any of the objects.",
        ),
        function(
            "is_tracked",
            "($module, obj, /)",
            is_tracked,
            "Whether the collector watches an object.",
        ),
        function(
            "is_finalized",
            "($module, obj, /)",
            is_finalized,
            "Whether an object has been finalized.",
        ),
        function(
            "freeze",
            "($module, /)",
            freeze,
            "Count what is there now as permanent.",
        ),
        function(
            "unfreeze",
            "($module, /)",
            unfreeze,
            "Count nothing as permanent.",
        ),
        function(
            "get_freeze_count",
            "($module, /)",
            get_freeze_count,
            "How many objects are permanent.",
        ),
    ],
    init,
};

struct State {
    thresholds: RefCell<[i64; 3]>,
    debug: Cell<i64>,
    frozen: Cell<usize>,
    collections: Cell<i64>,
    collected: Cell<i64>,
}

impl Default for State {
    fn default() -> State {
        State {
            thresholds: RefCell::new([2000, 10, 10]),
            debug: Cell::new(0),
            frozen: Cell::new(0),
            collections: Cell::new(0),
            collected: Cell::new(0),
        }
    }
}

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let flags = [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ];
    for (name, value) in flags {
        vm.set_in(module, name, Value::Int(value));
    }
    for name in ["garbage", "callbacks"] {
        let list = vm.new_list(vec![]).into();
        vm.set_in(module, name, list);
    }
    Ok(())
}

fn enable(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    vm.heap.auto_collect.set(true);
    Ok(Value::None)
}

fn disable(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    vm.heap.auto_collect.set(false);
    Ok(Value::None)
}

fn is_enabled(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(vm.heap.auto_collect.get()))
}

// ---- collecting ------------------------------------------------------------------------------

fn collect(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let generation = match args[0].given() {
        Some(n) => vm.index_i64(n)?,
        None => 2,
    };
    if !(0..=2).contains(&generation) {
        return Err(vm.value_error("invalid generation"));
    }
    tell_callbacks(vm, "start", generation, 0)?;
    let found = vm.collect_garbage();
    let state = vm.module_state::<State>();
    state.collections.set(state.collections.get() + 1);
    state.collected.set(state.collected.get() + found);
    tell_callbacks(vm, "stop", generation, found)?;
    Ok(Value::Int(found))
}

impl Vm {
    /// Collects all that is unreachable, running finalizers; returns how many objects there were.
    pub fn collect_garbage(&mut self) -> i64 {
        self.run_pending();
        let mut found = self.heap.collect();
        // What has finalizers goes in a second round, when they have run.
        for _ in 0..2 {
            let waiting = self.heap.has_pending();
            self.run_pending();
            if !waiting {
                break;
            }
            let again = self.heap.collect();
            found = found.max(again);
        }
        self.run_pending();
        found as i64
    }
}

fn tell_callbacks(vm: &mut Vm, phase: &str, generation: i64, collected: i64) -> Result<()> {
    let name = vm.intern("gc");
    let module = vm.modules.get_str(&name);
    let Some(module) = module.as_ref().and_then(|m| m.downcast::<Module>()) else {
        return Ok(());
    };
    let callbacks = module.dict.get_str(&vm.intern("callbacks"));
    let Some(callbacks) = callbacks.as_ref().and_then(|c| c.downcast::<List>()) else {
        return Ok(());
    };
    for callback in callbacks.snapshot() {
        let info = vm.new_dict();
        let parts = [
            ("generation", generation),
            ("collected", collected),
            ("uncollectable", 0),
        ];
        for (key, value) in parts {
            info.set_str(&vm.intern(key), Value::Int(value), &vm.heap);
        }
        let phase = vm.new_str(phase);
        if let Err(error) = vm.call(&callback, &[phase, info.into()]) {
            vm.unraisable(&error, "", &callback);
        }
    }
    Ok(())
}

fn get_threshold(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    let thresholds = *vm.module_state::<State>().thresholds.borrow();
    Ok(vm.new_tuple(thresholds.map(Value::Int).to_vec()).into())
}

fn set_threshold(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let given = args.this::<Tuple>(vm, 0)?;
    if !(1..=3).contains(&given.len()) {
        return Err(vm.type_error("gc.set_threshold requires 1 to 3 arguments"));
    }
    let mut numbers = Vec::new();
    for value in given.items() {
        numbers.push(vm.index_i64(value)?);
    }
    let state = vm.module_state::<State>();
    state.thresholds.borrow_mut()[..numbers.len()].copy_from_slice(&numbers);
    vm.heap.auto_collect.set(numbers[0] != 0);
    Ok(Value::None)
}

fn get_count(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    let young = (vm.heap.tracked_count() % 2000) as i64;
    Ok(vm.new_tuple([young, 0, 0].map(Value::Int).to_vec()).into())
}

fn get_debug(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(Value::Int(vm.module_state::<State>().debug.get()))
}

fn set_debug(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let flags = vm.index_i64(&args[0])?;
    vm.module_state::<State>().debug.set(flags);
    Ok(Value::None)
}

fn get_stats(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    let state = vm.module_state::<State>();
    let mut rows = Vec::new();
    for generation in 0..3 {
        let counts = match generation {
            2 => [state.collections.get(), state.collected.get(), 0],
            _ => [0, 0, 0],
        };
        let row = vm.new_dict();
        for (key, count) in ["collections", "collected", "uncollectable"]
            .into_iter()
            .zip(counts)
        {
            row.set_str(&vm.intern(key), Value::Int(count), &vm.heap);
        }
        rows.push(row.into());
    }
    Ok(vm.new_list(rows).into())
}

// ---- looking ---------------------------------------------------------------------------------

fn get_objects(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    if let Some(generation) = args[0].given_not_none() {
        if !vm.is_index(generation) {
            let ty = vm.type_name(generation);
            return Err(vm.type_error(format!("argument should be integer or None, not '{ty}'")));
        }
        let n = vm.index_i64(generation)?;
        if n >= 3 {
            return Err(vm.value_error(
                "generation parameter must be less than the number of available generations (3)",
            ));
        }
        if n < 0 {
            return Err(vm.value_error("generation parameter cannot be negative"));
        }
    }
    let objects = vm.heap.tracked_objects();
    let objects = objects
        .into_iter()
        .map(Value::from)
        .filter(watched)
        .collect();
    Ok(vm.new_list(objects).into())
}

fn get_referents(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let objects = args.this::<Tuple>(vm, 0)?;
    let mut found = Vec::new();
    for object in objects.items() {
        if let Some(dict) = object.downcast::<Dict>() {
            found.extend(
                dict.items()
                    .into_iter()
                    .flat_map(|(key, value)| [key, value]),
            );
        } else if let Some(list) = object.downcast::<List>() {
            found.extend(list.snapshot().into_iter().rev());
        } else if let Some(tuple) = object.downcast::<Tuple>() {
            found.extend(tuple.items().iter().rev().cloned());
        } else if let Value::Obj(obj) = object {
            obj.referents(&mut |child| found.push(Value::Obj(child.clone())));
        }
    }
    Ok(vm.new_list(found).into())
}

fn get_referrers(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let wanted = args.this::<Tuple>(vm, 0)?;
    let is_wanted = |child: &ObjRef| {
        wanted
            .items()
            .iter()
            .any(|w| w.as_obj().is_some_and(|w| w == child))
    };
    let mut found = Vec::new();
    for object in vm.heap.tracked_objects() {
        if &object == wanted.obj() {
            continue;
        }
        let mut refers = false;
        object.referents(&mut |child| refers |= is_wanted(child));
        if refers {
            found.push(Value::Obj(object));
        }
    }
    Ok(vm.new_list(found).into())
}

/// Whether the reference implementation's collector would watch the object: containers of nothing
/// but atoms are left alone.
fn watched(value: &Value) -> bool {
    let Value::Obj(obj) = value else { return false };
    if let Some(ty) = obj.downcast::<Type>() {
        return ty.is_heap_type();
    }
    if obj.ty().is_heap_type() {
        return obj.header().track_index().is_some();
    }
    if let Some(dict) = obj.downcast::<Dict>() {
        return dict
            .items()
            .iter()
            .any(|(key, value)| may_watch(key) || may_watch(value));
    }
    if let Some(tuple) = obj.downcast::<Tuple>() {
        return tuple.items().iter().any(may_watch);
    }
    obj.header().track_index().is_some()
}

fn may_watch(value: &Value) -> bool {
    match value {
        Value::Obj(obj) if obj.is::<Tuple>() || obj.is::<Dict>() => {
            obj.is::<Dict>() || watched(value)
        }
        Value::Obj(obj) => obj.header().track_index().is_some(),
        _ => false,
    }
}

fn is_tracked(_vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(watched(&args[0])))
}

fn is_finalized(_vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    Ok(Value::Bool(
        args[0].as_obj().is_some_and(|o| o.header().is_finalized()),
    ))
}

fn freeze(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    let count = vm.heap.tracked_count();
    vm.module_state::<State>().frozen.set(count);
    Ok(Value::None)
}

fn unfreeze(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    vm.module_state::<State>().frozen.set(0);
    Ok(Value::None)
}

fn get_freeze_count(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    Ok(vm.module_state::<State>().frozen.get().into())
}
