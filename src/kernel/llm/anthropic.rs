//! Anthropic's Messages: `POST /v1/messages`, answered by server-sent events.
//!
//! The shapes are those of `@anthropic-ai/sdk` 1.12.0 (`resources/messages/messages.d.ts`: `MessageCreateParams`,
//! `RawMessageStreamEvent`, `StopReason`, `Usage`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::provider::{Provider, patient};
use super::turns::{CallIds, current_from, in_order};
use super::wire::{Framing, HttpRequest, KeyPlace, Reader, StreamReader, Translate, arguments_of, count, parsed, text};
use super::words::FailureOf;
use super::{ChatRequest, Failure, ModelRef, Part, StopReason, StreamEvent, Turn, Usage};

/// The version of the interface. The SDK sends a newer one since 1.0.0, which differs in parameters that are not sent here; this one is
/// what gateways and local servers that speak the same protocol know, and with which pages were seen to be let in.
const VERSION: &str = "2023-06-01";

pub(super) struct Anthropic;

impl Anthropic {
    fn request(method: &'static str, model: &ModelRef, path: &str, body: Option<String>) -> HttpRequest {
        let mut headers = vec![
            ("anthropic-version", VERSION),
            // Without it no answer may be read by a page, not even an error.
            ("anthropic-dangerous-direct-browser-access", "true"),
        ];
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let key = KeyPlace { header: "x-api-key", prefix: "", needed: model.provider.info().needs_key };
        patient(
            model,
            HttpRequest {
                method,
                url: format!("{}{path}", model.base()),
                headers,
                key: Some(key),
                body,
                first_byte_timeout_ms: 0,
                idle_timeout_ms: 0,
            },
        )
    }
}

impl Provider for Anthropic {
    fn chat(&self, request: &ChatRequest) -> HttpRequest {
        let turns = in_order(&request.messages);
        let current = current_from(&turns);
        let mut ids = CallIds::new(|id| {
            !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        });
        let mut messages: Vec<Value> = Vec::new();
        for (at, turn) in turns.iter().enumerate() {
            let (role, content) = match turn {
                Turn::User(parts) => ("user", parts.iter().filter_map(|part| block(part, false, &mut ids)).collect()),
                Turn::Assistant(parts) => {
                    ("assistant", parts.iter().filter_map(|part| block(part, at > current, &mut ids)).collect())
                }
                Turn::ToolResults(results) => {
                    let block = |result: &super::ToolResult| {
                        json!({
                            "type": "tool_result",
                            "tool_use_id": ids.of(&result.id),
                            "content": result.text,
                            "is_error": result.is_error,
                        })
                    };
                    ("user", results.iter().map(block).collect::<Vec<_>>())
                }
            };
            if !content.is_empty() {
                messages.push(json!({ "role": role, "content": content }));
            }
        }
        let mut body = json!({
            "model": request.model.name,
            "max_tokens": request.max_output_tokens,
            "stream": true,
        });
        if !request.system.is_empty() {
            body["system"] = json!(request.system);
        }
        if !request.tools.is_empty() {
            let tool = |tool: &super::ToolSchema| json!({ "name": tool.name, "description": tool.description, "input_schema": tool.parameters });
            body["tools"] = request.tools.iter().map(tool).collect();
            // Each step of a loop of calls sends everything again: what the step before sent is read from the cache.
            if let Some(last) = messages.last_mut().and_then(|turn| turn["content"].as_array_mut()?.last_mut()) {
                last["cache_control"] = json!({ "type": "ephemeral" });
            }
        }
        body["messages"] = Value::Array(messages);
        Self::request("POST", &request.model, "/v1/messages", Some(body.to_string()))
    }

    fn reader(&self, request: &ChatRequest) -> Box<dyn StreamReader> {
        let translate = Messages {
            model: request.model.clone(),
            blocks: BTreeMap::new(),
            usage: Usage::default(),
            stop: None,
            over: false,
        };
        Box::new(Reader::new(Framing::events(), translate))
    }

    fn models(&self, model: &ModelRef) -> HttpRequest {
        Self::request("GET", model, "/v1/models?limit=1000", None)
    }

    fn model_names(&self, body: &Value) -> Vec<String> {
        super::openai::ids(body)
    }
}

/// A part as the interface has it. Thoughts are sent back in the middle of a loop of calls only, where the interface asks for them.
fn block(part: &Part, with_thoughts: bool, ids: &mut CallIds) -> Option<Value> {
    match part {
        Part::Text(text) => Some(json!({ "type": "text", "text": text })),
        Part::Thinking { text, signature: Some(signature) } if with_thoughts => {
            Some(json!({ "type": "thinking", "thinking": text, "signature": signature }))
        }
        Part::HiddenThinking(data) if with_thoughts => Some(json!({ "type": "redacted_thinking", "data": data })),
        Part::Thinking { .. } | Part::HiddenThinking(_) => None,
        Part::ToolCall { id, name, arguments, .. } => {
            Some(json!({ "type": "tool_use", "id": ids.of(id), "name": name, "input": arguments }))
        }
    }
}

/// A call whose arguments are still coming.
struct OpenCall {
    id: String,
    name: String,
    json: String,
}

