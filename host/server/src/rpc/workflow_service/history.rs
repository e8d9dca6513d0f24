//! Reading a history: by pages, from its end, and as it grows.
//!
//! A started workflow task's event is not written before the task ends. A reader sees it all the same, as on Temporal,
//! where it is certain: for a first attempt, whose event will have this id whatever comes.

use prost::Message;
use sundial_core::{Run, RunKey};
use temporalio_protos::temporal::api::{
    enums::v1::HistoryEventFilterType,
    history::v1::{History, HistoryEvent},
    workflowservice::v1::{
        GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse,
        GetWorkflowExecutionHistoryReverseRequest, GetWorkflowExecutionHistoryReverseResponse,
        PollWorkflowTaskQueueResponse,
    },
};

use super::{history_old_clients::as_continued, history_token::HistoryToken};
use crate::{
    engine::{StartedTask, Target},
    rpc::{
        backend::{Backend, WAIT_LIMIT},
        call::Call,
        status::{RpcError, not_found},
    },
};

/// A page ends after the event that reaches this size, so that page and event together stay below the 4 MB that some
/// clients read at most.
const PAGE_BYTES: usize = 1024 * 1024;

/// Events of a page unless its reader wants fewer.
const PAGE_EVENTS: usize = 1000;

/// What a reader must know of a run, taken in one look.
struct Glimpse {
    key: RunKey,
    /// Events below this one are written.
    end_event_id: i64,
    is_open: bool,
    preview: Vec<HistoryEvent>,
    /// The first page, if it was in memory.
    events: Option<Vec<HistoryEvent>>,
}

impl Glimpse {
    fn of(run: &Run, from_event_id: i64, page: usize) -> Self {
        let end_event_id = run.next_event_id();
        let events = if from_event_id >= end_event_id {
            Some(Vec::new())
        } else {
            run.recent_history(from_event_id)
                .map(|events| first_page(events, page))
        };
        Self {
            key: run.key().clone(),
            end_event_id,
            is_open: !run.is_closed(),
            preview: certain_preview(run),
            events,
        }
    }

    /// The end of what a reader sees.
    fn visible_end(&self) -> i64 {
        self.end_event_id + i64::try_from(self.preview.len()).unwrap_or(0)
    }
}

/// The started event of a first attempt; those of later attempts come with a scheduled event that may yet change.
fn certain_preview(run: &Run) -> Vec<HistoryEvent> {
    let preview = run.started_event_preview();
    if preview.len() == 1 {
        preview
    } else {
        Vec::new()
    }
}

fn first_page(events: impl Iterator<Item = HistoryEvent>, page: usize) -> Vec<HistoryEvent> {
    let mut bytes = 0;
    events
        .take(page)
        .take_while(|event| {
            let fits = bytes < PAGE_BYTES;
            bytes += event.encoded_len();
            fits
        })
        .collect()
}

fn page_of(asked: i32) -> usize {
    match usize::try_from(asked) {
        Ok(0) | Err(_) => PAGE_EVENTS,
        Ok(asked) => asked.min(PAGE_EVENTS),
    }
}

fn history(events: Vec<HistoryEvent>) -> Option<History> {
    Some(History { events })
}

impl Backend {
    pub(super) async fn get_workflow_execution_history(
        &self,
        mut request: GetWorkflowExecutionHistoryRequest,
        call: Call,
    ) -> Result<GetWorkflowExecutionHistoryResponse, RpcError> {
        let (_, mut target) = self
            .target(&request.namespace, request.execution.take())
            .await?;
        let token = HistoryToken::read(&request.next_page_token)?;
        if let Some(token) = &token {
            target.run_id = Some(token.run_id(target.run_id)?);
        }
        if request.history_event_filter_type() == HistoryEventFilterType::CloseEvent {
            let mut closed = self
                .close_event(target, request.wait_new_event, token, &call)
                .await?;
            if let Some(history) = &mut closed.history
                && !call.follows_next_run()
            {
                as_continued(&mut history.events);
            }
            return Ok(closed);
        }
        let page = page_of(request.maximum_page_size);
        let waits = request.wait_new_event;
        match token {
            Some(token) if token.has_more() => self.next_page(target, token, page, waits).await,
            Some(token) if waits && token.is_open => {
                self.later_events(target, token, page, &call).await
            }
            Some(_) => Ok(GetWorkflowExecutionHistoryResponse {
                history: history(Vec::new()),
                ..Default::default()
            }),
            None => {
                let glimpse = self
                    .engine
                    .read(target, move |run| Glimpse::of(run, 1, page))
                    .await?;
                self.page_from(glimpse, 1, page, waits).await
            }
        }
    }

