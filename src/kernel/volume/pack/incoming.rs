//! Reading a pack from elsewhere: every object is hashed, deltas are resolved, and what is missing is asked for.
//!
//! A *thin* pack holds deltas to objects that the receiver has. [`IncomingPack::resolve`] names those; once they are added, the pack
//! stands by itself. Never trusts sizes, places or names: a wrong one is an error, never a panic.

use std::collections::HashMap;
use std::rc::Rc;

use super::entry::{self, EntryKind};
use super::idx::{self, IndexEntry};
use super::outgoing::seal;
use super::{MOST_BYTES, delta};
use crate::kernel::volume::object::{inflate, store};
use crate::kernel::volume::{Object, ObjectKind, Oid, VolumeError};

const HEADER_BYTES: usize = 12;
const CHECKSUM_BYTES: usize = 20;

struct Entry {
    at: usize,
    end: usize,
    state: State,
}

enum State {
    /// What it is, and by which name.
    Known(ObjectKind, Oid),
    /// A delta that waits for its base.
    Waiting(Vec<u8>),
}

/// A pack whose objects are being verified.
pub struct IncomingPack {
    /// The pack without its checksum.
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// The deltas that wait for the object at a place, or of a name.
    waiting_at: HashMap<usize, Vec<usize>>,
    waiting_for: HashMap<Oid, Vec<usize>>,
    /// Whole objects whose deltas were not looked for yet.
    fresh: Vec<usize>,
}

/// A pack of which every object was hashed, with its index.
#[derive(Clone, Debug)]
pub struct VerifiedPack {
    /// Its name: its checksum.
    pub name: Oid,
    /// The pack.
    pub pack: Vec<u8>,
    /// Its index, version 2.
    pub idx: Vec<u8>,
    /// The objects in it.
    pub oids: Vec<Oid>,
}

impl VerifiedPack {
    /// The rows that hold it.
    pub(crate) fn rows(self) -> [(String, Vec<u8>); 2] {
        let key = format!("{}pack-{}", super::PACKS, self.name);
        [(format!("{key}.pack"), self.pack), (format!("{key}.idx"), self.idx)]
    }
}

impl IncomingPack {
    /// Reads a pack: its checksum, and every object that is whole.
    pub fn read(mut bytes: Vec<u8>) -> Result<Self, VolumeError> {
        let bad = |why: &str| VolumeError::Pack(why.to_owned());
        if bytes.len() < HEADER_BYTES + CHECKSUM_BYTES || !bytes.starts_with(b"PACK") {
            return Err(bad("it does not begin as a pack does"));
        }
        if bytes[4..8] != [0, 0, 0, 2] {
            return Err(bad("it is of a version that nobody writes"));
        }
        let content = bytes.len() - CHECKSUM_BYTES;
        if Oid::from_slice(&bytes[content..]) != Some(Oid::of_bytes(&bytes[..content])) {
            return Err(bad("its checksum is wrong: it was cut short or altered on its way"));
        }
        bytes.truncate(content);
        let objects = u32::from_be_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]);
        let mut pack = Self {
            bytes,
            entries: Vec::new(),
            waiting_at: HashMap::new(),
            waiting_for: HashMap::new(),
            fresh: Vec::new(),
        };
        let mut at = HEADER_BYTES;
        for _ in 0..objects {
            at = pack.read_entry(at).map_err(bad)?;
        }
        if at != pack.bytes.len() {
            return Err(bad("it holds more than it says"));
        }
        Ok(pack)
    }

    /// Reads the object at a place; answers where the next one is.
    fn read_entry(&mut self, at: usize) -> Result<usize, &'static str> {
        let head = entry::read(&self.bytes, at)?;
        if head.size > MOST_BYTES {
            return Err("an object is too large");
        }
        let inflated = inflate(&self.bytes[head.data_at..], head.size)?;
        if inflated.content.len() != head.size {
            return Err("an object is smaller than it says");
        }
        let index = self.entries.len();
        let state = match head.kind {
            EntryKind::Whole(kind) => {
                self.fresh.push(index);
                State::Known(kind, Oid::of(kind, &inflated.content))
            }
            EntryKind::DeltaAt(base) => {
                self.waiting_at.entry(base).or_default().push(index);
                State::Waiting(inflated.content)
            }
            EntryKind::DeltaOf(base) => {
                self.waiting_for.entry(base).or_default().push(index);
                State::Waiting(inflated.content)
            }
        };
        let end = head.data_at + inflated.stream_bytes;
        self.entries.push(Entry { at, end, state });
        Ok(end)
    }

    /// Resolves every delta whose base is at hand; answers the names of bases that are not in the pack.
    pub fn resolve(&mut self) -> Result<Vec<Oid>, VolumeError> {
        for index in std::mem::take(&mut self.fresh) {
            self.resolve_from(index).map_err(|why| VolumeError::Pack(why.to_owned()))?;
        }
        let mut missing: Vec<Oid> = self.waiting_for.keys().copied().collect();
        missing.sort_unstable();
        Ok(missing)
    }

    /// Resolves the deltas to one whole object, the deltas to those, and so on.
    fn resolve_from(&mut self, index: usize) -> Result<(), &'static str> {
        let Entry { at, state: State::Known(kind, oid), .. } = self.entries[index] else { return Ok(()) };
        if !self.waiting_at.contains_key(&at) && !self.waiting_for.contains_key(&oid) {
            return Ok(());
        }
        let head = entry::read(&self.bytes, at)?;
        let content = inflate(&self.bytes[head.data_at..], head.size)?.content;
        let mut bases = vec![(at, oid, Rc::new(content))];
        while let Some((at, oid, base)) = bases.pop() {
            let children = [self.waiting_at.remove(&at), self.waiting_for.remove(&oid)];
            for child in children.into_iter().flatten().flatten() {
                let entry = &mut self.entries[child];
                let State::Waiting(delta) = &entry.state else { continue };
                let content = delta::apply(&base, delta, MOST_BYTES)?;
                let oid = Oid::of(kind, &content);
                entry.state = State::Known(kind, oid);
                if self.waiting_at.contains_key(&entry.at) || self.waiting_for.contains_key(&oid) {
                    bases.push((entry.at, oid, Rc::new(content)));
                }
            }
        }
        Ok(())
    }

    /// Adds an object that the pack's deltas need, so that it stands by itself; resolve again afterwards.
    pub fn add_base(&mut self, object: &Object) {
        let at = self.bytes.len();
        entry::write(&mut self.bytes, object.kind, object.content.len());
        self.bytes.extend(store(&[&object.content]));
        self.fresh.push(self.entries.len());
        let state = State::Known(object.kind, Oid::of(object.kind, &object.content));
        self.entries.push(Entry { at, end: self.bytes.len(), state });
    }

    /// The verified pack and its index.
    pub fn finish(self) -> Result<VerifiedPack, VolumeError> {
        let mut index = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let State::Known(_, oid) = entry.state else {
                return Err(VolumeError::Pack("a delta has no base".to_owned()));
            };
            index.push(IndexEntry { oid, at: entry.at, end: entry.end });
        }
        let oids = index.iter().map(|entry| entry.oid).collect();
        let objects = u32::try_from(self.entries.len()).expect("a pack in memory has fewer objects");
        let pack = seal(self.bytes, objects);
        let name = Oid::from_slice(&pack[pack.len() - CHECKSUM_BYTES..]).expect("it was sealed just now");
        Ok(VerifiedPack { name, idx: idx::write(&pack, index), pack, oids })
    }
}
