//! A trace into the ledger, and out of it.

use super::{
    DRIFT, Evidence, FORM, Goal, Group, Index, Ledger, MOST_NOTES, MOST_SESSIONS, MOST_VARIANTS, Note, Reaction,
    Reading, RunRecord, SAME_GOAL, Seen, Shape, Variant, Verdict, What, hash_of, shapes,
};

/// What is thought of a reply that nobody rated: it came, and nobody complained.
const NO_REACTION: f32 = 0.8;
const LONGEST_GIVEN_BYTES: usize = 120;
/// A reaction comes soon.
const REACTION_WITHIN_S: i64 = 3_600;

impl Ledger {
    /// Counts a trace. One that was counted before is counted anew: its rating may have changed.
    pub fn add(&mut self, trace_id: &str, reading: Reading, person: Option<&str>) {
        self.form = FORM;
        self.forget(trace_id);
        let evidence = match reading {
            Reading::Counts(evidence) => evidence,
            Reading::CountsWith(evidence, line) => {
                self.note(trace_id, Verdict::Read, line);
                evidence
            }
            Reading::Skipped(line) => return self.note(trace_id, Verdict::Skipped, line),
        };
        self.react(trace_id, &evidence);
        let seen = self.seen(trace_id, &evidence, person);
        match &evidence.what {
            What::Thanks | What::Correction => return,
            What::Goal(goal) => self.add_goal(goal, &evidence.text, seen),
            What::Run(run) => self.add_run(run, &evidence, seen),
        }
        self.traces += 1;
    }

    /// Takes a trace out that is no more.
    pub fn forget(&mut self, trace_id: &str) {
        self.notes.retain(|note| note.trace_id != trace_id);
        let Some(groups) = self.index().traces.remove(trace_id) else { return };
        for group in groups {
            if let Some(group) = self.groups.get_mut(group as usize) {
                group.seen.retain(|seen| seen.id != trace_id);
            }
        }
        self.traces = self.traces.saturating_sub(1);
    }

    fn note(&mut self, trace_id: &str, verdict: Verdict, line: String) {
        if self.notes.len() >= MOST_NOTES {
            self.notes.remove(0);
        }
        self.notes.push(Note { trace_id: trace_id.to_owned(), verdict, line });
    }

    /// What a person says next tells how the answer before was.
    fn react(&mut self, trace_id: &str, evidence: &Evidence) {
        let Some(session) = evidence.session_id.as_deref().map(hash_of) else { return };
        let reaction = super::super::outcome::reaction(&evidence.text).map(|(reaction, _)| reaction);
        let before = self.sessions.insert(session, (trace_id.to_owned(), evidence.started_at));
        if self.sessions.len() > 2 * MOST_SESSIONS {
            // Now and then the older half goes: to look for the oldest each time would cost more than all else.
            let mut oldest: Vec<(i64, u32)> = self.sessions.iter().map(|(session, (_, at))| (*at, *session)).collect();
            oldest.sort_unstable();
            for (_, session) in oldest.into_iter().take(MOST_SESSIONS) {
                self.sessions.remove(&session);
            }
        }
        let (Some(reaction), Some((before, at))) = (reaction, before) else { return };
        if before == trace_id || evidence.started_at - at > REACTION_WITHIN_S {
            return;
        }
        let derived = if reaction == Reaction::Thanks { 1.0 } else { 0.0 };
        for group in self.index().traces.get(&before).cloned().unwrap_or_default() {
            let seen = self.groups[group as usize].seen.iter_mut().rev().find(|seen| seen.id == before);
            if let Some(seen) = seen {
                seen.derived = derived;
            }
        }
    }

    fn seen(&mut self, trace_id: &str, evidence: &Evidence, person: Option<&str>) -> Seen {
        let derived = match (&evidence.what, evidence.completed) {
            (_, false) => 0.0,
            (What::Run(_), true) => 1.0,
            _ => NO_REACTION,
        };
        #[allow(clippy::cast_possible_truncation, reason = "a rating and a duration need no more digits")]
        Seen {
            id: trace_id.to_owned(),
            at: evidence.started_at,
            ms: evidence.duration_ms as f32,
            rating: evidence.rating.map(|rating| rating as f32),
            derived,
            session: evidence.session_id.as_deref().map(hash_of),
            person: person.map(hash_of),
            variant: 0,
            skills: evidence.skills.iter().map(|name| self.name(name)).collect(),
            tools: evidence.tools.iter().map(|name| self.name(name)).collect(),
            given: Vec::new(),
        }
    }

    fn name(&mut self, name: &str) -> u32 {
        if let Some(number) = self.index().names.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.index().names.insert(name.to_owned(), number);
        number
    }

    fn add_goal(&mut self, goal: &Goal, text: &str, seen: Seen) {
        let (group, variant) = match self.index().exact.get(&goal.signature) {
            Some(found) => *found,
            None => self.place_of(goal, text),
        };
        let seen = Seen { variant, given: goal.parameters.iter().map(|given| clipped(given)).collect(), ..seen };
        self.put(group, seen);
    }

