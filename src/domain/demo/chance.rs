//! Chance from a seed, in whole numbers only, so that every machine makes the same school.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

use crate::domain::{calendar::Timestamp, id};

/// One stream of a seed's chance.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// Stream `stream` of `seed`: streams do not depend on one another, so that blocks can be made in any order.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// 0 to `bound` - 1; 0 for a bound of 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()).saturating_mul(u64::from(bound));
        u32::try_from(wide >> 32).unwrap_or_default()
    }

    /// True `times` in a thousand.
    pub fn in_thousand(&mut self, times: u32) -> bool {
        self.below(1_000) < times
    }

    /// Bell-shaped around `mean` with that standard deviation (four uniform numbers added up).
    pub fn bell(&mut self, mean: i32, deviation: i32) -> i32 {
        let sum: u32 = (0..4).map(|_| self.below(1_000)).sum();
        let centred = i32::try_from(sum).unwrap_or_default().saturating_sub(1_998);
        // Four uniform numbers of a thousand deviate by 577.
        mean.saturating_add(deviation.saturating_mul(centred).checked_div(577).unwrap_or_default())
    }

    /// One of the list, the first ones more often: as names are in life.
    pub fn common<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let length = u32::try_from(list.len()).unwrap_or(u32::MAX);
        let place = self.below(length).min(self.below(length));
        usize::try_from(place).ok().and_then(|place| list.get(place))
    }
}

/// What an identifier is for; two kinds never share one.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Class = 1,
    Subject,
    User,
    Student,
    Evaluation,
    Level,
    Phrase,
}

/// The identifier of number `number` of a kind: sorts by number, and differs from seed to seed.
pub(super) fn identifier(seed: u64, at: Timestamp, kind: Kind, number: u64) -> String {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or_default().wrapping_add(number);
    let mixed = mix(seed ^ mix(number ^ ((kind as u64) << 56)));
    let mut bytes = [0_u8; 12];
    let time = millis.to_be_bytes().into_iter().skip(2);
    let chance = mixed.to_be_bytes().into_iter().take(5);
    for (slot, byte) in bytes.iter_mut().zip(time.chain([kind as u8]).chain(chance)) {
        *slot = byte;
    }
    id::from_bytes(bytes)
}

/// Spreads bits (splitmix64).
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
