//! The models that a device is connected to. Keys are not among what is kept here: the vault has them, under the connection's id.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ModelRef, ProviderId};

/// Connected models, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connections {
    models: Vec<ModelRef>,
    /// The one that answers where nobody chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<String>,
}

/// Why a model cannot be connected, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadConnection {
    /// No model is named.
    #[error("No model is named")]
    NoName,
    /// The name is no name of a model.
    #[error("The name of the model has spaces or is too long")]
    BadName,
    /// The provider has no address of its own.
    #[error("The address of the server is missing")]
    NoAddress,
    /// The address is none.
    #[error(
        "The address has to begin with https:// or http://, go on with the name of a server, and be no longer than 78 letters"
    )]
    BadAddress,
    /// The address holds what belongs into the vault.
    #[error("The address holds a name or a password: give the key in its own field")]
    SecretInAddress,
}

/// Together they have to fit into the name of a secret of the vault.
const LONGEST_NAME: usize = 100;
const LONGEST_ADDRESS: usize = 78;
/// Stands for the name that the browser's own model has not.
const BROWSER_MODEL: &str = "built-in";

impl ModelRef {
    /// A model as a person describes it. Its id tells provider, name and, where it is not the usual one, address: whoever describes the
    /// same model again means the same connection, and a key is never sent to an address that it was not entered for.
    pub fn described(provider: ProviderId, base_url: Option<&str>, name: &str) -> Result<Self, BadConnection> {
        let model = Self::at(provider, base_url)?;
        let name = name.trim();
        let name = if provider == ProviderId::Browser { BROWSER_MODEL } else { name };
        if name.is_empty() {
            return Err(BadConnection::NoName);
        }
        if name.len() > LONGEST_NAME || name.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err(BadConnection::BadName);
        }
        let mut model_id = format!("{}:{name}", provider.id());
        if model.base_url != provider.info().base_url {
            model_id = format!("{model_id}@{}", model.base_url);
        }
        Ok(Self { model_id, name: name.to_owned(), ..model })
    }

    /// A provider at an address, with no model yet.
    pub fn at(provider: ProviderId, base_url: Option<&str>) -> Result<Self, BadConnection> {
        let given = base_url.map(str::trim).filter(|url| !url.is_empty());
        let base_url = match given {
            _ if provider == ProviderId::Browser => "",
            Some(url) => checked(url)?,
            None if provider.info().base_url.is_empty() => return Err(BadConnection::NoAddress),
            None => provider.info().base_url,
        };
        Ok(Self { model_id: String::new(), provider, base_url: base_url.to_owned(), name: String::new() })
    }
}

fn checked(url: &str) -> Result<&str, BadConnection> {
    let url = url.trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).ok_or(BadConnection::BadAddress)?;
    let host = rest.split('/').next().unwrap_or_default();
    if host.contains('@') {
        return Err(BadConnection::SecretInAddress);
    }
    let plain = |letter: char| letter.is_ascii_graphic() && !matches!(letter, '?' | '#' | '\\' | '"' | '<' | '>');
    if host.is_empty() || host.starts_with(':') || url.len() > LONGEST_ADDRESS || !url.chars().all(plain) {
        return Err(BadConnection::BadAddress);
    }
    Ok(url)
}

impl Connections {
    /// All.
    #[must_use]
    pub fn models(&self) -> &[ModelRef] {
        &self.models
    }

    /// The connection of this id.
    #[must_use]
    pub fn get(&self, model_id: &str) -> Option<&ModelRef> {
        self.models.iter().find(|model| model.model_id == model_id)
    }

    /// The one that answers where nobody chose: the chosen default, or else the newest.
    #[must_use]
    pub fn default_model(&self) -> Option<&ModelRef> {
        self.default.as_deref().and_then(|id| self.get(id)).or_else(|| self.models.last())
    }

    /// Connects a model; one of the same id stays where it is.
    pub fn add(&mut self, model: ModelRef) {
        if self.get(&model.model_id).is_none() {
            self.models.push(model);
        }
    }

    /// Ends a connection; whether there was one.
    pub fn remove(&mut self, model_id: &str) -> bool {
        let before = self.models.len();
        self.models.retain(|model| model.model_id != model_id);
        if self.default.as_deref() == Some(model_id) {
            self.default = None;
        }
        self.models.len() < before
    }

    /// Chooses the default; whether there is such a connection.
    pub fn choose(&mut self, model_id: &str) -> bool {
        let known = self.get(model_id).is_some();
        if known {
            self.default = Some(model_id.to_owned());
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(provider: ProviderId, url: Option<&str>, name: &str) -> Result<String, BadConnection> {
        ModelRef::described(provider, url, name).map(|model| model.model_id)
    }

    #[test]
    fn the_same_description_is_the_same_connection() {
        let usual = id(ProviderId::Anthropic, None, "claude-sonnet-5-5");
        assert_eq!(usual.as_deref(), Ok("anthropic:claude-sonnet-5-5"));
        assert_eq!(id(ProviderId::Anthropic, Some(" https://api.anthropic.com/ "), " claude-sonnet-5-5"), usual);
        let elsewhere = id(ProviderId::Anthropic, Some("https://gate.example.org/a"), "claude-sonnet-5-5");
        assert_eq!(elsewhere.as_deref(), Ok("anthropic:claude-sonnet-5-5@https://gate.example.org/a"));
        assert_eq!(id(ProviderId::Browser, None, "").as_deref(), Ok("browser:built-in"));
    }

    #[test]
    fn what_cannot_be_connected_is_refused() {
        use BadConnection::*;
        for (url, name, why) in [
            (None, "m", NoAddress),
            (Some("ftp://x"), "m", BadAddress),
            (Some("https://"), "m", BadAddress),
            (Some("https:///v1"), "m", BadAddress),
            (Some("https://x/v1?key=abc"), "m", BadAddress),
            (Some("https://me:secret@x/v1"), "m", SecretInAddress),
            (Some("https://x/v1"), " ", NoName),
            (Some("https://x/v1"), "two words", BadName),
        ] {
            assert_eq!(id(ProviderId::Custom, url, name), Err(why), "{url:?} {name}");
        }
    }

    #[test]
    fn the_newest_answers_until_one_is_chosen() {
        let model = |name| ModelRef::described(ProviderId::Openai, None, name).expect("it is well described");
        let mut connections = Connections::default();
        assert_eq!(connections.default_model(), None);
        connections.add(model("a"));
        connections.add(model("b"));
        connections.add(model("a"));
        assert_eq!(connections.models().len(), 2);
        assert_eq!(connections.default_model(), Some(&model("b")));
        assert!(connections.choose("openai:a") && !connections.choose("openai:c"));
        assert_eq!(connections.default_model(), Some(&model("a")));
        assert!(connections.remove("openai:a") && !connections.remove("openai:a"));
        assert_eq!(connections.default_model(), Some(&model("b")));
    }
}
