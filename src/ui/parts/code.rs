//! Code to read: numbered lines, coloured.

use leptos::prelude::*;

use crate::kernel::highlight::{self, Token};
use crate::kernel::skill::Language;

/// A listing; the marked line is shown as the place of an error.
#[component]
pub fn CodeListing(
    /// The text.
    #[prop(into)]
    code: String,
    /// The language it is written in.
    language: Language,
    /// The line to mark, from 1.
    #[prop(optional_no_strip)]
    marked: Option<u32>,
) -> impl IntoView {
    let lines = highlight::lines(&code, language)
        .into_iter()
        .zip(1_u32..)
        .map(|(pieces, number)| {
            let pieces = pieces
                .into_iter()
                .map(|(token, text)| match class(token) {
                    "" => text.into_any(),
                    class => view! { <span class=class>{text}</span> }.into_any(),
                })
                .collect_view();
            view! {
                <li class="code-line" class:code-line-marked=marked == Some(number)>
                    {pieces}
                    "\n"
                </li>
            }
        })
        .collect_view();
    view! {
        <pre class="code" tabindex="0" aria-label="Code">
            <ol>{lines}</ol>
        </pre>
    }
}

/// The class that colours a piece; none for what is as all else.
pub fn class(token: Token) -> &'static str {
    match token {
        Token::Keyword => "code-keyword",
        Token::Name => "code-name",
        Token::Number => "code-number",
        Token::String => "code-string",
        Token::Comment => "code-comment",
        Token::Plain => "",
    }
}
