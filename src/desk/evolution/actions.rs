//! What a person decides: take, take for the team, reject with a reason, try, share, archive. Each is a call of `/evolution` and a commit.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::data::Draft;
use super::state::Evolution;
use crate::desk::failure::Failure;
use crate::desk::parts::{area_field, open_form, text_field};
use crate::desk::words;

fn call(draft_id: &str, deed: &str) -> String {
    format!("/evolution/drafts/{}/{deed}", words::encoded(draft_id))
}

/// Takes a draft, as the person changed it if they did.
pub fn accept(evolution: Evolution, draft: &Draft) {
    let (name, skill_id) = (draft.name.clone(), draft.skill_id.clone());
    take(evolution, draft, move || {
        let open = move || evolution.desk.calls().tell("skill", &skill_id);
        evolution.desk.say_with(format!("“{name}” is a skill now"), "Show it", open);
    });
}

fn take(evolution: Evolution, draft: &Draft, then: impl FnOnce() + 'static) {
    let body: Value = evolution.edited.get_untracked().map_or_else(|| json!({}), |source| json!({ "source": source }));
    evolution.desk.ask("POST", call(&draft.draft_id, "accept"), Some(body), move |answered| match answered {
        Ok(_) => {
            evolution.edited.set(None);
            evolution.read();
            then();
        }
        Err(failure) => evolution.desk.complain(&failure),
    });
}

/// Takes a draft and puts a copy of the skill into the team's volume.
pub fn accept_for_team(evolution: Evolution, draft: &Draft) {
    let draft = draft.clone();
    let skill_id = draft.skill_id.clone();
    promote_form(evolution, &draft.name.clone(), "Accept for the team", &skill_id, move |then| {
        take(evolution, &draft, then)
    });
}

/// Puts a copy of a skill that there is into the team's volume.
pub fn promote(evolution: Evolution, skill_id: &str, name: &str) {
    promote_form(evolution, name, "Promote", skill_id, |then| then());
}

fn promote_form(
    evolution: Evolution,
    name: &str,
    verb: &'static str,
    skill_id: &str,
    first: impl Fn(Box<dyn FnOnce()>) + Send + Sync + 'static,
) {
    let desk = evolution.desk;
    let team = evolution.overview.with_untracked(|overview| overview.ready().and_then(|now| now.team_id.clone()));
    let Some(team) = team else {
        desk.complain(&Failure::said(
            "You work in no team now. Make one, or switch to one, in the menu of your profile.",
        ));
        return;
    };
    let reason = desk.lasting("Useful for team".to_owned());
    let title = format!("“{name}” for team {team}");
    let (skill_id, name) = (skill_id.to_owned(), name.to_owned());
    let asked =
        move || text_field("Why", reason, "Useful for team", "It stands in the commit, for everybody of the team.");
    let first = std::sync::Arc::new(first);
    open_form(desk, title, verb, false, asked, move |form| {
        let body = json!({ "skill_id": skill_id, "team_id": team, "reason": reason.get_untracked().trim() });
        let done = format!("“{name}” is in team {team}'s volume");
        first(Box::new(move || {
            form.send("POST", "/skills/promote".to_owned(), body, move |_| {
                desk.say(done);
                evolution.read();
            });
        }));
    });
}

/// Says no, and why; it is not offered again.
pub fn reject(evolution: Evolution, draft: &Draft) {
    let desk = evolution.desk;
    let reason = desk.lasting(String::new());
    let (path, name) = (call(&draft.draft_id, "reject"), draft.name.clone());
    let asked = move || {
        view! {
            <p>"It is not offered again, however often you do this."</p>
            {area_field("Why not", reason, "3", "For yourself, later: it stands at a glance, and in the history of the draft.")}
        }
        .into_any()
    };
    open_form(desk, format!("Reject “{name}”"), "Reject", true, asked, move |form| {
        let reason = reason.get_untracked().trim().to_owned();
        if reason.is_empty() {
            form.refuse("Say in a word why not: a later you will wonder.");
            return;
        }
        form.send("POST", path.clone(), json!({ "reason": reason }), move |_| {
            evolution.edited.set(None);
            desk.say("It will not be offered again");
            evolution.read();
        });
    });
}

/// Has a draft that runs show that it gives what its source runs gave.
pub fn try_now(evolution: Evolution, draft_id: &str) {
    evolution.progress.set(Some(super::data::Progress {
        stage: "replaying".to_owned(),
        total: 1,
        ..Default::default()
    }));
    evolution.desk.ask("POST", call(draft_id, "try"), None, move |answered| {
        evolution.progress.set(None);
        match answered {
            Ok(answer) if answer["passed"] == true => evolution.desk.say("It gives the same outputs"),
            Ok(_) => evolution.desk.complain(&Failure::said("It does not give the same outputs")),
            Err(failure) => evolution.desk.complain(&failure),
        }
        evolution.read();
    });
}

/// Lets the team learn from these traces, after a question: what they say is read by others then.
pub fn share(evolution: Evolution, trace_ids: Vec<String>) {
    let desk = evolution.desk;
    let count = words::count(trace_ids.len() as u64, "trace");
    let asked = || {
        view! { <p>"Your team's evolution may read what you asked and what was answered in them. The files stay in your volume, and you can take this back for each."</p> }
            .into_any()
    };
    open_form(desk, format!("Share {count} with your team"), "Share", false, asked, move |form| {
        let body = json!({ "trace_ids": trace_ids, "shared": true });
        form.send("POST", "/traces/share".to_owned(), body, move |answer| {
            evolution.trace.set(None);
            desk.say(format!("{} shared", words::count(answer["changed"].as_u64().unwrap_or_default(), "trace")));
        });
    });
}

/// Shares one trace, or no longer.
pub fn share_one(evolution: Evolution, trace_id: &str, shared: bool, shown: RwSignal<bool>) {
    let body = json!({ "trace_ids": [trace_id], "shared": shared });
    evolution.desk.ask("POST", "/traces/share".to_owned(), Some(body), move |answered| match answered {
        Ok(_) => evolution.desk.say(if shared { "Your team may learn from it" } else { "It is yours alone again" }),
        Err(failure) => {
            shown.try_set(!shared);
            evolution.desk.complain(&failure);
        }
    });
}

/// Puts a skill out of sight that stopped helping.
pub fn archive(evolution: Evolution, skill_id: &str) {
    let volume = evolution.overview.with_untracked(|now| now.ready().map(|now| now.volume.clone()).unwrap_or_default());
    let path = format!("/evolution/skills/{}/archive?volume={}", words::encoded(skill_id), words::encoded(&volume));
    evolution.desk.ask("POST", path, None, move |answered| match answered {
        Ok(answer) => {
            let commit = answer["commit"].as_str().unwrap_or_default().to_owned();
            let volume = volume.clone();
            let undo = move || {
                let body = json!({ "commit": commit });
                let path = format!("/volumes/revert?volume={}", words::encoded(&volume));
                evolution.desk.ask("POST", path, Some(body), move |answered| match answered {
                    Ok(_) => evolution.read(),
                    Err(failure) => evolution.desk.complain(&failure),
                });
            };
            evolution.desk.say_with("It is in the archive, out of sight", "Undo", undo);
            evolution.read();
        }
        Err(failure) => evolution.desk.complain(&failure),
    });
}
