//! The drafts that wait, newest first; and where none does, what would make one.

use leptos::ev;
use leptos::prelude::*;

use super::chart::percent;
use super::data::Draft;
use super::state::{Evolution, Side};
use crate::desk::over;
use crate::desk::parts::{Look, button, show_loaded};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{live, press};

/// The list.
pub fn view(evolution: Evolution) -> AnyView {
    let on_key = move |event: ev::KeyboardEvent| {
        let step: isize = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        over::move_focus(".evo-row", step);
    };
    view! {
        <aside class="evo-side" aria-label="Drafts to review" on:keydown=on_key>
            {show_loaded(
                move || evolution.drafts.get(),
                6,
                move || evolution.read(),
                move |drafts: Vec<Draft>| {
                    if drafts.is_empty() {
                        return nothing(evolution);
                    }
                    drafts.into_iter().map(|draft| one(evolution, draft)).collect_view().into_any()
                },
            )}
        </aside>
    }
    .into_any()
}

fn one(evolution: Evolution, draft: Draft) -> AnyView {
    let (current, opened) = (draft.draft_id.clone(), draft.draft_id);
    let is_current = live(move || evolution.shown.with(|shown| *shown == current).to_string());
    let pattern = &draft.pattern;
    let figures = format!("{} · {} went well", words::count(pattern.count, "time"), percent(pattern.success_rate));
    let (icon, hue) = if draft.kind == "compound" { ("workflow", "hue-quantum") } else { ("lightbulb", "hue-context") };
    let level = match draft.level.as_str() {
        "team" => Some("Team"),
        "system" => Some("Everyone"),
        _ => None,
    };
    view! {
        <button
            type="button"
            class=format!("evo-row {hue}")
            aria-current=is_current
            on:click=press(move || evolution.open(&opened))
        >
            <Icon name=icon />
            <span class="evo-row-text">
                <span class="evo-row-name">{draft.name}</span>
                <span class="evo-row-about">{figures}</span>
                <span class="evo-row-marks">
                    {draft.is_update.then(|| view! { <span class="badge">"Update"</span> })}
                    {level.map(|level| view! { <span class="badge">{level}</span> })}
                    {draft.needs_replay.then(|| view! { <span class="badge badge-warning">"Not tried"</span> })}
                    <time title=words::moment(draft.created_at)>{words::ago(draft.created_at)}</time>
                </span>
            </span>
        </button>
    }
    .into_any()
}

/// What goes here, and how it comes about.
fn nothing(evolution: Evolution) -> AnyView {
    let overview = evolution.overview;
    let step = |icon: &'static str, title: &'static str, text: &'static str| {
        view! { <li><Icon name=icon /><span><strong>{title}</strong><small>{text}</small></span></li> }
    };
    let counted = live(move || {
        overview.with(|overview| {
            let overview = overview.ready()?;
            (overview.traces > 0).then(|| {
                format!(
                    "{} counted so far, {} that recur.",
                    words::count(overview.traces, "trace"),
                    words::count(overview.total, "pattern")
                )
            })
        })
    });
    view! {
        <div class="evo-nothing">
            <Icon name="wand-sparkles" />
            <h2>"Nothing to review"</h2>
            <p>"What you do again and again becomes a skill, and here you decide about it."</p>
            <ol>
                {step("activity", "You work", "Every chat and every run leaves a trace in your volume.")}
                {step("refresh-cw", "It recurs", "The same wish three times, in whatever words, or the same part of a workflow, and it mostly went well.")}
                {step("git-pull-request", "You decide", "A draft comes with its evidence. You change it, take it, or say why not.")}
            </ol>
            <p class="evo-nothing-count">{move || counted.get()}</p>
            {button(Look::Plain, "activity", "See what was counted", move || evolution.side.set(Side::Overview))}
        </div>
    }
    .into_any()
}
