//! What is stored about a queue: which versions have polled it, and what users set for it. The versions tell which
//! deployment a queue belongs to, also after a restart and before any worker has come back.

use prost::Message;
use sundial_core::DeploymentVersion;
use temporalio_protos::temporal::api::taskqueue::v1::TaskQueueConfig;

use super::QueueName;

/// Versions that a queue remembers; older ones have long been drained by then.
const VERSIONS: usize = 100;

#[derive(Clone, PartialEq, Message)]
struct StoredData {
    #[prost(message, repeated, tag = "1")]
    versions: Vec<StoredVersion>,
    #[prost(message, optional, tag = "2")]
    config: Option<TaskQueueConfig>,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct StoredVersion {
    #[prost(string, tag = "1")]
    deployment_name: String,
    #[prost(string, tag = "2")]
    build_id: String,
}

/// All that is stored about a queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct QueueRecord {
    pub(super) seen: SeenVersions,
    /// `None` until a user sets something.
    pub(super) config: Option<TaskQueueConfig>,
}

impl QueueRecord {
    /// Reads what is stored; what can't be read is as if nothing were.
    pub(super) fn decode_or_new(queue: &QueueName, body: &[u8]) -> Self {
        let stored = StoredData::decode(body).unwrap_or_else(|error| {
            tracing::error!(queue = %queue.name, %error, "what is stored about a task queue is damaged; it is forgotten");
            StoredData::default()
        });
        let versions = stored
            .versions
            .into_iter()
            .map(|version| DeploymentVersion {
                deployment_name: version.deployment_name,
                build_id: version.build_id,
            });
        Self {
            seen: SeenVersions(versions.collect()),
            config: stored.config,
        }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let versions = self.seen.iter().map(|version| StoredVersion {
            deployment_name: version.deployment_name.clone(),
            build_id: version.build_id.clone(),
        });
        StoredData {
            versions: versions.collect(),
            config: self.config.clone(),
        }
        .encode_to_vec()
    }
}

/// Versions that have polled a queue, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SeenVersions(Vec<DeploymentVersion>);

impl SeenVersions {
    pub(super) fn contains(&self, version: &DeploymentVersion) -> bool {
        self.0.contains(version)
    }

    /// True if it was new.
    pub(super) fn add(&mut self, version: &DeploymentVersion) -> bool {
        if self.contains(version) {
            return false;
        }
        if self.0.len() >= VERSIONS {
            self.0.remove(0);
        }
        self.0.push(version.clone());
        true
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &DeploymentVersion> {
        self.0.iter()
    }
}
