//! The model that the browser itself brings (Chrome's `LanguageModel`). It is called and not sent anything, but described in the same way:
//! as a request to no server, answered by lines as Ollama's are. The page, which alone can call it, does so
//! (`assets/bridge/language-model.ts`).

use serde_json::{Value, json};

use super::ollama::Ollama;
use super::provider::{Provider, patient};
use super::turns::{in_order, words};
use super::wire::{HttpRequest, StreamReader};
use super::{ChatRequest, ModelRef, Turn};

/// Stands in the place of an address.
const URL: &str = "browser:";

pub(super) struct BrowserModel;

fn request(method: &'static str, model: &ModelRef, body: Option<String>) -> HttpRequest {
    patient(
        model,
        HttpRequest {
            method,
            url: URL.to_owned(),
            headers: Vec::new(),
            key: None,
            body,
            first_byte_timeout_ms: 0,
            idle_timeout_ms: 0,
        },
    )
}

impl Provider for BrowserModel {
    /// Words alone: it calls no tools that are not the page's own.
    fn chat(&self, chat: &ChatRequest) -> HttpRequest {
        let mut messages = Vec::new();
        if !chat.system.is_empty() {
            messages.push(json!({ "role": "system", "content": chat.system }));
        }
        for turn in in_order(&chat.messages) {
            let (role, content) = match turn {
                Turn::User(parts) => ("user", words(&parts)),
                Turn::Assistant(parts) => ("assistant", words(&parts)),
                Turn::ToolResults(results) => {
                    let results = results.into_iter().map(|result| format!("{}: {}", result.name, result.text));
                    ("user", results.collect::<Vec<_>>().join("\n\n"))
                }
            };
            if !content.is_empty() {
                messages.push(json!({ "role": role, "content": content }));
            }
        }
        request("POST", &chat.model, Some(json!({ "messages": messages }).to_string()))
    }

    fn reader(&self, chat: &ChatRequest) -> Box<dyn StreamReader> {
        Ollama.reader(chat)
    }

    fn models(&self, model: &ModelRef) -> HttpRequest {
        request("GET", model, None)
    }

    fn model_names(&self, body: &Value) -> Vec<String> {
        super::openai::ids(body)
    }
}
