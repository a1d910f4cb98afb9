//! The skills that there are, or those that fit what is typed, best first and with the reasons.

use leptos::ev;
use leptos::prelude::*;

use super::data::{Reason, SkillPage, SkillRow};
use super::state::{ROWS, Shown, Skills};
use super::{actions, import};
use crate::desk::parts::{Look, below, button, empty, icon_button, menu_item, show_loaded};
use crate::desk::state::Room;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::{self, typed};
use crate::ui::parts::reactive::{dynamic, live, press};

/// The list, with its search above.
pub fn view(skills: Skills) -> AnyView {
    let Skills { desk, query, .. } = skills;
    let on_input = move |event| {
        query.set(typed(&event));
        skills.rows.set(ROWS);
        skills.look_soon();
    };
    let add = move |event: ev::MouseEvent| {
        let shape = below(&event);
        desk.put_over("Add a skill", shape, move || {
            view! {
                {menu_item(desk, "file-plus", "New skill", move || actions::create(skills))}
                {menu_item(desk, "upload", "Import skills", move || import::open(skills))}
            }
            .into_any()
        });
    };
    view! {
        <aside class="skills-side" aria-label="Skills" on:keydown=move |event| on_key(&event)>
            <div class="skills-head">
                <div class="search">
                    <Icon name="search" />
                    <input
                        type="search"
                        placeholder="Find a skill"
                        aria-label="Find a skill"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=live(move || query.get())
                        on:input=on_input
                    />
                </div>
                <button type="button" class="button button-main skills-add" aria-haspopup="menu" on:click=add>
                    <Icon name="plus" />
                    "Add"
                </button>
            </div>
            {filters(skills)}
            <div class="skills-rows">
                {show_loaded(move || skills.list.get(), 9, move || skills.look(), move |page| rows(skills, page))}
            </div>
        </aside>
    }
    .into_any()
}

/// By volume and by category.
fn filters(skills: Skills) -> AnyView {
    let set = move |signal: RwSignal<String>| {
        move |event: ev::Event| {
            signal.set(event_target_value(&event));
            skills.rows.set(ROWS);
            skills.look();
        }
    };
    let volumes = dynamic(move || {
        let names = skills.desk.stats.with(|stats| {
            let rows = stats.ready().map(|stats| stats.volumes.clone()).unwrap_or_default();
            rows.into_iter().map(|row| (row.volume, row.skills)).collect::<Vec<_>>()
        });
        let option = |(volume, count): (String, u64)| {
            let label = format!("{} ({count})", volume_title(&volume));
            view! { <option value=volume.clone() selected=skills.volume.get_untracked() == volume>{label}</option> }
        };
        names.into_iter().map(option).collect_view()
    });
    let categories = dynamic(move || {
        let option = |name: String| {
            view! { <option value=name.clone() selected=skills.category.get_untracked() == name>{title(&name)}</option> }
        };
        skills.categories.get().into_iter().map(option).collect_view()
    });
    view! {
        <div class="skills-filters">
            <select class="text-input" aria-label="Volume" on:change=set(skills.volume)>
                <option value="">"All volumes"</option>
                {volumes}
            </select>
            <select class="text-input" aria-label="Category" on:change=set(skills.category)>
                <option value="">"All categories"</option>
                {categories}
            </select>
        </div>
    }
    .into_any()
}

fn rows(skills: Skills, page: SkillPage) -> AnyView {
    let is_ranked = skills.query.with_untracked(|query| !query.trim().is_empty());
    if page.skills.is_empty() {
        let clear = move || {
            skills.query.set(String::new());
            skills.volume.set(String::new());
            skills.category.set(String::new());
            skills.look();
        };
        return empty(
            "search",
            "No skill fits",
            "Fewer words find more. Or write the skill that is missing.",
            Some(
                view! {
                    {button(Look::Plain, "x", "Show all", clear)}
                    {button(Look::Main, "file-plus", "New skill", move || actions::create(skills))}
                }
                .into_any(),
            ),
        );
    }
    let shown = page.skills.len() as u64;
    let total = page.total;
    let mut sorted = page.skills;
    if !is_ranked {
        sorted.sort_by_cached_key(|row| (row.category.to_lowercase(), row.name.to_lowercase()));
    }
    let mut group = String::new();
    let rows: Vec<AnyView> = sorted
        .into_iter()
        .map(|row| {
            let heading = (!is_ranked && row.category != group).then(|| {
                group.clone_from(&row.category);
                view! { <p class="palette-category">{title(&row.category)}</p> }
            });
            view! { {heading} {one(skills, row, is_ranked)} }.into_any()
        })
        .collect();
    let more = move || {
        skills.rows.update(|rows| *rows += ROWS);
        skills.look();
    };
    view! {
        {is_ranked.then(|| view! { <p class="skills-count">{words::count(total, "skill")}", best first"</p> })}
        {rows}
        {(shown < total).then(|| view! {
            <div class="skills-more">{button(Look::Plain, "chevron-down", format!("Show more of {}", words::grouped(total)), more)}</div>
        })}
    }
    .into_any()
}

