//! One queue: what waits in it, who waits for it, and who may have what. No I/O, no time of its own.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use sundial_core::{DeploymentVersion, TaskKind, Timestamp, time::Span};
use tokio::sync::oneshot;

use super::{
    ConnectionId, NotTaken, PollerInfo, QueueDescription, SeenPoller,
    backlog::{Backlog, QueuedTask},
    held::{Given, QueuedQuery},
    limits::Limits,
    presence::Presences,
    queue_data::SeenVersions,
    routing::Routing,
};

/// How long a worker is shown after its last poll. Temporal: 5 minutes.
const SHOWN: Span = Span::from_seconds(300);

/// Who may have the tasks of a queue.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// Versions that have polled it.
    pub(super) seen: SeenVersions,
    /// How the deployment that has it routes.
    pub(super) routing: Routing,
}

impl Rules {
    /// The version whose workers alone may have a task; `None`: unversioned workers.
    ///
    /// A run that is pinned stays on its version. Its activities go to a queue that the version may not poll: then they
    /// go where everyone's do.
    pub(super) fn required<'a>(
        &'a self,
        kind: TaskKind,
        pinned: Option<&'a DeploymentVersion>,
        workflow_id: &str,
    ) -> Option<&'a DeploymentVersion> {
        match pinned {
            Some(version) if kind == TaskKind::Workflow || self.seen.contains(version) => {
                Some(version)
            }
            _ => self.routing.version_for(workflow_id),
        }
    }
}

/// A poll that waits.
pub(super) struct WaitingPoll {
    pub(super) id: u64,
    pub(super) poller: PollerInfo,
    pub(super) give: oneshot::Sender<Given>,
}

/// A worker that was seen.
struct Seen {
    version: Option<DeploymentVersion>,
    last_access: Timestamp,
    tasks_per_second: Option<f64>,
}

/// What is known of the stored data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DataState {
    pub(super) revision: i64,
    pub(super) is_storing: bool,
    pub(super) is_unsaved: bool,
}

/// What waits in a queue that a worker may have.
pub(super) enum Found {
    Query(QueuedQuery),
    Task(QueuedTask),
    /// A task, but the queue's limits let none go before this.
    Later(Timestamp),
    Nothing,
}

/// One queue.
pub(super) struct Queue {
    pub(super) kind: TaskKind,
    /// For a worker's own queue: the normal queue behind it.
    pub(super) normal_queue: Option<Arc<str>>,
    /// For a worker's own queue: what the worker runs.
    pub(super) sticky_version: Option<DeploymentVersion>,
    /// By version; `None` for what is pinned to none.
    pub(super) backlogs: HashMap<Option<DeploymentVersion>, Backlog>,
    pub(super) queries: VecDeque<QueuedQuery>,
    pub(super) polls: VecDeque<WaitingPoll>,
    pub(super) presence: Presences,
    /// Not known until the store was asked; a worker's own queue has those of its normal queue.
    pub(super) rules: Option<Arc<Rules>>,
    pub(super) data: DataState,
    /// Versions that polled before the rules were known.
    pub(super) early_versions: Vec<DeploymentVersion>,
    /// When the loop will look at the queue, if it will.
    pub(super) next_look: Option<Timestamp>,
    pub(super) limits: Limits,
    /// Who waits to be told of the queue, until its rules are known.
    pub(super) asked: Vec<oneshot::Sender<QueueDescription>>,
    seen: HashMap<String, Seen>,
}

impl Queue {
    pub(super) fn new(kind: TaskKind) -> Self {
        Self {
            kind,
            normal_queue: None,
            sticky_version: None,
            backlogs: HashMap::new(),
            queries: VecDeque::new(),
            polls: VecDeque::new(),
            presence: Presences::default(),
            rules: None,
            data: DataState::default(),
            early_versions: Vec::new(),
            next_look: None,
            limits: Limits::default(),
            asked: Vec::new(),
            seen: HashMap::new(),
        }
    }

    /// Takes the rules that hold from now on.
    pub(super) fn learn(&mut self, rules: Arc<Rules>, now: Timestamp) {
        self.rules = Some(rules);
        for answer in std::mem::take(&mut self.asked) {
            // Who asked may be gone.
            let _ = answer.send(self.describe(now));
        }
    }

    pub(super) fn backlog(&mut self, version: Option<&DeploymentVersion>) -> &mut Backlog {
        self.backlogs.entry(version.cloned()).or_default()
    }

    /// Notes that a worker polls. True if it changes how fast the queue may give out its tasks.
    pub(super) fn note_poll(&mut self, poller: &PollerInfo, now: Timestamp) -> bool {
        self.presence.poll_began(poller.connection, now);
        let has_changed = self.limits.set_workers(poller.tasks_per_second, now);
        match self.seen.get_mut(&poller.identity) {
            Some(seen) => {
                seen.last_access = now;
                seen.tasks_per_second = poller.tasks_per_second;
                if seen.version != poller.version {
                    seen.version.clone_from(&poller.version);
                }
            }
            None => {
                let seen = Seen {
                    version: poller.version.clone(),
                    last_access: now,
                    tasks_per_second: poller.tasks_per_second,
                };
                self.seen.insert(poller.identity.clone(), seen);
            }
        }
        has_changed
    }

