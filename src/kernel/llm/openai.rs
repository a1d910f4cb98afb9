//! OpenAI's Chat Completions, and all who speak the same: `POST …/chat/completions`, answered by server-sent events.
//!
//! The shapes are those of `openai` 7.57.0 (`resources/chat/completions/completions.d.ts`: `ChatCompletionCreateParams`,
//! `ChatCompletionChunk`), with what compatible servers were seen to add or leave out.

use serde_json::{Value, json};

use super::provider::{Provider, patient};
use super::turns::{CallIds, calls_in, in_order, words};
use super::wire::{Framing, HttpRequest, KeyPlace, Reader, StreamReader, Translate, arguments_of, count, parsed, text};
use super::words::FailureOf;
use super::{ChatRequest, Failure, ModelRef, Part, ProviderId, StopReason, StreamEvent, ToolResult, Turn, Usage};

/// What Gemini accepts in place of its proof, for calls that it did not make (ai.google.dev, "Thought signatures").
const NO_PROOF: &str = "skip_thought_signature_validator";

pub(super) struct OpenAi;

impl OpenAi {
    fn request(method: &'static str, model: &ModelRef, path: &str, body: Option<String>) -> HttpRequest {
        let headers = if body.is_some() { vec![("content-type", "application/json")] } else { Vec::new() };
        let needed = model.provider.info().needs_key;
        patient(
            model,
            HttpRequest {
                method,
                url: format!("{}{path}", model.base()),
                headers,
                key: Some(KeyPlace { header: "authorization", prefix: "Bearer ", needed }),
                body,
                first_byte_timeout_ms: 0,
                idle_timeout_ms: 0,
            },
        )
    }
}

impl Provider for OpenAi {
    fn chat(&self, request: &ChatRequest) -> HttpRequest {
        let provider = request.model.provider;
        let mut messages = Vec::new();
        if !request.system.is_empty() {
            messages.push(json!({ "role": "system", "content": request.system }));
        }
        let mut ids = CallIds::new(match provider {
            ProviderId::Mistral => |id| id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            _ => |id| !id.is_empty(),
        });
        for turn in in_order(&request.messages) {
            match turn {
                Turn::User(parts) => messages.push(json!({ "role": "user", "content": words(&parts) })),
                Turn::Assistant(parts) => messages.push(assistant(&parts, provider, &mut ids)),
                Turn::ToolResults(results) => messages.extend(results.iter().map(|result| tool(result, &mut ids))),
            }
        }
        // OpenAI's own models refuse the old name, and others do not know the new one.
        let limit = if provider == ProviderId::Openai { "max_completion_tokens" } else { "max_tokens" };
        let mut body = json!({ "model": request.model.name, "messages": messages, "stream": true });
        body[limit] = json!(request.max_output_tokens);
        // Mistral says what was used anyway and refuses what it does not know.
        if provider != ProviderId::Mistral {
            body["stream_options"] = json!({ "include_usage": true });
        }
        if !request.tools.is_empty() {
            body["tools"] = request.tools.iter().map(|tool| json!({ "type": "function", "function": tool })).collect();
        }
        Self::request("POST", &request.model, "/chat/completions", Some(body.to_string()))
    }

    fn reader(&self, request: &ChatRequest) -> Box<dyn StreamReader> {
        let translate = Completion {
            model: request.model.clone(),
            calls: Vec::new(),
            first_call: calls_in(&request.messages),
            started: false,
            refused: false,
            finished: false,
            done: false,
        };
        Box::new(Reader::new(Framing::events(), translate))
    }

    fn models(&self, model: &ModelRef) -> HttpRequest {
        // OpenRouter's list of models is for everybody: it says nothing about the key.
        let path = if model.provider == ProviderId::Openrouter { "/models/user" } else { "/models" };
        Self::request("GET", model, path, None)
    }

    fn model_names(&self, body: &Value) -> Vec<String> {
        let names = ids(body).into_iter();
        // Gemini's are paths.
        names.map(|name| name.strip_prefix("models/").map(str::to_owned).unwrap_or(name)).collect()
    }
}

