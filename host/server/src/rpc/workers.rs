//! Workers that report themselves by heartbeats, in memory: a list of who is there now, lost at a restart and soon
//! complete again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sundial_core::{NamespaceId, Timestamp, time::Span};
use temporalio_protos::temporal::api::{enums::v1::WorkerStatus, worker::v1::WorkerHeartbeat};

use super::status::{RpcError, invalid};

/// A worker that was not heard of for so long is forgotten. SDKs report every minute.
const FORGOTTEN_AFTER: Span = Span::from_seconds(10 * 60);

/// Workers that are remembered; past it the one that was silent longest goes.
const REMEMBERED: usize = 10_000;

type Key = (NamespaceId, String);

#[derive(Clone)]
struct Seen {
    heartbeat: WorkerHeartbeat,
    at: Timestamp,
}

/// The workers of all namespaces.
#[derive(Default)]
pub(crate) struct Workers {
    seen: Mutex<HashMap<Key, Seen>>,
    /// Workers that said goodbye, and when.
    stopped: Mutex<HashMap<Key, Timestamp>>,
}

impl Workers {
    /// Takes heartbeats. One without an instance key is nobody's and is left out.
    pub(crate) fn record(
        &self,
        namespace_id: NamespaceId,
        heartbeats: Vec<WorkerHeartbeat>,
        now: Timestamp,
    ) {
        let mut seen = self.lock();
        for heartbeat in heartbeats {
            if heartbeat.worker_instance_key.is_empty() {
                continue;
            }
            let key = (namespace_id, heartbeat.worker_instance_key.clone());
            if seen.len() >= REMEMBERED && !seen.contains_key(&key) {
                let oldest = seen
                    .iter()
                    .min_by_key(|(_, s)| s.at)
                    .map(|(key, _)| key.clone());
                if let Some(oldest) = oldest {
                    seen.remove(&oldest);
                }
            }
            seen.insert(key, Seen { heartbeat, at: now });
        }
    }

    /// A worker says that it stops: it is shown as such until it is forgotten, and gets no more tasks.
    pub(crate) fn shut_down(&self, namespace_id: NamespaceId, instance_key: &str, now: Timestamp) {
        if instance_key.is_empty() {
            return;
        }
        let key = (namespace_id, instance_key.to_owned());
        if let Some(seen) = self.lock().get_mut(&key) {
            seen.heartbeat.status = WorkerStatus::Shutdown as i32;
            seen.at = now;
        }
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if stopped.len() >= REMEMBERED {
            stopped.retain(|_, at| now.since(*at) < FORGOTTEN_AFTER);
        }
        stopped.insert(key, now);
    }

    /// True for a worker that said that it stops. Its poll may have been on its way then: it would wait for nothing,
    /// and the worker for it.
    pub(crate) fn is_stopped(&self, namespace_id: NamespaceId, instance_key: &str) -> bool {
        if instance_key.is_empty() {
            return false;
        }
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.contains_key(&(namespace_id, instance_key.to_owned()))
    }

    /// Workers of a namespace that pass the filter, by instance key.
    pub(crate) fn list(
        &self,
        namespace_id: NamespaceId,
        filter: &WorkerFilter,
        now: Timestamp,
    ) -> Vec<WorkerHeartbeat> {
        let mut seen = self.lock();
        seen.retain(|_, seen| now.since(seen.at) < FORGOTTEN_AFTER);
        let mut found: Vec<WorkerHeartbeat> = seen
            .iter()
            .filter(|((namespace, _), seen)| {
                *namespace == namespace_id && filter.passes(&seen.heartbeat)
            })
            .map(|(_, seen)| seen.heartbeat.clone())
            .collect();
        found.sort_by(|a, b| a.worker_instance_key.cmp(&b.worker_instance_key));
        found
    }

