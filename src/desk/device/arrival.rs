//! What the app was opened with: files from the system, what another app shared, an address. Each is shown before anything of it is kept or
//! put on the canvas; what holds code goes through the review of imports.

use leptos::prelude::*;
use serde_json::{Value, json};

use crate::browser::Parcel;
use crate::desk::answer::Read;
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button, icon_button};
use crate::desk::skills;
use crate::desk::state::{Desk, Shape};
use crate::desk::words;
use crate::desk::{answer::answers, link};
use crate::kernel::dag::Workflow;

answers! {
    /// One thing that arrived.
    pub struct Arrival {
        /// The file's name; empty for words.
        pub name: String,
        /// Its text; none where it is bytes.
        pub text: Option<String>,
    }
}

/// Looks at what has arrived: the first is shown, and the rest after it.
pub fn open(desk: Desk) {
    desk.ask_device("arrivals", String::new(), move |answered| match answered {
        Ok(found) => {
            let arrivals = Vec::<Arrival>::read(&found);
            if arrivals.is_empty() {
                desk.say("Nothing is waiting to be opened");
            }
            // Files of skills are looked at together; of what else came, the last is uppermost.
            let (skills, others): (Vec<_>, Vec<_>) =
                arrivals.iter().enumerate().partition(|(_, arrival)| skill_text(arrival).is_some());
            let texts: Vec<Value> = skills.iter().filter_map(|(_, arrival)| skill_text(arrival)).collect();
            if !texts.is_empty() {
                let files = json!({ "files": texts }).to_string();
                skills::import(desk, async move { Ok(Parcel::text(&files)) });
            }
            for (place, arrival) in others {
                if let Err(failure) = open_one(desk, place, arrival) {
                    desk.complain(&failure);
                }
            }
        }
        Err(failure) => desk.complain(&failure),
    });
}

fn open_one(desk: Desk, place: usize, arrival: &Arrival) -> Result<(), Failure> {
    let name = arrival.name.to_lowercase();
    let Some(text) = &arrival.text else {
        let file =
            desk.device().arrived(place).ok_or_else(|| Failure::said("The file is no longer there. Open it again."))?;
        skills::import(desk, async move { Parcel::of_file(&file).await });
        return Ok(());
    };
    if name.ends_with(".json") {
        return open_workflow(desk, &arrival.name, text);
    }
    if let Some(fragment) = text.find("#w=").map(|at| text[at..].trim().to_owned()) {
        link::open(desk, &fragment);
    } else if let Some(address) = address_in(text).filter(|_| name.is_empty()) {
        skills::import(desk, async move { Parcel::of_address(&address).await });
    } else {
        let files = json!({ "files": [{ "path": "", "content": text }] });
        skills::import(desk, async move { Ok(Parcel::text(&files.to_string())) });
    }
    Ok(())
}

/// A file of a skill, as the import takes it: Markdown as it is, a netlist as a skill that runs it.
fn skill_text(arrival: &Arrival) -> Option<Value> {
    let text = arrival.text.as_ref()?;
    let name = arrival.name.to_lowercase();
    if name.ends_with(".cir") {
        Some(json!({ "path": "", "content": skill_of_deck(&arrival.name, text) }))
    } else if name.ends_with(".md") || name.ends_with(".markdown") {
        Some(json!({ "path": arrival.name, "content": text }))
    } else {
        None
    }
}

/// The first address among words that were shared.
fn address_in(text: &str) -> Option<String> {
    text.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://")).map(str::to_owned)
}

/// Shows what a workflow's file holds; only a press puts it on the canvas.
fn open_workflow(desk: Desk, name: &str, text: &str) -> Result<(), Failure> {
    let unreadable = |error: &dyn std::fmt::Display| Failure::said(format!("{name} holds no workflow: {error}"));
    let value: Value = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    let inner = if value["workflow"].is_object() { value["workflow"].clone() } else { value };
    let workflow: Workflow = serde_json::from_value(inner.clone()).map_err(|error| unreadable(&error))?;
    let title = if workflow.name.is_empty() { name.to_owned() } else { workflow.name.clone() };
    let mut wanted: Vec<String> = workflow.nodes.iter().map(|node| node.skill_id.to_string()).collect();
    wanted.sort();
    wanted.dedup();
    let about = format!(
        "{} and {}. It runs only when you press Run.",
        words::count(workflow.nodes.len() as u64, "node"),
        words::count(workflow.edges.len() as u64, "wire")
    );
    let file = name.to_owned();
    desk.put_over("A workflow from a file", Shape::Dialog("small"), move || {
        let placed = inner.to_string();
        let put = move || {
            desk.close_over();
            desk.calls().tell("canvas", &placed);
        };
        view! {
            <div class="modal-head">
                <h2>{title.clone()}</h2>
                {icon_button("x", "Close", move || desk.close_over())}
            </div>
            <div class="modal-body desk-fields">
                <p>{file.clone()}": "{about.clone()}</p>
                <p class="panel-note">{format!("Skills that it names: {}. What this device lacks of them shows on the canvas as missing.", wanted.join(", "))}</p>
                <div class="button-row">
                    {button(Look::Main, "workflow", "Put it on the canvas", put)}
                    {button(Look::Plain, "", "Cancel", move || desk.close_over())}
                </div>
            </div>
        }
        .into_any()
    });
    Ok(())
}

/// A netlist as a skill that runs it: swept analyses become a plot, an operating point a table.
fn skill_of_deck(file: &str, deck: &str) -> String {
    let title = file.rsplit_once('.').map_or(file, |(title, _)| title);
    let id: String = title
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect();
    let id = id.trim_matches('-');
    let id = if id.is_empty() { "netlist" } else { id };
    let lower = deck.to_lowercase();
    let is_swept = [".tran", ".ac", ".dc"]
        .iter()
        .any(|analysis| lower.lines().any(|line| line.trim_start().starts_with(analysis)));
    let output = if is_swept {
        "{name: plot, type: plot, description: What the analysis gave}"
    } else {
        "{name: table, type: table, description: Voltage of each node and current of each source}"
    };
    let fence = "```";
    format!(
        "---\nskill_id: {id}\nname: {}\ndescription: {}\ntype: spice\ncategory: electronics\noutputs:\n  - {output}\n---\n\n# {title}\n\n## Code\n\n{fence}spice\n{}\n{fence}\n",
        json!(title),
        json!(format!("The netlist of {file}, run by ngspice.")),
        deck.trim_end()
    )
}
