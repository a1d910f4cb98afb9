//! What the nodes of the run said, in the order in which they said it.

use leptos::html::Div;
use leptos::prelude::*;

use crate::kernel::dag::LogStream;
use crate::ui::context::use_ui;
use crate::ui::parts::reactive::{Show, live};

/// The logs of the run, with the newest in sight.
#[component]
pub fn Logs() -> impl IntoView {
    let ui = use_ui();
    let lines = Memo::new(move |_| ui.state.run.logs());
    let end = NodeRef::<Div>::new();
    Effect::new(move |_| {
        lines.track();
        if let Some(end) = end.get() {
            end.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <Show when=live(move || lines.with(Vec::is_empty))>
            <p class="empty-note">"What the code of your nodes prints appears here while it runs."</p>
        </Show>
        <div class="log-lines" role="log">
            <For each=move || lines.get() key=|line| line.number let(line)>
                <div class="log-line" class:log-warning=line.stream == LogStream::Stderr>
                    <span class="log-node">{line.node_id.clone()}</span>
                    <span class="log-said">{line.text.trim_end_matches('\n').to_owned()}</span>
                </div>
            </For>
            <div node_ref=end></div>
        </div>
    }
}