    /// The page that begins at an event, of a run that was just looked at.
    async fn page_from(
        &self,
        glimpse: Glimpse,
        from: i64,
        page: usize,
        waits: bool,
    ) -> Result<GetWorkflowExecutionHistoryResponse, RpcError> {
        let Glimpse {
            key,
            end_event_id,
            is_open,
            preview,
            events,
        } = glimpse;
        let token = HistoryToken {
            is_open,
            preview,
            ..HistoryToken::new(&key, from, end_event_id)
        };
        match events {
            Some(events) => Ok(answer(&key, token, events, waits)),
            None => self.next_page(Target::run(&key), token, page, waits).await,
        }
    }

    /// The page that a token names.
    async fn next_page(
        &self,
        target: Target,
        token: HistoryToken,
        page: usize,
        waits: bool,
    ) -> Result<GetWorkflowExecutionHistoryResponse, RpcError> {
        let key = key_of(target)?;
        let mut events = Vec::new();
        if token.next_event_id < token.end_event_id {
            events = self
                .engine
                .history(
                    &key,
                    token.next_event_id,
                    token.end_event_id - 1,
                    PAGE_BYTES,
                )
                .await?;
            events.truncate(page);
            if events.is_empty() {
                return Err(not_found(
                    "Requested workflow history not found, may have passed retention period.",
                ));
            }
        }
        Ok(answer(&key, token, events, waits))
    }

    /// Waits for events after those that the reader has seen.
    async fn later_events(
        &self,
        target: Target,
        token: HistoryToken,
        page: usize,
        call: &Call,
    ) -> Result<GetWorkflowExecutionHistoryResponse, RpcError> {
        let seen = token.next_event_id;
        let news = self
            .wait(target, call, move |run| {
                let has_news = run.next_event_id() > seen
                    || run.is_closed()
                    || run.next_event_id() + i64::from(!certain_preview(run).is_empty()) > seen;
                has_news.then(|| Glimpse::of(run, seen, page))
            })
            .await?;
        let Some(mut glimpse) = news else {
            return Ok(GetWorkflowExecutionHistoryResponse {
                history: history(Vec::new()),
                next_page_token: token.encode_to_vec(),
                ..Default::default()
            });
        };
        if seen >= glimpse.visible_end() {
            glimpse.preview.clear();
        }
        self.page_from(glimpse, seen, page, true).await
    }

    /// The event that closes the run; waits for it if the reader does.
    async fn close_event(
        &self,
        target: Target,
        waits: bool,
        token: Option<HistoryToken>,
        call: &Call,
    ) -> Result<GetWorkflowExecutionHistoryResponse, RpcError> {
        let glimpse_last = |run: &Run| Glimpse::of(run, run.next_event_id() - 1, 1);
        let mut glimpse = match token {
            // The run is known to exist: there is nothing to see before it closes.
            Some(_) if waits => None,
            _ => Some(self.engine.read(target.clone(), glimpse_last).await?),
        };
        let open = glimpse.as_ref().is_none_or(|glimpse| glimpse.is_open);
        if waits && open {
            let target = glimpse
                .as_ref()
                .map_or(target.clone(), |g| Target::run(&g.key));
            let closed = self.wait(target, call, move |run| {
                run.is_closed().then(|| glimpse_last(run))
            });
            if let Some(closed) = closed.await? {
                glimpse = Some(closed);
            }
        }
        match glimpse {
            Some(Glimpse {
                key,
                end_event_id,
                is_open: false,
                events,
                ..
            }) => {
                let last = end_event_id - 1;
                let events = match events {
                    Some(events) => events,
                    None => self.engine.history(&key, last, last, PAGE_BYTES).await?,
                };
                Ok(GetWorkflowExecutionHistoryResponse {
                    history: history(events),
                    ..Default::default()
                })
            }
            open => {
                let next_page_token = match (waits, open, token) {
                    (false, _, _) => Vec::new(),
                    (true, _, Some(token)) => token.encode_to_vec(),
                    (true, Some(open), None) => HistoryToken {
                        is_open: true,
                        ..HistoryToken::new(&open.key, open.end_event_id, open.end_event_id)
                    }
                    .encode_to_vec(),
                    (true, None, None) => Vec::new(),
                };
                Ok(GetWorkflowExecutionHistoryResponse {
                    history: history(Vec::new()),
                    next_page_token,
                    ..Default::default()
                })
            }
        }
    }

