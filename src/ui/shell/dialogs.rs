//! What lies over the page: the command palette, quick add, enlarged previews, menus.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;

use crate::kernel::canvas::find;
use crate::kernel::canvas::geometry::{HEADER_HEIGHT, NODE_WIDTH};
use crate::kernel::canvas::hit::{PortRef, Side};
use crate::kernel::dag::Position;
use crate::kernel::order::sorted;
use crate::kernel::skill::Skill;
use crate::ui::commands::{self, COMMANDS, DESK_COMMANDS};
use crate::ui::context::{Ui, use_ui};
use crate::ui::parts::Icon;
use crate::ui::parts::dialog::Modal;
use crate::ui::parts::dom::{self, typed};
use crate::ui::parts::hue;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::preview::Preview;
use crate::ui::parts::reactive::{dynamic, live, press};
use crate::ui::services::PreviewRequest;
use crate::ui::state::{Dialog, Menu, MenuTarget};

/// Whatever lies over the page now.
#[component]
pub fn Dialogs() -> impl IntoView {
    let ui = use_ui();
    let dialog = ui.state.chrome.dialog;
    let close = Callback::new(move |()| dialog.set(None));
    dynamic(move || {
        dialog.get().map(|shown| match shown {
            Dialog::Commands => view! {
                <Modal label="Actions and skills" size="list" on_close=close>
                    <Chooser placeholder="What do you want to do?" find=Arc::new(move |query: &str| actions(ui, query)) />
                </Modal>
            }
            .into_any(),
            Dialog::QuickAdd { place, from } => {
                let placeholder = if from.is_some() { "Add a skill that fits" } else { "Add a skill" };
                view! {
                    <Modal label=placeholder size="list" on_close=close>
                        <Chooser placeholder find=Arc::new(move |query: &str| additions(ui, query, place, from.as_ref())) />
                    </Modal>
                }
                .into_any()
            }
            Dialog::Enlarged { request, title, summary } => view! {
                <Modal label=format!("{} of {title}", request.label) size="full" on_close=close>
                    <Enlarged request title summary />
                </Modal>
            }
            .into_any(),
            Dialog::Menu(menu) => view! { <MenuBox menu /> }.into_any(),
        })
    })
}

/// One thing to choose.
#[derive(Clone)]
struct Choice {
    icon: &'static str,
    hue: &'static str,
    name: String,
    about: String,
    keys: String,
    act: Arc<dyn Fn() + Send + Sync>,
}

fn actions(ui: Ui, query: &str) -> Vec<Choice> {
    let mut found: Vec<(u32, Choice)> = COMMANDS
        .iter()
        .filter(|command| (command.can)(ui))
        .filter_map(|command| {
            let score = find::score(query, &[command.name, command.also])?;
            let act = command.act;
            let choice = Choice {
                icon: command.icon,
                hue: "",
                name: command.name.into(),
                about: String::new(),
                keys: commands::keys_of(ui, command),
                act: Arc::new(move || act(ui)),
            };
            // Actions come before skills that match as well.
            Some((score * 4, choice))
        })
        .collect();
    found.extend(DESK_COMMANDS.iter().filter_map(|(name, also, icon, what)| {
        let score = find::score(query, &[name, also])?;
        let act = Arc::new(move || commands::act_in_desk(ui, what));
        let choice = Choice { icon, hue: "", name: (*name).into(), about: String::new(), keys: String::new(), act };
        Some((score * 4, choice))
    }));
    found.extend(openings(ui).into_iter().filter_map(|(name, act)| {
        let name = format!("Open {name}");
        let score = find::score(query, &[&name, "workflow example"])?;
        Some((score * 3, Choice { icon: "workflow", hue: "", name, about: String::new(), keys: String::new(), act }))
    }));
    if !query.trim().is_empty() {
        let nodes = ui.state.document.scene.get_untracked();
        found.extend(nodes.nodes.iter().filter_map(|node| {
            let score = find::score(query, &[&node.title, node.id()])?;
            let id = node.id().to_owned();
            let name = format!("Go to {}", node.title);
            let choice = Choice {
                icon: "crosshair",
                hue: hue::of_skill(node.skill.as_deref()),
                name,
                about: id.clone(),
                keys: String::new(),
                act: Arc::new(move || ui.inspect(&id)),
            };
            Some((score, choice))
        }));
        let library = ui.state.library.get_untracked();
        found.extend(
            find::skills(&library.skills, query)
                .into_iter()
                .filter(|skill| skill.executable.is_some())
                .map(|skill| (0, addition(ui, &skill, None, None))),
        );
        found = sorted(found, |one, other| other.0.cmp(&one.0));
    }
    found.into_iter().map(|(_, choice)| choice).collect()
}