    /// Notes that a worker was given something, or nothing in time.
    pub(super) fn note_poll_end(&mut self, connection: ConnectionId, now: Timestamp) {
        self.presence.poll_ended(connection, now);
    }

    /// The first poll that may have what needs this version.
    pub(super) fn take_poll(
        &mut self,
        required: Option<&DeploymentVersion>,
    ) -> Option<WaitingPoll> {
        let position = self
            .polls
            .iter()
            .position(|poll| !poll.give.is_closed() && poll.poller.version.as_ref() == required)?;
        self.polls.remove(position)
    }

    /// The first thing that a worker of this version may have: queries first, since somebody waits for each.
    pub(super) fn find(&mut self, version: Option<&DeploymentVersion>, now: Timestamp) -> Found {
        let Some(rules) = self.rules.clone() else {
            return Found::Nothing;
        };
        self.drop_abandoned_queries();
        let kind = self.kind;
        let query = self.queries.iter().position(|queued| {
            let query = &queued.query;
            rules.required(kind, query.version.as_ref(), &query.run.workflow_id) == version
        });
        if let Some(query) = query.and_then(|position| self.queries.remove(position)) {
            return Found::Query(query);
        }
        let whole = self.limits.whole_ready_at();
        if let Some(at) = whole.filter(|at| *at > now) {
            let has_tasks = self.backlogs.values().any(|backlog| !backlog.is_empty());
            return if has_tasks {
                Found::Later(at)
            } else {
                Found::Nothing
            };
        }
        let limits = &self.limits;
        let mut later: Option<Timestamp> = None;
        let first = self
            .backlogs
            .values_mut()
            .filter_map(|backlog| {
                let rank = backlog.first(|task| {
                    let required =
                        rules.required(kind, task.version.as_ref(), &task.run.workflow_id);
                    if required != version {
                        return false;
                    }
                    let held = limits.key_ready_at(task).filter(|at| *at > now);
                    if let Some(at) = held {
                        later = Some(later.map_or(at, |known| known.min(at)));
                    }
                    held.is_none()
                })?;
                Some((rank, backlog))
            })
            .min_by_key(|(rank, _)| *rank);
        let task = first.and_then(|(rank, backlog)| backlog.take(rank));
        match (task, later) {
            (Some(task), _) => Found::Task(task),
            (None, Some(at)) => Found::Later(at),
            (None, None) => Found::Nothing,
        }
    }

    /// Queries whose askers gave up are not worth a worker's time.
    pub(super) fn drop_abandoned_queries(&mut self) {
        self.queries.retain(|queued| !queued.taken.is_closed());
    }

    /// Tells every asker that there is no worker.
    pub(super) fn refuse_queries(&mut self) {
        for queued in self.queries.drain(..) {
            let _ = queued.taken.send(Err(NotTaken::NoPollers));
        }
    }

    /// True if tasks or queries wait.
    pub(super) fn has_something(&self) -> bool {
        !self.queries.is_empty() || self.backlogs.values().any(|backlog| !backlog.is_empty())
    }

    /// True if nothing would be lost with it.
    pub(super) fn is_idle(&self) -> bool {
        self.polls.is_empty()
            && self.presence.is_empty()
            && self.seen.is_empty()
            && self.asked.is_empty()
            && !self.data.is_storing
            && !self.data.is_unsaved
            && !self.has_something()
    }

    pub(super) fn forget_absent(&mut self, now: Timestamp) {
        self.presence.forget_absent(now);
        self.seen
            .retain(|_, seen| seen.last_access.plus(SHOWN) > now);
        self.drop_abandoned_queries();
        // A version's part goes with its last task; its rates are worth nothing by then.
        self.backlogs
            .retain(|version, backlog| version.is_none() || !backlog.is_empty());
    }

    pub(super) fn describe(&self, now: Timestamp) -> QueueDescription {
        let mut description = QueueDescription {
            pollers: self
                .seen
                .iter()
                .filter(|(_, seen)| seen.last_access.plus(SHOWN) > now)
                .map(|(identity, seen)| SeenPoller {
                    identity: identity.clone(),
                    version: seen.version.clone(),
                    last_access: seen.last_access,
                    tasks_per_second: seen.tasks_per_second,
                })
                .collect(),
            limit: self.limits.effective(),
            config: self.limits.config().cloned(),
            seen_versions: self
                .rules
                .iter()
                .flat_map(|rules| rules.seen.iter())
                .cloned()
                .collect(),
            ..Default::default()
        };
        description
            .pollers
            .sort_by(|a, b| a.identity.cmp(&b.identity));
        let total = &mut description.statistics;
        for (version, backlog) in &self.backlogs {
            let part = backlog.statistics(now);
            total.backlog_count += part.backlog_count;
            total.backlog_age = total.backlog_age.max(part.backlog_age);
            total.tasks_added_per_second += part.tasks_added_per_second;
            total.tasks_dispatched_per_second += part.tasks_dispatched_per_second;
            description.versions.push((version.clone(), part));
        }
        description.versions.sort_by(|a, b| a.0.cmp(&b.0));
        description
    }
}
