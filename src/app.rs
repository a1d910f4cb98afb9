//! The wire: builds the browser side and hands the UI its services. Decides nothing and shows nothing itself.

/// Starts the workbench.
pub fn start() {
    console_error_panic_hook::set_once();
}
