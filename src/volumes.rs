//! The wire of the volume worker: holds the catalogue, answers the calls of `window.llmos`, renders Markdown. What needs a parser
//! lives here and not in the page, which opens the sooner for it. It decides nothing and draws nothing.

use std::cell::RefCell;

use serde_json::json;

use crate::interface::{Archive, Catalogue, Request};
use crate::kernel::markdown as kernel_markdown;

thread_local! {
    static CATALOGUE: RefCell<Catalogue> = RefCell::default();
}

/// Starts the worker's side.
pub fn start() {
    console_error_panic_hook::set_once();
}

/// Reads the library that came with the page.
pub fn open(archive: &str) -> Result<(), String> {
    let archive: Archive =
        serde_json::from_str(archive).map_err(|error| format!("The library of skills cannot be read: {error}"))?;
    CATALOGUE.replace(Catalogue::read(&archive));
    Ok(())
}

/// Every skill and workflow as JSON, with all that runs and without the prose.
pub fn catalogue() -> String {
    CATALOGUE.with_borrow(|catalogue| {
        serde_json::to_string(&catalogue.outline(|_| true)).expect("our own catalogue serialises")
    })
}

/// The prose of a skill as HTML that is safe to insert.
pub fn prose(skill_id: &str) -> Result<String, String> {
    CATALOGUE.with_borrow(|catalogue| {
        let skill = catalogue.library.skills.get(skill_id);
        let skill = skill.ok_or_else(|| format!("There is no skill '{skill_id}' any more"))?;
        Ok(kernel_markdown::to_safe_html(&skill.prose()))
    })
}

/// Answers a call of `window.llmos.fetch`.
pub fn answer(method: &str, path: &str, body: Option<String>) -> String {
    let request = Request::new(method, path, body);
    let response = CATALOGUE.with_borrow(|catalogue| crate::interface::answer(&request, catalogue));
    json!({ "status": response.status, "body": response.body }).to_string()
}

/// Markdown as HTML that is safe to insert.
pub fn markdown(text: &str) -> String {
    kernel_markdown::to_safe_html(text)
}