fn one(skills: Skills, row: SkillRow, is_ranked: bool) -> AnyView {
    let me = Shown { skill_id: row.skill_id.clone(), volume: row.volume.clone() };
    let (current, opened) = (me.clone(), me);
    let is_current = live(move || skills.shown.with(|shown| shown.as_ref() == Some(&current)).to_string());
    let shadowed = (!row.shadows.is_empty()).then(|| {
        let names = row.shadows.iter().map(|name| volume_title(name)).collect::<Vec<_>>().join(", ");
        mark("copy-plus", "skills-mark", format!("Shadows {names}"))
    });
    let faulty = (row.findings > 0)
        .then(|| mark("triangle-alert", "skills-mark skills-mark-warning", words::count(row.findings, "finding")));
    let volume = mark(words::volume_icon(&row.volume), "skills-mark", volume_title(&row.volume));
    view! {
        <button
            type="button"
            class=format!("skill-row {}", hue(&row.kind))
            aria-current=is_current
            on:click=press(move || actions::leave(skills, { let opened = opened.clone(); move || skills.open(opened.clone()) }))
        >
            <span class="dot" aria-hidden="true"></span>
            <span class="skill-row-text">
                <span class="skills-row-line">
                    <span class="skill-row-name">{row.name}</span>
                    {faulty} {shadowed} {volume}
                </span>
                <span class="skill-row-about">{row.description}</span>
                {is_ranked.then(|| view! { <span class="skills-reasons">{reasons(&row.reasons)}</span> })}
            </span>
        </button>
    }
    .into_any()
}

/// A small sign, with what it means.
fn mark(icon: &'static str, class: &'static str, text: String) -> AnyView {
    let title = text.clone();
    view! { <span class=class title=title><Icon name=icon /><span class="sr-only">{text}</span></span> }.into_any()
}

/// `name: filter, pass · text: filter`
fn reasons(reasons: &[Reason]) -> String {
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for Reason { field, term } in reasons {
        match parts.iter_mut().find(|(name, _)| name == field) {
            Some((_, terms)) => terms.push(term.clone()),
            None => parts.push((field.clone(), vec![term.clone()])),
        }
    }
    let part = |(field, terms): &(String, Vec<String>)| {
        let name = if field == "body" { "text" } else { field };
        format!("{name}: {}", terms.join(", "))
    };
    parts.iter().map(part).collect::<Vec<_>>().join(" · ")
}

/// Up and down go through the rows, from the search too.
fn on_key(event: &ev::KeyboardEvent) {
    let step: isize = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    if dom::is_inside(event, "select") {
        return;
    }
    event.prevent_default();
    crate::desk::over::move_focus(".skills-rows .skill-row", step);
}

/// The back of a phone: the list again.
pub fn back(skills: Skills) -> AnyView {
    let leave = move || actions::leave(skills, move || skills.shown.set(None));
    let is_phone = live(move || skills.desk.room.get() == Room::Phone);
    dynamic(move || is_phone.get().then(|| icon_button("arrow-left", "All skills", leave)))
}

/// The class that gives the hue of what runs it.
pub fn hue(kind: &str) -> &'static str {
    match kind {
        "python-wasm" => "hue-python",
        "qiskit" => "hue-quantum",
        "javascript" => "hue-javascript",
        "threejs" => "hue-three",
        "spice" => "hue-spice",
        _ => "hue-context",
    }
}

/// `user/alice` as `alice`.
pub fn volume_title(volume: &str) -> String {
    match words::volume_parts(volume) {
        (kind, "") => kind.to_owned(),
        ("User", name) => name.to_owned(),
        (kind, name) => format!("{kind} {name}"),
    }
}

/// `data-analysis` as `Data analysis`.
pub fn title(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
