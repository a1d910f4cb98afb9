//! The dialog that proposes a skill to a team or to everybody.

use leptos::prelude::*;
use serde_json::{Value, json};

use crate::desk::parts::{area_field, choice_field, open_form, text_field};
use crate::desk::state::{Desk, Tab};

/// Asks to whom a skill is proposed, and why.
pub fn open_dialog(desk: Desk, skill_id: &str) {
    let skill = desk.lasting(skill_id.to_owned());
    let reason = desk.lasting(String::new());
    let (mut targets, current) = desk.people.with_untracked(|people| {
        let Some(people) = people.ready() else { return (Vec::new(), None) };
        let memberships = people.me().map(|me| me.teams.clone()).unwrap_or_default();
        let targets: Vec<(String, String, String)> = memberships
            .iter()
            .map(|team| {
                let about = "Everybody in the team can use it once an admin of the team takes it".to_owned();
                (format!("team/{}", team.team_id), people.team_name(&team.team_id), about)
            })
            .collect();
        (targets, people.current.team_id.clone())
    });
    let everybody = "All people of this workbench can use it once an admin of the system takes it".to_owned();
    targets.push(("system".to_owned(), "Everybody".to_owned(), everybody));
    let shown = desk.volume.get_untracked();
    let preferred = [Some(shown), current.map(|team| format!("team/{team}"))].into_iter().flatten();
    let first = preferred.into_iter().find(|volume| targets.iter().any(|(key, ..)| key == volume));
    let target = desk.lasting(first.unwrap_or_else(|| targets[0].0.clone()));
    let title = if skill_id.is_empty() { "Propose a skill".to_owned() } else { format!("Propose {skill_id}") };
    let ask_skill = skill_id.is_empty();
    let asked = move || {
        view! {
            {ask_skill.then(|| text_field("Skill", skill, "my-skill", "The id of a skill in your volume."))}
            {choice_field("To", target, targets.clone())}
            {area_field("Why", reason, "4", "It goes into the commit and into the history of the volume: what makes it worth having?")}
        }
        .into_any()
    };
    open_form(desk, title, "Propose", false, asked, move |form| {
        let (skill, to, reason) = (skill.get_untracked(), target.get_untracked(), reason.get_untracked());
        let (skill, reason) = (skill.trim().to_owned(), reason.trim().to_owned());
        if skill.is_empty() {
            form.refuse("Say which skill.");
            return;
        }
        if reason.is_empty() {
            form.refuse("Say why, so that those who decide can.");
            return;
        }
        let body = json!({ "skill_id": skill, "to": to, "reason": reason });
        form.send("POST", "/proposals".to_owned(), body, move |answer| {
            desk.touched();
            let id = answer.get("proposal_id").and_then(Value::as_str).unwrap_or_default().to_owned();
            desk.say_with(format!("{skill} is proposed to {to}"), "Look at it", move || {
                desk.tab.set(Tab::Proposals);
                desk.proposals.shown.set(id.clone());
                desk.reading.set(true);
            });
        });
    });
}
