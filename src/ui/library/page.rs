//! The library as a list, with the skill that is read beside it.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;

use super::reader::Reader;
use crate::kernel::canvas::find;
use crate::kernel::order::sorted;
use crate::kernel::skill::Skill;
use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::{self, typed};
use crate::ui::parts::hue;
use crate::ui::parts::reactive::{Show, dynamic, live, press};
use crate::ui::shell::palette::{Finding, category_name};
use crate::ui::state::Room;

/// The skills section.
#[component]
pub fn SkillsPage() -> impl IntoView {
    let ui = use_ui();
    let shown = ui.state.chrome.shown_skill;
    let query = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let library = ui.state.library.get();
        let mut found = query.with(|query| find::skills(&library.skills, query));
        if query.with(|query| query.trim().is_empty()) {
            // Skills come by name already.
            found = sorted(found, |one, other| {
                let rank = |skill: &Skill| (skill.executable.is_none(), category_name(&skill.category));
                rank(one).cmp(&rank(other))
            });
        }
        found
    });
    let diagnostics = Memo::new(move |_| ui.state.library.with(|library| library.diagnostics.as_ref().clone()));
    let on_phone = move || ui.state.chrome.room.get() == Room::Phone;
    // Where there is room, the first skill is open rather than nothing.
    let current = Memo::new(move |_| {
        let first = || found.with(|found| found.first().map(|skill| skill.skill_id.clone()));
        shown.get().or_else(|| if on_phone() { None } else { first() })
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let step: isize = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        let next = found.with_untracked(|found| {
            let now = found.iter().position(|skill| Some(&skill.skill_id) == current.get_untracked().as_ref())?;
            found.get(now.checked_add_signed(step)?).map(|skill| skill.skill_id.clone())
        });
        if next.is_some() {
            shown.set(next);
            request_animation_frame(|| dom::reveal(".skill-row[aria-current='true']"));
        }
    };
    let rows = dynamic(move || {
        let sorted = query.with(|query| query.trim().is_empty());
        let mut group = String::new();
        found
            .get()
            .into_iter()
            .map(|skill| {
                let name = if skill.executable.is_none() {
                    "Context for models".to_owned()
                } else {
                    category_name(&skill.category)
                };
                let heading = (sorted && name != group).then(|| {
                    group.clone_from(&name);
                    view! { <p class="palette-category">{name}</p> }
                });
                view! { {heading} <SkillRow skill current /> }
            })
            .collect_view()
    });
    view! {
        <div class="skills-page" class:reading=live(move || shown.with(Option::is_some))>
            <aside class="skills-list" aria-label="Skills" on:keydown=on_key>
                <div class="search">
                    <Icon name="search" />
                    <input
                        type="search"
                        placeholder="Find a skill"
                        aria-label="Find a skill"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=live(move || query.get())
                        on:input=move |event| query.set(typed(&event))
                    />
                </div>
                <div class="skills-rows">
                    {rows}
                    <Show when=live(move || found.with(Vec::is_empty))>
                        <p class="empty-note">{live(move || format!("No skill matches “{}”.", query.get().trim()))}</p>
                    </Show>
                </div>
                <Show when=live(move || diagnostics.with(|diagnostics| !diagnostics.is_empty()))>
                    <section class="problems">
                        <p class="problems-title">
                            <Icon name="triangle-alert" />
                            "Findings in the library's files"
                        </p>
                        <ul class="problem-list">
                            {dynamic(move || diagnostics.get().into_iter().map(|diagnostic| view! { <Finding diagnostic /> }).collect_view())}
                        </ul>
                    </section>
                </Show>
            </aside>
            <div class="skill-reader" tabindex="-1">
                {dynamic(move || {
                    let skill = current.get().and_then(|id| ui.state.library.with(|library| library.skills.get(&id).cloned()));
                    match skill {
                        Some(skill) => view! { <Reader skill /> }.into_any(),
                        None => view! { <p class="empty-note">"Choose a skill to read what it does, what it takes and what it gives."</p> }.into_any(),
                    }
                })}
            </div>
        </div>
    }
}

#[component]
fn SkillRow(
    /// The skill.
    skill: Arc<Skill>,
    /// The skill that is read.
    current: Memo<Option<String>>,
) -> impl IntoView {
    let shown = use_ui().state.chrome.shown_skill;
    let hue_class = hue::of_skill(skill.executable.as_deref());
    let id = skill.skill_id.clone();
    let chosen = skill.skill_id.clone();
    view! {
        <button
            type="button"
            class=format!("skill-row {hue_class}")
            aria-current=live(move || (current.get().as_ref() == Some(&id)).to_string())
            on:click=press(move || shown.set(Some(chosen.clone())))
        >
            <span class="dot" aria-hidden="true"></span>
            <span class="skill-row-text">
                <span class="skill-row-name">{skill.name.clone()}</span>
                <span class="skill-row-about">{skill.description.clone()}</span>
            </span>
        </button>
    }
}
