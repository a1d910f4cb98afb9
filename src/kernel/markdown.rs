//! Markdown to HTML that is safe to put into the page: HTML in the source stays text, links go to the web or to mail and nowhere else.
//!
//! Texts that still grow are rendered in parts: what can no longer change once, the rest as often as it grows.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// The HTML of a Markdown text. No script, style, frame, image or attribute of the source's own making comes through.
pub fn to_safe_html(markdown: &str) -> String {
    render(markdown, None)
}

/// The same, but for blocks of code: `code` gives their HTML, from what stands after the fence and the text. It answers for its safety.
pub fn to_safe_html_with(markdown: &str, code: &dyn Fn(&str, &str) -> String) -> String {
    render(markdown, Some(code))
}

fn render(markdown: &str, code: Option<&dyn Fn(&str, &str) -> String>) -> String {
    let mut events = Vec::new();
    // How many links are open, each with whether its target is let through.
    let mut links = Vec::new();
    // The block of code that is being read, where the caller draws it.
    let mut block: Option<(CowStr<'_>, String)> = None;
    for event in Parser::new_ext(markdown, OPTIONS) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) if code.is_some() => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info,
                    CodeBlockKind::Indented => "".into(),
                };
                block = Some((info, String::new()));
            }
            Event::End(TagEnd::CodeBlock) if block.is_some() => {
                if let (Some((info, text)), Some(code)) = (block.take(), code) {
                    events.push(Event::Html(code(&info, &text).into()));
                }
            }
            Event::Text(text) if block.is_some() => {
                if let Some((_, code)) = &mut block {
                    code.push_str(&text);
                }
            }
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let safe = is_safe_target(&dest_url);
                links.push(safe);
                if safe {
                    events.push(Event::InlineHtml(link_start(&dest_url)));
                }
            }
            Event::End(TagEnd::Link) => {
                if links.pop().unwrap_or(false) {
                    events.push(Event::InlineHtml("</a>".into()));
                }
            }
            // A picture would be a request to somebody's server: its description stands for it.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            other => events.push(other),
        }
    }
    let mut output = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut output, events.into_iter());
    output
}

/// How much of a text that still grows can no longer change its looks, in bytes: the blocks before the last.
///
/// A definition of a link's target further down is the one thing that could still change it; whoever cares renders the whole in the end.
pub fn settled(markdown: &str) -> usize {
    let mut last = 0;
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(markdown, OPTIONS).into_offset_iter() {
        if depth == 0 && !matches!(event, Event::End(_)) {
            last = range.start;
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let (before, tail) = markdown.split_at(last);
    // A block's first characters may yet turn out to belong to the one before: a number to a list, a dash to a heading.
    let is_apart = before.ends_with("\n\n") || fence(tail).is_some_and(|fence| fence.end.is_none());
    if is_apart && tail.contains(char::is_alphabetic) { last } else { 0 }
}

/// A block of code that a text begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence<'a> {
    /// What stands after the fence.
    pub info: &'a str,
    /// The code, so far.
    pub code: &'a str,
    /// Where the text goes on behind it, in bytes; none while its end has not come.
    pub end: Option<usize>,
}

/// The block of code that a text begins with, as far as it is there.
pub fn fence(text: &str) -> Option<Fence<'_>> {
    let (first, code) = text.split_once('\n')?;
    let letter = first.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
    let length = first.chars().take_while(|next| *next == letter).count();
    let info = first[length..].trim();
    if length < 3 || (letter == '`' && info.contains('`')) {
        return None;
    }
    let closes = |line: &str| {
        let line = line.trim_end();
        let fence = line.trim_start_matches(' ');
        line.len() - fence.len() < 4 && fence.len() >= length && fence.chars().all(|next| next == letter)
    };
    let mut place = first.len() + 1;
    for line in code.split_inclusive('\n') {
        if closes(line) {
            return Some(Fence { info, code: &text[first.len() + 1..place], end: Some(place + line.len()) });
        }
        place += line.len();
    }
    Some(Fence { info, code, end: None })
}

fn link_start(target: &str) -> CowStr<'static> {
    let mut escaped = String::new();
    for character in target.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    format!("<a href=\"{escaped}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">").into()
}

