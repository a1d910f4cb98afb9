//! What was wanted, in a form in which the same wish in other words is nearly the same.
//!
//! A goal's literals (numbers, names in quotes, files, addresses) are its parameters; its other words are stemmed, words that mean the
//! same here are one, and words that every goal has weigh little. Reads text as text: nothing in it is followed.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::outcome::is_filler;
use crate::kernel::search::each_word;

/// From this similarity on, two goals are one. With the weights below it lets a goal of three weighty words gain or lose one, and not
/// exchange one for another: `parse csv` and `parse json` are two wishes.
pub const SAME_GOAL: f64 = 0.62;
/// What a word that every goal has counts beside one that says what the goal is about.
const GENERIC_WEIGHT: f64 = 0.3;
const LONGEST_GOAL_LETTERS: usize = 300;
const MOST_WORDS: usize = 32;
const MOST_PARAMETERS: usize = 8;
/// Stands for a literal.
const PLACE: char = '…';

/// Words that mean the same in a goal, by their stems; the first stands for all.
const SAME: &[&[&str]] = &[
    &[
        "make",
        "mak",
        "creat",
        "writ",
        "build",
        "generat",
        "produc",
        "draft",
        "compos",
        "implement",
        "develop",
        "prepar",
        "author",
        "craft",
    ],
    &["plot", "draw", "chart", "graph", "visualis", "render", "diagram"],
    &["calculat", "comput", "determin", "evaluat", "work out", "figur"],
    &["summary", "summaris", "summar", "condens", "recap", "tldr", "digest"],
    &["analys", "analysis", "examin", "inspect", "study", "investigat"],
    &["fix", "repair", "debug", "correct", "resolv", "troubleshoot"],
    &["convert", "transform", "turn", "chang"],
    &["explain", "describ", "clarify", "clarif", "elaborat"],
    &["review", "audit", "check", "critiqu"],
    &["optimis", "improv", "speed", "faster", "accelerat", "tun", "tune"],
    &["remov", "delet", "drop", "strip", "eliminat"],
    &["pars", "read", "load", "import", "ingest"],
    &["download", "fetch", "retriev", "get", "pull"],
    &["simulat", "simulation", "model"],
    &["translat", "translation"],
    &["email", "mail"],
    &["function", "method", "routin", "procedur"],
    &["script", "program", "code", "cod", "snippet", "tool"],
    &["imag", "pictur", "photo"],
    &["document", "documentation", "doc"],
    &["database", "databas", "db"],
    &["spreadsheet", "sheet"],
    &["test", "unittest"],
    &["compar", "comparison", "contrast"],
    &["average", "averag", "mean"],
    &["list", "enumerat"],
    &["clean", "tidy", "clean"],
    &["schedul", "plan", "agenda"],
];

/// Stems (the first of their group) that say little about a goal.
const GENERIC: &[&str] = &[
    "make", "script", "function", "file", "data", "use", "run", "exampl", "valu", "result", "thing", "way", "work",
    "text", "output", "input", "set", "get", "download", "list", "display", "print", "task", "step", "content",
];

/// Units that make a number of a word such as `10kHz`.
const UNITS: &[&str] = &[
    "k", "m", "g", "n", "u", "p", "s", "ms", "us", "ns", "hz", "khz", "mhz", "ghz", "v", "mv", "kv", "a", "ma", "ua",
    "w", "mw", "kw", "ohm", "kohm", "f", "nf", "uf", "pf", "h", "mh", "uh", "px", "mm", "cm", "km", "kg", "mb", "gb",
    "kb", "x", "e", "th", "st", "nd", "rd", "%",
];

/// A goal, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goal {
    /// The goal with `…` where its literals were.
    pub template: String,
    /// The hash of the template, as the source design has it.
    pub signature: String,
    /// What stood in the places.
    pub parameters: Vec<String>,
    /// The words that say what it is about, as hashes, sorted.
    pub weighty: Vec<u32>,
    /// The other words.
    pub generic: Vec<u32>,
}

