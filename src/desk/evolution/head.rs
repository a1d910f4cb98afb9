//! The head of the face: which of the two sides, when the next look is, and the look that is going on.

use leptos::prelude::*;

use super::data::{Outcome, Overview, Progress};
use super::settings;
use super::state::{Evolution, Side};
use crate::desk::parts::{Look, button, icon_button};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::clock;
use crate::ui::parts::reactive::{dynamic, live, press};

/// The head.
pub fn view(evolution: Evolution) -> AnyView {
    let waiting = Memo::new(move |_| evolution.drafts.with(|drafts| drafts.ready().map_or(0, Vec::len)));
    let tab = move |side: Side, name: &'static str, icon: &'static str| {
        let count = (side == Side::Review).then(|| {
            dynamic(move || (waiting.get() > 0).then(|| view! { <span class="desk-count">{waiting.get()}</span> }))
        });
        view! {
            <button
                type="button"
                role="tab"
                class="desk-tab"
                aria-selected=live(move || (evolution.side.get() == side).to_string())
                on:click=press(move || evolution.side.set(side))
            >
                <Icon name=icon />
                {name}
                {count}
            </button>
        }
    };
    view! {
        <header class="desk-head evo-head">
            <div class="desk-head-line">
                <div class="desk-head-text">
                    <h1>"Evolution"</h1>
                    <p>{dynamic(move || evolution.overview.with(|overview| overview.ready().map(|overview| when(evolution, overview))))}</p>
                </div>
                <div class="evo-head-tools">
                    {dynamic(move || {
                        let is_idle = evolution.progress.with(Option::is_none);
                        is_idle.then(|| button(Look::Main, "search", "Look now", move || evolution.look_now()))
                    })}
                    {icon_button("settings", "What evolution may do", move || settings::open(evolution))}
                </div>
            </div>
            {dynamic(move || evolution.progress.get().map(|progress| going_on(evolution, &progress)))}
            {dynamic(move || evolution.outcome.get().map(|outcome| told(evolution, &outcome)))}
            <div class="desk-tabs evo-tabs" role="tablist" aria-label="Of evolution">
                {tab(Side::Review, "To review", "git-pull-request")}
                {tab(Side::Overview, "At a glance", "activity")}
            </div>
        </header>
    }
    .into_any()
}

/// When it looked last, and when it will.
fn when(evolution: Evolution, overview: &Overview) -> AnyView {
    let level = evolution.level.get_untracked();
    let next = match level.as_str() {
        "team" => overview.next_run.team,
        "system" => overview.next_run.system,
        _ => overview.next_run.user,
    };
    let last = match &overview.last_run {
        Some(run) => view! { "Looked "<time title=words::moment(run.at)>{words::ago(run.at)}</time> }.into_any(),
        None => "Has not looked yet".into_any(),
    };
    let next = match next {
        _ if !overview.settings.by_itself => " · runs only by hand".into_any(),
        Some(_) if overview.due.contains(&level) => " · the next look is due".into_any(),
        Some(next) => view! { " · next "<time title=words::moment(next)>{ahead(next)}</time> }.into_any(),
        None => ().into_any(),
    };
    view! { {last}{next} }.into_any()
}

/// How far ahead a moment is.
fn ahead(at: i64) -> String {
    let hours = (at - (clock::now_ms() / 1000.0) as i64 + 1_800).max(0) / 3_600;
    match hours {
        0 => "within the hour".to_owned(),
        1..36 => format!("in {hours} h"),
        _ => format!("in {} days", (hours + 12) / 24),
    }
}

fn going_on(evolution: Evolution, progress: &Progress) -> AnyView {
    let &Progress { done, total, .. } = progress;
    let about = progress.about.clone();
    let text = match progress.stage.as_str() {
        "reading" => format!("Reading traces: {} of {}", words::grouped(done), words::grouped(total)),
        "drafting" => format!("Drafting {} of {total}: {about}", done + 1),
        "replaying" => format!("Running “{about}” again: {} of {total}", done + 1),
        _ => "Waiting for its turn".to_owned(),
    };
    let share = if total == 0 { 0.0 } else { 100.0 * done as f64 / total as f64 };
    view! {
        <div class="evo-progress" role="status">
            <span class="spinner" aria-hidden="true"></span>
            <span class="evo-progress-text">{text}</span>
            <span class="evo-bar" aria-hidden="true"><span style:width=format!("{share:.0}%")></span></span>
            {button(Look::Plain, "x", "Cancel", move || evolution.stop())}
        </div>
    }
    .into_any()
}

/// What the last look came to, until it is put away.
fn told(evolution: Evolution, outcome: &Outcome) -> AnyView {
    let made =
        |status: &[&str]| outcome.skills.iter().filter(|made| status.contains(&made.status.as_str())).count() as u64;
    let (to_review, went_in) = (made(&["proposed", "updated"]), made(&["created", "promoted"]));
    let read = words::count(outcome.traces_read, "new trace");
    let patterns = words::count(outcome.patterns_detected, "pattern");
    let text = match outcome.status.as_str() {
        "stopped" => "Stopped. What was drafted before stays; the rest is looked at next time.".to_owned(),
        "not_due" => "It is not time yet.".to_owned(),
        _ if to_review + went_in > 0 => {
            let mut parts = Vec::new();
            if to_review > 0 {
                parts.push(format!("{} to review", words::count(to_review, "draft")));
            }
            if went_in > 0 {
                parts.push(format!("{} added", words::count(went_in, "skill")));
            }
            format!("{}, from {read}.", parts.join(" and "))
        }
        _ if outcome.viable_patterns > 0 => {
            format!("Nothing new to offer: {read}, {patterns}. At a glance says why each was held back.")
        }
        _ => format!("Nothing new to offer: {read}, {patterns}, none of them often and well enough yet."),
    };
    view! {
        <div class="evo-told" role="status">
            <Icon name="circle-check" />
            <span>{text}</span>
            {icon_button("x", "Put away", move || evolution.outcome.set(None))}
        </div>
    }
    .into_any()
}
