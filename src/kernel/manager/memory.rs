//! The in-memory twin of a storage: for tests, and for whoever builds another.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Fetched, PushUpdate, RemoteError, RemoteErrorKind, RemoteSettings, Remotes, Storage};
use crate::kernel::llm::{
    ChatRequest, Failure, HttpAnswer, HttpRequest, ModelRef, ModelServers, Models, PageFacts, ScriptedModels,
    StreamEvent,
};
use crate::kernel::volume::{Compression, MemoryRows, Oid, RefUpdate, Repository, RowsError, Signer, VolumeError};

/// Volumes that live as long as the value does; clones share them.
#[derive(Clone, Default)]
pub struct MemoryStorage {
    volumes: Volumes,
    remotes: Volumes,
    models: Rc<ScriptedModels>,
}

type Volumes = Rc<RefCell<BTreeMap<String, Rc<MemoryRows>>>>;

/// Its remotes live in the same memory, one for each address.
impl Remotes for MemoryStorage {
    async fn fetch(&self, _volume: &str, remote: &RemoteSettings, haves: &[Oid]) -> Result<Fetched, RemoteError> {
        let there = self.at(remote).await?;
        let branches = there.branches().await.map_err(failed)?;
        let wants: Vec<Oid> = branches.iter().map(|(_, oid)| *oid).collect();
        let pack = there.pack(&wants, haves, Compression::Fast).await.map_err(failed)?;
        let pack = (pack.objects() > 0).then(|| pack.finish());
        let refs = branches.into_iter().map(|(name, oid)| (name.branch_key(), oid)).collect();
        Ok(Fetched { refs, head: None, pack })
    }

    async fn push(
        &self,
        _volume: &str,
        remote: &RemoteSettings,
        updates: &[PushUpdate],
        pack: Option<Vec<u8>>,
    ) -> Result<(), RemoteError> {
        let there = self.at(remote).await?;
        let moved = |update: &PushUpdate| RefUpdate { name: update.name.clone(), from: update.old, to: update.new };
        let updates: Vec<RefUpdate> = updates.iter().map(moved).collect();
        match there.receive(pack, &updates).await {
            Err(VolumeError::Conflict { .. } | VolumeError::Rows(RowsError::Moved { .. })) => {
                Err(RemoteError { kind: RemoteErrorKind::Moved, message: "the remote has moved on".to_owned() })
            }
            done => done.map(|_| ()).map_err(failed),
        }
    }
}

impl MemoryStorage {
    /// Another device with the same remotes.
    #[must_use]
    pub fn other_device(&self) -> Self {
        Self { volumes: Volumes::default(), remotes: Rc::clone(&self.remotes), models: Rc::default() }
    }

    async fn at(&self, remote: &RemoteSettings) -> Result<Repository<Rc<MemoryRows>>, RemoteError> {
        let rows = Rc::clone(self.remotes.borrow_mut().entry(remote.url.clone()).or_default());
        Repository::open_or_create(rows).await.map_err(failed)
    }
}

fn failed(error: VolumeError) -> RemoteError {
    RemoteError { kind: RemoteErrorKind::Failed, message: error.to_string() }
}

impl MemoryStorage {
    /// The same with models that say what a test wrote down.
    #[must_use]
    pub fn with_models(self, models: ScriptedModels) -> Self {
        Self { models: Rc::new(models), ..self }
    }

    /// Its models, and what they were asked.
    #[must_use]
    pub fn models(&self) -> &ScriptedModels {
        &self.models
    }
}

impl Models for MemoryStorage {
    async fn stream(
        &self,
        stream_id: &str,
        request: &ChatRequest,
        on_event: &mut dyn FnMut(StreamEvent),
    ) -> Result<(), Failure> {
        self.models.stream(stream_id, request, on_event).await
    }

    fn stop(&self, stream_id: &str) {
        self.models.stop(stream_id);
    }
}

impl ModelServers for MemoryStorage {
    async fn send(&self, model: &ModelRef, request: &HttpRequest) -> Result<HttpAnswer, Failure> {
        self.models.send(model, request).await
    }

    fn page(&self) -> PageFacts {
        self.models.page()
    }
}

/// Nobody signs here.
impl Signer for MemoryStorage {
    async fn sign(&self, _commit: &[u8]) -> Result<Option<String>, String> {
        Ok(None)
    }
}

impl Storage for MemoryStorage {
    type Rows = Rc<MemoryRows>;
    /// Nobody else is there.
    type Turn = ();

    fn rows(&self, volume: &str) -> Rc<MemoryRows> {
        let mut volumes = self.volumes.borrow_mut();
        Rc::clone(volumes.entry(volume.to_owned()).or_insert_with(|| Rc::new(MemoryRows::new())))
    }

    async fn volumes(&self) -> Result<Vec<String>, RowsError> {
        Ok(self.volumes.borrow().keys().cloned().collect())
    }

    async fn turn(&self, _volume: &str) {}

    async fn remove(&self, volume: &str) -> Result<(), RowsError> {
        self.volumes.borrow_mut().remove(volume);
        Ok(())
    }
}
