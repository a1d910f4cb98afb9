//! What a model is told about skills: the source design's context, inside a budget of tokens.
//!
//! A skill that fits stands there whole. One that is long, or for which nothing is left, is disclosed in outline, and the model reads it
//! with the tool `activate_skill` if it wants to follow it. It chooses no skills and calls no model.

mod tokens;

pub use tokens::estimate_tokens;

use serde::{Deserialize, Serialize};

use crate::kernel::search::{RankedSkill, Reason};
use crate::kernel::skill::Skill;

/// The tool by which a model reads a skill that it knows in outline.
pub const ACTIVATE_SKILL: &str = "activate_skill";

/// A skill beyond this is disclosed in outline whatever room there is: what is read on demand leaves room for the conversation.
const LARGEST_WHOLE_TOKENS: usize = 5_000;

const HEADER: &str = "# Available Skills\n\nYou have access to the following skills to help solve this task:\n";

/// The context of one answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// What goes into the system prompt; empty where no skill fits.
    pub system_prompt: String,
    /// The skills that it tells of, in its order.
    pub used: Vec<UsedSkill>,
    /// How many tokens it has, about.
    pub tokens: usize,
    /// How many it might have.
    pub budget_tokens: usize,
}

/// A skill that a context tells of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsedSkill {
    /// Which.
    pub skill_id: String,
    /// What people call it.
    pub name: String,
    /// The volume it came from.
    pub volume: String,
    /// Why it was chosen.
    pub reasons: Vec<Reason>,
    /// How many tokens it takes, about.
    pub tokens: usize,
    /// How much of it the context tells.
    pub disclosed: Disclosed,
}

/// How much of a skill is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disclosed {
    /// All of it.
    Full,
    /// Its name and what it is for.
    Outline,
}

/// The context of these skills, best first. Skills for which not even an outline fits are left out.
pub fn build(skills: &[RankedSkill], budget_tokens: usize) -> Context {
    let mut context = Context { budget_tokens, ..Context::default() };
    let header_tokens = estimate_tokens(HEADER);
    // What the outlines of the skills that are still to come would take, so that the first does not take their room.
    let outlines: Vec<String> = skills.iter().map(|ranked| outline(&ranked.skill)).collect();
    let mut reserved: usize = outlines.iter().map(|outline| estimate_tokens(outline)).sum();
    let mut prompt = HEADER.to_owned();
    let mut left = budget_tokens.saturating_sub(header_tokens);
    for (ranked, outline) in skills.iter().zip(outlines) {
        let outline_tokens = estimate_tokens(&outline);
        reserved -= outline_tokens;
        let whole = whole(&ranked.skill);
        let whole_tokens = estimate_tokens(&whole);
        let (text, tokens, disclosed) = if whole_tokens <= LARGEST_WHOLE_TOKENS.min(left.saturating_sub(reserved)) {
            (whole, whole_tokens, Disclosed::Full)
        } else if outline_tokens <= left {
            (outline, outline_tokens, Disclosed::Outline)
        } else {
            continue;
        };
        left -= tokens;
        prompt.push_str(&text);
        context.used.push(UsedSkill {
            skill_id: ranked.skill.skill_id.clone(),
            name: ranked.skill.name.clone(),
            volume: ranked.volume.to_string(),
            reasons: ranked.reasons.clone(),
            tokens,
            disclosed,
        });
    }
    if !context.used.is_empty() {
        context.tokens = estimate_tokens(&prompt);
        context.system_prompt = prompt;
    }
    context
}

/// The source design's form of one skill.
fn whole(skill: &Skill) -> String {
    format!("{}\n{}\n", head(skill), skill.body.trim())
}

fn outline(skill: &Skill) -> String {
    let id = &skill.skill_id;
    format!(
        "{}\nThis is an outline. Before you follow this skill, read it with {ACTIVATE_SKILL}(\"{id}\").\n",
        head(skill)
    )
}

fn head(skill: &Skill) -> String {
    let Skill { name, category, description, .. } = skill;
    format!(
        "\n## Available Skill: {}\n\n**Category**: {}\n**When to use**: {}\n",
        one_line(name),
        one_line(category),
        one_line(description)
    )
}

/// What `activate_skill` answers: the whole skill, and the names of its files, which are read when they are needed.
pub fn activated(skill: &Skill) -> String {
    let mut text = format!("<skill_content name=\"{}\">\n{}\n", skill.skill_id, skill.body.trim());
    if let (Some(folder), false) = (skill.folder(), skill.files.is_empty()) {
        text.push_str("\nFiles of this skill, to be read when they are needed:\n");
        for file in &skill.files {
            text.push_str(&format!("- {folder}/{file}\n"));
        }
    }
    text + "</skill_content>\n"
}

/// A name or description may not look like a part of the prompt.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::access::Volume;
    use crate::kernel::skill::parse;

    fn ranked(id: &str, description: &str, body: &str) -> RankedSkill {
        let source = format!(
            "---\nskill_id: {id}\nname: The {id}\ncategory: coding\ndescription: {description}\n---\n\n{body}\n"
        );
        let skill = Arc::new(parse("x.md", &source).0.unwrap());
        RankedSkill { skill, volume: Volume::System, shadows: Vec::new(), score: 0.0, reasons: Vec::new() }
    }

    #[test]
    fn the_form_is_that_of_the_source_design() {
        let skills = [
            ranked("review", "How to review", "# Skill: Review\n\nRead it twice."),
            ranked("long", "All of it", &"word ".repeat(9_000)),
        ];
        let context = build(&skills, 8_000);
        expect![[r##"
            # Available Skills

            You have access to the following skills to help solve this task:

            ## Available Skill: The review

            **Category**: coding
            **When to use**: How to review

            # Skill: Review

            Read it twice.

            ## Available Skill: The long

            **Category**: coding
            **When to use**: All of it

            This is an outline. Before you follow this skill, read it with activate_skill("long").
        "##]]
        .assert_eq(&context.system_prompt);
        assert_eq!(
            context.used.iter().map(|used| used.disclosed).collect::<Vec<_>>(),
            [Disclosed::Full, Disclosed::Outline]
        );
    }

    #[test]
    fn no_skill_makes_no_prompt() {
        assert_eq!(build(&[], 1_000).system_prompt, "");
        assert_eq!(build(&[ranked("a", "b", "c")], 10), Context { budget_tokens: 10, ..Context::default() });
    }

    #[test]
    fn a_name_cannot_look_like_a_part_of_the_prompt() {
        let skill = ranked("a", "\"one\\n\\n# two\"", "body");
        assert!(build(&[skill], 1_000).system_prompt.contains("**When to use**: one # two\n"));
    }

    proptest! {
        #[test]
        fn no_context_is_over_its_budget(lengths in prop::collection::vec(0_usize..8_000, 0..8), budget in 0_usize..12_000) {
            let skill = |(index, length): (usize, &usize)| ranked(&format!("s{index}"), "d", &"body ".repeat(*length));
            let skills: Vec<RankedSkill> = lengths.iter().enumerate().map(skill).collect();
            let context = build(&skills, budget);
            // Parts are rounded up one by one, so that the whole is never more than their sum.
            prop_assert!(context.tokens <= budget);
            prop_assert_eq!(context.used.is_empty(), context.system_prompt.is_empty());
        }
    }
}