fn additions(ui: Ui, query: &str, place: Position, from: Option<&PortRef>) -> Vec<Choice> {
    let library = ui.state.library.get_untracked();
    let kind = from.and_then(|port| {
        let scene = ui.state.document.scene.get_untracked();
        let node = scene.node(&port.node_id)?;
        let ports = if port.side == Side::Output { &node.outputs } else { &node.inputs };
        ports.iter().find(|candidate| candidate.name == port.name).map(|port| port.kind)
    });
    find::skills(&library.skills, query)
        .into_iter()
        .filter(|skill| {
            let Some(executable) = &skill.executable else { return false };
            match (from.map(|port| port.side), kind) {
                (Some(Side::Output), Some(kind)) => executable.inputs.iter().any(|port| port.kind.accepts(kind)),
                (Some(Side::Input), Some(kind)) => executable.outputs.iter().any(|port| kind.accepts(port.kind)),
                _ => true,
            }
        })
        .map(|skill| addition(ui, &skill, Some(place), from.cloned()))
        .collect()
}

fn addition(ui: Ui, skill: &Arc<Skill>, place: Option<Position>, from: Option<PortRef>) -> Choice {
    let skill_id = skill.skill_id.clone();
    let act = move || {
        let place = place.map(|Position { x, y }| match from.as_ref().map(|port| port.side) {
            Some(Side::Output) => Position { x, y: y - HEADER_HEIGHT },
            Some(Side::Input) => Position { x: x - NODE_WIDTH, y: y - HEADER_HEIGHT },
            None => Position { x: x - NODE_WIDTH / 2.0, y: y - HEADER_HEIGHT / 2.0 },
        });
        let node_id = ui.add_skill(&skill_id, place);
        if let Some(port) = &from {
            ui.connect_to_node(port, &node_id);
        }
    };
    let name = if place.is_some() { skill.name.clone() } else { format!("Add {}", skill.name) };
    Choice {
        icon: "",
        hue: hue::of_skill(skill.executable.as_deref()),
        name,
        about: skill.description.clone(),
        keys: String::new(),
        act: Arc::new(act),
    }
}

type Finder = Arc<dyn Fn(&str) -> Vec<Choice> + Send + Sync>;

