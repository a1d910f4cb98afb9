//! The help: the pages of `docs/` as the build made them (`help.json`), found as one types, and the keys. Needs no network but for itself.

mod data;
pub mod keys;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::data::Loaded;
use super::failure::Failure;
use super::parts::{Look, button, show_loaded};
use super::state::Desk;
use crate::browser;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::reactive::{dynamic, live, press};
use data::{Found, Page, Pages};

/// The page of the keys, which is drawn rather than written.
const KEYS: &str = "keys";

/// The help as it is looked at.
#[derive(Clone, Copy)]
struct Help {
    desk: Desk,
    pages: RwSignal<Loaded<Pages>>,
    /// Which page is open.
    shown: RwSignal<String>,
    /// What is looked for.
    query: RwSignal<String>,
}

/// All of it, for an element of its own.
pub fn page(desk: Desk) -> AnyView {
    let help = Help {
        desk,
        pages: RwSignal::default(),
        shown: RwSignal::new("first-steps".to_owned()),
        query: RwSignal::default(),
    };
    help.read();
    view! {
        <div class="help">
            <nav class="help-side" aria-label="Help pages">
                <div class="search">
                    <Icon name="search" />
                    <input
                        type="search"
                        placeholder="Search the help"
                        aria-label="Search the help"
                        autocomplete="off"
                        prop:value=live(move || help.query.get())
                        on:input=move |event| help.query.set(typed(&event))
                    />
                </div>
                <div class="help-list">{show_loaded(move || help.pages.get(), 10, move || help.read(), move |pages| list(help, pages))}</div>
                <div class="help-foot">
                    {button(Look::Plain, "lightbulb", "Take the tour", move || desk.calls().tell("action", "Take the tour"))}
                </div>
            </nav>
            <div class="help-main" tabindex="-1">{dynamic(move || article(help))}</div>
        </div>
    }
    .into_any()
}

impl Help {
    fn read(self) {
        self.pages.set(Loaded::Waiting);
        browser::spawn(async move {
            self.pages.set(match browser::load_help().await {
                Ok(text) => match Pages::read(&text) {
                    Ok(pages) => Loaded::Ready(pages),
                    Err(error) => Loaded::Failed(Failure::said(format!("The help cannot be read: {error}"))),
                },
                Err(error) => Loaded::Failed(error.into()),
            });
        });
    }

    fn go(self, name: &str) {
        // `share#locked` is a page, and a heading of it.
        let (name, heading) = name.split_once('#').unwrap_or((name, ""));
        self.shown.set(name.to_owned());
        let place = if heading.is_empty() { ".help-main h1".to_owned() } else { format!("#help-{heading}") };
        request_animation_frame(move || {
            let found = document().query_selector(&place).ok().flatten();
            if let Some(element) = found {
                element.scroll_into_view();
            }
        });
    }
}

fn list(help: Help, pages: Pages) -> AnyView {
    dynamic(move || {
        let query = help.query.get();
        if query.trim().is_empty() {
            let rows = pages.pages.iter().map(|page| row(help, &page.name, &page.title)).collect_view();
            return view! { <ul>{rows}{row(help, KEYS, "Keys")}</ul> }.into_any();
        }
        let found = pages.find(&query);
        if found.is_empty() {
            return view! { <p class="empty-note">{format!("No page says “{}”.", query.trim())}</p> }.into_any();
        }
        view! { <ul>{found.into_iter().map(|found| found_row(help, found)).collect_view()}</ul> }.into_any()
    })
}

fn row(help: Help, name: &str, title: &str) -> AnyView {
    let (own, opened) = (name.to_owned(), name.to_owned());
    let current = live(move || help.shown.with(|shown| *shown == own).then_some("page"));
    view! {
        <li>
            <button type="button" class="help-row" aria-current=current on:click=press(move || help.go(&opened))>
                {title.to_owned()}
            </button>
        </li>
    }
    .into_any()
}

fn found_row(help: Help, found: Found) -> AnyView {
    view! {
        <li>
            <button type="button" class="help-row" on:click=press(move || help.go(&found.place))>
                {found.title}
                <small>{found.excerpt}</small>
            </button>
        </li>
    }
    .into_any()
}

fn article(help: Help) -> AnyView {
    let shown = help.shown.get();
    if shown == KEYS {
        let facts = help.desk.facts;
        return view! {
            <article class="prose help-article">
                <h1>"Keys"</h1>
                <p>"On a Mac, Cmd does what Ctrl does here. The settings change what stands in the first list."</p>
                {dynamic(move || keys::list(&facts.get().actions))}
            </article>
        }
        .into_any();
    }
    let page = help.pages.with(|pages| pages.ready()?.pages.iter().find(|page| page.name == shown).cloned());
    let Some(Page { html, .. }) = page else { return ().into_any() };
    // The build made this of our own files, with the renderer that lets no markup through.
    let follow = move |event: leptos::ev::MouseEvent| {
        let link = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = link.and_then(|element| element.closest("a[href^='#help=']").ok().flatten());
        if let Some(target) = link.and_then(|link| link.get_attribute("href")) {
            event.prevent_default();
            help.go(target.trim_start_matches("#help="));
        }
    };
    view! { <article class="prose help-article" lang="en" on:click=follow inner_html=html></article> }.into_any()
}