impl Goal {
    /// Takes a goal apart. Any text is a goal.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text: String = text.chars().take(LONGEST_GOAL_LETTERS).collect();
        let (template, parameters, endings) = without_literals(&text);
        let (mut weighty, mut generic) = (BTreeSet::new(), BTreeSet::new());
        let mut take = |stem: &str| {
            if is_filler(stem) || weighty.len() + generic.len() >= MOST_WORDS {
                return;
            }
            let stem = canonical(stem);
            let hash = hash_of(&stem);
            if GENERIC.contains(&&*stem) {
                generic.insert(hash)
            } else {
                weighty.insert(hash)
            };
        };
        each_word(&template, &mut take);
        for ending in &endings {
            take(ending);
        }
        let signature = exact_signature(&template);
        Self {
            template,
            signature,
            parameters,
            weighty: weighty.into_iter().collect(),
            generic: generic.into_iter().collect(),
        }
    }

    /// Whether it says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weighty.is_empty() && self.generic.is_empty()
    }
}

/// How much two goals are the same, from 0 to 1: what they share, against what one has more, and twice what both have of their own.
pub(super) fn similarity(one: (&[u32], &[u32]), other: (&[u32], &[u32])) -> f64 {
    let (shared, only_one, only_other) = overlap(one.0, other.0);
    // Goals of generic words alone are compared by those.
    let weight = if one.0.is_empty() && other.0.is_empty() { 1.0 } else { GENERIC_WEIGHT };
    let (more, less_one, less_other) = overlap(one.1, other.1);
    let shared = shared + weight * more;
    let (one, other) = (only_one + weight * less_one, only_other + weight * less_other);
    if shared == 0.0 {
        return 0.0;
    }
    shared / (shared + one.max(other) + 2.0 * one.min(other))
}

/// Whether two goals are one.
#[must_use]
pub fn same_goal(one: &Goal, other: &Goal) -> bool {
    similarity((&one.weighty, &one.generic), (&other.weighty, &other.generic)) >= SAME_GOAL
}

/// How many two sorted lists share, and how many each has alone.
fn overlap(one: &[u32], other: &[u32]) -> (f64, f64, f64) {
    let shared = one.iter().filter(|word| other.binary_search(word).is_ok()).count();
    (shared as f64, (one.len() - shared) as f64, (other.len() - shared) as f64)
}

