//! One proposal: why, what was found in it, what it changes, what was said of it, and the decision.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::list::icon_of;
use crate::desk::data::{Check, Comment, Proposal};
use crate::desk::diff;
use crate::desk::parts::{Look, area_field, button, button_when, empty, icon_button, open_form};
use crate::desk::state::Desk;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live};

/// The proposal that is looked at.
pub fn view(desk: Desk) -> AnyView {
    let proposals = desk.proposals;
    let proposal = Memo::new(move |_| {
        let shown = proposals.shown.get();
        proposals.list.with(|list| list.ready()?.iter().find(|proposal| proposal.proposal_id == shown).cloned())
    });
    dynamic(move || match proposal.get() {
        None => empty(
            "git-pull-request",
            "Choose a proposal",
            "It shows why, what was checked, and every line that would change.",
            None,
        ),
        Some(proposal) => one(desk, proposal),
    })
}

fn one(desk: Desk, proposal: Proposal) -> AnyView {
    let state_word = match proposal.state.as_str() {
        "merged" => "Merged",
        "closed" => "Closed",
        _ => "Open",
    };
    let state_class = format!("desk-state desk-state-{}", proposal.state);
    let is_open = proposal.state == "open";
    let author = proposal.author.clone().unwrap_or_default();
    let id = proposal.proposal_id.clone();
    let checks = proposal.checks.iter().map(one_check).collect_view();
    let comments = proposal.comments.iter().map(one_comment).collect_view();
    let has_comments = !proposal.comments.is_empty();
    view! {
        <article class="desk-commit-page desk-proposal">
            <span class="desk-back">{icon_button("arrow-left", "All proposals", move || desk.reading.set(false))}</span>
            <header class="desk-commit-head">
                <h2>"Promote "<code>{proposal.skill_id.clone()}</code>" to "{proposal.volume.clone()}</h2>
                <div class="desk-commit-by">
                    <span class=state_class><Icon name=icon_of(&proposal.state) />{state_word}</span>
                    <span class="desk-avatar" aria-hidden="true">{words::initials(&author)}</span>
                    <strong>{author}</strong>
                    {proposal.created_at.map(|at| view! { <time title=words::moment(at)>{words::ago(at)}</time> })}
                </div>
                {(!proposal.reason.is_empty()).then(|| view! { <blockquote class="desk-reason">{proposal.reason.clone()}</blockquote> })}
            </header>
            {(!proposal.checks.is_empty()).then(|| view! {
                <section>
                    <h3>"Checks"</h3>
                    <ul class="desk-checks">{checks}</ul>
                </section>
            })}
            {is_open.then(|| decision(desk, &proposal))}
            <section>
                <h3>"What changes"</h3>
                {diff::files(desk, proposal.files.clone(), "", &[])}
            </section>
            <section class="desk-talk">
                <h3>"What was said"</h3>
                {(!has_comments).then(|| view! { <p class="panel-note">"Nothing yet."</p> })}
                {comments}
                {is_open.then(|| comment_form(desk, id))}
            </section>
        </article>
    }
    .into_any()
}

fn one_check(check: &Check) -> AnyView {
    let (icon, class, word) = if check.passed {
        ("circle-check", "desk-check-passed", "holds")
    } else {
        ("circle-x", "desk-check-failed", "does not hold")
    };
    view! {
        <li class=class>
            <Icon name=icon />
            <span><strong>{check.name.clone()}</strong><span class="only-heard">{word}</span>" "<span class="desk-check-note">{check.message.clone()}</span></span>
        </li>
    }
    .into_any()
}

fn one_comment(comment: &Comment) -> AnyView {
    let deed = match comment.kind.as_str() {
        "closed" => "closed it",
        "reopened" => "opened it again",
        "revised" => "changed it",
        _ => "",
    };
    view! {
        <div class="desk-comment">
            <span class="desk-avatar" aria-hidden="true">{words::initials(&comment.author)}</span>
            <div>
                <p class="desk-comment-by">
                    <strong>{comment.author.clone()}</strong>
                    {(!deed.is_empty()).then_some(deed)}
                    <time title=words::moment(comment.timestamp)>{words::ago(comment.timestamp)}</time>
                </p>
                {(!comment.text.is_empty()).then(|| view! { <p class="desk-comment-text">{comment.text.clone()}</p> })}
            </div>
        </div>
    }
    .into_any()
}

fn decision(desk: Desk, proposal: &Proposal) -> AnyView {
    let [merged, closed] = std::array::from_fn(|_| proposal.clone());
    let failing: Vec<String> =
        proposal.checks.iter().filter(|check| !check.passed).map(|check| check.name.clone()).collect();
    let note = if proposal.may_merge {
        "Merging puts it into the volume as a commit, which can be taken back.".to_owned()
    } else if failing.is_empty() {
        format!("Only an admin of {} decides about this. You can comment on it.", proposal.volume)
    } else {
        format!("It cannot be merged while this does not hold: {}.", failing.join(", "))
    };
    view! {
        <div class="desk-decision">
            <p>{note}</p>
            <div class="button-row">
                {proposal.may_merge.then(|| button(Look::Main, "git-merge", "Merge", move || decide(desk, &merged, "merge")))}
                {(proposal.may_close || proposal.may_merge).then(|| button(Look::Plain, "circle-slash", "Close", move || close(desk, &closed)))}
            </div>
        </div>
    }
    .into_any()
}

fn decide(desk: Desk, proposal: &Proposal, deed: &'static str) {
    let (skill, volume) = (proposal.skill_id.clone(), proposal.volume.clone());
    desk.ask("POST", call(&proposal.proposal_id, deed), None, move |answered| match answered {
        Ok(_) => {
            desk.touched();
            desk.say(format!("{skill} is part of {volume}"));
        }
        Err(failure) => desk.complain(&failure),
    });
}

fn close(desk: Desk, proposal: &Proposal) {
    let reason = desk.lasting(String::new());
    let (id, skill) = (proposal.proposal_id.clone(), proposal.skill_id.clone());
    let asked =
        move || area_field("Why (may stay empty)", reason, "3", "It stands in the proposal for whoever made it.");
    open_form(desk, format!("Close the proposal of {skill}"), "Close it", false, asked, move |form| {
        let body = json!({ "reason": reason.get_untracked().trim() });
        form.send("POST", call(&id, "close"), body, move |_| {
            desk.touched();
            desk.say("The proposal is closed; it can be made again");
        });
    });
}

fn comment_form(desk: Desk, id: String) -> AnyView {
    let text = desk.proposals.comment;
    let busy = RwSignal::new(false);
    let can = live(move || !busy.get() && !text.with(|text| text.trim().is_empty()));
    let send = move || {
        busy.set(true);
        let body: Value = json!({ "text": text.get_untracked().trim() });
        desk.ask("POST", call(&id, "comments"), Some(body), move |answered| {
            busy.set(false);
            match answered {
                Ok(_) => {
                    text.set(String::new());
                    desk.touched();
                }
                Err(failure) => desk.complain(&failure),
            }
        });
    };
    view! {
        <div class="desk-comment-form">
            {area_field("Your comment", text, "3", "")}
            {button_when(Look::Plain, "message-square", "Comment", can, send)}
        </div>
    }
    .into_any()
}

fn call(id: &str, deed: &str) -> String {
    format!("/proposals/{}/{deed}", words::encoded(id))
}
