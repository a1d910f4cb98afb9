//! Long lists: only the rows in sight are drawn, all of one height.

use std::ops::Range;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::ui::parts::reactive::{dynamic, live};

/// Rows drawn beyond either edge, so that a quick scroll does not show blank ones.
const MARGIN_ROWS: usize = 12;

/// How far a list is scrolled, in rows, and how many are in sight.
#[derive(Clone, Copy)]
pub struct RowWindow {
    /// The height of a row.
    height_px: f64,
    first: RwSignal<usize>,
    in_sight: RwSignal<usize>,
}

impl RowWindow {
    /// A window over rows of this height.
    pub fn new(height_px: f64) -> Self {
        Self { height_px, first: RwSignal::new(0), in_sight: RwSignal::new(80) }
    }

    /// Takes note of how the element that scrolls stands; answers how many rows are left below.
    pub fn measure(self, event: &web_sys::Event) {
        let element = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(element) = element else { return };
        // In steps of some rows, so that small scrolls draw nothing anew.
        let first = (f64::from(element.scroll_top()) / self.height_px) as usize / 6 * 6;
        let in_sight = (f64::from(element.client_height()) / self.height_px) as usize + 1;
        if self.first.get_untracked() != first {
            self.first.set(first);
        }
        if self.in_sight.get_untracked() != in_sight {
            self.in_sight.set(in_sight);
        }
    }

    /// The rows that are drawn, of so many. Tracks.
    pub fn range(self, count: usize) -> Range<usize> {
        let first = self.first.get().min(count.saturating_sub(1));
        let end = (first + self.in_sight.get() + 6 + MARGIN_ROWS).min(count);
        first.saturating_sub(MARGIN_ROWS)..end
    }

    /// Whether the last of so many rows is nearly in sight. Tracks.
    pub fn nears_end(self, count: usize) -> bool {
        self.first.get() + self.in_sight.get() + MARGIN_ROWS >= count
    }

    /// Scrolls a row into sight of the element that a selector names.
    pub fn reveal(self, selector: &str, row: usize) {
        let Ok(Some(element)) = document().query_selector(selector) else { return };
        let top = row as f64 * self.height_px;
        let (from, height) = (f64::from(element.scroll_top()), f64::from(element.client_height()));
        if top < from {
            element.set_scroll_top(top as i32);
        } else if top + self.height_px > from + height {
            element.set_scroll_top((top + self.height_px - height) as i32);
        }
    }

    /// The rows in their places, as tall as all of them.
    pub fn show(self, count: Signal<usize>, rows: impl Fn(Range<usize>) -> AnyView + Send + 'static) -> AnyView {
        let height_px = self.height_px;
        let range = Memo::new(move |_| self.range(count.get()));
        view! {
            <div class="desk-rows" role="presentation" style:height=live(move || format!("{}px", count.get() as f64 * height_px))>
                <div role="presentation" style:transform=live(move || format!("translateY({}px)", range.get().start as f64 * height_px))>
                    {dynamic(move || rows(range.get()))}
                </div>
            </div>
        }
        .into_any()
    }
}