/// A field and a list under it: type, go by arrows, choose by Enter.
#[component]
fn Chooser(
    /// What the empty field says.
    placeholder: &'static str,
    /// What matches a query, best first.
    find: Finder,
) -> impl IntoView {
    let ui = use_ui();
    let query = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let choices = Memo::new_with_compare(move |_| query.with(|query| find(query)), |_, _| true);
    let choose = move |place: usize| {
        let choice = choices.with_untracked(|choices| choices.get(place).cloned());
        if let Some(choice) = choice {
            ui.state.chrome.dialog.set(None);
            // The dialog gives the focus back first; then the action may take it.
            request_animation_frame(move || (choice.act)());
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let count = choices.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => active.update(|active| *active = if *active + 1 < count { *active + 1 } else { 0 }),
            "ArrowUp" => active.update(|active| *active = active.checked_sub(1).unwrap_or(count.saturating_sub(1))),
            "Enter" => choose(active.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        request_animation_frame(|| dom::reveal(".choice-row[aria-selected='true']"));
    };
    let rows = dynamic(move || {
        choices
            .get()
            .into_iter()
            .enumerate()
            .map(|(place, choice)| {
                let mark = if choice.icon.is_empty() {
                    view! { <span class="dot" aria-hidden="true"></span> }.into_any()
                } else {
                    view! { <Icon name=choice.icon /> }.into_any()
                };
                view! {
                    <div
                        class=format!("choice-row {}", choice.hue)
                        role="option"
                        id=format!("choice-{place}")
                        aria-selected=live(move || (active.get() == place).to_string())
                        on:pointermove=move |_| {
                            if active.get_untracked() != place {
                                active.set(place);
                            }
                        }
                        on:click=press(move || choose(place))
                    >
                        {mark}
                        <span class="choice-name">{choice.name}</span>
                        <span class="choice-about">{choice.about}</span>
                        {(!choice.keys.is_empty()).then(|| view! { <kbd>{choice.keys}</kbd> })}
                    </div>
                }
            })
            .collect_view()
    });
    view! {
        <div class="chooser-field">
            <Icon name="search" />
            <input
                type="text"
                role="combobox"
                aria-expanded="true"
                aria-controls="choices"
                aria-activedescendant=live(move || format!("choice-{}", active.get()))
                aria-label=placeholder
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                data-first=""
                on:input=move |event| {
                    query.set(typed(&event));
                    active.set(0);
                }
                on:keydown=on_key
            />
            <kbd>"Esc"</kbd>
        </div>
        <div class="choices-list" id="choices" role="listbox" aria-label=placeholder>
            {rows}
            {dynamic(move || {
                choices.with(Vec::is_empty).then(|| view! { <p class="empty-note">"Nothing matches. Try fewer letters."</p> })
            })}
        </div>
    }
}

/// A preview as large as the page.
#[component]
fn Enlarged(
    /// What is shown.
    request: PreviewRequest,
    /// The node that it is from.
    title: String,
    /// The value in a few words.
    summary: String,
) -> impl IntoView {
    let ui = use_ui();
    let name = request.output.clone();
    let request = Signal::stored(Some(request));
    view! {
        <div class="modal-head">
            <h2>{title}</h2>
            <span class="modal-sub">{name}</span>
            <span class="modal-note">{summary}</span>
            <IconButton icon="x" label="Close (Escape)".to_owned() on_press=move |()| ui.state.chrome.dialog.set(None) />
        </div>
        <div class="modal-preview">
            <Preview request />
        </div>
    }
}

/// What can be done with what a menu is for.
fn menu_choices(ui: Ui, target: &MenuTarget) -> Vec<Choice> {
    let choice = |icon, name: &str, keys: &str, act: Arc<dyn Fn() + Send + Sync>| Choice {
        icon,
        hue: "",
        name: name.to_owned(),
        about: String::new(),
        keys: keys.to_owned(),
        act,
    };
    match target.clone() {
        MenuTarget::Node(node_id) => {
            let shown = node_id.clone();
            vec![
                choice(
                    "step-forward",
                    "Run to here",
                    "Ctrl Shift Enter",
                    Arc::new(move || ui.run(Some(node_id.clone()))),
                ),
                choice("scan", "Show the details", "Enter", Arc::new(move || ui.inspect(&shown))),
                choice("copy-plus", "Duplicate", "Ctrl D", Arc::new(move || ui.duplicate_selection())),
                choice("trash-2", "Delete", "Delete", Arc::new(move || ui.delete_selection())),
            ]
        }
        MenuTarget::Wire(edge) => {
            vec![choice("unplug", "Take this wire away", "Delete", Arc::new(move || ui.disconnect(&edge)))]
        }
        MenuTarget::Canvas(place) => vec![
            choice(
                "plus",
                "Add a skill here",
                "",
                Arc::new(move || ui.state.chrome.dialog.set(Some(Dialog::QuickAdd { place, from: None }))),
            ),
            choice("scan", "Select all", "Ctrl A", Arc::new(move || ui.select_all())),
            choice("maximize", "Zoom to fit", "1", Arc::new(move || ui.fit())),
            choice("wand-sparkles", "Tidy up", "Shift T", Arc::new(move || ui.tidy())),
        ],
        MenuTarget::Workflow => {
            let mut choices = vec![
                choice("list-tree", "Details and steps", "", Arc::new(move || ui.show_overview())),
                choice("plus", "New workflow", "", Arc::new(move || ui.new_workflow())),
                choice("download", "Download", "", Arc::new(move || ui.download_workflow())),
                choice("copy", "Copy as JSON", "", Arc::new(move || ui.copy_workflow())),
            ];
            choices.extend(openings(ui).into_iter().map(|(name, act)| choice("workflow", &name, "", act)));
            choices
        }
    }
}

/// The workflows that can be opened: name, and what opens it.
fn openings(ui: Ui) -> Vec<(String, Arc<dyn Fn() + Send + Sync>)> {
    let workflows = ui.state.workflows.get_untracked();
    workflows
        .iter()
        .cloned()
        .map(|workflow| {
            let name = if workflow.name.is_empty() { workflow.workflow_id.clone() } else { workflow.name.clone() };
            let act: Arc<dyn Fn() + Send + Sync> = Arc::new(move || ui.state.switch_to(workflow.clone()));
            (name, act)
        })
        .collect()
}

/// A menu at the pointer.
#[component]
fn MenuBox(
    /// Where, and for what.
    menu: Menu,
) -> impl IntoView {
    let ui = use_ui();
    let close = move || ui.state.chrome.dialog.set(None);
    let Menu { at: (x, y), target } = menu;
    let choices = menu_choices(ui, &target);
    // The menu never leaves the window.
    let extent = |size: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
        size.ok().and_then(|size| size.as_f64()).unwrap_or(f64::INFINITY)
    };
    let x = x.min(extent(window().inner_width()) - 248.0);
    let y = y.min(extent(window().inner_height()) - 16.0 - 32.0 * choices.len() as f64);
    let items = choices
        .into_iter()
        .map(|Choice { icon, name, keys, act, .. }| {
            view! {
                <button
                    type="button"
                    class="menu-item"
                    role="menuitem"
                    on:click=press(move || {
                        close();
                        act();
                    })
                >
                    <Icon name=icon />
                    <span>{name}</span>
                    {(!keys.is_empty()).then(|| view! { <kbd>{keys}</kbd> })}
                </button>
            }
        })
        .collect_view();
    let on_key = move |event: ev::KeyboardEvent| {
        let step: isize = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "Escape" | "Tab" => {
                event.prevent_default();
                event.stop_propagation();
                close();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        move_focus(".menu-item", step);
    };
    request_animation_frame(|| dom::focus(".menu-item"));
    view! {
        <div class="menu-ground" on:pointerdown=move |_| close() on:contextmenu=move |event| {
            event.prevent_default();
            close();
        }></div>
        <div class="menu" role="menu" on:keydown=on_key style:left=format!("{x}px") style:top=format!("{y}px")>
            {items}
        </div>
    }
}

fn move_focus(selector: &str, step: isize) {
    use wasm_bindgen::JsCast;
    let Ok(items) = document().query_selector_all(selector) else { return };
    let items: Vec<web_sys::HtmlElement> =
        (0..items.length()).filter_map(|place| items.item(place)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let now = items.iter().position(|item| active.as_ref() == Some(item.as_ref())).unwrap_or_default();
    let next = (now as isize + step).rem_euclid(items.len().max(1) as isize) as usize;
    if let Some(item) = items.get(next) {
        let _ = item.focus();
    }
}
