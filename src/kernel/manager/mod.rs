//! The volumes of one device and who may do what to them: the source design's VolumeManager.
//!
//! It opens volumes, keeps the people and teams of the device, seeds the system volume with the library that came with the page, and joins
//! system, team and user volumes into one catalogue in which the nearer shadows the farther. Every read and write of a volume passes the
//! access table. Pure: storage is a port, the clock an argument.

mod catalogue;
mod error;
mod evolution;
mod kept;
mod memory;
mod models;
mod remote;
mod restore;
mod search;
mod seed;
mod sync;

pub use catalogue::{Shelf, VolumeFinding};
pub use error::ManagerError;
pub use memory::MemoryStorage;
pub use remote::{Fetched, LastSync, PushUpdate, RemoteError, RemoteErrorKind, RemoteSettings, Remotes, TransportKind};
pub use seed::{ShippedFile, ShippedLibrary};
pub use sync::SyncOutcome;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::kernel::access::{Action, ProfileError, Profiles, Role, Volume, may};
use crate::kernel::search::SkillIndex;
use crate::kernel::skill::Library;
use crate::kernel::volume::{
    Change, Durability, GitVolume, Import, Note, Oid, Person, Rows, RowsError, RowsWrite, Signer, VolumeError,
};

/// Where the rows of volumes are, and who signs the commits that a person makes, if they want that.
#[allow(async_fn_in_trait, reason = "everything lives on one thread: futures need not be Send")]
pub trait Storage: Signer {
    /// The rows of one volume.
    type Rows: Rows + Clone;

    /// Writers of other tabs wait while this lives.
    type Turn;

    /// The rows of the volume of this name, whether or not it exists.
    fn rows(&self, volume: &str) -> Self::Rows;

    /// The names of the volumes that exist.
    async fn volumes(&self) -> Result<Vec<String>, RowsError>;

    /// Waits until no other tab commits to a volume, so that commits queue instead of failing and trying again. It only saves work: what
    /// keeps a volume right is that every write compares.
    async fn turn(&self, volume: &str) -> Self::Turn;

    /// Removes a volume with all its rows.
    async fn remove(&self, volume: &str) -> Result<(), RowsError>;
}

/// What the clock on the wall says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Whole seconds since 1970.
    pub timestamp_s: i64,
    /// How many minutes the clock on the wall is ahead of UTC.
    pub offset_min: i32,
}

/// Rows of the device itself, beside those of its volumes.
pub const DEVICE: &str = "device";
const PROFILES_KEY: &str = "profiles.json";
/// Who a new device belongs to, until they say their name.
const FIRST_USER: (&str, &str) = ("me", "Me");

/// The volumes of one device.
pub struct VolumeManager<S: Storage> {
    storage: S,
    profiles: RefCell<Profiles>,
    opened: RefCell<HashMap<String, Rc<GitVolume<S::Rows>>>>,
    shelves: RefCell<HashMap<String, Shelf>>,
    /// The index of each volume's skills, and the library that it is of.
    indexes: RefCell<HashMap<String, (Rc<Library>, Rc<RefCell<SkillIndex>>)>>,
    /// How many skills of each volume were read and indexed since what they came to was kept.
    read_since_kept: RefCell<HashMap<String, usize>>,
}

impl<S: Storage> VolumeManager<S> {
    /// Opens the device's profiles; the first time it makes the first of them.
    pub async fn open(storage: S) -> Result<Self, ManagerError> {
        let profiles = read_profiles(&storage.rows(DEVICE)).await?;
        Ok(Self {
            storage,
            profiles: RefCell::new(profiles),
            opened: RefCell::default(),
            shelves: RefCell::default(),
            indexes: RefCell::default(),
            read_since_kept: RefCell::default(),
        })
    }

    /// The people and teams of the device.
    pub fn profiles(&self) -> Profiles {
        self.profiles.borrow().clone()
    }

