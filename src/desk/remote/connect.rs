//! The form that connects a volume with a remote: where, by which way, and with which token.

use leptos::ev;
use leptos::prelude::*;
use serde_json::{Value, json};

use super::guide;
use crate::desk::data::{Loaded, Remote};
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button, choice_field, secret_field, text_field, trouble};
use crate::desk::state::Desk;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live};

#[derive(Clone, Copy)]
struct Fields {
    url: RwSignal<String>,
    way: RwSignal<String>,
    proxy: RwSignal<String>,
    user: RwSignal<String>,
    token: RwSignal<String>,
    keep: RwSignal<String>,
}

/// The form; with a remote, to change it.
pub fn view(desk: Desk, remote: Option<Remote>) -> AnyView {
    let is_new = remote.is_none();
    let remote = remote.unwrap_or_default();
    let has_token = remote.has_token;
    let way = if remote.transport.is_empty() { "http".to_owned() } else { remote.transport };
    let fields = Fields {
        url: RwSignal::new(remote.url),
        way: RwSignal::new(way),
        proxy: RwSignal::new(remote.proxy_url.unwrap_or_default()),
        user: RwSignal::new(remote.user_name.unwrap_or_default()),
        token: RwSignal::new(String::new()),
        keep: RwSignal::new("visit".to_owned()),
    };
    // GitHub's servers do not let pages speak git to them: its own interface is the way that works.
    Effect::watch(
        move || fields.url.with(|url| url.contains("://github.com/")),
        move |is_github: &bool, _, _| {
            if *is_github && is_new && fields.way.with_untracked(|way| way == "http") {
                fields.way.set("github".to_owned());
            }
        },
        true,
    );
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            connect(desk, fields, busy, failure);
        }
    };
    let ways = vec![
        (
            "http".to_owned(),
            "Directly".to_owned(),
            "Git's own protocol. The server has to allow pages to speak to it (CORS), as Gitea and Forgejo can."
                .to_owned(),
        ),
        (
            "github".to_owned(),
            "GitHub".to_owned(),
            "By GitHub's REST interface, which pages may use. Needs a fine-grained token.".to_owned(),
        ),
        (
            "proxy".to_owned(),
            "Through a proxy".to_owned(),
            "For servers that do not let pages in: a proxy that you name passes everything on.".to_owned(),
        ),
    ];
    let keeps = vec![
        ("visit".to_owned(), "For this visit".to_owned(), "It is forgotten when the page is closed".to_owned()),
        (
            "device".to_owned(),
            "On this device".to_owned(),
            "Encrypted in this browser; it is never written into the volume or its settings".to_owned(),
        ),
    ];
    let token_hint = if has_token {
        "One is at hand. Leave this empty to keep it."
    } else {
        "What the server calls an access token, or a password. Not needed to read what is public."
    };
    view! {
        <form class="desk-connect" on:submit=submit>
            <header>
                <h2>{if is_new { "Keep this volume somewhere else too" } else { "Change the connection" }}</h2>
                <p>
                    "A remote is a git repository on a server: a copy that outlives this browser, and the place where a team meets. Any git host will do."
                </p>
            </header>
            {text_field("Address", fields.url, "https://github.com/acme/skills.git", "As you would give it to git clone, over https.")}
            {choice_field("Way", fields.way, ways)}
            {dynamic(move || match fields.way.get().as_str() {
                "proxy" => view! {
                    {text_field("Proxy", fields.proxy, "https://proxy.example.org", "")}
                    <div class="desk-warning" role="note">
                        <Icon name="triangle-alert" />
                        <p><strong>"The proxy sees everything."</strong>" All that is sent and fetched passes through it, your token too. Use one that you run yourself, or whose owner you trust with the repository."</p>
                    </div>
                }
                .into_any(),
                "github" => guide::fine_grained_token(),
                _ => ().into_any(),
            })}
            {dynamic(move || (fields.way.with(|way| way != "github")).then(|| text_field("User name", fields.user, "alice", "Only where the server asks for one.")))}
            {secret_field("Token", fields.token, "", token_hint)}
            {choice_field("Keep the token", fields.keep, keeps)}
            {dynamic(move || failure.get().map(|failure| trouble(&failure)))}
            <div class="button-row">
                <button type="submit" class="button button-main" disabled=live(move || busy.get() || fields.url.with(|url| url.trim().is_empty()))>
                    <Icon name="cloud" />
                    {if is_new { "Connect" } else { "Save" }}
                </button>
                {(!is_new).then(|| button(Look::Plain, "", "Cancel", move || desk.remote.editing.set(false)))}
            </div>
        </form>
    }
    .into_any()
}

fn connect(desk: Desk, fields: Fields, busy: RwSignal<bool>, failure: RwSignal<Option<Failure>>) {
    let text = |field: RwSignal<String>| field.get_untracked().trim().to_owned();
    let way = text(fields.way);
    let mut body = json!({
        "volume": desk.volume.get_untracked(),
        "url": text(fields.url),
        "transport": way,
        "keep_token": text(fields.keep),
    });
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            body[name] = Value::from(value);
        }
    };
    if way == "proxy" {
        add("proxy_url", text(fields.proxy));
    }
    if way != "github" {
        add("user_name", text(fields.user));
    }
    add("token", text(fields.token));
    busy.set(true);
    failure.set(None);
    desk.ask("POST", "/volumes/remote".to_owned(), Some(body), move |answered| {
        busy.set(false);
        match answered {
            Ok(_) => {
                desk.remote.editing.set(false);
                desk.remote.remote.set(Loaded::Waiting);
                desk.remote.load(desk);
                desk.refresh();
                desk.say_with("Connected. A sync brings both together", "Sync", move || desk.remote.sync(desk));
            }
            Err(reason) => failure.set(Some(reason)),
        }
    });
}
