//! The drawer below the stage: what each node gave, what it said, when it ran.

mod logs;
mod results;
mod timeline;

use leptos::prelude::*;

use crate::ui::context::use_ui;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{dynamic, live, press};
use crate::ui::state::DrawerTab;

use logs::Logs;
use results::Results;
use timeline::Timeline;

const TABS: [(DrawerTab, &str); 3] =
    [(DrawerTab::Results, "Results"), (DrawerTab::Logs, "Logs"), (DrawerTab::Timeline, "Timeline")];

/// The drawer.
#[component]
pub fn Drawer() -> impl IntoView {
    let ui = use_ui();
    let panels = ui.state.chrome.panels;
    let tab = Memo::new(move |_| panels.with(|panels| panels.drawer_tab));
    let go = move |tab: DrawerTab| panels.update(|panels| panels.drawer_tab = tab);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let now = TABS.iter().position(|(other, _)| *other == tab.get_untracked()).unwrap_or_default();
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % TABS.len(),
            "ArrowLeft" => (now + TABS.len() - 1) % TABS.len(),
            _ => return,
        };
        go(TABS[next].0);
        crate::ui::parts::dom::focus(&format!("#tab-{}", TABS[next].1));
    };
    let tabs = TABS
        .map(|(which, name)| {
            let selected = move || tab.get() == which;
            view! {
                <button
                    type="button"
                    class="tab"
                    role="tab"
                    id=format!("tab-{name}")
                    aria-selected=live(move || selected().to_string())
                    tabindex=live(move || if selected() { "0" } else { "-1" })
                    on:click=press(move || go(which))
                >
                    {name}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="drawer-head">
            <div class="tabs" role="tablist" aria-label="What the drawer shows" on:keydown=on_key>
                {tabs}
            </div>
            <IconButton icon="chevron-down" label="Fold the drawer (Ctrl J)".to_owned() on_press=move |()| panels.update(|panels| panels.drawer_open = false) />
        </div>
        <div class="drawer-body" role="tabpanel" tabindex="0" aria-label="Contents of the drawer" data-scrolls="">
            {dynamic(move || match tab.get() {
                DrawerTab::Results => view! { <Results /> }.into_any(),
                DrawerTab::Logs => view! { <Logs /> }.into_any(),
                DrawerTab::Timeline => view! { <Timeline /> }.into_any(),
            })}
        </div>
    }
}
