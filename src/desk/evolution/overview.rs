//! At a glance: traces by day, what recurs, which skills help, what was held back and why, and the way over from the old llmos.

use leptos::prelude::*;

use super::chart::{days, duration, percent};
use super::data::{EvolvedSkill, Overview, Pattern, UsedSkill};
use super::evidence::rate;
use super::state::Evolution;
use super::{actions, legacy};
use crate::desk::parts::{Look, button, empty, show_loaded};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{live, press};

const LEVELS: [(&str, &str); 3] = [("user", "You"), ("team", "Your team"), ("system", "Everyone")];

/// All of it.
pub fn view(evolution: Evolution) -> AnyView {
    let levels = LEVELS.map(|(key, name)| {
        view! {
            <button
                type="button"
                class="choice"
                role="radio"
                aria-checked=live(move || evolution.level.with(|level| level == key).to_string())
                on:click=press(move || evolution.choose_level(key))
            >
                {name}
            </button>
        }
    });
    view! {
        <div class="evo-overview">
            <div class="evo-page">
                <div class="choices" role="radiogroup" aria-label="Whose work">{levels.collect_view()}</div>
                {show_loaded(
                    move || evolution.overview.get(),
                    9,
                    move || evolution.read_overview(),
                    move |overview: Overview| cards(evolution, overview),
                )}
            </div>
        </div>
    }
    .into_any()
}

fn cards(evolution: Evolution, overview: Overview) -> AnyView {
    let is_person = evolution.level.with_untracked(|level| level == "user");
    let held = overview.last_run.as_ref().map(|run| run.held_back.clone()).unwrap_or_default();
    let held_rows = held
        .iter()
        .map(|row| view! { <li><span>{row.goal.clone()}</span><small>{words::count(row.count, "time")}": "{row.reason.clone()}</small></li> })
        .collect_view();
    let rejected = overview
        .rejected
        .iter()
        .rev()
        .map(|row| view! { <li><span>{row.skill_id.clone()}</span><small>{row.reason.clone()}" · "<time title=words::moment(row.at)>{words::ago(row.at)}</time></small></li> })
        .collect_view();
    let notes = overview
        .notes
        .iter()
        .rev()
        .take(50)
        .map(|note| {
            let icon = if note.verdict == "skipped" { "ban" } else { "check" };
            view! { <li><span><Icon name=icon /><code>{note.trace_id.clone()}</code></span><small>{note.line.clone()}</small></li> }
        })
        .collect_view();
    let card = |title: &'static str, about: &'static str, content: AnyView, wide: bool| {
        view! {
            <section class="evo-card" class:wide=wide>
                <h2>{title}</h2>
                {(!about.is_empty()).then(|| view! { <p class="evo-about">{about}</p> })}
                {content}
            </section>
        }
    };
    let (no_held, no_rejected, no_notes) = (held.is_empty(), overview.rejected.is_empty(), overview.notes.is_empty());
    view! {
        <div class="evo-cards">
            {card("Traces by day", "", days(&overview.traces_by_day), true)}
            {card("What recurs", "", patterns(&overview), true)}
            {card("Skills made here", "How they did since. What stopped helping is offered for the archive, and can come back.", made(evolution, &overview.skills), true)}
            {card("Skills by use", "", used(evolution, &overview.used), false)}
            {(!no_held).then(|| card("Held back", "Often and well enough, and still no draft.", view! { <ul class="evo-lines">{held_rows}</ul> }.into_any(), false))}
            {(!no_rejected).then(|| card("Not wanted", "What you rejected is not offered again.", view! { <ul class="evo-lines">{rejected}</ul> }.into_any(), false))}
            {(!no_notes).then(|| card("Traces with a note", "Texts are counted and quoted, never run and never obeyed.", view! { <ul class="evo-lines">{notes}</ul> }.into_any(), false))}
            {is_person.then(|| card("From the old llmos", "", legacy::view(evolution), false))}
        </div>
    }
    .into_any()
}

