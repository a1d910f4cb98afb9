//! Text as the words that a search goes by: lower case, without accents, endings and words that everybody uses. It ranks nothing.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most letters of a word that count; what is longer is no word.
const LONGEST_WORD_BYTES: usize = 32;

/// Words that say nothing about what a text is about.
const STOP_WORDS: [&str; 58] = [
    "a", "about", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "do", "does",
    "for", "from", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "me", "my", "not", "of",
    "on", "or", "our", "please", "should", "so", "some", "that", "the", "their", "them", "there", "these", "this",
    "to", "was", "we", "were", "what", "when", "which", "with", "would", "you", "your",
];

/// Calls `each` with every word of a text, stemmed.
pub fn each_word(text: &str, mut each: impl FnMut(&str)) {
    each_written(text, |word| {
        if !is_stop_word(word) {
            each(stem(word));
        }
    });
}

/// Calls `each` with every word of a text as it is written, but for case and accents.
pub(super) fn each_written(text: &str, mut each: impl FnMut(&str)) {
    let bytes = text.as_bytes();
    let mut lower = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut is_lower = true;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            is_lower &= !bytes[at].is_ascii_uppercase();
            at += 1;
        }
        if at < bytes.len() && !bytes[at].is_ascii() {
            let ends = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
            at += bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at);
            each_of_any_script(&text[start..at], &mut each);
        } else if at == start {
            at += 1;
        } else if at - start <= LONGEST_WORD_BYTES {
            // Most words of most texts are here: they are not copied.
            if is_lower {
                each(&text[start..at]);
            } else {
                lower.clear();
                lower.push_str(&text[start..at]);
                lower.make_ascii_lowercase();
                each(&lower);
            }
        }
    }
}

/// The words of a piece of text in which not every letter is ASCII, and every sign that is not one ends a word.
fn each_of_any_script(text: &str, each: &mut impl FnMut(&str)) {
    let mut word = String::with_capacity(LONGEST_WORD_BYTES);
    let mut end = |word: &mut String| {
        if !word.is_empty() && word.len() <= LONGEST_WORD_BYTES {
            each(word);
        }
        word.clear();
    };
    for letter in text.chars() {
        if is_word_of_its_own(letter) {
            end(&mut word);
            word.push(letter);
            end(&mut word);
            continue;
        }
        // `é` comes apart into `e` and its accent; what is no letter ends the word.
        for part in letter.to_lowercase().nfkd() {
            if part.is_alphanumeric() {
                word.push(part);
            } else if !is_combining_mark(part) {
                end(&mut word);
            }
        }
    }
    end(&mut word);
}

pub(super) fn is_stop_word(word: &str) -> bool {
    const LONGEST_STOP_WORD_BYTES: usize = 6;
    word.len() <= LONGEST_STOP_WORD_BYTES && STOP_WORDS.binary_search(&word).is_ok()
}

/// Chinese and Japanese are written without spaces: each sign counts alone.
fn is_word_of_its_own(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// The word without the endings that English gives it. Two words may share a stem that is no word: it is only compared.
pub(super) fn stem(word: &str) -> &str {
    if !word.is_ascii() {
        return word;
    }
    let singular = match word {
        _ if word.len() < 4 => return word,
        _ if word.ends_with("sses") || word.ends_with("xes") || word.ends_with("ches") || word.ends_with("shes") => {
            &word[..word.len() - 2]
        }
        _ if word.ends_with("ies") && word.len() > 4 => return &word[..word.len() - 3],
        _ if word.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) => {
            &word[..word.len() - 1]
        }
        _ => word,
    };
    for ending in ["ing", "ed"] {
        let Some(base) = singular.strip_suffix(ending).filter(|base| base.len() >= 4) else { continue };
        let letters = base.as_bytes();
        let doubled = letters[letters.len() - 1] == letters[letters.len() - 2];
        // `plotting` is to plot; `fall` and `pass` keep both.
        return if doubled && !base.ends_with('l') && !base.ends_with('s') { &base[..base.len() - 1] } else { base };
    }
    // `library` and `libraries`, `analyse` and `analysing` meet without their last letter.
    singular.strip_suffix(['e', 'y']).filter(|base| base.len() >= 4).unwrap_or(singular)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let mut found = Vec::new();
        each_word(text, |word| found.push(word.to_owned()));
        found.join(" ")
    }

    #[test]
    fn stop_words_are_sorted_for_the_search() {
        assert!(STOP_WORDS.is_sorted());
        assert!(STOP_WORDS.into_iter().all(is_stop_word));
    }

    #[test]
    fn texts_become_words() {
        assert_eq!(words("How to review a low-pass FILTER (RC), in 2 steps?"), "review low pass filter rc 2 step");
        assert_eq!(words("Über den Café-Größen"), "uber den cafe großen");
        assert_eq!(words("数据 analysis"), "数 据 analysis");
        assert_eq!(words(&"x".repeat(40)), "");
    }

    #[test]
    fn forms_of_a_word_meet() {
        for group in [
            &["filter", "filters", "filtering", "filtered"][..],
            &["plot", "plots", "plotting", "plotted"],
            &["library", "libraries"],
            &["analyse", "analysing", "analysed"],
            &["box", "boxes"],
            &["class", "classes"],
            &["pass", "passes", "passing"],
        ] {
            assert!(group.iter().all(|word| stem(word) == stem(group[0])), "{group:?}");
        }
        assert_eq!(stem("string"), "string");
        assert_eq!(stem("analysis"), "analysis");
        assert_eq!(stem("status"), "status");
    }
}
