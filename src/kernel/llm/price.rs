//! What models cost, and how much they can read: a small table, as it was on a day.

use super::{ProviderId, ProviderId as P, Usage};

/// The day of the table: the figures are those that litellm 1.106.2 (MIT) collected from the providers' own pages of prices.
pub const PRICES_AS_OF: &str = "2026-10-21";

/// US dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// Read.
    pub input: f64,
    /// Written.
    pub output: f64,
    /// Read from the provider's cache.
    pub cached: f64,
    /// Put into the provider's cache.
    pub cache_written: f64,
    /// A request that reads more costs more, and how much is not said here.
    up_to_input_tokens: u64,
}

impl Price {
    /// What one answer cost; `None` where the table does not say.
    #[must_use]
    pub fn cost_usd(&self, usage: &Usage) -> Option<f64> {
        if usage.input_tokens > self.up_to_input_tokens {
            return None;
        }
        let plain = usage.input_tokens.saturating_sub(usage.cached_tokens + usage.cache_written_tokens);
        let parts = [
            (plain, self.input),
            (usage.output_tokens, self.output),
            (usage.cached_tokens, self.cached),
            (usage.cache_written_tokens, self.cache_written),
        ];
        Some(parts.iter().map(|(tokens, price)| *tokens as f64 * price / 1e6).sum())
    }
}

struct Row {
    provider: ProviderId,
    name: &'static str,
    context_tokens: u64,
    price: Price,
}

const fn row(
    provider: ProviderId,
    name: &'static str,
    context_tokens: u64,
    [input, output, cached, cache_written]: [f64; 4],
    up_to_input_tokens: u64,
) -> Row {
    Row { provider, name, context_tokens, price: Price { input, output, cached, cache_written, up_to_input_tokens } }
}

/// Model, what it reads, dollars for a million tokens (read, written, cached, put into the cache), up to how many read tokens.
const TABLE: &[Row] = &[
    row(P::Anthropic, "claude-fable-5-1", 1_000_000, [10.0, 50.0, 0.25, 12.5], u64::MAX),
    row(P::Anthropic, "claude-haiku-4-5", 200_000, [1.0, 5.0, 0.1, 1.25], u64::MAX),
    row(P::Anthropic, "claude-haiku-5-5", 1_000_000, [0.1, 0.5, 0.01, 0.125], 100_000),
    row(P::Anthropic, "claude-opus-4-5", 200_000, [5.0, 25.0, 0.5, 6.25], u64::MAX),
    row(P::Anthropic, "claude-opus-4-6", 1_000_000, [5.0, 25.0, 0.5, 6.25], u64::MAX),
    row(P::Anthropic, "claude-opus-4-7", 1_000_000, [5.0, 25.0, 0.5, 6.25], u64::MAX),
    row(P::Anthropic, "claude-opus-4-8", 1_000_000, [5.0, 25.0, 0.5, 6.25], u64::MAX),
    row(P::Anthropic, "claude-opus-5", 1_000_000, [5.0, 25.0, 0.5, 6.25], u64::MAX),
    row(P::Anthropic, "claude-opus-5-5", 1_000_000, [4.0, 20.0, 0.2, 5.0], u64::MAX),
    row(P::Anthropic, "claude-sonnet-4-5", 200_000, [3.0, 15.0, 0.3, 3.75], u64::MAX),
    row(P::Anthropic, "claude-sonnet-4-6", 1_000_000, [3.0, 15.0, 0.3, 3.75], u64::MAX),
    row(P::Anthropic, "claude-sonnet-5", 1_000_000, [2.0, 10.0, 0.2, 2.5], u64::MAX),
    row(P::Anthropic, "claude-sonnet-5-5", 1_000_000, [2.0, 10.0, 0.1, 2.5], u64::MAX),
    row(P::Openai, "gpt-4.1", 1_047_576, [2.0, 8.0, 0.5, 2.0], u64::MAX),
    row(P::Openai, "gpt-4.1-mini", 1_047_576, [0.4, 1.6, 0.1, 0.4], u64::MAX),
    row(P::Openai, "gpt-4o", 128_000, [2.5, 10.0, 1.25, 2.5], u64::MAX),
    row(P::Openai, "gpt-4o-mini", 128_000, [0.15, 0.6, 0.075, 0.15], u64::MAX),
    row(P::Openai, "gpt-5", 272_000, [1.25, 10.0, 0.125, 1.25], u64::MAX),
    row(P::Openai, "gpt-5-mini", 272_000, [0.25, 2.0, 0.025, 0.25], u64::MAX),
    row(P::Openai, "gpt-5.4", 1_050_000, [2.5, 15.0, 0.25, 2.5], 272_000),
    row(P::Openai, "gpt-5.4-mini", 272_000, [0.75, 4.5, 0.075, 0.75], u64::MAX),
    row(P::Openai, "gpt-5.5", 1_050_000, [5.0, 30.0, 0.5, 5.0], 272_000),
    row(P::Openai, "gpt-5.6-luna", 922_000, [0.2, 1.2, 0.02, 0.25], 272_000),
    row(P::Openai, "gpt-5.6-sol", 922_000, [4.0, 20.0, 0.4, 5.0], 272_000),
    row(P::Openai, "gpt-5.6-terra", 922_000, [2.0, 12.0, 0.2, 2.5], 272_000),
    row(P::Openai, "gpt-6-astra", 922_000, [10.0, 50.0, 1.0, 12.5], 272_000),
    row(P::Openai, "gpt-6-luna", 922_000, [0.1, 0.5, 0.01, 0.125], 272_000),
    row(P::Openai, "gpt-6-sol", 922_000, [2.0, 10.0, 0.2, 2.5], 272_000),
    row(P::Openai, "gpt-6.1-sol", 922_000, [2.0, 10.0, 0.1, 2.5], 272_000),
    row(P::Openai, "o3", 200_000, [2.0, 8.0, 0.5, 2.0], u64::MAX),
    row(P::Openai, "o4-mini", 200_000, [1.1, 4.4, 0.275, 1.1], u64::MAX),
    row(P::Gemini, "gemini-2.5-flash", 1_048_576, [0.3, 2.5, 0.03, 0.3], u64::MAX),
    row(P::Gemini, "gemini-2.5-pro", 1_048_576, [1.25, 10.0, 0.125, 1.25], 200_000),
    row(P::Gemini, "gemini-3.1-pro-preview", 1_048_576, [2.0, 12.0, 0.2, 2.0], 200_000),
    row(P::Gemini, "gemini-3.6-flash", 1_048_576, [0.75, 3.75, 0.075, 0.75], u64::MAX),
    row(P::Gemini, "gemini-3.7-flash", 1_048_576, [0.75, 3.75, 0.075, 0.75], u64::MAX),
    row(P::Gemini, "gemini-3.8-flash", 1_048_576, [0.75, 3.75, 0.075, 0.75], u64::MAX),
    row(P::Groq, "openai/gpt-oss-120b", 131_072, [0.15, 0.6, 0.075, 0.15], u64::MAX),
    row(P::Groq, "openai/gpt-oss-20b", 131_072, [0.075, 0.3, 0.0375, 0.075], u64::MAX),
    row(P::Groq, "qwen/qwen3.8-27b", 131_072, [0.8, 4.0, 0.8, 0.8], u64::MAX),
    row(P::Mistral, "codestral-latest", 128_000, [0.3, 0.9, 0.03, 0.3], u64::MAX),
    row(P::Mistral, "devstral-latest", 256_000, [0.4, 2.0, 0.04, 0.4], u64::MAX),
    row(P::Mistral, "mistral-large-latest", 262_144, [0.5, 1.5, 0.05, 0.5], u64::MAX),
    row(P::Mistral, "mistral-medium-latest", 262_144, [1.5, 7.5, 0.15, 1.5], u64::MAX),
    row(P::Mistral, "mistral-small-latest", 262_144, [0.15, 0.6, 0.015, 0.15], u64::MAX),
];

