//! What stands where nothing was said yet, and where a question was not taken: the first step, and with no model the skills that help.

use leptos::prelude::*;

use super::connect;
use super::data::{Loaded, Reason, SkillRow, SkillRows};
use super::run;
use super::state::Chat;
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button, show_loaded};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, press};

const MOST_SKILLS: usize = 5;

/// Questions to begin with, which the library has skills for.
const STARTERS: [(&str, &str); 3] = [
    ("circuit-board", "Design an RC low-pass filter with a cut-off at 1 kHz and show its frequency response"),
    ("chart-line", "Which frequencies are in a 50 Hz signal with noise? Show the spectrum"),
    ("workflow", "Build a workflow that simulates a half-wave rectifier and measures its ripple"),
];

/// Before the first message.
pub fn welcome(chat: Chat) -> AnyView {
    let is_known = Memo::new(move |_| chat.models.with(|models| models.ready().is_some()));
    let has_model = Memo::new(move |_| chat.has_model());
    view! {
        <div class="chat-welcome">
            <h3>"What are you working on?"</h3>
            <p>"Skills that fit your question go along with it. What is said is kept in your volume."</p>
            <ul class="chat-starters">{STARTERS.map(|(icon, text)| starter(chat, icon, text)).collect_view()}</ul>
            {dynamic(move || (is_known.get() && !has_model.get()).then(|| connect::invitation(chat)))}
        </div>
    }
    .into_any()
}

fn starter(chat: Chat, icon: &'static str, text: &'static str) -> AnyView {
    let start = press(move || {
        chat.draft.set(text.to_owned());
        chat.keep_draft();
        super::focus();
    });
    view! {
        <li>
            <button type="button" class="chat-starter" on:click=start>
                <Icon name=icon />
                <span>{text}</span>
            </button>
        </li>
    }
    .into_any()
}

/// Why a question was not taken. With no model: the skills that fit, and the way to one.
pub fn refusal(chat: Chat, failure: &Failure, trouble: AnyView) -> AnyView {
    if failure.code != "no_model" {
        return view! { <div class="chat-refusal">{trouble}</div> }.into_any();
    }
    let question = chat.draft.get_untracked();
    view! {
        <div class="chat-refusal">
            {help(chat, question.trim())}
            {connect::invitation(chat)}
        </div>
    }
    .into_any()
}

/// The skills that fit a question; those that run can be run here.
fn help(chat: Chat, question: &str) -> AnyView {
    let rows = RwSignal::new(Loaded::<SkillRows>::Waiting);
    let path = format!("/skills?limit={MOST_SKILLS}&query={}", words::encoded(question));
    let look = move || chat.desk.load(path.clone(), move |found| rows.set(found));
    look();
    view! {
        <section class="chat-help" aria-label="Skills that fit">
            <h3>"These skills fit your question"</h3>
            {show_loaded(move || rows.get(), 4, look, move |rows| {
                if rows.skills.is_empty() {
                    view! { <p>"None of the skills here says anything like it."</p> }.into_any()
                } else {
                    rows.skills.into_iter().take(MOST_SKILLS).map(|row| skill(chat, row)).collect_view().into_any()
                }
            })}
        </section>
    }
    .into_any()
}

fn skill(chat: Chat, row: SkillRow) -> AnyView {
    let is_running = RwSignal::new(0_u32);
    let runs = row.runs();
    let why: Vec<String> =
        row.reasons.iter().map(|Reason { field, term }| format!("“{term}” in its {field}")).collect();
    let (opened, run) = (row.skill_id.clone(), row.skill_id);
    view! {
        <div class="chat-help-skill">
            <strong>{row.name}</strong>
            <p>{row.description}</p>
            {(!why.is_empty()).then(|| view! { <small>{why.join(", ")}</small> })}
            <div class="button-row">
                {runs.then(|| button(Look::Plain, "play", "Run", move || is_running.update(|times| *times += 1)))}
                {button(Look::Plain, "book-open", "Read", move || chat.open_skill(&opened))}
            </div>
            {dynamic(move || (is_running.get() > 0).then(|| run::run_skill(chat, &run)))}
        </div>
    }
    .into_any()
}
