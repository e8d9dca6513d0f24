//! QueryWorkflow, as Temporal answers it.
//!
//! ```text
//! a workflow task is pending ─> buffered ─task completes with an answer─────────────> answered
//!                                  └─task completes without, none follows─> direct ─> answered
//! none is pending ────────────────────────────────────────────────────────> direct
//! ```
//! A buffered query goes with the next workflow task, so it sees every event that came before it. A direct query goes
//! through matching alone: first to the worker that has the run in its cache, then to any worker of the run's queue. A
//! run that has never completed a workflow task can't be asked directly: if its first task is yet to come, the query
//! waits for that one, unless its caller would be gone by then.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use prost::Message;
use sundial_core::{DeploymentVersion, Rejection, Run, RunKey, TaskKind, Timestamp, time::Span};
use temporalio_protos::temporal::api::{
    common::v1::Payloads,
    enums::v1::{QueryRejectCondition, QueryResultType, WorkflowExecutionStatus},
    failure::v1::Failure,
    query::v1::{QueryRejected, WorkflowQuery, WorkflowQueryResult},
    workflowservice::v1::{QueryWorkflowResponse, RespondQueryTaskCompletedRequest},
};
use tokio::{sync::oneshot, time::Instant};
use uuid::Uuid;

use super::{
    Engine, Target,
    cell::Cell,
    command::{Absence, Mode, Reply},
    error::EngineError,
};
use crate::matching::{NotTaken, QueryTask, QueueName};

/// Queries that one run buffers. Temporal's default is 1, which is known to be too few.
const BUFFERED: usize = 64;
/// A workflow task that fails this often will fail the query too, so the query fails at once. Temporal: 3.
const FAILING_ATTEMPTS: i32 = 3;
/// How long the worker that has the run in its cache gets, before any worker does. Temporal: the sticky queue's
/// schedule-to-start timeout, 5 to 10 s.
const STICKY_LIMIT: Duration = Duration::from_secs(5);
/// Answered this long before the caller gives up, so that it hears why. Temporal: 1 s.
const MARGIN: Duration = Duration::from_secs(1);

/// What a worker said.
type Answer = Result<Option<Payloads>, EngineError>;

/// A query that waits for a workflow task.
pub(crate) struct BufferedQuery {
    id: String,
    query: WorkflowQuery,
    answer: oneshot::Sender<Buffered>,
}

/// What becomes of a buffered query.
enum Buffered {
    /// The workflow task brought an answer, or there will be none.
    Ended(Answer),
    /// No workflow task is pending any more.
    GoDirectly,
}

impl BufferedQuery {
    pub(crate) fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    pub(crate) fn fail(self, error: EngineError) {
        let _ = self.answer.send(Buffered::Ended(Err(error)));
    }
}

/// A buffered query's answer, on its way back once the workflow task's completion is durable.
struct QueryReply {
    query: BufferedQuery,
    result: WorkflowQueryResult,
}

impl Reply for QueryReply {
    fn send(self: Box<Self>) {
        let Self { query, result } = *self;
        let WorkflowQueryResult {
            result_type,
            answer,
            error_message,
            failure,
        } = result;
        let answer = read_answer(result_type, answer, error_message, failure);
        let _ = query.answer.send(Buffered::Ended(answer));
    }

    fn fail(self: Box<Self>, error: EngineError) {
        self.query.fail(error);
    }
}

fn read_answer(
    result_type: i32,
    answer: Option<Payloads>,
    message: String,
    failure: Option<Failure>,
) -> Answer {
    match QueryResultType::try_from(result_type) {
        Ok(QueryResultType::Answered) => Ok(answer),
        Ok(QueryResultType::Failed) => Err(EngineError::QueryFailed {
            message,
            failure: failure.map(Box::new),
        }),
        Ok(QueryResultType::Unspecified) | Err(_) => {
            Err(EngineError::Rejected(Rejection::InvalidArgument(
                "the worker answered the query with an unknown result type".into(),
            )))
        }
    }
}

