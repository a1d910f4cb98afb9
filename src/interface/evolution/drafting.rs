//! A run for a person or a team: count what is new, draft what recurs, try each draft, keep it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::counting::count_new;
use super::state::{self, FailedTrial, KeptDraft, State};
use super::trial::{Trial, run_again};
use super::workshop::{Progress, Stage, Workshop};
use super::{Asked, MODEL_STREAM, Outcome, today};
use crate::interface::evolution::pattern_row;
use crate::interface::workflows::executables;
use crate::interface::{ApiError, Call};
use crate::kernel::access::{Action, Author, Role, Volume};
use crate::kernel::evolution::{
    Draft, DraftKind, FilterTrial, Goal, Level, Pattern, PatternKind, ReplayPlan, RunRecord, SourceRun, checked_answer,
    create_message, prompt, repair, same_goal, update_message,
};
use crate::kernel::llm::{ChatRequest, Models, Reply};
use crate::kernel::manager::Storage;
use crate::kernel::proposal::ProposalName;
use crate::kernel::skill::{self, ExecutableSkill, Skill};
use crate::kernel::trace::Trace;
use crate::kernel::volume::{Change, Collection, Person, RefName, Revision, VolumePath};

/// How many traces a draft is drawn from: the best and a few that failed.
const MOST_GOOD: usize = 12;
const MOST_FAILED: usize = 4;
/// As many skills as a chat takes by itself.
const SKILLS_OF_A_CHAT: usize = 5;

pub async fn run<S: Storage + Models + Workshop>(
    call: &Call<'_, S>,
    asked: &Asked,
    volume: &Volume,
    state: &mut State,
    outcome: &mut Outcome,
) -> Result<(), ApiError> {
    // Without the right to read nobody learns whether there is anything.
    call.manager.volume(volume, Action::Read, call.now).await?;
    let mut ledger = state::load_ledger(call, volume).await?;
    let Some(read) = count_new(call, asked.level, volume, state, &mut ledger).await? else { return Ok(()) };
    state::save(call, volume, state, Some(&ledger)).await?;
    let patterns = ledger.patterns();
    let viable: Vec<&Pattern> = patterns.iter().filter(|pattern| pattern.is_viable(asked.thresholds)).collect();
    for (name, count) in [
        ("traces_read", read),
        ("traces_analyzed", ledger.traces()),
        ("patterns_detected", patterns.len()),
        ("viable_patterns", viable.len()),
    ] {
        outcome.counts.insert(name.to_owned(), count);
    }
    outcome.notes = ledger.notes().iter().map(|note| json!(note)).collect();
    let workshop = call.manager.storage();
    for (done, pattern) in viable.iter().enumerate() {
        workshop.tell(&Progress::of(Stage::Drafting, done, viable.len(), &pattern.goal));
        workshop.breathe().await;
        if workshop.is_stopped() {
            break;
        }
        let mut work = Work { call, asked, volume, state, patterns: &patterns };
        match work.draft(pattern).await? {
            Step::Made(row) => {
                outcome.skills.push(row);
                // What is made is remembered at once: a tab may be closed at any time.
                state::save(call, volume, work.state, None).await?;
            }
            Step::HeldBack(reason) => {
                outcome.held_back.push(json!({ "signature": pattern.signature, "goal": pattern.goal, "count": pattern.count, "reason": reason }));
            }
            Step::Nothing => {}
        }
    }
    Ok(())
}

enum Step {
    Made(Value),
    HeldBack(String),
    Nothing,
}

struct Work<'a, 'c, S: Storage> {
    call: &'a Call<'c, S>,
    asked: &'a Asked,
    volume: &'a Volume,
    state: &'a mut State,
    patterns: &'a [Pattern],
}

