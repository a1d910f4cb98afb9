//! Bringing a volume and its remote into step: fetch, merge, push. A sync that is broken off leaves the branches as they were.
//!
//! Every branch of a proposal goes along. A volume that holds nothing of its own takes the remote's history as it is.

use std::collections::BTreeMap;

use super::remote::{Fetched, LastSync, PushUpdate, RemoteErrorKind, RemoteSettings, Remotes};
use super::{ManagerError, Now, Storage, VolumeManager};
use crate::kernel::access::{Action, Volume};
use crate::kernel::volume::{
    Change, Compression, Durability, GitVolume, MergeOutcome, MergePlan, Metadata, Oid, RefName, RefUpdate, Repository,
    Revision, Rows, RowsError, RowsWrite, VolumeError,
};

const REMOTES_KEY: &str = "remotes.json";
const TRACKED: &str = "refs/remotes/origin/";
/// How often the remote may move on while we push.
const MOST_TRIES: usize = 8;

/// What a sync came to.
#[derive(Debug)]
pub enum SyncOutcome {
    /// Both sides have the same.
    Done(LastSync),
    /// Somebody has to decide: nothing of main was changed on either side.
    Conflicts(Box<MergePlan>),
}

impl<S: Storage + Remotes> VolumeManager<S> {
    /// Where a volume's remote is.
    pub async fn remote(&self, volume: &Volume) -> Result<Option<RemoteSettings>, ManagerError> {
        Ok(self.remotes().await?.1.remove(&volume.to_string()))
    }

    /// Sets where a volume's remote is, or that there is none.
    pub async fn set_remote(&self, volume: &Volume, remote: Option<RemoteSettings>) -> Result<(), ManagerError> {
        let rows = self.storage().rows(super::DEVICE);
        loop {
            let (kept, mut remotes) = self.remotes().await?;
            match &remote {
                Some(remote) => remotes.insert(volume.to_string(), remote.clone()),
                None => remotes.remove(&volume.to_string()),
            };
            let text = serde_json::to_vec(&remotes).expect("addresses serialise");
            let expect = vec![(REMOTES_KEY.to_owned(), kept)];
            let put = vec![(REMOTES_KEY.to_owned(), text)];
            match rows.write(RowsWrite { expect, put, remove: Vec::new(), durability: Durability::Strict }).await {
                Err(RowsError::Moved { .. }) => {}
                done => return Ok(done?),
            }
        }
    }

