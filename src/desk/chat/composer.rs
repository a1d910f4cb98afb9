//! Where a person types: the question, the skills that would go along, the model that is asked, Send and Stop.

use leptos::ev;
use leptos::html::Textarea;
use leptos::prelude::*;

use super::names::Names;
use super::state::Chat;
use super::{context, models, names};
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::reactive::{dynamic, live, press};

/// All of it.
pub fn composer(chat: Chat) -> AnyView {
    let field = NodeRef::<Textarea>::new();
    let names = Names::new(field);
    context::follow(chat);
    let on_input = move |event: ev::Event| {
        chat.draft.set(typed(&event));
        chat.keep_draft();
        names.look(chat);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if names.press(chat, &event) {
            event.prevent_default();
            event.stop_propagation();
        } else if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            if chat.is_running.get_untracked() {
                chat.announce("An answer is being written. Stop it, or wait for its end.");
            } else {
                chat.send();
            }
        }
    };
    view! {
        <div class="chat-composer">
            {names::list(chat, names)}
            <div class="chat-box">
                {context::chips(chat)}
                <textarea
                    class="chat-input"
                    rows="1"
                    placeholder="Ask, or type / for a skill"
                    aria-label="Message"
                    role="combobox"
                    aria-expanded=live(move || names.is_open().to_string())
                    aria-controls="chat-names"
                    aria-autocomplete="list"
                    node_ref=field
                    prop:value=move || chat.draft.get()
                    on:input=on_input
                    on:keydown=on_key
                    on:blur=move |_| names.close()
                ></textarea>
                <div class="chat-box-foot">
                    {models::picker(chat)}
                    {context::meter(chat)}
                    {orchestrate(chat)}
                    {dynamic(move || if chat.is_running.get() { stop(chat) } else { send(chat) })}
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// Whether hard questions are taken apart.
fn orchestrate(chat: Chat) -> AnyView {
    const ABOUT: &str = "Take the question apart: each part is worked on with its own skills, then all is put together";
    view! {
        <button
            type="button"
            class="icon-button chat-orchestrate"
            aria-label="Take the question apart"
            title=ABOUT
            aria-pressed=live(move || chat.orchestrates.get().to_string())
            on:click=press(move || chat.orchestrates.update(|does| *does = !*does))
        >
            <Icon name="list-tree" />
        </button>
    }
    .into_any()
}

fn send(chat: Chat) -> AnyView {
    let is_empty = live(move || chat.draft.with(|draft| draft.trim().is_empty()));
    view! {
        <button type="button" class="button button-main chat-send" disabled=is_empty title="Send (Enter)" on:click=press(move || chat.send())>
            <Icon name="arrow-up" />
            "Send"
        </button>
    }
    .into_any()
}

fn stop(chat: Chat) -> AnyView {
    view! {
        <button type="button" class="button button-stop chat-send" title="Stop (Ctrl .)" on:click=press(move || chat.stop())>
            <Icon name="square" />
            "Stop"
        </button>
    }
    .into_any()
}
