//! Icons: shapes of Lucide from the sprite that the build puts into the page (`assets/build/icons.mjs` lists the names).

use crate::ui::parts::reactive::{live, press};
use leptos::prelude::*;

/// One icon, 16 pixels, hidden from readers: whatever holds it has the name.
#[component]
pub fn Icon(
    /// Lucide's name of the shape.
    #[prop(into)]
    name: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=live(move || format!("#icon-{}", name.get()))></use>
        </svg>
    }
}

/// A button that is only an icon; its label is its name and its tip.
#[component]
pub fn IconButton(
    /// Lucide's name of the shape.
    #[prop(into)]
    icon: Signal<&'static str>,
    /// What the button does, as a verb.
    #[prop(into)]
    label: Signal<String>,
    /// What happens.
    #[prop(into)]
    on_press: Callback<()>,
    /// Whether it can be pressed.
    #[prop(into, optional)]
    disabled: Signal<bool>,
    /// Whether it is a switch that is on.
    #[prop(into, optional)]
    pressed: Option<Signal<bool>>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            title=label
            aria-label=label
            aria-pressed=live(move || pressed.map(|pressed| pressed.get().to_string()))
            disabled=disabled
            on:click=press(move || on_press.run(()))
        >
            <Icon name=icon />
        </button>
    }
}
