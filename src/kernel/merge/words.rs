//! Which words inside changed lines changed: a finer look at lines that were taken away and lines that came in their place.
//!
//! Answers nothing where a finer look would only be noise: lines that share too little, or far too much text.

use super::lines::{Change, changes_to_merge};

/// Beyond this much text in one change, lines are shown as replaced whole.
const MOST_BYTES: usize = 40_000;

/// Lines of which less than this part stays are shown as replaced whole.
const LEAST_SHARED: f64 = 0.25;

/// A piece of a line, and whether it is on this side only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Its text, without the line's ending.
    pub text: &'a str,
    /// Whether the other side lacks it.
    pub changed: bool,
}

/// The pieces of each line of the two sides, in their order; nothing if the lines are best shown whole.
pub fn refine<'a>(before: &[&'a str], after: &[&'a str]) -> Option<(Vec<Vec<Piece<'a>>>, Vec<Vec<Piece<'a>>>)> {
    let bytes = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    if before.is_empty() || after.is_empty() || bytes(before) + bytes(after) > MOST_BYTES {
        return None;
    }
    let (mut older, mut newer) = (Words::of(before), Words::of(after));
    for Change { before, after } in changes_to_merge(&older.words, &newer.words) {
        older.changed[before].fill(true);
        newer.changed[after].fill(true);
    }
    let letters = |words: &Words| words.weight(|_| true);
    let shared = older.weight(|place| !older.changed[place]) as f64;
    if shared < LEAST_SHARED * letters(&older).max(letters(&newer)) as f64 {
        return None;
    }
    older.swallow_crumbs();
    newer.swallow_crumbs();
    Some((older.pieces(before), newer.pieces(after)))
}

/// The words of some lines, one after another; a line's end is a word of its own.
struct Words<'a> {
    words: Vec<&'a str>,
    changed: Vec<bool>,
}

impl<'a> Words<'a> {
    fn of(lines: &[&'a str]) -> Self {
        let words: Vec<&str> = lines.iter().flat_map(|line| words(line).chain(["\n"])).collect();
        Self { changed: vec![false; words.len()], words }
    }

    /// How many bytes of words (not of space) there are.
    fn weight(&self, counts: impl Fn(usize) -> bool) -> usize {
        let words = self.words.iter().enumerate().filter(|(place, word)| counts(*place) && !is_space(word));
        words.map(|(_, word)| word.len()).sum()
    }

    /// Space that stays between two changes on one line reads as part of them.
    fn swallow_crumbs(&mut self) {
        for place in 1..self.words.len().saturating_sub(1) {
            let changed = |place: usize| self.changed[place] && self.words[place] != "\n";
            let word = self.words[place];
            if word != "\n" && is_space(word) && changed(place - 1) && changed(place + 1) {
                self.changed[place] = true;
            }
        }
    }

    /// The words put together again to lines, neighbours of one kind as one piece.
    fn pieces(&self, lines: &[&'a str]) -> Vec<Vec<Piece<'a>>> {
        let mut words = self.words.iter().zip(&self.changed);
        let mut pieces_of = |line: &&'a str| {
            let mut pieces: Vec<Piece<'a>> = Vec::new();
            let mut begin = 0;
            let mut end = 0;
            for (word, changed) in words.by_ref().take_while(|(word, _)| **word != "\n") {
                match pieces.last_mut().filter(|last| last.changed == *changed) {
                    Some(last) => last.text = &line[begin..end + word.len()],
                    None => {
                        begin = end;
                        pieces.push(Piece { text: &line[begin..begin + word.len()], changed: *changed });
                    }
                }
                end += word.len();
            }
            pieces
        };
        lines.iter().map(&mut pieces_of).collect()
    }
}

/// Letters and digits together, space together, everything else one by one.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let kind = |letter: char| match letter {
        letter if letter.is_alphanumeric() || letter == '_' => 0,
        letter if letter.is_whitespace() => 1,
        _ => 2,
    };
    let mut rest = line;
    std::iter::from_fn(move || {
        let first = kind(rest.chars().next()?);
        // The first letter is in the word, whatever it is.
        let end = rest.char_indices().skip(1).find(|(_, letter)| first == 2 || kind(*letter) != first);
        let (word, further) = rest.split_at(end.map_or(rest.len(), |(place, _)| place));
        rest = further;
        Some(word)
    })
}

fn is_space(word: &str) -> bool {
    word.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(before: &[&str], after: &[&str], expected: Expect) {
        let show = |lines: Vec<Vec<Piece>>, sign: &str| {
            let piece = |piece: &Piece| {
                let text = piece.text;
                if piece.changed { format!("[{text}]") } else { text.to_owned() }
            };
            lines
                .iter()
                .map(|line| format!("{sign} {}\n", line.iter().map(piece).collect::<String>()))
                .collect::<String>()
        };
        let shown = match refine(before, after) {
            Some((older, newer)) => show(older, "-") + &show(newer, "+"),
            None => "whole lines\n".to_owned(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn words_that_differ_are_marked() {
        check(
            &["resistance: 1000 Ω, tolerance 5 %"],
            &["resistance: 4700 Ω, tolerance 1 %"],
            expect![[r#"
                - resistance: [1000] Ω, tolerance [5] %
                + resistance: [4700] Ω, tolerance [1] %
            "#]],
        );
    }

    #[test]
    fn a_line_that_was_broken_in_two_keeps_its_words() {
        check(
            &["call(first, second, third)"],
            &["call(", "    first, second, third)"],
            expect![[r#"
                - call(first, second, third)
                + call(
                + [    ]first, second, third)
            "#]],
        );
    }

    #[test]
    fn space_between_two_changes_belongs_to_them() {
        check(
            &["the quick brown fox jumps over the lazy dog"],
            &["the slow red fox jumps over the lazy dog"],
            expect![[r#"
                - the [quick brown] fox jumps over the lazy dog
                + the [slow red] fox jumps over the lazy dog
            "#]],
        );
    }

    #[test]
    fn lines_with_little_in_common_are_shown_whole() {
        check(&["alpha beta gamma delta"], &["one two three four"], expect!["whole lines\n"]);
        check(&[], &["new"], expect!["whole lines\n"]);
        let long = "word ".repeat(MOST_BYTES);
        check(&[&long], &[&long], expect!["whole lines\n"]);
    }

    #[test]
    fn pieces_are_cut_between_letters() {
        check(
            &["größe = 1 → 2 and nothing else"],
            &["größe = 1 ⇒ 2 and nothing else"],
            expect![[r#"
                - größe = 1 [→] 2 and nothing else
                + größe = 1 [⇒] 2 and nothing else
            "#]],
        );
    }
}