    /// The worker with this instance key.
    pub(crate) fn find(
        &self,
        namespace_id: NamespaceId,
        instance_key: &str,
    ) -> Option<WorkerHeartbeat> {
        self.lock()
            .get(&(namespace_id, instance_key.to_owned()))
            .map(|s| s.heartbeat.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `Field = "value"` and `Field != "value"`, joined by AND.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct WorkerFilter(Vec<(Field, bool, String)>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Field {
    InstanceKey,
    Identity,
    HostName,
    TaskQueue,
    DeploymentName,
    BuildId,
    SdkName,
    SdkVersion,
    Status,
}

impl WorkerFilter {
    /// Reads a filter; what it can't understand is refused.
    pub(crate) fn read(text: &str) -> Result<Self, RpcError> {
        let mut conditions = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let refuse = || {
                invalid(format!(
                    "invalid query: {text:?}; it must be of the form Field = \"value\" AND Field != \"value\""
                ))
            };
            let name_end = rest
                .find(|c: char| !c.is_ascii_alphanumeric())
                .ok_or_else(refuse)?;
            let field = Field::named(&rest[..name_end])?;
            rest = rest[name_end..].trim_start();
            let wanted = if let Some(after) = rest.strip_prefix("!=") {
                rest = after;
                false
            } else {
                rest = rest.strip_prefix('=').ok_or_else(refuse)?;
                true
            };
            rest = rest.trim_start();
            let quote = rest
                .chars()
                .next()
                .filter(|c| matches!(c, '"' | '\''))
                .ok_or_else(refuse)?;
            let value_end = rest[1..].find(quote).ok_or_else(refuse)?;
            conditions.push((field, wanted, rest[1..=value_end].to_owned()));
            rest = rest[value_end + 2..].trim_start();
            if rest.is_empty() {
                break;
            }
            let (word, after) = rest.split_once(char::is_whitespace).ok_or_else(refuse)?;
            if !word.eq_ignore_ascii_case("and") {
                return Err(refuse());
            }
            rest = after.trim_start();
            if rest.is_empty() {
                return Err(refuse());
            }
        }
        Ok(Self(conditions))
    }

    fn passes(&self, worker: &WorkerHeartbeat) -> bool {
        self.0
            .iter()
            .all(|(field, wanted, value)| (field.of(worker) == value) == *wanted)
    }
}

impl Field {
    fn named(name: &str) -> Result<Self, RpcError> {
        Ok(match name {
            "WorkerInstanceKey" => Self::InstanceKey,
            "WorkerIdentity" => Self::Identity,
            "HostName" => Self::HostName,
            "TaskQueue" => Self::TaskQueue,
            "DeploymentName" => Self::DeploymentName,
            "BuildId" => Self::BuildId,
            "SdkName" => Self::SdkName,
            "SdkVersion" => Self::SdkVersion,
            "Status" | "WorkerStatus" => Self::Status,
            _ => return Err(invalid(format!("invalid query: unknown field {name}"))),
        })
    }

    fn of(self, worker: &WorkerHeartbeat) -> &str {
        let version = worker.deployment_version.as_ref();
        match self {
            Self::InstanceKey => &worker.worker_instance_key,
            Self::Identity => &worker.worker_identity,
            Self::HostName => worker.host_info.as_ref().map_or("", |host| &host.host_name),
            Self::TaskQueue => &worker.task_queue,
            Self::DeploymentName => version.map_or("", |version| &version.deployment_name),
            Self::BuildId => version.map_or("", |version| &version.build_id),
            Self::SdkName => &worker.sdk_name,
            Self::SdkVersion => &worker.sdk_version,
            Self::Status => match worker.status() {
                WorkerStatus::Unspecified => "Unspecified",
                WorkerStatus::Running => "Running",
                WorkerStatus::ShuttingDown => "ShuttingDown",
                WorkerStatus::Shutdown => "Shutdown",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NAMESPACE: NamespaceId = NamespaceId(Uuid::nil());

    fn worker(key: &str, queue: &str) -> WorkerHeartbeat {
        WorkerHeartbeat {
            worker_instance_key: key.into(),
            task_queue: queue.into(),
            status: WorkerStatus::Running as i32,
            ..Default::default()
        }
    }

    fn keys(workers: &Workers, filter: &str, now: Timestamp) -> Vec<String> {
        let filter = WorkerFilter::read(filter).expect("is a filter");
        workers
            .list(NAMESPACE, &filter, now)
            .into_iter()
            .map(|worker| worker.worker_instance_key)
            .collect()
    }

    #[test]
    fn workers_are_listed_by_filter() {
        let workers = Workers::default();
        let now = Timestamp(0);
        workers.record(
            NAMESPACE,
            vec![worker("b", "q"), worker("a", "r"), worker("", "q")],
            now,
        );
        workers.record(NamespaceId(Uuid::max()), vec![worker("other", "q")], now);
        assert_eq!(keys(&workers, "", now), ["a", "b"]);
        assert_eq!(keys(&workers, "TaskQueue = 'q'", now), ["b"]);
        assert_eq!(
            keys(&workers, "TaskQueue != 'q' AND Status=\"Running\"", now),
            ["a"]
        );
        workers.shut_down(NAMESPACE, "a", now);
        assert_eq!(keys(&workers, "Status = 'Shutdown'", now), ["a"]);
    }

    #[test]
    fn a_worker_that_said_goodbye_is_known_as_such() {
        let workers = Workers::default();
        workers.shut_down(NAMESPACE, "a", Timestamp(0));
        workers.shut_down(NAMESPACE, "", Timestamp(0));
        assert!(workers.is_stopped(NAMESPACE, "a"));
        assert!(!workers.is_stopped(NAMESPACE, "b"));
        assert!(!workers.is_stopped(NamespaceId(Uuid::max()), "a"));
        assert!(
            !workers.is_stopped(NAMESPACE, ""),
            "workers without a key are not one worker"
        );
    }

    #[test]
    fn a_silent_worker_is_forgotten() {
        let workers = Workers::default();
        workers.record(NAMESPACE, vec![worker("a", "q")], Timestamp(0));
        assert_eq!(
            keys(&workers, "", Timestamp(0).plus(Span::from_seconds(599))),
            ["a"]
        );
        assert!(keys(&workers, "", Timestamp(0).plus(FORGOTTEN_AFTER)).is_empty());
        assert!(workers.find(NAMESPACE, "a").is_none());
    }

    #[test]
    fn a_filter_that_makes_no_sense_is_refused() {
        for text in [
            "nonsense",
            "TaskQueue",
            "TaskQueue = q",
            "TaskQueue = 'q",
            "TaskQueue = 'q' OR TaskQueue = 'r'",
            "TaskQueue = 'q' AND",
            "TaskQueue = 'q' AND ",
            "NoSuchField = 'x'",
            "= 'x'",
            "TaskQueue é 'x'",
        ] {
            assert!(WorkerFilter::read(text).is_err(), "{text}");
        }
    }
}
