//! One draft: what it would add, why, how it did in its trial, and the decision.

use leptos::prelude::*;

use super::chart::{duration, percent};
use super::data::{Draft, Parameter, Tally};
use super::state::Evolution;
use super::{actions, edit, evidence};
use crate::desk::diff;
use crate::desk::parts::{Look, button, button_when, empty, icon_button};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live};

/// The draft that is looked at.
pub fn view(evolution: Evolution) -> AnyView {
    let draft = Memo::new(move |_| {
        let shown = evolution.shown.get();
        evolution.drafts.with(|drafts| drafts.ready()?.iter().find(|draft| draft.draft_id == shown).cloned())
    });
    view! {
        <div class="evo-main" tabindex="-1">
            {dynamic(move || match draft.get() {
                Some(draft) => one(evolution, draft),
                None => empty(
                    "git-pull-request",
                    "A draft and its evidence",
                    "Choose a draft to see what it is drawn from, how it did in its trial, and the skill as it would be added.",
                    None,
                ),
            })}
        </div>
    }
    .into_any()
}

fn one(evolution: Evolution, draft: Draft) -> AnyView {
    let pattern = &draft.pattern;
    let kind = if draft.kind == "compound" { "A node for workflows" } else { "A guide for chats" };
    let figure = |value: String, name: &'static str, title: String| {
        view! { <div title=title><dt>{name}</dt><dd>{value}</dd></div> }
    };
    let people =
        (pattern.people > 1).then(|| figure(pattern.people.to_string(), "people", "Whose traces these are".to_owned()));
    let updated =
        (draft.is_update && !draft.files.is_empty()).then(|| diff::files(evolution.desk, draft.files.clone(), "", &[]));
    let is_editing = live(move || evolution.edited.with(Option::is_some));
    let (text, decided, edited) = (draft.html.clone().unwrap_or_default(), draft.clone(), draft.clone());
    let editor = dynamic(move || is_editing.get().then(|| edit::view(evolution, &edited)));
    let source = draft.source.clone();
    let begin_edit = move || evolution.edited.set(Some(source.clone().unwrap_or_default()));
    view! {
        <article class="evo-draft">
            <header class="evo-draft-head">
                <span class="evo-back">{icon_button("arrow-left", "All drafts", move || evolution.is_reading.set(false))}</span>
                <div>
                    <h2>{draft.name.clone()}</h2>
                    <p class="reader-line">
                        <span class="badge">{kind}</span>
                        <span class="badge"><Icon name=words::volume_icon(&draft.volume) />{draft.volume.clone()}</span>
                        {draft.is_update.then(|| view! { <span class="badge">"changes a skill that there is"</span> })}
                        <code class="evo-id">{draft.skill_id.clone()}</code>
                    </p>
                </div>
            </header>
            <dl class="evo-figures">
                {figure(pattern.count.to_string(), "times", format!("On {}", words::count(pattern.days, "day")))}
                {figure(pattern.days.to_string(), if pattern.days == 1 { "day" } else { "days" }, "On which it was done".to_owned())}
                {figure(percent(pattern.success_rate), "went well", format!("{} of them rated, the others by what followed", pattern.rated))}
                {figure(percent(pattern.confidence), "or better next", "The rate to expect at least of those to come, 9 times in 10".to_owned())}
                {figure(duration(pattern.median_ms), "usually", "The median time that it took".to_owned())}
                {people}
            </dl>
            {trial(evolution, &draft)}
            {decision(evolution, decided)}
            <section>
                <div class="evo-section-head">
                    <h3>"The skill"</h3>
                    {dynamic(move || {
                        let begin_edit = begin_edit.clone();
                        (!is_editing.get()).then(|| button(Look::Text, "pencil", "Edit", begin_edit))
                    })}
                </div>
                {editor}
                {updated}
                // The kernel lets no markup of the source through, only what it made of Markdown.
                <div class="prose evo-skill" hidden=is_editing inner_html=text></div>
            </section>
            {varied(&pattern.parameters)}
            {evidence::view(evolution, &draft)}
            {took_part(&pattern.skills, &pattern.tools)}
        </article>
    }
    .into_any()
}

