//! A growable set of small numbers: which locals are surely bound, which temporaries may hold objects.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub fn contains(&self, index: usize) -> bool {
        self.0
            .get(index / 64)
            .is_some_and(|word| word & (1 << (index % 64)) != 0)
    }

    pub fn set(&mut self, index: usize, on: bool) {
        if index / 64 >= self.0.len() {
            if !on {
                return;
            }
            self.0.resize(index / 64 + 1, 0);
        }
        let bit = 1 << (index % 64);
        if on {
            self.0[index / 64] |= bit;
        } else {
            self.0[index / 64] &= !bit;
        }
    }

    pub fn insert(&mut self, index: usize) {
        self.set(index, true);
    }

    pub fn remove(&mut self, index: usize) {
        self.set(index, false);
    }

    /// Forgets every member from `from` on.
    pub fn truncate(&mut self, from: usize) {
        self.0.truncate(from.div_ceil(64));
        if !from.is_multiple_of(64)
            && let Some(last) = self.0.get_mut(from / 64)
        {
            *last &= (1 << (from % 64)) - 1;
        }
    }

    pub fn union(&mut self, other: &Bits) {
        if other.0.len() > self.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }

    pub fn intersect(&mut self, other: &Bits) {
        self.0.truncate(other.0.len());
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine &= theirs;
        }
    }

    /// The members from `from` on, ascending.
    pub fn from(&self, from: usize) -> Vec<usize> {
        let mut found = Vec::new();
        for (index, &word) in self.0.iter().enumerate().skip(from / 64) {
            let mut rest = word;
            while rest != 0 {
                let member = index * 64 + rest.trailing_zeros() as usize;
                if member >= from {
                    found.push(member);
                }
                rest &= rest - 1;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn members_come_and_go() {
        let mut bits = Bits::default();
        for i in [0, 5, 63, 64, 130] {
            bits.insert(i);
        }
        assert_eq!(bits.from(5), [5, 63, 64, 130]);
        bits.remove(63);
        bits.truncate(130);
        assert_eq!(bits.from(0), [0, 5, 64]);
        let mut other = Bits::default();
        other.insert(64);
        bits.intersect(&other);
        assert_eq!(bits.from(0), [64]);
        assert!(!bits.contains(1000));
    }
}
