//! One output: its value in words, and drawn if it is more than a line.

use leptos::prelude::*;

use super::node_details::NodeMemo;
use crate::kernel::quantity;
use crate::kernel::skill::{Port, PortType};
use crate::ui::context::use_ui;
use crate::ui::parts::hue;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::port_mark::PortMark;
use crate::ui::parts::preview::Preview;
use crate::ui::parts::reactive::{Show, live};
use crate::ui::services::PreviewSize;
use crate::ui::state::NodeRun;

/// Whether a value of this type is said in full by a few words.
fn is_short(kind: PortType) -> bool {
    matches!(kind, PortType::Number | PortType::Integer | PortType::Boolean)
}

/// One output of a node.
#[component]
pub fn OutputCard(
    /// The output.
    port: Port,
    /// The node.
    node: NodeMemo,
    /// How it ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let ui = use_ui();
    let port = StoredValue::new(port);
    let run = StoredValue::new(run);
    let (kind, name, description) = port.with_value(|port| (port.kind, port.name.clone(), port.description.clone()));
    let summary =
        Memo::new(move |_| run.get_value().with(|run| port.with_value(|port| run.output(&port.name).cloned())));
    let request = Memo::new(move |_| {
        run.get_value().with(|run| {
            port.with_value(|port| if is_short(kind) { None } else { ui.preview_of(port, run, PreviewSize::Panel) })
        })
    });
    // Drawings are open, long lists and records wait to be asked for.
    let open = RwSignal::new(!matches!(kind, PortType::Array | PortType::Object | PortType::Any | PortType::String));
    let enlarge = move |()| {
        if let Some(node) = node.get_untracked() {
            port.with_value(|port| ui.enlarge(&node, port, &run.get_value().get_untracked()));
        }
    };
    let text = move || summary.with(|summary| summary.as_ref().map(|summary| summary.text.clone()));
    let size = live(move || summary.with(|summary| summary.as_ref().map(|summary| quantity::bytes(summary.bytes))));
    let label = format!("Enlarge {name}");
    let icon = hue::port_icon(kind);
    view! {
        <article class="output-card" class:output-empty=live(move || summary.with(Option::is_none)) title=description.clone()>
            <div class="output-head">
                <PortMark kind />
                <span class="output-name">{name}</span>
                <span class="output-value" title=size>
                    {live(move || text().unwrap_or_else(|| kind.name().to_owned()))}
                </span>
                <Show when=live(move || request.with(Option::is_some))>
                    <IconButton
                        icon=Signal::derive(move || if open.get() { "chevron-up" } else { icon })
                        label=Signal::derive(move || if open.get() { "Fold".to_owned() } else { "Show".to_owned() })
                        pressed=Signal::derive(move || open.get())
                        on_press=move |()| open.update(|open| *open = !*open)
                    />
                    <IconButton icon="maximize-2" label=label.clone() on_press=enlarge />
                </Show>
            </div>
            <Show when=live(move || open.get() && request.with(Option::is_some))>
                <div class=format!("output-preview {}", hue::of_port(kind)) data-scrolls="">
                    <Preview request />
                </div>
            </Show>
        </article>
    }
}
