//! Importing a repository that native git made: the files of a `.git` folder become the rows of a volume, once all of it is proven.
//!
//! What volumes cannot hold is refused in words: submodules, shallow or partial clones, borrowed objects, SHA-256. Settings, hooks and
//! remotes of the old repository stay behind: they are programs and secrets of another machine.

use std::collections::BTreeMap;

use super::pack::{Bundle, IncomingPack, PACKS, VerifiedPack};
use super::repository::{CheckReport, Repository};
use super::rows::{Durability, MemoryRows, Rows, RowsError, RowsWrite};
use super::{Oid, RefName, VolumeError};

/// A file of a folder to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFile {
    /// Its path inside what was given, such as `project/.git/HEAD`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A repository that was verified and waits to be kept.
#[derive(Debug)]
pub struct Import {
    rows: MemoryRows,
    /// What was read on the way: no damage.
    pub report: CheckReport,
    /// Its branches with their newest commits.
    pub branches: Vec<(RefName, Oid)>,
    /// How many tags it has.
    pub tags: usize,
}

fn refuse<T>(why: impl Into<String>) -> Result<T, VolumeError> {
    Err(VolumeError::Import(why.into()))
}

impl Import {
    /// Verifies the files of a repository: of a bare one, of a `.git` folder, or of a folder that holds one.
    pub async fn of_files(files: Vec<ImportedFile>) -> Result<Self, VolumeError> {
        let files = git_folder(files)?;
        must_be_plain(&files)?;
        let (mut rows, mut refs) = (Vec::new(), packed_refs(&files)?);
        let head = files.get("HEAD").cloned().unwrap_or_default();
        for (path, bytes) in files {
            if path.starts_with("refs/heads/") || path.starts_with("refs/tags/") {
                if !bytes.starts_with(b"ref: ") {
                    refs.insert(path.clone(), oid_of_ref(&path, &bytes)?);
                }
            } else if path.starts_with(PACKS) && path.ends_with(".pack") {
                rows.extend(verified(IncomingPack::read(bytes)?)?.rows());
            } else if Oid::of_key(&path).is_some() {
                rows.push((path, bytes));
            }
        }
        let head = String::from_utf8_lossy(&head).trim_end().strip_prefix("ref: ").map(str::to_owned);
        Self::stage(rows, refs, head).await
    }

    /// Verifies a bundle of a whole repository.
    pub async fn of_bundle(bytes: &[u8]) -> Result<Self, VolumeError> {
        let bundle = Bundle::parse(bytes)?;
        if !bundle.needs.is_empty() {
            return refuse("the bundle holds a part of a history only: make it with 'git bundle create <file> --all'");
        }
        let head = bundle.refs.iter().find(|(name, _)| name == "HEAD").map(|(_, oid)| *oid);
        let kept = |name: &str| name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
        let refs: BTreeMap<String, Oid> = bundle.refs.into_iter().filter(|(name, _)| kept(name)).collect();
        let is_head = |(name, oid): &(&String, &Oid)| Some(**oid) == head && name.starts_with("refs/heads/");
        let main = "refs/heads/main".to_owned();
        let head = if refs.get(&main).copied() == head {
            Some(main)
        } else {
            refs.iter().find(is_head).map(|(name, _)| name.clone())
        };
        let rows = verified(IncomingPack::read(bundle.pack)?)?.rows();
        Self::stage(rows.into(), refs, head).await
    }

    /// Puts everything into rows in memory, and reads all of it there.
    async fn stage(
        mut put: Vec<(String, Vec<u8>)>,
        refs: BTreeMap<String, Oid>,
        head: Option<String>,
    ) -> Result<Self, VolumeError> {
        let has_branch = |name: &String| name.starts_with("refs/heads/") && refs.contains_key(name);
        let usual = ["refs/heads/main".to_owned(), "refs/heads/master".to_owned()];
        let first = || refs.keys().find(|name| name.starts_with("refs/heads/")).cloned();
        let main = head.filter(has_branch).or_else(|| usual.into_iter().find(has_branch)).or_else(first);
        let Some(main) = main else { return refuse("it has no branch with a commit") };
        for name in refs.keys() {
            let short = name.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/");
            short.parse::<RefName>()?;
        }
        put.extend(refs.iter().map(|(name, oid)| (name.clone(), format!("{oid}\n").into_bytes())));
        let rows = MemoryRows::new();
        let created = Repository::create(&rows).await?;
        drop(created);
        put.push(("HEAD".to_owned(), format!("ref: {main}\n").into_bytes()));
        rows.write(RowsWrite { put, ..RowsWrite::default() }).await?;
        let repository = Repository::open(&rows).await?;
        let (report, reached) = repository.check_all().await?;
        if let Some(path) = report.submodules.first() {
            return refuse(format!(
                "it holds another repository at '{path}' (a submodule), which a volume cannot hold"
            ));
        }
        if let Some(damage) = report.damages.first() {
            let more = report.damages.len() - 1;
            let path = damage.path.as_ref().map(|path| format!(" at '{path}'")).unwrap_or_default();
            let others = if more == 0 { String::new() } else { format!(", and {more} more") };
            return refuse(format!("the object {}{path} is not sound: {}{others}", damage.name, damage.why));
        }
        let branches = repository.branches().await?;
        let tags = repository.tags().await?.len();
        drop(repository);
        // What nothing leads to was not looked at, and stays behind.
        let is_unreached = |key: &String| Oid::of_key(key).is_some_and(|oid| !reached.contains(&oid));
        let remove = rows.list("objects/").await?.into_iter().filter(is_unreached).collect();
        rows.write(RowsWrite { remove, ..RowsWrite::default() }).await?;
        Ok(Self { rows, report, branches, tags })
    }

