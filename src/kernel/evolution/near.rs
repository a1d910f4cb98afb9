//! Which goals are worth comparing: MinHash over the words of each, in bands, so that goals that share most of their words meet in a
//! bucket and the cost of finding them does not grow with the number of goals.

use std::collections::HashMap;

use super::goal::{Goal, similarity};

/// Two goals that share 60 % of their words meet with 99 %, two that share 10 % with 11 %: then they are compared word by word.
const BANDS: usize = 12;
const ROWS: usize = 2;
/// The most goals in a bucket: a word that everybody uses must not make every goal meet every other.
const BUCKET: usize = 24;

/// Goals by their buckets, numbered as they came. Their words lie side by side: to compare a goal with hundreds, the memory is what counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Near {
    buckets: HashMap<(u8, u64), Bucket>,
    words: Vec<u32>,
    /// Where the words of each begin, and how many of them are weighty; the others follow up to the next.
    spans: Vec<(u32, u32)>,
}

#[derive(Clone, Debug, Default)]
struct Bucket {
    members: Vec<u32>,
    put: usize,
}

impl Near {
    /// Puts a goal in; it has the next number.
    pub fn put(&mut self, weighty: &[u32], generic: &[u32]) {
        let number = self.spans.len() as u32;
        self.spans.push((self.words.len() as u32, weighty.len() as u32));
        self.words.extend(weighty);
        self.words.extend(generic);
        for key in keys(weighty, generic) {
            let bucket = self.buckets.entry(key).or_default();
            if bucket.members.len() < BUCKET {
                bucket.members.push(number);
            } else {
                // The first stay: they had the most time to gather others. The newest take turns.
                let place = BUCKET / 2 + bucket.put % (BUCKET - BUCKET / 2);
                bucket.members[place] = number;
            }
            bucket.put += 1;
        }
    }

    /// How near a goal is to the one of this number.
    pub fn nearness(&self, goal: &Goal, number: u32) -> f64 {
        let number = number as usize;
        let (start, weighty) = self.spans[number];
        let end = self.spans.get(number + 1).map_or(self.words.len(), |(start, _)| *start as usize);
        let (weighty, generic) = self.words[start as usize..end].split_at(weighty as usize);
        similarity((&goal.weighty, &goal.generic), (weighty, generic))
    }

    /// The numbers of goals that may be near, each once.
    pub fn candidates(&self, goal: &Goal) -> Vec<u32> {
        let mut found: Vec<u32> = keys(&goal.weighty, &goal.generic)
            .filter_map(|key| self.buckets.get(&key))
            .flat_map(|bucket| bucket.members.iter().copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// One key for each band, over the weighty words; goals without any go by the others.
fn keys(weighty: &[u32], generic: &[u32]) -> impl Iterator<Item = (u8, u64)> {
    let words = if weighty.is_empty() { generic } else { weighty };
    let smallest =
        |seed: u64| words.iter().map(|word| mixed(u64::from(*word) ^ (seed << 32 | seed))).min().unwrap_or_default();
    let band = |band: usize| {
        let rows = (0..ROWS).map(|row| smallest((band * ROWS + row + 1) as u64));
        (band as u8, rows.fold(0_u64, |key, row| mixed(key ^ row)))
    };
    (0..BANDS).map(band).collect::<Vec<_>>().into_iter()
}

/// SplitMix64's finaliser: every bit of the input moves half of the output's.
fn mixed(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