    /// How many commits the volume is ahead of what was last seen of its remote, and how many behind.
    pub async fn distance(&self, volume: &Volume, now: Now) -> Result<(usize, usize), ManagerError> {
        let opened = self.volume(volume, Action::Read, now).await?;
        let repository = opened.repository();
        let ours = repository.resolve(&Revision::Head).await?;
        let theirs = tracked(repository).await?.remove(repository.main().as_str());
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => Ok((
                repository.commits_between(&[ours], &[theirs]).await?.len(),
                repository.commits_between(&[theirs], &[ours]).await?.len(),
            )),
            (Some(ours), None) => Ok((repository.commits_between(&[ours], &[]).await?.len(), 0)),
            _ => Ok((0, 0)),
        }
    }

    /// Brings a volume and its remote into step. `decisions` are the files of a merge that a person decided.
    pub async fn sync(&self, volume: &Volume, decisions: Vec<Change>, now: Now) -> Result<SyncOutcome, ManagerError> {
        let opened = self.volume(volume, Action::Read, now).await?;
        if !decisions.is_empty() {
            self.volume(volume, Action::Write, now).await?;
        }
        let remote = self.remote(volume).await?.ok_or(ManagerError::NoRemote)?;
        let name = volume.to_string();
        let mut pulled = 0;
        for _ in 0..MOST_TRIES {
            let repository = opened.repository();
            let haves = known_tips(repository).await?;
            let fetched = self.storage().fetch(&name, &remote, &haves).await?;
            let theirs = branches_of(&fetched);
            receive(repository, fetched).await?;
            match self.bring_in(volume, &opened, &theirs, &decisions, now).await? {
                Ok(commits) => pulled += commits,
                Err(plan) => return Ok(SyncOutcome::Conflicts(plan)),
            }
            match self.send(&name, &remote, repository, &theirs).await {
                Ok(pushed) => {
                    let done = LastSync { at: now.timestamp_s, pulled, pushed };
                    self.set_remote(volume, Some(RemoteSettings { last_sync: Some(done), ..remote })).await?;
                    return Ok(SyncOutcome::Done(done));
                }
                // Somebody else was faster: once more, on what they left.
                Err(ManagerError::Remote(error)) if error.kind == RemoteErrorKind::Moved => {}
                Err(error) => return Err(error),
            }
        }
        Err(VolumeError::Busy(opened.repository().main().clone()).into())
    }

    /// Brings every branch of the remote into ours; answers how many commits main got, or what has to be decided.
    async fn bring_in(
        &self,
        volume: &Volume,
        opened: &GitVolume<S::Rows>,
        theirs: &BTreeMap<RefName, Oid>,
        decisions: &[Change],
        now: Now,
    ) -> Result<Result<usize, Box<MergePlan>>, ManagerError> {
        let repository = opened.repository();
        let mut pulled = 0;
        for (branch, their_head) in theirs {
            let is_main = branch == repository.main();
            if !is_main && !branch.as_str().starts_with("pr/") {
                continue;
            }
            let Some(our_head) = repository.head(branch).await? else {
                repository.create_branch(branch, *their_head).await?;
                continue;
            };
            if our_head == *their_head || repository.is_ancestor(*their_head, our_head).await? {
                continue;
            }
            let news = repository.commits_between(&[*their_head], &[our_head]).await?.len();
            if is_main && holds_nothing(repository, our_head).await? {
                repository.move_branch(branch, Some(our_head), *their_head).await?;
                pulled += news;
                continue;
            }
            let note = self.note(volume, format!("Merge the remote's {branch}"), now);
            let mut request = note.request(if is_main { decisions.to_vec() } else { Vec::new() });
            let mut outcome = repository.merge_into(branch, *their_head, &request, self.storage()).await?;
            if let MergeOutcome::Undecided(plan) = &outcome
                && let Some(settled) = settle_own_files(repository, plan).await?
            {
                request.changes.extend(settled);
                outcome = repository.merge_into(branch, *their_head, &request, self.storage()).await?;
            }
            match outcome {
                MergeOutcome::Undecided(plan) if is_main => return Ok(Err(Box::new(plan))),
                // A proposal that two people changed differently: theirs stands, ours is in its author's volume.
                MergeOutcome::Undecided(_) => repository.move_branch(branch, Some(our_head), *their_head).await?,
                _ if is_main => pulled += news,
                _ => {}
            }
        }
        Ok(Ok(pulled))
    }

    /// Sends what the remote lacks; answers how many commits of main went.
    async fn send(
        &self,
        name: &str,
        remote: &RemoteSettings,
        repository: &Repository<S::Rows>,
        theirs: &BTreeMap<RefName, Oid>,
    ) -> Result<usize, ManagerError> {
        let mut updates = Vec::new();
        let mut pushed = 0;
        for (branch, our_head) in repository.branches().await? {
            let their_head = theirs.get(&branch).copied();
            if their_head == Some(our_head) || (branch != *repository.main() && !branch.as_str().starts_with("pr/")) {
                continue;
            }
            if branch == *repository.main() {
                pushed =
                    repository.commits_between(&[our_head], &their_head.into_iter().collect::<Vec<_>>()).await?.len();
            }
            updates.push(PushUpdate { name: branch.branch_key(), old: their_head, new: Some(our_head) });
        }
        if updates.is_empty() {
            return Ok(0);
        }
        let wants: Vec<Oid> = updates.iter().filter_map(|update| update.new).collect();
        let haves: Vec<Oid> = theirs.values().copied().collect();
        let pack = repository.pack(&wants, &haves, Compression::Fast).await?.finish();
        self.storage().push(name, remote, &updates, Some(pack)).await?;
        // What was sent is what the remote has now.
        let seen = tracked(repository).await?;
        let moved: Vec<RefUpdate> = updates
            .iter()
            .map(|update| {
                let branch = update.name.trim_start_matches("refs/heads/");
                RefUpdate { name: format!("{TRACKED}{branch}"), from: seen.get(branch).copied(), to: update.new }
            })
            .collect();
        repository.receive(None, &moved).await?;
        Ok(pushed)
    }

    async fn remotes(&self) -> Result<(Option<Vec<u8>>, BTreeMap<String, RemoteSettings>), ManagerError> {
        let kept = super::read_row(&self.storage().rows(super::DEVICE), REMOTES_KEY).await?;
        let remotes = match &kept {
            Some(bytes) => serde_json::from_slice(bytes)
                .map_err(|error| ManagerError::Damaged { what: "list of remotes", why: error.to_string() })?,
            None => BTreeMap::new(),
        };
        Ok((kept, remotes))
    }
}

