//! What can be done with skills: make, copy, rename, give away, delete. Each is a commit that can be taken back.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::data::{SkillDetail, Template, Templates};
use super::list::volume_title;
use super::state::{Shown, Side, Skills};
use crate::browser;
use crate::desk::data::Loaded;
use crate::desk::failure::Failure;
use crate::desk::parts::{choice_field, open_form, show_loaded, text_field};
use crate::desk::words;

/// Goes on to something else, once what was typed is settled.
pub fn leave(skills: Skills, then: impl Fn() + Send + Sync + 'static) {
    if skills.draft.with_untracked(Option::is_none) {
        then();
        return;
    }
    let asked = || view! { <p>"What you typed in this skill is not saved. Leave it behind?"</p> }.into_any();
    open_form(skills.desk, "Not saved yet", "Leave it", true, asked, move |form| {
        skills.draft.set(None);
        form.end(None);
        then();
    });
}

/// Asks what kind of skill, and how it is called.
pub fn create(skills: Skills) {
    let desk = skills.desk;
    let templates = desk.lasting(Loaded::<Templates>::Waiting);
    desk.load("/skills/templates".to_owned(), move |loaded| templates.set(loaded));
    let name = desk.lasting(String::new());
    let kind = desk.lasting("context".to_owned());
    let asked = move || {
        let choices = move |templates: Templates| {
            let choice = |template: Template| (template.template_id, template.name, template.description);
            choice_field("Begin with", kind, templates.templates.into_iter().map(choice).collect())
        };
        view! {
            {text_field("Name", name, "How to read a data sheet", "People and models find it by its name, its keywords and what it says of itself.")}
            {show_loaded(move || templates.get(), 5, move || (), choices)}
        }
        .into_any()
    };
    open_form(desk, "New skill", "Create", false, asked, move |form| {
        let name = name.get_untracked().trim().to_owned();
        let source = templates.with_untracked(|templates| {
            let found =
                templates.ready()?.templates.iter().find(|row| kind.with_untracked(|kind| row.template_id == *kind))?;
            Some(found.source.clone())
        });
        let (Some(source), false) = (source, name.is_empty()) else {
            form.refuse("Give it a name.");
            return;
        };
        // The volumes name it and make sure that the id is free.
        let source = with_name(&source, &name);
        let body = json!({ "files": [{ "path": "", "content": source }] });
        form.send("POST", "/import/skills?replace=false".to_owned(), body, move |answer| {
            if let Some(reason) = answer.pointer("/skipped/0/reason").and_then(Value::as_str) {
                desk.complain(&Failure::said(reason));
                return;
            }
            let skill_id =
                answer.pointer("/imported/0/skill_id").and_then(Value::as_str).unwrap_or_default().to_owned();
            offer_undo(skills, String::new(), format!("{name} is yours to write"), &answer);
            skills.open_by_id(&skill_id);
            skills.look();
        });
    });
}

/// A template under a name; its id is made of the name.
fn with_name(source: &str, name: &str) -> String {
    let line = |line: &str| match line.split_once(": ") {
        Some(("skill_id", _)) => None,
        Some(("name", _)) => Some(format!("name: {}", Value::from(name))),
        _ if line.starts_with("# ") => Some(format!("# {name}")),
        _ => Some(line.to_owned()),
    };
    source.lines().filter_map(line).collect::<Vec<_>>().join("\n") + "\n"
}

/// A copy in a volume of one's own to go on with.
pub fn duplicate(skills: Skills, shown: &Shown, detail: &SkillDetail) {
    let desk = skills.desk;
    let name = desk.lasting(format!("{} (copy)", detail.row.name));
    let volumes = skills.writable_volumes();
    let target = desk.lasting(volumes.first().cloned().unwrap_or_default());
    let call = format!("/skills/{}/copy", words::encoded(&shown.skill_id));
    let from = shown.volume.clone();
    let asked = move || {
        let choices = volumes.iter().map(|volume| (volume.clone(), volume_title(volume), volume.clone())).collect();
        view! {
            {text_field("Name", name, "", "")}
            {choice_field("Into", target, choices)}
        }
        .into_any()
    };
    open_form(desk, format!("Duplicate {}", detail.row.name), "Duplicate", false, asked, move |form| {
        let volume = target.get_untracked();
        let body = json!({ "name": name.get_untracked().trim(), "from": from });
        form.send("POST", format!("{call}?volume={}", words::encoded(&volume)), body, move |answer| {
            let skill_id = answer.get("skill_id").and_then(Value::as_str).unwrap_or_default().to_owned();
            offer_undo(skills, volume.clone(), format!("{skill_id} is a copy of your own"), &answer);
            skills.look();
            skills.open(Shown { skill_id, volume });
        });
    });
}

