//! Skills to begin with: one of each kind, small, and good as it stands.

/// A skill to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name for programs.
    pub template_id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The file.
    pub source: &'static str,
}

/// One for each kind of skill.
pub const TEMPLATES: [Template; 5] = [
    Template {
        template_id: "context",
        name: "Guide",
        description: "Words that guide a model: when to use it, how to go about it",
        source: include_str!("templates/context.md"),
    },
    Template {
        template_id: "python",
        name: "Python",
        description: "A function in Python with typed inputs and outputs",
        source: include_str!("templates/python.md"),
    },
    Template {
        template_id: "javascript",
        name: "JavaScript",
        description: "A function in JavaScript with typed inputs and outputs",
        source: include_str!("templates/javascript.md"),
    },
    Template {
        template_id: "threejs",
        name: "3D scene",
        description: "A scene drawn with Three.js",
        source: include_str!("templates/threejs.md"),
    },
    Template {
        template_id: "spice",
        name: "Circuit",
        description: "A netlist that ngspice simulates",
        source: include_str!("templates/spice.md"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::skill::parse;

    #[test]
    fn templates_have_no_fault_and_run_as_they_say() {
        for template in TEMPLATES {
            let (skill, findings) = parse("skills/x.md", template.source);
            assert_eq!(findings, [], "{}", template.template_id);
            let runs = skill.unwrap().executable;
            let runtime = runs.map(|runs| serde_json::to_value(runs.runtime()).unwrap());
            let expected = match template.template_id {
                "context" => None,
                "threejs" => Some("three"),
                other => Some(other),
            };
            assert_eq!(runtime.as_ref().and_then(|runtime| runtime.as_str()), expected);
        }
    }
}