    /// The group of a goal that was never put in these words.
    fn place_of(&mut self, goal: &Goal, text: &str) -> (u32, u16) {
        let index = self.index.get_or_insert_default();
        let near = index.near.candidates(goal).into_iter().filter_map(|number| {
            let (group, variant) = index.variants[number as usize];
            let here = index.near.nearness(goal, number);
            let is_near = here >= SAME_GOAL
                && (variant == 0 || index.near.nearness(goal, index.firsts[group as usize]) >= SAME_GOAL - DRIFT);
            is_near.then_some((here, group))
        });
        // The nearest; of equals the older group.
        let nearest = near.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
        let variant = Variant {
            signature: goal.signature.clone(),
            text: text.to_owned(),
            weighty: goal.weighty.clone(),
            generic: goal.generic.clone(),
        };
        let group = match nearest {
            Some((_, group)) => group,
            None => {
                self.groups.push(Group {
                    key: format!("goal-{}", goal.signature),
                    text: text.to_owned(),
                    ..Group::default()
                });
                (self.groups.len() - 1) as u32
            }
        };
        let variants = &mut self.groups[group as usize].variants;
        if variants.len() >= MOST_VARIANTS {
            return (group, 0);
        }
        let number = variants.len() as u16;
        index.learn(group, number, &variant);
        variants.push(variant);
        (group, number)
    }

    fn add_run(&mut self, run: &RunRecord, evidence: &Evidence, seen: Seen) {
        let found = shapes(&run.workflow);
        if found.is_empty() {
            // One node alone, or a graph that makes no sense: what was wanted counts still.
            let goal = Goal::of(&evidence.text);
            if !goal.is_empty() {
                self.add_goal(&goal, &evidence.text, seen);
            }
            return;
        }
        let mut counted = std::collections::BTreeSet::new();
        for shape in &found {
            if !counted.insert(shape.key.as_str()) {
                continue;
            }
            // A part may have gone well in a run that did not.
            let went = |node: &crate::kernel::dag::Node| {
                run.nodes.get(&node.node_id).is_none_or(|node| node.status == "completed")
            };
            let derived = if run.nodes.is_empty() {
                seen.derived
            } else {
                f32::from(u8::from(shape.part.nodes.iter().all(went)))
            };
            let group = self.group_of(shape, &found, &evidence.text);
            self.put(group, Seen { derived, given: given(shape), ..seen.clone() });
        }
    }

    fn group_of(&mut self, shape: &Shape, all: &[Shape], text: &str) -> u32 {
        let key = format!("workflow-{}", shape.key);
        if let Some(group) = self.index().parts.get(&key) {
            return *group;
        }
        let ids = |shape: &Shape| {
            shape.part.nodes.iter().map(|node| node.node_id.clone()).collect::<std::collections::BTreeSet<_>>()
        };
        let own = ids(shape);
        let inner = all.iter().filter(|other| ids(other).is_subset(&own) && other.key != shape.key);
        let group = Group {
            key: key.clone(),
            text: text.to_owned(),
            inner: inner.map(|inner| format!("workflow-{}", inner.key)).collect(),
            part: Some(shape.part.clone()),
            variants: Vec::new(),
            seen: Vec::new(),
        };
        let number = self.groups.len() as u32;
        self.groups.push(group);
        self.index().parts.insert(key, number);
        number
    }

    fn put(&mut self, group: u32, seen: Seen) {
        self.index().traces.entry(seen.id.clone()).or_default().push(group);
        self.groups[group as usize].seen.push(seen);
    }

    fn index(&mut self) -> &mut Index {
        if self.index.is_none() {
            self.index = Some(Index::of(self));
        }
        self.index.get_or_insert_default()
    }
}

impl Index {
    fn of(ledger: &Ledger) -> Self {
        let mut index = Self::default();
        for (number, group) in (0..).zip(&ledger.groups) {
            if group.part.is_some() {
                index.parts.insert(group.key.clone(), number);
            }
            for (place, variant) in (0..).zip(&group.variants) {
                index.learn(number, place, variant);
            }
            for seen in &group.seen {
                index.traces.entry(seen.id.clone()).or_default().push(number);
            }
        }
        index.names = ledger.names.iter().cloned().zip(0..).collect();
        index
    }

    fn learn(&mut self, group: u32, place: u16, variant: &Variant) {
        self.exact.entry(variant.signature.clone()).or_insert((group, place));
        if place == 0 {
            self.firsts.resize(self.firsts.len().max(group as usize + 1), 0);
            self.firsts[group as usize] = self.variants.len() as u32;
        }
        self.near.put(&variant.weighty, &variant.generic);
        self.variants.push((group, place));
    }
}

/// The values that a person gave to a part, by node and input.
fn given(shape: &Shape) -> Vec<String> {
    let mut given = Vec::new();
    for (place, node) in shape.part.nodes.iter().enumerate() {
        for (port, value) in &node.input_values {
            given.push(format!("{place}.{port}={}", clipped(&value.to_string())));
        }
    }
    given
}

fn clipped(text: &str) -> String {
    if text.len() <= LONGEST_GIVEN_BYTES {
        return text.to_owned();
    }
    // What is left out still tells two values apart.
    let kept: String = text.chars().take(LONGEST_GIVEN_BYTES / 4).collect();
    format!("{kept}… ({:08x})", hash_of(text))
}
