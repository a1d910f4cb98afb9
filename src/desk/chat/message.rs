//! One message: a question with its edit, or an answer with its steps, what it took and what can be done with it.

use leptos::ev;
use leptos::html::Textarea;
use leptos::prelude::*;

use super::prose::prose;
use super::state::{Chat, Shown};
use super::{foot, steps};
use crate::desk::parts::{Look, button, button_when, icon_button};
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::reactive::{Show, dynamic, live, press};

/// A message, whoever said it.
pub fn message(chat: Chat, shown: Shown) -> AnyView {
    if shown.message.with_untracked(|message| message.is_of_user()) {
        question(chat, shown)
    } else {
        answer(chat, shown)
    }
}

fn question(chat: Chat, shown: Shown) -> AnyView {
    let id = shown.message_id.clone();
    let is_edited = Memo::new(move |_| chat.editing.with(|editing| editing.as_deref() == Some(&id)));
    let (edited, read, branches) = (shown.clone(), shown.clone(), switcher(chat, &shown));
    let id = shown.message_id.clone();
    let edit = move || chat.editing.set(Some(id.clone()));
    view! {
        <li class="chat-question" tabindex="-1" aria-label="You">
            {dynamic(move || if is_edited.get() { editor(chat, edited.clone()) } else { plain(&read) })}
            <div class="chat-actions">
                {branches}
                <Show when=live(move || !is_edited.get() && !chat.is_running.get())>
                    {icon_button("pencil", "Edit and ask again", edit.clone())}
                </Show>
            </div>
        </li>
    }
    .into_any()
}

/// What the person said stands as they typed it.
fn plain(shown: &Shown) -> AnyView {
    let text = shown.text.clone();
    view! { <p class="chat-said">{move || text.get()}</p> }.into_any()
}

fn editor(chat: Chat, shown: Shown) -> AnyView {
    let text = RwSignal::new(shown.text.get_untracked());
    let field = NodeRef::<Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let send = StoredValue::new(move || chat.resend(&shown, &text.get_untracked()));
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.shift_key() && !event.is_composing() => {
            event.prevent_default();
            send.with_value(|send| send());
        }
        "Escape" => {
            event.stop_propagation();
            chat.editing.set(None);
            super::focus();
        }
        _ => {}
    };
    view! {
        <div class="chat-edit">
            <textarea
                class="text-area"
                aria-label="Your message"
                node_ref=field
                prop:value=live(move || text.get())
                on:input=move |event| text.set(typed(&event))
                on:keydown=on_key
            ></textarea>
            <div class="button-row">
                {button(Look::Main, "", "Ask again", move || send.with_value(|send| send()))}
                {button(Look::Plain, "", "Cancel", move || chat.editing.set(None))}
                <small>"What was answered before stays, on a branch of its own."</small>
            </div>
        </div>
    }
    .into_any()
}

fn answer(chat: Chat, shown: Shown) -> AnyView {
    let message = shown.message.clone();
    let of = message.clone();
    let state = Memo::new(move |_| of.with(|message| message.state.clone()));
    let (of, text) = (message.clone(), shown.text.clone());
    let waits = Memo::new(move |_| {
        state.get() == "streaming" && text.with(String::is_empty) && of.with(|message| message.steps.is_empty())
    });
    let stretches = stretches(&shown);
    let (flow, ended) = (shown.clone(), shown.clone());
    view! {
        <li class="chat-answer" tabindex="-1" aria-label="Answer" aria-busy=live(move || (state.get() == "streaming").to_string())>
            <For
                each=move || {
                    let starts = stretches.get();
                    let ends = starts.iter().skip(1).copied().map(Some).chain([None]).collect::<Vec<_>>();
                    starts.into_iter().zip(ends).collect::<Vec<_>>()
                }
                key=Clone::clone
                let((from, until))
            >
                {steps::steps_at(chat, flow.message.clone(), from as u64)}
                {prose(flow.text.clone(), flow.edition.clone(), from, until)}
            </For>
            <Show when=live(move || waits.get())>
                <p class="chat-thinking"><span></span><span></span><span></span></p>
            </Show>
            {dynamic(move || ending(chat, &ended, &state.get()))}
        </li>
    }
    .into_any()
}

/// Where the text of an answer is broken by steps: the first bytes of its stretches.
fn stretches(shown: &Shown) -> Memo<Vec<usize>> {
    let message = shown.message.clone();
    Memo::new(move |_| {
        let mut starts: Vec<usize> =
            message.with(|message| message.steps.iter().map(|step| step.at as usize).collect());
        starts.push(0);
        starts.sort_unstable();
        starts.dedup();
        starts
    })
}

/// What stands below an answer: why it broke off, what it took, and what can be done.
fn ending(chat: Chat, shown: &Shown, state: &str) -> AnyView {
    if state == "streaming" {
        return ().into_any();
    }
    let error = shown.message.with_untracked(|message| message.error.clone());
    let id = shown.message_id.clone();
    let resting = live(move || !chat.is_running.get());
    let broken = (state != "complete").then(|| {
        let goes_on = state == "interrupted";
        let text =
            error.unwrap_or_else(|| if goes_on { "The answer was stopped here." } else { "Nothing came." }.to_owned());
        let act = if goes_on {
            button_when(Look::Plain, "play", "Continue", resting, move || chat.continue_answer(&id))
        } else {
            button_when(Look::Plain, "rotate-ccw", "Try again", resting, move || chat.retry(&id))
        };
        let class = if goes_on { "chat-broken" } else { "chat-broken chat-failed" };
        view! { <div class=class><Icon name="circle-alert" /><p>{text}</p>{act}</div> }
    });
    view! {
        {broken}
        <div class="chat-foot">
            {switcher(chat, shown)}
            {foot::foot(chat, shown)}
        </div>
    }
    .into_any()
}

/// `‹ 2/3 ›`: the messages that stand at the same place.
fn switcher(chat: Chat, shown: &Shown) -> Option<AnyView> {
    let count = shown.siblings.len();
    let place = shown.siblings.iter().position(|id| *id == shown.message_id)?;
    if count < 2 {
        return None;
    }
    let to = |place: Option<usize>, icon: &'static str, name: &'static str| {
        let target = place.and_then(|place| shown.siblings.get(place).cloned());
        let can = target.is_some();
        let go = press(move || {
            if let Some(target) = &target {
                chat.reload(Some(target));
            }
        });
        view! {
            <button
                type="button"
                class="icon-button"
                aria-label=name
                title=name
                disabled=live(move || !can || chat.is_running.get())
                on:click=go
            >
                <Icon name=icon />
            </button>
        }
    };
    Some(
        view! {
            <span class="chat-branches" role="group" aria-label="Branches">
                {to(place.checked_sub(1), "chevron-left", "Previous branch")}
                <span>{format!("{}/{count}", place + 1)}</span>
                {to(Some(place + 1), "chevron-right", "Next branch")}
            </span>
        }
        .into_any(),
    )
}
