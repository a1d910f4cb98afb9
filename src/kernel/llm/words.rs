//! Failures of a model's server: what it said, understood, and put in words that help.

use serde_json::Value;

use super::{Failure, FailureKind, ModelRef, ProviderId};

/// Makes failures of one model's server out of what it says.
pub struct FailureOf<'a> {
    model: &'a ModelRef,
}

impl<'a> FailureOf<'a> {
    /// Of this model's server.
    #[must_use]
    pub fn new(model: &'a ModelRef) -> Self {
        Self { model }
    }

    /// For an answer that is an error. Names of headers are lower case, and `retry-after` is in seconds.
    #[must_use]
    pub fn response(&self, status: u16, headers: &[(String, String)], body: &str) -> Failure {
        let mut parsed: Value = serde_json::from_str(body).unwrap_or(Value::Null);
        // Gemini's errors come in a list.
        if parsed[0].is_object() {
            parsed = parsed[0].take();
        }
        let said = Said::of(if parsed["error"].is_null() { &parsed } else { &parsed["error"] });
        let plain = || {
            body.trim_start().starts_with(|first| first != '<' && first != '{' && first != '[').then(|| shortened(body))
        };
        let said = Said { message: said.message.or_else(plain), ..said };
        let mut failure = self.of_kind(said.kind(status), said.message);
        let header = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        failure.retry_after_ms = header("retry-after-ms")
            .and_then(|value| value.parse::<f64>().ok())
            .or_else(|| {
                header("retry-after").and_then(|value| value.parse::<f64>().ok()).map(|seconds| seconds * 1000.0)
            })
            .filter(|milliseconds| (0.0..=1e12).contains(milliseconds))
            .map(|milliseconds| milliseconds as u64);
        failure.should_retry = match header("x-should-retry") {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        };
        failure
    }

    /// For an error that came in the middle of an answer.
    #[must_use]
    pub fn in_stream(&self, error: &Value) -> Failure {
        let said = Said::of(error);
        let status = error["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or_default();
        self.of_kind(said.kind(status), said.message)
    }

    /// With the words for this model's provider.
    #[must_use]
    pub fn of_kind(&self, kind: FailureKind, detail: Option<String>) -> Failure {
        let info = self.model.provider.info();
        let (label, origin, name) = (info.label, self.model.origin(), &self.model.name);
        let (message, cure) = match kind {
            FailureKind::WrongKey => (
                format!("{label} does not accept the key"),
                match info.key_url {
                    Some(url) => format!("Enter the key again, whole and without spaces. Keys are made at {url}"),
                    None => format!("Enter the key that the server at {origin} expects"),
                },
            ),
            FailureKind::Locked => (
                "The vault that holds the key is locked".to_owned(),
                "Unlock it with its passphrase, then ask again".to_owned(),
            ),
            FailureKind::RefusedOrganisation => (
                format!("{label} does not let this organisation's keys be used from a browser"),
                "Somebody who administers the organisation can allow it in its settings; or use a key of a personal account, or \
                 OpenRouter"
                    .to_owned(),
            ),
            FailureKind::Forbidden => (
                format!("{label} does not let this key use {name}"),
                "Choose another model, or a key with the permission for this one".to_owned(),
            ),
            FailureKind::NoCredit => (
                format!("The account at {label} has no credit left, or its limit is reached"),
                "Add credit or raise the limit there, then ask again".to_owned(),
            ),
            FailureKind::MissingCors => (
                format!("The server at {origin} answers, but does not let this page read the answer"),
                "It has to allow this page's address as an origin (CORS). If it does, the key may be wrong: some servers answer a wrong \
                 key without that permission"
                    .to_owned(),
            ),
            FailureKind::ServerDown => (
                format!("Nothing answers at {origin}"),
                if info.is_local {
                    format!("Start {label}, or correct the address")
                } else {
                    "Check the address and the network, then try again".to_owned()
                },
            ),
            FailureKind::WrongAddress => (
                format!("The server at {origin} knows no such call"),
                "Check the address: most servers that speak as OpenAI does want it to end with /v1".to_owned(),
            ),
            FailureKind::Blocked => (
                format!("The browser does not let this page ask {origin}"),
                "Choose a server that it may reach, such as one on this computer".to_owned(),
            ),
            FailureKind::Offline => (
                "This device is offline".to_owned(),
                "Connect it and ask again, or use a model on this computer".to_owned(),
            ),
            FailureKind::NoSuchModel if self.model.provider == ProviderId::Browser => (
                "This browser brings no model of its own".to_owned(),
                "Connect another one. Chrome has one since version 148, on computers with 16 GB of memory and 22 GB of free disk".to_owned(),
            ),
            FailureKind::NoSuchModel => (
                format!("{label} has no model '{name}', or this key may not use it"),
                match self.model.provider {
                    ProviderId::Ollama => format!("Fetch it with: ollama pull {name}"),
                    ProviderId::LmStudio => "Load it in LM Studio, or choose another from its list".to_owned(),
                    _ => "Choose another from the provider's list".to_owned(),
                },
            ),
            FailureKind::RateLimited => (
                format!("{label} is asked too often for this key"),
                "Wait a moment and ask again; a higher tier of the account allows more".to_owned(),
            ),
            FailureKind::Overloaded => (
                format!("{label} is overloaded"),
                "Try again in a moment, or use another model".to_owned(),
            ),
            FailureKind::ContextTooLong => (
                format!("The conversation is longer than {name} can read"),
                "Begin a new chat, use fewer skills, or choose a model with a longer context".to_owned(),
            ),
            FailureKind::BadRequest => (
                format!("{label} does not accept the request"),
                format!("Try another model; {name} may not know tools or messages of this kind"),
            ),
            FailureKind::CutOff => {
                (format!("The answer of {label} broke off"), "What came is kept. Continue it, or ask again".to_owned())
            }
            FailureKind::TimedOut => (
                format!("{label} said nothing for too long"),
                "Ask again. If it stays so, use a smaller model or a shorter conversation".to_owned(),
            ),
            FailureKind::Protocol => (
                format!("What {origin} answers is not what {label} should say"),
                "Check the address: it may be that of another service".to_owned(),
            ),
            FailureKind::Server => (format!("{label} has trouble of its own"), "Try again in a moment".to_owned()),
            FailureKind::Stopped => return Failure::stopped(),
        };
        // What a server says of a key it does not know may show parts of it.
        let detail = detail.filter(|_| kind != FailureKind::WrongKey);
        Failure { detail, ..Failure::new(kind, message, cure) }
    }
}

/// An error as servers write it: `{type, code, message}`, or a text.
struct Said {
    message: Option<String>,
    /// Type, code and status, in small letters.
    kinds: Vec<String>,
}

impl Said {
    fn of(error: &Value) -> Self {
        let message = error.as_str().or_else(|| error["message"].as_str()).or_else(|| error["detail"].as_str());
        let kinds = ["type", "code", "status"].iter().filter_map(|name| error[*name].as_str()).map(str::to_lowercase);
        Self { message: message.map(shortened), kinds: kinds.collect() }
    }