    /// Waits for something of a run, at most as long as a history's reader may; `None` when the time is over or the
    /// server stops.
    async fn wait<R: Send + 'static>(
        &self,
        target: Target,
        call: &Call,
        check: impl FnMut(&Run) -> Option<R> + Send + 'static,
    ) -> Result<Option<R>, RpcError> {
        let limit = call.long_poll(WAIT_LIMIT);
        tokio::select! {
            found = self.engine.wait(target, limit, check) => Ok(found?),
            () = self.stopping.cancelled() => Ok(None),
        }
    }

    pub(super) async fn get_workflow_execution_history_reverse(
        &self,
        mut request: GetWorkflowExecutionHistoryReverseRequest,
        _call: Call,
    ) -> Result<GetWorkflowExecutionHistoryReverseResponse, RpcError> {
        let (_, mut target) = self
            .target(&request.namespace, request.execution.take())
            .await?;
        let page = page_of(request.maximum_page_size);
        let (key, last) = match HistoryToken::read(&request.next_page_token)? {
            Some(token) => {
                target.run_id = Some(token.run_id(target.run_id)?);
                (key_of(target)?, token.next_event_id)
            }
            None => {
                self.engine
                    .read(target, |run| (run.key().clone(), run.next_event_id() - 1))
                    .await?
            }
        };
        let mut events = self
            .engine
            .history_reverse(&key, 1, last, PAGE_BYTES)
            .await?;
        events.truncate(page);
        let next_page_token = match events.last() {
            Some(event) if event.event_id > 1 => {
                HistoryToken::new(&key, event.event_id - 1, 0).encode_to_vec()
            }
            _ => Vec::new(),
        };
        Ok(GetWorkflowExecutionHistoryReverseResponse {
            history: history(events),
            next_page_token,
        })
    }

    /// A started workflow task as its worker gets it: with its history, or the first page and a token for the others.
    pub(super) async fn workflow_task(
        &self,
        started: StartedTask,
    ) -> Result<PollWorkflowTaskQueueResponse, RpcError> {
        let StartedTask { run, task, events } = started;
        let mut response = task.response;
        let (from, to) = (task.history_from, task.history_to);
        let events = match events {
            Some(events) => events,
            None if from > to => Vec::new(),
            None => self.engine.history(&run, from, to, PAGE_BYTES).await?,
        };
        let token = HistoryToken {
            preview: task.preview,
            ..HistoryToken::new(&run, from, to + 1)
        };
        let page = answer(&run, token, events, false);
        response.history = page.history;
        response.next_page_token = page.next_page_token;
        Ok(response)
    }
}

fn key_of(target: Target) -> Result<RunKey, RpcError> {
    let run_id = target.run_id.ok_or_else(|| {
        RpcError::Internal("a page of a history was asked for without a run".into())
    })?;
    Ok(RunKey {
        namespace_id: target.namespace_id,
        archetype: target.archetype,
        workflow_id: target.workflow_id,
        run_id,
    })
}

