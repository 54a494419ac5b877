//! Items of native formats: `c b B h H i I l L q Q n N P e f d ?`.

use super::MemoryView;
use crate::objects::bytes::Bytes;
use crate::objects::packing::{float_bits, read_float, read_signed, read_unsigned};
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

const LITTLE: bool = cfg!(target_endian = "little");

/// The letter of a native format of one item, and the item's size.
pub fn native_format(format: &str) -> Option<(u8, usize)> {
    let code = match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [code] => *code,
        _ => return None,
    };
    let size = match code {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'P' | b'd' => 8,
        _ => return None,
    };
    Some((code, size))
}

/// The value of an item.
pub fn unpack(vm: &Vm, code: u8, bytes: &[u8]) -> Value {
    match code {
        b'c' => vm.new_bytes(bytes.to_vec()),
        b'?' => Value::Bool(bytes.first().is_some_and(|b| *b != 0)),
        b'e' | b'f' | b'd' => Value::Float(read_float(bytes, LITTLE)),
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => Value::Int(read_signed(bytes, LITTLE)),
        _ => {
            let n = read_unsigned(bytes, LITTLE);
            match i64::try_from(n) {
                Ok(n) => Value::Int(n),
                Err(_) => vm.new_int(n.into()),
            }
        }
    }
}

/// Why a value does not make an item.
enum Unfit {
    Type,
    Value,
}

/// The bytes of a value as an item of the view's format.
pub fn pack(vm: &mut Vm, view: &MemoryView, value: &Value) -> Result<Vec<u8>> {
    let format = view.layout.format.clone();
    let Some((code, size)) = native_format(&format) else {
        return Err(vm.not_implemented_error(format!("memoryview: unsupported format {format}")));
    };
    match packed(vm, code, size, value)? {
        Ok(bits) => Ok(if LITTLE {
            bits.to_le_bytes()[..size].to_vec()
        } else {
            bits.to_be_bytes()[8 - size..].to_vec()
        }),
        Err(Unfit::Type) => {
            Err(vm.type_error(format!("memoryview: invalid type for format '{format}'")))
        }
        Err(Unfit::Value) => {
            Err(vm.value_error(format!("memoryview: invalid value for format '{format}'")))
        }
    }
}

fn packed(
    vm: &mut Vm,
    code: u8,
    size: usize,
    value: &Value,
) -> Result<std::result::Result<u64, Unfit>> {
    match code {
        b'c' => Ok(match value.downcast::<Bytes>() {
            Some(bytes) => match &bytes.data[..] {
                [byte] => Ok(u64::from(*byte)),
                _ => Err(Unfit::Value),
            },
            None => Err(Unfit::Type),
        }),
        b'?' => Ok(Ok(u64::from(vm.truth(value)?))),
        b'e' | b'f' | b'd' => match vm.real(value) {
            Ok(x) if size == 4 => Ok(Ok(u64::from((x as f32).to_bits()))),
            Ok(x) => Ok(float_bits(x, size).ok_or(Unfit::Value)),
            Err(e) if e.is_a(&vm.exc.TypeError) => Ok(Err(Unfit::Type)),
            Err(e) => Err(e),
        },
        _ => {
            if !vm.is_index(value) {
                return Ok(Err(Unfit::Type));
            }
            let n = vm.index(value)?.to_big();
            let bits = 8 * size as u32;
            let signed = matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
            let fits = if signed {
                i64::try_from(&n)
                    .ok()
                    .filter(|n| {
                        let limit = 1i128 << (bits - 1);
                        (-limit..limit).contains(&i128::from(*n))
                    })
                    .map(|n| n as u64)
            } else {
                u64::try_from(&n)
                    .ok()
                    .filter(|n| bits == 64 || *n >> bits == 0)
            };
            Ok(fits.ok_or(Unfit::Value))
        }
    }
}

impl MemoryView {
    /// The value of the item at a byte offset of the source.
    pub fn item_at(&self, vm: &mut Vm, at: usize) -> Result<Value> {
        let Some((code, size)) = native_format(&self.layout.format) else {
            let format = self.layout.format.clone();
            return Err(
                vm.not_implemented_error(format!("memoryview: format {format} not supported"))
            );
        };
        let mut bytes = [0; 8];
        self.read(&mut |all| {
            if let Some(item) = all.get(at..at + size) {
                bytes[..size].copy_from_slice(item);
            }
        });
        Ok(unpack(vm, code, &bytes[..size]))
    }

    /// Sets the item at a byte offset of the source.
    pub fn set_item_at(&self, vm: &mut Vm, at: usize, value: &Value) -> Result<()> {
        let bytes = pack(vm, self, value)?;
        self.check(vm)?;
        self.write(&mut |all| {
            if let Some(place) = all.get_mut(at..at + bytes.len()) {
                place.copy_from_slice(&bytes);
            }
        });
        Ok(())
    }
}
