//! Three-way merge of a text: changes of two sides that keep a line apart come together, all else is a conflict, as data.
//!
//! Works line by line on bytes, so that every ending stays as it was written, a missing last one too. Where `git merge-file` is clean this is
//! clean, with the same bytes. A text without a common base merges against an empty one.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Serialize, Serializer};

use super::diff::{LineSpan, is_binary};
use super::lines::{Change, changes_to_merge, split};

/// What became of two changed texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextMerge {
    /// One text with all changes of both.
    Clean(Vec<u8>),
    /// Somebody has to decide in places.
    Conflicts(ConflictedText),
    /// One of the three is no text: only one side or the other can be taken.
    NotText,
}

/// A text of which some places are undecided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConflictedText {
    /// The text from the top: decided stretches and conflicts.
    pub pieces: Vec<Piece>,
}

/// A stretch of a merged text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Piece {
    /// Lines that are decided.
    Merged(Side),
    /// Lines that both sides changed, each in its way.
    Conflict(TextConflict),
}

/// What the base said and what each side made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextConflict {
    /// Before both.
    pub base: Side,
    /// Here.
    pub ours: Side,
    /// There.
    pub theirs: Side,
}

/// Lines of one text, and where they stand in it (of decided lines: in the text they were taken from).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Where.
    pub lines: LineSpan,
    /// The lines with their endings, byte for byte.
    #[serde(serialize_with = "as_text")]
    pub text: Vec<u8>,
}

impl Side {
    /// The lines to look at; bytes that are no UTF-8 show as `�`.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }
}

fn as_text<S: Serializer>(text: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(text))
}

/// Brings the changes of two sides together.
pub fn merge_text(base: &[u8], ours: &[u8], theirs: &[u8]) -> TextMerge {
    if ours == theirs || base == theirs {
        return TextMerge::Clean(ours.to_owned());
    }
    if base == ours {
        return TextMerge::Clean(theirs.to_owned());
    }
    if is_binary(base) || is_binary(ours) || is_binary(theirs) {
        return TextMerge::NotText;
    }
    let (base, ours, theirs) = (split(base), split(ours), split(theirs));
    let pieces = Sides { base: &base, ours: &ours, theirs: &theirs }.pieces();
    let decided = |piece: &Piece| match piece {
        Piece::Merged(side) => Some(side.text.clone()),
        Piece::Conflict(_) => None,
    };
    match pieces.iter().map(decided).collect::<Option<Vec<_>>>() {
        Some(texts) => TextMerge::Clean(texts.concat()),
        None => TextMerge::Conflicts(ConflictedText { pieces }),
    }
}

struct Sides<'a> {
    base: &'a [&'a [u8]],
    ours: &'a [&'a [u8]],
    theirs: &'a [&'a [u8]],
}

/// The same stretch in all three texts.
#[derive(Clone, Debug)]
struct Stretch {
    base: Range<usize>,
    ours: Range<usize>,
    theirs: Range<usize>,
}

impl Sides<'_> {
    fn pieces(&self) -> Vec<Piece> {
        let ours = changes_to_merge(self.base, self.ours);
        let theirs = changes_to_merge(self.base, self.theirs);
        let mut pieces = Pieces::default();
        // How far each side is: in the base, in ours, in theirs.
        let mut at = (0, 0, 0);
        for (ours, theirs) in Groups::new(&ours, &theirs) {
            let changes = || ours.iter().chain(theirs);
            let start = changes().map(|change| change.before.start).min().expect("a group has changes");
            let end = changes().map(|change| change.before.end).max().expect("a group has changes");
            let same = start - at.0;
            pieces.merged(self.ours, at.1..at.1 + same);
            let stretch = Stretch {
                base: start..end,
                ours: at.1 + same..at.1 + same + length_after(ours, end - start),
                theirs: at.2 + same..at.2 + same + length_after(theirs, end - start),
            };
            at = (end, stretch.ours.end, stretch.theirs.end);
            self.decide(&mut pieces, stretch, ours.is_empty(), theirs.is_empty());
        }
        pieces.merged(self.ours, at.1..self.ours.len());
        pieces.list
    }

    /// Takes the side that changed, or what both made alike, or tells a conflict without the lines that both share at its ends.
    fn decide(&self, pieces: &mut Pieces, stretch: Stretch, ours_unchanged: bool, theirs_unchanged: bool) {
        let (ours, theirs) = (&self.ours[stretch.ours.clone()], &self.theirs[stretch.theirs.clone()]);
        if theirs_unchanged || ours == theirs {
            return pieces.merged(self.ours, stretch.ours);
        }
        if ours_unchanged {
            return pieces.merged(self.theirs, stretch.theirs);
        }
        let above = ours.iter().zip(theirs).take_while(|(one, other)| one == other).count();
        let (ours, theirs) = (&ours[above..], &theirs[above..]);
        let below = ours.iter().rev().zip(theirs.iter().rev()).take_while(|(one, other)| one == other).count();
        let Stretch { base, ours, theirs } = stretch;
        pieces.merged(self.ours, ours.start..ours.start + above);
        pieces.list.push(Piece::Conflict(TextConflict {
            base: side(self.base, base),
            ours: side(self.ours, ours.start + above..ours.end - below),
            theirs: side(self.theirs, theirs.start + above..theirs.end - below),
        }));
        pieces.merged(self.ours, ours.end - below..ours.end);
    }
}

/// How long a stretch of the base became by these changes.
fn length_after(changes: &[Change], length: usize) -> usize {
    let gone: usize = changes.iter().map(|change| change.before.len()).sum();
    let new: usize = changes.iter().map(|change| change.after.len()).sum();
    length - gone + new
}

