//! What the volumes answer, as far as the desk shows it. What an answer leaves out has its empty value: a worker that is newer or older
//! than the desk shows less, and breaks nothing.

use serde_json::Value;

use super::answer::answers;
pub use super::answer::{Loaded, Read};

answers! {
    /// `GET /volumes/stats`.
    pub struct Stats {
        /// The volumes of the person who is signed in.
        pub volumes: Vec<VolumeStats>,
        /// What this site keeps, and may keep.
        pub storage: Storage,
    }

    /// `GET /vault`.
    pub struct Vault {
        /// `device`, `passphrase` or `visit`.
        pub mode: String,
        /// Whether its passphrase is wanted first.
        pub locked: bool,
        /// Of all secrets.
        pub names: Vec<String>,
    }

    /// `GET /profiles/signing`.
    pub struct Signing {
        /// The key that signs; empty if there is none.
        pub key: SigningKey,
    }

    /// The key that signs here.
    pub struct SigningKey {
        /// As a git host takes it.
        pub public_key: String,
        /// By which people compare keys.
        pub fingerprint: String,
        /// When it was made.
        pub created_at: i64,
        /// The line for an allowed-signers file, for a person with an address.
        pub allowed_signers: String,
    }

    /// One volume at a glance.
    pub struct VolumeStats {
        /// Its name, such as `user/alice`.
        pub volume: String,
        /// How many skills it holds.
        pub skills: u64,
        /// How many workflows.
        pub workflows: u64,
        /// How many traces of runs.
        pub traces: u64,
        /// How many commits.
        pub commits: u64,
        /// What it weighs.
        pub bytes: u64,
        /// Whether the person may write to it.
        pub writable: bool,
        /// The address of its remote.
        pub remote: Option<String>,
        /// Commits that the remote lacks.
        pub ahead: u64,
        /// Commits that only the remote has.
        pub behind: u64,
        /// When it changed last.
        pub updated_at: Option<i64>,
    }

    /// The storage of this site.
    pub struct Storage {
        /// Bytes that are kept.
        pub usage: Option<u64>,
        /// Bytes that may be kept.
        pub quota: Option<u64>,
        /// Whether the browser has promised not to clear it on its own.
        pub persisted: bool,
    }

    /// One folder of a volume.
    pub struct Folder {
        /// What is in it.
        pub entries: Vec<Entry>,
    }

    /// A file or a folder.
    pub struct Entry {
        /// The last part of its path.
        pub name: String,
        /// Its path in the volume.
        pub path: String,
        /// `folder`, `file`, `link` or `submodule`.
        pub kind: String,
        /// Its size, where it is known.
        pub bytes: Option<u64>,
        /// The id of what it holds.
        pub oid: String,
    }

    /// A page of the history.
    pub struct HistoryPage {
        /// How many there are in all, where that is known.
        pub total: Option<u64>,
        /// Newest first.
        pub commits: Vec<Commit>,
        /// Whether there are older ones, where that is known.
        pub has_more: Option<bool>,
    }

    /// One commit, as the list shows it.
    pub struct Commit {
        /// Its id.
        pub oid: String,
        /// What it was made on.
        pub parents: Vec<String>,
        /// What it says.
        pub message: String,
        /// Who made it.
        pub author: String,
        /// Their address.
        pub email: String,
        /// When.
        pub timestamp: i64,
        /// Whether it is signed.
        pub signed: bool,
        /// What it changed, the first of it.
        pub paths: Vec<String>,
        /// How many more it changed.
        pub more_paths: u64,
        /// What kind of change it is.
        pub kind: String,
    }

    /// Files that differ.
    pub struct Files {
        /// Each with its pieces.
        pub files: Vec<FileDiff>,
    }

    /// What changed in one file.
    pub struct FileDiff {
        /// The file.
        pub path: String,
        /// `added`, `removed` or `modified`.
        pub status: String,
        /// Whether it is no text.
        pub binary: bool,
        /// Lines that came.
        pub additions: u64,
        /// Lines that went.
        pub deletions: u64,
        /// Its size before.
        pub bytes_before: Option<u64>,
        /// Its size after.
        pub bytes_after: Option<u64>,
        /// Whether there is more than is shown.
        pub truncated: bool,
        /// The pieces that changed, with some lines around them.
        pub hunks: Vec<Hunk>,
    }

    /// One piece.
    pub struct Hunk {
        /// Its first line before.
        pub before_start: u64,
        /// Its first line after.
        pub after_start: u64,
        /// Its lines.
        pub lines: Vec<DiffLine>,
    }

    /// One line of a piece.
    pub struct DiffLine {
        /// `equal`, `added` or `removed`.
        pub kind: String,
        /// Its number before.
        pub before: Option<u64>,
        /// Its number after.
        pub after: Option<u64>,
        /// Its text, in pieces.
        pub segments: Vec<Segment>,
    }

    /// A piece of a line.
    pub struct Segment {
        /// What it says.
        pub text: String,
        /// Whether the other side says something else here.
        pub changed: bool,
    }

    /// `GET /volumes/branches`.
    pub struct Branches {
        /// The branches.
        pub branches: Vec<Branch>,
        /// The tags.
        pub tags: Vec<Branch>,
    }

    /// A branch or a tag.
    pub struct Branch {
        /// Its name.
        pub name: String,
        /// Where it points.
        pub commit: String,
    }

    /// `GET /proposals`.
    pub struct Proposals {
        /// Newest first.
        pub proposals: Vec<Proposal>,
    }

    /// A change that somebody asks a volume's keepers to take.
    pub struct Proposal {
        /// `team/acme:pr/alice/my-skill`.
        pub proposal_id: String,
        /// Whose keepers are asked.
        pub volume: String,
        /// The skill.
        pub skill_id: String,
        /// Who asks.
        pub author: Option<String>,
        /// Why.
        pub reason: String,
        /// Since when.
        pub created_at: Option<i64>,
        /// `open`, `merged` or `closed`.
        pub state: String,
        /// The branch that holds it.
        pub branch: String,
        /// What was found in it.
        pub checks: Vec<Check>,
        /// What was said of it.
        pub comments: Vec<Comment>,
        /// What it changes.
        pub files: Vec<FileDiff>,
        /// Whether the person may take it.
        pub may_merge: bool,
        /// Whether the person may close it.
        pub may_close: bool,
    }

    /// One check of a proposal.
    pub struct Check {
        /// What is checked.
        pub name: String,
        /// Whether it holds.
        pub passed: bool,
        /// What was found.
        pub message: String,
    }

    /// One comment.
    pub struct Comment {
        /// `commented`, or what was done.
        pub kind: String,
        /// Who.
        pub author: String,
        /// What.
        pub text: String,
        /// When.
        pub timestamp: i64,
    }

    /// `GET /volumes/remote`.
    pub struct RemoteAnswer {
        /// None where the volume has none.
        pub remote: Option<Remote>,
    }

    /// Where a volume is kept as well.
    pub struct Remote {
        /// Its address.
        pub url: String,
        /// `http`, `proxy` or `github`.
        pub transport: String,
        /// The proxy, where there is one.
        pub proxy_url: Option<String>,
        /// The name to sign in with.
        pub user_name: Option<String>,
        /// Whether a token is at hand.
        pub has_token: bool,
        /// The last time both were brought together.
        pub last_sync: Option<LastSync>,
        /// Commits that the remote lacks.
        pub ahead: u64,
        /// Commits that only the remote has.
        pub behind: u64,
    }

    /// What came of the last sync.
    pub struct LastSync {
        /// When.
        pub at: i64,
        /// Commits that came.
        pub pulled: u64,
        /// Commits that went.
        pub pushed: u64,
    }

    /// What came of a sync.
    pub struct Synced {
        /// Commits that came.
        pub pulled: u64,
        /// Commits that went.
        pub pushed: u64,
        /// Files that both sides changed.
        pub conflicts: Vec<Conflict>,
        /// `done` or `conflicts`.
        pub state: String,
    }

    /// A file that both sides changed.
    pub struct Conflict {
        /// The file.
        pub path: String,
        /// What kind of disagreement it is.
        pub kind: String,
        /// As it was.
        pub base: Value,
        /// As it is here; null where it was removed.
        pub ours: Value,
        /// As it is there; null where it was removed.
        pub theirs: Value,
        /// The text in order, where both can be put together.
        pub pieces: Option<Vec<Piece>>,
    }

    /// A piece of a text that two sides changed: agreed upon, or not.
    pub struct Piece {
        /// `merged` or `conflict`.
        pub kind: String,
        /// What both agree upon.
        pub text: String,
        /// As it is here.
        pub ours: PieceSide,
        /// As it is there.
        pub theirs: PieceSide,
    }

    /// What one side says in a conflict.
    pub struct PieceSide {
        /// Its lines, with their endings.
        pub text: String,
    }

    /// `GET /profiles`.
    pub struct People {
        /// Who is signed in.
        pub current: Current,
        /// The people of this device.
        pub users: Vec<Person>,
        /// The teams of this device.
        pub teams: Vec<Team>,
    }

    /// Who is signed in, and for which team.
    pub struct Current {
        /// The person.
        pub user_id: String,
        /// The team.
        pub team_id: Option<String>,
    }

    /// One person of this device.
    pub struct Person {
        /// Their id.
        pub user_id: String,
        /// Their name.
        pub display_name: String,
        /// Their address, as commits carry it.
        pub email: String,
        /// The teams they are in.
        pub teams: Vec<Membership>,
        /// Whether they keep the system volume.
        pub system_admin: bool,
    }

    /// One membership.
    pub struct Membership {
        /// The team.
        pub team_id: String,
        /// `user` or `team_admin`.
        pub role: String,
    }

    /// One team.
    pub struct Team {
        /// Its id.
        pub team_id: String,
        /// Its name.
        pub name: String,
    }

    /// How far something long is.
    pub struct Progress {
        /// Whose.
        pub volume: String,
        /// What is done now.
        pub stage: String,
        /// How much of it is done.
        pub done: Option<f64>,
        /// Of how much.
        pub total: Option<f64>,
        /// Bytes that have come or gone.
        pub bytes: Option<f64>,
    }
}

impl Entry {
    /// Whether it holds others.
    pub fn is_folder(&self) -> bool {
        self.kind == "folder"
    }
}

impl People {
    /// The person who is signed in.
    pub fn me(&self) -> Option<&Person> {
        self.users.iter().find(|person| person.user_id == self.current.user_id)
    }

    /// The name of a team; its id where it has none.
    pub fn team_name(&self, team_id: &str) -> String {
        let team = self.teams.iter().find(|team| team.team_id == team_id);
        team.map(|team| team.name.clone()).filter(|name| !name.is_empty()).unwrap_or_else(|| team_id.to_owned())
    }
}

/// The text of one side of a conflict, where it has one.
pub fn side_text(side: &Value) -> Option<&str> {
    side.as_str().or_else(|| side.get("text")?.as_str())
}
