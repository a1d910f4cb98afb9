//! Writing a pack: every object whole, one after another.

use super::entry;
use crate::kernel::volume::object::{Deflater, store};
use crate::kernel::volume::{Object, ObjectKind, Oid};

/// How the objects of a pack are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// As they are: the least time.
    None,
    /// Files and commits compressed at the least cost: for the wire.
    #[default]
    Fast,
}

/// A pack being written.
#[derive(Debug)]
pub struct OutgoingPack {
    bytes: Vec<u8>,
    objects: u32,
    deflater: Option<Deflater>,
}

impl OutgoingPack {
    /// A pack without objects.
    pub fn new(compression: Compression) -> Self {
        let deflater = match compression {
            Compression::None => None,
            Compression::Fast => Some(Deflater::new()),
        };
        Self { bytes: b"PACK\0\0\0\x02\0\0\0\0".to_vec(), objects: 0, deflater }
    }

    /// Adds an object; each only once.
    pub fn add(&mut self, object: &Object) {
        entry::write(&mut self.bytes, object.kind, object.content.len());
        // Folders are names of objects for the most part, and those are as good as chance.
        let deflater = self.deflater.as_mut().filter(|_| object.kind != ObjectKind::Tree);
        self.bytes.extend(match deflater {
            None => store(&[&object.content]),
            Some(deflater) => deflater.deflate(&object.content),
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
