//! The people and teams of one device, who is signed in, and the roles that follow.
//!
//! A document that is stored as it is, and changes by plain operations that either succeed whole or change nothing. Always holds at least one
//! user and one system admin, and an admin for each team that has members. Never holds a secret.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::id::{TeamId, UserId};
use super::profile_error::ProfileError;
use super::role::{Author, Member, Role, SystemAdmin, SystemCron, TeamAdmin, TeamCron};
use super::volume::Volume;

/// The longest that a name or an address may be, in bytes.
const LONGEST_BYTES: usize = 100;

/// Everyone on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct Profiles {
    current: UserId,
    users: BTreeMap<UserId, UserProfile>,
    teams: BTreeMap<TeamId, TeamProfile>,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserProfile {
    /// What they are called.
    pub name: String,
    /// The address in their commits.
    pub email: String,
    /// Whether they care for the system volume.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub system_admin: bool,
    /// The teams they are in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<TeamId, TeamRole>,
    /// The team that they chose to work with; what it means when they have left it, or chose none, says [`UserProfile::team`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chosen_team: Option<TeamId>,
}

impl UserProfile {
    /// The team that is meant where none is named: the one they chose, else the first that they are in.
    pub fn team(&self) -> Option<&TeamId> {
        let chosen = self.chosen_team.as_ref().filter(|team| self.teams.contains_key(team));
        chosen.or_else(|| self.teams.keys().next())
    }
}

/// What somebody is in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamRole {
    /// Reads, proposes and promotes.
    Member,
    /// Merges and writes too.
    Admin,
}

/// One team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamProfile {
    /// What it is called.
    pub name: String,
}

/// The stored form, not yet proven to hold together.
#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    current: UserId,
    users: BTreeMap<UserId, UserProfile>,
    #[serde(default)]
    teams: BTreeMap<TeamId, TeamProfile>,
}

const VERSION: u32 = 1;

impl Profiles {
    /// A new device: its first user, who is its system admin.
    pub fn new(id: UserId, name: &str, email: Option<&str>) -> Result<Self, ProfileError> {
        let first = UserProfile { system_admin: true, ..profile(&id, name, email)? };
        Ok(Self { current: id.clone(), users: BTreeMap::from([(id, first)]), teams: BTreeMap::new() })
    }

    /// Alice, who leads the rockets and the device; Bob, who is in the rockets; Carol, who leads the gardeners. For examples and tests.
    pub fn example() -> Self {
        let example = || -> Result<Self, Box<dyn std::error::Error>> {
            let mut profiles = Self::new("alice".parse()?, "Alice", None)?;
            profiles.add_user("bob".parse()?, "Bob", None)?;
            profiles.add_user("carol".parse()?, "Carol", Some("carol@example.org"))?;
            profiles.add_team("rockets".parse()?, "Rockets", "alice")?;
            profiles.add_team("gardeners".parse()?, "Gardeners", "carol")?;
            profiles.join("bob", "rockets", TeamRole::Member)?;
            Ok(profiles)
        };
        example().expect("the example follows its own rules")
    }

    /// Who is signed in.
    pub fn current(&self) -> (&UserId, &UserProfile) {
        (&self.current, &self.users[&self.current])
    }

    /// Everyone, by id.
    pub fn users(&self) -> &BTreeMap<UserId, UserProfile> {
        &self.users
    }

    /// Every team, by id.
    pub fn teams(&self) -> &BTreeMap<TeamId, TeamProfile> {
        &self.teams
    }

    /// Who is in a team.
    pub fn members(&self, team: &TeamId) -> impl Iterator<Item = (&UserId, TeamRole)> {
        self.users.iter().filter_map(move |(id, user)| Some((id, *user.teams.get(team)?)))
    }

    /// Somebody as a user.
    pub fn member(&self, user: &str) -> Result<Member, ProfileError> {
        let (id, profile) = self.user(user)?;
        let author = Author { name: profile.name.clone(), email: profile.email.clone() };
        Ok(Member { user: id.clone(), author, teams: profile.teams.keys().cloned().collect() })
    }

