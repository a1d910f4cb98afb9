//! The proposals of a volume, by what became of them.

use leptos::ev;
use leptos::prelude::*;

use super::propose;
use crate::desk::data::Proposal;
use crate::desk::over;
use crate::desk::parts::{Look, button, empty, show_loaded};
use crate::desk::state::Desk;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{live, press};

const STATES: [(&str, &str); 3] = [("open", "Open"), ("merged", "Merged"), ("closed", "Closed")];

/// The list with the choice of state.
pub fn view(desk: Desk) -> AnyView {
    let proposals = desk.proposals;
    let states = STATES.map(|(key, name)| {
        view! {
            <button
                type="button"
                class="choice"
                role="radio"
                aria-checked=live(move || proposals.state.with(|state| (state == key).to_string()))
                on:click=press(move || {
                    if proposals.state.with_untracked(|state| state != key) {
                        proposals.list.set(crate::desk::data::Loaded::Waiting);
                        proposals.state.set(key.to_owned());
                    }
                })
            >
                {name}
            </button>
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let step: isize = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        over::move_focus(".desk-proposal-row", step);
    };
    view! {
        <div class="desk-pane-head desk-proposals-head">
            <div class="choices" role="radiogroup" aria-label="Which proposals">{states.collect_view()}</div>
            {button(Look::Plain, "plus", "Propose…", move || propose::open_dialog(desk, ""))}
        </div>
        <div class="desk-proposals" on:keydown=on_key>
            {show_loaded(
                move || proposals.list.get(),
                5,
                move || proposals.load(desk),
                move |list| {
                    if list.is_empty() {
                        return nothing(&proposals.state.get_untracked());
                    }
                    list.into_iter().map(|proposal| row(desk, proposal)).collect_view().into_any()
                },
            )}
        </div>
    }
    .into_any()
}

fn nothing(state: &str) -> AnyView {
    match state {
        "open" => empty(
            "git-pull-request",
            "Nothing is proposed",
            "A skill that proved itself can be proposed to a team or to everybody. Its keepers see what changes, talk about it, and take it or not.",
            None,
        ),
        "merged" => empty("git-merge", "Nothing was merged yet", "What the keepers took stands here, with why.", None),
        _ => empty("circle-slash", "Nothing was closed", "What was withdrawn or not taken stands here.", None),
    }
}

fn row(desk: Desk, proposal: Proposal) -> AnyView {
    let proposals = desk.proposals;
    let (key, chosen) = (proposal.proposal_id.clone(), proposal.proposal_id.clone());
    let failing = proposal.checks.iter().filter(|check| !check.passed).count();
    let comments = proposal.comments.len() as u64;
    view! {
        <button
            type="button"
            class="desk-proposal-row"
            aria-current=live(move || proposals.shown.with(|shown| (*shown == key).to_string()))
            on:click=press(move || {
                proposals.comment.set(String::new());
                proposals.shown.set(chosen.clone());
                desk.reading.set(true);
            })
        >
            <Icon name=icon_of(&proposal.state) />
            <span class="desk-proposal-text">
                <span class="desk-proposal-name">{proposal.skill_id.clone()}<span class="desk-proposal-to">" → "{proposal.volume.clone()}</span></span>
                <span class="desk-proposal-reason">{proposal.reason.clone()}</span>
                <span class="desk-commit-facts">
                    <span>{proposal.author.clone().unwrap_or_default()}</span>
                    {proposal.created_at.map(|at| view! { <span title=words::moment(at)>{words::ago(at)}</span> })}
                    {(failing > 0).then(|| view! { <span class="desk-minus">{words::count(failing as u64, "check")}" failing"</span> })}
                    {(comments > 0).then(|| words::count(comments, "comment"))}
                </span>
            </span>
        </button>
    }
    .into_any()
}

/// The icon of what became of a proposal.
pub fn icon_of(state: &str) -> &'static str {
    match state {
        "merged" => "git-merge",
        "closed" => "circle-slash",
        _ => "git-pull-request",
    }
}
