//! What changed between two versions of a file, as data that a page draws: hunks of lines, and words inside changed lines.
//!
//! Never decides colours or wording, never fails, and its answer stays bounded: very long lines are clipped, and hunks beyond a limit
//! are counted rather than told. Hunks are those of `git diff`.

use std::borrow::Cow;

use serde::Serialize;

use super::lines::{Change, changes_to_read, split};
use super::words::{self, Piece};

/// As git: a file with a zero byte this early is no text.
const LOOKED_AT_BYTES: usize = 8_000;

/// How much of a diff is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiffOptions {
    /// Unchanged lines around each change.
    pub context_lines: usize,
    /// Lines in all hunks together; whole hunks beyond them are only counted.
    pub most_lines: usize,
    /// What of one line is shown; the rest is only counted.
    pub longest_line_bytes: usize,
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self { context_lines: 3, most_lines: 20_000, longest_line_bytes: 4_000 }
    }
}

/// What changed in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum FileDiff {
    /// Nothing.
    Same,
    /// Lines of text.
    Text(TextDiff),
    /// At least one of the two is no text.
    Binary {
        /// How long it was.
        before_bytes: usize,
        /// How long it is.
        after_bytes: usize,
    },
}

/// What changed in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TextDiff {
    /// Over the whole file, told hunks or not.
    pub statistics: Statistics,
    /// Changes with the lines around them, from the top.
    pub hunks: Vec<Hunk>,
    /// How many more hunks there are.
    pub hunks_left_out: usize,
}

/// How many lines came and went: `+3 -1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Lines that are new.
    pub added: usize,
    /// Lines that are gone.
    pub removed: usize,
}

/// A stretch of the file in which something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hunk {
    /// The stretch in the older version.
    pub before: LineSpan,
    /// The stretch in the newer version.
    pub after: LineSpan,
    /// Its lines: unchanged, gone, new.
    pub lines: Vec<Line>,
}

/// Lines of one version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LineSpan {
    /// The first, from 1; of an empty span the line after which it stands.
    pub first: usize,
    /// How many.
    pub count: usize,
}

impl LineSpan {
    pub(super) fn of(range: &std::ops::Range<usize>) -> Self {
        Self { first: range.start + usize::from(!range.is_empty()), count: range.len() }
    }
}

/// Which version something is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Both.
    Equal,
    /// The newer only.
    Added,
    /// The older only.
    Removed,
}

/// One line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Which version it is in.
    pub kind: Kind,
    /// Its number in the older version, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<usize>,
    /// Its number in the newer version, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<usize>,
    /// Its text in pieces; in a changed line, those that the other version has too are `Equal`.
    pub segments: Vec<Segment>,
    /// How it ends.
    pub ending: Ending,
    /// How much of its text is not in the segments.
    #[serde(skip_serializing_if = "is_zero")]
    pub clipped_bytes: usize,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// Which version it is in.
    pub kind: Kind,
    /// Its text; bytes that are no UTF-8 show as `�`.
    pub text: String,
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// It is the last, and does not end.
    Missing,
}

/// Whether git would call this a binary file.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(LOOKED_AT_BYTES)].contains(&0)
}

/// What changed from one version to the other; a file that is not there is an empty one.
pub fn diff(before: &[u8], after: &[u8], options: &DiffOptions) -> FileDiff {
    if before == after {
        FileDiff::Same
    } else if is_binary(before) || is_binary(after) {
        FileDiff::Binary { before_bytes: before.len(), after_bytes: after.len() }
    } else {
        FileDiff::Text(diff_text(before, after, options))
    }
}

fn diff_text(before: &[u8], after: &[u8], options: &DiffOptions) -> TextDiff {
    let (before, after) = (split(before), split(after));
    let changes = changes_to_read(&before, &after);
    let mut told = TextDiff::default();
    for Change { before, after } in &changes {
        told.statistics.added += after.len();
        told.statistics.removed += before.len();
    }
    let versions = Versions { before, after, options };
    let mut lines = 0;
    for group in changes.chunk_by(|one, next| next.before.start - one.before.end <= 2 * options.context_lines) {
        if told.hunks_left_out == 0 {
            lines += versions.count(group);
        }
        if lines > options.most_lines {
            told.hunks_left_out += 1;
        } else {
            told.hunks.push(versions.hunk(group));
        }
    }
    told
}