impl<S: Storage + Models + Workshop> Work<'_, '_, S> {
    async fn draft(&mut self, pattern: &Pattern) -> Result<Step, ApiError> {
        if let Some(rejection) = self.state.rejected.iter().find(|rejection| rejection.signature == pattern.signature) {
            return Ok(Step::HeldBack(format!("'{}' was rejected: {}", rejection.skill_id, rejection.reason)));
        }
        if self.state.drafts.iter().any(|draft| draft.pattern["signature"] == pattern.signature.as_str()) {
            return Ok(Step::HeldBack("its draft waits for a decision".to_owned()));
        }
        if let Some(failed) = self.state.failed.iter().find(|failed| failed.signature == pattern.signature)
            && pattern.count < failed.count + self.asked.thresholds.min_pattern_count
        {
            return Ok(Step::HeldBack(failed.reason.clone()));
        }
        let all = self.call.manager.skills(self.call.now).await?;
        let shelf = self.call.manager.shelf(self.volume, self.call.now).await?;
        let standing = shelf
            .library
            .skills
            .values()
            .find(|skill| skill.front_matter["pattern"] == pattern.signature.as_str())
            .cloned();
        if let Some(standing) = &standing {
            let known = standing.front_matter["source_traces"].as_array().map(Vec::as_slice).unwrap_or_default();
            let newest = known.iter().filter_map(Value::as_str).max().unwrap_or_default();
            let new = pattern.trace_ids.iter().filter(|trace_id| trace_id.as_str() > newest).count();
            // A skill is not written again for every trace that follows it.
            if new < self.asked.thresholds.min_pattern_count.max(known.len()) {
                return Ok(Step::Nothing);
            }
        } else if let Some(other) = all.values().find(|found| covers(&found.value, pattern)) {
            return Ok(Step::HeldBack(format!(
                "the skill '{}' of {} is for this already",
                other.value.skill_id, other.volume
            )));
        }
        let sources = self.sources(pattern).await?;
        let standing_id = standing.as_ref().map(|standing| standing.skill_id.clone());
        let is_free =
            |id: &str| standing_id.as_deref().map_or_else(|| !all.contains_key(id), |standing| standing == id);
        let (mut draft, runs) = match pattern.kind {
            PatternKind::Goal => (self.guide(pattern, &sources, &is_free).await?, Vec::new()),
            PatternKind::Workflow => {
                let run = |(score, trace): &(f64, Trace)| {
                    Some(SourceRun {
                        trace_id: trace.trace_id.clone(),
                        score: *score,
                        run: RunRecord::read(&trace.content)?,
                    })
                };
                let runs: Vec<SourceRun> = sources.iter().filter_map(run).collect();
                let skills = executables(self.call).await?;
                match Draft::compound(pattern, &runs, &skills, &today(self.call), &is_free) {
                    Some(draft) => (draft, runs),
                    None => return Ok(Step::HeldBack("a skill that these workflows use is gone".to_owned())),
                }
            }
        };
        if let Some(standing_id) = standing_id.filter(|id| *id != draft.skill_id) {
            draft.source = skill::with_fields(&draft.source, &[("skill_id", &standing_id)]);
            draft.skill_id = standing_id;
        }
        self.keep(pattern, &draft, standing.as_deref(), &runs).await
    }

