//! The way over from the old llmos: its folders are dropped, what would come over and what stays behind is shown, then kept as one commit.

use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;

use super::data::{LeftOut, Migrated, Migration};
use super::state::Evolution;
use crate::browser::{self, JsError, Parcel};
use crate::desk::data::Read;
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button, icon_button, trouble};
use crate::desk::state::read_answer;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::dynamic;

/// What was dropped, and what would become of it.
#[derive(Clone)]
struct Looked {
    parcel: StoredValue<Parcel, LocalStorage>,
    found: Migration,
    is_kept: bool,
}

#[derive(Clone, Copy)]
struct Way {
    evolution: Evolution,
    looked: RwSignal<Option<Looked>>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
}

/// The place to drop it, and then the report.
pub fn view(evolution: Evolution) -> AnyView {
    let way = Way { evolution, looked: RwSignal::new(None), failure: RwSignal::new(None), busy: RwSignal::new(false) };
    view! {
        {dynamic(move || match way.looked.get() {
            None => place(way),
            Some(looked) => report(way, looked),
        })}
        {dynamic(move || way.failure.get().map(|failure| trouble(&failure)))}
        {dynamic(move || way.busy.get().then(|| view! { <p class="skills-busy" role="status"><span class="spinner" aria-hidden="true"></span>"Reading what came…"</p> }))}
    }
    .into_any()
}

fn place(way: Way) -> AnyView {
    let files = NodeRef::<Input>::new();
    let folder = NodeRef::<Input>::new();
    // Not among the attributes that Leptos knows.
    folder.on_load(|input| {
        let _ = input.set_attribute("webkitdirectory", "");
    });
    let take = move |files: web_sys::FileList| {
        if files.length() > 0 {
            way.look(async move { Parcel::of_files(&files).await });
        }
    };
    let chosen = move |input: NodeRef<Input>| {
        move |_: ev::Event| {
            if let Some(files) = input.get_untracked().and_then(|input| input.files()) {
                take(files);
            }
        }
    };
    let drop = move |event: ev::DragEvent| {
        event.prevent_default();
        if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
            take(files);
        }
    };
    view! {
        <div class="skills-drop" on:drop=drop on:dragover=move |event| event.prevent_default()>
            <Icon name="upload" />
            <p>"Drop a zip of your old workspace here: its traces come over as traces, its agents as skills. Everything that stays behind is listed, and nothing is kept before you have seen the list."</p>
            <div class="skills-drop-choices">
                <label class="button">"Choose a zip"<input class="sr-only" type="file" multiple="" accept=".zip,.md,.json" node_ref=files on:change=chosen(files) /></label>
                <label class="button">"Choose a folder"<input class="sr-only" type="file" node_ref=folder on:change=chosen(folder) /></label>
            </div>
        </div>
    }
    .into_any()
}

fn report(way: Way, looked: Looked) -> AnyView {
    let Looked { parcel, found, is_kept } = looked;
    let come = words::count(found.imported.len() as u64, "file");
    let stay = words::count(found.skipped.len() as u64, "file");
    let imported = found
        .imported
        .iter()
        .map(|row: &Migrated| {
            view! { <li><span><code>{row.path.clone()}</code></span><small>"to "{row.to.clone()}{row.note.clone().map(|note| format!(" · {note}"))}</small></li> }
        })
        .collect_view();
    let skipped = found
        .skipped
        .iter()
        .map(|row: &LeftOut| view! { <li><span><code>{row.path.clone()}</code></span><small>{row.reason.clone()}</small></li> })
        .collect_view();
    let none = found.imported.is_empty();
    let title = if is_kept { format!("{come} came over, in one commit") } else { format!("{come} would come over") };
    view! {
        <div class="evo-report">
            <div class="evo-report-head">
                <strong>{title}</strong>
                {icon_button("x", "Put away", move || way.looked.set(None))}
            </div>
            <ul class="evo-lines">{imported}</ul>
            {(!found.skipped.is_empty()).then(|| view! {
                <strong>{format!("{stay} stay behind")}</strong>
                <ul class="evo-lines">{skipped}</ul>
            })}
            {(!is_kept && !none).then(|| button(Look::Main, "check", format!("Bring {come} over"), move || way.keep(parcel)))}
        </div>
    }
    .into_any()
}

impl Way {
    /// Asks what would come over; nothing is kept.
    fn look(self, bring: impl Future<Output = Result<Parcel, JsError>> + 'static) {
        self.begin();
        browser::spawn(async move {
            match bring.await {
                Ok(parcel) => {
                    let parcel = self.evolution.desk.rooted(|| StoredValue::new_local(parcel));
                    self.send(parcel, "?dry_run=true", false).await;
                }
                Err(error) => self.failure.set(Some(error.into())),
            }
            self.busy.set(false);
        });
    }

    /// Brings it over.
    fn keep(self, parcel: StoredValue<Parcel, LocalStorage>) {
        self.begin();
        browser::spawn(async move {
            self.send(parcel, "", true).await;
            self.busy.set(false);
            self.evolution.read();
        });
    }

    async fn send(self, parcel: StoredValue<Parcel, LocalStorage>, query: &str, is_kept: bool) {
        let calls = self.evolution.desk.calls();
        let sent = calls.post(&format!("/import/llmos{query}"), &parcel.get_value()).await.map_err(Failure::from);
        match sent.and_then(|answer| read_answer(&answer)) {
            Ok(answer) => self.looked.set(Some(Looked { parcel, found: Migration::read(&answer), is_kept })),
            Err(failure) => self.failure.set(Some(failure)),
        }
    }

    fn begin(self) {
        self.busy.set(true);
        self.failure.set(None);
    }
}
