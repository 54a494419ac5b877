//! `time`: clocks (`clocks.rs`), broken-down times (`civil.rs`) and their texts (`strftime.rs`,
//! `strptime.rs`).

pub mod civil;
pub mod clocks;
pub mod strftime;
pub mod strptime;

use jiff::tz::TimeZone;

use super::NativeModule;
use crate::objects::arguments::clamped;
use crate::objects::header::Gc;
use crate::objects::list::Tuple;
use crate::objects::module::Module;
use crate::objects::native::{Args, NativeDef, function};
use crate::objects::str::Str;
use crate::objects::struct_sequence::StructDef;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};
use civil::Moment;

pub static TIME: NativeModule = NativeModule {
    name: "time",
    doc: "Clocks, and the times of the calendar.",
    functions: FUNCTIONS,
    init,
};

pub static STRUCT_TIME: StructDef = StructDef {
    name: "time.struct_time",
    doc: "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime(): a sequence of 9 integers.",
    fields: &[
        ("tm_year", "year, for example, 1993"),
        ("tm_mon", "month of year, range [1, 12]"),
        ("tm_mday", "day of month, range [1, 31]"),
        ("tm_hour", "hours, range [0, 23]"),
        ("tm_min", "minutes, range [0, 59]"),
        ("tm_sec", "seconds, range [0, 61])"),
        ("tm_wday", "day of week, range [0, 6], Monday is 0"),
        ("tm_yday", "day of year, range [1, 366]"),
        (
            "tm_isdst",
            "1 if summer time is in effect, 0 if not, and -1 if unknown",
        ),
        ("tm_zone", "abbreviation of timezone name"),
        ("tm_gmtoff", "offset from UTC in seconds"),
    ],
    visible: 9,
    can_new: true,
};

static FUNCTIONS: &[NativeDef] = &[
    function(
        "time",
        "($module, /)",
        clocks::time,
        "time() -> floating-point number\n\nSeconds since the Epoch.",
    ),
    function(
        "time_ns",
        "($module, /)",
        clocks::time_ns,
        "time_ns() -> int\n\nNanoseconds since the Epoch.",
    ),
    function(
        "monotonic",
        "($module, /)",
        clocks::monotonic,
        "monotonic() -> float\n\nA clock that never goes backwards, in seconds.",
    ),
    function(
        "monotonic_ns",
        "($module, /)",
        clocks::monotonic_ns,
        "monotonic_ns() -> int\n\nA clock that never goes backwards, in nanoseconds.",
    ),
    function(
        "perf_counter",
        "($module, /)",
        clocks::perf_counter,
        "perf_counter() -> float\n\nThe finest clock, for measuring, in seconds.",
    ),
    function(
        "perf_counter_ns",
        "($module, /)",
        clocks::perf_counter_ns,
        "perf_counter_ns() -> int\n\nThe finest clock, for measuring, in nanoseconds.",
    ),
    function(
        "process_time",
        "($module, /)",
        clocks::process_time,
        "process_time() -> float\n\nThe process's time on the CPU, in seconds.",
    ),
    function(
        "process_time_ns",
        "($module, /)",
        clocks::process_time_ns,
        "process_time_ns() -> int\n\nThe process's time on the CPU, in nanoseconds.",
    ),
    function(
        "thread_time",
        "($module, /)",
        clocks::thread_time,
        "thread_time() -> float\n\nThe thread's time on the CPU, in seconds.",
    ),
    function(
        "thread_time_ns",
        "($module, /)",
        clocks::thread_time_ns,
        "thread_time_ns() -> int\n\nThe thread's time on the CPU, in nanoseconds.",
    ),
    function(
        "clock_gettime",
        "($module, clk_id, /)",
        clocks::get_time,
        "The time of a clock in seconds.",
    ),
    function(
        "clock_gettime_ns",
        "($module, clk_id, /)",
        clocks::get_time_ns,
        "The time of a clock in nanoseconds.",
    ),
    function(
        "clock_getres",
        "($module, clk_id, /)",
        clocks::get_resolution,
        "clock_getres(clk_id) -> floating-point number\n\nThe resolution of a clock.",
    ),
    function(
        "get_clock_info",
        "($module, name, /)",
        clocks::clock_info,
        "get_clock_info(name: str) -> dict\n\nWhat is known of a clock.",
    ),
    function(
        "sleep",
        "($module, object, /)",
        clocks::sleep,
        "sleep(seconds)\n\nWait for a number of seconds, which may be a fraction.",
    ),
    function(
        "gmtime",
        "($module, seconds=None, /)",
        gmtime,
        "gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,\n                       tm_sec, tm_wday, tm_yday, tm_isdst)\n\nSeconds since the Epoch as a time of UTC; now without an argument.",
    ),
    function(
        "localtime",
        "($module, seconds=None, /)",
        localtime,
        "localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,\n                          tm_sec,tm_wday,tm_yday,tm_isdst)\n\nSeconds since the Epoch as a local time; now without an argument.",
    ),
    function(
        "mktime",
        "($module, tuple, /)",
        mktime,
        "mktime(tuple) -> floating-point number\n\nA local time as seconds since the Epoch.",
    ),
    function(
        "asctime",
        "($module, tuple=None, /)",
        asctime,
        "asctime([tuple]) -> string\n\nA time as 'Sat Jun 06 16:26:11 1998'; the local time now without an argument.",
    ),
    function(
        "ctime",
        "($module, seconds=None, /)",
        ctime,
        "ctime(seconds) -> string\n\nSeconds since the Epoch as asctime() shows the local time.",
    ),
    function(
        "strftime",
        "($module, format, tuple=None, /)",
        strftime_fn,
        "strftime(format[, tuple]) -> string\n\nA time by a format; the local time now without a tuple.",
    ),
    function(
        "strptime",
        "($module, string, format='%a %b %d %H:%M:%S %Y', /)",
        strptime_fn,
        "strptime(string, format) -> struct_time\n\nA time read by a format.",
    ),
    function(
        "tzset",
        "($module, /)",
        tzset,
        "tzset()\n\nTake the local time zone from the environment again.",
    ),
];

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let ty = vm.struct_type(&STRUCT_TIME).into();
    vm.set_in(module, "struct_time", ty);
    let clocks = [
        ("CLOCK_REALTIME", 0),
        ("CLOCK_MONOTONIC", 1),
        ("CLOCK_PROCESS_CPUTIME_ID", 2),
        ("CLOCK_THREAD_CPUTIME_ID", 3),
        ("CLOCK_MONOTONIC_RAW", 4),
        ("CLOCK_BOOTTIME", 7),
        ("CLOCK_TAI", 11),
        ("_STRUCT_TM_ITEMS", 11),
    ];
    for (name, id) in clocks {
        vm.set_in(module, name, Value::Int(id));
    }
    set_zone(vm, module);
    Ok(())
}

