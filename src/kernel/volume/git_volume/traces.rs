//! Traces: what ran, by day. They come often and are never changed, so each day has a folder, and the newest are found from the end.

use serde::Serialize;

use super::{Day, GitVolume, Note};
use crate::kernel::volume::repository::{Change, Revision};
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::{Oid, VolumeError, VolumePath};

const FOLDER: &str = "traces";
const ENDING: &str = ".md";
/// How many days are read at once, from the newest.
const DAYS_A_READ: usize = 8;

/// A trace to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTrace {
    /// Its id, unlike any other of its day; ids that begin with the time list in the order of time.
    pub id: String,
    /// When it ran, in whole seconds since 1970; decides its folder.
    pub timestamp_s: i64,
    /// Markdown.
    pub content: String,
}

impl NewTrace {
    /// Where it stands.
    pub fn path(&self) -> Result<VolumePath, VolumeError> {
        trace_path(Day::of(self.timestamp_s), &self.id)
    }
}

/// A trace that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceEntry {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub path: String,
    /// The blob that holds it.
    pub oid: Oid,
}

impl<R: Rows> GitVolume<R> {
    /// Keeps a trace.
    pub async fn write_trace(&self, trace: &NewTrace, note: &Note) -> Result<Oid, VolumeError> {
        self.write_traces(std::slice::from_ref(trace), note).await
    }

    /// Keeps several traces as one commit.
    pub async fn write_traces(&self, traces: &[NewTrace], note: &Note) -> Result<Oid, VolumeError> {
        let change = |trace: &NewTrace| Ok(Change::put(trace.path()?, trace.content.as_str()));
        let changes: Result<Vec<Change>, VolumeError> = traces.iter().map(change).collect();
        self.commit_changes(changes?, note).await
    }

    /// The text of a trace.
    pub async fn read_trace(&self, day: Day, id: &str, at: &Revision) -> Result<String, VolumeError> {
        self.read_text(trace_path(day, id)?, at).await
    }

    /// Every trace of a day, sorted by id.
    pub async fn list_traces(&self, day: Day, at: &Revision) -> Result<Vec<TraceEntry>, VolumeError> {
        let folder = VolumePath::new(&format!("{FOLDER}/{day}"))?;
        let files = self.repository.list_folder(Some(&folder), at).await?;
        Ok(files.into_iter().filter_map(|file| entry(file.path, file.oid)).collect())
    }

    /// The newest traces, newest first: by day, then by id. Reads the newest days only, however many there are.
    pub async fn newest_traces(&self, limit: usize, at: &Revision) -> Result<Vec<TraceEntry>, VolumeError> {
        let mut newest = Vec::new();
        // The commit is looked up once, so that what is listed is one version.
        let Some(commit) = self.repository.resolve(at).await? else { return Ok(newest) };
        let at = Revision::Commit(commit);
        for year in self.folders(FOLDER, &at).await? {
            for month in self.folders(&year, &at).await? {
                for days in self.folders(&month, &at).await?.chunks(DAYS_A_READ) {
                    for files in self.repository.list_folders(days, &at).await? {
                        let entries = files.into_iter().rev().filter_map(|file| entry(file.path, file.oid));
                        newest.extend(entries.take(limit - newest.len()));
                        if newest.len() == limit {
                            return Ok(newest);
                        }
                    }
                }
            }
        }
        Ok(newest)
    }

    /// The folders in a folder, the last by name first.
    async fn folders(&self, folder: &str, at: &Revision) -> Result<Vec<String>, VolumeError> {
        let folder = VolumePath::existing(folder)?;
        let entries = self.repository.list_folder(Some(&folder), at).await?;
        Ok(entries.into_iter().rev().filter(|entry| entry.is_folder()).map(|entry| entry.path).collect())
    }
}

fn trace_path(day: Day, id: &str) -> Result<VolumePath, VolumeError> {
    Ok(VolumePath::new(&format!("{FOLDER}/{day}/{id}{ENDING}"))?)
}

fn entry(path: String, oid: Oid) -> Option<TraceEntry> {
    let id = path.rsplit('/').next()?.strip_suffix(ENDING)?.to_owned();
    Some(TraceEntry { id, path, oid })
}