impl Cell {
    /// What the next workflow task carries.
    pub(crate) fn queries_to_attach(&mut self) -> HashMap<String, WorkflowQuery> {
        self.queries.retain(|query| !query.is_abandoned());
        self.queries
            .iter()
            .map(|query| (query.id.clone(), query.query.clone()))
            .collect()
    }

    /// Answers that a completed workflow task brought.
    pub(crate) fn take_answered(
        &mut self,
        mut results: HashMap<String, WorkflowQueryResult>,
    ) -> Vec<Box<dyn Reply>> {
        if results.is_empty() {
            return Vec::new();
        }
        let mut answered: Vec<Box<dyn Reply>> = Vec::new();
        let queries = std::mem::take(&mut self.queries);
        for query in queries {
            match results.remove(&query.id) {
                Some(result) => answered.push(Box::new(QueryReply { query, result })),
                None => self.queries.push(query),
            }
        }
        answered
    }

    /// After a step: lets those go that need not, or should not, wait for a workflow task.
    pub(crate) fn release_queries(&mut self) {
        if self.queries.is_empty() {
            return;
        }
        let Some(run) = self.execution.workflow() else {
            return;
        };
        if !run.has_pending_workflow_task() {
            let goes_directly = run.last_completed_workflow_task_event_id() != 0;
            if !goes_directly && !run.is_closed() {
                // Its first task is yet to come.
                return;
            }
            for query in self.queries.drain(..) {
                if goes_directly {
                    let _ = query.answer.send(Buffered::GoDirectly);
                } else {
                    query.fail(closed_before_its_first_task());
                }
            }
        } else if run.workflow_task_attempt() >= FAILING_ATTEMPTS {
            for query in self.queries.drain(..) {
                query.fail(task_is_failing());
            }
        }
    }
}

fn not_ready(why: &str) -> EngineError {
    EngineError::Rejected(Rejection::WorkflowNotReady(why.to_owned()))
}

fn task_is_failing() -> EngineError {
    not_ready("Unable to query workflow due to Workflow Task in failed state.")
}

fn closed_before_its_first_task() -> EngineError {
    not_ready("Workflow execution closed before WorkflowTaskStarted event")
}

/// How a query may reach a worker.
enum Admission {
    Rejected(WorkflowExecutionStatus),
    Direct(Route),
    Buffered(RunKey, oneshot::Receiver<Buffered>),
}

/// Where a direct query goes.
struct Route {
    run: RunKey,
    is_closed: bool,
    sticky_queue: Option<Arc<str>>,
    normal_queue: Arc<str>,
    version: Option<DeploymentVersion>,
}

impl Route {
    fn of(run: &Run) -> Self {
        Self {
            run: run.key().clone(),
            is_closed: run.is_closed(),
            sticky_queue: run.sticky_queue().map(Arc::from),
            normal_queue: Arc::from(run.task_queue()),
            version: run.pinned_version(),
        }
    }

    fn queue(&self, name: &Arc<str>) -> QueueName {
        QueueName {
            namespace_id: self.run.namespace_id,
            kind: TaskKind::Workflow,
            name: name.clone(),
        }
    }
}

fn admit(
    cell: &mut Cell,
    query: WorkflowQuery,
    id: Uuid,
    condition: QueryRejectCondition,
    caller_leaves_at: Timestamp,
) -> Result<Admission, EngineError> {
    let run = cell.workflow()?;
    let status = run.status();
    let rejects = match condition {
        QueryRejectCondition::NotOpen => run.is_closed(),
        QueryRejectCondition::NotCompletedCleanly => {
            run.is_closed() && status != WorkflowExecutionStatus::Completed
        }
        QueryRejectCondition::None | QueryRejectCondition::Unspecified => false,
    };
    if rejects || run.is_paused() {
        return Ok(Admission::Rejected(status));
    }
    let has_completed_task = run.last_completed_workflow_task_event_id() != 0;
    if !has_completed_task && run.is_closed() {
        return Err(closed_before_its_first_task());
    }
    if run.first_workflow_task_at() > caller_leaves_at {
        return Err(not_ready("Workflow task is not scheduled yet."));
    }
    if run.workflow_task_attempt() >= FAILING_ATTEMPTS {
        return Err(task_is_failing());
    }
    if has_completed_task && (run.is_closed() || !run.has_pending_workflow_task()) {
        return Ok(Admission::Direct(Route::of(run)));
    }
    cell.queries.retain(|query| !query.is_abandoned());
    if cell.queries.len() >= BUFFERED {
        return Err(EngineError::Rejected(Rejection::ResourceExhausted(
            "consistent query buffer is full, cannot accept new consistent queries".into(),
        )));
    }
    let (answer, later) = oneshot::channel();
    cell.queries.push(BufferedQuery {
        id: id.to_string(),
        query,
        answer,
    });
    Ok(Admission::Buffered(cell.execution.key().clone(), later))
}

