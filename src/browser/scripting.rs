//! `window.llmos`: carries its calls to `interface` and its runs to the engine (`assets/bridge/llmos.ts` makes the object).

use std::rc::Rc;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::engine::{Engine, RunListener, RunRequest};
use super::host::{HostObject, set};
use super::volumes::{Volumes, VolumesObject};
use crate::interface::{ApiError, ErrorCode};
use crate::kernel::dag::{JobError, LogEntry, NodeResult, NodeStatus, Payload, RunEvent, RunResult, RunStatus};

#[wasm_bindgen(raw_module = "./bridge/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = installLlmos)]
    fn install_llmos(core: &JsValue, host: &HostObject, volumes: &VolumesObject);
}

/// Settles `window.llmos.ready`.
pub struct Readiness {
    resolve: js_sys::Function,
    reject: js_sys::Function,
}

impl Readiness {
    /// All is there.
    pub fn ready(self) {
        // A promise's own functions do not throw.
        let _ = self.resolve.call0(&JsValue::UNDEFINED);
    }

    /// It will not be there, for this reason.
    pub fn failed(self, message: &str) {
        let _ = self.reject.call1(&JsValue::UNDEFINED, &js_sys::Error::new(message));
    }
}

/// Puts `window.llmos` in place; the volume worker answers its calls.
/// `place` puts a workflow, as JSON, on the canvas.
pub fn install_scripting(
    version: &str,
    volumes: &Volumes,
    engine: &Engine,
    place: impl Fn(String) + 'static,
) -> Readiness {
    let core = js_sys::Object::new();
    set(&core, "version", &version.into());

    let mut settle = None;
    let ready = js_sys::Promise::new(&mut |resolve, reject| settle = Some(Readiness { resolve, reject }));
    set(&core, "ready", &ready);

    let starting = engine.clone();
    let start =
        Closure::<dyn Fn(String, String, Option<js_sys::Function>, js_sys::Function) -> Result<u32, JsValue>>::new(
            move |payload: String, options: String, on_event, on_finished| {
                start_run(&starting, &payload, &options, Script { on_event, on_finished })
                    .map_err(|error| error.to_body().to_string().into())
            },
        );
    set(&core, "start", &start.into_js_value());

    let cancelling = engine.clone();
    let cancel = Closure::<dyn Fn(u32)>::new(move |number| cancelling.cancel(number));
    set(&core, "cancel", &cancel.into_js_value());

    set(&core, "place", &Closure::<dyn Fn(String)>::new(place).into_js_value());

    install_llmos(&core, engine.host().object(), volumes.object());
    settle.expect("a promise calls its executor at once")
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    target: Option<String>,
    timeout_ms: Option<f64>,
    trace: Option<bool>,
}

fn start_run(engine: &Engine, payload: &str, options: &str, script: Script) -> Result<u32, ApiError> {
    let malformed = |error: serde_json::Error| {
        ApiError::new(ErrorCode::MalformedRequest, "The payload cannot be read").detail(error.to_string())
    };
    let payload: Payload = serde_json::from_str(payload).map_err(malformed)?;
    let Options { target, timeout_ms, trace } = serde_json::from_str(options).map_err(malformed)?;
    let request = RunRequest { payload, target, timeout_ms, is_traced: trace.unwrap_or(true) };
    engine.start(request, Rc::new(script)).map_err(|diagnostics| ApiError::from_diagnostics(&diagnostics))
}

/// A caller of `window.llmos.run`.
struct Script {
    on_event: Option<js_sys::Function>,
    on_finished: js_sys::Function,
}

impl RunListener for Script {
    fn on_event(&self, event: &RunEvent, _: Option<&NodeResult>) {
        if let Some(on_event) = &self.on_event {
            let event = serde_json::to_string(event).expect("our own events serialise");
            // The bridge catches what a listener throws.
            let _ = on_event.call1(&JsValue::UNDEFINED, &event.into());
        }
    }

    fn on_finished(&self, result: RunResult) {
        let result = serde_json::to_string(&Told::from(&result)).expect("our own results serialise");
        if let Err(thrown) = self.on_finished.call1(&JsValue::UNDEFINED, &result.into()) {
            web_sys::console::error_2(&"The result of a run could not be handed over:".into(), &thrown);
        }
    }
}

/// A result as the bridge takes it: the values of outputs are in the host's store, and the names of fields are not said for each
/// of thousands of nodes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    status: RunStatus,
    trace_id: Option<&'a str>,
    duration_ms: f64,
    nodes: Vec<ToldNode<'a>>,
}

/// Id, status, cached, milliseconds, level, step, logs, error.
type ToldNode<'a> = (&'a str, NodeStatus, bool, f64, u32, &'a str, &'a [LogEntry], Option<&'a JobError>);

impl<'a> From<&'a RunResult> for Told<'a> {
    fn from(result: &'a RunResult) -> Self {
        let told = |(node_id, node): (&'a String, &'a Arc<NodeResult>)| -> ToldNode<'a> {
            let NodeResult { status, cached, duration_ms, level, step, logs, error, .. } = &**node;
            (node_id, *status, *cached, *duration_ms, *level, step, logs, error.as_ref())
        };
        Self {
            status: result.status,
            trace_id: result.trace_id.as_deref(),
            duration_ms: result.duration_ms,
            nodes: result.nodes.iter().map(told).collect(),
        }
    }
}
