//! What can be done with a commit: take it back, bring a version of a file back, copy its id.

use leptos::prelude::*;
use serde_json::json;

use crate::desk::parts::open_form;
use crate::desk::state::{Desk, Tab};
use crate::desk::words;

/// Asks, then takes a commit back by another; nothing of the history goes.
pub fn revert(desk: Desk, oid: &str, subject: &str) {
    let (oid, subject) = (oid.to_owned(), subject.to_owned());
    let text = format!("A new commit undoes what “{subject}” changed. The history keeps both.");
    let asked = move || view! { <p>{text.clone()}</p> }.into_any();
    open_form(desk, "Revert this commit", "Revert", false, asked, move |form| {
        let body = json!({ "volume": desk.volume.get_untracked(), "commit": oid });
        let subject = subject.clone();
        form.send("POST", "/volumes/revert".to_owned(), body, move |_| {
            desk.touched();
            desk.say(format!("“{subject}” was taken back"));
        });
    });
}

/// Brings a file back as it was in a commit.
pub fn restore(desk: Desk, path: &str, oid: &str) {
    let body = json!({ "volume": desk.volume.get_untracked(), "path": path, "commit": oid });
    let text = format!("{path} is again as it was in {}", words::short(oid));
    desk.ask("POST", "/volumes/restore".to_owned(), Some(body), move |answered| match answered {
        Ok(answer) => {
            desk.touched();
            crate::desk::files::offer_undo(desk, text, &answer);
        }
        Err(failure) => desk.complain(&failure),
    });
}

/// Opens a file as it is now.
pub fn open_file(desk: Desk, path: &str, _: &str) {
    desk.tab.set(Tab::Files);
    desk.files.open_path(desk, path);
}
