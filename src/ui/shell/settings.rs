//! The settings section: choices of this browser.

use leptos::prelude::*;

use super::dialogs::KeyList;
use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{live, press};
use crate::ui::state::{PanelSizes, Theme, ToastKind};
use crate::ui::theme;

/// The settings section.
#[component]
pub fn Settings() -> impl IntoView {
    let ui = use_ui();
    let chrome = ui.state.chrome;
    let themes =
        [(Theme::System, "monitor", "As the system"), (Theme::Dark, "moon", "Dark"), (Theme::Light, "sun", "Light")]
            .map(|(which, icon, name)| {
                view! {
                    <button
                        type="button"
                        class="choice"
                        role="radio"
                        aria-checked=live(move || (chrome.theme.get() == which).to_string())
                        on:click=press(move || theme::choose(ui, which))
                    >
                        <Icon name=icon />
                        {name}
                    </button>
                }
            })
            .collect_view();
    let reset = move |_| {
        chrome.panels.set(PanelSizes::default());
        chrome.toast(ToastKind::Done, "Panels are back where they were at first");
    };
    let version = ui.services().version;
    view! {
        <div class="settings-page">
            <h1>"Settings"</h1>
            <section class="setting">
                <div>
                    <h2>"Theme"</h2>
                    <p>"Plots and 3D views follow it."</p>
                </div>
                <div class="choices" role="radiogroup" aria-label="Theme">
                    {themes}
                </div>
            </section>
            <section class="setting">
                <div>
                    <h2>"Panels"</h2>
                    <p>"This browser remembers their sizes."</p>
                </div>
                <button type="button" class="button" on:click=reset>
                    "Reset the panels"
                </button>
            </section>
            <section class="setting setting-tall">
                <h2>"Keys"</h2>
                <KeyList />
            </section>
            <section class="setting">
                <div>
                    <h2>"LLMos-Lite"</h2>
                    <p>"Runs in this page: no server, no account. Work stays in this browser."</p>
                </div>
                <code>{version}</code>
            </section>
        </div>
    }
}
