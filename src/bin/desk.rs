//! The WebAssembly of the desk: the calls that `assets/bridge/desk.ts` makes. All else is in `desk` of the library.

fn main() {
    #[cfg(target_arch = "wasm32")]
    llmos_lite::desk::start();
}

#[cfg(target_arch = "wasm32")]
mod calls {
    use llmos_lite::desk::{self, DeviceHandle, SandboxHandle, VolumesHandle};
    use wasm_bindgen::prelude::*;
    use web_sys::HtmlElement;

    /// Makes the desk ready, once. `tell` hears what the page shows of it.
    #[wasm_bindgen]
    pub fn open(volumes: VolumesHandle, sandbox: SandboxHandle, device: DeviceHandle, tell: js_sys::Function) {
        desk::open(volumes, sandbox, device, tell);
    }

    /// Draws a part of the desk, `volumes` or `chat`, into an empty element; it stays there.
    #[wasm_bindgen]
    pub fn mount(root: &str, element: HtmlElement) {
        desk::mount(root, element);
    }

    /// Shows a view of a part that is mounted: `volumes`, `profiles`, `chat`, `chat-kept`.
    #[wasm_bindgen]
    pub fn show(view: &str) {
        desk::show(view);
    }
}
