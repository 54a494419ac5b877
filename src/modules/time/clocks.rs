//! The clocks of `time`.

use std::cell::Cell;
use std::time::Duration;

use rustix::time::{ClockId, DynamicClockId, clock_gettime, clock_gettime_dynamic};

use crate::objects::instance::Instance;
use crate::objects::native::Args;
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

const NANO: i64 = 1_000_000_000;

fn nanoseconds(clock: ClockId) -> i64 {
    let now = clock_gettime(clock);
    now.tv_sec * NANO + now.tv_nsec
}

fn seconds(ns: i64) -> Value {
    Value::Float(ns as f64 / 1e9)
}

macro_rules! clocks {
    ($($name:ident $name_ns:ident $clock:ident;)+) => { $(
        pub fn $name(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
            Ok(seconds(vm.clock_ns(ClockId::$clock)))
        }
        pub fn $name_ns(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
            Ok(Value::Int(vm.clock_ns(ClockId::$clock)))
        }
    )+ };
}

clocks! {
    time time_ns Realtime;
    monotonic monotonic_ns Monotonic;
    perf_counter perf_counter_ns Monotonic;
    process_time process_time_ns ProcessCPUTime;
    thread_time thread_time_ns ThreadCPUTime;
}

/// How far a virtual clock has moved `time()` and `monotonic()` on, in nanoseconds.
#[derive(Default)]
pub struct ClockShift(pub Cell<i64>);

impl Vm {
    /// A clock's time in nanoseconds, as scripts see it.
    pub fn clock_ns(&mut self, clock: ClockId) -> i64 {
        let now = nanoseconds(clock);
        match clock {
            ClockId::Realtime | ClockId::Monotonic => {
                now + self.module_state::<ClockShift>().0.get()
            }
            _ => now,
        }
    }
}

fn clock_time(vm: &mut Vm, value: &Value) -> Result<i64> {
    let id = crate::modules::sys::limits::c_int(vm, value)?;
    let clock = match id {
        0 => ClockId::Realtime,
        1 => ClockId::Monotonic,
        2 => ClockId::ProcessCPUTime,
        3 => ClockId::ThreadCPUTime,
        4 => ClockId::MonotonicRaw,
        5 => ClockId::RealtimeCoarse,
        6 => ClockId::MonotonicCoarse,
        7 => return dynamic(vm, DynamicClockId::Boottime),
        11 => return dynamic(vm, DynamicClockId::Tai),
        _ => return Err(vm.os_error(22, None)),
    };
    Ok(vm.clock_ns(clock))
}

fn dynamic(vm: &mut Vm, clock: DynamicClockId<'_>) -> Result<i64> {
    match clock_gettime_dynamic(clock) {
        Ok(now) => Ok(now.tv_sec * NANO + now.tv_nsec),
        Err(e) => Err(vm.os_error(e.raw_os_error().into(), None)),
    }
}

pub fn get_time(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    clock_time(vm, &args[0]).map(seconds)
}

pub fn get_time_ns(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    clock_time(vm, &args[0]).map(Value::Int)
}

pub fn get_resolution(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    clock_time(vm, &args[0])?;
    Ok(Value::Float(1e-9))
}

pub fn clock_info(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(name) = args[0].downcast::<Str>() else {
        let found = vm.type_name_or_none(&args[0]);
        return Err(vm.type_error(format!(
            "get_clock_info() argument 1 must be str, not {found}"
        )));
    };
    let (clock, monotonic) = match &*name.lossy() {
        "time" => ("REALTIME", false),
        "monotonic" | "perf_counter" => ("MONOTONIC", true),
        "process_time" => ("PROCESS_CPUTIME_ID", true),
        "thread_time" => ("THREAD_CPUTIME_ID", true),
        _ => return Err(vm.value_error("unknown clock")),
    };
    let ty = vm.types.simple_namespace.clone();
    let object: Value = vm.heap.alloc(&ty, Instance).into();
    let fields = [
        (
            "implementation",
            vm.new_str(format!("clock_gettime(CLOCK_{clock})")),
        ),
        ("monotonic", Value::Bool(monotonic)),
        ("adjustable", Value::Bool(!monotonic)),
        ("resolution", Value::Float(1e-9)),
    ];
    for (name, value) in fields {
        let name = vm.intern(name);
        vm.set_attr(&object, &name, &value)?;
    }
    Ok(object)
}

/// A number of seconds as nanoseconds, rounded away from zero as timeouts are.
fn duration_ns(vm: &mut Vm, value: &Value) -> Result<i128> {
    if let Some(x) = vm.as_float(value) {
        if x.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let ns = x * 1e9;
        if ns.abs() >= i64::MAX as f64 {
            return Err(vm.overflow_error("timestamp out of range for platform time_t"));
        }
        return Ok(if ns < 0.0 { ns.floor() } else { ns.ceil() } as i128);
    }
    match vm.index(value)?.to_i64() {
        Some(n) if n.checked_mul(NANO).is_some() => Ok(i128::from(n) * i128::from(NANO)),
        _ => Err(vm.overflow_error("timestamp out of range for platform time_t")),
    }
}

pub fn sleep(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let ns = duration_ns(vm, &args[0])?;
    if ns < 0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    vm.sleep_host(Duration::from_nanos(ns as u64))?;
    Ok(Value::None)
}
