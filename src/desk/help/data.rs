//! The pages of the help, and where they say what is looked for.

use serde_json::Value;

use crate::desk::page_facts::is_about;

const MOST_FOUND: usize = 20;
/// Letters of an excerpt before what was found, and after.
const AROUND: (usize, usize) = (32, 80);

/// One page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The name of its file, without the ending.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// Its HTML.
    pub html: String,
    /// Its parts for the search.
    pub sections: Vec<Section>,
}

/// What stands under one heading.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// What the heading is reached by.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The words below it.
    pub text: String,
}

/// All pages, in the order of their list.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// The pages.
    pub pages: Vec<Page>,
}

/// A part of a page that says what is looked for.
pub struct Found {
    /// The page, and the heading after a `#`.
    pub place: String,
    /// Page and heading.
    pub title: String,
    /// The words around it.
    pub excerpt: String,
}

impl Pages {
    /// Reads `help.json`.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        let value: Value = serde_json::from_str(text)?;
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let section =
            |value: &Value| Section { id: text(value, "id"), title: text(value, "title"), text: text(value, "text") };
        let page = |value: &Value| Page {
            name: text(value, "name"),
            title: text(value, "title"),
            html: text(value, "html"),
            sections: list(&value["sections"]).iter().map(section).collect(),
        };
        Ok(Self { pages: list(&value).iter().map(page).collect() })
    }

    /// The parts that say every word of this; those that say it in their heading come first.
    pub fn find(&self, query: &str) -> Vec<Found> {
        let all = self.pages.iter().flat_map(|page| page.sections.iter().map(move |section| (page, section)));
        let about: Vec<_> =
            all.filter(|(page, section)| is_about(query, &[&page.title, &section.title, &section.text])).collect();
        let (first, rest): (Vec<_>, Vec<_>) =
            about.into_iter().partition(|(page, section)| is_about(query, &[&page.title, &section.title]));
        first.into_iter().chain(rest).take(MOST_FOUND).map(|(page, section)| found(query, page, section)).collect()
    }
}

fn found(query: &str, page: &Page, section: &Section) -> Found {
    let title =
        if section.title == page.title { page.title.clone() } else { format!("{} · {}", page.title, section.title) };
    let lower = section.text.to_lowercase();
    let at = query.split_whitespace().find_map(|word| lower.find(&word.to_lowercase())).unwrap_or_default();
    // By letters, as a byte may be half of one.
    let before = lower.get(..at).map_or(0, |text| text.chars().count());
    let start = before.saturating_sub(AROUND.0);
    let excerpt: String = section.text.chars().skip(start).take(AROUND.0 + AROUND.1).collect();
    let excerpt = if start > 0 { format!("…{excerpt}…") } else { format!("{excerpt}…") };
    let place = if section.id.is_empty() { page.name.clone() } else { format!("{}#{}", page.name, section.id) };
    Found { place, title, excerpt }
}
