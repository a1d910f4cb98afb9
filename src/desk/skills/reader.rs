//! One skill: what it is, where it is, and then its text to read, its file to change, or what happened to it.

use leptos::prelude::*;
use serde_json::Value;

use super::data::{PortRow, Runs, SkillDetail};
use super::list::{back, hue, title, volume_title};
use super::state::{Shown, Side, Skills};
use super::{actions, editor, history};
use crate::desk::parts::{Look, below, button, empty, menu_item, show_loaded};
use crate::desk::words;
use crate::kernel::skill::{Language, PortType};
use crate::ui::parts::Icon;
use crate::ui::parts::code::CodeListing;
use crate::ui::parts::port_mark::PortMark;
use crate::ui::parts::reactive::{dynamic, live, press};

/// The skill that is open.
pub fn view(skills: Skills) -> AnyView {
    let shown = Memo::new(move |_| skills.shown.get());
    view! {
        <div class="skills-main" tabindex="-1">
            {dynamic(move || match shown.get() {
                None => empty(
                    "library",
                    "Choose a skill",
                    "It shows what it does, what it takes and what it gives. What a model is told of your question are the skills that fit it best.",
                    None,
                ),
                Some(shown) => show_loaded(
                    move || skills.detail.get(),
                    12,
                    move || skills.read(),
                    move |detail| one(skills, shown.clone(), detail),
                ),
            })}
        </div>
    }
    .into_any()
}

fn one(skills: Skills, shown: Shown, detail: SkillDetail) -> AnyView {
    let side = skills.side;
    let row = &detail.row;
    let kind = kind_name(&row.kind, &row.format);
    let shadows = (!row.shadows.is_empty()).then(|| {
        let names = row.shadows.iter().map(|volume| volume_title(volume)).collect::<Vec<_>>().join(" and of ");
        view! { <span class="badge" title="The nearest counts: yours before your team's, and that before the system's">{format!("in place of that of {names}")}</span> }
    });
    let head = view! {
        <header class="skills-title">
            {back(skills)}
            <div class="skills-title-text">
                <h1>{row.name.clone()}</h1>
                <p class="reader-line">
                    <span class="badge">{kind}</span>
                    <span class="badge">{title(&row.category)}</span>
                    <span class="badge"><Icon name=words::volume_icon(&row.volume) />{volume_title(&row.volume)}</span>
                    {shadows}
                </p>
            </div>
            {tools(skills, &shown, &detail)}
        </header>
    };
    let tab = |to: Side, icon: &'static str, name: &'static str| {
        let go = move || {
            let was_writing = side.get_untracked() == Side::Edit && to != Side::Edit;
            if to == Side::History {
                skills.read_history();
            }
            side.set(to);
            if was_writing {
                // What was saved meanwhile is drawn now.
                skills.detail.notify();
            }
        };
        view! {
            <button type="button" role="tab" class="skills-tab" aria-selected=live(move || (side.get() == to).to_string()) on:click=press(go)>
                <Icon name=icon />
                {name}
            </button>
        }
    };
    let edit = if detail.writable { "Edit" } else { "Source" };
    let hue = hue(&row.kind);
    let shown_now = shown.clone();
    let content = dynamic(move || match side.get() {
        Side::Read => read(&detail),
        Side::Edit => editor::view(skills, detail.clone()),
        Side::History => history::view(skills, shown_now.clone(), detail.path.clone(), detail.writable),
    });
    view! {
        <article class=format!("skills-one {hue}")>
            {head}
            <div class="skills-tabs" role="tablist" aria-label="Of this skill">
                {tab(Side::Read, "book-open", "Read")}
                {tab(Side::Edit, "pencil", edit)}
                {tab(Side::History, "history", "History")}
            </div>
            {content}
        </article>
    }
    .into_any()
}