    /// What kind of trouble it is: by what is said first, since servers disagree on the status.
    fn kind(&self, status: u16) -> FailureKind {
        let message = self.message.as_deref().unwrap_or_default().to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        let is = |kinds: &[&str]| self.kinds.iter().any(|kind| kinds.contains(&kind.as_str()));
        if says(&["cors requests are not allowed"]) {
            return FailureKind::RefusedOrganisation;
        }
        if status == 402
            || is(&["billing_error", "insufficient_quota", "insufficient_credits"])
            || says(&["credit balance", "insufficient credits", "exceeded your current quota, please check your plan"])
        {
            return FailureKind::NoCredit;
        }
        if status == 401
            || is(&["authentication_error", "invalid_api_key", "unauthenticated", "api_key_invalid"])
            || says(&["api key not valid", "invalid api key", "incorrect api key"])
        {
            return FailureKind::WrongKey;
        }
        if is(&["context_length_exceeded", "exceed_context_size_error", "request_too_large"])
            || says(&[
                "prompt is too long",
                "maximum context length",
                "context length",
                "context window",
                "context size",
            ])
            || status == 413
        {
            return FailureKind::ContextTooLong;
        }
        let unknown =
            ["not found", "does not exist", "not a valid model", "unknown model", "no such model", "decommissioned"];
        if is(&["model_not_found", "invalid_model", "model_decommissioned"]) || (says(&["model"]) && says(&unknown)) {
            return FailureKind::NoSuchModel;
        }
        if is(&["permission_error", "permission_denied"]) {
            return FailureKind::Forbidden;
        }
        if is(&["rate_limit_error", "rate_limit_exceeded", "resource_exhausted", "requests", "tokens"]) {
            return FailureKind::RateLimited;
        }
        // Loading: llama.cpp is not ready yet.
        if is(&["overloaded_error", "overloaded", "unavailable_error", "unavailable"]) || says(&["overloaded"]) {
            return FailureKind::Overloaded;
        }
        if is(&["timeout_error"]) {
            return FailureKind::TimedOut;
        }
        if is(&["not_found_error"]) {
            // Anthropic's way to say it of a model, with its name as the only message.
            return if message.contains("model") { FailureKind::NoSuchModel } else { FailureKind::WrongAddress };
        }
        match status {
            403 => FailureKind::Forbidden,
            404 | 405 => FailureKind::WrongAddress,
            408 | 504 => FailureKind::TimedOut,
            429 => FailureKind::RateLimited,
            503 | 529 => FailureKind::Overloaded,
            409 | 500.. => FailureKind::Server,
            _ if is(&["api_error", "server_error", "internal_server_error"]) => FailureKind::Server,
            0 => FailureKind::Server,
            _ => FailureKind::BadRequest,
        }
    }
}

/// Characters of a server's own words that a person is shown.
const SHOWN: usize = 500;

fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
