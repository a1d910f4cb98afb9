//! The house rules that the compiler does not hold: who may import whom, what every file begins with, how long it may get.
//!
//! The first table is the architecture; a new edge in it is a decision, not a detail.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each unit with the units it may use. Parts of a unit use one another as they like.
const MAY_USE: &[(&str, &[&str])] = &[
    ("kernel::diagnostic", &[]),
    ("kernel::order", &[]),
    ("kernel::quantity", &[]),
    ("kernel::markdown", &[]),
    ("kernel::skill", &["kernel::diagnostic"]),
    ("kernel::highlight", &["kernel::skill"]),
    // A run speaks the worker protocol, and the protocol speaks of errors and outputs in the words of runs.
    ("kernel::dag", &["kernel::diagnostic", "kernel::order", "kernel::skill", "kernel::worker"]),
    ("kernel::worker", &["kernel::dag", "kernel::skill"]),
    ("kernel::canvas", &["kernel::dag", "kernel::diagnostic", "kernel::merge", "kernel::order", "kernel::skill"]),
    ("kernel::merge", &["kernel::dag"]),
    ("kernel::checksum", &[]),
    ("kernel::zip", &["kernel::checksum"]),
    (
        "kernel::link",
        &[
            "kernel::checksum",
            "kernel::dag",
            "kernel::diagnostic",
            "kernel::merge",
            "kernel::quantity",
            "kernel::skill",
        ],
    ),
    (
        "kernel::export",
        &["kernel::canvas", "kernel::checksum", "kernel::dag", "kernel::diagnostic", "kernel::link", "kernel::skill"],
    ),
    ("kernel::volume", &["kernel::checksum", "kernel::dag", "kernel::merge"]),
    ("kernel::access", &[]),
    ("kernel::llm", &[]),
    ("kernel::trace", &[]),
    ("kernel::search", &["kernel::access", "kernel::skill"]),
    ("kernel::context", &["kernel::access", "kernel::search", "kernel::skill"]),
    (
        "kernel::manager",
        &[
            "kernel::access",
            "kernel::dag",
            "kernel::diagnostic",
            "kernel::evolution",
            "kernel::llm",
            "kernel::search",
            "kernel::skill",
            "kernel::volume",
        ],
    ),
    ("kernel::chat", &["kernel::context", "kernel::llm", "kernel::skill", "kernel::trace"]),
    (
        "kernel::evolution",
        &["kernel::access", "kernel::dag", "kernel::llm", "kernel::search", "kernel::skill", "kernel::trace"],
    ),
    ("kernel::proposal", &["kernel::access", "kernel::diagnostic"]),
    ("interface", &["kernel"]),
    ("ui", &["kernel"]),
    ("browser", &["kernel", "interface"]),
    ("app", &["kernel", "interface", "ui", "browser"]),
    // The worker's wire: it has no page to show.
    ("volumes", &["kernel", "interface", "browser"]),
    ("main", &["app"]),
    // The face of the volumes, a program of its own beside the page: it shares the page's small parts, not its state.
    ("desk", &["kernel", "ui", "browser"]),
    ("bin", &["interface", "volumes", "desk"]),
    ("lib", &[]),
];

/// What the kernel never names: clocks, files, threads, globals, JavaScript.
const IMPURE: &[&str] = &[
    "std::time",
    "std::fs",
    "std::env",
    "std::net",
    "std::thread",
    "std::process",
    "thread_local!",
    "static mut",
    "OnceLock",
    "LazyLock",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "gloo",
    "leptos",
];

const LONGEST_FILE_LINES: usize = 500;

struct Source {
    /// Its path from the root of the repository, with `/`.
    path: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below these folders.
fn sources(folders: &[&str]) -> Vec<Source> {
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut sources = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "node_modules" && name != "target") {
                waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            sources.push(Source { path, text });
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!sources.is_empty());
    sources
}

/// `src/kernel/dag/run/mod.rs` is `kernel::dag::run`.
fn module_of(path: &str) -> Vec<&str> {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').collect()
}

/// The unit of the table that a module path belongs to; kernel modules are units of their own.
fn unit_of(module: &[&str]) -> String {
    match module {
        ["kernel", part, ..] => format!("kernel::{part}"),
        [part, ..] => (*part).to_owned(),
        [] => "lib".to_owned(),
    }
}

/// The code of a file without comments, and without the tests at its end.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every module path that a file names, from the root of the crate.
fn imports_of<'a>(code: &'a str, module: &[&'a str]) -> BTreeSet<Vec<&'a str>> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::").chain(code.match_indices("llmos_lite::")) {
        let rest = &code[at..].split_once("::").expect("it ends with colons").1;
        found.extend(paths(rest));
    }
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &code[at..];
        let mut from = module.len();
        while let Some(further) = rest.strip_prefix("super::") {
            from = from.saturating_sub(1);
            rest = further;
        }
        found.extend(paths(rest).into_iter().map(|path| module[..from].iter().copied().chain(path).collect()));
    }
    found
}

