//! The palette: skills that run, by category, found as you type; and what was wrong with the library's files.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;

use crate::kernel::canvas::find;
use crate::kernel::diagnostic::{Diagnostic, Severity};
use crate::kernel::order::sorted;
use crate::kernel::skill::Skill;
use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::{self, typed};
use crate::ui::parts::hue;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{Show, dynamic, live, press};
use crate::ui::state::Section;

/// The type under which a dragged skill's id travels.
pub const DRAG_TYPE: &str = "application/x-llmos-skill";

/// The left panel of the work section.
#[component]
pub fn Palette() -> impl IntoView {
    let ui = use_ui();
    let query = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let library = ui.state.library.get();
        query
            .with(|query| find::skills(&library.skills, query))
            .into_iter()
            .filter(|skill| skill.executable.is_some())
            .collect::<Vec<_>>()
    });
    // With a query the best come first; without, categories stand in order.
    let rows = Memo::new(move |_| {
        if query.with(|query| query.trim().is_empty()) { by_category(&found.get()) } else { flat(&found.get()) }
    });
    let ordered = move || {
        rows.get_untracked()
            .into_iter()
            .filter_map(|row| match row {
                Row::Skill(skill) => Some(skill),
                Row::Category(..) => None,
            })
            .collect::<Vec<_>>()
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => active.update(|active| *active = (*active + 1).min(count.saturating_sub(1))),
            "ArrowUp" => active.update(|active| *active = active.saturating_sub(1)),
            "Enter" => {
                if let Some(skill) = ordered().get(active.get_untracked()) {
                    ui.add_skill(&skill.skill_id, None);
                }
            }
            "Escape" if !query.with_untracked(String::is_empty) => query.set(String::new()),
            _ => return,
        }
        event.prevent_default();
        dom::reveal(".palette-list [aria-selected='true']");
    };
    let search = move |event: ev::Event| {
        query.set(typed(&event));
        active.set(0);
    };
    let focused = RwSignal::new(false);
    view! {
        <div class="search">
            <Icon name="search" />
            <input
                type="search"
                id="palette-search"
                placeholder="Find a skill"
                aria-label="Find a skill"
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=live(move || focused.get().then(|| format!("palette-{}", active.get())))
                autocomplete="off"
                spellcheck="false"
                prop:value=live(move || query.get())
                on:input=search
                on:keydown=on_key
                on:focus=move |_| focused.set(true)
                on:blur=move |_| focused.set(false)
            />
        </div>
        <div class="palette-list" id="palette-list" role="listbox" aria-label="Skills that run">
            {dynamic(move || {
                let mut place = 0;
                rows.get()
                    .into_iter()
                    .map(|row| match row {
                        Row::Category(name, count) => {
                            view! {
                                <p class="palette-category" role="presentation">
                                    {name}
                                    <span>{count}</span>
                                </p>
                            }
                                .into_any()
                        }
                        Row::Skill(skill) => {
                            let here = place;
                            place += 1;
                            view! { <PaletteItem skill here active=Signal::derive(move || focused.get() && active.get() == here) /> }.into_any()
                        }
                    })
                    .collect_view()
            })}
            {dynamic(move || (found.with(Vec::is_empty)).then(|| view! { <PaletteEmpty query=query.get() /> }))}
        </div>
        <Problems />
    }
}

#[derive(Clone, PartialEq)]
enum Row {
    Category(String, usize),
    Skill(Arc<Skill>),
}

fn by_category(skills: &[Arc<Skill>]) -> Vec<Row> {
    let name_of = |skill: &Skill| category_name(if skill.category.is_empty() { "other" } else { &skill.category });
    // Skills come by name already, and stay so within their category.
    let skills = sorted(skills.to_vec(), |one, other| name_of(one).cmp(&name_of(other)));
    let mut rows = Vec::new();
    for group in skills.chunk_by(|one, other| name_of(one) == name_of(other)) {
        rows.push(Row::Category(name_of(&group[0]), group.len()));
        rows.extend(group.iter().cloned().map(Row::Skill));
    }
    rows
}

fn flat(skills: &[Arc<Skill>]) -> Vec<Row> {
    skills.iter().cloned().map(Row::Skill).collect()
}

/// A category as it is written: `signal-processing` is Signal processing, `3d-visualization` is 3D visualization.
pub fn category_name(category: &str) -> String {
    let words = category.replace(['-', '_'], " ");
    let mut characters = words.chars();
    let name =
        characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect::<String>());
    name.replace("3d", "3D")
}