/// Direct queries that workers are working on, by id.
#[derive(Default)]
pub(super) struct DirectQueries(Mutex<HashMap<Uuid, oneshot::Sender<Answer>>>);

impl DirectQueries {
    fn begin(&self, id: Uuid) -> oneshot::Receiver<Answer> {
        let (answer, later) = oneshot::channel();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, answer);
        later
    }

    pub(super) fn end(&self, id: Uuid) -> Option<oneshot::Sender<Answer>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id)
    }
}

/// Forgets a direct query when nobody waits for it any more.
struct Pending<'a> {
    queries: &'a DirectQueries,
    id: Uuid,
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.queries.end(self.id);
    }
}

/// What a worker hands back with a direct query's answer.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct QueryToken {
    #[prost(bytes = "vec", tag = "1")]
    query_id: Vec<u8>,
    /// Who may answer is checked by namespace, as with every token.
    #[prost(bytes = "vec", tag = "2")]
    namespace_id: Vec<u8>,
}

impl QueryToken {
    pub(super) fn of(query: &QueryTask) -> Vec<u8> {
        Self {
            query_id: query.id.as_bytes().to_vec(),
            namespace_id: query.run.namespace_id.0.as_bytes().to_vec(),
        }
        .encode_to_vec()
    }
}

/// Why one queue did not answer.
enum NoAnswer {
    Failed(EngineError),
    NotTaken(NotTaken),
    /// A worker took it and said nothing in time.
    Silent,
}

impl Engine {
    /// Answers a query, at the latest a margin before `limit` is over.
    pub async fn query(
        &self,
        target: Target,
        query: WorkflowQuery,
        condition: QueryRejectCondition,
        limit: Duration,
    ) -> Result<QueryWorkflowResponse, EngineError> {
        let deadline = Instant::now() + limit.saturating_sub(MARGIN.min(limit / 4));
        let limit_nanos = i64::try_from(limit.as_nanos()).unwrap_or(i64::MAX);
        let caller_leaves_at = self.clock().now().plus(Span(limit_nanos));
        let id = Uuid::new_v4();
        let asked = query.clone();
        let admission = self
            .submit(
                target,
                Mode {
                    absence: Absence::Refuse,
                    read_only: true,
                },
                move |stage| {
                    let cell = stage.cell.ok_or_else(EngineError::absent)?;
                    admit(cell, asked, id, condition, caller_leaves_at)
                },
            )
            .await?;
        let route = match admission {
            Admission::Rejected(status) => {
                return Ok(QueryWorkflowResponse {
                    query_rejected: Some(QueryRejected {
                        status: status as i32,
                    }),
                    ..Default::default()
                });
            }
            Admission::Direct(route) => route,
            Admission::Buffered(run, later) => {
                match tokio::time::timeout_at(deadline, later).await {
                    Ok(Ok(Buffered::Ended(answer))) => return answer.map(respond),
                    Ok(Ok(Buffered::GoDirectly)) => self.read(Target::run(&run), Route::of).await?,
                    Ok(Err(_)) => return Err(EngineError::ShuttingDown),
                    Err(_) => return Err(self.why_late(&run).await),
                }
            }
        };
        self.query_directly(route, query, deadline)
            .await
            .map(respond)
    }

