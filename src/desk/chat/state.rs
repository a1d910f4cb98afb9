//! What the chat shows, within reach of every part of it. Small and `Copy`; what it does with it is in `talk` and `follow`.

use leptos::prelude::*;
use serde_json::json;

use super::data::{Loaded, Message, Models, Preview, SessionRow, Sessions, UsedSkill};
use super::draft::Drafts;
use super::run::Runs;
use crate::desk::failure::Failure;
use crate::desk::state::Desk;
use crate::desk::words;

/// What the chat's page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// One session.
    Thread,
    /// All of them.
    Sessions,
}

/// A message on show. Its text is a signal of its own, which changes with every word that comes.
#[derive(Clone)]
pub struct Shown {
    /// Its id.
    pub message_id: String,
    /// All but its text.
    pub message: ArcRwSignal<Message>,
    /// Its text.
    pub text: ArcRwSignal<String>,
    /// Grows when the text is another, rather than longer.
    pub edition: ArcRwSignal<u32>,
    /// The messages that stand at its place, itself among them.
    pub siblings: Vec<String>,
}

impl Shown {
    /// A message with those that stand at its place.
    pub fn new(mut message: Message, siblings: Vec<String>) -> Self {
        Self {
            message_id: message.message_id.clone(),
            text: ArcRwSignal::new(std::mem::take(&mut message.text)),
            edition: ArcRwSignal::new(0),
            message: ArcRwSignal::new(message),
            siblings,
        }
    }

    /// Takes all of the message as it is now.
    pub fn take(&self, mut message: Message) {
        let text = std::mem::take(&mut message.text);
        let goes_on = self.text.with_untracked(|shown| text.starts_with(shown.as_str()));
        if !goes_on {
            self.edition.update(|edition| *edition += 1);
        }
        if self.text.with_untracked(|shown| *shown != text) {
            self.text.set(text);
        }
        self.message.set(message);
    }
}

/// Everything of the chat.
#[derive(Clone, Copy)]
pub struct Chat {
    /// The desk that it is part of.
    pub desk: Desk,
    /// What the page shows.
    pub page: RwSignal<Page>,
    /// The sessions, as far as they were looked for.
    pub sessions: RwSignal<Loaded<Vec<SessionRow>>>,
    /// What is looked for among them.
    pub query: RwSignal<String>,
    /// The session that is open; none is a new one.
    pub session_id: RwSignal<Option<String>>,
    /// Its title.
    pub title: RwSignal<String>,
    /// Its messages, from the first to the last of the branch.
    pub thread: RwSignal<Vec<Shown>>,
    /// Why it could not be opened, or whether it is on its way.
    pub opening: RwSignal<Loaded<()>>,
    /// Whether an answer grows in it.
    pub is_running: RwSignal<bool>,
    /// How many answers have begun, which tells a question that was taken from one that was not.
    pub begun: StoredValue<u32>,
    /// Grows when the newest message is to be in sight, wherever the person was.
    pub to_newest: RwSignal<u32>,
    /// Why the model is asked again, while it is waited for.
    pub retrying: RwSignal<Option<String>>,
    /// Why the last question was not taken.
    pub refusal: RwSignal<Option<Failure>>,
    /// What is typed.
    pub draft: RwSignal<String>,
    /// What is typed in each session, kept by this browser.
    pub drafts: StoredValue<Drafts>,
    /// Skills that go along whatever is typed: id and name.
    pub pinned: RwSignal<Vec<(String, String)>>,
    /// Whether a question is taken apart into tasks of their own.
    pub orchestrates: RwSignal<bool>,
    /// What would go along with what is typed.
    pub preview: RwSignal<Option<Preview>>,
    /// The message whose text is being edited.
    pub editing: RwSignal<Option<String>>,
    /// The models.
    pub models: RwSignal<Loaded<Models>>,
    /// The last sentence for those who hear the page.
    pub announcement: RwSignal<String>,
    /// Code blocks that ran.
    pub runs: StoredValue<Runs, LocalStorage>,
}

