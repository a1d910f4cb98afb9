//! What a model may use without being asked for, and how far an answer may go.

use leptos::ev;
use leptos::prelude::*;
use serde_json::{Value, json};

use super::data::{Loaded, Settings, Tool};
use super::state::Chat;
use crate::desk::parts::{Form, open_form, show_loaded, text_field};
use crate::ui::parts::reactive::live;

const POLICIES: [(&str, &str); 3] = [("allow", "Allow"), ("ask", "Ask"), ("deny", "Deny")];

/// What is chosen in the form, as it is typed.
#[derive(Clone, Copy)]
struct Choices {
    max_steps: RwSignal<String>,
    max_cost: RwSignal<String>,
    max_skills: RwSignal<String>,
    budget: RwSignal<String>,
    /// Tools by name.
    policies: RwSignal<Vec<(String, String)>>,
}

/// Asks in a dialog.
pub fn open(chat: Chat) {
    let desk = chat.desk;
    let settings = desk.lasting(Loaded::<Settings>::Waiting);
    let choices = Choices {
        max_steps: desk.lasting(String::new()),
        max_cost: desk.lasting(String::new()),
        max_skills: desk.lasting(String::new()),
        budget: desk.lasting(String::new()),
        policies: desk.lasting(Vec::new()),
    };
    let load = move || {
        desk.load("/chat/settings".to_owned(), move |loaded: Loaded<Settings>| {
            if let Some(now) = loaded.ready() {
                choices.fill(now);
            }
            settings.set(loaded);
        });
    };
    load();
    let asked = move || show_loaded(move || settings.get(), 8, load, move |settings| fields(choices, &settings));
    open_form(desk, "Tools and limits", "Save", false, asked, move |form| choices.save(chat, form));
}

impl Choices {
    fn fill(self, settings: &Settings) {
        self.max_steps.set(settings.max_steps.to_string());
        self.max_cost.set(settings.max_cost_usd.map(|cost| cost.to_string()).unwrap_or_default());
        self.max_skills.set(settings.max_skills.to_string());
        self.budget.set(settings.budget_tokens.to_string());
        self.policies.set(settings.tools.iter().map(|tool| (tool.name.clone(), tool.policy.clone())).collect());
    }

    fn save(self, chat: Chat, form: Form) {
        let whole = |typed: RwSignal<String>| typed.get_untracked().trim().parse::<u64>().ok();
        let (Some(steps), Some(skills), Some(budget)) =
            (whole(self.max_steps), whole(self.max_skills), whole(self.budget))
        else {
            return form.refuse("Steps, skills and tokens are whole numbers.");
        };
        let cost = self.max_cost.get_untracked().trim().replace(',', ".");
        let cost = match cost.parse::<f64>() {
            Ok(cost) if cost >= 0.0 => Value::from(cost),
            _ if cost.is_empty() => Value::Null,
            _ => return form.refuse("The most that an answer may cost is a number of dollars, or empty."),
        };
        let tools: Vec<Value> = self.policies.with_untracked(|policies| {
            policies.iter().map(|(name, policy)| json!({ "name": name, "policy": policy })).collect()
        });
        let body = json!({
            "max_steps": steps,
            "max_cost_usd": cost,
            "max_skills": skills,
            "budget_tokens": budget,
            "tools": tools,
        });
        form.send("PUT", "/chat/settings".to_owned(), body, move |_| chat.desk.say("Tools and limits are saved"));
    }
}

fn fields(choices: Choices, settings: &Settings) -> AnyView {
    let tools = settings.tools.iter().map(|tool| tool_row(choices, tool)).collect_view();
    view! {
        <fieldset class="desk-field chat-tools">
            <legend>"What a model may do"</legend>
            {tools}
        </fieldset>
        <div class="chat-limits">
            {text_field("Steps for an answer", choices.max_steps, "24", "")}
            {text_field("Dollars for an answer", choices.max_cost, "no limit", "Where prices are known.")}
            {text_field("Skills that go along", choices.max_skills, "5", "")}
            {text_field("Tokens for them", choices.budget, "8000", "")}
        </div>
    }
    .into_any()
}

fn tool_row(choices: Choices, tool: &Tool) -> AnyView {
    let (id, name) = (format!("chat-tool-{}", tool.name), tool.name.clone());
    let chosen = {
        let name = name.clone();
        live(move || {
            choices
                .policies
                .with(|policies| policies.iter().find(|(known, _)| *known == name).map(|(_, policy)| policy.clone()))
                .unwrap_or_default()
        })
    };
    let on_change = move |event: ev::Event| {
        let value = event_target_value(&event);
        choices.policies.update(|policies| {
            if let Some((_, policy)) = policies.iter_mut().find(|(known, _)| *known == name) {
                *policy = value;
            }
        });
    };
    let options = POLICIES.map(|(value, name)| {
        view! { <option value=value selected=live(move || chosen.get() == value)>{name}</option> }
    });
    let title = if tool.title.is_empty() { tool.name.clone() } else { tool.title.clone() };
    view! {
        <div class="chat-tool">
            <label for=id.clone()><strong>{title}</strong><small>{tool.description.clone()}</small></label>
            <select class="desk-select" id=id on:change=on_change>{options.collect_view()}</select>
        </div>
    }
    .into_any()
}
