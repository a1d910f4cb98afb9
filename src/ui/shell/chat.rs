//! The place of the chat: a panel beside every section, all of the page on a phone. What is in it is the desk's (`src/desk/chat`).

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::context::use_ui;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{Show, live, press};
use crate::ui::parts::splitter::{Sizes, Splitter};
use crate::ui::state::{Room, Section};

const SMALLEST: f64 = 320.0;
const LARGEST: f64 = 760.0;

/// The panel; it stays as it is while it is folded.
#[component]
pub fn ChatPanel() -> impl IntoView {
    let ui = use_ui();
    let chrome = ui.state.chrome;
    let panels = chrome.panels;
    let shown = Memo::new(move |_| ui.has_chat());
    Effect::new(move |before: Option<()>| {
        // The chat sends people to a provider to sign in; here they come back.
        let comes_back = || window().location().search().is_ok_and(|search| search.contains("connect="));
        if before.is_none() && comes_back() {
            set_timeout(move || ui.show_chat(), Duration::ZERO);
        }
        // What was open when the page was left is there again, and leaves the focus where it is.
        if shown.get() {
            ui.open_desk(if before.is_some() { "chat" } else { "chat-kept" });
        }
    });
    Effect::new(move |_| {
        if chrome.room.get() != Room::Phone && chrome.section.get() == Section::Chat {
            chrome.section.set(Section::Work);
            panels.update(|panels| panels.chat_open = true);
        }
    });
    let width = Signal::derive(move || panels.with(|panels| panels.chat));
    view! {
        <aside
            class="chat-panel"
            aria-label="Chat"
            hidden=live(move || !shown.get())
            style:width=live(move || format!("{}px", width.get()))
        >
            <Splitter
                sizes=Sizes::Right
                label="the chat"
                size=width
                smallest=SMALLEST
                largest=LARGEST
                on_size=move |size| panels.update(|panels| panels.chat = size)
                on_fold=move |()| panels.update(|panels| panels.chat_open = false)
            />
            <RightTabs chat=true />
            <div class="chat-host"></div>
        </aside>
    }
}

/// The tabs of the right panel: the inspector, where there is a canvas, and the chat.
#[component]
pub fn RightTabs(
    /// Whether it is the chat that these stand above.
    chat: bool,
) -> impl IntoView {
    let ui = use_ui();
    let chrome = ui.state.chrome;
    let working = Memo::new(move |_| chrome.section.get() == Section::Work);
    let tab = move |name: &'static str, is_chat: bool| {
        let go = press(move || match (is_chat == chat, is_chat) {
            (true, _) => {}
            (_, true) => ui.show_chat(),
            (_, false) => ui.toggle_inspector(),
        });
        view! {
            <button type="button" class="right-tab" role="tab" aria-selected=(is_chat == chat).to_string() on:click=go>
                {name}
            </button>
        }
    };
    let fold = move |()| if chat { ui.toggle_chat() } else { ui.toggle_inspector() };
    view! {
        <div class="right-tabs">
            <div class="right-tab-list" role="tablist" aria-label="Right panel">
                <Show when=working>{tab("Inspector", false)}</Show>
                {tab("Chat", true)}
            </div>
            <IconButton icon="x" label="Fold".to_owned() on_press=fold />
        </div>
    }
}