    /// RespondQueryTaskCompleted.
    pub fn answer_query(
        &self,
        request: RespondQueryTaskCompletedRequest,
    ) -> Result<(), EngineError> {
        if request.task_token.is_empty() {
            return Err(EngineError::Rejected(Rejection::InvalidArgument(
                "Task token not set on request.".into(),
            )));
        }
        let id = QueryToken::decode(request.task_token.as_slice())
            .ok()
            .and_then(|token| Uuid::from_slice(&token.query_id).ok())
            .ok_or_else(|| Rejection::InvalidArgument("Error deserializing task token.".into()))?;
        let answer = self.inner.direct_queries.end(id).ok_or_else(|| {
            Rejection::NotFound("query task not found, or already expired".into())
        })?;
        let RespondQueryTaskCompletedRequest {
            completed_type,
            query_result,
            error_message,
            failure,
            ..
        } = request;
        let _ = answer.send(read_answer(
            completed_type,
            query_result,
            error_message,
            failure,
        ));
        Ok(())
    }

    async fn query_directly(
        &self,
        route: Route,
        query: WorkflowQuery,
        deadline: Instant,
    ) -> Answer {
        if let Some(sticky_queue) = &route.sticky_queue {
            let sticky_deadline = deadline.min(Instant::now() + STICKY_LIMIT);
            let queue = route.queue(sticky_queue);
            let normal = Some(route.normal_queue.clone());
            match self
                .ask(&route, queue, normal, query.clone(), sticky_deadline)
                .await
            {
                Ok(answer) => return Ok(answer),
                Err(NoAnswer::Failed(error)) => return Err(error),
                Err(NoAnswer::NotTaken(_) | NoAnswer::Silent) => {}
            }
            if !route.is_closed {
                // The worker is gone or busy. If the run closed meanwhile, it needs no sticky queue any more.
                let reset = self
                    .transact(Target::run(&route.run), |run, _| run.reset_sticky())
                    .await;
                match reset {
                    Ok(()) | Err(EngineError::Rejected(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let queue = route.queue(&route.normal_queue);
        match self.ask(&route, queue, None, query, deadline).await {
            Ok(answer) => Ok(answer),
            Err(NoAnswer::Failed(error)) => Err(error),
            Err(NoAnswer::NotTaken(NotTaken::NoPollers)) => Err(EngineError::NoPollers),
            Err(NoAnswer::NotTaken(NotTaken::Busy) | NoAnswer::Silent) => {
                Err(EngineError::DeadlineExceeded)
            }
        }
    }

    async fn ask(
        &self,
        route: &Route,
        queue: QueueName,
        normal_queue: Option<Arc<str>>,
        query: WorkflowQuery,
        deadline: Instant,
    ) -> Result<Option<Payloads>, NoAnswer> {
        let id = Uuid::new_v4();
        let later = self.inner.direct_queries.begin(id);
        let _pending = Pending {
            queries: &self.inner.direct_queries,
            id,
        };
        let task = QueryTask {
            id,
            run: route.run.clone(),
            version: route.version.clone(),
            query,
        };
        let limit = deadline.saturating_duration_since(Instant::now());
        self.inner
            .matching
            .dispatch_query(queue, normal_queue, task, limit)
            .await
            .map_err(NoAnswer::NotTaken)?;
        match tokio::time::timeout_at(deadline, later).await {
            Ok(Ok(answer)) => answer.map_err(NoAnswer::Failed),
            Ok(Err(_)) => Err(NoAnswer::Failed(EngineError::ShuttingDown)),
            Err(_) => Err(NoAnswer::Silent),
        }
    }

    /// A buffered query was not answered in time: was there a worker at all?
    async fn why_late(&self, run: &RunKey) -> EngineError {
        match self.read(Target::run(run), Route::of).await {
            Ok(route) => {
                let queue = route.queue(&route.normal_queue);
                if self.inner.matching.has_pollers(queue).await {
                    EngineError::DeadlineExceeded
                } else {
                    EngineError::NoPollers
                }
            }
            Err(error) => error,
        }
    }
}

fn respond(answer: Option<Payloads>) -> QueryWorkflowResponse {
    QueryWorkflowResponse {
        query_result: answer,
        ..Default::default()
    }
}
