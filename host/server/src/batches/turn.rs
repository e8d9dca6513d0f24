//! A turn of a batch operation: one page of its runs.

use std::time::Duration;

use futures::{StreamExt, stream};
use prost::Message;
use sundial_core::{NamespaceId, Timestamp, time::Span};
use sundial_store::{Job, JobKey, ListQuery, Store, StoreError};
use temporalio_protos::temporal::api::{
    common::v1::WorkflowExecution, enums::v1::BatchOperationState as State,
};

use super::{
    BatchRecord, decode,
    operation::{filter, listed, perform},
};
use crate::{
    clock::Clock,
    jobs::{CallError, Calls, TurnEnd, TurnError},
};

/// Runs at the same time. Temporal: 5.
const CONCURRENCY: usize = 5;
/// Runs a second, unless the request wants fewer: a turn has those of one second, which is also what is done again
/// after a crash at most. Temporal: 50.
const RUNS_PER_SECOND: f64 = 50.0;
/// However slow a request wants it, the next run is not later than this: a year.
const LONGEST_PAUSE_MS: i64 = 365 * 24 * 60 * 60 * 1000;
/// How often a call is made again that may succeed later.
const ATTEMPTS: usize = 5;
/// The pause before that.
const PAUSE: Duration = Duration::from_millis(200);

/// What a page is taken from.
struct Page {
    executions: Vec<WorkflowExecution>,
    next_token: Vec<u8>,
    is_last: bool,
}

/// Takes the turn. A job that has ended is removed when its time has come.
pub(crate) async fn turn(
    store: &dyn Store,
    clock: &dyn Clock,
    calls: &dyn Calls,
    key: &JobKey,
) -> Result<TurnEnd, TurnError> {
    let Some(mut job) = store.job(key).await? else {
        return Ok(TurnEnd::default());
    };
    let mut record = decode(&job)?;
    if !record.is_running() {
        return forget(store, clock, job, &record).await;
    }
    if !record.has_begun {
        record.total = total(store, key.namespace_id, &record).await?;
        record.has_begun = true;
        job.body = record.encode_to_vec();
        job.revision = store.update_job(&job).await?;
    }
    let (runs, pause) = pace(&record);
    let page = page(store, key.namespace_id, &record, runs).await?;
    let (succeeded, failed) = work_through(calls, &record, page.executions).await;
    record.succeeded += succeeded;
    record.failed += failed;
    record.listed_done += u64::try_from(succeeded + failed).unwrap_or(0);
    record.page_token = page.next_token;
    job.wake_at = Some(clock.now().plus(pause));
    if page.is_last {
        record.total = record.succeeded + record.failed;
        record.end(State::Completed, clock.now());
        job.wake_at = forgotten_at(store, clock, key, &record).await?;
    }
    job.body = record.encode_to_vec();
    match store.update_job(&job).await {
        Ok(_) => {}
        // It was stopped meanwhile.
        Err(StoreError::Stale { .. }) => return stopped(store, job).await,
        Err(error) => return Err(error.into()),
    }
    Ok(TurnEnd {
        wake_at: job.wake_at,
        watch: None,
    })
}

/// When a job that has ended is removed: as soon as a run that closed with it would be.
pub(super) async fn forgotten_at(
    store: &dyn Store,
    clock: &dyn Clock,
    key: &JobKey,
    record: &BatchRecord,
) -> Result<Option<Timestamp>, TurnError> {
    // Under a clock that jumps nothing is forgotten: time may be over while somebody still looks.
    if clock.skipping().is_some() {
        return Ok(None);
    }
    let Some(namespace) = store.namespace_by_id(key.namespace_id).await? else {
        return Ok(None);
    };
    let retention = namespace.config.workflow_execution_retention_ttl.as_ref();
    let retention = Span::from_proto(retention);
    Ok((retention > Span::ZERO).then(|| Timestamp(record.closed_at).plus(retention)))
}

/// Removes a job that has ended, or says when that is due.
pub(super) async fn forget(
    store: &dyn Store,
    clock: &dyn Clock,
    mut job: Job,
    record: &BatchRecord,
) -> Result<TurnEnd, TurnError> {
    let wake_at = forgotten_at(store, clock, &job.key, record).await?;
    let changed = if wake_at.is_some_and(|at| at <= clock.now()) {
        store.delete_job(&job.key, job.revision).await
    } else if job.wake_at != wake_at {
        job.wake_at = wake_at;
        store.update_job(&job).await.map(|_| ())
    } else {
        Ok(())
    };
    match changed {
        Ok(()) => Ok(TurnEnd {
            wake_at: wake_at.filter(|at| *at > clock.now()),
            watch: None,
        }),
        Err(StoreError::Stale { .. }) => stopped(store, job).await,
        Err(error) => Err(error.into()),
    }
}

