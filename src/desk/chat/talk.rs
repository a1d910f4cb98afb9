//! What a person does with a session: opens one, asks, stops, asks again, goes on, looks at another branch.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::data::{Loaded, Read, Session};
use super::state::{Chat, Page, Shown};
use crate::browser;
use crate::desk::failure::Failure;
use crate::desk::words;

/// The session that is open, kept by this browser.
const OPEN_SETTING: &str = "chat-session";

impl Chat {
    /// A session in which nothing was said yet.
    pub fn start_new(self) {
        self.leave();
        self.session_id.set(None);
        self.title.set(String::new());
        self.thread.set(Vec::new());
        self.opening.set(Loaded::Ready(()));
        self.arrive();
        super::focus();
    }

    /// Opens the session that was open when the page was left, where it is still there.
    pub fn reopen(self) {
        let left = browser::load_setting(OPEN_SETTING).unwrap_or_default();
        if !left.is_empty() {
            self.session_id.set(Some(left));
            self.opening.set(Loaded::Waiting);
            self.reload(None);
            self.arrive();
        }
    }

    /// Opens a session, at its newest branch.
    pub fn open(self, session_id: &str) {
        self.leave();
        self.session_id.set(Some(session_id.to_owned()));
        self.thread.set(Vec::new());
        self.opening.set(Loaded::Waiting);
        self.reload(None);
        self.arrive();
        super::focus();
    }

    fn leave(self) {
        self.keep_draft();
        self.refusal.set(None);
        self.retrying.set(None);
        self.editing.set(None);
        self.preview.set(None);
        self.pinned.set(Vec::new());
        self.is_running.set(false);
    }

    fn arrive(self) {
        self.page.set(Page::Thread);
        let session_id = self.session_id.get_untracked();
        self.draft.set(self.drafts.with_value(|drafts| drafts.get(session_id.as_deref())));
        self.keep_open();
    }

    /// Remembers which session is open, for when the page comes back.
    pub fn keep_open(self) {
        browser::save_setting(OPEN_SETTING, &self.session_id.get_untracked().unwrap_or_default());
    }

    /// Keeps what is typed, for when the session is come back to.
    pub fn keep_draft(self) {
        let (session_id, text) = (self.session_id.get_untracked(), self.draft.get_untracked());
        self.drafts.update_value(|drafts| drafts.keep(session_id.as_deref(), &text));
    }

    /// Reads the session that is open, at the branch of this message.
    pub fn reload(self, leaf: Option<&str>) {
        let Some(session_id) = self.session_id.get_untracked() else { return };
        let mut path = format!("/chats/{}", words::encoded(&session_id));
        if let Some(leaf) = leaf {
            path += &format!("?leaf={}", words::encoded(leaf));
        }
        self.desk.load(path, move |session: Loaded<Session>| {
            if self.session_id.with_untracked(|open| open.as_deref() != Some(&session_id)) {
                return;
            }
            match session {
                Loaded::Ready(session) => self.show(session),
                // It was deleted meanwhile, here or elsewhere.
                Loaded::Failed(failure) if failure.status == 404 && self.thread.with_untracked(Vec::is_empty) => {
                    self.leave();
                    self.session_id.set(None);
                    self.opening.set(Loaded::Ready(()));
                    self.arrive();
                }
                Loaded::Failed(failure) => self.opening.set(Loaded::Failed(failure)),
                Loaded::Waiting => {}
            }
        });
    }

    fn show(self, session: Session) {
        self.title.set(session.title.clone());
        self.is_running.set(session.running.is_some());
        let thread = session.messages.iter().map(|message| {
            let siblings = session.siblings_of(&message.message_id);
            match self.shown(&message.message_id) {
                // What is on show stays where it is.
                Some(shown) => {
                    shown.take(message.clone());
                    Shown { siblings, ..shown }
                }
                None => Shown::new(message.clone(), siblings),
            }
        });
        self.thread.set(thread.collect());
        self.opening.set(Loaded::Ready(()));
    }

    /// Asks what is typed.
    pub fn send(self) {
        let text = self.draft.get_untracked().trim().to_owned();
        if text.is_empty() || self.is_running.get_untracked() {
            return;
        }
        self.draft.set(String::new());
        self.keep_draft();
        self.ask(&text, None);
    }

