//! Volumes going out and coming in as files, and leaving this device.

use leptos::html::Input;
use leptos::prelude::*;
use serde_json::Value;

use super::list;
use crate::browser::{self, Bytes};
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button, choice_field, open_form};
use crate::desk::state::Desk;
use crate::desk::words;

const BACKUP_NAME: &str = "llmos-backup.zip";

/// Gives the person the volume as a zip that native git opens.
pub fn export_zip(desk: Desk) {
    export(desk, Bytes::Zip, "zip");
}

/// Gives the person the volume as a git bundle.
pub fn export_bundle(desk: Desk) {
    export(desk, Bytes::Bundle, "bundle");
}

/// Gives the person everything of this device in one file, and remembers when.
pub fn back_up(desk: Desk) {
    desk.say("Putting the backup together…");
    let calls = desk.calls();
    browser::spawn(async move {
        match calls.save(Bytes::Backup, "", BACKUP_NAME).await {
            Ok(bytes) => {
                desk.say(format!("{BACKUP_NAME} is in your downloads ({})", words::size(bytes as u64)));
                desk.ask_device("backedUp", String::new(), |_| {});
            }
            Err(error) => desk.complain(&error.into()),
        }
    });
}

fn export(desk: Desk, what: Bytes, ending: &str) {
    let volume = desk.volume.get_untracked();
    let name = format!("{}.{ending}", volume.replace('/', "-"));
    save(desk, what, volume, name);
}

fn save(desk: Desk, what: Bytes, volume: String, name: String) {
    desk.say("Putting the file together…");
    let calls = desk.calls();
    browser::spawn(async move {
        match calls.save(what, &volume, &name).await {
            Ok(bytes) => desk.say(format!("{name} is in your downloads ({})", words::size(bytes as u64))),
            Err(error) => desk.complain(&error.into()),
        }
    });
}

/// Asks for a file, and where it belongs.
pub fn open_import(desk: Desk) {
    let file = desk.rooted(NodeRef::<Input>::new);
    let target = desk.lasting(desk.volume.get_untracked());
    let asked = move || {
        let choices: Vec<(String, String, String)> = desk.stats.with_untracked(|stats| {
            let volumes = stats.ready().map(|stats| stats.volumes.as_slice()).unwrap_or_default();
            let writable = volumes.iter().filter(|row| row.writable);
            writable
                .map(|row| (row.volume.clone(), untrack(|| list::title(desk, &row.volume)), row.volume.clone()))
                .collect()
        });
        view! {
            <label class="desk-field">
                <span>"File"</span>
                <input type="file" class="desk-file-input" accept=".zip,.bundle,application/zip" node_ref=file data-first="" />
                <small>"A zip of a repository, or a git bundle; a backup of everything is restored from the badge in the header. It goes into a volume that holds nothing yet, and every object in it is checked against its hash before anything is kept."</small>
            </label>
            {choice_field("Into", target, choices)}
        }
        .into_any()
    };
    open_form(desk, "Import", "Import", false, asked, move |form| {
        let chosen = file.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0));
        let Some(chosen) = chosen else {
            form.refuse("Choose a file first.");
            return;
        };
        form.start();
        let calls = desk.calls();
        let target = target.get_untracked();
        browser::spawn(async move {
            match calls.import(&target, &chosen).await {
                Ok(found) => {
                    form.end(None);
                    desk.touched();
                    let found = if found.is_empty() { found } else { format!(": {found}") };
                    desk.say(format!("{} was taken in{found}", chosen.name()));
                }
                Err(error) => {
                    let mut failure = Failure::from(error);
                    failure.message =
                        format!("{} Nothing was changed.", failure.message.trim_end_matches('.').to_owned() + ".");
                    form.end(Some(failure));
                }
            }
        });
    });
}

/// Asks before a volume leaves this device, and offers to keep a copy.
pub fn open_remove(desk: Desk) {
    let volume = desk.volume.get_untracked();
    let title = untrack(|| list::title(desk, &volume));
    let row = desk.stats.with_untracked(|stats| {
        stats.ready().and_then(|stats| stats.volumes.iter().find(|row| row.volume == volume).cloned())
    });
    let row = row.unwrap_or_default();
    let lost = match (&row.remote, row.ahead) {
        (None, _) => format!(
            "It is kept nowhere else: {}, {} and everything they hold will be gone. This cannot be undone.",
            words::count(row.commits, "commit"),
            words::count(row.skills, "skill")
        ),
        (Some(url), 0) => format!("All of it is at {url} as well, and can be brought back from there."),
        (Some(url), ahead) => format!(
            "{} not yet at {url} will be gone. Sync first to keep {}.",
            words::count(ahead, "commit"),
            if ahead == 1 { "it" } else { "them" }
        ),
    };
    let asked = move || {
        view! {
            <p>{lost.clone()}</p>
            <div class="button-row">{button(Look::Plain, "archive", "Keep a copy first", move || export_zip(desk))}</div>
        }
        .into_any()
    };
    let path = format!("/volumes?volume={}", words::encoded(&volume));
    open_form(desk, format!("Remove {title} from this device"), "Remove", true, asked, move |form| {
        let (title, path) = (title.clone(), path.clone());
        form.send("DELETE", path, Value::Null, move |_| {
            desk.volume.set(String::new());
            desk.refresh();
            desk.say(format!("{title} is no longer on this device"));
        });
    });
}