/// How it did before it was offered.
fn trial(evolution: Evolution, draft: &Draft) -> AnyView {
    let line = |icon: &'static str, class: &'static str, text: String| {
        view! { <p class=format!("evo-trial {class}")><Icon name=icon /><span>{text}</span></p> }.into_any()
    };
    if let Some(trial) = &draft.trial {
        let text = format!(
            "Tried: it comes up by itself for {} of the {} wishes that it is drawn from, and is in no other skill's way.",
            trial.found, trial.tried
        );
        return line("circle-check", "passed", text);
    }
    let runs = words::count(draft.replay.len() as u64, "run");
    match &draft.replayed {
        _ if draft.kind != "compound" => ().into_any(),
        _ if draft.replay.is_empty() => line(
            "triangle-alert",
            "open",
            "Its runs left no outputs to compare with: look at it before you take it.".to_owned(),
        ),
        Some(differences) if differences.is_empty() => line(
            "circle-check",
            "passed",
            format!("Tried: it gave the same outputs as the {runs} that it is drawn from."),
        ),
        told => {
            let differences = told.clone().unwrap_or_default();
            let text = if told.is_none() {
                let why = draft.cannot_run.as_ref().map(|reason| format!(" It could not be run then: {reason}"));
                format!("Not tried yet: it has to give what {runs} gave before it is taken.{}", why.unwrap_or_default())
            } else {
                format!("It does not give what its runs gave: {}", differences.join("; "))
            };
            let id = draft.draft_id.clone();
            view! {
                <div class="evo-trial open">
                    <Icon name="triangle-alert" />
                    <span>{text}</span>
                    {button(Look::Plain, "play", "Try it now", move || actions::try_now(evolution, &id))}
                </div>
            }
            .into_any()
        }
    }
}

fn decision(evolution: Evolution, draft: Draft) -> AnyView {
    let [taken, promoted, rejected] = std::array::from_fn(|_| draft.clone());
    let can = live(move || !draft.needs_replay);
    let own = draft.level == "user";
    let accept = if draft.is_update { "Update the skill" } else { "Accept" };
    let note = if draft.may_accept {
        "Taking it is a commit, which can be taken back."
    } else {
        "Only an admin of the volume takes it; it stands among the volume's proposals."
    };
    view! {
        <div class="desk-decision evo-decision">
            <p>{note}</p>
            <div class="button-row">
                {draft.may_accept.then(|| button_when(Look::Main, "check", accept, can, move || actions::accept(evolution, &taken)))}
                {(draft.may_accept && own).then(|| button_when(Look::Plain, "users", "Accept for the team…", can, move || actions::accept_for_team(evolution, &promoted)))}
                {button(Look::Plain, "x", "Reject…", move || actions::reject(evolution, &rejected))}
            </div>
        </div>
    }
    .into_any()
}

/// What it was given, and what of that was not always the same.
fn varied(parameters: &[Parameter]) -> AnyView {
    if parameters.is_empty() {
        return ().into_any();
    }
    let value = |value: &Tally| {
        let count = (value.count > 1).then(|| view! { <small>"× "{value.count}</small> });
        view! { <span class="evo-value"><code>{value.name.clone()}</code>{count}</span> }
    };
    let row = |parameter: &Parameter| {
        let word = if parameter.varied { "varied" } else { "always" };
        view! {
            <tr>
                <th scope="row">{parameter.name.clone()}</th>
                <td><span class="evo-varied" class:yes=parameter.varied>{word}</span></td>
                <td class="evo-values">{parameter.values.iter().map(value).collect_view()}</td>
            </tr>
        }
    };
    let mut sorted: Vec<&Parameter> = parameters.iter().collect();
    sorted.sort_by_key(|parameter| !parameter.varied);
    view! {
        <section>
            <h3>"What varied"</h3>
            <div class="evo-scroll"><table class="evo-table evo-parameters"><tbody>{sorted.into_iter().map(row).collect_view()}</tbody></table></div>
        </section>
    }
    .into_any()
}

fn took_part(skills: &[Tally], tools: &[Tally]) -> AnyView {
    if skills.is_empty() && tools.is_empty() {
        return ().into_any();
    }
    let chip = |icon: &'static str| move |tally: &Tally| view! { <span class="evo-chip"><Icon name=icon />{tally.name.clone()}<small>"× "{tally.count}</small></span> };
    view! {
        <section>
            <h3>"What took part"</h3>
            <p class="evo-chips">
                {skills.iter().map(chip("library")).collect_view()}
                {tools.iter().map(chip("terminal")).collect_view()}
            </p>
        </section>
    }
    .into_any()
}
