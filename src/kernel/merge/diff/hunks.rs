//! Builds the hunks of a text: changes that are near share one, and words inside changed lines are marked.

use std::borrow::Cow;

use super::{DiffOptions, Ending, Hunk, Kind, Line, LineSpan, Segment, TextDiff};
use crate::kernel::merge::lines::{Change, changes_to_read, split};
use crate::kernel::merge::words::{self, Piece};

pub(super) fn diff_text(before: &[u8], after: &[u8], options: &DiffOptions) -> TextDiff {
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

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::kernel::merge::{FileDiff, diff};

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