struct Versions<'a> {
    before: Vec<&'a [u8]>,
    after: Vec<&'a [u8]>,
    options: &'a DiffOptions,
}

impl<'a> Versions<'a> {
    /// How many lines the hunk of these changes will have.
    fn count(&self, group: &[Change]) -> usize {
        let (first, last) = (&group[0], &group[group.len() - 1]);
        let new: usize = group.iter().map(|change| change.after.len()).sum();
        last.before.end - first.before.start + new + 2 * self.options.context_lines
    }

    /// These changes, the lines between them and some around them.
    fn hunk(&self, group: &[Change]) -> Hunk {
        let (first, last) = (&group[0], &group[group.len() - 1]);
        let above = self.options.context_lines.min(first.before.start);
        let below = self.options.context_lines.min(self.before.len() - last.before.end);
        let mut lines = Vec::new();
        let mut at = (first.before.start - above, first.after.start - above);
        for change in group {
            self.equal(&mut lines, at, change.before.start);
            self.changed(&mut lines, change);
            at = (change.before.end, change.after.end);
        }
        self.equal(&mut lines, at, last.before.end + below);
        let before = first.before.start - above..last.before.end + below;
        let after = first.after.start - above..last.after.end + below;
        Hunk { before: LineSpan::of(&before), after: LineSpan::of(&after), lines }
    }

    fn equal(&self, lines: &mut Vec<Line>, (before, after): (usize, usize), end: usize) {
        for offset in 0..end.saturating_sub(before) {
            let line = self.line(Kind::Equal, self.before[before + offset], None);
            lines.push(Line { before: Some(before + offset + 1), after: Some(after + offset + 1), ..line });
        }
    }

