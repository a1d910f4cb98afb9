//! A proposal on its way through native git: two clones of a team's remote comment at once, merge without a conflict, and read one story.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;

use llmos_lite::kernel::proposal::{
    AuditFilter, CommitFact, DeedKind, EventKind, PathChange, PathFact, Promotion, Proposal, State, audit,
};

const BRANCH: &str = "pr/alice/my-skill";

/// A person's clone.
struct Clone {
    folder: PathBuf,
    person: &'static str,
}

impl Clone {
    fn of(remote: &Path, person: &'static str) -> Self {
        let clone = Self { folder: remote.with_file_name(person), person };
        git(remote.parent().unwrap(), &["clone", "-q", remote.to_str().unwrap(), person]);
        clone
    }

    fn git(&self, arguments: &[&str]) -> String {
        let email = format!("user.email={}@example.org", self.person.to_lowercase());
        let name = format!("user.name={}", self.person);
        git(&self.folder, &[&["-c", &name, "-c", &email], arguments].concat())
    }

    fn say(&self, message: &str) {
        self.git(&["commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message]);
    }

    /// What the branch has and main lacks, oldest first.
    fn read(&self, since: &str, tip: &str) -> Vec<CommitFact> {
        let range = format!("{since}..{tip}");
        let oids = self.git(&["rev-list", "--reverse", "--topo-order", &range]);
        oids.lines().map(|oid| self.fact(oid)).collect()
    }

    fn fact(&self, oid: &str) -> CommitFact {
        let field = |format: &str| self.git(&["show", "-s", &format!("--format={format}"), oid]);
        let paths = self.git(&["diff-tree", "-r", "--no-commit-id", "--name-only", "--root", oid]);
        CommitFact {
            oid: oid.to_owned(),
            author_name: field("%an"),
            author_email: field("%ae"),
            timestamp_s: field("%at").parse().unwrap(),
            message: field("%B"),
            paths: paths.lines().map(|path| PathFact { path: path.to_owned(), change: PathChange::Changed }).collect(),
        }
    }

    fn proposal(&self, since: &str, is_merged: bool) -> Proposal {
        let target = "team/rockets".parse().unwrap();
        Proposal::read(BRANCH, &target, &self.read(since, BRANCH), is_merged).unwrap()
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

#[test]
fn two_people_talk_at_once_and_read_one_story() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("proposal-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let remote = folder.join("remote");
    git(&folder, &["init", "-q", "--bare", "remote"]);

    let alice = Clone::of(&remote, "Alice");
    alice.say("Begin");
    alice.git(&["push", "-q", "origin", "main"]);
    alice.git(&["switch", "-q", "-c", BRANCH]);
    std::fs::create_dir(alice.folder.join("skills")).unwrap();
    std::fs::write(alice.folder.join("skills/my-skill.md"), "# My skill\n").unwrap();
    alice.git(&["add", "."]);
    let promotion = Promotion::new("my-skill".parse().unwrap(), "user/alice".parse().unwrap(), "Useful for team");
    alice.say(&promotion.proposal_message());
    alice.git(&["push", "-q", "origin", BRANCH]);

    let bob = Clone::of(&remote, "Bob");
    bob.git(&["switch", "-q", BRANCH]);
    let proposal = bob.proposal("main", false);
    assert_eq!(proposal.promotion, Some(promotion.clone()));
    bob.say(&proposal.comment_message("Where are the tests?\n\nIt has none."));
    bob.git(&["push", "-q", "origin", BRANCH]);
    alice.say(&proposal.comment_message("I shall add tests."));
    alice.git(&["pull", "-q", "--no-rebase", "--no-edit", "origin", BRANCH]);
    alice.git(&["push", "-q", "origin", BRANCH]);

    let story = alice.proposal("main", false);
    let mut said: Vec<(&str, EventKind, &str)> =
        story.events.iter().map(|event| (event.author_name.as_str(), event.kind, event.text.as_str())).collect();
    said.sort();
    assert_eq!(
        said,
        [
            ("Alice", EventKind::Opened, "Useful for team"),
            ("Alice", EventKind::Commented, "I shall add tests."),
            ("Bob", EventKind::Commented, "Where are the tests?\n\nIt has none."),
        ]
    );
    assert_eq!((story.state, story.events[0].kind), (State::Open, EventKind::Opened));

    // Bob, the team's admin, brings it in; its files are in main, and nothing else of it.
    bob.git(&["pull", "-q", "origin", BRANCH]);
    bob.git(&["switch", "-q", "main"]);
    bob.git(&["merge", "-q", "--no-ff", "-m", &story.merge_message(), BRANCH]);
    assert_eq!(bob.git(&["ls-tree", "-r", "--name-only", "main"]), "skills/my-skill.md");
    assert_eq!(bob.proposal("main^1", true).state, State::Merged);
    let history = bob.read("main~1", "main");
    let merged = AuditFilter { deed: Some(DeedKind::Merged), who: Some("alice".into()), ..AuditFilter::default() };
    let found: Vec<_> = audit(&history, &merged).map(|entry| (entry.author_name, entry.reason)).collect();
    assert_eq!(found, [("Bob", Some("Useful for team".to_owned()))]);
    std::fs::remove_dir_all(&folder).unwrap();
}
