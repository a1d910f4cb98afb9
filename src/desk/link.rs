//! A link that somebody sent: what it is, shown before anything of it is kept or put on the canvas. Nothing runs here.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::failure::Failure;
use super::parts::{Look, button, icon_button, open_form, secret_field, trouble};
use super::state::{Desk, Shape};
use crate::browser;
use crate::kernel::skill::Language;
use crate::ui::parts::code::CodeListing;

/// Looks at a link and shows it, or why it cannot be opened.
pub fn open(desk: Desk, fragment: &str) {
    look(desk, json!({ "fragment": fragment }));
}

fn look(desk: Desk, asked: Value) {
    let body = asked.clone();
    desk.ask("POST", "/links/open".to_owned(), Some(body), move |answered| match answered {
        Ok(answer) if answer["sealed"].is_object() => ask_passphrase(desk, asked, answer["sealed"].clone()),
        Ok(answer) => show(desk, asked, answer),
        Err(failure) => refuse(desk, failure),
    });
}

fn ask_passphrase(desk: Desk, asked: Value, sealed: Value) {
    let passphrase = desk.lasting(String::new());
    let fields = move || {
        view! {
            <p class="panel-note">"Who made this link locked it. Ask them for the passphrase."</p>
            {secret_field("Passphrase", passphrase, "", "It stays in this page.")}
        }
        .into_any()
    };
    open_form(desk, "A locked link", "Open", false, fields, move |form| {
        form.start();
        let (calls, sealed, mut asked) = (desk.calls(), sealed.to_string(), asked.clone());
        let typed = passphrase.get_untracked();
        browser::spawn(async move {
            match calls.unseal(&sealed, &typed).await {
                Ok(contents) => {
                    form.end(None);
                    asked["contents"] = contents.into();
                    look(desk, asked);
                }
                Err(error) => form.end(Some(error.into())),
            }
        });
    });
}

fn refuse(desk: Desk, failure: Failure) {
    forget_link();
    desk.put_over("A link that cannot be opened", Shape::Dialog("small"), move || {
        view! {
            <div class="modal-head">
                <h2>"This link cannot be opened"</h2>
                {icon_button("x", "Close", move || desk.close_over())}
            </div>
            <div class="modal-body link-review">
                {trouble(&failure)}
                <p class="panel-note">"Nothing of it was run or kept."</p>
            </div>
        }
        .into_any()
    });
}

fn show(desk: Desk, asked: Value, answer: Value) {
    forget_link();
    desk.put_over("A workflow from a link", Shape::Dialog("full"), move || review(desk, &asked, &answer));
}

fn review(desk: Desk, asked: &Value, answer: &Value) -> AnyView {
    let review = &answer["review"];
    let name = text(&review["name"]);
    let rows = |field: &str| review[field].as_array().cloned().unwrap_or_default();
    let (nodes, skills) = (rows("nodes"), rows("skills"));
    let brings = skills.iter().filter(|skill| skill["origin"] == "link").count();
    let about = format!(
        "{} and {}. {}",
        counted(nodes.len(), "step"),
        counted(review["wires"].as_u64().unwrap_or_default() as usize, "wire"),
        match brings {
            0 => "All its code came with this workbench.".to_owned(),
            count => format!("{} from whoever made the link: read the code before you run it.", skills_word(count)),
        }
    );
    let packages: Vec<String> = rows("packages").iter().map(text).collect();
    let addresses: Vec<String> = rows("addresses").iter().map(text).collect();
    let fetches = if packages.is_empty() {
        "Running it fetches nothing.".to_owned()
    } else {
        format!(
            "Its Python uses: {}. What of this the workbench has not is looked for in the Python index.",
            packages.join(", ")
        )
    };
    let findings = rows("findings");
    let (kept, workflow) = (asked.clone(), answer["payload"]["workflow"].clone());
    let keep = move || keep(desk, kept.clone());
    let to_canvas = move || {
        desk.close_over();
        desk.calls().tell("canvas", &workflow.to_string());
    };
    view! {
        <div class="modal-head">
            <h2>{if name.is_empty() { "A workflow from a link".to_owned() } else { name }}</h2>
            {icon_button("x", "Close", move || desk.close_over())}
        </div>
        <div class="modal-body link-review">
            <p>{text(&review["description"])}</p>
            <p>{about}</p>
            <p class="panel-note">{fetches}</p>
            {(!addresses.is_empty()).then(|| view! {
                <p class="panel-note">{format!("Addresses in the code, which has no network here: {}", addresses.join(", "))}</p>
            })}
            {findings.iter().map(|finding| trouble(&Failure::said(text(&finding["message"])))).collect_view()}
            <h3>"Steps"</h3>
            <ol class="link-steps">{nodes.iter().map(step).collect_view()}</ol>
            <h3>"Code"</h3>
            {skills.iter().map(code).collect_view()}
        </div>
        <div class="desk-form-foot">
            {button(Look::Plain, "", "Leave it", move || desk.close_over())}
            {(brings == 0).then(|| button(Look::Plain, "", "Put it on the canvas", to_canvas))}
            {button(Look::Main, "", "Keep a copy", keep)}
        </div>
    }
    .into_any()
}

fn step(node: &Value) -> AnyView {
    let inputs = node["inputs"].as_object().cloned().unwrap_or_default();
    let inputs: Vec<String> =
        inputs.iter().map(|(name, value)| format!("{name} = {}", short(&value.to_string()))).collect();
    let name = [text(&node["skill_name"]), text(&node["skill_id"])].into_iter().find(|name| !name.is_empty());
    view! {
        <li>
            <strong>{text(&node["node_id"])}</strong>
            {format!(" — {}", name.unwrap_or_default())}
            {(!inputs.is_empty()).then(|| view! { <span class="panel-note">{format!(" ({})", inputs.join(", "))}</span> })}
        </li>
    }
    .into_any()
}

fn code(skill: &Value) -> AnyView {
    let from_link = skill["origin"] == "link";
    let language = serde_json::from_value::<Language>(skill["language"].clone()).unwrap_or(Language::JavaScript);
    let origin = if from_link { "from the link" } else { "came with the workbench" };
    view! {
        <details class="link-skill" open=from_link>
            <summary>{format!("{} — {origin}", text(&skill["name"]))}</summary>
            <p class="panel-note">{text(&skill["description"])}</p>
            <CodeListing code=text(&skill["code"]) language=language />
        </details>
    }
    .into_any()
}

/// Keeps a copy in the person's own volume and opens that.
fn keep(desk: Desk, asked: Value) {
    desk.ask("POST", "/links/keep".to_owned(), Some(asked), move |answered| match answered {
        Ok(kept) => {
            let id = super::words::encoded(&text(&kept["workflow_id"]));
            desk.close_over();
            desk.say("A copy is in your volume");
            desk.ask("GET", format!("/workflows/{id}"), None, move |answered| match answered {
                Ok(workflow) => desk.calls().tell("canvas", &workflow.to_string()),
                Err(failure) => desk.complain(&failure),
            });
        }
        Err(failure) => desk.complain(&failure),
    });
}

/// Takes the link out of the address, so that a reload does not ask again.
pub fn forget_link() {
    let location = window().location();
    let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    if let Ok(history) = window().history() {
        // Where the browser does not allow it, a reload asks again.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn short(text: &str) -> String {
    const LONGEST: usize = 80;
    let short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

fn skills_word(count: usize) -> String {
    if count == 1 { "1 skill comes".to_owned() } else { format!("{count} skills come") }
}
