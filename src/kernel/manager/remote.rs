//! The port to remotes: a volume's repository elsewhere, from which objects come as packs and to which they go as packs.
//!
//! Tokens never pass here: whoever implements the port has them from a vault.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::kernel::volume::Oid;

/// Where a volume's remote is, and how it is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteSettings {
    /// Such as `https://git.example.org/team/skills.git`.
    pub url: String,
    /// How.
    pub transport: TransportKind,
    /// The proxy, for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,
    /// The name that goes with the token, where the server wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// When it was last in step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sync: Option<LastSync>,
}

/// How a remote is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransportKind {
    /// Straight, by git's own protocol; the server has to send CORS headers.
    Http,
    /// Through a CORS proxy that the person named.
    Proxy,
    /// By GitHub's REST interface.
    Github,
}

/// A sync that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSync {
    /// When, in whole seconds since 1970.
    pub at: i64,
    /// Commits that came.
    pub pulled: usize,
    /// Commits that went.
    pub pushed: usize,
}

/// What came from a remote.
#[derive(Clone, Debug, Default)]
pub struct Fetched {
    /// Its branches and tags: whole names and what they point to.
    pub refs: Vec<(String, Oid)>,
    /// The branch that its HEAD names.
    pub head: Option<String>,
    /// The objects that were missing.
    pub pack: Option<Vec<u8>>,
}

/// A ref of the remote that is to move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PushUpdate {
    /// Its whole name.
    #[serde(rename = "ref")]
    pub name: String,
    /// Where it is there.
    pub old: Option<Oid>,
    /// Where it goes.
    pub new: Option<Oid>,
}

/// Why a remote could not be reached or refused, in words for people that name the host.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct RemoteError {
    /// What kind of trouble.
    pub kind: RemoteErrorKind,
    /// The words.
    pub message: String,
}

/// What callers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteErrorKind {
    /// It moved on since it was asked: fetch again.
    Moved,
    /// The person broke it off.
    Cancelled,
    /// Anything else.
    Failed,
}

/// The way to remotes.
#[allow(async_fn_in_trait, reason = "everything lives on one thread: futures need not be Send")]
pub trait Remotes {
    /// The refs of a remote, and all objects behind its branches and tags that `haves` have not.
    async fn fetch(&self, volume: &str, remote: &RemoteSettings, haves: &[Oid]) -> Result<Fetched, RemoteError>;

    /// Moves refs of the remote; `pack` holds what it lacks.
    async fn push(
        &self,
        volume: &str,
        remote: &RemoteSettings,
        updates: &[PushUpdate],
        pack: Option<Vec<u8>>,
    ) -> Result<(), RemoteError>;
}
