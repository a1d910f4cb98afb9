//! Random texts and trees, and random changes of them on two sides.

use llmos_lite::kernel::merge::{Entry, Mode, Tree};
use proptest::prelude::*;
use proptest::sample::select;

/// Few different lines, so that changes can stand in several places; blank ones, indented ones, ones of only signs.
const LINES: &[&str] =
    &["", "", "}", "    }", "    let a = 1;", "fn f() {", "the same", "the same", "alone", "größe → Ω", "x"];

fn any_line() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(LINES).prop_map(str::to_owned), 1 => "[a-z]{1,3}( [a-z]{1,3}){0,3}"]
}

fn text(lines: &[String], ending: &str, is_closed: bool) -> String {
    let text = lines.iter().map(|line| format!("{line}{ending}")).collect::<String>();
    if is_closed { text } else { text.strip_suffix(ending).unwrap_or(&text).to_owned() }
}

fn any_ending() -> impl Strategy<Value = &'static str> {
    select(&["\n", "\n", "\r\n"][..])
}

/// Any text at all.
pub fn any_text() -> impl Strategy<Value = String> {
    let lines = proptest::collection::vec(any_line(), 0..12);
    (lines, any_ending(), any::<bool>()).prop_map(|(lines, ending, is_closed)| text(&lines, ending, is_closed))
}

/// A change of some lines: where, how many go, which come.
type Edit = (prop::sample::Index, usize, Vec<String>);

fn any_edits(most: usize) -> impl Strategy<Value = Vec<Edit>> {
    let edit = (any::<prop::sample::Index>(), 0..3_usize, proptest::collection::vec(any_line(), 0..3));
    proptest::collection::vec(edit, 0..=most)
}

fn edited(lines: &[String], edits: Vec<Edit>) -> Vec<String> {
    let mut lines = lines.to_vec();
    for (place, gone, new) in edits {
        let start = place.index(lines.len() + 1);
        let end = (start + gone).min(lines.len());
        lines.splice(start..end, new);
    }
    lines
}

/// A text and what two people made of it.
pub fn any_edited_texts() -> impl Strategy<Value = [String; 3]> {
    let lines = proptest::collection::vec(any_line(), 0..40);
    let closed = any::<[prop::sample::Index; 3]>();
    (lines, any_edits(4), any_edits(4), any_ending(), closed).prop_map(|(base, ours, theirs, ending, closed)| {
        let texts = [base.clone(), edited(&base, ours), edited(&base, theirs)];
        // Mostly with an ending on the last line.
        std::array::from_fn(|side| text(&texts[side], ending, closed[side].index(4) > 0))
    })
}

fn any_entry() -> impl Strategy<Value = Entry<u8>> {
    let mode = select(&[Mode::File, Mode::File, Mode::File, Mode::Executable, Mode::Link][..]);
    (mode, 0..4_u8).prop_map(|(mode, id)| Entry { mode, id })
}

/// Where files may be in random trees: in some of them, some are folders.
pub const PATHS: &[&str] = &["a", "a/b", "a/b/c", "a/d", "e", "e.x", "f/g", "f/h"];

/// A tree and what two people made of it; no path is a file and a folder in one tree.
pub fn any_edited_trees() -> impl Strategy<Value = [Tree<u8>; 3]> {
    let base = proptest::collection::btree_map(select(PATHS).prop_map(str::to_owned), any_entry(), 0..8);
    let changes = || {
        let change = proptest::option::weighted(0.7, any_entry());
        proptest::collection::btree_map(select(PATHS).prop_map(str::to_owned), change, 0..4)
    };
    (base, changes(), changes()).prop_map(|(base, ours, theirs)| {
        let changed = |changes: std::collections::BTreeMap<String, Option<Entry<u8>>>| {
            let mut tree = base.clone();
            for (path, entry) in changes {
                match entry {
                    Some(entry) => tree.insert(path, entry),
                    None => tree.remove(&path),
                };
            }
            possible(tree)
        };
        [possible(base.clone()), changed(ours), changed(theirs)]
    })
}

/// Without the files that stand where a folder has to be.
fn possible(tree: Tree<u8>) -> Tree<u8> {
    let is_folder = |path: &String| tree.keys().any(|other| other.starts_with(&format!("{path}/")));
    tree.iter().filter(|(path, _)| !is_folder(path)).map(|(path, entry)| (path.clone(), *entry)).collect()
}
