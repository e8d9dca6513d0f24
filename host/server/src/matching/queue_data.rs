//! What is stored about a queue: which versions have polled it. It tells which deployment a queue belongs to, also after
//! a restart and before any worker has come back.

use prost::Message;
use sundial_core::DeploymentVersion;

/// Versions that a queue remembers; older ones have long been drained by then.
const VERSIONS: usize = 100;

#[derive(Clone, PartialEq, Eq, Message)]
struct StoredData {
    #[prost(message, repeated, tag = "1")]
    versions: Vec<StoredVersion>,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct StoredVersion {
    #[prost(string, tag = "1")]
    deployment_name: String,
    #[prost(string, tag = "2")]
    build_id: String,
}

/// Versions that have polled a queue, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SeenVersions(Vec<DeploymentVersion>);

impl SeenVersions {
    pub(super) fn decode(body: &[u8]) -> Result<Self, prost::DecodeError> {
        let stored = StoredData::decode(body)?;
        let versions = stored
            .versions
            .into_iter()
            .map(|version| DeploymentVersion {
                deployment_name: version.deployment_name,
                build_id: version.build_id,
            });
        Ok(Self(versions.collect()))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let versions = self.0.iter().map(|version| StoredVersion {
            deployment_name: version.deployment_name.clone(),
            build_id: version.build_id.clone(),
        });
        StoredData {
            versions: versions.collect(),
        }
        .encode_to_vec()
    }

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
