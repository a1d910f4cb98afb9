//! What a large library came to when it was read, kept beside the volume: after a start only the skills that changed since are read.
//!
//! One row for a volume, in rows of their own that are in no export. It is only ever a shorter way to what the repository holds: each
//! file of it counts while its blob is the same, and if it is missing, old or damaged, nothing but time is lost.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::catalogue::{Readings, Shelf};
use super::{Storage, VolumeManager, read_row};
use crate::kernel::access::Volume;
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::search::SkillIndex;
use crate::kernel::skill::{Library, Reading, Skill};
use crate::kernel::volume::{Durability, Oid, Rows, RowsError, RowsWrite};

/// The rows of all volumes' kept libraries, by the volumes' names.
const ROWS: &str = "index";
/// Raised whenever a skill file is read, or its words are told apart, in another way than before.
const FORMAT: &[u8; 8] = b"llmos 1\n";
/// Fewer skills than this are read sooner than anybody notices.
const FEWEST_SKILLS: usize = 500;
/// One in so many is new or changed: the library is kept anew.
const SHARE_READ: usize = 20;

/// One file of a kept library. The texts of all stand behind, one after the other.
#[derive(Serialize, Deserialize)]
struct KeptFile {
    path: String,
    oid: String,
    /// What was read, without its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    skill: Option<Skill>,
    /// How long the text is.
    source_bytes: usize,
    /// Where in the text the Markdown begins.
    body_at: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Diagnostic>,
}

/// A library as it was kept.
pub(super) struct KeptLibrary {
    readings: Readings,
    library: Library,
    index: SkillIndex,
}

impl<S: Storage> VolumeManager<S> {
    /// What was kept of a volume, as a shelf of no commit: what it holds is compared with the newest before it counts.
    pub(super) async fn recall(&self, volume: &Volume) -> Option<Shelf> {
        let row = read_row(&self.storage.rows(ROWS), &volume.to_string()).await.ok().flatten()?;
        let KeptLibrary { readings, library, index } = KeptLibrary::decode(&row)?;
        let shelf = Shelf { library: Rc::new(library), readings: Rc::new(readings), ..Shelf::default() };
        let indexed = (Rc::clone(&shelf.library), Rc::new(RefCell::new(index)));
        self.indexes.borrow_mut().entry(volume.to_string()).or_insert(indexed);
        Some(shelf)
    }

    /// Remembers that so many skills of a volume were read and indexed.
    pub(super) fn has_read(&self, volume: &Volume, skills: usize) {
        *self.read_since_kept.borrow_mut().entry(volume.to_string()).or_default() += skills;
    }

    fn due(&self) -> Vec<String> {
        let is_due = |(name, read): &(&String, &usize)| {
            let skills = self.shelves.borrow().get(*name).map_or(0, |shelf| shelf.library.skills.len());
            skills >= FEWEST_SKILLS && **read * SHARE_READ >= skills
        };
        self.read_since_kept.borrow().iter().filter(is_due).map(|(name, _)| name.clone()).collect()
    }

    /// Whether there is upkeep to do.
    pub fn wants_upkeep(&self) -> bool {
        !self.due().is_empty()
    }

    /// Does what makes the next start quicker. Nobody waits for it, and nothing depends on it.
    pub async fn upkeep(&self) -> Result<(), RowsError> {
        for name in self.due() {
            let shelf = self.shelves.borrow().get(&name).cloned();
            let indexed = self.indexes.borrow().get(&name).cloned();
            let (Some(shelf), Some((library, index))) = (shelf, indexed) else { continue };
            // The index of another library than this is of no use to it.
            if !Rc::ptr_eq(&library, &shelf.library) {
                continue;
            }
            self.read_since_kept.borrow_mut().remove(&name);
            let row = encode(&shelf.readings, &index.borrow());
            let put = vec![(name, row)];
            let write = RowsWrite { put, durability: Durability::Relaxed, ..RowsWrite::default() };
            self.storage.rows(ROWS).write(write).await?;
        }
        Ok(())
    }

    /// Drops what was kept of a volume that is no more.
    pub(super) async fn forget_kept(&self, volume: &Volume) -> Result<(), RowsError> {
        let write = RowsWrite { remove: vec![volume.to_string()], ..RowsWrite::default() };
        self.storage.rows(ROWS).write(write).await
    }
}

