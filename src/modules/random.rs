//! The module `_random`: the generator that `random` derives from.

use std::cell::RefCell;

use crate::modules::NativeModule;
use crate::numeric::int::{Int, IntRef};
use crate::numeric::int_ops;
use crate::numeric::mersenne::Mersenne;
use crate::objects::header::Gc;
use crate::objects::int_new::class_arg;
use crate::objects::list::Tuple;
use crate::objects::module::Module;
use crate::objects::native::{Args, NativeDef, method, new};
use crate::objects::number_ops::int_ref;
use crate::objects::types::{BASE, TypeDef};
use crate::objects::value::Value;
use crate::payload;
use crate::vm::{Result, Vm};

/// A `_random.Random`: the generator's state.
pub struct Random {
    generator: RefCell<Mersenne>,
}
payload!(Random, untracked);

static RANDOM_TYPE: TypeDef = TypeDef {
    name: "_random.Random",
    doc: "Random() -> create a random number generator with its own internal state.",
    flags: BASE,
    methods: METHODS,
    getsets: &[],
    ..TypeDef::EMPTY
};

/// A generator seeded as `seed(value)` does; from the system for `None`.
fn seeded(vm: &mut Vm, value: &Value) -> Result<Mersenne> {
    let Some(value) = value.given_not_none() else {
        return Ok(Mersenne::from_words(&system_words()));
    };
    if let Some(n) = int_ref(value) {
        let size = int_ops::abs(n);
        return Ok(Mersenne::from_int(size.borrow()));
    }
    let hash = vm.hash(value)? as u64;
    Ok(Mersenne::from_int(Int::from(hash).borrow()))
}

/// Words that differ from run to run. Not for secrets: the generator is none for those either.
fn system_words() -> [u32; 8] {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let mut words = [0; 8];
    for pair in words.chunks_mut(2) {
        let mut hasher = RandomState::new().build_hasher();
        if let Ok(now) = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
            hasher.write_u128(now.as_nanos());
        }
        let word = hasher.finish();
        pair.copy_from_slice(&[word as u32, (word >> 32) as u32]);
    }
    words
}

fn new_random(vm: &mut Vm, args: Args<'_>) -> Result {
    let base = vm.module_type::<Random>(&RANDOM_TYPE, None);
    let class = class_arg(vm, &args[0], &base)?;
    let generator = seeded(vm, &args[1])?;
    let payload = Random {
        generator: RefCell::new(generator),
    };
    Ok(vm.heap.alloc(&class, payload).into())
}

fn seed(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<Random>(vm, 0)?;
    let generator = seeded(vm, &args[1])?;
    this.generator.replace(generator);
    Ok(Value::None)
}

fn random(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<Random>(vm, 0)?;
    let x = this.generator.borrow_mut().random();
    Ok(Value::Float(x))
}

fn getrandbits(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<Random>(vm, 0)?;
    let count = vm.index_int(&args[1])?;
    if count.borrow().is_negative() {
        return Err(vm.value_error("number of bits must be non-negative"));
    }
    let Some(count) = count
        .borrow()
        .to_i64()
        .filter(|n| *n <= i64::from(i32::MAX))
    else {
        return Err(vm.overflow_error("Python int too large to convert to C int"));
    };
    let bits = this.generator.borrow_mut().bits(count as usize);
    Ok(vm.int_value(bits))
}

fn getstate(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<Random>(vm, 0)?;
    let (words, index) = this.generator.borrow().state();
    let words = words.iter().map(|w| Value::Int(i64::from(*w)));
    let items = words.chain([Value::Int(index as i64)]).collect();
    Ok(vm.new_tuple(items).into())
}

fn setstate(vm: &mut Vm, args: Args<'_>) -> Result {
    let this = args.this::<Random>(vm, 0)?;
    let Some(state) = args[1].downcast::<Tuple>().cloned() else {
        return Err(vm.type_error("state vector must be a tuple"));
    };
    if state.len() != 625 {
        return Err(vm.value_error("state vector is the wrong size"));
    }
    let mut numbers = Vec::with_capacity(625);
    for item in state.items() {
        let Some(n) = int_ref(item) else {
            let name = vm.type_name(item);
            return Err(vm.type_error(format!(
                "'{name}' object cannot be interpreted as an integer"
            )));
        };
        match n {
            IntRef::Small(n) if n >= 0 => numbers.push(n as u32),
            _ => return Err(vm.overflow_error("can't convert negative value to unsigned int")),
        }
    }
    let index = numbers.pop().unwrap_or(0) as usize;
    let restored = this.generator.borrow_mut().set_state(&numbers, index);
    match restored {
        Some(()) => Ok(Value::None),
        None => Err(vm.value_error("invalid state")),
    }
}

static METHODS: &[NativeDef] = &[
    new("(x=None, /, *args, **kwargs)", new_random),
    method(
        "random",
        "($self, /)",
        random,
        "random() -> x in the interval [0, 1).",
    ),
    method(
        "seed",
        "($self, n=None, /)",
        seed,
        "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier.",
    ),
    method(
        "getstate",
        "($self, /)",
        getstate,
        "getstate() -> tuple containing the current state.",
    ),
    method(
        "setstate",
        "($self, state, /)",
        setstate,
        "setstate(state) -> None.  Restores generator state.",
    ),
    method(
        "getrandbits",
        "($self, k, /)",
        getrandbits,
        "getrandbits(k) -> x.  Generates an int with k random bits.",
    ),
];

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let ty = vm.module_type::<Random>(&RANDOM_TYPE, None);
    vm.set_in(module, "Random", ty.value());
    Ok(())
}

pub static RANDOM: NativeModule = NativeModule {
    name: "_random",
    doc: "Module implements the Mersenne Twister random number generator.",
    functions: &[],
    init,
};