/// The ids of `{data: [{id}]}`, which both Anthropic and OpenAI answer with.
pub(super) fn ids(body: &Value) -> Vec<String> {
    let rows = body["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter_map(|row| text(&row["id"]).map(str::to_owned)).collect()
}

fn assistant(parts: &[Part], provider: ProviderId, ids: &mut CallIds) -> Value {
    let mut calls: Vec<Value> = Vec::new();
    for part in parts {
        let Part::ToolCall { id, name, arguments, signature } = part else { continue };
        let function = json!({ "name": name, "arguments": arguments.to_string() });
        let mut call = json!({ "id": ids.of(id), "type": "function", "function": function });
        if provider == ProviderId::Gemini && (calls.is_empty() || signature.is_some()) {
            let proof = signature.as_deref().unwrap_or(NO_PROOF);
            call["extra_content"] = json!({ "google": { "thought_signature": proof } });
        }
        calls.push(call);
    }
    let said = words(parts);
    let content = if said.is_empty() && !calls.is_empty() { Value::Null } else { Value::String(said) };
    let mut message = json!({ "role": "assistant", "content": content });
    if !calls.is_empty() {
        message["tool_calls"] = Value::Array(calls);
    }
    message
}

/// There is no field for a failure: the words have to say it.
fn tool(result: &ToolResult, ids: &mut CallIds) -> Value {
    let failed = result.is_error && !result.text.starts_with("Error");
    let content = if failed { format!("Error: {}", result.text) } else { result.text.clone() };
    json!({ "role": "tool", "tool_call_id": ids.of(&result.id), "content": content })
}

/// A call that is still coming.
#[derive(Default)]
struct OpenCall {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
    signature: Option<String>,
}

struct Completion {
    model: ModelRef,
    calls: Vec<OpenCall>,
    /// The number for the first call that has no id of its own.
    first_call: usize,
    started: bool,
    refused: bool,
    finished: bool,
    /// Whether the server said that this was all.
    done: bool,
}

impl Translate for Completion {
    fn message(&mut self, data: &str, events: &mut Vec<StreamEvent>) -> Result<(), Failure> {
        if data.trim() == "[DONE]" {
            self.done = true;
            return Ok(());
        }
        let chunk = parsed(self.label(), data)?;
        if !chunk["error"].is_null() {
            return Err(FailureOf::new(&self.model).in_stream(&chunk["error"]));
        }
        if !std::mem::replace(&mut self.started, true) {
            events.push(StreamEvent::Started { request_id: text(&chunk["id"]).map(str::to_owned) });
        }
        let choice = &chunk["choices"][0];
        self.take_delta(&choice["delta"], events);
        if let Some(reason) = choice["finish_reason"].as_str() {
            self.finish(reason, events);
        }
        let usage = if chunk["usage"].is_object() { &chunk["usage"] } else { &chunk["x_groq"]["usage"] };
        if usage.is_object() {
            let details = &usage["prompt_tokens_details"];
            events.push(StreamEvent::Usage(Usage {
                input_tokens: count(&usage["prompt_tokens"]),
                output_tokens: count(&usage["completion_tokens"]),
                cached_tokens: count(&details["cached_tokens"]),
                cache_written_tokens: count(&details["cache_write_tokens"]),
            }));
        }
        Ok(())
    }

    fn end(&mut self, events: &mut Vec<StreamEvent>) -> bool {
        // Some say that they are done, but not why.
        if self.done && !self.finished {
            self.finish("stop", events);
        }
        self.finished
    }

    fn label(&self) -> &str {
        self.model.provider.info().label
    }
}

impl Completion {
    fn take_delta(&mut self, delta: &Value, events: &mut Vec<StreamEvent>) {
        // Not OpenAI's, but of many who serve models that think.
        let thought = text(&delta["reasoning_content"]).or_else(|| text(&delta["reasoning"]));
        events.extend(thought.map(|more| StreamEvent::Thinking(more.to_owned())));
        match &delta["content"] {
            Value::Array(parts) => parts.iter().for_each(|part| take_part(part, events)),
            content => events.extend(text(content).map(|more| StreamEvent::Text(more.to_owned()))),
        }
        if let Some(refusal) = text(&delta["refusal"]) {
            self.refused = true;
            events.push(StreamEvent::Text(refusal.to_owned()));
        }
        for piece in delta["tool_calls"].as_array().map(Vec::as_slice).unwrap_or_default() {
            self.take_call(piece);
        }
    }

    /// Pieces belong together by their index; a new id at an index that is taken is a new call, as some number all calls 0.
    fn take_call(&mut self, piece: &Value) {
        let (index, id) = (piece["index"].as_u64(), text(&piece["id"]));
        let known = match index {
            Some(_) => self.calls.iter().rposition(|call| call.index == index),
            None if id.is_none() && !piece["function"]["name"].is_string() => self.calls.len().checked_sub(1),
            None => None,
        };
        let known = known.filter(|at| id.is_none_or(|id| self.calls[*at].id.is_empty() || self.calls[*at].id == id));
        let at = known.unwrap_or_else(|| {
            self.calls.push(OpenCall { index, ..OpenCall::default() });
            self.calls.len() - 1
        });
        let call = &mut self.calls[at];
        if let Some(id) = id {
            id.clone_into(&mut call.id);
        }
        let function = &piece["function"];
        if let Some(name) = text(&function["name"]).filter(|_| call.name.is_empty()) {
            name.clone_into(&mut call.name);
        }
        match &function["arguments"] {
            Value::String(more) => call.arguments.push_str(more),
            object @ Value::Object(_) => call.arguments = object.to_string(),
            _ => {}
        }
        if let Some(proof) = text(&piece["extra_content"]["google"]["thought_signature"]) {
            call.signature = Some(proof.to_owned());
        }
    }

    fn finish(&mut self, reason: &str, events: &mut Vec<StreamEvent>) {
        if std::mem::replace(&mut self.finished, true) {
            return;
        }
        let calls = std::mem::take(&mut self.calls);
        let called = !calls.is_empty();
        for (at, call) in calls.into_iter().enumerate() {
            let id = if call.id.is_empty() { format!("call_{}", self.first_call + at) } else { call.id };
            let arguments = arguments_of(&call.arguments);
            events.push(StreamEvent::ToolCall { id, name: call.name, arguments, signature: call.signature });
        }
        events.push(StreamEvent::Finished(match reason {
            "length" => StopReason::MaxTokens,
            "content_filter" => StopReason::Refused,
            // Some who call tools say that they just stopped.
            _ if called => StopReason::ToolCalls,
            _ if self.refused => StopReason::Refused,
            _ => StopReason::Done,
        }));
    }
}

/// A part of Mistral's models that think: `{type: "thinking", thinking: [{type: "text", text}]}` or `{type: "text", text}`.
fn take_part(part: &Value, events: &mut Vec<StreamEvent>) {
    for thought in part["thinking"].as_array().map(Vec::as_slice).unwrap_or_default() {
        events.extend(text(&thought["text"]).map(|more| StreamEvent::Thinking(more.to_owned())));
    }
    events.extend(text(&part["text"]).map(|more| StreamEvent::Text(more.to_owned())));
}