fn encode(readings: &Readings, index: &SkillIndex) -> Vec<u8> {
    let mut paths: Vec<&String> = readings.keys().collect();
    paths.sort_unstable();
    let mut files = Vec::with_capacity(paths.len());
    let mut texts = String::new();
    for path in paths {
        let (oid, reading) = &readings[path];
        let Some(file) = kept_file(path, *oid, reading) else { continue };
        texts.extend(reading.skill.as_ref().map(|skill| &*skill.source));
        files.push(file);
    }
    let files = serde_json::to_vec(&files).expect("what was read serialises");
    let index = index.encode();
    let mut row = FORMAT.to_vec();
    for part in [&files, &index] {
        row.extend((part.len() as u64).to_le_bytes());
    }
    row.extend(files);
    row.extend(index);
    row.extend(texts.into_bytes());
    row
}

/// A file as it is kept; `None` for one that would not come back as it is, which is read again.
fn kept_file(path: &str, oid: Oid, reading: &Reading) -> Option<KeptFile> {
    let findings = reading.findings.clone();
    let (path, oid) = (path.to_owned(), oid.to_string());
    let Some(skill) = &reading.skill else {
        return Some(KeptFile { path, oid, skill: None, source_bytes: 0, body_at: 0, findings });
    };
    let (source_bytes, body_at) = (skill.source.len(), skill.source.len().checked_sub(skill.body.len())?);
    if skill.source.get(body_at..) != Some(&*skill.body) {
        return None;
    }
    let bare = Skill { body: String::new(), source: Arc::default(), ..(**skill).clone() };
    // A number may have more digits than come back; what runs has to be the same to the last.
    if bare.executable.is_some() {
        let text = serde_json::to_string(&bare).ok()?;
        if serde_json::from_str::<Skill>(&text).ok()? != bare {
            return None;
        }
    }
    Some(KeptFile { path, oid, skill: Some(bare), source_bytes, body_at, findings })
}

impl KeptLibrary {
    fn decode(row: &[u8]) -> Option<Self> {
        let row = row.strip_prefix(FORMAT)?;
        let (files_bytes, row) = take_length(row)?;
        let (index_bytes, row) = take_length(row)?;
        let (files, row) = row.split_at_checked(files_bytes)?;
        let (index, texts) = row.split_at_checked(index_bytes)?;
        let files: Vec<KeptFile> = serde_json::from_slice(files).ok()?;
        let mut texts = std::str::from_utf8(texts).ok()?;
        let mut readings = HashMap::with_capacity(files.len());
        let mut paths = Vec::with_capacity(files.len());
        for file in files {
            let (source, rest) = texts.split_at_checked(file.source_bytes)?;
            texts = rest;
            let body = source.get(file.body_at..)?;
            let skill =
                file.skill.map(|skill| Arc::new(Skill { body: body.to_owned(), source: source.into(), ..skill }));
            paths.push(file.path.clone());
            readings.insert(file.path, (file.oid.parse().ok()?, Reading { skill, findings: file.findings }));
        }
        let library = Library::of(paths.iter().map(|path| (path.as_str(), &readings[path].1)));
        let index = SkillIndex::decode(index, &library.skills)?;
        Some(Self { readings, library, index })
    }
}

