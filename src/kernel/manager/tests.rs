//! A device from its first start: profiles, the shipped library, and what shadows what.

use super::*;
use crate::kernel::volume::{Change, Revision, VolumePath};

const NOW: Now = Now { timestamp_s: 1_790_000_000, offset_min: 60 };

fn skill(name: &str, about: &str) -> String {
    format!("---\nname: {name}\ncategory: coding\ndescription: {about}\nkeywords: [a]\n---\n# {name}\n")
}

fn library(digest: &str, files: &[(&str, &str)]) -> ShippedLibrary {
    let files = files.iter().map(|(path, text)| ShippedFile { path: (*path).to_owned(), text: (*text).to_owned() });
    ShippedLibrary { digest: digest.to_owned(), files: files.collect() }
}

async fn put(manager: &VolumeManager<MemoryStorage>, volume: &Volume, id: &str, about: &str) {
    let opened = manager.volume(volume, Action::Write, NOW).await.unwrap();
    opened.write_skill(id, &skill(id, about), &manager.note(volume, format!("Create {id}"), NOW)).await.unwrap();
}

#[test]
fn a_release_is_one_commit_and_an_edit_is_kept() {
    pollster::block_on(async {
        let manager = VolumeManager::open(MemoryStorage::default()).await.unwrap();
        let first = library("1", &[("skills/a.md", &skill("a", "one")), ("skills/b.md", &skill("b", "one"))]);
        manager.seed(&first, NOW).await.unwrap();
        manager.seed(&first, NOW).await.unwrap();
        let system = manager.volume(&Volume::System, Action::Read, NOW).await.unwrap();
        assert_eq!(
            system.get_git_log(10).await.unwrap().entries.len(),
            2,
            "the volume's own first commit, and the library"
        );

        put(&manager, &Volume::System, "b", "edited").await;
        let second = library("2", &[("skills/b.md", &skill("b", "two")), ("skills/c.md", &skill("c", "two"))]);
        manager.seed(&second, NOW).await.unwrap();
        let skills = manager.skills(NOW).await.unwrap();
        let about: Vec<(&str, &str)> =
            skills.iter().map(|(id, found)| (id.as_str(), found.value.description.as_str())).collect();
        assert_eq!(about, [("b", "edited"), ("c", "two")], "a was withdrawn, b was edited, c is new");
        let log = system.get_git_log(10).await.unwrap();
        assert_eq!(log.entries[0].commit.message.trim_end(), "Update the library of this release: 2 files");
    });
}

#[test]
fn the_nearer_volume_shadows_the_farther() {
    pollster::block_on(async {
        let manager = VolumeManager::open(MemoryStorage::default()).await.unwrap();
        manager
            .change_profiles(|profiles| profiles.add_team("rockets".parse().unwrap(), "Rockets", "me"))
            .await
            .unwrap();
        let team = "team/rockets".parse().unwrap();
        put(&manager, &Volume::System, "x", "system").await;
        put(&manager, &team, "x", "team").await;
        put(&manager, &manager.own_volume(), "x", "own").await;
        let skills = manager.skills(NOW).await.unwrap();
        assert_eq!(skills["x"].value.description, "own");
        assert_eq!(skills["x"].shadows, [team, Volume::System]);
    });
}

#[test]
fn profiles_survive_and_the_access_table_holds() {
    pollster::block_on(async {
        let storage = MemoryStorage::default();
        let manager = VolumeManager::open(storage.clone()).await.unwrap();
        manager.change_profiles(|profiles| profiles.add_user("bob".parse().unwrap(), "Bob", None)).await.unwrap();
        manager.change_profiles(|profiles| profiles.switch("bob", None)).await.unwrap();

        let again = VolumeManager::open(storage).await.unwrap();
        assert_eq!(again.own_volume().to_string(), "user/bob");
        let denied = again.volume(&Volume::System, Action::Write, NOW).await.err();
        assert!(matches!(denied, Some(ManagerError::Denied(_))), "{denied:?}");
        let denied = again.volume(&"user/me".parse().unwrap(), Action::Read, NOW).await.err();
        assert!(matches!(denied, Some(ManagerError::Denied(_))), "{denied:?}");
    });
}

