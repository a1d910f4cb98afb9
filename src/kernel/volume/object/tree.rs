//! Folders: a tree's raw bytes, read in place and edited by copying what stays.
//!
//! A tree is never taken apart into entries: looking up and editing one entry costs one pass over the bytes and no allocation per
//! entry. [`Tree::parse`] proves the bytes once; what comes after relies on it.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::kernel::volume::Oid;
use crate::kernel::volume::path::dangerous;

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A file.
    File,
    /// A file that may be run.
    Executable,
    /// A symbolic link; its content is where it leads.
    Link,
    /// A folder.
    Folder,
    /// A commit of another repository.
    Submodule,
}

impl Mode {
    /// Git's digits for it.
    pub fn digits(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Link => "120000",
            Self::Folder => "40000",
            Self::Submodule => "160000",
        }
    }

    fn of_digits(digits: &[u8]) -> Option<Self> {
        match digits {
            b"40000" | b"040000" => Some(Self::Folder),
            b"100755" => Some(Self::Executable),
            b"120000" => Some(Self::Link),
            b"160000" => Some(Self::Submodule),
            // Group-writable files stand in repositories from git's first months.
            b"100644" | b"100664" => Some(Self::File),
            _ => None,
        }
    }
}

/// One entry of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeEntry<'a> {
    /// What it is.
    pub mode: Mode,
    /// Its name, most often UTF-8.
    pub name: &'a [u8],
    /// The object that it names.
    pub oid: Oid,
}

impl TreeEntry<'_> {
    /// Which of two entries stands first in a folder; equal if they are in the same place, as entries of two versions can be.
    pub(crate) fn order(&self, other: &TreeEntry<'_>) -> Ordering {
        order(self.name, self.mode, other.name, other.mode)
    }
}

/// A folder's raw bytes, proven to be a tree.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Tree {
    raw: Vec<u8>,
}

impl Tree {
    /// A folder from its bytes, or what is wrong with them.
    pub fn parse(raw: Vec<u8>) -> Result<Self, &'static str> {
        let mut rest = &raw[..];
        let mut last: Option<TreeEntry<'_>> = None;
        while !rest.is_empty() {
            let (entry, after) =
                split_entry(rest).ok_or("an entry of the folder is cut short or of an unknown kind")?;
            if let Some(why) = dangerous(entry.name) {
                return Err(why);
            }
            if last.is_some_and(|last| order(last.name, last.mode, entry.name, entry.mode) != Ordering::Less) {
                return Err("the entries of the folder are not in order");
            }
            last = Some(entry);
            rest = after;
        }
        Ok(Self { raw })
    }

    /// Its bytes, as git stores them.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Its entries, in git's order.
    pub fn entries(&self) -> impl Iterator<Item = TreeEntry<'_>> {
        let mut rest = &self.raw[..];
        std::iter::from_fn(move || {
            let (entry, after) = split_entry(rest)?;
            rest = after;
            Some(entry)
        })
    }

    /// The entry of this name.
    pub fn entry(&self, name: &[u8]) -> Option<TreeEntry<'_>> {
        self.entries().find(|entry| entry.name == name)
    }
}

/// The first entry of a tree's bytes, and the bytes after it.
fn split_entry(raw: &[u8]) -> Option<(TreeEntry<'_>, &[u8])> {
    let space = raw.iter().take(8).position(|byte| *byte == b' ')?;
    let mode = Mode::of_digits(&raw[..space])?;
    let after_mode = &raw[space + 1..];
    let end = after_mode.iter().position(|byte| *byte == 0)?;
    let oid = Oid::from_slice(&after_mode[end + 1..])?;
    Some((TreeEntry { mode, name: &after_mode[..end], oid }, &after_mode[end + 21..]))
}

/// Git's order of a folder: by bytes, with a slash behind the names of folders.
fn order(a: &[u8], a_mode: Mode, b: &[u8], b_mode: Mode) -> Ordering {
    let common = a.len().min(b.len());
    let next = |name: &[u8], mode| match name.get(common) {
        Some(byte) => *byte,
        None if mode == Mode::Folder => b'/',
        None => 0,
    };
    a[..common].cmp(&b[..common]).then_with(|| next(a, a_mode).cmp(&next(b, b_mode)))
}

/// What becomes of one name of a folder.
pub(crate) struct TreeEdit<'a> {
    pub name: &'a [u8],
    /// `None`: the name goes.
    pub entry: Option<(Mode, Oid)>,
}

