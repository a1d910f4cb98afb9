//! Starts the workbench in the browser; natively it only says how to.

#[cfg(target_arch = "wasm32")]
fn main() {
    llmos_lite::app::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The workbench lives in the browser: run `cargo xtask serve`.");
}