    /// The traces that a draft is drawn from, oldest first, with how well each went.
    async fn sources(&self, pattern: &Pattern) -> Result<Vec<(f64, Trace)>, ApiError> {
        let mut wanted: Vec<&str> = pattern.best_traces().into_iter().take(MOST_GOOD).collect();
        wanted.extend(pattern.failed_traces().into_iter().rev().take(MOST_FAILED));
        let mut sources = Vec::new();
        for volume in self.state.heads.keys().filter_map(|name| name.parse::<Volume>().ok()) {
            let role = match (&volume, self.asked.level, self.volume) {
                (Volume::User(_), Level::Team, Volume::Team(team)) => {
                    let cron = self.call.manager.profiles().team_cron(team.as_str());
                    Role::TeamCron(cron.map_err(crate::kernel::manager::ManagerError::from)?)
                }
                _ => self.call.manager.role(&volume),
            };
            let opened = self.call.manager.volume_as(&role, &volume, Action::Read, self.call.now).await?;
            let folder = VolumePath::existing("traces")?;
            let files = opened.repository().list(Some(&folder), &Revision::Head).await?;
            let id = |path: &str| {
                path.rsplit('/').next().and_then(|name| name.strip_suffix(".md")).unwrap_or_default().to_owned()
            };
            let found: Vec<(String, crate::kernel::volume::Oid)> = files
                .iter()
                .map(|file| (id(&file.path), file.oid))
                .filter(|(id, _)| wanted.contains(&id.as_str()))
                .collect();
            let oids: Vec<_> = found.iter().map(|(_, oid)| *oid).collect();
            for ((trace_id, _), bytes) in found.into_iter().zip(opened.repository().read_blobs(&oids).await?) {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let trace = Trace::parse(&text).ok().filter(|trace| !trace.goal.is_empty());
                let Some(trace) = trace.or_else(|| crate::kernel::evolution::read_legacy_trace(&text)) else {
                    continue;
                };
                let place = pattern.trace_ids.iter().position(|id| *id == trace_id);
                let score = place.and_then(|place| pattern.scores.get(place)).copied().unwrap_or_default();
                sources.push((score, Trace { trace_id, ..trace }));
            }
        }
        sources.sort_by(|one, other| one.1.trace_id.cmp(&other.1.trace_id));
        Ok(sources)
    }

    /// A skill that guides: by a model if that is wanted and there is one, else from the traces alone.
    async fn guide(
        &self,
        pattern: &Pattern,
        sources: &[(f64, Trace)],
        is_free: &dyn Fn(&str) -> bool,
    ) -> Result<Draft, ApiError> {
        let created_at = today(self.call);
        let connections = self.call.manager.connections().await?;
        if let Some(model) = connections.default_model().filter(|_| self.asked.use_model) {
            let mut request = prompt(pattern, sources, model.clone());
            // Once, and once more with what is wrong; then the traces have to do.
            for _ in 0..2 {
                let Some(answer) = self.ask(&request).await else { break };
                match checked_answer(&answer, pattern, &model.name, &created_at, is_free) {
                    Ok(draft) => return Ok(draft),
                    Err(wrong) => request = repair(request, &answer, &wrong),
                }
            }
        }
        Ok(Draft::guide(pattern, sources, &created_at, is_free))
    }

    async fn ask(&self, request: &ChatRequest) -> Option<String> {
        let mut reply = Reply::default();
        let asked = self.call.manager.storage().stream(MODEL_STREAM, request, &mut |event| reply.add(&event)).await;
        asked.ok().map(|()| reply.text()).filter(|text| !text.trim().is_empty())
    }

