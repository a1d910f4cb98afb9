//! When each node ran: one bar per node over the time of the run.

use leptos::prelude::*;

use crate::kernel::quantity;
use crate::ui::context::use_ui;
use crate::ui::parts::hue;
use crate::ui::parts::reactive::{Show, dynamic, live, press};
use crate::ui::state::Span;

/// How many bars are drawn.
const MOST_BARS: usize = 200;
/// Times marked along the axis.
const MARKS: u32 = 4;

/// The timeline of the run.
#[component]
pub fn Timeline() -> impl IntoView {
    let ui = use_ui();
    let spans = Memo::new(move |_| ui.state.run.spans());
    let total_ms = Memo::new(move |_| {
        ui.state.run.tick.track();
        let last = spans.with(|spans| spans.iter().filter_map(|span| span.ended_ms).fold(0.0, f64::max));
        ui.state.run.elapsed_ms().max(last).max(1.0)
    });
    let marks = move || {
        (0..=MARKS)
            .map(|mark| {
                let share = f64::from(mark) / f64::from(MARKS);
                view! { <span class="time-mark" style:left=format!("{}%", share * 100.0)>{quantity::duration(total_ms.get() * share)}</span> }
            })
            .collect_view()
    };
    let rows = move || spans.get().into_iter().take(MOST_BARS).map(|span| bar(ui, span, total_ms.get())).collect_view();
    view! {
        <Show
            when=live(move || spans.with(|spans| !spans.is_empty()))
            fallback=|| view! { <p class="empty-note">"After a run you see here when each node ran, and for how long."</p> }
        >
            <div class="timeline">
                <div class="time-axis" aria-hidden="true">{dynamic(marks)}</div>
                {dynamic(rows)}
            </div>
        </Show>
    }
}

fn bar(ui: crate::ui::context::Ui, span: Span, total_ms: f64) -> impl IntoView {
    let node = ui.state.document.scene.with_untracked(|scene| scene.node(&span.node_id).cloned());
    let title = node.as_ref().map_or_else(|| span.node_id.clone(), |node| node.title.clone());
    let hue_class = hue::of_skill(node.as_ref().and_then(|node| node.skill.as_deref()));
    let ended = span.ended_ms.unwrap_or_else(|| ui.state.run.elapsed_ms());
    let length = (ended - span.started_ms).max(0.0);
    let text = if span.cached { "unchanged".to_owned() } else { quantity::duration(length) };
    let node_id = span.node_id;
    view! {
        <button type="button" class=format!("time-row {hue_class}") data-state=span.state.name() on:click=press(move || ui.inspect(&node_id))>
            <span class="time-name">{title}</span>
            <span class="time-track">
                <span
                    class="time-bar"
                    class:cached=span.cached
                    style:left=format!("{:.3}%", span.started_ms / total_ms * 100.0)
                    style:width=format!("{:.3}%", length / total_ms * 100.0)
                ></span>
            </span>
            <span class="time-text">{text}</span>
        </button>
    }
}