#[test]
fn a_broken_file_hides_no_other() {
    pollster::block_on(async {
        let manager = VolumeManager::open(MemoryStorage::default()).await.unwrap();
        let own = manager.own_volume();
        put(&manager, &own, "good", "fine").await;
        let opened = manager.volume(&own, Action::Write, NOW).await.unwrap();
        let change = Change::put(VolumePath::new("skills/bad.md").unwrap(), "---\nname: [\n---\n");
        opened.commit_changes(vec![change], &manager.note(&own, "Break", NOW)).await.unwrap();
        assert!(manager.skills(NOW).await.unwrap().contains_key("good"));
        let findings = manager.diagnostics(NOW).await.unwrap();
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].1.place.path.as_deref(), Some("skills/bad.md"));
        assert!(opened.repository().resolve(&Revision::Head).await.unwrap().is_some());
    });
}

#[test]
fn a_search_sees_every_volume_and_every_change() {
    pollster::block_on(async {
        let manager = VolumeManager::open(MemoryStorage::default()).await.unwrap();
        let found = async || {
            let found = manager.search("a filter of words", 10, NOW).await.unwrap();
            found.iter().map(|found| format!("{} {}", found.volume, found.skill.skill_id)).collect::<Vec<_>>()
        };
        put(&manager, &Volume::System, "filter", "of words").await;
        put(&manager, &Volume::System, "other", "a filter").await;
        assert_eq!(found().await, ["system filter", "system other"]);
        let own = manager.own_volume();
        put(&manager, &own, "filter", "mine").await;
        assert_eq!(found().await, ["user/me filter", "system other"]);
        let before = manager.skills(NOW).await.unwrap();
        put(&manager, &own, "more", "another filter").await;
        assert_eq!(found().await, ["user/me filter", "system other", "user/me more"]);
        let after = manager.skills(NOW).await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&before["filter"].value, &after["filter"].value), "it was not read again");
        let opened = manager.volume(&own, Action::Write, NOW).await.unwrap();
        let hidden = "---\nname: filter\ndescription: d\ndisable-model-invocation: true\n---\n";
        opened.write_skill("filter", hidden, &manager.note(&own, "Hide", NOW)).await.unwrap();
        assert_eq!(found().await, ["system other", "user/me more"]);
    });
}

#[test]
fn a_folder_is_one_skill_with_its_files() {
    pollster::block_on(async {
        let manager = VolumeManager::open(MemoryStorage::default()).await.unwrap();
        let own = manager.own_volume();
        let opened = manager.volume(&own, Action::Write, NOW).await.unwrap();
        let put = |path: &str, text: &str| Change::put(VolumePath::new(path).unwrap(), text);
        let files = async || manager.skills(NOW).await.unwrap()["pdf"].value.files.clone();
        let changes = vec![
            put("skills/pdf/SKILL.md", "---\nname: pdf\ndescription: Reads\n---\n"),
            put("skills/pdf/references/notes.md", "No front matter"),
            put(".agents/skills/csv/SKILL.md", "---\nname: csv\ndescription: Tables\n---\n"),
        ];
        opened.commit_changes(changes, &manager.note(&own, "Add", NOW)).await.unwrap();
        assert_eq!(files().await, ["references/notes.md"]);
        assert!(manager.skills(NOW).await.unwrap().contains_key("csv"));
        assert_eq!(manager.diagnostics(NOW).await.unwrap(), []);
        let more = vec![put("skills/pdf/scripts/a.py", "1")];
        opened.commit_changes(more, &manager.note(&own, "More", NOW)).await.unwrap();
        assert_eq!(files().await, ["references/notes.md", "scripts/a.py"]);
    });
}