    fn changed(&self, lines: &mut Vec<Line>, change: &Change) {
        let (older, newer) = (&self.before[change.before.clone()], &self.after[change.after.clone()]);
        let whole = |lines: &[&'a [u8]]| lines.iter().map(|line| std::str::from_utf8(body(line).0).ok()).collect();
        let both: (Option<Vec<&str>>, Option<Vec<&str>>) = (whole(older), whole(newer));
        let refined = match &both {
            (Some(older), Some(newer)) => words::refine(older, newer),
            _ => None,
        };
        for (offset, line) in older.iter().enumerate() {
            let line = self.line(Kind::Removed, line, refined.as_ref().map(|(older, _)| &older[offset]));
            lines.push(Line { before: Some(change.before.start + offset + 1), ..line });
        }
        for (offset, line) in newer.iter().enumerate() {
            let line = self.line(Kind::Added, line, refined.as_ref().map(|(_, newer)| &newer[offset]));
            lines.push(Line { after: Some(change.after.start + offset + 1), ..line });
        }
    }

    fn line(&self, kind: Kind, line: &[u8], pieces: Option<&Vec<Piece>>) -> Line {
        let (text, ending) = body(line);
        let segment = |kind: Kind, text: Cow<str>| Segment { kind, text: text.into_owned() };
        let clipped_bytes = text.len().saturating_sub(self.options.longest_line_bytes);
        let segments = match pieces {
            Some(pieces) if clipped_bytes == 0 => {
                let kind_of = |piece: &Piece| if piece.changed { kind } else { Kind::Equal };
                pieces.iter().map(|piece| segment(kind_of(piece), piece.text.into())).collect()
            }
            _ => vec![segment(kind, String::from_utf8_lossy(&text[..text.len() - clipped_bytes]))],
        };
        Line { kind, before: None, after: None, segments, ending, clipped_bytes }
    }
}

/// A line without its ending, and the ending.
fn body(line: &[u8]) -> (&[u8], Ending) {
    if let Some(text) = line.strip_suffix(b"\r\n") {
        (text, Ending::CrLf)
    } else if let Some(text) = line.strip_suffix(b"\n") {
        (text, Ending::Lf)
    } else {
        (line, Ending::Missing)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// The hunks in git's own form, with `[…]` around changed words.
    fn show(diff: &FileDiff) -> String {
        let FileDiff::Text(diff) = diff else {
            return format!("{diff:?}\n");
        };
        let mut shown = format!("+{} -{}\n", diff.statistics.added, diff.statistics.removed);
        for Hunk { before, after, lines } in &diff.hunks {
            shown += &format!("@@ -{},{} +{},{} @@\n", before.first, before.count, after.first, after.count);
            for line in lines {
                shown.push(match line.kind {
                    Kind::Equal => ' ',
                    Kind::Added => '+',
                    Kind::Removed => '-',
                });
                for Segment { kind, text } in &line.segments {
                    let marked = *kind != Kind::Equal && line.segments.len() > 1;
                    shown += &if marked { format!("[{text}]") } else { text.clone() };
                }
                shown += match line.ending {
                    Ending::Lf => "\n",
                    Ending::CrLf => "␍\n",
                    Ending::Missing => "∅\n",
                };
            }
        }
        if diff.hunks_left_out > 0 {
            shown += &format!("and {} more\n", diff.hunks_left_out);
        }
        shown
    }

    fn check(before: &str, after: &str, expected: Expect) {
        let options = DiffOptions { context_lines: 1, ..DiffOptions::default() };
        expected.assert_eq(&show(&diff(before.as_bytes(), after.as_bytes(), &options)));
    }

    #[test]
    fn changes_come_with_lines_around_them_and_words_inside() {
        check(
            "one\ntwo\nthree is here\nfour\nfive\nsix\nseven\neight\n",
            "one\ntwo\nthree was here\nfour\nfive\nsix\nseven\neight\nnine\n",
            expect![[r#"
                +2 -1
                @@ -2,3 +2,3 @@
                 two
                -three [is] here
                +three [was] here
                 four
                @@ -8,1 +8,2 @@
                 eight
                +nine
            "#]],
        );
    }

    #[test]
    fn near_changes_share_a_hunk() {
        check(
            "a\nb\nc\nd\ne\nf\n",
            "a\nB\nc\nd\nE\nf\n",
            expect![[r#"
                +2 -2
                @@ -1,6 +1,6 @@
                 a
                -b
                +B
                 c
                 d
                -e
                +E
                 f
            "#]],
        );
    }

    #[test]
    fn endings_count_and_are_told() {
        check(
            "a\nb",
            "a\r\nb\n",
            expect![[r#"
                +2 -2
                @@ -1,2 +1,2 @@
                -a
                -b∅
                +a␍
                +b
            "#]],
        );
    }

    #[test]
    fn a_new_file_stands_after_line_0() {
        check(
            "",
            "a\n",
            expect![[r#"
                +1 -0
                @@ -0,0 +1,1 @@
                +a
            "#]],
        );
    }

    #[test]
    fn a_zero_byte_makes_a_binary() {
        check("a\0b", "text", expect!["Binary { before_bytes: 3, after_bytes: 4 }\n"]);
        check("same\0", "same\0", expect!["Same\n"]);
    }

    #[test]
    fn what_is_not_utf_8_is_still_lines() {
        let options = DiffOptions::default();
        let shown = show(&diff(b"caf\xe9\n", b"caf\xe9s\n", &options));
        expect![[r#"
            +1 -1
            @@ -1,1 +1,1 @@
            -caf�
            +caf�s
        "#]]
        .assert_eq(&shown);
    }

    #[test]
    fn much_is_counted_rather_than_told() {
        let text = |word: &str| (0..100).map(|line| format!("{word} {}\n", line / 50)).collect::<String>();
        let same: String = (0..20).map(|line| format!("same {line}\n")).collect();
        let before = text("a") + &same + &text("b");
        let after = text("A") + &same + &text("B");
        let options = DiffOptions { most_lines: 210, longest_line_bytes: 2, ..DiffOptions::default() };
        let FileDiff::Text(diff) = diff(before.as_bytes(), after.as_bytes(), &options) else {
            panic!("it is text");
        };
        assert_eq!((diff.statistics.added, diff.statistics.removed), (200, 200));
        assert_eq!((diff.hunks.len(), diff.hunks_left_out), (1, 1));
        let line = &diff.hunks[0].lines[0];
        assert_eq!((line.segments[0].text.as_str(), line.clipped_bytes), ("a ", 1));
    }
}
