//! How a person settles the conflicts of a text: a choice for each, or one text with git's markers to edit by hand.
//!
//! Never chooses by itself, and never lets a text with an undecided place pass as a result.

use super::text::{ConflictedText, Piece, Side, TextConflict};

/// What a person wants of one conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The lines from here.
    Ours,
    /// The lines from there.
    Theirs,
    /// First the lines from here, then those from there.
    OursThenTheirs,
    /// First the lines from there, then those from here.
    TheirsThenOurs,
    /// As it was before both.
    Base,
    /// These lines, written by hand.
    Edited(String),
}

/// Why choices do not settle a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{conflicts} places need a decision, and {choices} were given: decide each place once, from the top")]
pub struct WrongChoices {
    /// How many conflicts there are.
    pub conflicts: usize,
    /// How many choices were given.
    pub choices: usize,
}

impl ConflictedText {
    /// The undecided places, from the top.
    pub fn conflicts(&self) -> impl Iterator<Item = &TextConflict> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Merged(_) => None,
            Piece::Conflict(conflict) => Some(conflict),
        })
    }

    /// The text with one choice for each conflict, from the top.
    pub fn resolve(&self, choices: &[Choice]) -> Result<Vec<u8>, WrongChoices> {
        let conflicts = self.conflicts().count();
        if conflicts != choices.len() {
            return Err(WrongChoices { conflicts, choices: choices.len() });
        }
        let mut choices = choices.iter();
        let mut text = Vec::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Merged(side) => text.extend_from_slice(&side.text),
                Piece::Conflict(conflict) => {
                    let choice = choices.next().expect("there are as many choices as conflicts");
                    let is_last = place + 1 == self.pieces.len();
                    text.extend(self.chosen(conflict, choice, is_last));
                }
            }
        }
        Ok(text)
    }

    /// The text with git's markers around each conflict, the base between them, and names for the two sides.
    pub fn with_markers(&self, ours: &str, theirs: &str) -> Vec<u8> {
        let ending = self.ending();
        let mut text = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Merged(side) => text.extend_from_slice(&side.text),
                Piece::Conflict(conflict) => {
                    let marker =
                        |sign: &str, name: &str| [format!("{sign} {name}").trim_end().as_bytes(), ending].concat();
                    text.extend(marker("<<<<<<<", ours));
                    text.extend(closed(&conflict.ours, ending));
                    text.extend(marker("|||||||", "base"));
                    text.extend(closed(&conflict.base, ending));
                    text.extend(marker("=======", ""));
                    text.extend(closed(&conflict.theirs, ending));
                    text.extend(marker(">>>>>>>", theirs));
                }
            }
        }
        text
    }

    fn chosen(&self, conflict: &TextConflict, choice: &Choice, is_last: bool) -> Vec<u8> {
        let TextConflict { base, ours, theirs } = conflict;
        let ending = self.ending();
        let both = |first: &Side, then: &Side| {
            if then.text.is_empty() { first.text.clone() } else { [closed(first, ending), then.text.clone()].concat() }
        };
        match choice {
            Choice::Ours => ours.text.clone(),
            Choice::Theirs => theirs.text.clone(),
            Choice::OursThenTheirs => both(ours, theirs),
            Choice::TheirsThenOurs => both(theirs, ours),
            Choice::Base => base.text.clone(),
            Choice::Edited(text) => {
                let mut text = text.clone().into_bytes();
                // Only the last line of a text may lack its ending.
                if !is_last && !text.is_empty() && !text.ends_with(b"\n") {
                    text.extend_from_slice(ending);
                }
                text
            }
        }
    }

    /// The ending that the text uses, by its first line.
    fn ending(&self) -> &'static [u8] {
        let sides = self.pieces.iter().map(|piece| match piece {
            Piece::Merged(side) => side,
            Piece::Conflict(conflict) => &conflict.ours,
        });
        let first = sides.filter_map(|side| side.text.split_inclusive(|byte| *byte == b'\n').next()).next();
        if first.is_some_and(|line| line.ends_with(b"\r\n")) { b"\r\n" } else { b"\n" }
    }
}

/// Whether a text still has the markers of an undecided place: a first and a last one at the start of lines.
pub fn has_markers(text: &[u8]) -> bool {
    let has = |sign: &[u8]| text.split(|byte| *byte == b'\n').any(|line| line.starts_with(sign));
    has(b"<<<<<<< ") && has(b">>>>>>> ")
}

/// The lines of a side, the last with an ending.
fn closed(side: &Side, ending: &[u8]) -> Vec<u8> {
    let mut text = side.text.clone();
    if !text.is_empty() && !text.ends_with(b"\n") {
        text.extend_from_slice(ending);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::merge::{TextMerge, merge_text};

    fn conflicted(base: &str, ours: &str, theirs: &str) -> ConflictedText {
        match merge_text(base.as_bytes(), ours.as_bytes(), theirs.as_bytes()) {
            TextMerge::Conflicts(text) => text,
            other => panic!("this should not fit together: {other:?}"),
        }
    }

    fn resolved(text: &ConflictedText, choice: Choice) -> String {
        String::from_utf8(text.resolve(&[choice]).unwrap()).unwrap()
    }

    #[test]
    fn each_choice_gives_its_lines() {
        let text = conflicted("a\nb\nc\n", "a\nB\nc\n", "a\nß\nc\n");
        assert_eq!(resolved(&text, Choice::Ours), "a\nB\nc\n");
        assert_eq!(resolved(&text, Choice::Theirs), "a\nß\nc\n");
        assert_eq!(resolved(&text, Choice::OursThenTheirs), "a\nB\nß\nc\n");
        assert_eq!(resolved(&text, Choice::TheirsThenOurs), "a\nß\nB\nc\n");
        assert_eq!(resolved(&text, Choice::Base), "a\nb\nc\n");
        assert_eq!(resolved(&text, Choice::Edited("by hand".into())), "a\nby hand\nc\n");
        assert_eq!(resolved(&text, Choice::Edited(String::new())), "a\nc\n");
    }

    #[test]
    fn lines_never_run_together() {
        let text = conflicted("a\r\nb", "a\r\nB", "a\r\nß");
        assert_eq!(resolved(&text, Choice::OursThenTheirs), "a\r\nB\r\nß");
        assert_eq!(resolved(&text, Choice::Edited("by hand".into())), "a\r\nby hand");
    }

    #[test]
    fn every_place_is_decided_once() {
        let text = conflicted("a\n", "b\n", "c\n");
        let wrong = text.resolve(&[]).unwrap_err();
        assert_eq!(wrong, WrongChoices { conflicts: 1, choices: 0 });
    }

    #[test]
    fn markers_are_gits_and_are_noticed() {
        let text = conflicted("a\nb\nc", "a\nb\nC", "a\nb\nç");
        let marked = text.with_markers("here", "there");
        let shown = String::from_utf8(marked.clone()).unwrap();
        assert_eq!(shown, "a\nb\n<<<<<<< here\nC\n||||||| base\nc\n=======\nç\n>>>>>>> there\n");
        assert!(has_markers(&marked));
        assert!(!has_markers(b"a title\n=======\n<<<<<<< alone\n"));
    }
}
