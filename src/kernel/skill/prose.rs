//! What of a skill's Markdown is for reading. It renders nothing.

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
