//! What is told of the workers that a run was on: search attributes for finding its runs by them, and the points that it
//! can be reset to.

use temporalio_protos::temporal::api::{
    common::v1::{Payload, WorkerVersionStamp},
    enums::v1::VersioningBehavior,
    workflow::v1::{ResetPointInfo, ResetPoints, versioning_override::Override},
};

use super::Run;
use crate::{
    search_attributes::{AttributeType, VALUE_SIZE_BYTES, payload_of},
    time::Timestamp,
};

/// The oldest points are forgotten beyond so many. Temporal: 20.
const RESET_POINTS_MAX: usize = 20;

const BUILD_IDS: &str = "BuildIds";
const BINARY_CHECKSUMS: &str = "BinaryChecksums";
const DEPLOYMENT: &str = "TemporalWorkerDeployment";
const DEPLOYMENT_VERSION: &str = "TemporalWorkerDeploymentVersion";
const BEHAVIOR: &str = "TemporalWorkflowVersioningBehavior";

/// The first of the build ids of a run whose worker is not versioned.
const UNVERSIONED: &str = "unversioned";
/// How the build id of a run begins that is pinned to a version.
const PINNED_PREFIX: &str = "pinned:";

/// What a completed workflow task said of its worker, besides its version.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompletedBy {
    pub(crate) stamp: Option<WorkerVersionStamp>,
    pub(crate) binary_checksum: String,
    /// Of its deployment version.
    pub(crate) build_id: Option<String>,
}

impl Run {
    /// Notes whose completion of a workflow task is this event. Its version is noted already.
    pub(crate) fn note_worker(&mut self, now: Timestamp, by: CompletedBy, completed_event_id: i64) {
        let build_id = by.build_id.unwrap_or_else(|| {
            let stamp = by.stamp.as_ref();
            stamp
                .map(|stamp| stamp.build_id.clone())
                .unwrap_or_default()
        });
        self.add_reset_point(now, &by.binary_checksum, build_id, completed_event_id);
        if !by.binary_checksum.is_empty() {
            self.note_binary_checksums();
        }
        self.note_version_attributes(by.stamp.as_ref());
        self.head.worker_version = by.stamp;
    }

    /// A run can be reset to where a worker of another build completed its first task.
    fn add_reset_point(
        &mut self,
        now: Timestamp,
        binary_checksum: &str,
        build_id: String,
        completed_event_id: i64,
    ) {
        let points = &mut self.head.reset_points;
        let is_known = points
            .iter()
            .any(|point| checksum_of(point) == binary_checksum && point.build_id == build_id);
        if is_known {
            return;
        }
        if points.len() == RESET_POINTS_MAX {
            points.remove(0);
        }
        #[expect(deprecated, reason = "older workers tell nothing else of their build")]
        points.push(ResetPointInfo {
            binary_checksum: binary_checksum.to_owned(),
            build_id,
            run_id: self.key.run_id.to_string(),
            first_workflow_task_completed_id: completed_event_id,
            create_time: Some(now.to_proto()),
            resettable: self.children.is_empty() && self.externals.is_empty(),
            ..Default::default()
        });
    }

    /// The points that this run and those before it can be reset to.
    pub(crate) fn reset_points(&self) -> Option<ResetPoints> {
        Some(ResetPoints {
            points: self.head.reset_points.clone(),
        })
    }

    fn note_binary_checksums(&mut self) {
        let checksums = self.head.reset_points.iter().map(checksum_of);
        let checksums: Vec<String> = checksums
            .filter(|checksum| !checksum.is_empty())
            .map(str::to_owned)
            .collect();
        self.set_attribute(
            BINARY_CHECKSUMS,
            payload_of(AttributeType::KeywordList, checksums),
        );
    }

