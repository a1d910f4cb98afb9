//! Code cut into pieces that are coloured alike: words of the language, names, numbers, strings, comments.
//!
//! A reader's aid, not a parser: each line stands alone but for strings and comments that run over lines.

use super::skill::Language;

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word of the language.
    Keyword,
    /// What is defined or called.
    Name,
    /// A number, with its prefix in a netlist.
    Number,
    /// Text in quotes.
    String,
    /// Words for people.
    Comment,
    /// All else.
    Plain,
}

const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];
const JAVASCRIPT: &[&str] = &[
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "yield",
];

/// The lines of a code, each as its pieces in order; the pieces of a line add up to the line.
pub fn lines(code: &str, language: Language) -> Vec<Vec<(Token, String)>> {
    let mut lines = Lines::new(language);
    code.lines().map(|line| lines.cut(line)).collect()
}

/// Cuts code line by line, for code that still grows. A copy remembers how the lines before ended.
#[derive(Clone, Debug)]
pub struct Lines {
    language: Language,
    /// The delimiter of a string or comment that began on an earlier line.
    open: Option<&'static str>,
}

impl Lines {
    /// Before the first line.
    pub fn new(language: Language) -> Self {
        Self { language, open: None }
    }

    /// The pieces of the next line, in order; they add up to it.
    pub fn cut(&mut self, line: &str) -> Vec<(Token, String)> {
        merge(cut(line, self.language, &mut self.open))
    }
}

/// Cuts one line; `open` is the delimiter of a string or comment that began on an earlier line.
fn cut<'code>(line: &'code str, language: Language, open: &mut Option<&'static str>) -> Vec<(Token, &'code str)> {
    let mut pieces = Vec::new();
    let mut rest = line;
    if language == Language::Spice && rest.starts_with('*') {
        return vec![(Token::Comment, rest)];
    }
    while !rest.is_empty() {
        let (token, length) = match *open {
            Some(delimiter) => {
                let token = if delimiter == "*/" { Token::Comment } else { Token::String };
                match rest.find(delimiter) {
                    Some(at) => {
                        *open = None;
                        (token, at + delimiter.len())
                    }
                    None => (token, rest.len()),
                }
            }
            None => next(rest, rest.len() == line.len(), language, open),
        };
        let (piece, after) = rest.split_at(length);
        pieces.push((token, piece));
        rest = after;
    }
    pieces
}

/// The next piece of a line and its length; opens a string or comment that does not end here.
fn next(rest: &str, at_start: bool, language: Language, open: &mut Option<&'static str>) -> (Token, usize) {
    let comment = match language {
        Language::Python => rest.starts_with('#'),
        Language::JavaScript => rest.starts_with("//"),
        Language::Spice => rest.starts_with(';') || rest.starts_with("$ "),
    };
    if comment {
        return (Token::Comment, rest.len());
    }
    let long: &[(&str, &'static str)] = match language {
        Language::Python => &[("\"\"\"", "\"\"\""), ("'''", "'''")],
        Language::JavaScript => &[("/*", "*/"), ("`", "`")],
        Language::Spice => &[],
    };
    for (start, end) in long {
        if let Some(after) = rest.strip_prefix(start) {
            let token = if *end == "*/" { Token::Comment } else { Token::String };
            return match after.find(end) {
                Some(at) => (token, start.len() + at + end.len()),
                None => {
                    *open = Some(end);
                    (token, rest.len())
                }
            };
        }
    }
    let first = rest.chars().next().expect("the caller asks only while something is left");
    if (first == '"' || first == '\'') && language != Language::Spice {
        return (Token::String, quoted(rest, first));
    }
    if first.is_ascii_digit() {
        let end = rest
            .find(|character: char| !(character.is_alphanumeric() || matches!(character, '.' | '_')))
            .unwrap_or(rest.len());
        return (Token::Number, end);
    }
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    if is_word(first) || (language == Language::Spice && first == '.') {
        // The first letter was looked at above.
        let end =
            rest.char_indices().skip(1).find(|(_, character)| !is_word(*character)).map_or(rest.len(), |(at, _)| at);
        return (word(&rest[..end], &rest[end..], at_start, language), end);
    }
    (Token::Plain, first.len_utf8())
}

fn word(word: &str, after: &str, at_start: bool, language: Language) -> Token {
    let keyword = match language {
        Language::Python => PYTHON.contains(&word),
        Language::JavaScript => JAVASCRIPT.contains(&word),
        Language::Spice => word.starts_with('.'),
    };
    let named = if language == Language::Spice { at_start } else { after.starts_with('(') };
    if keyword {
        Token::Keyword
    } else if named {
        Token::Name
    } else {
        Token::Plain
    }
}

/// The length of a string that begins here and ends on this line, or of the line.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == quote {
            return at + quote.len_utf8();
        }
    }
    rest.len()
}

/// Neighbours of one kind become one piece.
fn merge(pieces: Vec<(Token, &str)>) -> Vec<(Token, String)> {
    let mut merged: Vec<(Token, String)> = Vec::new();
    for (token, piece) in pieces {
        match merged.last_mut() {
            Some((last, text)) if *last == token => text.push_str(piece),
            _ => merged.push((token, piece.to_owned())),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::Token::{Comment, Keyword, Name, Number, Plain, String as Text};
    use super::*;

    fn check(code: &str, language: Language, expected: &[&[(Token, &str)]]) {
        let found = lines(code, language);
        let found: Vec<Vec<(Token, &str)>> =
            found.iter().map(|line| line.iter().map(|(token, text)| (*token, text.as_str())).collect()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn python() {
        check(
            "def f(x):  # why\n  return \"a#b\" + 1e3",
            Language::Python,
            &[
                &[(Keyword, "def"), (Plain, " "), (Name, "f"), (Plain, "(x):  "), (Comment, "# why")],
                &[(Plain, "  "), (Keyword, "return"), (Plain, " "), (Text, "\"a#b\""), (Plain, " + "), (Number, "1e3")],
            ],
        );
    }

    #[test]
    fn strings_and_comments_run_over_lines() {
        check(
            "\"\"\"one\ntwo\"\"\" + x",
            Language::Python,
            &[&[(Text, "\"\"\"one")], &[(Text, "two\"\"\""), (Plain, " + x")]],
        );
        check(
            "/* a\n b */ let x",
            Language::JavaScript,
            &[&[(Comment, "/* a")], &[(Comment, " b */"), (Plain, " "), (Keyword, "let"), (Plain, " x")]],
        );
    }

    #[test]
    fn a_netlist() {
        check(
            "* title\nR1 in out 4k7\n.ac dec 10",
            Language::Spice,
            &[
                &[(Comment, "* title")],
                &[(Name, "R1"), (Plain, " in out "), (Number, "4k7")],
                &[(Keyword, ".ac"), (Plain, " dec "), (Number, "10")],
            ],
        );
    }

    #[test]
    fn pieces_add_up_to_the_line() {
        let code = "let π = `a${1}` // größer\n'open";
        for (line, pieces) in code.lines().zip(lines(code, Language::JavaScript)) {
            assert_eq!(pieces.into_iter().map(|(_, text)| text).collect::<String>(), line);
        }
    }
}
