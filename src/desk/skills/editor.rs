//! The file of a skill to change: an editor with findings at their lines, and beside it how it will read.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html::Div;
use leptos::prelude::*;
use serde_json::json;

use super::actions;
use super::data::{Finding, SkillDetail};
use super::state::Skills;
use crate::browser::{self, CodeEditor};
use crate::desk::data::Loaded;
use crate::desk::parts::{Look, button, button_when, failed};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live, press};

/// The editor that is open; it goes with the part of the page that it is in.
type Open = StoredValue<Rc<RefCell<Option<CodeEditor>>>, LocalStorage>;

/// The file, and how it will read.
pub fn view(skills: Skills, detail: SkillDetail) -> AnyView {
    let place = NodeRef::<Div>::new();
    let open: Open = StoredValue::new_local(Rc::default());
    let trouble = RwSignal::new(None);
    let first = skills.draft.get_untracked().unwrap_or_else(|| detail.source.clone());
    skills.check_soon(first.clone());
    let (saved, writable) = (detail.source.clone(), detail.writable);
    place.on_load(move |element| {
        let (kept, label) = (open.get_value(), format!("File of {}", detail.row.name));
        let on_change = move |text: String| {
            skills.draft.set((text != saved_source(skills, &saved)).then(|| text.clone()));
            skills.check_soon(text);
        };
        browser::spawn(async move {
            match CodeEditor::open(&element, &first, &label, !writable, on_change, move || actions::save(skills)).await
            {
                Ok(editor) => {
                    editor.focus();
                    kept.replace(Some(editor));
                    // What was found before it stood.
                    skills.checked.notify();
                }
                Err(error) => trouble.set(Some(error.into())),
            }
        });
    });
    Effect::new(move |_| {
        let findings: Vec<_> = skills.checked.with(|checked| {
            let row = |finding: &Finding| json!({ "line": finding.line, "severity": finding.severity, "message": finding.message, "hint": finding.hint });
            checked.diagnostics.iter().map(row).collect()
        });
        if let Some(editor) = open.get_value().borrow().as_ref() {
            editor.set_findings(&json!(findings).to_string());
        }
    });
    on_cleanup(move || {
        if let Some(open) = open.try_get_value() {
            open.take();
        }
    });
    let go_to = Callback::new(move |line: u64| {
        if let Some(editor) = open.get_value().borrow().as_ref() {
            editor.go_to(u32::try_from(line).unwrap_or(1));
        }
    });
    let has_draft = Memo::new(move |_| skills.draft.with(Option::is_some));
    let can_save = live(move || has_draft.get() && !skills.saving.get());
    let discard = move || {
        skills.draft.set(None);
        let source = skills.detail.with_untracked(|detail| detail.ready().map(|detail| detail.source.clone()));
        if let (Some(editor), Some(source)) = (open.get_value().borrow().as_ref(), source) {
            editor.set_text(&source);
        }
    };
    let state = live(move || {
        skills.checked.with(|checked| {
            let errors = checked.diagnostics.iter().filter(|finding| finding.severity == "error").count() as u64;
            let warnings = checked.diagnostics.len() as u64 - errors;
            match (errors, warnings) {
                (0, 0) => "No findings".to_owned(),
                (0, warnings) => words::count(warnings, "warning"),
                (errors, 0) => words::count(errors, "error"),
                (errors, warnings) => {
                    format!("{}, {}", words::count(errors, "error"), words::count(warnings, "warning"))
                }
            }
        })
    });
    view! {
        <div class="skills-edit">
            <div class="skills-edit-sides">
                <div class="skills-code" node_ref=place></div>
                <div class="skills-preview" aria-label="How it will read">
                    {dynamic(move || trouble.get().map(|failure| failed(&failure, move || trouble.set(None))))}
                    {dynamic(move || {
                        let checked = skills.checked.get();
                        view! {
                            {(!checked.diagnostics.is_empty()).then(|| findings(&checked.diagnostics, Some(go_to)))}
                            <div class="prose" inner_html=checked.html></div>
                        }
                    })}
                </div>
            </div>
            <div class="desk-commit-bar skills-save">
                <span class="skills-state" role="status">{move || state.get()}</span>
                {writable.then(|| view! {
                    {button_when(Look::Plain, "undo-2", "Discard", live(move || has_draft.get()), discard)}
                    {button_when(Look::Main, "save", "Save", can_save, move || actions::save(skills))}
                })}
                {(!writable).then(|| {
                    let duplicate = move || {
                        let shown = skills.shown.get_untracked();
                        let detail = skills.detail.with_untracked(|detail| detail.ready().cloned());
                        if let (Some(shown), Some(detail)) = (shown, detail) {
                            actions::duplicate(skills, &shown, &detail);
                        }
                    };
                    view! {
                        <span>"You may read it here, and change a copy of your own."</span>
                        {button(Look::Main, "copy-plus", "Duplicate", duplicate)}
                    }
                })}
            </div>
        </div>
    }
    .into_any()
}

fn saved_source(skills: Skills, before: &str) -> String {
    skills.detail.with_untracked(|detail| match detail {
        Loaded::Ready(detail) => detail.source.clone(),
        _ => before.to_owned(),
    })
}

/// What is wrong, each with its line; a press on one goes there.
pub fn findings(findings: &[Finding], go_to: Option<Callback<u64>>) -> AnyView {
    let row = |finding: &Finding| {
        let is_error = finding.severity == "error";
        let line = finding.line.unwrap_or(1);
        let place = finding.line.map(|line| format!("Line {line}"));
        let text = view! {
            <Icon name=if is_error { "circle-x" } else { "triangle-alert" } />
            <span>
                <span class="skills-finding-message">{finding.message.clone()}</span>
                {finding.hint.clone().map(|hint| view! { <small>{hint}</small> })}
            </span>
            <span class="skills-finding-line">{place}</span>
        };
        let class = if is_error { "skills-finding skills-finding-error" } else { "skills-finding" };
        match go_to {
            Some(go_to) => view! { <li><button type="button" class=class on:click=press(move || go_to.run(line))>{text}</button></li> }.into_any(),
            None => view! { <li class=class>{text}</li> }.into_any(),
        }
    };
    view! { <ul class="skills-findings" aria-label="Findings">{findings.iter().map(row).collect_view()}</ul> }
        .into_any()
}
