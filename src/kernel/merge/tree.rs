//! Three-way merge of trees of files: which file is taken from which side, which two need their contents merged, and what does not fit.
//!
//! Looks at paths, modes and ids only, and never at a file's content. Renames are not guessed: a renamed file is one removed and one added.
//! All three sides may leave out what is the same in all of them; the answer is what to change in `ours`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// What kind of file an entry is, as git knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// `100644`
    File,
    /// `100755`
    Executable,
    /// `120000`: its content is a path.
    Link,
    /// `160000`: the commit of another repository.
    Submodule,
}

impl Mode {
    /// Whether its content is lines that can be merged.
    pub fn holds_text(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// One file of a tree; `Id` names its content, such as an object id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Entry<Id> {
    /// What kind it is.
    pub mode: Mode,
    /// Its content.
    pub id: Id,
}

/// All files of a tree by their whole path.
pub type Tree<Id> = BTreeMap<String, Entry<Id>>;

/// What has to happen to `ours`, and what somebody has to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreeMerge<Id> {
    /// Files to put (or with none, to remove) so that ours has the changes of theirs. Removals free their paths before files are put.
    pub changes: BTreeMap<String, Option<Entry<Id>>>,
    /// Files that both sides changed, whose contents may still fit together.
    pub contents: Vec<ContentMerge<Id>>,
    /// Files that do not fit together, whatever is in them; ours stays as it is until somebody decides.
    pub conflicts: Vec<TreeConflict<Id>>,
}

impl<Id> TreeMerge<Id> {
    /// Whether nothing is left to merge or to decide.
    pub fn is_settled(&self) -> bool {
        self.contents.is_empty() && self.conflicts.is_empty()
    }
}

/// A file whose contents have to be merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContentMerge<Id> {
    /// Where it is.
    pub path: String,
    /// Its content before both; none if both added it.
    pub base: Option<Id>,
    /// Its content here.
    pub ours: Id,
    /// Its content there.
    pub theirs: Id,
    /// The mode of the result.
    pub mode: Mode,
}

/// A path on which the two sides cannot both have their way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreeConflict<Id> {
    /// Where it is.
    pub path: String,
    /// What went wrong.
    pub kind: ConflictKind,
    /// The file before both.
    pub base: Option<Entry<Id>>,
    /// The file here.
    pub ours: Option<Entry<Id>>,
    /// The file there.
    pub theirs: Option<Entry<Id>>,
}

/// One side of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhichSide {
    /// Here.
    Ours,
    /// There.
    Theirs,
}

/// Why two sides do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "name", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ConflictKind {
    /// Both changed it, and it is a link or a submodule on a side, or changed its mode in two ways.
    BothChanged,
    /// Both added it as different kinds of files.
    BothAdded,
    /// One side removed what the other changed.
    RemovedAndChanged {
        /// Who removed it.
        removed_by: WhichSide,
    },
    /// It is a file on one side and a folder on the other; what theirs has at and below the path waits with it.
    FileAndFolder {
        /// Where it is a file.
        file_in: WhichSide,
    },
}

/// Brings two changed trees together.
pub fn merge_trees<Id: Copy + Eq>(base: &Tree<Id>, ours: &Tree<Id>, theirs: &Tree<Id>) -> TreeMerge<Id> {
    let mut merge = TreeMerge { changes: BTreeMap::new(), contents: Vec::new(), conflicts: Vec::new() };
    let paths: BTreeSet<&String> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
    for path in paths {
        let at = |tree: &Tree<Id>| tree.get(path).copied();
        merge.file(path, at(base), at(ours), at(theirs));
    }
    merge.keep_files_and_folders_apart(base, ours, theirs);
    merge
}

impl<Id: Copy + Eq> TreeMerge<Id> {
    fn file(&mut self, path: &str, base: Option<Entry<Id>>, ours: Option<Entry<Id>>, theirs: Option<Entry<Id>>) {
        if ours == theirs || theirs == base {
            return;
        }
        if ours == base {
            self.changes.insert(path.to_owned(), theirs);
            return;
        }
        let kind = match (ours, theirs) {
            (Some(ours), Some(theirs)) => match self.both_changed(path, base, ours, theirs) {
                None => return,
                Some(kind) => kind,
            },
            (None, _) => ConflictKind::RemovedAndChanged { removed_by: WhichSide::Ours },
            (_, None) => ConflictKind::RemovedAndChanged { removed_by: WhichSide::Theirs },
        };
        self.conflicts.push(TreeConflict { path: path.to_owned(), kind, base, ours, theirs });
    }

