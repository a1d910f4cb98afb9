//! Reads the library as the workbench reads it, at build time: the page opens with what this writes, and needs no parser for it.
//!
//!   llmos-library <root of the repository> <folder for the results>
//!
//! Out come `library.json` (the opening: the demo and its skills, and the names of the others), `skills.json` (every
//! file as it is, for the volume worker) and `help.json` (the pages of `docs/`). A skill that cannot be read fails the build, at its line.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    build::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod build {
    use std::path::{Path, PathBuf};
    use std::process::ExitCode;
    use std::{env, fs, io};

    use llmos_lite::interface::{Archive, ArchivedFile, Catalogue, DEMO_WORKFLOW, help_pages};
    use sha2::{Digest, Sha256};

    pub fn main() -> ExitCode {
        // The first is the program's own name.
        let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
        let [root, target] = arguments.as_slice() else {
            eprintln!("usage: llmos-library <root of the repository> <folder for the results>");
            return ExitCode::from(2);
        };
        match run(root, target) {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => {
                eprintln!("{message}");
                ExitCode::FAILURE
            }
        }
    }

    fn run(root: &Path, target: &Path) -> Result<(), String> {
        let mut archive = Archive::default();
        gather(&root.join("skills"), "skills", "md", &mut archive)?;
        gather(&root.join("assets/workflows"), "workflows", "json", &mut archive)?;
        archive.digest = digest(&archive);
        let catalogue = Catalogue::read(&archive);
        if !catalogue.library.diagnostics.is_empty() {
            let findings = catalogue.library.diagnostics.iter().map(ToString::to_string);
            return Err(findings.collect::<Vec<_>>().join("\n"));
        }
        if !catalogue.workflows.contains_key(DEMO_WORKFLOW) {
            return Err(format!("assets/workflows holds no '{DEMO_WORKFLOW}', which a first visit opens"));
        }
        let mut docs = Archive::default();
        gather(&root.join("docs"), "docs", "md", &mut docs)?;
        write(&target.join("help.json"), &help_pages(&docs.files)?)?;
        write(&target.join("library.json"), &catalogue.opening(DEMO_WORKFLOW))?;
        write(&target.join("skills.json"), &archive)
    }

    /// Every file with this ending below a folder, in the order of the paths.
    fn gather(folder: &Path, prefix: &str, ending: &str, archive: &mut Archive) -> Result<(), String> {
        let failed = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
        let entries = fs::read_dir(folder).map_err(|error| failed(folder, error))?;
        let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
        if let Ok(paths) = &mut paths {
            paths.sort();
        }
        for path in paths.map_err(|error| failed(folder, error))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let below = format!("{prefix}/{name}");
            if path.is_dir() {
                gather(&path, &below, ending, archive)?;
            } else if path.extension().is_some_and(|extension| extension == ending) {
                let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
                archive.files.push(ArchivedFile { path: below, text });
            }
        }
        Ok(())
    }

    fn digest(archive: &Archive) -> String {
        let mut hash = Sha256::new();
        for file in &archive.files {
            // Lengths keep what follows from being read as what came before.
            hash.update(format!("{} {}\n{}\n", file.path.len(), file.text.len(), file.path));
            hash.update(&file.text);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn write(path: &Path, value: &impl serde::Serialize) -> Result<(), String> {
        let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(path, text))
            .map_err(|error| format!("{}: {error}", path.display()))
    }
}
