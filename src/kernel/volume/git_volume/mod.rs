//! A volume as people know it: skills, workflows, memory and traces, each kind in its folder, each change a commit.
//!
//! ```text
//! skills/<id>.md   workflows/<id>.md   memory/<id>.md   traces/<yyyy>/<mm>/<dd>/<id>.md   metadata.json
//! ```
//!
//! Knows where things stand and nothing of what they say; whoever may write here is decided elsewhere.

mod day;
mod metadata;
mod traces;

pub use day::Day;
pub use metadata::Metadata;
pub use traces::{NewTrace, TraceEntry};

use serde::Serialize;

use super::repository::{Change, ChangeKind, CommitRequest, Log, Repository, Revision, Signer};
use super::rows::{Durability, Rows};
use super::{Oid, Person, VolumeError, VolumeName, VolumePath};

/// What a volume keeps a folder of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Collection {
    /// Skills, as Markdown.
    Skills,
    /// Workflows, as Markdown; those of former days as JSON.
    Workflows,
    /// What was learned and is to be kept in mind, as Markdown.
    Memory,
}

impl Collection {
    /// The folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Skills => "skills",
            Self::Workflows => "workflows",
            Self::Memory => "memory",
        }
    }

    /// How the files end, as they are written first.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Skills | Self::Memory => &[".md"],
            Self::Workflows => &[".md", ".json"],
        }
    }

    /// Where the thing of this id is written.
    pub fn path(self, id: &str) -> Result<VolumePath, VolumeError> {
        Ok(self.paths(id)?.swap_remove(0))
    }

    /// Every place where the thing of this id may stand; the first counts.
    pub fn paths(self, id: &str) -> Result<Vec<VolumePath>, VolumeError> {
        let id = VolumePath::new(id)?;
        let path = |ending: &&str| VolumePath::new(&format!("{}/{id}{ending}", self.folder()));
        Ok(self.endings().iter().map(path).collect::<Result<_, _>>()?)
    }
}

/// One thing of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its id: the path below the collection's folder, without the ending.
    pub id: String,
    /// Where it stands.
    pub path: String,
    /// The blob that holds it, for [`Repository::read_blobs`].
    pub oid: Oid,
}

/// Who changes something, why and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Who.
    pub author: Person,
    /// Why.
    pub message: String,
    /// Now, in whole seconds since 1970.
    pub timestamp_s: i64,
    /// How many minutes the clock on the wall is ahead of UTC.
    pub offset_min: i32,
    /// The version that was read before; `None`: whatever is newest.
    pub expected_parent: Option<Oid>,
    /// How soon it must survive the loss of power.
    pub durability: Durability,
}

impl Note {
    /// The commit of these changes.
    pub fn request(&self, changes: Vec<Change>) -> CommitRequest {
        CommitRequest {
            changes,
            author: self.author.clone(),
            committer: self.author.clone(),
            message: self.message.clone(),
            timestamp_s: self.timestamp_s,
            offset_min: self.offset_min,
            expected_parent: self.expected_parent,
            durability: self.durability,
        }
    }
}

/// A volume: its name and its repository.
#[derive(Debug)]
pub struct GitVolume<R> {
    name: VolumeName,
    repository: Repository<R>,
}

impl<R: Rows> GitVolume<R> {
    /// Opens a volume.
    pub async fn open(rows: R, name: VolumeName) -> Result<Self, VolumeError> {
        Ok(Self { name, repository: Repository::open(rows).await? })
    }

    /// Makes a volume; its first commit says what it is.
    pub async fn create(rows: R, name: VolumeName, note: &Note) -> Result<Self, VolumeError> {
        let volume = Self { name, repository: Repository::create(rows).await? };
        volume.begin(note).await?;
        Ok(volume)
    }

    /// Opens a volume, or makes it.
    pub async fn open_or_create(rows: R, name: VolumeName, note: &Note) -> Result<Self, VolumeError>
    where
        R: Clone,
    {
        let volume = Self { name, repository: Repository::open_or_create(rows).await? };
        // A tab that was closed between the two writes of making a volume leaves one without commits.
        if !volume.repository.has_commits().await? {
            volume.begin(note).await?;
        }
        Ok(volume)
    }

    async fn begin(&self, note: &Note) -> Result<(), VolumeError> {
        let metadata = Metadata::new(self.name.clone(), note.timestamp_s);
        self.commit_changes(vec![Change::put(Metadata::path()?, metadata.encode())], note).await?;
        Ok(())
    }

    /// Its name.
    pub fn name(&self) -> &VolumeName {
        &self.name
    }

    /// Its repository, for history, branches, diffs and merges.
    pub fn repository(&self) -> &Repository<R> {
        &self.repository
    }

    /// What the volume says of itself; volumes from elsewhere may say nothing.
    pub async fn metadata(&self) -> Result<Option<Metadata>, VolumeError> {
        let path = Metadata::path()?;
        match self.repository.read_many(std::slice::from_ref(&path), &Revision::Head).await?.pop().flatten() {
            Some(bytes) => Metadata::parse(path, &bytes).map(Some),
            None => Ok(None),
        }
    }

    /// Commits changes to the main branch, all or none.
    pub async fn commit_changes(&self, changes: Vec<Change>, note: &Note) -> Result<Oid, VolumeError> {
        self.repository.commit(self.repository.main(), &note.request(changes)).await
    }

