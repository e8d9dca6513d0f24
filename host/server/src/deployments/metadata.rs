//! What users note of a version: named payloads that say nothing to the server.

use std::collections::HashMap;

use sundial_core::{DeploymentVersion, NamespaceId};
use temporalio_protos::temporal::api::{common::v1::Payload, deployment::v1::VersionMetadata};

use super::{
    Deployments,
    changes::{Decision, DeploymentError, own_info},
};

impl Deployments {
    /// Puts entries, then removes others. Gives all that there are then.
    pub(crate) async fn update_metadata(
        &self,
        namespace_id: NamespaceId,
        version: &DeploymentVersion,
        put: &HashMap<String, Payload>,
        removed: &[String],
    ) -> Result<Option<VersionMetadata>, DeploymentError> {
        let (metadata, _) = self
            .change(namespace_id, &version.deployment_name, &[], |snapshot| {
                let known =
                    snapshot.and_then(|found| Some((found, found.version(&version.build_id)?)));
                let (snapshot, record) =
                    known.ok_or_else(|| DeploymentError::no_version(version))?;
                let metadata = edited(record.info.metadata.as_ref(), put, removed);
                if metadata == record.info.metadata {
                    return Ok((metadata, None));
                }
                let mut record = record.clone();
                record.info.metadata.clone_from(&metadata);
                let decision = Decision {
                    info: Some(own_info(&snapshot.deployment)),
                    versions_put: vec![record],
                    versions_removed: Vec::new(),
                };
                Ok((metadata, Some(decision)))
            })
            .await?;
        Ok(metadata)
    }
}

fn edited(
    metadata: Option<&VersionMetadata>,
    put: &HashMap<String, Payload>,
    removed: &[String],
) -> Option<VersionMetadata> {
    if metadata.is_none() && put.is_empty() {
        return None;
    }
    let mut metadata = metadata.cloned().unwrap_or_default();
    for (key, value) in put {
        metadata.entries.insert(key.clone(), value.clone());
    }
    metadata.entries.retain(|key, _| !removed.contains(key));
    Some(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(keys: &[&str]) -> HashMap<String, Payload> {
        keys.iter()
            .map(|key| ((*key).to_owned(), Payload::default()))
            .collect()
    }

    #[test]
    fn entries_are_put_before_others_are_removed() {
        let check = |before: &[&str], put: &[&str], removed: &[&str]| {
            let before = (!before.is_empty()).then(|| VersionMetadata {
                entries: entries(before),
            });
            let removed: Vec<String> = removed.iter().map(|key| (*key).to_owned()).collect();
            edited(before.as_ref(), &entries(put), &removed).map(|metadata| {
                let mut keys: Vec<String> = metadata.entries.into_keys().collect();
                keys.sort();
                keys.join(" ")
            })
        };
        assert_eq!(check(&[], &[], &["a"]), None);
        assert_eq!(check(&[], &["a"], &[]).as_deref(), Some("a"));
        assert_eq!(check(&["a", "b"], &["c"], &["a"]).as_deref(), Some("b c"));
        assert_eq!(check(&["a"], &["b"], &["b"]).as_deref(), Some("a"));
    }
}
