//! What evolution may do for a level: whether it runs by itself, from which figures on, and whether what passed goes in without a question.

use leptos::prelude::*;
use serde_json::json;

use super::data::Settings;
use super::state::Evolution;
use crate::desk::parts::{choice_field, open_form};
use crate::ui::parts::dom::typed;
use crate::ui::parts::reactive::live;

/// Opens the dialog.
pub fn open(evolution: Evolution) {
    let desk = evolution.desk;
    let Some(now) = evolution.overview.with_untracked(|overview| overview.ready().map(|now| now.settings.clone()))
    else {
        return;
    };
    let level = evolution.level.get_untracked();
    let (title, period) = match level.as_str() {
        "team" => ("Evolution of your team", "Once a week, when the page is next open"),
        "system" => ("Evolution for everyone", "Once a month, when the page is next open"),
        _ => ("Your evolution", "Every night, or when the page is next open"),
    };
    let Settings { by_itself, auto_apply, min_pattern_count, min_success_rate, use_model } = now;
    let clock = desk.lasting(if by_itself { "by_itself" } else { "by_hand" }.to_owned());
    let found = desk.lasting(if auto_apply { "goes_in" } else { "asks" }.to_owned());
    let count = desk.lasting(min_pattern_count.to_string());
    let rate = desk.lasting(format!("{:.0}", min_success_rate * 100.0));
    let writer = desk.lasting(if use_model { "model" } else { "traces" }.to_owned());
    let option = |key: &str, title: &str, about: &str| (key.to_owned(), title.to_owned(), about.to_owned());
    let asked = move || {
        view! {
            {choice_field("Looks", clock, vec![
                option("by_itself", "By itself", period),
                option("by_hand", "Only by hand", "With Look now"),
            ])}
            {choice_field("What it finds", found, vec![
                option("asks", "Waits for you", "Every draft is yours to decide about"),
                option("goes_in", "Goes in when it passed its trial", "New guides are added at once, each as a commit. What runs and what changes a skill still waits."),
            ])}
            <div class="evo-numbers">
                {number("From so many times on", count, 2, 100, "")}
                {number("that went well to", rate, 0, 100, "%")}
            </div>
            {choice_field("Drafts are written", writer, vec![
                option("traces", "From the traces alone", "Nothing leaves this device"),
                option("model", "By the connected model", "What the traces say goes to its provider"),
            ])}
        }
        .into_any()
    };
    open_form(desk, title, "Save", false, asked, move |form| {
        let (Ok(count), Ok(rate)) = (count.get_untracked().parse::<u64>(), rate.get_untracked().parse::<f64>()) else {
            form.refuse("Both figures are numbers: so many times, and so many percent.");
            return;
        };
        let team = evolution.overview.with_untracked(|now| now.ready().and_then(|now| now.team_id.clone()));
        let body = json!({
            "level": level,
            "team_id": team,
            "by_itself": clock.with_untracked(|clock| clock == "by_itself"),
            "auto_apply": found.with_untracked(|found| found == "goes_in"),
            "min_pattern_count": count,
            "min_success_rate": rate / 100.0,
            "use_model": writer.with_untracked(|writer| writer == "model"),
        });
        form.send("PUT", "/evolution/settings".to_owned(), body, move |_| {
            desk.say("Saved");
            evolution.read_overview();
        });
    });
}

fn number(name: &'static str, value: RwSignal<String>, least: u32, most: u32, unit: &'static str) -> AnyView {
    view! {
        <label class="desk-field">
            <span>{name}</span>
            <span class="evo-number">
                <input
                    type="number"
                    class="text-input"
                    min=least
                    max=most
                    prop:value=live(move || value.get())
                    on:input=move |event| value.set(typed(&event))
                />
                {unit}
            </span>
        </label>
    }
    .into_any()
}
