//! What the device answers (`assets/bridge/device/device.ts`), as far as its face shows it.

use serde_json::Value;

use crate::desk::answer::{Read, answers};

answers! {
    /// `state`.
    pub struct DeviceState {
        /// How safe work is here, and what to do.
        pub health: Health,
        /// Whether the browser promised to keep what is stored.
        pub persisted: bool,
        /// Bytes that are stored.
        pub usage: Option<u64>,
        /// Bytes that may be stored.
        pub quota: Option<u64>,
        /// When everything was last backed up, in seconds since 1970.
        pub backup_at: Option<i64>,
        /// Volumes that hold work of the person.
        pub own: u64,
        /// Of these, the ones that are nowhere else.
        pub only_here: Vec<String>,
        /// Volumes that have a remote.
        pub remotes: Vec<RemoteLine>,
        /// Whether this browser can write to a folder.
        pub can_mirror: bool,
        /// The folder that is written to.
        pub mirror: MirrorLine,
        /// Whether the page opens without a network.
        pub offline: bool,
        /// `current`, `ready` or `waiting`.
        pub release: String,
        /// The release that runs.
        pub version: String,
        /// Whether the browser offers to install the page.
        pub can_install: bool,
        /// Whether it is installed, and open as such.
        pub installed: bool,
        /// What is being fetched.
        pub fetching: Option<Fetching>,
        /// Why the last fetching ended early.
        pub problem: String,
    }

    /// A judgement.
    pub struct Health {
        /// `kept`, `attention` or `danger`.
        pub level: String,
        /// In a few words.
        pub short: String,
        /// In a sentence.
        pub text: String,
    }

    /// How a volume stands with its remote.
    pub struct RemoteLine {
        /// The volume.
        pub volume: String,
        /// Commits that are only here.
        pub ahead: u64,
        /// Commits that are only there.
        pub behind: u64,
    }

    /// The mirror.
    pub struct MirrorLine {
        /// The folder's name; empty where none is chosen.
        pub folder: String,
        /// When it was last written, in seconds since 1970.
        pub written_at: Option<i64>,
        /// What went wrong at the last try.
        pub problem: String,
    }

    /// How far the fetching is.
    pub struct Fetching {
        /// Which part.
        pub part: String,
        /// Bytes that have come.
        pub done: f64,
        /// Of how many.
        pub total: f64,
    }

    /// One part of what can be fetched ahead.
    pub struct Part {
        /// By which it is asked for.
        pub id: String,
        /// What it is called.
        pub name: String,
        /// What it is.
        pub about: String,
        /// How large it is.
        pub bytes: u64,
        /// How much of it is here.
        pub kept: u64,
    }

    /// One volume of a backup, before it is restored.
    pub struct BackedUp {
        /// The volume.
        pub volume: String,
        /// The size of its repository.
        pub bytes: u64,
        /// `missing`, `empty` or `kept`: how it is on this device.
        pub here: String,
        /// What came of restoring it; empty before.
        pub outcome: String,
        /// Whether it was restored.
        pub restored: bool,
    }
}
