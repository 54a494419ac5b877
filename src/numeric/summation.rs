//! Sums of floats that don't lose digits: the compensated sum of `sum()`, the exact one of `fsum`, dot
//! products and norms in doubled and tripled precision.

use super::error::{NumberError, NumberResult};

/// The sum of `sum()` over floats: what rounding takes off is kept beside (Neumaier).
#[derive(Clone, Copy, Debug, Default)]
pub struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    pub fn new(start: f64) -> Self {
        Compensated {
            sum: start,
            lost: 0.0,
        }
    }

    pub fn add(&mut self, x: f64) {
        let sum = self.sum + x;
        self.lost += if self.sum.abs() >= x.abs() {
            (self.sum - sum) + x
        } else {
            (x - sum) + self.sum
        };
        self.sum = sum;
    }

    /// Ints among the floats are added without compensation.
    pub fn add_int(&mut self, n: i64) {
        self.sum += n as f64;
    }

    /// The total. Compensation must neither lose a zero's sign nor make infinity a nan.
    pub fn total(self) -> f64 {
        if self.lost != 0.0 && self.lost.is_finite() {
            self.sum + self.lost
        } else {
            self.sum
        }
    }
}

/// `math.fsum`: the exact sum, rounded once. Keeps partial sums that don't overlap (Shewchuk).
#[derive(Clone, Debug, Default)]
pub struct ExactSum {
    /// In order of growing size.
    partials: Vec<f64>,
    special: f64,
    infinities: f64,
    has_special: bool,
}

impl ExactSum {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&mut self, value: f64) -> NumberResult<()> {
        let mut x = value;
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let mut y = self.partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            self.partials.push(x);
            return Ok(());
        }
        if value.is_finite() {
            return Err(NumberError::overflow("intermediate overflow in fsum"));
        }
        if value.is_infinite() {
            self.infinities += value;
        }
        self.special += value;
        self.has_special = true;
        self.partials.clear();
        Ok(())
    }

    pub fn total(mut self) -> NumberResult<f64> {
        if self.has_special {
            return if self.infinities.is_nan() {
                Err(NumberError::value("-inf + inf in fsum"))
            } else {
                Ok(self.special)
            };
        }
        let Some(mut high) = self.partials.pop() else {
            return Ok(0.0);
        };
        let mut low = 0.0;
        while let Some(y) = self.partials.pop() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        // A tie rounded to even is wrong when more lies beyond it on the same side.
        if let Some(&next) = self.partials.last()
            && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
        {
            let twice = low * 2.0;
            let x = high + twice;
            if twice == x - high {
                high = x;
            }
        }
        Ok(high)
    }
}

/// A product as its rounded value and its error.
fn exact_product(x: f64, y: f64) -> (f64, f64) {
    let high = x * y;
    (high, x.mul_add(y, -high))
}

fn exact_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}

/// As `exact_sum`, for |a| >= |b|.
fn fast_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    (x, (a - x) + b)
}

/// The dot product of `sumprod`, in triple precision.
#[derive(Clone, Copy, Debug, Default)]
pub struct DotProduct {
    high: f64,
    low: f64,
    tiny: f64,
}

impl DotProduct {
    pub fn add(&mut self, x: f64, y: f64) {
        let product = exact_product(x, y);
        let sum = exact_sum(self.high, product.0);
        let first = exact_sum(self.low, product.1);
        let second = exact_sum(first.0, sum.1);
        *self = DotProduct {
            high: sum.0,
            low: second.0,
            tiny: self.tiny + first.1 + second.1,
        };
    }

    pub fn total(self) -> f64 {
        let last = exact_sum(self.low, self.tiny);
        let total = exact_sum(self.high, last.0);
        total.0 + total.1 + last.1
    }
}

/// The Euclidean length of a vector: `hypot` and `dist`.
pub fn norm(vector: &mut [f64]) -> f64 {
    let mut max = 0.0f64;
    let mut nan = false;
    for x in vector.iter_mut() {
        *x = x.abs();
        nan |= x.is_nan();
        if *x > max {
            max = *x;
        }
    }
    if max.is_infinite() {
        return max;
    }
    if nan {
        return f64::NAN;
    }
    if max == 0.0 || vector.len() <= 1 {
        return max;
    }
    scaled_norm(vector, max)
}

fn scaled_norm(vector: &mut [f64], max: f64) -> f64 {
    let exponent = libm::frexp(max).1;
    if exponent < -1023 {
        // Subnormal: 2^-exponent would overflow.
        for x in vector.iter_mut() {
            *x /= f64::MIN_POSITIVE;
        }
        return f64::MIN_POSITIVE * scaled_norm(vector, max / f64::MIN_POSITIVE);
    }
    let scale = libm::ldexp(1.0, -exponent);
    let (mut sum, mut low_products, mut low_sums) = (1.0, 0.0, 0.0);
    let mut add = |product: (f64, f64)| {
        let step = fast_sum(sum, product.0);
        sum = step.0;
        low_products += product.1;
        low_sums += step.1;
        sum - 1.0 + (low_products + low_sums)
    };
    let mut total = 0.0;
    for x in vector.iter() {
        let x = x * scale;
        total = add(exact_product(x, x));
    }
    let root = total.sqrt();
    // One step of Newton's on what the root leaves over.
    let rest = add(exact_product(-root, root));
    (root + rest / (2.0 * root)) / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(words: &[&str]) -> Vec<f64> {
        words
            .iter()
            .map(|w| f64::from_bits(u64::from_str_radix(w, 16).unwrap()))
            .collect()
    }

    /// Rows from CPython: a function, its numbers as bits, the result as bits or `!`.
    #[test]
    fn sums_agree_with_cpython() {
        for line in include_str!("testdata/summation.txt").lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let mut x = numbers(&words[1..words.len() - 1]);
            let found = match words[0] {
                "sum" => {
                    let mut sum = Compensated::new(0.0);
                    x.iter().for_each(|x| sum.add(*x));
                    Ok(sum.total())
                }
                "fsum" => {
                    let mut sum = ExactSum::new();
                    x.iter()
                        .try_for_each(|x| sum.add(*x))
                        .and_then(|()| sum.total())
                }
                "sumprod" => {
                    let mut sum = DotProduct::default();
                    let (a, b) = x.split_at(x.len() / 2);
                    a.iter().zip(b).for_each(|(a, b)| sum.add(*a, *b));
                    Ok(sum.total())
                }
                _ => Ok(norm(&mut x)),
            };
            let found = match found {
                Ok(r) => format!("{:016x}", r.to_bits()),
                Err(_) => "!".to_owned(),
            };
            assert_eq!(found, words[words.len() - 1], "{line}");
        }
    }
}
