//! `/name`: the skills whose name or words begin so, to go along with the question.

use leptos::ev;
use leptos::html::Textarea;
use leptos::prelude::*;

use super::data::{Loaded, SkillRow, SkillRows};
use super::state::Chat;
use crate::desk::words;
use crate::ui::parts::reactive::{dynamic, live};

const MOST_SHOWN: usize = 7;
/// So many that fit are looked at for their names.
const LOOKED_AT: usize = 30;

/// What is offered for the word that is typed.
#[derive(Clone, Copy)]
pub struct Names {
    field: NodeRef<Textarea>,
    /// The word after the slash, while there is one.
    word: RwSignal<Option<String>>,
    found: RwSignal<Vec<SkillRow>>,
    chosen: RwSignal<usize>,
}

impl Names {
    /// Nothing is offered yet.
    pub fn new(field: NodeRef<Textarea>) -> Self {
        Self { field, word: RwSignal::new(None), found: RwSignal::default(), chosen: RwSignal::new(0) }
    }

    /// Whether something is offered. Tracks.
    pub fn is_open(self) -> bool {
        self.word.with(Option::is_some) && !self.found.with(Vec::is_empty)
    }

    /// Offers nothing more.
    pub fn close(self) {
        self.word.try_set(None);
    }

    /// Looks at the word before the caret.
    pub fn look(self, chat: Chat) {
        let word = self.before_caret().and_then(|text| slash_word(&text).map(str::to_owned));
        if self.word.get_untracked() == word {
            return;
        }
        self.word.set(word.clone());
        let Some(word) = word else { return };
        let path = format!("/skills?limit={LOOKED_AT}&query={}", words::encoded(&word));
        chat.desk.load(path, move |rows: Loaded<SkillRows>| {
            let is_current = self.word.try_get_untracked().flatten().as_ref() == Some(&word);
            if let (Loaded::Ready(rows), true) = (rows, is_current) {
                self.chosen.set(0);
                self.found.set(best_named(rows.skills, &word));
            }
        });
    }

    /// Takes a key that belongs to what is offered; whether it did.
    pub fn press(self, chat: Chat, event: &ev::KeyboardEvent) -> bool {
        if !untrack(|| self.is_open()) {
            return false;
        }
        let count = self.found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => self.chosen.update(|chosen| *chosen = (*chosen + 1) % count),
            "ArrowUp" => self.chosen.update(|chosen| *chosen = (*chosen + count - 1) % count),
            "Enter" | "Tab" => self.take(chat, self.chosen.get_untracked()),
            "Escape" => self.close(),
            _ => return false,
        }
        true
    }

    /// Pins a skill; the word that named it goes.
    fn take(self, chat: Chat, place: usize) {
        let Some(skill) = self.found.with_untracked(|found| found.get(place).cloned()) else { return };
        let before = self.before_caret().unwrap_or_default();
        let length = self.word.get_untracked().map_or(0, |word| word.len() + 1);
        let kept = before.len().saturating_sub(length);
        let text = chat.draft.get_untracked();
        chat.draft.set(format!("{}{}", &before[..kept], text.get(before.len()..).unwrap_or_default()));
        chat.keep_draft();
        if !chat.pinned.with_untracked(|pinned| pinned.iter().any(|(id, _)| *id == skill.skill_id)) {
            chat.toggle_pin(&skill.skill_id, &skill.name);
        }
        chat.announce(format!("{} goes along", skill.name));
        self.close();
        super::focus();
    }

    fn before_caret(self) -> Option<String> {
        let field = self.field.get_untracked()?;
        let caret = field.selection_end().ok().flatten()? as usize;
        // The caret counts in UTF-16 units.
        let units: Vec<u16> = field.value().encode_utf16().take(caret).collect();
        String::from_utf16(&units).ok()
    }
}

/// The skills whose names have the word, those that begin with it first; where there are none, those that fit otherwise.
fn best_named(mut skills: Vec<SkillRow>, word: &str) -> Vec<SkillRow> {
    let word = word.to_lowercase();
    let rank = |skill: &SkillRow| {
        let names = [skill.skill_id.to_lowercase(), skill.name.to_lowercase()];
        if names.iter().any(|name| name.starts_with(&word)) {
            0
        } else {
            2 - u8::from(names.iter().any(|name| name.contains(&word)))
        }
    };
    skills.sort_by_key(rank);
    if skills.first().is_some_and(|first| rank(first) < 2) {
        skills.retain(|skill| rank(skill) < 2);
    }
    skills.truncate(MOST_SHOWN);
    skills
}

/// The word after a slash that begins a word, where the text ends with one: paths and fractions are none.
fn slash_word(text: &str) -> Option<&str> {
    let word = text.rsplit(char::is_whitespace).next()?.strip_prefix('/')?;
    word.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).then_some(word)
}

/// The list above the field.
pub fn list(chat: Chat, names: Names) -> AnyView {
    let row = move |(place, skill): (usize, SkillRow)| {
        view! {
            <li
                id=format!("chat-name-{place}")
                role="option"
                aria-selected=live(move || (names.chosen.get() == place).to_string())
                // Before the field loses the focus.
                on:pointerdown=move |event| {
                    event.prevent_default();
                    names.take(chat, place);
                }
            >
                <strong>{skill.name}</strong>
                <small>{skill.description}</small>
            </li>
        }
    };
    view! {
        <ul class="chat-names" id="chat-names" role="listbox" aria-label="Skills to go along" hidden=live(move || !names.is_open())>
            {dynamic(move || names.found.get().into_iter().enumerate().map(row).collect_view())}
        </ul>
    }
    .into_any()
}
