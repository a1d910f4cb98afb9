//! What a draft is drawn from: every time on a line of time, and as a list that opens. A person may share a trace with their team here.

use leptos::prelude::*;

use super::actions;
use super::chart::{duration, meter, timeline};
use super::data::{Draft, Evidence, Occurrence, Tally, Trace};
use super::state::Evolution;
use crate::desk::parts::{Look, button, show_loaded};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::dom;
use crate::ui::parts::reactive::{dynamic, live, press};

/// As many are listed before the rest is asked for.
const ROWS: usize = 12;

/// The evidence of a draft.
pub fn view(evolution: Evolution, draft: &Draft) -> AnyView {
    let variants = draft.pattern.variants.clone();
    let of_person = draft.level == "user";
    view! {
        <section>
            <h3>"Drawn from"</h3>
            {(variants.len() > 1).then(|| said(&variants))}
            {show_loaded(
                move || evolution.evidence.get(),
                5,
                move || evolution.read(),
                move |evidence: Evidence| listed(evolution, evidence, of_person),
            )}
        </section>
    }
    .into_any()
}

/// The wish in its different words.
fn said(variants: &[Tally]) -> AnyView {
    const MOST: usize = 8;
    let row = |variant: &Tally| view! { <li><q>{variant.name.clone()}</q><small>{words::count(variant.count, "time")}</small></li> };
    let more = variants.len().saturating_sub(MOST);
    view! {
        <ul class="evo-said" aria-label="In these words">
            {variants.iter().take(MOST).map(row).collect_view()}
            {(more > 0).then(|| view! { <li><small>{format!("and {}", words::count(more as u64, "other wording"))}</small></li> })}
        </ul>
    }
    .into_any()
}

fn listed(evolution: Evolution, evidence: Evidence, of_person: bool) -> AnyView {
    let all = RwSignal::new(false);
    let open = move |trace_id: &str| {
        all.set(true);
        evolution.toggle_trace(trace_id);
        let selector = format!("#evo-{trace_id}");
        request_animation_frame(move || dom::reveal(&selector));
    };
    let total = evidence.traces.len();
    let plot = timeline(&evidence.traces, open);
    let ids: Vec<String> = evidence.traces.iter().map(|time| time.trace_id.clone()).collect();
    let newest: Vec<Occurrence> = evidence.traces.into_iter().rev().collect();
    let rows = dynamic(move || {
        let shown = if all.get() { total } else { ROWS };
        newest.iter().take(shown).map(|time| one(evolution, time, of_person)).collect_view()
    });
    let more = dynamic(move || {
        (total > ROWS && !all.get())
            .then(|| button(Look::Text, "chevron-down", format!("Show all {total}"), move || all.set(true)))
    });
    let share = of_person.then(|| {
        let ids = StoredValue::new(ids);
        let has_team =
            live(move || evolution.overview.with(|now| now.ready().is_some_and(|now| now.team_id.is_some())));
        dynamic(move || {
            has_team.get().then(|| {
                button(Look::Text, "users", "Share these with the team…", move || {
                    actions::share(evolution, ids.get_value())
                })
            })
        })
    });
    view! {
        {plot}
        <ul class="evo-traces">{rows}</ul>
        <p class="evo-traces-foot">{more}{share}</p>
    }
    .into_any()
}

fn one(evolution: Evolution, time: &Occurrence, of_person: bool) -> AnyView {
    let (id, opened) = (time.trace_id.clone(), time.trace_id.clone());
    let is_open = live(move || evolution.trace.with(|open| open.as_ref().is_some_and(|(open, _)| *open == id)));
    let row = view! {
        <Icon name="chevron-right" />
        <span class="evo-trace-goal">{time.goal.clone()}</span>
        <span class="evo-trace-time">{duration(time.duration_ms)}</span>
        {meter(time.score)}
        <time title=words::moment(time.at)>{words::ago(time.at)}</time>
    };
    // The traces of others are theirs to read.
    if !of_person {
        return view! { <li class="evo-trace"><div class="evo-trace-row">{row}</div></li> }.into_any();
    }
    view! {
        <li class="evo-trace" id=format!("evo-{}", time.trace_id)>
            <button
                type="button"
                class="evo-trace-row"
                aria-expanded=live(move || is_open.get().to_string())
                on:click=press(move || evolution.toggle_trace(&opened))
            >
                {row}
            </button>
            {dynamic(move || is_open.get().then(|| opened_trace(evolution)))}
        </li>
    }
    .into_any()
}

fn opened_trace(evolution: Evolution) -> AnyView {
    show_loaded(
        move || evolution.trace.get().map(|(_, trace)| trace).unwrap_or_default(),
        4,
        move || evolution.trace.set(None),
        move |trace: Trace| {
            let (id, was_shared) = (trace.trace_id.clone(), trace.shared);
            let shared = RwSignal::new(trace.shared);
            let toggle = move |_| {
                let wanted = !shared.get_untracked();
                shared.set(wanted);
                actions::share_one(evolution, &id, wanted, shared);
            };
            view! {
                <div class="evo-trace-open">
                    <label class="desk-check">
                        <input type="checkbox" checked=was_shared prop:checked=live(move || shared.get()) on:change=toggle />
                        "My team may learn from this trace"
                    </label>
                    <pre tabindex="0" aria-label="The trace">{shortened(&trace.content)}</pre>
                </div>
            }
            .into_any()
        },
    )
}

/// A trace may be long; here its beginning tells enough.
fn shortened(content: &str) -> String {
    const LONGEST: usize = 6_000;
    let mut text: String = content.chars().take(LONGEST).collect();
    if text.len() < content.len() {
        text.push_str("\n…");
    }
    text
}

/// How well a skill does, where anything is known.
pub fn rate(share: Option<f64>) -> AnyView {
    share.map_or_else(|| view! { <span class="evo-none">"–"</span> }.into_any(), meter)
}
