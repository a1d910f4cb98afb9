//! Small questions to the page's elements.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The text that a person has typed into the control that an event is from.
pub fn typed(event: &web_sys::Event) -> String {
    let target = event.target();
    if let Some(input) = target.as_ref().and_then(|target| target.dyn_ref::<web_sys::HtmlInputElement>()) {
        return input.value();
    }
    target
        .as_ref()
        .and_then(|target| target.dyn_ref::<web_sys::HtmlTextAreaElement>())
        .map(|area| area.value())
        .unwrap_or_default()
}

/// Whether an event happened where a person types, so that keys belong to the text.
pub fn is_typing(event: &web_sys::Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).is_some_and(|element| {
        element.closest("input, textarea, select, [contenteditable='true']").ok().flatten().is_some()
    })
}

/// Whether an event happened in an element that this selector names, or inside one.
pub fn is_inside(event: &web_sys::Event, selector: &str) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

/// Puts the focus on the first element that the selector names.
pub fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that has just gone cannot be focused, and nothing is lost by that.
        let _ = element.focus();
    }
}

/// Whether the focus is in an element that the selector names.
pub fn is_focused(selector: &str) -> bool {
    document().active_element().is_some_and(|active| active.closest(selector).ok().flatten().is_some())
}

/// Scrolls the first element that the selector names into sight of its panel.
pub fn reveal(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether the window matches a media query now.
pub fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Calls back at once and whenever the answer to a media query changes; lasts as long as the page.
pub fn follow_media(query: &str, on_change: impl Fn(bool) + 'static) {
    let Ok(Some(list)) = window().match_media(query) else { return };
    on_change(list.matches());
    let target: web_sys::EventTarget = list.clone().into();
    gloo::events::EventListener::new(&target, "change", move |_| on_change(list.matches())).forget();
}

/// Takes the focus from whatever has it.
pub fn blur() {
    let active = document().active_element().and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = active {
        // An element that has just gone has no focus to give up.
        let _ = element.blur();
    }
}
