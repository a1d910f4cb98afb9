//! A text to change: numbered lines, what is not saved, and a save that is a commit with its own words.

use leptos::ev;
use leptos::prelude::*;
use serde_json::{Value, json};

use super::{Content, Draft, actions, conflict};
use crate::desk::data::Loaded;
use crate::desk::parts::{Look, button, button_when, trouble};
use crate::desk::state::Desk;
use crate::ui::parts::dom::{self, typed};
use crate::ui::parts::reactive::{dynamic, live};

/// The text as it stands: what was typed, or what the file holds.
pub fn text(desk: Desk) -> String {
    untrack(|| desk.files.draft(desk)).map_or_else(|| saved_text(desk), |draft| draft.text)
}

fn saved_text(desk: Desk) -> String {
    desk.files.content.with_untracked(|content| match content {
        Loaded::Ready(Content::Text(text)) => text.clone(),
        _ => String::new(),
    })
}

/// The editor of the text that is open.
pub fn view(desk: Desk) -> AnyView {
    let first = text(desk);
    let lines = RwSignal::new(count_lines(&first));
    let numbers = live(move || {
        let mut text = String::new();
        for line in 1..=lines.get() {
            text.push_str(&line.to_string());
            text.push('\n');
        }
        text
    });
    let on_input = move |event: ev::Event| {
        let text = typed(&event);
        let count = count_lines(&text);
        if count != lines.get_untracked() {
            lines.set(count);
        }
        keep(desk, text);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let with_control = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "s" | "S" | "Enter" if with_control => {
                event.prevent_default();
                event.stop_propagation();
                save(desk);
            }
            // What was typed stays, so leaving the text is all that Escape does.
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                dom::focus(".desk-tree");
            }
            _ => {}
        }
    };
    let label =
        live(move || desk.files.shown.with(|shown| shown.as_ref().map(|entry| format!("Text of {}", entry.path))));
    let readonly = Memo::new(move |_| !desk.is_writable());
    view! {
        <div class="desk-editor">
            <div class="desk-editor-scroll">
                <pre class="desk-gutter" aria-hidden="true">{move || numbers.get()}</pre>
                <textarea
                    class="desk-text"
                    aria-label=label
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    wrap="off"
                    readonly=move || readonly.get()
                    prop:value=first
                    style:height=live(move || format!("calc({} * var(--desk-line) + 24px)", lines.get()))
                    on:input=on_input
                    on:keydown=on_key
                ></textarea>
            </div>
        </div>
        {commit_bar(desk)}
    }
    .into_any()
}

fn count_lines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count() + 1
}

/// Keeps what was typed; nothing is kept that is as it was.
fn keep(desk: Desk, text: String) {
    let files = desk.files;
    let Some((path, oid)) =
        files.shown.with_untracked(|shown| shown.as_ref().map(|entry| (entry.path.clone(), entry.oid.clone())))
    else {
        return;
    };
    let key = (desk.volume.get_untracked(), path);
    let is_same = saved_text(desk) == text && files.underneath.with_untracked(Option::is_none);
    files.drafts.update(|drafts| {
        if is_same {
            drafts.remove(&key);
        } else {
            match drafts.get_mut(&key) {
                Some(draft) => draft.text = text,
                None => drafts.insert(key, Draft { text, base_oid: oid }),
            }
        }
    });
}

/// Below the text, while there is something to save: what the commit says, and the save.
pub fn commit_bar(desk: Desk) -> AnyView {
    let files = desk.files;
    let has_draft = Memo::new(move |_| files.draft(desk).is_some());
    dynamic(move || {
        has_draft.get().then(|| {
            let can = live(move || !files.saving.get() && !files.message.with(|message| message.trim().is_empty()));
            let on_key = move |event: ev::KeyboardEvent| {
                if event.key() == "Enter" {
                    event.prevent_default();
                    save(desk);
                }
            };
            view! {
                {dynamic(move || files.trouble.get().map(|failure| view! { <div class="desk-save-trouble">{trouble(&failure)}</div> }))}
                <div class="desk-commit-bar">
                    <input
                        class="text-input"
                        aria-label="What this change is, in a line"
                        placeholder="What this change is, in a line"
                        prop:value=live(move || files.message.get())
                        on:input=move |event| files.message.set(typed(&event))
                        on:keydown=on_key
                    />
                    {button(Look::Plain, "undo-2", "Discard", move || discard(desk))}
                    {button_when(Look::Main, "save", "Save", can, move || save(desk))}
                </div>
            }
        })
    })
}

/// Lets what was typed go, with a way back.
pub fn discard(desk: Desk) {
    let files = desk.files;
    let Some(path) = files.shown.with_untracked(|shown| shown.as_ref().map(|entry| entry.path.clone())) else { return };
    let key = (desk.volume.get_untracked(), path);
    let lost = files.drafts.try_update(|drafts| drafts.remove(&key)).flatten();
    files.underneath.set(None);
    files.trouble.set(None);
    files.filled.update(|filled| *filled += 1);
    if let Some(lost) = lost {
        desk.say_with("What you typed was let go", "Bring it back", move || {
            files.drafts.update(|drafts| {
                drafts.insert(key.clone(), lost.clone());
            });
            files.filled.update(|filled| *filled += 1);
        });
    }
}

/// Commits what was typed. Where the file changed underneath, both versions are shown instead.
pub fn save(desk: Desk) {
    let files = desk.files;
    let Some(entry) = files.shown.get_untracked() else { return };
    let Some(draft) = untrack(|| files.draft(desk)) else { return };
    if files.saving.get_untracked() {
        return;
    }
    files.saving.set(true);
    files.trouble.set(None);
    let volume = desk.volume.get_untracked();
    let mut body = json!({ "content": draft.text, "message": files.message.get_untracked().trim() });
    if !draft.base_oid.is_empty() {
        body["expected_oid"] = Value::from(draft.base_oid.clone());
    }
    desk.ask("PUT", actions::file_path(desk, &entry.path), Some(body), move |answered| {
        files.saving.set(false);
        match answered {
            Ok(answer) => saved(desk, volume, &entry.path, draft, &answer),
            Err(failure) if failure.status == 409 => conflict::look(desk, failure),
            Err(failure) => files.trouble.set(Some(failure)),
        }
    });
}

fn saved(desk: Desk, volume: String, path: &str, draft: Draft, answer: &Value) {
    let files = desk.files;
    let oid = answer.get("oid").and_then(Value::as_str).unwrap_or_default().to_owned();
    files.underneath.set(None);
    let is_shown = desk.volume.with_untracked(|shown| *shown == volume)
        && files.shown.with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.path == path));
    if is_shown {
        files.content.update_untracked(|content| *content = Loaded::Ready(Content::Text(draft.text.clone())));
        files.shown.update(|shown| {
            if let Some(shown) = shown {
                shown.oid.clone_from(&oid);
                shown.bytes = Some(draft.text.len() as u64);
            }
        });
        files.message.set(format!("Edit {path}"));
    }
    files.drafts.update(|drafts| {
        let key = (volume, path.to_owned());
        // What was typed while it was saved stays, on top of what was saved.
        match drafts.get_mut(&key) {
            Some(now) if now.text != draft.text => now.base_oid = oid,
            _ => {
                drafts.remove(&key);
            }
        }
    });
    desk.touched();
    actions::offer_undo(desk, format!("Saved {path}"), answer);
}
