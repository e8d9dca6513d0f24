//! Which version new work goes to: the current one, and a share of it to the ramping one.
//!
//! A version that new work no longer goes to is draining: the runs that are pinned to it go on with it.

use prost_wkt_types::Timestamp;
use sundial_core::{DeploymentVersion, NamespaceId};
use sundial_store::DeploymentVersionRecord;
use temporalio_protos::temporal::api::{
    deployment::v1::{RoutingConfig, VersionDrainageInfo, WorkerDeploymentVersion},
    enums::v1::{VersionDrainageStatus, WorkerDeploymentVersionStatus},
};

use super::{
    Deployments, Snapshot,
    changes::{Decision, DeploymentError, new_deployment, new_version, own_info},
    version_proto, version_text,
};

/// A change of a deployment's routing that somebody asks for.
#[derive(Clone, Debug)]
pub(crate) struct RoutingChange {
    /// The version that is to be current or ramping; `None` for none.
    pub(crate) build_id: Option<String>,
    /// Of the deployment as the caller saw it; empty for "whatever it is".
    pub(crate) conflict_token: Vec<u8>,
    /// Who asks.
    pub(crate) identity: String,
    /// Also if the version does not serve every queue that the present one does.
    pub(crate) ignore_missing_task_queues: bool,
    /// Also if nobody has heard of the version yet.
    pub(crate) allow_no_pollers: bool,
}

/// What was current or ramping before a change.
#[derive(Clone, Debug, Default)]
pub(crate) struct PreviousVersion {
    /// The version, if there was one.
    pub(crate) version: Option<DeploymentVersion>,
    /// Of a ramping version.
    pub(crate) percentage: f32,
}

/// Which of the two places of a routing is changed.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Current,
    Ramping { percentage: f32 },
}

impl Deployments {
    /// Makes a version current: new runs start on it. Gives what was current, and the new conflict token.
    pub(crate) async fn set_current(
        &self,
        namespace_id: NamespaceId,
        name: &str,
        change: &RoutingChange,
    ) -> Result<(PreviousVersion, Vec<u8>), DeploymentError> {
        self.set(namespace_id, name, change, Place::Current).await
    }

    /// Sends a share of new runs to a version. Gives what was ramping, and the new conflict token.
    pub(crate) async fn set_ramping(
        &self,
        namespace_id: NamespaceId,
        name: &str,
        change: &RoutingChange,
        percentage: f32,
    ) -> Result<(PreviousVersion, Vec<u8>), DeploymentError> {
        self.set(namespace_id, name, change, Place::Ramping { percentage })
            .await
    }

    async fn set(
        &self,
        namespace_id: NamespaceId,
        name: &str,
        change: &RoutingChange,
        place: Place,
    ) -> Result<(PreviousVersion, Vec<u8>), DeploymentError> {
        let now = self.inner.clock.now().to_proto();
        if let Some(build_id) = &change.build_id
            && !change.ignore_missing_task_queues
        {
            self.check_queues(namespace_id, name, build_id, place)
                .await?;
        }
        self.change(namespace_id, name, &change.conflict_token, |snapshot| {
            decide(snapshot, name, change, place, now)
        })
        .await
    }

