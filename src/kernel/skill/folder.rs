//! Which files are skills, and which belong to one: a folder with a `SKILL.md` is one skill with all that is in it.

use std::collections::{BTreeMap, BTreeSet};

/// A file that is read as a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillFile {
    /// Its place in the list that it was found in.
    pub index: usize,
    /// The other files of its folder, if the folder is the skill.
    pub files: Vec<String>,
}

/// The files among these paths that are skills, in their order. A read-me is none, nor is a file that belongs to a skill's folder.
pub fn skill_files(paths: &[&str]) -> Vec<SkillFile> {
    let folders: BTreeSet<&str> = paths.iter().filter_map(|path| folder_of(path)).collect();
    let mut belonging: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut found = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        let outermost = path.match_indices('/').map(|(at, _)| &path[..at]).find(|folder| folders.contains(folder));
        match outermost {
            Some(folder) if folder_of(path) == Some(folder) => found.push((index, Some(folder))),
            Some(folder) => belonging.entry(folder).or_default().push(path[folder.len() + 1..].to_owned()),
            None if is_skill_name(path) => found.push((index, None)),
            None => {}
        }
    }
    let files = |folder: Option<&str>| folder.and_then(|folder| belonging.remove(folder)).unwrap_or_default();
    let mut files = files;
    found.into_iter().map(|(index, folder)| SkillFile { index, files: files(folder) }).collect()
}

/// The folder whose `SKILL.md` this is. One right in a collection (`skills/SKILL.md`) does not make a skill of the collection.
pub(super) fn folder_of(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/')?;
    (name.eq_ignore_ascii_case("SKILL.md") && folder != "skills" && !folder.ends_with("/skills")).then_some(folder)
}

fn is_skill_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    (name.ends_with(".md") || name.ends_with(".markdown")) && name != "readme.md"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_a_skill_md_is_one_skill() {
        let paths = [
            "skills/a.md",
            "skills/README.md",
            "skills/data.csv",
            "skills/pdf/SKILL.md",
            "skills/pdf/references/forms.md",
            "skills/pdf/references/inner/SKILL.md",
            "skills/pdf/scripts/fill.py",
            "skills/deep/b.markdown",
        ];
        let found: Vec<(&str, Vec<String>)> =
            skill_files(&paths).into_iter().map(|file| (paths[file.index], file.files)).collect();
        let files = ["references/forms.md", "references/inner/SKILL.md", "scripts/fill.py"].map(str::to_owned).to_vec();
        assert_eq!(
            found,
            [("skills/a.md", Vec::new()), ("skills/pdf/SKILL.md", files), ("skills/deep/b.markdown", Vec::new()),]
        );
        assert_eq!(skill_files(&["skills/SKILL.md", "skills/b.md"]).len(), 2);
    }
}
