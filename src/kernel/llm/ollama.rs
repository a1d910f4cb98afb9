//! Ollama's own interface: `POST /api/chat`, answered by one JSON object on each line.
//!
//! Not its endpoint that speaks as OpenAI does: that one has no way to ask for a longer context, and what does not fit into the default
//! of a few thousand tokens is cut off without a word. The shapes are those of Ollama's `docs/api.md`.

use serde_json::{Value, json};

use super::provider::{Provider, patient};
use super::turns::{calls_in, in_order, words};
use super::wire::{Framing, HttpRequest, KeyPlace, Reader, StreamReader, Translate, count, parsed, text};
use super::words::FailureOf;
use super::{ChatRequest, Failure, ModelRef, Part, StopReason, StreamEvent, Turn, Usage};

/// Contexts that are asked for: with another one the model is loaded anew, so there are few of them.
const CONTEXTS: [usize; 6] = [8_192, 16_384, 32_768, 65_536, 131_072, 262_144];
/// Letters of English, code or JSON in a token, on the safe side.
const BYTES_PER_TOKEN: usize = 3;

pub(super) struct Ollama;

impl Ollama {
    fn request(method: &'static str, model: &ModelRef, path: &str, body: Option<String>) -> HttpRequest {
        let headers = if body.is_some() { vec![("content-type", "application/json")] } else { Vec::new() };
        patient(
            model,
            HttpRequest {
                method,
                url: format!("{}{path}", model.base()),
                headers,
                // A server in front of it may want one.
                key: Some(KeyPlace { header: "authorization", prefix: "Bearer ", needed: false }),
                body,
                first_byte_timeout_ms: 0,
                idle_timeout_ms: 0,
            },
        )
    }
}

impl Provider for Ollama {
    fn chat(&self, request: &ChatRequest) -> HttpRequest {
        let mut messages = Vec::new();
        if !request.system.is_empty() {
            messages.push(json!({ "role": "system", "content": request.system }));
        }
        for turn in in_order(&request.messages) {
            match turn {
                Turn::User(parts) => messages.push(json!({ "role": "user", "content": words(&parts) })),
                Turn::Assistant(parts) => {
                    let calls: Vec<Value> = parts.iter().filter_map(call).collect();
                    let mut message = json!({ "role": "assistant", "content": words(&parts) });
                    if !calls.is_empty() {
                        message["tool_calls"] = Value::Array(calls);
                    }
                    messages.push(message);
                }
                Turn::ToolResults(results) => messages.extend(results.iter().map(|result| {
                    let failed = result.is_error && !result.text.starts_with("Error");
                    let content = if failed { format!("Error: {}", result.text) } else { result.text.clone() };
                    json!({ "role": "tool", "tool_name": result.name, "content": content })
                })),
            }
        }
        let mut body = json!({ "model": request.model.name, "messages": messages, "stream": true });
        if !request.tools.is_empty() {
            body["tools"] = request.tools.iter().map(|tool| json!({ "type": "function", "function": tool })).collect();
        }
        let wanted = body.to_string().len() / BYTES_PER_TOKEN + request.max_output_tokens as usize;
        let context = CONTEXTS.iter().find(|context| **context >= wanted).unwrap_or(&CONTEXTS[CONTEXTS.len() - 1]);
        body["options"] = json!({ "num_ctx": context, "num_predict": request.max_output_tokens });
        Self::request("POST", &request.model, "/api/chat", Some(body.to_string()))
    }

    fn reader(&self, request: &ChatRequest) -> Box<dyn StreamReader> {
        let next_call = calls_in(&request.messages);
        let translate = Lines { model: request.model.clone(), next_call, called: false, started: false, over: false };
        Box::new(Reader::new(Framing::lines(), translate))
    }

    fn models(&self, model: &ModelRef) -> HttpRequest {
        Self::request("GET", model, "/api/tags", None)
    }

    fn model_names(&self, body: &Value) -> Vec<String> {
        let rows = body["models"].as_array().map(Vec::as_slice).unwrap_or_default();
        rows.iter().filter_map(|row| text(&row["name"]).map(str::to_owned)).collect()
    }
}

fn call(part: &Part) -> Option<Value> {
    match part {
        Part::ToolCall { name, arguments, .. } => Some(json!({ "function": { "name": name, "arguments": arguments } })),
        _ => None,
    }
}

struct Lines {
    model: ModelRef,
    /// The number for the next call that has no id of its own.
    next_call: usize,
    called: bool,
    started: bool,
    over: bool,
}

impl Translate for Lines {
    fn message(&mut self, data: &str, events: &mut Vec<StreamEvent>) -> Result<(), Failure> {
        let line = parsed(self.label(), data)?;
        if !line["error"].is_null() {
            return Err(FailureOf::new(&self.model).in_stream(&line["error"]));
        }
        if !std::mem::replace(&mut self.started, true) {
            events.push(StreamEvent::Started { request_id: None });
        }
        let message = &line["message"];
        events.extend(text(&message["thinking"]).map(|more| StreamEvent::Thinking(more.to_owned())));
        events.extend(text(&message["content"]).map(|more| StreamEvent::Text(more.to_owned())));
        for call in message["tool_calls"].as_array().map(Vec::as_slice).unwrap_or_default() {
            self.called = true;
            let id = text(&call["id"]).map_or_else(|| format!("call_{}", self.next_call), str::to_owned);
            self.next_call += 1;
            let function = &call["function"];
            let name = text(&function["name"]).unwrap_or_default().to_owned();
            let arguments = match &function["arguments"] {
                Value::Null => Ok(json!({})),
                object @ Value::Object(_) => Ok(object.clone()),
                other => Err(format!("The arguments have to be a JSON object; they were: {other}")),
            };
            events.push(StreamEvent::ToolCall { id, name, arguments, signature: None });
        }
        if line["done"].as_bool() == Some(true) && !std::mem::replace(&mut self.over, true) {
            let usage = Usage {
                input_tokens: count(&line["prompt_eval_count"]),
                output_tokens: count(&line["eval_count"]),
                ..Usage::default()
            };
            events.push(StreamEvent::Usage(usage));
            events.push(StreamEvent::Finished(match line["done_reason"].as_str() {
                Some("length") => StopReason::MaxTokens,
                _ if self.called => StopReason::ToolCalls,
                _ => StopReason::Done,
            }));
        }
        Ok(())
    }

    fn end(&mut self, _events: &mut Vec<StreamEvent>) -> bool {
        self.over
    }

    fn label(&self) -> &str {
        self.model.provider.info().label
    }
}
