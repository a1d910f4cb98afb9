//! Which modules a piece of Python imports, found without running it.
//!
//! A scanner of tokens, not a parser: it knows strings (with f-strings and their nested quotes), comments, brackets and
//! continued lines, and looks for `import` and `from` where a statement begins. Broken code gives whatever can be told.

use std::collections::BTreeSet;

/// The top-level names of all modules that the code imports anywhere, sorted. Relative imports are its own business.
pub fn python_imports(code: &str) -> Vec<String> {
    let tokens = tokens(code);
    let mut found = BTreeSet::new();
    let mut at = 0;
    let mut begins = true;
    let mut depth = 0_u32;
    while at < tokens.len() {
        let token = tokens[at];
        at += 1;
        match token {
            Token::Word("import") if begins => at = import(&tokens, at, &mut found),
            Token::Word("from") if begins => at = from(&tokens, at, &mut found),
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        // `try: import x` and `a = 1; import b` begin statements within a line.
        begins = match token {
            Token::LineEnd => {
                depth = 0;
                true
            }
            Token::Sign(';' | ':') => depth == 0,
            _ => false,
        };
    }
    found.into_iter().map(str::to_owned).collect()
}

/// `a.b as c, d`
fn import<'a>(tokens: &[Token<'a>], mut at: usize, found: &mut BTreeSet<&'a str>) -> usize {
    while let Some(Token::Word(module)) = tokens.get(at) {
        found.insert(module);
        at += 1;
        while matches!(tokens.get(at), Some(Token::Sign('.') | Token::Word(_))) {
            at += 1;
        }
        if !matches!(tokens.get(at), Some(Token::Sign(','))) {
            break;
        }
        at += 1;
    }
    at
}

/// `a.b import c`; what follows has no more module names.
fn from<'a>(tokens: &[Token<'a>], mut at: usize, found: &mut BTreeSet<&'a str>) -> usize {
    let Some(Token::Word(module)) = tokens.get(at) else { return at };
    at += 1;
    loop {
        match tokens.get(at) {
            Some(Token::Word("import")) => {
                found.insert(module);
                return at + 1;
            }
            Some(Token::Word(_) | Token::Sign('.')) => at += 1,
            _ => return at,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    Sign(char),
    LineEnd,
}

/// Splits code into words, signs and line ends; strings, comments and line ends inside brackets leave nothing behind.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut depth = 0_u32;
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at = line_end(bytes, at),
            b'\\' if matches!(bytes.get(at + 1), Some(b'\n')) => at += 2,
            b'\\' if bytes[at + 1..].starts_with(b"\r\n") => at += 3,
            b'\n' | b'\r' => {
                if depth == 0 {
                    tokens.push(Token::LineEnd);
                }
                at += 1;
            }
            b'"' | b'\'' => at = string_end(bytes, at, false, 0),
            first if is_word(first) => {
                let end = (at..bytes.len()).find(|end| !is_word(bytes[*end])).unwrap_or(bytes.len());
                let word = &code[at..end];
                at = end;
                let quoted = matches!(bytes.get(at), Some(b'"' | b'\''));
                if quoted && is_string_prefix(word) {
                    let formatted = word.bytes().any(|letter| matches!(letter.to_ascii_lowercase(), b'f' | b't'));
                    at = string_end(bytes, at, formatted, 0);
                } else {
                    tokens.push(Token::Word(word));
                }
            }
            sign if sign.is_ascii_whitespace() => at += 1,
            sign => {
                match sign {
                    b'(' | b'[' | b'{' => depth += 1,
                    b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                tokens.push(Token::Sign(char::from(sign)));
                at += 1;
            }
        }
    }
    tokens
}

/// Letters, digits and everything outside ASCII: what Python's names may hold, and more.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_string_prefix(word: &str) -> bool {
    word.len() <= 2 && word.bytes().all(|letter| b"rbuft".contains(&letter.to_ascii_lowercase()))
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |offset| at + offset)
}

