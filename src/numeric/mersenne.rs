//! The Mersenne Twister MT19937 as `_random.Random` runs it: the same seed gives the same numbers.

use super::int::{Int, IntRef};
use num_bigint::{BigInt, Sign};

const SIZE: usize = 624;
const MIDDLE: usize = 397;
const UPPER: u32 = 0x8000_0000;
const LOWER: u32 = 0x7fff_ffff;

/// The generator: 624 words, and how many of them are used up.
#[derive(Clone, Debug)]
pub struct Mersenne {
    words: Box<[u32; SIZE]>,
    index: usize,
}

impl Mersenne {
    /// Seeded from an int's magnitude, as `seed(n)` does.
    pub fn from_int(n: IntRef<'_>) -> Self {
        let magnitude = n.big().magnitude().to_u32_digits();
        if magnitude.is_empty() {
            Self::from_words(&[0])
        } else {
            Self::from_words(&magnitude)
        }
    }

    /// Seeded from an array of words.
    pub fn from_words(key: &[u32]) -> Self {
        let mut words = Box::new([0u32; SIZE]);
        words[0] = 19_650_218;
        for i in 1..SIZE {
            let last = words[i - 1];
            words[i] = (last ^ (last >> 30))
                .wrapping_mul(1_812_433_253)
                .wrapping_add(i as u32);
        }
        let mut at = 1;
        let wrap = |words: &mut [u32; SIZE], at: usize| {
            if at >= SIZE {
                words[0] = words[SIZE - 1];
                1
            } else {
                at
            }
        };
        let mut from = 0;
        for _ in 0..SIZE.max(key.len()) {
            let last = words[at - 1];
            let mixed = words[at] ^ (last ^ (last >> 30)).wrapping_mul(1_664_525);
            let word = key.get(from).copied().unwrap_or(0);
            words[at] = mixed.wrapping_add(word).wrapping_add(from as u32);
            at = wrap(&mut words, at + 1);
            from += 1;
            if from >= key.len() {
                from = 0;
            }
        }
        for _ in 1..SIZE {
            let last = words[at - 1];
            let mixed = words[at] ^ (last ^ (last >> 30)).wrapping_mul(1_566_083_941);
            words[at] = mixed.wrapping_sub(at as u32);
            at = wrap(&mut words, at + 1);
        }
        words[0] = UPPER;
        Mersenne { words, index: SIZE }
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.index >= SIZE {
            self.refill();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    fn refill(&mut self) {
        let words = &mut *self.words;
        for i in 0..SIZE {
            let y = (words[i] & UPPER) | (words[(i + 1) % SIZE] & LOWER);
            let twist = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            words[i] = words[(i + MIDDLE) % SIZE] ^ (y >> 1) ^ twist;
        }
        self.index = 0;
    }

    /// `random()`: 53 random bits in [0, 1).
    pub fn random(&mut self) -> f64 {
        let high = f64::from(self.next_u32() >> 5);
        let low = f64::from(self.next_u32() >> 6);
        (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0
    }

    /// `getrandbits(k)`
    pub fn bits(&mut self, count: usize) -> Int {
        match count {
            0 => Int::ZERO,
            1..=32 => Int::Small(i64::from(self.next_u32() >> (32 - count))),
            33..=64 => {
                let low = u64::from(self.next_u32());
                let high = u64::from(self.next_u32() >> (64 - count));
                Int::from(high << 32 | low)
            }
            _ => {
                let mut words: Vec<u32> =
                    (0..count.div_ceil(32)).map(|_| self.next_u32()).collect();
                let over = words.len() * 32 - count;
                if let Some(last) = words.last_mut() {
                    *last >>= over;
                }
                Int::from(BigInt::new(Sign::Plus, words))
            }
        }
    }

    /// The state: the words, then the index.
    pub fn state(&self) -> ([u32; SIZE], usize) {
        (*self.words, self.index)
    }

    /// Restores a state; `None` if it is none.
    pub fn set_state(&mut self, words: &[u32], index: usize) -> Option<()> {
        if index > SIZE {
            return None;
        }
        let words: &[u32; SIZE] = words.try_into().ok()?;
        *self.words = *words;
        self.index = index;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows from CPython: `seed N`, then `random BITS`, `bits K N`.
    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let mut generator = Mersenne::from_int(IntRef::Small(0));
        for line in include_str!("testdata/mersenne.txt").lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[0] {
                "seed" => {
                    let n = Int::from(words[1].parse::<BigInt>().unwrap());
                    generator = Mersenne::from_int(n.borrow());
                }
                "random" => assert_eq!(format!("{:016x}", generator.random().to_bits()), words[1]),
                _ => {
                    let found = generator.bits(words[1].parse().unwrap());
                    assert_eq!(found.into_big().to_string(), words[2], "{line}");
                }
            }
        }
        let (words, index) = generator.state();
        let next = generator.next_u32();
        generator.random();
        assert_eq!(generator.set_state(&words, index), Some(()));
        assert_eq!(generator.next_u32(), next);
        assert_eq!(generator.set_state(&words, 700), None);
    }
}
