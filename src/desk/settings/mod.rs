//! The settings: the theme, the language, panels, keys, and the file that holds them in the person's volume. Found as one types.
//!
//! A choice is kept by this browser at once, and a moment later as `settings.json` (`assets/bridge/settings.ts`), which other devices read.

mod file;
mod keys;

use leptos::prelude::*;

use super::page_facts::is_about;
use super::parts::{Look, button};
use super::state::Desk;
use crate::browser;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::reactive::{live, press};

const THEMES: [(&str, &str, &str); 3] =
    [("System", "monitor", "As the system"), ("Dark", "moon", "Dark"), ("Light", "sun", "Light")];
const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("de", "Deutsch")];
const LANGUAGE_SETTING: &str = "language";

/// All of it, for an element of its own.
pub fn page(desk: Desk) -> AnyView {
    let query = RwSignal::new(String::new());
    let language = RwSignal::new(browser::load_setting(LANGUAGE_SETTING).unwrap_or_else(|| "en".to_owned()));
    let theme = live(move || desk.facts.with(|facts| facts.theme.clone()));
    let themes =
        choices("Theme", THEMES.map(|(value, icon, name)| (value, icon, name)).to_vec(), theme, move |value| {
            desk.calls().tell("theme", value)
        });
    let languages = choices(
        "Language",
        LANGUAGES.map(|(value, name)| (value, "", name)).to_vec(),
        live(move || language.get()),
        move |value| {
            language.set(value.to_owned());
            browser::save_setting(LANGUAGE_SETTING, value);
            desk.calls().settings_changed();
        },
    );
    let reset = button(Look::Plain, "rotate-ccw", "Reset the panels", move || desk.calls().tell("panels", ""));
    let action = |name: &'static str, icon: &'static str| {
        button(Look::Plain, icon, name, move || desk.calls().tell("action", name))
    };
    let about = view! {
        <div class="button-row">{action("Go to help", "book-open")} {action("Take the tour", "lightbulb")}</div>
    };
    let version = view! { <code>{live(move || desk.facts.with(|facts| facts.version.clone()))}</code> };
    let rows: Vec<(&'static str, &'static str, &'static str, AnyView)> = vec![
        ("Theme", "Plots and 3D views follow it.", "appearance dark light colour", themes),
        (
            "Language",
            "Of the workbench's own words. What you and others wrote stays as it is.",
            "sprache deutsch english",
            languages,
        ),
        ("Panels", "This browser remembers their sizes.", "layout width reset", reset),
        (
            "File",
            "All of this stands in settings.json in your volume, and comes along to other devices with it.",
            "export import backup json",
            file::buttons(desk),
        ),
        (
            "Help",
            "How it all works, with no network, and a tour of five steps.",
            "manual guide introduction",
            about.into_any(),
        ),
        (
            "LLMos-Lite",
            "Runs in this page: no server, no account. Work stays in this browser.",
            "version about release",
            version.into_any(),
        ),
    ];
    let rows = rows
        .into_iter()
        .map(|(name, text, also, control)| {
            let hidden = live(move || query.with(|query| !is_about(query, &[name, text, also])));
            view! {
                <section class="setting" hidden=hidden>
                    <div>
                        <h2>{name}</h2>
                        <p>{text}</p>
                    </div>
                    {control}
                </section>
            }
        })
        .collect_view();
    view! {
        <div class="settings-page">
            <header class="settings-head">
                <h1>"Settings"</h1>
                <div class="search">
                    <Icon name="search" />
                    <input
                        type="search"
                        placeholder="Find a setting or a key"
                        aria-label="Find a setting or a key"
                        autocomplete="off"
                        on:input=move |event| query.set(typed(&event))
                    />
                </div>
            </header>
            {rows}
            {keys::section(desk, query)}
        </div>
    }
    .into_any()
}

/// One of a few, beside each other.
fn choices(
    label: &'static str,
    all: Vec<(&'static str, &'static str, &'static str)>,
    chosen: Signal<String>,
    choose: impl Fn(&'static str) + Copy + Send + Sync + 'static,
) -> AnyView {
    let values: Vec<&'static str> = all.iter().map(|(value, ..)| *value).collect();
    // As in every group of this kind arrows choose, and Tab goes by.
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => values.len() - 1,
            _ => return,
        };
        event.prevent_default();
        let now = untrack(|| chosen.get());
        let place = values.iter().position(|value| *value == now).unwrap_or_default();
        choose(values[(place + step) % values.len()]);
        let selector = format!(".choices[aria-label='{label}'] [aria-checked='true']");
        request_animation_frame(move || crate::ui::parts::dom::focus(&selector));
    };
    let buttons = all
        .into_iter()
        .map(|(value, icon, name)| {
            let is_chosen = move || chosen.with(|chosen| chosen == value);
            view! {
                <button
                    type="button"
                    class="choice"
                    role="radio"
                    aria-checked=live(move || is_chosen().to_string())
                    tabindex=live(move || if is_chosen() { "0" } else { "-1" })
                    on:click=press(move || choose(value))
                >
                    {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
                    {name}
                </button>
            }
        })
        .collect_view();
    view! { <div class="choices" role="radiogroup" aria-label=label on:keydown=on_key>{buttons}</div> }.into_any()
}
