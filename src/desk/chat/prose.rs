//! The text of a message, or a stretch of it, as it grows: what can no longer change is rendered once, the last block with every frame,
//! and of a long block of code only the last line. HTML comes from `kernel::markdown` and `code`, which let nothing of the text's own through.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::code;
use crate::kernel::highlight::Lines;
use crate::kernel::markdown::{self, Fence};

/// So many lines of code are laid out together while more come.
const LINES_IN_LOT: usize = 32;

/// A stretch of a text, from a byte on to another; without one, to its end.
pub fn prose(text: ArcRwSignal<String>, edition: ArcRwSignal<u32>, from: usize, until: Option<usize>) -> AnyView {
    let element = NodeRef::<Div>::new();
    let drawn = StoredValue::new_local(None::<Drawn>);
    let waits = StoredValue::new(false);
    Effect::new(move |before: Option<u32>| {
        text.track();
        let now = edition.get();
        let Some(host) = element.get() else { return now };
        if before != Some(now) {
            host.set_inner_html("");
            drawn.set_value(Some(Drawn::new(host.into())));
        }
        let draw = {
            let text = text.clone();
            move || {
                waits.try_set_value(false);
                drawn.try_update_value(|drawn| {
                    text.with_untracked(|text| {
                        let end = until.unwrap_or(text.len()).min(text.len());
                        if let (Some(drawn), Some(stretch)) = (drawn, text.get(from..end)) {
                            drawn.grow(stretch);
                        }
                    });
                });
            }
        };
        if before != Some(now) {
            draw();
        } else if !waits.get_value() {
            // However many words come within a frame, they are drawn once.
            waits.set_value(true);
            request_animation_frame(draw);
        }
        now
    });
    view! { <div class="chat-prose" node_ref=element></div> }.into_any()
}

/// What is drawn of a text.
struct Drawn {
    host: HtmlElement,
    /// How much of it can no longer change, in bytes.
    settled: usize,
    /// What can.
    tail: Option<Tail>,
}

enum Tail {
    /// Rendered anew whenever it grows.
    Block(Element),
    /// Its lines are added as they come.
    Code(CodeTail),
}

struct CodeTail {
    block: Element,
    /// Where lines are added. Lines stand in boxes of some, so that one more makes the browser lay out few of them anew.
    lot: Element,
    lines_in_lot: usize,
    /// The line that is not whole yet.
    last: Element,
    /// How much of the code is in whole lines, in bytes.
    whole: usize,
    lines: Option<Lines>,
}

impl Drawn {
    fn new(host: HtmlElement) -> Self {
        Self { host, settled: 0, tail: None }
    }

    fn grow(&mut self, text: &str) {
        let mut rest = text.get(self.settled..).unwrap_or_default();
        // Before its line is whole, what looks like the end of a block of code may be a line of it.
        let end_of = |text: &str, fence: &Fence<'_>| fence.end.filter(|end| text[..*end].ends_with('\n'));
        if let (Some(Tail::Code(tail)), Some(fence)) = (&mut self.tail, markdown::fence(rest))
            && let Some(end) = end_of(rest, &fence)
        {
            // Its end has come: it stays as it is drawn.
            tail.finish(fence.code);
            self.tail = None;
            self.settled += end;
            rest = &rest[end..];
        }
        if markdown::fence(rest).is_none_or(|fence| end_of(rest, &fence).is_some()) {
            let length = markdown::settled(rest);
            if length > 0 {
                self.drop_tail();
                let html = markdown::to_safe_html_with(&rest[..length], &code::block);
                // The element is there, and the markup is whole.
                let _ = self.host.insert_adjacent_html("beforeend", &html);
                self.settled += length;
                rest = &rest[length..];
            }
        }
        let open = markdown::fence(rest).filter(|fence| end_of(rest, fence).is_none());
        match (open, &mut self.tail) {
            (Some(fence), Some(Tail::Code(tail))) => tail.grow(fence.code),
            (Some(fence), _) => {
                self.drop_tail();
                self.tail = CodeTail::new(&self.host, fence.info).map(|mut tail| {
                    tail.grow(fence.code);
                    Tail::Code(tail)
                });
            }
            (None, Some(Tail::Block(block))) => block.set_inner_html(&markdown::to_safe_html_with(rest, &code::block)),
            (None, _) => {
                self.drop_tail();
                if let Ok(block) = document().create_element("div") {
                    block.set_class_name("chat-tail");
                    block.set_inner_html(&markdown::to_safe_html_with(rest, &code::block));
                    let _ = self.host.append_child(&block);
                    self.tail = Some(Tail::Block(block));
                }
            }
        }
    }

    fn drop_tail(&mut self) {
        match self.tail.take() {
            Some(Tail::Block(block)) => block.remove(),
            Some(Tail::Code(tail)) => tail.block.remove(),
            None => {}
        }
    }
}

impl CodeTail {
    fn new(host: &HtmlElement, info: &str) -> Option<Self> {
        let (start, end) = code::frame(info);
        let _ = host.insert_adjacent_html("beforeend", &(start + end));
        let block = host.last_element_child()?;
        let code = block.query_selector("code").ok().flatten()?;
        let last = document().create_element("span").ok()?;
        let lot = new_lot()?;
        lot.append_child(&last).ok()?;
        code.append_child(&lot).ok()?;
        Some(Self { block, lot, lines_in_lot: 0, last, whole: 0, lines: code::colours(info).map(Lines::new) })
    }

    fn grow(&mut self, text: &str) {
        let end = text.rfind('\n').map_or(0, |place| place + 1);
        if end > self.whole {
            let mut html = String::new();
            for line in text[self.whole..end].split_terminator('\n') {
                self.line(line, true, &mut html);
                html.push('\n');
                self.lines_in_lot += 1;
            }
            let _ = self.last.insert_adjacent_html("beforebegin", &html);
            self.whole = end;
            self.begin_lot();
        }
        let mut html = String::new();
        self.line(&text[self.whole..], false, &mut html);
        self.last.set_inner_html(&html);
    }

    /// All of the code is there: its last line needs no end.
    fn finish(&mut self, text: &str) {
        self.grow(text);
        self.last.remove();
    }

    /// The lines that follow stand in a box of their own, where this one is full.
    fn begin_lot(&mut self) {
        if self.lines_in_lot < LINES_IN_LOT {
            return;
        }
        let Some(next) = new_lot() else { return };
        // Both elements are in the page, one behind the other.
        let _ = next.append_child(&self.last);
        let _ = self.lot.after_with_node_1(&next);
        self.lot = next;
        self.lines_in_lot = 0;
    }

    /// One line, coloured; a line that is whole is remembered for those that follow.
    fn line(&mut self, line: &str, is_whole: bool, into: &mut String) {
        match &mut self.lines {
            Some(lines) if is_whole => code::coloured(lines, line, into),
            Some(lines) => code::coloured(&mut lines.clone(), line, into),
            None => crate::desk::words::escaped(line, into),
        }
    }
}

fn new_lot() -> Option<Element> {
    let lot = document().create_element("span").ok()?;
    lot.set_class_name("chat-code-lot");
    Some(lot)
}

/// The block of code that an element of a message is part of, and the text of its code.
pub fn code_around(element: &Element) -> Option<(HtmlElement, String)> {
    let block = element.closest(".chat-code").ok().flatten()?;
    let code = block.query_selector("code").ok().flatten()?.text_content().unwrap_or_default();
    Some((block.dyn_into().ok()?, code))
}
