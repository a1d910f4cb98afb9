//! The code of a skill in its Markdown: which fenced block runs, in which language, from which line.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{ExecutableSkill, Language, Runtime, SkillType};

impl Language {
    /// The language of a fence's info string, such as `python` or `js title="x"`, if it is one that runs.
    pub fn from_fence(info: &str) -> Option<Language> {
        Some(match fence_word(info).as_str() {
            "python" | "py" | "python3" | "qiskit" => Language::Python,
            "javascript" | "js" | "mjs" | "threejs" | "three" => Language::JavaScript,
            "spice" | "cir" | "netlist" | "ngspice" | "circuit" => Language::Spice,
            _ => return None,
        })
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Language::Python => "Python",
            Language::JavaScript => "JavaScript",
            Language::Spice => "SPICE",
        }
    }
}

impl Runtime {
    /// Every family, in a fixed order.
    pub const ALL: [Runtime; 4] = [Runtime::Python, Runtime::JavaScript, Runtime::Three, Runtime::Spice];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Runtime::Python => "Python",
            Runtime::JavaScript => "JavaScript",
            Runtime::Three => "Three.js",
            Runtime::Spice => "SPICE",
        }
    }
}

impl SkillType {
    /// The language that code of this type is in when its fence does not say.
    pub fn language(self) -> Language {
        match self {
            SkillType::PythonWasm | SkillType::Qiskit => Language::Python,
            // JSON is JavaScript, and no worker sees it.
            SkillType::JavaScript | SkillType::ThreeJs | SkillType::Workflow => Language::JavaScript,
            SkillType::Spice => Language::Spice,
        }
    }
}

impl ExecutableSkill {
    /// The family of workers that runs it: the language of its code decides, and for JavaScript whether it draws a scene.
    pub fn runtime(&self) -> Runtime {
        match (self.language, self.kind) {
            (Language::Python, _) => Runtime::Python,
            (Language::Spice, _) => Runtime::Spice,
            (Language::JavaScript, SkillType::ThreeJs) => Runtime::Three,
            (Language::JavaScript, _) => Runtime::JavaScript,
        }
    }
}

/// The word of an info string that names the language.
pub(super) fn fence_word(info: &str) -> String {
    let word = info.trim().trim_start_matches('{').trim_start_matches('.');
    word.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '}' | '{'))
        .next()
        .unwrap_or_default()
        .to_lowercase()
}

/// A fenced block of code.
#[derive(Debug)]
pub(super) struct Block {
    /// What stands after the opening fence.
    pub info: String,
    /// The code, with plain line ends.
    pub text: String,
    /// The line of the file at which the code begins, from 1.
    pub line: u32,
    /// Whether a closing fence was found.
    pub closed: bool,
    /// Whether it stands under a heading "Code".
    pub under_code: bool,
}

/// Every fenced block of a body that begins at this line of its file.
pub(super) fn blocks(body: &str, body_line: u32) -> Vec<Block> {
    let line_starts: Vec<usize> = body.match_indices('\n').map(|(at, _)| at + 1).collect();
    let line_of = |offset: usize| {
        let before = line_starts.partition_point(|start| *start <= offset);
        body_line.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    };
    let mut blocks: Vec<Block> = Vec::new();
    let mut code_level: Option<HeadingLevel> = None;
    let mut heading: Option<(HeadingLevel, String)> = None;
    let mut inside = false;
    for (event, range) in Parser::new_ext(body, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(level)) => {
                let title = heading.take().map(|(_, title)| title).unwrap_or_default();
                if title.trim().trim_end_matches(':').eq_ignore_ascii_case("code") {
                    code_level = Some(level);
                } else if code_level.is_some_and(|code| level <= code) {
                    code_level = None;
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                inside = true;
                let source = &body[range.clone()];
                blocks.push(Block {
                    info: info.trim().to_owned(),
                    text: String::new(),
                    line: line_of(range.start).saturating_add(1),
                    closed: is_closed(source),
                    under_code: code_level.is_some(),
                });
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(&text);
                } else if let (true, Some(block)) = (inside, blocks.last_mut()) {
                    block.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    for block in &mut blocks {
        if block.text.contains('\r') {
            block.text = block.text.replace("\r\n", "\n");
        }
    }
    blocks
}

/// The block that is the skill's code: the first under a heading "Code", else the first in a language that runs.
pub(super) fn choose(blocks: &[Block]) -> Option<&Block> {
    let runs = |block: &&Block| Language::from_fence(&block.info).is_some();
    blocks.iter().find(|block| block.under_code).or_else(|| blocks.iter().find(runs))
}

/// Whether the source of a fenced block ends with a fence like the one it opens with.
fn is_closed(source: &str) -> bool {
    let Some(sign) = source.trim_start().chars().next() else { return false };
    let opening = source.trim_start().chars().take_while(|letter| *letter == sign).count();
    // Inside a quote, the last line carries the quote's own signs.
    let last = source.trim_end().lines().skip(1).last().unwrap_or_default().trim_start_matches(['>', ' ']);
    last.chars().count() >= opening && last.chars().all(|letter| letter == sign)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(body: &str, expected: Expect) {
        let blocks = blocks(body, 1);
        let chosen = choose(&blocks).map_or("none".to_owned(), |block| {
            format!("{:?} line {} closed {} {:?}", block.info, block.line, block.closed, block.text)
        });
        expected.assert_eq(&chosen);
    }

    #[test]
    fn the_heading_decides_else_the_language() {
        check("```js\n1\n```\n## Code\ntext\n```python\n2\n```\n", expect![[r#""python" line 7 closed true "2\n""#]]);
        check("```text\n0\n```\n~~~~js title=x\n1\n~~~~\n", expect![[r#""js title=x" line 5 closed true "1\n""#]]);
        check("# `Code`:\n## Notes\n```\n0\n```\n# Other\n```py\n1\n```", expect![[r#""" line 4 closed true "0\n""#]]);
        check("## Code\n## Not code\n```py\n1\n```", expect![[r#""py" line 4 closed true "1\n""#]]);
        check("just words\n", expect!["none"]);
    }

    #[test]
    fn places_and_ends() {
        check("\r\n# Code\r\n```py\r\na\r\n\r\nb\r\n```\r\n", expect![[r#""py" line 4 closed true "a\n\nb\n""#]]);
        check("- item\n\n  ```py\n  a\n    b\n  ```\n", expect![[r#""py" line 4 closed true "a\n  b\n""#]]);
        check("> ```py\n> a\n> ```\n", expect![[r#""py" line 2 closed true "a\n""#]]);
        check("```py\na\n", expect![[r#""py" line 2 closed false "a\n""#]]);
        check("```py\n```", expect![[r#""py" line 2 closed true """#]]);
        check("```py", expect![[r#""py" line 2 closed false """#]]);
        check("````py\n```\n````", expect![[r#""py" line 2 closed true "```\n""#]]);
    }

    #[test]
    fn fences_name_languages_in_many_ways() {
        assert_eq!(Language::from_fence("{.python}"), Some(Language::Python));
        assert_eq!(Language::from_fence("JS,live"), Some(Language::JavaScript));
        assert_eq!(Language::from_fence("ngspice"), Some(Language::Spice));
        assert_eq!(Language::from_fence("typescript"), None);
        assert_eq!(Language::from_fence(""), None);
    }
}
