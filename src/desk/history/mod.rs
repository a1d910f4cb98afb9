//! The history of a volume: commits with their graph, filters, and what each changed.

mod actions;
mod details;
mod filters;
mod graph;
mod list;

use leptos::prelude::*;

use super::data::{Branches, Commit, Files, HistoryPage, Loaded};
use super::failure::Failure;
use super::state::{Desk, Room};
use super::words;
use crate::ui::parts::reactive::{dynamic, live};
use crate::ui::parts::splitter::{Sizes, Splitter};

/// How many commits are asked for at once.
const PAGE: usize = 100;

/// The most that is asked for again after a change.
const MOST_AGAIN: usize = 500;

/// Which commits are looked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Words of the message.
    pub text: String,
    /// Below this path.
    pub path: String,
    /// By this person.
    pub author: String,
    /// Of this kind.
    pub kind: String,
    /// Not before this day, as `2026-11-22`.
    pub since: String,
    /// Not after this day.
    pub until: String,
    /// From this branch.
    pub branch: String,
}

impl Filter {
    /// How many of its fields say something, beside the words.
    fn narrowed_by(&self) -> usize {
        [&self.path, &self.author, &self.kind, &self.since, &self.until, &self.branch]
            .into_iter()
            .filter(|field| !field.trim().is_empty())
            .count()
    }

    fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.narrowed_by() == 0
    }

    fn query(&self) -> String {
        let mut query = String::new();
        let mut add = |name: &str, value: String| {
            if !value.is_empty() {
                query.push_str(&format!("&{name}={}", words::encoded(&value)));
            }
        };
        add("text", self.text.trim().to_owned());
        add("path", self.path.trim().trim_matches('/').to_owned());
        add("author", self.author.trim().to_owned());
        add("kind", self.kind.clone());
        add("branch", self.branch.clone());
        add("since", seconds(&self.since, 0));
        // The whole of the last day is meant.
        add("until", seconds(&self.until, 86_399));
        query
    }
}

fn seconds(day: &str, more: i64) -> String {
    if day.is_empty() {
        return String::new();
    }
    let date = js_sys::Date::new(&format!("{day}T00:00:00").into()).get_time();
    if date.is_nan() { String::new() } else { ((date / 1000.0) as i64 + more).to_string() }
}

/// The commits that are shown, and the one that is looked at.
#[derive(Clone, Copy, Default)]
pub struct HistoryState {
    commits: RwSignal<Vec<Commit>>,
    total: RwSignal<Option<u64>>,
    /// Why the last page did not come.
    failure: RwSignal<Option<Failure>>,
    /// Whether a page is on its way.
    loading: RwSignal<bool>,
    /// Whether there are no more.
    complete: RwSignal<bool>,
    /// Whether the first page has come.
    begun: RwSignal<bool>,
    filter: RwSignal<Filter>,
    filters_open: RwSignal<bool>,
    branches: RwSignal<Branches>,
    shown: RwSignal<String>,
    details: RwSignal<Loaded<Files>>,
    width: RwSignal<f64>,
    /// Tells answers apart that were asked for before the filter changed.
    generation: RwSignal<u32>,
}

impl HistoryState {
    /// Another volume is looked at.
    pub fn reset(self) {
        self.filter.set(Filter::default());
        self.shown.set(String::new());
        self.details.set(Loaded::Waiting);
        self.forget();
    }

    fn forget(self) {
        self.generation.update(|generation| *generation += 1);
        self.commits.set(Vec::new());
        self.total.set(None);
        self.failure.set(None);
        self.loading.set(false);
        self.complete.set(false);
        self.begun.set(false);
    }

    /// Shows what happened to a path.
    pub fn show_path(self, _: Desk, path: &str) {
        self.shown.set(String::new());
        self.filter.set(Filter { path: path.to_owned(), ..Filter::default() });
        self.filters_open.set(true);
    }

    /// Reads the newest commits again; what is shown stays until they are there.
    fn reload(self, desk: Desk) {
        self.generation.update(|generation| *generation += 1);
        self.loading.set(false);
        self.load(desk, 0);
        let query = format!("/volumes/branches?volume={}", desk.volume_query());
        desk.load(query, move |branches: Loaded<Branches>| {
            self.branches.set(branches.ready().cloned().unwrap_or_default());
        });
    }

    /// Reads the next page.
    fn more(self, desk: Desk) {
        if !self.complete.get_untracked() && self.failure.with_untracked(Option::is_none) {
            self.load(desk, self.commits.with_untracked(Vec::len));
        }
    }

    fn load(self, desk: Desk, offset: usize) {
        if self.loading.get_untracked() {
            return;
        }
        self.loading.set(true);
        self.failure.set(None);
        let generation = self.generation.get_untracked();
        let filter = self.filter.with_untracked(Filter::query);
        // What was there before is asked for again, so that nothing jumps.
        let limit = if offset == 0 { self.commits.with_untracked(Vec::len).clamp(PAGE, MOST_AGAIN) } else { PAGE };
        let path = format!("/volumes/history?volume={}&limit={limit}&offset={offset}{filter}", desk.volume_query());
        desk.load(path, move |page: Loaded<HistoryPage>| {
            if self.generation.get_untracked() != generation {
                return;
            }
            self.loading.set(false);
            self.begun.set(true);
            match page {
                Loaded::Ready(page) => {
                    let came = page.commits.len();
                    self.commits.update(|commits| {
                        commits.truncate(offset);
                        commits.extend(page.commits);
                    });
                    let count = self.commits.with_untracked(Vec::len) as u64;
                    self.total.set(page.total);
                    let ends = came < limit || page.total.is_some_and(|total| count >= total);
                    self.complete.set(page.has_more.map_or(ends, |more| !more || came == 0));
                }
                Loaded::Failed(failure) => self.failure.set(Some(failure)),
                Loaded::Waiting => {}
            }
        });
    }

    /// Looks at a commit.
    fn show(self, desk: Desk, oid: &str) {
        desk.reading.set(true);
        if self.shown.with_untracked(|shown| shown == oid) {
            return;
        }
        self.shown.set(oid.to_owned());
        self.load_details(desk);
    }

    fn load_details(self, desk: Desk) {
        self.details.set(Loaded::Waiting);
        let oid = self.shown.get_untracked();
        let path = format!("/volumes/commit?volume={}&commit={}", desk.volume_query(), words::encoded(&oid));
        desk.load(path, move |files: Loaded<Files>| {
            if self.shown.with_untracked(|shown| *shown == oid) {
                self.details.set(files);
            }
        });
    }
}

/// The commits beside the one that is looked at.
pub fn view(desk: Desk) -> AnyView {
    let history = desk.history;
    if history.width.get_untracked() < 1.0 {
        history.width.set(400.0);
    }
    Effect::new(move |_| {
        desk.volume.track();
        desk.revision.track();
        history.filter.track();
        untrack(|| history.reload(desk));
    });
    let width = history.width;
    view! {
        <div class="desk-panes" role="tabpanel" aria-labelledby="desk-tab-history">
            <div class="desk-list-pane" style:width=live(move || format!("{}px", width.get()))>
                {filters::view(desk)}
                {list::view(desk)}
            </div>
            {dynamic(move || (desk.room.get() != Room::Phone).then(|| view! {
                <Splitter
                    sizes=Sizes::Left
                    label="the list of commits"
                    size=live(move || width.get())
                    smallest=280.0
                    largest=live(|| 720.0)
                    on_size=move |size| width.set(size)
                    on_fold=move |()| width.set(280.0)
                />
            }))}
            <div class="desk-detail">{details::view(desk)}</div>
        </div>
    }
    .into_any()
}