fn patterns(overview: &Overview) -> AnyView {
    const MOST: usize = 30;
    if overview.patterns.is_empty() {
        return empty(
            "activity",
            "Nothing recurs yet",
            "Ask for the same kind of thing again, in any words, or run a workflow with other values. From the third time on it is worth a skill.",
            None,
        );
    }
    let settings = &overview.settings;
    let row = |pattern: &Pattern| {
        let is_enough =
            pattern.count >= settings.min_pattern_count && pattern.success_rate >= settings.min_success_rate;
        let icon = if pattern.kind == "workflow" { "workflow" } else { "message-square" };
        let short = settings.min_pattern_count.saturating_sub(pattern.count);
        let state = match (is_enough, short) {
            (true, _) => "enough".to_owned(),
            (false, 0) => format!("below {}", percent(settings.min_success_rate)),
            (false, short) => format!("{short} more"),
        };
        view! {
            <tr>
                <th scope="row"><Icon name=icon /><span>{pattern.goal.clone()}</span></th>
                <td class="number">{pattern.count}</td>
                <td class="number wide-only">{pattern.days}</td>
                <td>{rate(Some(pattern.success_rate))}</td>
                <td class="number wide-only">{duration(pattern.median_ms)}</td>
                <td class="wide-only"><time title=words::moment(pattern.last_at)>{words::ago(pattern.last_at)}</time></td>
                <td><span class="evo-varied" class:yes=is_enough>{state}</span></td>
            </tr>
        }
    };
    let more = overview.total.saturating_sub(MOST as u64);
    view! {
        <div class="evo-scroll">
            <table class="evo-table">
                <thead><tr>
                    <th scope="col">"Wish or part of workflows"</th>
                    <th scope="col" class="number">"Times"</th>
                    <th scope="col" class="number wide-only">"Days"</th>
                    <th scope="col">"Went well"</th>
                    <th scope="col" class="number wide-only">"Usually"</th>
                    <th scope="col" class="wide-only">"Last"</th>
                    <th scope="col">"For a skill"</th>
                </tr></thead>
                <tbody>{overview.patterns.iter().take(MOST).map(row).collect_view()}</tbody>
            </table>
        </div>
        {(more > 0).then(|| view! { <p class="evo-about">{format!("and {more} less often")}</p> })}
    }
    .into_any()
}

fn made(evolution: Evolution, skills: &[EvolvedSkill]) -> AnyView {
    if skills.is_empty() {
        return view! { <p class="evo-about">"None yet. What you accept stands here with its use and its rating."</p> }
            .into_any();
    }
    let has_team = evolution.overview.with_untracked(|now| now.ready().is_some_and(|now| now.team_id.is_some()));
    let is_person = evolution.level.with_untracked(|level| level == "user");
    let row = |skill: &EvolvedSkill| {
        let [shown, promoted, archived] = std::array::from_fn(|_| skill.skill_id.clone());
        let name = skill.name.clone();
        let offer = skill.archive.clone().map(|reason| {
            view! {
                <div class="evo-offer">
                    <Icon name="archive" />
                    <span>{reason}". It may go to the archive."</span>
                    {button(Look::Plain, "archive", "Archive", move || actions::archive(evolution, &archived))}
                </div>
            }
        });
        view! {
            <tr>
                <th scope="row">
                    <button type="button" class="text-button" on:click=press(move || evolution.desk.calls().tell("skill", &shown))>{skill.name.clone()}</button>
                    <small class="wide-only">{format!("since {}", skill.created_at)}</small>
                    {offer}
                </th>
                <td class="number">{skill.usage.uses}</td>
                <td>{rate(skill.usage.rating.or(skill.usage.success_rate))}</td>
                <td class="number wide-only">{skill.usage.corrected}</td>
                <td>{(has_team && is_person).then(|| button(Look::Text, "users", "Promote…", move || actions::promote(evolution, &promoted, &name)))}</td>
            </tr>
        }
    };
    view! {
        <div class="evo-scroll">
            <table class="evo-table">
                <thead><tr>
                    <th scope="col">"Skill"</th>
                    <th scope="col" class="number">"Used"</th>
                    <th scope="col">"Rating"</th>
                    <th scope="col" class="number wide-only">"Corrected"</th>
                    <th scope="col"><span class="sr-only">"For the team"</span></th>
                </tr></thead>
                <tbody>{skills.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn used(evolution: Evolution, skills: &[UsedSkill]) -> AnyView {
    const MOST: usize = 12;
    if skills.is_empty() {
        return view! { <p class="evo-about">"No skill took part in anything that was counted."</p> }.into_any();
    }
    let most = skills.iter().map(|skill| skill.usage.uses).max().unwrap_or(1).max(1) as f64;
    let row = |skill: &UsedSkill| {
        let shown = skill.skill_id.clone();
        let width = format!("{:.0}%", 100.0 * skill.usage.uses as f64 / most);
        view! {
            <li class="evo-used">
                <button type="button" class="text-button" on:click=press(move || evolution.desk.calls().tell("skill", &shown))>{skill.skill_id.clone()}</button>
                <span class="evo-used-bar" aria-hidden="true"><span style:width=width></span></span>
                <span class="evo-used-count">{skill.usage.uses}</span>
                {rate(skill.usage.rating.or(skill.usage.success_rate))}
            </li>
        }
    };
    view! { <ul class="evo-used-list">{skills.iter().take(MOST).map(row).collect_view()}</ul> }.into_any()
}