/// The local zone's names and offsets, from January and July of this year.
fn set_zone(vm: &mut Vm, module: &Gc<Module>) {
    let zone = TimeZone::system();
    let now = jiff::Timestamp::now().as_second();
    let year = Moment::utc(now).map_or(1970, |m| m.year);
    let at = |month| civil::zone_at(civil::days_from_civil(year, month, 1) * civil::DAY, &zone);
    let (mut winter, mut summer) = (at(1), at(7));
    if winter.0 > summer.0 {
        std::mem::swap(&mut winter, &mut summer);
    }
    let daylight = winter.0 != summer.0;
    vm.set_in(module, "timezone", Value::Int(-winter.0));
    vm.set_in(module, "altzone", Value::Int(-summer.0));
    vm.set_in(module, "daylight", Value::Int(daylight.into()));
    let names = vec![vm.new_str(winter.2), vm.new_str(summer.2)];
    let names = vm.new_tuple(names).into();
    vm.set_in(module, "tzname", names);
}

fn tzset(vm: &mut Vm, _args: Args<'_>) -> Result<Value> {
    let name = vm.intern("time");
    let module = vm.modules.get_str(&name);
    if let Some(module) = module.as_ref().and_then(|m| m.downcast::<Module>()) {
        set_zone(vm, module);
    }
    Ok(Value::None)
}

fn out_of_range(vm: &mut Vm) -> crate::objects::exceptions::Exc {
    vm.overflow_error("timestamp out of range for platform time_t")
}

/// Seconds since the Epoch, fractions cut off downwards; now when not given.
fn seconds_arg(vm: &mut Vm, value: &Value) -> Result<i64> {
    let Some(value) = value.given_not_none() else {
        return Ok(vm
            .clock_ns(rustix::time::ClockId::Realtime)
            .div_euclid(1_000_000_000));
    };
    if let Some(x) = vm.as_float(value) {
        if x.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        if x.abs() >= 9.3e18 {
            return Err(out_of_range(vm));
        }
        return Ok(x.floor() as i64);
    }
    match vm.index(value)?.to_i64() {
        Some(n) => Ok(n),
        None => Err(out_of_range(vm)),
    }
}

