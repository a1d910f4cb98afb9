//! The models that the device is connected to, kept beside its volumes: what one person connects is of no volume and goes to no remote.

use super::{DEVICE, ManagerError, Storage, VolumeManager, read_row};
use crate::kernel::llm::Connections;
use crate::kernel::volume::{Durability, Rows, RowsError, RowsWrite};

const MODELS_KEY: &str = "models.json";

impl<S: Storage> VolumeManager<S> {
    /// All connections.
    pub async fn connections(&self) -> Result<Connections, ManagerError> {
        Ok(self.kept_connections().await?.1)
    }

    /// Changes them, and keeps what came of it.
    pub async fn change_connections<T>(&self, change: impl Fn(&mut Connections) -> T) -> Result<T, ManagerError> {
        let rows = self.storage.rows(DEVICE);
        loop {
            let (kept, mut connections) = self.kept_connections().await?;
            let answer = change(&mut connections);
            let text = serde_json::to_vec(&connections).expect("names and addresses serialise");
            let expect = vec![(MODELS_KEY.to_owned(), kept)];
            let put = vec![(MODELS_KEY.to_owned(), text)];
            match rows.write(RowsWrite { expect, put, remove: Vec::new(), durability: Durability::Strict }).await {
                // Another tab changed them in between: once more, on what it left.
                Err(RowsError::Moved { .. }) => {}
                done => return Ok(done.map(|()| answer)?),
            }
        }
    }

    async fn kept_connections(&self) -> Result<(Option<Vec<u8>>, Connections), ManagerError> {
        let kept = read_row(&self.storage.rows(DEVICE), MODELS_KEY).await?;
        let connections = match &kept {
            Some(bytes) => serde_json::from_slice(bytes)
                .map_err(|error| ManagerError::Damaged { what: "list of models", why: error.to_string() })?,
            None => Connections::default(),
        };
        Ok((kept, connections))
    }
}
