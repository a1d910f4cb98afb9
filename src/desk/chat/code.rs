//! Code blocks of messages, as markup: coloured, with their language, Copy, and Run where the page can run them.
//!
//! Markup and not components: a session has hundreds, and the thread listens for all of them at once (`run`). All text is escaped here.

use crate::desk::words::escaped;
use crate::kernel::highlight::{Lines, Token};
use crate::kernel::skill::Language;
use crate::ui::parts::code::class;

/// The HTML of a block, from what stands after its fence and its text.
pub fn block(info: &str, code: &str) -> String {
    let (start, end) = frame(info);
    let mut html = start;
    let code = code.strip_suffix('\n').unwrap_or(code);
    match colours(info) {
        Some(language) => {
            let mut lines = Lines::new(language);
            for (place, line) in code.split('\n').enumerate() {
                if place > 0 {
                    html.push('\n');
                }
                coloured(&mut lines, line, &mut html);
            }
        }
        None => escaped(code, &mut html),
    }
    html + end
}

/// What stands before and after the code of a block.
pub fn frame(info: &str) -> (String, &'static str) {
    let word = info.split([' ', ',', '{']).next().unwrap_or_default();
    let mut html = "<div class=\"chat-code\" data-language=\"".to_owned();
    html += match Language::from_fence(info) {
        Some(Language::Python) => "python",
        Some(Language::JavaScript) => "javascript",
        Some(Language::Spice) => "spice",
        None => "",
    };
    html += "\"><div class=\"chat-code-head\"><span class=\"chat-code-name\">";
    escaped(if word.is_empty() { "text" } else { word }, &mut html);
    html += "</span>";
    html += &action("copy", "copy", "Copy");
    if Language::from_fence(info).is_some() {
        html += &action("run", "play", "Run");
    }
    html += "</div><pre tabindex=\"0\"><code>";
    (html, "</code></pre></div>")
}

fn action(act: &str, icon: &str, name: &str) -> String {
    format!(
        "<button type=\"button\" class=\"text-button\" data-act=\"{act}\"><svg class=\"icon\" aria-hidden=\"true\"><use href=\"#icon-{icon}\"></use></svg>{name}</button>"
    )
}

/// The language by which a block is coloured; some look enough like another.
pub fn colours(info: &str) -> Option<Language> {
    Language::from_fence(info).or_else(|| {
        let word = info.split([' ', ',', '{']).next().unwrap_or_default().to_ascii_lowercase();
        let like_javascript = ["ts", "typescript", "jsx", "tsx", "json", "jsonc", "c", "cpp", "java", "go", "rust"];
        if like_javascript.contains(&word.as_str()) {
            Some(Language::JavaScript)
        } else {
            ["sh", "bash", "shell", "yaml", "yml", "toml", "r"].contains(&word.as_str()).then_some(Language::Python)
        }
    })
}

/// The next line of a code, coloured.
pub fn coloured(lines: &mut Lines, line: &str, into: &mut String) {
    for (token, text) in lines.cut(line) {
        if token == Token::Plain {
            escaped(&text, into);
        } else {
            into.push_str("<span class=\"");
            into.push_str(class(token));
            into.push_str("\">");
            escaped(&text, into);
            into.push_str("</span>");
        }
    }
}
