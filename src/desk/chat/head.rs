//! The chat's first line: the session and the way to the others, a new one, and what can be chosen.

use leptos::prelude::*;

use super::state::{Chat, Page};
use super::{connect, models, sessions, settings};
use crate::desk::parts::{below, icon_button, menu_item};
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{live, press};

/// The line.
pub fn head(chat: Chat) -> AnyView {
    let in_sessions = Memo::new(move |_| chat.page.get() == Page::Sessions);
    let title = live(move || match (in_sessions.get(), chat.title.get()) {
        (true, _) => "Sessions".to_owned(),
        (_, title) if title.is_empty() => "New chat".to_owned(),
        (_, title) => title,
    });
    let icon = live(move || if in_sessions.get() { "arrow-left" } else { "history" });
    let name = live(move || if in_sessions.get() { "Back to the chat" } else { "All sessions" });
    let turn = press(move || {
        if in_sessions.get_untracked() {
            chat.page.set(Page::Thread);
            super::focus();
        } else {
            chat.refresh_sessions();
            chat.page.set(Page::Sessions);
        }
    });
    let menu = move |event: web_sys::MouseEvent| {
        chat.desk.put_over("Chat", below(&event), move || options(chat));
    };
    view! {
        <div class="chat-head">
            <button type="button" class="icon-button" aria-label=name title=name on:click=turn>
                <Icon name=icon />
            </button>
            <h2 class="chat-title">{move || title.get()}</h2>
            {icon_button("plus", "New chat", move || chat.start_new())}
            <button type="button" class="icon-button" aria-label="Chat options" title="Chat options" aria-haspopup="menu" on:click=menu>
                <Icon name="ellipsis" />
            </button>
        </div>
    }
    .into_any()
}

fn options(chat: Chat) -> AnyView {
    let open = chat.session_id.get_untracked();
    let of_session = open.map(|id| {
        let title = chat.title.get_untracked();
        let (renamed, named) = (id.clone(), title.clone());
        view! {
            {menu_item(chat.desk, "pencil", "Rename this chat", move || sessions::ask_title(chat, &renamed, &named))}
            {menu_item(chat.desk, "trash-2", "Delete this chat", move || chat.delete(&id, &title))}
            <hr />
        }
    });
    view! {
        {of_session}
        {menu_item(chat.desk, "plus", "Connect a model", move || connect::open(chat))}
        {menu_item(chat.desk, "cpu", "Models", move || models::manage(chat))}
        {menu_item(chat.desk, "settings", "Tools and limits", move || settings::open(chat))}
    }
    .into_any()
}
