//! What a person decides about chats: which tools a model may use, and how far an answer may go.
//!
//! Only the person changes these, by their own hand: nothing that a model says or reads can.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::tools::ToolKind;

/// Whether a tool may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Without asking.
    Allow,
    /// The person is asked each time.
    Ask,
    /// Never.
    Deny,
}

/// The decisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChatSettings {
    /// How many steps an answer may take.
    pub max_steps: u32,
    /// What an answer may cost, where prices are known.
    pub max_cost_usd: Option<f64>,
    /// How many skills guide an answer.
    pub max_skills: usize,
    /// How many tokens they may take.
    pub budget_tokens: usize,
    /// The connection to use, in place of the default one.
    pub model_id: Option<String>,
    /// What was decided for single tools, by name.
    pub policies: BTreeMap<String, Policy>,
}

impl Default for ChatSettings {
    fn default() -> Self {
        Self {
            max_steps: 24,
            max_cost_usd: None,
            max_skills: 5,
            budget_tokens: 8_000,
            model_id: None,
            policies: BTreeMap::new(),
        }
    }
}

impl ChatSettings {
    /// Whether a tool may be used: what was decided for it, or what is usual for its kind.
    #[must_use]
    pub fn policy(&self, name: &str, kind: ToolKind) -> Policy {
        self.policies.get(name).copied().unwrap_or(kind.usual_policy())
    }
}
