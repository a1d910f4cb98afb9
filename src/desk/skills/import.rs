//! Skills from elsewhere: chosen, pasted or fetched, then looked at, and only then kept.

use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;

use super::actions;
use super::data::{Import, Imported};
use super::editor::findings;
use super::list::volume_title;
use super::state::Skills;
use crate::browser::{self, JsError, Parcel};
use crate::desk::data::Read;
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, area_field, button, button_when, icon_button, text_field, trouble};
use crate::desk::state::{Shape, read_answer};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::reactive::{dynamic, live};

/// What is on its way: the parcel, and what the volumes say of it.
#[derive(Clone)]
struct Review {
    parcel: StoredValue<Parcel, LocalStorage>,
    found: Import,
}

#[derive(Clone, Copy)]
struct Dialog {
    skills: Skills,
    volume: RwSignal<String>,
    text: RwSignal<String>,
    address: RwSignal<String>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    review: RwSignal<Option<Review>>,
    /// The ids that are not wanted.
    left_out: RwSignal<Vec<String>>,
}

/// Opens the dialog with something that is on its way from elsewhere.
pub fn open_with(skills: Skills, bring: impl Future<Output = Result<Parcel, JsError>> + 'static) {
    open_dialog(skills).look(bring);
}

/// Opens the dialog.
pub fn open(skills: Skills) {
    open_dialog(skills);
}

fn open_dialog(skills: Skills) -> Dialog {
    let desk = skills.desk;
    let own = skills.writable_volumes().into_iter().next().unwrap_or_default();
    let dialog = desk.rooted(|| Dialog {
        skills,
        volume: RwSignal::new(own),
        text: RwSignal::default(),
        address: RwSignal::default(),
        busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        review: RwSignal::new(None),
        left_out: RwSignal::default(),
    });
    desk.put_over("Import skills", Shape::Dialog("small"), move || {
        view! {
            <div class="desk-form skills-import">
                <div class="modal-head">
                    <h2>"Import skills"</h2>
                    {icon_button("x", "Close", move || desk.close_over())}
                </div>
                <div class="modal-body">
                    {dynamic(move || match dialog.review.get() {
                        None => sources(dialog),
                        Some(review) => reviewed(dialog, review),
                    })}
                    {dynamic(move || dialog.failure.get().map(|failure| trouble(&failure)))}
                    {dynamic(move || dialog.busy.get().then(|| view! { <p class="skills-busy" role="status"><span class="spinner" aria-hidden="true"></span>"Looking at what came…"</p> }))}
                </div>
            </div>
        }
        .into_any()
    });
    dialog
}

fn sources(dialog: Dialog) -> AnyView {
    let files = NodeRef::<Input>::new();
    let folder = NodeRef::<Input>::new();
    // Not among the attributes that Leptos knows.
    folder.on_load(|input| {
        let _ = input.set_attribute("webkitdirectory", "");
    });
    let chosen = move |input: NodeRef<Input>| {
        move |_: ev::Event| {
            let Some(files) = input.get_untracked().and_then(|input| input.files()).filter(|files| files.length() > 0)
            else {
                return;
            };
            dialog.look(async move { Parcel::of_files(&files).await });
        }
    };
    let drop = move |event: ev::DragEvent| {
        event.prevent_default();
        let dropped = event.data_transfer().and_then(|data| data.files()).filter(|files| files.length() > 0);
        if let Some(files) = dropped {
            dialog.look(async move { Parcel::of_files(&files).await });
        }
    };
    let volumes = dialog.skills.writable_volumes();
    let into = (volumes.len() > 1).then(|| {
        let option = |volume: &String| view! { <option value=volume.clone()>{volume_title(volume)}</option> };
        view! {
            <label class="desk-field">
                <span>"Into"</span>
                <select class="text-input" on:change=move |event| dialog.volume.set(typed(&event))>{volumes.iter().map(option).collect_view()}</select>
            </label>
        }
    });
    let has_text = live(move || !dialog.busy.get() && dialog.text.with(|text| !text.trim().is_empty()));
    let has_address = live(move || !dialog.busy.get() && dialog.address.with(|text| !text.trim().is_empty()));
    let look_at_text = move || {
        let files = serde_json::json!({ "files": [{ "path": "", "content": dialog.text.get_untracked() }] });
        dialog.look(async move { Ok(Parcel::text(&files.to_string())) });
    };
    let look_at_address = move || {
        let address = dialog.address.get_untracked();
        dialog.look(async move { Parcel::of_address(&address).await });
    };
    view! {
        <div class="skills-drop" on:drop=drop on:dragover=move |event| event.prevent_default()>
            <Icon name="upload" />
            <p>"Drop a zip, a .skill file, Markdown files or a folder's files here"</p>
            <div class="skills-drop-choices">
                <label class="button">"Choose files"<input class="sr-only" type="file" multiple="" accept=".zip,.skill,.md,.markdown" node_ref=files on:change=chosen(files) /></label>
                <label class="button">"Choose a folder"<input class="sr-only" type="file" node_ref=folder on:change=chosen(folder) /></label>
            </div>
        </div>
        {text_field("From an address", dialog.address, "https://github.com/anthropics/skills/tree/main/skills/pdf", "A file, a zip, or a page of GitHub that shows a skill, a folder of skills or a repository.")}
        <div class="skills-import-go">{button_when(Look::Plain, "cloud", "Fetch", has_address, look_at_address)}</div>
        {area_field("Or paste one", dialog.text, "6", "The whole file, with the lines of --- around its front matter.")}
        <div class="skills-import-go">{button_when(Look::Plain, "search", "Look at it", has_text, look_at_text)}</div>
        {into}
        <p class="skills-note">"Nothing is kept before you have seen what came. A skill is words for a model and code that runs without network and without your files: read it before you trust it."</p>
    }
    .into_any()
}