/// `a::{b::c, d}` is `a::b::c` and `a::d`; only the first two names of each matter.
fn paths(text: &str) -> Vec<Vec<&str>> {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        let mut depth = 0;
        let parts = group.split(move |letter| {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth < 0 || (depth == 0 && letter == ',')
        });
        let end = group.find(';').unwrap_or(group.len());
        let begins_inside = |part: &&str| (part.as_ptr() as usize - group.as_ptr() as usize) < end;
        return parts.take_while(begins_inside).flat_map(paths).collect();
    }
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    let name = &text[..end];
    match text[end..].strip_prefix("::") {
        _ if name.is_empty() => Vec::new(),
        Some(rest) => {
            let inner = paths(rest);
            let with_name = |path: Vec<_>| std::iter::once(name).chain(path).collect();
            if inner.is_empty() { vec![vec![name]] } else { inner.into_iter().map(with_name).collect() }
        }
        None => vec![vec![name]],
    }
}

#[test]
fn nobody_imports_whom_they_must_not_know() {
    let mut wrong = Vec::new();
    for source in sources(&["src"]) {
        let module = module_of(&source.path);
        let unit = unit_of(&module);
        let code = code_of(&source.text);
        for path in imports_of(&code, &module) {
            let used = unit_of(&path);
            // Names of the kernel's own root, such as in a list of its modules, lead nowhere else.
            let known = |unit: &str| MAY_USE.iter().any(|(name, _)| *name == unit);
            if used == unit || !known(&used) || unit == "kernel" {
                continue;
            }
            let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == unit) else {
                wrong.push(format!("{}: the unit '{unit}' is not in the table", source.path));
                continue;
            };
            let allowed = allowed.iter().any(|name| used == *name || used.starts_with(&format!("{name}::")));
            if !allowed {
                wrong.push(format!("{}: '{unit}' must not use '{used}' ({})", source.path, path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_knows_every_module() {
    let units: BTreeSet<String> = sources(&["src"]).iter().map(|source| unit_of(&module_of(&source.path))).collect();
    let table: BTreeSet<String> =
        MAY_USE.iter().map(|(name, _)| (*name).to_owned()).chain(["kernel".to_owned()]).collect();
    assert_eq!(units, table);
}

#[test]
fn the_kernel_names_no_clock_no_file_and_no_javascript() {
    let mut wrong = Vec::new();
    for source in sources(&["src/kernel", "src/interface"]) {
        let code = code_of(&source.text);
        for word in IMPURE {
            if code.contains(word) {
                wrong.push(format!("{} names {word}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<String> = sources(&["src", "xtask/src", "tests"])
        .into_iter()
        .filter(|source| !source.text.starts_with("//!") && !source.text.starts_with("#![doc = include_str!"))
        .map(|source| source.path)
        .collect();
    assert!(silent.is_empty(), "begin with `//!`: {}", silent.join(", "));
}

#[test]
fn no_file_is_longer_than_a_reader_likes() {
    let lines = |source: &Source| source.text.lines().count();
    let long: Vec<String> = sources(&["src", "xtask/src", "tests"])
        .iter()
        .filter(|source| lines(source) > LONGEST_FILE_LINES)
        .map(|source| format!("{} has {} lines", source.path, lines(source)))
        .collect();
    assert!(long.is_empty(), "{}", long.join(", "));
}

/// Every dependency comes from the registry, so that a clone builds anywhere.
#[test]
fn the_lock_file_names_no_other_source() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for package in lock.split("[[package]]").skip(1) {
        let field = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.map(|value| value.trim_matches('"').to_owned())
        };
        let name = field("name").unwrap_or_default();
        match field("source") {
            Some(source) => assert!(source.starts_with("registry+"), "{name} comes from {source}"),
            None => assert!(["llmos-lite", "xtask"].contains(&name.as_str()), "{name} comes from a folder"),
        }
    }
}

#[test]
fn imports_are_found_in_every_form() {
    let code = "use crate::kernel::{dag::{Graph, run::Run}, skill::Port};\nuse super::super::canvas::Wire;\n\
                use super::Peer;\nlet x = crate::ui::App;\nuse llmos_lite::browser;";
    let module = ["kernel", "dag", "graph"];
    let found: Vec<String> = imports_of(code, &module).iter().map(|path| path.join("::")).collect();
    assert_eq!(
        found,
        [
            "browser",
            "kernel::canvas::Wire",
            "kernel::dag::Graph",
            "kernel::dag::Peer",
            "kernel::dag::run::Run",
            "kernel::skill::Port",
            "ui::App",
        ]
    );
}
