//! Who provides models.

use serde::{Deserialize, Serialize};

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
