//! An object as a row of its own: header and content in one zlib stream.

use super::zlib::{inflate, store};
use super::{Object, ObjectKind};
use crate::kernel::volume::Oid;

/// The most bytes that an object may have; more would not fit the memory of a page.
const MOST_BYTES: usize = 1 << 30;

/// The row of an object.
pub(crate) fn encode_loose(kind: ObjectKind, content: &[u8]) -> Vec<u8> {
    store(&[&kind.header(content.len()), content])
}

/// The object that a row holds, proven by its name.
pub(crate) fn decode_loose(oid: Oid, row: &[u8]) -> Result<Object, &'static str> {
    let mut bytes = inflate(row, MOST_BYTES)?.content;
    if Oid::of_bytes(&bytes) != oid {
        return Err("its content is not what its name stands for");
    }
    let end = bytes.iter().position(|byte| *byte == 0).ok_or("it has no header")?;
    let space = bytes[..end].iter().position(|byte| *byte == b' ').ok_or("its header has no size")?;
    let kind = ObjectKind::of_name(&bytes[..space]).ok_or("its kind is unknown")?;
    let size = std::str::from_utf8(&bytes[space + 1..end]).ok().and_then(|size| size.parse::<usize>().ok());
    if size != Some(bytes.len() - end - 1) {
        return Err("its size is not what its header says");
    }
    bytes.drain(..=end);
    Ok(Object { kind, content: bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_its_object_or_says_why_not() {
        let oid = Oid::of(ObjectKind::Blob, b"hello\n");
        let row = encode_loose(ObjectKind::Blob, b"hello\n");
        let object = Object { kind: ObjectKind::Blob, content: b"hello\n".to_vec() };
        assert_eq!(decode_loose(oid, &row).as_ref(), Ok(&object));
        for at in 0..row.len() - 4 {
            let mut altered = row.clone();
            altered[at] ^= 0x10;
            // A few bits of a stream's head mean nothing.
            assert!(decode_loose(oid, &altered).is_err() || at < 3, "{at}");
        }
    }
}
