//! The WebAssembly of the volume worker: the calls that `assets/bridge/volume-worker.ts` makes. All else is in `volumes.rs` of the library.

fn main() {
    #[cfg(target_arch = "wasm32")]
    llmos_lite::volumes::start();
}

#[cfg(target_arch = "wasm32")]
mod calls {
    use llmos_lite::volumes;
    use wasm_bindgen::prelude::*;

    /// Takes the library that came with the page: `{files: [{path, text}]}`.
    #[wasm_bindgen]
    pub fn open(archive: &str) -> Result<(), String> {
        volumes::open(archive)
    }

    /// Every skill and workflow as JSON, without the prose.
    #[wasm_bindgen]
    pub fn catalogue() -> String {
        volumes::catalogue()
    }

    /// The prose of a skill as HTML that is safe to insert.
    #[wasm_bindgen]
    pub fn prose(skill_id: &str) -> Result<String, String> {
        volumes::prose(skill_id)
    }

    /// Answers a call of `window.llmos.fetch`: `{status, body}` as JSON.
    #[wasm_bindgen]
    pub fn answer(method: &str, path: &str, body: Option<String>) -> String {
        volumes::answer(method, path, body)
    }

    /// Markdown as HTML that is safe to insert.
    #[wasm_bindgen]
    pub fn markdown(text: &str) -> String {
        volumes::markdown(text)
    }
}