fn is_safe_target(target: &str) -> bool {
    let target = target.trim().to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_may_not_do_stays_text() {
        for (markdown, html) in [
            ("**bold**", "<p><strong>bold</strong></p>\n"),
            ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("[x](javascript:alert(1))", "<p>x</p>\n"),
            ("[x](data:text/html,1)", "<p>x</p>\n"),
            ("![x](https://example.org/track.png)", "<p>x</p>\n"),
            (
                "[x](https://example.org/?a=1&b=\"2\")",
                "<p><a href=\"https://example.org/?a=1&amp;b=&quot;2&quot;\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a></p>\n",
            ),
            ("[![p](x.png)](javascript:1) after", "<p>p after</p>\n"),
        ] {
            assert_eq!(to_safe_html(markdown).trim_end(), html.trim_end(), "{markdown}");
        }
    }

    #[test]
    fn the_caller_draws_code_wherever_it_stands() {
        let code = |info: &str, text: &str| format!("[{info}|{}]", text.trim_end());
        for (markdown, html) in [
            ("a\n\n```python x\n1 < 2\n```\n\nb", "<p>a</p>\n[python x|1 < 2]\n<p>b</p>\n"),
            ("- a\n\n  ```js\n  f()\n  ```\n", "<ul>\n<li>\n<p>a</p>\n[js|f()]</li>\n</ul>\n"),
            ("    indented\n", "[|indented]"),
            ("```\n<script>\n", "[|<script>]"),
        ] {
            assert_eq!(to_safe_html_with(markdown, &code), html, "{markdown}");
        }
    }

    #[test]
    fn blocks_before_the_last_are_settled() {
        for (markdown, settled_part) in [
            ("", ""),
            ("one paragraph\nof two lines", ""),
            ("one\n\ntwo", "one\n\n"),
            // It may become `2. b`, the list's next.
            ("1. a\n\n2", ""),
            ("1. a\n\n2. b", ""),
            ("- a\n\ntext", "- a\n\n"),
            // It may become `***bold***`, the paragraph's own.
            ("a\n***", ""),
            ("text\n```py\nx", "text\n"),
            ("text\n```py\nx\n```\n\nmore", "text\n```py\nx\n```\n\n"),
            ("> a\n\n# b", "> a\n\n"),
        ] {
            assert_eq!(&markdown[..settled(markdown)], settled_part, "{markdown}");
        }
    }

    #[test]
    fn a_fence_is_open_until_its_end() {
        let open = |info, code| Some(Fence { info, code, end: None });
        for (text, expected) in [
            ("```py", None),
            ("```py\n", open("py", "")),
            ("```py\na\nb", open("py", "a\nb")),
            ("```py\na\n```", Some(Fence { info: "py", code: "a\n", end: Some(11) })),
            ("```py\na\n  ```  \nb", Some(Fence { info: "py", code: "a\n", end: Some(16) })),
            ("```\n```\n", Some(Fence { info: "", code: "", end: Some(8) })),
            ("````\n```\n", open("", "```\n")),
            ("~~~ js title\nx", open("js title", "x")),
            ("``` a`b\n", None),
            ("text\n```\n", None),
        ] {
            assert_eq!(fence(text), expected, "{text}");
        }
    }

    /// A text rendered in parts while it grows, by any steps, is the text rendered at once.
    #[test]
    fn in_parts_is_as_at_once() {
        let text = "# Head\n\nA *para* with `code`\nand more.\n\n1. one\n2. two\n\n   ```python\n   x = 1\n   ```\n\n3. three\n\nText\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```spice\n* t\nR1 a b 1k\n```\nafter\n\n> quote\n> more\n\n- [ ] task\n- [x] done\n";
        for step in 1..9 {
            let (mut start, mut parts) = (0, String::new());
            for end in (1..=text.len()).filter(|end| end % step == 0 || *end == text.len()) {
                let length = settled(&text[start..end]);
                parts += &to_safe_html(&text[start..start + length]);
                start += length;
            }
            parts += &to_safe_html(&text[start..]);
            assert_eq!(parts, to_safe_html(text), "{step}");
        }
    }
}
