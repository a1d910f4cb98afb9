//! One volume's repository: the same bare git directory that native git opens, as rows.
//!
//! Every change is one transaction that compares the branch before it moves it, so that several tabs can write to one volume and none
//! loses anything. Caches hold only what names prove, and heads that the next write compares anyway.

mod check;
mod commit;
mod contents;
mod diff;
mod find;
mod log;
mod merge;
mod patch;
mod reach;
mod read;
mod receive;
mod recent;
mod refs;
mod remark;
mod tip;
mod walk;

use std::cell::RefCell;
use std::collections::HashMap;

pub use check::{CheckReport, Damage};
pub use commit::{Change, ChangeKind, CommitRequest, Signer, Unsigned};
pub use diff::{ChangedFile, ChangedKind};
pub use log::{CommitEntry, Log};
pub use merge::{MergeOutcome, MergePlan, Undecided};
pub use read::FileEntry;
pub use receive::RefUpdate;
pub use refs::TagEntry;

use self::recent::RecentCommits;
use self::tip::TIP_KEY;
use super::rows::{Durability, Rows, RowsError, RowsWrite};
use super::store::Store;
use super::{Oid, RefName, VolumeError};

const HEAD_KEY: &str = "HEAD";
const CONFIG_KEY: &str = "config";
const CONFIG: &str = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";

/// Which version of the files is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Revision {
    /// The newest on the main branch.
    #[default]
    Head,
    /// The newest on a branch.
    Branch(RefName),
    /// This one.
    Commit(Oid),
}

/// A branch's newest commit, and the row that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Head {
    oid: Oid,
    row: Vec<u8>,
}

/// What a branch was when it was last seen.
#[derive(Clone, Debug)]
struct SeenHead {
    head: Option<Head>,
    /// What `Rows::writes_heard` said before it was looked at.
    heard: Option<u64>,
}

/// A volume's repository over rows.
#[derive(Debug)]
pub struct Repository<R> {
    store: Store<R>,
    main: RefName,
    /// The newest known commits of branches, `None` for a branch without one; every write compares them.
    heads: RefCell<HashMap<String, SeenHead>>,
    recent: RefCell<RecentCommits>,
}

impl<R: Rows> Repository<R> {
    /// Opens the repository in these rows.
    pub async fn open(rows: R) -> Result<Self, VolumeError> {
        // The branch is almost always `main`, so it comes along with the first read.
        let main = RefName::main();
        let heard = rows.writes_heard();
        let mut values = rows.read(&[HEAD_KEY.to_owned(), main.branch_key(), TIP_KEY.to_owned()]).await?.into_iter();
        let mut next = || values.next().flatten();
        let (head, branch, tip) = (next(), next(), next());
        let head = head.ok_or(VolumeError::NotAVolume)?;
        let damaged = |why: &str| VolumeError::DamagedRow { key: HEAD_KEY.to_owned(), why: why.to_owned() };
        let head = std::str::from_utf8(&head).map_err(|_| damaged("it is not text"))?;
        let name = head.trim_end().strip_prefix("ref: refs/heads/").ok_or_else(|| damaged("it names no branch"))?;
        let repository = Self::over(rows, name.parse().map_err(|_| damaged("it names no proper branch"))?);
        if let Some(row) = tip {
            repository.remember_tip(&row);
        }
        if let Some(Ok(head)) = branch.map(|row| parse_head(&main.branch_key(), row)) {
            repository.heads.borrow_mut().insert(main.branch_key(), SeenHead { head: Some(head), heard });
        }
        Ok(repository)
    }