    /// Refuses a version that leaves queues of the current one, where work waits, without a worker.
    async fn check_queues(
        &self,
        namespace_id: NamespaceId,
        name: &str,
        build_id: &str,
        place: Place,
    ) -> Result<(), DeploymentError> {
        let Some(snapshot) = self.snapshot(namespace_id, name).await? else {
            return Ok(());
        };
        let current = routing_of(&snapshot).current_deployment_version;
        let Some(current) = current.and_then(|v| snapshot.version(&v.build_id).cloned()) else {
            return Ok(());
        };
        let Some(proposed) = snapshot.version(build_id) else {
            return Ok(());
        };
        for queue in &current.info.task_queue_infos {
            if proposed.info.task_queue_infos.contains(queue) {
                continue;
            }
            if self
                .is_active(namespace_id, &queue.name, queue.r#type())
                .await
            {
                let what = match place {
                    Place::Current => "current",
                    Place::Ramping { .. } => "ramping",
                };
                return Err(DeploymentError::Precondition(format!(
                    "proposed {what} version is missing active task queues from the current version; these would become unversioned if it is set as the {what} version"
                )));
            }
        }
        Ok(())
    }
}

fn routing_of(snapshot: &Snapshot) -> RoutingConfig {
    snapshot
        .deployment
        .info
        .routing_config
        .clone()
        .unwrap_or_default()
}

fn to_core(version: Option<&WorkerDeploymentVersion>) -> Option<DeploymentVersion> {
    version.map(|version| DeploymentVersion {
        deployment_name: version.deployment_name.clone(),
        build_id: version.build_id.clone(),
    })
}

type Decided = Result<(PreviousVersion, Option<Decision>), DeploymentError>;

fn decide(
    snapshot: Option<&Snapshot>,
    name: &str,
    change: &RoutingChange,
    place: Place,
    now: Timestamp,
) -> Decided {
    if snapshot.is_none() && !change.allow_no_pollers {
        return Err(DeploymentError::NoPollersYet(name.to_owned()));
    }
    let mut info = snapshot.map_or_else(
        || new_deployment(name, &change.identity, now),
        |snapshot| own_info(&snapshot.deployment),
    );
    check_manager(&info.manager_identity, &change.identity)?;
    let mut config = info.routing_config.take().unwrap_or_default();
    let target = change.build_id.as_ref().map(|build_id| DeploymentVersion {
        deployment_name: name.to_owned(),
        build_id: build_id.clone(),
    });
    let mut versions = Versions {
        snapshot,
        put: Vec::new(),
        now,
    };
    if let Some(target) = &target
        && versions.known(target).is_none()
    {
        if !change.allow_no_pollers {
            return Err(DeploymentError::NotFound(
                "Version not found in deployment".into(),
            ));
        }
        versions.put.push(new_version(target, now));
    }
    let current = to_core(config.current_deployment_version.as_ref());
    let ramping = to_core(config.ramping_deployment_version.as_ref());
    let ramps_unversioned = ramping.is_none() && config.ramping_version_percentage > 0.0;
    let previous = match place {
        Place::Current => PreviousVersion {
            version: current.clone(),
            percentage: 0.0,
        },
        Place::Ramping { .. } => PreviousVersion {
            version: ramping.clone(),
            percentage: config.ramping_version_percentage,
        },
    };
    match place {
        Place::Current => {
            if target == current && versions.put.is_empty() && snapshot.is_some() {
                return Ok((previous, None));
            }
            if let Some(old) = current.as_ref().filter(|old| target.as_ref() != Some(old)) {
                versions.retire(old);
            }
            if target == ramping && (target.is_some() || ramps_unversioned) {
                set_ramping_config(&mut config, None, 0.0, now);
            }
            if let Some(target) = &target {
                versions.promote(target, Place::Current);
            }
            set_current_config(&mut config, target.as_ref(), now);
        }
        Place::Ramping { percentage } => {
            let ramps = target.is_some() || percentage > 0.0;
            if ramps && target == current {
                return Err(DeploymentError::Precondition(format!(
                    "requested ramping version {} is already current",
                    version_text(target.as_ref())
                )));
            }
            #[allow(clippy::float_cmp, reason = "the very same request is meant")]
            if target == ramping
                && config.ramping_version_percentage == percentage
                && versions.put.is_empty()
            {
                return Ok((previous, None));
            }
            if let Some(old) = ramping.as_ref().filter(|old| target.as_ref() != Some(old)) {
                versions.retire(old);
            }
            if let Some(target) = &target {
                versions.promote(target, place);
            }
            set_ramping_config(&mut config, target.as_ref(), percentage, now);
        }
    }
    config.revision_number += 1;
    info.routing_config = Some(config);
    info.last_modifier_identity.clone_from(&change.identity);
    let decision = Decision {
        info: Some(info),
        versions_put: versions.put,
        versions_removed: Vec::new(),
    };
    Ok((previous, Some(decision)))
}

/// A deployment with a manager is changed by that one alone.
pub(super) fn check_manager(manager: &str, identity: &str) -> Result<(), DeploymentError> {
    if manager.is_empty() || manager == identity {
        return Ok(());
    }
    Err(DeploymentError::Precondition(format!(
        "ManagerIdentity '{manager}' is set and does not match user identity '{identity}'; to proceed, set your own identity as the ManagerIdentity, remove the ManagerIdentity, or wait for the other client to do so"
    )))
}

fn set_current_config(
    config: &mut RoutingConfig,
    version: Option<&DeploymentVersion>,
    now: Timestamp,
) {
    config.current_deployment_version = version.map(version_proto);
    #[allow(deprecated, reason = "clients still read it")]
    {
        config.current_version = version_text(version);
    }
    config.current_version_changed_time = Some(now);
}

fn set_ramping_config(
    config: &mut RoutingConfig,
    version: Option<&DeploymentVersion>,
    percentage: f32,
    now: Timestamp,
) {
    // A percentage without a version is a ramp to unversioned workers.
    let ramps = version.is_some() || percentage > 0.0;
    let shown = if ramps {
        version_text(version)
    } else {
        String::new()
    };
    #[allow(deprecated, reason = "clients still read it")]
    {
        if config.ramping_version != shown {
            config.ramping_version_changed_time = Some(now);
        }
        config.ramping_version = shown;
    }
    config.ramping_deployment_version = version.map(version_proto);
    config.ramping_version_percentage = percentage;
    config.ramping_version_percentage_changed_time = Some(now);
}

/// The versions of a deployment while a change is decided.
struct Versions<'a> {
    snapshot: Option<&'a Snapshot>,
    put: Vec<DeploymentVersionRecord>,
    now: Timestamp,
}

