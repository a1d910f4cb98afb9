//! How keys and tokens are kept on this device: under a key of this browser, under a passphrase, or for this visit only.

use leptos::prelude::*;
use serde_json::{Value, json};

use crate::desk::data::{Loaded, Vault};
use crate::desk::parts::{Form, Look, button, choice_field, icon_button, open_form, secret_field, show_loaded};
use crate::desk::state::{Desk, Shape};
use crate::ui::parts::reactive::live;

const MODES: [(&str, &str, &str); 3] = [
    ("device", "In this browser", "Encrypted, under a key that this browser does not hand out. Nothing to remember."),
    (
        "passphrase",
        "Under a passphrase",
        "Encrypted, and asked for once in each visit. If it is lost, keys and tokens have to be entered anew.",
    ),
    ("visit", "For this visit only", "In memory: gone when this tab is closed."),
];

/// The dialog of the vault.
pub fn open(desk: Desk) {
    let vault = desk.lasting(Loaded::<Vault>::Waiting);
    let load = move || desk.load("/vault".to_owned(), move |loaded| vault.set(loaded));
    load();
    desk.put_over("Keys and tokens", Shape::Dialog("small"), move || {
        view! {
            <div class="modal-head">
                <h2>"Keys and tokens"</h2>
                {icon_button("x", "Close", move || desk.close_over())}
            </div>
            <div class="modal-body desk-secrets">{show_loaded(move || vault.get(), 3, load, move |vault| content(desk, &vault))}</div>
        }
        .into_any()
    });
}

fn content(desk: Desk, vault: &Vault) -> AnyView {
    let (_, title, about) = MODES.into_iter().find(|(mode, ..)| *mode == vault.mode).unwrap_or(MODES[0]);
    let names = vault.names.iter().map(|name| view! { <li>{shown(name)}</li> }).collect_view();
    let kept = if vault.locked {
        view! { <p>"The vault is locked. What is in it is shown once its passphrase was given."</p> }.into_any()
    } else if vault.names.is_empty() {
        view! { <p class="panel-note">"Nothing is kept yet. Keys of models and tokens of remotes go here, and come out for their own servers alone."</p> }
            .into_any()
    } else {
        view! { <ul class="desk-secret-list">{names}</ul> }.into_any()
    };
    let tools = if vault.locked {
        view! {
            {button(Look::Main, "lock-open", "Unlock", move || unlock(desk))}
            {button(Look::Danger, "trash-2", "The passphrase is lost", move || empty(desk))}
        }
        .into_any()
    } else {
        let mode = vault.mode.clone();
        view! {
            {button(Look::Plain, "key-round", "Keep them in another way", move || change(desk, &mode))}
            {(vault.mode == "passphrase").then(|| button(Look::Plain, "lock", "Lock now", move || lock(desk)))}
        }
        .into_any()
    };
    view! {
        <p><strong>{title}</strong>". "{about}</p>
        {kept}
        <div class="button-row">{tools}</div>
    }
    .into_any()
}

/// What a secret is for, from the name under which it is kept.
fn shown(name: &str) -> String {
    match name.split_once(':') {
        Some(("remote", volume)) => format!("Token of the remote of {volume}"),
        Some(("model", model)) => format!("Key of {model}"),
        _ => name.to_owned(),
    }
}

/// Asks for the passphrase of a locked vault.
pub fn unlock(desk: Desk) {
    let passphrase = desk.lasting(String::new());
    let asked = move || secret_field("Passphrase", passphrase, "", "");
    open_form(desk, "Unlock keys and tokens", "Unlock", false, asked, move |form| {
        send(
            desk,
            form,
            "/vault/unlock",
            json!({ "passphrase": passphrase.get_untracked() }),
            "Unlocked for this visit",
        );
    });
}

fn lock(desk: Desk) {
    desk.ask("POST", "/vault/lock".to_owned(), None, move |answered| match answered {
        Ok(_) => open(desk),
        Err(failure) => desk.complain(&failure),
    });
}

fn change(desk: Desk, mode: &str) {
    let mode = desk.lasting(mode.to_owned());
    let [passphrase, again] = std::array::from_fn(|_| desk.lasting(String::new()));
    let asked = move || {
        let choices = MODES.map(|(mode, title, about)| (mode.to_owned(), title.to_owned(), about.to_owned()));
        view! {
            {choice_field("They are kept", mode, choices.into())}
            <div class="desk-form-part" hidden=live(move || mode.with(|mode| mode != "passphrase"))>
                {secret_field("Passphrase", passphrase, "", "At least 8 characters; several words are better.")}
                {secret_field("Once more", again, "", "")}
            </div>
        }
        .into_any()
    };
    open_form(desk, "Keep keys and tokens", "Save", false, asked, move |form| {
        let mode = mode.get_untracked();
        let mut body = json!({ "mode": mode });
        if mode == "passphrase" {
            if passphrase.get_untracked() != again.get_untracked() {
                return form.refuse("The two passphrases differ.");
            }
            body["passphrase"] = passphrase.get_untracked().into();
        }
        send(desk, form, "/vault/mode", body, "Keys and tokens are kept so from now on");
    });
}

fn empty(desk: Desk) {
    let asked = || {
        view! { <p>"Without the passphrase nobody can read what is kept, so all that is left is to empty the vault: every key and token has to be entered anew. Volumes are untouched."</p> }
            .into_any()
    };
    open_form(desk, "Empty the vault?", "Empty it", true, asked, move |form| {
        form.send("DELETE", "/vault".to_owned(), Value::Null, move |_| desk.say("The vault is empty"));
    });
}

fn send(desk: Desk, form: Form, path: &'static str, body: Value, done: &'static str) {
    form.send("POST", path.to_owned(), body, move |_| desk.say(done));
}
