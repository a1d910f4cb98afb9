//! The file that is open: what it is, what can be done with it, and its content.

use leptos::ev;
use leptos::prelude::*;
use serde_json::json;

use super::{Content, actions, conflict, editor};
use crate::browser;
use crate::desk::data::{Entry, Loaded};
use crate::desk::parts::{Look, button, empty, failed, icon_button, waiting};
use crate::desk::proposals;
use crate::desk::state::Desk;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live, press};

/// The file that is open, or what to do to open one.
pub fn view(desk: Desk) -> AnyView {
    let files = desk.files;
    let path = Memo::new(move |_| files.shown.with(|shown| shown.as_ref().map(|entry| entry.path.clone())));
    dynamic(move || match path.get() {
        None => empty(
            "file-text",
            "Choose a file",
            "Arrows move in the tree, Enter opens, F2 renames, letters jump to a name. What you save becomes a commit that can be taken back.",
            None,
        ),
        Some(path) => view! { {head(desk, &path)} {body(desk, path)} }.into_any(),
    })
}

fn head(desk: Desk, path: &str) -> AnyView {
    let files = desk.files;
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let is_markdown = is_markdown(path);
    let has_draft = Memo::new(move |_| files.draft(desk).is_some());
    let [logged, saved, copied] = std::array::from_fn(|_| path.to_owned());
    let skill_path = is_skill(path).then(|| path.to_owned());
    let size = live(move || files.shown.with(|shown| shown.as_ref().and_then(|entry| entry.bytes).map(words::size)));
    let modes = is_markdown.then(|| {
        let choice = |rendered: bool, name: Signal<&'static str>| {
            view! {
                <button
                    type="button"
                    class="choice"
                    role="radio"
                    aria-checked=live(move || (files.rendered.get() == rendered).to_string())
                    on:click=press(move || files.rendered.set(rendered))
                >
                    {move || name.get()}
                </button>
            }
        };
        let source = live(move || if desk.is_writable() { "Edit" } else { "Source" });
        view! { <div class="choices" role="radiogroup" aria-label="How it is shown">{choice(true, live(|| "Read"))}{choice(false, source)}</div> }
    });
    view! {
        <header class="desk-file-head">
            <span class="desk-back">{icon_button("arrow-left", "All files", move || desk.reading.set(false))}</span>
            <div class="desk-file-name">
                <h2><span class="desk-file-folder">{folder}</span>{name.to_owned()}</h2>
                <p>
                    {move || size.get()}
                    {dynamic(move || has_draft.get().then(|| view! { <span class="desk-unsaved">"Changed, not saved"</span> }))}
                    {dynamic(move || (!desk.is_writable()).then(|| view! { <span class="desk-tag"><Icon name="lock" />"read only"</span> }))}
                </p>
            </div>
            {modes}
            {dynamic(move || skill_path.clone().map(|path| skill_action(desk, path)))}
            {icon_button("history", "History of this file", move || actions::show_history(desk, &logged))}
            {icon_button("copy", "Copy the path", move || desk.copy(&copied, "The path is on the clipboard"))}
            {icon_button("download", "Download the file", move || download(desk, &saved))}
        </header>
    }
    .into_any()
}

/// What a skill invites to: proposing it to others, or making it one's own where it cannot be written to.
fn skill_action(desk: Desk, path: String) -> AnyView {
    let is_own = desk.volume.with(|volume| volume.starts_with("user/"));
    if is_own {
        return button(Look::Plain, "git-pull-request", "Propose…", move || propose(desk, &path));
    }
    if desk.is_writable() {
        return ().into_any();
    }
    button(Look::Plain, "copy-plus", "Edit a copy of mine", move || copy_to_own(desk, &path))
}

fn propose(desk: Desk, path: &str) {
    let text = desk.files.content.with_untracked(|content| match content {
        Loaded::Ready(Content::Text(text)) => text.clone(),
        _ => String::new(),
    });
    proposals::open_dialog(desk, &skill_id(path, &text));
}

/// The id that a skill gives itself, or has by its name.
fn skill_id(path: &str, text: &str) -> String {
    let front_matter = text.split("\n---").next().unwrap_or_default();
    let named = front_matter.lines().find_map(|line| line.strip_prefix("skill_id:"));
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".md");
    named
        .map(|id| id.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|id| !id.is_empty())
        .unwrap_or(stem.to_owned())
}

/// Puts the file into the person's own volume and opens it there; from there it can be proposed.
fn copy_to_own(desk: Desk, path: &str) {
    let own =
        desk.people.with_untracked(|people| people.ready().map(|people| format!("user/{}", people.current.user_id)));
    let text = desk.files.content.with_untracked(|content| match content {
        Loaded::Ready(Content::Text(text)) => Some(text.clone()),
        _ => None,
    });
    let (Some(own), Some(text)) = (own, text) else { return };
    let from = desk.volume.get_untracked();
    let body = json!({ "content": text, "message": format!("Copy {path} from {from}") });
    let call = format!("/volumes/file?volume={}&path={}", words::encoded(&own), words::encoded(path));
    let path = path.to_owned();
    desk.ask("PUT", call, Some(body), move |answered| match answered {
        Ok(_) => {
            desk.open_volume(&own);
            desk.files.rendered.set(false);
            desk.files.open_path(desk, &path);
            desk.refresh();
            desk.say("This is your own copy. It takes the place of the other for you; propose it when it is right");
        }
        Err(failure) => desk.complain(&failure),
    });
}

