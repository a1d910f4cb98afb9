//! The way to models (`assets/bridge/volumes/models/`): requests out, bytes in, events to whoever asked. Used by the volume worker only.
//! Keys stay on the other side of the border.

use js_sys::{Reflect, Uint8Array};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::storage::BrowserStorage;
use crate::kernel::llm::{
    ChatRequest, Failure, FailureKind, FailureOf, HttpAnswer, HttpRequest, ModelRef, ModelServers, Models, PageFacts,
    Reach, StreamEvent, provider, unanswered,
};

#[wasm_bindgen(raw_module = "./bridge/volume-store.js")]
extern "C" {
    /// The head of the answer as JSON; for an answer that is an error, its body too.
    #[wasm_bindgen(js_name = openModelStream, catch)]
    async fn open_stream(stream_id: &str, model_id: &str, request: &str) -> Result<JsValue, JsValue>;

    /// The next bytes, or nothing at the end.
    #[wasm_bindgen(js_name = readModelStream, catch)]
    async fn read_stream(stream_id: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = stopModelStream)]
    fn stop_stream(stream_id: &str);

    #[wasm_bindgen(js_name = sendModelRequest, catch)]
    async fn send_request(model_id: &str, request: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = reachModel, catch)]
    async fn reach_model(model_id: &str, request: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = pageFacts)]
    fn page_facts() -> String;
}

/// What JavaScript tells of an answer.
#[derive(Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
}

impl Models for BrowserStorage {
    async fn stream(
        &self,
        stream_id: &str,
        request: &ChatRequest,
        on_event: &mut dyn FnMut(StreamEvent),
    ) -> Result<(), Failure> {
        let model = &request.model;
        let provider = provider(model.provider);
        let http = to_json(&provider.chat(request));
        let opened = match open_stream(stream_id, &model.model_id, &http).await {
            Ok(opened) => opened,
            Err(thrown) => return Err(self.failure(model, &thrown).await),
        };
        let head: Head = from_json(model, &opened)?;
        if !(200..300).contains(&head.status) {
            return Err(FailureOf::new(model).response(head.status, &head.headers, &head.body));
        }
        let mut reader = provider.reader(request);
        loop {
            let bytes = match read_stream(stream_id).await {
                Ok(bytes) => bytes,
                Err(thrown) => return Err(self.failure(model, &thrown).await),
            };
            let over = bytes.is_undefined();
            let steps = if over { reader.end() } else { reader.read(&Uint8Array::new(&bytes).to_vec()) };
            for step in steps {
                match step {
                    Ok(event) => on_event(event),
                    Err(failure) => {
                        stop_stream(stream_id);
                        return Err(failure);
                    }
                }
            }
            if over {
                return Ok(());
            }
        }
    }

    fn stop(&self, stream_id: &str) {
        stop_stream(stream_id);
    }
}

impl ModelServers for BrowserStorage {
    async fn send(&self, model: &ModelRef, request: &HttpRequest) -> Result<HttpAnswer, Failure> {
        let sent = match send_request(&model.model_id, &to_json(request)).await {
            Ok(sent) => sent,
            Err(thrown) => return Err(self.failure(model, &thrown).await),
        };
        let Head { status, headers, body } = from_json(model, &sent)?;
        Ok(HttpAnswer { status, headers, body })
    }

    fn page(&self) -> PageFacts {
        serde_json::from_str(&page_facts()).unwrap_or_default()
    }
}

impl BrowserStorage {
    /// What a `ModelFailure` means; where there was no answer at all, it asks again in other ways.
    async fn failure(&self, model: &ModelRef, thrown: &JsValue) -> Failure {
        let why = FailureOf::new(model);
        let field = |name: &str| Reflect::get(thrown, &name.into()).ok().and_then(|value| value.as_string());
        let kind = match field("kind").as_deref() {
            Some("no_answer") => return self.unanswered(model).await,
            Some("no_key") => {
                let failure = why.of_kind(FailureKind::WrongKey, None);
                let message = format!("There is no key for {}", model.provider.info().label);
                return Failure { message, ..failure };
            }
            Some("locked") => FailureKind::Locked,
            Some("stopped") => FailureKind::Stopped,
            Some("timed_out") => FailureKind::TimedOut,
            Some("cut_off") => FailureKind::CutOff,
            _ => FailureKind::Protocol,
        };
        why.of_kind(kind, field("message").filter(|_| kind == FailureKind::Protocol))
    }

    async fn unanswered(&self, model: &ModelRef) -> Failure {
        let request = to_json(&provider(model.provider).models(model));
        let reached = reach_model(&model.model_id, &request).await;
        let reach: Reach =
            reached.ok().and_then(|json| serde_json::from_str(&json.as_string()?).ok()).unwrap_or_default();
        unanswered(model, &self.page(), reach)
    }
}

fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("names and texts serialise")
}

fn from_json<T: DeserializeOwned>(model: &ModelRef, json: &JsValue) -> Result<T, Failure> {
    let read = json.as_string().and_then(|text| serde_json::from_str(&text).ok());
    read.ok_or_else(|| FailureOf::new(model).of_kind(FailureKind::Protocol, None))
}
