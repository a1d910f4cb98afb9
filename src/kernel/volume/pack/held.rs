//! A pack that a volume holds: objects out of it by name, each verified.

use std::cell::RefCell;
use std::rc::Rc;

use super::entry::{self, EntryKind};
use super::idx::Index;
use super::{MOST_BYTES, delta};
use crate::kernel::volume::lru::Recent;
use crate::kernel::volume::object::inflate;
use crate::kernel::volume::{Object, ObjectKind, Oid};

/// Git writes chains of at most 50 deltas, and refuses more than 4095.
const LONGEST_CHAIN: usize = 4_096;

/// A pack's index, and what was read from the pack lately.
#[derive(Debug)]
pub(crate) struct HeldPack {
    /// The row that holds the pack.
    pub(crate) key: String,
    index: Index,
    bases: RefCell<Recent<usize, (ObjectKind, Vec<u8>)>>,
}

impl HeldPack {
    /// A pack by the row that holds it and the bytes of its index.
    pub(crate) fn new(key: String, idx: Vec<u8>) -> Result<Self, &'static str> {
        Ok(Self { key, index: Index::parse(idx)?, bases: RefCell::new(Recent::new(4_096, 16 << 20)) })
    }

    /// Whether it holds an object.
    pub(crate) fn holds(&self, oid: &Oid) -> bool {
        self.index.find(oid).is_some()
    }

    /// An object that it holds.
    pub(crate) fn read(&self, pack: &[u8], oid: Oid) -> Result<Object, &'static str> {
        let mut at = self.index.find(&oid).ok_or("the pack does not hold it")?;
        let mut chain = Vec::new();
        let mut base = loop {
            if let Some(base) = self.bases.borrow_mut().get(&at) {
                break base;
            }
            let head = entry::read(pack, at)?;
            if head.size > MOST_BYTES || chain.len() > LONGEST_CHAIN {
                return Err("it is too large");
            }
            let content = inflate(pack.get(head.data_at..).unwrap_or_default(), head.size)?.content;
            if let EntryKind::Whole(kind) = head.kind {
                break self.keep(at, kind, content);
            }
            chain.push((at, content));
            at = match head.kind {
                EntryKind::DeltaAt(base) => base,
                EntryKind::DeltaOf(base) => self.index.find(&base).ok_or("the base of its delta is not in the pack")?,
                EntryKind::Whole(_) => at,
            };
        };
        while let Some((at, delta)) = chain.pop() {
            let content = delta::apply(&base.1, &delta, MOST_BYTES)?;
            base = self.keep(at, base.0, content);
        }
        let object = Object { kind: base.0, content: base.1.clone() };
        if Oid::of(object.kind, &object.content) == oid {
            Ok(object)
        } else {
            Err("its content is not what its name stands for")
        }
    }

    /// Keeps what other objects may be deltas to.
    fn keep(&self, at: usize, kind: ObjectKind, content: Vec<u8>) -> Rc<(ObjectKind, Vec<u8>)> {
        let bytes = content.len();
        let base = Rc::new((kind, content));
        self.bases.borrow_mut().put(at, Rc::clone(&base), bytes);
        base
    }
}
