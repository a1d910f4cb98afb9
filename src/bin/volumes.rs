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

    /// Answers a call of `window.llmos.fetch`, whose body is text, bytes or nothing: `[status, body as JSON, body as bytes where it is bytes]`.
    #[wasm_bindgen]
    pub async fn answer(method: String, path: String, body: JsValue) -> Result<JsValue, String> {
        Ok(volumes::answer(&method, &path, body).await?.into())
    }

    /// Rows of this name were written, by any tab.
    #[wasm_bindgen(js_name = rowsChanged)]
    pub fn rows_changed(volume: &str) {
        volumes::rows_changed(volume);
    }

    /// The files that a commit changed.
    #[wasm_bindgen(js_name = changedPaths)]
    pub async fn changed_paths(volume: String, commit: String) -> Result<Vec<String>, String> {
        volumes::changed_paths(&volume, &commit).await
    }

    /// For each object 1 if the volume has it, else 0.
    #[wasm_bindgen]
    pub async fn holds(volume: String, oids: Vec<String>) -> Result<Vec<u8>, String> {
        volumes::holds(&volume, &oids).await
    }

    /// Takes a repository in: paths of a `.git` folder and their bytes, or one bundle under an empty path.
    #[wasm_bindgen(js_name = importFiles)]
    pub async fn import(
        volume: String,
        paths: Vec<String>,
        contents: Vec<js_sys::Uint8Array>,
    ) -> Result<String, String> {
        let files = paths.into_iter().zip(contents.iter().map(js_sys::Uint8Array::to_vec)).collect();
        volumes::import(&volume, files).await
    }

    /// A volume as a bundle.
    #[wasm_bindgen]
    pub async fn bundle(volume: String) -> Result<Vec<u8>, String> {
        volumes::bundle(&volume).await
    }

    /// Throws where the person may not take this volume's repository away.
    #[wasm_bindgen(js_name = mayExport)]
    pub fn may_export(volume: &str) -> Result<(), String> {
        volumes::may_export(volume)
    }

    /// Markdown as HTML that is safe to insert.
    #[wasm_bindgen]
    pub fn markdown(text: &str) -> String {
        volumes::markdown(text)
    }
}
