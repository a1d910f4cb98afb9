//! Small changes to a skill's file that leave the rest of it as its author wrote it: another id, another name.

use super::front_matter;

/// The same file with these fields of one line set: where a field stands it is replaced, where it does not it is added at the top.
pub fn with_fields(source: &str, fields: &[(&str, &str)]) -> String {
    let Ok(parts) = front_matter::split(source) else { return source.to_owned() };
    let mut lines: Vec<String> = parts.head.lines().map(str::to_owned).collect();
    for (field, value) in fields.iter().rev() {
        let line = format!("{field}: {}", scalar(value));
        match lines.iter().position(|line| names(line, field)) {
            Some(at) => {
                // A value may go on below, indented.
                let more = lines[at + 1..].iter().take_while(|line| line.starts_with([' ', '\t'])).count();
                lines.splice(at..=at + more, [line]);
            }
            None => lines.insert(1, line),
        }
    }
    let rest = &source[parts.head.len()..];
    format!("{}\n{rest}", lines.join("\n"))
}

/// Whether a line is this field, however its name is written.
fn names(line: &str, field: &str) -> bool {
    let Some((name, _)) = line.split_once(':') else { return false };
    name.trim_end().trim_matches(['"', '\'']).to_lowercase().replace(['-', ' '], "_") == field
}

/// Text as YAML reads it back: plain where that is safe, else in quotes.
fn scalar(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_' | '.' | '(' | ')');
    let begins_plain = text.starts_with(|letter: char| letter.is_alphabetic());
    let is_word = !["true", "false", "null", "yes", "no", "on", "off"].contains(&text.to_lowercase().as_str());
    if begins_plain && is_word && text.chars().all(plain) && !text.ends_with(' ') {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::skill::parse;

    #[test]
    fn the_rest_of_the_file_stays() {
        let source = "---\n# mine\nname: >\n  Old\n  name\ndescription: d # why\n---\nname: body\n";
        assert_eq!(
            with_fields(source, &[("skill_id", "new"), ("name", "New: name")]),
            "---\nskill_id: new\n# mine\nname: \"New: name\"\ndescription: d # why\n---\nname: body\n"
        );
        assert_eq!(with_fields("no front matter", &[("name", "x")]), "no front matter");
    }

    proptest! {
        #[test]
        fn what_is_set_is_read(name in "[ -~é数]{1,20}") {
            prop_assume!(!name.trim().is_empty());
            let changed = with_fields("---\nskill_id: a\nname: b\ndescription: c\n---\n", &[("skill_id", "x-1"), ("name", &name)]);
            let skill = parse("x.md", &changed).0.unwrap();
            prop_assert_eq!((skill.skill_id, skill.name), ("x-1".to_owned(), name.trim().to_owned()));
        }
    }
}
