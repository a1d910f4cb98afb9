//! What the installed git says to the same question.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use llmos_lite::kernel::merge::{Ending, Entry, Kind, Line, Mode, TextDiff, Tree};

/// A folder of its own for one question.
pub struct Git {
    folder: PathBuf,
}

impl Drop for Git {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

impl Git {
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut git = Command::new("git")
            .args(["-c", "core.autocrlf=false", "-c", "user.name=A", "-c", "user.email=a@b"])
            .args(arguments)
            .current_dir(&self.folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.folder.parent().unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("git is installed");
        git.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        git.wait_with_output().unwrap()
    }

    /// What has to succeed, and what it says.
    fn ask(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// The merged text, if git finds no conflict.
    pub fn merge_file(&self, base: &str, ours: &str, theirs: &str) -> Option<String> {
        self.write("base", base);
        self.write("ours", ours);
        self.write("theirs", theirs);
        let output = self.run(&["merge-file", "-p", "-q", "ours", "base", "theirs"], "");
        assert!(output.status.code().is_some_and(|code| code < 128), "{}", String::from_utf8_lossy(&output.stderr));
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    }

    /// The hunks of `git diff`, without headings.
    pub fn diff(&self, before: &str, after: &str) -> String {
        self.write("before", before);
        self.write("after", after);
        let output = self.run(&["diff", "--no-index", "--no-color", "before", "after"], "");
        let text = String::from_utf8(output.stdout).unwrap();
        let hunks: String =
            text.split_inclusive('\n').skip_while(|line| !line.starts_with("@@")).map(without_heading).collect();
        hunks
    }

    /// A repository, with the blobs that the trees of a test may hold.
    pub fn repository(name: &str, paths: &[&str], ids: std::ops::Range<u8>) -> (Self, Blobs) {
        let git = Self::new(name);
        git.ask(&["init", "-q", "--bare", "."], "");
        let mut blobs = Blobs::new();
        for (path, id) in paths.iter().flat_map(|path| ids.clone().map(move |id| (path, id))) {
            // One line that does not merge, and is no other file's: git would take that for a rename, which we do not guess.
            let oid = git.ask(&["hash-object", "-w", "--stdin"], &format!("{id} {path}"));
            blobs.insert(oid, ((*path).to_owned(), id));
        }
        (git, blobs)
    }

    /// The merged tree, if git finds no conflict.
    pub fn merge_tree(&self, blobs: &Blobs, [base, ours, theirs]: [&Tree<u8>; 3]) -> Option<Tree<u8>> {
        let commit = |tree: &Tree<u8>, parents: &[&str]| self.commit(blobs, tree, parents);
        let base = commit(base, &[]);
        let ours = commit(ours, &["-p", &base]);
        let theirs = commit(theirs, &["-p", &base]);
        let output = self.run(&["merge-tree", "--write-tree", &ours, &theirs], "");
        if !output.status.success() {
            return None;
        }
        let tree = String::from_utf8(output.stdout).unwrap();
        let listed = self.ask(&["ls-tree", "-r", tree.trim()], "");
        Some(listed.lines().map(|line| entry(blobs, line)).collect())
    }

    fn commit(&self, blobs: &Blobs, tree: &Tree<u8>, parents: &[&str]) -> String {
        let _ = std::fs::remove_file(self.folder.join("index"));
        let mut listed = String::new();
        for (path, Entry { mode, id }) in tree {
            let oid = blobs.iter().find_map(|(oid, blob)| (*blob == (path.clone(), *id)).then_some(oid)).unwrap();
            let mode = match mode {
                Mode::File => "100644",
                Mode::Executable => "100755",
                Mode::Link => "120000",
                Mode::Submodule => "160000",
            };
            listed += &format!("{mode} {oid}\t{path}\n");
        }
        self.ask(&["update-index", "--add", "--index-info"], &listed);
        let tree = self.ask(&["write-tree"], "");
        self.ask(&[&["commit-tree", &tree, "-m", "x"], parents].concat(), "")
    }
}

/// Which file and which content of it each blob is, by oid.
pub type Blobs = BTreeMap<String, (String, u8)>;

/// A line of `git ls-tree`.
fn entry(blobs: &Blobs, line: &str) -> (String, Entry<u8>) {
    let (what, path) = line.split_once('\t').unwrap();
    let [mode, _, oid] = what.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let mode = BTreeMap::from([("100644", Mode::File), ("100755", Mode::Executable), ("120000", Mode::Link)])[mode];
    (path.to_owned(), Entry { mode, id: blobs[oid].1 })
}

/// `@@ -1,2 +1,3 @@ fn heading` without the heading.
fn without_heading(line: &str) -> String {
    match line.strip_prefix("@@ ").and_then(|rest| rest.split_once(" @@")) {
        Some((spans, _)) => format!("@@ {spans} @@\n"),
        None => line.to_owned(),
    }
}

/// A line as it is in its file.
pub fn text_of(line: &Line) -> String {
    let ending = match line.ending {
        Ending::Lf => "\n",
        Ending::CrLf => "\r\n",
        Ending::Missing => "",
    };
    line.segments.iter().map(|segment| segment.text.as_str()).chain([ending]).collect()
}

/// A diff in git's form.
pub fn unified(diff: &TextDiff) -> String {
    let mut text = String::new();
    for hunk in &diff.hunks {
        let span = |span: llmos_lite::kernel::merge::LineSpan| match span.count {
            1 => span.first.to_string(),
            count => format!("{},{count}", span.first),
        };
        text += &format!("@@ -{} +{} @@\n", span(hunk.before), span(hunk.after));
        for line in &hunk.lines {
            text.push(match line.kind {
                Kind::Equal => ' ',
                Kind::Added => '+',
                Kind::Removed => '-',
            });
            text += &text_of(line);
            if line.ending == Ending::Missing {
                text += "\n\\ No newline at end of file\n";
            }
        }
    }
    text
}
