//! The tour: five steps beside what they are about. It can be left at any step, and is found again in the help, the settings and the palette.

use leptos::ev;
use leptos::portal::Portal;
use leptos::prelude::*;

use super::parts::{Look, button, icon_button};
use super::state::Desk;
use crate::browser;
use crate::ui::parts::dom;
use crate::ui::parts::reactive::{dynamic, live};

const CARD_WIDTH_PX: f64 = 340.0;
/// Room that a card needs below what it is about.
const CARD_HEIGHT_PX: f64 = 230.0;
const GAP_PX: f64 = 12.0;
/// Kept once the tour was seen to its end or left: the page no longer invites to it.
const SEEN_SETTING: &str = "tour";

struct Step {
    title: &'static str,
    text: &'static str,
    /// What it stands beside, the first of these that is in sight.
    about: &'static [&'static str],
    /// What the step offers to do: the action's name, and what the button says.
    offer: Option<(&'static str, &'static str)>,
}

const STEPS: [Step; 5] = [
    Step {
        title: "Steps, wired together",
        text: "Each box is a skill: a circuit, a piece of Python, a 3D view. Wires carry what comes out of one into the next.",
        about: &[".node", ".step-card", ".stage"],
        offer: None,
    },
    Step {
        title: "Run it here",
        text: "All of it runs in this browser. Each step starts when its inputs are there; a second run does only what changed.",
        about: &[".run-button"],
        offer: Some(("Run", "Run the demo")),
    },
    Step {
        title: "Look closer, change a value",
        text: "Pick a step to see its inputs and results. Type 2k2 over a resistance and run again.",
        about: &[".inspector-panel", ".node", ".step-card"],
        offer: None,
    },
    Step {
        title: "Add skills",
        text: "Drag one from here onto the canvas, or double-click the canvas. Every action and skill is a few letters away under Ctrl K.",
        about: &[".side-panel", ".command-field"],
        offer: Some(("Find an action", "Open the palette")),
    },
    Step {
        title: "Ask, and keep",
        text: "The chat finds skills that fit your question, with or without a model. What you save is a commit in your own volume, on this device.",
        about: &[".header-chat", ".bottom-bar"],
        offer: None,
    },
];

/// Shows the tour from its first step.
pub fn open(desk: Desk) {
    desk.calls().tell("action", "Go to work");
    let is_open = desk.tour.with_untracked(Option::is_some);
    desk.tour.set(Some(0));
    if !is_open {
        request_animation_frame(|| dom::focus(".tour-card"));
    }
}

/// What the tour draws over the page.
pub fn view(desk: Desk) -> AnyView {
    view! {
        <Portal>{dynamic(move || desk.tour.get().and_then(|place| Some(card(desk, place, STEPS.get(place)?))))}</Portal>
    }
    .into_any()
}

fn card(desk: Desk, place: usize, step: &'static Step) -> AnyView {
    // Where things are changes with the window; the card follows.
    let turned = RwSignal::new(0_u32);
    let look_again = move || turned.update(|turned| *turned += 1);
    let listener = window_event_listener(ev::resize, move |_| look_again());
    // The section that the step is about may be drawn only now.
    request_animation_frame(move || request_animation_frame(look_again));
    on_cleanup(move || listener.remove());
    let place_of = Memo::new(move |_| {
        turned.track();
        Layout::beside(step.about)
    });
    let close = move || {
        browser::save_setting(SEEN_SETTING, "seen");
        desk.tour.set(None);
    };
    let go = move |to: usize| {
        desk.tour.set(Some(to));
        request_animation_frame(|| dom::focus(".tour-card"));
    };
    let on_key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "Escape" => close(),
            "ArrowRight" if place + 1 < STEPS.len() => go(place + 1),
            "ArrowLeft" if place > 0 => go(place - 1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let is_last = place + 1 == STEPS.len();
    let offer =
        step.offer.map(|(action, name)| button(Look::Plain, "", name, move || desk.calls().tell("action", action)));
    let next = if is_last {
        button(Look::Main, "", "Done", close)
    } else {
        button(Look::Main, "", "Next", move || go(place + 1))
    };
    let px = |value: f64| format!("{value}px");
    view! {
        <div
            class="tour-ring"
            aria-hidden="true"
            style:left=live(move || px(place_of.get().ring.0))
            style:top=live(move || px(place_of.get().ring.1))
            style:width=live(move || px(place_of.get().ring.2))
            style:height=live(move || px(place_of.get().ring.3))
        ></div>
        <section
            class="tour-card"
            role="dialog"
            aria-label="Tour"
            aria-describedby="tour-text"
            tabindex="-1"
            on:keydown=on_key
            style:left=live(move || px(place_of.get().card.0))
            style:top=live(move || px(place_of.get().card.1))
        >
            <header>
                <span class="tour-count">{format!("{} of {}", place + 1, STEPS.len())}</span>
                {icon_button("x", "Leave the tour", close)}
            </header>
            <h2>{step.title}</h2>
            <p id="tour-text">{step.text}</p>
            {is_last.then(|| view! { <p class="tour-again">"You find this tour again in the help, the settings, and under Ctrl K."</p> })}
            <footer class="button-row">
                {(place > 0).then(|| button(Look::Plain, "", "Back", move || go(place - 1)))}
                {offer}
                {next}
            </footer>
        </section>
    }
    .into_any()
}

/// Where the ring and the card stand, in pixels of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Layout {
    /// Left, top, width, height.
    ring: (f64, f64, f64, f64),
    /// Left, top.
    card: (f64, f64),
}

impl Layout {
    /// Beside the first of these that is in sight; in the middle where none is.
    fn beside(about: &[&str]) -> Self {
        let extent = |size: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>, otherwise: f64| {
            size.ok().and_then(|size| size.as_f64()).unwrap_or(otherwise)
        };
        let (width, height) = (extent(window().inner_width(), 1024.0), extent(window().inner_height(), 768.0));
        let rect = about.iter().find_map(|selector| {
            let rect = document().query_selector(selector).ok().flatten()?.get_bounding_client_rect();
            (rect.width() > 0.0 && rect.height() > 0.0).then_some(rect)
        });
        let card_width = CARD_WIDTH_PX.min(width - 2.0 * GAP_PX);
        let within = |value: f64, largest: f64| value.min(largest).max(GAP_PX);
        let Some(rect) = rect else {
            let card = ((width - card_width) / 2.0, within((height - CARD_HEIGHT_PX) / 2.0, height));
            return Self { ring: (0.0, 0.0, 0.0, 0.0), card };
        };
        let (left, top) = (rect.left().max(0.0), rect.top().max(0.0));
        let (right, bottom) = (rect.right().min(width), rect.bottom().min(height));
        let ring = (left, top, right - left, bottom - top);
        let last_left = width - card_width - GAP_PX;
        let last_top = height - CARD_HEIGHT_PX - GAP_PX;
        let card = if bottom + GAP_PX + CARD_HEIGHT_PX < height {
            (within(left, last_left), bottom + GAP_PX)
        } else if right + GAP_PX + card_width < width {
            (right + GAP_PX, within(top, last_top))
        } else if left > card_width + 2.0 * GAP_PX {
            (left - card_width - GAP_PX, within(top, last_top))
        } else {
            (within(left, last_left), within(top - CARD_HEIGHT_PX - GAP_PX, last_top))
        };
        Self { ring, card }
    }
}
