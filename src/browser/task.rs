//! The one way to start an asynchronous task, and the clocks.

use std::future::Future;

/// Runs a future on the page's event loop.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}

/// Milliseconds since the page began, never going back.
pub fn now_ms() -> f64 {
    thread_local! {
        static PERFORMANCE: Option<web_sys::Performance> = web_sys::window().and_then(|window| window.performance());
    }
    PERFORMANCE.with(|performance| performance.as_ref().map_or_else(js_sys::Date::now, web_sys::Performance::now))
}

/// What the clock on the wall says: whole seconds since 1970, and how many minutes it is ahead of UTC.
pub fn wall_clock() -> (i64, i32) {
    let date = js_sys::Date::new_0();
    #[allow(clippy::cast_possible_truncation, reason = "seconds and minutes fit")]
    let (timestamp_s, behind_min) = ((date.get_time() / 1000.0) as i64, date.get_timezone_offset() as i32);
    (timestamp_s, -behind_min)
}
