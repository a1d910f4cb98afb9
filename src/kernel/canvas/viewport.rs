//! Which part of the canvas the stage shows: pan, zoom, and the way between the two spaces.

use super::geometry::Rect;
use crate::kernel::dag::Position;

/// As far out as a person can zoom.
pub const MIN_ZOOM: f64 = 0.1;
/// As far in.
pub const MAX_ZOOM: f64 = 2.5;

/// The size of the stage on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// In pixels of the screen.
    pub width: f64,
    /// In pixels of the screen.
    pub height: f64,
}

/// Where the canvas' origin is on the stage, and how large a canvas pixel is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Screen pixels from the stage's left edge to the canvas' origin.
    pub x: f64,
    /// Screen pixels from the stage's upper edge to the canvas' origin.
    pub y: f64,
    /// Screen pixels per canvas pixel.
    pub zoom: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, zoom: 1.0 }
    }
}

impl Viewport {
    /// The canvas point under this point of the stage.
    pub fn canvas_from_screen(&self, screen: Position) -> Position {
        Position { x: (screen.x - self.x) / self.zoom, y: (screen.y - self.y) / self.zoom }
    }

    /// Where on the stage this canvas point appears.
    pub fn screen_from_canvas(&self, canvas: Position) -> Position {
        Position { x: canvas.x * self.zoom + self.x, y: canvas.y * self.zoom + self.y }
    }

    /// The part of the canvas that a stage of this size shows.
    pub fn visible(&self, stage: Size) -> Rect {
        let corner = self.canvas_from_screen(Position::default());
        Rect { x: corner.x, y: corner.y, width: stage.width / self.zoom, height: stage.height / self.zoom }
    }

    /// Moved by this many screen pixels.
    #[must_use]
    pub fn panned(&self, dx: f64, dy: f64) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..*self }
    }

    /// Zoomed by this factor, with the point of the stage staying over the same canvas point.
    #[must_use]
    pub fn zoomed(&self, factor: f64, around_screen: Position) -> Self {
        let zoom = (self.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM);
        let factor = zoom / self.zoom;
        Self {
            x: around_screen.x - (around_screen.x - self.x) * factor,
            y: around_screen.y - (around_screen.y - self.y) * factor,
            zoom,
        }
    }

    /// The view that shows this rectangle whole and centred, never larger than life.
    pub fn fitting(content: Rect, stage: Size, margin_px: f64) -> Self {
        let width = (stage.width - 2.0 * margin_px).max(1.0);
        let height = (stage.height - 2.0 * margin_px).max(1.0);
        let zoom = (width / content.width.max(1.0)).min(height / content.height.max(1.0)).clamp(MIN_ZOOM, 1.0);
        let center = content.center();
        Self { x: stage.width / 2.0 - center.x * zoom, y: stage.height / 2.0 - center.y * zoom, zoom }
    }

    /// The same zoom, moved just far enough that the rectangle is in sight.
    #[must_use]
    pub fn revealing(&self, content: Rect, stage: Size, margin_px: f64) -> Self {
        let visible = self.visible(stage).grown(-margin_px / self.zoom);
        let shift = |low: f64, high: f64, from: f64, to: f64| {
            if to - from > high - low || from < low {
                low - from
            } else if to > high {
                high - to
            } else {
                0.0
            }
        };
        let dx = shift(visible.x, visible.right(), content.x, content.right());
        let dy = shift(visible.y, visible.bottom(), content.y, content.bottom());
        self.panned(dx * self.zoom, dy * self.zoom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: Size = Size { width: 800.0, height: 600.0 };

    fn close(one: Position, other: Position) -> bool {
        (one.x - other.x).abs() < 1e-9 && (one.y - other.y).abs() < 1e-9
    }

    #[test]
    fn there_and_back_is_the_same_point() {
        let view = Viewport { x: 33.0, y: -12.0, zoom: 0.7 };
        let point = Position { x: 120.0, y: 45.0 };
        assert!(close(view.canvas_from_screen(view.screen_from_canvas(point)), point));
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let view = Viewport { x: 33.0, y: -12.0, zoom: 0.7 };
        let pointer = Position { x: 400.0, y: 100.0 };
        for factor in [0.01, 0.5, 1.3, 100.0] {
            let zoomed = view.zoomed(factor, pointer);
            assert!(close(zoomed.canvas_from_screen(pointer), view.canvas_from_screen(pointer)));
            assert!((MIN_ZOOM..=MAX_ZOOM).contains(&zoomed.zoom));
        }
    }

    #[test]
    fn fitting_shows_everything_and_never_magnifies() {
        let large = Rect { x: -500.0, y: 40.0, width: 4000.0, height: 900.0 };
        let view = Viewport::fitting(large, STAGE, 40.0);
        let visible = view.visible(STAGE);
        assert!(visible.x <= large.x && visible.right() >= large.right());
        assert!(visible.y <= large.y && visible.bottom() >= large.bottom());
        let small = Rect { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };
        assert_eq!(Viewport::fitting(small, STAGE, 40.0).zoom, 1.0);
    }

    #[test]
    fn revealing_moves_only_what_it_must() {
        let view = Viewport::default();
        let inside = Rect { x: 100.0, y: 100.0, width: 50.0, height: 50.0 };
        assert_eq!(view.revealing(inside, STAGE, 20.0), view);
        let outside = Rect { x: 900.0, y: 100.0, width: 50.0, height: 50.0 };
        assert_eq!(view.revealing(outside, STAGE, 20.0), Viewport { x: -170.0, y: 0.0, zoom: 1.0 });
    }
}