fn download(desk: Desk, path: &str) {
    let (calls, volume, path) = (desk.calls(), desk.volume.get_untracked(), path.to_owned());
    browser::spawn(async move {
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        let saved = match calls.bytes(&volume, &path, "main").await {
            Ok(bytes) => calls.save_file(&name, &bytes),
            Err(error) => Err(error),
        };
        match saved {
            Ok(()) => desk.say(format!("{name} is in your downloads")),
            Err(error) => desk.complain(&error.into()),
        }
    });
}

fn body(desk: Desk, path: String) -> AnyView {
    let files = desk.files;
    let filled = files.filled;
    dynamic(move || {
        filled.track();
        // Saving puts the new text into the content without filling the editor anew.
        let content = if files.content.with(|content| *content == Loaded::Waiting) {
            Loaded::Waiting
        } else {
            files.content.get_untracked()
        };
        let entry = files.shown.get_untracked().unwrap_or_default();
        match content {
            Loaded::Waiting => waiting(9),
            Loaded::Failed(failure) => failed(&failure, move || files.open(desk, entry.clone())),
            Loaded::Ready(Content::Picture(address, bytes)) => picture(desk, address, bytes, &entry),
            Loaded::Ready(Content::Binary(bytes)) => empty(
                "file",
                format!("{} that is no text", words::size(bytes as u64)),
                "It cannot be shown here. Download it to look at it with what made it.",
                None,
            ),
            Loaded::Ready(Content::Text(_)) if is_markdown(&path) => {
                dynamic(move || if files.rendered.get() { rendered(desk) } else { editing(desk) })
            }
            Loaded::Ready(Content::Text(_)) => editing(desk),
        }
    })
}

fn editing(desk: Desk) -> AnyView {
    view! { {conflict::notice(desk)} {editor::view(desk)} }.into_any()
}

/// Markdown as it reads, with what was typed and not saved.
fn rendered(desk: Desk) -> AnyView {
    let html = RwSignal::new(Loaded::<String>::Waiting);
    let text = editor::text(desk);
    let (front_matter, prose) = split_front_matter(&text);
    let calls = desk.calls();
    let prose = prose.to_owned();
    browser::spawn(async move {
        html.set(match calls.markdown(&prose).await {
            Ok(html) => Loaded::Ready(html),
            Err(error) => Loaded::Failed(error.into()),
        });
    });
    let facts =
        front_matter.map(|text| view! { <pre class="desk-front" aria-label="Front matter">{text.to_owned()}</pre> });
    view! {
        <div class="desk-reading" tabindex="0" aria-label="The text" on:dblclick=move |_: ev::MouseEvent| desk.files.rendered.set(false)>
            <article class="desk-prose">
                {facts}
                {dynamic(move || match html.get() {
                    Loaded::Waiting => waiting(6),
                    Loaded::Failed(failure) => failed(&failure, move || desk.files.rendered.set(false)),
                    // The kernel lets no markup of the source through, only what it made of Markdown.
                    Loaded::Ready(html) => view! { <div class="prose" inner_html=html></div> }.into_any(),
                })}
            </article>
        </div>
        {editor::commit_bar(desk)}
    }
    .into_any()
}

/// The lines between the first two `---`, and the text after them.
fn split_front_matter(text: &str) -> (Option<&str>, &str) {
    let parts = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---"));
    match parts {
        Some((front, prose)) => (Some(front), prose.trim_start_matches('-').trim_start()),
        None => (None, text),
    }
}

fn picture(desk: Desk, address: String, bytes: usize, entry: &Entry) -> AnyView {
    let name = entry.name.clone();
    let extent = RwSignal::new(String::new());
    let forgotten = address.clone();
    on_cleanup(move || desk.calls().forget_picture(&forgotten));
    let measure = move |event: ev::Event| {
        use wasm_bindgen::JsCast;
        let image = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let number = |name: &str| {
            let image: &wasm_bindgen::JsValue = image.as_ref()?;
            js_sys::Reflect::get(image, &name.into()).ok()?.as_f64()
        };
        if let (Some(width), Some(height)) = (number("naturalWidth"), number("naturalHeight")) {
            extent.set(format!("{width} × {height} pixels · "));
        }
    };
    view! {
        <figure class="desk-picture">
            <img src=address alt=name on:load=measure />
            <figcaption>{move || extent.get()}{words::size(bytes as u64)}</figcaption>
        </figure>
    }
    .into_any()
}

fn is_markdown(path: &str) -> bool {
    path.ends_with(".md")
}

fn is_skill(path: &str) -> bool {
    path.starts_with("skills/") && is_markdown(path)
}