fn reviewed(dialog: Dialog, review: Review) -> AnyView {
    let rows = review.found.imported.iter().map(|row| one(dialog, row)).collect_view();
    let skipped = (!review.found.skipped.is_empty()).then(|| {
        let rows = review.found.skipped.iter().map(|row| {
            let path = if row.path.is_empty() { "The text".to_owned() } else { row.path.clone() };
            view! { <li><code>{path}</code><small>{row.reason.clone()}</small></li> }
        });
        view! {
            <section>
                <h3>{format!("Left out: {}", words::count(review.found.skipped.len() as u64, "file"))}</h3>
                <ul class="skills-skipped">{rows.collect_view()}</ul>
            </section>
        }
    });
    let ids: Vec<String> = review.found.imported.iter().map(|row| row.skill_id.clone()).collect();
    let none = ids.is_empty();
    let wanted = live({
        let ids = ids.clone();
        move || ids.iter().filter(|id| dialog.left_out.with(|out| !out.contains(id))).cloned().collect::<Vec<_>>()
    });
    let can = live(move || !dialog.busy.get() && wanted.with(|wanted| !wanted.is_empty()));
    let parcel = review.parcel;
    let keep = move || dialog.keep(parcel.get_value(), &wanted.get_untracked());
    let back = move || {
        dialog.review.set(None);
        dialog.failure.set(None);
    };
    view! {
        {none.then(|| view! { <p>"There is no skill in what came."</p> })}
        <ul class="skills-review">{rows}</ul>
        {skipped}
        <div class="desk-form-foot skills-review-foot">
            {button(Look::Plain, "arrow-left", "Back", back)}
            {(!none).then(|| view! {
                {dynamic(move || {
                    let count = words::count(wanted.with(Vec::len) as u64, "skill");
                    button_when(Look::Main, "check", format!("Keep {count}"), can, keep)
                })}
            })}
        </div>
    }
    .into_any()
}

fn one(dialog: Dialog, row: &Imported) -> AnyView {
    let (is, set) = (row.skill_id.clone(), row.skill_id.clone());
    let toggle = move |_| {
        dialog.left_out.update(|out| {
            if out.contains(&set) {
                out.retain(|id| *id != set);
            } else {
                out.push(set.clone());
            }
        });
    };
    let format = match row.format.as_str() {
        "agent" => "Agent skill",
        "executable" => "Runs",
        _ => "Guide",
    };
    let replaces = row
        .replaces
        .clone()
        .map(|path| view! { <span class="badge badge-warning">{format!("replaces {path}")}</span> });
    view! {
        <li>
            <label class="desk-option">
                <input type="checkbox" prop:checked=live(move || dialog.left_out.with(|out| !out.contains(&is))) on:change=toggle />
                <span>
                    <strong>{row.name.clone()}</strong>
                    <small>{row.path.clone()}</small>
                    <span class="reader-line"><span class="badge">{format}</span>{replaces}</span>
                </span>
            </label>
            {(!row.diagnostics.is_empty()).then(|| findings(&row.diagnostics, None))}
        </li>
    }
    .into_any()
}

impl Dialog {
    /// Asks the volumes what they make of it; nothing is kept.
    fn look(self, bring: impl Future<Output = Result<Parcel, JsError>> + 'static) {
        self.begin();
        let call = format!("/import/skills?dry_run=true&volume={}", words::encoded(&self.volume.get_untracked()));
        let calls = self.skills.desk.calls();
        browser::spawn(async move {
            let looked = async {
                let parcel = bring.await.map_err(Failure::from)?;
                let answer = calls.post(&call, &parcel).await.map_err(Failure::from)?;
                Ok(Review {
                    found: Import::read(&read_answer(&answer)?),
                    parcel: self.skills.desk.rooted(|| StoredValue::new_local(parcel)),
                })
            };
            match looked.await {
                Ok(review) => {
                    self.left_out.set(Vec::new());
                    self.review.set(Some(review));
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
            self.busy.set(false);
        });
    }

    /// Keeps those that are wanted, as one commit.
    fn keep(self, parcel: Parcel, wanted: &[String]) {
        self.begin();
        let volume = self.volume.get_untracked();
        let only = words::encoded(&wanted.join(","));
        let call = format!("/import/skills?volume={}&only={only}", words::encoded(&volume));
        let (skills, first) = (self.skills, wanted.first().cloned().unwrap_or_default());
        let count = words::count(wanted.len() as u64, "skill");
        browser::spawn(async move {
            let kept = skills.desk.calls().post(&call, &parcel).await.map_err(Failure::from);
            match kept.and_then(|answer| read_answer(&answer)) {
                Ok(answer) => {
                    skills.desk.close_over();
                    actions::offer_undo(skills, volume, format!("{count} imported"), &answer);
                    skills.look();
                    skills.open_by_id(&first);
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
            self.busy.set(false);
        });
    }

    fn begin(self) {
        self.busy.set(true);
        self.failure.set(None);
    }
}
