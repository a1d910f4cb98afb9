//! The plain part of YAML that most heads are written in, read without the machinery that all of it needs: `key: words` and
//! `key: [words, words]`, a line each. Where anything else stands it says nothing, and the whole of YAML is read instead.

use super::yaml::Yaml;

/// The head as a tree, if every line of it is plain.
pub(super) fn read(head: &str) -> Option<Yaml> {
    let lines = head.strip_prefix("---\n")?.lines();
    lines.map(field).collect::<Option<Vec<_>>>().map(Yaml::Fields)
}

fn field(line: &str) -> Option<(String, Yaml)> {
    let (key, value) = line.split_once(": ")?;
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let value = match value.strip_prefix('[') {
        Some(list) => Yaml::List(items(list.strip_suffix(']')?)?),
        None => plain(value)?,
    };
    (key.bytes().all(is_key) && is_word(key)).then(|| (key.to_owned(), value))
}

fn items(list: &str) -> Option<Vec<Yaml>> {
    if list.is_empty() {
        return Some(Vec::new());
    }
    let is_plain = |item: &&str| {
        item.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'.'))
    };
    list.split(", ").map(|item| Some(item).filter(is_plain).and_then(plain)).collect()
}

/// Text that needs no quotes, and is neither a number nor a word with a meaning.
fn plain(value: &str) -> Option<Yaml> {
    let is_odd = |byte: u8| byte < b' ' || !byte.is_ascii();
    let means_more = value.contains(": ") || value.contains(" #") || value.ends_with([':', ' ']);
    (is_word(value) && !means_more && !value.bytes().any(is_odd)).then(|| Yaml::Text(value.to_owned()))
}

/// Whether it begins with a letter and is no name of a value.
fn is_word(text: &str) -> bool {
    const VALUES: [&str; 3] = ["true", "false", "null"];
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && !VALUES.iter().any(|value| text.eq_ignore_ascii_case(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_heads_are_read_and_others_left() {
        let head = "---\nname: My skill's \"name\", [x]\nkeywords: [one, two-three, four five]\ntags: []\n";
        assert_eq!(read(head), serde_yaml::from_str(head).ok());
        for other in [
            "a: 1",
            "a: true",
            "a: 'x'",
            "a: b: c",
            "a: b # c",
            "a:",
            "  a: b",
            "- a",
            "a: b ",
            "a: [b",
            "a: é",
            "a: x\n  y",
            "a: [1]",
        ] {
            assert_eq!(read(&format!("---\n{other}\n")), None, "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_read_is_what_yaml_says(lines in prop::collection::vec("(a|key|b-c|true|null): [ -~]{0,12}", 0..4)) {
            let head = format!("---\n{}\n", lines.join("\n"));
            if let Some(read) = read(&head) {
                prop_assert_eq!(Some(read), serde_yaml::from_str(&head).ok(), "{}", head);
            }
        }

        #[test]
        fn lists_too(items in prop::collection::vec("[ -~]{1,6}", 0..4)) {
            let head = format!("---\nkey: [{}]\n", items.join(", "));
            if let Some(read) = read(&head) {
                prop_assert_eq!(Some(read), serde_yaml::from_str(&head).ok(), "{}", head);
            }
        }
    }
}
