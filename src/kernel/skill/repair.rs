//! YAML that people write and YAML refuses, with the cure that others apply too: `description: Note: like this` gets its quotes.

/// The head with quotes around values that hold a colon, and the lines where that was needed; nothing if no line is of that kind.
pub(super) fn quote_colons(head: &str) -> Option<(String, Vec<u32>)> {
    let mut lines = Vec::new();
    let mut text = String::with_capacity(head.len() + 16);
    for (number, line) in (1..).zip(head.lines()) {
        match quoted(line) {
            Some(line) => {
                lines.push(number);
                text.push_str(&line);
            }
            None => text.push_str(line),
        }
        text.push('\n');
    }
    (!lines.is_empty()).then_some((text, lines))
}

/// The same line with its value in quotes, if it is `key: a: b` with a value that means nothing else in YAML.
fn quoted(line: &str) -> Option<String> {
    let (key, value) = line.split_once(": ")?;
    let value = value.trim();
    let plain_key =
        !key.trim().is_empty() && key.trim().chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter));
    let holds_colon = value.contains(": ") || value.ends_with(':');
    (plain_key && holds_colon && !value.starts_with(['"', '\'', '{', '[', '|', '>', '&', '*', '!', '#']))
        .then(|| format!("{key}: '{}'", value.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_yaml_would_refuse_is_changed() {
        let head =
            "---\nname: x\ndescription: Use when: it's late\n  more: a: b\ntags: [a: b]\nurl: https://a.b\n- x: y: z\n";
        let (text, lines) = quote_colons(head).unwrap();
        assert_eq!(lines, [3, 4]);
        assert!(text.contains(
            "\ndescription: 'Use when: it''s late'\n  more: 'a: b'\ntags: [a: b]\nurl: https://a.b\n- x: y: z\n"
        ));
        assert_eq!(quote_colons("---\nname: x\n"), None);
    }
}
