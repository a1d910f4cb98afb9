//! What would go along with what is typed: the skills, pinned or found, and how much of the budget they take.

use std::time::Duration;

use leptos::prelude::*;
use serde_json::json;

use super::data::{Preview, Read, UsedSkill};
use super::state::{Chat, reasons_of};
use crate::desk::parts::below;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live, press};

/// Typing within this time is looked at once.
const TYPED_TOGETHER: Duration = Duration::from_millis(220);

/// Asks what would go along whenever what is typed has rested.
pub fn follow(chat: Chat) {
    Effect::new(move |_| {
        chat.pinned.track();
        let draft = chat.draft.get();
        let text = draft.trim().to_owned();
        if text.is_empty() {
            chat.preview.set(None);
            return;
        }
        set_timeout(
            move || {
                if chat.draft.try_get_untracked().as_ref() == Some(&draft) {
                    ask(chat, &draft, &text);
                }
            },
            TYPED_TOGETHER,
        );
    });
}

fn ask(chat: Chat, draft: &str, text: &str) {
    let mut body = json!({ "message": text });
    if let Some(session_id) = chat.session_id.get_untracked() {
        body["session_id"] = session_id.into();
    }
    let pinned = chat.pinned_ids();
    if !pinned.is_empty() {
        body["skills"] = pinned.into();
    }
    let draft = draft.to_owned();
    chat.desk.ask("POST", "/chat/preview".to_owned(), Some(body), move |answered| {
        let is_current = chat.draft.with_untracked(|typed| *typed == draft);
        if let (Ok(answer), true) = (answered, is_current) {
            chat.preview.set(Some(Preview::read(&answer)));
        }
    });
}

/// The skills above the field: those that are pinned, then those that were found.
pub fn chips(chat: Chat) -> AnyView {
    let found = move || {
        let pinned = chat.pinned.get();
        let preview = chat.preview.get().unwrap_or_default();
        preview
            .skills
            .into_iter()
            .filter(|skill| !pinned.iter().any(|(id, _)| *id == skill.skill_id))
            .collect::<Vec<_>>()
    };
    let is_empty = live(move || chat.pinned.with(Vec::is_empty) && found().is_empty());
    view! {
        <div class="chat-chips" role="group" aria-label="Skills that go along" hidden=is_empty>
            {dynamic(move || chat.pinned.get().into_iter().map(|(id, name)| pinned_chip(chat, &id, &name)).collect_view())}
            {dynamic(move || found().iter().map(|skill| found_chip(chat, skill)).collect_view())}
        </div>
    }
    .into_any()
}

fn pinned_chip(chat: Chat, id: &str, name: &str) -> AnyView {
    let (id, shown) = (id.to_owned(), name.to_owned());
    let label = format!("Unpin {name}");
    let unpin = {
        let (id, name) = (id.clone(), shown.clone());
        press(move || chat.toggle_pin(&id, &name))
    };
    view! {
        <span class="chat-chip chat-chip-pinned">
            <button type="button" class="chat-chip-name" title="Goes along whatever you type. Open it" on:click=press(move || chat.open_skill(&id))>
                <Icon name="pin" />
                {shown}
            </button>
            <button type="button" class="chat-chip-act" aria-label=label.clone() title=label on:click=unpin>
                <Icon name="x" />
            </button>
        </span>
    }
    .into_any()
}

fn found_chip(chat: Chat, skill: &UsedSkill) -> AnyView {
    let (id, name) = (skill.skill_id.clone(), skill.name.clone());
    let label = format!("Pin {name}");
    let about = format!("{}. {} tokens. Open it", reasons_of(skill), words::grouped(skill.tokens));
    let pin = {
        let (id, name) = (id.clone(), name.clone());
        press(move || chat.toggle_pin(&id, &name))
    };
    view! {
        <span class="chat-chip">
            <button type="button" class="chat-chip-name" title=about on:click=press(move || chat.open_skill(&id))>{name}</button>
            <button type="button" class="chat-chip-act" aria-label=label.clone() title=label on:click=pin>
                <Icon name="pin" />
            </button>
        </span>
    }
    .into_any()
}

/// How much of the budget the skills take; which they are, when pressed.
pub fn meter(chat: Chat) -> AnyView {
    dynamic(move || {
        let Some(preview) = chat.preview.get() else { return ().into_any() };
        let share = preview.tokens as f64 / preview.budget_tokens.max(1) as f64;
        let text = format!("{} / {}", short(preview.tokens), short(preview.budget_tokens));
        let about = format!(
            "{} of {} tokens for {}",
            words::grouped(preview.tokens),
            words::grouped(preview.budget_tokens),
            words::count(preview.skills.len() as u64, "skill")
        );
        let label = about.clone();
        let open = move |event: web_sys::MouseEvent| {
            let (preview, about) = (preview.clone(), about.clone());
            chat.desk.put_over("Skills that go along", below(&event), move || list(chat, &preview, &about));
        };
        view! {
            <button type="button" class="chat-meter" aria-label=label.clone() title=label aria-haspopup="menu" on:click=open>
                <svg viewBox="0 0 40 4" preserveAspectRatio="none" aria-hidden="true">
                    <rect width="40" height="4" rx="2"></rect>
                    <rect class="chat-meter-full" width=format!("{:.1}", 40.0 * share.clamp(0.0, 1.0)) height="4" rx="2"></rect>
                </svg>
                <span>{text}</span>
            </button>
        }
        .into_any()
    })
}

fn list(chat: Chat, preview: &Preview, about: &str) -> AnyView {
    view! {
        <p class="desk-menu-title">{about.to_owned()}</p>
        {preview.skills.iter().map(|skill| skill_item(chat, skill)).collect_view()}
    }
    .into_any()
}

/// One skill in a menu: why it came, how much of the budget it took; a press opens it.
pub fn skill_item(chat: Chat, skill: &UsedSkill) -> AnyView {
    let id = skill.skill_id.clone();
    let how = if skill.disclosed == "outline" { ", in outline" } else { "" };
    let about = format!("{} · {} tokens{how}", reasons_of(skill), words::grouped(skill.tokens));
    let open = press(move || {
        chat.desk.close_over();
        chat.open_skill(&id);
    });
    view! {
        <button type="button" class="menu-item chat-skill-item" role="menuitem" on:click=open>
            <Icon name="file-text" />
            <span><strong>{skill.name.clone()}</strong><small>{about}</small></span>
        </button>
    }
    .into_any()
}

/// `840`, `1.2k`, `128k`.
fn short(number: u64) -> String {
    match number {
        ..1_000 => number.to_string(),
        1_000..10_000 => format!("{:.1}k", number as f64 / 1_000.0),
        _ => format!("{}k", (number + 500) / 1_000),
    }
}
