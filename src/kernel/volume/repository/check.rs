//! Looking after a volume: every object behind every branch and tag is read and hashed, and damage comes back as data.
//!
//! Never mends anything, and never stops at the first finding.

use std::collections::HashSet;

use serde::Serialize;

use super::{Repository, parse_head};
use crate::kernel::volume::object::{Commit, Mode, Object, ObjectKind, Tag, Tree};
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::store::Found;
use crate::kernel::volume::{Oid, RefName, VolumeError};

/// How many objects are held at a time.
const OBJECTS_A_STEP: usize = 500;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// The row or the object.
    pub name: String,
    /// A path at which it stands, for files and folders.
    pub path: Option<String>,
    /// A commit, branch or tag that leads to it.
    pub reached_from: String,
    /// What is wrong.
    pub why: String,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Commits that were read.
    pub commits: usize,
    /// Folders that were read.
    pub trees: usize,
    /// File contents that were read.
    pub blobs: usize,
    /// What is not as it should be.
    pub damages: Vec<Damage>,
    /// Paths of other repositories inside this one, which volumes cannot hold.
    pub submodules: Vec<String>,
}

/// An object to look at.
struct Wanted {
    oid: Oid,
    kind: Option<ObjectKind>,
    path: Option<String>,
    reached_from: String,
}

impl<R: Rows> Repository<R> {
    /// Reads everything behind every branch and tag.
    pub async fn check(&self) -> Result<CheckReport, VolumeError> {
        Ok(self.check_all().await?.0)
    }

    /// The same, with the names of all that was reached.
    pub(crate) async fn check_all(&self) -> Result<(CheckReport, HashSet<Oid>), VolumeError> {
        let _held = self.store.hold_rows().await?;
        let mut report = CheckReport::default();
        let mut seen = HashSet::new();
        let mut waiting = self.tips(&mut report).await?;
        while !waiting.is_empty() {
            waiting.retain(|wanted| seen.insert(wanted.oid));
            let mut next = Vec::new();
            for step in waiting.chunks(OBJECTS_A_STEP) {
                let oids: Vec<Oid> = step.iter().map(|wanted| wanted.oid).collect();
                for (wanted, found) in step.iter().zip(self.store.find_each(&oids).await?) {
                    if let Err(why) = look_at(wanted, found, &mut report, &mut next) {
                        report.damages.push(Damage {
                            name: wanted.oid.to_string(),
                            path: wanted.path.clone(),
                            reached_from: wanted.reached_from.clone(),
                            why: why.to_owned(),
                        });
                    }
                }
            }
            waiting = next;
        }
        Ok((report, seen))
    }

    /// What branches and tags name.
    async fn tips(&self, report: &mut CheckReport) -> Result<Vec<Wanted>, VolumeError> {
        let mut tips = Vec::new();
        for (key, row) in self.store.rows.read_all("refs/").await? {
            if row.starts_with(b"ref: ") {
                continue;
            }
            let mut damage = |why: &str| {
                let (name, reached_from) = (key.clone(), key.clone());
                report.damages.push(Damage { name, path: None, reached_from, why: why.to_owned() });
            };
            let short = key.splitn(3, '/').nth(2).unwrap_or_default();
            if short.parse::<RefName>().is_err() {
                damage("its name is not one that a branch or tag can have here");
            }
            let kind = if key.starts_with("refs/tags/") { None } else { Some(ObjectKind::Commit) };
            match parse_head(&key, row) {
                Ok(head) => tips.push(Wanted { oid: head.oid, kind, path: None, reached_from: key }),
                Err(_) => damage("it names no commit"),
            }
        }
        Ok(tips)
    }
}

/// Looks at one object, and adds what it leads to.
fn look_at(
    wanted: &Wanted,
    found: Found,
    report: &mut CheckReport,
    next: &mut Vec<Wanted>,
) -> Result<(), &'static str> {
    let object = match found {
        Found::Object(object) => object,
        Found::Nothing if wanted.oid == Oid::EMPTY_TREE => Object { kind: ObjectKind::Tree, content: Vec::new() },
        Found::Nothing => return Err("it is missing"),
        Found::Damage(why) => return Err(why),
    };
    if wanted.kind.is_some_and(|kind| kind != object.kind) {
        return Err("it is of another kind than what leads to it says");
    }
    let mut follow = |oid, kind, path| {
        let reached_from = match object.kind {
            ObjectKind::Commit => wanted.oid.to_string(),
            _ => wanted.reached_from.clone(),
        };
        next.push(Wanted { oid, kind: Some(kind), path, reached_from });
    };
    match object.kind {
        ObjectKind::Blob => report.blobs += 1,
        ObjectKind::Tag => {
            let tag = Tag::parse(&object.content)?;
            follow(tag.target, tag.kind, None);
        }
        ObjectKind::Commit => {
            report.commits += 1;
            let commit = Commit::parse(&object.content)?;
            follow(commit.tree, ObjectKind::Tree, None);
            commit.parents.iter().for_each(|parent| follow(*parent, ObjectKind::Commit, None));
        }
        ObjectKind::Tree => {
            report.trees += 1;
            let tree = Tree::parse(object.content)?;
            let mut names = HashSet::new();
            for entry in tree.entries() {
                let name = String::from_utf8_lossy(entry.name);
                let path = wanted.path.as_ref().map_or_else(|| name.to_string(), |folder| format!("{folder}/{name}"));
                match entry.mode {
                    Mode::Submodule => report.submodules.push(path),
                    Mode::Folder => follow(entry.oid, ObjectKind::Tree, Some(path)),
                    Mode::File | Mode::Executable | Mode::Link => follow(entry.oid, ObjectKind::Blob, Some(path)),
                }
                if !names.insert(entry.name) {
                    return Err("it holds a file and a folder of one name");
                }
            }
        }
    }
    Ok(())
}