fn tools(skills: Skills, shown: &Shown, detail: &SkillDetail) -> AnyView {
    let desk = skills.desk;
    let on_canvas = detail.runs.is_some().then(|| {
        let id = shown.skill_id.clone();
        button(Look::Main, "plus", "Add to canvas", move || desk.calls().tell("add-skill", &id))
    });
    let (shown, detail) = (shown.clone(), detail.clone());
    let more = move |event: leptos::ev::MouseEvent| {
        let (shown, detail) = (shown.clone(), detail.clone());
        desk.put_over("What can be done with this skill", below(&event), move || {
            let [copied, renamed, exported, deleted, linked] = std::array::from_fn(|_| shown.clone());
            let [of_copy, of_delete] = std::array::from_fn(|_| detail.clone());
            let own = detail.writable.then(|| view! {
                {menu_item(desk, "pencil", "Rename", move || actions::rename(skills, &renamed))}
                {menu_item(desk, "trash-2", "Delete", move || actions::delete(skills, &deleted, &of_delete))}
            });
            view! {
                {menu_item(desk, "copy-plus", "Duplicate", move || actions::duplicate(skills, &copied, &of_copy))}
                {menu_item(desk, "download", "Export for other programs", move || actions::export(skills, &exported))}
                {menu_item(desk, "copy", "Copy its id", move || desk.copy(&linked.skill_id, "Its id is on the clipboard"))}
                {own}
            }
            .into_any()
        });
    };
    view! {
        <div class="skills-tools">
            {on_canvas}
            <button type="button" class="icon-button" aria-label="More" title="More" aria-haspopup="menu" on:click=more>
                <Icon name="ellipsis" />
            </button>
        </div>
    }
    .into_any()
}

fn read(detail: &SkillDetail) -> AnyView {
    let findings = (!detail.diagnostics.is_empty()).then(|| editor::findings(&detail.diagnostics, None));
    let keywords =
        detail.keywords.iter().map(|keyword| view! { <span class="keyword">{keyword.clone()}</span> }).collect_view();
    let files = (!detail.files.is_empty()).then(|| {
        let rows = detail
            .files
            .iter()
            .map(|file| view! { <li><Icon name="file" /><code>{file.clone()}</code></li> })
            .collect_view();
        view! { <section><h2>"Files of this skill"</h2><ul class="skills-files">{rows}</ul></section> }
    });
    let code = detail.runs.as_ref().map(|runs| {
        let language = Language::from_fence(&runs.language).unwrap_or(Language::Python);
        view! { <section><h2>"Code"</h2><CodeListing code=runs.code.clone() language marked=None /></section> }
    });
    view! {
        <div class="skills-read">
            <p class="reader-about">{detail.row.description.clone()}</p>
            {findings}
            {detail.runs.as_ref().map(ports)}
            // The kernel lets no markup of the source through, only what it made of Markdown.
            <div class="prose" inner_html=detail.html.clone()></div>
            {code}
            {files}
            <p class="keywords">{keywords}</p>
            <p class="skills-path"><code>{detail.path.clone()}</code></p>
        </div>
    }
    .into_any()
}

fn ports(runs: &Runs) -> AnyView {
    view! {
        {port_table("Takes", &runs.inputs, true)}
        {port_table("Gives", &runs.outputs, false)}
    }
    .into_any()
}

fn port_table(name: &'static str, ports: &[PortRow], with_default: bool) -> AnyView {
    if ports.is_empty() {
        return ().into_any();
    }
    let row = |port: &PortRow| {
        let kind = PortType::from_name(&port.kind).unwrap_or_default();
        let default = port.default.as_ref().map_or_else(|| "needed".to_owned(), short);
        let unit = if port.unit.is_empty() { String::new() } else { format!(", {}", port.unit) };
        view! {
            <tr>
                <td class="port-cell"><PortMark kind /><code>{port.name.clone()}</code></td>
                <td>{kind.name()}{unit}</td>
                {with_default.then(|| view! { <td class="default-cell">{default}</td> })}
                <td class="about-cell">{port.description.clone()}</td>
            </tr>
        }
    };
    view! {
        <section class="port-section">
            <h2>{name}</h2>
            <table class="ports-table"><tbody>{ports.iter().map(row).collect_view()}</tbody></table>
        </section>
    }
    .into_any()
}

fn short(value: &Value) -> String {
    const LONGEST: usize = 32;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text.chars().count() > LONGEST { text.chars().take(LONGEST).chain(['…']).collect() } else { text }
}

fn kind_name(kind: &str, format: &str) -> &'static str {
    match (kind, format) {
        ("python-wasm", _) => "Python",
        ("qiskit", _) => "Quantum",
        ("javascript", _) => "JavaScript",
        ("threejs", _) => "Three.js",
        ("spice", _) => "SPICE",
        (_, "agent") => "Agent skill",
        _ => "Guide",
    }
}