    /// Makes an empty repository in these rows, which must not hold one.
    pub async fn create(rows: R) -> Result<Self, VolumeError> {
        let main = RefName::main();
        let put = vec![
            (HEAD_KEY.to_owned(), format!("ref: refs/heads/{main}\n").into_bytes()),
            (CONFIG_KEY.to_owned(), CONFIG.as_bytes().to_vec()),
        ];
        let expect = vec![(HEAD_KEY.to_owned(), None)];
        let write = RowsWrite { expect, put, remove: Vec::new(), durability: Durability::Strict };
        match rows.write(write).await {
            Ok(()) => Ok(Self::over(rows, main)),
            Err(RowsError::Moved { .. }) => Err(VolumeError::AlreadyAVolume),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the repository in these rows, or makes one.
    pub async fn open_or_create(rows: R) -> Result<Self, VolumeError>
    where
        R: Clone,
    {
        match Self::open(rows.clone()).await {
            Err(VolumeError::NotAVolume) => {}
            opened => return opened,
        }
        match Self::create(rows.clone()).await {
            // Another tab was faster.
            Err(VolumeError::AlreadyAVolume) => Self::open(rows).await,
            created => created,
        }
    }

    fn over(rows: R, main: RefName) -> Self {
        Self { store: Store::new(rows), main, heads: RefCell::default(), recent: RefCell::default() }
    }

    /// The branch that `HEAD` names.
    pub fn main(&self) -> &RefName {
        &self.main
    }

    /// The rows it stands on.
    pub fn rows(&self) -> &R {
        &self.store.rows
    }

    /// The newest commit of a branch as the rows say now; `None` if it has none. Not read again while nobody is heard writing.
    pub async fn head(&self, branch: &RefName) -> Result<Option<Oid>, VolumeError> {
        let key = branch.branch_key();
        let heard = self.store.rows.writes_heard();
        let seen = self.heads.borrow().get(&key).filter(|seen| heard.is_some() && seen.heard == heard).cloned();
        let head = match seen {
            Some(seen) => seen.head,
            None => self.read_head(&key).await?,
        };
        Ok(head.map(|head| head.oid))
    }

    /// The commit that a revision means now; `None` for a main branch without commits.
    pub async fn resolve(&self, at: &Revision) -> Result<Option<Oid>, VolumeError> {
        match at {
            Revision::Commit(oid) => Ok(Some(*oid)),
            Revision::Head => self.head(&self.main).await,
            Revision::Branch(branch) => match self.head(branch).await? {
                None if *branch != self.main => Err(VolumeError::NoSuchBranch(branch.clone())),
                head => Ok(head),
            },
        }
    }

    async fn read_head(&self, key: &str) -> Result<Option<Head>, VolumeError> {
        let heard = self.store.rows.writes_heard();
        let row = self.store.rows.read(&[key.to_owned()]).await?.pop().flatten();
        let head = row.map(|row| parse_head(key, row)).transpose()?;
        self.heads.borrow_mut().insert(key.to_owned(), SeenHead { head: head.clone(), heard });
        Ok(head)
    }

    /// Whether the main branch has a commit, as last seen.
    pub(crate) async fn has_commits(&self) -> Result<bool, VolumeError> {
        Ok(self.likely_head(&self.main.branch_key()).await?.is_some())
    }

    /// The newest commit of a branch as last seen: good enough to build on what is compared when it is written.
    async fn likely_head(&self, key: &str) -> Result<Option<Head>, VolumeError> {
        let known = self.heads.borrow().get(key).cloned();
        match known {
            Some(seen) => Ok(seen.head),
            None => self.read_head(key).await,
        }
    }
}

/// What the row of a branch says.
fn parse_head(key: &str, row: Vec<u8>) -> Result<Head, VolumeError> {
    let oid = std::str::from_utf8(&row).ok().and_then(|text| text.trim_end().parse().ok());
    match oid {
        Some(oid) => Ok(Head { oid, row }),
        None => Err(VolumeError::DamagedRow { key: key.to_owned(), why: "it names no commit".to_owned() }),
    }
}

/// The row of a branch whose newest commit this is.
fn head_row(oid: Oid) -> Vec<u8> {
    format!("{oid}\n").into_bytes()
}