    /// Asks again in other words: a branch beside the message that was edited.
    pub fn resend(self, edited: &Shown, text: &str) {
        let text = text.trim();
        if text.is_empty() || self.is_running.get_untracked() {
            return;
        }
        let parent_id = edited.message.with_untracked(|message| message.parent_id.clone());
        self.editing.set(None);
        self.ask(text, Some(parent_id.map_or(Value::Null, Value::from)));
    }

    /// Asks below the last message, or below another: `Null` begins anew in the same session.
    fn ask(self, text: &str, parent: Option<Value>) {
        self.refusal.set(None);
        self.is_running.set(true);
        self.to_newest.update(|asked| *asked += 1);
        let pinned = self.pinned_ids();
        let mut body = json!({ "message": text });
        if let Some(session_id) = self.session_id.get_untracked() {
            body["session_id"] = session_id.into();
        }
        if !pinned.is_empty() {
            body["skills"] = pinned.into();
        }
        if self.orchestrates.get_untracked() {
            body["orchestrate"] = true.into();
        }
        if let Some(parent) = parent {
            body["parent_id"] = parent;
        }
        let (asked_in, begun, text) = (self.session_id.get_untracked(), self.begun.get_value(), text.to_owned());
        self.desk.ask("POST", "/chat".to_owned(), Some(body), move |answered| {
            // Once an answer has begun, it says itself what goes wrong with it.
            let was_taken = self.begun.get_value() != begun || self.session_id.get_untracked() != asked_in;
            if let (Err(failure), false) = (answered, was_taken) {
                self.take_back(&text, failure);
            }
        });
    }

    /// A question that was not taken: what was typed is there again, with the reason.
    fn take_back(self, text: &str, failure: Failure) {
        self.is_running.set(false);
        if self.draft.with_untracked(String::is_empty) {
            self.draft.set(text.to_owned());
            self.keep_draft();
        }
        self.announce(format!("Not sent. {}", failure.message));
        self.refusal.set(Some(failure));
    }

    /// Stops the answer that grows. What came stays.
    pub fn stop(self) {
        let Some(session_id) = self.session_id.get_untracked() else { return };
        self.act("/chat/stop", json!({ "session_id": session_id }));
    }

    /// Has an answer written anew, beside the one that there is.
    pub fn retry(self, message_id: &str) {
        self.go_on("/chat/retry", message_id);
    }

    /// Has an answer that broke off written to its end.
    pub fn continue_answer(self, message_id: &str) {
        self.go_on("/chat/continue", message_id);
    }

    fn go_on(self, path: &'static str, message_id: &str) {
        let Some(session_id) = self.session_id.get_untracked() else { return };
        if self.is_running.get_untracked() {
            return;
        }
        self.is_running.set(true);
        self.refusal.set(None);
        let body = json!({ "session_id": session_id, "message_id": message_id });
        self.desk.ask("POST", path.to_owned(), Some(body), move |answered| {
            if let Err(failure) = answered {
                self.is_running.set(false);
                self.refusal.set(Some(failure));
            }
        });
    }

    /// Answers whether a step may be taken.
    pub fn answer_step(self, step_id: &str, answer: &'static str) {
        let Some(session_id) = self.session_id.get_untracked() else { return };
        self.act("/chat/answer", json!({ "session_id": session_id, "step_id": step_id, "answer": answer }));
        super::focus();
    }

    fn act(self, path: &'static str, body: Value) {
        self.desk.ask("POST", path.to_owned(), Some(body), move |answered| {
            if let Err(failure) = answered {
                self.desk.complain(&failure);
            }
        });
    }

    /// Deletes a session, with a way back.
    pub fn delete(self, session_id: &str, title: &str) {
        let (id, title) = (session_id.to_owned(), title.to_owned());
        let path = format!("/chats/{}", words::encoded(session_id));
        self.desk.ask("DELETE", path, None, move |answered| match answered {
            Ok(answer) => {
                if self.session_id.with_untracked(|open| open.as_deref() == Some(&id)) {
                    self.start_new();
                    self.page.set(Page::Sessions);
                }
                self.refresh_sessions();
                let commit = String::read(&answer["commit"]);
                self.desk.say_with(format!("“{title}” was deleted"), "Undo", move || self.bring_back(&commit));
            }
            Err(failure) => self.desk.complain(&failure),
        });
    }

    fn bring_back(self, commit: &str) {
        let body = json!({ "commit": commit });
        self.desk.ask("POST", "/volumes/revert".to_owned(), Some(body), move |answered| match answered {
            Ok(_) => self.refresh_sessions(),
            Err(failure) => self.desk.complain(&failure),
        });
    }
}
