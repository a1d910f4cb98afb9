//! What a volume may hold for another to take its place: only what the workbench wrote there by itself.

use crate::kernel::volume::{Change, GitVolume, Oid, Revision, Rows, VolumeError, VolumePath};

const METADATA: &str = "metadata.json";
const TRACES: &str = "traces/";

/// The traces of a volume that holds nothing else and never did, to be committed again elsewhere; none where a person has kept something.
pub async fn traces_alone<R: Rows>(volume: &GitVolume<R>, head: Oid) -> Result<Option<Vec<Change>>, VolumeError> {
    let repository = volume.repository();
    let at = Revision::Commit(head);
    let files = repository.list(None, &at).await?;
    if files.iter().any(|file| file.path != METADATA && !file.path.starts_with(TRACES)) {
        return Ok(None);
    }
    let traces: Vec<_> = files.iter().filter(|file| file.path.starts_with(TRACES)).collect();
    // The volume's own first commit, and one for each trace: with more, something was there once, or is in a branch.
    let commits = volume.get_git_log(traces.len() + 2).await?.entries.len();
    if commits > traces.len() + 1 || repository.branches().await?.len() > 1 {
        return Ok(None);
    }
    let mut changes = Vec::with_capacity(traces.len());
    for file in traces {
        let path = VolumePath::existing(&file.path)?;
        let bytes = repository.read(&path, &at).await?;
        changes.push(Change::put(path, bytes));
    }
    Ok(Some(changes))
}

#[cfg(test)]
mod tests {
    use crate::kernel::access::Action;
    use crate::kernel::manager::{ManagerError, MemoryStorage, Now, VolumeManager};
    use crate::kernel::volume::{Change, Import, Revision, VolumePath};

    const NOW: Now = Now { timestamp_s: 1_790_000_000, offset_min: 60 };
    const TRACE: &str = "traces/2026/11/22/t1.md";

    async fn commit(manager: &VolumeManager<MemoryStorage>, path: &str, text: &str) {
        let volume = manager.own_volume();
        let opened = manager.volume(&volume, Action::Write, NOW).await.unwrap();
        let change = Change::put(VolumePath::new(path).unwrap(), text);
        manager.commit(&opened, vec![change], &manager.note(&volume, "A change".to_owned(), NOW)).await.unwrap();
    }

    async fn read(manager: &VolumeManager<MemoryStorage>, path: &str) -> Option<Vec<u8>> {
        let opened = manager.volume(&manager.own_volume(), Action::Read, NOW).await.unwrap();
        opened.repository().read(&VolumePath::new(path).unwrap(), &Revision::Head).await.ok()
    }

    /// A bundle of a volume with one workflow.
    async fn backup() -> Import {
        let manager = VolumeManager::open(MemoryStorage::default()).await.unwrap();
        commit(&manager, "workflows/mine.md", "mine").await;
        let opened = manager.volume(&manager.own_volume(), Action::Read, NOW).await.unwrap();
        Import::of_bundle(&opened.repository().bundle().await.unwrap().encode()).await.unwrap()
    }

    #[test]
    fn a_device_that_only_ran_something_takes_a_backup_and_keeps_its_traces() {
        pollster::block_on(async {
            let manager = VolumeManager::open(MemoryStorage::default()).await.unwrap();
            commit(&manager, TRACE, "a run").await;
            manager.import_volume(&manager.own_volume(), backup().await, NOW).await.unwrap();
            assert_eq!(read(&manager, "workflows/mine.md").await.as_deref(), Some(b"mine".as_slice()));
            assert_eq!(read(&manager, TRACE).await.as_deref(), Some(b"a run".as_slice()));
        });
    }

    #[test]
    fn what_a_person_kept_is_never_replaced_not_even_what_they_removed_since() {
        pollster::block_on(async {
            let manager = VolumeManager::open(MemoryStorage::default()).await.unwrap();
            let volume = manager.own_volume();
            commit(&manager, "skills/own.md", "own").await;
            let refused = manager.import_volume(&volume, backup().await, NOW).await.unwrap_err();
            assert!(matches!(refused, ManagerError::NotEmpty { .. }), "{refused}");
            let opened = manager.volume(&volume, Action::Write, NOW).await.unwrap();
            let gone = vec![Change::remove(VolumePath::new("skills/own.md").unwrap())];
            manager.commit(&opened, gone, &manager.note(&volume, "Removed".to_owned(), NOW)).await.unwrap();
            let refused = manager.import_volume(&volume, backup().await, NOW).await.unwrap_err();
            assert!(matches!(refused, ManagerError::NotEmpty { .. }), "its history still has it: {refused}");
        });
    }
}
