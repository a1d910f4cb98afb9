//! One skill to read: what it does, what it takes, what it gives, its prose and its code.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;

use crate::kernel::quantity;
use crate::kernel::skill::{ExecutableSkill, Port, Skill};
use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::code::CodeListing;
use crate::ui::parts::hue;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::port_mark::PortMark;
use crate::ui::parts::reactive::{dynamic, press};

/// One skill.
#[component]
pub fn Reader(
    /// Which.
    skill: Arc<Skill>,
) -> impl IntoView {
    let ui = use_ui();
    let executable = skill.executable.clone();
    let hue_class = hue::of_skill(executable.as_deref());
    let kind = hue::name_of(executable.as_deref());
    let skill_id = skill.skill_id.clone();
    let add = executable.is_some().then(|| {
        view! {
            <button type="button" class="button button-main" on:click=press(move || {
                ui.add_skill(&skill_id, None);
            })>
                <Icon name="plus" />
                "Add to canvas"
            </button>
        }
    });
    let facts = executable.as_ref().map(|executable| view! { <Facts executable=Arc::clone(executable) /> });
    let tables = executable.as_ref().map(|executable| {
        view! {
            <PortTable title="Inputs" ports=executable.inputs.clone() with_default=true />
            <PortTable title="Outputs" ports=executable.outputs.clone() with_default=false />
        }
    });
    let code = executable.as_ref().map(|executable| {
        let copied = executable.code.clone();
        view! {
            <section>
                <div class="section-line">
                    <h2>"Code"</h2>
                    <IconButton icon="copy" label="Copy the code".to_owned() on_press=move |()| ui.copy(&copied, "The code") />
                </div>
                <CodeListing code=executable.code.clone() language=executable.language marked=None />
            </section>
        }
    });
    let prose = RwSignal::new(None::<Result<String, String>>);
    (ui.services().read_prose)(&skill.skill_id, Box::new(move |read| prose.set(Some(read))));
    let keywords =
        skill.keywords.iter().map(|keyword| view! { <span class="keyword">{keyword.clone()}</span> }).collect_view();
    view! {
        <article class=format!("reader {hue_class}")>
            <button type="button" class="text-button reader-back" on:click=press(move || ui.state.chrome.shown_skill.set(None))>
                <Icon name="arrow-left" />
                "All skills"
            </button>
            <header class="reader-head">
                <div>
                    <h1>{skill.name.clone()}</h1>
                    <p class="reader-about">{skill.description.clone()}</p>
                    <p class="reader-line">
                        <span class="badge">{kind}</span>
                        <code>{skill.path.clone()}</code>
                    </p>
                </div>
                {add}
            </header>
            {facts}
            {tables}
            {dynamic(move || {
                prose.get().map(|read| match read {
                    // The kernel lets no markup of the source through, only what it made of Markdown.
                    Ok(html) => view! { <div class="prose" inner_html=html></div> }.into_any(),
                    Err(reason) => view! { <p class="reader-trouble" role="alert">{reason}</p> }.into_any(),
                })
            })}
            {code}
            <p class="keywords">{keywords}</p>
        </article>
    }
}

#[component]
fn Facts(
    /// The skill.
    executable: Arc<ExecutableSkill>,
) -> impl IntoView {
    let mut facts = Vec::new();
    if executable.estimated_time_ms > 0 {
        facts.push(("Usually takes", quantity::duration(f64::from(executable.estimated_time_ms))));
    }
    if executable.memory_mb > 0 {
        facts.push(("Memory", format!("{} MB", executable.memory_mb)));
    }
    if !executable.packages.is_empty() {
        facts.push(("Packages", executable.packages.join(", ")));
    }
    if !executable.version.is_empty() {
        facts.push(("Version", executable.version.clone()));
    }
    if !executable.author.is_empty() {
        facts.push(("Author", executable.author.clone()));
    }
    if !executable.cache {
        facts.push(("Runs", "anew every time".to_owned()));
    }
    view! {
        <dl class="facts">
            {facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
        </dl>
    }
}

#[component]
fn PortTable(
    /// What the ports are.
    title: &'static str,
    /// The ports.
    ports: Vec<Port>,
    /// Whether they may have defaults.
    with_default: bool,
) -> impl IntoView {
    if ports.is_empty() {
        return ().into_any();
    }
    let rows = ports
        .into_iter()
        .map(|port| {
            let default = match &port.default {
                Some(value) => value_text(value, port.unit.as_deref()),
                None if port.required == Some(false) => "optional".into(),
                None => "needed".into(),
            };
            let unit = port.unit.clone().unwrap_or_default();
            view! {
                <tr>
                    <td class="port-cell">
                        <PortMark kind=port.kind />
                        <code>{port.name.clone()}</code>
                    </td>
                    <td>{port.kind.name()} {(!unit.is_empty()).then(|| format!(", {unit}"))}</td>
                    {with_default.then(|| view! { <td class="default-cell">{default}</td> })}
                    <td class="about-cell">{port.description.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="port-section">
            <h2>{title}</h2>
            <table class="ports-table">
                <thead>
                    <tr>
                        <th>"Name"</th>
                        <th>"Type"</th>
                        {with_default.then(|| view! { <th>"Default"</th> })}
                        <th>"What it is"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn value_text(value: &Value, unit: Option<&str>) -> String {
    const LONGEST: usize = 40;
    let text = match value {
        Value::Number(number) => {
            number.as_f64().map_or_else(|| number.to_string(), |number| quantity::format(number, unit, 6))
        }
        Value::String(text) => text.lines().next().unwrap_or_default().to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        other => other.to_string(),
    };
    if text.chars().count() > LONGEST { text.chars().take(LONGEST).chain(['…']).collect() } else { text }
}