    /// Somebody as an admin of a team.
    pub fn team_admin(&self, user: &str, team: &str) -> Result<TeamAdmin, ProfileError> {
        let (id, profile) = self.user(user)?;
        let team = self.team(team)?;
        if profile.teams.get(&team) != Some(&TeamRole::Admin) {
            return Err(ProfileError::NotItsAdmin { user: id.clone(), team });
        }
        Ok(TeamAdmin { member: self.member(user)?, team })
    }

    /// Somebody as a system admin.
    pub fn system_admin(&self, user: &str) -> Result<SystemAdmin, ProfileError> {
        let (id, profile) = self.user(user)?;
        if !profile.system_admin {
            return Err(ProfileError::NotASystemAdmin(id.clone()));
        }
        Ok(SystemAdmin { member: self.member(user)? })
    }

    /// The evolution of a team, for whoever starts it at its time.
    pub fn team_cron(&self, team: &str) -> Result<TeamCron, ProfileError> {
        let team = self.team(team)?;
        let members: BTreeSet<UserId> = self.members(&team).map(|(user, _)| user.clone()).collect();
        Ok(TeamCron { team, members })
    }

    /// The evolution of the whole, for whoever starts it at its time.
    pub fn system_cron(&self) -> SystemCron {
        SystemCron(())
    }

    /// The strongest role of who is signed in, towards this volume.
    pub fn role_towards(&self, volume: &Volume) -> Role {
        let current = self.current.as_str();
        if let Ok(admin) = self.system_admin(current) {
            return Role::SystemAdmin(admin);
        }
        if let Volume::Team(team) = volume
            && let Ok(admin) = self.team_admin(current, team.as_str())
        {
            return Role::TeamAdmin(admin);
        }
        Role::User(self.member(current).expect("the current user is one of the users"))
    }

    /// Adds a person. Without an address they get one that leads nowhere.
    pub fn add_user(&mut self, id: UserId, name: &str, email: Option<&str>) -> Result<(), ProfileError> {
        if self.users.contains_key(&id) {
            return Err(ProfileError::UserExists(id));
        }
        let profile = profile(&id, name, email)?;
        self.users.insert(id, profile);
        Ok(())
    }

    /// Changes what a person is called, and the address in their further commits.
    pub fn rename_user(&mut self, user: &str, name: &str, email: Option<&str>) -> Result<(), ProfileError> {
        let id = self.user(user)?.0.clone();
        let email = email.map(|email| check_email(email).map(|()| email.to_owned())).transpose()?;
        check_name(name)?;
        let profile = self.users.get_mut(&id).expect("the user was just found");
        profile.name = name.trim().to_owned();
        profile.email = email.unwrap_or_else(|| profile.email.clone());
        Ok(())
    }

    /// Signs somebody in, to work with this team where none is named.
    pub fn switch(&mut self, user: &str, team: Option<&str>) -> Result<(), ProfileError> {
        let user = self.user(user)?.0.clone();
        if let Some(team) = team {
            let team = self.team(team)?;
            if !self.users[&user].teams.contains_key(&team) {
                return Err(ProfileError::NotInTeam { user, team });
            }
            self.users.get_mut(&user).expect("the user was just found").chosen_team = Some(team);
        }
        self.current = user;
        Ok(())
    }

    /// Removes a person from this device; their volume is not touched. If they were signed in, the first of the others is now.
    pub fn remove_user(&mut self, user: &str) -> Result<(), ProfileError> {
        let id = self.user(user)?.0.clone();
        let mut rest = self.clone();
        if rest.users.len() == 1 {
            return Err(ProfileError::LastUser(id));
        }
        for team in self.users[&id].teams.keys() {
            rest.leave(user, team.as_str())?;
        }
        if self.users[&id].system_admin {
            rest.set_system_admin(user, false)?;
        }
        rest.users.remove(&id);
        if rest.current == id {
            rest.current = rest.users.keys().next().expect("somebody is left").clone();
        }
        *self = rest;
        Ok(())
    }