#[component]
fn PaletteItem(
    /// What is offered.
    skill: Arc<Skill>,
    /// Its place in the list.
    here: usize,
    /// Whether Enter would add it.
    active: Signal<bool>,
) -> impl IntoView {
    let ui = use_ui();
    let hue = hue::of_skill(skill.executable.as_deref());
    let runtime = hue::name_of(skill.executable.as_deref());
    let (dragged, added) = (skill.skill_id.clone(), skill.skill_id.clone());
    let on_drag = move |event: ev::DragEvent| {
        if let Some(transfer) = event.data_transfer() {
            // Without the data the drop is simply not taken.
            let _ = transfer.set_data(DRAG_TYPE, &dragged);
            transfer.set_effect_allowed("copy");
        }
    };
    view! {
        <div
            class=format!("palette-item {hue}")
            role="option"
            id=format!("palette-{here}")
            aria-selected=live(move || active.get().to_string())
            draggable="true"
            title=format!("{}\n{runtime}. Click to add, or drag onto the canvas.", skill.description)
            on:dragstart=on_drag
            on:click=press(move || {
                ui.add_skill(&added, None);
            })
        >
            <span class="dot" aria-hidden="true"></span>
            <span class="palette-text">
                <span class="palette-name">{skill.name.clone()}</span>
                <span class="palette-description">{skill.description.clone()}</span>
            </span>
        </div>
    }
}

#[component]
fn PaletteEmpty(
    /// What was searched.
    query: String,
) -> impl IntoView {
    let ui = use_ui();
    let ready = move || ui.state.library.with(|library| library.ready);
    view! {
        <div class="empty-note">
            {live(move || match (ready(), query.trim().is_empty()) {
                (false, _) => "Reading the library…".to_owned(),
                (true, true) => "The library has no skills that run.".to_owned(),
                (true, false) => format!("No skill that runs matches “{}”.", query.trim()),
            })}
        </div>
    }
}

/// What was found while the library was read.
#[component]
fn Problems() -> impl IntoView {
    let ui = use_ui();
    let problems = Memo::new(move |_| ui.state.library.with(|library| library.diagnostics.as_ref().clone()));
    let open = RwSignal::new(false);
    let title = live(move || match problems.with(Vec::len) {
        1 => "1 finding in the library".to_owned(),
        count => format!("{count} findings in the library"),
    });
    view! {
        <Show when=live(move || problems.with(|problems| !problems.is_empty()))>
            <section class="problems">
                <button type="button" class="problems-title" aria-expanded=live(move || open.get().to_string()) on:click=press(move || open.update(|open| *open = !*open))>
                    <Icon name="triangle-alert" />
                    {title}
                    <Icon name=Signal::derive(move || if open.get() { "chevron-down" } else { "chevron-up" }) />
                </button>
                <Show when=live(move || open.get())>
                    <ul class="problem-list">
                        {dynamic(move || problems.get().into_iter().map(|diagnostic| view! { <Finding diagnostic /> }).collect_view())}
                    </ul>
                </Show>
            </section>
        </Show>
        <div class="side-foot">
            <button type="button" class="text-button" on:click=press(move || ui.state.chrome.section.set(Section::Skills))>
                <Icon name="book-open" />
                "Read about the skills"
            </button>
            <IconButton
                icon="panel-left"
                label="Fold the palette (Ctrl B)".to_owned()
                on_press=move |()| ui.state.chrome.panels.update(|panels| panels.side_open = false)
            />
        </div>
    }
}

/// One finding: what, where, and what to do.
#[component]
pub fn Finding(
    /// What was found.
    diagnostic: Diagnostic,
) -> impl IntoView {
    let ui = use_ui();
    let node = diagnostic.place.node.clone();
    let is_error = diagnostic.severity == Severity::Error;
    let place = match (&diagnostic.place.path, diagnostic.place.line, &diagnostic.place.node, &diagnostic.place.port) {
        (Some(path), Some(line), ..) => format!("{path}, line {line}"),
        (Some(path), None, ..) => path.clone(),
        (None, _, Some(node), Some(port)) => format!("{node} · {port}"),
        (None, _, Some(node), None) => node.clone(),
        _ => String::new(),
    };
    view! {
        <li class="finding" class:finding-error=is_error>
            <Icon name=if is_error { "circle-x" } else { "triangle-alert" } />
            <div>
                <p class="finding-message">{diagnostic.message.clone()}</p>
                {(!place.is_empty()).then(|| match node {
                    Some(node_id) => view! { <button type="button" class="finding-place finding-link" on:click=press(move || ui.inspect(&node_id))>{place}</button> }.into_any(),
                    None => view! { <p class="finding-place">{place}</p> }.into_any(),
                })}
                {diagnostic.hints.iter().map(|hint| view! { <p class="finding-hint">{hint.clone()}</p> }).collect_view()}
            </div>
        </li>
    }
}
