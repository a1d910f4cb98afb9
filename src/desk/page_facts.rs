//! What the page says of itself when it opens a view of the desk: its theme, its release, its actions and their keys.

/// One action of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// What it does, as a verb; the page knows it by this.
    pub name: String,
    /// The keys that it came with.
    pub first_keys: String,
    /// The keys that call it now; empty where none do.
    pub keys: String,
    /// Other words for it.
    pub also: String,
}

/// What the page said last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFacts {
    /// `System`, `Dark` or `Light`.
    pub theme: String,
    /// The release, and the commit it was built from.
    pub version: String,
    /// Every action, in the order of the palette.
    pub actions: Vec<Action>,
}

impl PageFacts {
    /// Reads what comes with `settings:`: the theme, the release, and a line for each action.
    pub fn of_settings(text: &str) -> Self {
        let mut parts = text.splitn(3, '\n');
        let mut next = || parts.next().unwrap_or_default();
        Self { theme: next().to_owned(), version: next().to_owned(), actions: actions(next()) }
    }
}

/// Reads a line for each action: the name, its first keys, its keys now, other words.
pub fn actions(text: &str) -> Vec<Action> {
    let one = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        Action { name: next(), first_keys: next(), keys: next(), also: next() }
    };
    text.lines().filter(|line| !line.is_empty()).map(one).collect()
}

/// Whether something is about what is looked for: each word of it is in one of these texts.
pub fn is_about(query: &str, texts: &[&str]) -> bool {
    query.split_whitespace().all(|word| {
        let word = word.to_lowercase();
        texts.iter().any(|text| text.to_lowercase().contains(&word))
    })
}
