//! Which version of a deployment gets the tasks that are pinned to none.

use sundial_core::{DeploymentVersion, Timestamp};
use temporalio_protos::temporal::api::deployment::v1::{RoutingConfig, WorkerDeploymentVersion};

/// How a deployment routes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Routing {
    /// `None`: unversioned workers.
    current: Option<DeploymentVersion>,
    ramping: Option<Ramp>,
    changed_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
struct Ramp {
    /// `None`: unversioned workers.
    version: Option<DeploymentVersion>,
    /// Of workflows, 0 to 100.
    percentage: f32,
}

impl Routing {
    pub(super) fn from_config(config: &RoutingConfig) -> Self {
        let current = config.current_deployment_version.as_ref().map(version_of);
        // A percentage without a version is a ramp to unversioned workers.
        let ramping = (config.ramping_version_percentage > 0.0).then(|| Ramp {
            version: config.ramping_deployment_version.as_ref().map(version_of),
            percentage: config.ramping_version_percentage,
        });
        let changed_at = [
            &config.current_version_changed_time,
            &config.ramping_version_changed_time,
            &config.ramping_version_percentage_changed_time,
        ]
        .into_iter()
        .flatten()
        .map(Timestamp::from_proto)
        .max()
        .unwrap_or_default();
        Self {
            current,
            ramping,
            changed_at,
        }
    }

    /// Which of two deployments that share a queue has it: one that routes to a version, the one changed last.
    pub(super) fn precedence(&self) -> (bool, Timestamp) {
        (
            self.current.is_some() || self.ramping.is_some(),
            self.changed_at,
        )
    }

    /// The version whose workers get the tasks of this workflow; `None`: unversioned workers.
    pub(super) fn version_for(&self, workflow_id: &str) -> Option<&DeploymentVersion> {
        match &self.ramping {
            Some(ramp) if share_of(workflow_id) < ramp.percentage => ramp.version.as_ref(),
            _ => self.current.as_ref(),
        }
    }
}

fn version_of(version: &WorkerDeploymentVersion) -> DeploymentVersion {
    DeploymentVersion {
        deployment_name: version.deployment_name.clone(),
        build_id: version.build_id.clone(),
    }
}

/// Where a workflow lies between 0 and 100: always at the same place, so that it stays on its side of a ramp.
fn share_of(workflow_id: &str) -> f32 {
    // FNV-1a, 32 bits, finished so that similar ids lie far apart.
    const BASIS: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    const STEPS: u32 = 10_000;
    let mut hash = workflow_id.bytes().fold(BASIS, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(PRIME)
    });
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x7feb_352d);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x846c_a68b);
    hash ^= hash >> 16;
    (hash % STEPS) as f32 / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(build_id: &str) -> WorkerDeploymentVersion {
        WorkerDeploymentVersion {
            deployment_name: "d".into(),
            build_id: build_id.into(),
        }
    }

    #[test]
    fn a_ramp_takes_its_share_of_the_workflows() {
        let routing = Routing::from_config(&RoutingConfig {
            current_deployment_version: Some(version("old")),
            ramping_deployment_version: Some(version("new")),
            ramping_version_percentage: 25.0,
            ..Default::default()
        });
        let ramped = (0..10_000)
            .filter(|n| {
                routing
                    .version_for(&format!("order-{n}"))
                    .is_some_and(|v| v.build_id == "new")
            })
            .count();
        assert!(
            (2_200..2_800).contains(&ramped),
            "{ramped} of 10,000 at 25 %"
        );
    }

    #[test]
    fn nobody_is_ramped_at_nought_and_everybody_at_a_hundred() {
        let at = |percentage| {
            Routing::from_config(&RoutingConfig {
                current_deployment_version: Some(version("old")),
                ramping_deployment_version: Some(version("new")),
                ramping_version_percentage: percentage,
                ..Default::default()
            })
        };
        for n in 0..1_000 {
            let id = n.to_string();
            assert_eq!(
                at(0.0).version_for(&id).map(|v| v.build_id.as_str()),
                Some("old")
            );
            assert_eq!(
                at(100.0).version_for(&id).map(|v| v.build_id.as_str()),
                Some("new")
            );
        }
    }

    #[test]
    fn a_ramp_without_a_version_goes_to_unversioned_workers() {
        let routing = Routing::from_config(&RoutingConfig {
            current_deployment_version: Some(version("old")),
            ramping_version_percentage: 100.0,
            ..Default::default()
        });
        assert_eq!(routing.version_for("any"), None);
    }
}
