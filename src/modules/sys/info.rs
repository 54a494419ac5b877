//! The struct sequences of `sys`: what the interpreter is and how its numbers work.

use crate::numeric::int_text;
use crate::objects::struct_sequence::StructDef;
use crate::objects::value::Value;
use crate::vm::Vm;

macro_rules! struct_def {
    ($def:ident $name:literal $doc:literal $($field:literal)+) => {
        pub static $def: StructDef = StructDef {
            name: $name,
            doc: $doc,
            fields: &[$(($field, "")),+],
            visible: [$($field),+].len(),
            can_new: false,
        };
    };
}

struct_def!(VERSION_INFO "sys.version_info" "sys.version_info\n\nThe version as a named tuple."
    "major" "minor" "micro" "releaselevel" "serial");
struct_def!(FLAGS "sys.flags" "sys.flags\n\nFlags of the command line and the environment."
    "debug" "inspect" "interactive" "optimize" "dont_write_bytecode" "no_user_site" "no_site"
    "ignore_environment" "verbose" "bytes_warning" "quiet" "hash_randomization" "isolated"
    "dev_mode" "utf8_mode" "warn_default_encoding" "safe_path" "int_max_str_digits");
struct_def!(FLOAT_INFO "sys.float_info" "sys.float_info\n\nWhat floats can represent."
    "max" "max_exp" "max_10_exp" "min" "min_exp" "min_10_exp" "dig" "mant_dig" "epsilon" "radix" "rounds");
struct_def!(INT_INFO "sys.int_info" "sys.int_info\n\nHow integers are represented."
    "bits_per_digit" "sizeof_digit" "default_max_str_digits" "str_digits_check_threshold");
struct_def!(HASH_INFO "sys.hash_info" "hash_info\n\nHow numbers are hashed."
    "width" "modulus" "inf" "nan" "imag" "algorithm" "hash_bits" "seed_bits" "cutoff");
struct_def!(THREAD_INFO "sys.thread_info" "sys.thread_info\n\nHow threads are implemented."
    "name" "lock" "version");

/// The version of the language.
pub const VERSION: (i64, i64, i64) = (3, 13, 0);
pub const HEX_VERSION: i64 = 0x030d_00f0;

pub fn version_info(vm: &mut Vm) -> Value {
    let level = vm.new_str("final");
    let (major, minor, micro) = VERSION;
    let values = vec![
        major.into(),
        minor.into(),
        micro.into(),
        level,
        Value::Int(0),
    ];
    vm.new_struct(&VERSION_INFO, values)
}

pub fn flags(vm: &mut Vm) -> Value {
    let mut values = vec![Value::Int(0); FLAGS.fields.len()];
    values[11] = Value::Int(1);
    values[13] = Value::FALSE;
    values[16] = Value::FALSE;
    values[17] = int_text::DEFAULT_MAX_DIGITS.into();
    vm.new_struct(&FLAGS, values)
}

pub fn float_info(vm: &mut Vm) -> Value {
    let values = vec![
        f64::MAX.into(),
        Value::Int(f64::MAX_EXP.into()),
        Value::Int(f64::MAX_10_EXP.into()),
        f64::MIN_POSITIVE.into(),
        Value::Int(f64::MIN_EXP.into()),
        Value::Int(f64::MIN_10_EXP.into()),
        Value::Int(f64::DIGITS.into()),
        Value::Int(f64::MANTISSA_DIGITS.into()),
        f64::EPSILON.into(),
        Value::Int(f64::RADIX.into()),
        Value::Int(1),
    ];
    vm.new_struct(&FLOAT_INFO, values)
}

pub fn int_info(vm: &mut Vm) -> Value {
    let values = vec![
        Value::Int(30),
        Value::Int(4),
        int_text::DEFAULT_MAX_DIGITS.into(),
        Value::Int(640),
    ];
    vm.new_struct(&INT_INFO, values)
}

pub fn hash_info(vm: &mut Vm) -> Value {
    let algorithm = vm.new_str("siphash13");
    let values = vec![
        Value::Int(64),
        Value::Int((1 << 61) - 1),
        Value::Int(314_159),
        Value::Int(0),
        Value::Int(1_000_003),
        algorithm,
        Value::Int(64),
        Value::Int(128),
        Value::Int(0),
    ];
    vm.new_struct(&HASH_INFO, values)
}

pub fn thread_info(vm: &mut Vm) -> Value {
    let values = vec![vm.new_str("pthread"), vm.new_str("semaphore"), Value::None];
    vm.new_struct(&THREAD_INFO, values)
}