fn take_length(row: &[u8]) -> Option<(usize, &[u8])> {
    let (length, rest) = row.split_first_chunk::<8>()?;
    Some((usize::try_from(u64::from_le_bytes(*length)).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::access::Action;
    use crate::kernel::checksum::crc32;
    use crate::kernel::manager::{MemoryStorage, Now};
    use crate::kernel::skill::read_file;
    use crate::kernel::volume::{Change, VolumePath};

    const NOW: Now = Now { timestamp_s: 1_790_000_000, offset_min: 60 };

    fn skill(number: usize, about: &str) -> Change {
        let text = format!("---\nname: Skill {number}\ndescription: {about}\n---\nThe body of {about}\n");
        Change::put(VolumePath::new(&format!("skills/s{number}.md")).unwrap(), text)
    }

    async fn change(manager: &VolumeManager<MemoryStorage>, changes: Vec<Change>) {
        let own = manager.own_volume();
        let opened = manager.volume(&own, Action::Write, NOW).await.unwrap();
        opened.commit_changes(changes, &manager.note(&own, "Change", NOW)).await.unwrap();
    }

    async fn found(manager: &VolumeManager<MemoryStorage>, query: &str) -> Vec<String> {
        let found = manager.search(query, 10, NOW).await.unwrap();
        found.iter().map(|found| found.skill.skill_id.clone()).collect()
    }

    #[test]
    fn after_a_start_only_what_changed_is_read() {
        pollster::block_on(async {
            let storage = MemoryStorage::default();
            let manager = VolumeManager::open(storage.clone()).await.unwrap();
            let many = (0..FEWEST_SKILLS).map(|number| skill(number, &format!("number{number} of many"))).collect();
            change(&manager, many).await;
            assert_eq!(found(&manager, "number7").await, ["s7"]);
            assert!(manager.wants_upkeep());
            manager.upkeep().await.unwrap();
            assert!(!manager.wants_upkeep());
            let gone = Change::remove(VolumePath::new("skills/s9.md").unwrap());
            change(&manager, vec![skill(8, "something else"), skill(FEWEST_SKILLS, "number7 again"), gone]).await;

            let again = VolumeManager::open(storage.clone()).await.unwrap();
            assert_eq!(found(&again, "number7").await, ["s500", "s7"]);
            assert_eq!(again.read_since_kept.borrow()[&again.own_volume().to_string()], 2);
            assert_eq!(found(&again, "something").await, ["s8"]);
            assert_eq!((found(&again, "number8").await.len(), found(&again, "number9").await.len()), (0, 0));
            let skills = again.skills(NOW).await.unwrap();
            assert_eq!(&*skills["s7"].value, &*manager.skills(NOW).await.unwrap()["s7"].value);
            assert!(!again.wants_upkeep(), "two of five hundred are not worth it");

            // Damage costs time and nothing else.
            let own = again.own_volume().to_string();
            storage.rows(ROWS).alter(&own, |row| row.truncate(row.len() / 2));
            let after_damage = VolumeManager::open(storage.clone()).await.unwrap();
            assert_eq!(found(&after_damage, "number7").await, ["s500", "s7"]);
            after_damage.upkeep().await.unwrap();
            assert_eq!(found(&VolumeManager::open(storage.clone()).await.unwrap(), "number7").await, ["s500", "s7"]);

            again.remove_volume(&again.own_volume()).await.unwrap();
            assert!(storage.rows(ROWS).snapshot().is_empty());
        });
    }

    /// The library that ships and the cases of the skill reader.
    fn readings() -> Readings {
        let mut readings = Readings::new();
        for folder in ["skills", "tests/cases/skills"] {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|ending| ending == "md") {
                    let (bytes, name) = (std::fs::read(&path).unwrap(), path.file_name().unwrap().to_str().unwrap());
                    readings
                        .insert(name.to_owned(), (Oid::of_bytes(name.as_bytes()), read_file(name, &bytes, Vec::new())));
                }
            }
        }
        readings
    }

    #[test]
    fn what_was_read_comes_back_as_it_was() {
        let readings = readings();
        assert!(readings.len() > 50);
        let mut index = SkillIndex::default();
        let library = Library::of(readings.iter().map(|(path, (_, reading))| (path.as_str(), reading)));
        index.update(&library.skills);
        let row = encode(&readings, &index);
        let kept = KeptLibrary::decode(&row).unwrap();
        for (path, (oid, reading)) in &readings {
            assert_eq!(kept.readings.get(path), Some(&(*oid, reading.clone())), "{path}");
        }
        for length in (0..row.len()).step_by(997) {
            assert!(KeptLibrary::decode(&row[..length]).is_none(), "{length}");
        }
    }

    /// What is kept is not read again after an update of the workbench. So whoever changes how skills are read, or how their words are
    /// told apart, has to raise `FORMAT`, and then to write down here what comes of it.
    #[test]
    fn another_way_to_read_is_another_format() {
        let text = "---\nname: Filters & Füße\ncategory: electronics\nkeywords: [low-pass, cut off]\ndescription: Designs running filters\n---\n# Filters\n\n## When to Use\n\nWhenever signals are noisy.\n";
        let reading = read_file("skills/filters.md", text.as_bytes(), Vec::new());
        let mut index = SkillIndex::default();
        index.update(&Library::of([("skills/filters.md", &reading)]).skills);
        let row = encode(&Readings::from([("skills/filters.md".to_owned(), (Oid::of_bytes(b""), reading))]), &index);
        assert_eq!((FORMAT, crc32(&row[8..])), (b"llmos 1\n", 3_487_119_250));
    }
}
