//! What the connection doctor found: in words, with what helps, and lines to copy into a terminal.

use leptos::prelude::*;

use super::data::Check;
use super::run::copy;
use crate::desk::parts::icon_button;
use crate::desk::state::Desk;
use crate::ui::parts::Icon;

/// Whether nothing is wrong.
pub fn is_well(check: &Check) -> bool {
    matches!(check.verdict.as_str(), "ok" | "well" | "connected" | "ready")
}

/// The verdict.
pub fn verdict(desk: Desk, check: &Check) -> AnyView {
    let class = if is_well(check) { "chat-verdict chat-verdict-well" } else { "chat-verdict" };
    let icon = if is_well(check) { "circle-check" } else { "circle-alert" };
    let commands = check.commands.iter().map(|command| {
        let text = command.text.clone();
        view! {
            <div class="chat-command">
                <span>{command.label.clone()}</span>
                <code tabindex="0">{command.text.clone()}</code>
                {icon_button("copy", format!("Copy the line for {}", command.label), move || copy(desk, text.clone(), "The line is on the clipboard"))}
            </div>
        }
    });
    view! {
        <div class=class role="status">
            <p><Icon name=icon /><strong>{check.message.clone()}</strong></p>
            {(!check.cure.is_empty()).then(|| view! { <p>{check.cure.clone()}</p> })}
            {commands.collect_view()}
        </div>
    }
    .into_any()
}
