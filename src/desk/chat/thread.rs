//! The messages of a session, the newest in sight. Of a long one only the newest are on the page; scrolling up brings the older ones.

use std::cell::Cell;

use leptos::ev;
use leptos::html::{Div, Ol};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::data::Loaded;
use super::state::Chat;
use super::{message, run, welcome};
use crate::desk::parts::{failed, icon_button, trouble, waiting};
use crate::ui::parts::reactive::{Show, dynamic, live};

/// So many messages are on the page with the first frame.
const AT_FIRST: usize = 6;
/// So many more come with each frame: a frame has little time, and a message may hold pages of code.
const PER_FRAME: usize = 3;
/// So many are there in the end, and come with each look further up.
const AT_ONCE: usize = 24;
/// So near to the end counts as at the end.
const NEAR_PX: i32 = 60;
/// So near to the top the older messages come.
const TOP_PX: i32 = 600;

/// The messages, and what stands there while there are none.
pub fn thread(chat: Chat) -> AnyView {
    let scroller = NodeRef::<Div>::new();
    let list = NodeRef::<Ol>::new();
    // How many of the newest messages are on the page.
    let on_page = RwSignal::new(AT_FIRST);
    let wanted = RwSignal::new(AT_ONCE);
    let at_end = RwSignal::new(true);
    let count = Memo::new(move |_| chat.thread.with(Vec::len));
    let session = Memo::new(move |_| chat.session_id.get());
    Effect::new(move |_| {
        // Read, and not only tracked: a memo that nobody reads follows nothing.
        session.get();
        on_page.set(AT_FIRST);
        wanted.set(AT_ONCE);
        at_end.set(true);
    });
    Effect::new(move |_| {
        chat.to_newest.track();
        at_end.set(true);
    });
    Effect::new(move |_| {
        if on_page.get() < wanted.get().min(count.get()) {
            request_animation_frame(move || bring_older(scroller, on_page));
        }
    });
    Effect::new(move |_| {
        count.get();
        if at_end.get_untracked() {
            on_page.update(|shown| *shown = (*shown).min(AT_ONCE));
            wanted.set(AT_ONCE);
            request_animation_frame(move || to_end(scroller));
        }
    });
    keep_end_in_sight(scroller, list, at_end);
    let last_top = Cell::new(0);
    let on_scroll = move |_| {
        let Some(element) = scroller.get_untracked() else { return };
        let top = element.scroll_top();
        let is_near = element.scroll_height() - top - element.client_height() < NEAR_PX;
        // Only a way up leads from the end: what grew since the page scrolled there does not.
        let went_up = last_top.replace(top) > top;
        if is_near != at_end.get_untracked() && (is_near || went_up) {
            at_end.set(is_near);
        }
        let all_there = on_page.get_untracked() >= wanted.get_untracked();
        if top < TOP_PX && all_there && wanted.get_untracked() < count.get_untracked() {
            wanted.update(|wanted| *wanted += AT_ONCE);
        }
    };
    let messages = move || {
        let skipped = count.get().saturating_sub(on_page.get());
        chat.thread.with(|thread| thread[skipped.min(thread.len())..].to_vec())
    };
    let was_refused = Memo::new(move |_| chat.refusal.with(Option::is_some));
    let is_empty = Memo::new(move |_| count.get() == 0);
    let on_click = move |event: ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let Some(button) = target.and_then(|target| target.closest("[data-act]").ok().flatten()) {
            run::act_on_code(chat, &button);
        }
    };
    view! {
        <div class="chat-scroll" node_ref=scroller on:scroll=on_scroll on:click=on_click>
            {dynamic(move || match (chat.opening.get(), is_empty.get()) {
                (Loaded::Failed(failure), _) => failed(&failure, move || chat.reload(None)),
                (Loaded::Waiting, _) => waiting(8),
                (_, true) if !was_refused.get() => welcome::welcome(chat),
                _ => ().into_any(),
            })}
            <ol class="chat-messages" aria-label="Messages" node_ref=list>
                <For each=messages key=|shown| (shown.message_id.clone(), shown.siblings.len()) let(shown)>
                    {message::message(chat, shown)}
                </For>
            </ol>
            {dynamic(move || chat.retrying.get().map(|text| view! { <p class="chat-retrying" role="status"><span class="spinner" aria-hidden="true"></span>{text}</p> }))}
            {dynamic(move || chat.refusal.get().map(|failure| welcome::refusal(chat, &failure, trouble(&failure))))}
        </div>
        <Show when=live(move || !at_end.get() && !is_empty.get())>
            <div class="chat-jump">{icon_button("arrow-down", "To the newest message", move || to_end(scroller))}</div>
        </Show>
    }
    .into_any()
}

/// Puts some older messages above those that are there, which stay where they are.
fn bring_older(scroller: NodeRef<Div>, on_page: RwSignal<usize>) {
    if let Some(element) = scroller.try_get_untracked().flatten()
        && element.scroll_top() == 0
    {
        // At the very top a browser would show the older ones in place of what is looked at.
        element.set_scroll_top(1);
    }
    on_page.try_update(|shown| *shown += PER_FRAME);
}

fn to_end(scroller: NodeRef<Div>) {
    if let Some(element) = scroller.try_get_untracked().flatten() {
        element.set_scroll_top(element.scroll_height());
    }
}

/// While the end is in sight it stays so, whatever grows: an answer, a picture that is drawn, the panel itself.
fn keep_end_in_sight(scroller: NodeRef<Div>, list: NodeRef<Ol>, at_end: RwSignal<bool>) {
    Effect::new(move |_| {
        let (Some(element), Some(list)) = (scroller.get(), list.get()) else { return };
        let grown = Closure::<dyn Fn()>::new(move || {
            if at_end.try_get_untracked() == Some(true) {
                to_end(scroller);
            }
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(grown.as_ref().unchecked_ref()) {
            observer.observe(&list);
            observer.observe(&element);
            let kept = StoredValue::new_local((observer, grown));
            on_cleanup(move || {
                kept.try_update_value(|(observer, _)| observer.disconnect());
            });
        }
    });
}
