//! Writing a pack: every object whole, one after another.

use super::entry;
use crate::kernel::volume::object::{deflate_fast, store};
use crate::kernel::volume::{Object, Oid};

/// How the objects of a pack are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// As they are: the least time.
    None,
    /// Compressed at the least cost: for the wire.
    #[default]
    Fast,
}

/// A pack being written.
#[derive(Debug)]
pub struct OutgoingPack {
    bytes: Vec<u8>,
    objects: u32,
    compression: Compression,
}

impl OutgoingPack {
    /// A pack without objects.
    pub fn new(compression: Compression) -> Self {
        Self { bytes: b"PACK\0\0\0\x02\0\0\0\0".to_vec(), objects: 0, compression }
    }

    /// Adds an object; each only once.
    pub fn add(&mut self, object: &Object) {
        entry::write(&mut self.bytes, object.kind, object.content.len());
        self.bytes.extend(match self.compression {
            Compression::None => store(&[&object.content]),
            Compression::Fast => deflate_fast(&object.content),
        });
        self.objects += 1;
    }

    /// How many objects it holds.
    pub fn objects(&self) -> u32 {
        self.objects
    }

    /// The finished pack, with its checksum at its end.
    pub fn finish(self) -> Vec<u8> {
        seal(self.bytes, self.objects)
    }
}

/// A pack's bytes with the right number of objects and the right checksum.
pub(super) fn seal(mut bytes: Vec<u8>, objects: u32) -> Vec<u8> {
    bytes[8..12].copy_from_slice(&objects.to_be_bytes());
    let checksum = Oid::of_bytes(&bytes);
    bytes.extend(checksum.as_bytes());
    bytes
}
