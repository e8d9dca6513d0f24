//! Which versions have polled which queue, and what follows for who gets its tasks.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use sundial_core::{DeploymentVersion, NamespaceId};
use sundial_store::{QueueData, QueueDataKey, StoreError};
use tokio::sync::oneshot;

use super::{
    QueueDescription, QueueName,
    event::Answered,
    queue::Rules,
    queue_data::{QueueRecord, SeenVersions},
    routing::Routing,
    service::{Service, read_routings},
};

/// After the store failed to answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Where what is stored about a queue is found.
pub(super) fn data_key(name: &QueueName) -> QueueDataKey {
    QueueDataKey {
        namespace_id: name.namespace_id,
        kind: name.kind,
        name: name.name.clone(),
    }
}

impl Service {
    /// Asks the store which versions have polled a queue.
    pub(super) fn read_data(&mut self, queue: QueueName, pause: Duration) {
        let (store, key) = (self.store.clone(), data_key(&queue));
        self.answers.push(Box::pin(async move {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            let result = store.queue_data(&key).await;
            Answered::Data { queue, result }
        }));
    }

    pub(super) fn take_data(
        &mut self,
        name: &QueueName,
        result: Result<Option<QueueData>, StoreError>,
    ) {
        let now = self.now;
        let Some(queue) = self.queues.get_mut(name) else {
            return;
        };
        if queue.normal_queue.is_some() {
            // It has turned out to be a worker's own: the rules are those of its normal queue.
            return;
        }
        let stored = match result {
            Ok(stored) => stored.unwrap_or(QueueData {
                revision: 0,
                body: Vec::new(),
            }),
            Err(error) => {
                tracing::warn!(queue = %name.name, %error, "a task queue's versions could not be read; trying again soon");
                self.read_data(name.clone(), PAUSE);
                return;
            }
        };
        let QueueRecord { mut seen, config } = QueueRecord::decode_or_new(name, &stored.body);
        // What was set meanwhile is newer.
        if stored.revision >= queue.data.revision {
            queue.data.revision = stored.revision;
            queue.limits.set_config(config, now);
        }
        let known = queue.rules.take();
        let own = known
            .iter()
            .flat_map(|rules| rules.seen.iter())
            .chain(&queue.early_versions);
        let mut is_unsaved = false;
        for version in own {
            is_unsaved |= seen.add(version);
        }
        queue.early_versions.clear();
        queue.data.is_unsaved = is_unsaved;
        self.set_rules(name, seen);
        if is_unsaved {
            self.store_data(name);
        }
    }

    /// Tells what is known of a queue, once its data was read.
    pub(super) fn describe(&mut self, name: &QueueName, answer: oneshot::Sender<QueueDescription>) {
        let now = self.now;
        let queue = self.queue(name);
        match queue.rules {
            Some(_) => drop(answer.send(queue.describe(now))),
            None => queue.asked.push(answer),
        }
    }

    /// Notes that a version polls a queue.
    pub(super) fn note_version(&mut self, name: &QueueName, version: &DeploymentVersion) {
        let queue = self.queue(name);
        let Some(rules) = &queue.rules else {
            if !queue.early_versions.contains(version) {
                queue.early_versions.push(version.clone());
            }
            return;
        };
        if rules.seen.contains(version) {
            return;
        }
        let mut seen = rules.seen.clone();
        seen.add(version);
        queue.data.is_unsaved = true;
        self.set_rules(name, seen);
        self.store_data(name);
    }

    pub(super) fn store_data(&mut self, name: &QueueName) {
        let Some(queue) = self.queues.get_mut(name) else {
            return;
        };
        let Some(rules) = &queue.rules else { return };
        if queue.data.is_storing {
            return;
        }
        queue.data.is_storing = true;
        queue.data.is_unsaved = false;
        let record = QueueRecord {
            seen: rules.seen.clone(),
            config: queue.limits.config().cloned(),
        };
        let (revision, body) = (queue.data.revision, record.encode());
        let (store, key, queue) = (self.store.clone(), data_key(name), name.clone());
        self.answers.push(Box::pin(async move {
            let result = store.put_queue_data(&key, revision, body).await;
            Answered::DataStored { queue, result }
        }));
    }