impl Versions<'_> {
    fn known(&self, version: &DeploymentVersion) -> Option<&DeploymentVersionRecord> {
        self.put
            .iter()
            .find(|record| record.version == *version)
            .or_else(|| self.snapshot?.version(&version.build_id))
    }

    fn edit(
        &mut self,
        version: &DeploymentVersion,
        edit: impl FnOnce(&mut DeploymentVersionRecord),
    ) {
        let position = match self
            .put
            .iter()
            .position(|record| record.version == *version)
        {
            Some(position) => position,
            None => {
                let record = self
                    .known(version)
                    .cloned()
                    .unwrap_or_else(|| new_version(version, self.now));
                self.put.push(record);
                self.put.len() - 1
            }
        };
        edit(&mut self.put[position]);
    }

    fn promote(&mut self, version: &DeploymentVersion, place: Place) {
        let now = self.now;
        self.edit(version, |record| {
            let info = &mut record.info;
            info.routing_changed_time = Some(now);
            info.first_activation_time.get_or_insert(now);
            info.drainage_info = None;
            match place {
                Place::Current => {
                    info.status = WorkerDeploymentVersionStatus::Current as i32;
                    info.current_since_time = Some(now);
                    info.ramping_since_time = None;
                    info.ramp_percentage = 0.0;
                }
                Place::Ramping { percentage } => {
                    info.status = WorkerDeploymentVersionStatus::Ramping as i32;
                    info.ramping_since_time.get_or_insert(now);
                    info.ramp_percentage = percentage;
                }
            }
        });
    }

    fn retire(&mut self, version: &DeploymentVersion) {
        let now = self.now;
        self.edit(version, |record| {
            let info = &mut record.info;
            if info.current_since_time.take().is_some() {
                info.last_current_time = Some(now);
            }
            info.status = WorkerDeploymentVersionStatus::Draining as i32;
            info.routing_changed_time = Some(now);
            info.ramping_since_time = None;
            info.ramp_percentage = 0.0;
            info.last_deactivation_time = Some(now);
            info.drainage_info = Some(VersionDrainageInfo {
                status: VersionDrainageStatus::Draining as i32,
                last_changed_time: Some(now),
                last_checked_time: Some(now),
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use sundial_store::Deployment;
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    fn change(build_id: Option<&str>) -> RoutingChange {
        RoutingChange {
            build_id: build_id.map(str::to_owned),
            conflict_token: Vec::new(),
            identity: "me".into(),
            ignore_missing_task_queues: false,
            allow_no_pollers: false,
        }
    }

    fn with_versions(build_ids: &[&str]) -> Snapshot {
        let version = |build_id: &&str| DeploymentVersion {
            deployment_name: "order".into(),
            build_id: (*build_id).to_owned(),
        };
        Snapshot {
            deployment: Deployment {
                namespace_id: NamespaceId(Uuid::nil()),
                name: "order".into(),
                revision: 1,
                info: new_deployment("order", "me", at(0)),
            },
            versions: build_ids
                .iter()
                .map(|id| new_version(&version(id), at(0)))
                .collect(),
        }
    }

    /// Applies a change as the store would.
    fn apply(snapshot: &mut Snapshot, change: &RoutingChange, place: Place) -> String {
        match decide(Some(snapshot), "order", change, place, at(10)) {
            Err(error) => error.to_string(),
            Ok((_, None)) => "unchanged".into(),
            Ok((previous, Some(decision))) => {
                snapshot.deployment.info = decision.info.expect("is not removed");
                for put in decision.versions_put {
                    snapshot.versions.retain(|old| old.version != put.version);
                    snapshot.versions.push(put);
                }
                let mut states: Vec<String> = snapshot
                    .versions
                    .iter()
                    .map(|v| format!("{} {:?}", v.version.build_id, v.info.status()))
                    .collect();
                states.sort();
                format!(
                    "was {}; {}",
                    version_text(previous.version.as_ref()),
                    states.join(", ")
                )
            }
        }
    }

    #[test]
    fn the_version_that_was_current_drains() {
        let mut deployment = with_versions(&["a", "b"]);
        assert_eq!(
            apply(&mut deployment, &change(Some("a")), Place::Current),
            "was __unversioned__; a Current, b Inactive"
        );
        assert_eq!(
            apply(&mut deployment, &change(Some("a")), Place::Current),
            "unchanged"
        );
        assert_eq!(
            apply(&mut deployment, &change(Some("b")), Place::Current),
            "was order.a; a Draining, b Current"
        );
        assert_eq!(
            apply(&mut deployment, &change(None), Place::Current),
            "was order.b; a Draining, b Draining"
        );
        assert_eq!(routing_of(&deployment).revision_number, 3);
    }

    #[test]
    fn a_ramping_version_that_becomes_current_no_longer_ramps() {
        let mut deployment = with_versions(&["a", "b"]);
        let ramp = Place::Ramping { percentage: 10.0 };
        apply(&mut deployment, &change(Some("a")), Place::Current);
        assert_eq!(
            apply(&mut deployment, &change(Some("b")), ramp),
            "was __unversioned__; a Current, b Ramping"
        );
        assert_eq!(
            apply(&mut deployment, &change(Some("b")), ramp),
            "unchanged"
        );
        assert_eq!(
            apply(&mut deployment, &change(Some("b")), Place::Current),
            "was order.a; a Draining, b Current"
        );
        assert_eq!(routing_of(&deployment).ramping_deployment_version, None);
        assert!(apply(&mut deployment, &change(Some("b")), ramp).contains("already current"));
    }

    #[test]
    fn a_share_goes_to_unversioned_workers_until_that_is_ended() {
        let mut deployment = with_versions(&["a"]);
        let ramp = Place::Ramping { percentage: 5.0 };
        assert_eq!(
            apply(&mut deployment, &change(None), ramp),
            "requested ramping version __unversioned__ is already current"
        );
        apply(&mut deployment, &change(Some("a")), Place::Current);
        #[allow(deprecated, reason = "clients still read it")]
        let ramping = |deployment: &Snapshot| {
            let config = routing_of(deployment);
            (config.ramping_version, config.ramping_version_percentage)
        };
        assert_eq!(
            apply(&mut deployment, &change(None), ramp),
            "was __unversioned__; a Current"
        );
        assert_eq!(ramping(&deployment), ("__unversioned__".into(), 5.0));
        assert_eq!(apply(&mut deployment, &change(None), ramp), "unchanged");
        apply(
            &mut deployment,
            &change(None),
            Place::Ramping { percentage: 0.0 },
        );
        assert_eq!(ramping(&deployment), (String::new(), 0.0));
        apply(&mut deployment, &change(None), ramp);
        apply(&mut deployment, &change(None), Place::Current);
        assert_eq!(ramping(&deployment), (String::new(), 0.0));
    }

    #[test]
    fn a_version_that_nobody_has_heard_of_is_refused_unless_that_is_wanted() {
        let mut deployment = with_versions(&[]);
        assert_eq!(
            apply(&mut deployment, &change(Some("x")), Place::Current),
            "Version not found in deployment"
        );
        let wanted = RoutingChange {
            allow_no_pollers: true,
            ..change(Some("x"))
        };
        assert_eq!(
            apply(&mut deployment, &wanted, Place::Current),
            "was __unversioned__; x Current"
        );
        let missing = decide(None, "order", &change(Some("x")), Place::Current, at(1));
        assert!(matches!(missing, Err(DeploymentError::NoPollersYet(_))));
    }

    #[test]
    fn a_deployment_with_a_manager_is_changed_by_that_one_alone() {
        let mut deployment = with_versions(&["a"]);
        deployment.deployment.info.manager_identity = "somebody".into();
        assert!(apply(&mut deployment, &change(Some("a")), Place::Current).contains("somebody"));
        deployment.deployment.info.manager_identity = "me".into();
        assert!(apply(&mut deployment, &change(Some("a")), Place::Current).contains("a Current"));
    }
}