    /// The same, signed.
    pub async fn commit_signed<S: Signer>(
        &self,
        changes: Vec<Change>,
        note: &Note,
        signer: &S,
    ) -> Result<Oid, VolumeError> {
        self.repository.commit_signed(self.repository.main(), &note.request(changes), signer).await
    }

    /// The newest commits of the main branch.
    pub async fn get_git_log(&self, limit: usize) -> Result<Log, VolumeError> {
        self.repository.log(&Revision::Head, limit, 0).await
    }

    /// Saves a thing and commits it.
    pub async fn write(&self, kind: Collection, id: &str, content: &str, note: &Note) -> Result<Oid, VolumeError> {
        self.commit_changes(vec![Change::put(kind.path(id)?, content)], note).await
    }

    /// Saves several things of one kind as one commit.
    pub async fn write_all(&self, kind: Collection, things: &[(&str, &str)], note: &Note) -> Result<Oid, VolumeError> {
        let change = |(id, content): &(&str, &str)| Ok(Change::put(kind.path(id)?, *content));
        let changes: Result<Vec<Change>, VolumeError> = things.iter().map(change).collect();
        self.commit_changes(changes?, note).await
    }

    /// Removes a thing; its history stays.
    pub async fn remove(&self, kind: Collection, id: &str, note: &Note) -> Result<Oid, VolumeError> {
        let mut paths = self.standing(kind, id, &Revision::Head).await?;
        if paths.is_empty() {
            paths.push(kind.path(id)?);
        }
        let remove = |path| Change { path, kind: ChangeKind::Remove };
        self.commit_changes(paths.into_iter().map(remove).collect(), note).await
    }

    /// The text of a thing.
    pub async fn read(&self, kind: Collection, id: &str, at: &Revision) -> Result<String, VolumeError> {
        let path = self.standing(kind, id, at).await?.into_iter().next();
        self.read_text(path.map_or_else(|| kind.path(id), Ok)?, at).await
    }

    /// Every file that the thing of this id has; the first counts.
    pub async fn standing(&self, kind: Collection, id: &str, at: &Revision) -> Result<Vec<VolumePath>, VolumeError> {
        let paths = kind.paths(id)?;
        if paths.len() == 1 {
            return Ok(paths);
        }
        let found = self.repository.read_many(&paths, at).await?;
        Ok(paths.into_iter().zip(found).filter(|(_, bytes)| bytes.is_some()).map(|(path, _)| path).collect())
    }

    /// Every thing of a kind, sorted by id.
    pub async fn list(&self, kind: Collection, at: &Revision) -> Result<Vec<Item>, VolumeError> {
        let folder = VolumePath::new(kind.folder())?;
        let item = |path: String, oid| {
            let name = path.strip_prefix(kind.folder())?.strip_prefix('/')?;
            let (rank, id) = (0..).zip(kind.endings()).find_map(|(rank, end)| Some((rank, name.strip_suffix(end)?)))?;
            Some((rank, Item { id: id.to_owned(), path, oid }))
        };
        let files = self.repository.list(Some(&folder), at).await?;
        let mut items: Vec<(u8, Item)> = files.into_iter().filter_map(|file| item(file.path, file.oid)).collect();
        items.sort_unstable_by(|(a_rank, a), (b_rank, b)| (&a.id, a_rank).cmp(&(&b.id, b_rank)));
        items.dedup_by(|(_, later), (_, first)| later.id == first.id);
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }

    async fn read_text(&self, path: VolumePath, at: &Revision) -> Result<String, VolumeError> {
        let bytes = self.repository.read(&path, at).await?;
        String::from_utf8(bytes).map_err(|_| VolumeError::Unreadable { path, why: "it is not text".to_owned() })
    }
}

/// The source design's names for what volumes are most used for.
impl<R: Rows> GitVolume<R> {
    /// Saves a skill and commits it.
    pub async fn write_skill(&self, skill_id: &str, content: &str, note: &Note) -> Result<Oid, VolumeError> {
        self.write(Collection::Skills, skill_id, content, note).await
    }

    /// The text of a skill.
    pub async fn read_skill(&self, skill_id: &str, at: &Revision) -> Result<String, VolumeError> {
        self.read(Collection::Skills, skill_id, at).await
    }

    /// Every skill.
    pub async fn list_skills(&self, at: &Revision) -> Result<Vec<Item>, VolumeError> {
        self.list(Collection::Skills, at).await
    }

    /// Saves a workflow and commits it.
    pub async fn write_workflow(&self, id: &str, content: &str, note: &Note) -> Result<Oid, VolumeError> {
        self.write(Collection::Workflows, id, content, note).await
    }

    /// The text of a workflow.
    pub async fn read_workflow(&self, id: &str, at: &Revision) -> Result<String, VolumeError> {
        self.read(Collection::Workflows, id, at).await
    }

    /// Every workflow.
    pub async fn list_workflows(&self, at: &Revision) -> Result<Vec<Item>, VolumeError> {
        self.list(Collection::Workflows, at).await
    }

    /// Saves a memory and commits it.
    pub async fn write_memory(&self, id: &str, content: &str, note: &Note) -> Result<Oid, VolumeError> {
        self.write(Collection::Memory, id, content, note).await
    }

    /// The text of a memory.
    pub async fn read_memory(&self, id: &str, at: &Revision) -> Result<String, VolumeError> {
        self.read(Collection::Memory, id, at).await
    }

    /// Every memory.
    pub async fn list_memories(&self, at: &Revision) -> Result<Vec<Item>, VolumeError> {
        self.list(Collection::Memory, at).await
    }
}
