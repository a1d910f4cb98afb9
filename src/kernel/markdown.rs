//! Markdown to HTML that is safe to put into the page: HTML in the source stays text, links go to the web or to mail and nowhere else.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// The HTML of a Markdown text. No script, style, frame, image or attribute of the source's own making comes through.
pub fn to_safe_html(markdown: &str) -> String {
    let mut events = Vec::new();
    // How many links are open, each with whether its target is let through.
    let mut links = Vec::new();
    for event in
        Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
    {
        match event {
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
    use super::to_safe_html;

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
}