    /// Settles a file that both sides have and changed, or says why that cannot be.
    fn both_changed(
        &mut self,
        path: &str,
        base: Option<Entry<Id>>,
        ours: Entry<Id>,
        theirs: Entry<Id>,
    ) -> Option<ConflictKind> {
        let failed = Some(if base.is_none() { ConflictKind::BothAdded } else { ConflictKind::BothChanged });
        // The content of a link means nothing to a file.
        if ours.mode != theirs.mode && !(ours.mode.holds_text() && theirs.mode.holds_text()) {
            return failed;
        }
        let Some(mode) = merged(base.map(|base| base.mode), ours.mode, theirs.mode) else {
            return failed;
        };
        let base = base.map(|base| base.id);
        if let Some(id) = merged(base, ours.id, theirs.id) {
            let entry = Entry { mode, id };
            if entry != ours {
                self.changes.insert(path.to_owned(), Some(entry));
            }
            return None;
        }
        if !mode.holds_text() {
            return failed;
        }
        self.contents.push(ContentMerge { path: path.to_owned(), base, ours: ours.id, theirs: theirs.id, mode });
        None
    }

    /// Finds files that the merge would put where it also wants a folder, and leaves these to a person.
    fn keep_files_and_folders_apart(&mut self, base: &Tree<Id>, ours: &Tree<Id>, theirs: &Tree<Id>) {
        let undecided: BTreeSet<&str> = self.conflicts.iter().map(|conflict| conflict.path.as_str()).collect();
        let kept = |path: &&String| !matches!(self.changes.get(*path), Some(None));
        let stays: BTreeSet<&str> = ours.keys().filter(kept).map(String::as_str).collect();
        let arrives: BTreeSet<&str> = self
            .changes
            .iter()
            .filter(|(_, entry)| entry.is_some())
            .map(|(path, _)| path.as_str())
            .chain(theirs.keys().map(String::as_str).filter(|path| undecided.contains(path)))
            .collect();
        let mut clashes: Vec<(String, WhichSide)> = Vec::new();
        for path in &arrives {
            if is_folder(&stays, path) {
                clashes.push(((*path).to_owned(), WhichSide::Theirs));
            }
        }
        for path in &stays {
            if is_folder(&arrives, path) {
                clashes.push(((*path).to_owned(), WhichSide::Ours));
            }
        }
        for (path, file_in) in clashes {
            let below = format!("{path}/");
            self.changes.retain(|other, entry| entry.is_none() || (*other != path && !other.starts_with(&below)));
            self.conflicts.retain(|conflict| conflict.path != path);
            let at = |tree: &Tree<Id>| tree.get(&path).copied();
            let (base, ours, theirs) = (at(base), at(ours), at(theirs));
            let kind = ConflictKind::FileAndFolder { file_in };
            self.conflicts.push(TreeConflict { path, kind, base, ours, theirs });
        }
        self.conflicts.sort_by(|one, other| one.path.cmp(&other.path));
    }
}

/// Whether some of these paths lie below this one.
fn is_folder(paths: &BTreeSet<&str>, path: &str) -> bool {
    let below = format!("{path}/");
    paths.range(below.as_str()..).next().is_some_and(|next| next.starts_with(&below))
}