    async fn keep(
        &mut self,
        pattern: &Pattern,
        draft: &Draft,
        standing: Option<&Skill>,
        runs: &[SourceRun],
    ) -> Result<Step, ApiError> {
        let path = match standing {
            Some(standing) => VolumePath::existing(&standing.path)?,
            None => Collection::Skills.path(&draft.skill_id)?,
        };
        let (read, findings) = skill::parse(path.as_str(), &draft.source);
        let Some(read) = read.map(Arc::new) else {
            let why = findings.first().map(|finding| finding.message.clone()).unwrap_or_default();
            return Ok(Step::HeldBack(format!("its draft is no skill: {why}")));
        };
        let mut trial = None;
        if draft.kind == DraftKind::Context {
            let tried = self.try_filter(&read, pattern).await?;
            if !tried.passes() {
                return Ok(Step::HeldBack(in_words(&tried)));
            }
            trial = Some(tried);
        }
        let replay: Vec<Value> = match read.executable.as_deref() {
            Some(executable) if draft.kind == DraftKind::Compound => {
                self.replay_steps(pattern, runs, executable).await?
            }
            _ => Vec::new(),
        };
        let (mut replayed, mut cannot_run) = (None, None);
        if !replay.is_empty() {
            // What runs has to show that it does what its source runs did before anybody is offered it.
            match run_again(self.call, &draft.name, &replay).await {
                Trial::Stopped => return Ok(Step::Nothing),
                // Without a page to run it the person has it tried, later.
                Trial::CannotRun(reason) => cannot_run = Some(reason),
                Trial::Ran(differences) if differences.is_empty() => replayed = Some(differences),
                Trial::Ran(differences) => {
                    let reason =
                        format!("its draft does not give what its source runs gave: {}", differences.join("; "));
                    self.state.failed.retain(|failed| failed.signature != pattern.signature);
                    self.state.failed.push(FailedTrial {
                        signature: pattern.signature.clone(),
                        count: pattern.count,
                        reason: reason.clone(),
                    });
                    return Ok(Step::HeldBack(reason));
                }
            }
        }
        let message = if standing.is_some() { update_message } else { create_message };
        let message = message(&draft.skill_id, pattern.count);
        // A skill that there is may have been changed by hand, and one that runs has to show that it does: a person decides.
        let goes_in = self.asked.auto_apply
            && standing.is_none()
            && draft.kind == DraftKind::Context
            && self.call.manager.may(Action::Write, self.volume);
        let change = Change::put(path.clone(), draft.source.clone());
        let mut row = json!({
            "skill_id": draft.skill_id, "name": draft.name, "kind": draft.kind, "volume": self.volume.to_string(), "message": message,
            "traces": pattern.count, "success_rate": pattern.success_rate, "confidence": pattern.confidence(), "signature": pattern.signature,
        });
        if goes_in {
            let opened = self.call.manager.volume(self.volume, Action::Write, self.call.now).await?;
            let mut note = self.call.manager.note(self.volume, message, self.call.now);
            if let Some(author) = self.cron()? {
                note.author = Person::new(author.name, author.email);
            }
            let commit = self.call.manager.commit(&opened, vec![change], &note).await?;
            row["status"] = json!("created");
            row["commit"] = json!(commit.to_string());
            return Ok(Step::Made(row));
        }
        let (branch, commit) = match self.propose(&draft.skill_id, change, &message).await? {
            Ok(made) => made,
            Err(reason) => return Ok(Step::HeldBack(reason)),
        };
        let draft_id = format!("{}:{branch}", self.volume);
        row["status"] = json!(if standing.is_some() { "updated" } else { "proposed" });
        row["draft_id"] = json!(draft_id);
        row["commit"] = json!(commit);
        self.state.drafts.push(KeptDraft {
            draft_id,
            level: self.asked.level,
            volume: self.volume.to_string(),
            branch: branch.to_string(),
            path: path.to_string(),
            skill_id: draft.skill_id.clone(),
            name: draft.name.clone(),
            kind: draft.kind,
            is_update: standing.is_some(),
            pattern: pattern_row(pattern),
            message,
            commit,
            created_at: self.call.now.timestamp_s,
            trial,
            replay,
            replayed,
            cannot_run,
        });
        Ok(Step::Made(row))
    }

    /// A branch with the draft: the next free of `pr/me/skill`. An open one that holds the same is taken as it is.
    async fn propose(
        &self,
        skill_id: &str,
        change: Change,
        message: &str,
    ) -> Result<Result<(RefName, String), String>, ApiError> {
        let action = if self.call.manager.may(Action::Write, self.volume) { Action::Write } else { Action::Propose };
        let opened = self.call.manager.volume(self.volume, action, self.call.now).await?;
        let repository = opened.repository();
        let Ok(name) = skill_id.parse() else { return Ok(Err(format!("'{skill_id}' cannot be the name of a branch"))) };
        let branch: RefName =
            ProposalName { user: self.call.manager.profiles().current().0.clone(), skill: name }.branch().parse()?;
        let Some(main) = repository.resolve(&Revision::Head).await? else {
            return Ok(Err("the volume has no commit yet".to_owned()));
        };
        if let Some(head) = repository.head(&branch).await? {
            let there = repository.commit_at(head).await?;
            if there.message.starts_with(message) && !repository.is_ancestor(head, main).await? {
                // A tab was closed before it could be remembered.
                return Ok(Ok((branch, head.to_string())));
            }
            if !repository.is_ancestor(head, main).await? && !there.message.starts_with("Close ") {
                return Ok(Err(format!("the branch {branch} holds something else that is open")));
            }
            repository.delete_branch(&branch, head).await?;
        }
        repository.create_branch(&branch, main).await?;
        let note = self.call.manager.note(self.volume, message, self.call.now);
        let commit =
            repository.commit_signed(&branch, &note.request(vec![change]), self.call.manager.storage()).await?;
        Ok(Ok((branch, commit.to_string())))
    }

