//! How to make a token that can do what is needed here and nothing else.

use leptos::prelude::*;

const STEPS: [&str; 6] = [
    "On GitHub open Settings, Developer settings, Personal access tokens, Fine-grained tokens, and choose Generate new token.",
    "Give it a name that you will know again, such as “LLMos-Lite, acme/skills”, and an end: 90 days is a good one.",
    "Under Resource owner choose whoever owns the repository: you, or an organisation.",
    "Under Repository access choose Only select repositories, and pick this one repository.",
    "Under Permissions, Repository permissions, set Contents to Read and write. Metadata comes along by itself. Leave all else as it is.",
    "Choose Generate token, copy it at once, and put it in below: GitHub does not show it again.",
];

/// The steps to a fine-grained token of GitHub.
pub fn fine_grained_token() -> AnyView {
    let steps = STEPS.map(|step| view! { <li>{step}</li> }).collect_view();
    view! {
        <details class="desk-guide">
            <summary>"How to make a token, step by step"</summary>
            <ol>{steps}</ol>
            <p class="panel-note">"The repository has to be there already; it may be empty. Such a token opens this one repository and can be taken back at any time."</p>
        </details>
    }
    .into_any()
}