/// Another id; workflows of the volume that use it go along.
pub fn rename(skills: Skills, shown: &Shown) {
    let desk = skills.desk;
    let (shown, new_id) = (shown.clone(), desk.lasting(shown.skill_id.clone()));
    let asked = move || {
        text_field(
            "Id",
            new_id,
            "",
            "Its file is named by it, and workflows of this volume that use it are changed along. Its title stands in the text.",
        )
    };
    open_form(desk, format!("Rename {}", shown.skill_id), "Rename", false, asked, move |form| {
        let skill_id = new_id.get_untracked().trim().to_owned();
        if skill_id.is_empty() || skill_id == shown.skill_id {
            form.refuse("Give it another id than it has.");
            return;
        }
        let volume = shown.volume.clone();
        form.send("POST", shown.call("/rename"), json!({ "skill_id": skill_id }), move |answer| {
            offer_undo(skills, volume.clone(), format!("It is {skill_id} now"), &answer);
            skills.look();
            skills.open(Shown { skill_id, volume });
        });
    });
}

/// Asks, then deletes; the commit can be taken back.
pub fn delete(skills: Skills, shown: &Shown, detail: &SkillDetail) {
    let (shown, name) = (shown.clone(), detail.row.name.clone());
    let uncovers =
        detail.row.shadows.first().map(|volume| format!(" The one of {} counts again then.", volume_title(volume)));
    let text = format!(
        "It goes from {} as it is now. Its history stays, so you can take this back at any time.{}",
        volume_title(&shown.volume),
        uncovers.unwrap_or_default()
    );
    let asked = move || view! { <p>{text.clone()}</p> }.into_any();
    open_form(skills.desk, format!("Delete {name}"), "Delete", true, asked, move |form| {
        let (volume, name) = (shown.volume.clone(), name.clone());
        form.send("DELETE", shown.call(""), Value::Null, move |answer| {
            skills.draft.set(None);
            skills.shown.set(None);
            skills.look();
            offer_undo(skills, volume, format!("{name} is deleted"), &answer);
        });
    });
}

/// Gives the person a zip that other programs take.
pub fn export(skills: Skills, shown: &Shown) {
    let (desk, call, name) = (skills.desk, shown.call("/package"), format!("{}.zip", shown.skill_id));
    let calls = desk.calls();
    browser::spawn(async move {
        match calls.save_answer(&call, &name, "application/zip").await {
            Ok(()) => {
                desk.say(format!("{name} is in your downloads: a folder with SKILL.md, as agentskills.io has it"))
            }
            Err(error) => desk.complain(&error.into()),
        }
    });
}

/// Saves what was typed, as a commit.
pub fn save(skills: Skills) {
    let (Some(shown), Some(source)) = (skills.shown.get_untracked(), skills.draft.get_untracked()) else { return };
    if skills.saving.get_untracked() {
        return;
    }
    skills.saving.set(true);
    let body = json!({ "source": source });
    skills.desk.ask("PUT", shown.call(""), Some(body), move |answered| {
        skills.saving.set(false);
        match answered {
            Ok(answer) => {
                // What was typed while it was saved stays, on top of what was saved.
                if skills.draft.with_untracked(|draft| draft.as_ref() == Some(&source)) {
                    skills.draft.set(None);
                }
                skills.detail.update_untracked(|detail| {
                    if let Loaded::Ready(detail) = detail {
                        detail.source.clone_from(&source);
                    }
                });
                offer_undo(skills, shown.volume, "Saved".to_owned(), &answer);
                skills.look();
                if skills.draft.with_untracked(Option::is_none) {
                    skills.read();
                }
            }
            Err(failure) => skills.desk.complain(&failure),
        }
    });
}

/// Brings the file back as it was in a commit.
pub fn restore(skills: Skills, shown: &Shown, path: &str, commit: &str) {
    let (shown, text) = (shown.clone(), format!("It is again as it was in {}", words::short(commit)));
    let body = json!({ "volume": shown.volume, "path": path, "commit": commit });
    skills.desk.ask("POST", "/volumes/restore".to_owned(), Some(body), move |answered| match answered {
        Ok(answer) => {
            offer_undo(skills, shown.volume, text, &answer);
            skills.side.set(Side::Read);
            skills.refresh();
        }
        Err(failure) => skills.desk.complain(&failure),
    });
}

/// Says what a commit did, and offers to take it back by another. Without a volume it is the person's own.
pub fn offer_undo(skills: Skills, volume: String, text: String, answer: &Value) {
    let desk = skills.desk;
    let Some(commit) = answer.get("commit").and_then(Value::as_str).map(str::to_owned) else {
        desk.say(text);
        return;
    };
    desk.say_with(text, "Undo", move || {
        let mut body = json!({ "commit": commit });
        if !volume.is_empty() {
            body["volume"] = json!(volume);
        }
        desk.ask("POST", "/volumes/revert".to_owned(), Some(body), move |answered| match answered {
            Ok(_) => {
                skills.refresh();
                desk.say("Taken back by a commit of its own");
            }
            Err(failure) => desk.complain(&failure),
        });
    });
}