    /// Makes somebody a system admin, or no longer one.
    pub fn set_system_admin(&mut self, user: &str, system_admin: bool) -> Result<(), ProfileError> {
        let id = self.user(user)?.0.clone();
        let is_last = self.users.iter().all(|(other, profile)| *other == id || !profile.system_admin);
        if !system_admin && is_last {
            return Err(ProfileError::LastSystemAdmin(id));
        }
        self.users.get_mut(&id).expect("the user was just found").system_admin = system_admin;
        Ok(())
    }

    /// Adds a team, led by somebody.
    pub fn add_team(&mut self, id: TeamId, name: &str, admin: &str) -> Result<(), ProfileError> {
        if self.teams.contains_key(&id) {
            return Err(ProfileError::TeamExists(id));
        }
        check_name(name)?;
        let admin = self.user(admin)?.0.clone();
        self.users.get_mut(&admin).expect("the user was just found").teams.insert(id.clone(), TeamRole::Admin);
        self.teams.insert(id, TeamProfile { name: name.trim().to_owned() });
        Ok(())
    }

    /// Changes what a team is called.
    pub fn rename_team(&mut self, team: &str, name: &str) -> Result<(), ProfileError> {
        let id = self.team(team)?;
        check_name(name)?;
        self.teams.insert(id, TeamProfile { name: name.trim().to_owned() });
        Ok(())
    }

    /// Makes somebody a member or an admin of a team, or changes which of the two they are.
    pub fn join(&mut self, user: &str, team: &str, role: TeamRole) -> Result<(), ProfileError> {
        let (user, team) = (self.user(user)?.0.clone(), self.team(team)?);
        if role == TeamRole::Member {
            self.check_others_lead(&user, &team)?;
        }
        self.users.get_mut(&user).expect("the user was just found").teams.insert(team, role);
        Ok(())
    }

    /// Takes somebody out of a team.
    pub fn leave(&mut self, user: &str, team: &str) -> Result<(), ProfileError> {
        let (user, team) = (self.user(user)?.0.clone(), self.team(team)?);
        if !self.users[&user].teams.contains_key(&team) {
            return Err(ProfileError::NotInTeam { user, team });
        }
        self.check_others_lead(&user, &team)?;
        self.users.get_mut(&user).expect("the user was just found").teams.remove(&team);
        Ok(())
    }

    /// Removes a team from this device, and everybody from it; its volume is not touched.
    pub fn remove_team(&mut self, team: &str) -> Result<(), ProfileError> {
        let id = self.team(team)?;
        for user in self.users.values_mut() {
            user.teams.remove(&id);
        }
        self.teams.remove(&id);
        Ok(())
    }

    /// A team whose last admin goes must have no other members.
    fn check_others_lead(&self, user: &UserId, team: &TeamId) -> Result<(), ProfileError> {
        let leads = self.users[user].teams.get(team) == Some(&TeamRole::Admin);
        let mut others = self.members(team).filter(|(other, _)| *other != user).peekable();
        if leads && others.peek().is_some() && others.all(|(_, role)| role == TeamRole::Member) {
            return Err(ProfileError::LastTeamAdmin { user: user.clone(), team: team.clone() });
        }
        Ok(())
    }

    fn user(&self, user: &str) -> Result<(&UserId, &UserProfile), ProfileError> {
        let found = user.parse().ok().and_then(|id: UserId| self.users.get_key_value(&id));
        found.ok_or_else(|| ProfileError::NoSuchUser(user.to_owned()))
    }

    fn team(&self, team: &str) -> Result<TeamId, ProfileError> {
        let found = team.parse().ok().filter(|id: &TeamId| self.teams.contains_key(id));
        found.ok_or_else(|| ProfileError::NoSuchTeam(team.to_owned()))
    }
}

