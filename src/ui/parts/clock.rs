//! The page's clock, for showing how long things take. Nothing is decided by it.

/// Milliseconds since some fixed moment.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}
