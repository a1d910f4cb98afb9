//! The work section: palette, stage with drawer, inspector. On a phone a list of steps.

use leptos::prelude::*;

use super::chat::RightTabs;
use super::palette::Palette;
use super::steps::Steps;
use crate::ui::canvas::Stage;
use crate::ui::context::use_ui;
use crate::ui::drawer::Drawer;
use crate::ui::inspector::Inspector;
use crate::ui::parts::reactive::{Show, live};
use crate::ui::parts::splitter::{Sizes, Splitter};
use crate::ui::state::Room;

const SMALLEST_SIDE: f64 = 200.0;
const LARGEST_SIDE: f64 = 440.0;
const SMALLEST_INSPECTOR: f64 = 300.0;
const LARGEST_INSPECTOR: f64 = 720.0;
const SMALLEST_DRAWER: f64 = 96.0;

/// The work section.
#[component]
pub fn Work() -> impl IntoView {
    let chrome = use_ui().state.chrome;
    let on_phone = Memo::new(move |_| chrome.room.get() == Room::Phone);
    view! {
        <Show when=on_phone fallback=Desk>
            <Steps />
        </Show>
    }
}

/// Everything side by side.
#[component]
fn Desk() -> impl IntoView {
    let ui = use_ui();
    let chrome = ui.state.chrome;
    let panels = chrome.panels;
    let side_open = Memo::new(move |_| panels.with(|panels| panels.side_open));
    let drawer_open = Memo::new(move |_| panels.with(|panels| panels.drawer_open));
    let inspector_open = Memo::new(move |_| ui.has_inspector());
    let drawer_height = Memo::new(move |_| panels.with(|panels| panels.drawer));
    // Half of the stage is the most that a drawer may take.
    let largest_drawer = Memo::new(move |_| {
        let stage = chrome.stage.get().height;
        let drawer = if drawer_open.get() { drawer_height.get() } else { 0.0 };
        ((stage + drawer) * 0.5).max(SMALLEST_DRAWER)
    });
    view! {
        <div class="work">
            <Show when=side_open>
                <aside class="side-panel" aria-label="Palette of skills" style:width=live(move || format!("{}px", panels.with(|panels| panels.side)))>
                    <Palette />
                </aside>
                <Splitter
                    sizes=Sizes::Left
                    label="the palette"
                    size=Signal::derive(move || panels.with(|panels| panels.side))
                    smallest=SMALLEST_SIDE
                    largest=LARGEST_SIDE
                    on_size=move |size| panels.update(|panels| panels.side = size)
                    on_fold=move |()| panels.update(|panels| panels.side_open = false)
                />
            </Show>
            <div class="center">
                // The inspector lies over the stage, so that nothing moves when it comes and goes.
                <div class="stage-area">
                    <Stage />
                    <Show when=inspector_open>
                        <aside class="inspector-panel" aria-label="Inspector" style:width=live(move || format!("{}px", panels.with(|panels| panels.inspector)))>
                            <Splitter
                                sizes=Sizes::Right
                                label="the inspector"
                                size=Signal::derive(move || panels.with(|panels| panels.inspector))
                                smallest=SMALLEST_INSPECTOR
                                largest=LARGEST_INSPECTOR
                                on_size=move |size| panels.update(|panels| panels.inspector = size)
                                on_fold=move |()| panels.update(|panels| panels.inspector_open = false)
                            />
                            <RightTabs chat=false />
                            <Inspector />
                        </aside>
                    </Show>
                </div>
                <Show when=drawer_open>
                    <Splitter
                        sizes=Sizes::Below
                        label="the drawer"
                        size=drawer_height
                        smallest=SMALLEST_DRAWER
                        largest=largest_drawer
                        on_size=move |size| panels.update(|panels| panels.drawer = size)
                        on_fold=move |()| panels.update(|panels| panels.drawer_open = false)
                    />
                    <section
                        class="drawer"
                        aria-label="Results, logs and timeline"
                        style:height=live(move || format!("{}px", drawer_height.get()))
                    >
                        <Drawer />
                    </section>
                </Show>
            </div>
        </div>
    }
}