/// The source design's rule: the hash of the text in lower case, with single spaces and without punctuation.
#[must_use]
pub fn exact_signature(text: &str) -> String {
    let kept = |letter: char| if letter.is_alphanumeric() || letter == PLACE { letter } else { ' ' };
    let normal: String = text.to_lowercase().chars().map(kept).collect();
    let normal = normal.split_whitespace().collect::<Vec<_>>().join(" ");
    Sha256::digest(normal.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn canonical(stem: &str) -> String {
    // `optimize` and `optimise`, `analyze` and `analyse`, `colour` and `color`.
    let british = match stem {
        _ if stem.ends_with("iz") || stem.ends_with("yz") => format!("{}s", &stem[..stem.len() - 1]),
        _ if stem.len() > 4 && stem.ends_with("our") => format!("{}or", &stem[..stem.len() - 3]),
        _ => stem.to_owned(),
    };
    let group = SAME.iter().find(|group| group.contains(&british.as_str()));
    group.map_or(british, |group| group[0].to_owned())
}

pub(super) fn hash_of(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The text with `…` for literals; the literals; and the endings of those that are files, which say what kind of thing they are.
fn without_literals(text: &str) -> (String, Vec<String>, Vec<String>) {
    let (mut template, mut parameters, mut endings) = (String::new(), Vec::new(), Vec::new());
    let mut place = |literal: &str, template: &mut String| {
        if parameters.len() < MOST_PARAMETERS {
            parameters.push(literal.to_owned());
        }
        template.push(PLACE);
    };
    for piece in quoted_pieces(text) {
        match piece {
            Piece::Quoted(literal) => {
                endings.extend(file_ending(literal));
                place(literal, &mut template);
            }
            Piece::Plain(plain) => {
                for (number, word) in plain.split(' ').enumerate() {
                    if number > 0 {
                        template.push(' ');
                    }
                    let core = word
                        .trim_matches(|letter: char| matches!(letter, ',' | ';' | ':' | '!' | '?' | '(' | ')' | '.'));
                    if !core.is_empty() && is_literal(core) {
                        endings.extend(file_ending(core));
                        let (before, after) = word.split_once(core).unwrap_or_default();
                        template.push_str(before);
                        place(core, &mut template);
                        template.push_str(after);
                    } else {
                        template.push_str(word);
                    }
                }
            }
        }
    }
    (template.split_whitespace().collect::<Vec<_>>().join(" "), parameters, endings)
}

enum Piece<'a> {
    Plain(&'a str),
    Quoted(&'a str),
}

/// The text between quotes, and the rest. An apostrophe inside a word opens nothing.
fn quoted_pieces(text: &str) -> Vec<Piece<'_>> {
    const PAIRS: [(char, char); 4] = [('"', '"'), ('`', '`'), ('“', '”'), ('\'', '\'')];
    let mut pieces = Vec::new();
    let mut rest = text;
    let (mut from, mut before) = (0, ' ');
    while let Some((at, letter)) = rest[from..].char_indices().next().map(|(_, letter)| (from, letter)) {
        let pair = PAIRS.iter().find(|(open, _)| *open == letter && (letter != '\'' || before == ' '));
        let inside = &rest[at + letter.len_utf8()..];
        match pair.and_then(|(_, close)| inside.find(*close).filter(|end| *end > 0).map(|end| (end, close.len_utf8())))
        {
            Some((end, close)) => {
                pieces.push(Piece::Plain(&rest[..at]));
                pieces.push(Piece::Quoted(&inside[..end]));
                rest = &inside[end + close..];
                from = 0;
                before = ' ';
            }
            None => {
                before = letter;
                from = at + letter.len_utf8();
            }
        }
    }
    pieces.push(Piece::Plain(rest));
    pieces
}

/// Numbers with or without a unit, addresses, paths and names of files.
fn is_literal(word: &str) -> bool {
    if word == PLACE.to_string() || word.contains("://") || word.contains('@') {
        return true;
    }
    if file_ending(word).is_some() || (word.starts_with('/') && word.len() > 1) {
        return true;
    }
    let number = word.trim_start_matches(['-', '+', '$', '€', '£', '#', '~']);
    if !number.starts_with(|letter: char| letter.is_ascii_digit()) {
        return false;
    }
    let unit = number
        .trim_start_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '-' | ':' | '/'));
    unit.is_empty() || UNITS.contains(&unit.to_lowercase().as_str())
}

/// `csv` of `sales.csv`, if the word is the name of a file.
fn file_ending(word: &str) -> Option<String> {
    let (stem, ending) = word.rsplit_once('.')?;
    let is_ending = (1..=5).contains(&ending.len())
        && ending.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && ending.chars().all(|letter| letter.is_ascii_alphanumeric());
    let is_stem =
        stem.ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '*' | ')')) && !stem.contains(' ');
    (is_ending && is_stem).then(|| ending.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> f64 {
        let (one, other) = (Goal::of(one), Goal::of(other));
        similarity((&one.weighty, &one.generic), (&other.weighty, &other.generic))
    }

    #[test]
    fn literals_are_parameters() {
        let goal = Goal::of("Simulate 'my filter' at 10kHz with R=5 and sales_2024.csv, twice");
        assert_eq!(goal.template, "Simulate … at … with R=5 and …, twice");
        assert_eq!(goal.parameters, ["my filter", "10kHz", "sales_2024.csv"]);
        assert_eq!(Goal::of("don't plot 3 things that aren't there").parameters, ["3"]);
        assert_eq!(Goal::of("a 3D scene").parameters, Vec::<String>::new());
        for odd in ["", "''", "\"", "`", "…", "'a", "é'é'", "a.b.c.", "😀'😀"] {
            let _ = Goal::of(odd);
        }
        assert!(Goal::of("Please, could you?").is_empty());
    }

    #[test]
    fn other_words_for_a_wish_meet_and_another_wish_does_not() {
        for (one, other) in [
            ("Create a Python script that parses CSV files", "please write python code to parse a csv"),
            ("Plot a sine wave of 50 Hz", "Draw the sine wave at 60Hz"),
            ("Optimize the SQL query", "optimise my SQL query please"),
            ("Summarize report.pdf", "make a summary of notes.pdf"),
        ] {
            assert!(alike(one, other) >= SAME_GOAL, "{one} | {other}: {}", alike(one, other));
        }
        for (one, other) in [
            ("Create a Python script that parses CSV files", "Create a Python script that parses JSON files"),
            ("Plot a sine wave", "Plot a cosine wave"),
            ("Summarize report.pdf", "Summarize table.csv"),
            ("Review code", "Review the contract with the landlord"),
        ] {
            assert!(alike(one, other) < SAME_GOAL, "{one} | {other}: {}", alike(one, other));
        }
    }

    #[test]
    fn the_exact_rule_knows_case_and_signs_only() {
        assert_eq!(exact_signature("Plot  a Sine!"), exact_signature("plot a sine"));
        assert_ne!(exact_signature("plot a sine"), exact_signature("draw a sine"));
        assert_eq!(exact_signature("x").len(), 16);
    }
}
