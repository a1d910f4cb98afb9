//! A backup coming back: what it holds is shown beside what is here, and only a press restores. What is here is never replaced.

use leptos::html::Input;
use leptos::prelude::*;
use serde_json::Value;

use super::data::BackedUp;
use crate::browser::{self, JsError};
use crate::desk::answer::Read;
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button, button_when, icon_button, trouble};
use crate::desk::state::{Desk, Shape};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live};

#[derive(Clone, Copy)]
struct Restore {
    desk: Desk,
    file: StoredValue<Option<web_sys::File>, LocalStorage>,
    volumes: RwSignal<Vec<BackedUp>>,
    busy: RwSignal<bool>,
    done: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

/// Asks for a backup and shows what is in it.
pub fn open_restore(desk: Desk) {
    let restore = desk.rooted(|| Restore {
        desk,
        file: StoredValue::new_local(None),
        volumes: RwSignal::default(),
        busy: RwSignal::new(false),
        done: RwSignal::new(false),
        failure: RwSignal::new(None),
    });
    desk.put_over("Restore a backup", Shape::Dialog("small"), move || {
        view! {
            <div class="desk-form">
                <div class="modal-head">
                    <h2>"Restore a backup"</h2>
                    {icon_button("x", "Close", move || desk.close_over())}
                </div>
                <div class="modal-body">
                    {dynamic(move || if restore.volumes.with(Vec::is_empty) { chooser(restore) } else { review(restore) })}
                    {dynamic(move || restore.failure.get().map(|failure| trouble(&failure)))}
                </div>
                <div class="desk-form-foot">{dynamic(move || foot(restore))}</div>
            </div>
        }
        .into_any()
    });
}

fn chooser(restore: Restore) -> AnyView {
    let input = NodeRef::<Input>::new();
    let look = move |_| {
        let Some(file) = input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0)) else {
            return;
        };
        restore.file.set_value(Some(file.clone()));
        restore.failure.set(None);
        let calls = restore.desk.calls();
        browser::spawn(async move { restore.take(calls.review_backup(&file).await) });
    };
    view! {
        <label class="desk-field">
            <span>"Backup"</span>
            <input type="file" class="desk-file-input" accept=".zip,application/zip" node_ref=input on:change=look data-first="" />
            <small>"The file that 'Back up everything' made. It is only read now: what is in it is shown before anything comes back."</small>
        </label>
    }
    .into_any()
}

fn review(restore: Restore) -> AnyView {
    let done = restore.done.get_untracked();
    let rows = restore.volumes.get_untracked().into_iter().map(|row| {
        let (icon, text) = match (done, row.restored, row.here.as_str()) {
            (true, true, _) => ("circle-check", format!("Restored: {}", row.outcome)),
            (true, false, "kept") => ("minus", "Stayed as it is on this device".to_owned()),
            (true, false, _) => ("circle-alert", row.outcome.clone()),
            (false, _, "kept") => ("minus", "Is here already and stays as it is".to_owned()),
            (false, ..) => ("arrow-down", format!("Comes back, {}", words::size(row.bytes))),
        };
        let (kind, id) = words::volume_parts(&row.volume);
        let name = if id.is_empty() { kind.to_owned() } else { format!("{kind} · {id}") };
        view! { <li><Icon name=icon /><div><strong>{name}</strong><p>{text}</p></div></li> }
    });
    view! { <ul class="device-review">{rows.collect_view()}</ul> }.into_any()
}

fn foot(restore: Restore) -> AnyView {
    let desk = restore.desk;
    if restore.done.get() {
        return button(Look::Main, "check", "Done", move || desk.close_over());
    }
    let has = restore.volumes.with(|volumes| volumes.iter().any(|row| row.here != "kept"));
    let can = live(move || has && !restore.busy.get());
    let go = move || {
        let Some(file) = restore.file.get_value() else { return };
        restore.busy.set(true);
        let calls = desk.calls();
        browser::spawn(async move {
            let answered = calls.restore(&file).await;
            if answered.is_ok() {
                restore.done.set(true);
            }
            restore.take(answered);
            desk.touched();
        });
    };
    view! {
        {button(Look::Plain, "", "Cancel", move || desk.close_over())}
        {button_when(Look::Main, "archive", "Restore", can, go)}
    }
    .into_any()
}

impl Restore {
    /// Shows what a call found; how each volume is here was said by the first.
    fn take(self, answered: Result<String, JsError>) {
        self.busy.set(false);
        let read = answered
            .map_err(Failure::from)
            .and_then(|text| serde_json::from_str::<Value>(&text).map_err(|error| Failure::unreadable(&error)));
        match read {
            Ok(found) => {
                let before = self.volumes.get_untracked();
                let mut rows = Vec::<BackedUp>::read(&found);
                for row in &mut rows {
                    if let Some(known) = before.iter().find(|known| known.volume == row.volume) {
                        row.here.clone_from(&known.here);
                        row.bytes = known.bytes;
                    }
                }
                self.volumes.set(rows);
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
    }
}
