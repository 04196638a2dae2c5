//! Numbers that follow from a seed.

/// Numbers that follow from a seed (SplitMix64, by Sebastiano Vigna).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Begins a series.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// Returns a number below `end`, which is not 0.
    ///
    /// # Panics
    ///
    /// `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}
