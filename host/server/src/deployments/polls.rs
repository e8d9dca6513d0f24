//! Versions that make themselves known by polling, or by a module's being pushed.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

use sundial_core::{DeploymentVersion, NamespaceId, TaskKind};
use temporalio_protos::temporal::api::enums::v1::TaskQueueType;

use super::{
    Deployments,
    changes::{Decision, DeploymentError, new_deployment, new_version, note_queue, own_info},
};

/// More polls than this are not remembered; the store is asked again then.
const REMEMBERED: usize = 10_000;

type SeenPoll = (NamespaceId, DeploymentVersion, Arc<str>, TaskKind);

/// Polls that are known to be in the store.
#[derive(Default)]
pub(super) struct SeenPolls(RwLock<HashSet<SeenPoll>>);

impl SeenPolls {
    fn has(&self, poll: &SeenPoll) -> bool {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(poll)
    }

    fn add(&self, poll: SeenPoll) {
        let mut seen = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        seen.insert(poll);
    }

    /// A version or a whole deployment was removed: its next poll makes it known again.
    pub(super) fn forget(&self, namespace_id: NamespaceId, deployment: &str) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|(namespace, version, _, _)| {
                *namespace != namespace_id || version.deployment_name != deployment
            });
    }
}

fn queue_type(kind: TaskKind) -> TaskQueueType {
    match kind {
        TaskKind::Workflow => TaskQueueType::Workflow,
        TaskKind::Activity => TaskQueueType::Activity,
    }
}

impl Deployments {
    /// A worker of this version polls this queue. Cheap when that is known.
    pub(crate) async fn saw_poll(
        &self,
        namespace_id: NamespaceId,
        version: &DeploymentVersion,
        queue: Arc<str>,
        kind: TaskKind,
    ) -> Result<(), DeploymentError> {
        let poll = (namespace_id, version.clone(), queue, kind);
        if self.inner.seen.has(&poll) {
            return Ok(());
        }
        // Nobody modifies a deployment by polling.
        self.add_version(namespace_id, version, &poll.2, queue_type(kind), "")
            .await?;
        self.inner.seen.add(poll);
        Ok(())
    }

    /// Makes a version known with a queue that it serves; nothing changes if it is.
    pub(crate) async fn add_version(
        &self,
        namespace_id: NamespaceId,
        version: &DeploymentVersion,
        queue: &str,
        kind: TaskQueueType,
        identity: &str,
    ) -> Result<(), DeploymentError> {
        let name = &version.deployment_name;
        let now = self.inner.clock.now().to_proto();
        self.change(namespace_id, name, &[], |snapshot| {
            let mut record = snapshot
                .and_then(|snapshot| snapshot.version(&version.build_id))
                .cloned()
                .unwrap_or_else(|| new_version(version, now));
            if !note_queue(&mut record, queue, kind) {
                return Ok(((), None));
            }
            let info = snapshot.map_or_else(
                || new_deployment(name, identity, now),
                |snapshot| own_info(&snapshot.deployment),
            );
            Ok((
                (),
                Some(Decision {
                    info: Some(info),
                    versions_put: vec![record],
                    versions_removed: Vec::new(),
                }),
            ))
        })
        .await?;
        Ok(())
    }
}
