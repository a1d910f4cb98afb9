//! The tools of one answer: few at first, more as the model finds them. Each costs tokens in every request, so they share a budget.

use super::Tool;
use crate::kernel::llm::ToolSchema;

/// How many tokens the descriptions of tools may take in a request.
const BUDGET_TOKENS: usize = 4_000;

/// What the model may call now.
#[derive(Clone, Debug, Default)]
pub struct ToolShelf {
    tools: Vec<Tool>,
    tokens: usize,
}

impl ToolShelf {
    /// The workbench's own tools, and as many skills as the budget takes, the best first.
    #[must_use]
    pub fn new(own: Vec<Tool>, skills: impl IntoIterator<Item = Tool>) -> Self {
        let mut shelf = Self::default();
        own.into_iter().for_each(|tool| shelf.force(tool));
        for tool in skills {
            if shelf.tokens + tool.tokens() <= BUDGET_TOKENS {
                shelf.force(tool);
            }
        }
        shelf
    }

    /// Adds what the model found: it is about to call it, so what has been there longest makes room.
    pub fn add(&mut self, found: impl IntoIterator<Item = Tool>) {
        for tool in found {
            self.force(tool);
        }
        while self.tokens > BUDGET_TOKENS * 2 {
            let Some(first) = self.tools.iter().position(|tool| tool.skill_id.is_some()) else { return };
            self.tokens -= self.tools.remove(first).tokens();
        }
    }

    fn force(&mut self, tool: Tool) {
        if self.get(&tool.name).is_none() {
            self.tokens += tool.tokens();
            self.tools.push(tool);
        }
    }

    /// The tool of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tools.iter().map(|tool| tool.name.as_str())
    }

    /// As a model is told of them.
    #[must_use]
    pub fn schemas(&self) -> Vec<ToolSchema> {
        self.tools.iter().map(Tool::schema).collect()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }
}
