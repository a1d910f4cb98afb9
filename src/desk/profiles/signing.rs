//! Signed commits: makes the key of this browser, shows how others come to trust it, and takes it away.

use leptos::prelude::*;
use serde_json::{Value, json};

use crate::desk::data::{Loaded, Person, Signing};
use crate::desk::parts::{Look, button, copied_field, icon_button, open_form, show_loaded};
use crate::desk::state::{Desk, Shape};
use crate::desk::words;

/// The dialog of the person's signing key.
pub fn open(desk: Desk, me: &Person) {
    let me = me.clone();
    let signing = desk.lasting(Loaded::<Signing>::Waiting);
    let path = format!("/profiles/signing?email={}", words::encoded(&me.email));
    let load = move || {
        let path = path.clone();
        desk.load(path, move |loaded| signing.set(loaded));
    };
    load();
    desk.put_over("Signed commits", Shape::Dialog("small"), move || {
        let (me, load) = (me.clone(), load.clone());
        view! {
            <div class="modal-head">
                <h2>"Signed commits"</h2>
                {icon_button("x", "Close", move || desk.close_over())}
            </div>
            <div class="modal-body desk-secrets">
                {show_loaded(move || signing.get(), 3, load, move |signing| content(desk, &me, &signing))}
            </div>
        }
        .into_any()
    });
}

fn content(desk: Desk, me: &Person, signing: &Signing) -> AnyView {
    if signing.key.public_key.is_empty() {
        let me = me.clone();
        return view! {
            <p>"A signature proves to others that a commit was made in this browser, by you. Git and its hosts show it as verified."</p>
            <p class="panel-note">"The key is made here and cannot be taken out of this browser: on another device you make another."</p>
            <div class="button-row">{button(Look::Main, "key-round", "Sign my commits", move || make(desk, &me))}</div>
        }
        .into_any();
    }
    let key = &signing.key;
    let trust = if key.allowed_signers.is_empty() {
        let about = "Give your address under your name to get the line by which git verifies your signatures.";
        view! { <p class="panel-note">{about}</p> }.into_any()
    } else {
        copied_field(desk, "For an allowed-signers file", key.allowed_signers.clone())
    };
    let made = words::moment(key.created_at);
    view! {
        <p>{format!("What you commit in this browser is signed, with the key of {made}.")}</p>
        {copied_field(desk, "Public key, for your git host", key.public_key.clone())}
        {trust}
        <p class="panel-note">{format!("Fingerprint {}", key.fingerprint)}</p>
        <div class="button-row">{button(Look::Danger, "trash-2", "Stop signing", move || ask_to_stop(desk))}</div>
    }
    .into_any()
}

fn make(desk: Desk, me: &Person) {
    let body = json!({ "comment": format!("{} at LLMos-Lite", me.user_id) });
    let me = me.clone();
    desk.ask("POST", "/profiles/signing".to_owned(), Some(body), move |answered: Result<Value, _>| match answered {
        Ok(_) => open(desk, &me),
        Err(failure) => desk.complain(&failure),
    });
}

fn ask_to_stop(desk: Desk) {
    let asked = || {
        view! { <p>"The key goes for good. Commits that it signed stay signed; new ones are not, until you make another."</p> }
            .into_any()
    };
    open_form(desk, "Stop signing?", "Remove the key", true, asked, move |form| {
        form.send("DELETE", "/profiles/signing".to_owned(), Value::Null, move |_| {
            desk.say("Commits go unsigned from now on")
        });
    });
}
