//! The commits as a list with their graph; older ones come as they are scrolled to.

use std::fmt::Write;

use leptos::ev;
use leptos::prelude::*;

use super::Filter;
use super::graph::{self, GraphRow};
use crate::desk::data::Commit;
use crate::desk::parts::{Look, button, empty, failed, waiting};
use crate::desk::state::Desk;
use crate::desk::window_rows::RowWindow;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live};

const ROW_PX: f64 = 52.0;
const LANE_PX: f64 = 12.0;

/// The list.
pub fn view(desk: Desk) -> AnyView {
    let history = desk.history;
    let state = Memo::new(move |_| {
        (history.begun.get(), history.commits.with(Vec::is_empty), history.failure.with(Option::is_some))
    });
    dynamic(move || match state.get() {
        (_, true, true) => {
            let failure = history.failure.get_untracked().unwrap_or_default();
            failed(&failure, move || history.reload(desk))
        }
        (false, true, _) => waiting(9),
        (true, true, _) if history.filter.with_untracked(Filter::is_empty) => empty(
            "history",
            "No commits yet",
            "Every save becomes one: what changed, who did it, when and why. Make a file to begin.",
            None,
        ),
        (true, true, _) => empty(
            "search",
            "No commit matches",
            "Fewer words, or a wider span of time, find more.",
            Some(button(Look::Plain, "x", "Clear the filters", move || history.filter.set(Filter::default()))),
        ),
        _ => rows(desk),
    })
}