    pub(super) fn data_stored(&mut self, name: &QueueName, result: Result<i64, StoreError>) {
        let Some(queue) = self.queues.get_mut(name) else {
            return;
        };
        queue.data.is_storing = false;
        match result {
            Ok(revision) => {
                // A user's change may have come after it, and been heard of before.
                queue.data.revision = queue.data.revision.max(revision);
                if queue.data.is_unsaved {
                    self.store_data(name);
                }
            }
            // Another server was faster: what it knows is added to what is known here.
            Err(StoreError::Stale { .. }) => self.read_data(name.clone(), Duration::ZERO),
            Err(error) => {
                tracing::warn!(queue = %name.name, %error, "a task queue's versions could not be stored; trying again later");
                queue.data.is_unsaved = true;
            }
        }
    }

    /// Everything in the store may have changed.
    pub(super) fn read_again(&mut self) {
        self.read_backlogs(Duration::ZERO);
        self.read_routings(Duration::ZERO);
        let names: Vec<QueueName> = self.queues.keys().cloned().collect();
        for name in names {
            self.read_data(name, Duration::ZERO);
        }
    }

    fn read_routings(&mut self, pause: Duration) {
        let store = self.store.clone();
        self.answers.push(Box::pin(async move {
            tokio::time::sleep(pause).await;
            Answered::Routings(read_routings(&*store).await)
        }));
    }

    pub(super) fn take_routings(
        &mut self,
        result: Result<HashMap<(NamespaceId, String), Routing>, StoreError>,
    ) {
        let routings = match result {
            Ok(routings) => routings,
            Err(error) => {
                tracing::warn!(%error, "the routing of deployments could not be read; trying again soon");
                self.read_routings(PAUSE);
                return;
            }
        };
        self.routings = routings;
        let namespaces: HashSet<NamespaceId> =
            self.queues.keys().map(|name| name.namespace_id).collect();
        for namespace_id in namespaces {
            self.routing_changed(namespace_id);
        }
    }

    /// A deployment of the namespace routes differently.
    pub(super) fn routing_changed(&mut self, namespace_id: NamespaceId) {
        let names: Vec<QueueName> = self
            .queues
            .iter()
            .filter(|(name, queue)| {
                name.namespace_id == namespace_id && queue.normal_queue.is_none()
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            let Some(rules) = self.queues.get(&name).and_then(|queue| queue.rules.clone()) else {
                continue;
            };
            self.set_rules(&name, rules.seen.clone());
        }
    }

    /// Works out who may have a queue's tasks, and gives them out accordingly.
    fn set_rules(&mut self, name: &QueueName, seen: SeenVersions) {
        let deployments: HashSet<&str> = seen
            .iter()
            .map(|version| version.deployment_name.as_str())
            .collect();
        let routing = deployments
            .into_iter()
            .filter_map(|deployment| {
                self.routings
                    .get(&(name.namespace_id, deployment.to_owned()))
            })
            .max_by_key(|routing| routing.precedence())
            .cloned()
            .unwrap_or_else(Routing::default);
        let rules = Arc::new(Rules { seen, routing });
        let now = self.now;
        if let Some(queue) = self.queues.get_mut(name) {
            queue.learn(rules.clone(), now);
        }
        self.serve(name);
        let sticky: Vec<QueueName> = self
            .queues
            .iter()
            .filter(|(other, queue)| {
                other.namespace_id == name.namespace_id
                    && other.kind == name.kind
                    && queue.normal_queue.as_ref() == Some(&name.name)
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in sticky {
            self.set_sticky_rules(&name, rules.clone());
        }
    }

    /// A worker's own queue gets the rules of its normal queue; what its worker may not have any more goes there.
    fn set_sticky_rules(&mut self, name: &QueueName, rules: Arc<Rules>) {
        let now = self.now;
        let Some(queue) = self.queues.get_mut(name) else {
            return;
        };
        queue.learn(rules, now);
        let mut misplaced = Vec::new();
        for backlog in queue.backlogs.values_mut() {
            let (tasks, sources) = backlog.drain();
            for source in sources {
                backlog.adopt(source);
            }
            misplaced.extend(tasks);
        }
        for task in misplaced {
            self.take_back(name.clone(), task);
        }
        self.serve(name);
    }
}
