//! A file that changed underneath while somebody typed: both versions side by side, and the choice between them.

use leptos::prelude::*;

use super::{Content, editor};
use crate::browser;
use crate::desk::data::Loaded;
use crate::desk::diff;
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button, icon_button};
use crate::desk::state::{Desk, Shape};
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::dynamic;

/// Reads what the file holds now, and says that it is not what typing began with.
pub fn look(desk: Desk, failure: Failure) {
    let files = desk.files;
    let volume = desk.volume.get_untracked();
    let Some(path) = files.shown.with_untracked(|shown| shown.as_ref().map(|entry| entry.path.clone())) else { return };
    let calls = desk.calls();
    files.learn_oid(desk, &path);
    browser::spawn(async move {
        match calls.bytes(&volume, &path, "main").await {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                files.underneath.set(Some((path, text)));
            }
            // It is gone, so there is nothing to compare with: the next save makes it again.
            Err(_) => {
                files.drafts.update(|drafts| {
                    if let Some(draft) = drafts.get_mut(&(volume, path)) {
                        draft.base_oid.clear();
                    }
                });
                let mut gone = failure;
                gone.message = "The file was removed meanwhile. Save again to bring it back with your text.".to_owned();
                gone.detail = None;
                files.trouble.set(Some(gone));
            }
        }
    });
}

/// Above the text, while the file is not what typing began with.
pub fn notice(desk: Desk) -> AnyView {
    dynamic(move || {
        desk.files.underneath.get().map(|(_, now)| {
            let shown = now.clone();
            let taken = now;
            view! {
                <div class="desk-underneath" role="alert">
                    <Icon name="git-compare" />
                    <p>
                        <strong>"This file changed underneath."</strong>
                        " Another tab or a sync wrote to it since you began. Nothing is lost: yours is below, theirs is in the volume."
                    </p>
                    <div class="button-row">
                        {button(Look::Plain, "git-compare", "Compare", move || compare(desk, shown.clone()))}
                        {button(Look::Plain, "", "Take theirs", move || take_theirs(desk, &taken))}
                        {button(Look::Main, "", "Keep mine", move || keep_mine(desk))}
                    </div>
                </div>
            }
        })
    })
}

/// Saves over what is there now; it stays in the history.
fn keep_mine(desk: Desk) {
    let files = desk.files;
    let Some(entry) = files.shown.get_untracked() else { return };
    files.drafts.update(|drafts| {
        if let Some(draft) = drafts.get_mut(&(desk.volume.get_untracked(), entry.path.clone())) {
            draft.base_oid.clone_from(&entry.oid);
        }
    });
    editor::save(desk);
}

fn take_theirs(desk: Desk, now: &str) {
    let files = desk.files;
    files.content.update_untracked(|content| *content = Loaded::Ready(Content::Text(now.to_owned())));
    editor::discard(desk);
}

/// What the person's text says otherwise than what is in the volume now.
fn compare(desk: Desk, now: String) {
    let mine = editor::text(desk);
    let path = desk.files.shown.with_untracked(|shown| shown.as_ref().map(|entry| entry.path.clone()));
    let changed = diff::of_texts(&path.unwrap_or_default(), &now, &mine);
    desk.put_over("Both versions", Shape::Dialog("full"), move || {
        view! {
            <div class="modal-head">
                <h2>"Both versions"</h2>
                <span class="modal-note">"First what is in the volume now, then yours, not saved"</span>
                {icon_button("x", "Close", move || desk.close_over())}
            </div>
            <div class="desk-both">{diff::files(desk, vec![changed.clone()], "", &[])}</div>
        }
        .into_any()
    });
}
