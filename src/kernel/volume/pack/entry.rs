//! The head of an object inside a pack: its kind, its size, and for a delta where its base is.

use crate::kernel::volume::{ObjectKind, Oid};

/// How an object is written in a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// As it is.
    Whole(ObjectKind),
    /// As a delta to the object at this place in the same pack.
    DeltaAt(usize),
    /// As a delta to the object of this name.
    DeltaOf(Oid),
}

/// The head of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EntryHead {
    pub kind: EntryKind,
    /// The size of what is compressed: the object, or the delta.
    pub size: usize,
    /// Where the compressed bytes begin.
    pub data_at: usize,
}

/// Reads the head of the object at a place.
pub(super) fn read(pack: &[u8], at: usize) -> Result<EntryHead, &'static str> {
    const SHORT: &str = "it ends in the middle of an object";
    let mut next = at;
    let mut take = || {
        let byte = pack.get(next).copied();
        next += 1;
        byte.ok_or(SHORT)
    };
    let first = take()?;
    let mut size = u64::from(first & 15);
    let (mut byte, mut shift) = (first, 4);
    while byte & 0x80 != 0 {
        byte = take()?;
        size |= u64::from(byte & 0x7f).checked_shl(shift).filter(|_| shift < 56).ok_or("an object is too large")?;
        shift += 7;
    }
    let kind = match first >> 4 & 7 {
        1 => EntryKind::Whole(ObjectKind::Commit),
        2 => EntryKind::Whole(ObjectKind::Tree),
        3 => EntryKind::Whole(ObjectKind::Blob),
        4 => EntryKind::Whole(ObjectKind::Tag),
        6 => {
            let mut byte = take()?;
            let mut back = usize::from(byte & 0x7f);
            while byte & 0x80 != 0 {
                byte = take()?;
                back =
                    (back + 1).checked_mul(128).ok_or("a delta has its base too far away")? | usize::from(byte & 0x7f);
            }
            EntryKind::DeltaAt(
                at.checked_sub(back).filter(|_| back > 0).ok_or("a delta has its base outside the pack")?,
            )
        }
        7 => {
            let oid = pack.get(next..).and_then(Oid::from_slice).ok_or(SHORT)?;
            next += 20;
            EntryKind::DeltaOf(oid)
        }
        _ => return Err("it holds an object of an unknown kind"),
    };
    let size = usize::try_from(size).map_err(|_| "an object is too large")?;
    Ok(EntryHead { kind, size, data_at: next })
}

/// Writes the head of a whole object.
pub(super) fn write(pack: &mut Vec<u8>, kind: ObjectKind, size: usize) {
    let kind = match kind {
        ObjectKind::Commit => 1,
        ObjectKind::Tree => 2,
        ObjectKind::Blob => 3,
        ObjectKind::Tag => 4,
    };
    let mut byte = kind << 4 | (size & 15) as u8;
    let mut rest = size >> 4;
    while rest > 0 {
        pack.push(byte | 0x80);
        byte = (rest & 0x7f) as u8;
        rest >>= 7;
    }
    pack.push(byte);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_survive_being_written() {
        for size in [0, 15, 16, 2047, 2048, 1 << 28] {
            let mut pack = vec![9];
            write(&mut pack, ObjectKind::Tree, size);
            let head = EntryHead { kind: EntryKind::Whole(ObjectKind::Tree), size, data_at: pack.len() };
            assert_eq!(read(&pack, 1), Ok(head));
            assert!(read(&pack[..pack.len() - 1], 1).is_err());
        }
    }

    #[test]
    fn bases_lie_before_their_deltas() {
        let pack = [&[0; 300][..], &[0x65, 0x80, 0x00]].concat();
        assert_eq!(read(&pack, 300).map(|head| head.kind), Ok(EntryKind::DeltaAt(300 - 128)));
        assert!(read(&pack[200..], 100).is_err());
        assert!(read(&[0x65, 0], 0).is_err());
        assert!(read(&[0x00], 0).is_err());
        assert!(read(&[0xff; 40], 0).is_err());
    }
}
