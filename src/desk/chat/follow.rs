//! Follows what the volume worker tells of sessions: answers grow on the page as they come.

use leptos::prelude::*;

use super::data::{Message, Step};
use super::event::{self, Event};
use super::state::{Chat, Shown};
use crate::ui::parts::dom;

/// Hears of every session, for as long as the chat lives.
pub fn follow(chat: Chat) {
    chat.desk.calls().listen_to_chats(move |json| {
        for (session_id, event) in event::read(&json) {
            chat.hear(&session_id, event);
        }
    });
}

impl Chat {
    fn hear(self, session_id: &str, event: Event) {
        let open = self.session_id.get_untracked();
        // The first answer of a new session brings its id along.
        let adopts = open.is_none() && self.is_running.get_untracked() && matches!(event, Event::Started(..));
        if adopts {
            self.session_id.set(Some(session_id.to_owned()));
            self.keep_open();
        } else if open.as_deref() != Some(session_id) {
            if matches!(event, Event::Finished(_)) {
                self.refresh_sessions();
            }
            return;
        }
        match event {
            Event::Started(message, user) => self.begin(*message, user.map(|user| *user)),
            Event::Delta(message_id, text) => {
                self.retrying.set(None);
                if let Some(shown) = self.shown(&message_id) {
                    shown.text.update(|shown| shown.push_str(&text));
                }
            }
            Event::Step(message_id, step) => self.take_step(&message_id, *step),
            Event::Retrying(wait_ms, reason) => {
                let seconds = (wait_ms / 1000.0).ceil();
                self.retrying.set(Some(format!("{reason} Trying again in {seconds:.0} s.")));
            }
            Event::Finished(message) => self.finish(*message),
        }
    }

    fn begin(self, message: Message, user: Option<Message>) {
        self.is_running.set(true);
        self.begun.update_value(|begun| *begun += 1);
        self.announce("The answer begins");
        if self.title.with_untracked(String::is_empty) {
            self.refresh_sessions();
        }
        if let Some(shown) = self.shown(&message.message_id) {
            // It goes on where it broke off.
            shown.take(message);
            return;
        }
        self.thread.update(|thread| {
            for message in user.into_iter().chain([message]) {
                // A branch begins below its parent; what stood there is on another one.
                let parent = message.parent_id.as_ref();
                let keep = parent.map_or(0, |parent| {
                    let place = thread.iter().position(|shown| shown.message_id == *parent);
                    place.map_or(thread.len(), |place| place + 1)
                });
                let mut siblings = thread.get(keep).map(siblings_of).unwrap_or_default();
                thread.truncate(keep);
                siblings.push(message.message_id.clone());
                thread.push(Shown::new(message, siblings));
            }
        });
    }

    fn take_step(self, message_id: &str, step: Step) {
        let Some(shown) = self.shown(message_id) else { return };
        if step.state == "asked" {
            self.announce(format!("May it? {}. Allow or deny in the answer.", step.title));
            // A person who is not typing can answer at once.
            if self.draft.with_untracked(String::is_empty) && dom::is_focused(".chat-input") {
                request_animation_frame(|| dom::focus(".chat-asking"));
            }
        }
        shown.message.update(|message| match message.steps.iter_mut().find(|known| known.step_id == step.step_id) {
            Some(known) => *known = step,
            None => message.steps.push(step),
        });
    }

    fn finish(self, message: Message) {
        self.is_running.set(false);
        self.retrying.set(None);
        self.announce(match message.state.as_str() {
            "complete" => format!("The answer is complete. {}", beginning(&message.text)),
            "interrupted" => "The answer was stopped. What came is kept.".to_owned(),
            _ => format!("The answer failed. {}", message.error.as_deref().unwrap_or_default()),
        });
        match self.shown(&message.message_id) {
            Some(shown) => shown.take(message),
            None => self.reload(None),
        }
        self.refresh_sessions();
    }
}

fn siblings_of(shown: &Shown) -> Vec<String> {
    if shown.siblings.is_empty() { vec![shown.message_id.clone()] } else { shown.siblings.clone() }
}

/// The first words of a text, for those who hear it.
fn beginning(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.chars().take(160).collect()
}