const FREE: Price = Price { input: 0.0, output: 0.0, cached: 0.0, cache_written: 0.0, up_to_input_tokens: u64::MAX };

/// What a model costs: nothing on the person's own computer, and `None` where it is not known.
#[must_use]
pub fn price(provider: ProviderId, name: &str) -> Option<Price> {
    if provider.info().is_local {
        return Some(FREE);
    }
    known(provider, name).map(|row| row.price)
}

/// How much a model can read; `None` where it is not known.
#[must_use]
pub fn context_tokens(provider: ProviderId, name: &str) -> Option<u64> {
    known(provider, name).map(|row| row.context_tokens)
}

/// The row of a model, also of a dated version of it such as `claude-haiku-4-5-20251001` or `gpt-5-2025-08-07`.
fn known(provider: ProviderId, name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| {
        row.provider == provider
            && name.strip_prefix(row.name).is_some_and(|rest| {
                rest.is_empty()
                    || (rest.starts_with("-20") && rest.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_costs_what_each_kind_of_its_tokens_costs() {
        let usage = Usage {
            input_tokens: 1_000_000,
            output_tokens: 100_000,
            cached_tokens: 400_000,
            cache_written_tokens: 100_000,
        };
        let price = price(P::Anthropic, "claude-haiku-4-5-20251001").expect("it is in the table");
        let cost = price.cost_usd(&usage).expect("it is no long request");
        assert!((cost - (0.5 + 0.5 + 0.04 + 0.125)).abs() < 1e-9, "{cost}");
    }

    #[test]
    fn what_is_not_known_has_no_price() {
        assert_eq!(price(P::Openai, "gpt-5-imaginary"), None);
        assert_eq!(price(P::Anthropic, "claude-opus-5-5-turbo"), None);
        assert_eq!(price(P::Openrouter, "openrouter/auto"), None);
        assert_eq!(price(P::Custom, "gpt-5"), None);
        let long = Usage { input_tokens: 300_000, ..Usage::default() };
        assert_eq!(price(P::Gemini, "gemini-2.5-pro").and_then(|price| price.cost_usd(&long)), None);
    }

    #[test]
    fn ones_own_computer_costs_nothing() {
        let usage = Usage { input_tokens: 9_000, output_tokens: 9_000, ..Usage::default() };
        assert_eq!(price(P::Ollama, "anything").and_then(|price| price.cost_usd(&usage)), Some(0.0));
    }
}
