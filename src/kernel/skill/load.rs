//! Files in, skills and findings out. A broken file is reported and never hides the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::closest::did_you_mean;
use super::code::{self, Block};
use super::folder::{folder_of, skill_files};
use super::front_matter::{self, FrontMatter, Parts};
use super::{ExecutableSkill, ExecutionMode, Language, Skill, SkillType, agent, ports};
use crate::kernel::diagnostic::{Diagnostic, Severity};

/// A skill is prose and a little code; a file beyond this is something else.
pub const LARGEST_FILE_BYTES: usize = 1024 * 1024;

/// What a set of files holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Library {
    /// The skills by id.
    pub skills: BTreeMap<String, Arc<Skill>>,
    /// What is wrong with the files, in their order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Library {
    /// The skills that run, by id.
    pub fn executables(&self) -> BTreeMap<String, Arc<ExecutableSkill>> {
        let runs = |(id, skill): (&String, &Arc<Skill>)| Some((id.clone(), skill.executable.clone()?));
        self.skills.iter().filter_map(runs).collect()
    }
}

/// What one file came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The skill, if there is one in it.
    pub skill: Option<Arc<Skill>>,
    /// What is wrong with the file.
    pub findings: Vec<Diagnostic>,
}

impl Library {
    /// The library of these readings, each with its path. Of two skills with one id the first counts.
    pub fn of<'a>(readings: impl IntoIterator<Item = (&'a str, &'a Reading)>) -> Self {
        let mut library = Library::default();
        for (path, reading) in readings {
            library.diagnostics.extend(reading.findings.iter().cloned());
            let Some(skill) = &reading.skill else { continue };
            if let Some(first) = library.skills.get(&skill.skill_id) {
                let message =
                    format!("The skill '{}' is defined in {} already, which counts", skill.skill_id, first.path);
                let finding =
                    Diagnostic::error("duplicate_skill", message).in_file(path).at_line(1).at_port("skill_id");
                library.diagnostics.push(finding.hint("Give one of the two another 'skill_id'"));
            } else {
                library.skills.insert(skill.skill_id.clone(), Arc::clone(skill));
            }
        }
        library
    }
}

/// Reads files, given as path and bytes: those among them that are skills, each with the files that belong to it.
pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Library {
    let files: Vec<(&str, &[u8])> = files.into_iter().collect();
    let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    let readings: Vec<(&str, Reading)> = skill_files(&paths)
        .into_iter()
        .map(|file| {
            let (path, bytes) = files[file.index];
            (path, read_file(path, bytes, file.files))
        })
        .collect();
    Library::of(readings.iter().map(|(path, reading)| (*path, reading)))
}

/// Reads one skill file from its bytes; `files` are the others of its folder.
pub fn read_file(path: &str, bytes: &[u8], files: Vec<String>) -> Reading {
    let (skill, findings) = match text_of(bytes) {
        Ok(text) => parse(path, text),
        Err(finding) => (None, vec![finding.in_file(path)]),
    };
    Reading { skill: skill.map(|skill| Arc::new(Skill { files, ..skill })), findings }
}

/// Bytes as text, if they are text of a sensible size.
fn text_of(bytes: &[u8]) -> Result<&str, Diagnostic> {
    if bytes.len() > LARGEST_FILE_BYTES {
        let message =
            format!("The file has {} kB; a skill may have {} kB", bytes.len() / 1024, LARGEST_FILE_BYTES / 1024);
        return Err(
            Diagnostic::error("file_too_large", message).hint("Load large data in the code, or give it as an input")
        );
    }
    let line_of = |offset: usize| {
        let before = bytes[..offset].iter().filter(|byte| **byte == b'\n').count();
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    };
    if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
        let utf_16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let hint = if utf_16 { "It looks like UTF-16: save it as UTF-8" } else { "It looks like a binary file" };
        return Err(Diagnostic::error("not_text", "The file is not text: it holds a zero byte")
            .at_line(line_of(offset))
            .hint(hint));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let message = format!("The file is not UTF-8: byte {offset} is 0x{:02x}", bytes[offset]);
        Diagnostic::error("not_text", message).at_line(line_of(offset)).hint("Save the file as UTF-8")
    })
}

/// Reads one skill file. There is a skill wherever the front matter can be read, though it may not run; the findings say why.
pub fn parse(path: &str, text: &str) -> (Option<Skill>, Vec<Diagnostic>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (skill, mut findings) = match read(path, text) {
        Ok((skill, findings)) => (Some(skill), findings),
        Err(findings) => (None, findings),
    };
    for finding in &mut findings {
        finding.place.path = Some(path.to_owned());
    }
    (skill, findings)
}