impl Chat {
    /// A chat in which nothing was said.
    pub fn new(desk: Desk) -> Self {
        let drafts = Drafts::load();
        Self {
            desk,
            page: RwSignal::new(Page::Thread),
            sessions: RwSignal::default(),
            query: RwSignal::default(),
            session_id: RwSignal::new(None),
            title: RwSignal::default(),
            thread: RwSignal::default(),
            opening: RwSignal::new(Loaded::Ready(())),
            is_running: RwSignal::new(false),
            begun: StoredValue::new(0),
            to_newest: RwSignal::new(0),
            retrying: RwSignal::new(None),
            refusal: RwSignal::new(None),
            draft: RwSignal::new(drafts.get(None)),
            drafts: StoredValue::new(drafts),
            pinned: RwSignal::default(),
            orchestrates: RwSignal::new(false),
            preview: RwSignal::new(None),
            editing: RwSignal::new(None),
            models: RwSignal::default(),
            announcement: RwSignal::default(),
            runs: StoredValue::new_local(Runs::default()),
        }
    }

    /// Reads the sessions that match what is looked for.
    pub fn refresh_sessions(self) {
        let query = self.query.get_untracked();
        let path = format!("/chats?limit=200&query={}", words::encoded(query.trim()));
        self.desk.load(path, move |found: Loaded<Sessions>| {
            if self.query.get_untracked() != query {
                return;
            }
            let named = |rows: &Sessions| {
                let open = self.session_id.get_untracked()?;
                rows.chats.iter().find(|row| row.session_id == open).map(|row| row.title.clone())
            };
            if let Some(title) = found.ready().and_then(named).filter(|title| !title.is_empty()) {
                self.title.set(title);
            }
            // What is shown already stays while it cannot be read again.
            if self.sessions.with_untracked(|shown| shown.ready().is_none()) || found.ready().is_some() {
                self.sessions.set(match found {
                    Loaded::Ready(found) => Loaded::Ready(found.chats),
                    Loaded::Failed(failure) => Loaded::Failed(failure),
                    Loaded::Waiting => Loaded::Waiting,
                });
            }
        });
    }

    /// Reads which models can be asked.
    pub fn refresh_models(self) {
        self.desk.load("/models".to_owned(), move |models: Loaded<Models>| self.models.set(models));
    }

    /// Whether a model can be asked. Tracks.
    pub fn has_model(self) -> bool {
        self.models.with(|models| models.ready().is_some_and(|models| models.chosen().is_some()))
    }

    /// The message of this id, if it is on show.
    pub fn shown(self, message_id: &str) -> Option<Shown> {
        self.thread.with_untracked(|thread| thread.iter().rev().find(|shown| shown.message_id == message_id).cloned())
    }

    /// Says a sentence to those who hear the page.
    pub fn announce(self, text: impl Into<String>) {
        self.announcement.set(text.into());
    }

    /// Pins a skill, or takes the pin away.
    pub fn toggle_pin(self, skill_id: &str, name: &str) {
        self.pinned.update(|pinned| {
            let count = pinned.len();
            pinned.retain(|(id, _)| id != skill_id);
            if pinned.len() == count {
                pinned.push((skill_id.to_owned(), name.to_owned()));
            }
        });
    }

    /// The ids of the skills that are pinned.
    pub fn pinned_ids(self) -> Vec<String> {
        self.pinned.with_untracked(|pinned| pinned.iter().map(|(id, _)| id.clone()).collect())
    }

    /// Opens a skill where skills are read.
    pub fn open_skill(self, skill_id: &str) {
        self.desk.calls().tell("skill", skill_id);
    }

    /// Rates an answer, from 0 to 1.
    pub fn rate(self, shown: &Shown, rating: f64) {
        let Some(trace_id) = shown.message.with_untracked(|message| message.trace_id.clone()) else { return };
        let before = shown.message.with_untracked(|message| message.success_rating);
        let message = shown.message.clone();
        message.update(|message| message.success_rating = Some(rating));
        self.announce(if rating > 0.5 { "Rated as good" } else { "Rated as not good" });
        let path = format!("/traces/{}/rating", words::encoded(&trace_id));
        self.desk.ask("POST", path, Some(json!({ "success_rating": rating })), move |answered| {
            if let Err(failure) = answered {
                message.update(|message| message.success_rating = before);
                self.desk.complain(&failure);
            }
        });
    }
}

/// Why a skill goes along, in words.
pub fn reasons_of(skill: &UsedSkill) -> String {
    let reasons: Vec<String> =
        skill.reasons.iter().map(|reason| format!("“{}” in its {}", reason.term, reason.field)).collect();
    if reasons.is_empty() { "Asked for by name".to_owned() } else { reasons.join(", ") }
}
