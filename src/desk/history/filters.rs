//! Which commits are shown: by words, path, person, kind, time and branch.

use leptos::ev;
use leptos::prelude::*;

use super::Filter;
use crate::desk::parts::{Look, button};
use crate::desk::state::Desk;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::reactive::{dynamic, live, press};

const KINDS: [(&str, &str); 6] = [
    ("", "Every kind"),
    ("skill", "Skills"),
    ("workflow", "Workflows"),
    ("trace", "Runs"),
    ("memory", "Memory"),
    ("other", "Other"),
];

/// The field of words, and the others where they are asked for.
pub fn view(desk: Desk) -> AnyView {
    let history = desk.history;
    let filter = history.filter;
    let is_open = history.filters_open;
    view! {
        <div class="desk-filter" role="search">
            <div class="search">
                <Icon name="search" />
                <input
                    type="search"
                    placeholder="Find in messages"
                    aria-label="Find in messages"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=live(move || filter.with(|filter| filter.text.clone()))
                    on:change=move |event| change(desk, |filter| filter.text = typed(&event))
                    on:search=move |event: ev::Event| change(desk, |filter| filter.text = typed(&event))
                />
                <button
                    type="button"
                    class="icon-button"
                    aria-label="More filters"
                    title="More filters"
                    aria-expanded=live(move || is_open.get().to_string())
                    on:click=press(move || is_open.update(|open| *open = !*open))
                >
                    <Icon name="layout-list" />
                    {dynamic(move || {
                        let count = filter.with(Filter::narrowed_by);
                        (count > 0).then(|| view! { <span class="desk-filter-count">{count}</span> })
                    })}
                </button>
            </div>
            {dynamic(move || is_open.get().then(|| fields(desk)))}
        </div>
    }
    .into_any()
}

fn change(desk: Desk, edit: impl FnOnce(&mut Filter)) {
    let mut changed = desk.history.filter.get_untracked();
    edit(&mut changed);
    if desk.history.filter.with_untracked(|filter| *filter != changed) {
        desk.history.forget();
        desk.history.filter.set(changed);
    }
}

type Part = fn(&mut Filter) -> &mut String;

fn fields(desk: Desk) -> AnyView {
    let filter = desk.history.filter;
    let field = move |name: &'static str, kind: &'static str, placeholder: &'static str, part: Part| {
        view! {
            <label class="desk-field">
                <span>{name}</span>
                <input
                    type=kind
                    class="text-input"
                    placeholder=placeholder
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=live(move || part(&mut filter.get()).clone())
                    on:change=move |event| change(desk, |filter| *part(filter) = typed(&event))
                />
            </label>
        }
        .into_any()
    };
    let kinds = KINDS.map(|(key, name)| (key.to_owned(), name.to_owned())).to_vec();
    let branches = move || {
        let mut names = vec![(String::new(), "main".to_owned())];
        desk.history.branches.with(|branches| {
            let others = branches.branches.iter().filter(|branch| branch.name != "main");
            names.extend(others.map(|branch| (branch.name.clone(), branch.name.clone())));
        });
        names
    };
    view! {
        <div class="desk-filter-fields">
            {field("Path", "text", "skills/", |filter| &mut filter.path)}
            {field("By", "text", "a name or an address", |filter| &mut filter.author)}
            {chooser(desk, "Kind", kinds, |filter| &mut filter.kind)}
            {dynamic(move || chooser(desk, "Branch", branches(), |filter| &mut filter.branch))}
            {field("Since", "date", "", |filter| &mut filter.since)}
            {field("Until", "date", "", |filter| &mut filter.until)}
            {dynamic(move || (!filter.with(Filter::is_empty)).then(|| {
                button(Look::Text, "x", "Clear the filters", move || change(desk, |filter| *filter = Filter::default()))
            }))}
        </div>
    }
    .into_any()
}

fn chooser(desk: Desk, name: &'static str, choices: Vec<(String, String)>, part: Part) -> AnyView {
    let filter = desk.history.filter;
    let now = part(&mut filter.get_untracked()).clone();
    let options = choices
        .into_iter()
        .map(|(key, name)| view! { <option value=key.clone() selected=key == now>{name}</option> })
        .collect_view();
    let on_change = move |event: ev::Event| {
        use wasm_bindgen::JsCast;
        let select = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
        if let Some(select) = select {
            change(desk, |filter| *part(filter) = select.value());
        }
    };
    view! {
        <label class="desk-field">
            <span>{name}</span>
            <select class="desk-select" prop:value=live(move || part(&mut filter.get()).clone()) on:change=on_change>{options}</select>
        </label>
    }
    .into_any()
}