    /// Brings the attributes up to date that tell of the run's version. `stamp` is that of a worker that completed a task.
    pub(crate) fn note_version_attributes(&mut self, stamp: Option<&WorkerVersionStamp>) {
        let behavior = self.listed_behavior();
        let version = self.listed_version();
        let shown_version = version
            .as_ref()
            .map(|version| format!("{}:{}", version.deployment_name, version.build_id))
            .unwrap_or_default();
        let before = self.build_ids();
        let mut ids = Vec::new();
        let is_versioned = stamp.is_some_and(|stamp| stamp.use_versioning);
        match behavior {
            VersioningBehavior::Unspecified if !is_versioned => ids.push(UNVERSIONED.to_owned()),
            VersioningBehavior::Pinned => ids.push(format!("{PINNED_PREFIX}{shown_version}")),
            VersioningBehavior::Unspecified | VersioningBehavior::AutoUpgrade => {}
        }
        let of_stamp = stamp.map(build_id_of);
        ids.extend(
            before
                .iter()
                .filter(|id| *id != UNVERSIONED && !id.starts_with(PINNED_PREFIX))
                .cloned(),
        );
        if let Some(id) = of_stamp.filter(|id| !ids.contains(id)) {
            ids.push(id);
        }
        if ids != before {
            self.set_build_ids(ids);
        }
        let behavior = match behavior {
            VersioningBehavior::Unspecified => "",
            VersioningBehavior::Pinned => "Pinned",
            VersioningBehavior::AutoUpgrade => "AutoUpgrade",
        };
        let deployment = match (self.override_of_version(), version) {
            (Some(Override::Pinned(_)), Some(version)) => version.deployment_name,
            _ => self.head.worker_deployment_name.clone(),
        };
        let told = [
            (DEPLOYMENT, deployment),
            (DEPLOYMENT_VERSION, shown_version),
            (BEHAVIOR, behavior.to_owned()),
        ];
        let is_told = told
            .iter()
            .all(|(name, value)| self.keyword(name) == *value);
        if !is_told {
            for (name, value) in told {
                self.set_attribute(name, payload_of(AttributeType::Keyword, value));
            }
        }
    }

    /// Cut from the front to what an attribute may hold; the word for no version stays.
    fn set_build_ids(&mut self, mut ids: Vec<String>) {
        let mut payload = payload_of(AttributeType::KeywordList, ids.clone());
        while payload.data.len() > VALUE_SIZE_BYTES && !ids.is_empty() {
            let is_kept = ids.len() > 1 && ids[0] == UNVERSIONED;
            ids.remove(usize::from(is_kept));
            payload = payload_of(AttributeType::KeywordList, ids.clone());
        }
        self.set_attribute(BUILD_IDS, payload);
    }

    fn set_attribute(&mut self, name: &str, payload: Payload) {
        let attributes = self.head.search_attributes.get_or_insert_default();
        let before = attributes.indexed_fields.insert(name.to_owned(), payload);
        if before.as_ref() != attributes.indexed_fields.get(name) {
            self.visibility_dirty = true;
        }
    }

    fn attribute(&self, name: &str) -> Option<serde_json::Value> {
        let attributes = self.head.search_attributes.as_ref()?;
        serde_json::from_slice(&attributes.indexed_fields.get(name)?.data).ok()
    }

    fn keyword(&self, name: &str) -> String {
        let value = self.attribute(name);
        value
            .as_ref()
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    fn build_ids(&self) -> Vec<String> {
        self.attribute(BUILD_IDS)
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default()
    }

    /// What a person asked for stands above what the worker said.
    pub(crate) fn listed_behavior(&self) -> VersioningBehavior {
        match self.override_of_version() {
            Some(Override::AutoUpgrade(true)) => VersioningBehavior::AutoUpgrade,
            Some(Override::Pinned(_)) => VersioningBehavior::Pinned,
            Some(Override::AutoUpgrade(false) | Override::OneTime(_)) | None => {
                VersioningBehavior::try_from(self.head.versioning_behavior)
                    .unwrap_or(VersioningBehavior::Unspecified)
            }
        }
    }
}

#[expect(deprecated, reason = "older workers tell nothing else of their build")]
fn checksum_of(point: &ResetPointInfo) -> &str {
    &point.binary_checksum
}

fn build_id_of(stamp: &WorkerVersionStamp) -> String {
    let id = &stamp.build_id;
    match (id.as_str(), stamp.use_versioning) {
        ("", _) => UNVERSIONED.to_owned(),
        (id, true) => format!("versioned:{id}"),
        (id, false) => format!("{UNVERSIONED}:{id}"),
    }
}

#[cfg(test)]
mod tests;
