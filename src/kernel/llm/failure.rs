//! What goes wrong between a person and a model, in words that help, and whether to try again.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why there is no answer, or no whole one. What came before it stays.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind of trouble.
    pub kind: FailureKind,
    /// What happened and where, in a sentence.
    pub message: String,
    /// What the person can do about it.
    pub cure: String,
    /// What the provider itself said.
    pub detail: Option<String>,
    /// How long the provider wants to be left alone.
    pub retry_after_ms: Option<u64>,
    /// Whether the provider says itself that trying again makes sense.
    pub should_retry: Option<bool>,
}

/// What callers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// There is no key, or the provider does not know it.
    WrongKey,
    /// The vault is locked: its passphrase is wanted first.
    Locked,
    /// The provider refuses browsers for this organisation.
    RefusedOrganisation,
    /// The key may not do this.
    Forbidden,
    /// The account has no money left.
    NoCredit,
    /// The server answers but does not let this page read it.
    MissingCors,
    /// Nobody answers at the address.
    ServerDown,
    /// The address is none, or none of a server that has models.
    WrongAddress,
    /// The browser does not let this page ask there.
    Blocked,
    /// The browser has no network.
    Offline,
    /// The provider has no such model.
    NoSuchModel,
    /// Too much was asked in too short a time.
    RateLimited,
    /// The provider has too much to do.
    Overloaded,
    /// The conversation is longer than the model can read.
    ContextTooLong,
    /// The provider does not understand the request.
    BadRequest,
    /// The answer broke off.
    CutOff,
    /// Nothing came for too long.
    TimedOut,
    /// What came is not what this provider should send.
    Protocol,
    /// The provider has trouble of its own.
    Server,
    /// The person stopped it.
    Stopped,
}

impl FailureKind {
    /// Whether the same request may succeed later, with nobody doing anything.
    #[must_use]
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::RateLimited | Self::Overloaded | Self::ServerDown | Self::CutOff | Self::TimedOut | Self::Server
        )
    }
}

/// How often a request is tried again.
pub const RETRIES: u32 = 2;
const SHORTEST_DELAY_MS: u64 = 500;
const LONGEST_DELAY_MS: u64 = 8_000;
/// A provider that wants a longer pause than this is told to the person instead.
const LONGEST_WAIT_MS: u64 = 60_000;

impl Failure {
    /// A failure with its words.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>, cure: impl Into<String>) -> Self {
        let (message, cure) = (message.into(), cure.into());
        Self { kind, message, cure, detail: None, retry_after_ms: None, should_retry: None }
    }

    /// The person stopped it.
    #[must_use]
    pub fn stopped() -> Self {
        Self::new(FailureKind::Stopped, "Stopped", "What came is kept. Continue it, or ask again")
    }

    /// What to do about it, and what the provider itself said.
    #[must_use]
    pub fn advice(&self) -> String {
        let cure = self.cure.trim_end_matches('.');
        match &self.detail {
            Some(detail) => format!("{cure}. It said: {detail}"),
            None => self.cure.clone(),
        }
    }

    /// All of it, in sentences.
    #[must_use]
    pub fn in_words(&self) -> String {
        let message = self.message.trim_end_matches('.');
        if self.cure.is_empty() { format!("{message}.") } else { format!("{message}. {}", self.advice()) }
    }

    /// Whether to try again; what the provider says about it counts first.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.should_retry.unwrap_or_else(|| self.kind.is_passing())
    }

    /// How long to wait before the retry of this number, from 0; `None` means to give up and tell the person. `jitter` is a random number
    /// from 0 to 1: many pages that were turned away at once do not come back at once. The figures are those of both official SDKs
    /// (`client.mjs`: `shouldRetry`, `calculateDefaultRetryTimeoutMillis`).
    #[must_use]
    pub fn delay_ms(&self, attempt: u32, jitter: f64) -> Option<u64> {
        if attempt >= RETRIES || !self.is_retryable() {
            return None;
        }
        if let Some(wanted) = self.retry_after_ms {
            return (wanted <= LONGEST_WAIT_MS).then_some(wanted);
        }
        let delay = (SHORTEST_DELAY_MS << attempt.min(8)).min(LONGEST_DELAY_MS);
        Some(delay - (delay as f64 * 0.25 * jitter.clamp(0.0, 1.0)) as u64)
    }
}