fn read(path: &str, text: &str) -> Result<(Skill, Vec<Diagnostic>), Vec<Diagnostic>> {
    const KNOWN: [&str; 26] = [
        "skill_id",
        "name",
        "description",
        "type",
        "execution_mode",
        "category",
        "tags",
        "keywords",
        "version",
        "author",
        "estimated_time_ms",
        "memory_mb",
        "packages",
        "cache",
        "inputs",
        "outputs",
        "license",
        "compatibility",
        "metadata",
        "allowed_tools",
        "disable_model_invocation",
        "pattern",
        "source_traces",
        "confidence",
        "created_at",
        "generator",
    ];
    let parts = front_matter::split(text).map_err(|finding| vec![finding])?;
    let matter = FrontMatter::read(parts.head).map_err(|finding| vec![finding])?;
    let skill_id = skill_id(&matter, path);
    let mut keywords = matter.words("keywords");
    let tags = matter.words("tags");
    for tag in &tags {
        if !keywords.contains(tag) {
            keywords.push(tag.clone());
        }
    }
    let name = matter.text("name").unwrap_or_else(|| skill_id.clone());
    let description = matter.text("description").unwrap_or_default();
    if let Some(folder) = folder_of(path) {
        if let Err(finding) = agent::check(&matter, folder, &description) {
            matter.report(finding);
            return Err(matter.into_findings());
        }
    } else if description.is_empty() {
        let finding = Diagnostic::warning("no_description", format!("The skill '{skill_id}' has no description"));
        matter.report(
            finding.at_line(matter.line("description")).at_port("description").hint("Say in one line what it does"),
        );
    }
    let mut skill = Skill {
        skill_id,
        name,
        description,
        category: matter.text("category").unwrap_or_else(|| "general".to_owned()),
        keywords,
        path: path.to_owned(),
        front_matter: matter.to_json(),
        body: parts.body.to_owned(),
        source: Arc::from(text),
        executable: None,
        files: Vec::new(),
        hidden: matter.flag("disable_model_invocation").unwrap_or_default(),
    };
    let executable = executable(&matter, &skill, tags, &parts);
    matter.report_slips(&KNOWN);
    let findings = matter.into_findings();
    if findings.iter().all(|finding| finding.severity != Severity::Error) {
        skill.executable = executable.map(Arc::new);
    }
    Ok((skill, findings))
}

/// The id that the front matter gives, or the file's name; `SKILL.md` is named by its folder.
fn skill_id(matter: &FrontMatter<'_>, path: &str) -> String {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let folder = parts.next().filter(|folder| !folder.is_empty());
    let stem = if stem.eq_ignore_ascii_case("skill") { folder.unwrap_or(stem) } else { stem };
    let Some(id) = matter.text("skill_id") else { return stem.to_owned() };
    if id.chars().any(|letter| letter.is_whitespace() || letter.is_control() || matches!(letter, '/' | '\\')) {
        let message = format!("The skill_id {id:?} holds a space or a slash; '{stem}' is used");
        let finding = Diagnostic::warning("bad_skill_id", message).at_line(matter.line("skill_id")).at_port("skill_id");
        matter.report(finding.hint("Use letters, digits and hyphens, such as 'rc-lowpass'"));
        return stem.to_owned();
    }
    id
}

/// The part that runs, if the skill has a type that runs.
fn executable(
    matter: &FrontMatter<'_>,
    skill: &Skill,
    tags: Vec<String>,
    parts: &Parts<'_>,
) -> Option<ExecutableSkill> {
    let kind = skill_type(matter)?;
    let blocks = code::blocks(parts.body, parts.body_line);
    let (block, language) = block_and_language(matter, kind, &blocks)?;
    Some(ExecutableSkill {
        skill_id: skill.skill_id.clone(),
        name: skill.name.clone(),
        description: skill.description.clone(),
        // A scene in a skill of type `javascript` still needs Three.js at hand.
        kind: match code::fence_word(&block.info).as_str() {
            "threejs" | "three" => SkillType::ThreeJs,
            _ => kind,
        },
        execution_mode: execution_mode(matter),
        category: skill.category.clone(),
        tags: if tags.is_empty() { skill.keywords.clone() } else { tags },
        version: matter.text_as_written("version").unwrap_or_default(),
        author: matter.text("author").unwrap_or_default(),
        inputs: ports::read(matter, "inputs"),
        outputs: ports::read(matter, "outputs"),
        code: block.text.clone(),
        language,
        packages: matter.words("packages"),
        estimated_time_ms: matter.whole_number("estimated_time_ms").unwrap_or_default(),
        memory_mb: matter.whole_number("memory_mb").unwrap_or_default(),
        cache: matter.flag("cache").unwrap_or(true),
        code_line: block.line,
    })
}