/// The value that changed, or that both have; none if each changed it in its way.
fn merged<T: Copy + Eq>(base: Option<T>, ours: T, theirs: T) -> Option<T> {
    if ours == theirs || base == Some(theirs) {
        Some(ours)
    } else if base == Some(ours) {
        Some(theirs)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use super::*;

    /// `a=1 b=x2 c/d=l3`: paths, a letter for a mode that is not a plain file's, and a content.
    fn tree(text: &str) -> Tree<char> {
        text.split_whitespace()
            .map(|word| {
                let (path, content) = word.split_once('=').unwrap();
                let mode = match content.chars().next() {
                    Some('x') => Mode::Executable,
                    Some('l') => Mode::Link,
                    Some('s') => Mode::Submodule,
                    _ => Mode::File,
                };
                (path.to_owned(), Entry { mode, id: content.chars().last().unwrap() })
            })
            .collect()
    }

    fn check(base: &str, ours: &str, theirs: &str, expected: Expect) {
        let merge = merge_trees(&tree(base), &tree(ours), &tree(theirs));
        let mut shown = String::new();
        for (path, entry) in &merge.changes {
            match entry {
                Some(Entry { mode, id }) => writeln!(shown, "put {path} {mode:?} {id}").unwrap(),
                None => writeln!(shown, "remove {path}").unwrap(),
            }
        }
        for ContentMerge { path, base, ours, theirs, mode } in &merge.contents {
            writeln!(shown, "merge {path} {mode:?} {ours}|{}|{theirs}", base.unwrap_or('-')).unwrap();
        }
        for TreeConflict { path, kind, .. } in &merge.conflicts {
            writeln!(shown, "conflict {path} {kind:?}").unwrap();
        }
        expected.assert_eq(&shown);
    }

    #[test]
    fn what_one_side_changed_is_taken() {
        check(
            "a=1 b=1 c=1 d=1",
            "a=2 b=1 c=1 e=1",
            "a=1 b=2 d=1 f=1",
            expect![[r#"
                put b File 2
                remove c
                put f File 1
            "#]],
        );
    }

    #[test]
    fn what_both_did_alike_is_done() {
        check("a=1 b=1", "a=2 c=3", "a=2 c=3", expect![""]);
    }

    #[test]
    fn contents_that_both_changed_are_merged_later() {
        check(
            "a=1",
            "a=2 b=1",
            "a=3 b=2",
            expect![[r#"
            merge a File 2|1|3
            merge b File 1|-|2
        "#]],
        );
    }

    #[test]
    fn a_mode_and_a_content_change_apart() {
        check(
            "a=1 b=1",
            "a=x1 b=x2",
            "a=2 b=3",
            expect![[r#"
            put a Executable 2
            merge b Executable 2|1|3
        "#]],
        );
    }

    #[test]
    fn removed_here_and_changed_there_is_for_a_person() {
        check(
            "a=1 b=1",
            "b=2",
            "a=2",
            expect![[r#"
            conflict a RemovedAndChanged { removed_by: Ours }
            conflict b RemovedAndChanged { removed_by: Theirs }
        "#]],
        );
    }

    #[test]
    fn links_and_modes_do_not_merge() {
        check(
            "a=l1 b=1",
            "a=l2 b=x2 c=1",
            "a=l3 b=l3 c=x1",
            expect![[r#"
            conflict a BothChanged
            conflict b BothChanged
            conflict c BothAdded
        "#]],
        );
    }

    #[test]
    fn a_file_never_stands_where_a_folder_is() {
        check(
            "",
            "a=1",
            "a/b=1 a/c/d=1 e=1",
            expect![[r#"
            put e File 1
            conflict a FileAndFolder { file_in: Ours }
        "#]],
        );
        check("", "a/b=1", "a=1", expect!["conflict a FileAndFolder { file_in: Theirs }\n"]);
    }

    #[test]
    fn a_folder_that_became_a_file_on_one_side_is_taken() {
        check(
            "a/b=1",
            "a/b=1",
            "a=2",
            expect![[r#"
            put a File 2
            remove a/b
        "#]],
        );
        check(
            "a=1",
            "a=1",
            "a/b=2",
            expect![[r#"
            remove a
            put a/b File 2
        "#]],
        );
    }

    #[test]
    fn a_folder_that_became_a_file_while_somebody_worked_in_it_is_for_a_person() {
        check(
            "a/b=1",
            "a/b=2",
            "a=2",
            expect![[r#"
            conflict a FileAndFolder { file_in: Theirs }
            conflict a/b RemovedAndChanged { removed_by: Theirs }
        "#]],
        );
        check(
            "a/b=1",
            "a=2",
            "a/b=2",
            expect![[r#"
            conflict a FileAndFolder { file_in: Ours }
            conflict a/b RemovedAndChanged { removed_by: Ours }
        "#]],
        );
        check(
            "a/b=1 a/c=1",
            "a/b=1 a/c=1 a/d=1",
            "a=2",
            expect![[r#"
            remove a/b
            remove a/c
            conflict a FileAndFolder { file_in: Theirs }
        "#]],
        );
    }
}
