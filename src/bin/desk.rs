//! The WebAssembly of the desk: the calls that `assets/bridge/desk.ts` makes. All else is in `desk` of the library.

fn main() {
    #[cfg(target_arch = "wasm32")]
    llmos_lite::desk::start();
}

#[cfg(target_arch = "wasm32")]
mod calls {
    use llmos_lite::desk::{self, VolumesHandle};
    use wasm_bindgen::prelude::*;
    use web_sys::HtmlElement;

    /// Draws the desk into an empty element. `options` is `{view}` as JSON; `tell` hears what the page shows of the desk.
    #[wasm_bindgen]
    pub fn mount(element: HtmlElement, volumes: VolumesHandle, options: &str, tell: js_sys::Function) {
        desk::mount(element, volumes, options, tell);
    }

    /// Shows a view of the desk that is mounted: `volumes`, or `profiles`.
    #[wasm_bindgen]
    pub fn show(view: &str) {
        desk::show(view);
    }

    /// Takes the desk away.
    #[wasm_bindgen]
    pub fn unmount() {
        desk::unmount();
    }
}