struct Messages {
    model: ModelRef,
    /// By their index.
    blocks: BTreeMap<u64, OpenCall>,
    usage: Usage,
    stop: Option<StopReason>,
    over: bool,
}

impl Translate for Messages {
    fn message(&mut self, data: &str, events: &mut Vec<StreamEvent>) -> Result<(), Failure> {
        let message = parsed(self.label(), data)?;
        match message["type"].as_str().unwrap_or_default() {
            "message_start" => {
                let request_id = text(&message["message"]["id"]).map(str::to_owned);
                events.push(StreamEvent::Started { request_id });
                self.take_usage(&message["message"]["usage"], events);
            }
            "content_block_start" => self.begin(&message, events),
            "content_block_delta" => self.go_on(&message, events),
            "content_block_stop" => {
                if let Some(call) = self.blocks.remove(&count(&message["index"])) {
                    events.push(call.finish());
                }
            }
            "message_delta" => {
                if let Some(reason) = message["delta"]["stop_reason"].as_str() {
                    self.stop = Some(stop_reason(reason));
                }
                self.take_usage(&message["usage"], events);
            }
            "message_stop" => self.finish(events),
            "error" => return Err(FailureOf::new(&self.model).in_stream(&message["error"])),
            // Pings, and whatever will be there one day.
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, events: &mut Vec<StreamEvent>) -> bool {
        if !self.over && self.stop.is_some() {
            self.finish(events);
        }
        self.over
    }

    fn label(&self) -> &str {
        self.model.provider.info().label
    }
}

impl Messages {
    fn begin(&mut self, message: &Value, events: &mut Vec<StreamEvent>) {
        let block = &message["content_block"];
        match block["type"].as_str().unwrap_or_default() {
            "tool_use" => {
                let whole = block["input"].as_object().filter(|input| !input.is_empty());
                let call = OpenCall {
                    id: text(&block["id"]).unwrap_or_default().to_owned(),
                    name: text(&block["name"]).unwrap_or_default().to_owned(),
                    json: whole.map(|_| block["input"].to_string()).unwrap_or_default(),
                };
                self.blocks.insert(count(&message["index"]), call);
            }
            "redacted_thinking" => {
                events.extend(text(&block["data"]).map(|data| StreamEvent::HiddenThinking(data.to_owned())));
            }
            "thinking" => events.extend(text(&block["thinking"]).map(|more| StreamEvent::Thinking(more.to_owned()))),
            "text" => events.extend(text(&block["text"]).map(|more| StreamEvent::Text(more.to_owned()))),
            _ => {}
        }
    }

    fn go_on(&mut self, message: &Value, events: &mut Vec<StreamEvent>) {
        let delta = &message["delta"];
        match delta["type"].as_str().unwrap_or_default() {
            "text_delta" => events.extend(text(&delta["text"]).map(|more| StreamEvent::Text(more.to_owned()))),
            "thinking_delta" => {
                events.extend(text(&delta["thinking"]).map(|more| StreamEvent::Thinking(more.to_owned())));
            }
            "signature_delta" => {
                events.extend(text(&delta["signature"]).map(|proof| StreamEvent::Signature(proof.to_owned())));
            }
            "input_json_delta" => {
                if let Some(call) = self.blocks.get_mut(&count(&message["index"])) {
                    call.json.push_str(delta["partial_json"].as_str().unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    /// What the model read is said at the start and may be corrected at the end; what it wrote grows.
    fn take_usage(&mut self, usage: &Value, events: &mut Vec<StreamEvent>) {
        if !usage.is_object() {
            return;
        }
        let said = |name: &str| usage[name].as_u64();
        if let Some(cached) = said("cache_read_input_tokens") {
            self.usage.input_tokens = self.usage.input_tokens - self.usage.cached_tokens + cached;
            self.usage.cached_tokens = cached;
        }
        if let Some(written) = said("cache_creation_input_tokens") {
            self.usage.input_tokens = self.usage.input_tokens - self.usage.cache_written_tokens + written;
            self.usage.cache_written_tokens = written;
        }
        // The interface counts what came from the cache apart.
        if let Some(input) = said("input_tokens") {
            self.usage.input_tokens = input + self.usage.cached_tokens + self.usage.cache_written_tokens;
        }
        if let Some(output) = said("output_tokens") {
            self.usage.output_tokens = output;
        }
        events.push(StreamEvent::Usage(self.usage));
    }

    fn finish(&mut self, events: &mut Vec<StreamEvent>) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        events.extend(std::mem::take(&mut self.blocks).into_values().map(OpenCall::finish));
        events.push(StreamEvent::Finished(self.stop.unwrap_or(StopReason::Done)));
    }
}

impl OpenCall {
    fn finish(self) -> StreamEvent {
        StreamEvent::ToolCall { id: self.id, name: self.name, arguments: arguments_of(&self.json), signature: None }
    }
}

fn stop_reason(reason: &str) -> StopReason {
    match reason {
        "max_tokens" => StopReason::MaxTokens,
        "tool_use" => StopReason::ToolCalls,
        "pause_turn" => StopReason::Paused,
        "refusal" => StopReason::Refused,
        "model_context_window_exceeded" => StopReason::ContextFull,
        _ => StopReason::Done,
    }
}
