//! The run in the header: Run or Stop, how far it is, what loads, how it ended.

use leptos::prelude::*;

use crate::kernel::dag::{NodeStatus, RunStatus};
use crate::kernel::quantity;
use crate::kernel::skill::Runtime;
use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{Show, dynamic, live, press};
use crate::ui::state::{NodeState, Phase, Progress, RuntimeProgress};

/// Run while nothing runs, Stop while something does.
#[component]
pub fn RunButton() -> impl IntoView {
    let ui = use_ui();
    let running = Memo::new(move |_| ui.state.run.is_running());
    let stopping = move || ui.state.run.progress.with(|progress| progress.stopping);
    view! {
        <Show
            when=live(move || running.get())
            fallback=move || {
                view! {
                    <button type="button" class="button button-main run-button" title="Run the workflow (Ctrl Enter)" on:click=press(move || ui.run(None))>
                        <Icon name="play" />
                        "Run"
                    </button>
                }
            }
        >
            <button type="button" class="button button-stop run-button" disabled=stopping title="Stop the run (Ctrl .)" on:click=press(move || ui.stop())>
                <Icon name="square" />
                {live(move || if stopping() { "Stopping" } else { "Stop" })}
            </button>
        </Show>
    }
}

/// One line: what goes on, or how the last run ended.
#[component]
pub fn RunStatusLine() -> impl IntoView {
    let ui = use_ui();
    let run = ui.state.run;
    let phase = Memo::new(move |_| run.progress.with(|progress| progress.phase));
    view! {
        <div class="run-status">
            {dynamic(move || match phase.get() {
                Phase::Idle => ().into_any(),
                Phase::Running => view! { <RunningLine /> }.into_any(),
                Phase::Ended(status) => view! { <EndedLine status /> }.into_any(),
            })}
        </div>
    }
}

#[component]
fn RunningLine() -> impl IntoView {
    let run = use_ui().state.run;
    let loading = move || {
        run.runtimes.with(|runtimes| {
            runtimes
                .iter()
                .find(|(_, progress)| !progress.failed)
                .map(|(runtime, progress)| loading_text(*runtime, progress))
        })
    };
    let share = move || {
        let bytes = run.runtimes.with(|runtimes| runtimes.iter().find_map(|(_, progress)| progress.bytes));
        match bytes {
            Some((loaded, total)) if total > 0 => loaded as f64 / total as f64,
            _ => run.progress.with(|progress| progress.ended() as f64 / progress.total.max(1) as f64),
        }
    };
    let counts = live(move || {
        run.tick.track();
        let Progress { total, .. } = run.progress.get();
        let ended = run.progress.with(Progress::ended);
        format!("{ended} of {total} · {}", quantity::duration((run.elapsed_ms() / 100.0).floor() * 100.0))
    });
    view! {
        <span class="run-text">
            <span class="spinner" aria-hidden="true"></span>
            {live(move || loading().unwrap_or_else(|| counts.get()))}
        </span>
        <span
            class="run-bar"
            role="progressbar"
            aria-label="Progress of the run"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=live(move || format!("{:.0}", share() * 100.0))
        >
            <span class="run-bar-fill" style:width=live(move || format!("{:.1}%", share() * 100.0))></span>
        </span>
    }
}

#[component]
fn EndedLine(
    /// How the run ended.
    status: RunStatus,
) -> impl IntoView {
    let ui = use_ui();
    let progress = ui.state.run.progress.get_untracked();
    let time = quantity::duration(progress.duration_ms);
    let (class, icon, text) = match status {
        RunStatus::Completed if progress.cached == progress.total && progress.total > 0 => {
            ("run-text run-done", "circle-check", "Nothing had changed".to_owned())
        }
        RunStatus::Completed => ("run-text run-done", "circle-check", format!("Done in {time}")),
        RunStatus::Failed => ("run-text run-failed", "circle-x", format!("{} failed · {time}", progress.failed)),
        RunStatus::Cancelled => ("run-text run-stopped", "circle-slash", format!("Stopped after {time}")),
    };
    let show_first_failure = move |_| {
        let workflow = ui.state.document.workflow.get_untracked();
        let failed = workflow.nodes.iter().find(|node| {
            ui.state.run.node(&node.node_id).with_untracked(|run| run.state == NodeState::Ended(NodeStatus::Failed))
        });
        if let Some(node) = failed {
            ui.inspect(&node.node_id);
        }
    };
    if status == RunStatus::Failed {
        view! {
            <button type="button" class=format!("{class} run-link") title="Show the first node that failed" on:click=show_first_failure>
                <Icon name=icon />
                {text}
            </button>
        }
        .into_any()
    } else {
        view! {
            <span class=class>
                <Icon name=icon />
                {text}
            </span>
        }
        .into_any()
    }
}

/// A runtime that loads, in words, such as `Python 4.2 of 13.5 MB`.
pub fn loading_text(runtime: Runtime, progress: &RuntimeProgress) -> String {
    let name = runtime_name(runtime);
    match progress.bytes {
        Some((loaded, total)) if total > 0 => {
            let loaded = loaded as f64 / 1e6;
            format!("{name} {loaded:.1} of {:.1} MB", total as f64 / 1e6)
        }
        _ if progress.stage.contains(name) => progress.stage.clone(),
        _ => format!("{name}: {}", progress.stage),
    }
}

/// A runtime as people call it.
pub fn runtime_name(runtime: Runtime) -> &'static str {
    match runtime {
        Runtime::Python => "Python",
        Runtime::JavaScript => "JavaScript",
        Runtime::Three => "Three.js",
        Runtime::Spice => "ngspice",
    }
}
