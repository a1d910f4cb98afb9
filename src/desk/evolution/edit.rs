//! The draft's file, to change before it is taken: an editor, and what is wrong at its lines.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html::Div;
use leptos::prelude::*;
use serde_json::{Value, json};

use super::actions;
use super::data::Draft;
use super::state::Evolution;
use crate::browser::{self, CodeEditor};
use crate::desk::parts::{Look, button, failed};
use crate::ui::parts::reactive::dynamic;

/// The editor; what is typed stays in the face's state until the draft is taken or it is put away.
pub fn view(evolution: Evolution, draft: &Draft) -> AnyView {
    let place = NodeRef::<Div>::new();
    let open: StoredValue<Rc<RefCell<Option<CodeEditor>>>, LocalStorage> = StoredValue::new_local(Rc::default());
    let trouble = RwSignal::new(None);
    let first = evolution.edited.get_untracked().unwrap_or_default();
    let (name, path, draft) = (draft.name.clone(), draft.path.clone(), draft.clone());
    let check = move |text: String| {
        let body = json!({ "source": text, "path": path });
        evolution.desk.ask("POST", "/skills/check".to_owned(), Some(body), move |answered| {
            let findings = answered.map(|answer| answer["diagnostics"].clone()).unwrap_or(Value::Null);
            if let Some(open) = open.try_get_value()
                && let Some(editor) = open.borrow().as_ref()
            {
                editor.set_findings(&findings.to_string());
            }
        });
    };
    place.on_load(move |element| {
        let (kept, label) = (open.get_value(), format!("File of {name}"));
        let on_change = move |text: String| {
            // The part of the page that shows it stays as it is while one types.
            evolution.edited.update_untracked(|edited| *edited = Some(text.clone()));
            check(text);
        };
        let save = move || actions::accept(evolution, &draft);
        browser::spawn(async move {
            match CodeEditor::open(&element, &first, &label, false, on_change, save).await {
                Ok(editor) => {
                    editor.focus();
                    kept.replace(Some(editor));
                }
                Err(error) => trouble.set(Some(error.into())),
            }
        });
    });
    on_cleanup(move || {
        if let Some(open) = open.try_get_value() {
            open.take();
        }
    });
    view! {
        {dynamic(move || trouble.get().map(|failure| failed(&failure, move || trouble.set(None))))}
        <div class="skills-code evo-code" node_ref=place></div>
        <p class="evo-edit-foot">
            <span>"Accept takes it as you changed it: the draft is one commit, your change the next."</span>
            {button(Look::Text, "undo-2", "Drop my changes", move || evolution.edited.set(None))}
        </p>
    }
    .into_any()
}
