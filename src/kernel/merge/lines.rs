//! Lines of a text and which of them differ between two texts: the one place that knows the diff library.
//!
//! Works on bytes, keeps every line's ending as part of the line, and never takes time that grows with the square of the input.

use std::hash::Hash;
use std::ops::Range;

use gix_imara_diff::{Algorithm, Diff, InternedInput, Interner};

/// Beyond this many pieces on both sides together (without their common start and end) nobody reads a minimal answer: all of it counts
/// as replaced.
const MOST_PIECES: usize = 400_000;

/// Pieces `before` of the older sequence gave way to pieces `after` of the newer; one of the two may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// In the older sequence, from 0.
    pub before: Range<usize>,
    /// In the newer sequence, from 0.
    pub after: Range<usize>,
}

/// The lines of a text, each with its ending; only the last may have none.
pub fn split(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// What differs, placed as `git diff` places it: where a change could stand in several places, where its indentation reads best.
pub fn changes_to_read(before: &[&[u8]], after: &[&[u8]]) -> Vec<Change> {
    changes(before, after, Diff::postprocess_lines)
}

/// What differs, placed as `git merge-file` places it: as far down as it can stand.
pub fn changes_to_merge<Piece: Hash + Eq + Copy>(before: &[Piece], after: &[Piece]) -> Vec<Change> {
    changes(before, after, Diff::postprocess_no_heuristic)
}

fn changes<Piece: Hash + Eq + Copy>(
    before: &[Piece],
    after: &[Piece],
    place: impl Fn(&mut Diff, &InternedInput<Piece>),
) -> Vec<Change> {
    if before == after {
        return Vec::new();
    }
    let shared = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let rest = (&before[shared..], &after[shared..]);
    let shared_at_end = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(one, other)| one == other).count();
    if rest.0.len() + rest.1.len() - 2 * shared_at_end > MOST_PIECES {
        let replaced = |sequence: &[Piece]| shared..sequence.len() - shared_at_end;
        return vec![Change { before: replaced(before), after: replaced(after) }];
    }
    let interner = Interner::new(before.len() + after.len());
    let mut input =
        InternedInput { before: Vec::with_capacity(before.len()), after: Vec::with_capacity(after.len()), interner };
    input.update_before(before.iter().copied());
    input.update_after(after.iter().copied());
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    place(&mut diff, &input);
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| Change { before: range(hunk.before), after: range(hunk.after) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_may_lack_its_ending() {
        assert_eq!(split(b""), Vec::<&[u8]>::new());
        assert_eq!(split(b"a"), [b"a"]);
        assert_eq!(split(b"a\n"), [b"a\n"]);
        assert_eq!(split(b"a\r\n\nb"), [&b"a\r\n"[..], b"\n", b"b"]);
    }

    #[test]
    fn a_change_takes_pieces_away_puts_them_in_or_both() {
        let of = |before: &str, after: &str| {
            let pieces = |text: &str| text.chars().collect::<Vec<char>>();
            let changes = changes_to_merge(&pieces(before), &pieces(after));
            changes.into_iter().map(|change| (change.before, change.after)).collect::<Vec<_>>()
        };
        assert_eq!(of("abc", "abc"), []);
        assert_eq!(of("abc", "ac"), [(1..2, 1..1)]);
        assert_eq!(of("ac", "abc"), [(1..1, 1..2)]);
        assert_eq!(of("abcd", "aXcY"), [(1..2, 1..2), (3..4, 3..4)]);
        assert_eq!(of("", "ab"), [(0..0, 0..2)]);
    }

    #[test]
    fn a_change_without_end_is_one_replacement() {
        let before: Vec<usize> = (0..MOST_PIECES).collect();
        let mut after: Vec<usize> = before.iter().rev().copied().collect();
        after.insert(0, usize::MAX);
        let mut changed = before.clone();
        changed.insert(0, usize::MAX);
        assert_eq!(changes_to_merge(&before, &changed).len(), 1, "one insertion is found in any length");
        assert_eq!(changes_to_merge(&before, &after), [Change { before: 0..MOST_PIECES, after: 0..MOST_PIECES + 1 }]);
    }
}