/// A folder with other entries; the edits come sorted by name, each name once.
pub(crate) fn edit_tree(tree: &Tree, edits: &[TreeEdit<'_>]) -> Tree {
    let mut puts: Vec<(&[u8], Mode, Oid)> =
        edits.iter().filter_map(|edit| edit.entry.map(|(mode, oid)| (edit.name, mode, oid))).collect();
    puts.sort_by(|a, b| order(a.0, a.1, b.0, b.1));
    let room: usize = puts.iter().map(|(name, ..)| name.len() + 28).sum();
    let mut raw = Vec::with_capacity(tree.raw.len() + room);
    let mut puts = puts.into_iter().peekable();
    let mut rest = &tree.raw[..];
    while let Some((entry, after)) = split_entry(rest) {
        let bytes = &rest[..rest.len() - after.len()];
        rest = after;
        let edit = edits.binary_search_by(|edit| edit.name.cmp(entry.name));
        if let Ok(at) = edit {
            // The same entry again stays as it was written, whatever digits its mode had.
            let same = edits[at].entry == Some((entry.mode, entry.oid));
            if !same {
                continue;
            }
        }
        while let Some(put) =
            puts.next_if(|(name, mode, _)| order(name, *mode, entry.name, entry.mode) != Ordering::Greater)
        {
            if edit.is_err() || put.0 != entry.name {
                push_entry(&mut raw, put);
            }
        }
        raw.extend_from_slice(bytes);
    }
    puts.for_each(|put| push_entry(&mut raw, put));
    Tree { raw }
}

fn push_entry(raw: &mut Vec<u8>, (name, mode, oid): (&[u8], Mode, Oid)) {
    raw.extend_from_slice(mode.digits().as_bytes());
    raw.push(b' ');
    raw.extend_from_slice(name);
    raw.push(0);
    raw.extend_from_slice(oid.as_bytes());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::kernel::volume::ObjectKind;

    fn oid(number: u8) -> Oid {
        Oid::of(ObjectKind::Blob, &[number])
    }

    /// The tree of these entries, made in the plainest way.
    fn plain(entries: &BTreeMap<Vec<u8>, (Mode, Oid)>) -> Tree {
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_key(|(name, (mode, _))| {
            let slash: &[u8] = if *mode == Mode::Folder { b"/" } else { b"" };
            [name.as_slice(), slash].concat()
        });
        let mut raw = Vec::new();
        entries.into_iter().for_each(|(name, (mode, oid))| push_entry(&mut raw, (name, *mode, *oid)));
        Tree { raw }
    }

    fn entry() -> impl Strategy<Value = (Mode, Oid)> {
        (prop_oneof![Just(Mode::File), Just(Mode::Folder), Just(Mode::Executable)], 0u8..4)
            .prop_map(|(mode, number)| (mode, oid(number)))
    }

    fn name() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof!["[a-c][.\\-0a/]?[b0]?", "é|😀|a b"].prop_map(|name: String| name.replace('/', "+").into_bytes())
    }

    proptest! {
        #[test]
        fn edited_trees_equal_trees_made_anew(
            before in prop::collection::btree_map(name(), entry(), 0..12),
            edits in prop::collection::btree_map(name(), prop::option::of(entry()), 0..8),
        ) {
            let mut after = before.clone();
            for (name, entry) in &edits {
                match entry {
                    Some(entry) => after.insert(name.clone(), *entry),
                    None => after.remove(name),
                };
            }
            let edits: Vec<TreeEdit<'_>> = edits.iter().map(|(name, entry)| TreeEdit { name, entry: *entry }).collect();
            let edited = edit_tree(&plain(&before), &edits);
            prop_assert_eq!(&edited, &plain(&after));
            prop_assert!(Tree::parse(edited.raw.clone()).is_ok());
            for (name, (mode, oid)) in &after {
                prop_assert_eq!(edited.entry(name), Some(TreeEntry { mode: *mode, name, oid: *oid }));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(raw in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = Tree::parse(raw);
        }
    }

    #[test]
    fn bad_trees_say_what_is_wrong() {
        let tree = |entries: &[(&[u8], Mode)]| {
            let mut raw = Vec::new();
            entries.iter().for_each(|(name, mode)| push_entry(&mut raw, (name, *mode, oid(0))));
            raw
        };
        assert!(Tree::parse(tree(&[(b"a", Mode::File), (b"b", Mode::File)])).is_ok());
        assert!(Tree::parse(tree(&[(b"a.b", Mode::File), (b"a", Mode::Folder), (b"a0", Mode::File)])).is_ok());
        assert!(Tree::parse(tree(&[(b"b", Mode::File), (b"a", Mode::File)])).is_err());
        assert!(Tree::parse(tree(&[(b"a", Mode::File), (b"a", Mode::File)])).is_err());
        for name in [&b".."[..], b".", b"", b".git", b".GIT", b"a/b"] {
            assert!(Tree::parse(tree(&[(name, Mode::Folder)])).is_err(), "{name:?}");
        }
        let mut cut = tree(&[(b"a", Mode::File)]);
        cut.pop();
        assert!(Tree::parse(cut).is_err());
    }
}