    /// Keeps it as a volume, in one transaction; there must be none yet.
    pub async fn keep<R: Rows>(self, rows: &R) -> Result<(), VolumeError> {
        let expect = vec![("HEAD".to_owned(), None)];
        self.write(rows, expect, Vec::new()).await
    }

    /// Keeps it in the place of a volume whose main branch still is at this commit, in one transaction: whoever reads meanwhile sees the
    /// one or the other, and whoever commits meanwhile keeps what they committed.
    pub async fn keep_over<R: Rows>(self, rows: &R, main: &RefName, head: Oid) -> Result<(), VolumeError> {
        let there = rows.list("").await?;
        let expect = vec![(main.branch_key(), Some(format!("{head}\n").into_bytes()))];
        self.write(rows, expect, there).await
    }

    async fn write<R: Rows>(
        self,
        rows: &R,
        expect: Vec<(String, Option<Vec<u8>>)>,
        there: Vec<String>,
    ) -> Result<(), VolumeError> {
        let put = self.rows.snapshot();
        let remove = there.into_iter().filter(|key| !put.contains_key(key)).collect();
        let put = put.into_iter().collect();
        match rows.write(RowsWrite { expect, put, remove, durability: Durability::Strict }).await {
            Err(RowsError::Moved { .. }) => Err(VolumeError::AlreadyAVolume),
            done => Ok(done?),
        }
    }
}

fn verified(mut pack: IncomingPack) -> Result<VerifiedPack, VolumeError> {
    match pack.resolve()?.first() {
        None => pack.finish(),
        Some(missing) => refuse(format!("a pack of it builds on the object {missing}, which is not there")),
    }
}

/// The files by their path inside the git folder: next to the `HEAD` that stands highest.
fn git_folder(files: Vec<ImportedFile>) -> Result<BTreeMap<String, Vec<u8>>, VolumeError> {
    let is_repository = |folder: &&str| {
        let inside = |name: &str| {
            files.iter().any(|file| file.path.strip_prefix(*folder).is_some_and(|path| path.starts_with(name)))
        };
        inside("objects/") && (inside("refs/") || inside("packed-refs"))
    };
    let folders = files.iter().filter_map(|file| file.path.strip_suffix("HEAD"));
    let folders = folders.filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let Some(folder) = folders.filter(is_repository).min_by_key(|folder| folder.len()).map(str::to_owned) else {
        if files.iter().any(|file| file.path.contains("reftable/")) {
            return refuse("it keeps its branches in a reftable: run 'git refs migrate --ref-format=files' first");
        }
        return refuse("there is no git repository in it: a folder with HEAD, objects and refs");
    };
    let inside = |file: ImportedFile| Some((file.path.strip_prefix(&folder)?.to_owned(), file.bytes));
    Ok(files.into_iter().filter_map(inside).collect())
}

/// Refuses repositories whose objects are elsewhere, or named otherwise.
fn must_be_plain(files: &BTreeMap<String, Vec<u8>>) -> Result<(), VolumeError> {
    let config = files
        .get("config")
        .map(|config| String::from_utf8_lossy(config).to_lowercase().replace(' ', ""))
        .unwrap_or_default();
    if files.get("shallow").is_some_and(|shallow| !shallow.is_empty()) {
        return refuse("it is a shallow clone, whose history is cut off: run 'git fetch --unshallow' first");
    }
    if files.get("objects/info/alternates").is_some_and(|paths| !paths.is_empty()) {
        return refuse(
            "it borrows objects from another repository: run 'git repack -a -d' first, and remove objects/info/alternates",
        );
    }
    if config.contains("objectformat=sha256") {
        return refuse("it names objects by SHA-256; volumes name them by SHA-1");
    }
    if config.contains("refstorage=reftable") {
        return refuse("it keeps its branches in a reftable: run 'git refs migrate --ref-format=files' first");
    }
    if config.contains("partialclonefilter") || config.contains("promisor=true") {
        return refuse("it is a partial clone, which leaves objects at its remote: clone it whole");
    }
    Ok(())
}

/// The branches and tags that git packed into one file.
fn packed_refs(files: &BTreeMap<String, Vec<u8>>) -> Result<BTreeMap<String, Oid>, VolumeError> {
    let mut refs = BTreeMap::new();
    let text = files.get("packed-refs").map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
    for line in text.lines().filter(|line| !line.starts_with(['#', '^']) && !line.is_empty()) {
        let (oid, name) = line.split_once(' ').unwrap_or((line, ""));
        if name.starts_with("refs/heads/") || name.starts_with("refs/tags/") {
            refs.insert(name.to_owned(), oid_of_ref(name, oid.as_bytes())?);
        }
    }
    Ok(refs)
}

fn oid_of_ref(name: &str, bytes: &[u8]) -> Result<Oid, VolumeError> {
    match std::str::from_utf8(bytes).ok().and_then(|text| text.trim_end().parse().ok()) {
        Some(oid) => Ok(oid),
        None => refuse(format!("'{name}' names no commit")),
    }
}
