//! A volume as people know it: skills, workflows, memory, traces.

use llmos_lite::kernel::volume::{
    Change, Collection, Day, Durability, GitVolume, MemoryRows, NewTrace, Note, Person, Revision,
};
use pollster::block_on;

use crate::native::{Folder, path};

fn note(message: &str, timestamp_s: i64) -> Note {
    Note {
        author: Person::new("Alice", "alice@user"),
        message: message.to_owned(),
        timestamp_s,
        offset_min: -300,
        expected_parent: None,
        durability: Durability::Strict,
    }
}

fn volume(rows: &MemoryRows) -> GitVolume<&MemoryRows> {
    block_on(GitVolume::open_or_create(rows, "user/alice".parse().unwrap(), &note("Begin", 1))).unwrap()
}

#[test]
fn each_kind_has_its_folder_and_each_change_its_commit() {
    let rows = MemoryRows::new();
    let alice = volume(&rows);
    let first = block_on(alice.write_skill("my-skill", "# One", &note("Create skill: My Skill", 2))).unwrap();
    block_on(alice.write_skill("my-skill", "# Two", &note("Edit", 3))).unwrap();
    block_on(alice.write_workflow("flow", "{}", &note("Create workflow", 4))).unwrap();
    block_on(alice.write_memory("facts", "- one", &note("Remember", 5))).unwrap();
    block_on(alice.commit_changes(vec![Change::put(path("skills/readme.txt"), "not a skill")], &note("Other", 6)))
        .unwrap();
    assert_eq!(block_on(alice.read_skill("my-skill", &Revision::Head)).unwrap(), "# Two");
    assert_eq!(block_on(alice.read_skill("my-skill", &Revision::Commit(first))).unwrap(), "# One");
    assert_eq!(block_on(alice.read_workflow("flow", &Revision::Head)).unwrap(), "{}");
    assert_eq!(block_on(alice.read_memory("facts", &Revision::Head)).unwrap(), "- one");
    let ids = |items: Vec<llmos_lite::kernel::volume::Item>| items.into_iter().map(|item| item.id).collect::<Vec<_>>();
    assert_eq!(ids(block_on(alice.list_skills(&Revision::Head)).unwrap()), ["my-skill"]);
    assert_eq!(ids(block_on(alice.list_workflows(&Revision::Head)).unwrap()), ["flow"]);
    assert_eq!(ids(block_on(alice.list_memories(&Revision::Head)).unwrap()), ["facts"]);
    block_on(alice.remove(Collection::Skills, "my-skill", &note("Delete", 7))).unwrap();
    assert_eq!(ids(block_on(alice.list_skills(&Revision::Head)).unwrap()), Vec::<String>::new());
    let titles: Vec<String> =
        block_on(alice.get_git_log(3)).unwrap().entries.iter().map(|entry| entry.commit.title().to_owned()).collect();
    assert_eq!(titles, ["Delete", "Other", "Remember"]);
    for id in ["", "../x", "a//b", ".git/config"] {
        assert!(block_on(alice.write_skill(id, "x", &note("x", 8))).is_err(), "{id}");
    }
    let again = volume(&rows);
    let metadata = block_on(again.metadata()).unwrap().unwrap();
    assert_eq!((metadata.format, metadata.name.to_string().as_str(), metadata.created_s), (1, "user/alice", 1));
    Folder::of(&rows).must_be_sound();
}

#[test]
fn a_batch_is_one_commit_of_one_write() {
    let rows = MemoryRows::new();
    let alice = volume(&rows);
    let things: Vec<(String, String)> =
        (0..100).map(|number| (format!("skill-{number}"), format!("# {number}"))).collect();
    let things: Vec<(&str, &str)> = things.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
    let before = rows.writes();
    block_on(alice.write_all(Collection::Skills, &things, &note("A hundred", 2))).unwrap();
    assert_eq!(rows.writes() - before, 1);
    assert_eq!(block_on(alice.get_git_log(10)).unwrap().entries.len(), 2);
    assert_eq!(block_on(alice.list_skills(&Revision::Head)).unwrap().len(), 100);
    Folder::of(&rows).must_be_sound();
}

#[test]
fn the_newest_of_many_traces_are_found_from_the_end() {
    const DAY_S: i64 = 86_400;
    let rows = MemoryRows::new();
    let alice = volume(&rows);
    let trace = |number: i64| NewTrace {
        id: format!("{number:06}"),
        timestamp_s: 1_767_225_600 + number / 40 * DAY_S,
        content: format!("trace {number}"),
    };
    for batch in 0..10 {
        let traces: Vec<NewTrace> = (batch * 1000..(batch + 1) * 1000).map(trace).collect();
        block_on(alice.write_traces(&traces, &note("Traces", batch))).unwrap();
    }
    let again = volume(&rows);
    let before = rows.reads();
    let newest = block_on(again.newest_traces(100, &Revision::Head)).unwrap();
    assert!(rows.reads() - before <= 12, "{}", rows.reads() - before);
    let ids: Vec<String> = newest.iter().map(|trace| trace.id.clone()).collect();
    assert_eq!(ids, (9_900..10_000).rev().map(|number| format!("{number:06}")).collect::<Vec<_>>());
    assert_eq!(block_on(again.newest_traces(20_000, &Revision::Head)).unwrap().len(), 10_000);
    let day = Day::of(trace(85).timestamp_s);
    assert_eq!(block_on(again.read_trace(day, "000085", &Revision::Head)).unwrap(), "trace 85");
    assert_eq!(block_on(again.list_traces(day, &Revision::Head)).unwrap().len(), 40);
    assert!(newest[0].path.starts_with("traces/2026/09/"));
    Folder::of(&rows).must_be_sound();
}
