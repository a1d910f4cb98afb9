//! The sessions of the person's volume: found by their words, opened, renamed, deleted with a way back.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use serde_json::json;

use super::data::SessionRow;
use super::state::{Chat, Page};
use crate::desk::over::move_focus;
use crate::desk::parts::{Look, button, empty, icon_button, open_form, show_loaded, text_field};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::{self, typed};
use crate::ui::parts::reactive::press;

/// Typing within this time is looked for at once.
const TYPED_TOGETHER: Duration = Duration::from_millis(180);

/// The list, with what is looked for in it.
pub fn sessions(chat: Chat) -> AnyView {
    request_animation_frame(|| dom::focus(".chat-search input"));
    let look = move |event: ev::Event| {
        let query = typed(&event);
        chat.query.set(query.clone());
        set_timeout(
            move || {
                if chat.query.try_get_untracked().as_ref() == Some(&query) {
                    chat.refresh_sessions();
                }
            },
            TYPED_TOGETHER,
        );
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        move_focus(".chat-search input, .chat-session-open", step);
    };
    view! {
        <div class="chat-sessions" on:keydown=on_key>
            <div class="search chat-search">
                <Icon name="search" />
                <input
                    type="search"
                    placeholder="Search in every chat"
                    aria-label="Search in every chat"
                    prop:value=move || chat.query.get()
                    on:input=look
                />
            </div>
            <div class="chat-session-list">
                {show_loaded(move || chat.sessions.get(), 8, move || chat.refresh_sessions(), move |rows| list(chat, rows))}
            </div>
        </div>
    }
    .into_any()
}

fn list(chat: Chat, rows: Vec<SessionRow>) -> AnyView {
    if rows.is_empty() {
        let query = chat.query.get_untracked();
        return if query.trim().is_empty() {
            let start = button(Look::Main, "plus", "New chat", move || chat.start_new());
            let about = "What you ask and what is answered is kept in your volume, as files with a history.";
            empty("message-square", "No chats yet", about, Some(start))
        } else {
            empty("search", "Nothing found", format!("No chat says “{}”.", query.trim()), None)
        };
    }
    let rows = rows.into_iter().map(|row| one_row(chat, row)).collect_view();
    view! { <ul>{rows}</ul> }.into_any()
}

fn one_row(chat: Chat, row: SessionRow) -> AnyView {
    let SessionRow { session_id, title, updated_at, messages, interrupted, snippet } = row;
    let title = if title.is_empty() { "Untitled chat".to_owned() } else { title };
    let ids = [(); 4].map(|()| session_id.clone());
    let [opened, current, renamed, deleted] = ids;
    let (named, gone) = (title.clone(), title.clone());
    let open = press(move || {
        if chat.session_id.with_untracked(|open| open.as_deref() == Some(&opened)) {
            chat.page.set(Page::Thread);
            super::focus();
        } else {
            chat.open(&opened);
        }
    });
    let is_current = move || chat.session_id.with(|open| (open.as_deref() == Some(&current)).to_string());
    view! {
        <li class="chat-session">
            <button type="button" class="chat-session-open" aria-current=is_current on:click=open>
                <span class="chat-session-title">{title}</span>
                {snippet.map(|snippet| view! { <span class="chat-session-snippet">{snippet}</span> })}
                <span class="chat-session-facts" title=words::moment(updated_at)>
                    {words::ago(updated_at)} " · " {words::count(messages, "message")}
                    {interrupted.then_some(" · broke off")}
                </span>
            </button>
            {icon_button("pencil", "Rename", move || ask_title(chat, &renamed, &named))}
            {icon_button("trash-2", "Delete", move || chat.delete(&deleted, &gone))}
        </li>
    }
    .into_any()
}

/// Asks for another title.
pub fn ask_title(chat: Chat, session_id: &str, title: &str) {
    let session_id = session_id.to_owned();
    let typed = chat.desk.lasting(title.to_owned());
    open_form(
        chat.desk,
        "Rename this chat",
        "Rename",
        false,
        move || text_field("Title", typed, "", ""),
        move |form| {
            let title = typed.get_untracked().trim().to_owned();
            if title.is_empty() {
                return form.refuse("A chat needs a title.");
            }
            let path = format!("/chats/{}", words::encoded(&session_id));
            let id = session_id.clone();
            form.send("PUT", path, json!({ "title": title }), move |_| {
                if chat.session_id.with_untracked(|open| open.as_deref() == Some(&id)) {
                    chat.title.set(typed.get_untracked().trim().to_owned());
                }
                chat.refresh_sessions();
            });
        },
    );
}
