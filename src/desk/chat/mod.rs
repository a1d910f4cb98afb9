//! The chat as people see it: sessions, messages that grow, steps and what they ask, code that runs in place, connections to models.
//!
//! Draws what the volume worker tells and says what the person decides. It calls no model, holds no key longer than a form is open, and
//! lets nothing of a message through but words.

mod code;
mod composer;
mod connect;
mod context;
mod data;
mod draft;
mod event;
mod follow;
mod foot;
mod head;
mod message;
mod models;
mod names;
mod openrouter;
mod prose;
mod run;
mod sessions;
mod settings;
mod state;
mod steps;
mod talk;
mod thread;
mod verdict;
mod welcome;

use leptos::ev;
use leptos::prelude::*;

use super::state::Desk;
use crate::ui::parts::dom;
use crate::ui::parts::reactive::{Show, live};
use state::{Chat, Page};

/// All of it, for an element of its own.
pub fn page(desk: Desk) -> AnyView {
    let chat = desk.rooted(|| Chat::new(desk));
    desk.chat.set_value(Some(chat));
    follow::follow(chat);
    chat.refresh_models();
    chat.refresh_sessions();
    chat.reopen();
    connect::come_back(chat);
    let in_thread = live(move || chat.page.get() == Page::Thread);
    view! {
        <div class="chat" on:keydown=move |event| on_key(chat, &event)>
            {head::head(chat)}
            <Show when=in_thread fallback=move || sessions::sessions(chat)>
                <div class="chat-thread">{thread::thread(chat)}</div>
                {composer::composer(chat)}
            </Show>
            <p class="chat-announcement" role="status" aria-live="polite">{move || chat.announcement.get()}</p>
        </div>
    }
    .into_any()
}

/// Does what the palette of the page asks for.
pub fn act(chat: Chat, action: &str) {
    match action {
        "new" => chat.start_new(),
        "sessions" => chat.page.set(Page::Sessions),
        _ => connect::open(chat),
    }
}

pub use state::Chat as ChatState;

/// Puts the focus where a person types.
pub fn focus() {
    request_animation_frame(|| dom::focus(".chat-input"));
}

/// Keys of the chat stay in it; the way to every action, the way out and the step back go on to the page.
fn on_key(chat: Chat, event: &ev::KeyboardEvent) {
    let with_control = event.ctrl_key() || event.meta_key();
    let is_stop = with_control && event.key() == ".";
    if is_stop && chat.is_running.get_untracked() {
        event.prevent_default();
        chat.stop();
    }
    if event.key() == "Escape" && chat.page.get_untracked() == Page::Sessions {
        event.stop_propagation();
        chat.page.set(Page::Thread);
        focus();
    }
    // The panels of the page fold and unfold from here as well.
    let folds = with_control && ["b", "i", "j"].iter().any(|key| event.key().eq_ignore_ascii_case(key));
    if !folds {
        super::keep_keys(event.clone());
    }
}