    /// Changes the people and teams, and keeps what came of it.
    pub async fn change_profiles<T>(
        &self,
        change: impl Fn(&mut Profiles) -> Result<T, ProfileError>,
    ) -> Result<T, ManagerError> {
        let rows = self.storage.rows(DEVICE);
        loop {
            let kept = read_row(&rows, PROFILES_KEY).await?;
            let mut profiles = match &kept {
                Some(bytes) => decode_profiles(bytes)?,
                None => self.profiles(),
            };
            let answer = change(&mut profiles)?;
            let put = vec![(PROFILES_KEY.to_owned(), encode_profiles(&profiles))];
            let expect = vec![(PROFILES_KEY.to_owned(), kept)];
            match rows.write(RowsWrite { expect, put, remove: Vec::new(), durability: Durability::Strict }).await {
                Ok(()) => {
                    *self.profiles.borrow_mut() = profiles;
                    return Ok(answer);
                }
                // Another tab changed them in between: once more, on what it left.
                Err(RowsError::Moved { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Takes in what another tab may have changed of the profiles.
    pub async fn reload_profiles(&self) -> Result<(), ManagerError> {
        *self.profiles.borrow_mut() = read_profiles(&self.storage.rows(DEVICE)).await?;
        Ok(())
    }

    /// The volume of the person who is signed in.
    pub fn own_volume(&self) -> Volume {
        Volume::User(self.profiles.borrow().current().0.clone())
    }

    /// The volumes that the person may read, nearest first: their own, their teams', the system's.
    pub fn readable(&self) -> Vec<Volume> {
        let profiles = self.profiles.borrow();
        let (user, profile) = profiles.current();
        let teams = profile.teams.keys().cloned().map(Volume::Team);
        std::iter::once(Volume::User(user.clone())).chain(teams).chain([Volume::System]).collect()
    }

    /// The role in which the person meets a volume.
    pub fn role(&self, volume: &Volume) -> Role {
        self.profiles.borrow().role_towards(volume)
    }

    /// Whether the person may do this.
    pub fn may(&self, action: Action, volume: &Volume) -> bool {
        may(&self.role(volume), action, volume).is_ok()
    }

    /// The volume, for somebody who may do this with it.
    pub async fn volume(
        &self,
        volume: &Volume,
        action: Action,
        now: Now,
    ) -> Result<Rc<GitVolume<S::Rows>>, ManagerError> {
        self.known(volume)?;
        may(&self.role(volume), action, volume)?;
        self.opened(volume, now).await
    }

    /// The volume, for a role that may do this with it: a cron works where it may, whoever is signed in.
    pub async fn volume_as(
        &self,
        role: &Role,
        volume: &Volume,
        action: Action,
        now: Now,
    ) -> Result<Rc<GitVolume<S::Rows>>, ManagerError> {
        self.known(volume)?;
        may(role, action, volume)?;
        self.opened(volume, now).await
    }

    /// Refuses a volume of nobody on this device: opening it would make it.
    fn known(&self, volume: &Volume) -> Result<(), ProfileError> {
        let profiles = self.profiles.borrow();
        match volume {
            Volume::Team(team) if !profiles.teams().contains_key(team) => {
                Err(ProfileError::NoSuchTeam(team.to_string()))
            }
            Volume::User(user) if !profiles.users().contains_key(user) => {
                Err(ProfileError::NoSuchUser(user.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Words for a commit of the person to a volume, signed off by the role they have there.
    pub fn note(&self, volume: &Volume, message: impl Into<String>, now: Now) -> Note {
        let author = self.role(volume).author();
        Note {
            author: Person::new(author.name, author.email),
            message: message.into(),
            timestamp_s: now.timestamp_s,
            offset_min: now.offset_min,
            expected_parent: None,
            durability: Durability::Strict,
        }
    }

    /// Commits changes that the person made, signed if they sign.
    pub async fn commit(
        &self,
        volume: &GitVolume<S::Rows>,
        changes: Vec<Change>,
        note: &Note,
    ) -> Result<Oid, ManagerError> {
        let _turn = self.storage.turn(&volume.name().to_string()).await;
        Ok(volume.commit_signed(changes, note, &self.storage).await?)
    }

    /// Removes a volume from the device.
    pub async fn remove_volume(&self, volume: &Volume) -> Result<(), ManagerError> {
        may(&self.role(volume), Action::Write, volume)?;
        self.forget(volume);
        self.forget_kept(volume).await?;
        Ok(self.storage.remove(&volume.to_string()).await?)
    }

    /// Keeps a repository from elsewhere, which was verified, as a volume that does not exist yet or holds nothing of a person's. Traces that
    /// runs have left there are committed again on top of what came.
    pub async fn import_volume(&self, volume: &Volume, import: Import, now: Now) -> Result<(), ManagerError> {
        let opened = self.volume(volume, Action::Write, now).await?;
        let not_empty = || ManagerError::NotEmpty { volume: volume.to_string() };
        let repository = opened.repository();
        let head = opened.get_git_log(1).await?.entries.first().map(|newest| newest.oid).ok_or_else(not_empty)?;
        let traces = restore::traces_alone(&opened, head).await?.ok_or_else(not_empty)?;
        let kept = import.keep_over(repository.rows(), repository.main(), head).await;
        self.forget(volume);
        kept.map_err(|error| if error == VolumeError::AlreadyAVolume { not_empty() } else { error.into() })?;
        if !traces.is_empty() {
            let opened = self.volume(volume, Action::Write, now).await?;
            let note = self.note(volume, "Keep the traces of this device".to_owned(), now);
            self.commit(&opened, traces, &note).await?;
        }
        Ok(())
    }

    /// Drops what is held of a volume: its rows were replaced.
    pub fn forget(&self, volume: &Volume) {
        let name = volume.to_string();
        self.opened.borrow_mut().remove(&name);
        self.shelves.borrow_mut().remove(&name);
        self.indexes.borrow_mut().remove(&name);
    }

    /// The rows of the device itself, beside those of its volumes.
    pub fn device_rows(&self) -> S::Rows {
        self.storage.rows(DEVICE)
    }

    /// Where everything is kept.
    pub fn storage(&self) -> &S {
        &self.storage
    }

    async fn opened(&self, volume: &Volume, now: Now) -> Result<Rc<GitVolume<S::Rows>>, ManagerError> {
        let name = volume.to_string();
        if let Some(opened) = self.opened.borrow().get(&name) {
            return Ok(Rc::clone(opened));
        }
        let note = Note { durability: Durability::Relaxed, ..self.note(volume, format!("Create volume {name}"), now) };
        let volume_name = name.parse().map_err(VolumeError::from)?;
        let opened = Rc::new(GitVolume::open_or_create(self.storage.rows(&name), volume_name, &note).await?);
        // Of two that opened it at once the first counts.
        Ok(Rc::clone(self.opened.borrow_mut().entry(name).or_insert(opened)))
    }
}

async fn read_row(rows: &impl Rows, key: &str) -> Result<Option<Vec<u8>>, RowsError> {
    Ok(rows.read(&[key.to_owned()]).await?.pop().flatten())
}

async fn read_profiles(rows: &impl Rows) -> Result<Profiles, ManagerError> {
    match read_row(rows, PROFILES_KEY).await? {
        Some(bytes) => decode_profiles(&bytes),
        None => {
            let (id, name) = FIRST_USER;
            Ok(Profiles::new(id.parse().expect("the first id follows the rules"), name, None)?)
        }
    }
}

fn decode_profiles(bytes: &[u8]) -> Result<Profiles, ManagerError> {
    serde_json::from_slice(bytes)
        .map_err(|error| ManagerError::Damaged { what: "list of profiles", why: error.to_string() })
}

fn encode_profiles(profiles: &Profiles) -> Vec<u8> {
    serde_json::to_vec(profiles).expect("names and ids serialise")
}

#[cfg(test)]
mod tests;