/// The branches of a remote, with its HEAD's branch under our name for the main one.
fn branches_of(fetched: &Fetched) -> BTreeMap<RefName, Oid> {
    let branches = fetched.refs.iter().filter_map(|(name, oid)| {
        let name: RefName = name.strip_prefix("refs/heads/")?.parse().ok()?;
        Some((name, *oid))
    });
    branches.collect()
}

/// Keeps what came, and remembers where the remote's branches are. Nothing of ours moves.
async fn receive<R: Rows>(repository: &Repository<R>, fetched: Fetched) -> Result<(), ManagerError> {
    let seen = tracked(repository).await?;
    let tags: BTreeMap<String, Oid> =
        repository.tags().await?.into_iter().map(|tag| (tag.name.tag_key(), tag.oid)).collect();
    let mut updates = Vec::new();
    for (name, oid) in &fetched.refs {
        if let Some(branch) = name.strip_prefix("refs/heads/") {
            let from = seen.get(branch).copied();
            if from != Some(*oid) {
                updates.push(RefUpdate { name: format!("{TRACKED}{branch}"), from, to: Some(*oid) });
            }
        } else if name.starts_with("refs/tags/") && !tags.contains_key(name) {
            updates.push(RefUpdate { name: name.clone(), from: None, to: Some(*oid) });
        }
    }
    if fetched.pack.is_some() || !updates.is_empty() {
        repository.receive(fetched.pack, &updates).await?;
    }
    Ok(())
}

async fn tracked<R: Rows>(repository: &Repository<R>) -> Result<BTreeMap<String, Oid>, ManagerError> {
    let branches = repository.remote_branches().await?;
    let short = |name: RefName| name.as_str().strip_prefix("origin/").map(str::to_owned);
    Ok(branches.into_iter().filter_map(|(name, oid)| Some((short(name)?, oid))).collect())
}

/// What the remote need not send.
async fn known_tips<R: Rows>(repository: &Repository<R>) -> Result<Vec<Oid>, ManagerError> {
    let mut tips: Vec<Oid> = repository.branches().await?.into_iter().map(|(_, oid)| oid).collect();
    tips.extend(tracked(repository).await?.into_values());
    tips.sort_unstable();
    tips.dedup();
    Ok(tips)
}

/// Whether a main branch is only the commit by which the volume was made.
async fn holds_nothing<R: Rows>(repository: &Repository<R>, head: Oid) -> Result<bool, ManagerError> {
    if !repository.commit_at(head).await?.parents.is_empty() {
        return Ok(false);
    }
    let files = repository.list(None, &Revision::Commit(head)).await?;
    Ok(files.iter().all(|file| file.path == "metadata.json"))
}

/// Two volumes that were made apart both say what they are: the remote's word counts. `None` where more than that is undecided.
async fn settle_own_files<R: Rows>(
    repository: &Repository<R>,
    plan: &MergePlan,
) -> Result<Option<Vec<Change>>, ManagerError> {
    let own = Metadata::path()?;
    if plan.undecided.iter().any(|undecided| *undecided.path() != own) {
        return Ok(None);
    }
    let theirs = repository.read(&own, &Revision::Commit(plan.theirs)).await?;
    Ok(Some(vec![Change::put(own, theirs)]))
}
