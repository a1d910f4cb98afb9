//! The pages of `docs/` as the help inside the workbench shows them, made when it is built: HTML, and what the search looks through.

use serde::Serialize;

use super::ArchivedFile;
use crate::kernel::markdown;

/// The list of the pages, in their order; it is no page itself.
const LIST: &str = "README";
/// Stands for our own pages while Markdown is rendered, which lets through links to the web alone.
const OWN: &str = "https://help.invalid/";
const OF_THE_WEB: &str = "\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">";

/// One page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HelpPage {
    /// The name of its file, without the ending.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// Its HTML; headings have ids, links to other pages are `#help=<page>`.
    pub html: String,
    /// Its parts, for the search.
    pub sections: Vec<HelpSection>,
}

/// What stands under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HelpSection {
    /// The heading's id without its prefix; empty for the page's own.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The words below it, without marks.
    pub text: String,
}

/// The pages that the list in `README.md` names. A page that is missing, or is not in the list, is an error, and so is a link that leads nowhere.
pub fn pages(files: &[ArchivedFile]) -> Result<Vec<HelpPage>, String> {
    let of_name = |name: &str| files.iter().find(|file| name_of(&file.path) == name);
    let list = of_name(LIST).ok_or("docs/README.md, the list of the help's pages, is missing")?;
    // What stands before the first link names no page.
    let names: Vec<&str> =
        list.text.split("](").skip(1).filter_map(|rest| rest.split_once(".md)")).map(|(name, _)| name).collect();
    if let Some(file) = files.iter().find(|file| name_of(&file.path) != LIST && !names.contains(&name_of(&file.path))) {
        return Err(format!("{} is not in the list of docs/README.md", file.path));
    }
    let one = |name: &&str| {
        let file = of_name(name).ok_or_else(|| format!("docs/README.md lists {name}.md, which is missing"))?;
        page(file, &names)
    };
    names.iter().map(one).collect()
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".md")
}

fn page(file: &ArchivedFile, names: &[&str]) -> Result<HelpPage, String> {
    let name = name_of(&file.path).to_owned();
    let source = own_links(&without_notes(&file.text), names)
        .map_err(|link| format!("{}: the link to {link} leads nowhere", file.path))?;
    let sections = sections(&source);
    let title = sections.first().map(|section| section.title.clone()).filter(|title| !title.is_empty());
    let title = title.ok_or_else(|| format!("{} does not begin with a heading", file.path))?;
    let mut html = String::new();
    // The first is the page's own heading, an `<h1>`.
    let mut ids = sections.iter().skip(1).map(|section| section.id.as_str());
    let rendered = markdown::to_safe_html(&source);
    let mut parts = rendered.split("<h2>");
    html.push_str(parts.next().unwrap_or_default());
    for part in parts {
        html.push_str(&format!("<h2 id=\"help-{}\">{part}", ids.next().unwrap_or_default()));
    }
    // Code and tables may be wider than the page is: whoever has no wheel goes there by Tab.
    let html = html.replace("<pre>", "<pre tabindex=\"0\">");
    let mut linked = String::new();
    let own = format!("<a href=\"{OWN}");
    let mut parts = html.split(&own);
    linked.push_str(parts.next().unwrap_or_default());
    for part in parts {
        linked.push_str("<a href=\"#help=");
        linked.push_str(&part.replacen(OF_THE_WEB, "\">", 1));
    }
    Ok(HelpPage { name, title, html: linked, sections })
}

/// Without the notes that say what a snippet gives: the tests read those.
fn without_notes(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("<!-- ")).flat_map(|line| [line, "\n"]).collect()
}

/// Links between pages as links of the web, which they are made back from; the target of one that leads nowhere.
fn own_links(text: &str, names: &[&str]) -> Result<String, String> {
    let mut parts = text.split("](");
    let mut linked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (target, rest) = part.split_once(')').unwrap_or((part, ""));
        linked.push_str("](");
        match target.split_once(".md") {
            Some((page, heading)) if !target.contains("://") => {
                if !names.contains(&page) {
                    return Err(target.to_owned());
                }
                linked.push_str(&format!("{OWN}{page}{heading}"));
            }
            _ => linked.push_str(target),
        }
        linked.push(')');
        linked.push_str(rest);
    }
    Ok(linked)
}

fn sections(source: &str) -> Vec<HelpSection> {
    let mut sections = vec![HelpSection::default()];
    let mut fence: Option<usize> = None;
    for line in source.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if ticks >= open => fence = None,
            None if ticks >= 3 => fence = Some(ticks),
            None if line.starts_with("# ") => sections[0].title = plain(&line[2..]),
            None if line.starts_with("## ") => {
                let title = plain(&line[3..]);
                sections.push(HelpSection { id: slug(&title), title, text: String::new() });
            }
            _ => {
                if let Some(section) = sections.last_mut() {
                    section.text.push_str(&plain(line));
                    section.text.push(' ');
                }
            }
        }
    }
    for section in &mut sections {
        section.text = section.text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    sections
}

/// A line without the marks of Markdown.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text.replace(['`', '*', '[', '|'], "").replace("---", "").trim().to_owned()
}

fn slug(title: &str) -> String {
    let words: Vec<String> = title
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> ArchivedFile {
        ArchivedFile { path: path.into(), text: text.into() }
    }

    #[test]
    fn a_page_has_headings_to_go_to_links_to_its_peers_and_words_to_find() {
        let list = file("docs/README.md", "# Help\n\n- [A](a.md)\n- [B](b.md)\n");
        let first = file(
            "docs/a.md",
            "# First\n\nSee [the *other*](b.md#how-it-goes) or [the web](https://example.org).\n\n<!-- gives 1 -->\n",
        );
        let second = file("docs/b.md", "# Second\n\n## How it goes\n\n```sh\n## no heading\n```\n\nWell.\n");
        let pages = pages(&[first, second, list]).unwrap();
        assert_eq!(
            pages[0].html,
            "<h1>First</h1>\n<p>See <a href=\"#help=b#how-it-goes\">the <em>other</em></a> or \
             <a href=\"https://example.org\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">the web</a>.</p>\n"
        );
        assert_eq!(pages[0].sections[0].text, "See the other or the web.");
        assert!(pages[1].html.contains("<h2 id=\"help-how-it-goes\">How it goes</h2>"), "{}", pages[1].html);
        let found =
            HelpSection { id: "how-it-goes".into(), title: "How it goes".into(), text: "## no heading Well.".into() };
        assert_eq!(pages[1].sections[1], found);
    }

    #[test]
    fn a_page_nobody_lists_and_a_link_that_leads_nowhere_are_told() {
        let list = file("docs/README.md", "- [A](a.md)\n");
        let lost = pages(&[list.clone(), file("docs/a.md", "# A\n"), file("docs/lost.md", "# Lost\n")]);
        assert_eq!(lost.unwrap_err(), "docs/lost.md is not in the list of docs/README.md");
        let broken = pages(&[list.clone(), file("docs/a.md", "# A\n\n[x](gone.md)\n")]);
        assert_eq!(broken.unwrap_err(), "docs/a.md: the link to gone.md leads nowhere");
        assert_eq!(pages(&[list]).unwrap_err(), "docs/README.md lists a.md, which is missing");
    }
}