fn rows(desk: Desk) -> AnyView {
    let history = desk.history;
    let window = RowWindow::new(ROW_PX);
    let graph = Memo::new(move |_| {
        // A filtered list has gaps, so its lines would lead nowhere.
        if history.filter.with(Filter::is_empty) {
            history.commits.with(|commits| graph::rows(commits))
        } else {
            (Vec::new(), 1)
        }
    });
    let count = live(move || history.commits.with(Vec::len));
    Effect::new(move |_| {
        if window.nears_end(count.get()) {
            untrack(|| history.more(desk));
        }
    });
    let go = move |to: usize| {
        let oid = history.commits.with_untracked(|commits| commits.get(to).map(|commit| commit.oid.clone()));
        if let Some(oid) = oid {
            history.show(desk, &oid);
            window.reveal(".desk-commits", to);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let now = place_of(desk);
        let last = count.get_untracked().saturating_sub(1);
        let to = match (event.key().as_str(), now) {
            ("ArrowDown", Some(now)) => (now + 1).min(last),
            ("ArrowDown" | "Enter", None) | ("Home", _) => 0,
            ("ArrowUp", Some(now)) => now.saturating_sub(1),
            ("PageDown", now) => (now.unwrap_or_default() + 8).min(last),
            ("PageUp", now) => now.unwrap_or_default().saturating_sub(8),
            ("End", _) => last,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        go(to);
    };
    let shown = move |range: std::ops::Range<usize>| {
        let first = range.start;
        let visible = history.commits.with(|commits| commits.get(range).map(<[Commit]>::to_vec).unwrap_or_default());
        visible
            .into_iter()
            .enumerate()
            .map(|(place, commit)| {
                let (row, lanes) = graph.with(|(rows, lanes)| (rows.get(first + place).cloned(), *lanes));
                one_commit(desk, commit, first + place, row, lanes)
            })
            .collect_view()
            .into_any()
    };
    let active = live(move || place_of(desk).map(|place| format!("desk-commit-{place}")));
    view! {
        <div
            class="desk-commits"
            role="listbox"
            tabindex="0"
            aria-label="Commits, newest first"
            aria-activedescendant=active
            on:scroll=move |event| window.measure(&event)
            on:keydown=on_key
        >
            {window.show(count, shown)}
            {dynamic(move || history.failure.get().map(|failure| failed(&failure, move || {
                history.failure.set(None);
                history.more(desk);
            })))}
        </div>
        <p class="desk-list-foot" role="status">{live(move || foot(desk))}</p>
    }
    .into_any()
}

fn place_of(desk: Desk) -> Option<usize> {
    let shown = desk.history.shown.get();
    desk.history.commits.with(|commits| commits.iter().position(|commit| commit.oid == shown))
}

fn foot(desk: Desk) -> String {
    let count = desk.history.commits.with(Vec::len) as u64;
    match desk.history.total.get() {
        Some(total) if total > count => format!("{} of {}", words::grouped(count), words::count(total, "commit")),
        _ if desk.history.complete.get() => words::count(count, "commit"),
        _ => format!("The newest {}", words::count(count, "commit")),
    }
}

fn one_commit(desk: Desk, commit: Commit, place: usize, row: Option<GraphRow>, lanes: usize) -> AnyView {
    let history = desk.history;
    let (key, chosen) = (commit.oid.clone(), commit.oid.clone());
    let named = history.branches.with(|branches| {
        let mark = |icon: &'static str, name: &str| {
            view! { <span class="desk-ref"><Icon name=icon />{name.to_owned()}</span> }
        };
        let heads = branches.branches.iter().filter(|branch| branch.commit == commit.oid);
        let tags = branches.tags.iter().filter(|tag| tag.commit == commit.oid);
        heads
            .map(|branch| mark("git-branch", &branch.name))
            .chain(tags.map(|tag| mark("tag", &tag.name)))
            .collect_view()
    });
    view! {
        <div
            class="desk-commit"
            role="option"
            id=format!("desk-commit-{place}")
            aria-selected=live(move || history.shown.with(|shown| *shown == key).to_string())
            on:click=move |_| history.show(desk, &chosen)
        >
            {row.map(|row| view! { <span class="desk-graph" aria-hidden="true" inner_html=drawing(&row, lanes)></span> })}
            <span class="desk-commit-text">
                <span class="desk-commit-line">
                    <span class="desk-commit-subject">{words::subject(&commit.message).to_owned()}</span>
                    {named}
                </span>
                <span class="desk-commit-facts">
                    <span class="desk-commit-author">{commit.author.clone()}</span>
                    <span title=words::moment(commit.timestamp)>{words::ago(commit.timestamp)}</span>
                    {commit.signed.then(|| view! { <span class="desk-signed" title="Signed"><Icon name="shield" /></span> })}
                    <code>{words::short(&commit.oid).to_owned()}</code>
                </span>
            </span>
        </div>
    }
    .into_any()
}

/// The lines and the dot beside a commit.
fn drawing(row: &GraphRow, lanes: usize) -> String {
    let width = lanes as f64 * LANE_PX + 6.0;
    let x = |lane: usize| lane as f64 * LANE_PX + 9.0;
    let middle = ROW_PX / 2.0;
    let mut svg = format!("<svg width=\"{width}\" height=\"{ROW_PX}\" viewBox=\"0 0 {width} {ROW_PX}\">");
    let mut line = |lane: usize, from: (f64, f64), to: (f64, f64)| {
        let bend = (from.1 + to.1) / 2.0;
        let _ = write!(
            svg,
            "<path class=\"desk-lane-{}\" d=\"M{} {}C{} {bend} {} {bend} {} {}\"/>",
            lane % 4,
            from.0,
            from.1,
            from.0,
            to.0,
            to.0,
            to.1,
        );
    };
    for (above, below) in &row.passing {
        line(*below, (x(*above), 0.0), (x(*below), ROW_PX));
    }
    for above in &row.from_above {
        line(*above, (x(*above), 0.0), (x(row.lane), middle));
    }
    for below in &row.to_below {
        line(*below, (x(row.lane), middle), (x(*below), ROW_PX));
    }
    let class = if row.is_merge { "desk-dot-merge" } else { "desk-dot" };
    let _ = write!(
        svg,
        "<circle class=\"{class} desk-lane-{}\" cx=\"{}\" cy=\"{middle}\" r=\"4\"/></svg>",
        row.lane % 4,
        x(row.lane)
    );
    svg
}
