//! Who provides models: what is known of each, and how each is spoken to.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ChatRequest;
use super::anthropic::Anthropic;
use super::browser_model::BrowserModel;
use super::ollama::Ollama;
use super::openai::OpenAi;
use super::wire::{HttpRequest, StreamReader};

/// A model, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelRef {
    /// The connection's id, under which the vault holds its key.
    pub model_id: String,
    /// Who provides it.
    pub provider: ProviderId,
    /// Where, such as `https://api.openai.com/v1`.
    pub base_url: String,
    /// The provider's name for it.
    pub name: String,
}

impl ModelRef {
    /// The address that the provider's calls are added to, however the person wrote it.
    pub(super) fn base(&self) -> &str {
        let base = self.base_url.trim().trim_end_matches('/');
        let without = |end| base.strip_suffix(end).unwrap_or(base);
        match self.provider {
            ProviderId::Anthropic => without("/v1"),
            ProviderId::Ollama => without("/v1").strip_suffix("/api").unwrap_or(without("/v1")),
            _ => base,
        }
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        origin_of(&self.base_url)
    }
}

/// Scheme, host and port of an address.
#[must_use]
pub fn origin_of(url: &str) -> &str {
    let url = url.trim();
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find(['/', '?', '#']).map_or(url, |end| &url[..host + end])
}

/// A provider that is known by name, or one that speaks as OpenAI does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderId {
    /// Anthropic's Messages.
    Anthropic,
    /// OpenAI's Chat Completions.
    Openai,
    /// Models of many, under one key.
    Openrouter,
    /// Groq.
    Groq,
    /// Mistral.
    Mistral,
    /// Google's Gemini, at its endpoint that speaks as OpenAI does.
    Gemini,
    /// Ollama on this computer or in this network.
    Ollama,
    /// LM Studio on this computer.
    LmStudio,
    /// llama.cpp's server.
    LlamaCpp,
    /// Any other that speaks as OpenAI does.
    Custom,
    /// The model that the browser itself brings.
    Browser,
}

/// What is known of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderInfo {
    /// Its name for people.
    pub label: &'static str,
    /// Where it is, if that is known.
    pub base_url: &'static str,
    /// Whether nothing works without a key.
    pub needs_key: bool,
    /// Where a person gets one.
    pub key_url: Option<&'static str>,
    /// Models to begin with, the one for most first; what there really is, the provider's list says.
    pub suggestions: &'static [&'static str],
    /// Whether it runs on a computer of the person's.
    pub is_local: bool,
}

impl ProviderId {
    /// All, those first that most people have.
    pub const ALL: [Self; 11] = [
        Self::Anthropic,
        Self::Openai,
        Self::Openrouter,
        Self::Gemini,
        Self::Groq,
        Self::Mistral,
        Self::Ollama,
        Self::LmStudio,
        Self::LlamaCpp,
        Self::Custom,
        Self::Browser,
    ];

    /// As in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::Openai => "openai",
            Self::Openrouter => "openrouter",
            Self::Groq => "groq",
            Self::Mistral => "mistral",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
            Self::LmStudio => "lm_studio",
            Self::LlamaCpp => "llama_cpp",
            Self::Custom => "custom",
            Self::Browser => "browser",
        }
    }

    /// What is known of it.
    #[must_use]
    pub fn info(self) -> ProviderInfo {
        let cloud = |label, base_url, key_url, suggestions| ProviderInfo {
            label,
            base_url,
            needs_key: true,
            key_url: Some(key_url),
            suggestions,
            is_local: false,
        };
        let local = |label, base_url| ProviderInfo {
            label,
            base_url,
            needs_key: false,
            key_url: None,
            suggestions: &[],
            is_local: true,
        };
        match self {
            Self::Anthropic => cloud(
                "Anthropic",
                "https://api.anthropic.com",
                "https://console.anthropic.com/settings/keys",
                &["claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-5-5"],
            ),
            Self::Openai => cloud(
                "OpenAI",
                "https://api.openai.com/v1",
                "https://platform.openai.com/api-keys",
                &["gpt-6.1-sol", "gpt-6-luna", "gpt-5.6-terra"],
            ),
            Self::Openrouter => cloud(
                "OpenRouter",
                "https://openrouter.ai/api/v1",
                "https://openrouter.ai/settings/keys",
                &["openrouter/auto"],
            ),
            Self::Groq => cloud(
                "Groq",
                "https://api.groq.com/openai/v1",
                "https://console.groq.com/keys",
                &["openai/gpt-oss-120b", "openai/gpt-oss-20b"],
            ),
            Self::Mistral => cloud(
                "Mistral",
                "https://api.mistral.ai/v1",
                "https://console.mistral.ai/api-keys",
                &["mistral-large-latest", "mistral-medium-latest", "mistral-small-latest"],
            ),
            Self::Gemini => cloud(
                "Gemini",
                "https://generativelanguage.googleapis.com/v1beta/openai",
                "https://aistudio.google.com/apikey",
                &["gemini-3.8-flash"],
            ),
            Self::Ollama => local("Ollama", "http://127.0.0.1:11434"),
            Self::LmStudio => local("LM Studio", "http://127.0.0.1:1234/v1"),
            Self::LlamaCpp => local("llama.cpp", "http://127.0.0.1:8080/v1"),
            Self::Custom => ProviderInfo { is_local: false, ..local("The server", "") },
            Self::Browser => local("This browser", ""),
        }
    }
}

/// How a provider is spoken to.
pub trait Provider {
    /// The request that its server expects.
    fn chat(&self, request: &ChatRequest) -> HttpRequest;

    /// A reader for the answer to it.
    fn reader(&self, request: &ChatRequest) -> Box<dyn StreamReader>;

    /// A request for the models that there are.
    fn models(&self, model: &ModelRef) -> HttpRequest;

    /// Their names, from the answer.
    fn model_names(&self, body: &Value) -> Vec<String>;
}

/// How the provider of this id is spoken to.
#[must_use]
pub fn provider(id: ProviderId) -> &'static dyn Provider {
    match id {
        ProviderId::Anthropic => &Anthropic,
        ProviderId::Ollama => &Ollama,
        ProviderId::Browser => &BrowserModel,
        _ => &OpenAi,
    }
}

const CLOUD_FIRST_BYTE_MS: u32 = 180_000;
/// A large model is read from the disk first, and a long prompt takes a small computer minutes.
const LOCAL_FIRST_BYTE_MS: u32 = 600_000;
const IDLE_MS: u32 = 90_000;

/// With the patience that this provider needs.
pub(super) fn patient(model: &ModelRef, request: HttpRequest) -> HttpRequest {
    let local = model.provider.info().is_local;
    let first_byte_timeout_ms = if local { LOCAL_FIRST_BYTE_MS } else { CLOUD_FIRST_BYTE_MS };
    HttpRequest { first_byte_timeout_ms, idle_timeout_ms: IDLE_MS, ..request }
}
