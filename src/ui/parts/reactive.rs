//! What changes, behind one type each: the compiler makes the machinery of a signal, a dynamic part or a handler once instead of
//! once for each closure, which takes a good part off the size of the program.

use leptos::ev;
use leptos::prelude::*;

/// A value worked out anew whenever what it reads changes.
pub fn live<T: Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    Signal::derive(value)
}

/// A part of the page built anew whenever what it reads changes.
pub fn dynamic<V: IntoView + 'static>(part: impl Fn() -> V + Send + 'static) -> AnyView {
    let part: Box<dyn Fn() -> AnyView + Send> = Box::new(move || part().into_any());
    erased(part)
}

fn erased(part: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    (move || part()).into_any()
}

/// What a press on a button does.
pub fn press(act: impl Fn() + 'static) -> Box<dyn FnMut(ev::MouseEvent)> {
    Box::new(move |_| act())
}

/// Shows its children while the condition holds, and the fallback while it does not.
#[component]
pub fn Show(
    /// The condition.
    #[prop(into)]
    when: Signal<bool>,
    /// What stands there otherwise.
    #[prop(into, optional)]
    fallback: ViewFn,
    /// What stands there while it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let holds = Memo::new(move |_| when.get());
    erased(Box::new(move || if holds.get() { children().into_any() } else { fallback.run() }))
}
