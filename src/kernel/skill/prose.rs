//! What of a skill's Markdown is for reading. It renders nothing.

/// The prose without a title that only says the name again.
pub(super) fn without_title<'a>(body: &'a str, name: &str) -> &'a str {
    let text = body.trim_start();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let title = first.strip_prefix("# ").map(|title| title.trim().trim_start_matches("Skill: "));
    if title.is_some_and(|title| title.eq_ignore_ascii_case(name)) { rest } else { body }
}

/// The prose without its title, which stands above, and without the section of code, which stands below with colours.
pub(super) fn without_code(body: &str) -> String {
    let mut kept = String::new();
    let mut skipping = false;
    let mut fenced = false;
    let mut titled = false;
    for line in body.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if !fenced && line.starts_with('#') {
            let level = line.bytes().take_while(|byte| *byte == b'#').count();
            let heading = line.trim_start_matches('#').trim();
            if level == 1 && !titled {
                titled = true;
                continue;
            }
            skipping = heading.eq_ignore_ascii_case("code");
        }
        if !skipping {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::without_title;

    #[test]
    fn only_a_title_that_says_the_name_again_goes() {
        assert_eq!(without_title("\n# Skill: Code review\n\nRead.", "Code review"), "\nRead.");
        assert_eq!(without_title("# Notes\nRead.", "Code review"), "# Notes\nRead.");
        assert_eq!(without_title("Read.", "Read."), "Read.");
    }
}