/// The place after the string that opens at `at`. One that never closes ends with its line, or with the code if it is triple.
fn string_end(bytes: &[u8], at: usize, formatted: bool, nesting: u32) -> usize {
    /// Python itself refuses deeper f-strings.
    const DEEPEST: u32 = 100;
    let quote = bytes[at];
    let triple = bytes[at..].starts_with(&[quote; 3]);
    let mut at = at + if triple { 3 } else { 1 };
    let mut braces = 0_u32;
    while at < bytes.len() {
        let byte = bytes[at];
        match byte {
            b'\\' => at += 1,
            b'{' if formatted && braces == 0 && bytes.get(at + 1) == Some(&b'{') => at += 1,
            b'{' if formatted => braces += 1,
            b'}' if formatted => braces = braces.saturating_sub(1),
            b'"' | b'\'' if braces > 0 && nesting < DEEPEST => {
                // Quotes inside a replacement field open a string of their own, even of the same kind.
                let inner = at.checked_sub(1).is_some_and(|before| matches!(bytes[before], b'f' | b'F' | b't' | b'T'));
                at = string_end(bytes, at, inner, nesting + 1);
                continue;
            }
            _ if byte == quote && !triple => return at + 1,
            _ if byte == quote && bytes[at..].starts_with(&[quote; 3]) => return at + 3,
            b'\n' if !triple && braces == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(code: &str, expected: &[&str]) {
        assert_eq!(python_imports(code), expected, "in {code:?}");
    }

    #[test]
    fn every_form_of_import() {
        check("import numpy", &["numpy"]);
        check("import a.b as c, d, e.f", &["a", "d", "e"]);
        check("from x.y import (\n  p,  # why\n  q as r,\n)\nimport z", &["x", "z"]);
        check("from x import *", &["x"]);
        check("from . import a\nfrom .b import c\nfrom ..d.e import f", &[]);
        check("import a; import b;from c import d", &["a", "b", "c"]);
        check("try: import a\nexcept ImportError: import b\nelse:\n    from c import d", &["a", "b", "c"]);
        check("def f():\n\tif True: from g import h", &["g"]);
        check("import a, \\\n  b\nfrom c.\\\r\n  d import e", &["a", "b", "c"]);
        check("if TYPE_CHECKING:\r\n    import types_only\r\n", &["types_only"]);
        check("import größe", &["größe"]);
        check("import b\nimport a\nimport b", &["a", "b"]);
    }

    #[test]
    fn what_only_looks_like_an_import() {
        check("# import a\nx = 1  # from b import c", &[]);
        check("'import a'\n\"\"\"\nimport b\n\"\"\"\nr'''\nfrom c import d'''", &[]);
        check("x = f'{\"import a\"}'\ny = f\"{d[\"k\"]} \nimport inside\"", &["inside"]);
        check("f'''\n{x!r:>{w}}\nimport a {f\"{'''\nimport b'''}\"}\n'''\nimport c", &["c"]);
        check("f'{{import a'\nimport b", &["b"]);
        check("'\\'\\\nimport a'\nimport b", &["b"]);
        check("raise ValueError from error\nyield from items\nimportant = reimport = 1", &[]);
        check("d = {1: from_, 2: import_}\nx = y[a:\nimport_it]", &[]);
        check("print(\n  important,\n)", &[]);
    }

    #[test]
    fn broken_code_gives_what_can_be_told() {
        check("import", &[]);
        check("from a", &[]);
        check("from a.b. import", &["a"]);
        check("import a,\nimport b", &["a", "b"]);
        check("x = 'open\nimport a", &["a"]);
        check("'''open\nimport a", &[]);
        check("\\", &[]);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(code in "[a-z\"'{}()\\[\\]\\\\#;:.,\n\r fimport\u{e9}]{0,200}") {
            python_imports(&code);
        }

        #[test]
        fn what_is_imported_is_found(names in proptest::collection::vec("[a-z_]{1,8}", 1..6), noise in "[a-z ()'\"#]{0,20}") {
            prop_assume!(names.iter().all(|name| !["import", "from", "as"].contains(&name.as_str())));
            let code = format!("\n{noise}\n\n'''\n'''\nx = ')'\n").replace(['(', ')', '\'', '"'], "");
            let code = format!("{code}\nimport {}\n", names.join(", "));
            let found = python_imports(&code);
            prop_assert!(names.iter().all(|name| found.contains(name)), "{found:?}");
        }
    }
}
