//! What an answer took and which skills guided it, and what can be done with it: copy, write anew, rate.

use leptos::prelude::*;

use super::context::skill_item;
use super::data::UsedSkill;
use super::run::copy;
use super::state::{Chat, Shown};
use crate::desk::parts::{below, icon_button};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{Show, live, press};

/// The last line of an answer.
pub fn foot(chat: Chat, shown: &Shown) -> AnyView {
    let (id, text, rated) = (shown.message_id.clone(), shown.text.clone(), shown.clone());
    let message = shown.message.get_untracked();
    let used = message.skills_used.clone();
    let has_trace = message.trace_id.is_some();
    let facts = facts(shown);
    view! {
        {(!used.is_empty()).then(|| skills(chat, used))}
        <span class="chat-facts" title=facts.1>{facts.0}</span>
        <span class="chat-foot-actions">
            {has_trace.then(|| thumbs(chat, &rated))}
            {icon_button("copy", "Copy the answer", move || copy(chat.desk, text.get_untracked(), "The answer is on the clipboard"))}
            <Show when=live(move || !chat.is_running.get())>
                {let id = id.clone(); icon_button("rotate-ccw", "Write it anew", move || chat.retry(&id))}
            </Show>
        </span>
    }
    .into_any()
}

fn thumbs(chat: Chat, shown: &Shown) -> AnyView {
    let one = |icon: &'static str, name: &'static str, rating: f64| {
        let (asked, message) = (shown.clone(), shown.message.clone());
        let is = Memo::new(move |_| {
            message.with(|message| message.success_rating.is_some_and(|given| (given > 0.5) == (rating > 0.5)))
        });
        view! {
            <button
                type="button"
                class="icon-button chat-thumb"
                aria-label=name
                title=name
                aria-pressed=live(move || is.get().to_string())
                on:click=press(move || chat.rate(&asked, rating))
            >
                <Icon name=icon />
            </button>
        }
    };
    view! { {one("thumbs-up", "Good answer", 1.0)} {one("thumbs-down", "Not a good answer", 0.0)} }.into_any()
}

/// How many skills went along; which and why, when pressed.
fn skills(chat: Chat, used: Vec<UsedSkill>) -> AnyView {
    let name = words::count(used.len() as u64, "skill");
    let open = move |event: web_sys::MouseEvent| {
        let used = used.clone();
        chat.desk.put_over("Skills that guided this answer", below(&event), move || {
            used.iter().map(|skill| skill_item(chat, skill)).collect_view().into_any()
        });
    };
    view! {
        <button type="button" class="text-button chat-skills" title="Skills that guided this answer" aria-haspopup="menu" on:click=open>
            <Icon name="library" />
            {name}
        </button>
    }
    .into_any()
}

/// Tokens, time and cost in a few words, and all of it.
fn facts(shown: &Shown) -> (String, String) {
    let message = shown.message.get_untracked();
    let mut short = Vec::new();
    let mut long: Vec<String> = message.model.clone().into_iter().collect();
    if let Some(usage) = &message.usage {
        short.push(format!("{} tokens", words::grouped(usage.input_tokens + usage.output_tokens)));
        long.push(format!(
            "{} tokens in, {} out",
            words::grouped(usage.input_tokens),
            words::grouped(usage.output_tokens)
        ));
    }
    if let Some(duration_ms) = message.duration_ms {
        short.push(format!("{:.1} s", duration_ms / 1000.0));
    }
    if let Some(cost) = message.cost_usd {
        short.push(dollars(cost));
    }
    long.push(words::moment(message.created_at));
    (short.join(" · "), long.join("\n"))
}

/// `$ 0.0042`, `$ 1.20`.
pub fn dollars(cost: f64) -> String {
    if cost > 0.0 && cost < 0.1 { format!("$ {cost:.4}") } else { format!("$ {cost:.2}") }
}
