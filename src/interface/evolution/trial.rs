//! A compound that was drafted runs what its source runs ran: the page does, in its sandbox, and here the outputs are compared.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::offers::find;
use super::state::{self, TURN};
use super::workshop::{Progress, Stage, ToldOutput, Workshop};
use crate::interface::{ApiError, Call, ErrorCode};
use crate::kernel::evolution::{ReplayPlan, compare_outputs};
use crate::kernel::manager::Storage;

/// What came of it.
pub enum Trial {
    /// It ran: lines on what differs, none if nothing does.
    Ran(Vec<String>),
    /// It cannot be run here, for this reason.
    CannotRun(String),
    /// The person stopped it.
    Stopped,
}

/// Runs every step of a draft's plan.
pub async fn run_again<S: Storage + Workshop>(call: &Call<'_, S>, name: &str, steps: &[Value]) -> Trial {
    let workshop = call.manager.storage();
    let mut differences = Vec::new();
    for (done, step) in steps.iter().enumerate() {
        workshop.tell(&Progress::of(Stage::Replaying, done, steps.len(), name));
        let trace_id = step["trace_id"].as_str().unwrap_or_default();
        let ran = workshop.replay(&step["payload"], ReplayPlan::NODE).await;
        if workshop.is_stopped() {
            return Trial::Stopped;
        }
        match ran {
            Ok(outputs) => {
                differences.extend(compared(step, &outputs).into_iter().map(|line| format!("{trace_id}: {line}")))
            }
            Err(reason) => return Trial::CannotRun(reason),
        }
    }
    Trial::Ran(differences)
}

/// What differs between a step's expectation and what the page told.
fn compared(step: &Value, outputs: &BTreeMap<String, ToldOutput>) -> Vec<String> {
    let expected: BTreeMap<String, Value> = serde_json::from_value(step["expected"].clone()).unwrap_or_default();
    let got = |(name, output): (&String, &ToldOutput)| {
        // The page's own reports tell outputs in words, scripts as values: each is compared with its like.
        let is_told = expected.get(name).is_some_and(|expected| expected["$text"].is_string());
        let value = if is_told {
            json!({ "$text": crate::interface::runs::short(&output.text) })
        } else {
            output.value.clone()
        };
        (name.clone(), value)
    };
    compare_outputs(&expected, &outputs.iter().map(got).collect())
}

/// `POST /evolution/drafts/{id}/try`: has the page run the draft's plan now.
pub async fn try_again<S: Storage + Workshop>(call: &Call<'_, S>, id: &str) -> Result<Value, ApiError> {
    let workshop = call.manager.storage();
    workshop.begin();
    let _turn = workshop.turn(TURN).await;
    let (of, mut state, draft) = find(call, id).await?;
    let trial = run_again(call, &draft.name, &draft.replay).await;
    workshop.tell(&Progress::of(Stage::Over, 0, 0, ""));
    let differences = match trial {
        Trial::Ran(differences) => differences,
        Trial::Stopped => return Err(ApiError::new(ErrorCode::Aborted, "It was stopped before it was through")),
        Trial::CannotRun(reason) => {
            return Err(ApiError::new(ErrorCode::Conflict, "It could not be run").detail(reason));
        }
    };
    for kept in state.drafts.iter_mut().filter(|kept| kept.draft_id == draft.draft_id) {
        kept.replayed = Some(differences.clone());
    }
    state::save(call, &of, &state, None).await?;
    Ok(json!({ "passed": differences.is_empty(), "differences": differences }))
}