fn side(lines: &[&[u8]], range: Range<usize>) -> Side {
    Side { lines: LineSpan::of(&range), text: lines[range].concat() }
}

#[derive(Default)]
struct Pieces {
    list: Vec<Piece>,
}

impl Pieces {
    /// Decided lines; those that follow decided ones join them.
    fn merged(&mut self, lines: &[&[u8]], range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let new = side(lines, range);
        match self.list.last_mut() {
            Some(Piece::Merged(last)) => {
                last.lines.count += new.lines.count;
                last.text.extend(new.text);
            }
            _ => self.list.push(Piece::Merged(new)),
        }
    }
}

/// Changes of both sides in the order of the base; those that overlap or touch are one group.
struct Groups<'a> {
    ours: &'a [Change],
    theirs: &'a [Change],
}

impl<'a> Groups<'a> {
    fn new(ours: &'a [Change], theirs: &'a [Change]) -> Self {
        Self { ours, theirs }
    }
}

impl<'a> Iterator for Groups<'a> {
    type Item = (&'a [Change], &'a [Change]);

    fn next(&mut self) -> Option<Self::Item> {
        let start = |changes: &[Change]| changes.first().map(|change| change.before.start);
        let mut end = start(self.ours).into_iter().chain(start(self.theirs)).min()?;
        let (mut ours, mut theirs) = (0, 0);
        loop {
            let reached = |changes: &[Change], taken: usize| {
                changes.get(taken).filter(|change| change.before.start <= end).map(|change| change.before.end)
            };
            let (mine, other) = (reached(self.ours, ours), reached(self.theirs, theirs));
            if mine.is_none() && other.is_none() {
                break;
            }
            ours += usize::from(mine.is_some());
            theirs += usize::from(other.is_some());
            end = end.max(mine.unwrap_or(end)).max(other.unwrap_or(end));
        }
        let group = (&self.ours[..ours], &self.theirs[..theirs]);
        (self.ours, self.theirs) = (&self.ours[ours..], &self.theirs[theirs..]);
        Some(group)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// Decided text as it is, conflicts as `<ours|base|theirs>`.
    fn show(merge: &TextMerge) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Merged(side) => side.text().into_owned(),
            Piece::Conflict(TextConflict { base, ours, theirs }) => {
                format!("<{:?}|{:?}|{:?}>\n", ours.text(), base.text(), theirs.text())
            }
        };
        match merge {
            TextMerge::Clean(text) => format!("clean\n{}", String::from_utf8_lossy(text)),
            TextMerge::Conflicts(text) => text.pieces.iter().map(piece).collect(),
            TextMerge::NotText => "not text\n".to_owned(),
        }
    }

    fn check(base: &str, ours: &str, theirs: &str, expected: Expect) {
        expected.assert_eq(&show(&merge_text(base.as_bytes(), ours.as_bytes(), theirs.as_bytes())));
    }

    #[test]
    fn changes_apart_come_together() {
        check("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", expect!["clean\nA\nb\nC\n"]);
        check("a\nb\nc\n", "a\nc\n", "a\nb\nc\nd\n", expect!["clean\na\nc\nd\n"]);
        check("a\nb\nc\nd\n", "a\nX\nc\nd\n", "a\nX\nc\nD\n", expect!["clean\na\nX\nc\nD\n"]);
    }

    #[test]
    fn changes_that_touch_are_a_conflict() {
        check(
            "a\nb\nc\n",
            "A\nb\nc\n",
            "a\nB\nc\n",
            expect![[r#"
                <"A\nb\n"|"a\nb\n"|"a\nB\n">
                c
            "#]],
        );
    }

    #[test]
    fn a_conflict_is_told_without_what_both_share() {
        check(
            "a\nb\nc\n",
            "a\nnew\nours\nend\nc\n",
            "a\nnew\ntheirs\nend\nc\n",
            expect![[r#"
                a
                new
                <"ours\n"|"b\n"|"theirs\n">
                end
                c
            "#]],
        );
    }

    #[test]
    fn endings_stay_as_they_were_written() {
        check("a\r\nb\r\nc", "A\r\nb\r\nc", "a\r\nb\r\nC", expect!["clean\nA\r\nb\r\nC"]);
        check("a\nb\nc", "A\nb\nc", "a\nb\nc\n", expect!["clean\nA\nb\nc\n"]);
        check("a\nb", "a\nb", "a\nb\n", expect!["clean\na\nb\n"]);
    }

    #[test]
    fn lines_know_where_they_stand() {
        let TextMerge::Conflicts(text) = merge_text(b"0\na\nb\n", b"0\n1\na\nB\n", b"0\na\nb2\nb3\n") else {
            panic!("both changed b");
        };
        let conflict = text.conflicts().next().unwrap();
        assert_eq!(conflict.base.lines, LineSpan { first: 3, count: 1 });
        assert_eq!(conflict.ours.lines, LineSpan { first: 4, count: 1 });
        assert_eq!(conflict.theirs.lines, LineSpan { first: 3, count: 2 });
    }

    #[test]
    fn without_a_base_only_equal_texts_fit() {
        check("", "a\nb\n", "a\nb\n", expect!["clean\na\nb\n"]);
        check(
            "",
            "a\nb\n",
            "a\nc\n",
            expect![[r#"
            a
            <"b\n"|""|"c\n">
        "#]],
        );
    }

    #[test]
    fn what_is_no_text_is_not_merged() {
        check("a\0", "b\0", "c\0", expect!["not text\n"]);
        check("a\0", "b\0", "a\0", expect!["clean\nb\0"]);
    }
}