fn profile(id: &UserId, name: &str, email: Option<&str>) -> Result<UserProfile, ProfileError> {
    check_name(name)?;
    let email = email.map_or_else(|| format!("{id}@llmos.invalid"), str::to_owned);
    check_email(&email)?;
    Ok(UserProfile {
        name: name.trim().to_owned(),
        email,
        system_admin: false,
        teams: BTreeMap::new(),
        chosen_team: None,
    })
}

/// Whether git can keep it in a commit as it is.
fn check_name(name: &str) -> Result<(), ProfileError> {
    let bad = |why| Err(ProfileError::BadName { name: name.to_owned(), why });
    if name.trim().is_empty() {
        bad("it is empty")
    } else if name.len() > LONGEST_BYTES {
        bad("it is too long")
    } else if name.chars().any(|letter| letter.is_control() || matches!(letter, '<' | '>')) {
        bad("commits cannot keep '<', '>' or line breaks in it")
    } else if !name.chars().any(char::is_alphanumeric) {
        bad("it has no letter and no digit")
    } else {
        Ok(())
    }
}

fn check_email(email: &str) -> Result<(), ProfileError> {
    let bad = |why| Err(ProfileError::BadEmail { email: email.to_owned(), why });
    let parts = email.split_once('@');
    if email.len() > LONGEST_BYTES {
        bad("it is too long")
    } else if email.chars().any(|letter| letter.is_control() || letter.is_whitespace() || matches!(letter, '<' | '>')) {
        bad("it has a space, a '<' or a '>'")
    } else if parts.is_none_or(|(name, host)| name.is_empty() || host.is_empty() || host.contains('@')) {
        bad("write it as name@host")
    } else {
        Ok(())
    }
}

impl From<Profiles> for Document {
    fn from(Profiles { current, users, teams }: Profiles) -> Self {
        Self { version: VERSION, current, users, teams }
    }
}

impl TryFrom<Document> for Profiles {
    type Error = ProfileError;