    /// Whether the filter finds the draft for its own goals, and still finds what helped with others.
    async fn try_filter(&self, draft: &Arc<Skill>, pattern: &Pattern) -> Result<FilterTrial, ApiError> {
        const MOST_OTHERS: usize = 200;
        let own: Vec<String> = pattern.variants.iter().map(|(goal, _)| goal.clone()).collect();
        let helped = |other: &Pattern| {
            let skills: Vec<String> = other
                .skills
                .iter()
                .filter(|(_, count)| count * 2 >= other.count)
                .map(|(skill, _)| skill.clone())
                .collect();
            (!skills.is_empty()
                && other.success_rate >= self.asked.thresholds.min_success_rate
                && other.signature != pattern.signature)
                .then(|| (other.goal.clone(), skills))
        };
        let others: Vec<(String, Vec<String>)> = self.patterns.iter().filter_map(helped).take(MOST_OTHERS).collect();
        Ok(self.call.manager.try_draft(draft, self.volume, &own, &others, SKILLS_OF_A_CHAT, self.call.now).await?)
    }

    /// The runs to run again, with all that they need.
    async fn replay_steps(
        &self,
        pattern: &Pattern,
        runs: &[SourceRun],
        executable: &ExecutableSkill,
    ) -> Result<Vec<Value>, ApiError> {
        let mut skills = executables(self.call).await?;
        skills.insert(executable.skill_id.clone(), executable.clone());
        let steps = ReplayPlan::of(pattern, runs, executable).steps;
        let row = |step: crate::kernel::evolution::ReplayStep| {
            let needed: BTreeMap<String, ExecutableSkill> = crate::kernel::dag::needed_skills(&step.workflow, &skills);
            json!({ "trace_id": step.trace_id, "payload": { "workflow": step.workflow, "skills": needed }, "expected": step.expected })
        };
        Ok(steps.into_iter().map(row).collect())
    }

    /// Whose name stands on what evolution commits: a team's has one of its own.
    fn cron(&self) -> Result<Option<Author>, ApiError> {
        let (Level::Team, Volume::Team(team)) = (self.asked.level, self.volume) else { return Ok(None) };
        let cron = self
            .call
            .manager
            .profiles()
            .team_cron(team.as_str())
            .map_err(crate::kernel::manager::ManagerError::from)?;
        Ok(Some(Role::TeamCron(cron).author()))
    }
}

/// Whether a skill says of itself that it is for this.
fn covers(skill: &Skill, pattern: &Pattern) -> bool {
    if pattern.kind == PatternKind::Workflow {
        return skill.front_matter["pattern"] == pattern.signature.as_str();
    }
    let goal = Goal::of(&pattern.goal);
    [&skill.name, &skill.description].into_iter().any(|words| same_goal(&Goal::of(words), &goal))
}

fn in_words(trial: &FilterTrial) -> String {
    match trial.pushed_out.first() {
        Some((skill, goal)) => format!("its draft would be in the way of '{skill}', which helps with “{goal}”"),
        None => format!("its draft comes up for {} of the {} goals that it is for", trial.found, trial.tried),
    }
}
