//! The WebAssembly of the volume worker: the calls that `assets/bridge/volume-worker.ts` makes. All else is in `volumes.rs` of the library.

fn main() {
    #[cfg(target_arch = "wasm32")]
    llmos_lite::volumes::start();
}

#[cfg(target_arch = "wasm32")]
mod calls {
    use llmos_lite::volumes;
    use wasm_bindgen::prelude::*;

    /// Takes the library that came with the page, `{digest, files: [{path, text}]}`; gives a warning where nothing can be kept.
    #[wasm_bindgen]
    pub async fn open(archive: String) -> Result<Option<String>, String> {
        volumes::open(&archive).await
    }

    /// Every skill and workflow as JSON, without the prose.
    #[wasm_bindgen]
    pub async fn catalogue() -> Result<String, String> {
        volumes::catalogue().await
    }

    /// The prose of a skill as HTML that is safe to insert.
    #[wasm_bindgen]
    pub async fn prose(skill_id: String) -> Result<String, String> {
        volumes::prose(&skill_id).await
    }

    /// Answers a call of `window.llmos.fetch`: `[status, body as JSON, body as bytes where it is bytes]`.
    #[wasm_bindgen]
    pub async fn answer(method: String, path: String, body: Option<String>) -> Result<JsValue, String> {
        Ok(volumes::answer(&method, &path, body).await?.into())
    }

    /// The files that a commit changed.
    #[wasm_bindgen(js_name = changedPaths)]
    pub async fn changed_paths(volume: String, commit: String) -> Result<Vec<String>, String> {
        volumes::changed_paths(&volume, &commit).await
    }

    /// Markdown as HTML that is safe to insert.
    #[wasm_bindgen]
    pub fn markdown(text: &str) -> String {
        volumes::markdown(text)
    }
}
