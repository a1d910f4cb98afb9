//! The index of a pack, version 2: where each object is, by name.

use crate::kernel::checksum::crc32;
use crate::kernel::volume::Oid;

const MAGIC: &[u8] = b"\xfftOc\0\0\0\x02";
const FANOUT_AT: usize = 8;
const NAMES_AT: usize = FANOUT_AT + 256 * 4;

/// An object of a pack, for its index.
pub(super) struct IndexEntry {
    pub oid: Oid,
    pub at: usize,
    /// Where the next object begins.
    pub end: usize,
}

/// The index of a pack whose checksum is at its end.
pub(super) fn write(pack: &[u8], mut entries: Vec<IndexEntry>) -> Vec<u8> {
    entries.sort_unstable_by_key(|entry| (entry.oid, entry.at));
    entries.dedup_by_key(|entry| entry.oid);
    let mut index = MAGIC.to_vec();
    let mut number =
        |number: usize| index.extend(u32::try_from(number).expect("a pack in memory is below 2 GB").to_be_bytes());
    let mut before = 0;
    for first in 0..=255_u8 {
        before += entries[before..].partition_point(|entry| entry.oid.as_bytes()[0] <= first);
        number(before);
    }
    entries.iter().for_each(|entry| index.extend(entry.oid.as_bytes()));
    entries.iter().for_each(|entry| index.extend(crc32(&pack[entry.at..entry.end]).to_be_bytes()));
    for entry in &entries {
        index.extend(u32::try_from(entry.at).expect("a pack in memory is below 2 GB").to_be_bytes());
    }
    index.extend(&pack[pack.len() - 20..]);
    index.extend(Oid::of_bytes(&index).as_bytes());
    index
}

/// Where the objects of a pack are, read from its index.
#[derive(Debug)]
pub(super) struct Index {
    bytes: Vec<u8>,
    count: usize,
}

impl Index {
    /// Reads an index, or says what is wrong with it.
    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self, &'static str> {
        if !bytes.starts_with(MAGIC) {
            return Err("it is not an index of version 2");
        }
        let index = Self { count: number(&bytes, NAMES_AT - 4).ok_or("it is cut short")?, bytes };
        let fanout: Option<Vec<usize>> = (0..256).map(|first| number(&index.bytes, FANOUT_AT + 4 * first)).collect();
        if !fanout.is_some_and(|fanout| fanout.is_sorted()) {
            return Err("its table is not in order");
        }
        if index.bytes.len() < NAMES_AT.saturating_add(index.count.saturating_mul(28)) + 40 {
            return Err("it is cut short");
        }
        Ok(index)
    }

    /// Where an object is.
    pub(super) fn find(&self, oid: &Oid) -> Option<usize> {
        let first = usize::from(oid.as_bytes()[0]);
        let fanout = |first: usize| number(&self.bytes, FANOUT_AT + 4 * first);
        let (mut low, mut high) = (if first == 0 { 0 } else { fanout(first - 1)? }, fanout(first)?);
        while low < high {
            let middle = low.midpoint(high);
            match self.oid(middle).cmp(oid) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.place(middle),
            }
        }
        None
    }

    fn oid(&self, at: usize) -> Oid {
        Oid::from_slice(&self.bytes[NAMES_AT + 20 * at..]).expect("the length was checked")
    }

    fn place(&self, at: usize) -> Option<usize> {
        const FAR: usize = 1 << 31;
        let place = number(&self.bytes, NAMES_AT + 24 * self.count + 4 * at)?;
        // Packs beyond 2 GB have their places in another table; none of that size fits a page.
        (place < FAR).then_some(place)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes: &[u8; 4] = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_be_bytes(*bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_found_and_no_other() {
        let pack = [7; 1000];
        let oid = |number: usize| Oid::of_bytes(&number.to_le_bytes());
        let entries = (0..300).map(|number| IndexEntry { oid: oid(number), at: number * 3, end: number * 3 + 3 });
        let index = Index::parse(write(&pack, entries.collect())).unwrap();
        for number in 0..300 {
            assert_eq!(index.find(&oid(number)), Some(number * 3));
        }
        assert_eq!(index.find(&oid(300)), None);
        assert!((0..index.count).map(|at| index.oid(at)).is_sorted());
        assert_eq!(index.count, 300);
        for end in [0, 8, 1000, NAMES_AT + 10, index.bytes.len() - 41] {
            assert!(Index::parse(index.bytes[..end].to_vec()).is_err(), "{end}");
        }
    }
}