fn struct_time(vm: &mut Vm, m: &Moment) -> Value {
    let mut values: Vec<Value> = [
        m.year, m.month, m.day, m.hour, m.minute, m.second, m.weekday, m.year_day, m.dst,
    ]
    .into_iter()
    .map(Value::Int)
    .collect();
    let (zone, offset) = match &m.zone {
        Some((name, offset)) => (vm.new_str(name.as_str()), Value::Int(*offset)),
        None => (Value::None, Value::None),
    };
    values.extend([zone, offset]);
    vm.new_struct(&STRUCT_TIME, values)
}

fn moment_or_error(vm: &mut Vm, moment: Option<Moment>) -> Result<Moment> {
    match moment {
        Some(moment) => Ok(moment),
        None => Err(vm.os_error(75, None)),
    }
}

fn gmtime(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let seconds = seconds_arg(vm, &args[0])?;
    let mut m = moment_or_error(vm, Moment::utc(seconds))?;
    m.zone = Some(("GMT".into(), 0));
    if std::env::var("TZ").is_err() {
        m.zone = Some(("GMT".into(), 0));
    }
    Ok(struct_time(vm, &m))
}

fn local_moment(vm: &mut Vm, seconds: &Value) -> Result<Moment> {
    let seconds = seconds_arg(vm, seconds)?;
    moment_or_error(vm, Moment::local(seconds, &TimeZone::system()))
}

fn localtime(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let m = local_moment(vm, &args[0])?;
    Ok(struct_time(vm, &m))
}

/// A time tuple's fields, as a C function takes them.
fn moment_arg(vm: &mut Vm, value: &Value, name: &str) -> Result<Moment> {
    let Some(tuple) = value.downcast::<Tuple>().cloned() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if tuple.len() != 9 {
        return Err(vm.type_error(format!("{name}(): illegal time tuple argument")));
    }
    let mut n = [0; 9];
    for (slot, item) in n.iter_mut().zip(tuple.items()) {
        let item = vm.index(item)?;
        let wide = clamped(&item);
        if item.to_i64().is_none() {
            return Err(vm.overflow_error("Python int too large to convert to C long"));
        }
        if i32::try_from(wide).is_err() {
            return Err(vm.overflow_error(if wide < 0 {
                "signed integer is less than minimum"
            } else {
                "signed integer is greater than maximum"
            }));
        }
        *slot = wide;
    }
    let [
        year,
        month,
        day,
        hour,
        minute,
        second,
        weekday,
        year_day,
        dst,
    ] = n;
    let zone = zone_of(vm, value, dst);
    Ok(Moment {
        year,
        month,
        day,
        hour,
        minute,
        second,
        weekday,
        year_day,
        dst,
        zone,
    })
}

/// The zone that a `struct_time` carries, or the local one by its `dst`.
fn zone_of(vm: &mut Vm, value: &Value, dst: i64) -> Option<(String, i64)> {
    let ty = vm.struct_type(&STRUCT_TIME);
    if let Some(obj) = value.as_obj().filter(|o| o.ty() == &ty)
        && let Some(attrs) = obj.attrs()
        && let Some(name) = attrs.slot(0).downcast::<Str>()
    {
        let offset = vm.as_integer(&attrs.slot(1)).and_then(|n| n.to_i64());
        return Some((name.lossy().into_owned(), offset.unwrap_or(0)));
    }
    if dst < 0 {
        return None;
    }
    let zone = TimeZone::system();
    let now = jiff::Timestamp::now().as_second();
    let found = (0..12).map(|i| civil::zone_at(now - i * 31 * civil::DAY, &zone));
    let name = found
        .clone()
        .find(|z| z.1 == (dst > 0))
        .or(found.clone().next());
    Some((name.map_or(String::new(), |z| z.2), 0))
}