/// Whoever changed the job has said when it is due.
async fn stopped(store: &dyn Store, job: Job) -> Result<TurnEnd, TurnError> {
    let now = store.job(&job.key).await?;
    Ok(TurnEnd {
        wake_at: now.and_then(|job| job.wake_at),
        watch: None,
    })
}

async fn total(
    store: &dyn Store,
    namespace_id: NamespaceId,
    record: &BatchRecord,
) -> Result<i64, StoreError> {
    let Some(request) = &record.request else {
        return Ok(0);
    };
    let listed = listed(request);
    if !listed.is_empty() {
        return Ok(i64::try_from(listed.len()).unwrap_or(i64::MAX));
    }
    let counted = store.count_runs(namespace_id, &filter(request)).await?;
    Ok(counted.total)
}

async fn page(
    store: &dyn Store,
    namespace_id: NamespaceId,
    record: &BatchRecord,
    size: usize,
) -> Result<Page, StoreError> {
    let Some(request) = &record.request else {
        return Ok(Page {
            executions: Vec::new(),
            next_token: Vec::new(),
            is_last: true,
        });
    };
    let listed = listed(request);
    if !listed.is_empty() {
        let done = usize::try_from(record.listed_done).unwrap_or(usize::MAX);
        let mut left = listed.into_iter().skip(done);
        let executions: Vec<_> = left.by_ref().take(size).collect();
        return Ok(Page {
            executions,
            next_token: Vec::new(),
            is_last: left.next().is_none(),
        });
    }
    let found = store
        .list_runs(&ListQuery {
            namespace_id,
            filter: filter(request),
            page_size: size,
            page_token: record.page_token.clone(),
        })
        .await?;
    let executions = found.runs.into_iter().map(|run| WorkflowExecution {
        workflow_id: run.key.workflow_id.to_string(),
        run_id: run.key.run_id.to_string(),
    });
    Ok(Page {
        executions: executions.collect(),
        is_last: found.next_page_token.is_empty(),
        next_token: found.next_page_token,
    })
}

/// Does the operation to each run. Gives how many succeeded and how many failed.
async fn work_through(
    calls: &dyn Calls,
    record: &BatchRecord,
    executions: Vec<WorkflowExecution>,
) -> (i64, i64) {
    let results = stream::iter(executions)
        .map(|execution| attempt(calls, record, execution))
        .buffer_unordered(CONCURRENCY)
        .collect::<Vec<bool>>()
        .await;
    let succeeded = results.iter().filter(|done| **done).count();
    let count = |count| i64::try_from(count).unwrap_or(i64::MAX);
    (count(succeeded), count(results.len() - succeeded))
}

/// How many runs a turn has, and when the next turn may be, so that the pace is kept.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "between 1 and 50 runs, and as many seconds as a float holds"
)]
fn pace(record: &BatchRecord) -> (usize, Span) {
    let asked = record
        .request
        .as_ref()
        .map_or(0.0, |request| f64::from(request.max_operations_per_second));
    let pace = match asked > 0.0 {
        true => asked.min(RUNS_PER_SECOND),
        false => RUNS_PER_SECOND,
    };
    let runs = pace.floor().max(1.0);
    let pause_ms = (runs / pace * 1000.0).min(LONGEST_PAUSE_MS as f64);
    (runs as usize, Span::from_millis(pause_ms as i64))
}

async fn attempt(calls: &dyn Calls, record: &BatchRecord, execution: WorkflowExecution) -> bool {
    for _ in 0..ATTEMPTS {
        match perform(calls, record, execution.clone()).await {
            // A run that is gone, or closed, needs nothing.
            Ok(()) | Err(CallError::NotFound(_)) => return true,
            Err(CallError::Unavailable(_)) => tokio::time::sleep(PAUSE).await,
            Err(CallError::Refused(reason)) => {
                tracing::debug!(workflow_id = execution.workflow_id, reason, "refused");
                return false;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::workflowservice::v1::StartBatchOperationRequest;

    use super::*;

    fn check(operations_per_second: f32) -> (usize, i64) {
        let (runs, pause) = pace(&BatchRecord {
            request: Some(StartBatchOperationRequest {
                max_operations_per_second: operations_per_second,
                ..Default::default()
            }),
            ..Default::default()
        });
        (runs, pause.0 / 1_000_000)
    }

    #[test]
    fn a_turn_has_the_runs_of_a_second_or_one() {
        assert_eq!(check(0.0), (50, 1000));
        assert_eq!(check(1000.0), (50, 1000));
        assert_eq!(check(2.5), (2, 800));
        assert_eq!(check(0.5), (1, 2000));
        assert_eq!(check(-1.0), (50, 1000));
        assert_eq!(check(f32::MIN_POSITIVE), (1, LONGEST_PAUSE_MS));
    }
}
