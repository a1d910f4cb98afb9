//! The controls in the stage's corner: zoom, fit, tidy.

use leptos::prelude::*;

use crate::ui::context::use_ui;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{live, press};

/// Zoom out, the zoom, zoom in, fit, tidy.
#[component]
pub fn Controls() -> impl IntoView {
    let ui = use_ui();
    let percent = live(move || format!("{:.0} %", ui.state.chrome.view.with(|view| view.zoom) * 100.0));
    view! {
        <div class="controls" data-control="" role="toolbar" aria-label="View of the canvas">
            <IconButton icon="minus" label="Zoom out (-)".to_owned() on_press=move |()| ui.zoom(0.8) />
            <button type="button" class="zoom-value" title="Zoom to 100 % (0)" on:click=press(move || ui.zoom_to_one())>
                {percent}
            </button>
            <IconButton icon="plus" label="Zoom in (+)".to_owned() on_press=move |()| ui.zoom(1.25) />
            <span class="controls-line"></span>
            <IconButton icon="maximize" label="Zoom to fit (1)".to_owned() on_press=move |()| ui.fit() />
            <IconButton icon="wand-sparkles" label="Tidy up (Shift T)".to_owned() on_press=move |()| ui.tidy() />
        </div>
    }
}