fn skill_type(matter: &FrontMatter<'_>) -> Option<SkillType> {
    const NAMES: [&str; 6] = ["python-wasm", "qiskit", "javascript", "threejs", "spice", "workflow"];
    let written = matter.text("type")?;
    Some(match written.to_lowercase().replace('_', "-").as_str() {
        "python-wasm" | "python" => SkillType::PythonWasm,
        "qiskit" => SkillType::Qiskit,
        "javascript" | "js" => SkillType::JavaScript,
        "threejs" | "three.js" | "three" => SkillType::ThreeJs,
        "spice" | "ngspice" => SkillType::Spice,
        "workflow" => SkillType::Workflow,
        "context" | "skill" | "markdown" | "prompt" => return None,
        _ => {
            let message = format!("The type '{written}' is unknown, so the skill cannot run");
            let finding = Diagnostic::error("unknown_type", message).at_line(matter.line("type")).at_port("type");
            matter.report(match did_you_mean(&written, NAMES) {
                Some(hint) => finding.hint(hint),
                None => finding,
            });
            return None;
        }
    })
}

fn execution_mode(matter: &FrontMatter<'_>) -> ExecutionMode {
    const NAMES: [&str; 3] = ["browser-wasm", "server-python", "hybrid"];
    let Some(written) = matter.text("execution_mode") else { return ExecutionMode::default() };
    match written.to_lowercase().replace('_', "-").as_str() {
        "browser-wasm" | "browser" => ExecutionMode::BrowserWasm,
        "server-python" | "server" => ExecutionMode::ServerPython,
        "hybrid" => ExecutionMode::Hybrid,
        _ => {
            let message = format!("The execution_mode '{written}' is unknown; the skill runs in the browser");
            let finding = Diagnostic::warning("unknown_execution_mode", message).at_port("execution_mode");
            let finding = finding.at_line(matter.line("execution_mode"));
            matter.report(match did_you_mean(&written, NAMES) {
                Some(hint) => finding.hint(hint),
                None => finding,
            });
            ExecutionMode::default()
        }
    }
}

/// The block that runs and the language it is in: its fence's, else that of the type.
fn block_and_language<'b>(
    matter: &FrontMatter<'_>,
    kind: SkillType,
    blocks: &'b [Block],
) -> Option<(&'b Block, Language)> {
    let type_line = matter.line("type");
    let example = fence_name(kind);
    let Some(block) = code::choose(blocks) else {
        let finding = Diagnostic::error("no_code", "The skill has a type that runs, but no code")
            .at_line(type_line)
            .at_port("type");
        matter
            .report(finding.hint(format!("Put the code under a heading '## Code', between '```{example}' and '```'")));
        return None;
    };
    if !block.closed {
        let finding =
            Diagnostic::warning("unclosed_fence", "The code block is never closed; it runs to the end of the file");
        matter.report(finding.at_line(block.line.saturating_sub(1)).hint("Put a line '```' after the code"));
    }
    let language = match Language::from_fence(&block.info) {
        _ if kind == SkillType::Workflow => kind.language(),
        Some(language) => language,
        None if block.info.is_empty() => kind.language(),
        None => {
            let word = code::fence_word(&block.info);
            let finding = Diagnostic::error("language_not_run", format!("Code in '{word}' does not run here"));
            let finding = finding.at_line(block.line.saturating_sub(1));
            matter.report(
                finding.hint(format!("Open the code block with '```{example}', or with another language that runs")),
            );
            return None;
        }
    };
    if block.text.trim().is_empty() {
        matter.report(Diagnostic::error("no_code", "The code block is empty").at_line(block.line.saturating_sub(1)));
        return None;
    }
    // Circuits and scenes are often prepared in Python; other differences are worth a word.
    let usual = language == kind.language() || (language == Language::Python && kind != SkillType::JavaScript);
    if !usual {
        let message = format!("The type says '{example}' but the code is in {}, which decides", language.title());
        matter.report(Diagnostic::warning("type_differs", message).at_line(type_line).at_port("type"));
    }
    Some((block, language))
}

fn fence_name(kind: SkillType) -> &'static str {
    match kind {
        SkillType::PythonWasm | SkillType::Qiskit => "python",
        SkillType::JavaScript | SkillType::ThreeJs => "javascript",
        SkillType::Spice => "spice",
        SkillType::Workflow => "json",
    }
}