/// The page with these events, which begin where the token points to, and the token after it.
fn answer(
    key: &RunKey,
    token: HistoryToken,
    mut events: Vec<HistoryEvent>,
    waits: bool,
) -> GetWorkflowExecutionHistoryResponse {
    let next = events
        .last()
        .map_or(token.next_event_id, |event| event.event_id + 1);
    let next_page_token = if next < token.end_event_id {
        HistoryToken {
            next_event_id: next,
            ..token
        }
        .encode_to_vec()
    } else {
        events.extend(
            token
                .preview
                .into_iter()
                .filter(|event| event.event_id >= next),
        );
        if waits && token.is_open {
            let end = events.last().map_or(next, |event| event.event_id + 1);
            HistoryToken {
                is_open: true,
                ..HistoryToken::new(key, end, end)
            }
            .encode_to_vec()
        } else {
            Vec::new()
        }
    };
    GetWorkflowExecutionHistoryResponse {
        history: history(events),
        next_page_token,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use sundial_core::{Archetype, NamespaceId, RunId};
    use uuid::Uuid;

    use super::*;

    fn key() -> RunKey {
        RunKey {
            namespace_id: NamespaceId(Uuid::nil()),
            archetype: Archetype::Workflow,
            workflow_id: "w".into(),
            run_id: RunId(Uuid::nil()),
        }
    }

    fn events(ids: std::ops::RangeInclusive<i64>) -> Vec<HistoryEvent> {
        ids.map(|event_id| HistoryEvent {
            event_id,
            ..Default::default()
        })
        .collect()
    }

    /// Event ids of the page, and what its token says.
    fn check(token: HistoryToken, page: Vec<HistoryEvent>, waits: bool) -> String {
        let response = answer(&key(), token, page, waits);
        let ids: Vec<i64> = response
            .history
            .iter()
            .flat_map(|h| &h.events)
            .map(|e| e.event_id)
            .collect();
        match HistoryToken::read(&response.next_page_token).expect("is a token") {
            None => format!("{ids:?}"),
            Some(next) => format!(
                "{ids:?} then {}..{}{}",
                next.next_event_id,
                next.end_event_id,
                if next.has_more() { "" } else { ", waiting" }
            ),
        }
    }

    #[test]
    fn a_page_that_is_not_the_last_leads_to_the_next() {
        let token = HistoryToken::new(&key(), 1, 11);
        assert_eq!(
            check(token, events(1..=4), false),
            "[1, 2, 3, 4] then 5..11"
        );
    }

    #[test]
    fn the_last_page_of_an_open_run_leads_on_only_for_those_who_wait() {
        let token = HistoryToken {
            is_open: true,
            ..HistoryToken::new(&key(), 1, 4)
        };
        assert_eq!(check(token.clone(), events(1..=3), false), "[1, 2, 3]");
        assert_eq!(
            check(token, events(1..=3), true),
            "[1, 2, 3] then 4..4, waiting"
        );
        let closed = HistoryToken::new(&key(), 1, 4);
        assert_eq!(check(closed, events(1..=3), true), "[1, 2, 3]");
    }

    #[test]
    fn the_started_event_comes_after_the_written_ones_and_is_counted() {
        let token = HistoryToken {
            is_open: true,
            preview: events(3..=3),
            ..HistoryToken::new(&key(), 1, 3)
        };
        assert_eq!(check(token.clone(), events(1..=1), true), "[1] then 2..3");
        assert_eq!(
            check(token.clone(), events(1..=2), true),
            "[1, 2, 3] then 4..4, waiting"
        );
        assert_eq!(check(token, events(1..=2), false), "[1, 2, 3]");
    }

    #[test]
    fn a_started_event_that_was_seen_is_not_given_again() {
        let token = HistoryToken {
            is_open: true,
            preview: events(3..=3),
            ..HistoryToken::new(&key(), 4, 3)
        };
        assert_eq!(check(token, Vec::new(), true), "[] then 4..4, waiting");
    }

    #[test]
    fn a_page_ends_by_count_and_by_size() {
        assert_eq!(first_page(events(1..=9).into_iter(), 4).len(), 4);
        let mut large = events(1..=3);
        for event in &mut large {
            event.worker_may_ignore = true;
            event.user_metadata = Some(temporalio_protos::temporal::api::sdk::v1::UserMetadata {
                summary: Some(temporalio_protos::temporal::api::common::v1::Payload {
                    data: vec![0; PAGE_BYTES],
                    ..Default::default()
                }),
                ..Default::default()
            });
        }
        assert_eq!(first_page(large.into_iter(), 100).len(), 1);
        assert_eq!(page_of(0), PAGE_EVENTS);
        assert_eq!(page_of(-1), PAGE_EVENTS);
        assert_eq!(page_of(7), 7);
        assert_eq!(page_of(i32::MAX), PAGE_EVENTS);
    }
}