/// The range checks that CPython makes before it hands a time to C; zeros become ones.
fn checked(vm: &mut Vm, mut m: Moment) -> Result<Moment> {
    let lift = |n: i64| if n == 0 { 1 } else { n };
    (m.month, m.day, m.year_day) = (lift(m.month), lift(m.day), lift(m.year_day));
    let wrong = if !(1..=12).contains(&m.month) {
        "month out of range"
    } else if !(1..=31).contains(&m.day) {
        "day of month out of range"
    } else if !(0..24).contains(&m.hour) {
        "hour out of range"
    } else if !(0..60).contains(&m.minute) {
        "minute out of range"
    } else if !(0..62).contains(&m.second) {
        "seconds out of range"
    } else if m.weekday < -1 {
        "day of week out of range"
    } else if !(1..=366).contains(&m.year_day) {
        "day of year out of range"
    } else {
        m.weekday = m.weekday.rem_euclid(7);
        return Ok(m);
    };
    Err(vm.value_error(wrong))
}

fn mktime(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let m = moment_arg(vm, &args[0], "mktime")?;
    Ok(Value::Float(m.local_seconds(&TimeZone::system()) as f64))
}

fn ascii_time(vm: &mut Vm, m: &Moment) -> Value {
    let day = strftime::DAYS
        .get(m.weekday as usize)
        .map_or("???", |d| &d[..3]);
    let month = strftime::MONTHS
        .get(m.month as usize - 1)
        .map_or("???", |d| &d[..3]);
    vm.new_str(format!(
        "{day} {month}{:3} {:02}:{:02}:{:02} {}",
        m.day, m.hour, m.minute, m.second, m.year
    ))
}

fn asctime(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let m = match args[0].given() {
        Some(value) => moment_arg(vm, value, "asctime")?,
        None => local_moment(vm, &Value::None)?,
    };
    let m = checked(vm, m)?;
    Ok(ascii_time(vm, &m))
}

fn ctime(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let m = local_moment(vm, &args[0])?;
    Ok(ascii_time(vm, &m))
}

fn strftime_fn(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let Some(format) = args[0].downcast::<Str>().cloned() else {
        let found = vm.type_name_or_none(&args[0]);
        return Err(vm.type_error(format!("strftime() argument 1 must be str, not {found}")));
    };
    let m = match args[1].given() {
        Some(value) => moment_arg(vm, value, "strftime")?,
        None => local_moment(vm, &Value::None)?,
    };
    let m = checked(vm, m)?;
    if format.bytes().contains(&0) {
        return Err(vm.value_error("embedded null character"));
    }
    let made = strftime::format(format.bytes(), &m, &TimeZone::system());
    Ok(vm.new_str(Str::from_wtf8(made)))
}

/// The names that `%Z` reads.
pub fn zone_names() -> Vec<String> {
    let zone = TimeZone::system();
    let now = jiff::Timestamp::now().as_second();
    let year = Moment::utc(now).map_or(1970, |m| m.year);
    let at = |month| civil::zone_at(civil::days_from_civil(year, month, 1) * civil::DAY, &zone);
    let (winter, summer) = (at(1), at(7));
    let (winter, summer) = if winter.1 {
        (summer, winter)
    } else {
        (winter, summer)
    };
    vec!["utc".into(), "gmt".into(), winter.2, summer.2]
}

fn strptime_fn(vm: &mut Vm, args: Args<'_>) -> Result<Value> {
    let mut texts = [String::new(), "%a %b %d %H:%M:%S %Y".to_owned()];
    for (i, text) in texts.iter_mut().enumerate() {
        match (args[i].given(), args[i].downcast::<Str>()) {
            (None, _) => {}
            (_, Some(s)) => *text = s.lossy().into_owned(),
            _ => {
                let ty = vm.type_of(&args[i]).value();
                let ty = vm.repr(&ty)?;
                return Err(vm.type_error(format!(
                    "strptime() argument {i} must be str, not {}",
                    ty.lossy()
                )));
            }
        }
    }
    let p = match strptime::strptime(&texts[0], &texts[1], &zone_names()) {
        Ok(parsed) => parsed,
        Err(message) => return Err(vm.value_error(message)),
    };
    let mut values: Vec<Value> = [
        p.year, p.month, p.day, p.hour, p.minute, p.second, p.weekday, p.year_day, p.dst,
    ]
    .into_iter()
    .map(Value::Int)
    .collect();
    values.push(match p.zone_name {
        Some(name) => vm.new_str(name),
        None => Value::None,
    });
    values.push(p.offset.map_or(Value::None, Value::Int));
    Ok(vm.new_struct(&STRUCT_TIME, values))
}