    fn try_from(Document { version, current, users, teams }: Document) -> Result<Self, ProfileError> {
        let damaged = |what: String| Err(ProfileError::Damaged(what));
        if version != VERSION {
            return damaged(format!("they have version {version}, and this release reads version {VERSION}"));
        }
        if !users.contains_key(&current) {
            return damaged(format!("nobody is '{current}', who is signed in"));
        }
        if !users.values().any(|user| user.system_admin) {
            return damaged("nobody is a system admin".to_owned());
        }
        for (id, user) in &users {
            check_name(&user.name)?;
            check_email(&user.email)?;
            if let Some(team) = user.teams.keys().find(|team| !teams.contains_key(team)) {
                return damaged(format!("'{id}' is in the team '{team}', which is not there"));
            }
        }
        teams.values().try_for_each(|team| check_name(&team.name))?;
        Ok(Self { current, users, teams })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T: std::fmt::Debug>(result: Result<T, ProfileError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn a_new_device_has_one_user_who_may_everything() {
        let profiles = Profiles::new("ada".parse().unwrap(), " Ada Lovelace ", None).unwrap();
        let (id, ada) = profiles.current();
        assert_eq!((id.as_str(), ada.name.as_str(), ada.email.as_str()), ("ada", "Ada Lovelace", "ada@llmos.invalid"));
        assert!(matches!(profiles.role_towards(&Volume::System), Role::SystemAdmin(_)));
    }

    #[test]
    fn people_are_switched_renamed_and_removed() {
        let mut profiles = Profiles::example();
        profiles.switch("bob", None).unwrap();
        profiles.rename_user("bob", "Robert", Some("bob@example.org")).unwrap();
        let author = profiles.role_towards(&Volume::System).author();
        assert_eq!((author.name.as_str(), author.email.as_str()), ("Robert", "bob@example.org"));
        profiles.remove_user("bob").unwrap();
        assert_eq!(profiles.current().0.as_str(), "alice");
        assert_eq!(error(profiles.switch("bob", None)), "there is no user 'bob' on this device");
    }

    #[test]
    fn the_role_depends_on_the_volume() {
        let mut profiles = Profiles::example();
        profiles.switch("carol", None).unwrap();
        let towards = |volume: &str| profiles.role_towards(&volume.parse().unwrap());
        assert!(matches!(towards("team/gardeners"), Role::TeamAdmin(_)));
        assert!(matches!(towards("team/rockets"), Role::User(_)));
        assert!(matches!(towards("system"), Role::User(_)));
    }

    #[test]
    fn somebody_always_leads() {
        let mut profiles = Profiles::example();
        let before = profiles.clone();
        assert!(error(profiles.leave("alice", "rockets")).contains("only admin of the team 'rockets'"));
        assert!(error(profiles.join("alice", "rockets", TeamRole::Member)).contains("make somebody else its admin"));
        assert!(error(profiles.set_system_admin("alice", false)).contains("only system admin"));
        assert!(error(profiles.remove_user("alice")).contains("only admin"));
        assert_eq!(profiles, before, "a refused change changes nothing");
        profiles.join("bob", "rockets", TeamRole::Admin).unwrap();
        profiles.set_system_admin("bob", true).unwrap();
        profiles.remove_user("alice").unwrap();
        profiles.leave("bob", "rockets").unwrap();
        assert_eq!(profiles.members(&"rockets".parse().unwrap()).count(), 0);
        profiles.remove_user("carol").unwrap();
        assert!(error(profiles.remove_user("bob")).contains("only user"));
    }

    #[test]
    fn teams_come_and_go() {
        let mut profiles = Profiles::example();
        assert!(error(profiles.add_team("rockets".parse().unwrap(), "Again", "bob")).contains("already a team"));
        assert!(error(profiles.team_admin("bob", "rockets")).contains("not an admin"));
        assert!(error(profiles.leave("carol", "rockets")).contains("not in the team"));
        profiles.rename_team("rockets", "Rocketeers").unwrap();
        profiles.remove_team("rockets").unwrap();
        assert!(profiles.users()[&"bob".parse().unwrap()].teams.is_empty());
        assert!(error(profiles.team_cron("rockets")).contains("no team"));
    }

    #[test]
    fn names_and_addresses_can_stand_in_a_commit() {
        let mut profiles = Profiles::example();
        for name in ["", "  ", "A <b>", "A\nB", "-", &"x".repeat(101)] {
            assert!(profiles.rename_user("bob", name, None).is_err(), "{name:?}");
        }
        for email in ["", "bob", "@host", "bob@", "b ob@host", "<bob@host>", "a@b@c"] {
            assert!(profiles.rename_user("bob", "Bob", Some(email)).is_err(), "{email:?}");
        }
        profiles.rename_user("bob", "Bjørn Ωmega", Some("björn@example.org")).unwrap();
    }

    #[test]
    fn the_document_is_checked_when_it_is_read() {
        let profiles = Profiles::example();
        let text = serde_json::to_string(&profiles).unwrap();
        assert_eq!(serde_json::from_str::<Profiles>(&text).unwrap(), profiles);
        for (from, to, why) in [
            (r#""current":"alice""#, r#""current":"zoe""#, "nobody is 'zoe'"),
            (r#""version":1"#, r#""version":9"#, "version 9"),
            (r#""systemAdmin":true"#, r#""systemAdmin":false"#, "nobody is a system admin"),
            (r#""teams":{"rockets":"member"}"#, r#""teams":{"moon":"member"}"#, "the team 'moon'"),
            (r#""name":"Bob""#, r#""name":"B\nob""#, "line breaks"),
            (r#""bob":"#, r#""B/b":"#, "id of a user"),
        ] {
            assert!(text.contains(from), "{from} in {text}");
            let error = serde_json::from_str::<Profiles>(&text.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
