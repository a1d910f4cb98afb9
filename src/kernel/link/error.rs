//! Why a link is not made or not opened, in words for the person who clicked it.

use thiserror::Error;

/// Why a link is not made or not opened. Nothing of it was kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LinkError {
    /// It holds signs that no link has.
    #[error("The link is damaged: it holds signs that do not belong there")]
    NotALink,
    /// It ends before it should.
    #[error("The link is cut off: {held} of {wanted} bytes arrived")]
    Truncated {
        /// What arrived.
        held: usize,
        /// What was sent.
        wanted: usize,
    },
    /// What arrived is not what was sent.
    #[error("The link is damaged: what arrived is not what was sent")]
    Damaged,
    /// A version of a later workbench.
    #[error("The link is of version {0}, and this workbench knows version 1")]
    UnknownVersion(u8),
    /// A kind of contents of a later workbench.
    #[error("The link holds something that this workbench does not know")]
    UnknownKind,
    /// Longer than any link.
    #[error("The link has {0} characters, more than any link may have")]
    TooLong(usize),
    /// It unpacks to more than any workflow.
    #[error("The link unpacks to more than {} MB, which no workflow needs", .0 / 1_000_000)]
    Bomb(usize),
    /// It needs a passphrase first.
    #[error("The link is locked: it opens with the passphrase of who made it")]
    Sealed,
    /// The contents are no workflow.
    #[error("The link holds no workflow: {0}")]
    NotAWorkflow(String),
    /// More than can be looked at.
    #[error("The workflow has {held} {what}; a link may bring {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        held: usize,
        /// How many there may be.
        most: usize,
    },
    /// An id that is no id.
    #[error("The {0} has an id that cannot be used")]
    BadId(&'static str),
    /// Two nodes of one name, wires to nowhere, a circle.
    #[error("The workflow cannot run as it is: {0}")]
    NotSound(String),
    /// Skills that are neither in the link nor in the system volume.
    #[error("The workflow needs skills that the link does not bring and this workbench does not have: {}", .0.join(", "))]
    UnknownSkills(Vec<String>),
    /// A skill of the link that would take the place of one that came with the workbench.
    #[error("The link brings its own '{0}' in place of the skill of that name that comes with the workbench")]
    Shadows(String),
    /// A skill of the link that cannot be read.
    #[error("The skill '{skill_id}' that the link brings cannot be used: {why}")]
    BadSkill {
        /// Which.
        skill_id: String,
        /// What is wrong with it.
        why: String,
    },
    /// A skill that no node runs.
    #[error("The link brings a skill '{0}' that no node of its workflow uses")]
    UnusedSkill(String),
    /// A value for an input that is not there, or that does not fit.
    #[error("The link sets {0}")]
    BadInput(String),
}

impl LinkError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotALink | Self::Damaged => "link_damaged",
            Self::Truncated { .. } => "link_cut_off",
            Self::UnknownVersion(_) | Self::UnknownKind => "link_version",
            Self::TooLong(_) | Self::Bomb(_) | Self::TooMany { .. } => "link_too_large",
            Self::Sealed => "link_sealed",
            Self::NotAWorkflow(_) | Self::BadId(_) => "link_no_workflow",
            Self::NotSound(_) => "link_not_sound",
            Self::UnknownSkills(_) => "unknown_skill",
            Self::Shadows(_) => "link_shadows",
            Self::BadSkill { .. } | Self::UnusedSkill(_) => "link_bad_skill",
            Self::BadInput(_) => "link_bad_input",
        }
    }

    /// What to do next.
    pub fn cure(&self) -> &'static str {
        match self {
            Self::NotALink | Self::Truncated { .. } | Self::Damaged => {
                "Copy the whole link again, or ask for it as a file: some programs cut or change long links"
            }
            Self::UnknownVersion(_) | Self::UnknownKind => "Reload the page to get the newest workbench",
            Self::TooLong(_) | Self::TooMany { .. } => "Ask for the workflow as a file",
            Self::Sealed => "Type the passphrase",
            Self::UnknownSkills(_) => "Ask who made the link to share it again, with the skills it needs",
            Self::Shadows(_) => "Ask who made the link to give the skill another name",
            Self::Bomb(_) | Self::UnusedSkill(_) => "Do not trust this link",
            Self::NotAWorkflow(_) | Self::BadId(_) | Self::NotSound(_) | Self::BadSkill { .. } | Self::BadInput(_) => {
                "Ask who made the link to mend it"
            }
        }
    }
}
