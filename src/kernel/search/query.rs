//! What is looked for: the words of a message, or of a search that is still being typed.

use super::words::{each_written, is_stop_word, stem};

/// The most words that are looked for: a long message is about what it begins with.
const MOST_WORDS: usize = 48;

/// A query, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub(super) words: Vec<QueryWord>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryWord {
    /// As it was written, in lower case.
    pub written: String,
    /// As the index knows it.
    pub stem: String,
    /// Whether it may be the beginning of a longer one.
    pub open: bool,
}

impl Query {
    /// A message: its words are whole.
    pub fn of_message(text: &str) -> Self {
        let mut words: Vec<QueryWord> = Vec::new();
        each_written(text, |written| {
            let stem = stem(written);
            if words.len() < MOST_WORDS && !is_stop_word(written) && words.iter().all(|word| word.stem != stem) {
                words.push(QueryWord { written: written.to_owned(), stem: stem.to_owned(), open: false });
            }
        });
        Self { words }
    }

    /// A search as it is typed: every word may still be the beginning of a longer one.
    pub fn as_typed(text: &str) -> Self {
        let mut words: Vec<QueryWord> = Vec::new();
        each_written(text, |written| {
            let stem = stem(written).to_owned();
            if words.len() < MOST_WORDS && words.iter().all(|word| word.stem != stem) {
                words.push(QueryWord { written: written.to_owned(), stem, open: true });
            }
        });
        // A small word alone may be the beginning of a long one; among others it says nothing.
        if words.iter().any(|word| !is_stop_word(&word.written)) {
            words.retain(|word| !is_stop_word(&word.written));
        }
        Self { words }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}
