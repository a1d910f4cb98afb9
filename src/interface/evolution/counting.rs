//! Brings a ledger up to date: the traces that came, changed or went since it was last.

use crate::interface::evolution::state::State;
use crate::interface::evolution::workshop::{Progress, Stage, Workshop};
use crate::interface::{ApiError, Call};
use crate::kernel::access::{Action, Role, Volume};
use crate::kernel::evolution::{Ledger, Level, Reading, read};
use crate::kernel::manager::Storage;
use crate::kernel::volume::{Oid, Revision};

/// How many traces are read at once: others get their turn in between.
const TRACES_A_READ: usize = 200;

/// Whose traces, read in which role, and whether only those that they share.
struct Source {
    volume: Volume,
    role: Role,
    person: Option<String>,
    only_shared: bool,
}

/// Counts what is new. Gives how many traces were read; nothing where the person stopped it, and then nothing is to be kept.
pub async fn count_new<S: Storage + Workshop>(
    call: &Call<'_, S>,
    level: Level,
    target: &Volume,
    state: &mut State,
    ledger: &mut Ledger,
) -> Result<Option<usize>, ApiError> {
    if ledger.traces() == 0 {
        state.heads.clear();
    }
    let sources = sources(call, level, target)?;
    let mut read = 0;
    for source in &sources {
        let is_going_on = count(call, source, state, ledger, &mut read).await?;
        if call.manager.storage().is_stopped() {
            return Ok(None);
        }
        if !is_going_on {
            // A history was replaced: what was counted of it cannot be told from the rest.
            *ledger = Ledger::default();
            state.heads.clear();
            read = 0;
            for source in &sources {
                count(call, source, state, ledger, &mut read).await?;
            }
            break;
        }
    }
    let is_stopped = call.manager.storage().is_stopped();
    Ok((!is_stopped).then_some(read))
}

fn sources<S: Storage>(call: &Call<'_, S>, level: Level, target: &Volume) -> Result<Vec<Source>, ApiError> {
    let own = Source { volume: target.clone(), role: call.manager.role(target), person: None, only_shared: false };
    let (Level::Team, Volume::Team(team)) = (level, target) else { return Ok(vec![own]) };
    let profiles = call.manager.profiles();
    let cron = profiles.team_cron(team.as_str()).map_err(crate::kernel::manager::ManagerError::from)?;
    let members = profiles.members(team).map(|(user, _)| Source {
        volume: Volume::User(user.clone()),
        role: Role::TeamCron(cron.clone()),
        person: Some(user.to_string()),
        only_shared: true,
    });
    Ok(std::iter::once(own).chain(members).collect())
}

/// Counts one volume; whether its history goes on from what was counted.
async fn count<S: Storage + Workshop>(
    call: &Call<'_, S>,
    source: &Source,
    state: &mut State,
    ledger: &mut Ledger,
    read_count: &mut usize,
) -> Result<bool, ApiError> {
    let opened = call.manager.volume_as(&source.role, &source.volume, Action::Read, call.now).await?;
    let repository = opened.repository();
    let Some(head) = repository.resolve(&Revision::Head).await? else { return Ok(true) };
    let name = source.volume.to_string();
    let before: Option<Oid> = state.heads.get(&name).and_then(|oid| oid.parse().ok());
    if let Some(before) = before
        && (!repository.holds(&[before]).await?.iter().all(|held| *held)
            || !repository.is_ancestor(before, head).await?)
    {
        return Ok(false);
    }
    let is_trace = |path: &str| path.starts_with("traces/") && path.ends_with(".md");
    let changed: Vec<_> =
        repository.diff(before, Some(head)).await?.into_iter().filter(|file| is_trace(&file.path)).collect();
    let workshop = call.manager.storage();
    for (part, some) in changed.chunks(TRACES_A_READ).enumerate() {
        workshop.tell(&Progress::of(Stage::Reading, part * TRACES_A_READ, changed.len(), &name));
        workshop.breathe().await;
        if workshop.is_stopped() {
            return Ok(true);
        }
        let oids: Vec<Oid> = some.iter().filter_map(|file| file.after.map(|(_, oid)| oid)).collect();
        let mut blobs = repository.read_blobs(&oids).await?.into_iter();
        for file in some {
            let trace_id = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".md")).unwrap_or_default();
            match file.after.and_then(|_| blobs.next()) {
                Some(bytes) => {
                    let reading = read(trace_id, &bytes);
                    let is_shared = match &reading {
                        Reading::Counts(evidence) | Reading::CountsWith(evidence, _) => evidence.shared,
                        Reading::Skipped(_) => false,
                    };
                    if source.only_shared && !is_shared {
                        ledger.forget(trace_id);
                        continue;
                    }
                    ledger.add(trace_id, reading, source.person.as_deref());
                    *read_count += 1;
                }
                None => ledger.forget(trace_id),
            }
        }
    }
    state.heads.insert(name, head.to_string());
    Ok(true)
}
