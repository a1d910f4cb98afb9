//! A run for everybody: skills of teams that are used much and rated well go to the system volume, or are proposed for it.

use serde_json::json;

use super::counting::count_new;
use super::state::{self, State};
use super::{Asked, Outcome, Workshop};
use crate::interface::skills::{carried, is_standing};
use crate::interface::{ApiError, Call};
use crate::kernel::access::{Action, Role, Volume};
use crate::kernel::evolution::{Level, Rules};
use crate::kernel::manager::Storage;
use crate::kernel::proposal::{Promotion, ProposalName};
use crate::kernel::volume::{Person, RefName, Revision};

pub async fn run<S: Storage + Workshop>(
    call: &Call<'_, S>,
    asked: &Asked,
    state: &mut State,
    outcome: &mut Outcome,
) -> Result<(), ApiError> {
    let rules = Rules::default();
    let teams: Vec<Volume> =
        call.manager.readable().into_iter().filter(|volume| matches!(volume, Volume::Team(_))).collect();
    // The person's own traces count as use too; nothing of them but the counts goes anywhere.
    let own = call.manager.own_volume();
    let mut own_state = state::load(call, &own).await?;
    let mut own_ledger = state::load_ledger(call, &own).await?;
    let Some(mut read) = count_new(call, Level::User, &own, &mut own_state, &mut own_ledger).await? else {
        return Ok(());
    };
    state::save(call, &own, &own_state, Some(&own_ledger)).await?;
    let mut analyzed = own_ledger.traces();
    let (mut looked_at, mut worth_it) = (0, 0);
    for team in teams {
        let mut team_state = state::load(call, &team).await?;
        let mut ledger = state::load_ledger(call, &team).await?;
        let Some(read_there) = count_new(call, Level::Team, &team, &mut team_state, &mut ledger).await? else {
            return Ok(());
        };
        read += read_there;
        state::save(call, &team, &team_state, Some(&ledger)).await?;
        analyzed += ledger.traces();
        let shelf = call.manager.shelf(&team, call.now).await?;
        for skill in shelf.library.skills.values() {
            looked_at += 1;
            let (of_team, of_person) = (ledger.usage(&skill.skill_id, 0), own_ledger.usage(&skill.skill_id, 0));
            let usage = if of_team.uses >= of_person.uses { of_team } else { of_person };
            let Some(reason) = rules.reason(&usage) else { continue };
            worth_it += 1;
            if state.rejected.iter().any(|rejection| rejection.skill_id == skill.skill_id) {
                continue;
            }
            let system = call.manager.shelf(&Volume::System, call.now).await?;
            let standing = system.library.skills.get(&skill.skill_id);
            let opened = call.manager.volume(&Volume::System, Action::Read, call.now).await?;
            let changes = carried(call, &team, skill, standing.map(|standing| &**standing)).await?;
            if is_standing(&opened, &changes).await? {
                continue;
            }
            let Ok(name) = skill.skill_id.parse() else { continue };
            let promotion = Promotion::new(name, team.clone(), &reason);
            let mut row = json!({ "skill_id": skill.skill_id, "name": skill.name, "volume": "system", "from": team.to_string(), "usage": usage });
            if asked.auto_apply && standing.is_none() && call.manager.may(Action::Write, &Volume::System) {
                let mut note = call.manager.note(&Volume::System, promotion.message(), call.now);
                let author = Role::SystemCron(call.manager.profiles().system_cron()).author();
                note.author = Person::new(author.name, author.email);
                let commit = call.manager.commit(&opened, changes, &note).await?;
                row["status"] = json!("promoted");
                row["message"] = json!(promotion.message());
                row["commit"] = json!(commit.to_string());
                outcome.skills.push(row);
                continue;
            }
            let user = call.manager.profiles().current().0.clone();
            let branch: RefName = ProposalName { user, skill: promotion.skill.clone() }.branch().parse()?;
            let opened = call.manager.volume(&Volume::System, Action::Propose, call.now).await?;
            let repository = opened.repository();
            let main = repository.resolve(&Revision::Head).await?;
            let (Some(main), None) = (main, repository.head(&branch).await?) else { continue };
            repository.create_branch(&branch, main).await?;
            let note = call.manager.note(&Volume::System, promotion.proposal_message(), call.now);
            let commit = repository.commit_signed(&branch, &note.request(changes), call.manager.storage()).await?;
            row["status"] = json!("proposed");
            row["message"] = json!(promotion.proposal_message());
            row["proposal_id"] = json!(format!("system:{branch}"));
            row["commit"] = json!(commit.to_string());
            outcome.skills.push(row);
        }
    }
    for (name, count) in [
        ("traces_read", read),
        ("traces_analyzed", analyzed),
        ("patterns_detected", looked_at),
        ("viable_patterns", worth_it),
    ] {
        outcome.counts.insert(name.to_owned(), count);
    }
    Ok(())
}
